"""Lives: one household or group, month by month, in two worlds under the same luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing.worlds import SAME_WORLD, differing
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.model import KubeModel
from kubesim.randomness import Draws, Rows
from kubesim.scenario import Described, Scenario
from kubesim.state import State
from kubesim.telling.explain import shown

HERE, TWIN = "here", "twin"
MOST_TOLD = 3                   # values named that keep two scenarios from being paired
CHOICES = ("typical", "poorest", "random")
"""Households that need not be looked up: the one that gains what the median household gains, the one
of the lowest income for its needs, and any; all from the register's lists."""

MONTH_ORDER = (
    "group.active", "in_group", "group.members", "group.age", "group.capital_start", "knowledge",
    "group.visits", "group.companion", "group.acquaintance", "group.contact", "group.shown_practice",
    "group.news_from_meetings", "group.loan_fund", "group_loan", "group.price", "luck", "ill",
    "group.mean_skill", "group.best_skill", "skill", "problem_solving", "news", "group.mean_effort",
    "group.mean_trust", "effort", "group.institution", "group.value_added", "group.profit",
    "group.loss_month", "group.dividend", "dividend", "group.misuse_rate", "misuse", "group.share_taken",
    "group.capital", "trust", "solidarity_payment", "group.solidarity", "labour_earnings",
    "business_profit", "business_capital", "income", "expected_income", "consumption", "kin_help",
    "savings", "food", "clothing", "housing", "health", "poor", "group.stage", "group.ended", "group.cause")
"""Columns in the order in which a month writes them, so that what comes first may cause what follows."""

Progress = Callable[[int, int], None]


class Who(NamedTuple):
    """Whose life it is: a row of a table, counted from 0."""

    kind: str                   # household or group
    row: int


class Difference(NamedTuple):
    """The first thing that is not the same in both worlds."""

    month: int
    column: str
    here: float
    twin: float


@dataclass(frozen=True)
class Life:
    """One world's months of a household, or of a group with the means of its households.

    ``months`` has one row a month and the columns of the household (of a group: their means over all
    households on its list), those of its group as ``group.<column>`` and those of the group's
    companion as ``companion.<column>``. ``mishap``, ``group.mishap`` and ``group.quarrel`` tell when
    luck struck: theft or spoilage in the own or the joint business, and a quarrel.
    """

    world: str
    scenario: Scenario
    who: Who
    group: int | None           # row of the group; None for a household on no list
    district: str
    months: pd.DataFrame

    def __getitem__(self, column: str) -> pd.Series:
        """A column by month; zeros where this life has none, as of a group on no list."""
        if column in self.months:
            return self.months[column]
        return pd.Series(0.0, index=self.months.index)


@dataclass(frozen=True)
class Pair:
    """The same household or group with the same luck in two worlds."""

    here: Life
    twin: Life
    seed: int

    def gain(self, column: str) -> pd.Series:
        """By how much the value here exceeds the twin's, month by month."""
        return self.here[column].astype(float) - self.twin[column].astype(float)

    def first_difference(self) -> Difference | None:
        """The earliest month in which a column differs, and the first such column of that month.

        Columns of the companion and those that an extension keeps for itself do not count.
        """
        shared = [column for column in self.here.months
                  if column in self.twin.months and "." not in column.removeprefix("group.")]
        here, twin = self.here.months[shared], self.twin.months[shared]
        differs = here.ne(twin) & ~(here.isna() & twin.isna())
        months = differs.index[differs.any(axis=1)]
        if not len(months):
            return None
        found = differs.loc[months[0]]
        rank = {column: place for place, column in enumerate(MONTH_ORDER)}
        column = min(found.index[found], key=lambda name: rank.get(name, len(rank)))
        return Difference(int(months[0]), column, here.at[months[0], column], twin.at[months[0], column])


