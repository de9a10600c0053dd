"""compare: the effect of variants against a baseline under the same luck."""

from __future__ import annotations

import tempfile
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Iterable, Sequence

import numpy as np

from kubesim import files
from kubesim.comparing import storage, words
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.lockstep import PairStack, live
from kubesim.comparing.pairs import Pairs, add_ratios_to_twin
from kubesim.comparing.sequential import FIRST_PAIRS, MOST_PAIRS, Stages, Width, pairs_needed, read_width
from kubesim.comparing.worlds import Worlds, make_worlds
from kubesim.errors import ScenarioError
from kubesim.folder import check_folder, marked_running
from kubesim.language import say
from kubesim.manifest import Made, files_read, utc
from kubesim.measure import known_outcomes
from kubesim.plan import STACK_ROWS, WORTH_A_POOL, check_outcomes, check_seeds, processors
from kubesim.run import Interrupted, Progress, ReplicatesFailed
from kubesim.scenario import Scenario
from kubesim.signals import on_signal
from kubesim.workers import Board, Landed, live_all


@dataclass(frozen=True)
class Plan:
    """What is to be compared."""

    worlds: Worlds
    seeds: tuple[int, ...]              # all that may be lived, in order
    outcomes: tuple[str, ...] | None
    width: Width | None
    workers: int | None

    @property
    def target(self) -> tuple[str, str]:
        """The outcome and the group of which the width is asked."""
        name = (self.outcomes or words.HEADLINE)[0]
        return words.told(name), words.headline_group(name)


def compare(baseline: Scenario, *variants: Scenario, seeds: int | Iterable[int] | None = None,
            outcomes: Iterable[str] | None = None, until_width: str | float | None = None,
            max_replicates: int = MOST_PAIRS, months: int | None = None, workers: int | None = None,
            progress: Progress | None = None) -> Comparison:
    """Compare variants with a baseline, seed by seed under the same luck.

    Parameters
    ----------
    seeds
        How many pairs (1, 2, ...; 50 unless given), or the seeds of the pairs.
    outcomes
        Names of outcomes, all unless given; the first one ranks the variants.
    until_width
        Instead of a number of pairs, how wide the 95 % interval of the first outcome may be, from
        end to end, at the last month: '0.5pp' (percentage points), '2%' (of the baseline's mean) or
        a number in the outcome's unit. Outcomes of households are told for members.
    max_replicates
        With ``until_width``, the most pairs to live.
    months
        Instead of the scenarios'.
    workers
        Processes; by default as many as there are processors, or none when the work is small.
    progress
        Called with (months lived, months to live), both times pairs and worlds.

    Raises
    ------
    ScenarioError
        When the scenarios cannot be paired or an argument cannot be used.
    SimulationError
        When worlds differ before anything that differs between them acts.
    Interrupted, ReplicatesFailed
        As ``run``; the comparison of the finished pairs is in their ``results``.
    """
    plan = make_plan(baseline, variants, seeds, outcomes, until_width, max_replicates, months, workers)
    return carry_out(plan, progress)


def compare_into(folder: str | Path, baseline: Scenario, *variants: Scenario,
                 seeds: int | Iterable[int] | None = None, outcomes: Iterable[str] | None = None,
                 until_width: str | float | None = None, max_replicates: int = MOST_PAIRS,
                 workers: int | None = None, progress: Progress | None = None, csv: bool = False,
                 command: str = "", note: Callable[[str], None] = lambda line: None) -> Comparison:
    """Compare as ``compare`` does and write the results into a folder, whatever ends it.

    A folder that holds this very comparison already, finished and made by the same version, is
    read instead. Raises ScenarioError also when the folder holds something else.
    """
    folder = Path(folder)
    plan = make_plan(baseline, variants, seeds, outcomes, until_width, max_replicates, None, workers)
    made = Made(outcomes=plan.outcomes, twin=True, command=command)
    check_folder(folder, plan.worlds, plan.seeds)
    signalled = threading.Event()
    with on_signal(signalled.set), files.claim(folder):
        held = _held(folder, plan, made)
        if held:
            note(say("{folder}: this comparison is finished already and not run again", folder=folder))
            if csv:
                storage.write_into(held, folder, csv)
            return held

        def write(comparison: Comparison | None) -> Comparison | None:
            if comparison:
                comparison.made = replace(comparison.made, command=command)
                storage.write_into(comparison, folder, csv)
            return comparison

        with marked_running(folder, plan.worlds, made):
            try:
                comparison = write(carry_out(plan, progress, folder))
            except (Interrupted, ReplicatesFailed) as cut:
                cut.results = write(cut.results)
                raise
        if signalled.is_set():
            raise Interrupted(comparison)
        return comparison


