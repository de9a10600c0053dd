"""Ctrl-C and SIGTERM, taken at a moment of our own choosing."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import Callable, Iterator


@contextmanager
def on_signal(act: Callable[[], object]) -> Iterator[None]:
    """While this lasts, the first SIGINT or SIGTERM calls ``act`` and breaks nothing off; a second
    one does what it did before. A signal that is ignored stays so, as in a job in the background.
    In another thread than the main one nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
              if signal.getsignal(number) != signal.SIG_IGN}

    def restore() -> None:
        for number, does in before.items():
            signal.signal(number, does)

    def first(*_: object) -> None:
        restore()
        act()

    for number in before:
        signal.signal(number, first)
    try:
        yield
    finally:
        restore()


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C, not even while they still import."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
