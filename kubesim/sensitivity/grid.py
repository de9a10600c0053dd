"""Shares of variance on a full grid, where every value of one number meets every value of the others."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd

from kubesim.sensitivity.indices import LEVEL, RESAMPLES, Indices


def is_full(points: pd.DataFrame) -> bool:
    """Whether each combination of the values is there once."""
    return len(points) == np.prod([points[path].nunique() for path in points]) and not points.duplicated().any()


def grid(points: pd.DataFrame, values: np.ndarray, seed: int) -> Indices:
    """First and total shares of the variance over a full grid, all its points alike likely.

    The whole design space is seen, so that shares are exact but for luck: 95 % intervals by resampling
    seeds, none with one seed. ``values`` are (points, seeds).
    """
    paths = list(points)
    order = np.lexsort([points[path] for path in reversed(paths)])
    cube = values[order].reshape(*(points[path].nunique() for path in paths), -1)
    first, total = _shares(cube.mean(axis=-1))
    table = pd.DataFrame({"path": paths, "S1": first, "ST": total})
    seeds = cube.shape[-1]
    chance = np.random.default_rng(seed)
    again = np.array([_shares(cube[..., chance.integers(seeds, size=seeds)].mean(axis=-1))
                      for _ in range(RESAMPLES)]) if seeds > 1 else np.full((1, 2, len(paths)), np.nan)
    for place, name in enumerate(("S1", "ST")):
        table[f"{name}_low"], table[f"{name}_high"] = np.quantile(
            again[:, place], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    ranked = table.sort_values("ST", ascending=False, kind="stable", ignore_index=True)
    return Indices("grid", "ST", ranked, len(points), 0)


def _shares(cube: np.ndarray) -> tuple[Sequence[float], Sequence[float]]:
    whole, axes = cube.var(), range(cube.ndim)
    if whole == 0:
        return [0.0] * cube.ndim, [0.0] * cube.ndim
    first = [cube.mean(axis=tuple(other for other in axes if other != axis)).var() / whole for axis in axes]
    return first, [1.0 - cube.mean(axis=axis).var() / whole for axis in axes]
