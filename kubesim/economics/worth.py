"""What the money buys: households out of poverty, a smaller poverty gap, consumption."""

from __future__ import annotations

from typing import Callable, Iterable, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.statistics import mean_difference
from kubesim.economics.accounts import ENDINGS, EVERYBODY, RATES, Accounts, discount
from kubesim.economics.costs import Side
from kubesim.economics.ratio import bootstrap_check, fieller, resamples

MONTHS_A_YEAR = 12
DEARER_BETTER, NO_WORSE = "dearer, better", "no dearer, no worse"
NO_BETTER, CHEAPER_WORSE = "no cheaper, no better", "cheaper, worse"
GAIN = "consumption_gain"
KEYS = ["scenario", "against", "measure", "who", "unit"]
NUMBERS = ["cost", "gain", "verdict", "estimate", "low", "high", "form", "low_together", "high_together",
           "form_together", "check_low", "check_high", "turned"]
"""Columns of the table of ratios."""


class Measure(NamedTuple):
    """A gain that costs are held against: how outcomes of two worlds become one number a month.

    ``worth`` turns a world's columns into an array of shape (pairs, months + 1); the gain is the
    world's less the other world's.
    """

    name: str
    unit: str
    columns: tuple[str, ...]
    worth: Callable[..., np.ndarray]


def _not_poor(escaped: np.ndarray, fallen: np.ndarray) -> np.ndarray:
    """Households out of poverty, counted from those who were out at the start."""
    return escaped - fallen


MEASURES = (
    Measure("lifted", "households", ("households_escaped",), lambda escaped: escaped),
    Measure("kept_out", "households", ("households_fallen",), lambda fallen: -fallen),
    Measure("out_of_poverty", "households", ("households_escaped", "households_fallen"), _not_poor),
    Measure("years_out_of_poverty", "household-years", ("households_escaped", "households_fallen"),
            lambda *columns: _not_poor(*columns).cumsum(axis=1) / MONTHS_A_YEAR),
    Measure("gap_points", "percentage points", ("poverty_gap",), lambda gap: -100 * gap),
)
"""Lifted: poor at the start, not poor now. Kept out: not poor at the start, and not poor now though
poor in the other world. Out of poverty: both together, so many poor households fewer. Years out of
poverty: the same added up over the months. Gap points: fall of the poverty gap."""


def gain(accounts: Accounts, side: Side, measure: Measure, who: str = EVERYBODY) -> np.ndarray | None:
    """The gain of a world over the other one, shape (pairs, months + 1), net of the other way round
    (a household lifted in the other world only counts against it); None where not measured."""
    columns = [name + ENDINGS[who] for name in measure.columns]
    if not all(name in accounts.outcomes[side.scenario] for name in columns):
        return None
    ours, theirs = (measure.worth(*(accounts.outcomes[world][name] for name in columns)) for world in side)
    return ours - theirs


def consumption_gain(accounts: Accounts, side: Side, who: str = EVERYBODY,
                     rate: float = 0.0) -> np.ndarray | None:
    """Rp consumed more than in the other world up to each month, as of month 0, shape (pairs, months + 1);
    None where not measured."""
    name = "consumption_total" + ENDINGS[who]
    if name not in accounts.outcomes[side.scenario]:
        return None
    more = accounts.outcomes[side.scenario][name] - accounts.outcomes[side.against][name]
    return (more * discount(rate, accounts.months)).cumsum(axis=1)


def effect_table(accounts: Accounts, compared: Iterable[Side], month: int,
                 first: int | None = None) -> pd.DataFrame:
    """One row a (scenario, against, measure, who): the gain at a month (of MEASURES, and
    'consumption_gain' in Rp so far) with its 95 % interval over the pairs, and its unit."""
    rows = []
    for side in compared:
        for who in ENDINGS:
            gains = [(measure.name, measure.unit, gain(accounts, side, measure, who)) for measure in MEASURES]
            gains.append((GAIN, "Rp", consumption_gain(accounts, side, who)))
            for name, unit, values in gains:
                if values is not None:
                    found = mean_difference(values[:, month], first)
                    rows.append((*side, name, who, month, unit, float(found.estimate), float(found.low),
                                 float(found.high), int(found.pairs)))
    return pd.DataFrame(rows, columns=["scenario", "against", "measure", "who", "month", "unit", "estimate",
                                       "low", "high", "pairs"])


