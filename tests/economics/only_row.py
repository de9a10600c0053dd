"""Reading one row of a tidy table."""

from __future__ import annotations

import numpy as np
import pandas as pd


def one(table: pd.DataFrame, **wanted: object) -> pd.Series:
    """The only row with these values."""
    found = table[np.logical_and.reduce([table[name] == value for name, value in wanted.items()])]
    assert len(found) == 1, f"{len(found)} rows with {wanted}"
    return found.iloc[0]
