"""A progress bar in a notebook, where there is no terminal to draw one on."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import Any, Callable

from kubesim.language import say
from kubesim.progress import PATIENCE, duration

BETWEEN = 0.25
"""Seconds from one drawing to the next."""


class NotebookBar:
    """Called with (done, total) it draws a bar under the cell, and takes it away when all is done."""

    def __init__(self, display: Callable[..., Any], html: Callable[[str], Any]) -> None:
        self._display, self._html = display, html
        self._begun = time.monotonic()
        self._next = self._begun + PATIENCE
        self._shown: Any = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total and self._shown is not None:
            self._shown.update(self._html(""))
            self._shown = None
        elif done and done < total and now >= self._next:
            left = duration((now - self._begun) * (total - done) / done)
            said = say("{percent:.0f} % simulated, {left} left", percent=100 * done / total, left=left)
            bar = self._html(f'<progress value="{done}" max="{total}"></progress> {escape(said)}')
            if self._shown is None:
                self._shown = self._display(bar, display_id=True)
            else:
                self._shown.update(bar)
            self._next = now + BETWEEN


def notebook_bar() -> NotebookBar | None:
    """A bar when this runs in a notebook, else None."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython
    from IPython.display import HTML, display
    shell = get_ipython()
    return NotebookBar(display, HTML) if shell is not None and hasattr(shell, "kernel") else None
