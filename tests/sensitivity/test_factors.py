"""Which numbers of a scenario are free, how far each may be off, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.model import KubeModel
from kubesim.running.measure import Measures, choose_outcomes
from kubesim.scenario import Scenario
from kubesim.sensitivity import designs
from kubesim.sensitivity.factors import (BY_RULE, COST, CUT_OFF, DECLARED, DIFFERS, KNOWN, LEVER, MEASURING,
                                         SIZE, free_factors, left_out, settings, shared_factors)

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
SMALL = {"population.households": 200, "population.register_share": 0.9}


def by_path(found):
    return {held.path: held for held in found}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_spans_of_every_shipped_scenario_hold_its_value_and_can_be_set(path):
    scenario = Scenario.load(path)
    factors = free_factors(scenario)
    assert len(factors) > 100
    assert all(factor.low <= factor.usual <= factor.high and factor.low < factor.high for factor in factors)
    for end in ("low", "high"):
        changed = scenario.with_(settings(factors, {held.path: getattr(held, end) for held in factors}))
        values = {held.path: held.value for held in changed.values()}
        assert all(values[factor.path] == getattr(factor, end) for factor in factors)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_number_is_a_factor_or_left_out_for_a_reason(path):
    scenario = Scenario.load(path)
    inside, outside = by_path(free_factors(scenario)), by_path(left_out(scenario))
    numbers = {held.path for held in scenario.values()
               if isinstance(held.value, (int, float)) and not isinstance(held.value, bool)}
    assert inside.keys() | outside.keys() == numbers and not inside.keys() & outside.keys()
    assert all(held.why for held in outside.values())


def test_levers_costs_sizes_and_known_numbers_are_no_factors():
    why = by_path(left_out(Scenario(interventions=(Diklat(), Companionship()))))
    assert why["interventions.diklat.practice_share"].why == LEVER
    assert why["interventions.companionship.turnover"].why == LEVER
    assert why["groups.meetings"].why == LEVER
    assert why["interventions.diklat.cost_per_hour"].why == COST
    assert why["interventions.companionship.pay_for_ability"].why == COST
    assert why["population.households"].why == SIZE
    assert why["population.poverty_line"].why == KNOWN
    assert why["membership.developing_age"].why == CUT_OFF


def test_spans_are_declared_or_by_a_stated_rule():
    factors = by_path(free_factors(Scenario(interventions=(Diklat(),))))
    skill = factors["interventions.diklat.skill_hours"]
    assert (skill.low, skill.high, skill.span, skill.whole) == (80, 300, DECLARED, False)
    start = factors["effort.start"]
    assert (start.low, start.high, start.span) == (0.25, 0.75, BY_RULE)
    leaks = factors["misuse.leaks"]                     # 1.0, which is its upper bound
    assert (leaks.low, leaks.high) == (0.5, 1.0)
    patience = factors["membership.patience"]           # 3 months, whole: 1.5 to 4.5, inwards
    assert (patience.low, patience.high, patience.whole) == (2, 4, True)


def test_a_value_outside_the_declared_span_widens_it():
    factors = by_path(free_factors(Scenario().with_({"population.skill": 0.1})))
    assert (factors["population.skill"].low, factors["population.skill"].high) == (0.1, 0.4)


def test_what_differs_between_designs_is_part_of_what_is_compared():
    factors, out = shared_factors([Scenario(), Scenario().with_({"population.skill": 0.35})])
    assert "population.skill" not in by_path(factors)
    assert by_path(out)["population.skill"].why == DIFFERS
    assert len(factors) == len(free_factors(Scenario())) - 1


def test_a_factor_of_one_design_only_is_a_factor_of_all():
    factors, _ = shared_factors([Scenario(), Scenario(interventions=(Diklat(),))])
    assert "interventions.diklat.skill_hours" in by_path(factors)


def test_thresholds_that_only_measure_move_no_effect():
    """They are left out because nothing else reads them: shown, not claimed."""
    usual = Scenario.load(SHIPPED[0].with_name("better_training_and_mentoring.yaml")).with_(SMALL)
    half = {held.path: held.value // 2 if isinstance(held.value, int) else held.value / 2
            for held in usual.values() if held.path in MEASURING}
    assert len(half) == len(MEASURING)

    def lived(scenario: Scenario) -> list[float]:
        model = KubeModel(scenario, seed=1)
        for _ in range(24):
            model.step()
        taken = Measures(model.state, choose_outcomes(["consumption", "groups_active", "groups_developing"])
                         ).take(model.state, scenario)
        return [float(taken[name][0, 0])
                for name in ("consumption_members", "groups_active", "groups_developing")]

    before, after = lived(usual), lived(usual.with_(half))
    assert before[:2] == after[:2]
    assert before[2] != after[2]                        # what they do measure moves


@pytest.mark.parametrize("design", [lambda factors: designs.morris(factors, 3, 1),
                                    lambda factors: designs.sobol(factors, 4, 1),
                                    lambda factors: designs.lhs(factors, 9, 1)])
def test_designs_stay_inside_spans_and_are_the_same_for_the_same_seed(design):
    factors = free_factors(Scenario(interventions=(Diklat(), Companionship())))
    points = design(factors)
    assert points.equals(design(factors))
    for factor in factors:
        column = points[factor.path]
        assert factor.low <= column.min() and column.max() <= factor.high
        assert (column.dtype.kind == "i") == factor.whole


def test_how_a_file_is_written_and_what_is_known_of_a_district_are_no_factors():
    """Nobody doubts whether amounts are of a month or a year by half."""
    paths = [factor.path for factor in free_factors(Scenario())]
    assert not [path for path in paths if ".money." in path or ".prices" in path or ".margins." in path]
