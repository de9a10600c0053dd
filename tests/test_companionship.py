"""Companions: visits, acquaintance, contact, turnover, funding and what they carry, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.companionship import Companionship

STEADY = {"turnover": 0.0, "spread": 0.0, "learns_by_doing": 0.0, "carries": 0.0}


def hire(state, luck, **said) -> Companionship:
    """A contract without chance or learning unless said, prepared before month 0."""
    programme = Companionship(**STEADY | said)
    luck.open_month(-1)
    programme.prepare(state, luck.named(f"interventions.{programme.name}"))
    return programme


def live(programme, state, luck, month):
    """One month of visits, opened as the model opens it."""
    state.open_month()
    luck.open_month(month)
    programme.apply(state, month, luck.named(f"interventions.{programme.name}"))
    return state.groups


# -- visits and contact ------------------------------------------------------------------------
def test_contact_of_the_first_months(village, luck):
    """40 hours for 4 groups, 3 hours a visit with travel: 3.3333 visits, 1 - exp(-3.3333/1.5) = 0.891632.
    Competence 0.8 with experience 0.5: 0.8 x (0.4 + 0.6 x 0.5) = 0.56. Acquaintance 0.3 + 0.25 x 0.7 =
    0.475, then 0.60625. Contact 0.237174, then 0.302709."""
    state = village()
    programme = hire(state, luck, caseload=4.0, hours=40.0, competence=0.8, experience=0.5)
    contacts = []
    for month in (1, 2):
        groups = live(programme, state, luck, month)
        assert groups.visits[0, 0] == pytest.approx(10 / 3)
        contacts.append(groups.contact[0, 0])
    assert contacts == pytest.approx([0.237174, 0.302709], abs=1e-6)
    assert groups.acquaintance[0, 0] == pytest.approx(0.60625)
    assert state.companions.visits[0].tolist() == pytest.approx([10 / 3])


def test_a_heavier_caseload_means_fewer_visits_and_less_contact(village, luck):
    contacts = []
    for caseload in (2.0, 10.0, 50.0):
        state = village()
        groups = live(hire(state, luck, caseload=caseload, hours=60.0), state, luck, 1)
        assert groups.visits[0, 0] == pytest.approx(20 / caseload)
        contacts.append(groups.contact[0, 0])
    assert contacts == sorted(contacts, reverse=True) and contacts[0] > 2 * contacts[2]


def test_without_hours_there_is_no_contact(village, luck):
    state = village()
    assert live(hire(state, luck, hours=0.0), state, luck, 1).contact[0, 0] == 0


def test_even_the_least_able_companion_is_of_some_use_if_she_comes(village, luck):
    """Competence is never below 0.05."""
    state = village()
    assert 0 < live(hire(state, luck, competence=0.0), state, luck, 1).contact[0, 0] < 0.05


def test_visits_last_while_the_contract_runs_and_count_from_the_group_s_start(village, luck):
    state = village(sizes=(3, 3), groups={"start_month": [1, 4]})
    programme, visited = hire(state, luck, start_month=2, months=3, pay=600_000, caseload=5.0), []
    for month in range(9):
        groups = live(programme, state, luck, month)
        visited.append((groups.contact[0] > 0).tolist())
        spent = sum(amounts.sum() for amounts in state.ledger.costs.values())
        assert spent == pytest.approx(120_000 * sum(visited[-1]))
    assert [first for first, _ in visited] == [False] * 2 + [True] * 3 + [False] * 4
    assert [second for _, second in visited] == [False] * 5 + [True] * 3 + [False]


def test_acquaintance_stays_when_visits_end(village, luck):
    state = village()
    programme = hire(state, luck, months=1)
    for month in (1, 2, 3):
        assert live(programme, state, luck, month).acquaintance[0, 0] == pytest.approx(0.475)


def test_fewer_visits_in_a_district_kept_apart(village, luck):
    state = village(sizes=(3, 3), districts=("North", "South"), groups={"district": [0, 1]})
    programme = hire(state, luck, caseload=10.0, hours=30.0)
    state.open_month()
    state.districts.visits[:, 1] = 0.2
    luck.open_month(1)
    programme.apply(state, 1, luck.named("interventions.companionship"))
    assert state.groups.visits[0] == pytest.approx([1.0, 0.2])


def test_visits_go_on_after_a_break_up_unless_the_contract_says_otherwise(village, luck):
    for ends, visited in ((False, True), (True, False)):
        state = village(groups={"active": False, "ended": 3})
        groups = live(hire(state, luck, ends_with_group=ends), state, luck, 4)
        assert (groups.contact[0, 0] > 0) == visited


# -- who serves whom ---------------------------------------------------------------------------
def test_a_companion_serves_her_caseload_within_one_district(village, luck):
    """Five groups in the north at three each: companions of three and two; one in the south."""
    state = village(sizes=(2,) * 6, districts=("North", "South"), groups={"district": [0] * 5 + [1]})
    groups = live(hire(state, luck, caseload=3.0), state, luck, 1)
    assert groups.companion[0].tolist() == [0, 0, 0, 1, 1, 2]
    assert state.companions.district[0].tolist() == [0, 0, 1]
    assert state.companions.visits[0] == pytest.approx([3 * 40 / 9, 2 * 40 / 9, 40 / 9])


def test_each_group_has_its_own_companion_where_they_are_not_shared(village, luck):
    state = village(sizes=(2,) * 4)
    groups = live(hire(state, luck, caseload=10.0, shared=False), state, luck, 1)
    assert groups.companion[0].tolist() == [0, 1, 2, 3]
    assert groups.visits[0] == pytest.approx([40 / 30] * 4)


def test_competence_spreads_about_its_mean_and_keeps_its_bounds(village, luck):
    """4,000 companions, SD 0.1 about 0.5: the mean's SE is 0.0016; beyond 4 SE once in 16,000 seeds."""
    state = village(sizes=(1,) * 4000)
    hire(state, luck, shared=False, competence=0.5, spread=0.1)
    competence = state.companions.competence
    assert abs(competence.mean() - 0.5) < 4 * 0.0016
    assert competence.std() == pytest.approx(0.1, rel=0.05)

    state = village(sizes=(1,) * 4000)
    hire(state, luck, shared=False, competence=0.5, spread=1.0)
    assert 0.05 == state.companions.competence.min() < state.companions.competence.max() == 1


