"""How far a run is: a bar on a terminal, plain lines elsewhere, nothing for the first two seconds."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

from kubesim.language import say

PATIENCE = 2.0
"""Seconds before anything is shown: work that is shorter needs no bar."""
BETWEEN_LINES = 10.0
"""Seconds from one plain line to the next."""


class ProgressLine:
    """Called with (done, total) it shows how far the work is and how long it will still take."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._begun = time.monotonic()
        self._next_line = self._begun + PATIENCE
        self._bar: Any = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._quiet or not done or now < self._next_line:
            return
        if self._stream.isatty():
            self._draw(done, total)
            self._next_line = now + 0.1
        else:
            left = (now - self._begun) * (total - done) / done
            said = say("{percent:.0f} % of {total:,} months simulated, {left} left",
                       percent=100 * done / total, total=total, left=duration(left))
            print(said, file=self._stream, flush=True)
            self._next_line = now + BETWEEN_LINES

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            from tqdm import tqdm
            tqdm.monitor_interval = 0
            self._bar = tqdm(total=total, file=self._stream, leave=False, dynamic_ncols=True,
                             bar_format="{percentage:3.0f} % |{bar}| {n:,.0f}/{total:,.0f} months, "
                                        "{remaining} left")
            self._bar.start_t -= time.monotonic() - self._begun
        self._bar.n = done
        self._bar.refresh()

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
