"""Twins are twins until something differs: columns compared bit by bit, month by month."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence

import numpy as np

from kubesim.comparing.worlds import FirstDifference
from kubesim.errors import SimulationError
from kubesim.language import say
from kubesim.state import State

TABLES = ("households", "groups", "companions", "markets", "districts")


class Seen(NamedTuple):
    """Where two worlds were first seen to differ."""

    month: int
    table: str
    column: str


class PairingBroken(SimulationError):
    """Worlds differ before anything that differs between them acts."""


class Identity:
    """Compares two worlds each month until they part; raises when they part too early."""

    def __init__(self, labels: tuple[str, str], seeds: Sequence[int], expected: FirstDifference) -> None:
        self.labels, self.seeds, self.expected = labels, seeds, expected
        self.seen: Seen | None = None

    def check(self, one: State, other: State, month: int) -> None:
        """Compare the worlds at the end of a month; raises PairingBroken."""
        if self.seen is not None:
            return
        for table, column, ours, theirs in self._pairs(one, other):
            if ours.shape != theirs.shape or not np.array_equal(_bits(ours), _bits(theirs)):
                if month < self.expected.month:
                    raise PairingBroken(self._breach(table, column, ours, theirs, month))
                self.seen = Seen(month, table, column)
                return

    def _pairs(self, one: State, other: State) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
        """Columns that both worlds have, without those that are the differing items' own."""
        for table in TABLES:
            if table == "companions" and self.expected.companions:
                continue
            ours, theirs = getattr(one, table).columns(), getattr(other, table).columns()
            for column in [name for name in ours if name in theirs]:
                if not self._is_own(table, column):
                    yield table, column, ours[column], theirs[column]

    def _is_own(self, table: str, column: str) -> bool:
        """Whether a column belongs to something that differs."""
        own = self.expected.own_columns
        return f"{table}.{column}" in own or any(name[-1] == "." and column.startswith(name) for name in own)

    def _breach(self, table: str, column: str, ours: np.ndarray, theirs: np.ndarray, month: int) -> str:
        one, other = self.labels
        if ours.shape != theirs.shape:
            return say("the months before the first difference are not identical: in month {month} {table} "
                       "has {ours} rows in '{one}' and {theirs} in '{other}', though nothing that differs "
                       "between the two acts before month {first}", month=month, table=table,
                       ours=ours.shape[1], theirs=theirs.shape[1], one=one, other=other,
                       first=self.expected.month)
        replicate, row = np.argwhere(_bits(ours) != _bits(theirs))[0]
        return say("the months before the first difference are not identical: {table}.{column}, row {row}, "
                   "month {month}, seed {seed} is {ours} in '{one}' and {theirs} in '{other}', though "
                   "nothing that differs between the two acts before month {first}", table=table,
                   column=column, row=row, month=month, seed=self.seeds[replicate], ours=ours[replicate, row],
                   theirs=theirs[replicate, row], one=one, other=other, first=self.expected.month)


def _bits(column: np.ndarray) -> np.ndarray:
    """The bits of a column as whole numbers, so that not-a-number equals itself and 0 is not -0."""
    return column.view(f"u{column.dtype.itemsize}")
