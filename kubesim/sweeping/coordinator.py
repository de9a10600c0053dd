"""The coordinator: hands tasks out, takes in what lands, and finds out which run a worker died of.

When a worker process dies, everything that its pool was at may have been the cause. Each of these tasks
is then tried alone, and halved as long as it kills, down to the one run that does.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import CancelledError, Future, wait
from typing import Callable, Iterator, NamedTuple

from kubesim.language import say
from kubesim.sweeping.crew import WAITING, Crew, broke_down, killed_workers
from kubesim.sweeping.living import FAILED, TIMEOUT, Landing, Ran, Study, live_task, why
from kubesim.sweeping.plan import Task

GLANCE = 0.2
"""Seconds after which the coordinator looks up at least."""
DEATHS = 2
"""Times that a run must have been alone with a worker that died to be called the cause."""
GRACE = 30.0
"""Seconds beyond all time-outs after which workers that do not even end themselves are ended."""


class _Out(NamedTuple):
    """A task that is handed out."""

    task: Task
    since: float
    alone: bool                             # nothing else is handed out


class Coordinator:
    """Has tasks lived by a crew; ``land`` gets what comes of each, ``look_up`` is called now and then."""

    def __init__(self, study: Study, crew: Crew, land: Callable[[Landing], None],
                 look_up: Callable[[], None], stopped: Callable[[], bool]) -> None:
        self._study, self._crew, self._land = study, crew, land
        self._look_up, self._stopped = look_up, stopped
        self._out: dict[Future, _Out] = {}
        self._suspects: deque[Task] = deque()       # to be tried alone
        self._again: deque[Task] = deque()          # to be tried before others
        self._deaths: Counter[int] = Counter()

    def work(self, tasks: Iterator[Task]) -> None:
        """Until everything has landed or it is stopped. Raises SimulationError when the crew is gone."""
        while not self._stopped():
            self._hand_out(tasks)
            if not self._out:
                return
            done, _ = wait(self._out, timeout=GLANCE, return_when="FIRST_COMPLETED")
            dead = [self._out[future] for future in done if not self._taken_in(future)]
            for future in done:
                del self._out[future]
            if dead or self._overdue():
                self._mourn(dead)
            self._look_up()

    def _hand_out(self, tasks: Iterator[Task]) -> None:
        if self._suspects:
            if not self._out:
                self._submit(self._suspects.popleft(), alone=True)
            return
        while len(self._out) < WAITING * self._crew.slots:
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                return
            self._submit(task, alone=False)

    def _submit(self, task: Task, alone: bool) -> None:
        self._out[self._crew.submit(live_task, self._study, task)] = _Out(task, time.monotonic(), alone)

    def _taken_in(self, future: Future) -> bool:
        """Take in what a future says; False when the workers broke down and it says nothing."""
        out = self._out[future]
        broken = CancelledError() if future.cancelled() else future.exception()
        if broken is None:
            self._land(future.result())
        elif broke_down(broken):
            return False
        elif out.task.runs > 1:
            self._again.extend(out.task.halves())
        elif killed_workers(broken):
            self._blame(out)
        else:
            self._fail(out, FAILED, why(broken))
        return True

    def _overdue(self) -> bool:
        """Whether workers hang that should have ended themselves."""
        if self._study.timeout is None or not self._crew.renewable or not self._out:
            return False
        runs = sum(out.task.runs for out in self._out.values())
        oldest = min(out.since for out in self._out.values())
        return time.monotonic() - oldest > self._study.timeout * runs + GRACE

    def _mourn(self, dead: list[_Out]) -> None:
        """Start the crew anew; all that was handed out to it is suspect."""
        self._crew.renew()
        for future in wait(self._out, timeout=GLANCE).done:
            if self._taken_in(future):
                del self._out[future]
        dead += self._out.values()
        self._out.clear()
        for out in dead:
            if not out.alone and len(dead) > 1:
                self._suspects.append(out.task)
            elif out.task.runs > 1:
                self._suspects.extendleft(reversed(out.task.halves()))
            else:
                self._blame(out)

    def _blame(self, out: _Out) -> None:
        """A run was alone with workers that died."""
        [run] = [run for lot in out.task.lots for run in lot.runs]
        timeout, seconds = self._study.timeout, time.monotonic() - out.since
        self._deaths[run] += 1
        if timeout is not None and seconds >= timeout:
            self._fail(out, TIMEOUT, say("took longer than {timeout:g} s", timeout=timeout))
        elif self._deaths[run] >= DEATHS or not self._crew.renewable:
            self._fail(out, FAILED, say("its worker process died: out of memory, or killed"))
        else:
            self._suspects.appendleft(out.task)

    def _fail(self, out: _Out, status: str, error: str) -> None:
        [run] = [run for lot in out.task.lots for run in lot.runs]
        self._land(Landing([Ran(run, status, time.monotonic() - out.since, error)]))
