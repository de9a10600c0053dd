"""Work that several sessions wait for: done once, slice by slice, told to all of them, and kept a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from time import monotonic
from typing import Any, Callable, Generator, Hashable, Iterator, NamedTuple

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import language, say
from kubesim.web.bench import Bench, Job

MOST_KEPT = 24
SELDOM = 0.4
"""Seconds between two words of progress: each makes the page of all who wait."""
Steps = Generator[Any, None, Any]
"""Yields how far it is after each slice; what it returns is what all wait for."""


class Waiting(NamedTuple):
    """A session that waits, until its own ``job`` is stopped. The others are called from the thread that
    works; each word to one is a slice of its own."""

    job: Job
    progress: Callable[[Any], None]
    done: Callable[[Any], None]
    failed: Callable[[list[str]], None]


class Together:
    """What several ask at once is worked out once; it ends early when nobody waits any more."""

    def __init__(self, bench: Bench, most_kept: int = MOST_KEPT) -> None:
        self.bench, self.most_kept = bench, most_kept
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._open: dict[Hashable, list[Waiting]] = {}
        self._lock = threading.Lock()

    def ask(self, key: Hashable, steps: Callable[[], Steps], waiting: Waiting) -> None:
        """Wait for what ``key`` names: worked out by ``steps`` unless it is kept or in work already."""
        with self._lock:
            held = key in self._kept
            fresh = not held and key not in self._open
            if held:
                self._kept.move_to_end(key)
            else:
                self._open.setdefault(key, []).append(waiting)
            result = self._kept.get(key)
        if held:
            waiting.done(result)
        elif fresh and not self.bench.take(Job(partial(self._slices, key, steps), language(),
                                               partial(self._broke, key))):
            self._fail(key, [say("The server is busy. Try again in a moment.")])

    def _slices(self, key: Hashable, steps: Callable[[], Steps], job: Job) -> Iterator[None]:
        working, told_at = steps(), -SELDOM
        while self._somebody_waits(key):
            try:
                told = next(working)
            except StopIteration as ended:
                for waiting in self._finish(key, ended.value):
                    if not waiting.job.stopped:
                        waiting.done(ended.value)
                    yield
                return
            except (ScenarioError, SimulationError) as wrong:
                return self._fail(key, str(wrong).splitlines())
            yield
            if monotonic() - told_at >= SELDOM:
                told_at = monotonic()
                for waiting in self._all_waiting(key):
                    if not waiting.job.stopped:
                        waiting.progress(told)
                    yield

    def _somebody_waits(self, key: Hashable) -> bool:
        """Whether the work is still wanted; where it is not, whoever asks from now on begins anew."""
        with self._lock:
            self._open[key] = [waiting for waiting in self._open[key] if not waiting.job.stopped]
            return bool(self._open[key] or self._open.pop(key))

    def _all_waiting(self, key: Hashable) -> list[Waiting]:
        with self._lock:
            return list(self._open[key])

    def _finish(self, key: Hashable, result: Any) -> list[Waiting]:
        """Keep a result; gives those who waited for it."""
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self.most_kept:
                self._kept.popitem(last=False)
            return self._open.pop(key)

    def _fail(self, key: Hashable, faults: list[str]) -> None:
        with self._lock:
            all_waiting = self._open.pop(key, [])
        for waiting in all_waiting:
            waiting.failed(faults)

    def _broke(self, key: Hashable, job: Job) -> None:
        self._fail(key, [say("Something went wrong on the server; its log tells what.")])
