"""Variants that differ in more than the programme: the world without a programme is not theirs."""

from __future__ import annotations

import pytest

from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.glance import ranking_table
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario
from kubesim.shocks.flood import Flood

RATIOS = ("cost_per_household_lifted", "benefit_cost_ratio")


@pytest.fixture(scope="module")
def comparison(world) -> Comparison:
    base = world.with_(months=6, name="Base")
    return compare(base, base.with_(shocks=[Flood(start_month=2)], name="Flooded"),
                   base.with_(interventions=[UepGrant(per_member=3e6)], name="Granted"), seeds=3,
                   outcomes=["consumption", "cost", *RATIOS], workers=1)


def test_worlds_that_are_no_designs(comparison):
    assert comparison.worlds.no_designs == comparison.money.no_designs == ("Flooded",)


def test_ratios_to_no_programme_are_left_out_for_them(comparison):
    effects, outcomes = comparison.effects, comparison.outcomes
    told = effects[effects["outcome"].isin(RATIOS)]
    assert set(told["scenario"]) == {"Granted"}
    for name in RATIOS:
        assert outcomes.loc[outcomes["scenario"] == "Flooded", name].isna().all()
    assert outcomes.loc[outcomes["scenario"] == "Granted", "benefit_cost_ratio"].notna().any()
    assert {"Flooded", "Granted"} == set(effects.loc[effects["outcome"] == "consumption", "scenario"])


def test_the_sentence_says_why(comparison):
    said = {(held.scenario, held.outcome): held.sentence for held in comparison.verdicts()}
    assert said["Flooded", "benefit_cost_ratio"].endswith(
        "left out, as Flooded differs from the baseline in more than the programme, so that the world without "
        "a programme is not its own")
    assert "left out" not in said["Granted", "benefit_cost_ratio"] + said["Flooded", "consumption"]


def test_a_variant_may_be_free_of_the_baseline_s_shock(world):
    base = world.with_(months=3, name="Base", shocks=[Flood(start_month=1)])
    comparison = compare(base, base.with_(shocks=[], name="Dry"), seeds=2, outcomes=["benefit_cost_ratio"],
                         workers=1)
    assert comparison.worlds.no_designs == ("Dry",) and not len(comparison.effects)
    assert "left out" in str(comparison) and comparison.table() is not None


def test_the_ranking_at_a_glance(comparison):
    made = ranking_table(comparison)
    assert set(made["design"]) == {"Granted", "Flooded", "Base (the baseline)"}
    lifting = dict(zip(made["design"], made["a household lifted costs"]))
    assert lifting["Flooded"] == "–" and lifting["Granted"] != "–" != lifting["Base (the baseline)"]
    ranks = comparison.ranking().set_index("scenario")["rank"]
    assert dict(zip(made["design"], made[""]))["Granted"] == f"{ranks['Granted']}."
    page = comparison._repr_html_()
    assert page.index("a household lifted costs") < page.index("<ul>")
