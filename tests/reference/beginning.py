"""Month 0: the city's families, the register of poor households, the lists and the markets."""

from __future__ import annotations

from math import exp, floor, log
from typing import NamedTuple

from .group import Group
from .household import Household
from .places import District, Market


class Family(NamedTuple):
    """A family of the city before anyone looks at it closely."""

    persons: int
    income: float           # long-run, in poverty lines per person
    score: float            # the register's opinion of its income, log with an error


def settle(model) -> None:
    """Fill the model with districts, households, groups and markets."""
    params = model.params
    people, size = params.population, params.groups.size
    listed = int(people.households * people.register_share + 1e-9) // size * size
    model.districts = [District(d.name, d.poverty_line or people.poverty_line, d.prices)
                       for d in params.districts]
    shares = [d.share for d in params.districts]
    of_groups = share_out(model.districts, shares, listed // size)
    of_others = share_out(model.districts, shares, people.households - listed)
    homes = [district for district in of_groups for _ in range(size)] + of_others

    families = choose(draw_city(model, listed), listed, people.households)
    model.households = [Household(model, home, family.persons, family.income)
                        for home, family in zip(homes, families)]
    for row, household in enumerate(model.households):
        household.row = row
    start_groups(model, of_groups, size)
    start_markets(model)
    start_households(model)


def share_out(districts, shares, count: int) -> list[District]:
    """A district for each of ``count`` rows, in order, in proportion (largest remainders)."""
    exact = [share / sum(shares) * count for share in shares]
    sizes = [floor(size) for size in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda i: sizes[i] - exact[i])
    for i in by_remainder[:count - sum(sizes)]:
        sizes[i] += 1
    return [district for district, size in zip(districts, sizes) for _ in range(size)]


def draw_city(model, listed: int) -> list[Family]:
    """All families of the city, of which the register lists a share."""
    people = model.params.population
    city = range(max(people.households, round(listed / people.targeted_share)))
    families = []
    for size_noise, income_noise, error in zip(
            model.normal("city.persons", city), model.normal("city.income", city),
            model.normal("city.score", city)):
        drawn = people.family_size * exp(people.family_spread * size_noise - 0.5 * people.family_spread**2)
        persons = min(max(round(drawn), 1), 10)
        rest = (people.other_income * exp(people.income_spread * income_noise - 0.5 * people.income_spread**2)
                * (persons / people.family_size) ** -people.family_burden)
        income = people.sure_income + rest
        families.append(Family(persons, income, log(income) + people.register_error * error))
    return families


def choose(city: list[Family], listed: int, count: int) -> list[Family]:
    """The families with the lowest scores, in the city's order, then others picked evenly."""
    by_score = sorted(range(len(city)), key=lambda i: city[i].score)
    register = set(by_score[:listed])
    others = [family for i, family in enumerate(city) if i not in register]
    wanted = count - listed
    return [city[i] for i in sorted(register)] + [others[k * len(others) // wanted] for k in range(wanted)]


def start_groups(model, districts: list[District], size: int) -> None:
    """Consecutive blocks of the register become lists; no sorting by skill or place."""
    rows = range(len(districts))
    lists = [model.households[row * size:(row + 1) * size] for row in rows]
    model.groups = [Group(model, *listed) for listed in zip(
        districts, lists, model.uniform("start.month", rows), model.normal("start.cohesion", rows),
        model.normal("start.site", rows))]


def start_markets(model) -> None:
    """About ``groups_per_market`` groups each, by chance, within the groups' district."""
    params = model.params.market
    places = []
    for district in model.districts:
        local = sum(group.district is district for group in model.groups)
        if local:
            places += [district] * int(max(local / params.groups_per_market, 1))
    model.markets = [Market(params, *place) for place in zip(places, model.normal("start.demand", places))]
    for group, chance in zip(model.groups, model.uniform("start.market", model.groups)):
        local = [market for market in model.markets if market.district is group.district]
        group.market = local[int(chance * len(local))]
        group.market.groups.append(group)


def start_households(model) -> None:
    """Business, skill, money, needs and trust of every household."""
    everyone = model.households
    normal = {name: model.normal(f"start.{name}", everyone) for name in (
        "business_share", "business_capital", "skill", "luck", "savings", "health", "clothing",
        "housing", "willingness", "trust")}
    owns = model.uniform("start.owns_business", everyone)
    ill = model.uniform("start.ill", everyone)
    of_group = dict(zip(model.groups, model.normal("start.trust_of_group", model.groups)))
    for i, household in enumerate(everyone):
        household.start_business(owns[i], normal["business_share"][i], normal["business_capital"][i])
        household.start_skill(normal["skill"][i])
        household.start_money(normal["luck"][i], ill[i], normal["savings"][i])
        household.start_needs(normal["health"][i], normal["clothing"][i], normal["housing"][i])
        household.start_cooperation(normal["willingness"][i], of_group.get(household.group, 0.0),
                                    normal["trust"][i])
