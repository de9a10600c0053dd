"""Boxes of scenario discovery (PRIM): which ranges of what was varied hold most of the failures.

The patient rule induction of Friedman & Fisher (1999), by the library ``prim``; which box of its path is
taken, and the checks that it is no luck, follow Bryant & Lempert (2010).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom

from kubesim.errors import ScenarioError
from kubesim.language import say

LEAST_CASES, LEAST_OF_KIND = 20, 5
"""Points that are needed, and of them at least so many that fail and so many that do not."""
UNSURE = 0.05
"""Quasi-p-value above which a restriction is dropped."""
HALVES, SHUFFLES = 20, 39
"""Random halves on which a box is looked for again, and shuffles in which there is nothing to find."""
MOST_BOXES = 2
LEAST_MASS = 0.05
LEAST_COVERAGE, LEAST_GAIN = 0.1, 1.3
"""What a further box must cover, and how much denser than everything it must be."""


class Limit(NamedTuple):
    """A restriction of a box: ``path`` between ``low`` and ``high``, infinite where open."""

    path: str
    low: float
    high: float
    by_chance: float            # quasi-p-value: of as many hits if this restriction did nothing

    def holds(self, cases: pd.DataFrame) -> np.ndarray:
        """Which cases lie inside."""
        return ((cases[self.path] >= self.low) & (cases[self.path] <= self.high)).to_numpy()


@dataclass(frozen=True)
class Box:
    """A box with how much of what is looked for it holds (coverage) and how pure it is (density)."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    cases: int                  # inside
    everywhere: float           # density without any box
    unseen: float               # density on halves of the cases that were not looked at, mean
    unseen_low: float
    unseen_high: float
    again: dict[str, float]     # share of halves in which each path is restricted again
    shuffled: float             # share of shuffles in which as good a box is found: chance alone

    @property
    def is_luck(self) -> bool:
        """Whether chance alone would do as well, or unseen cases do not bear it out."""
        return self.shuffled > UNSURE or self.unseen <= self.everywhere


def inside(limits: tuple[Limit, ...], cases: pd.DataFrame) -> np.ndarray:
    """Which cases lie inside all limits."""
    held = np.ones(len(cases), bool)
    for limit in limits:
        held &= limit.holds(cases)
    return held


def coverage_and_density(within: np.ndarray, hits: np.ndarray) -> tuple[float, float]:
    """Share of all hits that lie within, and share of what lies within that is a hit."""
    caught = int((within & hits).sum())
    return caught / max(int(hits.sum()), 1), caught / max(int(within.sum()), 1)


def find_boxes(cases: pd.DataFrame, hits: np.ndarray, seed: int = 1) -> list[Box]:
    """Up to two boxes, the second in what the first leaves; none where nothing sets the hits apart.

    ``cases`` is a row a point, numbers only; ``hits`` says which are looked for. Raises ScenarioError
    when there are too few of either kind.
    """
    _enough(hits)
    found: list[Box] = []
    left = np.ones(len(cases), bool)
    while len(found) < MOST_BOXES and min(hits[left].sum(), (~hits[left]).sum()) >= LEAST_OF_KIND:
        limits = search(cases[left], hits[left])
        within = inside(limits, cases) & left
        coverage, density = coverage_and_density(within, hits)
        if not limits or coverage < LEAST_COVERAGE or density < LEAST_GAIN * hits[left].mean() and found:
            break
        found.append(Box(limits, coverage, density, int(within.sum()), float(hits.mean()),
                         **_checked(cases[left], hits[left], limits, seed)))
        left &= ~within
    return found


def search(cases: pd.DataFrame, hits: np.ndarray) -> tuple[Limit, ...]:
    """The box of PRIM's path with the best harmonic mean of coverage and density, without the
    restrictions that may be chance."""
    prim = load_prim()
    path = prim.Prim(cases.reset_index(drop=True), hits.astype(bool), threshold=None, mass_min=LEAST_MASS).find_box()
    if path is None:
        return ()
    steps = path.peeling_trajectory[["coverage", "density"]].to_numpy(float)
    path.select(int(np.argmax(_balance(steps[:, 0], steps[:, 1]))))
    ends = path.limits
    limits = [_limit(cases, str(name), row) for name, row in ends[["min", "max"]].iterrows()]
    limits = [limit for limit in limits if np.isfinite([limit.low, limit.high]).any()]
    return _sure(limits, cases, hits)


