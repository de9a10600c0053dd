"""What designs cost: by item and payer, discounted or not, and budgets by month and year."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.statistics import mean_difference
from kubesim.economics.accounts import ALL, RATES, Accounts, discount


class Side(NamedTuple):
    """A world held against another one."""

    scenario: str
    against: str


def sides(accounts: Accounts, baseline: str, without: str, no_designs: Sequence[str] = ()) -> list[Side]:
    """Every design against the world without a programme, then every other world against the baseline.

    ``no_designs`` are worlds that differ in more than the programme, so that the one without a
    programme is not theirs.
    """
    total = [Side(label, without) for label in accounts.worlds if label not in (without, *no_designs)]
    if baseline == without:
        return total
    return total + [Side(label, baseline) for label in accounts.worlds if label not in (baseline, without)]


def cost_table(accounts: Accounts, compared: Iterable[Side], month: int,
               first: int | None = None) -> pd.DataFrame:
    """One row a (scenario, against, item, payer, rate): Rp more than the other world spends, months 0
    to ``month`` together, mean over the pairs with its 95 % interval.

    ``item`` and ``payer`` are 'all' for the sums; ``rate`` is the yearly discount rate, 0 for none.
    """
    rows = []
    for side in compared:
        for item in (ALL, *accounts.items(*side)):
            for payer in (ALL, *accounts.payers(*side)):
                booked = any((item, payer) in accounts.spending[world] for world in side)
                if ALL not in (item, payer) and not booked:
                    continue
                more = accounts.cost(side.scenario, item, payer) - accounts.cost(side.against, item, payer)
                for rate in (0.0, *RATES):
                    found = mean_difference(more[:, :month + 1] @ discount(rate, month), first)
                    rows.append((*side, item, payer, rate, float(found.estimate), float(found.low),
                                 float(found.high), len(accounts.seeds)))
    return pd.DataFrame(rows, columns=["scenario", "against", "item", "payer", "rate", "estimate", "low",
                                       "high", "pairs"])


def budget_table(accounts: Accounts, month: int, by_year: bool = False) -> pd.DataFrame:
    """One row a (scenario, item, payer, month or year): Rp that the world itself spends, undiscounted.

    ``estimate`` with ``low`` and ``high``: mean over the pairs and its 95 % interval; ``p05`` and
    ``p95``: 9 of 10 cities spend between them. Year 1 is months 0 to 12, year 2 months 13 to 24.
    Items and payers of which a world books nothing are left out; the sums are called 'all'.
    """
    keys = [(label, item, payer) for label in accounts.worlds for item in (ALL, *accounts.items(label))
            for payer in (ALL, *accounts.payers(label))
            if ALL in (item, payer) or (item, payer) in accounts.spending[label]]
    paid = np.stack([accounts.cost(*key)[:, :month + 1] for key in keys], axis=1)
    if by_year:
        paid = np.add.reduceat(paid, [0, *range(13, month + 1, 12)], axis=2)
    found, (low, high) = mean_difference(paid), np.quantile(paid, (0.05, 0.95), axis=0)
    times = np.arange(paid.shape[2]) + by_year
    names = {name: np.repeat(np.array(key, object), len(times))
             for name, key in zip(("scenario", "item", "payer"), zip(*keys))}
    return pd.DataFrame(names | {
        "year" if by_year else "month": np.tile(times, len(keys)), "estimate": found.estimate.ravel(),
        "low": found.low.ravel(), "high": found.high.ravel(), "p05": low.ravel(), "p95": high.ravel()})
