"""Outcomes on examples worked by hand, by the definitions that journals use."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.running.measure import WHO, Measures, add_twin_outcomes, choose_outcomes, known_outcomes
from kubesim.scenario import Scenario

ALL, MEMBERS, OTHERS = WHO

# Two households on a list and three that stand for seven each; the line is 100,000 Rp a person.
PERSONS = [2, 4, 1, 5, 3]
RATIO = np.array([0.5, 1.5, 0.8, 2.0, 1.0])         # of consumption to the line: the last is not poor


@pytest.fixture
def five(village):
    """Five households worked by hand, with needs and spells."""
    line = np.array(PERSONS) * 100_000.0
    return village(sizes=(2,), outside=3, households={
        "persons": PERSONS, "weight": [1, 1, 7, 7, 7], "poverty_line": line, "consumption": RATIO * line,
        "poor": RATIO < 1, "was_poor": [1, 1, 0, 0, 0], "poor_at_start": [1, 1, 0, 0, 0],
        "spells": [1, 1, 2, 1, 0], "spell_months": [3, 0, 1, 0, 0],
        "food": [0.5, 0.8, 0.7, 0.9, 0.9], "clothing": [0.4, 0.6, 0.6, 0.6, 0.6],
        "housing": [0.6, 0.4, 0.6, 0.6, 0.6], "health": [0.7, 0.5, 0.7, 0.7, 0.7],
        "skill": [0.2, 0.4, 0.3, 0.3, 0.3], "trust": [0.2, 0.6, 0.9, 0.9, 0.9]})


def measured(state, *names):
    """The named outcomes of all districts together, by column."""
    taken = Measures(state, choose_outcomes(names)).take(state, Scenario())
    return {name: column[0, 0] for name, column in taken.items()}


def test_poverty_indices_weigh_persons(five):
    """69 persons: 2 + 4 on the list, 7 x (1 + 5 + 3) others. Poor: 2 at half the line, 7 at 0.8 of it."""
    got = measured(five, "poverty_rate", "poverty_gap", "poverty_severity", "watts")
    assert got["poverty_rate" + MEMBERS] == pytest.approx(2 / 6)
    assert got["poverty_rate" + OTHERS] == pytest.approx(7 / 63)
    assert got["poverty_rate" + ALL] == pytest.approx(9 / 69)
    assert got["poverty_gap"] == pytest.approx((2 * 0.5 + 7 * 0.2) / 69)
    assert got["poverty_severity"] == pytest.approx((2 * 0.25 + 7 * 0.04) / 69)
    assert got["watts"] == pytest.approx((2 * log(2) + 7 * log(1.25)) / 69)


def test_gini_is_the_mean_difference_between_persons(five):
    """Against the definition itself, every pair of persons: sum |y_i - y_j| / (2 n^2 mean)."""
    each = RATIO * 100_000
    got = measured(five, "gini")
    for ending, people in ((ALL, [2, 4, 7, 35, 21]), (MEMBERS, [2, 4, 0, 0, 0]), (OTHERS, [0, 0, 1, 5, 3])):
        income = np.repeat(each, people)
        pairs = np.abs(income[:, None] - income[None, :]).sum()
        assert got["gini" + ending] == pytest.approx(pairs / (2 * len(income)**2 * income.mean()))


def test_gini_of_two_and_four_persons_by_hand(five):
    """Two with 50,000 and four with 150,000: 2*2*4*100,000 / (2 * 36 * 116,667) = 0.1905."""
    assert measured(five, "gini")["gini_members"] == pytest.approx(0.190476, abs=1e-6)


def test_deprivation_counts_those_deprived_in_a_third_of_needs(five):
    """On the list: one lacks food and clothing, one housing and health: H = 1, A = 0.5, M0 = 0.5. One
    other household lacks food alone, a quarter of the needs: not counted."""
    got = measured(five, "deprivation", "deprivation_headcount", "deprivation_intensity")
    assert [got[f"deprivation{part}_members"] for part in ("_headcount", "_intensity", "")] == [1, 0.5, 0.5]
    assert got["deprivation_headcount"] == pytest.approx(6 / 69)
    assert got["deprivation"] == pytest.approx(got["deprivation_headcount"] * got["deprivation_intensity"])
    assert got["deprivation_non_members"] == 0 and np.isnan(got["deprivation_intensity_non_members"])


def test_welfare_is_the_mean_of_the_four_needs(five):
    """Food counts against 0.7166 of the line and at most as 1."""
    fed = [0.5 / 0.7166, 1, 0.7 / 0.7166, 1, 1]
    welfare = [(fed[0] + 0.4 + 0.6 + 0.7) / 4, (1 + 0.6 + 0.4 + 0.5) / 4]
    got = measured(five, "welfare", "food")
    assert got["welfare_members"] == pytest.approx((2 * welfare[0] + 4 * welfare[1]) / 6)
    assert got["food_members"] == pytest.approx((2 * fed[0] + 4) / 6)


def test_money_and_skill(five):
    got = measured(five, "consumption", "consumption_total", "skill", "cooperation", "assets")
    assert got["consumption_members"] == pytest.approx((100_000 + 600_000) / 6)
    assert got["consumption_total"] == pytest.approx(100_000 + 600_000 + 7 * (80_000 + 1e6 + 300_000))
    assert got["skill_members"] == pytest.approx(0.3)
    assert got["cooperation"] == pytest.approx(0.4), "only members of living groups have a group to trust"
    assert got["assets"] == pytest.approx(1e6)


def test_exits_reentries_and_spells(five):
    """Two were poor last month, one no longer is. Of two households out of it after a spell (7 of the
    city each) one is poor again. Present spells: 3 months for one household, 1 month for seven."""
    got = measured(five, "exits", "reentries", "spells", "households_escaped", "households_fallen")
    assert got["exits"] == got["exits_members"] == 0.5
    assert np.isnan(got["exits_non_members"])
    assert got["reentries"] == 0.5 and np.isnan(got["reentries_members"])
    assert got["spells"] == pytest.approx((3 * 1 + 1 * 7) / 8) and got["spells_members"] == 3
    assert (got["households_escaped"], got["households_fallen"]) == (1, 7)


def test_groups_are_shares_of_those_formed(village):
    """Five lists: one not yet formed; one of each living stage; two gone, of trust and of capital."""
    state = village(sizes=(1,) * 6, groups={
        "active": [0, 1, 1, 1, 0, 0], "ended": [-1, -1, -1, -1, 8, 9], "stage": [0, 1, 2, 3, 0, 0],
        "cause": [0, 0, 0, 0, 1, 2], "capital": [0, 1e6, 2e6, 6e6, 0, 0]})
    got = measured(state, "groups_active", "groups_developing", "groups_independent",
                   "groups_dissolved_trust", "groups_dissolved_capital", "groups_dissolved_members",
                   "joint_capital")
    assert got.pop("joint_capital") == pytest.approx(3e6)
    assert got == pytest.approx({"groups_active": 0.6, "groups_developing": 0.2, "groups_independent": 0.2,
                                 "groups_dissolved_trust": 0.2, "groups_dissolved_capital": 0.2,
                                 "groups_dissolved_members": 0.0})


def test_districts_add_up_to_all(village):
    """Two of three persons poor in the first district, none of five in the second."""
    state = village(sizes=(), outside=3, districts=("North", "South"), households={
        "persons": [2, 1, 5], "district": [0, 0, 1], "poor": [1, 0, 0]})
    state.ledger.cost("uep_grant", "centre", np.array([[10.0, 4.0]]))
    state.ledger.cost("diklat", "local", np.array([[1.0, 0.0]]))
    taken = Measures(state, choose_outcomes(["poverty_rate", "cost"])).take(state, Scenario())
    assert taken["poverty_rate"][0].tolist() == [0.25, 2 / 3, 0]
    assert taken["cost"][0].tolist() == [15, 11, 4]


def test_cost_per_household_lifted_and_benefit_cost_ratio():
    """Spent 100, 100, 150 so far; 0, 1 and 4 more households out of poverty than without the programme.
    Gains of 0, 10, 20 Rp against the cost, both discounted by 5 % a year."""
    def world(**columns):
        return {name: np.array(values, float)[None, :, None] for name, values in columns.items()}

    run = world(cost=[100, 0, 50], households_escaped=[0, 2, 5], consumption_total=[50, 60, 70])
    twin = world(cost=[0, 0, 0], households_escaped=[0, 1, 1], consumption_total=[50, 50, 50])
    add_twin_outcomes(run, twin, choose_outcomes(None), Scenario())
    lifted = run["cost_per_household_lifted"][0, :, 0]
    assert np.isnan(lifted[0]) and lifted[1:].tolist() == [100, 37.5]
    month = 1.05 ** (-1 / 12)
    assert run["benefit_cost_ratio"][0, :, 0] == pytest.approx(
        [0, 10 * month / 100, (10 * month + 20 * month**2) / (100 + 50 * month**2)])


def test_every_outcome_of_the_contract_is_there():
    wanted = ("poverty_rate poverty_gap poverty_severity watts gini consumption income assets food clothing "
              "housing health welfare deprivation skill problem_solving cooperation groups_active "
              "groups_developing groups_independent exits reentries spells cost cost_per_household_lifted "
              "benefit_cost_ratio groups_dissolved_trust groups_dissolved_capital groups_dissolved_members")
    assert set(wanted.split()) <= set(known_outcomes())
    assert all(o.unit and o.about and o.source for o in known_outcomes().values())


def test_an_unknown_outcome_is_named():
    with pytest.raises(ScenarioError, match="outcome 'povrty' does not exist"):
        choose_outcomes(["povrty"])
