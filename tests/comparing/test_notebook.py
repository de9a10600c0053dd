"""The progress bar of a notebook, where no terminal is."""

from __future__ import annotations

import sys

import pytest

from kubesim import notebook
from kubesim.notebook import NotebookBar, notebook_bar


class Screen:
    """Stands for IPython's display: keeps what is shown, the last thing last."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def __call__(self, bar: str, display_id: bool) -> "Screen":
        assert display_id and not self.shown
        self.shown.append(bar)
        return self

    def update(self, bar: str) -> None:
        """Show something else in its place."""
        self.shown.append(bar)


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """A clock that stands still; its only entry is the time."""
    now = [100.0]
    monkeypatch.setattr(notebook.time, "monotonic", lambda: now[0])
    return now


def test_nothing_is_shown_for_two_seconds_then_one_bar_that_goes_away_in_the_end(clock):
    screen = Screen()
    bar = NotebookBar(screen, str)
    clock[0] += 1.9
    bar(10, 100)
    assert screen.shown == []
    clock[0] += 8.1
    bar(20, 100)
    assert screen.shown == ['<progress value="20" max="100"></progress> 20 % simulated, 40 s left']
    clock[0] += 0.1
    bar(21, 100)
    assert len(screen.shown) == 1                   # not drawn anew many times a second
    bar(100, 100)
    assert screen.shown[1:] == [""]


def test_work_that_is_done_at_once_shows_nothing(clock):
    screen = Screen()
    bar = NotebookBar(screen, str)
    clock[0] += 5
    bar(100, 100)
    assert screen.shown == []


def test_there_is_no_bar_outside_of_notebooks(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert notebook_bar() is None
