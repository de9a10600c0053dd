"""Each rule changes only the columns that its docstring names after 'Writes:'."""

from __future__ import annotations

import copy
import inspect
import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Callable

import numpy as np
import pytest

from kubesim import processes
from kubesim.model import KubeModel
from kubesim.processes import business, cooperation, earnings, joint_business, learning, market, membership
from kubesim.processes import needs, spending
from kubesim.randomness import Draws
from kubesim.scenario import Scenario
from kubesim.state import State

TABLES = ("households", "groups", "companions", "markets", "districts")
WORD = re.compile(rf"\b({'|'.join(TABLES)})\b|(?<=\.)([a-z_]+)")
SECTION = re.compile(r"\b(Reads|Writes):(.*?)(?=\.\s+[A-Z`]|\.?\s*$)", re.DOTALL)
LATER = 30      # a month later than those lived, so that the rules draw fresh luck


def written(docstring: str) -> set[str]:
    """Columns named after 'Writes:' as 'table.column'; a bare '.column' is of the table named last."""
    table, columns = TABLES[0], set()
    for title, text in SECTION.findall(docstring):
        for named, column in WORD.findall(text):
            table = named or table
            if column and title == "Writes":
                columns.add(f"{table}.{column}")
    return columns


def changed(before: State, after: State) -> set[str]:
    """Columns that differ, as 'table.column'."""
    return {f"{table}.{name}" for table in TABLES
            for name, column in getattr(after, table).columns().items()
            if not np.array_equal(column, getattr(before, table).columns()[name], equal_nan=True)}


def calls(s: Scenario, state: State, draw: Draws) -> dict[Callable, Callable[[], object]]:
    """Every rule with what it takes."""
    meeting = state.meeting_intensity(s.groups.meetings)
    cost = s.joint_business.time_cost * state.households.labour_income
    invested = np.full(state.households.persons.shape, 5_000.0)
    return {
        earnings.spread_luck: lambda: earnings.spread_luck(state, s.earnings, s.illness, draw),
        earnings.earn_wages: lambda: earnings.earn_wages(state, s.earnings, s.illness, 0.02, draw),
        business.earn_profit: lambda: business.earn_profit(state, s.business, 0.5, draw),
        business.reinvest: lambda: business.reinvest(state, s.business, draw),
        spending.spend: lambda: spending.spend(state, s.spending, invested, 1e5, 0.01, draw),
        needs.meet_needs: lambda: needs.meet_needs(state, s.needs, 0),
        learning.learn: lambda: learning.learn(state, s.learning, meeting),
        market.shift_demand: lambda: market.shift_demand(state, s.market, draw),
        market.set_prices: lambda: market.set_prices(state, s.market),
        market.tally_sales: lambda: market.tally_sales(state),
        cooperation.work: lambda: cooperation.work(state, s.effort, cost),
        cooperation.keep_rules: lambda: cooperation.keep_rules(state, s.institution, meeting),
        cooperation.settle_trust: lambda: cooperation.settle_trust(state, s.trust, meeting, cost, draw),
        joint_business.produce: lambda: joint_business.produce(state, s.joint_business, s.solidarity, draw),
        joint_business.eat_capital: lambda: joint_business.eat_capital(state, s.misuse),
        joint_business.refinance: lambda: joint_business.refinance(state),
        joint_business.help_the_ill: lambda: joint_business.help_the_ill(state, s.solidarity, 0.5),
        membership.form_groups: lambda: membership.form_groups(state, True, 5_000.0, LATER),
        membership.leave_and_end: lambda: membership.leave_and_end(state, s.membership, cost, LATER, draw),
        membership.grow_stages: lambda: membership.grow_stages(state, s.membership),
    }


def rules() -> list[Callable]:
    """Every public function in kubesim/processes that takes a state."""
    modules = [import_module(f"{processes.__name__}.{found.name}")
               for found in iter_modules(processes.__path__)]
    return [thing for module in modules for name, thing in vars(module).items()
            if inspect.isfunction(thing) and thing.__module__ == module.__name__
            and not name.startswith("_") and "state" in inspect.signature(thing).parameters]


@pytest.fixture(scope="module")
def a_year_on(world) -> State:
    """The state after a year of everything."""
    model = KubeModel(world, seed=3)
    for _ in range(12):
        model.step()
    return model.state


@pytest.fixture
def busy(a_year_on) -> State:
    """A year of everything, and then every kind of trouble at once."""
    state = copy.deepcopy(a_year_on)
    g, h = state.groups, state.households
    g.low_trust_months[:, ::5], h.trust[:, :25] = 2, 0.05
    g.capital[:, 1::5] = 1e5
    g.capital[:, 3::5] = 0
    g.start_month[:, 2::5], g.active[:, 2::5] = LATER, False
    g.solidarity, g.loan_fund = 50_000.0, 500_000.0
    h.savings[:, ::3], h.group_loan[:, ::3] = -100_000.0, 80_000.0
    h.ill[:, ::4] = True
    g.value_added *= 1.1
    return state


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.__name__)
def test_a_rule_writes_what_its_docstring_says(rule, busy, world):
    before, draw = copy.deepcopy(busy), Draws([3], LATER)
    calls(world, busy, draw)[rule]()
    moved, named = changed(before, busy), written(rule.__doc__)
    assert moved <= named, f"{rule.__name__} writes {sorted(moved - named)}; its docstring names them not"
    assert moved, f"{rule.__name__} changed nothing: this test shows nothing"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.__name__)
def test_a_docstring_names_only_columns_that_exist(rule, busy):
    known = {f"{table}.{name}" for table in TABLES for name in getattr(busy, table).columns()}
    assert written(rule.__doc__) <= known


def test_the_parser_reads_docstrings_as_people_write_them():
    text = """One sentence. And another.

    Reads: households' earnings, .trust (last month's); groups.stage. Writes: .capital, groups.stage;
    households.in_group, and .savings to groups.solidarity of members. Draws: ``x`` (uniform).
    """
    assert written(text) == {"groups.capital", "groups.stage", "households.in_group", "households.savings",
                             "groups.solidarity"}
    assert written("A rule. Reads: groups.age. Writes: markets.demand.") == {"markets.demand"}
    assert written("A rule that says nothing.") == set()
