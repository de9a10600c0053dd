"""How sure a ratio of two means is, its denominator near zero included.

Numerators and denominators are paired differences, one entry a pair along the first axis.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from kubesim.comparing.statistics import BOOTSTRAP_SEED, LEVEL, RESAMPLES

BOUNDED = "bounded"
AT_LEAST = "at_least"
HOLE = "hole"
ANYTHING = "anything"
UNDEFINED = "undefined"
NO_TURN = 1e-12
"""Smaller angles are rounding."""


class Ratio(NamedTuple):
    """A ratio of means and the values that its numbers do not exclude; arrays of one shape.

    ``form`` says how to read ``low`` and ``high``:

    ========== =========================================================================
    bounded    from ``low`` to ``high``
    at_least   the denominator may be 0 but the numerator is not: ``low`` or more, without an
               end, if the two have one sign; ``high`` (a negative number) or less if not
    hole       both may be 0: ``low`` or more, or ``high`` or less; only what lies between,
               where ``high`` < ``low``, is excluded
    anything   both may be 0: no value at all is excluded
    undefined  fewer than two pairs, or a denominator of 0 in every pair
    ========== =========================================================================

    So ``low`` > ``high`` says that the interval runs upwards through infinity.
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    form: np.ndarray


def fieller(numerator: np.ndarray, denominator: np.ndarray, first: int | None = None,
            comparisons: int = 1) -> Ratio:
    """A ratio of means with Fieller's interval (Fieller 1954, JRSS B 16:175-185; for costs and
    effects Willan & O'Brien 1996, Health Economics 5:297-305).

    A ratio r is in it where the t interval of the mean of numerator - r denominator includes 0. So
    its coverage does not hang on the denominator being far from 0. ``first`` and ``comparisons`` are
    those of ``mean_difference``.
    """
    pairs = len(numerator)
    above, below = numerator.mean(axis=0), denominator.mean(axis=0)
    looked_at = pairs if first is None else min(first, pairs)
    freedom = looked_at - 1.0
    defined = (freedom > 0) & np.isfinite(above) & np.isfinite(below) & (denominator != 0).any(axis=0)
    square = stdtrit(max(freedom, 1.0), 1 - (1 - LEVEL) / 2 / comparisons) ** 2 / pairs
    low, high = _arc(numerator, denominator, square, pairs)
    if looked_at < pairs:
        early = _arc(numerator, denominator, square, looked_at)
        low, high = _both(numerator, denominator, (low, high), early)
    form = np.select([np.isneginf(low) & np.isposinf(high), low <= high, (high < 0) & (low > 0)],
                     [ANYTHING, BOUNDED, AT_LEAST], HOLE).astype(object)
    return Ratio(_quotient(above, below), np.where(defined, low, np.nan), np.where(defined, high, np.nan),
                 np.where(defined, form, UNDEFINED))


def _arc(numerator: np.ndarray, denominator: np.ndarray, square: float,
         first: int) -> tuple[np.ndarray, np.ndarray]:
    """Fieller's interval, upwards from its first to its second end, with the spread of the ``first`` pairs.

    It is where a r^2 - 2 b r + c <= 0. ``square``: the square of t over the number of pairs.
    """
    above, below = numerator.mean(axis=0), denominator.mean(axis=0)
    x, y = (values[:first] - values[:first].mean(axis=0) for values in (numerator, denominator))
    scale = square / max(first - 1, 1)
    a = below**2 - scale * (y * y).sum(axis=0)
    b = above * below - scale * (x * y).sum(axis=0)
    c = above**2 - scale * (x * x).sum(axis=0)
    inside = b * b - a * c
    far = b + np.where(b < 0, -1, 1) * np.sqrt(np.maximum(inside, 0))       # adds up, never cancels
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = far / a, np.where(far == 0, 0.0, c / far)
    least, most, everything = np.minimum(one, other), np.maximum(one, other), (a <= 0) & (inside <= 0)
    return (np.where(everything, -np.inf, np.where(a < 0, most, least)),
            np.where(everything, np.inf, np.where(a < 0, least, most)))


def _both(numerator: np.ndarray, denominator: np.ndarray, one: tuple[np.ndarray, np.ndarray],
          other: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All that is in either of two intervals. Both hold the ratio of the means, so on the circle of ratios,
    which closes at infinity, they make one: from the end that is farther below it to the one that is
    farther above it; unless these have passed each other, and nothing is left out."""
    size = np.abs(_quotient(np.abs(numerator).sum(axis=0), np.abs(denominator).sum(axis=0)))
    size = np.where(size > 0, size, 1.0)                # so that angles are not all near a right one
    middle = np.arctan2(numerator.mean(axis=0) / size, denominator.mean(axis=0))
    ways = [(_turn(middle - np.arctan(low / size)), _turn(np.arctan(high / size) - middle))
            for low, high in (one, other)]
    low, high = (np.where(ways[0][end] >= ways[1][end], one[end], other[end]) for end in (0, 1))
    whole = np.maximum(ways[0][0], ways[1][0]) + np.maximum(ways[0][1], ways[1][1]) >= np.pi - NO_TURN
    whole |= np.isneginf(one[0]) | np.isneginf(other[0])
    return np.where(whole, -np.inf, low), np.where(whole, np.inf, high)


def _turn(angle: np.ndarray) -> np.ndarray:
    """An angle between ratios, 0 to pi, as a ratio is the same after half a turn."""
    turned = angle % np.pi
    return np.where(turned > np.pi - NO_TURN, 0.0, turned)


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    return np.divide(above, below, out=np.full(shape, np.nan), where=np.asarray(below) != 0)


@cache
def resamples(pairs: int) -> np.ndarray:
    """Weights of whole pairs drawn anew, shape (resamples, pairs), each row adding to 1; the draw
    has a fixed seed."""
    luck = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
    weights = luck.multinomial(pairs, np.full(pairs, 1 / pairs), RESAMPLES) / pairs
    weights.flags.writeable = False
    return weights


class Check(NamedTuple):
    """A ratio's percentile interval from resampled pairs, and how often its denominator turned."""

    low: np.ndarray
    high: np.ndarray
    turned: np.ndarray          # share of resamples in which the denominator is 0 or of the other sign


def bootstrap_check(numerator: np.ndarray, denominator: np.ndarray) -> Check:
    """Fieller's interval seen from elsewhere, without normality.

    Where the denominator turns, the ratio counts as beyond every bound, on the estimate's side.
    """
    weights = resamples(len(numerator))
    above, below = (np.tensordot(weights, values, axes=1) for values in (numerator, denominator))
    whole = denominator.mean(axis=0)
    kept = below * np.sign(whole) > 0
    side = np.where(numerator.mean(axis=0) * whole < 0, -np.inf, np.inf)
    tail = (1 - LEVEL) / 2
    ends = [round(part * (RESAMPLES - 1)) for part in (tail, 1 - tail)]
    low, high = np.partition(np.where(kept, above / np.where(kept, below, 1.0), side), ends, axis=0)[ends]
    unknown = (whole == 0) | ~np.isfinite(whole) | (len(numerator) < 2)
    return Check(np.where(unknown, np.nan, low), np.where(unknown, np.nan, high), 1 - kept.mean(axis=0))
