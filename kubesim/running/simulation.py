"""One scenario, many seeds: replicates live stacked in one table and spread over processes."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Iterable, Sequence

import pandas as pd

from kubesim import files
from kubesim.errors import SimulationError
from kubesim.running.folder import check_folder, marked_running
from kubesim.language import say
from kubesim.running.manifest import Made, files_read, utc
from kubesim.running.measure import add_twin_outcomes, choose_outcomes
from kubesim.notebook import notebook_bar
from kubesim.running.panels import part_file
from kubesim.running.plan import Plan, make_plan
from kubesim.running.results import Results, held_results
from kubesim.scenario import Scenario
from kubesim.signals import on_signal
from kubesim.running.tables import PROGRAMME, TWIN, join_tables, make_tables
from kubesim.running.workers import Board, Landed, live_all, told_faults

SAVE_EVERY = 60.0
"""Seconds after which a run into a folder writes what has landed so far."""

Progress = Callable[[int, int], None]


class Interrupted(KeyboardInterrupt):
    """A run was stopped by a signal; ``results`` holds its finished replicates, None without any."""

    def __init__(self, results: Results | None) -> None:
        super().__init__("stopped by a signal")
        self.results = results


class ReplicatesFailed(SimulationError):
    """Some replicates broke an invariant; ``results`` holds the others, ``faults`` one line a fault."""

    def __init__(self, faults: Sequence[str], results: Results | None) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)
        self.results = results


def run(scenario: Scenario, seeds: int | Iterable[int] = 20, *, months: int | None = None,
        outcomes: Iterable[str] | None = None, keep: Iterable[str] = (), workers: int | None = None,
        twin: bool = False, progress: Progress | None = None) -> Results:
    """Run a scenario once for each seed, and its twin, the same world without the programme.

    The numbers depend on the scenario and the seed only: not on how many seeds are run, on the
    number of workers, or on the order in which they finish.

    Parameters
    ----------
    seeds
        How many (1, 2, ...), or which ones.
    months
        Instead of the scenario's.
    outcomes
        Names of outcomes, all unless given.
    keep
        Micro data to keep as well: any of 'households', 'groups', 'companions'.
    workers
        Processes; by default as many as there are processors, or none when the work is small.
    twin
        Live the twin even when no chosen outcome needs it.
    progress
        Called with (months lived, months to live), both times replicates and worlds. In a notebook a
        bar is drawn unless something else is given.

    Raises
    ------
    ScenarioError
        When an argument or the scenario cannot be used.
    Interrupted
        On Ctrl-C or SIGTERM. Finished replicates are in its ``results``.
    ReplicatesFailed
        When replicates broke an invariant. The others are in its ``results``.
    """
    if months is not None:
        scenario = scenario.with_(months=months)
    return _carry_out(make_plan(scenario, seeds, outcomes, keep, workers, twin), progress or notebook_bar())


def run_into(folder: str | Path, scenario: Scenario, seeds: int | Iterable[int] = 20, *,
             outcomes: Iterable[str] | None = None, keep: Iterable[str] = (), workers: int | None = None,
             twin: bool = False, progress: Progress | None = None, csv: bool = False,
             command: str = "", note: Callable[[str], None] = lambda line: None) -> Results:
    """Run as ``run`` does and write the results into a folder, whatever ends the run.

    Replicates that the folder holds already are not run again, when they are of the same scenario
    and outcomes and were made by the same version; otherwise they are replaced.

    Raises ScenarioError also when the folder holds another scenario, other files, or replicates
    that were not asked for now.
    """
    folder = Path(folder)
    plan = make_plan(scenario, seeds, outcomes, keep, workers, twin)
    wanted = Made(outcomes=plan.outcomes, keep=plan.keep, twin=TWIN in plan.worlds, command=command)
    check_folder(folder, scenario, plan.seeds)
    signalled = threading.Event()
    with on_signal(signalled.set), files.claim(folder):
        held = held_results(folder, wanted)
        missing = tuple(seed for seed in plan.seeds if not held or seed not in held.seeds)
        if held:
            note(say("{folder}: {count} of {asked} replicates are finished already and not run again",
                     folder=folder, count=len(plan.seeds) - len(missing), asked=len(plan.seeds)))
            if not missing and not csv:
                return held

        def write(new: Results | None, status: str) -> Results | None:
            results = held.joined(new) if held and new else new or held
            if results:
                results.made = replace(results.made, command=command, status=status)
                results.write_into(folder, csv=csv)
            return results

        if not missing:
            return write(None, held.made.status)
        with marked_running(folder, scenario, wanted):
            try:
                results = write(_carry_out(replace(plan, seeds=missing), progress, folder,
                                           None if keep else lambda new: write(new, "running")), "done")
            except Interrupted as cut:
                cut.results = write(cut.results, "interrupted")
                raise
            except ReplicatesFailed as cut:
                cut.results = write(cut.results, "failed")
                raise
        if signalled.is_set():
            raise Interrupted(results)
        return results


@dataclass
class _Harvest:
    """What has landed so far, and when the run began."""

    plan: Plan
    folder: files.Scratch
    landed: list[Landed] = field(default_factory=list)
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong, one line a fault with the seeds that it struck."""
        return told_faults(self.landed)

    def results(self) -> Results | None:
        """Results of the replicates of which every world has landed; None when there are none."""
        plan = self.plan
        tables, done = _gather(self.landed, plan)
        if not done:
            return None
        ended = datetime.now(timezone.utc)
        status = "failed" if self.faults else "done" if len(done) == len(plan.seeds) else "interrupted"
        made = Made(status, outcomes=plan.outcomes, keep=plan.keep, twin=TWIN in plan.worlds,
                    started=utc(self.started), ended=utc(ended), faults=self.faults,
                    seconds=round((ended - self.started).total_seconds(), 3),
                    read=files_read(plan.worlds[PROGRAMME]))
        panels = {name: {seed: part_file(self.folder.path, name, seed) for seed in done}
                  for name in plan.keep}
        return Results(plan.worlds[PROGRAMME], done, **tables, panels=panels, made=made,
                       scratch=(self.folder,) if panels else ())


