"""Winners and losers, households that cross the poverty line, and what pairing was worth."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd

from kubesim.comparing.deciles import CHANGES, DECILES, MOVES
from kubesim.comparing.effects import EVERYBODY, GROUPS, MEMBERS, NON_MEMBERS
from kubesim.comparing.pairs import Pairs
from kubesim.comparing.statistics import mean_difference
from kubesim.running.measure import WHO

LIMITS = (0.01, 0.05)
"""Changes of a year's mean consumption that count as winning or losing."""


def winners_table(pairs: Pairs) -> pd.DataFrame:
    """One row a (scenario, group, change): the share of persons whose household's consumption, mean
    of the last twelve months, is more than 1 % or 5 % higher or lower than in the baseline."""
    low_edges = np.array(CHANGES[:-1])
    kinds = {f"gains_over_{limit:.0%}": low_edges >= limit for limit in LIMITS}
    kinds |= {f"loses_over_{limit:.0%}": np.array(CHANGES[1:]) <= -limit for limit in LIMITS}
    kinds["within_1%"] = ~(kinds["gains_over_1%"] | kinds["loses_over_1%"])
    rows = []
    for label, group, shares in _shares(pairs):
        for kind, classes in kinds.items():
            found = mean_difference(shares[:, classes].sum(axis=1), pairs.first)
            rows.append((label, group, kind, *_bounded(found)))
    return pd.DataFrame(rows, columns=["scenario", "group", "change", "share", "low", "high", "pairs"])


def changes_table(pairs: Pairs) -> pd.DataFrame:
    """One row a (scenario, group, class of change): the share of persons in it; edges are shares of the
    baseline's consumption, the lowest and the highest open."""
    rows = [(label, group, CHANGES[place], CHANGES[place + 1], *_bounded(mean_difference(share, pairs.first)))
            for label, group, shares in _shares(pairs) for place, share in enumerate(shares.T)]
    return pd.DataFrame(rows, columns=["scenario", "group", "from", "to", "share", "low", "high", "pairs"])


def _shares(pairs: Pairs) -> Iterator[tuple[str, str, np.ndarray]]:
    """Each (variant, group) with shares of its persons by class of change, shape (pairs, classes)."""
    for label, persons in pairs.changes.items():
        groups = {EVERYBODY: persons.sum(axis=(1, 2)), MEMBERS: persons[:, 0].sum(axis=1),
                  NON_MEMBERS: persons[:, 1].sum(axis=1)}
        for place in range(DECILES):
            groups[f"decile {place + 1}"] = persons[:, :, place].sum(axis=1)
        for place in range(DECILES):
            groups[f"decile {place + 1} {MEMBERS}"] = persons[:, 0, place]
        for group, counts in groups.items():
            total = counts.sum(axis=1, keepdims=True)
            if total.any():
                shares = np.full(counts.shape, np.nan)
                yield label, group, np.divide(counts, total, out=shares, where=total > 0)


def _bounded(found) -> tuple[float, float, float, int]:
    """A mean share with its interval, which cannot leave 0 to 1."""
    return (float(found.estimate), float(np.maximum(found.low, 0)), float(np.minimum(found.high, 1)),
            int(found.pairs))


def moves_table(pairs: Pairs) -> pd.DataFrame:
    """One row a (scenario, against, seed, month): households of the city that are not poor in the
    scenario and poor in the world it is held against (lifted out: poor at the start; kept out: not
    poor then), and the reverse (held down: poor at the start; pushed in: not poor then)."""
    parts, order = [], np.argsort(pairs.seeds)
    seeds = np.array(pairs.seeds)[order]
    for (label, against), counts in pairs.moves.items():
        seed, month = (index.ravel() for index in np.indices(counts.shape[:2]))
        columns = dict(zip(MOVES, counts[order].reshape(-1, len(MOVES)).T))
        parts.append(pd.DataFrame({"scenario": label, "against": against, "seed": seeds[seed], "month": month}
                                  | columns))
    return pd.concat(parts, ignore_index=True)


def variance_table(pairs: Pairs) -> pd.DataFrame:
    """One row a (scenario, outcome, group), at the last month: variances over seeds in the baseline, in
    the variant and of their difference, and how many times as many unpaired runs would be as sure."""
    worlds, rows = pairs.worlds, []
    for outcome in pairs.outcomes:
        if outcome.table == "twin":
            continue
        for ending in WHO if outcome.table in ("households", "sample") else WHO[:1]:
            for label in worlds.variants:
                ours, theirs = (pairs.columns[world][outcome.name + ending][:, -1, 0]
                                for world in (label, worlds.baseline))
                both = np.isfinite(ours) & np.isfinite(theirs)
                if both.sum() > 1:
                    alone = theirs[both].var(ddof=1), ours[both].var(ddof=1)
                    together = (ours - theirs)[both].var(ddof=1)
                    times = sum(alone) / together if together > 0 else np.nan
                    rows.append((label, outcome.name, GROUPS[ending], worlds.months, *alone, together, times))
    return pd.DataFrame(rows, columns=["scenario", "outcome", "group", "month", "variance_baseline",
                                       "variance_variant", "variance_difference", "times"])
