"""The effect of designs against a baseline, told after a few pairs of worlds and sharper after more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable, Iterator, NamedTuple, Sequence

import pandas as pd

from kubesim.comparing.comparison import Comparison
from kubesim.comparing.effects import effects_table
from kubesim.comparing.lockstep import PairRecord, PairStack, live
from kubesim.comparing.pairs import Pairs, add_ratios_to_twin
from kubesim.comparing.worlds import Worlds, make_worlds
from kubesim.errors import SimulationError
from kubesim.running.manifest import Made
from kubesim.running.record import Record
from kubesim.running.workers import told_faults
from kubesim.scenario import Scenario
from kubesim.web.bench import Job
from kubesim.web.lived import Lived, Unseen

OUTCOMES = ("poverty_rate", "consumption", "food", "clothing", "housing", "health", "groups_active", "skill", "cost",
            "cost_per_household_lifted")
AT_ONCE = OUTCOMES[:-1]
"""Told after the first pairs; the price of a household lifted means little then, its bootstrap takes long, and
it needs one more world."""
FIRST, PAIRS = 4, 24
SLICE_ROWS = 1_000_000
"""Household-months of one slice, about half a second."""


class Told(NamedTuple):
    """What the page shows of a comparison."""

    effects: pd.DataFrame
    baseline: str                   # its label
    variants: tuple[str, ...]       # labels of the designs
    months: int                     # after month 0
    pairs: int                      # how many have lived
    asked: tuple[str, ...]          # outcomes


@dataclass(frozen=True)
class Found:
    """The effects in the pairs that have lived."""

    worlds: Worlds
    seeds: tuple[int, ...]
    asked: tuple[str, ...]
    effects: pd.DataFrame

    @property
    def told(self) -> Told:
        """What the page shows of it."""
        return Told(self.effects, self.worlds.baseline, self.worlds.variants, self.worlds.months, len(self.seeds),
                    self.asked)


def compare_in_slices(baseline: Scenario, variants: Sequence[Scenario], seed: int, job: Job,
                      crew: Callable[..., Any], lived: Lived) -> Iterator[tuple[int, Found | None]]:
    """Compare with more and more pairs: after each slice of work how many pairs have lived, and what is found
    where it is worth showing. Seeds are ``seed``, ``seed + 1``, ... Each world lives alone, so one that was
    asked for before need not live again. Raises ScenarioError when the worlds cannot be paired, SimulationError
    when one breaks."""
    worlds = make_worlds(baseline, variants)
    at_once = max(1, SLICE_ROWS // (baseline.population.households * (worlds.months + 1)))
    pieces: dict[tuple[int, ...], PairRecord] = {}
    for goal, outcomes, needed in ((FIRST, AT_ONCE, _without_twin(worlds)), (PAIRS, OUTCOMES, worlds)):
        for seeds in _stacks(seed, goal, at_once):
            piece = pieces.setdefault(seeds, PairRecord(seeds))
            for label in [label for label in needed.scenarios if label not in piece.worlds]:
                columns = lived.columns(crew, needed.scenarios[label], label, seeds, OUTCOMES)
                if job.stopped:
                    return
                piece.worlds[label] = Record(seeds, columns)
                yield _whole(pieces.values(), 1 + len(variants)), None
        pairs = Pairs(needed, outcomes, tuple(range(seed, seed + goal)), list(pieces.values()), by_district=False)
        yield goal, Found(worlds, pairs.seeds, outcomes, crew(effects_table, pairs))


def _whole(pieces: Iterable[PairRecord], worlds: int) -> int:
    """How many seeds have lived in at least so many worlds."""
    return sum(len(piece.seeds) for piece in pieces if len(piece.worlds) >= worlds)


def _stacks(seed: int, goal: int, at_once: int) -> list[tuple[int, ...]]:
    """Seeds up to a goal, so many that live together at most; the first ones by themselves."""
    ends = [*range(0, FIRST, at_once), *range(FIRST, goal, at_once), goal]
    return [tuple(range(seed + begin, seed + end)) for begin, end in zip(ends, ends[1:])]


def _without_twin(worlds: Worlds) -> Worlds:
    """The worlds without the one that only prices are held against."""
    kept = (worlds.baseline, *worlds.variants)
    return replace(worlds, scenarios={label: worlds.scenarios[label] for label in kept})


def live_side_by_side(found: Found, crew: Callable[..., Any], job: Job) -> Iterator[Pairs | None]:
    """The pairs of what was found, for those who take it home: the worlds live once more, now month by month
    beside each other, and are held to be the same until their first difference. Gives None after each slice,
    the pairs at the end. Raises SimulationError when a world breaks."""
    worlds, pieces = found.worlds, []
    rows = worlds.scenarios[worlds.baseline].population.households * (worlds.months + 1) * len(worlds.scenarios)
    for seeds in _stacks(found.seeds[0], len(found.seeds), max(1, SLICE_ROWS // rows)):
        landed = crew(live, PairStack(0, worlds, seeds, OUTCOMES), Unseen())
        if job.stopped:
            return
        if landed.faults:
            raise SimulationError("\n".join(told_faults([landed])))
        pieces += landed.records
        yield None
    yield Pairs(worlds, OUTCOMES, found.seeds, pieces)


def compared(pairs: Pairs) -> Comparison:
    """All that a comparison tells of pairs that lived side by side."""
    for piece in pairs.pieces:
        add_ratios_to_twin(piece, pairs.worlds, pairs.asked)
    return Comparison.of(pairs, Made(twin=True, outcomes=pairs.asked))
