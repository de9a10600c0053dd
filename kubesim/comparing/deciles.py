"""Who gains and who loses: households by decile of their first month's consumption, twin against twin."""

from __future__ import annotations

from typing import Iterable, Mapping

import numpy as np

from kubesim.extensions import Outcome
from kubesim.scenario import Scenario
from kubesim.state import State

DECILES = 10
CHANGES = (-np.inf, -0.20, -0.10, -0.05, -0.01, 0.01, 0.05, 0.10, 0.20, 0.50, np.inf)
"""Edges of the classes of relative change in consumption, from a loss of a fifth to a gain of a half."""
YEAR = 12
MOVES = ("lifted_out", "kept_out", "held_down", "pushed_in")
"""Poor at the start or not, and poor in one world but not in the other; see ``moves``."""


class Deciles:
    """Households by decile of consumption per person, each decile with a tenth of the city's persons."""

    def __init__(self, state: State) -> None:
        h = state.households
        each = h.consumption / h.persons
        order = np.argsort(each, axis=1, kind="stable")
        people = np.take_along_axis(h.persons * h.weight, order, axis=1)
        middle = np.cumsum(people, axis=1) - people / 2
        ranked = np.minimum(DECILES * middle / people.sum(axis=1, keepdims=True), DECILES - 1).astype(int)
        self.place = np.empty_like(ranked)          # 0 to 9, shape (replicates, households)
        np.put_along_axis(self.place, order, ranked, axis=1)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums over the households of each decile, shape (replicates, 10)."""
        return tally(self.place, values, DECILES)

    def measure(self, state: State, outcomes: Iterable[Outcome], params: Scenario) -> dict[str, np.ndarray]:
        """Outcomes of households by decile, each of shape (replicates, 10)."""
        weight = state.households.weight
        found = {}
        for outcome in outcomes:
            counted, base = outcome.measure(state.households, params)
            above = self.sums(counted * weight)
            below = np.ones_like(above) if base is None else self.sums(base * weight)
            found[outcome.name] = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
        return found


def tally(cells: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Sums of values by cell (0 to count - 1), shape (replicates, count)."""
    replicates = len(cells)
    where = cells + count * np.arange(replicates)[:, None]
    sums = np.bincount(where.ravel(), np.broadcast_to(values, where.shape).ravel(), replicates * count)
    return sums.reshape(replicates, count)


def persons_by_change(deciles: Deciles, state: State, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Persons by (on a list or not, decile, class of relative change from theirs to ours), shape
    (replicates, 2, 10, classes); consumption has shape (replicates, households)."""
    classes = len(CHANGES) - 1
    change = np.searchsorted(CHANGES[1:-1], ours / theirs - 1)
    listed = np.arange(state.households.length) < state.listed
    cell = (np.where(listed, 0, DECILES) + deciles.place) * classes + change
    persons = state.households.persons * state.households.weight
    return tally(cell, persons, 2 * DECILES * classes).reshape(-1, 2, DECILES, classes)


def moves(here: State, there: State) -> np.ndarray:
    """Households of the city by what living here rather than there does to them this month, shape
    (replicates, 4 of MOVES).

    Lifted out: poor at the start and there, not poor here. Kept out: not poor at the start, poor
    there, not poor here. Held down: poor at the start and here, not poor there. Pushed in: not poor
    at the start nor there, poor here.
    """
    ours, theirs = here.households, there.households
    cell = 4 * theirs.poor_at_start + 2 * theirs.poor + ours.poor
    counts = tally(cell, theirs.weight, 8)
    return counts[:, [6, 2, 5, 1]]


class YearlyMean:
    """Consumption of each household of each world over the last twelve months."""

    def __init__(self, months: int) -> None:
        self.first = max(months - YEAR + 1, min(months, 1))
        self.sums: dict[str, np.ndarray] = {}

    def take(self, states: Mapping[str, State], month: int) -> None:
        """Add a month, when it counts."""
        if month >= self.first:
            for label, state in states.items():
                consumption = state.households.consumption
                self.sums[label] = self.sums.get(label, 0.0) + consumption
