"""Outcomes over time: statistics over replicates, and panels of lines with their bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Iterable, NamedTuple, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import stdtrit

from kubesim.language import say
from kubesim.plots.formats import Unit, number
from kubesim.plots.style import BLUE, GREY, MONTHS, WIDE, Layout, Style, dress, head, months_axis, new_figure
from kubesim.running.tables import PROGRAMME, TWIN

if TYPE_CHECKING:
    from kubesim.running.results import Results

EFFECT = "difference"
STYLES = {PROGRAMME: Style(BLUE), TWIN: Style(GREY, (0, (4, 2)), 2.0)}
COLUMNS = ["panel", "series", "month", "mean", "low", "high", "p05", "p95", "replicates"]
"""Of the table behind every figure. ``low`` and ``high`` bound the mean with 95 %; 9 of 10 replicates
lie between ``p05`` and ``p95``; all four are NaN with one replicate."""


class Measure(NamedTuple):
    """An outcome column and how its panel is headed; ``title`` is translated where it is written."""

    column: str
    title: str
    unit: Unit


# -- words -------------------------------------------------------------------------------------
def page(results: "Results", title: str, words: str, size: tuple[float, float] = WIDE, keyed: bool = True,
         effects: bool = True) -> Figure:
    """An empty figure of a run: which one it is, how to read it, and ``words`` on what else must be known.

    ``keyed``: it compares listed households with their twins; ``effects``: with differences in blue.
    """
    return new_figure(Layout(title, subtitle(results), note(results, words, effects),
                             key(results) if keyed else ()), size)


def subtitle(results: "Results") -> str:
    """Which run a figure shows."""
    return say("{name} · months 0 to {months} · {replicates}", name=results.scenario.name,
               months=number(results.scenario.months), replicates=replicates(results))


def replicates(results: "Results") -> str:
    """How many replicates there are, and their seeds, in words."""
    if len(results.seeds) == 1:
        return say("one replicate (seed {seed})", seed=results.seeds[0])
    return say("{count} replicates (seeds {first} to {last})", count=number(len(results.seeds)),
               first=min(results.seeds), last=max(results.seeds))


def note(results: "Results", words: str, effects: bool = True) -> str:
    """How to read bands and blue numbers, then what else must be known."""
    month = number(results.scenario.months)
    if len(results.seeds) == 1:
        bands = say("One replicate only, so there are no bands: the lines hold its luck.")
        blue = say("Blue numbers: effect in month {month}.", month=month)
    else:
        bands = say("Lines: mean of the replicates. Dark band: 95 % interval of that mean. Light band: 9 of "
                    "10 replicates, that is the luck of one city.")
        blue = say("Blue numbers: effect in month {month} and its 95 % interval.", month=month)
    return " ".join([bands, blue, words] if effects and has_twin(results) else [bands, words])


def key(results: "Results") -> list[tuple[str, Style]]:
    """Which line is which, in figures that compare listed households with their twins."""
    if (results.lives["formed"] >= 0).any():
        ours = say("households put on a KUBE list, whatever became of their group")
    else:
        ours = say("households on the programme's list")
    without = say("the same households without the programme")
    return [(ours, STYLES[PROGRAMME]), (without, STYLES[TWIN])][:1 + has_twin(results)]


def course(results: "Results", table: pd.DataFrame, measure: Measure, written: Callable[[float], str]) -> str:
    """Where a line begins and ends, in words."""
    what, month = say(measure.title), number(results.scenario.months)
    first = written(rows_of(table, measure.column, PROGRAMME)["mean"].iloc[0])
    last, without = (final(table, measure.column, series) for series in (PROGRAMME, TWIN))
    if np.isnan(without):
        return say("{what} goes from {first} to {last} by month {month}", what=what, first=first,
                   last=written(last), month=month)
    return say("{what} goes from {first} to {last} by month {month}, and to {without} without the programme",
               what=what, first=first, last=written(last), month=month, without=written(without))


def has_twin(results: "Results") -> bool:
    """Whether the run has its world without programme."""
    return results.counterfactual is not None and len(results.counterfactual) > 0


# -- numbers -----------------------------------------------------------------------------------
def summarise(values: pd.DataFrame) -> pd.DataFrame:
    """Mean over the columns (replicates), its 95 % t-interval, and where 9 of 10 replicates lie.

    A replicate without a value does not count. With fewer than two there is no interval.
    """
    held = np.sort(values.to_numpy(float), axis=1)      # NaN last
    count = np.isfinite(held).sum(axis=1)
    several = np.where(count > 1, count, np.nan)
    mean = np.nansum(held, axis=1) / np.where(count > 0, count, np.nan)
    spread = np.sqrt(np.nansum((held - mean[:, None]) ** 2, axis=1) / (several - 1))
    half = stdtrit(several - 1, 0.975) * spread / np.sqrt(several)
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half,
                         "p05": _quantile(held, several, 0.05), "p95": _quantile(held, several, 0.95),
                         "replicates": count}, index=values.index)


def _quantile(held: np.ndarray, count: np.ndarray, part: float) -> np.ndarray:
    """Quantile of the first ``count`` of each row's sorted values, NaN where ``count`` is."""
    place = np.where(np.isnan(count), 0, part * (count - 1))
    rows, below = np.arange(len(held)), np.floor(place).astype(int)
    above = np.ceil(place).astype(int)
    value = held[rows, below] + (place - below) * (held[rows, above] - held[rows, below])
    return np.where(np.isnan(count), np.nan, value)


