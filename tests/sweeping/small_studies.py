"""What the tests of sweeps share."""

from __future__ import annotations

import pandas as pd

from kubesim.sweeping import Sweep

SIZE, HOUSEHOLDS = "groups.size", "population.households"


def numbers(sweep: Sweep) -> pd.DataFrame:
    """All outcomes that a folder holds, read past kubesim, in an order of their own."""
    table = pd.concat([pd.read_parquet(part) for part in sorted((sweep.folder / "outcomes").glob("*.parquet"))])
    return table.sort_values(["run", "month", "district"], ignore_index=True)
