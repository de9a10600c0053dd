"""Cities from which the register's households and the others are taken: one an area, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.filed import City, Filed, complete_register, draw_survey, filed, is_by_district, shuffle
from kubesim.people.first_month import first_month
from kubesim.people.fitting import Fit, Shape, fit
from kubesim.people.household_file import register_of
from kubesim.randomness import Draws, Rows
from kubesim.state import State

if TYPE_CHECKING:
    from kubesim.population import District
    from kubesim.scenario import Scenario


class Area(NamedTuple):
    """Districts that share one city and one register; ``share`` of all households."""

    districts: list[int]
    share: float
    margins_of: int | None      # the district to whose margins its people are fitted


class Layout(NamedTuple):
    """Where whom the table holds: lists first, then whom a household file names but puts on no list, then
    the rest of the city; within each of these the districts in order."""

    first: np.ndarray           # (groups,) household row at which each list begins
    listed: int                 # households on a list
    named: int                  # these and others of the register's file
    district: np.ndarray        # (households,) place in the scenario's districts
    companion: np.ndarray       # (groups,) the file's companion of each, -1 for none


def areas(scenario: "Scenario") -> list[Area]:
    """Districts without anything of their own together, then each that has margins, a register's share or
    households in the survey of its own; in the order of the file."""
    districts, apart = scenario.districts, is_by_district(scenario)
    total = sum(district.share for district in districts)
    alone = [place for place, district in enumerate(districts)
             if apart or district.margins.given or district.targeted_share is not None]
    rest = sorted(set(range(len(districts))) - set(alone))
    together = [Area(rest, sum(districts[place].share for place in rest) / total, None)] if rest else []
    return together + [Area([place], districts[place].share / total,
                            place if districts[place].margins.given else None) for place in alone]


def households_of_city(scenario: "Scenario", listed: int) -> float:
    """Households of all areas for which so many listed ones are the targeted share."""
    total = sum(district.share for district in scenario.districts)
    factor = sum(district.share * _targeting(scenario, district) for district in scenario.districts) / total
    return listed / (scenario.population.targeted_share * factor)


def lay_out(scenario: "Scenario") -> Layout:
    """Groups in proportion to share x targeted share, other households to share; or a register's own
    groups first, and as many others as make its households the targeted share of their district.

    Raises ScenarioError when the household file cannot be used, or is longer than the population.
    """
    if scenario.population.register:
        return _lay_out_register(scenario)
    people, size = scenario.population, scenario.groups.size
    listed = int(people.households * people.register_share + 1e-9) // size * size
    targeted = [district.share * _targeting(scenario, district) for district in scenario.districts]
    groups = split(targeted, listed // size)
    others = split([district.share for district in scenario.districts], people.households - listed)
    return Layout(np.arange(0, listed, size), listed, listed, np.concatenate([np.repeat(groups, size), others]),
                  np.full(len(groups), -1))


def _lay_out_register(scenario: "Scenario") -> Layout:
    """The lists of the file, then its households on none, then others."""
    roll, lists = register_of(scenario)
    if not lists.listed:
        raise ScenarioError(say("{file}: no group can be made of its {count} households", file=roll.file,
                                count=len(roll)))
    count, named = scenario.population.households, len(roll)
    if count < named:
        raise ScenarioError(say("population.households = {count}: must be at least {named}, as {file} alone "
                                "has so many", count=count, named=named, file=roll.file))
    shares = np.array([district.share for district in scenario.districts])
    whole = households_of_city(scenario, named) * shares / shares.sum()
    missing = np.maximum(whole - np.bincount(lists.district, minlength=len(shares)), 1e-9)
    others = split(list(missing), count - named)
    return Layout(lists.first, lists.listed, named, np.concatenate([lists.district, others]), lists.companion)


def _targeting(scenario: "Scenario", district: "District") -> float:
    """A district's targeted share over that of all."""
    if district.targeted_share is None:
        return 1.0
    return district.targeted_share / scenario.population.targeted_share


def split(shares: list[float], count: int) -> np.ndarray:
    """District of each of ``count`` rows in order, by largest remainder: sizes follow the shares."""
    exact = np.array(shares) / sum(shares) * count
    sizes = np.floor(exact).astype(int)
    most_cut = np.argsort(-(exact - sizes), kind="stable")
    sizes[most_cut[:count - sizes.sum()]] += 1
    return np.repeat(np.arange(len(sizes)), sizes)


