"""A response surface through the designs tried: which designs should gain most within a budget?

The search's seeds are the same for all designs, so that cost and gain change smoothly with the levers,
but for a little roughness; a surface of radial basis functions then tells more than its points do.
"""

from __future__ import annotations

from typing import Mapping, Sequence

import numpy as np
from scipy.interpolate import RBFInterpolator

from kubesim.frontier.levers import Design, Lever

ROUGHNESS = 0.01
"""How far the surface may miss its points, as their luck is not all shared (smoothing of thin plates)."""
WEIGHTS = (0.95, 0.8, 0.5, 0.95, 0.8, 0.3)
"""Of what a design should gain, against how far it lies from those tried; taken in turn."""
STEPS = (0.3, 0.1, 0.03)
"""Spread of candidates about good designs, as shares of the levers' ranges."""
GOOD, CANDIDATES = 4, 120
"""Good designs that candidates are drawn about, and how many about each at each spread."""


def propose(levers: Sequence[Lever], tried: Mapping[Design, tuple[float, float]], budgets: Sequence[float],
            luck: np.random.Generator) -> list[Design]:
    """A design for each of ``budgets``, new ones all: that of most promise among random candidates.

    Candidates scatter about the best designs tried within that budget; of those that the surface
    holds to be within it, the one is taken that should gain much and tells of a place not tried yet
    (stochastic radial basis functions: Regis & Shoemaker 2007, INFORMS J. Computing 19:497-509).
    """
    low, high = (np.array([getattr(lever, end) for lever in levers], float) for end in ("low", "high"))
    points, lived = (np.array(list(tried)) - low) / (high - low), np.array(list(tried.values()))
    scale = np.ptp(lived, axis=0).clip(1e-12)
    surface = RBFInterpolator(points, lived / scale, smoothing=ROUGHNESS)
    proposed: list[Design] = []
    for turn, budget in enumerate(budgets):
        candidates = _candidates(points, lived, budget, luck)
        designs = [_design(levers, row) for row in low + candidates * (high - low)]
        at = (np.array(designs) - low) / (high - low)
        cost, gain = (surface(at) * scale).T
        merit = _merit(gain, _distance(at, points), WEIGHTS[turn % len(WEIGHTS)])
        for place in np.argsort(np.where(cost <= budget, -merit, cost / budget), kind="stable"):
            if designs[place] not in tried and designs[place] not in proposed:
                proposed.append(designs[place])
                points = np.vstack([points, at[place]])
                lived = np.vstack([lived, [np.inf, -np.inf]])       # not lived yet: nobody's example
                break
    return proposed


def _candidates(points: np.ndarray, lived: np.ndarray, budget: float, luck: np.random.Generator) -> np.ndarray:
    """Random designs about the best tried within the budget, about the cheapest where none is."""
    within = np.flatnonzero(lived[:, 0] <= budget)
    good = within[np.argsort(-lived[within, 1], kind="stable")][:GOOD]
    centres = points[good if len(good) else [int(np.argmin(lived[:, 0]))]]
    drawn = []
    for step in STEPS:
        about = np.repeat(centres, CANDIDATES, axis=0)
        moved = luck.random(about.shape) < 0.6
        drawn.append(about + step * luck.normal(size=about.shape) * moved)
    return np.clip(np.vstack(drawn), 0.0, 1.0)


def _design(levers: Sequence[Lever], row: np.ndarray) -> Design:
    return tuple(int(round(held)) if lever.whole else float(held) for lever, held in zip(levers, row))


def _distance(at: np.ndarray, points: np.ndarray) -> np.ndarray:
    """From each of ``at`` to the nearest of the points."""
    return np.sqrt(((at[:, None, :] - points[None, :, :]) ** 2).sum(axis=2).min(axis=1))


def _merit(gain: np.ndarray, distance: np.ndarray, weight: float) -> np.ndarray:
    """Gain and distance, each from 0 to 1 over the candidates, weighed."""
    gain, distance = ((held - held.min()) / (np.ptp(held) or 1.0) for held in (gain, distance))
    return weight * gain + (1 - weight) * distance
