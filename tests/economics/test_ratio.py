"""Fieller's interval of a ratio of means: worked by hand, against its definition, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from kubesim.comparing.statistics import mean_difference
from kubesim.economics.ratio import (ANYTHING, AT_LEAST, BOUNDED, HOLE, UNDEFINED, bootstrap_check, fieller,
                                     resamples)


def test_an_interval_worked_by_hand():
    """Means 12 and 3, variances 8/3 and 2/3, covariance 4/3, 4 pairs, t = 3.182446, t^2 = 10.127965:

    a = 9 - t^2/6 = 7.312006, b = 36 - t^2/3 = 32.624012, c = 144 - 2 t^2/3 = 137.248023, and
    the ends are (b -+ sqrt(b^2 - a c)) / a = (32.624012 -+ 7.795370) / 7.312006.
    """
    found = fieller(np.array([10.0, 12, 14, 12]), np.array([2.0, 3, 4, 3]))
    assert found.form == BOUNDED
    np.testing.assert_allclose([found.estimate, found.low, found.high], [4, 3.395599, 5.527810], rtol=1e-6)


def test_a_known_cost_is_divided_by_the_ends_of_the_gain():
    gained = np.array([4.0, 6, 5, 7, 8])
    mean = mean_difference(gained)
    found = fieller(np.full(5, 100.0), gained)
    np.testing.assert_allclose([found.low, found.high], [100 / mean.high, 100 / mean.low])


def test_a_gain_that_may_be_none_leaves_the_price_without_an_upper_end():
    """The mean gain of 1 lies between -1.484 and 3.484, so a sure cost of 100 is 100 / 3.484 or more for
    each, or 100 / 1.484 or more for each one fewer."""
    found = fieller(np.full(3, 100.0), np.array([0.0, 1, 2]))
    assert found.form == AT_LEAST
    np.testing.assert_allclose([found.estimate, found.low, found.high], [100, 28.701, -67.373], rtol=1e-4)
    assert found.low > 0 > found.high


def test_what_nothing_can_be_said_of():
    nobody = fieller(np.full(4, 100.0), np.zeros(4))
    one = fieller(np.array([100.0]), np.array([5.0]))
    assert nobody.form == UNDEFINED and np.isnan([nobody.estimate, nobody.low, nobody.high]).all()
    assert one.form == UNDEFINED and one.estimate == 20 and np.isnan(one.low)
    noise = fieller(np.array([-3.0, 1, 2, 1]), np.array([1.0, 3, -2, -1]))
    assert noise.form == ANYTHING and (noise.low, noise.high) == (-np.inf, np.inf)


def contained(found, ratio: float) -> np.ndarray:
    """Whether a ratio is in the set that an interval stands for."""
    within = (found.low <= ratio) & (ratio <= found.high)
    outside = (ratio >= found.low) | (ratio <= found.high)
    return np.where(np.isin(found.form, [AT_LEAST, HOLE]), outside, within)


def test_a_ratio_is_in_it_where_the_t_test_does_not_deny_it():
    """All forms, against the definition: samples and ratios of both signs, Bonferroni and Stein too."""
    luck = np.random.default_rng(5)
    x = luck.normal(luck.normal(0, 2, 3000), 2, (6, 3000))
    y = 0.5 * x + luck.normal(luck.normal(0, 2, 3000), 1.5, (6, 3000))
    for first, comparisons in ((None, 1), (None, 4), (4, 1)):
        found = fieller(x, y, first, comparisons)
        for ratio in (-20.0, -2.0, -0.3, 0.0, 0.4, 1.0, 3.0, 50.0):
            tested = mean_difference(x - ratio * y, first, comparisons)
            np.testing.assert_array_equal(contained(found, ratio), (tested.low <= 0) & (tested.high >= 0))
        assert set(found.form) == {BOUNDED, AT_LEAST, HOLE, ANYTHING}


def test_money_is_as_fine_as_any_other_unit():
    """With Stein's two stages too, a ratio in a far smaller unit is the same ratio."""
    luck = np.random.default_rng(4)
    x, y = luck.normal(3, 0.1, (10, 200)), luck.normal(2, luck.uniform(0.01, 3, 200), (10, 200))
    for first in (None, 4):
        coarse, fine = fieller(x, y, first), fieller(1e18 * x, y, first)
        np.testing.assert_array_equal(coarse.form, fine.form)
        np.testing.assert_allclose(fine.low, 1e18 * coarse.low)
        np.testing.assert_allclose(fine.high, 1e18 * coarse.high)


