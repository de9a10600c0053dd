"""Who lives the runs: processes of this machine, a Dask cluster, or any executor; replaced when it breaks."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, suppress
from multiprocessing import active_children
from typing import Any, Callable

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say
from kubesim.running.executors import process_pool
from kubesim.running.manifest import versions

WAITING = 2
"""Tasks at a time for each worker: one that it lives, one that it finds when it is done."""
STARTS = 3
"""Times that workers are started before it is given up."""
SAME = ("kubesim", "source", "numpy")
"""What must be the same everywhere for numbers to be."""
KILLED = "KilledWorker"
"""What Dask says of a task that several of its workers died of."""
GONE = ("CancelledError", "FutureCancelledError", "CommClosedError")
"""What it says when there is no cluster any more."""


class Crew:
    """Workers behind an executor that ``make`` makes, anew when one has died; ``None`` cannot be replaced."""

    def __init__(self, slots: int, make: Callable[[], Executor], renewable: bool = True,
                 close: Callable[[], None] = lambda: None) -> None:
        self.slots, self.renewable, self._make, self._close = slots, renewable, make, close
        self._before = set(active_children())
        self._executor = self._made()

    def submit(self, act: Callable, /, *given: object) -> Future:
        """Hand over a piece of work; an executor that is broken gives a future that says so."""
        try:
            return self._executor.submit(act, *given)
        except BrokenExecutor as broken:
            failed: Future = Future()
            failed.set_exception(broken)
            return failed

    def renew(self) -> None:
        """End all workers and start anew. Raises SimulationError when that cannot be done."""
        if not self.renewable:
            raise SimulationError(say(
                "the executor is broken, or the cluster is gone; what has landed is kept"))
        self._let_go()
        self._executor = self._made()

    def close(self) -> None:
        """Let everybody go at once; what they are at is dropped."""
        self._let_go()
        self._close()

    def _let_go(self) -> None:
        if not self.renewable:
            return
        for child in set(active_children()) - self._before:
            child.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _made(self) -> Executor:
        """An executor with all its workers; one that dies while it starts may be bad luck."""
        for _ in range(STARTS - 1):
            with suppress(BrokenExecutor):
                return self._make()
        try:
            return self._make()
        except BrokenExecutor:
            raise SimulationError(say(
                "worker processes die as soon as they start: no memory is left, or the script that calls "
                "this has no 'if __name__ == \"__main__\":'")) from None


def broke_down(broken: BaseException) -> bool:
    """Whether it says that the workers are gone, not that the work failed."""
    return isinstance(broken, BrokenExecutor) or type(broken).__name__ in GONE


def killed_workers(broken: BaseException) -> bool:
    """Whether it says that workers died of this very work, while others go on."""
    return type(broken).__name__ == KILLED


def processes(count: int) -> Crew:
    """So many processes of this machine."""
    return Crew(count, lambda: process_pool(count))


def of_executor(executor: Executor) -> Crew:
    """An executor that the caller made and will close."""
    slots = getattr(executor, "_max_workers", None) or 8
    return Crew(int(slots), lambda: executor, renewable=False)


def cluster(address: str) -> Crew:
    """The workers of a Dask cluster; they must have the same kubesim.

    Raises ScenarioError when there is none at the address, or when their versions differ.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ScenarioError(say("--cluster needs Dask: pip install 'kubesim[cluster]'")) from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TypeError) as wrong:
        raise ScenarioError(say("--cluster {address}: no Dask scheduler answers there ({why})",
                                address=address, why=" ".join(str(wrong).split())[:200])) from None
    with ExitStack() as undo:
        undo.callback(client.close)
        threads = client.nthreads()
        if not threads:
            raise ScenarioError(say("--cluster {address}: the cluster has no workers", address=address))
        _check_versions(address, _theirs(client, address))
        undo.pop_all()
    executor = client.get_executor(pure=False)
    return Crew(sum(threads.values()), lambda: executor, renewable=False, close=client.close)


def _theirs(client: Any, address: str) -> dict[str, dict[str, str]]:
    """What each worker of a cluster has installed."""
    try:
        return client.run(versions)
    except ImportError:
        raise ScenarioError(say("--cluster {address}: kubesim is not installed on the workers",
                                address=address)) from None


def _check_versions(address: str, theirs: dict[str, dict[str, str]]) -> None:
    ours = versions()
    faults = [say("--cluster {address}: worker {worker} has {name} {theirs}, this machine has {ours}",
                  address=address, worker=worker, name=name, theirs=held.get(name), ours=ours[name])
              for worker, held in theirs.items() for name in SAME if held.get(name) != ours[name]]
    if faults:
        raise ScenarioError(faults)
