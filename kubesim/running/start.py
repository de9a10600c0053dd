"""Month 0 of a scenario with real people, lived for a few seeds and held against what was told of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Sequence

from kubesim.model import KubeModel
from kubesim.people.checks import Checked, telling
from kubesim.people.completing import told_completing
from kubesim.people.filed import told_mismatch
from kubesim.people.household_file import register_of, roll_of
from kubesim.people.month_zero import has_checks, held_against, lived, told
from kubesim.people.survey import design_notes
from kubesim.scenario import Scenario

SEEDS = 20
"""Seeds whose month 0 is lived at most."""
MOST_ROWS = 2_000_000
"""Households of all seeds together, about, above which fewer are lived."""


def told_people(scenario: Scenario, seeds: Sequence[int] = range(1, 1 + SEEDS)) -> list[str]:
    """What is to be said of a scenario's real people, a line each: what ``told_file`` says, and month 0
    against what is known. Raises ScenarioError."""
    lines, table = told_file(scenario), telling(check_start(scenario, seeds))
    return [*lines, "", *table] if lines and table else [*lines, *table]


def told_file(scenario: Scenario) -> list[str]:
    """What the household file holds, what it leaves open and what became of its groups, a line each;
    nothing without a file. Raises ScenarioError."""
    roll, register = roll_of(scenario), register_of(scenario)
    if roll is None:
        return []
    own = [*told_completing(roll), *register[1].notes] if register else design_notes(roll)
    return [*roll.notes, *own, *told_mismatch(scenario)]


def check_start(scenario: Scenario, seeds: Sequence[int]) -> tuple[Checked, ...]:
    """What the file and the published numbers say against the population after month 0, for the first
    of these seeds; empty where nothing was told. Raises ScenarioError when the file cannot be used."""
    if not has_checks(scenario):
        return ()
    most = max(1, min(SEEDS, MOST_ROWS // scenario.population.households))
    return _lived(scenario, tuple(seeds)[:most], scenario.folder)


@lru_cache(maxsize=4)
def _lived(scenario: Scenario, seeds: tuple[int, ...], folder: str) -> tuple[Checked, ...]:
    state = KubeModel(scenario, seed=seeds).state
    return tuple(held_against(told(scenario), lived(state, scenario)))
