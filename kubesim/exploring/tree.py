"""A regression tree (CART, by scikit-learn): rules that part high effects from low ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.exploring.boxes import Limit
from kubesim.language import say

DEPTH, LEAST_SHARE, FOLDS = 3, 0.05, 5
"""How deep a tree may go, the share of cases that a leaf must hold, parts of the cross-validation."""


class Leaf(NamedTuple):
    """A part of the cases: where it is, what is found there."""

    limits: tuple[Limit, ...]
    cases: int
    mean: float                 # of the answer
    low: float                  # 95 % of its mean over the points inside
    high: float
    hits: float                 # share of what is looked for


class Tree(NamedTuple):
    """Leaves from the lowest mean to the highest."""

    leaves: tuple[Leaf, ...]
    explained: float            # share of the variance on cases that were left out (R squared, cross-validated)


def grow(cases: pd.DataFrame, values: np.ndarray, hits: np.ndarray, seed: int = 1) -> Tree:
    """A small tree of an answer's means, pruned by what it explains of cases that it has not seen."""
    try:
        from sklearn.model_selection import KFold, cross_val_predict
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise ScenarioError(say("scenario discovery needs prim and scikit-learn: pip install "
                                "'kubesim[discovery]'")) from None
    parts = KFold(min(FOLDS, len(cases)), shuffle=True, random_state=seed)
    best, explained = None, -np.inf
    for depth in range(1, DEPTH + 1):
        tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=max(2, int(LEAST_SHARE * len(cases))),
                                     random_state=seed)
        guessed = cross_val_predict(tree, cases.to_numpy(float), values, cv=parts)
        left = ((values - guessed)**2).mean() / values.var() if values.var() > 0 else 1.0
        if 1 - left > explained:
            best, explained = tree, 1 - left
    best.fit(cases.to_numpy(float), values)
    where = best.apply(cases.to_numpy(float))
    leaves = [_leaf(_limits(best.tree_, int(leaf), list(cases)), values[where == leaf], hits[where == leaf])
              for leaf in np.unique(where)]
    return Tree(tuple(sorted(leaves, key=lambda leaf: leaf.mean)), float(explained))


def _leaf(limits: tuple[Limit, ...], values: np.ndarray, hits: np.ndarray) -> Leaf:
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    mean = float(values.mean())
    return Leaf(limits, len(values), mean, mean - half, mean + half, float(hits.mean()))


def _limits(tree, leaf: int, paths: list[str]) -> tuple[Limit, ...]:
    """The restrictions on the way from the root to a leaf, one a path."""
    ends: dict[str, list[float]] = {}
    place = leaf
    while place:
        above = int(np.flatnonzero((tree.children_left == place) | (tree.children_right == place))[0])
        path, cut = paths[tree.feature[above]], float(tree.threshold[above])
        low, high = ends.setdefault(path, [-np.inf, np.inf])
        ends[path] = [low, min(high, cut)] if tree.children_left[above] == place else [max(low, cut), high]
        place = above
    return tuple(Limit(path, low, high, np.nan) for path, (low, high) in reversed(ends.items()))
