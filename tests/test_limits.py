"""Where the answer is known without calculating: nothing done, nothing moves; no means, no end."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.population import GroupPlan, Population
from kubesim.processes.business import Business
from kubesim.processes.cooperation import Effort, Trust
from kubesim.processes.earnings import Earnings, Illness
from kubesim.processes.joint_business import JointBusiness, Solidarity
from kubesim.processes.learning import Learning
from kubesim.processes.membership import Membership
from kubesim.processes.needs import Needs, food_share, upkeep
from kubesim.processes.spending import Spending
from kubesim.scenario import Scenario

PATIENT = Membership(idle_to_last=600)
"""Groups without capital live on."""
NO_GROUPS = GroupPlan(formed=False)
QUIET = {
    "earnings": Earnings(lasting_spread=0.0, month_spread=0.0), "illness": Illness(onset=0.0),
    "spending": Spending(month_spread=0.0), "business": Business(month_spread=0.0, loss_chance=0.0),
}
"""No luck of any kind in a household's month."""


def live(scenario: Scenario, months: int, seed=1) -> KubeModel:
    """The model after some months."""
    model = KubeModel(scenario, seed=seed)
    for _ in range(months):
        model.step()
    return model


# -- nothing done ------------------------------------------------------------------------------
def settle(model: KubeModel) -> None:
    """Put everything a household owns, is and expects at the point where it should stay.

    The start draws savings, capital, health, clothing and housing about their usual values, so they
    drift to them in the first months. Without losses an own business comes to rest where what is
    invested replaces wear: i p0 r^g = w k0 r with k0 = 0.9 i / w p0, so r = (1 / 0.9)^(1 / (1 - g)).
    """
    h, p = model.state.households, model.scenario
    ratio = (1 / 0.9) ** (1 / (1 - p.business.capital_return))
    h.business_capital = np.where(h.has_business, ratio * h.business_capital_start, 0)
    profit = h.business_income * ratio**p.business.capital_return
    income = h.labour_income + profit * (1 - p.business.reinvested)
    h.expected_income = income
    h.savings = h.savings_target * income
    standard = income / h.poverty_line
    h.health = np.minimum(1, p.needs.health_base + p.needs.health_slope * np.minimum(standard, 2))
    h.clothing = h.housing = upkeep(p.needs, standard)


def test_without_luck_and_programme_nothing_moves():
    """But the counters of months in poverty. Nobody is so poor as to halve its investment."""
    calm = Scenario(population=Population(households=300, sure_income=0.8), groups=NO_GROUPS, **QUIET)
    model = KubeModel(calm, seed=1)
    settle(model)
    model.step()
    first = {name: column.copy() for name, column in model.state.households.columns().items()}
    assert (first["consumption"] > 0).all() and (first["business_profit"] > 0).any()
    for _ in range(60):
        model.step()
    for name, column in model.state.households.columns().items():
        if name not in ("spell_months", "poor_months", "was_poor"):
            assert column == pytest.approx(first[name], rel=1e-9, abs=1e-6), name
    assert not model.state.groups.active.any()


def test_the_settled_household_eats_its_income():
    calm = Scenario(population=Population(households=300, business_owners=0.0), groups=NO_GROUPS, **QUIET)
    model = KubeModel(calm, seed=1)
    settle(model)
    model.step()
    h = model.state.households
    assert h.consumption == pytest.approx(h.normal_income)
    assert h.food == pytest.approx(food_share(Needs(), h.living_standard) * h.living_standard)


def test_without_luck_everybody_comes_to_rest_from_any_start():
    """What the start drew away from its usual value is back there after twenty years, to 5 %."""
    calm = Scenario(population=Population(households=300, sure_income=0.8), groups=NO_GROUPS, **QUIET)
    left, settled = live(calm, 240), KubeModel(calm, seed=1)
    settle(settled)
    a, b = left.state.households, settled.state.households
    for name in ("savings", "business_capital", "expected_income", "health", "clothing", "housing"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), rel=0.05, abs=1e-6), name