def ratio_table(accounts: Accounts, compared: Sequence[Side], months: Sequence[int], first: int | None = None,
                comparisons: int = 1) -> pd.DataFrame:
    """One row a (scenario, against, measure, who, month): Rp more for each unit gained.

    Cost and gain are undiscounted, cost from month 0 to the month. ``verdict`` is where their means
    lie: 'dearer, better' ('estimate' is a price), 'cheaper, worse' ('estimate' is what is saved for
    each unit given up), 'no dearer, no worse' or 'no cheaper, no better' (there is no price: NaN).
    ``low``, ``high`` and ``form`` are Fieller's interval (see ``ratio.Ratio``), with ``_together`` for
    all ``comparisons``; ``check_low`` and ``check_high`` are a bootstrap's, ``turned`` the share of its
    resamples in which the gain is 0 or of the other sign.
    """
    months, keys, spent, gained = list(months), [], [], []
    for side in compared:
        so_far = (accounts.cost(side.scenario) - accounts.cost(side.against)).cumsum(axis=1)[:, months]
        for measure in MEASURES:
            for who in ENDINGS:
                values = gain(accounts, side, measure, who)
                if values is not None:
                    keys.append((*side, measure.name, who, f"Rp per {measure.unit.removesuffix('s')}"))
                    spent.append(so_far)
                    gained.append(values[:, months])
    if not keys:
        return pd.DataFrame(columns=[*KEYS, "month", *NUMBERS, "pairs"])
    names = {name: np.repeat(np.array(key, object), len(months)) for name, key in zip(KEYS, zip(*keys))}
    found = {name: values.ravel() for name, values in
             zip(NUMBERS, _ratios(np.stack(spent, axis=1), np.stack(gained, axis=1), first, comparisons))}
    times = {"month": np.tile(months, len(keys))}
    return pd.DataFrame(names | times | found | {"pairs": len(accounts.seeds)})


def _ratios(spent: np.ndarray, gained: np.ndarray, first: int | None, comparisons: int) -> list[np.ndarray]:
    """The NUMBERS of arrays of shape (pairs, rows, months), each of shape (rows, months)."""
    single, together = (fieller(spent, gained, first, count) for count in (1, comparisons))
    cost, more = spent.mean(axis=0), gained.mean(axis=0)
    found = verdict(cost, more)
    priced = (found == DEARER_BETTER) | (found == CHEAPER_WORSE)
    checks = [bootstrap_check(spent[..., month], gained[..., month]) for month in range(spent.shape[2])]
    return [cost, more, found, np.where(priced, single.estimate, np.nan), single.low, single.high,
            single.form, together.low, together.high, together.form,
            *(np.stack(held, axis=1) for held in zip(*checks))]


def verdict(cost: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """Which of the four quadrants of the cost-effectiveness plane."""
    return np.select([(cost > 0) & (gained > 0), (cost <= 0) & (gained >= 0), (cost < 0) & (gained < 0)],
                     [DEARER_BETTER, NO_WORSE, CHEAPER_WORSE], NO_BETTER).astype(object)


def benefit_table(accounts: Accounts, compared: Iterable[Side], month: int,
                  first: int | None = None) -> pd.DataFrame:
    """One row a (scenario, against, who, rate): discounted consumption gained for each discounted
    rupiah spent more, months 0 to ``month``.

    ``benefit`` and ``cost`` in Rp of month 0; ``estimate`` with Fieller's ``low``, ``high``, ``form``;
    ``net``, ``net_low``, ``net_high``: benefit less cost with its t interval, which needs no ratio;
    ``pays``: share of bootstrap resamples in which the benefit exceeds the cost. The ratio is NaN
    where no more is spent. Consumption only: what households own more at the end does not count.
    """
    rows = []
    for side in compared:
        for who in ENDINGS:
            for rate in RATES:
                gained = consumption_gain(accounts, side, who, rate)
                if gained is not None:
                    ours, theirs = (accounts.spent(world, month, rate=rate) for world in side)
                    rows.append((*side, who, rate, month, *_benefit(gained[:, month], ours - theirs, first)))
    return pd.DataFrame(rows, columns=["scenario", "against", "who", "rate", "month", "benefit", "cost",
                                       "estimate", "low", "high", "form", "net", "net_low", "net_high",
                                       "pays", "pairs"])


def _benefit(gained: np.ndarray, spent: np.ndarray, first: int | None) -> tuple:
    found, net = fieller(gained, spent, first), mean_difference(gained - spent, first)
    pays = float((resamples(len(gained)) @ (gained - spent) > 0).mean())
    estimate = float(found.estimate) if spent.mean() > 0 else np.nan
    return (gained.mean(), spent.mean(), estimate, float(found.low), float(found.high), str(found.form),
            float(net.estimate), float(net.low), float(net.high), pays, len(gained))
