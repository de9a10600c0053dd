"""Outcomes over time: statistics over replicates, and panels of lines with their bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import t

from kubesim.plots.formats import Unit, number
from kubesim.plots.style import BLUE, GREY, MONTHS, Style, dress, head, months_axis

if TYPE_CHECKING:
    from kubesim.results import Results

PROGRAMME, TWIN, EFFECT = "programme", "no programme", "difference"
STYLES = {PROGRAMME: Style(BLUE), TWIN: Style(GREY, (0, (4, 2)), 2.0)}

MEMBERS = "households put on a KUBE list, whatever became of their group"
LISTED = "households on the programme's list"
WITHOUT = "the same households without the programme"
SUBTITLE = "{name} · months 0 to {months} · {replicates}"
REPLICATES = "{count} replicates ({seeds})"
ONE_REPLICATE = "one replicate ({seeds})"
SEEDS = "seeds {first} to {last}"
SEED = "seed {first}"
BANDS = ("Lines: mean of the replicates. Dark band: 95 % interval of that mean. Light band: 9 of 10 replicates, "
         "that is the luck of one city.")
NO_BANDS = "One replicate only, so there are no bands: the lines hold its luck."
EFFECTS = "Blue numbers: effect in month {month}."
EFFECTS_BETWEEN = "Blue numbers: effect in month {month} and its 95 % interval."
STATISTICS = ("mean", "low", "high", "p05", "p95", "replicates")


class Measure(NamedTuple):
    """An outcome column in a panel."""

    column: str
    title: str
    unit: Unit


def subtitle(results: "Results") -> str:
    """Which run a figure shows."""
    return SUBTITLE.format(name=results.scenario.name, months=number(results.scenario.months),
                           replicates=replicates(results))


def replicates(results: "Results") -> str:
    """How many replicates there are, and their seeds, in words."""
    seeds = list(results.seeds)
    several = len(seeds) > 1
    which = (SEEDS if several else SEED).format(first=min(seeds), last=max(seeds))
    return (REPLICATES if several else ONE_REPLICATE).format(count=number(len(seeds)), seeds=which)


def note(results: "Results", words: str = "", effects: bool = True) -> str:
    """How to read bands and blue numbers, and what else must be known."""
    several = len(results.seeds) > 1
    blue = (EFFECTS_BETWEEN if several else EFFECTS).format(month=number(results.scenario.months))
    return " ".join([BANDS if several else NO_BANDS, *[blue] * (effects and has_twin(results)), words]).strip()


def has_twin(results: "Results") -> bool:
    """Whether the run has its world without programme."""
    return results.counterfactual is not None and len(results.counterfactual) > 0


def key(results: "Results") -> list[tuple[str, Style]]:
    """Which line is which, in figures that compare members with their twins."""
    ours = MEMBERS if (results.lives["formed"] >= 0).any() else LISTED
    return [(ours, STYLES[PROGRAMME]), (WITHOUT, STYLES[TWIN])][:1 + has_twin(results)]


def summarise(values: pd.DataFrame) -> pd.DataFrame:
    """Mean over the columns (replicates), its 95 % t-interval, and where 9 of 10 replicates lie."""
    count = values.notna().sum(axis=1)
    several = count > 1
    half = t.ppf(0.975, np.maximum(count - 1, 1)) * values.std(axis=1) / np.sqrt(np.maximum(count, 1))
    mean = values.mean(axis=1)
    shares = values.quantile([0.05, 0.95], axis=1).T.where(several)
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half,
                         "p05": shares[0.05], "p95": shares[0.95], "replicates": count})


def by_month(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """One outcome of the whole city, months down, seeds across; NaN where it is missing."""
    if table is None or column not in table:
        return pd.DataFrame()
    whole = table[table["district"] == "all"]
    return whole.pivot(index="month", columns="seed", values=column)


def over_time(results: "Results", columns: Iterable[str]) -> pd.DataFrame:
    """Outcomes with the programme, without, and the difference seed by seed, month by month.

    Returns panel (the outcome), series, month and the statistics; months without a value are left out.
    """
    parts = []
    for column in columns:
        ours = by_month(results.outcomes, column)
        theirs = by_month(results.counterfactual, column) if has_twin(results) else pd.DataFrame()
        series = {PROGRAMME: ours}
        if theirs.notna().any(axis=None):
            series |= {TWIN: theirs, EFFECT: ours - theirs}
        parts += [stack(values, column, name) for name, values in series.items() if len(values)]
    return join(parts)


def stack(values: pd.DataFrame, panel: str, series: str) -> pd.DataFrame:
    """Statistics of a (month, seed) frame as rows of a figure's table."""
    rows = summarise(values).dropna(subset="mean").rename_axis("month").reset_index()
    rows.insert(0, "panel", panel)
    rows.insert(1, "series", series)
    return rows


