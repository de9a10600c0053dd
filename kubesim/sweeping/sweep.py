"""An experiment lived into a folder: begun, gone on with, refused, extended."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

import numpy as np

from kubesim import files
from kubesim.errors import ScenarioError, SimulationError
from kubesim.experiment import Experiment
from kubesim.language import say
from kubesim.people.household_file import check_kept
from kubesim.running.folder import manifest_of_kind
from kubesim.running.manifest import FORMAT, Made, utc
from kubesim.running.plan import processors
from kubesim.running.simulation import Interrupted
from kubesim.signals import on_signal
from kubesim.sweeping import crew as crews
from kubesim.sweeping.coordinator import Coordinator
from kubesim.sweeping.living import DONE, FAILED, Landing, Study, outcome_schema, this_process
from kubesim.sweeping.plan import Plan
from kubesim.sweeping.refusing import check_runs, check_same
from kubesim.sweeping.results import SWEEP, Sweep
from kubesim.sweeping.store import Log, Store, gathered, rows_of
from kubesim.sweeping.tables import writers

TIME_OUT = 3600.0
"""Seconds for a run unless something else is asked for."""
MOST_ROWS, MOST_RUNS = 300_000, 2000
"""Rows and runs that a part holds at most, about: what waits for the disk stays small."""
SOON, LATE = 2.0, 60.0
"""Seconds after which what has landed is written: soon at first, later a hundredth of the time so far."""


@dataclass(frozen=True)
class Effort:
    """How a sweep is carried out; nothing of it changes a number."""

    executor: Executor | None = None
    workers: int | None = None              # processes of this machine
    cluster: str | None = None              # address of a Dask scheduler
    limit: int | None = None                # runs now
    timeout: float | None = TIME_OUT        # seconds for a run; None or 0: no limit
    fail_fast: bool = False
    retry: bool = False                     # try again what failed
    csv: bool = False

    def crew(self) -> crews.Crew:
        """Who works. Raises ScenarioError when a cluster cannot be used."""
        if self.executor is not None:
            return crews.of_executor(self.executor)
        if self.cluster:
            return crews.cluster(self.cluster)
        return crews.processes(self.workers or processors())


class Stopped(SimulationError):
    """A run failed and nothing else was to be tried; ``results`` holds what has landed."""

    def __init__(self, error: str, results: Sweep) -> None:
        super().__init__(error)
        self.results = results


def sweep_into(folder: Path, experiment: Experiment, *, progress: Callable[[int, int], object] | None = None,
               command: str = "", note: Callable[[str], None] = lambda line: None, **effort: Any) -> Sweep:
    """Live all runs of an experiment that a folder does not hold yet; gives what it holds then.

    ``effort`` are the fields of ``Effort``. Whatever ends this, what has landed is in the folder and
    the same call goes on from there.

    Raises
    ------
    ScenarioError
        When the folder holds something else, was begun with other rules, or is being written by
        another process; when the cluster cannot be used.
    Interrupted
        On Ctrl-C or SIGTERM; ``Stopped`` when a run failed and ``fail_fast`` was asked for.
    OSError
        When the folder cannot be written or the disk is full.
    """
    for scenario in experiment.scenarios.values():
        check_kept(scenario, (experiment.terms.keep,))
    how, plan = Effort(**effort), Plan.of(experiment)
    manifest = manifest_of_kind(folder, SWEEP)
    stop = threading.Event()
    with on_signal(stop.set), files.claim(folder):
        store = Store(folder, outcome_schema(experiment.terms.outcomes))
        for damaged in store.settle():
            note(say("{folder}/{part}: is damaged or missing and was set aside; its {runs} runs are done "
                     "again",
                     folder=folder, part=damaged.name, runs=damaged.runs or "?"))
        log = store.log()
        missing = plan.missing(log.of_status(DONE) if how.retry else log.ids, how.limit)
        if manifest is not None:
            check_same(folder, manifest, experiment, bool(missing.any()))
            check_runs(folder, experiment, log.ids, plan.points.ids)
            note(say("{folder}: {count:,} of {all:,} runs are finished already", folder=folder,
                     count=len(log), all=plan.points.asked))
        if missing.any() or how.csv or manifest is None or manifest["status"] == "running":
            _Sitting(folder, plan, store, how, command, stop).work(missing, progress, log)
    swept = Sweep.open(folder)
    if stop.is_set():
        raise Interrupted(swept)
    return swept


@dataclass
class _Sitting:
    """One sitting of a sweep: from its first task to the tables in the folder."""

    folder: Path
    plan: Plan
    store: Store
    how: Effort
    command: str
    stop: threading.Event
    waiting: list[Landing] = field(default_factory=list)
    failed: str = ""                        # the first error, where nothing is to be tried after it
    begun: float = field(default_factory=time.monotonic)
    written: float = field(default_factory=time.monotonic)
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def work(self, missing: np.ndarray, progress: Callable[[int, int], object] | None,
             log: Log) -> None:
        """Live what is missing. What lands is written now and then, and at the end, whatever ends it."""
        files.publish(self.folder, writers(self.plan.points), self._manifest("running", log))
        months = self.plan.experiment.months
        total, done = int(missing.sum()), 0

        def land(landing: Landing) -> None:
            nonlocal done
            self.waiting.append(landing)
            done += len(landing.ran)
            wrong = next((ran.error for ran in landing.ran if ran.status != DONE), "")
            if wrong and self.how.fail_fast:
                self.failed = self.failed or wrong
            if progress is not None:
                progress(done * months, total * months)

        try:
            if total:
                self._live(missing, land)
        except SimulationError as gone:
            self._end(FAILED)
            raise SimulationError(str(gone)) from None
        status = FAILED if self.failed else "interrupted" if self.stop.is_set() else DONE
        self._end(status)
        if self.failed:
            raise Stopped(say("stopped at the first failed run: {error}", error=self.failed),
                          Sweep.open(self.folder))

    def _live(self, missing: np.ndarray, land: Callable[[Landing], None]) -> None:
        experiment = self.plan.experiment
        study = Study(dict(experiment.scenarios), tuple(experiment.terms.outcomes), experiment.terms.keep,
                      self.how.timeout or None, this_process())
        with closing(self.how.crew()) as crew:
            try:
                Coordinator(study, crew, land, self._look_up, lambda: self.stop.is_set() or bool(self.failed)
                            ).work(self.plan.tasks(missing, crew.slots))
            finally:
                self._write()

    def _look_up(self) -> None:
        """Write what has landed when it is time or when there is much of it."""
        now = time.monotonic()
        patience = min(max(SOON, (now - self.begun) / 100), LATE)
        if (now - self.written > patience or sum(len(landing.ran) for landing in self.waiting) > MOST_RUNS
                or sum(rows_of(self.waiting)) > MOST_ROWS):
            self._write()

    def _write(self) -> None:
        if self.waiting:
            landings, self.waiting = self.waiting, []
            self.store.add(gathered(landings))
        self.written = time.monotonic()

    def _end(self, status: str) -> None:
        """Write the table of runs and what run.json says."""
        log = self.store.log()
        if status == DONE and len(log) < self.plan.points.asked:
            status = "interrupted"
        files.publish(self.folder, writers(self.plan.points, log, self.store.parts() if self.how.csv else ()),
                      self._manifest(status, log))

    def _manifest(self, status: str, log: Log) -> dict[str, Any]:
        experiment, points = self.plan.experiment, self.plan.points
        terms, now = experiment.terms, datetime.now(timezone.utc)
        made = asdict(Made(status, self.command, tuple(terms.outcomes), started=utc(self.started),
                           ended=utc(now), seconds=round((now - self.started).total_seconds(), 3),
                           read=experiment.read()))
        scenarios = {name: scenario.to_mapping() for name, scenario in experiment.scenarios.items()}
        return {"format": FORMAT, "kind": SWEEP, **made, "name": experiment.name, "keep": terms.keep,
                "seeds": points.seeds, "fresh": points.fresh, "months": experiment.months,
                "scenario": next(iter(scenarios.values())), "scenarios": scenarios, "worlds": points.worlds,
                "experiment": experiment.to_mapping(), "file": experiment.file,
                "axes": [{"path": axis.path, "role": axis.role, "unit": axis.unit, "usual": axis.usual,
                          "varies": axis.to_mapping()} for axis in experiment.axes],
                "counts": {"asked": points.asked, **log.counts(), "missing": points.asked - len(log)}}
