"""The joint business, the solidarity fund and misuse, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.joint_business import JointBusiness, Misuse, Solidarity
from kubesim.processes.joint_business import eat_capital, help_the_ill, produce
from kubesim.randomness import Draws, Rows

QUIET = JointBusiness(month_spread=0.0, loss_chance=0.0)
TEN = (10,)
STANDARD = {"mean_skill": 0.36, "best_skill": 0.48}


def closes(state, before) -> bool:
    """Whether households' and groups' money moved by what the ledger says, to 1 Rp."""
    flows = sum(state.ledger.inflows.values()) - sum(state.ledger.outflows.values())
    paid = (state.households.dividend + state.households.misuse
            + state.households.solidarity_payment).sum(axis=1)
    return bool(np.allclose(state.stocks() + paid - before, flows, rtol=0, atol=1.0))


def test_full_effort_costs_a_share_of_working_time_at_its_value():
    """4 % of working time, worth half of average earnings: 2 % of labour earnings."""
    assert JointBusiness(time_share=0.04, time_value=0.5).time_cost == pytest.approx(0.02)


# -- production and the split of profit --------------------------------------------------------
def test_the_standard_group(village, luck):
    """20 m, ten members at half effort, skill (0.36 + 0.48) / 2 = 0.42: value added 1 m. Less rent
    0.22 m and wear 0.3 m: profit 0.48 m. Kept 40 % = 0.192 m, fund 5 % = 0.024 m, the other
    0.264 m paid out, 26,400 each. Capital 20 - 0.3 + 1 - 0.22 - 0.264 - 0.024 = 20.192 m."""
    state = village(sizes=TEN, groups=STANDARD)
    before = state.stocks()
    produce(state, QUIET, Solidarity(), luck)
    g = state.groups
    assert (g.value_added[0, 0], g.profit[0, 0], g.dividend[0, 0]) == pytest.approx((1e6, 0.48e6, 26_400))
    assert (g.capital[0, 0], g.solidarity[0, 0]) == pytest.approx((20.192e6, 24_000))
    assert state.households.dividend[0] == pytest.approx([26_400] * 10)
    assert not g.loss_month[0, 0]
    assert closes(state, before)


@pytest.mark.parametrize("groups, households, factor", [
    ({"mean_skill": 0.5, "best_skill": 0.7}, {}, np.exp(1.5 * 0.18)),
    ({"price": 0.8}, {}, 0.8),
    ({"site": -0.2}, {}, np.exp(-0.2)),
    ({"capital": 80e6}, {}, 4**0.57),
    ({}, {"news": 0.1}, np.exp(0.1)),
    ({}, {"effort": 0.25}, 0.5**0.51),
    ({}, {"ill": [1] * 5 + [0] * 5}, 0.5**0.51),
    ({"members": 8}, {"news": [0.0] * 8 + [0.9] * 2, "in_group": [1] * 8 + [0] * 2}, 0.8**0.51),
])
def test_each_cause_multiplies_value_added(village, luck, groups, households, factor):
    state = village(sizes=TEN, groups=STANDARD | groups, households=households)
    produce(state, QUIET, Solidarity(), luck)
    assert state.groups.value_added[0, 0] == pytest.approx(1e6 * factor)


def test_noise_of_value_added(village, luck):
    state = village(sizes=TEN * 3, groups=STANDARD)
    produce(state, JointBusiness(month_spread=0.3, loss_chance=0.0), Solidarity(), luck)
    e = Draws([1], month=1).normal("joint.value", Rows(0, 3))[0]
    assert state.groups.value_added[0] == pytest.approx(1e6 * np.exp(0.3 * e - 0.045))


def test_an_adverse_event_takes_capital_and_not_the_dividend(village, luck):
    """40 % x (1 - 0.2) of 20 m: 6.4 m. Profit 0.48 - 6.4 m, but what is shared out is as before."""
    state = village(sizes=TEN, groups=STANDARD)
    before = state.stocks()
    produce(state, JointBusiness(month_spread=0.0, loss_chance=1.0), Solidarity(), luck)
    g = state.groups
    assert (g.capital[0, 0], g.profit[0, 0], g.dividend[0, 0]) == pytest.approx((13.792e6, -5.92e6, 26_400))
    assert g.loss_month[0, 0]
    assert state.ledger.outflows["losses of joint capital"][0] == pytest.approx(6.4e6)
    assert closes(state, before)


def test_a_month_that_does_not_cover_its_cost_pays_nothing(village, luck):
    """Nobody works: rent 0.22 m and wear 0.3 m come out of the capital."""
    state = village(sizes=TEN, groups=STANDARD, households={"effort": 0})
    before = state.stocks()
    produce(state, QUIET, Solidarity(), luck)
    g = state.groups
    assert (g.capital[0, 0], g.dividend[0, 0], g.solidarity[0, 0]) == pytest.approx((19.48e6, 0, 0))
    assert g.loss_month[0, 0]
    assert closes(state, before)


def test_a_group_pays_its_fixed_cost_only_as_far_as_it_can(village, luck):
    """0.1 m left and nothing earned: rent takes 0.1 m; the wear of 1,500 Rp finds nothing."""
    state = village(sizes=TEN, groups=STANDARD | {"capital": 0.1e6}, households={"effort": 0})
    before = state.stocks()
    produce(state, QUIET, Solidarity(), luck)
    assert state.groups.capital[0, 0] == 0
    assert state.ledger.outflows["fixed cost of joint businesses"][0] == pytest.approx(0.1e6)
    assert closes(state, before)


def test_the_solidarity_fund_stops_at_its_cap_and_the_rest_is_paid_out(village, luck):
    """Cap 3 m for ten: with 2.99 m in it takes 10,000 of the 24,000; the dividend grows by 1,400 each.
    Above the cap it takes nothing and gives nothing back."""
    state = village(sizes=TEN * 2, groups=STANDARD | {"solidarity": [2.99e6, 3.5e6]})
    produce(state, QUIET, Solidarity(), luck)
    assert state.groups.solidarity[0] == pytest.approx([3e6, 3.5e6])
    assert state.groups.dividend[0] == pytest.approx([27_800, 28_800])


def test_who_left_gets_no_dividend_and_a_dead_group_earns_nothing(village, luck):
    state = village(sizes=(10, 3), households={"in_group": [1] * 9 + [0] * 4},
                    groups=STANDARD | {"active": [1, 0], "capital": [20e6, 0], "members": [9, 0]})
    produce(state, QUIET, Solidarity(), luck)
    assert state.households.dividend[0, 9:].tolist() == [0] * 4
    assert state.households.dividend[0, :9].sum() == pytest.approx(9 * state.groups.dividend[0, 0])
    for column in ("value_added", "profit", "dividend", "capital", "solidarity", "loss_month"):
        assert getattr(state.groups, column)[0, 1] == 0


def test_adverse_events_have_the_stated_frequency(village, luck):
    """4,000 groups at 10 %: 400, SD 19; beyond 4 SD once in 16,000 seeds."""
    state = village(sizes=(2,) * 4000, groups=STANDARD)
    produce(state, JointBusiness(month_spread=0.0, loss_chance=0.1), Solidarity(), luck)
    assert abs((state.groups.capital < 19e6).sum() - 400) < 4 * 19


# -- misuse ------------------------------------------------------------------------------------
def test_who_is_distressed_and_distrusts_takes_from_the_capital(village):
    """A stake is 20 / 4 = 5 m; 0.4 x opaque 0.8 x (1 - 0.5)^2 = 0.08 of it is 0.4 m, times distress:
    well and not poor 0.1: 40,000; ill 0.6: 240,000; normal income 0.9 of the line 0.1 + 1.5 x 0.2 = 0.4:
    160,000; ill and at 0.5 of it 1.5, capped at 1: 400,000. In all 0.84 m, 4.2 % of the capital."""
    state = village(sizes=(4,), households={
        "expected_income": [1.1e6, 1.1e6, 0.9e6, 0.5e6, 0.5e6], "ill": [0, 1, 0, 1, 1]}, outside=1)
    before = state.stocks()
    eat_capital(state, Misuse(trust_power=2.0))
    assert state.households.misuse[0] == pytest.approx([40_000, 240_000, 160_000, 400_000, 0])
    assert state.groups.capital[0, 0] == pytest.approx(19.16e6)
    assert state.groups.share_taken[0, 0] == pytest.approx(0.042)
    assert closes(state, before)


def test_misuse_falls_with_trust_and_with_good_books(village):
    """Trust 1, 0.5 and 0 to the power 2: 0, 0.25, 1. At most 0.3 x 0.1 of a stake of 20 / 3 m: 200,000 Rp.
    Books that are perfect leave nothing to take."""
    households = {"trust": [1.0, 0.5, 0.0] * 2, "expected_income": 1.1e6}
    state = village(sizes=(3, 3), households=households, groups={"institution": [0.0, 1.0]})
    eat_capital(state, Misuse(trust_power=2.0, share_taken=0.3))
    assert state.households.misuse[0] == pytest.approx([0, 50_000, 200_000, 0, 0, 0])
    assert state.groups.misuse_rate[0] == pytest.approx([1.25 / 3, 0])


def test_misuse_that_is_only_measured_takes_no_money(village):
    state = village()
    eat_capital(state, Misuse(leaks=0.0, trust_power=2.0))
    assert (state.households.misuse == 0).all() and state.groups.capital[0, 0] == 20e6
    assert state.groups.misuse_rate[0, 0] == pytest.approx(0.8 * 0.25)


def test_members_cannot_take_more_than_there_is(village):
    state = village(households={"trust": 0, "expected_income": 0.1e6}, groups={"institution": 0})
    eat_capital(state, Misuse(share_taken=1.0))
    assert state.groups.capital[0, 0] == pytest.approx(0)
    assert state.households.misuse[0].sum() == pytest.approx(20e6)
    assert state.groups.share_taken[0, 0] == pytest.approx(1)


# -- the solidarity fund pays ------------------------------------------------------------------
@pytest.mark.parametrize("fund, paid, left", [(500_000, 125_000, 250_000), (100_000, 50_000, 0), (0, 0, 0)])
def test_the_fund_pays_ill_members_as_far_as_it_reaches(village, fund, paid, left):
    """Each claims a quarter of half of 1 m = 125,000; the well member and who left claim nothing."""
    state = village(sizes=(4,), households={"ill": [1, 1, 0, 1], "in_group": [1, 1, 1, 0]},
                    groups={"members": 3, "solidarity": fund})
    before = state.stocks()
    help_the_ill(state, Solidarity(cover=0.25), 0.5)
    assert state.households.solidarity_payment[0] == pytest.approx([paid, paid, 0, 0])
    assert state.groups.solidarity[0, 0] == pytest.approx(left)
    assert closes(state, before)


def test_claims_follow_labour_income(village):
    state = village(households={"ill": 1, "labour_income": [1e6, 2e6, 0.5e6]}, groups={"solidarity": 1e9})
    help_the_ill(state, Solidarity(cover=0.2), 0.6)
    assert state.households.solidarity_payment[0] == pytest.approx([120_000, 240_000, 60_000])
