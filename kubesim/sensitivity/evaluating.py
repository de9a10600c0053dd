"""The model tried at every point of a design: worlds lived, effects taken, errors kept."""

from __future__ import annotations

from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say
from kubesim.model import KubeModel
from kubesim.running.measure import WHO, Measures, choose_outcomes
from kubesim.scenario import Scenario
from kubesim.sensitivity.factors import Factor, settings

BATCH = 4
"""Points that go to a process together."""

Measured = dict[tuple[str, str, int], np.ndarray]
"""Outcomes by (world, column, month), shape (seeds,)."""


class Headline(NamedTuple):
    """An effect: an outcome in one world less that in another.

    With ``base``, a percentage of that world's value; without one, 100 times the difference.
    """

    name: str                   # column of the outcomes
    title: str                  # English, for ``say``
    unit: str                   # English, for ``say``
    world: str
    against: str
    outcome: str                # a column of the outcomes, such as consumption_members
    month: int
    base: str = ""              # the world by whose value the difference is divided

    def needs(self) -> set[tuple[str, str, int]]:
        """What must be measured for it."""
        return {(world, self.outcome, self.month) for world in (self.world, self.against, self.base) if world}

    def effect(self, held: Measured) -> np.ndarray:
        """The effect of each seed, NaN where a value is missing."""
        def of(world: str) -> np.ndarray:
            return held[world, self.outcome, self.month]

        if not self.needs() <= held.keys():
            return np.array(np.nan)
        difference = 100.0 * (of(self.world) - of(self.against))
        return difference / of(self.base) if self.base else difference


@dataclass(frozen=True)
class Study:
    """Worlds that live side by side under the same luck, and the effects taken from them."""

    worlds: Mapping[str, Scenario]
    headlines: tuple[Headline, ...]

    def needs(self, world: str) -> dict[int, set[str]]:
        """What must be measured in a world: columns by month."""
        found: dict[int, set[str]] = {}
        for headline in self.headlines:
            for place, column, month in headline.needs():
                if place == world:
                    found.setdefault(month, set()).add(column)
        return found

    def months(self) -> int:
        """Months that all worlds live together."""
        return sum(1 + max(needed) for world in self.worlds if (needed := self.needs(world)))


def evaluate(points: pd.DataFrame, study: Study, factors: Sequence[Factor], seeds: Sequence[int],
             executor: Executor | None = None,
             progress: Callable[[int, int], object] = lambda done, total: None) -> pd.DataFrame:
    """The effects at every point under each seed: point, seed, a column a headline, error.

    All points and worlds have the same luck. A point whose world breaks is recorded with its error
    and no effects; the others go on. The table is the same for any executor, None being this process.
    ``progress`` gets (months lived, months to live), both times seeds. Raises SimulationError when a
    process dies.
    """
    given = [settings(factors, point) for point in points.to_dict("records")]
    batches = [(first, given[first:first + BATCH]) for first in range(0, len(given), BATCH)]
    each = study.months() * len(seeds)
    live = partial(_live_batch, study, tuple(int(seed) for seed in seeds))
    rows: list[dict[str, Any]] = []
    try:
        landing = executor.map(live, batches) if executor else map(live, batches)
        for (first, batch), landed in zip(batches, landing):
            rows += landed
            progress((first + len(batch)) * each, len(given) * each)
    except BrokenProcessPool:
        raise SimulationError(say("a worker process died: out of memory, or killed")) from None
    return pd.DataFrame(rows, columns=["point", "seed", *(headline.name for headline in study.headlines),
                                       "error"])


def _live_batch(study: Study, seeds: tuple[int, ...], batch: tuple[int, list[dict]]) -> list[dict[str, Any]]:
    first, points = batch
    return [row for place, changes in enumerate(points)
            for row in _live_point(study, seeds, first + place, changes)]


def _live_point(study: Study, seeds: tuple[int, ...], point: int, changes: dict) -> list[dict[str, Any]]:
    """A row a seed; seeds live stacked, and alone once a stack breaks, so that only broken ones are lost."""
    held: Measured = {}
    errors = []
    for world, scenario in study.worlds.items():
        try:
            held |= _live_world(study, world, scenario, seeds, changes)
        except (ScenarioError, SimulationError, ArithmeticError) as broken:
            if len(seeds) > 1:
                return [row for seed in seeds for row in _live_point(study, (seed,), point, changes)]
            errors.append(f"{world}: {str(broken).splitlines()[0]}")
    effects = {headline.name: np.broadcast_to(headline.effect(held), len(seeds)).astype(float)
               for headline in study.headlines}
    return [{"point": point, "seed": seed, **{name: float(values[place]) for name, values in effects.items()},
             "error": "; ".join(errors)} for place, seed in enumerate(seeds)]


def _live_world(study: Study, world: str, scenario: Scenario, seeds: tuple[int, ...],
                changes: dict) -> Measured:
    """One world from month 0 to the last month that matters."""
    needed = study.needs(world)
    if not needed:
        return {}
    known = {held.path for held in scenario.values()}
    changed = scenario.with_({path: value for path, value in changes.items() if path in known})
    model = KubeModel(changed, seed=seeds)
    columns = set().union(*needed.values())
    measures = Measures(model.state, choose_outcomes(sorted({_outcome(column) for column in columns})))
    held: Measured = {}
    for month in range(max(needed) + 1):
        if month:
            model.step()
        if month in needed:
            taken = measures.take(model.state, changed)
            held |= {(world, column, month): taken[column][:, 0] for column in needed[month]}
    return held


def _outcome(column: str) -> str:
    """The outcome that a column holds for all, for members or for the others."""
    for ending in sorted(WHO, key=len, reverse=True):
        if ending and column.endswith(ending):
            return column.removesuffix(ending)
    return column
