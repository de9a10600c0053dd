"""Effort, the institution and trust, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.cooperation import Effort, Institution, Trust, keep_rules, settle_trust, work

PLAIN = Effort(base=0.0, trust=1.0, others=0.86, dividend=0.6, contact=1.5, group_size=0.6, speed=0.25)
OFF = Trust(by_meetings=0.0, by_contact=0.0, by_dividends=0.0, lost_always=0.0, lost_to_opaque_books=0.0,
            lost_to_jealousy=0.0, lost_to_losses=0.0, lost_to_misuse=0.0, quarrel_chance=0.0)
TEN = (10,)


def only(**said: float) -> Trust:
    """Trust with everything off but what is said."""
    return Trust(**(OFF.model_dump() | said))


def cost(state, rupiah=20_000.0):
    """The same opportunity cost for every household, Rp."""
    return np.full(state.households.persons.shape, rupiah)


def none(state):
    """No meetings."""
    return np.zeros(state.groups.size.shape)


# -- effort ------------------------------------------------------------------------------------
def test_a_balanced_member_keeps_half_effort(village):
    """Trust and the others' effort 0.5, a dividend equal to its time's worth, ten members: logit 0."""
    state = village(sizes=TEN, groups={"dividend": 20_000})
    work(state, PLAIN, cost(state))
    assert state.households.effort[0] == pytest.approx([0.5] * 10)


@pytest.mark.parametrize("groups, households, size, logit", [
    ({"contact": 0.4}, {}, 10, 1.5 * 0.4),
    ({"dividend": 0}, {}, 10, 0.6 * np.tanh(-1)),
    ({"dividend": 40_000}, {}, 10, 0.6 * np.tanh(1)),
    ({}, {"trust": 0.8}, 10, 2 * 0.8 - 1),
    ({}, {"willingness": -0.7}, 10, -0.7),
    ({}, {}, 20, -0.6 * np.log(2)),
    ({}, {}, 5, 0.6 * np.log(2)),
])
def test_each_reason_moves_effort_a_quarter_of_the_way(village, groups, households, size, logit):
    state = village(sizes=(size,), groups={"dividend": 20_000} | groups, households=households)
    work(state, PLAIN, cost(state))
    assert state.households.effort[0] == pytest.approx([0.75 * 0.5 + 0.25 / (1 + np.exp(-logit))] * size)


def test_the_weight_of_trust_and_of_the_dividend(village):
    """Trust 0.8 with a weight of 3: 3 x 0.6 = 1.8; twice its time's worth with a weight of 2: 2 tanh(1)."""
    state = village(sizes=TEN, groups={"dividend": 40_000}, households={"trust": 0.8})
    work(state, PLAIN.model_copy(update={"trust": 3.0, "dividend": 2.0}), cost(state))
    logit = 1.8 + 2 * np.tanh(1)
    assert state.households.effort[0] == pytest.approx([0.375 + 0.25 / (1 + np.exp(-logit))] * 10)


def test_effort_follows_the_others(village):
    """Mean 0.6 of last month: logit 0.86 x 0.2 = 0.172, 0.542894. Everyone moves a quarter there."""
    effort = np.array([0.2] * 4 + [0.6, 0.8, 0.8, 1.0, 1.0, 1.0])
    state = village(sizes=TEN, groups={"dividend": 20_000}, households={"effort": effort})
    work(state, PLAIN, cost(state))
    assert state.groups.mean_effort[0, 0] == pytest.approx(0.6)
    assert state.households.effort[0] == pytest.approx(0.75 * effort + 0.25 * 0.542894, abs=1e-6)


def test_the_ill_decide_too_and_outsiders_keep_theirs(village):
    state = village(sizes=(3,), outside=1, households={
        "ill": [1, 0, 0, 0], "in_group": [1, 1, 0, 0], "effort": [0.5, 0.5, 0.9, 0.9]}, groups={"members": 2})
    work(state, PLAIN, cost(state))
    assert state.households.effort[0, 0] == state.households.effort[0, 1] != 0.5
    assert state.households.effort[0, 2:].tolist() == [0.9, 0.9]
    assert state.groups.mean_effort[0, 0] == 0.5


# -- institution -------------------------------------------------------------------------------
def test_books_improve_with_contact_and_trusting_meetings(village):
    """0.2 + 0.15 x 0.4 x 0.8 + 0.2 x 0.5 x 0.6 x 0.8 - 0.015 x 0.2 = 0.2 + 0.048 + 0.048 - 0.003."""
    state = village(sizes=(3, 3), groups={"contact": 0.4, "mean_trust": 0.6, "active": [1, 0]})
    keep_rules(state, Institution(by_contact=0.15, by_meetings=0.2, decay=0.015), np.full((1, 2), 0.5))
    assert state.groups.institution[0] == pytest.approx([0.293, 0.2])


