"""Worker processes of the page: a slice of work done there leaves this process free to answer."""

from __future__ import annotations

import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Callable

from kubesim.language import language, speaking_here
from kubesim.running.executors import process_pool


class Crew:
    """So many worker processes; one that dies is replaced, and what it did is done once more."""

    def __init__(self, count: int) -> None:
        self._count, self._lock = count, threading.Lock()
        self._pool = process_pool(count)

    def __call__(self, act: Callable, /, *args: Any) -> Any:
        """Do it there, in the language spoken here, and wait for what comes of it; raises what it raises."""
        pool = self._pool
        try:
            return pool.submit(_speaking, language(), act, *args).result()
        except BrokenProcessPool:
            return self._renewed(pool).submit(_speaking, language(), act, *args).result()

    def close(self) -> None:
        """End the processes; call it when nothing works any more."""
        self._pool.shutdown(cancel_futures=True)

    def _renewed(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is broken:
                broken.shutdown(wait=False)
                self._pool = process_pool(self._count)
            return self._pool


def _speaking(spoken: str, act: Callable, *args: Any) -> Any:
    with speaking_here(spoken):
        return act(*args)


def here(act: Callable, /, *args: Any) -> Any:
    """In place of a crew: do it in this process."""
    return act(*args)