def test_two_contracts_may_follow_each_other(village, luck):
    """A first companion for two months, then another, abler one: each works her own months."""
    state = village(sizes=(3, 3))
    first = hire(state, luck, months=2, competence=0.3)
    then = hire(state, luck, name="second_companionship", start_month=3, months=2, competence=0.9)
    assert state.companions.competence[0] == pytest.approx([0.3, 0.9])
    at_work = []
    for month in range(1, 6):
        state.open_month()
        luck.open_month(month)
        for contract in (first, then):
            contract.apply(state, month, luck.named(f"interventions.{contract.name}"))
        at_work.append(state.companions.active[0].tolist())
    assert at_work == [[True, False]] * 2 + [[False, True]] * 2 + [[False, False]]


# -- turnover ----------------------------------------------------------------------------------
def test_a_replacement_starts_as_a_stranger(village, luck):
    """Everybody leaves every month: acquaintance is 0.3 again, experience as hired, practice forgotten."""
    state = village(sizes=(2,) * 4, groups={"mean_skill": 0.5})
    programme = hire(state, luck, caseload=2.0, turnover=1.0, experience=0.4)
    live(programme, state, luck, 1)
    state.companions.experience, state.companions.practice = 0.9, 0.7
    groups = live(programme, state, luck, 2)
    assert groups.acquaintance[0] == pytest.approx([0.3] * 4)
    assert state.companions.experience[0] == pytest.approx([0.4] * 2)
    assert state.companions.departures[0].tolist() == [2, 2]
    assert state.companions.practice[0].tolist() == [0, 0]


@pytest.mark.parametrize("differs", [True, False])
def test_a_replacement_is_as_able_or_drawn_anew(village, luck, differs):
    state = village(sizes=(2,) * 4)
    programme = hire(state, luck, shared=False, turnover=1.0, spread=0.2, replacement_differs=differs)
    before = state.companions.competence.copy()
    live(programme, state, luck, 1)
    assert (state.companions.competence == before).any() != differs


def test_turnover_has_the_stated_frequency_among_those_at_work(village, luck):
    """4,000 companions at 10 %: 400, SD 19; beyond 4 SD once in 16,000 seeds. After the contract none."""
    state = village(sizes=(1,) * 4000)
    programme = hire(state, luck, shared=False, turnover=0.1, months=1)
    live(programme, state, luck, 1)
    assert abs(state.companions.departures.sum() - 400) < 4 * 19
    gone = state.companions.departures.copy()
    live(programme, state, luck, 2)
    assert (state.companions.departures == gone).all() and not state.companions.active.any()


