"""The bench: one queue of work for all sessions, first answers first, with a limit and a way to stop."""

from __future__ import annotations

import logging
import threading
from heapq import heappop, heappush
from itertools import count
from typing import Any, Callable, Iterator

from kubesim.language import speaking_here
from kubesim.web.crew import here

MOST_JOBS = 64
THREADS = 2
LOG = logging.getLogger(__name__)


class Job:
    """Work in slices: ``steps`` works until it yields, then others have their turn. It runs in the
    language given, and never two slices of it at once."""

    def __init__(self, steps: Callable[["Job"], Iterator[object]], language: str,
                 broke: Callable[["Job"], None]) -> None:
        self.stopped = False                # what is asked meanwhile has made it stale
        self.sharpens = False               # it has given an answer, and only makes it more exact
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


class Bench:
    """Shared by all sessions. Jobs take turns, a slice each, and those that only sharpen an answer come
    after those that still owe one. More jobs than ``most`` are not taken. ``crew`` does what a job calls
    heavy, in this process unless a Crew is given."""

    def __init__(self, threads: int = THREADS, most: int = MOST_JOBS,
                 crew: Callable[..., Any] = here) -> None:
        self.most, self.crew = most, crew
        self._waiting: list[tuple[bool, int, Job]] = []         # whether it sharpens, order of coming, job
        self._jobs: set[Job] = set()
        self._order = count()
        self._closed = False
        self._change = threading.Condition()
        self._threads = [threading.Thread(target=self._work, name=f"bench-{place}", daemon=True)
                         for place in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def busy_with(self) -> int:
        """Jobs that wait or run."""
        return len(self._jobs)

    def take(self, job: Job) -> bool:
        """Take a job, unless there are too many already or the bench has closed."""
        with self._change:
            if self._closed or len(self._jobs) >= self.most:
                return False
            self._jobs.add(job)
            self._queue(job)
        return True

    def close(self) -> None:
        """Stop all work."""
        with self._change:
            self._closed = True
            for job in self._jobs:
                job.stop()
            self._change.notify_all()
        for thread in self._threads:
            thread.join()
        self._jobs.clear()

    def _queue(self, job: Job) -> None:
        heappush(self._waiting, (job.sharpens, next(self._order), job))
        self._change.notify()

    def _work(self) -> None:
        """What each thread does until the bench closes."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                *_, job = heappop(self._waiting)
            more = self._slice(job)
            with self._change:
                if more:
                    self._queue(job)
                else:
                    self._jobs.discard(job)
            del job                         # a session that goes must not live on until there is other work

    def _slice(self, job: Job) -> bool:
        """One slice of a job; whether there is more. A job that breaks harms no other."""
        try:
            return job.step()
        except BaseException:               # whatever it is, the thread must go on for the others
            LOG.exception("a job on the bench broke")
        try:
            job.broke(job)
        except BaseException:
            LOG.exception("nor could it be told")
        return False
