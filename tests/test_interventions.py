"""What a programme can do, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.processes import joint_business

POOR_GROUP = {"capital": 0, "capital_start": 0}


def apply(intervention, state, luck, months=(1,)):
    """Let the intervention act in these months, with nothing else happening."""
    for month in months:
        luck.open_month(month)
        intervention.apply(state, month, luck.named(f"interventions.{intervention.name}"))


def costs(state) -> dict[tuple[str, str], float]:
    """Programme spending booked, by item and payer."""
    return {key: amounts[0].sum() for key, amounts in state.ledger.costs.items()}


# -- timing ------------------------------------------------------------------------------------
def test_months_count_from_each_group_s_own_start(village):
    """The first month of a programme is the month in which the group forms."""
    state = village(sizes=(2, 2), groups={"start_month": [1, 7]})
    assert UepGrant(start_month=3).since_start(state, 7).tolist() == [[4, -2]]


def test_the_kind_is_the_name_unless_another_is_given():
    assert Diklat().name == "diklat"
    assert Diklat(name="second diklat").name == "second diklat"


# -- the grant ---------------------------------------------------------------------------------
def test_a_joint_grant_goes_to_the_group_once(village, luck):
    """2 m for each of three; 5 % administration; the centre pays 80 %."""
    state = village(outside=1, groups=POOR_GROUP)
    apply(UepGrant(per_member=2e6, overhead=0.05, centre_pays=0.8), state, luck, months=range(6))
    assert (state.groups.capital[0, 0], state.groups.capital_start[0, 0]) == (6e6, 6e6)
    assert (state.households.savings == 1e6).all()
    assert sum(state.ledger.inflows["grants"]) == 6e6
    assert costs(state) == pytest.approx({("uep_grant", "centre"): 5.04e6, ("uep_grant", "local"): 1.26e6})


def test_what_is_not_joint_goes_to_each_member(village, luck):
    state = village(outside=1, households={"in_group": [1, 1, 0, 0]}, groups=POOR_GROUP | {"members": 2})
    apply(UepGrant(per_member=2e6, joint_share=0.25), state, luck)
    assert state.groups.capital[0, 0] == 1e6
    assert state.households.savings[0].tolist() == [2.5e6, 2.5e6, 1e6, 1e6]
    assert state.ledger.inflows["grants"][0] == pytest.approx(4e6)


def test_goods_become_stock_of_who_has_a_business(village, luck):
    """Worth 80 %: 1.6 m each, half jointly held; 0.8 m is stock for the owner, money for the others."""
    state = village(groups=POOR_GROUP, households={"business_income": [200_000, 0, 0]})
    grant = UepGrant(per_member=2e6, joint_share=0.5, in_goods=True, goods_value=0.8, overhead=0.0)
    apply(grant, state, luck)
    assert state.groups.capital[0, 0] == pytest.approx(2.4e6)
    assert state.households.business_capital[0] == pytest.approx([0.8e6, 0, 0])
    assert state.households.savings[0] == pytest.approx([1e6, 1.8e6, 1.8e6])
    assert state.ledger.inflows["grants"][0] == pytest.approx(4.8e6)
    assert costs(state)["uep_grant", "centre"] == pytest.approx(6e6)


def test_tranches_come_in_equal_parts_to_living_groups(village, luck):
    """Three parts of 2 m a group, in months 2, 5 and 8; the second group dies after the first part."""
    state = village(sizes=(3, 3), groups=POOR_GROUP)
    grant, seen = UepGrant(start_month=2, tranches=3, tranche_gap=3), []
    for month in range(1, 13):
        apply(grant, state, luck, months=[month])
        seen.append(state.groups.capital[0].tolist())
        state.groups.active = [[True, month < 3]]
    assert [group[0] for group in seen] == pytest.approx([0] + [2e6] * 3 + [4e6] * 3 + [6e6] * 5)
    assert [group[1] for group in seen] == pytest.approx([0] + [2e6] * 11)


def test_a_grant_waits_for_the_group_and_mere_lists_get_none(village, luck):
    state = village(groups=POOR_GROUP | {"active": False})
    apply(UepGrant(), state, luck)
    assert state.groups.capital[0, 0] == 0 and not state.ledger.costs


# -- training ----------------------------------------------------------------------------------
HALF = {"relevance": 0.5, "facilities": 0.5, "trainer_competence": 0.5, "trainer_experience": 0.5}
"""Teaching quality 0.5^0.4 x 0.5^0.4 x 0.5^0.2 = 0.5."""


def test_teaching_quality():
    """0.9^0.4 x (0.4^0.5 x 0.9^0.5)^0.4 x 0.6^0.2: the trainer is the geometric mean, 0.6."""
    assert Diklat(**HALF).quality == pytest.approx(0.5)
    quality = Diklat(relevance=0.9, trainer_competence=0.4, trainer_experience=0.9, facilities=0.6).quality
    assert quality == pytest.approx(0.9**0.4 * 0.6**0.4 * 0.6**0.2)
    assert Diklat(relevance=0.0).quality == 0


def test_hours_teach_knowledge_and_practice_teaches_skill(village, luck):
    """60 hours of quality 0.5 are 30. Knowledge: of 0.7 missing 1 - exp(-30/60) = 0.393469; 0.575428.
    Skill: of 0.7 missing 1 - exp(-30 x 0.6 / 200) = 0.086069; 0.360248. Problem-solving: of 0.8, a
    quarter of 1 - exp(-18/60) = 0.259182; 0.251836. Books: of 0.8, a tenth of 0.393469; 0.231478."""
    state = village(outside=1)
    apply(Diklat(hours=60.0, practice_share=0.6, knowledge_hours=60.0, skill_hours=200.0,
                 problem_solving=0.25, book_keeping=0.1, cost_per_hour=10_000, practice_cost=0.0, quality_cost=0.0,
                 **HALF), state, luck)
    h = state.households
    assert h.knowledge[0] == pytest.approx([0.575428] * 3 + [0.3], abs=1e-6)
    assert h.skill[0] == pytest.approx([0.360248] * 3 + [0.3], abs=1e-6)
    assert h.problem_solving[0] == pytest.approx([0.251836] * 3 + [0.2], abs=1e-6)
    assert state.groups.institution[0, 0] == pytest.approx(0.231478, abs=1e-6)
    assert costs(state) == {("diklat", "centre"): 3 * 60 * 10_000, ("diklat", "local"): 0}


def test_theory_teaches_no_skill_by_itself(village, luck):
    state = village()
    apply(Diklat(hours=60.0, practice_share=0.0), state, luck)
    assert (state.households.knowledge > 0.3).all()
    assert (state.households.skill == 0.3).all() and (state.households.problem_solving == 0.2).all()


@pytest.mark.parametrize("said", [{"attendance": 0.0}, {"hours": 0.0}, {"relevance": 0.0}])
def test_who_is_not_taught_learns_nothing(village, luck, said):
    state = village()
    apply(Diklat(**said), state, luck)
    for column, start in (("knowledge", 0.3), ("skill", 0.3), ("problem_solving", 0.2)):
        assert (getattr(state.households, column) == start).all()
    assert state.groups.institution[0, 0] == 0.2
    if "relevance" not in said:
        assert not sum(costs(state).values())


def test_attendance_has_the_stated_frequency_and_is_what_is_paid_for(village, luck):
    """20,000 at 75 %: 15,000, SD 61; beyond 4 SD once in 16,000 seeds."""
    state = village(sizes=(20,) * 1000)
    apply(Diklat(attendance=0.75, hours=10.0, cost_per_hour=1_000, practice_cost=0.0), state, luck)
    came = (state.households.knowledge > 0.3).sum()
    assert abs(came - 15_000) < 4 * 61
    assert costs(state)["diklat", "centre"] == pytest.approx(came * 10_000)


def test_books_gain_by_the_share_of_members_taught(village, luck):
    state = village(sizes=(4,) * 500)
    apply(Diklat(attendance=0.5, hours=1000.0, book_keeping=0.5), state, luck)
    taught = (state.households.knowledge > 0.3).reshape(500, 4).mean(axis=1)
    assert state.groups.institution[0] == pytest.approx(0.2 + 0.8 * 0.5 * taught, abs=1e-3)


def test_large_classes_teach_less_and_small_ones_no_more(village, luck):
    """Twice 30 in a class: 2^-1 of the hours count. Knowledge of 57 hours then is that of 28.5."""
    gains = []
    for size in (30.0, 60.0, 10.0):
        state = village()
        luck.open_month(1)
        apply(Diklat(hours=57.0, class_size=size, class_size_harm=1.0, relevance=1.0, facilities=1.0,
                     trainer_competence=1.0, trainer_experience=1.0), state, luck)
        gains.append(state.households.knowledge[0, 0])
    assert gains == pytest.approx([1 - 0.7 * np.exp(-1), 1 - 0.7 * np.exp(-0.5), 1 - 0.7 * np.exp(-1)])


def test_sessions_split_the_hours(village, luck):
    """Knowledge is what is left of the gap after all hours, in one session or in three."""
    taught = []
    for sessions in (1, 3):
        state = village()
        apply(Diklat(sessions=sessions, session_gap=2, start_month=2), state, luck, months=range(10))
        taught.append((state.households.knowledge[0, 0], costs(state)["diklat", "centre"]))
    assert taught[0] == pytest.approx(taught[1])


GOOD = {"relevance": 0.8, "facilities": 0.8, "trainer_competence": 0.8, "trainer_experience": 0.8}
"""Quality 0.8; that of the defaults is 0.45^0.4 x 0.5^0.4 x 0.7^0.2 = 0.512734."""


@pytest.mark.parametrize("said, hour", [
    ({"practice_share": 0.0}, 25_000),                      # today's teaching, no practice
    ({}, 26_000),                                           # a tenth of it at 10,000 more
    ({"practice_share": 0.6, "practice_cost": 40_000}, 49_000),
    ({"practice_share": 0.6} | GOOD, 38_181.64),            # 6,000 and 0.287266 x 25,000 = 7,181.64 more
    ({"practice_share": 0.0, "quality_cost": 75_000} | GOOD, 46_544.93),
    ({"practice_share": 0.0, "relevance": 0.0}, 12_181.64), # quality 0: 0.512734 x 25,000 = 12,818.36 less
    ({"practice_share": 0.5, "relevance": 0.0, "quality_cost": 75_000}, 5_000),     # never below 0
    ({"practice_share": 0.6, "practice_cost": 0.0, "quality_cost": 0.0} | GOOD, 25_000)], ids=str)
def test_practice_and_better_teaching_cost_more_and_change_nothing_else(village, luck, said, hour):
    paid, free = village(), village()
    apply(Diklat(hours=10.0, **said), paid, luck)
    apply(Diklat(hours=10.0, **said | {"practice_cost": 0.0, "quality_cost": 0.0}), free, luck)
    assert costs(paid)["diklat", "centre"] == pytest.approx(3 * 10 * hour, rel=1e-6)
    assert costs(free)["diklat", "centre"] == 3 * 10 * 25_000
    for column in ("knowledge", "skill", "problem_solving", "savings"):
        assert (getattr(paid.households, column) == getattr(free.households, column)).all()
    assert (paid.groups.institution == free.groups.institution).all()


# -- cluster meetings --------------------------------------------------------------------------
def test_news_of_cluster_meetings(village, luck):
    """Mean skill of two living groups (0.3 + 0.5) / 2 = 0.4, the dead one not counted; 3 meetings of
    1.5: 1 - exp(-2) = 0.864665; 0.044 x 0.4 x 0.864665 = 0.015218. Each meeting costs 20,000."""
    state = village(sizes=(2, 2, 2), households={"skill": [0.3] * 2 + [0.5] * 2 + [0.9] * 2,
                                                 "in_group": [1] * 4 + [0] * 2},
                    groups={"active": [1, 1, 0], "members": [2, 2, 0]})
    apply(ClusterMeetings(per_month=3.0), state, luck)
    assert state.groups.news_from_meetings[0] == pytest.approx([0.015218, 0.015218, 0], abs=1e-6)
    assert costs(state)["cluster_meetings", "local"] == pytest.approx(120_000)


def test_cluster_meetings_last_their_months(village, luck):
    state, held = village(), []
    for month in range(8):
        state.open_month()
        apply(ClusterMeetings(start_month=3, months=2), state, luck, months=[month])
        held.append(bool(state.groups.news_from_meetings.any()))
    assert held == [False] * 3 + [True] * 2 + [False] * 3


# -- savings and loan --------------------------------------------------------------------------
def test_a_top_up_for_groups_that_prospered(village, luck):
    """15 m once, 40 % to the loan fund; not to the growing group, nor to the one that lost a member."""
    state = village(sizes=(3, 3, 3), groups={"stage": [2, 1, 3], "members": [3, 3, 2], "capital": 20e6})
    apply(SavingsAndLoan(amount=15e6, loan_share=0.4, overhead=0.1), state, luck, months=range(12, 16))
    assert state.groups.capital[0].tolist() == [29e6, 20e6, 20e6]
    assert state.groups.loan_fund[0].tolist() == [6e6, 0, 0]
    assert state.groups.capital_start[0, 0] == 20e6
    assert costs(state)["savings_and_loan", "centre"] == pytest.approx(16.5e6)


def test_a_group_that_lost_members_may_get_it_where_that_is_allowed(village, luck):
    state = village(groups={"stage": 2, "members": 2})
    apply(SavingsAndLoan(all_members=False), state, luck, months=[13])
    assert state.groups.loan_fund[0, 0] == 7.5e6


def test_the_fund_takes_over_members_debts_as_far_as_it_reaches(village, luck):
    """Debts of 0.3 and 0.1 m; a fund of 0.2 m takes half of each. Who left owes it nothing."""
    state = village(sizes=(4,), outside=1, households={
        "savings": [-0.3e6, -0.1e6, 1e6, -0.5e6, -0.5e6], "in_group": [1, 1, 1, 0, 0]},
        groups={"members": 3, "loan_fund": 0.2e6})
    joint_business.refinance(state)
    assert state.households.group_loan[0] == pytest.approx([150_000, 50_000, 0, 0, 0])
    assert state.groups.loan_fund[0, 0] == 0.2e6
