"""Moments: what an event is, and which runs of months make one."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple, Sequence

from kubesim.telling.lives import Life

SMALL, MIDDLING, GREAT = 1, 2, 3        # how much an event matters
LASTING = 3                             # months after which a change counts as one


class Event(NamedTuple):
    """Something that happens in a month; ``mark`` is what a picture calls it, empty for nothing."""

    month: int
    text: str
    weight: int
    mark: str = ""


class Run(NamedTuple):
    """Months in a row with the same value."""

    start: int
    length: int
    value: Any


def runs(values: Sequence[Any]) -> list[Run]:
    """A column cut into runs of equal values."""
    found: list[Run] = []
    for month, value in enumerate(values):
        if found and found[-1].value == value:
            found[-1] = found[-1]._replace(length=found[-1].length + 1)
        else:
            found.append(Run(month, 1, value))
    return found


def lasting(values: Sequence[Any]) -> Iterator[Run]:
    """Runs that last, each of another value than the one before it; the first value is not told."""
    known = None
    for run in runs(values):
        if known is None:
            known = run.value
        elif run.value != known and run.length >= LASTING:
            known = run.value
            yield run


def concerns(life: Life, month: int) -> bool:
    """Whether what happens in the group is of this life: not for a household that has left before."""
    return life.who.kind == "group" or bool(life["in_group"][month] or life["in_group"].get(month - 1))
