"""How much of what is seen is luck, and whether there are too few points to rank anything."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from kubesim.language import say
from kubesim.sensitivity.designs import OTHERS
from kubesim.sensitivity.indices import LEVEL, Indices

RESAMPLES = 1000
MOST_FACTOR = 64
"""Widths fall with the root of the points: more than so many times as many are no advice."""


class Luck(NamedTuple):
    """Where the variance of one run's effect comes from.

    ``parameters`` and ``luck`` are variances in the effect's unit squared; ``share`` is luck's part
    of both, with a 95 % interval over points. ``noise`` is the part of ``luck`` that differs from point
    to point although all have the same seeds: it is what blurs indices.
    """

    parameters: float
    luck: float
    noise: float
    share: float
    low: float
    high: float
    seeds: int
    points: int

    def swing(self, seeds: int, step: float) -> float:
        """What luck alone makes, at most, of the mean size of a change (Morris) over such a step of a span,
        between means over so many seeds: 2 sqrt(noise / (pi seeds)) / step, as of a normal difference."""
        return 2 * math.sqrt(self.noise / (math.pi * seeds)) / step

    def blur(self, seeds: int) -> float:
        """Luck's share of the variance between points that are means over so many seeds in common."""
        left = self.noise / seeds
        return left / (self.parameters + left) if self.parameters + left > 0 else 0.0


def luck_share(outcomes: pd.DataFrame, headline: str, seed: int = 1) -> Luck:
    """Luck's share of the variance: seeds as a factor of their own, crossed with points.

    The variance between seeds at a fixed point is luck; the variance between points' means, less what
    luck leaves in them, is the parameters'. Points with a missing seed are left out; it needs two
    points and two seeds, or all is NaN.
    """
    table = outcomes.pivot(index="point", columns="seed", values=headline).dropna().to_numpy()
    points, seeds = table.shape
    if points < 2 or seeds < 2:
        return Luck(*[math.nan] * 6, seeds, points)
    parameters, luck, noise = _variances(table)
    chance = np.random.default_rng(seed)
    shares = []
    for _ in range(RESAMPLES):
        again, drawn, _ = _variances(table[chance.integers(points, size=points)])
        shares.append(_part(drawn, again))
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Luck(parameters, luck, noise, _part(luck, parameters), float(low), float(high), seeds, points)


def _variances(table: np.ndarray) -> tuple[float, float, float]:
    """Variance of parameters, of luck, and of luck beyond what all points share; (points, seeds)."""
    points, seeds = table.shape
    means = table.mean(axis=1)
    left = table - means[:, None] - table.mean(axis=0) + table.mean()
    noise = float((left**2).sum() / ((points - 1) * (seeds - 1)))
    luck = float(table.var(axis=1, ddof=1).mean())
    return max(float(means.var(ddof=1)) - noise / seeds, 0.0), luck, noise


def _part(luck: float, parameters: float) -> float:
    return luck / (luck + parameters) if luck + parameters > 0 else 0.0


def too_wide(found: Indices, first: int = 3) -> str:
    """A warning with advice when intervals are too wide to tell the largest factor from the one after
    the ``first``; empty when they are not."""
    table, column = found.table[found.table["path"] != OTHERS].reset_index(drop=True), found.column
    if len(table) <= first or table[column][0] == 0 or not np.isfinite(table[f"{column}_low"]).all():
        return ""
    top, other = table.iloc[0], table.iloc[first]
    reach = (top[column] - top[f"{column}_low"]) + (other[f"{column}_high"] - other[column])
    gap = top[column] - other[column]
    if reach <= gap:
        return ""
    times = (reach / gap) ** 2 if gap > 0 else math.inf
    overlap = say("The intervals are too wide to rank by: that of the largest, {top}, overlaps with that of "
                  "number {place}, {other}.", top=top["path"], place=first + 1, other=other["path"])
    if times > MOST_FACTOR:
        return overlap + " " + say("They are too much alike to be told apart with {most} times as many "
                                   "points; treat them as equal.", most=MOST_FACTOR)
    needed = math.ceil(found.used * times)
    if found.method == "sobol":
        needed = 2 ** math.ceil(math.log2(needed))
        return overlap + " " + say("About {needed} base points instead of {used} would tell them apart.",
                                   needed=needed, used=found.used)
    if found.method == "grid":
        return overlap + " " + say("More seeds at each point would tell them apart.")
    if found.method == "morris":
        return overlap + " " + say("About {needed} trajectories instead of {used} would tell them apart.",
                                   needed=needed, used=found.used)
    return overlap + " " + say("About {needed} points instead of {used} would tell them apart.",
                               needed=needed, used=found.used)
