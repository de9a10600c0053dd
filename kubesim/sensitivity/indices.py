"""Indices: which factors matter, by how much, how surely, and how much of it all is luck. SALib reckons."""

from __future__ import annotations

import warnings
from typing import NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.sensitivity.designs import LEVELS, load_salib, problem, salib_seed, shares_of
from kubesim.sensitivity.factors import Factor

RESAMPLES = 300
LEVEL = 0.95
"""Coverage of every interval."""
FIRST = 10
"""How many factors are called the largest."""


class Indices(NamedTuple):
    """Indices of every factor, the largest first, and what they rest on."""

    method: str                 # morris, sobol, pawn or grid
    column: str                 # by which they are ranked: mu_star, ST or median
    table: pd.DataFrame
    used: int                   # trajectories, base points or points
    lost: int                   # of them left out because a world broke


def averaged(outcomes: pd.DataFrame, headline: str) -> np.ndarray:
    """A headline at each point, the mean over seeds; NaN where a seed is missing."""
    return outcomes.groupby("point", sort=True)[headline].agg(lambda held: held.mean(skipna=False)).to_numpy()


def morris(factors: Sequence[Factor], points: pd.DataFrame, values: np.ndarray, seed: int) -> Indices:
    """Elementary effects of a Morris design, in the outcome's unit over a factor's whole span.

    ``mu_star`` (mean size), ``mu`` (mean), ``sigma`` (spread: interactions and bends), 95 % intervals
    by resampling trajectories, and ``first``: the share of resamples in which the factor is among the
    ten largest. Trajectories with a missing value are left out. Raises ScenarioError.
    """
    analyse = load_salib().analyze.morris.analyze
    size = len(factors) + 1
    blocks, lost = _whole_blocks(values, size)
    sample = points.to_numpy(float).reshape(-1, size, len(factors))[blocks]
    held = values.reshape(-1, size)[blocks]

    def measured(chosen: np.ndarray) -> dict:
        return analyse(problem(factors), sample[chosen].reshape(-1, len(factors)), held[chosen].ravel(),
                       num_resamples=2, conf_level=LEVEL, num_levels=LEVELS, seed=salib_seed(seed))

    best = measured(np.arange(len(held)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)         # one trajectory has no spread
        effects = np.array([measured(np.array([one]))["mu"] for one in range(len(held))], float)
    chosen = np.random.default_rng(seed).integers(len(held), size=(RESAMPLES, len(held)))
    stars = np.abs(effects)[chosen].mean(axis=1)
    sigmas = effects[chosen].std(axis=1, ddof=1)
    table = pd.DataFrame({"path": [factor.path for factor in factors], "mu": np.asarray(best["mu"], float),
                          "mu_star": np.asarray(best["mu_star"], float),
                          "sigma": np.asarray(best["sigma"], float), "first": _share_among_first(stars)})
    for name, resampled in (("mu_star", stars), ("sigma", sigmas)):
        table[f"{name}_low"], table[f"{name}_high"] = _interval(resampled)
    return Indices("morris", "mu_star", _ranked(table, "mu_star"), len(held), lost)


def sobol(factors: Sequence[Factor], values: np.ndarray, seed: int, alone: Sequence[str] = ()) -> Indices:
    """First and total Sobol indices of a Saltelli design with bootstrap intervals.

    ``S1``: share of the variance that a factor explains alone; ``ST``: with all its interactions.
    ``alone`` as the design was made with. Raises ScenarioError.
    """
    analyse = load_salib().analyze.sobol.analyze
    paths = shares_of(factors, alone)
    size = len(paths) + 2
    blocks, lost = _whole_blocks(values, size)
    held = values.reshape(-1, size)[blocks]
    if np.ptp(held) > 0:
        found = analyse(problem(factors, alone), held.ravel(), calc_second_order=False, num_resamples=RESAMPLES,
                        conf_level=LEVEL, seed=salib_seed(seed))
    else:                                   # nothing moves it: no variance to share out
        found = {name: np.zeros(len(paths)) for name in ("S1", "S1_conf", "ST", "ST_conf")}
    table = pd.DataFrame({"path": paths})
    for name in ("S1", "ST"):
        middle, half = np.asarray(found[name], float), np.asarray(found[f"{name}_conf"], float)
        table[name], table[f"{name}_low"], table[f"{name}_high"] = middle, middle - half, middle + half
    return Indices("sobol", "ST", _ranked(table, "ST"), len(held), lost)


def pawn(factors: Sequence[Factor], points: pd.DataFrame, values: np.ndarray, slices: int = 10,
         resamples: int = 50) -> Indices:
    """PAWN: how far holding a factor fixed moves the whole distribution, 0 to 1; any sample will do.

    ``median`` and ``maximum`` over slices of the factor's span (Pianosi & Wagener 2018); intervals of
    the median by resampling points, moved to where their middle is the median of the points themselves.
    """
    analyse = load_salib().analyze.pawn.analyze
    whole = np.isfinite(values)
    sample, held = points.to_numpy(float)[whole], values[whole]
    if not len(held):
        raise ScenarioError(say("no point has a value: nothing can be analysed"))
    luck = np.random.default_rng(0)

    def measured(chosen: np.ndarray) -> dict:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)     # of slices that a whole number leaves empty
            return analyse(problem(factors), sample[chosen], held[chosen], S=slices)

    best = measured(np.arange(len(held)))
    medians = np.array([measured(luck.integers(len(held), size=len(held)))["median"] for _ in range(resamples)])
    table = pd.DataFrame({"path": [factor.path for factor in factors], "median": best["median"],
                          "maximum": best["maximum"]})
    apart = np.median(medians, axis=0) - table["median"].to_numpy()      # points met twice make slices look apart
    table["median_low"], table["median_high"] = np.clip(_interval(medians) - apart, 0, 1)
    return Indices("pawn", "median", _ranked(table, "median"), len(held), int((~whole).sum()))


def largest_of_each(found: Sequence[Indices], count: int = FIRST) -> list[str]:
    """Paths of the largest factors of each of several headlines, each path once."""
    return list(dict.fromkeys(path for indices in found for path in indices.table["path"][:count]))


def _whole_blocks(values: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """Which blocks of a design have all their values, and how many have not."""
    if len(values) % size:
        raise ScenarioError(say("the design has {points} points, which is no multiple of {size}: it was made "
                                "for other factors", points=len(values), size=size))
    whole = np.isfinite(values.reshape(-1, size)).all(axis=1)
    if whole.sum() < 2:
        raise ScenarioError(say("only {count} parts of the design have all their values: nothing can be "
                                "analysed", count=int(whole.sum())))
    return np.flatnonzero(whole), int((~whole).sum())


def _interval(resampled: np.ndarray) -> np.ndarray:
    """Lower and upper ends over resamples, the first axis."""
    return np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)


def _share_among_first(resampled: np.ndarray) -> np.ndarray:
    """The share of resamples in which each factor is among the largest."""
    ranks = np.argsort(np.argsort(-resampled, axis=1, kind="stable"), axis=1)
    return (ranks < FIRST).mean(axis=0)


def _ranked(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.sort_values(column, ascending=False, kind="stable", ignore_index=True)
