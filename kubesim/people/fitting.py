"""A city fitted to published margins: the model's own shape, bent as little as the numbers force.

Two steps. First the three parameters of the model's distribution of income (income everybody can
count on, mean and spread of the rest) move as little as they can towards the margins; then the
density over family size and income is calibrated to them by minimum discrimination information.
For a Gini index the spreads of the upper half and of the top move too, so that the lower tail is left to
the poverty indices and the upper one stays smooth.

Source: Deville & Saerndal 1992, JASA 87:376 (calibration with exponential distance); Guggemos &
Tille 2010, J. Stat. Plan. Inference 140:3199 (penalized calibration, for margins that cannot be met
in full).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import erfc

import numpy as np

from kubesim.people.first_month import INCOMES, SLICES, FirstMonth
from kubesim.people.margins import HALF_DIGIT
from kubesim.people.shape import MOVING, PERSONS, SCORES, Shape

CURVES = ("poverty_rate", "poverty_gap", "poverty_severity", "spending")
SOFT = {"poverty_rate": 0.001, "poverty_gap": 0.03, "poverty_severity": 0.08, "spending": 0.002,
        "family_size": 0.002}
"""Relative misfit of a margin that costs as much as half a unit of information (nat)."""
UNTOLD = {"spending": 0.05, "family_size": 0.002}
"""The same of the mean spending and family size of the first step's shape, where they are no margins (judged):
without them a low poverty gap is met cheapest by people who are all alike, and live alone."""
NEAR = {"poverty_rate": 0.02, "poverty_gap": 0.1, "poverty_severity": 0.3, "spending": 0.02, "gini": 0.01}
"""Relative misfit that is worth one of the ``MOVES`` of a parameter in the first step."""
MOVES = np.array([0.3, 0.5, 0.3, 1.5, 1.5])
"""Log changes of sure income, other income and the spreads that the first step holds for equally far."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted city: the shape, and the scores to which its own normal scores are bent.

    ``sizes`` (9,) are the scores above which a family has 2, 3, ... 10 persons; ``bent`` (10, scores)
    holds for each size the standard normal scores that stand for the ``SCORES`` of the shape.
    ``reached`` are all margins of the fitted city, ``information`` its distance from the shape, nats.
    """

    shape: Shape
    sizes: np.ndarray
    bent: np.ndarray
    reached: dict[str, float]
    information: float

    def persons(self, scores: np.ndarray) -> np.ndarray:
        """Family sizes of standard normal scores."""
        return 1.0 + np.searchsorted(self.sizes, scores)

    def income(self, persons: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Normal incomes, lines per person, given family sizes and standard normal scores."""
        straight = np.empty_like(scores)
        for size, bent in zip(PERSONS, self.bent):
            those = persons == size
            straight[those] = np.interp(scores[those], bent, SCORES)
        return self.shape.income(persons, straight)


@lru_cache(maxsize=2048)
def fit(wanted: tuple[tuple[str, float], ...], shape: Shape, month: FirstMonth) -> Fit:
    """The city nearest to ``shape`` that has the wanted margins (name, number), as far as it can.

    Money is in poverty lines. Look at ``reached`` for how near it came.
    """
    margins = dict(wanted)
    if "family_size" in margins:
        shape = shape.sized(margins["family_size"])
    if "gini" not in margins:
        return _calibrated(margins, _nearest(margins, shape, month), month)
    return _unequal(margins, shape, month)


def _unequal(margins: dict[str, float], shape: Shape, month: FirstMonth) -> Fit:
    """The calibrated city with the wanted Gini index: the first step aims as far beside it as the second
    moves it."""
    best, aim, near = None, margins["gini"], shape
    for _ in range(8):
        near = _nearest(margins | {"gini": aim}, shape, month, near)
        found = _calibrated(margins, near, month)
        off = found.reached["gini"] - margins["gini"]
        if best is None or abs(off) < abs(best.reached["gini"] - margins["gini"]):
            best = found
        if abs(off) < 3e-4:
            break
        aim = float(np.clip(aim - off, 0.02, 0.95))
    return best


