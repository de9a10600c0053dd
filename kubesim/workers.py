"""Stacks of replicates live, one after another or spread over processes; a signal stops them cleanly."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence

import numpy as np

from kubesim.errors import SimulationError
from kubesim.measure import choose_outcomes
from kubesim.model import KubeModel
from kubesim.panels import PanelWriter
from kubesim.record import Record, Recorder
from kubesim.scenario import Scenario

WORKER_DIED = ("a worker process died (out of memory, or killed, or the script that calls run() lacks "
               "`if __name__ == \"__main__\":`)")


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
    """What came of a stack: the records of finished replicates and what went wrong with others."""

    world: str
    records: list[Record] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)


class Board:
    """What the main process and its workers tell each other, in a small file that all of them map:
    whether to stop, and how many months each stack has lived (times its replicates)."""

    def __init__(self, path: Path, tell: Callable[[], None] | None = None) -> None:
        self._cells = np.memmap(path, np.int64, "r+")
        self._tell = tell

    @classmethod
    def make(cls, path: Path, stacks: int, tell: Callable[[], None] | None = None) -> "Board":
        """A new board for so many stacks."""
        path.write_bytes(bytes(8 * (stacks + 1)))
        return cls(path, tell)

    def stop(self, *_: object) -> None:
        """Ask every stack to stop at the end of its month."""
        self._cells[0] = 1

    @property
    def stopped(self) -> bool:
        """Whether stacks were asked to stop."""
        return bool(self._cells[0])

    def tick(self, place: int, replicates: int) -> None:
        """A stack has lived a month."""
        self._cells[1 + place] += replicates
        if self._tell:
            self._tell()

    @property
    def lived(self) -> int:
        """Months lived by all stacks, times their replicates."""
        return int(self._cells[1:].sum())


def live_all(stacks: Sequence[Stack], workers: int, scratch: Path,
             progress: Callable[[int], None]) -> tuple[list[Landed], bool]:
    """Let all stacks live; says what came of each and whether a signal cut them short.

    ``progress`` is told how many months were lived, times replicates. In the main thread, SIGINT
    and SIGTERM stop the work at the end of the month; a second one does what it did before.
    """
    path = scratch / "board"
    board = Board.make(path, len(stacks), lambda: progress(board.lived) if workers == 1 else None)
    with _signals_stop(board):
        if workers == 1:
            landed = [live(stack, board, scratch) for stack in stacks]
        else:
            landed = _spread(stacks, workers, board, path, lambda: progress(board.lived))
        return landed, board.stopped


def live(stack: Stack, board: Board, scratch: Path) -> Landed:
    """Live a stack from month 0 to its last; one that breaks is lived again seed by seed, so that
    only the broken seeds are lost. Nothing lands when the board says stop."""
    try:
        record = _live_together(stack, board, scratch)
        return Landed(stack.world, [record] if record else [])
    except SimulationError as broken:
        if len(stack.seeds) == 1:
            return Landed(stack.world, faults={stack.seeds[0]: f"seed {stack.seeds[0]}, {stack.world}: {broken}"})
    landed = Landed(stack.world)
    for seed in stack.seeds:
        alone = live(stack._replace(seeds=(seed,)), board, scratch)
        landed.records += alone.records
        landed.faults |= alone.faults
    return landed


def _live_together(stack: Stack, board: Board, scratch: Path) -> Record | None:
    if board.stopped:
        return None
    model = KubeModel(stack.scenario, seed=stack.seeds)
    recorder = Recorder(stack.seeds, model.state, choose_outcomes(stack.outcomes), stack.scenario)
    with PanelWriter(stack.keep, stack.seeds, scratch) as panels:
        for month in range(stack.scenario.months + 1):
            if board.stopped:
                return None
            if month:
                model.step()
            recorder.take(model.state, month)
            panels.take(model.state, month)
            board.tick(stack.place, len(stack.seeds))
    return recorder.record


def _spread(stacks: Sequence[Stack], workers: int, board: Board, path: Path,
            tell: Callable[[], None]) -> list[Landed]:
    """Let stacks live in worker processes; what they give does not depend on who works when."""
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin_work) as pool:
        try:
            with _deaf_children():
                futures = [pool.submit(_work, stack, path) for stack in stacks]
            waiting: set[Future] = set(futures)
            while waiting:
                _, waiting = wait(waiting, timeout=0.2)
                tell()
        except BaseException:
            board.stop()
            raise
        cut_short = board.stopped
        landed = []
        for stack, future in zip(stacks, futures):
            try:
                landed.append(future.result())
            except BrokenProcessPool:
                lost = {} if cut_short else {seed: f"seed {seed}: {WORKER_DIED}" for seed in stack.seeds}
                landed.append(Landed(stack.world, faults=lost))
        return landed


def _work(stack: Stack, path: Path) -> Landed:
    return live(stack, Board(path), path.parent)


def _begin_work() -> None:
    """A worker leaves Ctrl-C to the main process, and ends when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_with_parent() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C, not even while they still import."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _signals_stop(board: Board) -> Iterator[None]:
    """While this lasts, the first SIGINT or SIGTERM asks the board to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, does in before.items():
            signal.signal(number, does)

    def first(*_: object) -> None:
        board.stop()
        restore()

    for number in before:
        signal.signal(number, first)
    try:
        yield
    finally:
        restore()
