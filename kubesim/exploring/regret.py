"""Robustness of designs over worlds that nobody can choose: regret and satisficing."""

from __future__ import annotations

from typing import NamedTuple, Sequence

import numpy as np
import pandas as pd

RESAMPLES = 1000
LEVEL = 0.95
PERCENTILE = 0.9
"""Of the worlds, at which regret is told besides its mean and its largest."""
MEASURES = ("mean", "regret_mean", "regret_high", "regret_most", "satisfied", "best")


class Robustness(NamedTuple):
    """Designs held against each other in the same worlds.

    ``table`` has a row a design: mean answer, mean regret, regret at the 90th percentile of worlds, largest
    regret, share of worlds that meet the criterion (domain criterion of Starr 1963), share in which the
    design is the best; each with a 95 % interval over worlds (``_low``, ``_high``). ``regret`` is (worlds,
    designs), in the answer's unit: how much better the best design of that world does (Savage 1951).
    """

    table: pd.DataFrame
    regret: np.ndarray
    lost: int                   # worlds in which a design lacks a run
    by_luck: bool = False       # worlds are seeds: nothing but luck differs between them


def robustness(names: Sequence[str], values: np.ndarray, satisfied: np.ndarray, less_is_better: bool,
               seed: int = 1) -> Robustness:
    """Measures of designs from their values in each world, (worlds, designs); worlds with a hole are left
    out whole."""
    whole = np.isfinite(values).all(axis=1) & np.isfinite(satisfied).all(axis=1)
    values, satisfied = values[whole], satisfied[whole]
    good = -values if less_is_better else values
    regret = good.max(axis=1, keepdims=True) - good
    best = (regret == 0) / np.maximum((regret == 0).sum(axis=1, keepdims=True), 1)
    told = _measured(values, regret, satisfied, best)
    worlds = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    again = np.array([_measured(values[drawn], regret[drawn], satisfied[drawn], best[drawn]) for drawn in worlds])
    low, high = np.quantile(again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    table = pd.DataFrame({"design": list(names)})
    for place, name in enumerate(MEASURES):
        table[name], table[f"{name}_low"], table[f"{name}_high"] = told[place], low[place], high[place]
    return Robustness(table.assign(worlds=len(values)), regret, int((~whole).sum()))


def _measured(values: np.ndarray, regret: np.ndarray, satisfied: np.ndarray, best: np.ndarray) -> np.ndarray:
    """MEASURES of every design, (measures, designs)."""
    return np.array([values.mean(axis=0), regret.mean(axis=0), np.quantile(regret, PERCENTILE, axis=0),
                     regret.max(axis=0), satisfied.mean(axis=0), best.mean(axis=0)])
