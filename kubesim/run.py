"""One scenario, many seeds: replicates live stacked in one table and spread over processes."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say
from kubesim.measure import add_twin_outcomes, choose_outcomes, known_outcomes
from kubesim.files import claim
from kubesim.panels import PANELS, part_file
from kubesim.results import Made, Results, check_folder, files_read, held_results, marked_running, utc
from kubesim.scenario import Scenario
from kubesim.tables import PROGRAMME, TWIN, join_tables, make_tables
from kubesim.workers import Landed, Stack, live_all

STACK_ROWS = 32_000
"""Rows of stacked replicates: more spares calls of NumPy, fewer keep the columns in the cache."""
WORTH_A_POOL = 4_000_000
"""Household-months below which starting worker processes costs more time than it saves."""
MOST_SEED = 2**63 - 1

Progress = Callable[[int, int], None]


class Interrupted(KeyboardInterrupt):
    """A run was stopped by a signal; ``results`` holds its finished replicates, None without any."""

    def __init__(self, results: Results | None) -> None:
        super().__init__("stopped by a signal")
        self.results = results


class ReplicatesFailed(SimulationError):
    """Some replicates broke an invariant; ``results`` holds the others, ``faults`` one line each."""

    def __init__(self, faults: Sequence[str], results: Results | None) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)
        self.results = results


def run(scenario: Scenario, seeds: int | Iterable[int] = 20, *, months: int | None = None,
        outcomes: Iterable[str] | None = None, keep: Iterable[str] = (), workers: int | None = None,
        twin: bool = False, progress: Progress | None = None,
        scratch: str | Path | None = None) -> Results:
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
        Called with (months lived, months to live), both times replicates and worlds.
    scratch
        Folder for kept micro data until the results are written; the system's unless given.

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
    chosen = check_outcomes(outcomes)
    kept = check_keep(keep)
    numbers = check_seeds(seeds)
    if workers is not None and workers < 1:
        raise ScenarioError(f"workers = {workers}: must be 1 or more")
    worlds = {PROGRAMME: scenario}
    if needs_twin(scenario, chosen, twin):
        worlds[TWIN] = scenario.without_programme()

    started, clock = datetime.now(timezone.utc), time.monotonic()
    holder = tempfile.TemporaryDirectory(prefix=".kubesim-", dir=scratch, ignore_cleanup_errors=True)
    team, stacks = plan(worlds, numbers, chosen, kept, workers)
    total = len(numbers) * (scenario.months + 1) * len(worlds)
    landed, stopped = live_all(stacks, team, Path(holder.name),
                               (lambda lived: progress(lived, total)) if progress else (lambda lived: None))

    tables, done = _gather(landed, worlds, chosen)
    made = Made(outcomes=chosen, keep=kept, twin=TWIN in worlds, started=utc(started),
                ended=utc(datetime.now(timezone.utc)), seconds=round(time.monotonic() - clock, 3))
    panels = {name: {seed: part_file(Path(holder.name), name, seed) for seed in done} for name in kept}
    made.faults = tuple(line for piece in landed for line in piece.faults.values())
    made.read = files_read(scenario)
    made.status = "failed" if made.faults else "done" if len(done) == len(numbers) else "interrupted"
    results = Results(scenario, done, **tables, panels=panels, made=made, scratch=holder) if done else None
    if made.faults:
        raise ReplicatesFailed(made.faults, results)
    if stopped:
        raise Interrupted(results)
    return results


def run_into(folder: str | Path, scenario: Scenario, seeds: int | Iterable[int] = 20, *,
             outcomes: Iterable[str] | None = None, keep: Iterable[str] = (), workers: int | None = None,
             twin: bool = False, progress: Progress | None = None, csv: bool = False,
             command: str = "",
             note: Callable[[str], None] = lambda line: None) -> Results:
    """Run as ``run`` does and write the results into a folder, whatever ends the run.

    Replicates that the folder holds already are not run again: when they are of the same scenario
    and outcomes and were made by the same version. Otherwise they are replaced.

    Raises ScenarioError also when the folder holds another scenario, other files, or replicates
    that were not asked for now.
    """
    folder, numbers = Path(folder), check_seeds(seeds)
    wanted = Made(outcomes=check_outcomes(outcomes), keep=check_keep(keep), command=command)
    wanted.twin = needs_twin(scenario, wanted.outcomes, twin)
    check_folder(folder, scenario, numbers)
    with claim(folder):
        held = held_results(folder, wanted)
        missing = [seed for seed in numbers if not held or seed not in held.seeds]
        if held:
            note(say("{folder}: {count} of {asked} replicates are finished already and not run again",
                     folder=folder, count=len(numbers) - len(missing), asked=len(numbers)))

        def finish(new: Results | None) -> Results | None:
            results = held.joined(new) if held and new else new or held
            if results:
                results.made.command = command
                results.write_into(folder, csv=csv)
            return results

        if not missing:
            return finish(None) if csv else held
        with marked_running(folder, scenario, wanted):
            try:
                return finish(run(scenario, missing, outcomes=wanted.outcomes, keep=wanted.keep, twin=twin,
                                  workers=workers, progress=progress, scratch=folder))
            except (Interrupted, ReplicatesFailed) as cut:
                cut.results = finish(cut.results)
                raise


def needs_twin(scenario: Scenario, outcomes: Sequence[str] | None, asked: bool) -> bool:
    """Whether the world without programme must live too; a world without one is its own twin."""
    if not scenario.interventions and not scenario.groups.formed:
        return False
    return asked or any(o.table == "twin" for o in choose_outcomes(outcomes))


def plan(worlds: dict[str, Scenario], seeds: Sequence[int], outcomes: tuple[str, ...] | None,
         keep: tuple[str, ...], workers: int | None) -> tuple[int, list[Stack]]:
    """How many processes to use, and the stacks for them: even ones of about STACK_ROWS rows."""
    scenario = worlds[PROGRAMME]
    households = scenario.population.households
    if workers is None:
        work = households * (scenario.months + 1) * len(seeds) * len(worlds)
        workers = processors() if work >= WORTH_A_POOL else 1
    per_stack = max(1, STACK_ROWS // households)
    fewest = -(-len(seeds) // per_stack)
    even = -(-workers // len(worlds))                   # a share for every worker
    cuts = np.array_split(np.array(seeds), min(max(fewest, even), len(seeds)))
    stacks = [(world, tuple(cut.tolist())) for cut in cuts for world in worlds]
    return min(workers, len(stacks)), [
        Stack(place, world, worlds[world], part, outcomes, keep if world == PROGRAMME else ())
        for place, (world, part) in enumerate(stacks)]


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gather(landed: Sequence[Landed], worlds: dict[str, Scenario],
            outcomes: tuple[str, ...] | None) -> tuple[dict[str, pd.DataFrame], tuple[int, ...]]:
    """Tables of the replicates of which every world has landed, and their seeds."""
    found = {world: {seed: record for piece in landed if piece.world == world
                     for record in piece.records for seed in record.seeds} for world in worlds}
    done = sorted(set.intersection(*map(set, found.values())))
    scenario = worlds[PROGRAMME]
    names = {world: lived.name for world, lived in worlds.items()}
    districts = [district.name for district in scenario.districts]
    pairs: dict[tuple[int, int], list[int]] = {}
    for seed in done:
        pairs.setdefault(tuple(id(records[seed]) for records in found.values()), []).append(seed)
    pieces = []
    for seeds in pairs.values():
        record = found[PROGRAMME][seeds[0]].of(seeds)
        twin = found[TWIN][seeds[0]].of(seeds) if TWIN in worlds else None
        add_twin_outcomes(record.outcomes, (twin or record).outcomes, choose_outcomes(outcomes), scenario)
        pieces.append(make_tables(names, districts, record, twin))
    return join_tables(pieces), tuple(done)


def check_seeds(seeds: int | Iterable[int]) -> tuple[int, ...]:
    """The seeds meant: so many from 1 on, or the ones named. Raises ScenarioError."""
    if isinstance(seeds, (int, np.integer)):
        if seeds < 1:
            raise ScenarioError(f"seeds = {seeds}: must be 1 or more")
        return tuple(range(1, int(seeds) + 1))
    numbers = list(seeds)
    faults = [f"seed {seed!r}: must be a whole number from 0 to {MOST_SEED}" for seed in numbers
              if not isinstance(seed, (int, np.integer)) or not 0 <= seed <= MOST_SEED]
    if not numbers:
        faults.append("seeds: none given")
    if len(set(numbers)) < len(numbers):
        faults.append("seeds: the same seed is given twice")
    if faults:
        raise ScenarioError(faults)
    return tuple(int(seed) for seed in numbers)


def check_outcomes(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """The outcomes named, or None for all. Raises ScenarioError."""
    return None if names is None else _known("outcome", names, known_outcomes())


def check_keep(names: Iterable[str]) -> tuple[str, ...]:
    """The panels to keep. Raises ScenarioError."""
    return _known("keep", names, PANELS)


def _known(what: str, names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    faults = []
    for name in (names := list(dict.fromkeys(names))):
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(known))}"
            faults.append(f"{what} '{name}' does not exist; {hint}")
    if faults:
        raise ScenarioError(faults)
    return tuple(names)