def load_prim() -> Any:
    """The library; raises ScenarioError when it is not installed."""
    try:
        import prim
    except ImportError:
        raise ScenarioError(say("scenario discovery needs prim and scikit-learn: pip install "
                                "'kubesim[discovery]'")) from None
    return prim


def _limit(cases: pd.DataFrame, path: str, row: pd.Series) -> Limit:
    """A side counts only where it keeps a case out."""
    values = cases[path].to_numpy()
    low, high = float(row["min"]), float(row["max"])
    return Limit(path, low if low > values.min() else -np.inf, high if high < values.max() else np.inf, np.nan)


def _sure(limits: list[Limit], cases: pd.DataFrame, hits: np.ndarray) -> tuple[Limit, ...]:
    """Drop, the worst first, what chance may have restricted; each with its quasi-p-value: the chance of so
    many hits if cases in the box hit as often as in the box without that restriction."""
    while limits:
        told = []
        for limit in limits:
            others = inside(tuple(other for other in limits if other != limit), cases)
            within = others & limit.holds(cases)
            chance = float(binom.sf(int(hits[within].sum()) - 1, int(within.sum()), hits[others].mean()))
            told.append(limit._replace(by_chance=chance))
        worst = max(told, key=lambda limit: limit.by_chance)
        if worst.by_chance <= UNSURE:
            return tuple(sorted(told, key=lambda limit: limit.by_chance))
        limits = [limit for limit in limits if limit.path != worst.path]
    return ()


def _balance(coverage: np.ndarray, density: np.ndarray) -> np.ndarray:
    return 2 * coverage * density / np.maximum(coverage + density, 1e-12)


def _checked(cases: pd.DataFrame, hits: np.ndarray, limits: tuple[Limit, ...], seed: int) -> dict[str, Any]:
    """The search repeated on random halves, told by the other half; and on shuffled hits."""
    chance = np.random.default_rng(seed)
    unseen, paths = [], []
    for _ in range(HALVES):
        order = chance.permutation(len(cases))
        seen, other = order[:len(order) // 2], order[len(order) // 2:]
        again = search(cases.iloc[seen], hits[seen]) if 0 < hits[seen].sum() < len(seen) else ()
        within = inside(again, cases.iloc[other])
        if within.any():
            unseen.append(hits[other][within].mean())
        paths.append({limit.path for limit in again})
    scored = float(_balance(*map(np.array, coverage_and_density(inside(limits, cases), hits))))
    as_good = sum(_score(cases, chance.permutation(hits)) >= scored for _ in range(SHUFFLES))
    low, high = np.quantile(unseen, [0.025, 0.975]) if unseen else (np.nan, np.nan)
    return {"unseen": float(np.mean(unseen)) if unseen else np.nan, "unseen_low": float(low),
            "unseen_high": float(high),
            "again": {limit.path: float(np.mean([limit.path in held for held in paths])) for limit in limits},
            "shuffled": (1 + as_good) / (1 + SHUFFLES)}


def _score(cases: pd.DataFrame, hits: np.ndarray) -> float:
    """How good the best box of hits is, where they have any box at all."""
    limits = search(cases, hits)
    return float(_balance(*map(np.array, coverage_and_density(inside(limits, cases), hits)))) if limits else 0.0


def _enough(hits: np.ndarray) -> None:
    if len(hits) < LEAST_CASES:
        raise ScenarioError(say("{count} points have all their runs: too few for scenario discovery; must be {least} "
                                "or more", count=len(hits), least=LEAST_CASES))
    if min(hits.sum(), (~hits).sum()) < LEAST_OF_KIND:
        raise ScenarioError(say("{hits} of {count} points are of the kind looked for: too one-sided for scenario "
                                "discovery, which needs {least} that are and {least} that are not; try another "
                                "--success",
                                hits=int(hits.sum()), count=len(hits), least=LEAST_OF_KIND))
