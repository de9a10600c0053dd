"""Intervals against numbers worked by hand and published formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kubesim.comparing.ranking import rank
from kubesim.comparing.statistics import bootstrap, holm, mean_difference


def test_t_interval_by_hand():
    """1, 2, 3, 6: mean 3, variance 14/3; t with 3 degrees of freedom is 3.1824; half 3.4375."""
    found = mean_difference(np.array([1.0, 2, 3, 6]))
    half = 3.182446305 * np.sqrt(14 / 3 / 4)
    assert found.estimate == 3 and found.pairs == 4
    assert found.low == pytest.approx(3 - half) and found.high == pytest.approx(3 + half)
    assert found.p_value == pytest.approx(stats.ttest_1samp([1.0, 2, 3, 6], 0).pvalue)


def test_pairs_without_a_value_do_not_count():
    found = mean_difference(np.array([[1.0, np.nan], [np.nan, np.nan], [3, 5.0], [2, np.nan]]))
    assert found.pairs.tolist() == [3, 1] and found.estimate.tolist() == [2, 5]
    assert np.isfinite(found.low[0]) and np.isnan(found.low[1])


@pytest.mark.parametrize("later, spread", [([2.0, 1, 3, 2, 2], 2), ([9.0, 1, 3, 2, 3], np.sqrt(52 / 7))])
def test_stein_takes_freedom_of_the_first_pairs_the_mean_of_all_and_the_larger_spread(later, spread):
    """First three: 0, 2, 4 with standard deviation 2; t with 2 degrees of freedom is 4.3027."""
    values = np.array([0.0, 2, 4, *later])
    found = mean_difference(values, first=3)
    half = 4.302652730 * spread / np.sqrt(8)
    assert found.estimate == values.mean()
    assert [found.low, found.high] == pytest.approx([values.mean() - half, values.mean() + half])


def test_several_comparisons_at_once_share_the_error():
    alone, together = (mean_difference(np.arange(10.0), comparisons=count) for count in (1, 5))
    ratio = stats.t.ppf(1 - 0.005, 9) / stats.t.ppf(1 - 0.025, 9)
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(ratio)


def test_pairs_that_all_say_the_same():
    constant, none = mean_difference(np.full(5, 2.0)), mean_difference(np.zeros(5))
    assert (constant.low, constant.high, constant.p_value) == (2, 2, 0)
    assert (none.low, none.high, none.p_value) == (0, 0, 1)


def test_holm_by_hand():
    """Sorted 0.01, 0.02, 0.04 times 3, 2, 1; a comparison that could not be made does not count."""
    assert holm(np.array([0.04, 0.01, np.nan, 0.02])).tolist()[:2] == pytest.approx([0.04, 0.03])
    assert holm(np.array([0.04, 0.01, np.nan, 0.02]))[3] == pytest.approx(0.04)
    assert np.isnan(holm(np.array([0.04, 0.01, np.nan, 0.02]))[2])
    assert holm(np.array([[0.5, 0.01], [0.6, 0.03]])).tolist() == [[1, 0.02], [1, 0.03]]


def test_bootstrap_agrees_with_scipy_on_a_skewed_ratio():
    """The same BCa interval of a ratio of means as SciPy's, up to the luck of 2,000 resamples."""
    luck = np.random.default_rng(5)
    above, below = luck.gamma(2, 1, 40), luck.gamma(6, 1, 40)
    [found] = bootstrap(lambda weights: (weights @ above) / (weights @ below), 40)
    theirs = stats.bootstrap((above, below), lambda a, b, axis: a.mean(axis) / b.mean(axis), paired=True,
                             n_resamples=20_000, method="BCa", rng=luck).confidence_interval
    assert found.estimate == pytest.approx(above.mean() / below.mean())
    assert [found.low, found.high] == pytest.approx([theirs.low, theirs.high], rel=0.02)


def test_bootstrap_gives_the_same_interval_each_time_and_wider_ones_for_more_comparisons():
    values = np.random.default_rng(1).normal(size=30)
    once, again = (bootstrap(lambda weights: weights @ values, 30, (1, 4)) for _ in range(2))
    assert (once[0].low, once[0].high) == (again[0].low, again[0].high)
    assert once[1].low < once[0].low < once[0].estimate < once[0].high < once[1].high


def test_a_ratio_whose_denominator_may_be_zero_has_no_bounds():
    lifted = np.array([3.0, -2, 1, 2, -3, 1])
    def cost(weights):
        mean = weights @ lifted
        return np.where(mean > 0, 10 / np.where(mean > 0, mean, 1), np.nan)
    [found] = bootstrap(cost, 6)
    assert np.isfinite(found.estimate) and np.isnan(found.low) and np.isnan(found.high)


# -- ranking ------------------------------------------------------------------------------------
def test_ranking_by_hand():
    luck = np.array([-1.0, 0, 1, 0, -1, 1])
    effects = {"worse": 1 + luck, "best": -5 + luck, "close": -4.9 + 3 * luck[::-1]}
    ranking = rank(effects, less_is_better=True)
    assert ranking["scenario"].tolist() == ["best", "close", "worse"]
    assert ranking["behind"].tolist() == pytest.approx([0, 0.1, 6])
    assert ranking["tied"].tolist() == [False, True, False]
    assert ranking["behind_low"][2] == pytest.approx(6)         # pair by pair the luck cancels out
    more = rank({"worse": 1 + luck, "best": 5 + luck}, less_is_better=False)
    assert more["scenario"].tolist() == ["best", "worse"] and more["behind"].tolist() == [0, 4]


def test_a_variant_without_values_comes_last():
    ranking = rank({"none": np.full(4, np.nan), "some": np.arange(4.0)}, less_is_better=False)
    assert ranking["scenario"].tolist() == ["some", "none"]
