"""Costs, budgets, what they buy and benefit-cost ratios, worked by hand from small tables."""

from __future__ import annotations

import numpy as np
import pytest
from only_row import one

from kubesim.comparing.compare import compare
from kubesim.economics.accounts import Accounts, discount
from kubesim.economics.appraisal import appraise
from kubesim.economics.costs import Side
from kubesim.economics.ratio import BOUNDED
from kubesim.economics.worth import ratio_table

MILLION = 1e6
LABELS = {"baseline": "usual", "without": "nothing"}


@pytest.fixture
def money(tables):
    """What the small tables come to."""
    return appraise(*tables, **LABELS)


# -- costs -------------------------------------------------------------------------------------
def test_costs_by_item_and_payer(money):
    total = {"scenario": "usual", "against": "nothing", "rate": 0.0}
    assert one(money.costs, **total, item="all", payer="all")["estimate"] == 12 * MILLION
    assert one(money.costs, **total, item="visits", payer="all")["estimate"] == 2 * MILLION
    assert one(money.costs, **total, item="visits", payer="local")["estimate"] == MILLION
    assert one(money.costs, **total, item="all", payer="centre")["estimate"] == 11 * MILLION


def test_a_variant_against_the_baseline_saves_on_some_items(money):
    more = {"scenario": "better", "against": "usual", "rate": 0.0}
    assert one(money.costs, **more, item="visits", payer="all")["estimate"] == -2 * MILLION
    whole = one(money.costs, **more, item="all", payer="all")       # 2, 4, 6 less 2: 0, 2, 4 million
    assert whole["estimate"] == 2 * MILLION and whole["pairs"] == 3
    half = 4.302653 * 2 * MILLION / np.sqrt(3)                      # t with 2 degrees, standard deviation 2 m
    assert (whole["low"], whole["high"]) == pytest.approx((2 * MILLION - half, 2 * MILLION + half))


@pytest.mark.parametrize("rate", [0.03, 0.05, 0.10])
def test_costs_are_discounted_by_the_month(money, rate):
    row = one(money.costs, scenario="usual", against="nothing", rate=rate, item="all", payer="all")
    by_hand = 10 * (1 + rate) ** (-1 / 12) + 1 / (1 + rate) + (1 + rate) ** (-13 / 12)
    assert row["estimate"] == pytest.approx(by_hand * MILLION)


def test_the_budget_by_month_and_by_year(money):
    usual = money.budget[(money.budget["scenario"] == "usual") & (money.budget["item"] == "all")]
    paid = usual[usual["payer"] == "all"].set_index("month")["estimate"]
    assert paid[paid > 0].to_dict() == {1: 10 * MILLION, 12: MILLION, 13: MILLION}
    years = {"scenario": "usual", "item": "visits"}
    assert one(money.years, **years, payer="centre", year=1)["estimate"] == MILLION
    assert one(money.years, **years, payer="local", year=1)["estimate"] == 0
    assert one(money.years, **years, payer="local", year=2)["estimate"] == MILLION
    spread = one(money.years, scenario="better", item="training", payer="local", year=1)
    assert (spread["p05"], spread["p95"]) == pytest.approx((2.2 * MILLION, 5.8 * MILLION))


@pytest.mark.parametrize("table", ["budget", "years"])
def test_budgets_close(money, table):
    """Items add to the whole, payers too, and time to what the costs say."""
    rows = getattr(money, table)
    for label, held in rows.groupby("scenario"):
        whole = held[(held["item"] == "all") & (held["payer"] == "all")]["estimate"].sum()
        for by in ("item", "payer"):
            other = "payer" if by == "item" else "item"
            parts = held[(held[by] != "all") & (held[other] == "all")]["estimate"]
            assert parts.sum() == pytest.approx(whole)
        if label != "nothing":
            costs = one(money.costs, scenario=label, against="nothing", rate=0.0, item="all", payer="all")
            assert costs["estimate"] == pytest.approx(whole)


def test_what_flows_through_households_is_no_cost(money):
    assert "labour" not in set(money.costs["item"]) | set(money.budget["item"])


def test_what_discounting_does():
    assert discount(0.05, 24)[[0, 12, 24]] == pytest.approx([1, 1 / 1.05, 1 / 1.05**2])


# -- gains and their price ---------------------------------------------------------------------
@pytest.mark.parametrize("measure, gain", [
    ("lifted", 10), ("kept_out", 3), ("out_of_poverty", 13), ("years_out_of_poverty", 26), ("gap_points", 3)])
def test_gains_over_nothing(money, measure, gain):
    """Better lifts 18, 20, 22 against 10, and 2 fall against 5: 13 households fewer poor for 24 months."""
    row = one(money.gains, scenario="better", against="nothing", measure=measure, who="all")
    assert row["estimate"] == pytest.approx(gain)
    price = one(money.ratios, scenario="better", against="nothing", measure=measure, who="all")
    assert price["estimate"] == pytest.approx(14 * MILLION / gain)
    assert price["verdict"] == "dearer, better" and price["form"] == BOUNDED


def test_the_price_of_more_than_the_baseline(money):
    """2 m more for 6, 7, 8 more households; the intervals hold at once for one variant as for none."""
    row = one(money.ratios, scenario="better", against="usual", measure="lifted", who="all")
    assert (row["cost"], row["gain"], row["estimate"]) == pytest.approx((2 * MILLION, 7, 2 * MILLION / 7))
    assert (row["low"], row["high"]) == (row["low_together"], row["high_together"])
    assert row["low"] < row["estimate"] < row["high"]


