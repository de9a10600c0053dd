"""Intervals of paired differences: Student's t, Stein's two stages, the bootstrap over seeds, and
what several comparisons at once ask for.

Arrays hold one entry a pair along their first axis.
"""

from __future__ import annotations

from typing import Callable, NamedTuple, Sequence

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

LEVEL = 0.95
RESAMPLES = 2000
BOOTSTRAP_SEED = 1979
MOST_UNDEFINED = 0.01
"""Share of resamples without a value above which a statistic has no interval."""


class Estimate(NamedTuple):
    """A mean difference with its interval; NaN where there is none."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    pairs: np.ndarray           # in which both worlds have a value
    p_value: np.ndarray         # of no difference, two-sided


def mean_difference(differences: np.ndarray, first: int | None = None, comparisons: int = 1) -> Estimate:
    """Mean of differences with a t interval.

    With ``first``, the number of pairs was chosen by looking at the spread of some outcome, and the
    interval is as in ``kubesim.comparing.sequential``: t has the degrees of freedom of the first so
    many pairs, and the spread is the larger of theirs and that of all.

    ``comparisons`` widens the interval so that so many hold at once (Bonferroni).
    """
    exists = np.isfinite(differences)
    pairs = exists.sum(axis=0)
    mean = _mean(differences, exists)
    spread, freedom = _spread(differences, exists)
    if first is not None:
        first_spread, freedom = _spread(differences[:first], exists[:first])
        spread = np.maximum(first_spread, spread)
    error = spread / np.sqrt(np.where(pairs > 0, pairs, np.nan))
    half = stdtrit(freedom, 1 - (1 - LEVEL) / 2 / comparisons) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stdtr(freedom, -np.abs(mean) / error)
    p_value = np.where((error == 0) & (mean == 0), 1.0, p_value)
    return Estimate(mean, mean - half, mean + half, pairs, p_value)


def _mean(values: np.ndarray, exists: np.ndarray) -> np.ndarray:
    count = exists.sum(axis=0)
    total = np.where(exists, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _spread(values: np.ndarray, exists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation and its degrees of freedom; NaN with fewer than two values."""
    freedom = exists.sum(axis=0) - 1.0
    freedom = np.where(freedom > 0, freedom, np.nan)
    off = np.where(exists, values - _mean(values, exists), 0.0)
    return np.sqrt((off**2).sum(axis=0) / freedom), freedom


def bootstrap(statistic: Callable[[np.ndarray], np.ndarray], pairs: int,
              comparisons: Sequence[int] = (1,)) -> list[Estimate]:
    """A statistic that is no mean, with its BCa interval (Efron 1987, JASA 82:171-185) for each
    number of comparisons that are to hold at once.

    Whole pairs are drawn, so that everything in a city stays together. ``statistic`` gets weights
    of the pairs, shape (resamples, pairs), each row adding to 1, and returns a value a row. The
    draw has a fixed seed, so the same pairs give the same interval.
    """
    whole = statistic(np.full((1, pairs), 1 / pairs))[0]
    missing = np.full(whole.shape, np.nan)
    count = np.where(np.isfinite(whole), pairs, 0)
    if pairs < 2:
        return [Estimate(whole, missing, missing, count, missing)] * len(comparisons)
    luck = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
    drawn = luck.multinomial(pairs, np.full(pairs, 1 / pairs), RESAMPLES) / pairs
    values = statistic(drawn)
    undefined = ~np.isfinite(values)
    values = np.sort(np.where(undefined, np.nan, values), axis=0)       # NaN last
    held = (~undefined).sum(axis=0)
    left_out = statistic((1 - np.eye(pairs)) / (pairs - 1))
    sound = np.isfinite(whole) & np.isfinite(left_out).all(axis=0)
    sound &= undefined.mean(axis=0) <= MOST_UNDEFINED

    def end(part: float) -> np.ndarray:
        level = _bca_level(values, held, whole, left_out, part)
        return np.where(sound, _quantile(values, held, level), np.nan)

    tails = [(1 - LEVEL) / 2 / together for together in comparisons]
    return [Estimate(whole, end(tail), end(1 - tail), count, missing) for tail in tails]


def _bca_level(values: np.ndarray, held: np.ndarray, whole: np.ndarray, left_out: np.ndarray,
               part: float) -> np.ndarray:
    """The share of sorted resamples below the bound, corrected for bias and skewness."""
    below = ((values < whole).sum(axis=0) + 0.5 * (values == whole).sum(axis=0)) / np.maximum(held, 1)
    bias = ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    off = left_out.mean(axis=0) - left_out
    scale = (off**2).sum(axis=0) ** 1.5
    skew = np.divide((off**3).sum(axis=0), 6 * scale, out=np.zeros(scale.shape), where=scale > 0)
    moved = bias + ndtri(part)
    return ndtr(bias + moved / (1 - skew * moved))


def _quantile(values: np.ndarray, held: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Quantile at a level of its own for each cell, of the first ``held`` sorted values."""
    place = np.nan_to_num(level) * np.maximum(held - 1, 0)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(held - 1, 0))
    low, high = (np.take_along_axis(values, at[None], axis=0)[0] for at in (below, above))
    return low + (place - below) * (high - low)


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values adjusted for as many comparisons as the first axis is long (Holm 1979, Scandinavian
    Journal of Statistics 6:65-70): the chance that any true 'no difference' is denied stays below
    the level."""
    count = len(p_values)
    order = np.argsort(p_values, axis=0)                    # NaN last
    ranked = np.take_along_axis(p_values, order, axis=0)
    tested = np.isfinite(p_values).sum(axis=0)
    left = np.maximum(tested - np.arange(count).reshape(-1, *[1] * (p_values.ndim - 1)), 1)
    adjusted = np.minimum(np.maximum.accumulate(ranked * left, axis=0), 1.0)
    out = np.empty_like(adjusted)
    np.put_along_axis(out, order, adjusted, axis=0)
    return out