def make_plan(baseline: Scenario, variants: Sequence[Scenario], seeds: int | Iterable[int] | None,
              outcomes: Iterable[str] | None, until_width: str | float | None, max_replicates: int,
              months: int | None, workers: int | None) -> Plan:
    """The plan that the arguments make; raises ScenarioError."""
    chosen = check_outcomes(outcomes)
    if workers is not None and workers < 1:
        raise ScenarioError(say("workers = {workers}: must be 1 or more", workers=workers))
    worlds = make_worlds(baseline, variants, months)
    if until_width is None:
        return Plan(worlds, check_seeds(50 if seeds is None else seeds), chosen, None, workers)
    if max_replicates < 2:
        raise ScenarioError(say("max_replicates = {most}: must be 2 or more", most=max_replicates))
    supply = check_seeds(max_replicates if seeds is None or isinstance(seeds, (int, np.integer)) else seeds)
    outcome = known_outcomes()[(chosen or words.HEADLINE)[0]]
    if outcome.table == "twin":
        raise ScenarioError(say("until_width: the interval of {outcome} comes from a bootstrap, so no number of pairs "
                                "can be told for it; name another outcome first", outcome=outcome.name))
    return Plan(worlds, supply[:max_replicates], chosen, read_width(until_width, outcome), workers)


def carry_out(plan: Plan, progress: Progress | None, scratch: Path | None = None) -> Comparison:
    """Live all pairs and compare them."""
    harvest = _Harvest(plan)
    with tempfile.TemporaryDirectory(prefix=files.SCRATCH, dir=scratch, ignore_cleanup_errors=True) as folder:
        first = plan.seeds[:FIRST_PAIRS] if plan.width else plan.seeds
        stopped = harvest.live(first, Path(folder), progress)
        if plan.width and not stopped and not harvest.faults:
            harvest.stages = harvest.look(len(first))
            more = plan.seeds[len(first):harvest.stages.needed]
            stopped = bool(more) and harvest.live(more, Path(folder), progress)
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
        """What went wrong, one line a seed."""
        return tuple(line for piece in self.landed for line in piece.faults.values())

    def live(self, seeds: Sequence[int], folder: Path, progress: Progress | None) -> bool:
        """Live more pairs; returns whether a signal stopped them."""
        worlds = self.plan.worlds
        lived = len(self.wanted)
        self.wanted += tuple(seeds)
        workers, stacks = _stacks(self.plan, seeds)
        months = len(worlds.scenarios) * (worlds.months + 1)
        tell = (lambda done: progress(done + lived * months, len(self.wanted) * months)) if progress else (
            lambda done: None)
        board = Board.make(folder / f"board-{lived}", len(stacks), tell)
        with on_signal(board.stop), closing(live_all(stacks, workers, board, live)) as landing:
            for piece in landing:
                self.landed.append(piece)
                for record in piece.records:
                    add_ratios_to_twin(record, worlds, self.plan.outcomes)
            return board.stopped

    def look(self, first: int) -> Stages:
        """What the first stage says of the number of pairs."""
        plan, (outcome, group) = self.plan, self.plan.target
        ending = words.ENDINGS[group]
        columns = self.pairs().columns
        base = columns[plan.worlds.baseline][outcome + ending][:, -1, 0]
        differences = [columns[label][outcome + ending][:, -1, 0] - base for label in plan.worlds.variants]
        spread = max((float(np.nanstd(values, ddof=1)) for values in differences), default=0.0)
        width = plan.width.in_unit(float(np.nanmean(base)))
        return Stages(plan.width.asked, outcome, group, width, first, pairs_needed(spread, first, width),
                      len(plan.seeds), spread)

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
        status = "failed" if self.faults else "done" if len(pairs.seeds) == len(self.wanted) else "interrupted"
        read = {name: seal for scenario in self.plan.worlds.scenarios.values()
                for name, seal in files_read(scenario).items()}
        return Comparison.of(pairs, Made(
            status, outcomes=self.plan.outcomes, twin=True, started=utc(self.started), ended=utc(ended), read=read,
            faults=self.faults, seconds=round((ended - self.started).total_seconds(), 3)), self.stages)


def _stacks(plan: Plan, seeds: Sequence[int]) -> tuple[int, list[PairStack]]:
    """How many processes to use, and the work for them: even stacks of about STACK_ROWS rows a world."""
    worlds, count = plan.worlds, len(seeds)
    households = worlds.scenarios[worlds.baseline].population.households
    work = households * (worlds.months + 1) * count * len(worlds.scenarios)
    workers = plan.workers or (processors() if work >= WORTH_A_POOL else 1)
    cuts = np.array_split(np.array(seeds), min(max(-(-count // max(1, STACK_ROWS // households)), workers), count))
    stacks = [PairStack(place, say("pairs"), worlds, tuple(cut.tolist()), plan.outcomes)
              for place, cut in enumerate(cuts)]
    return min(workers, len(stacks)), stacks


def _held(folder: Path, plan: Plan, made: Made) -> Comparison | None:
    """The comparison in a folder, when it is just the one that is asked for."""
    if not (folder / files.MANIFEST).exists():
        return None
    held = storage.read_manifest(folder)
    asked = plan.width.asked if plan.width else None
    about = held.get(storage.KIND) or {}
    if held["status"] != "done" or not Made.of(held).matches(made) or about.get("baseline") != plan.worlds.baseline:
        return None
    stages = about.get("stages")
    if (stages["asked"] if stages else None) != asked or (stages and stages["most"] != len(plan.seeds)):
        return None
    if tuple(held["seeds"]) != (plan.seeds[:len(held["seeds"])] if stages else plan.seeds):
        return None
    return Comparison.load(folder)
