"""Effects are differences within pairs: they agree with two separate runs, seed by seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.errors import ScenarioError
from kubesim.interventions.diklat import Diklat
from kubesim.plots.formats import rupiah
from kubesim.running.simulation import run
from kubesim.scenario import Scenario

SEEDS, MONTHS = [3, 8, 1, 5], 13


@pytest.fixture(scope="module")
def pair(world) -> tuple[Scenario, Scenario, Scenario]:
    """The small world with everything at work, one with a longer course, one that meets more often."""
    base = world.with_(months=MONTHS)
    longer = base.with_({"name": "Longer course", "interventions.diklat.hours": 160.0})
    return base, longer, base.with_({"name": "More meetings", "groups.meetings": 4.0})


@pytest.fixture(scope="module")
def comparison(pair) -> Comparison:
    return compare(*pair, seeds=SEEDS, workers=1)


def row_of(comparison: Comparison, outcome: str, group: str, month: int = MONTHS,
           scenario: str = "Longer course") -> pd.Series:
    """The only row of the table of effects that fits."""
    held = comparison.effects
    [row] = held[(held["scenario"] == scenario) & (held["outcome"] == outcome) & (held["group"] == group)
                 & (held["month"] == month)].itertuples()
    return row


# -- worlds in lockstep are the worlds of separate runs -------------------------------------------
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_world_is_what_a_run_of_it_gives(comparison, pair, place):
    alone = run(pair[place], SEEDS, workers=1, twin=True)
    label = list(comparison.worlds.scenarios)[place]
    for name in ("outcomes", "ledger", "lives", "companions"):
        ours = getattr(comparison, name)
        ours = ours[ours["scenario"] == label].reset_index(drop=True)
        theirs = getattr(alone, name)
        pd.testing.assert_frame_equal(ours[theirs.columns.drop("scenario", errors="ignore")],
                                      theirs.drop(columns="scenario", errors="ignore"), check_exact=True)


@pytest.mark.slow
def test_two_workers_and_other_stacks_give_the_same(comparison, pair):
    again = compare(*pair, seeds=SEEDS, workers=2)
    for name in ("outcomes", "effects", "winners", "changes", "moves", "variance", "identity"):
        pd.testing.assert_frame_equal(getattr(comparison, name), getattr(again, name), check_exact=True)


# -- effects ------------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome, ending, district, group", [
    ("consumption", "_members", "all", "members"), ("income", "", "South", "district South"),
    ("skill", "_members", "all", "members"), ("gini", "", "all", "all"),
    ("groups_active", "", "North", "district North")])
def test_an_effect_is_the_mean_difference_of_two_runs(comparison, pair, outcome, ending, district, group):
    ours, theirs = (run(scenario, SEEDS, outcomes=[outcome], workers=1).outcomes for scenario in pair[1::-1])
    at = (ours["month"] == 7) & (ours["district"] == district)
    differences = (ours.loc[at, outcome + ending] - theirs.loc[at, outcome + ending]).to_numpy()
    row = row_of(comparison, outcome, group, 7)
    bounds = stats.t.interval(0.95, len(SEEDS) - 1, differences.mean(), stats.sem(differences))
    assert [row.estimate, row.low, row.high] == pytest.approx([differences.mean(), *bounds])
    assert (row.pairs, row.method) == (len(SEEDS), "t")
    assert row.variant - row.baseline == pytest.approx(row.estimate)


def test_two_variants_at_once_widen_the_interval_and_raise_the_p_value(comparison):
    row = row_of(comparison, "consumption", "members")
    wider = stats.t.ppf(1 - 0.0125, 3) / stats.t.ppf(1 - 0.025, 3)
    assert row.high_together - row.estimate == pytest.approx((row.high - row.estimate) * wider)
    other = row_of(comparison, "consumption", "members", scenario="More meetings")
    smaller = min(row.p_value, other.p_value)
    assert min(row.p_together, other.p_together) == pytest.approx(2 * smaller)


def test_members_and_others_make_up_the_whole_and_so_do_districts_and_deciles(comparison):
    """Sums over the city; others do not change, as nothing spills over to them."""
    rows = {group: row_of(comparison, "consumption_total", group).estimate for group in (
        "all", "members", "non_members", "district North", "district South",
        *(f"decile {place}" for place in range(1, 11)))}
    assert rows["members"] + rows["non_members"] == pytest.approx(rows["all"])
    assert rows["district North"] + rows["district South"] == pytest.approx(rows["all"])
    assert sum(rows[f"decile {place}"] for place in range(1, 11)) == pytest.approx(rows["all"])


def test_deciles_are_measured_every_year_and_at_the_end(comparison):
    held = comparison.effects
    assert sorted(held.loc[held["group"] == "decile 4", "month"].unique()) == [0, 12, 13]
    assert row_of(comparison, "consumption", "decile 10", 0).baseline > 3 * row_of(
        comparison, "consumption", "decile 1", 0).baseline


def spent(comparison: Comparison) -> pd.Series:
    """All costs in the ledger by scenario and seed."""
    costs = comparison.ledger[comparison.ledger["kind"] == "cost"]
    return costs.groupby(["scenario", "seed"])["amount"].sum()


def whole_city(comparison: Comparison) -> pd.DataFrame:
    """Outcomes of all districts together by scenario, seed and month."""
    held = comparison.outcomes
    return held[held["district"] == "all"].set_index(["scenario", "seed", "month"])


def test_monthly_costs_are_added_up(comparison):
    more = (spent(comparison)["Longer course"] - spent(comparison)["Everything at once"]).mean()
    assert row_of(comparison, "cost_so_far", "all").estimate == pytest.approx(more)
    monthly = [row_of(comparison, "cost", "all", month).estimate for month in range(MONTHS + 1)]
    assert sum(monthly) == pytest.approx(more)


def test_outcomes_against_no_programme_are_ratios_of_means(comparison):
    """The mean of one city's ratios would hang on cities in which hardly anybody was lifted."""
    last = whole_city(comparison).xs(MONTHS, level="month")
    escaped = last["households_escaped"].groupby("scenario").mean()
    each = spent(comparison).groupby("scenario").mean() / (escaped - escaped[comparison.worlds.without])
    row = row_of(comparison, "cost_per_household_lifted", "all")
    assert row.method == "bootstrap"
    assert row.estimate == pytest.approx(each["Longer course"] - each["Everything at once"])