def test_the_bootstrap_agrees_where_the_denominator_is_sure():
    luck = np.random.default_rng(8)
    gained = luck.normal(30, 8, 60)
    spent = 5 * gained + luck.normal(400, 30, 60)
    found, check = fieller(spent, gained), bootstrap_check(spent, gained)
    assert check.turned == 0
    assert abs(check.low - found.low) < 0.1 * (found.high - found.low)
    assert abs(check.high - found.high) < 0.1 * (found.high - found.low)


def test_the_bootstrap_sees_a_denominator_that_turns():
    check = bootstrap_check(np.full(3, 100.0), np.array([-1.0, 1, 2]))
    turned = (resamples(3) @ np.array([-1.0, 1, 2]) <= 0).mean()
    assert check.turned == pytest.approx(turned) and 0.1 < turned < 0.5
    assert check.high == np.inf and check.low == pytest.approx(50)       # all three the pair that gains 2


@pytest.mark.slow
@pytest.mark.parametrize("distance", [0.0, 0.5, 2.0, 10.0])
@pytest.mark.parametrize("pairs", [5, 30])
def test_it_covers_as_it_says_however_near_zero_the_denominator_is(pairs, distance):
    """200,000 samples of correlated normal pairs whose mean gain is ``distance`` standard errors from 0.
    Coverage is exactly 95 %; the band is four binomial standard errors, passed by chance 1 time in 16,000."""
    samples = 200_000
    luck = np.random.default_rng(pairs)
    gained = luck.normal(distance / np.sqrt(pairs), 1, (pairs, samples))
    spent = 3 + 0.6 * (gained - distance / np.sqrt(pairs)) + 0.8 * luck.normal(0, 1, (pairs, samples))
    found = fieller(spent, gained)
    if distance:
        covered = contained(found, 3 * np.sqrt(pairs) / distance).mean()
    else:       # the ratio is infinite: covered where the interval runs through infinity
        covered = (found.form != BOUNDED).mean()
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / samples)


def test_it_covers_with_a_number_of_pairs_chosen_by_looking():
    """Stein: the first 6 pairs say how many are run, up to 30; at least 95 % less four standard errors."""
    samples, luck = 20_000, np.random.default_rng(2)
    gained = luck.normal(1, 1, (30, samples))
    spent = 2 + luck.normal(0, 1, (30, samples)) - 0.5 * (gained - 1)
    spread = gained[:6].std(axis=0, ddof=1)
    needed = np.clip(np.ceil((spread * stdtrit(5, 0.975) / 0.5) ** 2), 6, 30).astype(int)
    covered = 0
    for pairs in range(6, 31):
        chosen = needed == pairs
        covered += contained(fieller(spent[:pairs, chosen], gained[:pairs, chosen], 6), 2.0).sum()
    assert covered / samples > 0.95 - 4 * np.sqrt(0.95 * 0.05 / samples)


def test_it_covers_for_counts_of_households():
    """50 pairs whose gains are small skewed counts (Poisson, mean 1.2, less 0.5): within 1 point of 95 %."""
    samples, luck = 20_000, np.random.default_rng(3)
    gained = luck.poisson(1.2, (50, samples)) - luck.poisson(0.5, (50, samples))
    covered = contained(fieller(np.full((50, samples), 7.0), gained.astype(float)), 10.0).mean()
    assert abs(covered - 0.95) < 0.01
