"""Tables of paired runs small enough to work by hand."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
import pytest

MILLION = 1e6
SEEDS = (1, 2, 3)
MONTHS = 24


class World(NamedTuple):
    """What a world shows from month 1 on, one number a seed; month 0 is the same in all. ``paid`` maps
    (month, item, payer) to Rp, the same in each seed or one a seed."""

    escaped: Sequence[float]
    fallen: Sequence[float]
    gap: Sequence[float]
    consumption: Sequence[float]
    paid: Mapping[tuple[int, str, str], float | Sequence[float]]


WORLDS = {
    "usual": World([12, 13, 14], [4, 4, 4], [0.03] * 3, [101 * MILLION] * 3, {
        (1, "grant", "centre"): 10 * MILLION, (12, "visits", "centre"): MILLION,
        (13, "visits", "local"): MILLION}),
    "better": World([18, 20, 22], [2, 2, 2], [0.01] * 3, [103 * MILLION, 104 * MILLION, 105 * MILLION], {
        (1, "grant", "centre"): 10 * MILLION,
        (1, "training", "local"): [2 * MILLION, 4 * MILLION, 6 * MILLION]}),
    "nothing": World([10, 10, 10], [5, 5, 5], [0.04] * 3, [100 * MILLION] * 3, {}),
}
START = World([0] * 3, [0] * 3, [0.05] * 3, [100 * MILLION] * 3, {})
COLUMNS = {"households_escaped": "escaped", "households_fallen": "fallen", "poverty_gap": "gap",
           "poverty_gap_members": "gap", "consumption_total": "consumption"}


def make_tables(worlds: Mapping[str, World]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes and ledger; the one district North holds everything, South nothing."""
    rows, money = [], []
    for label, world in worlds.items():
        for place, seed in enumerate(SEEDS):
            for month in range(MONTHS + 1):
                held = world if month else START
                values = {column: getattr(held, name)[place] for column, name in COLUMNS.items()}
                rows += [{"scenario": label, "seed": seed, "month": month, "district": district}
                         | {column: value * (district != "South") for column, value in values.items()}
                         for district in ("all", "North", "South")]
            money += [(label, seed, month, item, "cost", payer, "North", np.broadcast_to(paid, 3)[place])
                      for (month, item, payer), paid in world.paid.items()]
            money.append((label, seed, 1, "labour", "inflow", "", "all", 5 * MILLION))
    names = ["scenario", "seed", "month", "item", "kind", "payer", "district", "amount"]
    return pd.DataFrame(rows), pd.DataFrame(money, columns=names)


@pytest.fixture
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes and ledger of business as usual, a better design, and nothing."""
    return make_tables(WORLDS)


@pytest.fixture
def of_worlds():
    """Makes the tables of those worlds with some changed; a new one is the better design, changed."""
    return lambda **changed: make_tables({label: WORLDS.get(label, WORLDS["better"])._replace(
        **changed.get(label, {})) for label in WORLDS | changed})
