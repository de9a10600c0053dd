"""Which design to buy, in sentences: ranking, frontier, break-even."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kubesim.economics.accounts import ALL
from kubesim.economics.amounts import Amounts, named
from kubesim.economics.choice import DOMINATED, FRONTIER
from kubesim.economics.ratio import BOUNDED
from kubesim.language import say
from kubesim.plots.formats import number, percent, rupiah
from kubesim.plots.money import COST_ITEMS

if TYPE_CHECKING:
    from kubesim.economics.appraisal import Economics

LIFTED = "lifted"


def sentences(money: "Economics") -> list[str]:
    """Ranking, then frontier, then break-even; nothing where designs were weighed by another gain."""
    if money.measure != LIFTED or not len(money.ranking):
        return []
    if money.pairs < 2:
        return [say("One pair cannot tell which design is the best buy")]
    out = ranked(money) if len(money.ranking) > 1 else []
    out += steps(money) if len(money.frontier) > 2 else []
    return out + [line for label in money.variants for line in room(money, label)]


def ranked(money: "Economics") -> list[str]:
    """The designs by cost-effectiveness, one line each, and what the intervals hold for."""
    out = [say("Designs by the cost of a household lifted out of poverty, against no programme:")]
    for row in money.ranking.itertuples():
        how = Amounts.of(row.cost_per_unit, row.low, row.high)
        bounded = row.form == BOUNDED
        parts = {"rank": row.rank, "scenario": row.scenario, "interval": how.between(row.low, row.high),
                 "price": how.amount(row.cost_per_unit) if bounded else rupiah(row.cost_per_unit)}
        if not np.isfinite(row.cost_per_unit):
            out.append(say("  {rank}. {scenario}: lifts nobody on average", **parts))
        elif not bounded:
            out.append(say("  {rank}. {scenario}: {price} each, at least {bound}; no upper bound",
                           bound=rupiah(row.low), **parts))
        elif row.tied:
            out.append(say("  {rank}. {scenario}: {price} each (95 % {interval}); cannot be told from the "
                           "first",
                           **parts))
        else:
            out.append(say("  {rank}. {scenario}: {price} each (95 % {interval})", **parts))
    return out + [say("Intervals of the ranking hold with 95 % for all {count} designs at once (Bonferroni)",
                      count=len(money.ranking))]


def steps(money: "Economics") -> list[str]:
    """The designs worth buying, with the price of each step up, then those that are not."""
    rows = money.frontier
    out = [_step(row) for row in rows.itertuples() if row.status == FRONTIER and row.over]
    for row in rows[rows["status"] != FRONTIER].itertuples():
        parts = {"scenario": row.scenario, "one": named(row.beaten_by), "other": named(row.and_by),
                 "share": percent(1 - row.on_frontier)}
        if row.status == DOMINATED:
            out.append(say("{scenario} is dominated: {one} lifts as many households or more for no more "
                           "money; in {share} of resampled pairs {scenario} is not the best buy at any "
                           "worth of a household lifted", **parts))
        else:
            out.append(say("{scenario} is dominated by a mix: {one} for some and {other} for the rest "
                           "lifts as many households for less money; in {share} of resampled pairs "
                           "{scenario} is not the best buy at any worth of a household lifted", **parts))
    return out


def _step(row) -> str:
    how = Amounts.of(row.price, row.low, row.high)
    bounded = row.form == BOUNDED
    parts = {"scenario": row.scenario, "over": named(row.over), "interval": how.between(row.low, row.high),
             "price": how.amount(row.price) if bounded else rupiah(row.price)}
    if bounded:
        return say("{scenario} is worth its money over {over} if another household lifted is worth {price} "
                   "or more (95 % {interval})", **parts)
    return say("{scenario} is worth its money over {over} if another household lifted is worth {price} or "
               "more; these pairs set no upper bound to that", **parts)


def room(money: "Economics", scenario: str) -> list[str]:
    """By what factor unit costs could rise before an advantage over the baseline is gone."""
    rows = money.break_even[money.break_even["scenario"] == scenario]
    whole = rows[rows["item"] == ALL]
    if not len(whole) or not np.isfinite(whole["low"].iloc[0]):
        return []
    row = whole.iloc[0]
    parts = {"scenario": scenario, "against": named(row["against"])}
    if np.isinf(row["estimate"]):
        return [say("{against} lifts nobody on average, so no unit cost is too high for {scenario} to be "
                    "ahead of it",
                    **parts)]
    how = Amounts.of(row["estimate"], row["low"], row["high"], money=False)._replace(decimals=2)
    parts |= {"factor": how.digits(row["estimate"]), "low": how.digits(row["low"]),
              "high": how.digits(row["high"])}
    if row["estimate"] < 1:
        return [say("Unit costs of {scenario} would have to fall to {factor} of what they are (95 % {low} "
                    "to {high}) for a household lifted to cost no more than under {against}", **parts)]
    if np.isinf(row["high"]):
        said = say("Unit costs of {scenario} could be {factor} times as high (at least {low} times) before "
                   "a household lifted costs as much as under {against}", **parts)
    else:
        said = say("Unit costs of {scenario} could be {factor} times as high (95 % {low} to {high}) before "
                   "a household lifted costs as much as under {against}", **parts)
    return [said, *_by_item(rows[rows["item"] != ALL])]


def _by_item(rows: pd.DataFrame) -> list[str]:
    """The same for one item alone, the others staying as they are."""
    return [say("  of {item} alone, on which {spent} is spent: {factor} times",
                item=say(COST_ITEMS.get(row.item, row.item)), spent=rupiah(row.spent),
                factor=number(row.estimate, 1))
            for row in rows.itertuples() if np.isfinite(row.estimate)]
