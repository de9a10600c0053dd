"""A household file's people, made ready to be put into a population: a register's first, a survey's drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.completing import Donors, complete, deciles_of, told_income, told_spending
from kubesim.people.first_month import NO_MISMATCH, FirstMonth, Mismatch, first_month
from kubesim.people.household_file import REGISTER, SURVEY, kind_of, question_of, register_of, roll_of
from kubesim.people.register import Lists
from kubesim.people.roll import Roll
from kubesim.people.survey import systematic, usable
from kubesim.processes.needs import upkeep
from kubesim.randomness import Draws, Rows
from kubesim.state import State

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

HOUSING_SPREAD = 0.1
"""Spread of housing between households of the same income at the start (``start_households``)."""

SEEN_APART = 0.03
"""Distance between quantiles of spending above which it is said."""
LEAST_INCOME = 0.1
"""Normal income below which none is believed, poverty lines per person: nobody lives on less."""


class City(NamedTuple):
    """An area's city: arrays (replicates, households), income in poverty lines per person."""

    persons: np.ndarray
    income: np.ndarray
    score: np.ndarray               # of the welfare register, the lowest are listed


class Filed(NamedTuple):
    """A household file with what it tells of normal incomes; ``lists`` is None for a survey."""

    roll: Roll                      # a register's in the order of the table; of a survey what can be used
    lists: Lists | None
    income: np.ndarray              # normal, poverty lines per person, NaN where nothing tells it
    mismatch: Mismatch              # where month 0's quantiles of spending are furthest from the file's


def filed(scenario: "Scenario") -> Filed | None:
    """The people of the scenario's household file; None where it names none. They are remembered for
    scenarios that agree in all that they hang on. Raises ScenarioError."""
    if not kind_of(scenario):
        return None
    lines = tuple(district.poverty_line or scenario.population.poverty_line for district in scenario.districts)
    sure = max(scenario.population.sure_income, LEAST_INCOME)
    return _filed(Asked(*question_of(scenario), scenario.groups.size, lines, sure, first_month(scenario), scenario))


class Asked(NamedTuple):
    """What a file's people hang on; ``scenario`` is how to come by them and does not count."""

    question: tuple
    stamp: tuple[int, int]
    size: int
    lines: tuple[float, ...]
    sure: float
    kernel: FirstMonth
    scenario: "Scenario"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self[:-1] == other[:-1]

    def __hash__(self) -> int:
        return hash(self[:-1])


@lru_cache(maxsize=8)
def _filed(asked: Asked) -> Filed:
    lines, register = np.array(asked.lines), register_of(asked.scenario)
    if register:
        roll, lists = register
        roll, line = roll.part(lists.entry), lines[lists.district]
    else:
        whole, lists = roll_of(asked.scenario), None
        roll = whole.part(usable(whole))
        _check_survey(roll, asked.scenario)
        line = lines[np.maximum(roll.district, 0)]
    spending, counts = told_spending(roll, line)
    mismatch = asked.kernel.mismatch(spending, counts) if len(spending) else NO_MISMATCH
    return Filed(roll, lists, told_income(roll, line, asked.kernel.income_for, asked.sure), mismatch)


def told_mismatch(scenario: "Scenario") -> list[str]:
    """That month 0 cannot have the file's distribution of spending everywhere, and where it is furthest off."""
    file = filed(scenario)
    if file is None or abs(file.mismatch.off) <= SEEN_APART:
        return []
    level, off = 100 * file.mismatch.level, 100 * file.mismatch.off
    side = say("{off:.0f} % more", off=off) if off > 0 else say("{off:.0f} % less", off=-off)
    return [say("month 0 cannot follow the file's spending everywhere; it is furthest off at the quantile "
                "{level:.0f} % from below, where the model's people spend {side}", level=level, side=side)]


def is_by_district(scenario: "Scenario") -> bool:
    """Whether a survey gives each district its own households."""
    return kind_of(scenario) == SURVEY and len(scenario.districts) > 1 and bool(
        scenario.population.columns.district)


def complete_register(file: Filed, rows: np.ndarray, city: City, scenario: "Scenario", luck: np.ndarray,
                      housing_luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Persons and normal income of a register's households, shape (replicates, rows) or (rows,).

    What the file leaves open comes from households of the area's city; ``luck`` holds two uniform
    numbers a household of the file, shape (2, replicates, households), ``housing_luck`` a normal one
    a household of the city.
    """
    roll, made = file.roll.part(rows), []
    if not (np.isnan(roll.persons).any() or np.isnan(file.income[rows]).any()):
        return roll.persons, file.income[rows]          # nothing is open, under any luck
    for replicate in range(len(city.persons)):
        score, income = city.score[replicate], city.income[replicate]
        listed = np.zeros(len(score), bool)
        listed[np.argpartition(score, len(rows) - 1)[:len(rows)]] = True
        kept = upkeep(scenario.needs, income) + HOUSING_SPREAD * housing_luck[replicate]
        donors = Donors(city.persons[replicate], income, np.clip(kept, 0, 1), deciles_of(score), listed)
        made.append(complete(roll, file.income[rows], donors, (luck[0, replicate, rows], luck[1, replicate, rows])))
    return np.stack([each.persons for each in made]), np.stack([each.income for each in made])


def settle_housing(state: State, scenario: "Scenario") -> None:
    """Housing of a register's households, where its file tells it."""
    if kind_of(scenario) != REGISTER:
        return
    told = filed(scenario).roll.housing
    known = np.flatnonzero(np.isfinite(told))
    state.households.housing[:, known] = told[known]


def draw_survey(file: Filed, district: int, count: int, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Persons and normal income of a city of ``count`` households, (replicates, count), in order of
    spending: records are taken systematically in proportion to weight, from a start that is luck.
    ``district`` is the place of the only one whose households are taken, -1 for all."""
    roll = file.roll
    rows = np.flatnonzero(roll.district == district) if district >= 0 else np.arange(len(roll))
    rows = rows[np.argsort(roll.spending[rows], kind="stable")]
    taken = np.stack([np.repeat(rows, systematic(roll.weight[rows], count, float(begin))) for begin in start])
    return roll.persons[taken], file.income[taken]


def shuffle(picked: np.ndarray, listed: int, draw: Draws, rows: Rows) -> np.ndarray:
    """Households of a city in order of spending, the listed ones first, each part in a random order."""
    luck = draw.uniform("survey.order", rows)
    luck[:, listed:] += 1.0                             # the parts stay apart
    return np.take_along_axis(picked, np.argsort(luck, axis=1), axis=1)


def _check_survey(roll: Roll, scenario: "Scenario") -> None:
    """Raise ScenarioError where the survey has nobody for the city, or for one of its districts."""
    if not len(roll):
        raise ScenarioError(say("{file}: no row has persons, spending and a weight", file=roll.file))
    empty = [district.name for place, district in enumerate(scenario.districts)
             if is_by_district(scenario) and not (roll.district == place).any()]
    if empty:
        raise ScenarioError(say("{file}: has no household in {districts}", file=roll.file,
                                districts=", ".join(empty)))