def by_month(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """One outcome of the whole city, months down, seeds across; empty where it was not measured."""
    if column not in table:
        return pd.DataFrame()
    whole = table[table["district"] == "all"]
    return whole.pivot(index="month", columns="seed", values=column)


def over_time(results: "Results", columns: Iterable[str]) -> pd.DataFrame:
    """Outcomes with the programme, without, and the difference seed by seed, month by month.

    The panel is the outcome's name. Months without a value are left out.
    """
    parts = []
    for column in columns:
        ours = by_month(results.outcomes, column)
        parts.append(rows_for(ours, column, PROGRAMME))
        if has_twin(results) and ours.notna().any(axis=None):
            theirs = by_month(results.counterfactual, column)
            parts += [rows_for(theirs, column, TWIN), rows_for(ours - theirs, column, EFFECT)]
    return join(parts)


def rows_for(values: pd.DataFrame, panel: str, series: str) -> pd.DataFrame:
    """Statistics of a (month, seed) frame as rows of a figure's table."""
    if not len(values):
        return join([])
    rows = summarise(values).dropna(subset="mean").rename_axis("month").reset_index()
    return rows.assign(panel=panel, series=series)[COLUMNS]


def join(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of a figure's table under each other."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)


def with_a_path(table: pd.DataFrame) -> pd.DataFrame:
    """The table, or an empty one when it has one month only, of which there is no path to show."""
    return table if table["month"].nunique() > 1 else table.iloc[:0]


def rows_of(table: pd.DataFrame, panel: str, series: str) -> pd.DataFrame:
    """The rows of one line."""
    return table[(table["panel"] == panel) & (table["series"] == series)]


def final(table: pd.DataFrame, panel: str, series: str) -> float:
    """The last mean of a line, NaN when there is no such line."""
    means = rows_of(table, panel, series)["mean"]
    return means.iloc[-1] if len(means) else np.nan


def present(table: pd.DataFrame, measures: Sequence[Measure]) -> list[Measure]:
    """The measures that the table has values of."""
    return [measure for measure in measures if (table["panel"] == measure.column).any()]


def extent(table: pd.DataFrame, panel: str) -> tuple[float, float]:
    """The lowest and the highest value that a panel's lines and bands reach."""
    drawn = table[(table["panel"] == panel) & (table["series"] != EFFECT)]
    return (float(drawn[["mean", "low", "p05"]].min(axis=None)),
            float(drawn[["mean", "high", "p95"]].max(axis=None)))


# -- drawing -----------------------------------------------------------------------------------
def draw_line(axes: Axes, rows: pd.DataFrame, style: Style, light: bool = True, steps: bool = False) -> None:
    """A line in its dark band, and in the light one where ``light``."""
    months, step = rows["month"], "post" if steps else None
    bands = [("p05", "p95", 0.13)] * light + [("low", "high", 0.30)]
    for low, high, strength in bands:
        axes.fill_between(months, rows[low], rows[high], color=style.colour, alpha=strength, linewidth=0,
                          step=step)
    few = 0 < len(rows) < 4                             # a path of so few months needs its points
    axes.plot(months, rows["mean"], color=style.colour, linestyle=style.dash, linewidth=style.width,
              marker="o" if few else "", clip_on=not few, drawstyle="steps-post" if steps else "default")


def draw_pair(axes: Axes, table: pd.DataFrame, measure: Measure, last: int, from_zero: bool = False,
              marks: int = 6, label: str = MONTHS) -> None:
    """Listed households and their twins, and the difference of the last month in words."""
    for series in (TWIN, PROGRAMME):
        draw_line(axes, rows_of(table, measure.column, series), STYLES[series], light=series == PROGRAMME)
    dress(axes, measure.unit)
    months_axis(axes, last, label, marks)
    head(axes, say(measure.title), effect(table, measure))
    if from_zero:
        axes.set_ylim(0, max(extent(table, measure.column)[1] * 1.1, 1e-9))


def effect(table: pd.DataFrame, measure: Measure) -> str:
    """The last difference with its interval in words, '' without a twin."""
    rows = rows_of(table, measure.column, EFFECT)
    if not len(rows):
        return ""
    last = rows.iloc[-1]
    return measure.unit.difference(last["mean"], last["low"], last["high"])
