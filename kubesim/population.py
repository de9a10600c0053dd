"""Month 0: a city of households, a noisy register, lists of groups, local markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kubesim.columns import Companions, Districts, Groups, Households, Markets
from kubesim.errors import ScenarioError
from kubesim.processes.needs import upkeep
from kubesim.randomness import Draws, Rows
from kubesim.state import State
from kubesim.units import Section, monthly, rupiah, share, value, whole_months

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

CROSS_SECTION = "calibrated to poverty indices and Gini (BPS Kalimantan Selatan 2019)"


class Population(Section):
    """Who lives in the city and who is on the register of poor households."""

    households: int = value(6000, "households", "households in the model", low=1, high=10_000_000)
    register_share: float = share(0.5, "share of them on the programme's register; the others stand "
                                  "for the rest of the city by their weight", above=0.0)
    targeted_share: float = share(0.125, "share of the city's households that the register lists",
                                  above=0.0, source="judgement: the poorest eighth by score")
    poverty_line: float = rupiah(457_222, "poverty line", unit="Rp per person and month", above=0.0,
                                 symbol="z", grade="observed", source="BPS Kalimantan Selatan, March 2019")
    family_size: float = value(3.9, "persons", "mean family size", low=1, high=10, grade="derived",
                               source="calibrated to poor households of 4.8-4.9 persons (BPS Kalsel 2022)")
    family_spread: float = value(0.40, "log", "spread of family size", low=0, high=2)
    sure_income: float = share(0.62, "income every household can count on (casual work, kin, social "
                               "aid)", unit="poverty lines per person", symbol="y_0", high=5.0,
                               grade="calibrated", source=CROSS_SECTION, plausible=(0.4, 0.65))
    other_income: float = value(2.2, "poverty lines per person", "mean of the remaining income", low=0,
                                high=100, symbol="r̄", grade="calibrated", source=CROSS_SECTION,
                                plausible=(1.8, 3.0))
    income_spread: float = value(0.74, "log", "spread of the remaining income", low=0, high=3,
                                 symbol="σ_r", grade="calibrated", source=CROSS_SECTION,
                                 plausible=(0.6, 0.9))
    family_burden: float = value(0.67, "elasticity", "how much a larger family lowers income per person",
                                 low=0, high=3, symbol="η_n", grade="calibrated",
                                 source="calibrated to poor household size 4.8-4.9", plausible=(0.3, 1))
    register_error: float = value(0.55, "log", "error of the welfare register (targeting)", low=0,
                                  high=10, symbol="σ_score", grade="calibrated",
                                  source="calibrated to the spread of beneficiaries' consumption",
                                  plausible=(0.25, 0.6))
    business_owners: float = share(0.5, "share of households with an own small business",
                                   symbol="p_biz", plausible=(0.3, 0.7))
    business_share: float = share(0.095, "share of own business in income of those who have one",
                                  symbol="b̄", grade="calibrated", source="calibrated to single parts of "
                                  "a package not working (Banerjee et al. 2015)", plausible=(0.05, 0.2))
    skill: float = share(0.3, "mean business skill at the start", symbol="h̄_0", plausible=(0.2, 0.4))
    skill_spread: float = share(0.12, "spread of skill", unit="0-1", symbol="σ_h", plausible=(0.08, 0.2))
    health: float = share(0.75, "mean health at the start")
    health_spread: float = share(0.1, "spread of health", unit="0-1")


class GroupPlan(Section):
    """How register households are put together; without ``formed`` the groups are mere lists."""

    formed: bool = value(True, "yes or no", "whether the lists become groups with a joint business")
    size: int = value(10, "households", "households per group", low=5, high=20, grade="observed",
                      source="10 in practice (Banjarmasin 2019); 5 to 20 by Permensos 2/2019, Pasal 3")
    start_month: int = whole_months(1, "month in which the first groups form", low=1)
    start_spread: int = whole_months(0, "span over which groups' starts are spread")
    meetings: float = value(1.0, "meetings per month", "meetings of the group's members", low=0, high=31,
                            source="monthly, as planned for KUBE-PKH")
    extra_trust: float = value(0.0, "0-1", "trust at formation above the usual, as from careful "
                               "formation; negative for haste", low=-1, high=1)
    deposit: float = rupiah(0, "monthly deposit of each member into joint capital", unit="Rp per month")


class District(Section):
    """A kecamatan (or a district) with its share of the households."""

    name: str = value(..., "name", "its name")
    share: float = share(1.0, "share of the households", above=0.0)
    poverty_line: float | None = value(None, "Rp per person and month", "its own poverty line, where it "
                                       "differs", above=0.0, high=1e12)


def populate(scenario: "Scenario", draw: Draws) -> State:
    """Draw the city, pick the register, form lists, and set every column's starting value.

    Raises ScenarioError when the register is too small for one group.
    """
    people, plan = scenario.population, scenario.groups
    count = people.households
    listed = int(count * people.register_share + 1e-9) // plan.size * plan.size
    if listed == 0:
        raise ScenarioError(
            f"groups.size = {plan.size}: the register lists {count * people.register_share:.0f} of "
            f"population.households = {count}; one group of this size needs more")
    groups = listed // plan.size
    district_of_group = split([d.share for d in scenario.districts], groups)
    district_of_other = split([d.share for d in scenario.districts], count - listed)

    replicates = len(draw.seeds)
    state = State(Households(replicates, count), Groups(replicates, groups), Companions(replicates, 0),
                  _markets(replicates, district_of_group, scenario),
                  Districts(replicates, len(scenario.districts)),
                  np.arange(0, listed, plan.size), listed, tuple(d.name for d in scenario.districts))
    state.households.district = np.concatenate(
        [np.repeat(district_of_group, plan.size), district_of_other])
    state.groups.district = district_of_group
    for name in Districts.column_types():
        setattr(state.districts, name, 1.0)
    _settle_city(state, scenario, draw)
    _start_groups(state, scenario, draw)
    _start_households(state, scenario, draw)
    return state


def split(shares: list[float], count: int) -> np.ndarray:
    """District of each of ``count`` rows in order, by largest remainder: sizes follow the shares."""
    exact = np.array(shares) / sum(shares) * count
    sizes = np.floor(exact).astype(int)
    most_cut = np.argsort(-(exact - sizes), kind="stable")
    sizes[most_cut[:count - sizes.sum()]] += 1
    return np.repeat(np.arange(len(sizes)), sizes)


def _markets(replicates: int, district_of_group: np.ndarray, scenario: "Scenario") -> Markets:
    """Local markets of each district, about ``groups_per_market`` groups each."""
    per_district = np.bincount(district_of_group, minlength=len(scenario.districts))
    counts = np.where(per_district > 0, np.maximum(per_district / scenario.market.groups_per_market, 1), 0)
    district = np.repeat(np.arange(len(counts)), counts.astype(int))
    markets = Markets(replicates, len(district))
    markets.district = district
    return markets


def _settle_city(state: State, scenario: "Scenario", draw: Draws) -> None:
    """Draw the city's families and incomes; the lowest register scores come first in the table."""
    people, h = scenario.population, state.households
    count, listed = h.length, state.listed
    city = Rows(0, max(count, round(listed / people.targeted_share)))
    persons = np.clip(np.rint(people.family_size * np.exp(
        people.family_spread * draw.normal("city.persons", city) - 0.5 * people.family_spread**2)), 1, 10)
    rest = (people.other_income * np.exp(people.income_spread * draw.normal("city.income", city)
                                         - 0.5 * people.income_spread**2)
            * (persons / people.family_size) ** -people.family_burden)
    per_person = people.sure_income + rest
    score = np.log(per_person) + people.register_error * draw.normal("city.score", city)
    rows = np.stack([_register_first(scores, listed, count) for scores in score])
    lines = np.array([d.poverty_line or people.poverty_line for d in scenario.districts])
    h.persons = np.take_along_axis(persons, rows, axis=1)
    h.poverty_line = h.persons * lines[h.district]
    h.normal_income = h.poverty_line * np.take_along_axis(per_person, rows, axis=1)
    h.weight[:, :listed] = 1.0
    h.weight[:, listed:] = (city.length - listed) / max(count - listed, 1)
    h.listed[:, :listed] = True


