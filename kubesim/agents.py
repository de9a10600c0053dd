"""Household, Group, Companion: rows of the state seen as Mesa agents."""

from __future__ import annotations

import inspect
import math
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Mapping

import mesa
import numpy as np
from mesa.agent import AgentSet

from kubesim.columns import Companions, Groups, Households
from kubesim.errors import SimulationError
from kubesim.table import Table

if TYPE_CHECKING:
    from kubesim.model import KubeModel

IDS_PER_TABLE = 10_000_000
"""Ids kept for each table: as many as a scenario may have households."""


def _column(table: str, name: str, kind: type, told: str) -> property:
    """An attribute that reads and writes a row's value in one column, as a plain Python value."""
    column = attrgetter(f"model.state.{table}.{name}")
    plain = int if kind is np.int32 else kind

    def read(agent: Row) -> Any:
        return column(agent).item(0, agent.row)

    def write(agent: Row, value: Any) -> None:
        if plain(value) != value or not math.isfinite(value):
            raise ValueError(f"{agent!r}.{name} = {value!r}: must be a {plain.__name__}")
        column(agent)[0, agent.row] = value

    return property(read, write, doc=told)


def _notes(table: type[Table]) -> dict[str, str]:
    """The comment beside each column, the one place where its meaning and unit are written."""
    try:
        source = inspect.getsource(table)
    except OSError:         # installed without its source
        return {}
    return dict(re.findall(r"^    (\w+): \w+(?: +# (.+))?$", source, re.M))


class Row(mesa.Agent):
    """One row of a table, seen as an agent; where replicates are stacked, of the first one.

    Every column is an attribute, read from the table and written into it. A subclass may keep
    attributes of its own and have a ``step``. Rows are never deleted, so an agent cannot be removed.

    ``row`` is the place in the table and the identity: the same in every month and in every
    scenario. ``unique_id`` is ``first_id + row``: households from 1, groups from 10,000,001,
    companions from 20,000,001.
    """

    table: str
    first_id: int

    def __init_subclass__(cls, table: type[Table] | None = None,
                          renamed: Mapping[str, str] | None = None) -> None:
        """Give a view of ``table`` its columns; ``renamed`` where a relation has a column's name."""
        super().__init_subclass__()
        if table is None:
            return
        cls.table = table.__name__.lower()
        notes = _notes(table)
        for name, kind in table.column_types().items():
            told = f"{notes.get(name) or name.replace('_', ' ')} ({kind.__name__} {table.__name__}.{name})"
            setattr(cls, (renamed or {}).get(name, name), _column(cls.table, name, kind, told))

    def __init__(self, model: KubeModel, row: int) -> None:
        # Not Mesa's own start, which in 3.3 keeps every model alive for ever; the model registers rows.
        self.model = model
        self.row = row
        self.unique_id = self.first_id + row

    def extra(self, name: str) -> Any:
        """The row's value in an extension's own column, such as ``"companionship.term"``."""
        extras = getattr(self.model.state, self.table).extras
        if name not in extras:
            raise KeyError(f"{self.table} have no extra column '{name}'; there are: {sorted(extras)}")
        return extras[name].item(0, self.row)

    def remove(self) -> None:
        """Refused: raises SimulationError."""
        raise SimulationError(f"{self!r} cannot be removed: rows are never deleted; who leaves a group "
                              "has in_group = False, a group that breaks up has active = False")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row={self.row})"


class Household(Row, table=Households):
    """Rumah tangga: one row of ``state.households``."""

    first_id = 1

    @property
    def group(self) -> Group | None:
        """The group on whose list it stands, whether member or not; None for one on no list."""
        state = self.model.state
        if self.row >= state.listed:
            return None
        return self.model.agent_at("groups", int(state.list_of[self.row]))

    @property
    def is_member(self) -> bool:
        """Whether it is a member of a living group."""
        return self.in_group


class Group(Row, table=Groups, renamed={"members": "member_count", "companion": "companion_row"}):
    """KUBE: one row of ``state.groups``; before its start and without a programme a mere list."""

    first_id = IDS_PER_TABLE + 1

    @property
    def households(self) -> AgentSet:
        """All households on its list, members or not."""
        state = self.model.state
        stop = state.first[self.row + 1] if self.row + 1 < len(state.first) else state.listed
        rows = range(state.first[self.row], stop)
        return AgentSet([self.model.agent_at("households", row) for row in rows], self.model.random)

    @property
    def members(self) -> AgentSet:
        """The households that are members now; none before its start and after its end."""
        return self.households.select(lambda household: household.is_member)

    @property
    def companion(self) -> Companion | None:
        """The companion who visits it or did so last; None if none ever did."""
        row = self.companion_row
        return None if row < 0 else self.model.agent_at("companions", row)


class Companion(Row, table=Companions):
    """Pendamping: one row of ``state.companions``."""

    first_id = 2 * IDS_PER_TABLE + 1

    @property
    def groups(self) -> AgentSet:
        """The groups that she visits or visited last."""
        rows = np.flatnonzero(self.model.state.groups.companion[0] == self.row)
        return AgentSet([self.model.agent_at("groups", int(row)) for row in rows], self.model.random)
