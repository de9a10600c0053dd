"""Where work is done: in this process, or in worker processes of this machine, behind one interface,
that of ``concurrent.futures.Executor``."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Callable, Iterator

from kubesim.running.plan import processors
from kubesim.running.workers import begin_work
from kubesim.signals import deaf_children


class Here(Executor):
    """An executor that works at once, in this process."""

    def submit(self, act: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Do it now; gives a future that is done. What the work raises is raised here."""
        done: Future = Future()
        done.set_result(act(*args, **kwargs))
        return done


@contextmanager
def executor_of(workers: int | None = None) -> Iterator[Executor]:
    """So many worker processes (as many as processors, unless given); this process for one.

    Workers leave Ctrl-C to the main process and end with it. What still waits is dropped on the way out.
    """
    count = workers or processors()
    if count == 1:
        yield Here()
        return
    pool = process_pool(count)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def process_pool(count: int) -> ProcessPoolExecutor:
    """So many worker processes, each of them ready; they never hear Ctrl-C.

    Raises BrokenProcessPool when one dies while it starts.
    """
    pool = ProcessPoolExecutor(count, get_context("spawn"), begin_work)
    try:
        with deaf_children():           # they start now
            for started in [pool.submit(processors) for _ in range(count)]:
                started.result()
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    return pool
