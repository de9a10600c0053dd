"""By what factor a design's unit costs could rise before its advantage is gone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kubesim.comparing.statistics import LEVEL, RESAMPLES
from kubesim.economics.accounts import ALL, EVERYBODY, Accounts
from kubesim.economics.choice import designs
from kubesim.economics.ratio import resamples

COLUMNS = ["scenario", "against", "measure", "item", "spent", "estimate", "low", "high"]


def break_even_table(accounts: Accounts, baseline: str, without: str, measure: str, month: int,
                     who: str = EVERYBODY) -> pd.DataFrame:
    """One row a (design, item): the factor on the unit cost of the item, or of all items, at which a unit
    gained (against no programme) costs as much as under the baseline, whose unit costs stay.

    Above 1 the design has an advantage, and so much room; below 1 it has none, and its unit cost would
    have to fall to so much; inf: no unit cost is too high, because the baseline gains nothing; 0: the
    item would have to cost nothing, and even that would not do. ``spent``: Rp on the item, months 0 to
    ``month``. The interval holds the middle 95 % of resampled pairs, inf and 0 included.
    """
    held = designs(accounts, without, measure, month, who)
    if held is None or baseline == without:
        return pd.DataFrame(columns=COLUMNS)
    pairs = len(accounts.seeds)
    weights = np.vstack([np.full(pairs, 1 / pairs), resamples(pairs)])         # the estimate, then resamples
    cost, gained = weights @ held.cost, weights @ held.gain
    base = held.labels.index(baseline)
    rows = []
    for place, label in enumerate(held.labels):
        if label in (baseline, without):
            continue
        allowed = allowed_cost(cost[:, base], gained[:, base], gained[:, place])
        for item in (ALL, *accounts.items(label)):
            spent = weights @ (accounts.spent(label, month, item) if item != ALL else held.cost[:, place])
            room = np.maximum(allowed - (cost[:, place] - spent), 0.0)
            factor = np.divide(room, spent, out=np.full(room.shape, np.nan), where=spent > 0)
            rows.append((label, baseline, measure, item, spent[0], factor[0], *_middle(factor[1:], pairs)))
    return pd.DataFrame(rows, columns=COLUMNS)


def allowed_cost(base_cost: np.ndarray, base_gain: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """What a gain may cost, Rp, at the baseline's cost of a unit: without limit where the baseline gains
    nothing, and nothing where the design gains nothing."""
    price = np.divide(base_cost, base_gain, out=np.full(base_gain.shape, np.inf), where=base_gain > 0)
    return np.where(gained > 0, price * np.where(gained > 0, gained, 1.0), 0.0)


def _middle(values: np.ndarray, pairs: int) -> tuple[float, float]:
    """The middle 95 % of values, some of which may be infinite; NaN with one pair."""
    if np.isnan(values).any() or pairs < 2:
        return np.nan, np.nan
    tail = (1 - LEVEL) / 2
    low, high = (np.sort(values)[round(part * (RESAMPLES - 1))] for part in (tail, 1 - tail))
    return float(low), float(high)
