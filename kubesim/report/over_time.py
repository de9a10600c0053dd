"""Pictures of effects: month by month, by district and by decile of the first month's consumption."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kubesim.comparing import picture, words
from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import MISSING, Unit, number
from kubesim.plots.style import Layout, Style
from kubesim.report import stacks
from kubesim.report.blocks import Picture, Table
from kubesim.report.numbers import difference

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

YEAR = 12
FEW_PLACES, MOST_SIDE_BY_SIDE = 8, 14


# -- month by month ----------------------------------------------------------------------------
def effect_picture(comparison: "Comparison", name: str) -> Picture | None:
    """Levels and differences of an outcome over time; None where no pair has a value in both worlds."""
    outcome = words.told(name)
    group = words.headline_group(name)
    effects = comparison.effects
    rows = effects[(effects["outcome"] == outcome) & (effects["group"] == group)]
    if not np.isfinite(rows["estimate"]).any():
        return None
    title = words.subject(outcome, group)
    return Picture(f"effect_{name}", title, picture.draw(comparison, outcome, group),
                   _tell(comparison, rows, title), _by_month(comparison, rows, title))


def _tell(comparison: "Comparison", rows: pd.DataFrame, title: str) -> str:
    """What the lines of differences come to."""
    last = rows[(rows["month"] == comparison.months) & np.isfinite(rows["estimate"])]
    last = last.sort_values("estimate")
    parts = {"outcome": title, "months": number(comparison.months), "baseline": comparison.baseline}
    if not len(last):
        return say("{outcome} over {months} months: no pair has a value in both worlds at the end", **parts)
    if len(last) == 1:
        row = last.iloc[0]
        return say("{outcome} over {months} months: {variant} ends at a difference of {difference} from "
                   "{baseline}", variant=row["scenario"], difference=difference(row), **parts)
    low, high = last.iloc[0], last.iloc[-1]
    return say("{outcome} over {months} months: differences from {baseline} end between {lowest} "
               "({lowest_of}) and {highest} ({highest_of})", lowest=difference(low), highest=difference(high),
               lowest_of=low["scenario"], highest_of=high["scenario"], **parts)


def _by_month(comparison: "Comparison", rows: pd.DataFrame, title: str) -> Table:
    """The differences at the end of every year."""
    months = sorted({*range(0, comparison.months + 1, YEAR), comparison.months})
    known = {(row["scenario"], row["month"]): row for _, row in rows[rows["month"].isin(months)].iterrows()}
    cells = [[say("Month {month}", month=number(month)),
              *(difference(known[label, month]) if (label, month) in known else MISSING
                for label in comparison.variants)] for month in months]
    return Table(say("{outcome}: difference from {baseline} (95 % interval)", outcome=title,
                     baseline=comparison.baseline),
                 [say("month"), *comparison.variants], cells)


# -- by district and by decile -----------------------------------------------------------------
def district_picture(comparison: "Comparison", shown: Sequence[str]) -> Picture | None:
    """The effect at the end by district with its interval; None with a single district, and with more
    than can stand side by side."""
    outcome = words.told(comparison.asked[0])
    rows = _rows_of(comparison, outcome, "district ")
    if rows["place"].nunique() > MOST_SIDE_BY_SIDE:
        return None
    title = say("{outcome} by district", outcome=words.title(outcome))
    return _by_group(comparison, shown, "districts", title, rows)


def decile_picture(comparison: "Comparison", shown: Sequence[str]) -> Picture | None:
    """The effect on consumption at the end by decile of the first month's consumption, or on the first
    outcome that is known by decile; None without one."""
    for name in ("consumption", *comparison.asked):
        rows = _rows_of(comparison, name, "decile ")
        if len(rows):
            title = say("{outcome} by decile of consumption at the start (1 is the poorest tenth)",
                        outcome=words.title(name))
            return _by_group(comparison, shown, "deciles", title, rows)
    return None


def _rows_of(comparison: "Comparison", outcome: str, beginning: str) -> pd.DataFrame:
    effects = comparison.effects
    rows = effects[(effects["outcome"] == outcome) & (effects["month"] == comparison.months)
                   & effects["group"].str.startswith(beginning) & np.isfinite(effects["estimate"])]
    return rows.assign(place=rows["group"].str.removeprefix(beginning))


def _place(row: pd.Series) -> str:
    """A district's name, or which decile it is."""
    if row["group"].startswith("decile "):
        return say("decile {decile}", decile=row["place"])
    return row["place"]


def _by_group(comparison: "Comparison", shown: Sequence[str], name: str, title: str,
              rows: pd.DataFrame) -> Picture | None:
    """Dots with intervals, a column a group, and the table of them."""
    if not len(rows):
        return None
    places = list(rows["place"].unique())
    note = say("Difference from {baseline} at month {month}, with 95 % intervals for all variants at once.",
               baseline=comparison.baseline, month=number(comparison.months))
    if len(shown) < len(comparison.variants):
        note += " " + say("Shown are the first {count} of the ranking; the table has all.",
                          count=number(len(shown)))
    looks = dict(zip(shown, picture.VARIANTS))
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(len(comparison.seeds))), note))
    axes = figure.subplots()
    _draw_dots(axes, rows, places, looks)
    stacks.write_lines(axes, looks)
    known = {(row["place"], row["scenario"]): difference(row) for _, row in rows.iterrows()}
    cells = [[place, *(known.get((place, label), MISSING) for label in comparison.variants)]
             for place in places]
    head = say("district") if name == "districts" else say("decile")
    return Picture(name, title, figure, _tell_groups(title, rows, shown[0]),
                   Table(title, [head, *comparison.variants], cells))


def _draw_dots(axes: Axes, rows: pd.DataFrame, places: Sequence[str], looks: dict[str, Style]) -> None:
    axes.axhline(0, color=style.INK, linewidth=1.0)
    markers = "osD^"
    for i, (label, look) in enumerate(looks.items()):
        own = rows[rows["scenario"] == label].set_index("place").reindex(places)
        across = np.arange(len(places)) + (i - (len(looks) - 1) / 2) * 0.16
        axes.vlines(across, own["low_together"], own["high_together"], color=look.colour, linewidth=2.2)
        axes.plot(across, own["estimate"], markers[i], color=look.colour, markersize=7)
    style.dress(axes, _axis_unit(rows))
    size = style.TEXT if len(places) <= FEW_PLACES else style.SMALL - 2
    letters = int(72 * 9.5 / len(places) / (0.6 * size))
    axes.set_xticks(range(len(places)), ["\n".join(wrap(place, letters, break_long_words=False))
                                         for place in places], fontsize=size)


def _tell_groups(title: str, rows: pd.DataFrame, label: str) -> str:
    own = rows[rows["scenario"] == label].sort_values("estimate")
    low, high = own.iloc[0], own.iloc[-1]
    return say("{title}: under {variant} the difference runs from {lowest} ({lowest_of}) to {highest} "
               "({highest_of})", title=title, variant=label, lowest=difference(low), lowest_of=_place(low),
               highest=difference(high), highest_of=_place(high))


def _axis_unit(rows: pd.DataFrame) -> Unit:
    largest = float(np.nanmax(np.abs(rows["estimate"])))
    unit = words.written(rows["outcome"].iloc[0], largest, -largest, largest).unit
    return unit._replace(value=unit.change)