def test_books_stay_between_none_and_perfect(village):
    state = village(sizes=(3, 3), groups={"contact": 1.0, "mean_trust": 1.0, "institution": [0.99, 0.0]})
    keep_rules(state, Institution(by_contact=1.0, by_meetings=1.0, decay=0.0), np.ones((1, 2)))
    assert state.groups.institution[0] == pytest.approx([1.0, 1.0])


# -- trust -------------------------------------------------------------------------------------
def test_trust_is_built_by_meetings_contact_and_dividends(village, luck):
    """0.088 x 0.5 x (0.4 + 0.6 x 0.5) = 0.0308; 0.052 x 0.5 = 0.026; a dividend worth its time gives
    half of 0.056: 0.0848 in all, of the 0.4 still missing: 0.6 + 0.03392."""
    state = village(groups={"institution": 0.5, "contact": 0.5, "dividend": 20_000},
                    households={"trust": 0.6})
    settle_trust(state, only(by_meetings=0.088, by_contact=0.052, by_dividends=0.056), np.full((1, 1), 0.5),
                 cost(state), luck)
    assert state.households.trust[0] == pytest.approx([0.63392] * 3)


@pytest.mark.parametrize("dividend, gain", [(0, 0.0), (10_000, 0.25), (40_000, 1.0), (400_000, 1.0)])
def test_dividends_build_trust_up_to_twice_their_time_s_worth(village, luck, dividend, gain):
    state = village(groups={"dividend": dividend})
    settle_trust(state, only(by_dividends=0.1), none(state), cost(state), luck)
    assert state.households.trust[0] == pytest.approx([0.5 + 0.1 * gain * 0.5] * 3)


@pytest.mark.parametrize("said, groups, loss", [
    ({"lost_always": 0.013}, {}, 0.013),
    ({"lost_to_opaque_books": 0.016}, {"institution": 0.25}, 0.012),
    ({"lost_to_losses": 0.15}, {"loss_month": True}, 0.15),
    ({"lost_to_losses": 0.15}, {"loss_month": False}, 0.0),
    ({"lost_to_misuse": 2.0}, {"share_taken": 0.03}, 0.06),
    ({"quarrel_chance": 1.0, "lost_to_quarrel": 0.23}, {"contact": 0.5}, 0.23 * 0.7),
    ({"quarrel_chance": 0.0, "lost_to_quarrel": 0.23}, {}, 0.0),
])
def test_each_trouble_takes_its_share_of_trust_by_cohesion(village, luck, said, groups, loss):
    """A loss is a share of the trust there is (0.5), times the group's cohesion (1 and 2)."""
    state = village(sizes=(2, 2), groups=groups | {"cohesion": [1, 2]})
    settle_trust(state, only(**said), none(state), cost(state), luck)
    assert state.households.trust[0] == pytest.approx([0.5 * (1 - loss)] * 2 + [0.5 * (1 - 2 * loss)] * 2)


def test_who_works_more_than_the_group_did_grows_jealous(village, luck):
    """Effort 0.7 against last month's mean of 0.5, books 0.4: 0.29 x 0.2 x 0.8 = 0.0464 of 0.5."""
    state = village(groups={"institution": 0.4, "mean_effort": 0.5}, households={"effort": [0.7, 0.5, 0.1]})
    settle_trust(state, only(lost_to_jealousy=0.29), none(state), cost(state), luck)
    assert state.households.trust[0] == pytest.approx([0.4768, 0.5, 0.5])


def test_gains_and_losses_act_together_on_members_only(village, luck):
    """Gain 0.1 x 0.5, loss 0.02 x 0.5: 0.54; who left keeps 0.5."""
    state = village(groups={"contact": 1.0, "members": 2}, households={"in_group": [1, 1, 0]})
    settle_trust(state, only(by_contact=0.1, lost_always=0.02), none(state), cost(state), luck)
    assert state.households.trust[0] == pytest.approx([0.54, 0.54, 0.5])


def test_trust_stays_within_bounds(village, luck):
    """Cohesion 100 would take more trust than there is."""
    state = village(groups={"cohesion": 100})
    settle_trust(state, only(lost_always=0.5), none(state), cost(state), luck)
    assert state.households.trust[0].tolist() == [0, 0, 0]


def test_quarrels_strike_whole_groups_with_the_stated_frequency(village, luck):
    """4,000 groups at 10 %: 400, SD 19; beyond 4 SD once in 16,000 seeds."""
    state = village(sizes=(2,) * 4000)
    settle_trust(state, only(quarrel_chance=0.1), none(state), cost(state), luck)
    hurt = (state.households.trust < 0.5).reshape(4000, 2)
    assert (hurt[:, 0] == hurt[:, 1]).all()
    assert abs(hurt[:, 0].sum() - 400) < 4 * 19
