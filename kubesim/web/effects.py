"""The effect of designs against a baseline, told after a few pairs of worlds and sharper after more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Iterator, NamedTuple, Sequence

import pandas as pd

from kubesim.comparing.comparison import Comparison
from kubesim.comparing.effects import effects_table
from kubesim.comparing.lockstep import PairStack, live
from kubesim.comparing.pairs import Pairs, add_ratios_to_twin
from kubesim.comparing.worlds import make_worlds
from kubesim.errors import SimulationError
from kubesim.running.manifest import Made
from kubesim.running.workers import told_faults
from kubesim.scenario import Scenario
from kubesim.web.bench import Job

OUTCOMES = ("poverty_rate", "consumption", "food", "clothing", "housing", "health", "groups_active", "skill", "cost",
            "cost_per_household_lifted")
AT_ONCE = OUTCOMES[:-1]
"""Told after the first pairs; the price of a household lifted means little then, and its bootstrap takes long."""
FIRST, PAIRS = 4, 24
SLICE_ROWS = 1_000_000
"""Household-months of one slice, about a third of a second."""


class Unseen:
    """A board on which nobody looks: a slice is short enough to be lived to its end."""

    stopped = False

    def tick(self, place: int, replicates: int) -> None:
        """A stack of worlds has lived a month."""


class Told(NamedTuple):
    """What the page shows of a comparison."""

    effects: pd.DataFrame
    baseline: str                   # its label
    variants: tuple[str, ...]       # labels of the designs
    months: int                     # after month 0
    pairs: int                      # how many have lived
    asked: tuple[str, ...]          # outcomes


@dataclass
class Found:
    """Pairs that have lived, and the effects in them."""

    pairs: Pairs
    effects: pd.DataFrame

    @property
    def told(self) -> Told:
        """What the page shows of it."""
        worlds = self.pairs.worlds
        return Told(self.effects, worlds.baseline, worlds.variants, worlds.months, len(self.pairs.seeds),
                    tuple(self.pairs.asked))

    @cached_property
    def comparison(self) -> Comparison:
        """Everything that a comparison tells, for those who take it home."""
        return Comparison.of(self.pairs, Made(twin=True, outcomes=self.pairs.asked))


def compare_in_slices(baseline: Scenario, variants: Sequence[Scenario], seed: int, job: Job,
                      crew: Callable[..., Any]) -> Iterator[tuple[int, Found | None]]:
    """Compare with more and more pairs: after each slice of work, done by the ``crew``, how many pairs have
    lived, and what is found where it is worth showing. Seeds are ``seed``, ``seed + 1``, ... Raises
    ScenarioError when the worlds cannot be paired, SimulationError when one breaks."""
    worlds = make_worlds(baseline, variants)
    rows = baseline.population.households * (worlds.months + 1) * len(worlds.scenarios)
    at_once = max(1, min(FIRST, SLICE_ROWS // rows))
    pieces, lived = [], 0
    for goal, outcomes in ((FIRST, AT_ONCE), (PAIRS, OUTCOMES)):
        while lived < goal:
            seeds = tuple(range(seed + lived, seed + min(lived + at_once, goal)))
            landed = crew(live, PairStack(0, worlds, seeds, OUTCOMES), Unseen())
            if landed.faults:
                raise SimulationError("\n".join(told_faults([landed])))
            if job.stopped:
                return
            for record in landed.records:
                add_ratios_to_twin(record, worlds, OUTCOMES)
            pieces += landed.records
            lived += len(seeds)
            if lived < goal:
                yield lived, None
        pairs = Pairs(worlds, outcomes, tuple(range(seed, seed + lived)), list(pieces))
        yield lived, Found(pairs, crew(effects_table, pairs))
