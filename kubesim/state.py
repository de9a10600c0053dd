"""The state of a simulated district: tables of columns, rows that never move, money that closes.

Every column has shape (replicates, rows): replicates of one scenario are stacked, an ordinary
model has one. A column is written in place and never replaced, so ``households.trust = x``
copies x into the column, and a part of the table (``State.parts``) writes into the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, Iterator, Mapping

import numpy as np

from kubesim.errors import SimulationError

PART_ROWS = 65_536
"""Households worked at a time: few enough to keep temporary arrays small, many enough for NumPy."""


class Stage(IntEnum):
    """Life of a group, as the ministry's evaluations name it (Hermawati 2011)."""

    NONE = 0            # not yet formed, or broken up
    GROWING = 1         # tumbuh
    DEVELOPING = 2      # berkembang
    INDEPENDENT = 3     # mandiri


class Cause(IntEnum):
    """Why a group broke up."""

    NONE = 0
    TRUST = 1
    CAPITAL = 2
    MEMBERS = 3


class Table:
    """Columns of equal shape (replicates, rows)."""

    start: int
    length: int

    def __init__(self, replicates: int, length: int, start: int = 0,
                 columns: Mapping[str, np.ndarray] | None = None) -> None:
        types = self.column_types()
        made = columns or {name: np.zeros((replicates, length), kind)
                           for name, kind in types.items()}
        for name, array in {"start": start, "length": length, "extras": {}, **made}.items():
            object.__setattr__(self, name, array)

    @classmethod
    def column_types(cls) -> dict[str, type]:
        """Column names and their types, in order."""
        return {name: {"float": float, "bool": bool, "int": np.int32}[kind]
                for name, kind in cls.__annotations__.items()}

    def columns(self) -> dict[str, np.ndarray]:
        """All columns by name, the extensions' own included."""
        return {name: getattr(self, name) for name in self.column_types()} | self.extras

    def extra(self, name: str, kind: type = float) -> np.ndarray:
        """An extension's own column, made with zeros at its first use."""
        if name not in self.extras:
            shape = getattr(self, next(iter(self.column_types()))).shape
            self.extras[name] = np.zeros(shape, kind)
        return self.extras[name]

    def rows(self, start: int, stop: int) -> "Table":
        """A view of rows start to stop; what is written there is written here."""
        views = {name: getattr(self, name)[:, start:stop] for name in self.column_types()}
        return type(self)(0, stop - start, self.start + start, views)

    def lengthened(self, count: int) -> "Table":
        """A copy with so many more rows, whose columns hold zeros, extensions' own included."""
        longer = type(self)(getattr(self, next(iter(self.column_types()))).shape[0], self.length + count)
        for name, column in self.columns().items():
            into = getattr(longer, name) if name not in self.extras else longer.extra(name, column.dtype)
            into[:, :self.length] = column
        return longer

    def __setattr__(self, name: str, values: Any) -> None:
        try:
            column = getattr(self, name)
        except AttributeError:
            raise AttributeError(f"{type(self).__name__} has no column '{name}'; an extension "
                                 f"keeps its own with extra('{name}')") from None
        if column is not values:
            column[...] = values

    def __len__(self) -> int:
        return self.length

    def __getstate__(self) -> dict:
        return self.__dict__

    def __setstate__(self, kept: dict) -> None:
        self.__dict__.update(kept)


class Households(Table):
    """Rumah tangga, the unit of decision. Money in rupiah a month unless said otherwise."""

    # who they are
    persons: float              # family size, 1 to 10
    weight: float               # households of the city that this row stands for
    district: int               # row of Districts
    listed: bool                # on a KUBE list at the start: assigned, whatever happens later
    poverty_line: float         # Rp a month for the whole household, > 0
    normal_income: float        # long-run income, > 0
    labour_income: float        # part of it from labour
    business_income: float      # part of it from the own business at the start; 0 without one
    business_capital_start: float   # capital that yields it; 1 Rp without a business
    skill_start: float          # 0 to 1
    savings_target: float       # months of income
    willingness: float          # lasting willingness to work for a group, logit
    # luck and health
    luck: float                 # persistent luck in earnings, log
    ill: bool                   # seriously ill now
    # the four needs
    food: float                 # food spending as a share of the poverty line
    clothing: float             # stock, 0 to 1
    housing: float              # stock, 0 to 1
    health: float               # 0 to 1
    # money
    savings: float              # savings minus informal debt, Rp
    group_loan: float           # part of the debt owed to the group's loan fund, Rp
    expected_income: float      # what the household takes for its normal income
    business_capital: float     # Rp, >= 0
    labour_earnings: float      # wages and casual work
    business_profit: float      # of the own business
    dividend: float             # from the joint business
    misuse: float               # joint capital taken for the household
    solidarity_payment: float   # from the group's fund when ill
    income: float               # all of these
    consumption: float          # all spending but investment, interest and medical bills
    kin_help: float             # from relatives, when the floor of consumption binds
    # what they know
    knowledge: float            # 0 to 1
    skill: float                # 0 to 1
    problem_solving: float      # 0 to 1
    news: float                 # fresh market news, log profit, >= 0
    # in the group
    in_group: bool              # member of a living group
    trust: float                # 0 to 1, kept as it was outside a group
    effort: float               # 0 to 1, kept as it was outside a group
    # poverty told over time
    poor: bool                  # consumption below the line
    was_poor: bool              # last month
    poor_at_start: bool         # in month 0
    spells: int                 # poverty spells so far, the present one included
    spell_months: int           # length of the present spell; 0 when not poor
    poor_months: int            # months in poverty so far

    @property
    def has_business(self) -> np.ndarray:
        """Whether the household runs a business of its own."""
        return self.business_income > 0

    @property
    def living_standard(self) -> np.ndarray:
        """Consumption as a multiple of the household's poverty line."""
        return self.consumption / self.poverty_line


