"""The picture of an effect: every world's path, and the difference within pairs with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.comparing import words
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import Unit, number
from kubesim.plots.style import Layout, Style

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

BASELINE = Style(style.GREY, (0, (4, 2)), 2.0)
VARIANTS = (Style(style.BLUE), Style(style.ORANGE, (0, (6, 1.5))), Style(style.GREEN, (0, (3, 1, 1, 1))),
            Style(style.PURPLE, (0, (1, 1))), Style(style.SKY, (0, (8, 2, 2, 2))),
            Style(style.VERMILLION, (0, (2, 2))))
"""Told apart by dashes as well as by colour; with more variants they come round again."""
MOST_IN_KEY = 3
MOST_BANDS = 4


def draw(comparison: "Comparison", outcome: str, group: str | None = None) -> Figure:
    """The figure of an outcome of a group, by default the one that verdicts are about.

    Raises ScenarioError when it was not measured.
    """
    rows = effect_rows(comparison, outcome, group)
    styles = dict(zip(comparison.variants, VARIANTS * len(comparison.variants)))
    key = [(comparison.baseline, BASELINE), *styles.items()]
    count, months = number(len(comparison.seeds)), number(comparison.months)
    note = say("Left: means over {pairs} pairs. Right: the variant less {baseline}, pair by pair under the "
               "same luck; bands are 95 % intervals of that mean.", pairs=count, baseline=comparison.baseline)
    figure = style.new_figure(Layout(
        words.subject(rows["outcome"].iloc[0], rows["group"].iloc[0]),
        say("{pairs} pairs, months 0 to {months}", pairs=count, months=months), note,
        key if len(key) <= MOST_IN_KEY else ()))
    left, right = figure.subplots(1, 2)
    _draw_levels(left, rows, dict(key), comparison)
    _draw_differences(right, rows, styles, comparison)
    return figure


def effect_rows(comparison: "Comparison", outcome: str, group: str | None = None) -> pd.DataFrame:
    """The rows of the table of effects behind a figure; raises ScenarioError when there are none."""
    effects = comparison.effects
    of_outcome = effects[effects["outcome"] == outcome]
    if not len(of_outcome):
        raise ScenarioError(say("outcome '{outcome}' was not measured; there are: {known}", outcome=outcome,
                                known=", ".join(effects["outcome"].unique())))
    whose = group or words.headline_group(outcome)
    rows = of_outcome[of_outcome["group"] == whose]
    if not len(rows):
        raise ScenarioError(say("{outcome} was not measured for '{group}'; there are: {known}", group=whose,
                                outcome=outcome, known=", ".join(of_outcome["group"].unique())))
    return rows


def _draw_levels(axes: Axes, rows: pd.DataFrame, styles: dict[str, Style], comparison: "Comparison") -> None:
    """The paths of all worlds; the baseline's from the rows of the first variant."""
    ends = []
    for label, look in styles.items():
        column = "baseline" if label == comparison.baseline else "variant"
        path = rows[rows["scenario"] == (rows["scenario"].iloc[0] if column == "baseline" else label)]
        _line(axes, path["month"], path[column], look)
        ends += [(path[column].iloc[-1], label, look.colour)] if len(path) else []
    style.dress(axes, _unit(rows, "baseline"))
    style.months_axis(axes, comparison.months)
    style.head(axes, say("Level"), about=say("mean of the pairs"))
    if len(styles) > MOST_IN_KEY:
        style.label_ends(axes, ends, narrow=True)


def _draw_differences(axes: Axes, rows: pd.DataFrame, styles: dict[str, Style],
                      comparison: "Comparison") -> None:
    """The paired differences with their bands, around a line at none."""
    axes.axhline(0, color=style.INK, linewidth=1.0)
    for label, look in styles.items():
        path = rows[rows["scenario"] == label]
        if len(styles) <= MOST_BANDS:
            axes.fill_between(path["month"], path["low"], path["high"], color=look.colour, alpha=0.25,
                              linewidth=0)
        _line(axes, path["month"], path["estimate"], look)
    style.dress(axes, _unit(rows, "estimate"))
    style.months_axis(axes, comparison.months)
    last = rows[rows["month"] == comparison.months]
    told = _told(last.iloc[0]) if len(last) == 1 and np.isfinite(last["low"].iloc[0]) else ""
    about = say("95 % bands") if len(styles) <= MOST_BANDS else say("without bands, as there are many")
    style.head(axes, say("Difference from the baseline"), effect=told, about=about)


def _line(axes: Axes, months: pd.Series, values: pd.Series, look: Style) -> None:
    axes.plot(months, values, color=look.colour, linestyle=look.dash, linewidth=look.width)


def _told(row: pd.Series) -> str:
    how = words.written(row["outcome"], row["estimate"], row["low"], row["high"])
    return say("month {month}: {effect} (95 % {low} to {high})", month=number(row["month"]),
               effect=how.signed(row["estimate"]), low=how.digits(row["low"]), high=how.digits(row["high"]))


def _unit(rows: pd.DataFrame, column: str) -> Unit:
    """How the axis of a column writes its numbers."""
    largest = float(np.nanmax(np.abs(rows[column])))
    shape = words.written(rows["outcome"].iloc[0], largest, -largest, largest).unit
    return shape._replace(value=shape.change) if column == "estimate" else shape
