"""The bench: one queue of work for all sessions, a slice each in turn, with a limit and a way to stop."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Callable, Iterator

from kubesim.language import speaking_here

MOST_JOBS = 64
THREADS = 2
LOG = logging.getLogger(__name__)


class Job:
    """Work in slices: ``steps`` works until it yields, then others have their turn. It runs in the
    language given, and never two slices of it at once."""

    def __init__(self, steps: Callable[["Job"], Iterator[object]], language: str,
                 broke: Callable[["Job"], None]) -> None:
        self.stopped = False                # what is asked meanwhile has made it stale
        self.broke = broke                  # called when a slice fails in a way that nobody foresaw
        self._steps, self._language = steps(self), language

    def stop(self) -> None:
        """Ask the work to end at its next look."""
        self.stopped = True

    def step(self) -> bool:
        """Work one slice; whether there is more."""
        if self.stopped:
            self._steps.close()
            return False
        with speaking_here(self._language):
            return next(self._steps, Bench) is not Bench

    # what the lockstep of worlds asks of a board
    def tick(self, place: int, replicates: int) -> None:
        """A stack of worlds has lived a month."""


class Bench:
    """Shared by all sessions. Each job's next slice goes to the end of the queue, so that all get on
    alike; more jobs than ``most`` are not taken."""

    def __init__(self, threads: int = THREADS, most: int = MOST_JOBS) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bench")
        self._jobs: set[Job] = set()
        self._lock = threading.Lock()

    @property
    def busy_with(self) -> int:
        """Jobs that wait or run."""
        return len(self._jobs)

    def take(self, job: Job) -> bool:
        """Take a job, unless there are too many already."""
        with self._lock:
            if len(self._jobs) >= self.most:
                return False
            self._jobs.add(job)
        self._next(job)
        return True

    def close(self) -> None:
        """Stop all work."""
        for job in list(self._jobs):
            job.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _next(self, job: Job) -> None:
        self._pool.submit(job.step).add_done_callback(partial(self._stepped, job))

    def _stepped(self, job: Job, slice_done: Future) -> None:
        if slice_done.cancelled():
            return
        wrong = slice_done.exception()
        if wrong is None and slice_done.result():
            self._next(job)
            return
        with self._lock:
            self._jobs.discard(job)
        if wrong is not None:
            LOG.error("a job on the bench broke", exc_info=wrong)
            job.broke(job)