def join(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of a figure's table under each other."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=["panel", "series", "month", *STATISTICS])
    return pd.concat(filled, ignore_index=True)


def worth_drawing(table: pd.DataFrame) -> pd.DataFrame:
    """The table, or an empty one when it has one month only, of which there is no path to show."""
    return table if table["month"].nunique() > 1 else table.iloc[:0]


def rows_of(table: pd.DataFrame, panel: str, series: str) -> pd.DataFrame:
    """The rows of one line."""
    return table[(table["panel"] == panel) & (table["series"] == series)]


def draw_line(axes: Axes, rows: pd.DataFrame, style: Style, light: bool = True, steps: bool = False) -> None:
    """A line in its dark band, and in the light one where ``light``."""
    months, step = rows["month"], "post" if steps else None
    bands = [("p05", "p95", 0.13)] * light + [("low", "high", 0.30)]
    for low, high, strength in bands:
        axes.fill_between(months, rows[low], rows[high], color=style.colour, alpha=strength, linewidth=0, step=step)
    axes.plot(months, rows["mean"], color=style.colour, linestyle=style.dash, linewidth=style.width,
              marker="o" if len(rows) < 4 else "", drawstyle="steps-post" if steps else "default")


def draw_pair(axes: Axes, table: pd.DataFrame, measure: Measure, last: int, from_zero: bool = False,
              marks: int = 6, label: str = MONTHS) -> None:
    """Members and their twins, and the difference of the last month in words."""
    for series in (TWIN, PROGRAMME):
        draw_line(axes, rows_of(table, measure.column, series), STYLES[series], light=series == PROGRAMME)
    dress(axes, measure.unit)
    months_axis(axes, last, label, marks)
    head(axes, measure.title, finding(table, measure))
    if from_zero:
        axes.set_ylim(0, max(extent(table, measure.column)[1] * 1.1, 1e-9))


def extent(table: pd.DataFrame, panel: str) -> tuple[float, float]:
    """The lowest and the highest value that a panel's lines and bands reach."""
    drawn = table[(table["panel"] == panel) & (table["series"] != EFFECT)]
    return (float(drawn[["mean", "low", "p05"]].min(axis=None)),
            float(drawn[["mean", "high", "p95"]].max(axis=None)))


def present(table: pd.DataFrame, measures: Sequence[Measure]) -> list[Measure]:
    """The measures that the table has values of."""
    return [measure for measure in measures if (table["panel"] == measure.column).any()]


def finding(table: pd.DataFrame, measure: Measure) -> str:
    """The last difference with its interval in words, '' without a twin."""
    rows = rows_of(table, measure.column, EFFECT)
    if not len(rows):
        return ""
    last = rows.iloc[-1]
    return measure.unit.difference(last["mean"], last["low"], last["high"])


def ends(table: pd.DataFrame, panel: str) -> Mapping[str, tuple[float, float]]:
    """First and last mean of each series of a panel."""
    rows = table[table["panel"] == panel]
    return {series: (part["mean"].iloc[0], part["mean"].iloc[-1])
            for series, part in rows.groupby("series", sort=False)}
