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

    A ratio r is in it where the t-test does not deny that numerator - r denominator is 0 on
    average, that is where a r^2 - 2 b r + c <= 0. So its coverage does not hang on the denominator
    being far from 0. With ``first``, the spread is that of the first so many pairs (Stein's two
    stages, as in ``mean_difference``); ``comparisons`` intervals hold at once (Bonferroni).
    """
    pairs = len(numerator)
    above, below = numerator.mean(axis=0), denominator.mean(axis=0)
    defined = (pairs > 1) & np.isfinite(above) & np.isfinite(below) & (denominator != 0).any(axis=0)
    x, y = numerator[:first], denominator[:first]
    freedom = len(x) - 1.0
    if freedom < 1:
        nothing = np.full(np.shape(above), np.nan)
        return Ratio(_quotient(above, below), nothing, nothing, np.full(np.shape(above), UNDEFINED, object))
    square = stdtrit(freedom, 1 - (1 - LEVEL) / 2 / comparisons) ** 2 / freedom / pairs
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    a = below**2 - square * (y * y).sum(axis=0)
    b = above * below - square * (x * y).sum(axis=0)
    c = above**2 - square * (x * x).sum(axis=0)
    low, high, form = _ends(a, b, c)
    empty = ~defined
    return Ratio(_quotient(above, below), np.where(empty, np.nan, low), np.where(empty, np.nan, high),
                 np.where(empty, UNDEFINED, form))


def _ends(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a r^2 - 2 b r + c <= 0, and in which form."""
    inside = b * b - a * c
    far = b + np.where(b < 0, -1, 1) * np.sqrt(np.maximum(inside, 0))       # adds up, never cancels
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = far / a, np.where(far == 0, 0.0, c / far)
    least, most = np.minimum(one, other), np.maximum(one, other)
    everything = (a <= 0) & (inside <= 0)
    form = np.select([everything, a >= 0, c > 0], [ANYTHING, BOUNDED, AT_LEAST], HOLE).astype(object)
    wraps = (form == AT_LEAST) | (form == HOLE)
    low = np.where(everything, -np.inf, np.where(wraps, most, least))
    high = np.where(everything, np.inf, np.where(wraps, least, most))
    return low, high, form


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
