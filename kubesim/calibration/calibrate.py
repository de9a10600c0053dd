"""A calibration: the search in a folder of its own, gone on with after whatever stopped it."""

from __future__ import annotations

import json
import time
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, Callable, Mapping

import numpy as np

from kubesim import files
from kubesim.calibration import storage
from kubesim.calibration.distance import Yardstick
from kubesim.calibration.experiment import Experiment
from kubesim.calibration.posterior import Posterior
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import Made, utc
from kubesim.running.executors import executor_of
from kubesim.running.plan import processors
from kubesim.running.simulation import Interrupted
from kubesim.scenario import Scenario
from kubesim.signals import on_signal

Simulate = Callable[[Mapping[str, float], int], Mapping[str, float]]


@dataclass(frozen=True)
class Question:
    """What is asked: an experiment, of the worlds that it is about, by a simulator.

    ``read`` maps the files that it was read from to their SHA-256.
    """

    experiment: Experiment
    arms: Mapping[str, Scenario]
    simulate: Simulate
    read: Mapping[str, str] = field(default_factory=dict)

    def arms_hashed(self) -> dict[str, str]:
        """A short hash of each world's values: another world is another calibration."""
        return {name: sha256(json.dumps(arm.to_mapping(), sort_keys=True).encode()).hexdigest()[:16]
                for name, arm in self.arms.items()}


def calibrate_into(folder: str | Path, question: Question, *, executor: Executor | None = None,
                   workers: int | None = None, minutes: float | None = None,
                   tell: Callable[[int, int, int, int], None] = lambda *told: None,
                   command: str = "") -> Posterior:
    """Begin a calibration in a folder, or go on with the one that it holds.

    The same seed gives the same posterior with any number of workers, on any executor of processes, and
    whatever stopped it in between; only a limit in minutes that ends the last call makes a difference.

    Parameters
    ----------
    executor
        Where simulations run; processes on this machine unless given. It is left open.
    workers
        How many simulations are under way at a time; as many as there are processors unless given.
    minutes
        After so long it stops and tells what is known; the same call later goes on.
    tell
        Called with (generation, simulations run in it, accepted, wanted).

    Raises
    ------
    ScenarioError
        When the folder holds something else, or pyABC is missing.
    Interrupted
        On Ctrl-C or SIGTERM; ``results`` holds what is known, None before the first generation is whole.
    """
    check_installed()
    from kubesim.calibration.search import Watch
    folder, begun = Path(folder), time.monotonic()
    storage.check_folder(folder, question)
    workers = workers or processors()
    watch = Watch(begun + 60 * minutes if minutes is not None else np.inf, tell=tell)
    with files.claim(folder), on_signal(watch.stop.set):
        made = Made("running", command=command, started=utc(datetime.now(timezone.utc)))
        storage.mark_running(folder, question, made)
        with nullcontext(executor) if executor else executor_of(workers) as spread:
            found = _searched(folder, question, spread, workers, watch)
        made.ended, made.seconds = utc(datetime.now(timezone.utc)), round(time.monotonic() - begun, 3)
        if found:
            made.status, made.faults = "done" if found.complete else "interrupted", found.faults
            storage.write(found, question, made, folder)
    if watch.stop.is_set():
        raise Interrupted(found)
    if found is None:
        raise ScenarioError(_nothing_yet(folder, minutes))
    return found


def _nothing_yet(folder: Path, minutes: float | None) -> str:
    """Why there is nothing to tell: time was up, or the budget of simulations is below one generation."""
    if minutes is None:
        return say("{folder}: not one generation was finished within the simulations that 'stop' allows",
                   folder=folder)
    return say("{folder}: not one generation was finished in {minutes:g} minutes; the same command goes on "
               "where it stopped", folder=folder, minutes=minutes)


def check_installed() -> None:
    """Raises ScenarioError when pyABC is not installed."""
    try:
        import pyabc  # noqa: F401
    except ImportError:
        raise ScenarioError(say("calibrate needs pyABC: pip install 'kubesim[calibration]'")) from None


def _searched(folder: Path, question: Question, executor: Executor, workers: int,
              watch: Any) -> Posterior | None:
    from kubesim.calibration.search import Effort, search
    experiment, terms = question.experiment, question.experiment.terms
    effort = Effort(terms.particles, terms.generations, terms.check,
                    np.inf if terms.stop.simulations is None else terms.stop.simulations,
                    terms.stop.acceptance, terms.stop.distance)
    return search(experiment.priors, Yardstick.of(experiment.targets), question.simulate, effort,
                  terms.seeds.first, folder, executor, workers, watch)
