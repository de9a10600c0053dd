"""Stacks of replicates live, one after another or spread over processes."""

from __future__ import annotations

import os
import re
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.errors import SimulationError
from kubesim.language import say, translated
from kubesim.running.measure import choose_outcomes
from kubesim.model import KubeModel
from kubesim.running.panels import PanelWriter
from kubesim.running.record import Record, Recorder
from kubesim.running.summary import spans
from kubesim.scenario import Scenario
from kubesim.signals import deaf_children


NUMBERS = re.compile(r"\d[\d.,]*")


class Stack(NamedTuple):
    """Replicates of one world that live together in one table: the unit of work."""

    place: int                  # on the board
    world: str
    scenario: Scenario
    seeds: tuple[int, ...]
    outcomes: tuple[str, ...] | None
    keep: tuple[str, ...]


@dataclass
class Landed:
    """What came of a stack: the records of finished replicates and, by seed, why others broke."""

    world: str
    records: list[Record] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)


class Board:
    """What the main process and its workers tell each other, in a small file that all of them map:
    whether to stop, and how many months each stack has lived (times its replicates)."""

    def __init__(self, path: Path, tell: Callable[[int], None] | None = None) -> None:
        self.path = path
        self._cells = np.memmap(path, np.int64, "r+")
        self._tell = tell

    @classmethod
    def make(cls, path: Path, stacks: int, tell: Callable[[int], None]) -> "Board":
        """A new board for so many stacks; ``tell`` gets the months lived by all of them."""
        path.write_bytes(bytes(8 * (stacks + 1)))
        return cls(path, tell)

    def stop(self) -> None:
        """Ask every stack to stop at the end of its month."""
        self._cells[0] = 1

    @property
    def stopped(self) -> bool:
        """Whether stacks were asked to stop."""
        return bool(self._cells[0])

    def tick(self, place: int, replicates: int) -> None:
        """A stack has lived a month."""
        self._cells[1 + place] += replicates
        self.report()

    def report(self) -> None:
        """Tell how many months all stacks have lived, times their replicates."""
        if self._tell:
            self._tell(int(self._cells[1:].sum()))


def live_all(stacks: Sequence[Stack], workers: int, board: Board,
             live_one: Callable[[Stack, Board], Landed] | None = None) -> Iterator[Landed]:
    """Let all stacks live, on one or several processes; gives each as it lands.

    What lands does not depend on who works when. Panels go into the folder of the board.
    ``live_one`` lives a stack, ``live`` unless given.
    """
    live_one = live_one or live
    if workers > 1:
        yield from _spread(stacks, workers, board, live_one)
    else:
        for stack in stacks:
            yield live_one(stack, board)


def live(stack: Stack, board: Board) -> Landed:
    """Live a stack of a run from month 0 to its last."""
    return land(stack, board, _live_together)


def land(stack: Stack, board: Board, together: Callable[[Stack, Board], Record | None],
         spoils_all: tuple[type[SimulationError], ...] = ()) -> Landed:
    """What comes of a stack that ``together`` lives; one that breaks is lived again seed by seed, so
    that only the broken seeds are lost. Nothing lands when the board says stop. Errors that spoil all
    are raised."""
    try:
        record = together(stack, board)
        return Landed(stack.world, [record] if record else [])
    except spoils_all:
        raise
    except SimulationError as broken:
        if len(stack.seeds) == 1:
            return Landed(stack.world, faults={stack.seeds[0]: str(broken)})
    landed = Landed(stack.world)
    for seed in stack.seeds:
        alone = land(stack._replace(seeds=(seed,)), board, together, spoils_all)
        landed.records += alone.records
        landed.faults |= alone.faults
    return landed


def month_by_month(models: Mapping[str, KubeModel], recorders: Mapping[str, Recorder], stack: Stack,
                   board: Board) -> Iterator[int]:
    """Live the worlds of a stack side by side and record them; gives each month that all have lived,
    and no more once the board says stop."""
    for month in range(max(model.scenario.months for model in models.values()) + 1):
        for label, model in models.items():
            if board.stopped:
                return
            if month:
                model.step()
            recorders[label].take(model.state, month)
            board.tick(stack.place, len(stack.seeds))
        yield month


def _live_together(stack: Stack, board: Board) -> Record | None:
    if board.stopped:
        return None
    model, month = KubeModel(stack.scenario, seed=stack.seeds), -1
    recorder = Recorder(stack.seeds, model.state, choose_outcomes(stack.outcomes), stack.scenario)
    with PanelWriter(stack.keep, stack.seeds, board.path.parent) as panels:
        for month in month_by_month({stack.world: model}, {stack.world: recorder}, stack, board):
            panels.take(model.state, month)
    return recorder.record if month == stack.scenario.months else None


def told_faults(landed: Iterable[Landed]) -> tuple[str, ...]:
    """What went wrong, one line a fault, whatever number of seeds it struck; faults that differ in
    their numbers only are one fault, told with the numbers of the first seed."""
    struck: dict[tuple[str, str], dict[int, str]] = {}
    for piece in landed:
        for seed, why in piece.faults.items():
            struck.setdefault((piece.world, NUMBERS.sub("", why)), {})[seed] = why
    return tuple(_told(world, dict(sorted(held.items()))) for (world, _), held in struck.items())


def _told(world: str, whys: Mapping[int, str]) -> str:
    """A fault in words: the seeds that it struck, the world where there is a choice of them, and why."""
    first, why = next(iter(whys.items()))
    seeds = (say("seed {seed}", seed=first) if len(whys) == 1 else
             say("seeds {seeds}", seeds=spans(tuple(whys))))
    if len(set(whys.values())) > 1:
        why = say("{why} (numbers of seed {seed})", why=why, seed=first)
    return f"{seeds}, {translated(world)}: {why}" if world else f"{seeds}: {why}"


def _spread(stacks: Sequence[Stack], workers: int, board: Board,
            live_one: Callable[[Stack, Board], Landed]) -> Iterator[Landed]:
    waiting: dict[Future, Stack] = {}
    with ProcessPoolExecutor(workers, get_context("spawn"), begin_work) as pool:
        try:
            with deaf_children():
                for stack in stacks:
                    waiting[pool.submit(_work, live_one, stack, board.path)] = stack
            while waiting:
                done, _ = wait(waiting, timeout=0.2, return_when="FIRST_COMPLETED")
                board.report()
                for future in done:
                    yield _landed(future, waiting.pop(future), board)
        finally:                            # whatever ended this, no worker goes on
            if waiting:
                board.stop()


def _landed(future: Future, stack: Stack, board: Board) -> Landed:
    try:
        return future.result()
    except BrokenProcessPool:
        if board.stopped:                   # the signal that stopped us reached the workers too
            return Landed(stack.world)
        fault = say("a worker process died: out of memory, or killed, or the script that calls run() "
                    "has no 'if __name__ == \"__main__\":'")
        return Landed(stack.world, faults=dict.fromkeys(stack.seeds, fault))


def _work(live_one: Callable[[Stack, Board], Landed], stack: Stack, board: Path) -> Landed:
    return live_one(stack, Board(board))


def begin_work() -> None:
    """A worker leaves Ctrl-C to the main process, and ends when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_with_parent() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