@pytest.mark.parametrize("escaped, training, verdict, priced", [
    ([18, 20, 22], 4, "dearer, better", True), ([18, 20, 22], 1, "no dearer, no worse", False),
    ([11, 11, 11], 4, "no cheaper, no better", False), ([11, 11, 11], 1, "cheaper, worse", True),
    ([13, 13, 13], 2, "no dearer, no worse", False), ([11, 11, 11], 2, "no cheaper, no better", False)])
def test_only_two_of_four_quadrants_have_a_price(of_worlds, escaped, training, verdict, priced):
    paid = {(1, "grant", "centre"): 10 * MILLION, (1, "training", "local"): training * MILLION}
    money = appraise(*of_worlds(better={"escaped": escaped, "paid": paid}), **LABELS)
    row = one(money.ratios, scenario="better", against="usual", measure="lifted", who="all")
    assert row["verdict"] == verdict and np.isfinite(row["estimate"]) == priced


def test_prices_of_several_variants_hold_at_once(of_worlds):
    """As wide as 97.5 % for each of two: t is 6.2053 instead of 4.3027 with 2 degrees of freedom."""
    paid = {(1, "training", "local"): 20 * MILLION}
    money = appraise(*of_worlds(better={"paid": paid}, best={"paid": paid}), **LABELS)
    row = one(money.ratios, scenario="best", against="usual", measure="lifted", who="all")
    for ends, t in (("", 4.302653), ("_together", 6.205347)):       # 8 m for 6, 7, 8 more
        lifted = 7 + np.array([t, -t]) / np.sqrt(3)
        assert (row["low" + ends], row["high" + ends]) == pytest.approx(tuple(8 * MILLION / lifted))


def test_prices_at_every_month(tables):
    accounts = Accounts.of(*tables)
    prices = ratio_table(accounts, [Side("usual", "nothing")], range(25))
    lifted = prices[(prices["measure"] == "lifted") & (prices["who"] == "all")].set_index("month")["estimate"]
    assert np.isnan(lifted[0])                          # nothing spent, nobody lifted
    spent = np.array([10, 10, 11, 12, 12]) * MILLION
    np.testing.assert_allclose(lifted[[1, 11, 12, 13, 24]], spent / 3)


# -- benefit-cost ratios -----------------------------------------------------------------------
@pytest.mark.parametrize("rate", [0.03, 0.05, 0.10])
def test_benefits_and_costs_are_discounted_alike(money, rate):
    factors = (1 + rate) ** (-np.arange(25) / 12)
    benefit = 4 * MILLION * factors[1:].sum()           # 3, 4, 5 m a month
    cost = 14 * MILLION * factors[1]
    row = one(money.benefits, scenario="better", against="nothing", who="all", rate=rate)
    assert (row["benefit"], row["cost"], row["estimate"]) == pytest.approx((benefit, cost, benefit / cost))
    assert row["net"] == pytest.approx(benefit - cost) and row["pays"] == 1


def test_benefits_and_costs_over_the_baseline(money):
    """2, 3, 4 m a month more consumed; training instead of visits."""
    factors = 1.05 ** (-np.arange(25) / 12)
    row = one(money.benefits, scenario="better", against="usual", who="all", rate=0.05)
    assert row["benefit"] == pytest.approx(3 * MILLION * factors[1:].sum())
    assert row["cost"] == pytest.approx(4 * MILLION * factors[1] - MILLION * (factors[12] + factors[13]))
    assert row["net"] == pytest.approx(row["benefit"] - row["cost"])


def test_a_ratio_tells_from_one_when_the_net_benefit_tells_from_none(of_worlds):
    paid = {(1, "training", "local"): [70 * MILLION, 96 * MILLION, 80 * MILLION]}
    rows = appraise(*of_worlds(better={"paid": paid}), **LABELS).benefits
    rows = rows[rows["scenario"] == "better"]
    tells = (rows["low"] > 1) | (rows["high"] < 1)
    assert (tells == ((rows["net_low"] > 0) | (rows["net_high"] < 0))).all()
    assert 0 < one(rows, against="nothing", who="all", rate=0.05)["pays"] < 1


def test_it_agrees_with_the_outcomes_of_a_comparison(world):
    """The same numbers as those outcomes of a run have, taken of the mean of the pairs."""
    base = world.with_({"months": 12})
    better = base.with_({"interventions.diklat.practice_share": 0.9, "interventions.diklat.hours": 300.0},
                        name="Better")
    held = compare(base, better, seeds=4, workers=1,
                   outcomes=["cost_per_household_lifted", "benefit_cost_ratio"])
    money = appraise(held.outcomes, held.ledger, baseline=held.baseline, without=held.worlds.without,
                     scenarios=held.scenarios, seeds=held.seeds)
    last = held.effects[(held.effects["month"] == 12) & (held.effects["group"] == "all")].set_index("outcome")
    for label, column in ((held.baseline, "baseline"), ("Better", "variant")):
        price = one(money.ratios, scenario=label, against=money.without, measure="lifted", who="all")
        assert price["cost"] / price["gain"] == pytest.approx(last.loc["cost_per_household_lifted", column])
        worth = one(money.benefits, scenario=label, against=money.without, who="all", rate=0.05)
        assert worth["estimate"] == pytest.approx(last.loc["benefit_cost_ratio", column])