# -- the first step -------------------------------------------------------------------------------
def _nearest(margins: dict[str, float], shape: Shape, month: FirstMonth,
             start: Shape | None = None) -> Shape:
    """The shape with its parameters moved near the margins: Levenberg-Marquardt, from ``start`` on."""
    names = [name for name in (*CURVES, "gini") if name in margins]
    if not names:
        return shape
    free = 5 if "gini" in names else 3
    target = np.array([max(margins[name], HALF_DIGIT) for name in names])
    near, weights = np.array([NEAR[name] for name in names]), shape.weights     # which no move changes

    def misfit(logs: np.ndarray) -> np.ndarray:
        moved = shape.moved(logs)
        reached = _moments(weights, _curves(names[:-1] if free == 5 else names, moved, month))
        if free == 5:
            reached = np.append(reached, _gini(moved, weights, month))
        return np.concatenate([np.log(np.maximum(reached, 1e-9) / target) / near, logs / MOVES[:free]])

    begin = shape if start is None else start
    logs = np.log([getattr(begin, name) / (getattr(shape, name) or 1.0) or 1.0 for name in MOVING[:free]])
    damping, now = 1e-3, misfit(logs)
    for _ in range(30):
        slopes = np.array([(misfit(logs + step) - now) / 1e-4 for step in 1e-4 * np.eye(free)]).T
        while damping < 1e6:
            move = np.linalg.solve(slopes.T @ slopes + damping * np.eye(free), -slopes.T @ now)
            trial = logs + np.clip(move, -0.5, 0.5)
            then = misfit(trial)
            if then @ then < now @ now:
                break
            damping *= 10
        else:
            break
        small = np.abs(trial - logs).max() < 1e-4
        logs, now, damping = trial, then, damping / 10
        if small:
            break
    return shape.moved(logs)


# -- the second step ------------------------------------------------------------------------------
def _calibrated(margins: dict[str, float], shape: Shape, month: FirstMonth) -> Fit:
    """The density nearest to the shape's own that has the margins but for the Gini index; mean spending and
    family size stay about the shape's own where they are no margins.

    Minimizes the dual: log of the mean of exp(sum of multipliers x moments) plus half the squares of
    the multipliers times SOFT, by Newton's method. Moments are misfits relative to what is wanted.
    """
    own = shape.weights
    heads = np.repeat(PERSONS, len(SCORES))
    untold = {"spending": float(_moments(own, _curves(("spending",), shape, month))[0]),
              "family_size": float(own @ heads)}
    soft = SOFT | {name: UNTOLD[name] for name in untold if name not in margins}
    margins = untold | margins
    names = [name for name in (*CURVES, "family_size") if name in margins]
    unit = np.array([max(margins[name], HALF_DIGIT) for name in names])
    about_money = names[:-1]
    curves = _curves(about_money, shape, month, falling=True)
    among_rich = _moments(own, _curves(about_money, shape, month) - curves)
    ratios = [heads * (curve - (margins[name] - rich))
              for name, curve, rich in zip(about_money, curves, among_rich)]
    ratios.append(heads.mean() * (heads - margins["family_size"]))
    moments = np.array(ratios).reshape(len(names), len(heads)) / (unit[:, None] * (own @ heads))
    weights = _tilted(own, moments, np.array([soft[name] for name in names]) + 0.25 * HALF_DIGIT / unit)
    return _described(shape, weights, own, month)


def _tilted(own: np.ndarray, moments: np.ndarray, soft: np.ndarray) -> np.ndarray:
    """Weights nearest to ``own`` whose mean ``moments`` (margins, nodes) vanish softly."""
    multipliers, logs = np.zeros(len(moments)), np.log(own)

    def dual(at: np.ndarray) -> tuple[float, np.ndarray]:
        tilted = logs + at @ moments
        top = tilted.max()
        weights = np.exp(tilted - top)
        total = weights.sum()
        return top + np.log(total) + 0.5 * ((soft * at) ** 2).sum(), weights / total

    value, weights = dual(multipliers)
    for _ in range(100 if len(moments) else 0):
        means = moments @ weights
        slope = means + soft**2 * multipliers
        curvature = (moments * weights) @ moments.T - np.outer(means, means) + np.diag(soft**2)
        step = -np.linalg.solve(curvature, slope)
        fall, length = slope @ step, 1.0
        while True:
            trial, then = dual(multipliers + length * step)
            if trial <= value + 1e-4 * length * fall + 1e-13 or length < 1e-8:
                break
            length /= 2
        multipliers, value, weights = multipliers + length * step, trial, then
        if -fall < 1e-12:
            break
    return weights


