"""How far a run is: a bar on a terminal, plain lines elsewhere, nothing for the first two seconds."""

from __future__ import annotations

import sys
import time
from typing import Any, Callable, TextIO

from kubesim.language import say

PATIENCE = 2.0
"""Seconds before anything is shown: work that is shorter needs no bar."""
BETWEEN_LINES, BETWEEN_DRAWINGS = 10.0, 0.1
"""Seconds from one plain line to the next, and from one look of the bar to the next."""


class ProgressLine:
    """Called with (done, total) it shows how far the work is and how long it will still take.

    The time left is told by the pace since the work got going: starting the workers is no part of it.
    """

    def __init__(self, quiet: bool = False, stream: TextIO | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet, self._stream, self._clock = quiet, stream or sys.stderr, clock
        self._next = clock() + PATIENCE
        self._going: tuple[float, int] | None = None        # when work was first seen done, and how much
        self._bar: Any = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if self._going is None and done:
            self._going = now, done
        if self._quiet or now < self._next or self._going is None or done == self._going[1]:
            return
        begun, first = self._going
        left = duration((now - begun) * (total - done) / (done - first))
        if self._stream.isatty():
            self._draw(done, total, say("{left} left", left=left))
            self._next = now + BETWEEN_DRAWINGS
        else:
            print(say("{percent:.0f} % of {total:,} months simulated, {left} left",
                      percent=100 * done / total, total=total, left=left), file=self._stream, flush=True)
            self._next = now + BETWEEN_LINES

    def _draw(self, done: int, total: int, left: str) -> None:
        if self._bar is None:
            from tqdm import tqdm
            tqdm.monitor_interval = 0
            self._bar = tqdm(total=total, file=self._stream, leave=False, dynamic_ncols=True, bar_format=(
                "{percentage:3.0f} % |{bar}| {n:,.0f} / {total:,.0f}, {desc}"))
        self._bar.n = done
        self._bar.set_description_str(left)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return say("{time:.0f} s", time=max(seconds, 1))
    if seconds < 5400:
        return say("{time:.0f} min", time=seconds / 60)
    return say("{time:.1f} h", time=seconds / 3600)
