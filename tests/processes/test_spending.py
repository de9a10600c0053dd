"""Consumption, saving, credit and kin, worked by hand. The poverty line is 1 m Rp."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes import joint_business
from kubesim.processes.spending import Spending, spend
from kubesim.randomness import Draws, Rows

QUIET = Spending(month_spread=0.0)


def run(state, luck, p=QUIET, invested=0.0, illness_cost=0.0, loan_interest=0.0):
    """Spend, with everything off that a test does not set; returns the households."""
    invested = np.full(state.households.persons.shape, invested)
    spend(state, p, invested, illness_cost, loan_interest, luck)
    return state.households


def test_a_settled_household_stays_as_it_is(village, luck):
    """Income 1 m as always, savings at their target of one month: it eats what it earns."""
    h = run(village(sizes=(), outside=1, households={"labour_earnings": 1e6}), luck)
    assert (h.consumption[0, 0], h.savings[0, 0], h.expected_income[0, 0]) == pytest.approx((1e6, 1e6, 1e6))


def test_a_windfall_is_partly_eaten_partly_saved(village, luck):
    """Earns 1.2 m: normal income rises to 1 + 0.15 x 0.2 = 1.03 m. Passed on:
    0.2 + 0.52 exp(-1 / (1.4 x 1.03)) = 0.459912. Wanted: 1.03 + 0.459912 x 0.17 = 1.108185 m,
    plus 14 % of savings above target (1 - 1.03 m): -4,200. Eats 1,103,985, saves the rest."""
    h = run(village(sizes=(), outside=1, households={"labour_earnings": 1.2e6}), luck)
    assert h.expected_income[0, 0] == pytest.approx(1_030_000)
    assert h.consumption[0, 0] == pytest.approx(1_103_985, abs=1)
    assert h.savings[0, 0] == pytest.approx(1e6 + 1.2e6 - 1_103_985, abs=1)
    assert h.kin_help[0, 0] == 0


def test_kin_help_where_credit_ends_and_the_floor_binds(village, luck):
    """Debt 0.3 m, earns 0.2 m. Interest 6,000; cash -0.3 + 0.2 - 0.006 + 0.35 = 0.244 m. Normal
    income 0.88 m; wanted 0.72 x 0.2 + 0.28 x 0.88 - 0.14 x (0.3 + 0.88) = 0.2252 m, but nobody
    eats less than 0.4 m: kin give 0.156 m and debt stands at its limit of 0.35 m."""
    h = run(village(sizes=(), outside=1, households={"labour_earnings": 0.2e6, "savings": -0.3e6}), luck)
    assert h.consumption[0, 0] == pytest.approx(400_000)
    assert h.kin_help[0, 0] == pytest.approx(156_000)
    assert h.savings[0, 0] == pytest.approx(-350_000)


def test_cash_limits_consumption_before_kin_are_asked(village, luck):
    """Debt 0.2 m, earns 0.6 m, ill at a cost of 0.1 m: cash -0.2 + 0.6 - 0.004 - 0.1 + 0.35 = 0.646 m.
    It wants 0.72 x 0.6 + 0.28 x 0.94 = 0.6952 m (with no saving up): eats its cash, asks nobody."""
    state = village(sizes=(), outside=1,
                    households={"labour_earnings": 0.6e6, "savings": -0.2e6, "ill": True})
    h = run(state, luck, Spending(month_spread=0.0, excess_spent=0.0), illness_cost=100_000)
    assert h.consumption[0, 0] == pytest.approx(646_000)
    assert h.kin_help[0, 0] == pytest.approx(0)
    assert h.savings[0, 0] == pytest.approx(-350_000)
    assert state.ledger.outflows["medical cost"][0] == pytest.approx(100_000)
    assert state.ledger.outflows["interest on informal debt"][0] == pytest.approx(4_000)


def test_all_sources_make_income_and_investment_is_not_eaten(village, luck):
    """1 + 0.2 + 0.05 + 0.03 + 0.02 = 1.3 m; with 0.3 m invested 1 m is left, as always."""
    state = village(sizes=(1,), households={
        "labour_earnings": 1e6, "business_profit": 0.2e6, "dividend": 0.05e6, "misuse": 0.03e6,
        "solidarity_payment": 0.02e6})
    h = run(state, luck, invested=0.3e6)
    assert h.income[0, 0] == pytest.approx(1.3e6)
    assert (h.consumption[0, 0], h.savings[0, 0]) == pytest.approx((1e6, 1e6))
    inflows = {item: amount[0] for item, amount in state.ledger.inflows.items()}
    assert inflows == pytest.approx({"labour earnings": 1e6, "own-business profit": 0.2e6, "help of kin": 0})


def test_the_group_s_loan_fund_earns_its_own_interest(village, luck):
    """Debt 0.3 m, 0.1 m of it from the fund: 2 % on 0.2 m to the lender, 1 % on 0.1 m to the fund."""
    state = village(sizes=(2,), groups={"loan_fund": 5e6}, households={
        "labour_earnings": 1e6, "savings": [-0.3e6, 1e6], "group_loan": [0.1e6, 0]})
    before = state.stocks()
    run(state, luck, loan_interest=0.01)
    flows = sum(state.ledger.inflows.values()) - sum(state.ledger.outflows.values())
    assert state.ledger.outflows["interest on informal debt"][0] == pytest.approx(4_000)
    assert state.groups.loan_fund[0, 0] == pytest.approx(5_001_000)
    assert state.stocks() - before == pytest.approx(flows, abs=1e-3)


def test_nobody_is_paid_for_a_debt_that_a_grant_has_just_cleared(village, luck):
    """The fund had taken over 0.1 m of debt when a grant to the household came: nothing is owed now."""
    state = village(sizes=(1,), households={"labour_earnings": 1e6, "savings": 1e6, "group_loan": 0.1e6})
    joint_business.refinance(state)
    run(state, luck, loan_interest=0.01)
    assert state.ledger.outflows["interest on informal debt"][0] == 0


def test_how_much_is_passed_on_falls_with_savings(village, luck):
    """Nothing saved: 0.72 of a fall is eaten less at once; ample savings: 0.2. From 1 m to 0.8 m with
    normal income held at 1 m: 0.856 m and 0.96 m. A debtor is as one who has nothing."""
    state = village(sizes=(), outside=3,
                    households={"labour_earnings": 0.8e6, "savings": [0, 100e6, -0.1e6]})
    h = run(state, luck, Spending(month_spread=0.0, excess_spent=0.0, habit_speed=0.0))
    assert h.consumption[0] == pytest.approx([856_000, 960_000, 856_000])


def test_noise_of_spending_multiplies_what_is_wanted(village, luck):
    state = village(sizes=(), outside=3, households={"labour_earnings": 1e6})
    h = run(state, luck, Spending(month_spread=0.2))
    e = Draws([1], month=1).normal("spending", Rows(0, 3))[0]
    assert h.consumption[0] == pytest.approx(1e6 * np.exp(0.2 * e - 0.02))
