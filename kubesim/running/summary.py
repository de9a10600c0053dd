"""A run in a few lines: means of the telling outcomes, intervals, and the difference to the twin."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kubesim.language import figures, say

if TYPE_CHECKING:
    from kubesim.running.results import Results

HEADLINE = ("poverty_rate", "poverty_rate_members", "poverty_gap_members", "consumption_members",
            "welfare_members", "skill_members", "groups_active", "groups_independent",
            "cost_per_household_lifted", "benefit_cost_ratio")
PER_LIFTED = "cost_per_household_lifted"
TITLES = ("outcome", "mean", "95 % interval", "without", "difference", "95 % interval", "unit")
NONE = "–"


class Mean(NamedTuple):
    """A mean over replicates with its 95 % t-interval; NaN where there is none."""

    mean: float
    low: float
    high: float


def mean_of(values: np.ndarray) -> Mean:
    """Mean and 95 % t-interval over the replicates in which the value exists."""
    values = values[np.isfinite(values)]
    count = len(values)
    if count < 2:
        return Mean(values[0] if count else np.nan, np.nan, np.nan)
    half = stdtrit(count - 1, 0.975) * values.std(ddof=1) / np.sqrt(count)
    return Mean(values.mean(), values.mean() - half, values.mean() + half)


def ratio_of(above: np.ndarray, below: np.ndarray) -> Mean:
    """Ratio of two means over replicates with Fieller's 95 % interval; NaN when it has no bounds.

    A ratio formed in each replicate would be undefined wherever ``below`` is not positive.
    """
    count, mean_above, mean_below = len(above), above.mean(), below.mean()
    if mean_below <= 0:
        return Mean(np.nan, np.nan, np.nan)
    ratio = mean_above / mean_below
    if count < 2:
        return Mean(ratio, np.nan, np.nan)
    (var_above, both), (_, var_below) = np.cov(above, below) * stdtrit(count - 1, 0.975) ** 2 / count
    curve = mean_below**2 - var_below               # not positive: the denominator may be 0
    middle = mean_above * mean_below - both
    spread = middle**2 - curve * (mean_above**2 - var_above)
    if curve <= 0 or spread < 0:
        return Mean(ratio, np.nan, np.nan)
    half = np.sqrt(spread)
    return Mean(ratio, (middle - half) / curve, (middle + half) / curve)


def headline(results: "Results") -> pd.DataFrame:
    """One row an outcome, at the last month, all districts together.

    ``difference`` is against the twin, the same world without programme, replicate by replicate.
    ``replicates`` counts those in which the outcome exists. The cost of a household lifted is that
    of all replicates together: total spending over the number of all households lifted.
    """
    last = _last_month(results.outcomes)
    twin = None if results.counterfactual is None else _last_month(results.counterfactual)
    rows = []
    for name in _telling(results, last):
        values = last[name].to_numpy()
        without = twin[name].to_numpy() if twin is not None and name in twin else np.full(len(values), np.nan)
        found = mean_of(values)
        if name == PER_LIFTED and twin is not None:
            found = ratio_of(_spent(results), (last.households_escaped - twin.households_escaped).to_numpy())
        rows.append((name, results.column(name).unit, int(np.isfinite(values).sum()), *found,
                     mean_of(without).mean, *mean_of(values - without)))
    return pd.DataFrame(rows, columns=["outcome", "unit", "replicates", "mean", "low", "high", "without",
                                       "difference", "difference_low", "difference_high"])


def _spent(results: "Results") -> np.ndarray:
    """Programme spending until the last month in each replicate, Rp."""
    everywhere = results.outcomes[results.outcomes.district == "all"]
    return everywhere.groupby("seed").cost.sum().sort_index().to_numpy()


def _last_month(outcomes: pd.DataFrame) -> pd.DataFrame:
    last = outcomes[(outcomes.month == outcomes.month.max()) & (outcomes.district == "all")]
    return last.set_index("seed").sort_index()


def _telling(results: "Results", last: pd.DataFrame) -> list[str]:
    asked = results.made.outcomes
    names = HEADLINE if asked is None else [name + ending for name in asked for ending in ("", "_members")]
    return [name for name in names if name in last]


def text(results: "Results") -> str:
    """The summary as plain text."""
    lines = [_titles(), *_cells(headline(results))]
    widths = [max(len(line[place]) for line in lines) for place in range(len(TITLES))]
    flush_left = (0, len(TITLES) - 1)
    table = ["  ".join(cell.ljust(width) if place in flush_left else cell.rjust(width)
                       for place, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines]
    return "\n".join([title(results), "", *table])


def html(results: "Results") -> str:
    """The summary as an HTML table, for notebooks."""
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
    body = "".join(row(cells, "td") for cells in _cells(headline(results)))
    return f"<p>{escape(title(results))}</p><table>{row(_titles(), 'th')}{body}</table>"


def title(results: "Results") -> str:
    """What was run."""
    count = len(results.seeds)
    seeds = (say("seed {seed}", seed=results.seeds[0]) if count == 1 else
             say("{count} replicates, seeds {seeds}", count=count, seeds=spans(results.seeds)))
    said = say("{name}: {seeds}, month {month}", name=results.scenario.name, seeds=seeds,
               month=results.scenario.months)
    return said if results.made.status == "done" else f"{said} ({say(results.made.status)})"


def spans(seeds: tuple[int, ...]) -> str:
    """Seeds in short: 1 to 5, 8."""
    cuts = np.flatnonzero(np.diff(seeds) != 1) + 1
    runs = [part.tolist() for part in np.split(np.array(seeds), cuts)]
    return ", ".join(str(run[0]) if len(run) == 1 else
                     say("{low} to {high}", low=run[0], high=run[-1]) for run in runs)


def _titles() -> tuple[str, ...]:
    return tuple(map(say, TITLES))


def _cells(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [(row.outcome, number(row.mean), _interval(row.low, row.high), number(row.without),
             number(row.difference, "+"), _interval(row.difference_low, row.difference_high),
             say(row.unit) if row.replicates in (0, table.replicates.max()) or row.outcome == PER_LIFTED
             else say("{unit} (in {count} replicates)", unit=say(row.unit), count=row.replicates))
            for row in table.itertuples()]


def _interval(low: float, high: float) -> str:
    return NONE if np.isnan(low) else say("{low} to {high}", low=number(low), high=number(high))


def number(amount: float, sign: str = "") -> str:
    """A number as people write it: as many decimals as its size calls for."""
    if np.isnan(amount):
        return NONE
    size = abs(amount)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return figures(f"{amount:{sign}z,.{decimals}f}")
