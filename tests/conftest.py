"""Worlds small enough to work by hand, and luck to live in them."""

from __future__ import annotations

import shutil
import signal
import threading
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pytest

from kubesim.columns import Companions, Districts, Groups, Households, Markets
from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.population import District, GroupPlan, Population
from kubesim.randomness import Draws
from kubesim.scenario import Scenario
from kubesim.state import State
from kubesim.table import Table

# Whoever starts the tests in the background may have Ctrl-C ignored, and every process started from here would too
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

MILLION = 1e6

HOUSEHOLD = {
    "persons": 4, "weight": 1, "poverty_line": MILLION, "normal_income": MILLION,
    "labour_income": MILLION, "business_capital_start": 1, "skill_start": 0.3, "savings_target": 1,
    "savings": MILLION, "expected_income": MILLION, "consumption": MILLION, "knowledge": 0.3,
    "skill": 0.3, "problem_solving": 0.2, "trust": 0.5, "effort": 0.5, "health": 0.75,
    "clothing": 0.5, "housing": 0.5,
}
"""Without a business, exactly at a poverty line of 1 m Rp, with a month's income saved."""

GROUP = {
    "cohesion": 1, "price": 1, "active": True, "capital": 20 * MILLION, "capital_start": 20 * MILLION,
    "institution": 0.2, "stage": 1, "ended": -1, "companion": -1, "start_month": 1,
}
"""Alive, with 20 m Rp of joint capital, alone in its market."""


def build_village(sizes: Sequence[int] = (3,), outside: int = 0, *,
                  households: Mapping[str, Any] | None = None, groups: Mapping[str, Any] | None = None,
                  districts: Sequence[str] = ("All",), replicates: int = 1) -> State:
    """A state made by hand: groups of ``sizes`` households, all members, and others on no list.

    ``households`` and ``groups`` give columns that differ from the ordinary ones above.
    """
    listed = sum(sizes)
    state = State(Households(replicates, listed + outside), Groups(replicates, len(sizes)),
                  Companions(replicates, 0), Markets(replicates, max(len(sizes), 1)),
                  Districts(replicates, len(districts)),
                  np.cumsum([0, *sizes], dtype=int)[:-1], listed, tuple(districts))
    for name in Districts.column_types():
        setattr(state.districts, name, 1.0)
    on_list = np.arange(listed + outside) < listed
    _fill(state.households, HOUSEHOLD | {"listed": on_list, "in_group": on_list} | dict(households or {}))
    own = {"size": sizes, "members": sizes, "market": np.arange(len(sizes))}
    _fill(state.groups, GROUP | own | dict(groups or {}))
    return state


def _fill(table: Table, columns: Mapping[str, Any]) -> None:
    for name, values in columns.items():
        setattr(table, name, np.asarray(values))


@pytest.fixture
def village() -> Callable[..., State]:
    """Builds a state by hand; see ``build_village``."""
    return build_village


@pytest.fixture
def luck() -> Draws:
    """Luck of seed 1 in month 1."""
    return Draws([1], month=1)


@pytest.fixture(scope="session")
def world() -> Scenario:
    """240 households in two districts, 24 groups of five, every intervention at work."""
    return Scenario(
        name="Everything at once",
        population=Population(households=240),
        groups=GroupPlan(size=5, start_spread=3, deposit=5_000.0),
        districts=(District(name="North", share=0.6), District(name="South", share=0.4)),
        interventions=(
            UepGrant(joint_share=0.8, tranches=2, tranche_gap=3),
            Diklat(start_month=2, hours=48.0, practice_share=0.5, sessions=2, attendance=0.8),
            Companionship(caseload=4.0, turnover=0.1, months=9),
            ClusterMeetings(months=8),
            SavingsAndLoan(start_month=4, all_members=False),
        ))


@pytest.fixture(scope="module")
def browser():
    """A chromium, one for all tests of a file: while it is open, no other event loop can run in this thread.
    Skipped, and said, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