def settle_city(state: State, scenario: "Scenario", named: int, draw: Draws) -> None:
    """Draw each area's families and incomes; the lowest register scores come first in the table, or in
    their place the ``named`` households of a register's file."""
    h, whole, begin = state.households, households_of_city(scenario, named), 0
    lines = np.array([line_of(scenario, district) for district in scenario.districts])
    source = _Source(scenario, filed(scenario), draw)
    h.listed[:, :state.listed] = True
    h.weight[:, :named] = 1.0
    for area in areas(scenario):
        first = np.concatenate([_rows(state, area, 0, state.listed), _rows(state, area, state.listed, named)])
        others = _rows(state, area, named, h.length)
        rows = np.concatenate([first, others])
        if not len(rows):
            continue
        city = Rows(begin, max(len(rows), round(whole * area.share)))
        persons, per_person = source.people(area, city, first, rows)
        h.persons[:, rows] = persons
        h.poverty_line[:, rows] = persons * lines[h.district[:, rows]]
        h.normal_income[:, rows] = h.poverty_line[:, rows] * per_person
        h.weight[:, others] = (city.length - len(first)) / max(len(others), 1)
        begin += city.length


def _rows(state: State, area: Area, start: int, stop: int) -> np.ndarray:
    """Household rows of an area between two rows, among which districts stand in order."""
    district = state.households.district[0, start:stop]
    begins = np.searchsorted(district, area.districts, "left") + start
    ends = np.searchsorted(district, area.districts, "right") + start
    return np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends)])


class _Source:
    """Where an area's people come from: the model's own city, one fitted to margins, or a household file."""

    def __init__(self, scenario: "Scenario", file: Filed | None, draw: Draws) -> None:
        self.scenario, self.file, self.draw = scenario, file, draw
        self.settled = self.surveyed = 0                # table rows and areas that are done
        if file and file.lists:
            every = Rows(0, len(file.roll))
            self.luck = np.stack([draw.uniform("register.income", every), draw.uniform("register.persons", every)])

    def people(self, area: Area, rows: Rows, first: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Persons and normal income (lines per person) of an area's table rows, (replicates, rows), of
        whom ``first`` are on the register; ``rows`` are the area's city."""
        city = self._city(area, rows)
        picked = np.stack([_register_first(scores, len(first), len(table)) for scores in city.score])
        if self.file and not self.file.lists:
            picked = shuffle(picked, len(first), self.draw, Rows(self.settled, len(table)))
            self.settled += len(table)
        persons, income = (np.take_along_axis(column, picked, axis=1) for column in city[:2])
        if self.file and self.file.lists and len(first):
            luck = self.draw.normal("register.housing", rows)
            persons[:, :len(first)], income[:, :len(first)] = complete_register(
                self.file, first, city, self.scenario, self.luck, luck)
        return persons, income

    def _city(self, area: Area, rows: Rows) -> City:
        """An area's city, its register scores included."""
        scenario, draw = self.scenario, self.draw
        if self.file and not self.file.lists:
            start = draw.uniform("survey.start", Rows(self.surveyed, 1))[:, 0]
            self.surveyed += 1
            district = area.districts[0] if is_by_district(scenario) else -1
            persons, income = draw_survey(self.file, district, rows.length, start)
        else:
            made = _shape(scenario) if area.margins_of is None else fitted(scenario, area.margins_of)
            persons = made.persons(draw.normal("city.persons", rows))
            income = made.income(persons, draw.normal("city.income", rows))
        score = np.log(income) + scenario.population.register_error * draw.normal("city.score", rows)
        return City(persons, income, score)


def _register_first(score: np.ndarray, listed: int, count: int) -> np.ndarray:
    """City rows of the ``listed`` lowest scores, then of others evenly picked, in the city's order."""
    on_register = np.zeros(len(score), bool)
    on_register[np.argpartition(score, max(listed - 1, 0))[:listed]] = True
    others = np.flatnonzero(~on_register)
    picked = others[(np.arange(count - listed) * len(others)) // max(count - listed, 1)]
    return np.concatenate([np.flatnonzero(on_register), picked])


# -- fits -----------------------------------------------------------------------------------------
def line_of(scenario: "Scenario", district: "District") -> float:
    """A district's poverty line, Rp per person and month."""
    return district.poverty_line or scenario.population.poverty_line


def fitted(scenario: "Scenario", place: int) -> Fit:
    """The city fitted to the margins of the scenario's district at a place; remembered by its numbers."""
    return fit(wanted(scenario, scenario.districts[place]), _shape(scenario), first_month(scenario))


def wanted(scenario: "Scenario", district: "District") -> tuple[tuple[str, float], ...]:
    """A district's margins by name, money in poverty lines."""
    line = line_of(scenario, district)
    return tuple((name, held / line if name == "spending" else held)
                 for name, held in district.margins.given.items())


def _shape(scenario: "Scenario") -> Shape:
    return Shape(*(getattr(scenario.population, name) for name in Shape._fields[:-2]))
