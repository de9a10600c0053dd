"""Plan: every run of an experiment with its name, and how what is left to do is cut into tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.running.plan import STACK_ROWS
from kubesim.scenario import Scenario
from kubesim.sweeping.identity import fresh_seed, run_ids, world_key

if TYPE_CHECKING:
    from kubesim.experiment import Experiment

TASK_WORK = 5_000_000
"""Household-months that a task holds at least: about half a second, a hundred times what sending it costs."""
MOST_LOTS = 500


class Lot(NamedTuple):
    """Runs of one scenario at one point that live stacked in one table."""

    scenario: str
    values: dict[str, Any]                  # by dotted path
    seeds: tuple[int, ...]
    runs: tuple[int, ...]                   # their names


class Task(NamedTuple):
    """Lots that go to a worker together."""

    lots: tuple[Lot, ...]

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return sum(len(lot.runs) for lot in self.lots)

    def halves(self) -> tuple["Task", "Task"]:
        """Two tasks with half of the runs each; there must be two runs or more."""
        middle, left, right = self.runs // 2, [], []
        for lot in self.lots:
            cut = min(max(middle, 0), len(lot.runs))
            middle -= cut
            for side, seeds, runs in ((left, lot.seeds[:cut], lot.runs[:cut]),
                                      (right, lot.seeds[cut:], lot.runs[cut:])):
                if runs:
                    side.append(lot._replace(seeds=seeds, runs=runs))
        return Task(tuple(left)), Task(tuple(right))


class Points:
    """Points with their seeds and the names of their runs; all that a folder must say to name them."""

    def __init__(self, points: pd.DataFrame, worlds: Mapping[str, str], seeds: Sequence[int],
                 fresh: bool) -> None:
        self.table, self.worlds, self.seeds, self.fresh = points, dict(worlds), list(seeds), fresh
        self._columns = {path: points[path].tolist() for path in points}

    def __len__(self) -> int:
        return len(self.table)

    def values(self, point: int) -> dict[str, Any]:
        """The values of a point by dotted path."""
        return {path: held[point] for path, held in self._columns.items()}

    def seeds_of(self, point: int) -> list[int]:
        """The seeds that a point is lived with, the same in every scenario."""
        if not self.fresh:
            return self.seeds
        values = self.values(point)
        return [fresh_seed(values, seed) for seed in self.seeds]

    @cached_property
    def ids(self) -> np.ndarray:
        """Names of all runs, shape (points, scenarios, seeds)."""
        out = np.empty((len(self), len(self.worlds), len(self.seeds)), np.uint64)
        for point in range(len(self)):
            values, seeds = self.values(point), self.seeds_of(point)
            for place, key in enumerate(self.worlds.values()):
                out[point, place] = run_ids(key, values, seeds)
        return out

    @cached_property
    def asked(self) -> int:
        """How many runs these are; points with the same values, as Morris designs have, share theirs."""
        return int(np.unique(self.ids).size)

    def numbered_seeds(self, these: slice = slice(None)) -> np.ndarray:
        """The seed of every run of some points, shape (points, scenarios, seeds)."""
        chosen = range(len(self))[these]
        each = np.array([self.seeds_of(point) for point in chosen] if self.fresh else [self.seeds], np.int64)
        return np.broadcast_to(each.reshape(-1, 1, len(self.seeds)),
                               (len(chosen), len(self.worlds), len(self.seeds)))


@dataclass(frozen=True)
class Plan:
    """All runs of an experiment."""

    experiment: Experiment
    points: Points

    @classmethod
    def of(cls, experiment: Experiment) -> "Plan":
        """The plan of an experiment."""
        terms = experiment.terms
        worlds = {name: world_key(scenario, terms.outcomes, terms.keep)
                  for name, scenario in experiment.scenarios.items()}
        seeds = range(terms.seeds.first, terms.seeds.first + terms.seeds.count)
        return cls(experiment, Points(experiment.points, worlds, seeds, terms.seeds.fresh))

    def missing(self, held: np.ndarray, limit: int | None = None) -> np.ndarray:
        """Which runs are not held, in the order of ``points.ids``; at most ``limit`` of them."""
        missing = ~np.isin(self.points.ids, held)
        again = np.ones(missing.size, bool)                     # points with the same values share runs
        again[np.unique(self.points.ids, return_index=True)[1]] = False
        missing.reshape(-1)[again] = False
        if limit is not None:
            places = np.flatnonzero(missing)[limit:]
            missing.reshape(-1)[places] = False
        return missing

    def tasks(self, missing: np.ndarray, workers: int) -> Iterator[Task]:
        """The missing runs as tasks of at least TASK_WORK, smaller ones where there are few."""
        scenarios = self.experiment.scenarios
        work = missing.sum(axis=(0, 2)) @ [_work(scenario) for scenario in scenarios.values()]
        enough = min(TASK_WORK, work / (4 * workers))
        lots, held = [], 0.0
        for lot in self._lots(missing):
            lots.append(lot)
            held += len(lot.seeds) * _work(scenarios[lot.scenario])
            if held >= enough or len(lots) == MOST_LOTS:
                yield Task(tuple(lots))
                lots, held = [], 0.0
        if lots:
            yield Task(tuple(lots))

    def _lots(self, missing: np.ndarray) -> Iterator[Lot]:
        for point in np.flatnonzero(missing.any(axis=(1, 2))).tolist():
            values, seeds = self.points.values(point), self.points.seeds_of(point)
            for place, (name, scenario) in enumerate(self.experiment.scenarios.items()):
                places = np.flatnonzero(missing[point, place]).tolist()
                many = max(1, STACK_ROWS // scenario.population.households)
                for cut in range(0, len(places), many):
                    chosen = places[cut:cut + many]
                    yield Lot(name, values, tuple(seeds[seed] for seed in chosen),
                              tuple(self.points.ids[point, place, chosen].tolist()))


def _work(scenario: Scenario) -> float:
    """Household-months of a run."""
    return scenario.population.households * (scenario.months + 1.0)
