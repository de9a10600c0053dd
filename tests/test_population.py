"""Month 0: the city, its register, the lists of groups, and what everybody starts with."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.uep_grant import UepGrant
from kubesim.people.city import split
from kubesim.population import District, GroupPlan, Population, populate
from kubesim.processes.cooperation import Institution, Trust
from kubesim.processes.market import Market
from kubesim.randomness import Draws, Rows
from kubesim.scenario import Scenario

SEED = 11
ALIKE = {"family_spread": 0.0, "income_spread": 0.0, "skill_spread": 0.0, "health_spread": 0.0}


def start(people: Population | None = None, seeds=(SEED,), **sections):
    """The state at the start, before month 0 is lived."""
    draw = Draws(seeds)
    draw.open_month(-1)
    return populate(Scenario(population=people or Population(households=400), **sections), draw)


def drawn(kind: str, decision: str, rows: int) -> np.ndarray:
    """What that decision drew at the start."""
    draw = Draws([SEED], -1)
    return getattr(draw, kind)(decision, Rows(0, rows))[0]


# -- the city ----------------------------------------------------------------------------------
def test_an_average_family():
    """3.9 persons round to 4. Per person 0.62 + 2.2 x (4 / 3.9)^-0.67 = 2.782996 lines of 500,000 Rp."""
    h = start(Population(households=100, poverty_line=500_000, register_error=0.0, **ALIKE)).households
    assert (h.persons == 4).all() and (h.poverty_line == 2e6).all()
    assert h.normal_income == pytest.approx(2e6 * 2.782996, rel=1e-6)
    assert (h.skill_start == 0.3).all() and (h.skill == 0.3).all() and (h.knowledge == 0.3).all()
    assert (h.health == 0.75).all() and (h.problem_solving == 0.2).all() and (h.effort == 0.5).all()
    assert (h.expected_income == h.normal_income).all()
    assert not h.in_group.any() and (h.news == 0).all()


def test_families_and_incomes_of_a_city():
    """Of 40,000 in a city all counted, SE of mean persons 0.008 and of mean income 0.0096 lines; within
    4 SE. Rounding and the bounds 1 to 10 keep the mean family within 0.02 of 3.9."""
    people = Population(households=40_000, targeted_share=0.5, family_burden=0.0)
    h = start(people).households
    assert h.persons.min() >= 1 and h.persons.max() <= 10 and (h.persons % 1 == 0).all()
    assert h.persons.mean() == pytest.approx(3.9, abs=0.02 + 4 * 0.008)
    assert (h.normal_income / h.poverty_line).mean() == pytest.approx(0.62 + 2.2, abs=4 * 0.0096)
    assert (h.normal_income / h.poverty_line).min() > 0.62


def test_larger_families_have_less_a_head():
    people = Population(households=4000, family_burden=1.0, income_spread=0.0, register_error=0.0)
    h = start(people).households
    rest = h.normal_income / h.poverty_line - 0.62
    assert rest == pytest.approx(2.2 * 3.9 / h.persons)


# -- the register ------------------------------------------------------------------------------
def test_a_register_without_error_lists_the_poorest_eighth():
    """The 200 listed of a city of 1600 are its 200 poorest; the other 200 rows stand for 1400."""
    state = start(Population(households=400, register_error=0.0))
    h = state.households
    income = h.normal_income / h.poverty_line
    assert state.listed == 200 and h.listed[0].tolist() == [True] * 200 + [False] * 200
    assert income[0, :200].max() <= income[0, 200:].min()
    assert (h.weight[0, :200] == 1).all() and (h.weight[0, 200:] == 7).all()


def test_the_rows_stand_for_the_whole_city():
    """The weighted mean income is the city's, about 0.62 + E[2.2 (n / 3.9)^-0.67]; SE 0.04 of 4,000."""
    mean = []
    for error in (0.0, 0.55, 10.0):
        h = start(Population(households=4000, register_error=error)).households
        assert h.weight.sum() == 16_000
        mean.append(np.average(h.normal_income / h.poverty_line, weights=h.weight))
    assert max(mean) - min(mean) < 4 * 0.04 * np.sqrt(2)


def test_a_noisier_register_misses_more_of_the_poor():
    """Mean income of the listed rises with the error of the register; pure noise lists anybody."""
    listed = []
    for error in (0.0, 0.3, 0.6, 10.0):
        state = start(Population(households=4000, register_error=error))
        h = state.households
        listed.append((h.normal_income / h.poverty_line)[0, :state.listed].mean())
    assert listed == sorted(listed)
    assert listed[0] < 1.3 < 2.5 < listed[3]


def test_a_register_keeps_the_city_s_order():
    """Skill is drawn by place in the table, so income must not be sorted within the register."""
    state = start(Population(households=4000))
    order = np.corrcoef(np.arange(2000), state.households.normal_income[0, :2000])[0, 1]
    assert abs(order) < 5 / np.sqrt(2000)


# -- districts and lists -----------------------------------------------------------------------
@pytest.mark.parametrize("shares, count, sizes", [
    ([0.5, 0.3, 0.2], 7, [4, 2, 1]), ([1, 1, 1], 10, [4, 3, 3]), ([0.98, 0.01, 0.01], 10, [10, 0, 0]),
    ([2.0], 5, [5]), ([0.6, 0.4], 0, [0, 0])])
def test_rows_follow_the_shares_by_largest_remainder(shares, count, sizes):
    assert split(shares, count).tolist() == np.repeat(range(len(shares)), sizes).tolist()


