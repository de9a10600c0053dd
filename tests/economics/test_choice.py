"""Choosing between designs: the frontier, the ranking, acceptability and break-even."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.economics.accounts import Accounts
from kubesim.economics.break_even import allowed_cost, break_even_table
from kubesim.economics.choice import Designs, acceptability_table, frontier_table, ranking_table, steps

LABELS = ("none", "flyer", "class", "camp", "trip")
COST, GAIN = np.array([0.0, 10, 20, 30, 25]), np.array([0.0, 1, 4, 5, 2])
"""The class lifts 4 for 20 (5 each). The flyer's 1 costs 10, twice what a fourth of the class costs; the trip
lifts fewer than the class for more; the camp lifts one more than the class for 10 more."""


def spread(cost=COST, gain=GAIN, pairs=12, luck=0.02) -> Designs:
    """Pairs around those means, exactly centred on them."""
    noise = np.random.default_rng(1).normal(0, luck, (2, pairs, len(cost)))
    noise -= noise.mean(axis=1, keepdims=True)
    return Designs(LABELS[:len(cost)], np.where(cost > 0, cost + noise[0], 0),
                   np.where(cost > 0, gain + noise[1], 0))


# -- frontier ----------------------------------------------------------------------------------
def test_a_frontier_worked_by_hand():
    table = frontier_table(spread()).set_index("scenario")
    assert table["status"].to_dict() == {"none": "frontier", "class": "frontier", "camp": "frontier",
                                         "trip": "dominated", "flyer": "extendedly dominated"}
    assert table.loc["class", "price"] == pytest.approx(5) and table.loc["class", "over"] == "none"
    assert table.loc["camp", "price"] == pytest.approx(10) and table.loc["camp", "over"] == "class"
    assert np.isnan(table.loc["none", "price"]) and table.loc["none", "over"] == ""
    assert table.loc["trip", "beaten_by"] == "class"
    assert tuple(table.loc["flyer", ["beaten_by", "and_by"]]) == ("none", "class")
    assert table["on_frontier"].to_dict() == pytest.approx(
        {"none": 1, "class": 1, "camp": 1, "trip": 0, "flyer": 0})
    assert (table.loc["camp", "low"] < 10 < table.loc["camp", "high"])


def test_a_design_may_be_dominated_by_one_that_is_no_best_buy_itself():
    held = spread(np.array([0.0, 60, 100, 65]), np.array([0.0, 50, 100, 48]))
    table = frontier_table(held).set_index("scenario")
    assert table["status"].to_dict() == {"none": "frontier", "flyer": "extendedly dominated",
                                         "class": "frontier", "camp": "dominated"}
    assert table.loc["camp", "beaten_by"] == "flyer"


def test_a_design_that_saves_money_and_lifts_more_dominates_doing_nothing():
    held = Designs(LABELS[:2], np.tile([0.0, -5], (4, 1)), np.tile([0.0, 3], (4, 1)))
    table = frontier_table(held).set_index("scenario")
    assert table["status"].to_dict() == {"none": "dominated", "flyer": "frontier"}


def test_the_frontier_is_what_is_best_at_some_worth():
    """Against its meaning: 300 random sets of designs, each searched over a fine grid of worths."""
    luck = np.random.default_rng(9)
    for _ in range(300):
        cost, gain = (np.append(0.0, luck.uniform(-0.2, 1, 6)) for _ in range(2))
        worths = np.append(np.tan(np.linspace(0, np.pi / 2, 4000)[:-1]), 1e9)
        best = set(np.argmax(worths[:, None] * gain - cost, axis=1))
        on = set(np.flatnonzero(steps(cost, gain).on))
        assert best <= on
        for i in on - best:     # an interval of worths too short for the grid
            prices = np.sort(steps(cost, gain).price[sorted(on)])
            assert np.nanmin(np.diff(prices)) < 0.01 * (1 + np.nanmax(prices))


def test_steps_of_many_draws_at_once_are_those_of_each():
    luck = np.random.default_rng(3)
    cost, gain = luck.uniform(0, 1, (2, 50, 5))
    together = steps(cost, gain)
    for place in range(50):
        alone = steps(cost[place], gain[place])
        for ours, theirs in zip(alone, together):
            np.testing.assert_array_equal(ours, theirs[place])


# -- ranking -----------------------------------------------------------------------------------
def test_the_ranking_is_by_what_a_billion_buys():
    table = ranking_table(spread()).set_index("scenario")
    assert list(table.index) == ["class", "camp", "flyer", "trip"]          # 4/20, 5/30, 1/10, 2/25
    assert table["rank"].tolist() == [1, 2, 3, 4]
    assert table.loc["camp", "per_billion"] == pytest.approx(1e9 / 6)
    assert table.loc["camp", "cost_per_unit"] == pytest.approx(6)
    assert not table["tied"].any() and table.loc["class", "first_share"] == 1


def test_twins_are_tied_and_the_rest_are_not():
    held = spread(np.array([0.0, 20, 20, 20]), np.array([0.0, 4, 4.001, 2]), luck=0.3)
    table = ranking_table(held).set_index("scenario")
    assert list(table.index) == ["class", "flyer", "camp"]
    assert table["tied"].to_dict() == {"class": False, "flyer": True, "camp": False}
    assert 0.2 < table.loc["class", "first_share"] < 0.8


def test_equal_designs_are_seldom_told_apart():
    """Five designs of equal yield in 200 samples of 25 pairs: some design is told from the first in at most
    5 % of them, give or take three standard errors."""
    luck, told, designed = np.random.default_rng(6), 0, np.array([0.0, 1, 1, 1, 1, 1])
    for _ in range(200):
        gain = luck.normal(5, 2, (25, 6)) * designed
        table = ranking_table(Designs((*LABELS, "walk"), np.tile(20 * designed, (25, 1)), gain))
        told += not table["tied"][1:].all()
    assert told / 200 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_design_that_lifts_nobody_comes_last_and_has_no_price():
    table = ranking_table(spread(np.array([0.0, 10, 20]), np.array([0.0, -0.5, 1]))).set_index("scenario")
    assert list(table.index) == ["class", "flyer"] and np.isnan(table.loc["flyer", "cost_per_unit"])
    assert table.loc["flyer", "per_billion"] < 0


# -- acceptability -----------------------------------------------------------------------------
def test_what_is_best_turns_at_the_prices_of_the_frontier():
    table = acceptability_table(spread(), [0.0, 4.9, 5.1, 9.9, 10.1, 1000.0])
    best = table[table["best"]].set_index("worth")["scenario"]
    assert best.to_dict() == {0.0: "none", 4.9: "none", 5.1: "class", 9.9: "class", 10.1: "camp",
                              1000.0: "camp"}
    assert np.allclose(table.groupby("worth")[["probability", "cities"]].sum(), 1)
    assert (table["regret"] >= 0).all()
    assert table[(table["worth"] == 1000) & table["best"]]["regret"].tolist() == [0]


def test_more_luck_makes_the_choice_less_sure():
    """Between two designs 0.05 apart in net benefit: sure in one, a toss-up in the other."""
    chances = {}
    for luck in (0.01, 1.0):
        held = spread(np.array([0.0, 20, 20]), np.array([0.0, 4, 4.05]), luck=luck)
        table = acceptability_table(held, [10.0])
        chances[luck] = table.set_index("scenario").loc["class"]
    assert chances[0.01]["probability"] > 0.99 and 0.4 < chances[1.0]["probability"] < 0.9
    assert chances[1.0]["regret"] > 0 and chances[1.0]["cities"] < chances[1.0]["probability"]


# -- break-even --------------------------------------------------------------------------------
def test_what_a_gain_may_cost():
    allowed = allowed_cost(np.array([100.0, 100, 100]), np.array([2.0, 0, 2]), np.array([6.0, 6, -1]))
    assert allowed.tolist() == [300, np.inf, 0]         # 50 each for 6; no limit; nothing gained


def factors(tables):
    """The table of break-even factors of the better design."""
    return break_even_table(Accounts.of(*tables), "usual", "nothing", "lifted", 24)


def test_break_even_worked_by_hand(tables):
    """Usual lifts 3 for 12 m, 4 m each. Better lifts 10 for 14 m, and could cost 40 m: 40/14 times as much in
    all, or 30 m instead of 4 m for training, or 36 m instead of 10 m for the grant."""
    table = factors(tables).set_index("item")
    assert table["estimate"].to_dict() == pytest.approx({"all": 40 / 14, "grant": 3.6, "training": 7.5})
    assert table["spent"].to_dict() == pytest.approx({"all": 14e6, "grant": 10e6, "training": 4e6})
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()


def test_at_the_break_even_factor_the_advantage_is_gone(of_worlds):
    dearer = {(1, "grant", "centre"): 10e6, (1, "training", "local"): np.array([2e6, 4e6, 6e6]) * 7.5}
    table = factors(of_worlds(better={"paid": dearer}))
    assert table["estimate"].tolist() == pytest.approx([1, 1, 1])


def test_one_pair_gives_a_factor_but_no_interval(tables):
    accounts = Accounts.of(*tables, seeds=[3])
    table = break_even_table(accounts, "usual", "nothing", "lifted", 24).set_index("item")
    assert table.loc["all", "estimate"] == pytest.approx(12 * 3 / 16)       # 12 at 3 m each, for 16 m
    assert table[["low", "high"]].isna().all(axis=None)


def test_no_unit_cost_is_too_high_against_a_baseline_that_lifts_nobody(of_worlds):
    idle = factors(of_worlds(usual={"escaped": [10, 10, 10]}))
    assert np.isinf(idle[["estimate", "low", "high"]]).all(axis=None)
    unsure = factors(of_worlds(usual={"escaped": [9, 10, 12]}))
    assert np.isfinite(unsure[["estimate", "low"]]).all(axis=None) and np.isinf(unsure["high"]).all()
