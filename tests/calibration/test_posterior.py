"""Distances, quantiles, correlations and what is said of them, on numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare, norm

from cheap_worlds import IDLE, TIME, TRUST, Aim, by_hand

from kubesim.calibration.display import text
from kubesim.calibration.distance import FAR, Yardstick, length
from kubesim.calibration.draws import Draws, load_draws
from kubesim.calibration.proposals import ANYWHERE, Around
from kubesim.calibration.posterior import weighted_correlations, weighted_quantiles
from kubesim.errors import ScenarioError


# -- distance -----------------------------------------------------------------------------------
@pytest.mark.parametrize("aim, expected", [
    (Aim("closed", 0.3, 0.2, 0.6), 0.2), (Aim("open below", 0.0, -math.inf, 0.5), 0.5),
    (Aim("open above", 2.0, 1.0, math.inf), 1.0), (Aim("band only", math.nan, 0.05, 0.25), 0.1),
    (Aim("sign", math.nan, 0.0, math.inf), 0.0), (Aim("order", 1.0, 1.0, 1.0), 0.0),
    (Aim("published at the edge", 0.5, -math.inf, 0.5), 0.0)])
def test_the_unit_of_length_is_half_the_band_or_the_way_to_its_only_end(aim, expected):
    assert length(aim) == pytest.approx(expected)


def test_distance_is_the_mean_of_half_widths_missed():
    """0.3 + 0.4 is 2 half widths of 0.2 off; 5 is in a band of 4 to 8, 9 is half a half width above it."""
    rule = Yardstick.of([Aim("a", 0.3, 0.2, 0.6), Aim("b", math.nan, 4.0, 8.0), Aim("sign", math.nan, 0, math.inf)])
    assert rule.names == ("a", "b")
    assert rule.distance({"targets": [0.7, 5.0]}) == pytest.approx((2 + 0) / 2)
    assert rule.distance({"targets": [0.3, 9.0]}) == pytest.approx((0 + 0.5) / 2)
    assert rule.residuals([[0.1, 3.0]]).tolist() == [pytest.approx([-1.0, -0.5])]


def test_what_cannot_be_measured_is_as_far_as_what_is_far():
    rule = Yardstick.of([Aim("a", 0.0, -1.0, 1.0), Aim("b", 0.0, -1.0, 1.0)])
    assert rule.distance({"targets": [0.0, np.nan]}) == rule.distance({"targets": [0.0, 99.0]}) == FAR / 2
    assert rule.array({"b": 2.0})[1] == 2.0 and np.isnan(rule.array({"b": 2.0})[0])


# -- statistics ---------------------------------------------------------------------------------
def test_weighted_quantiles_by_hand():
    """Weights 0.2, 0.6, 0.2: middles of the cumulated weight at 0.1, 0.5 and 0.9."""
    found = weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.2, 0.6]), (0.05, 0.3, 0.5, 0.9))
    assert found == pytest.approx([1.0, 1.5, 2.0, 3.0])


def test_equal_weights_give_the_plain_correlation_and_a_weight_of_two_counts_twice():
    values = np.random.default_rng(1).normal(size=(40, 3))
    assert weighted_correlations(values, np.full(40, 1 / 40)) == pytest.approx(np.corrcoef(values.T))
    twice = np.vstack([values, values[:10]])
    share = np.where(np.arange(40) < 10, 2.0, 1.0)
    assert weighted_correlations(values, share / share.sum()) == pytest.approx(np.corrcoef(twice.T))


def test_targets_pull_against_each_other_when_one_nears_as_the_other_leaves():
    """Both are too high: as the first falls to its 1.0 the second rises further from its 0.2."""
    rising = [[1.5, 0.5], [1.4, 0.6], [1.3, 0.7], [1.2, 0.8], [1.1, 0.9]]
    found = by_hand([[0.1, 0.5]] * 5, rising, [1] * 5)
    assert found.tension()[0, 1] == pytest.approx(-1) and found.opponents() == []      # five draws: chance
    many = by_hand([[0.1, 0.5]] * 50, rising * 10, [1] * 50)
    [(one, other, held)] = many.opponents()
    assert {one, other} == {"sum", "difference"} and held == pytest.approx(-1)
    together = by_hand([[0.1, 0.5]] * 50, [[1.5, 0.9], [1.4, 0.8], [1.3, 0.7]] * 16 + [[1.1, 0.5]] * 2, [1] * 50)
    assert together.tension()[0, 1] > 0.9 and together.opponents() == []


def test_one_too_high_and_one_too_low_pull_against_each_other_when_they_rise_together():
    found = by_hand([[0.1, 0.5]] * 50, [[1.5, -0.2], [1.4, -0.3], [1.3, -0.4], [1.2, -0.5], [1.1, -0.6]] * 10,
                    [1] * 50)
    assert [pair[2] for pair in found.opponents()] == [pytest.approx(-1)]


def test_a_parameter_as_wide_as_its_prior_is_named_and_a_narrow_one_is_not():
    wide = np.linspace(0.001, 0.999, 200)
    found = by_hand(norm.ppf(np.column_stack([wide, 0.5 + 0.1 * (wide - 0.5)])), np.ones((200, 2)), np.ones(200))
    table = found.parameters().set_index("parameter")
    assert table.loc[TIME, "width"] == pytest.approx(1, abs=0.01)
    assert table.loc[TRUST, "width"] == pytest.approx(0.1, abs=0.01)
    assert found.silent() == [TIME]
    told = text(found, "By hand")
    assert f"say nothing about (posterior at least 80\u00a0% as wide as prior): {TIME}\n" in told
    assert "Missed: difference by +8.0 half widths" in told


def test_fit_is_that_of_fresh_simulations_where_there_are_some():
    found = by_hand([[0.1, 0.5]] * 2, [[1.0, 0.2], [1.2, 0.4]], [3, 1])
    assert found.fit()["mean"].tolist() == pytest.approx([1.05, 0.25]) and not found.fit()["fresh"].any()
    found.check = np.array([[0.8, np.nan], [1.0, 0.5]])
    fit = found.fit()
    assert fit["mean"].tolist() == pytest.approx([0.9, 0.5]) and fit["missed_by"].tolist() == pytest.approx([-1, 3])
    assert fit["measured"].tolist() == [1.0, 0.5] and fit["fresh"].all()


def test_effective_draws():
    assert by_hand([[0, 0]] * 4, [[1, 1]] * 4, [1] * 4).effective == pytest.approx(4)
    assert by_hand([[0, 0]] * 4, [[1, 1]] * 4, [1, 0, 0, 0]).effective == pytest.approx(1)


def test_new_draws_have_the_density_that_they_are_weighed_by():
    """The mean of prior over proposal is 1 (no quotient is above 1 / 0.15, so its standard error is below
    0.038 here; four of them are left)."""
    kept = pd.DataFrame(np.random.default_rng(4).normal([0.5, -1.0], [0.3, 0.5], (80, 2)), columns=[TIME, TRUST])
    around = Around()
    around.fit(kept, np.full(80, 1 / 80))
    np.random.seed(1)
    drawn = pd.DataFrame([dict(around.rvs_single()) for _ in range(4000)])
    prior = norm.pdf(drawn[[TIME, TRUST]].to_numpy()).prod(axis=1)
    assert np.mean(prior / around.pdf(drawn)) == pytest.approx(1, abs=0.15)
    assert around.pdf(drawn.iloc[3]) == pytest.approx(around.pdf(drawn)[3])
    assert (prior / around.pdf(drawn)).max() <= 1 / ANYWHERE + 1e-9


# -- draws --------------------------------------------------------------------------------------
def test_draws_come_by_weight():
    """Chi-squared at one fixed seed: a right sampler would fail with a chance of 0.001."""
    held = Draws(pd.DataFrame({TIME: [0.03, 0.05, 0.1], "groups.size": [5, 8, 10]}), np.array([0.5, 0.3, 0.2]))
    drawn = held.sample(6000, seed=3)
    counts = [sum(one[TIME] == value for one in drawn) for value in held.parameters[TIME]]
    assert chisquare(counts, 6000 * held.weight).pvalue > 0.001
    assert all(isinstance(one["groups.size"], int) for one in drawn[:5])
    assert {one["groups.size"] for one in drawn if one[TIME] == 0.05} == {8}
    assert held.sample(5, seed=3) == drawn[:5] or held.sample(5, seed=3) == held.sample(5, seed=3)
    with pytest.raises(ScenarioError, match="must be 1 or more"):
        held.sample(0, seed=1)


def test_what_holds_no_posterior_is_refused(tmp_path):
    other = tmp_path / "other.parquet"
    pd.DataFrame({"weight": [1.0], IDLE: [0.1]}).to_parquet(other)
    with pytest.raises(ScenarioError, match="holds no posterior"):
        load_draws(other)
    other.write_bytes(b"PAR1 no more")
    with pytest.raises(ScenarioError, match="is damaged"):
        load_draws(other)
    with pytest.raises(ScenarioError, match="no such file"):
        load_draws(tmp_path)
