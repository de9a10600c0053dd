"""How pyABC's simulations are spread over an executor, so that luck does not hang on who works when.

Simulation number ``place`` of a generation has its own seed, made of the calibration's seed, the
generation and the place; results are taken in the order of places. So the same seed gives the same
posterior with any number of workers, on any executor of processes, and after a stop at any moment.
Threads would share NumPy's global generator, which pyABC draws from: an executor of threads is refused.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from threading import Event
from typing import Any, Callable

import cloudpickle
import numpy as np
from pyabc.parameters import Parameter
from pyabc.population import Particle, Sample
from pyabc.sampler import Sampler

from kubesim.calibration.distance import STATISTICS
from kubesim.calibration.journal import Journal
from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say

FAULT = "fault"
"""The name under which a simulation says what broke it off; empty when nothing did."""
PATIENCE = 0.2
"""Seconds between two looks at whether to stop."""


class Stopped(Exception):
    """The work was asked to stop before it was done."""


class OrderedSampler(Sampler):
    """Runs simulations on an executor and takes the first n accepted ones by their place.

    ``ahead`` simulations are under way at a time. ``tell`` gets (generation, simulations run, accepted,
    wanted) after each.
    """

    def __init__(self, executor: Executor, ahead: int, seed: int, journal: Journal, *,
                 most: float = np.inf, deadline: float = np.inf, stop: Event | None = None,
                 tell: Callable[[int, int, int, int], None] = lambda *told: None) -> None:
        super().__init__()
        if isinstance(executor, ThreadPoolExecutor):
            raise ScenarioError(say("a calibration needs an executor of processes: threads share their luck"))
        self.executor, self.ahead, self.seed, self.journal = executor, ahead, seed, journal
        self.most = most                # simulations of the whole calibration
        self.deadline = deadline        # on the clock of time.monotonic
        self.stop_asked = stop or Event()
        self.tell = tell
        self.before = 0                 # simulations of earlier generations

    def sample_until_n_accepted(self, n: int, simulate_one: Callable, t: int, *, max_eval: float = np.inf,
                                all_accepted: bool = False, ana_vars: Any = None) -> Sample:
        """A generation of n accepted particles; one that takes too many simulations is not ``ok``.

        Raises Stopped when asked to stop or when the time is up.
        """
        sample, place = self._create_empty_sample(), 0
        work = self.in_order(t, lambda: (run_one, cloudpickle.dumps(simulate_one)))
        most = min(max_eval, self.most - self.before)
        while sample.n_accepted < n and place < most:
            sample.append(_particle(next(work)))
            place += 1
            self.tell(t, place, sample.n_accepted, n)
        work.close()
        sample.ok = sample.n_accepted >= n
        self.nr_evaluations_ = place
        self.before += place
        return sample

    def in_order(self, generation: int, task: Callable[[], tuple], places: float = np.inf):
        """Rows of a generation's simulations, one after another by their place. ``task`` gives the
        function that runs one and its first arguments; seed and place follow."""
        waiting: deque[Future | dict] = deque()
        submitted, act = 0, None
        try:
            while True:
                while submitted < places and len(waiting) < self.ahead:
                    row = self.journal.get(generation, submitted)
                    if row is None:
                        act = act or task()
                        row = self._submitted(*act, self.seed, generation, submitted)
                    waiting.append(row)
                    submitted += 1
                if not waiting:
                    return
                row = waiting.popleft()
                yield self._landed(row) if isinstance(row, Future) else row
        finally:
            for left in waiting:
                if isinstance(left, Future):
                    left.cancel()

    def _submitted(self, act: Callable, *given: Any) -> Future:
        try:
            return self.executor.submit(act, *given)
        except KeyboardInterrupt:       # working in this process, a run heard the signal meant for us
            self.stop_asked.set()
            raise Stopped from None

    def _landed(self, future: Future) -> dict[str, Any]:
        """What a simulation gave, once it is in the journal; raises Stopped when it is time to."""
        while not future.done():
            self._check()
            wait([future], PATIENCE)
        try:
            row = future.result()
        except KeyboardInterrupt:
            self.stop_asked.set()
            raise Stopped from None
        except BrokenExecutor:
            self._check()               # the signal that stops us may have reached the workers too
            raise SimulationError(say("a worker process died: out of memory, or killed; what was simulated "
                                      "is kept, and the same command goes on")) from None
        self.journal.add(row)
        self._check()
        return row

    def _check(self) -> None:
        if self.stop_asked.is_set() or time.monotonic() > self.deadline:
            raise Stopped


def seeded(seed: int, generation: int, place: int) -> None:
    """Give NumPy's global generator, which pyABC draws from, the luck of one simulation."""
    words = np.random.SeedSequence([seed, generation + 1, place]).generate_state(8)
    np.random.seed(words)


def run_one(simulate_one: bytes, seed: int, generation: int, place: int) -> dict[str, Any]:
    """One simulation of pyABC's, as a row for the journal."""
    simulate, before = _loaded(simulate_one), np.random.get_state()
    seeded(seed, generation, place)
    try:
        particle = simulate()
    finally:
        np.random.set_state(before)
    return {"generation": generation, "place": place, "accepted": bool(particle.accepted),
            "distance": float(particle.distance), "weight": float(particle.weight),
            "parameters": {path: float(held) for path, held in particle.parameter.items()},
            STATISTICS: np.asarray(particle.sum_stat[STATISTICS], float).tolist(),
            FAULT: str(particle.sum_stat.get(FAULT, ""))}


@lru_cache(maxsize=1)
def _loaded(simulate_one: bytes) -> Callable[[], Particle]:
    """A generation's simulation: unpickled once in each process."""
    return cloudpickle.loads(simulate_one)


def _particle(row: dict[str, Any]) -> Particle:
    return Particle(m=0, parameter=Parameter(row["parameters"]), weight=row["weight"],
                    sum_stat={STATISTICS: np.array(row[STATISTICS])}, distance=row["distance"],
                    accepted=row["accepted"])