class Groups(Table):
    """KUBE, joint business groups; before its start and without a programme a mere list."""

    district: int               # row of Districts
    market: int                 # row of Markets
    companion: int              # row of Companions, her last one's after the contract, -1 before
    size: float                 # households at formation
    start_month: int            # month of formation
    cohesion: float             # multiplies all losses of trust, > 0
    site: float                 # lasting advantage of the place, log
    price: float                # of its wares this month, 1 in a quiet empty market
    active: bool                # formed and not broken up
    age: int                    # months since formation, while active
    members: float              # households in the group now
    # the joint business
    capital: float              # incl. working stock, Rp, >= 0
    capital_start: float        # capital put in by the programme, Rp
    solidarity: float           # solidarity fund (IKS), Rp
    loan_fund: float            # internal savings-and-loan, claims included, Rp
    value_added: float          # sales minus materials, Rp a month
    profit: float               # value added minus fixed cost, wear and losses
    profit_per_member: float    # smoothed
    dividend: float             # per member, last pay-out, Rp
    loss_month: bool            # an adverse event, or a negative profit
    share_taken: float          # share of the capital misused this month
    misuse_rate: float          # mean propensity of members to misuse or default, 0 to 1
    # people
    institution: float          # quality of books, rules and meetings, 0 to 1
    mean_skill: float           # of members, after training and before this month's learning
    best_skill: float           # of the most skilled member, at the same moment
    mean_effort: float          # of members, last month's
    mean_trust: float           # of members, last month's until trust is settled
    low_trust_months: int       # in a row
    stage: int                  # Stage
    cause: int                  # Cause
    ended: int                  # month of break-up, -1 while it lives
    # companion
    contact: float              # quality of this month's companion contact, 0 to 1
    visits: float               # this month
    acquaintance: float         # how well companion and group know each other, 0 to 1
    news_from_meetings: float   # brought by cluster meetings this month, log profit
    shown_practice: float       # practice that the companion carries from her other groups


class Companions(Table):
    """Pendamping, each with her groups."""

    district: int               # row of Districts
    competence: float           # 0 to 1
    experience: float           # practical experience, 0 to 1
    caseload: float             # groups she must serve
    active: bool                # under contract this month
    visits: float               # made this month
    practice: float             # best practice she has seen in her groups, 0 to 1
    departures: int             # replaced so far


class Markets(Table):
    """Local markets (district x trade) in which joint businesses sell."""

    district: int               # row of Districts
    demand: float               # demand luck, log
    crowding: float             # last month's sum of value added, Rp


class Districts(Table):
    """Kecamatan (or districts), each with this month's conditions; factors are 1 ordinarily."""

    labour: float               # factor on labour earnings
    demand: float               # factor on prices of joint and own businesses
    illness: float              # factor on the chance of falling ill
    visits: float               # factor on companions' visits
    meetings: float             # factor on group meetings
    crowding: float             # last month's joint value added over the size of its markets


class Ledger:
    """Where every rupiah comes from and goes, this month, for each replicate.

    ``inflows`` and ``outflows`` map an item to its sum, shape (replicates,), Rp.
    ``costs`` maps (item, payer) to programme spending by district, shape (replicates, districts).
    """

    def __init__(self) -> None:
        self.inflows: dict[str, np.ndarray] = {}
        self.outflows: dict[str, np.ndarray] = {}
        self.costs: dict[tuple[str, str], np.ndarray] = {}

    def open_month(self) -> None:
        """Forget last month's flows."""
        self.inflows.clear(), self.outflows.clear(), self.costs.clear()

    def inflow(self, item: str, amounts: np.ndarray) -> None:
        """Book money from outside, Rp, shape (replicates, rows)."""
        self.inflows[item] = self.inflows.get(item, 0.0) + amounts.sum(axis=1)

    def outflow(self, item: str, amounts: np.ndarray) -> None:
        """Book money that leaves, Rp, shape (replicates, rows)."""
        self.outflows[item] = self.outflows.get(item, 0.0) + amounts.sum(axis=1)

    def cost(self, item: str, payer: str, amounts: np.ndarray) -> None:
        """Book programme spending by district, Rp, shape (replicates, districts)."""
        self.costs[item, payer] = self.costs.get((item, payer), 0.0) + amounts

    def close(self, before: np.ndarray, after: np.ndarray, month: int) -> np.ndarray:
        """The relative error of the month; raises when money does not close to 1 in a million."""
        inflow, outflow = sum(self.inflows.values()), sum(self.outflows.values())
        error = np.abs(after - before - inflow + outflow) / np.maximum(inflow, 1.0)
        if not (error <= 1e-6).all():
            worst = int(np.argmax(np.where(np.isfinite(error), error, np.inf)))
            raise SimulationError(
                f"month {month}: money does not close: stocks changed by "
                f"{(after - before)[worst]:,.0f} Rp, flows say "
                f"{(inflow - outflow)[worst]:,.0f} Rp (replicate {worst})")
        return error


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

    def __post_init__(self) -> None:
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