def _described(shape: Shape, weights: np.ndarray, own: np.ndarray, month: FirstMonth) -> Fit:
    """The fit that a density over (persons, scores) makes."""
    reached = dict(zip(CURVES, _moments(weights, _curves(CURVES, shape, month)).tolist()))
    cells = weights.reshape(len(PERSONS), -1)
    sizes = cells.sum(axis=1)
    reached["gini"] = _gini(shape, weights, month)
    reached["family_size"] = float(sizes @ PERSONS)
    information = float((weights * np.log(np.maximum(weights, 1e-300) / own)).sum())
    return Fit(shape, _as_scores(sizes[None])[0], _middles(cells), reached, max(information, 0.0))


def _as_scores(weights: np.ndarray) -> np.ndarray:
    """Standard normal scores of the borders between neighbouring weights, row by row."""
    total = weights.sum(axis=1, keepdims=True)
    below = np.cumsum(weights, axis=1)[:, :-1] / total
    above = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1][:, 1:] / total
    return np.where(below < 0.5, _scores(below), -_scores(above))


def _middles(cells: np.ndarray) -> np.ndarray:
    """Standard normal scores of the middles of the weights, row by row; empty rows stay straight."""
    filled = np.where(cells.sum(axis=1, keepdims=True) > 0, cells, np.exp(-SCORES**2 / 2))
    halves = np.repeat(filled / 2, 2, axis=1)
    return _as_scores(halves)[:, ::2]


def _scores(chance: np.ndarray) -> np.ndarray:
    """Normal quantiles of chances up to a half, read off a table of logarithms: exact to 0.00001."""
    points, logs = _quantile_table()
    return np.interp(np.log(np.clip(chance, 1e-300, 0.5)), logs, points)


@lru_cache(maxsize=1)
def _quantile_table() -> tuple[np.ndarray, np.ndarray]:
    points = np.arange(-3720, 1) / 100
    return points, np.log([erfc(-point / np.sqrt(2)) / 2 for point in points])


# -- a city as weights over (persons, scores) -----------------------------------------------------
def _curves(names: tuple[str, ...] | list[str], shape: Shape, month: FirstMonth,
            falling: bool = False) -> np.ndarray:
    """What a first month makes of each (persons, score), shape (names, nodes).

    ``falling``: poverty never rises with income. In the model it does, a little, among the very rich,
    who save hard when they own less than they aim at; the poor must not be sought among them.
    """
    places = np.clip(shape.incomes, INCOMES[0], INCOMES[-1])
    curves = [month.at(places, name, falling and name != "spending") for name in names]
    return np.array(curves).reshape(len(names), len(places))


def _moments(weights: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Means over persons."""
    heads = weights * np.repeat(PERSONS, len(SCORES))
    return curves @ heads / heads.sum()


def _gini(shape: Shape, weights: np.ndarray, month: FirstMonth) -> float:
    """Gini index of consumption per person, over persons."""
    heads = weights * np.repeat(PERSONS, len(SCORES))
    places = np.interp(np.log(shape.incomes), np.log(INCOMES), np.arange(len(INCOMES)))
    low = np.minimum(places.astype(int), len(INCOMES) - 2)
    part = places - low
    nodes = (np.bincount(low, heads * (1 - part), len(INCOMES))
             + np.bincount(low + 1, heads * part, len(INCOMES)))
    people = np.repeat(nodes / SLICES / heads.sum(), SLICES)[month.order]
    spent = month.slices.ravel()[month.order] * people
    return float(2 * (spent * (np.cumsum(people) - people / 2)).sum() / spent.sum() - 1)
