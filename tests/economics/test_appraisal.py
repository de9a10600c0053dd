"""What an appraisal leaves out, refuses, and says of unit costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from only_row import one

from kubesim.comparing.compare import compare
from kubesim.economics.accounts import Accounts
from kubesim.comparing.worlds import PROGRAMME
from kubesim.economics.appraisal import appraise
from kubesim.economics.unit_costs import grade_table
from kubesim.errors import ScenarioError
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.shocks.flood import Flood

MILLION = 1e6
SHIPPED = Path(__file__).parents[2] / "scenarios"
LABELS = {"baseline": "usual", "without": "nothing"}


@pytest.fixture
def money(tables):
    """What the small tables come to."""
    return appraise(*tables, **LABELS)


# -- tables that lack something, and arguments that name nothing -------------------------------
def test_gains_that_were_not_measured_are_left_out(tables):
    outcomes, ledger = tables
    fewer = outcomes.drop(columns=["households_fallen", "poverty_gap", "poverty_gap_members"])
    money = appraise(fewer, ledger, **LABELS)
    assert set(money.gains["measure"]) == {"lifted", "consumption_gain"}
    bare = appraise(outcomes[["scenario", "seed", "month", "district"]], ledger, **LABELS)
    assert not len(bare.gains) and not len(bare.ranking) and len(bare.costs)


def test_a_world_that_differs_in_more_than_the_programme_is_no_design(of_worlds):
    """A flood is held against the baseline, not against a world without flood and programme, nor ranked."""
    usual = Scenario(name="usual", interventions=(UepGrant(),), months=24)
    scenarios = {"usual": usual, "better": usual.with_({"groups.meetings": 4.0}, interventions=[]),
                 "flooded": usual.with_(shocks=[Flood()]), "nothing": usual.without_programme()}
    money = appraise(*of_worlds(flooded={}), **LABELS, scenarios=scenarios)
    assert money.no_designs == ("flooded",) and money.variants == ("better", "flooded")
    for table in (money.costs, money.ratios, money.benefits):
        assert set(table[table["against"] == "nothing"]["scenario"]) == {"usual", "better"}
        assert set(table[table["against"] == "usual"]["scenario"]) == {"better", "flooded"}
    for table in (money.frontier, money.ranking, money.acceptability, money.break_even):
        assert len(table) and "flooded" not in set(table["scenario"])
    assert any(line.startswith("flooded differs from usual in more than the programme")
               for line in money.sentences())


@pytest.mark.parametrize("part", sorted({*PROGRAMME} - {"interventions"}))
def test_parts_of_the_programme_do_nothing_without_it(world, part):
    """Every number of the part a fifth smaller: without groups the same is consumed, to the rupiah."""
    bare = world.with_(months=8).without_programme()
    numbers = {held.path: held.value for held in bare.values()
               if held.path.startswith(f"{part}.") and type(held.value) is float and 0 < held.value}
    changed = bare.with_({path: 0.8 * value for path, value in numbers.items()})
    assert changed != bare
    consumed = []
    for scenario in (bare, changed):
        model = KubeModel(scenario, seed=3)
        for _ in range(8):
            model.step()
        consumed.append(model.state.households.consumption.copy())
    np.testing.assert_array_equal(*consumed)


def test_one_district_alone(tables):
    north, south = (appraise(*tables, **LABELS, district=place) for place in ("North", "South"))
    whole = {"scenario": "usual", "against": "nothing", "item": "all", "payer": "all", "rate": 0.0}
    gain = {"scenario": "usual", "against": "nothing", "measure": "lifted", "who": "all"}
    for held, spent, lifted in ((north, 12 * MILLION, 3), (south, 0, 0)):
        assert one(held.costs, **whole)["estimate"] == spent
        assert one(held.gains, **gain)["estimate"] == lifted


def test_the_order_of_rows_does_not_matter(tables, money):
    outcomes, ledger = (table.sample(frac=1, random_state=4) for table in tables)
    again = appraise(outcomes, ledger, **LABELS)
    rows = ["scenario", "against", "measure", "who"]
    np.testing.assert_allclose(again.ratios.sort_values(rows)[["estimate", "low"]],
                               money.ratios.sort_values(rows)[["estimate", "low"]])


@pytest.mark.parametrize("change, said", [
    ({"baseline": "usal"}, "there is no scenario 'usal' among these results; there are: usual, better"),
    ({"month": 25}, "month = 25: must be 0 to 24"),
    ({"measure": "lift"}, "measure = 'lift': must be one of lifted"),
    ({"district": "East"}, "there are no outcomes of district 'East'")])
def test_what_does_not_exist_is_said(tables, change, said):
    with pytest.raises(ScenarioError, match=said):
        appraise(*tables, **LABELS | change)


def test_a_world_that_lacks_a_seed_is_refused(tables):
    outcomes, ledger = tables
    lacking = outcomes[~((outcomes["scenario"] == "better") & (outcomes["seed"] == 2))]
    with pytest.raises(ScenarioError, match="'better' does not have each seed and each month once"):
        appraise(lacking, ledger, **LABELS)


# -- unit costs --------------------------------------------------------------------------------
def test_unit_costs_say_where_they_come_from(tables):
    usual = Scenario.load(SHIPPED / "banjarmasin.yaml")
    money = appraise(*tables, **LABELS, scenarios={"usual": usual})
    grant = one(money.unit_costs, path="interventions.uep_grant.per_member")
    assert (grant["amount"], grant["unit"], grant["grade"]) == (2_000_000, "Rp per member", "observed")
    assert grant["file"].endswith("banjarmasin.yaml") and grant["line"] > 1 and "Bakabar" in grant["source"]
    hour = one(money.unit_costs, path="interventions.diklat.cost_per_hour")
    assert (hour["unit"], hour["grade"], hour["file"]) == ("Rp per participant-hour", "assumed", "")
    assert one(money.unit_costs, path="interventions.companionship.pay")["centre_pays"] == 1.0
    assert len(money.unit_costs) == 7       # and the grant's overhead, practice, teaching quality, ability


def test_how_much_of_the_cost_rests_on_assumed_unit_costs(world):
    base = world.with_(months=6)
    held = compare(base, base.with_({"interventions.diklat.hours": 9.0}, name="Less"), seeds=2, workers=1,
                   outcomes=["cost"])
    money = appraise(held.outcomes, held.ledger, baseline=held.baseline, without=held.worlds.without,
                     scenarios=held.scenarios)
    rows = money.grades[money.grades["scenario"] == "Less"].set_index("item")
    assert rows["share"].sum() == pytest.approx(1)
    assert rows.loc["uep_grant", "grade"] == "observed" and rows.loc["diklat", "grade"] == "assumed"
    assert rows.loc["diklat", "path"] == "interventions.diklat.cost_per_hour"


def test_an_item_is_as_trusted_as_its_least_trusted_amount(tables):
    rows = [("usual", "grant", "Rp", "observed", "first"),
            ("usual", "grant", "Rp per hour", "assumed", "second"),
            ("usual", "grant", "share", "assumed", "overhead"), ("usual", "visits", "Rp", "derived", "third")]
    costs = pd.DataFrame(rows, columns=["scenario", "item", "unit", "grade", "path"])
    table = grade_table(costs, Accounts.of(*tables), 24)
    usual = table[table["scenario"] == "usual"].set_index("item")
    assert usual["grade"].to_dict() == {"grant": "assumed", "visits": "derived"}
    assert usual["path"].to_dict() == {"grant": "second", "visits": "third"}
    assert usual["share"].to_dict() == pytest.approx({"grant": 10 / 12, "visits": 2 / 12})
    assert set(table[table["scenario"] == "better"]["grade"]) == {""}     # no unit cost of it is known
