"""A survey with weights: its indices with standard errors that know the design, and the city made of it.

Errors are by Taylor linearisation over first-stage clusters within strata, drawn with replacement (Wolter
2007, Introduction to Variance Estimation, ch. 6; for the Gini index Kovacevic & Binder 1997, Journal of
Official Statistics 13, eq. 3.5).
"""

from __future__ import annotations

from typing import Mapping, NamedTuple

import numpy as np

from kubesim.language import say
from kubesim.people.roll import Roll

DECILES = tuple(np.arange(1, 10) / 10)


class Estimate(NamedTuple):
    """A number that a file gives for its people; ``error`` is NaN where nothing is known of it."""

    value: float
    error: float


class Design(NamedTuple):
    """How the households of a file were chosen; every array has one entry a household. Households that
    are all there are have no cluster: nothing about them is uncertain."""

    weight: np.ndarray              # households that it stands for
    cluster: np.ndarray | None = None       # code, -1 for a cluster of its own
    stratum: np.ndarray | None = None       # code, -1 for the one stratum of all that name none

    def error(self, scores: np.ndarray) -> float:
        """Standard error of a statistic from its linearised scores, weight included.

        A stratum with a single cluster is centred on the mean of all clusters, as ``lonely.psu =
        "adjust"`` of R's survey package does; NaN when there is one cluster only, or none.
        """
        if self.cluster is None:
            return np.nan
        strata, totals = self._totals(scores)
        if len(totals) < 2:
            return np.nan
        counts = np.bincount(strata)[strata]
        means = (np.bincount(strata, totals) / np.bincount(strata))[strata]
        centre = np.where(counts > 1, means, totals.mean())
        factor = np.where(counts > 1, counts / np.maximum(counts - 1, 1), 1.0)
        return float(np.sqrt((factor * (totals - centre)**2).sum()))

    @property
    def lonely(self) -> int:
        """Strata that hold a single cluster."""
        strata, totals = self._totals(np.zeros(len(self.weight)))
        return int((np.bincount(strata) == 1).sum())

    def part(self, rows: np.ndarray) -> "Design":
        """The design of some of the households."""
        if self.cluster is None:
            return Design(self.weight[rows])
        return Design(self.weight[rows], self.cluster[rows], self.stratum[rows])

    def _totals(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The stratum of each cluster, counted from 0, and the sum of its scores."""
        alone = self.cluster < 0
        cluster = np.where(alone, self.cluster.max(initial=-1) + 1 + np.arange(len(alone)), self.cluster)
        pairs, place = np.unique(np.stack([self.stratum, cluster]), axis=1, return_inverse=True)
        strata = np.unique(pairs[0], return_inverse=True)[1]
        return strata, np.bincount(place.ravel(), scores, pairs.shape[1])


def indices(standard: np.ndarray, persons: np.ndarray, design: Design) -> Mapping[str, Estimate]:
    """Size of families (of households) and of persons the poverty indices, mean, Gini and deciles.

    ``standard`` is consumption per person in poverty lines, above 0 and known, as persons are.
    """
    heads = design.weight * persons
    short = np.maximum(1 - standard, 0)
    found = {"family_size": _mean(persons, design.weight, design),
             "poverty_rate": _mean((standard < 1).astype(float), heads, design),
             "poverty_gap": _mean(short, heads, design),
             "poverty_severity": _mean(short**2, heads, design),
             "spending": _mean(standard, heads, design),
             "gini": _gini(standard, heads, design)}
    for part in DECILES:
        found[f"decile_{round(10 * part)}"] = _quantile(standard, heads, part, design)
    return found


def quantile(values: np.ndarray, weight: np.ndarray, part: float) -> float:
    """The value below which a part of the weight lies, the first whose half-way point is not below."""
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2
    return float(np.interp(part * weight.sum(), middle, values[order]))


def gini(values: np.ndarray, weight: np.ndarray) -> float:
    """Gini index of weighted values."""
    return float(2 * (weight * values * _rank(values, weight)[0]).sum() / (weight * values).sum() - 1)


def systematic(weight: np.ndarray, wanted: int, start: float) -> np.ndarray:
    """How often each record is taken when ``wanted`` are drawn in its order, in proportion to weight.

    Systematic: a comb of ``wanted`` equal steps over the summed weights, shifted by ``start`` (0 to 1,
    the only luck). Each record is taken floor(wanted w / W) or one more times (Madow 1949, Annals of
    Mathematical Statistics 20:333), and any run of records floor or one more times its due as well.
    """
    reached = np.cumsum(weight) / weight.sum() * wanted
    reached[-1] = wanted                                # whatever the sum's rounding
    return np.diff(np.floor(reached - start + 1), prepend=np.floor(1 - start)).astype(int)


def usable(roll: Roll) -> np.ndarray:
    """Rows of a survey that can stand for people: weight above 0, persons and spending known, and in one of
    the scenario's districts where the survey tells of any."""
    placed = (roll.district >= 0) | (not by_district(roll))
    return np.flatnonzero((roll.weight > 0) & (roll.persons >= 1) & (roll.spending > 0) & placed)


def by_district(roll: Roll) -> bool:
    """Whether a file tells in which of the scenario's districts its households live."""
    return bool((roll.district >= 0).any())


def design_of(roll: Roll) -> Design:
    """How the households of a file were chosen."""
    return Design(roll.weight, roll.cluster, roll.stratum)


def design_notes(roll: Roll) -> list[str]:
    """What a reader must know of the standard errors of a survey, a line each."""
    rows = usable(roll)
    notes, design = [], design_of(roll).part(rows)
    if len(rows) < len(roll):
        notes.append(say("{count} of {all} rows are left out: without persons, spending or weight",
                         count=len(roll) - len(rows), all=len(roll)))
    if (design.cluster < 0).all():
        notes.append(say("no cluster is named: standard errors take each household as drawn by itself, "
                         "which makes them too small where the survey went to chosen villages"))
    if (design.stratum < 0).all():
        notes.append(say("no stratum is named: standard errors are for one stratum, at most too large"))
    elif design.lonely:
        notes.append(say("{count} strata hold a single cluster; it is compared with the mean of all clusters",
                         count=design.lonely))
    return notes


def _mean(values: np.ndarray, weight: np.ndarray, design: Design) -> Estimate:
    total = weight.sum()
    mean = (weight * values).sum() / total
    return Estimate(float(mean), design.error(weight * (values - mean) / total))


def _gini(values: np.ndarray, weight: np.ndarray, design: Design) -> Estimate:
    index, total = gini(values, weight), weight.sum()
    mean = (weight * values).sum() / total
    rank, above = _rank(values, weight)
    scores = 2 / (total * mean) * ((rank - (index + 1) / 2) * values + above / total - mean / 2 * (index + 1))
    return Estimate(index, design.error(weight * scores))


def _quantile(values: np.ndarray, weight: np.ndarray, part: float, design: Design) -> Estimate:
    """A quantile, its error from the errors of the share below it (Woodruff 1952, JASA 47:635)."""
    at = quantile(values, weight, part)
    below = _mean((values < at).astype(float), weight, design).error
    if np.isnan(below):
        return Estimate(at, np.nan)
    low, high = (quantile(values, weight, min(max(part + side * below, 0), 1)) for side in (-2, 2))
    return Estimate(at, (high - low) / 4)


def _rank(values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the weight below each value, and the weighted sum of values above; ties count half."""
    _, place = np.unique(values, return_inverse=True)
    held, sums = np.bincount(place, weight), np.bincount(place, weight * values)
    below = np.cumsum(held) - held / 2
    above = sums.sum() - np.cumsum(sums) + sums / 2
    return below[place] / weight.sum(), above[place]