def _carry_out(plan: Plan, progress: Progress | None, scratch: Path | None = None,
               save: Callable[[Results], object] | None = None) -> Results:
    """Live all worlds and seeds; ``save`` gets what has landed so far now and then."""
    workers, stacks = plan.stacks()
    total = len(plan.seeds) * len(plan.worlds) * (plan.worlds[PROGRAMME].months + 1)
    tell = (lambda lived: progress(lived, total)) if progress else (lambda lived: None)
    folder = files.Scratch(scratch)
    board = Board.make(folder.path / "board", len(stacks), tell)
    harvest, saved, results = _Harvest(plan, folder), time.monotonic(), None
    try:
        with on_signal(board.stop):
            with closing(live_all(stacks, workers, board)) as landing:
                for piece in landing:
                    harvest.landed.append(piece)
                    if save and time.monotonic() - saved > SAVE_EVERY and (so_far := harvest.results()):
                        save(so_far)
                        saved = time.monotonic()
            results = harvest.results()
            stopped = board.stopped
    finally:
        if results is None or not results.panels:
            folder.cleanup()
    if harvest.faults:
        raise ReplicatesFailed(harvest.faults, results)
    if stopped:
        raise Interrupted(results)
    return results


def _gather(landed: Sequence[Landed], plan: Plan) -> tuple[dict[str, pd.DataFrame], tuple[int, ...]]:
    """Tables of the replicates of which every world has landed, and their seeds."""
    found = {world: {seed: record for piece in landed if piece.world == world
                     for record in piece.records for seed in record.seeds} for world in plan.worlds}
    done = sorted(set.intersection(*map(set, found.values())))
    scenario = plan.worlds[PROGRAMME]
    names = {world: lived.name for world, lived in plan.worlds.items()}
    districts = [district.name for district in scenario.districts]
    together: dict[tuple[int, ...], list[int]] = {}
    for seed in done:
        together.setdefault(tuple(id(records[seed]) for records in found.values()), []).append(seed)
    pieces = []
    for seeds in together.values():
        record = found[PROGRAMME][seeds[0]].of(seeds)
        twin = found[TWIN][seeds[0]].of(seeds) if TWIN in plan.worlds else None
        chosen = choose_outcomes(plan.outcomes)
        add_twin_outcomes(record.outcomes, (twin or record).outcomes, chosen, scenario)
        pieces.append(make_tables(names, districts, record, twin))
    return join_tables(pieces), tuple(done)
