"""Which answer the model gives: the same rule for one world, for an average, and for its error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Sequence

import numpy as np

from kubesim.lessons.terms import Prediction

if TYPE_CHECKING:
    from kubesim.lessons.terms import Mechanism

FADED, HELD = 0.15, 0.8
"""A gain of which less than 15 % is left is gone; with four fifths or more it is kept."""
GROWN = 1.25


class Sureness(NamedTuple):
    """How far the average is from giving another answer, and the standard error of that."""

    margin: float
    error: float

    @property
    def errors(self) -> float:
        """The margin in standard errors."""
        return self.margin / self.error if self.error > 0 else np.inf


def scores(asked: Prediction, designs: Sequence[str], paths: np.ndarray) -> np.ndarray:
    """How well each answer fits each world; the highest is right.

    ``paths`` has shape (designs, months + 1, worlds), the result (answers, worlds). NaN: cannot be said.
    """
    if not asked.options:
        return np.empty((0, paths.shape[2]))
    if asked.kind == "best":
        return _best(asked, designs, paths)
    if asked.kind == "range":
        found = quantity(asked, designs, paths)
        ends = [(option.low if option.low is not None else -np.inf,
                 option.high if option.high is not None else np.inf) for option in asked.options]
        return np.array([np.minimum(found - low, high - found) for low, high in ends])
    drawn = curve(asked, designs, paths)
    return np.array([-np.abs(drawn - np.array(option.points)[:, None]).mean(axis=0) for option in asked.options])


def quantity(asked: Prediction, designs: Sequence[str], paths: np.ndarray) -> np.ndarray:
    """What a range is about: a gain as a share, or as a multiple of another; NaN without a gain to divide by."""
    over, month = paths[designs.index(asked.against)], asked.month
    gain = paths[designs.index(asked.design)] - over
    if not asked.is_multiple:
        return gain[month] / over[month]
    other = paths[designs.index(asked.per_design or asked.design)] - over
    below = other[asked.per_month or month]
    return np.divide(gain[month], below, out=np.full(below.shape, np.nan), where=below > 0)


def curve(asked: Prediction, designs: Sequence[str], paths: np.ndarray) -> np.ndarray:
    """The curve that answers are held against, shape (points, worlds)."""
    if asked.curve_months:
        return paths[designs.index(asked.design)][list(asked.curve_months)]
    return paths[:, asked.month]


def right(fit: np.ndarray) -> np.ndarray:
    """The place of the right answer in each world; -1 where it cannot be said."""
    if not len(fit):
        return np.full(fit.shape[1], -1)
    known = np.isfinite(fit).any(axis=0) & ~np.isnan(fit).any(axis=0)
    return np.where(known, np.argmax(np.where(np.isnan(fit), -np.inf, fit), axis=0), -1)


def sureness(asked: Prediction, designs: Sequence[str], paths: np.ndarray) -> Sureness:
    """The margin by which the answer of the average leads the next, with its jackknife error over worlds."""
    worlds = paths.shape[2]
    whole = scores(asked, designs, paths.mean(axis=2, keepdims=True))[:, 0]
    first, second = np.argsort(-whole)[:2]
    without = (paths.sum(axis=2, keepdims=True) - paths) / (worlds - 1)
    fit = scores(asked, designs, without)
    return Sureness(float(whole[first] - whole[second]), jackknife(fit[first] - fit[second]))


def jackknife(without: np.ndarray) -> float:
    """Standard error of a statistic from its values with each world left out once (Efron & Stein 1981)."""
    count = len(without)
    return float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))


class Left(NamedTuple):
    """What is left of a gain without a mechanism, as a share, and its standard error."""

    share: float
    error: float

    @property
    def word(self) -> str:
        """The word for it, as ``Mechanism.expect`` has them."""
        return word_for(self.share)


def word_for(left: float) -> str:
    """What a share of a gain that is left is called."""
    if left < FADED:
        return "gone"
    if left < HELD:
        return "weaker"
    return "kept" if left < GROWN else "stronger"


def left_of(mechanism: "Mechanism", on: np.ndarray, off: np.ndarray) -> Left:
    """How much of the average gain is left; gains have shape (months + 1, worlds)."""
    with_it, without_it = on[mechanism.month], off[mechanism.month]
    worlds = len(with_it)
    one_less = (without_it.sum() - without_it) / (with_it.sum() - with_it)
    error = jackknife(one_less) if worlds > 1 else np.nan
    return Left(float(without_it.mean() / with_it.mean()), error)


def _best(asked: Prediction, designs: Sequence[str], paths: np.ndarray) -> np.ndarray:
    ends = paths[:, asked.month] * (-1 if asked.least else 1)
    second = np.sort(ends, axis=0)[-2]
    # where nothing leads by 'within', the answer that nothing leads is ahead of the leader
    return np.array([ends[designs.index(option.design)] if option.design else second + asked.within
                     for option in asked.options])
