"""Formation, leaving, break-up and stages, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.membership import Membership, form_groups, grow_stages, leave_and_end
from kubesim.columns import Cause, Stage
from kubesim.randomness import Draws

STAY = Membership(leaving=0.0)
NOT_YET = {"active": False, "members": 0, "stage": 0, "capital": 0, "capital_start": 0}


def cost(state, rupiah=20_000.0):
    """The same opportunity cost for every household, Rp."""
    return np.full(state.households.persons.shape, rupiah)


# -- formation ---------------------------------------------------------------------------------
def test_lists_become_groups_in_their_month(village):
    state = village(sizes=(3, 2), outside=1, groups=NOT_YET | {"start_month": [1, 2]},
                    households={"in_group": False})
    form_groups(state, True, 0.0, 0)
    assert not state.groups.active.any() and not state.households.in_group.any()
    form_groups(state, True, 0.0, 1)
    assert state.groups.active[0].tolist() == [True, False]
    assert state.households.in_group[0].tolist() == [True] * 3 + [False] * 3
    form_groups(state, True, 0.0, 2)
    assert state.groups.members[0].tolist() == [3, 2]
    assert state.groups.stage[0].tolist() == [Stage.GROWING] * 2
    assert state.groups.age[0].tolist() == [1, 0]
    assert state.households.in_group[0].tolist() == [True] * 5 + [False]


def test_mere_lists_never_form(village):
    state = village(groups=NOT_YET, households={"in_group": False})
    form_groups(state, False, 5_000.0, 1)
    assert not state.groups.active.any() and not state.households.in_group.any()
    assert (state.households.savings == 1e6).all()


def test_members_deposit_what_they_can(village):
    """10,000 each, or what is saved; nothing from a debtor, nothing from the outsider."""
    state = village(outside=1, households={"savings": [1e6, 4_000, -50_000, 1e6]}, groups={"start_month": 0})
    before = state.stocks()
    form_groups(state, True, 10_000.0, 5)
    assert state.households.savings[0].tolist() == [990_000, 0, -50_000, 1e6]
    assert state.groups.capital[0, 0] == 20_014_000
    assert state.groups.capital_start[0, 0] == 20e6
    assert state.stocks() == pytest.approx(before)


# -- leaving -----------------------------------------------------------------------------------
def test_the_distrusting_leave_when_the_dividend_is_below_their_time_s_worth(village, luck):
    """With a chance of 1 x (1 - trust)^2: trust 0 leaves for certain, trust 1 never."""
    state = village(sizes=(5,), households={"trust": [0, 1, 1, 1, 0], "dividend": 15_000},
                    groups={"dividend": 15_000})
    work = cost(state)
    work[0, 4] = 10_000
    leave_and_end(state, Membership(leaving=1.0), work, 7, luck)
    assert state.households.in_group[0].tolist() == [False, True, True, True, True]
    assert state.groups.members[0, 0] == 4
    assert state.groups.mean_trust[0, 0] == 0.75
    assert state.households.dividend[0, 0] == 15_000
    assert state.households.savings[0, 0] == 1e6 and state.groups.capital[0, 0] == 20e6


def test_nobody_leaves_a_group_that_pays(village, luck):
    state = village(households={"trust": 0}, groups={"dividend": 20_000})
    leave_and_end(state, Membership(leaving=1.0, trust_to_last=0.0), cost(state), 7, luck)
    assert state.groups.members[0, 0] == 3


def test_leaving_has_the_stated_frequency(village, luck):
    """20,000 members with trust 0.5 and a chance of 0.2: 0.05 leave, 1000, SD 31; beyond 4 SD once in
    16,000 seeds."""
    state = village(sizes=(20,) * 1000)
    leave_and_end(state, Membership(leaving=0.2), cost(state), 7, luck)
    assert abs(20_000 - state.groups.members.sum() - 1000) < 4 * 31


# -- break-up ----------------------------------------------------------------------------------
def test_a_group_without_trust_ends_in_its_third_month(village, luck):
    """Mean trust (0.1 + 0.3 + 0.4) / 3 = 0.27 < 0.3. Of 20 m a fifth is recovered, 4 m, with a
    solidarity fund of 0.5 m and a loan fund of 1.5 m: 2 m for each of three members; 16 m are lost."""
    state = village(outside=1, households={"trust": [0.1, 0.3, 0.4, 0.0], "group_loan": 30_000},
                    groups={"solidarity": 0.5e6, "loan_fund": 1.5e6})
    h, g, before = state.households, state.groups, state.stocks()
    for month in (7, 8):
        luck.open_month(month)
        leave_and_end(state, STAY, cost(state), month, luck)
        assert g.active[0, 0]
    luck.open_month(9)
    leave_and_end(state, STAY, cost(state), 9, luck)
    assert (g.active[0, 0], g.cause[0, 0], g.ended[0, 0]) == (False, Cause.TRUST, 9)
    assert h.savings[0].tolist() == [3e6, 3e6, 3e6, 1e6]
    assert not h.in_group.any() and not h.group_loan[0, :3].any()
    for name in ("capital", "solidarity", "loan_fund", "dividend", "members"):
        assert getattr(g, name)[0, 0] == 0
    assert state.ledger.outflows["lost at liquidation"][0] == pytest.approx(16e6)
    assert before - state.stocks() == pytest.approx(16e6)


def test_a_better_month_starts_the_count_anew(village, luck):
    state = village()
    for month, trust in enumerate((0.2, 0.2, 0.31, 0.2, 0.2), start=1):
        luck.open_month(month)
        state.households.trust = trust
        leave_and_end(state, STAY, cost(state), month, luck)
    assert state.groups.active[0, 0]
    assert state.groups.low_trust_months[0, 0] == 2


@pytest.mark.parametrize("start, capital, ends", [
    (20e6, 7.19e6, True), (20e6, 7.21e6, False), (60e6, 7.21e6, False), (10e6, 3.59e6, True), (0, 0, False)])
def test_a_group_whose_capital_is_gone_ends(village, luck, start, capital, ends):
    """Below 0.36 of its start, or of 20 m where it started with more: 7.2 m, 7.2 m, 3.6 m."""
    state = village(groups={"capital_start": start, "capital": capital})
    leave_and_end(state, STAY, cost(state), 4, luck)
    assert state.groups.cause[0, 0] == (Cause.CAPITAL if ends else Cause.NONE)
    assert state.groups.active[0, 0] != ends


@pytest.mark.parametrize("size, left, ends", [
    (10, 5, False), (10, 4, True), (7, 4, False), (7, 3, True), (20, 4, True)])
def test_too_few_members_end_a_group(village, luck, size, left, ends):
    """Fewer than five, or than half of a smaller group: four of seven."""
    state = village(sizes=(size,), households={"in_group": np.arange(size) < left}, groups={"members": left})
    leave_and_end(state, STAY, cost(state), 4, luck)
    assert state.groups.cause[0, 0] == (Cause.MEMBERS if ends else Cause.NONE)
    if ends:
        savings = [1e6 + 4e6 / left] * left + [1e6] * (size - left)
        assert state.households.savings[0] == pytest.approx(savings)


def test_a_group_without_any_capital_ends_after_a_year_and_one_that_has_a_rupiah_does_not(village):
    state = village(sizes=(5, 5), groups={"capital_start": 0, "capital": [0, 1], "idle_months": 10})
    for month, alive in ((1, [True, True]), (2, [False, True])):
        leave_and_end(state, STAY, cost(state), month, Draws([1], month=month))
        assert state.groups.active[0].tolist() == alive
    assert state.groups.cause[0].tolist() == [Cause.CAPITAL, Cause.NONE]
    assert state.groups.idle_months[0, 1] == 0


def test_a_group_dies_of_one_cause_trust_before_capital_before_members(village, luck):
    state = village(sizes=(5, 5, 5), groups={"low_trust_months": 2, "capital": [0, 0, 20e6], "members": 1},
                    households={"trust": [0] * 5 + [1] * 10, "in_group": [1, 0, 0, 0, 0] * 3})
    leave_and_end(state, STAY, cost(state), 4, luck)
    assert state.groups.cause[0].tolist() == [Cause.TRUST, Cause.CAPITAL, Cause.MEMBERS]


def test_the_last_member_gets_all_that_is_left(village, luck):
    """A fifth of 20 m, and the money of who left before stays out of it."""
    state = village(households={"in_group": [0, 0, 1]}, groups={"members": 1})
    leave_and_end(state, STAY, cost(state), 4, luck)
    assert state.households.savings[0].tolist() == [1e6, 1e6, 5e6]
    assert state.ledger.outflows["left without members"][0] == 0


def test_a_group_whose_last_member_left_pays_nobody(village, luck):
    """0.2 x 20 m and 1 m of the fund leave the books, 16 m are lost at liquidation."""
    state = village(households={"trust": 0}, groups={"solidarity": 1e6})
    leave_and_end(state, Membership(leaving=1.0), cost(state), 4, luck)
    assert state.groups.cause[0, 0] == Cause.MEMBERS
    assert (state.households.savings == 1e6).all()
    assert state.ledger.outflows["left without members"][0] == pytest.approx(5e6)
    assert state.ledger.outflows["lost at liquidation"][0] == pytest.approx(16e6)


# -- stages ------------------------------------------------------------------------------------
READY = {"age": 6, "institution": 0.36, "mean_trust": 0.46, "capital": 18.1e6, "profit_per_member": 50_000}
"""Just above each threshold of a developing group: the smoothed profit will be 0.8 x 50,000 = 40,000
plus a fifth of this month's."""
THRIVES = READY | {"institution": 0.61, "mean_trust": 0.56, "capital": 24.1e6}


