"""Lives the pairs of a plan, in one stage or two, and gathers what lands."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Sequence

import numpy as np

from kubesim import files
from kubesim.comparing import words
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.lockstep import live
from kubesim.comparing.pairs import Pairs, add_ratios_to_twin
from kubesim.comparing.plan import Plan
from kubesim.comparing.sequential import Stages
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import Made, files_read, utc
from kubesim.running.simulation import Interrupted, Progress, ReplicatesFailed
from kubesim.signals import on_signal
from kubesim.running.workers import Board, Landed, live_all, told_faults


def carry_out(plan: Plan, progress: Progress | None, scratch: Path | None = None) -> Comparison:
    """Live all pairs and compare them.

    Raises Interrupted and ReplicatesFailed with the finished pairs in their ``results``, and
    PairingBroken when worlds differ too early.
    """
    harvest = _Harvest(plan)
    with tempfile.TemporaryDirectory(prefix=files.SCRATCH, dir=scratch, ignore_cleanup_errors=True) as folder:
        stopped = harvest.live(plan.first, Path(folder), progress)
        while plan.width and not stopped and not harvest.faults:
            harvest.stages = harvest.look()
            more = plan.seeds[len(harvest.wanted):harvest.stages.wanted(len(harvest.wanted))]
            if not more:
                break
            stopped = harvest.live(more, Path(folder), progress)
    comparison = harvest.comparison()
    if harvest.faults:
        raise ReplicatesFailed(harvest.faults, comparison)
    if stopped:
        raise Interrupted(comparison)
    return comparison


@dataclass
class _Harvest:
    """What has landed so far, and when the work began."""

    plan: Plan
    landed: list[Landed] = field(default_factory=list)
    stages: Stages | None = None
    wanted: tuple[int, ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong, one line a fault with the seeds that it struck."""
        return told_faults(self.landed)

    def live(self, seeds: Sequence[int], folder: Path, progress: Progress | None) -> bool:
        """Live more pairs; returns whether a signal stopped them."""
        worlds, lived = self.plan.worlds, len(self.wanted)
        self.wanted += tuple(seeds)
        workers, stacks = self.plan.stacks(seeds)
        months = len(worlds.scenarios) * (worlds.months + 1)

        def tell(done: int) -> None:
            if progress:
                progress(done + lived * months, len(self.wanted) * months)

        board = Board.make(folder / f"board-{lived}", len(stacks), tell)
        with on_signal(board.stop), closing(live_all(stacks, workers, board, live)) as landing:
            for piece in landing:
                self.landed.append(piece)
                for record in piece.records:
                    add_ratios_to_twin(record, worlds, self.plan.outcomes)
            return board.stopped

    def look(self) -> Stages:
        """What the pairs so far say of the number of pairs; raises ScenarioError when the width asked
        for cannot be had."""
        plan, (outcome, group) = self.plan, self.plan.target
        column, first = outcome + words.ENDINGS[group], len(plan.first)
        lived = self.pairs().columns
        base = lived[plan.worlds.baseline][column][:, -1, 0]
        differences = [lived[label][column][:, -1, 0] - base for label in plan.worlds.variants]
        spread = max(_spread(values[:count]) for values in differences for count in (first, None))
        level = base[:first][np.isfinite(base[:first])]
        width = plan.width.in_unit(float(level.mean())) if len(level) else 0.0
        if not (spread >= 0 and width > 0):
            raise ScenarioError(say(
                "until_width = {asked}: {outcome} has no values, or is 0 in the baseline, in the last month; "
                "name another outcome first, or ask for a number of pairs", asked=plan.width.asked,
                outcome=outcome))
        return Stages(plan.width.asked, outcome, group, width, first, len(plan.seeds), spread,
                      len(plan.worlds.variants))

    def pairs(self) -> Pairs | None:
        """The finished pairs, None when there are none."""
        pieces = [record for piece in self.landed for record in piece.records]
        done = {seed for record in pieces for seed in record.seeds}
        seeds = tuple(seed for seed in self.wanted if seed in done)
        first = self.stages.first if self.stages and len(seeds) > self.stages.first else None
        return Pairs(self.plan.worlds, self.plan.outcomes, seeds, pieces, first) if seeds else None

    def comparison(self) -> Comparison | None:
        """The comparison of the finished pairs, None when there are none."""
        pairs = self.pairs()
        if pairs is None:
            return None
        ended = datetime.now(timezone.utc)
        whole = len(pairs.seeds) == len(self.wanted)
        read = {name: sha256 for scenario in self.plan.worlds.scenarios.values()
                for name, sha256 in files_read(scenario).items()}
        made = Made("failed" if self.faults else "done" if whole else "interrupted", twin=True,
                    outcomes=self.plan.outcomes, started=utc(self.started), ended=utc(ended), read=read,
                    seconds=round((ended - self.started).total_seconds(), 3), faults=self.faults)
        return Comparison.of(pairs, made, self.stages)


def _spread(values: np.ndarray) -> float:
    """Standard deviation of the values that exist; -1 when there are fewer than two."""
    held = values[np.isfinite(values)]
    return float(held.std(ddof=1)) if len(held) > 1 else -1.0
