"""Lives: what is kept of a household or a group is what the state held, and luck drawn again is its luck."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.telling.lives import HERE, Who, choose, live, live_both

MONTHS = 18


@pytest.fixture(scope="module")
def here(world) -> Scenario:
    """The small world, with enough going wrong to see it; no group feels what another one does."""
    return world.with_({"trust.quarrel_chance": 0.2, "joint_business.loss_chance": 0.15,
                        "business.loss_chance": 0.2, "market.crowding": 0.0,
                        "learning.from_other_groups": 0.0, "groups.start_spread": 0,
                        "interventions.cluster_meetings.news_brought": 0.0}, months=MONTHS)


@pytest.fixture(scope="module")
def states(here) -> list[dict[str, np.ndarray]]:
    """Some columns of the model's own state, month by month."""
    model, kept = KubeModel(here, 5), []
    for month in range(MONTHS + 1):
        if month:
            model.step()
        h, groups = model.state.households, model.state.groups
        own = ("consumption", "skill", "ill", "business_capital", "business_profit", "dividend", "in_group")
        joint = ("capital", "loss_month", "profit", "active", "ended", "stage")
        kept.append({name: getattr(h, name)[0].copy() for name in own}
                    | {f"group.{name}": getattr(groups, name)[0].copy() for name in joint})
    return kept


def test_a_household_is_its_row_and_that_of_its_group(here, states):
    life = live(here, Who("household", 37), 5, HERE)    # groups have five households: it is on list 7
    assert life.group == 7 and life.district == "North" and len(life.months) == MONTHS + 1
    for month, state in enumerate(states):
        for name, column in state.items():
            assert life[name][month] == column[7 if name.startswith("group.") else 37]


def test_a_group_is_its_row_and_the_means_of_its_list(here, states):
    life = live(here, Who("group", 7), 5, HERE)
    for month, state in enumerate(states):
        assert life["consumption"][month] == pytest.approx(state["consumption"][35:40].mean(), rel=1e-12)
        assert life["ill"][month] == pytest.approx(state["ill"][35:40].mean())
        assert life["group.capital"][month] == state["group.capital"][7]


def test_a_household_on_no_list_has_no_group(here):
    life = live(here, Who("household", 200), 5, HERE)
    assert life.group is None and not any(name.startswith("group.") for name in life.months)
    assert (life["group.capital"] == 0).all()


@pytest.mark.slow
def test_luck_drawn_again_is_the_luck_that_the_month_has_seen(here, states):
    """An adverse event or a loss is exactly the state's month of loss; a mishap exactly what is missing
    from the own business's capital."""
    struck = [0, 0]
    for group in range(0, 24, 2):
        life = live(here, Who("group", group), 5, HERE)
        loss = life["group.mishap"].astype(bool) | ((life["group.profit"] < 0) & (life["group.active"] | (
            life["group.ended"] == life.months.index)))
        assert (loss == life["group.loss_month"].astype(bool)).all()
        struck[0] += int(life["group.mishap"].sum())
    rules = here.business
    for row in range(0, 120, 8):
        life = live(here, Who("household", row), 5, HERE)
        k, k0 = life["business_capital"], life["business_capital_start"]
        if not life["business_income"][0]:
            assert not life["mishap"].any()
            continue
        for month in range(1, MONTHS + 1):
            before, relative = k[month - 1], k[month - 1] / k0[month]
            invested = (rules.reinvested * life["business_profit"][month] + rules.dividend_reinvested
                        * life["dividend"][month] * np.exp(-max(relative - 1, 0) / 2))
            if life["expected_income"][month - 1] < rules.hardship * life["poverty_line"][month]:
                invested *= 0.5
            lost = before * (1 - rules.wear) + invested - k[month]
            share = 0.5 * rules.loss_share * (1 - life["problem_solving"][month])
            assert lost == pytest.approx(share * before * life["mishap"][month], abs=1)
            struck[1] += int(life["mishap"][month])
    assert struck[0] > 10 and struck[1] > 10


@pytest.mark.slow
def test_quarrels_drawn_again_are_the_quarrels_that_cost_trust(here):
    """Without quarrels but else the same, trust is the same until the first quarrel and then higher."""
    here = here.with_({"joint_business.loss_chance": 0.0, "trust.cohesion_spread": 0.0})
    peace, found = here.with_({"trust.quarrel_chance": 0.0}), 0
    for group in range(8):
        with_, without = (live(scenario, Who("group", group), 5, HERE) for scenario in (here, peace))
        months = with_.months.index[with_["group.quarrel"].astype(bool)]
        if len(months):
            first, found = months[0], found + 1
            assert (with_["trust"][:first] == without["trust"][:first]).all()
            assert with_["trust"][first] < without["trust"][first]
    assert found >= 5


def test_the_first_difference_is_found_in_the_order_of_the_month(here):
    later = here.with_({"interventions.diklat.start_month": 6})
    pair = live_both(here, later, Who("household", 0), 5)
    first = pair.first_difference()
    assert (first.month, first.column) == (2, "knowledge")              # the training of month 2
    assert first.here == pair.here["knowledge"][2] > first.twin == pair.twin["knowledge"][2]
    assert live_both(here, here, Who("household", 0), 5).first_difference() is None
    group_first = live_both(here, here.without_programme(), Who("household", 0), 5).first_difference()
    assert (group_first.month, group_first.column) == (1, "group.active")


@pytest.mark.parametrize("who, told", [
    (Who("household", 240), "household 240: must be 0 to 239"),
    (Who("household", -1), "household -1: must be 0 to 239"),
    (Who("group", 24), "group 24: must be 0 to 23")])
def test_a_row_that_is_not_there_is_told_with_those_that_are(here, who, told):
    with pytest.raises(ScenarioError, match=told):
        live_both(here, here, who, 5)


@pytest.mark.parametrize("kind, change, told", [
    ("household", {"months": 6}, "months is 18, in the baseline 6"),
    ("household", {"population.households": 120}, "population.households is 240, in the baseline 120"),
    ("group", {"groups.size": 6}, "groups.size is 5, in the baseline 6")])
def test_worlds_with_other_people_cannot_be_paired(here, kind, change, told):
    with pytest.raises(ScenarioError, match=told):
        live_both(here, here.with_(change), Who(kind, 1), 5)


def test_households_can_be_chosen_by_a_word(here):
    twin = here.without_programme()
    model = KubeModel(here, 5)
    h = model.state.households
    poorest = choose("poorest", here, twin, 5)
    assert poorest == (h.normal_income / h.poverty_line)[0, :120].argmin()
    assert choose("random", here, twin, 5) == choose("random", here, twin, 5) < 120
    typical = choose("typical", here, twin, 5)
    gains = [live_both(here, twin, Who("household", row), 5).gain("living_standard").sum()
             for row in (typical, *range(0, 120, 12))]
    assert sum(gain < gains[0] for gain in gains[1:]) in range(2, 9)    # in the middle of a sample of 10