def test_a_world_without_groups_has_no_row_for_groups(pair):
    base = pair[0]
    bare = compare(base, base.without_programme(), seeds=2, outcomes=["groups_active", "skill"], workers=1)
    assert set(bare.effects["outcome"]) == {"skill"}
    assert bare.verdicts()[0].sentence.endswith("cannot be compared, as no pair has a value in both worlds")


# -- what else is told ----------------------------------------------------------------------------
def test_winners_losers_and_the_others_are_everybody(comparison):
    shares = comparison.winners.pivot(index=["scenario", "group"], columns="change", values="share")
    assert np.allclose(shares["gains_over_1%"] + shares["loses_over_1%"] + shares["within_1%"], 1)
    assert (shares["gains_over_5%"] <= shares["gains_over_1%"]).all()
    assert shares.loc[("Longer course", "non_members"), "within_1%"] > 0.99
    classes = comparison.changes.groupby(["scenario", "group"])["share"].sum()
    assert np.allclose(classes, 1)


def test_crossings_add_up_to_the_change_in_poor_households(comparison):
    """Households poor there less those poor here, from the outcomes that count them."""
    moves = comparison.moves.set_index(["scenario", "against", "seed", "month"])
    moves = moves.loc["Longer course", comparison.baseline]
    ours, theirs = (whole_city(comparison).loc[label] for label in ("Longer course", comparison.baseline))
    out_of_it = ours["households_escaped"] - theirs["households_escaped"]
    into_it = ours["households_fallen"] - theirs["households_fallen"]
    pd.testing.assert_series_equal(moves["lifted_out"] - moves["held_down"], out_of_it, check_names=False)
    pd.testing.assert_series_equal(moves["pushed_in"] - moves["kept_out"], into_it, check_names=False)


