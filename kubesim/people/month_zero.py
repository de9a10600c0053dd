"""Month 0 of a scenario with real people, held against what its file and its published numbers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.people.agreement import agreements
from kubesim.people.checks import (ALL, FILE, PUBLISHED, Checked, People, known_as, measured, of_file,
                                   of_population, part, unit_of)
from kubesim.people.household_file import REGISTER, kind_of, register_of, roll_of
from kubesim.people.survey import usable
from kubesim.state import State

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

Key = tuple[str, str, str]
"""Against what, which place, which measure."""


class Told(NamedTuple):
    """A number that the population is held against."""

    unit: str
    value: float
    error: float                    # its standard error, NaN where it has none
    near: bool = True               # whether the model's people can come near to it at all


def has_checks(scenario: "Scenario") -> bool:
    """Whether there is anything to hold month 0 against."""
    return bool(kind_of(scenario)) or any(district.margins.given for district in scenario.districts)


def told(scenario: "Scenario") -> dict[Key, Told]:
    """What the file says of its households, and what is published of each district."""
    found: dict[Key, Told] = {}
    if kind_of(scenario):
        file, in_lines = _file(scenario)
        found = {(FILE, place, measure): Told(unit_of(measure, in_lines), *estimate)
                 for (place, measure), estimate in measured(file, _names(scenario)).items()}
    for held in agreements(scenario):
        if np.isfinite(held.published):
            found[PUBLISHED, held.district, held.margin] = Told(unit_of(held.margin, False), held.published, np.nan,
                                                                held.near)
    return found


def lived(state: State, scenario: "Scenario") -> dict[Key, np.ndarray]:
    """The same of the population after month 0, an entry a replicate."""
    seeds: dict[Key, list[float]] = {}
    for replicate in range(state.replicates):
        for key, number in _lived_once(state, replicate, scenario).items():
            seeds.setdefault(key, []).append(number)
    return {key: np.array(numbers) for key, numbers in seeds.items()}


def held_against(what: Mapping[Key, Told], numbers: Mapping[Key, Sequence[float]]) -> list[Checked]:
    """What was told beside the population's numbers, in the order of ``told``."""
    found = []
    for key, said in what.items():
        if key in numbers:
            held = np.asarray(numbers[key])
            spread = float(held.std(ddof=1)) if len(held) > 1 else np.nan
            found.append(Checked(*key, *said[:3], float(held.mean()), spread, said.near))
    return found


def _lived_once(state: State, replicate: int, scenario: "Scenario") -> dict[Key, float]:
    found: dict[Key, float] = {}
    if kind_of(scenario):
        file, in_lines = _file(scenario)
        people = of_population(state, replicate, in_lines)
        if kind_of(scenario) == REGISTER:               # its rows come first in the table, in its lists' order
            people = known_as(part(people, np.arange(len(file.persons))), file)
        found = {(FILE, *where): estimate.value for where, estimate in measured(people, _names(scenario)).items()}
    return found | _lived_by_district(of_population(state, replicate, in_lines=False), scenario)


def _lived_by_district(people: People, scenario: "Scenario") -> dict[Key, float]:
    """The published numbers of each district, in its people."""
    found: dict[Key, float] = {}
    if not any(district.margins.given for district in scenario.districts):
        return found
    order = np.argsort(people.district, kind="stable")
    ends = np.searchsorted(people.district[order], np.arange(len(scenario.districts) + 1))
    for place, district in enumerate(scenario.districts):
        rows = order[ends[place]:ends[place + 1]]
        held = measured(part(people, rows), ()) if len(rows) and district.margins.given else {}
        found |= {(PUBLISHED, district.name, measure): held[ALL, measure].value
                  for measure in district.margins.given if held}
    return found


def _file(scenario: "Scenario") -> tuple[People, bool]:
    """The file's households, a register's in the order in which the model's table holds them, a survey's
    that can stand for people; and whether its money is in poverty lines."""
    lines = [district.poverty_line or scenario.population.poverty_line for district in scenario.districts]
    if kind_of(scenario) == REGISTER:
        roll, lists = register_of(scenario)
        district = np.empty(len(roll), int)
        district[lists.entry] = lists.district
        return part(of_file(roll, district, lines, sampled=False), lists.entry), roll.in_lines
    roll = roll_of(scenario)
    district = np.maximum(roll.district, 0)
    return part(of_file(roll, district, lines, sampled=True), usable(roll)), roll.in_lines


def _names(scenario: "Scenario") -> list[str]:
    return [district.name for district in scenario.districts]