def _register_first(score: np.ndarray, listed: int, count: int) -> np.ndarray:
    """City rows of the ``listed`` lowest scores, then of others evenly picked, in the city's order."""
    on_register = np.zeros(len(score), bool)
    on_register[np.argpartition(score, listed - 1)[:listed]] = True
    others = np.flatnonzero(~on_register)
    picked = others[(np.arange(count - listed) * len(others)) // max(count - listed, 1)]
    return np.concatenate([np.flatnonzero(on_register), picked])


def _start_groups(state: State, scenario: "Scenario", draw: Draws) -> None:
    """Lists with their start month, cohesion, site and market."""
    plan, groups = scenario.groups, state.groups
    groups.size = np.diff(np.append(state.first, state.listed)).astype(float)
    groups.start_month = plan.start_month + np.floor(plan.start_spread * draw.uniform("start.month", groups))
    groups.cohesion = np.exp(scenario.trust.cohesion_spread * draw.normal("start.cohesion", groups))
    spread = scenario.market.site_spread
    groups.site = spread * draw.normal("start.site", groups) - 0.5 * spread**2
    counts = np.bincount(state.markets.district[0], minlength=len(scenario.districts))
    begins = np.cumsum(counts) - counts
    place = np.floor(draw.uniform("start.market", groups) * counts[groups.district])
    groups.market = begins[groups.district] + place
    groups.institution = scenario.institution.start
    groups.companion = -1
    groups.ended = -1
    market = scenario.market
    state.markets.demand = (market.spread / np.sqrt(1 - market.persistence**2)
                            * draw.normal("start.demand", state.markets))


def _start_households(state: State, scenario: "Scenario", draw: Draws) -> None:
    """Business, skill, savings, health, needs and trust of each household at the start."""
    people, business, spending = scenario.population, scenario.business, scenario.spending
    h = state.households
    owns = draw.uniform("start.owns_business", h) < people.business_owners
    part = people.business_share * np.exp(0.4 * draw.normal("start.business_share", h) - 0.08)
    part = np.where(owns, np.clip(part, 0.02, 0.6), 0.0)
    h.business_income = part * h.normal_income
    h.labour_income = (1 - part) * h.normal_income
    steady = 0.9 * business.reinvested / business.wear * h.business_income
    h.business_capital = steady * np.exp(0.3 * draw.normal("start.business_capital", h))
    h.business_capital_start = np.where(owns, np.maximum(steady, 1.0), 1.0)
    h.skill_start = np.clip(people.skill + people.skill_spread * draw.normal("start.skill", h), 0.02, 0.9)
    h.skill = h.skill_start
    h.knowledge = h.skill_start
    h.problem_solving = scenario.learning.problem_solving_start

    h.luck = scenario.earnings.lasting_spread * draw.normal("start.luck", h)
    illness = scenario.illness
    h.ill = draw.uniform("start.ill", h) < illness.onset / illness.recovery
    h.expected_income = h.normal_income
    above_line = np.maximum(np.log(h.normal_income / h.poverty_line), 0)
    h.savings_target = np.maximum(0.1, spending.target_poor + spending.target_slope * above_line)
    h.savings = h.savings_target * h.normal_income * np.exp(0.5 * draw.normal("start.savings", h) - 0.125)

    h.health = np.clip(people.health + people.health_spread * draw.normal("start.health", h), 0, 1)
    kept = upkeep(scenario.needs, h.normal_income / h.poverty_line)
    h.clothing = np.clip(kept + 0.1 * draw.normal("start.clothing", h), 0, 1)
    h.housing = np.clip(kept + 0.1 * draw.normal("start.housing", h), 0, 1)

    trust, plan = scenario.trust, scenario.groups
    h.willingness = scenario.effort.person_spread * draw.normal("start.willingness", h)
    shared = state.per_member(draw.normal("start.trust_of_group", state.groups))
    own = draw.normal("start.trust", h)
    spread = 0.7 * trust.start_spread
    h.trust = np.clip(trust.start + plan.extra_trust + spread * shared + spread * own, 0.05, 0.95)
    h.effort = scenario.effort.start