@pytest.mark.parametrize("groups, stage", [
    (READY, Stage.DEVELOPING),
    (READY | {"age": 5}, Stage.GROWING),
    (READY | {"institution": 0.35}, Stage.GROWING),
    (READY | {"mean_trust": 0.45}, Stage.GROWING),
    (READY | {"capital": 18e6}, Stage.GROWING),
    (READY | {"profit": 0}, Stage.GROWING),
    (READY | {"stage": 3}, Stage.DEVELOPING),
    (THRIVES, Stage.INDEPENDENT),
    (THRIVES | {"institution": 0.6}, Stage.DEVELOPING),
    (THRIVES | {"mean_trust": 0.55}, Stage.DEVELOPING),
    (THRIVES | {"capital": 24e6}, Stage.DEVELOPING),
    (THRIVES | {"age": 5}, Stage.GROWING),
    (THRIVES | {"active": False}, Stage.NONE),
])
def test_stages(village, groups, stage):
    """Each threshold must be passed, and a group may fall back."""
    state = village(groups={"profit": 30} | groups)
    grow_stages(state, Membership())
    assert state.groups.stage[0, 0] == stage


def test_profit_per_member_is_smoothed(village):
    """0.8 x 50,000 + 0.2 x 300,000 / 3 = 60,000; a dead group has none."""
    state = village(sizes=(3, 3), groups={"profit": 300_000, "profit_per_member": 50_000, "active": [1, 0]})
    grow_stages(state, Membership())
    assert state.groups.profit_per_member[0] == pytest.approx([60_000, 0])