def test_lists_are_whole_groups_of_one_district():
    """245 of 490 on the register: 24 groups of ten; 5 households are on no list."""
    districts = (District(name="North", share=0.6), District(name="South", share=0.4, poverty_line=600_000))
    state = start(Population(households=490), districts=districts)
    h, g = state.households, state.groups
    assert (g.length, state.listed) == (24, 240)
    assert np.bincount(g.district[0]).tolist() == [14, 10]
    assert (h.district[0, :240] == np.repeat(g.district[0], 10)).all()
    assert np.bincount(h.district[0, 240:]).tolist() == [150, 100]
    lines = h.poverty_line / h.persons
    assert (lines[h.district == 0] == 457_222).all() and (lines[h.district == 1] == 600_000).all()
    assert (g.size == 10).all() and (g.members == 0).all() and not g.active.any()


def test_a_register_too_small_for_one_group_is_refused():
    with pytest.raises(ValueError, match="the register lists 8"):
        start(Population(households=16))


def test_starts_may_be_spread():
    """Of 2,000 groups over 60 months from month 4: all months occur, mean 33.5, SE 0.39; within 4 SE."""
    groups = start(Population(households=40_000), groups=GroupPlan(start_month=4, start_spread=60)).groups
    assert groups.start_month.min() == 4 and groups.start_month.max() == 63
    assert groups.start_month.mean() == pytest.approx(33.5, abs=4 * 0.39)
    assert (start(groups=GroupPlan(start_month=4)).groups.start_month == 4).all()


def test_markets_hold_about_ten_groups_of_one_district():
    districts = tuple(District(name=name, share=share)
                      for name, share in (("North", 0.75), ("South", 0.2), ("Far", 0.05)))
    state = start(Population(households=4000), districts=districts, market=Market(groups_per_market=10))
    assert np.bincount(state.markets.district[0]).tolist() == [15, 4, 1]
    assert (state.markets.district[0, state.groups.market[0]] == state.groups.district[0]).all()
    assert np.unique(state.groups.market).size == 20


# -- what groups and households start with -----------------------------------------------------
def test_columns_of_groups_follow_their_draws():
    market, trust = Market(site_spread=0.25, spread=0.1, persistence=0.8), Trust(cohesion_spread=0.5)
    state = start(market=market, trust=trust, institution=Institution(start=0.15))
    g = state.groups
    assert g.cohesion[0] == pytest.approx(np.exp(0.5 * drawn("normal", "start.cohesion", 20)))
    assert g.site[0] == pytest.approx(0.25 * drawn("normal", "start.site", 20) - 0.03125)
    assert (g.institution == 0.15).all() and (g.ended == -1).all() and (g.companion == -1).all()
    assert state.markets.demand[0] == pytest.approx(0.1 / 0.6 * drawn("normal", "start.demand", 2))


def test_own_businesses_follow_their_draws():
    """Capital 0.9 x (0.1 / 0.02) = 4.5 months of profit, times exp(0.3 e)."""
    h = start().households
    owns = drawn("uniform", "start.owns_business", 400) < 0.5
    share, capital = (drawn("normal", f"start.business_{of}", 400) for of in ("share", "capital"))
    profit = owns * np.clip(0.095 * np.exp(0.4 * share - 0.08), 0.02, 0.6) * h.normal_income[0]
    assert h.business_income[0] == pytest.approx(profit)
    assert h.labour_income[0] == pytest.approx(h.normal_income[0] - profit)
    assert h.business_capital_start[0, owns] == pytest.approx(4.5 * profit[owns])
    assert h.business_capital[0] == pytest.approx(4.5 * profit * np.exp(0.3 * capital))
    assert (h.has_business[0] == owns).all()
    assert abs(owns.sum() - 200) < 4 * 10       # binomial, SD 10; beyond 4 SD once in 16,000 seeds


def test_savings_start_about_their_target():
    """0.5 months for the poor, 2.5 more for each log-point above the line, times exp(0.5 e - 0.125)."""
    h = start().households
    above = np.log(np.maximum(h.normal_income[0] / h.poverty_line[0], 1))
    assert h.savings_target[0] == pytest.approx(0.5 + 2.5 * above)
    noise = np.exp(0.5 * drawn("normal", "start.savings", 400) - 0.125)
    assert h.savings[0] == pytest.approx(h.savings_target[0] * h.normal_income[0] * noise)


def test_people_follow_their_draws():
    state = start(groups=GroupPlan(extra_trust=0.1))
    h = state.households
    skill = np.clip(0.3 + 0.12 * drawn("normal", "start.skill", 400), 0.02, 0.9)
    assert h.skill_start[0] == pytest.approx(skill)
    assert h.health[0] == pytest.approx(np.clip(0.75 + 0.1 * drawn("normal", "start.health", 400), 0, 1))
    assert h.luck[0] == pytest.approx(0.12 * drawn("normal", "start.luck", 400))
    assert (h.ill[0] == (drawn("uniform", "start.ill", 400) < 0.016)).all()
    assert h.willingness[0] == pytest.approx(0.5 * drawn("normal", "start.willingness", 400))
    of_group = np.append(np.repeat(drawn("normal", "start.trust_of_group", 20), 10), np.zeros(200))
    noise = 0.7 * 0.089 * (of_group + drawn("normal", "start.trust", 400))
    assert h.trust[0] == pytest.approx(np.clip(0.55 + 0.1 + noise, 0.05, 0.95))


def test_the_programme_does_not_touch_the_start():
    plain, rich = start(), start(interventions=(UepGrant(),))
    for name, column in plain.households.columns().items():
        assert (column == getattr(rich.households, name)).all(), name


def test_replicates_start_as_they_would_alone():
    stacked = start(seeds=(SEED, 5)).households
    for row, seed in enumerate((SEED, 5)):
        alone = start(seeds=(seed,)).households
        for name, column in alone.columns().items():
            assert (getattr(stacked, name)[row] == column[0]).all(), name