def live_both(scenario: Scenario, against: Scenario, who: Who, seed: int,
              progress: Progress | None = None) -> Pair:
    """Live both worlds; raises ScenarioError where they do not hold the same household or group."""
    check_pair(scenario, against, who.kind)
    total = 2 * (scenario.months + 1)
    tell = progress or (lambda done, total: None)
    here = live(scenario, who, seed, HERE, lambda done: tell(done, total))
    twin = live(against, who, seed, TWIN, lambda done: tell(done + total // 2, total))
    for column in ("persons", "normal_income", "poverty_line"):
        if here.months.at[0, column] != twin.months.at[0, column]:
            raise ScenarioError(say("{kind} {row} is not the same in the baseline: what differs between the "
                                    "scenarios changes who is on which list", kind=say(who.kind),
                                    row=who.row))
    return Pair(here, twin, seed)


def check_pair(scenario: Scenario, against: Scenario, kind: str) -> None:
    """Raise ScenarioError when the two have other people, other months or (for a group) other lists."""
    wrong = [say("{path} is {here}, in the baseline {there}", path=path, here=_value(ours),
                 there=_value(theirs))
             for path, ours, theirs in differing(scenario, against)
             if path.split(".")[0] in SAME_WORLD or (path == "groups.size" and kind == "group")]
    if wrong:
        told = "; ".join(wrong[:MOST_TOLD]) + ("; ..." if wrong[MOST_TOLD:] else "")
        raise ScenarioError(say("{name} cannot be told against {other}, which has other people, months or "
                                "groups: {told}", name=scenario.name, other=against.name, told=told))


def _value(held: Described | None) -> str:
    return say("missing") if held is None else shown(held.value, held.unit)


def live(scenario: Scenario, who: Who, seed: int, world: str,
         tick: Callable[[int], None] = lambda done: None) -> Life:
    """Live one world and keep one household or group of it."""
    model = KubeModel(scenario, seed)
    state = model.state
    check_row(who, state)
    rows, group = _rows_of(who, state), _group_of(who, state)
    luck = Draws([seed])
    kept = []
    for month in range(scenario.months + 1):
        if month:
            model.step()
        luck.open_month(month)
        kept.append(_values(state, rows, group) | _luck(luck, state, scenario, rows, group))
        tick(month + 1)
    table = pd.DataFrame(kept, index=pd.RangeIndex(len(kept), name="month"))
    district = state.district_names[int(state.households.district[0, rows.start])]
    return Life(world, scenario, who, group, district, table)


def check_row(who: Who, state: State) -> None:
    """Raise ScenarioError for a row that the table does not have."""
    table = {"household": state.households, "group": state.groups}[who.kind]
    if not 0 <= who.row < table.length:
        raise ScenarioError(say("{kind} {row}: must be 0 to {most}, a row of the {kind}s counted from 0",
                                kind=say(who.kind), row=who.row, most=table.length - 1))


def _rows_of(who: Who, state: State) -> slice:
    """The household's row, or the rows on the group's list."""
    if who.kind == "household":
        return slice(who.row, who.row + 1)
    bounds = [*state.first.tolist(), state.listed]
    return slice(bounds[who.row], bounds[who.row + 1])


def _group_of(who: Who, state: State) -> int | None:
    """The row of the group, None for a household on no list."""
    if who.kind == "group":
        return who.row
    return int(state.list_of[who.row]) if who.row < state.listed else None


def _values(state: State, rows: slice, group: int | None) -> dict[str, Any]:
    """This month's values of the household (or means of the households), its group and companion."""
    h = state.households
    values = {name: _one(column[0, rows]) for name, column in h.columns().items()}
    values["living_standard"] = _one(h.living_standard[0, rows])
    if group is None:
        return values
    values |= {f"group.{name}": column[0, group].item() for name, column in state.groups.columns().items()}
    companion = int(state.groups.companion[0, group])
    if companion >= 0:
        values |= {f"companion.{name}": column[0, companion].item()
                   for name, column in state.companions.columns().items()}
    return values


def _one(values: np.ndarray) -> Any:
    return values.item() if len(values) == 1 else float(values.mean())


def _luck(draw: Draws, state: State, scenario: Scenario, rows: slice, group: int | None) -> dict[str, Any]:
    """What struck this month. Luck is keyed, so that drawing it again gives what the month has seen."""
    chance = draw.uniform("business.loss", Rows(0, rows.stop))[0, rows]
    owns = state.households.has_business[0, rows]
    struck: dict[str, Any] = {"mishap": _one(owns & (chance < scenario.business.loss_chance))}
    if group is None:
        return struck
    groups = state.groups
    lived = bool(groups.active[0, group] or groups.ended[0, group] == draw.month)
    for name, decision, risk in (("mishap", "joint.loss", scenario.joint_business.loss_chance),
                                 ("quarrel", "trust.quarrel", scenario.trust.quarrel_chance)):
        chance = draw.uniform(decision, Rows(0, group + 1))[0, group]
        struck[f"group.{name}"] = lived and bool(chance < risk)
    return struck


def choose(how: str, scenario: Scenario, against: Scenario, seed: int) -> int:
    """The row of the household that a word stands for; see CHOICES."""
    model = KubeModel(scenario, seed)
    households, on_list = model.state.households, slice(model.state.listed)
    if how == "random":
        return int(np.random.default_rng(seed).integers(model.state.listed))
    if how == "poorest":
        return int((households.normal_income / households.poverty_line)[0, on_list].argmin())
    twin = KubeModel(against, seed)
    gains = np.zeros(model.state.listed)
    for _ in range(scenario.months):
        model.step(), twin.step()
        gains += (households.living_standard - twin.state.households.living_standard)[0, on_list]
    return int(np.argsort(gains, kind="stable")[len(gains) // 2])