def test_a_population_without_programme_stays_put():
    """Mean consumption and poverty rate of 4,000 households in months 24 to 36 against months 0 to 12.

    Over seeds the drift of consumption has mean -0.4 % (savings settle in the first year) and SD
    0.5 %, that of the rate mean 0.05 and SD 0.2 points. For the mean of five, 1.5 % and 0.5 points
    are beyond 4 SD: a false alarm less than once in 10,000 sets of seeds.
    """
    model = KubeModel(Scenario(population=Population(households=4000), groups=NO_GROUPS), seed=range(5))
    months = []
    for _ in range(37):
        h = model.state.households
        people = h.weight * h.persons
        months.append(((people * h.consumption / h.persons).sum() / people.sum(),
                       (people * h.poor).sum() / people.sum()))
        model.step()
    (early, poor_then), (late, poor_later) = np.mean(months[:13], axis=0), np.mean(months[24:], axis=0)
    assert late / early == pytest.approx(1, abs=0.015)
    assert poor_later == pytest.approx(poor_then, abs=0.005)


# -- no means, no end --------------------------------------------------------------------------
def twins(**sections) -> tuple[KubeModel, KubeModel]:
    """The same small city for a year: first as said, then without any intervention."""
    said = {"population": Population(households=200)} | sections
    return live(Scenario(**said), 12), live(Scenario(**said | {"interventions": ()}), 12)


def same(a: KubeModel, b: KubeModel) -> bool:
    """Whether households live alike to the last bit."""
    return all(np.array_equal(column, getattr(b.state.households, name))
               for name, column in a.state.households.columns().items())


@pytest.mark.parametrize("idle", [
    Diklat(attendance=0.0), Diklat(hours=0.0), Diklat(relevance=0.0), Companionship(hours=0.0),
    Companionship(months=0), UepGrant(per_member=0.0)], ids=lambda idle: idle.kind)
def test_a_programme_without_means_changes_nobody(idle):
    assert same(*twins(interventions=(idle,)))


@pytest.mark.parametrize("real", [Diklat(), Companionship(), UepGrant()], ids=lambda real: real.kind)
def test_a_programme_with_means_does(real):
    assert not same(*twins(interventions=(real,)))


def test_without_capital_there_is_nothing_to_share():
    """No grant, no deposits: no value added, no dividend, and no group thrives."""
    model, _ = twins(interventions=(UepGrant(per_member=0.0), Diklat(), Companionship()), membership=PATIENT)
    assert model.state.groups.active.any()
    assert not model.state.groups.value_added.any() and not model.state.households.dividend.any()
    assert (model.state.groups.stage <= 1).all()


def test_a_group_that_never_works_earns_nothing_but_its_costs():
    model = live(Scenario(population=Population(households=200), effort=Effort(start=0.0, speed=0.0),
                          interventions=(UepGrant(),)), 12)
    assert not model.state.households.dividend.any()
    assert (model.state.groups.capital < 20e6).all()


def test_without_meetings_there_is_no_meeting_intensity_and_less_trust():
    silent, meeting = (live(Scenario(population=Population(households=400), groups=GroupPlan(meetings=m)), 6)
                       for m in (0.0, 4.0))
    assert not silent.state.meeting_intensity(0.0).any()
    assert silent.state.households.trust[:, :200].mean() < meeting.state.households.trust[:, :200].mean()
    assert (silent.state.groups.institution < meeting.state.groups.institution).all()


def test_nobody_leaves_a_group_of_full_trust_and_no_such_group_ends():
    sure = Trust(start=1.0, start_spread=0.0, lost_always=0.0, lost_to_opaque_books=0.0, lost_to_jealousy=0.0,
                 lost_to_losses=0.0, lost_to_misuse=0.0, quarrel_chance=0.0, by_meetings=1.0)
    model = live(Scenario(population=Population(households=200), trust=sure, membership=PATIENT,
                          groups=GroupPlan(meetings=31.0)), 36)
    assert model.state.groups.active.all() and (model.state.groups.members == 10).all()


def test_without_dues_the_solidarity_fund_stays_empty():
    model = live(Scenario(population=Population(households=200), solidarity=Solidarity(dues=0.0),
                          interventions=(UepGrant(),)), 12)
    assert not model.state.groups.solidarity.any() and not model.state.households.solidarity_payment.any()


def test_work_for_the_group_costs_nothing_where_time_is_worth_nothing():
    """Members of groups without capital, who learn nothing there, then live like those of mere lists."""
    idle = {"joint_business": JointBusiness(time_value=0.0), "learning": Learning(from_peers=0.0),
            "membership": PATIENT}
    a, b = (live(Scenario(population=Population(households=200), groups=GroupPlan(formed=formed), **idle), 12)
            for formed in (True, False))
    assert a.state.groups.active.any()
    assert (a.state.households.consumption == b.state.households.consumption).all()