# -- funding -----------------------------------------------------------------------------------
def test_the_local_budget_may_continue_a_contract(village, luck):
    state = village()
    programme = hire(state, luck, months=2, local_continuation=1.0, local_months=2, pay=100_000, caseload=1.0,
                     centre_pays=0.7)
    paid = []
    for month in range(1, 7):
        live(programme, state, luck, month)
        paid.append(tuple(state.ledger.costs["companionship", payer].sum() for payer in ("centre", "local")))
    assert paid == [pytest.approx(p) for p in [(70_000, 30_000)] * 2 + [(0, 100_000)] * 2 + [(0, 0)] * 2]


@pytest.mark.parametrize("said, paid", [
    ({}, 600_000),                                                      # today's ability, 0.375
    ({"competence": 0.8, "experience": 0.5}, 765_000),                  # 0.65: 27.5 % more
    ({"competence": 0.8, "experience": 0.5, "pay_for_ability": 2.0}, 930_000),
    ({"competence": 0.8, "experience": 0.5, "pay_for_ability": 0.0}, 600_000),
    ({"competence": 0.3, "experience": 0.15}, 510_000),                 # 0.225: 15 % less
    ({"competence": 0.0, "experience": 0.0, "pay_for_ability": 4.0}, 0)], ids=str)
def test_abler_companions_are_paid_more_and_nothing_else_changes(village, luck, said, paid):
    """A companion of two groups: each bears half of her pay."""
    found = village(sizes=(3, 3))
    dear = live(hire(found, luck, pay=600_000, caseload=2.0, **said), found, luck, 1)
    assert sum(amounts.sum() for amounts in found.ledger.costs.values()) == pytest.approx(paid)
    other = village(sizes=(3, 3))
    free = live(hire(other, luck, pay=600_000, caseload=2.0, **said | {"pay_for_ability": 0.0}), other, luck, 1)
    assert (dear.contact == free.contact).all() and (dear.visits == free.visits).all()
    assert (found.companions.competence == other.companions.competence).all()


def test_today_s_companion_gets_exactly_the_pay_that_was_derived():
    """40 of 173 hours at 2,689,360 Rp are 621,820, rounded."""
    assert Companionship().pay_each == 622_000


def test_continuation_has_the_stated_frequency(village, luck):
    """4,000 contracts, 25 % continued: 1000, SD 27; beyond 4 SD once in 16,000 seeds."""
    state = village(sizes=(1,) * 4000)
    groups = live(hire(state, luck, shared=False, months=1, local_continuation=0.25), state, luck, 2)
    assert abs((groups.contact > 0).sum() - 1000) < 4 * 27


# -- learning by doing, and what she carries ---------------------------------------------------
def test_companions_learn_by_doing_while_at_work(village, luck):
    """0.3 + 0.1 x 0.7 = 0.37 after a month, felt from the next; 0.433 after two, then work ends."""
    state = village()
    programme, experience = hire(state, luck, months=2, experience=0.3, learns_by_doing=0.1), []
    for month in range(1, 5):
        live(programme, state, luck, month)
        experience.append(state.companions.experience[0, 0])
    assert experience == pytest.approx([0.37, 0.433, 0.433, 0.433])


def test_a_companion_carries_practice_between_her_groups(village, luck):
    """Mean skills 0.4 and 0.6; she takes up half of the best: 0.3, then 0.45, and shows it to both. The
    companion with one group has nobody else to show it to; skill of a dead group is not counted."""
    state = village(sizes=(2,) * 4, districts=("North", "South"), groups={
        "district": [0, 0, 0, 1], "mean_skill": [0.4, 0.6, 0.9, 0.5], "active": [1, 1, 0, 1]})
    programme = hire(state, luck, caseload=3.0, carries=0.5)
    for practice in (0.3, 0.45):
        groups = live(programme, state, luck, 1 if practice == 0.3 else 2)
        assert state.companions.practice[0] == pytest.approx([practice, practice / 0.6 * 0.5])
        assert groups.shown_practice[0] == pytest.approx([practice] * 3 + [0])
