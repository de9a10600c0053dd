"""What a stranger writes: an intervention, a shock, an outcome. One file each.

An extension is a frozen set of parameters with one verb. It keeps no memory of its own: what it
must remember lives in a column of the state (``state.households.extra("my.column")``), and it
draws luck under its own name, so that adding it shifts nobody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, Literal, NamedTuple

import numpy as np

from kubesim.units import Section, value, whole_months

if TYPE_CHECKING:
    from kubesim.randomness import Draws
    from kubesim.state import State


class Extension(Section):
    """Common ground of interventions and shocks.

    A subclass states its kind as ``kind: Literal["my_kind"] = "my_kind"``. ``name`` is how dotted
    paths reach it (``interventions.<name>.<parameter>``); by default it is the kind.
    """

    kind: str
    name: str = value("", "name", "how dotted paths reach it; the kind unless given")
    districts: tuple[str, ...] = value((), "names", "districts that it reaches; none named: all")

    def model_post_init(self, context: Any) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.kind)

    @classmethod
    def kinds(cls) -> "dict[str, type[Extension]]":
        """Every kind known, by its name; a subclass that keeps its parent's kind does not count."""
        return {kind.model_fields["kind"].default: kind for kind in cls._subclasses()}

    @classmethod
    def _subclasses(cls) -> "Iterator[type[Extension]]":
        for child in cls.__subclasses__():
            kind = child.model_fields["kind"].default
            if isinstance(kind, str) and kind != cls.model_fields["kind"].default:
                yield child
            yield from child._subclasses()

    def reaches(self, district: str) -> bool:
        """Whether it reaches the district of this name."""
        return not self.districts or district in self.districts

    def where(self, state: "State") -> np.ndarray:
        """Which districts it reaches, shape (districts,)."""
        if not self.districts:
            return np.ones(len(state.district_names), bool)
        named = set(self.districts)
        return np.array([name in named for name in state.district_names])

    def prepare(self, state: "State", draw: "Draws") -> None:
        """Called once before month 0: make columns, draw what lasts. Does nothing by default."""

    def apply(self, state: "State", month: int, draw: "Draws") -> None:
        """Act on the state in a month; called every month, month 0 included."""
        raise NotImplementedError(f"{type(self).__name__}.apply")


class Intervention(Extension):
    """Something the programme does for groups or households of the districts that it names.

    Two of a kind with names of their own serve different districts differently.
    """

    start_month: int = whole_months(1, "month of the group's programme in which it comes: 1 is the month "
                                 "in which the group is formed", low=1)

    def since_start(self, state: "State", month: int) -> np.ndarray:
        """Months since it began for each group, shape (replicates, groups); negative before, and
        always where it does not reach the group's district."""
        since = month - (state.groups.start_month + self.start_month - 1)
        if not self.districts:
            return since
        return np.where(self.where(state)[state.groups.district], since, -1)

    def book(self, state: "State", amounts: np.ndarray, centre_pays: float) -> None:
        """Book programme spending, Rp, shape (replicates, groups), by district and payer."""
        by_district = state.per_district(amounts, state.groups)
        state.ledger.cost(self.name, "centre", by_district * centre_pays)
        state.ledger.cost(self.name, "local", by_district * (1 - centre_pays))


class Shock(Extension):
    """Something the world does to a district in certain months."""

    start_month: int = whole_months(12, "first month of the shock")
    duration: int = whole_months(1, "how long it lasts", low=1)

    def strikes(self, month: int) -> bool:
        """Whether it lasts in this month."""
        return self.start_month <= month < self.start_month + self.duration


class Outcome(NamedTuple):
    """A measured quantity: a ratio of two sums over rows, or a statistic of a set of rows."""

    name: str
    unit: str
    about: str
    source: str
    table: str
    measure: Callable[..., Any]


def outcome(unit: str, *, table: Literal["households", "groups", "companions", "sample", "ledger",
                                          "twin"] = "households",
            source: str = "definition") -> Callable[[Callable[..., Any]], Outcome]:
    """Make a function an outcome, named like the function and told by its docstring.

    Every function gets its table and the scenario's parameters.

    ``"households"``, ``"groups"``, ``"companions"``: returns two arrays of shape (replicates,
    rows), what is counted and its base; the outcome is the ratio of their sums, for all rows and
    for any part of them. With None for a base it is the sum itself. Households count by the
    number of the city's households that a row stands for.
    ``"sample"``: gets sets of as many households each, a row a set, poorest first by consumption per
    person (any column by its name), and returns one number a row. ``"ledger"``: gets the month's ledger and
    returns (replicates, districts).
    ``"twin"``: gets the outcomes of the run and of the same world without programme, each of
    shape (replicates, months, 1 + districts), and returns that shape.
    """
    def wrap(measure: Callable[..., Any]) -> Outcome:
        about = (measure.__doc__ or "").strip().split("\n")[0]
        return Outcome(measure.__name__, unit, about, source, table, measure)
    return wrap
