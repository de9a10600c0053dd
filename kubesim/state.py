"""The state of a simulated district: tables of columns, rows that never move, money that closes.

Every column has shape (replicates, rows): replicates of one scenario are stacked, an ordinary
model has one. A column is written in place and never replaced, so ``households.trust = x``
copies x into the column, and a part of the table (``State.parts``) writes into the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Iterator

import numpy as np

from kubesim.columns import Companions, Districts, Groups, Households, Markets
from kubesim.ledger import Ledger
from kubesim.table import Table

PART_ROWS = 65_536
"""Households worked at a time: few enough to keep temporary arrays small, many enough for NumPy."""


@dataclass
class State:
    """Everything that changes: the tables, the ledger, and the layout that joins them.

    ``first`` holds the first household row of each group's list; lists come first in the table
    and each is contiguous. ``listed`` is the number of households on a list.
    """

    households: Households
    groups: Groups
    companions: Companions
    markets: Markets
    districts: Districts
    first: np.ndarray                       # (groups,), household row at which each list starts
    listed: int
    district_names: tuple[str, ...]
    ledger: Ledger = field(default_factory=Ledger)
    named_companion: np.ndarray | None = None   # (groups,), of a household file: its companion of each, or -1

    def __post_init__(self) -> None:
        if self.named_companion is None:
            self.named_companion = np.full(len(self.first), -1)
        sizes = np.diff(np.append(self.first, self.listed))
        self.list_of = np.repeat(np.arange(len(self.first)), sizes)
        self._parts: list[State] | None = None

    @property
    def replicates(self) -> int:
        """How many replicates are stacked."""
        return self.households.persons.shape[0]

    # -- between tables -----------------------------------------------------------------------
    def per_group(self, values: np.ndarray) -> np.ndarray:
        """Sum over each group's list: (replicates, households) to (replicates, groups)."""
        if not len(self.first):
            return np.zeros((values.shape[0], 0))
        return np.add.reduceat(values[:, :self.listed], self.first, axis=1)

    def best_per_group(self, values: np.ndarray) -> np.ndarray:
        """Largest value on each group's list."""
        if not len(self.first):
            return np.zeros((values.shape[0], 0))
        return np.maximum.reduceat(values[:, :self.listed], self.first, axis=1)

    def mean_of_members(self, values: np.ndarray) -> np.ndarray:
        """Mean over the members of each living group; 0 for a group without members."""
        households, groups = self.households, self.groups
        return self.per_group(values * households.in_group) / np.maximum(groups.members, 1.0)

    def per_member(self, values: np.ndarray, outside: float = 0.0) -> np.ndarray:
        """Each household's value of its group's list: (replicates, groups) to households."""
        taken = np.take(values, self.list_of, axis=1)
        if self.listed == self.households.length:
            return taken
        full = np.full(self.households.persons.shape, outside, taken.dtype)
        full[:, :self.listed] = taken
        return full

    def per_row(self, conditions: np.ndarray, table: Table) -> np.ndarray:
        """Each row's value of its district: (replicates, districts) to rows (or to one column
        that broadcasts, where all districts agree)."""
        if (conditions == conditions[:, :1]).all():
            return conditions[:, :1]
        return np.take_along_axis(conditions, table.district, axis=1)

    def per_district(self, values: np.ndarray, table: Table) -> np.ndarray:
        """Sum over each district's rows: (replicates, rows) to (replicates, districts)."""
        where = table.district + self.districts.length * np.arange(self.replicates)[:, None]
        sums = np.bincount(where.ravel(), np.broadcast_to(values, where.shape).ravel(),
                           self.replicates * self.districts.length)
        return sums.reshape(self.replicates, -1)

    def hire(self, count: int) -> slice:
        """Add companions with empty columns; returns their rows."""
        old = self.companions
        self.companions = old.lengthened(count)
        return slice(old.length, old.length + count)

    # -- parts --------------------------------------------------------------------------------
    def parts(self) -> list["State"]:
        """The state cut into whole groups with their households, then households on no list.

        A part is a State of views. Households on no list skip the rules of groups, and a million
        households need temporary arrays for a few of them only. Groups see only last month's
        totals of other groups, so the result does not depend on the cut.
        """
        if self._parts is None:
            self._parts = list(self._cut())
        return self._parts

    def _cut(self) -> Iterator["State"]:
        bounds = np.append(self.first, self.listed)
        begin = 0
        while begin < len(self.first):
            end = max(begin + 1, int(np.searchsorted(bounds, bounds[begin] + PART_ROWS, "right")) - 1)
            yield self._part(int(bounds[begin]), int(bounds[end]), begin, end)
            begin = end
        for start in range(self.listed, self.households.length, PART_ROWS):
            stop = min(start + PART_ROWS, self.households.length)
            yield self._part(start, stop, len(self.first), len(self.first))

    def _part(self, start: int, stop: int, begin: int, end: int) -> "State":
        return State(self.households.rows(start, stop), self.groups.rows(begin, end),
                     self.companions, self.markets, self.districts,
                     self.first[begin:end] - start, stop - start if end > begin else 0,
                     self.district_names, self.ledger)

    # -- the month ----------------------------------------------------------------------------
    def open_month(self) -> np.ndarray:
        """Ordinary conditions, no visits yet, an empty ledger; returns the opening stocks, Rp.

        Writes: districts.labour, .demand, .illness, .visits, .meetings; groups.contact, .visits,
        .news_from_meetings, .shown_practice; companions.active, .visits.
        """
        for name in ("labour", "demand", "illness", "visits", "meetings"):
            setattr(self.districts, name, 1.0)
        for name in ("contact", "visits", "news_from_meetings", "shown_practice"):
            setattr(self.groups, name, 0.0)
        self.companions.active = False
        self.companions.visits = 0.0
        self.ledger.open_month()
        return self.stocks()

    def close_month(self, before: np.ndarray, month: int) -> None:
        """Check that money closes; raises SimulationError when it does not."""
        self.error = self.ledger.close(before, self.stocks(), month)

    def meeting_intensity(self, per_month: float) -> np.ndarray:
        """Meeting intensity of each living group, 0 to 1: 1 - exp(-meetings / 2)."""
        held = per_month * self.per_row(self.districts.meetings, self.groups)
        return self.groups.active * (1 - np.exp(-held / 2))

    # -- money --------------------------------------------------------------------------------
    def stocks(self) -> np.ndarray:
        """All money of households and groups, Rp, shape (replicates,)."""
        own = self.households.savings.sum(axis=1) + self.households.business_capital.sum(axis=1)
        joint = sum(getattr(self.groups, name).sum(axis=1)
                    for name in ("capital", "solidarity", "loan_fund"))
        return own + joint

    def __getstate__(self) -> dict:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, kept: dict) -> None:
        self.__init__(**kept)