def test_pairing_saves_what_the_variances_say(comparison):
    last = whole_city(comparison)["consumption_members"].xs(MONTHS, level="month")
    ours, theirs = (last.loc[label].to_numpy() for label in ("Longer course", comparison.baseline))
    held = comparison.variance
    [row] = held[(held["scenario"] == "Longer course") & (held["outcome"] == "consumption")
                 & (held["group"] == "members")].itertuples()
    unpaired = ours.var(ddof=1) + theirs.var(ddof=1)
    assert row.times == pytest.approx(unpaired / (ours - theirs).var(ddof=1)) and row.times > 1


def test_differences_pair_by_pair_are_in_the_order_of_the_seeds(comparison):
    per_pair = comparison.per_pair("Longer course", "cost_so_far")
    costs = spent(comparison)
    assert per_pair.tolist() == pytest.approx(
        [costs["Longer course", seed] - costs["Everything at once", seed] for seed in SEEDS])
    with pytest.raises(ScenarioError, match="was not measured"):
        comparison.per_pair("Longer course", "happiness")


def test_the_ranking_follows_the_first_outcome(pair):
    ranked = compare(*pair, seeds=SEEDS, outcomes=["cost", "skill"], workers=1)
    assert ranked.ranking()["scenario"].tolist() == ["More meetings", "Longer course"]
    assert ranked.ranking("skill")["scenario"].iloc[0] == "Longer course"


def test_money_is_counted_whatever_outcomes_were_asked_for(pair, comparison):
    asked = compare(*pair, seeds=SEEDS, outcomes=["skill"], workers=1)
    pd.testing.assert_frame_equal(asked.money.ratios, comparison.money.ratios)
    assert set(asked.effects["outcome"]) == {"skill"}


def test_a_household_lifted_costs_extra_spending_over_extra_households(comparison):
    """As in the table: all three numbers, each a ratio of means over the pairs."""
    last = whole_city(comparison).xs(MONTHS, level="month")
    escaped = last["households_escaped"].groupby("scenario").mean()
    costs = spent(comparison).groupby("scenario").mean().reindex(escaped.index, fill_value=0.0)
    table = comparison.table()
    [row] = [row for row in table[table["scenario"] == "Longer course"].itertuples()
             if row.outcome.startswith("Cost of a household")]
    base, variant, none = comparison.baseline, "Longer course", comparison.worlds.without
    cells = {row.baseline: (base, none), row.variant: (variant, none),
             row.difference.removesuffix(" for each more"): (variant, base)}
    for told, (here, there) in cells.items():
        each = (costs[here] - costs[there]) / (escaped[here] - escaped[there])
        assert told in (rupiah(each), "–"), (told, each)
    assert rupiah((costs[variant] - costs[none]) / (escaped[variant] - escaped[none])) in cells


# -- as in the ten lines ------------------------------------------------------------------------
def test_ten_lines_read_as_promised(world):
    import kubesim as ks
    base = world.with_(months=6)
    better = base.with_(interventions=[Diklat(start_month=3, practice_share=0.6)])
    effect = ks.compare(base, better, seeds=range(3), outcomes=["poverty_rate", "cost"])
    table = effect.table()
    assert table["outcome"].tolist() == ["Poverty rate of members", "Poverty rate", "Programme cost in total",
                                         "Cost of a household lifted out of poverty"]
    assert all(cell in str(table) for row in table.itertuples(index=False) for cell in row)
    assert list(table.columns) == ["outcome", "baseline", "variant", "difference", "95 % interval", "pairs"]
    assert set(effect.effects["outcome"]) == {"poverty_rate", "cost", "cost_so_far"}
    assert [v.sentence.split(" 6 months on")[0] for v in effect.verdicts()] == [
        "Poverty rate of members", "Programme cost in total"]
    figure = effect.plot("poverty_rate")
    assert len(figure.axes) == 2
    held = effect.effects.query("outcome == 'poverty_rate' and group == 'members'")
    drawn = figure.axes[1].lines[1].get_ydata()
    assert drawn.tolist() == held["estimate"].tolist()
    assert "&lt;" not in effect._repr_html_() and "Poverty rate of members" in effect._repr_html_()
    with pytest.raises(ScenarioError, match="'poverty' was not measured; there are: poverty_rate"):
        effect.plot("poverty")
