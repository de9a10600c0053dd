"""How the report writes differences and shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.verdict import SAME
from kubesim.language import say
from kubesim.plots.formats import MISSING, percent


def difference(row: pd.Series) -> str:
    """A row of the table of effects: the difference and its 95 % interval for all variants at once,
    which is left out where there is none or where every pair says the same."""
    if not np.isfinite(row["estimate"]):
        return MISSING
    low, high = row["low_together"], row["high_together"]
    how = words.written(row["outcome"], row["estimate"], low, high)
    if not np.isfinite(high - low) or high - low <= SAME * abs(row["estimate"]):
        return how.signed(row["estimate"])
    return say("{difference} ({low} to {high})", difference=how.signed(row["estimate"]), low=how.digits(low),
               high=how.digits(high))


def shares(share: float, low: float, high: float) -> str:
    """A share and its 95 % interval."""
    if not np.isfinite(share):
        return MISSING
    if not np.isfinite(low):
        return percent(share, 1)
    return say("{share} ({low} to {high})", share=percent(share, 1), low=percent(low, 1), high=percent(high, 1))
