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
from kubesim.plots.formats import Unit, number
from kubesim.plots.style import (BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, Layout, Style, dress, head,
                                 label_ends, months_axis, new_figure)

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

BASELINE = Style(GREY, (0, (4, 2)), 2.0)
VARIANTS = (Style(BLUE), Style(ORANGE, (0, (6, 1.5))), Style(GREEN, (0, (3, 1, 1, 1))), Style(PURPLE, (0, (1, 1))),
            Style(SKY, (0, (8, 2, 2, 2))), Style(VERMILLION, (0, (2, 2))))
"""Told apart by dashes as well as by colour; with more variants they come round again."""


def draw(comparison: "Comparison", outcome: str, group: str | None = None) -> Figure:
    """The figure of an outcome of a group, by default the one that verdicts are about.

    Raises ScenarioError when it was not measured.
    """
    rows = effect_rows(comparison, outcome, group)
    name, whose = rows["outcome"].iloc[0], rows["group"].iloc[0]
    styles = dict(zip(comparison.variants, VARIANTS * len(comparison.variants)))
    note = say("Left: means over {pairs} pairs. Right: the variant less {baseline}, pair by pair under the same luck; the "
               "band is the 95 % interval of that mean.", pairs=number(len(comparison.seeds)),
               baseline=comparison.baseline)
    key = [(comparison.baseline, BASELINE), *styles.items()]
    figure = new_figure(Layout(words.subject(name, whose), say("{pairs} pairs, months 0 to {months}", pairs=number(
        len(comparison.seeds)), months=number(comparison.months)), note, key if len(key) < 4 else ()))
    left, right = figure.subplots(1, 2)
    _draw_levels(left, rows, styles, comparison, labels=len(key) >= 4)
    _draw_differences(right, rows, styles, comparison)
    return figure


def effect_rows(comparison: "Comparison", outcome: str, group: str | None = None) -> pd.DataFrame:
    """The rows of the table of effects behind a figure; raises ScenarioError when there are none."""
    effects = comparison.effects
    if outcome not in set(effects["outcome"]):
        known = ", ".join(dict.fromkeys(effects["outcome"]))
        raise ScenarioError(say("outcome '{outcome}' was not measured; there are: {known}", outcome=outcome, known=known))
    whose = group or words.headline_group(outcome)
    rows = effects[(effects["outcome"] == outcome) & (effects["group"] == whose)]
    if not len(rows):
        known = ", ".join(effects.loc[effects["outcome"] == outcome, "group"].unique())
        raise ScenarioError(say("{outcome} was not measured for '{group}'; there are: {known}", outcome=outcome,
                                group=whose, known=known))
    return rows


def _draw_levels(axes: Axes, rows: pd.DataFrame, styles: dict[str, Style], comparison: "Comparison",
                 labels: bool) -> None:
    """The paths of all worlds."""
    unit = _unit(rows, "baseline")
    ends = []
    for label, style in styles.items():
        path = rows[rows["scenario"] == label]
        axes.plot(path["month"], path["variant"], color=style.colour, linestyle=style.dash, linewidth=style.width)
        ends.append((path["variant"].iloc[-1], label, style.colour))
    base = rows[rows["scenario"] == rows["scenario"].iloc[0]]
    axes.plot(base["month"], base["baseline"], color=BASELINE.colour, linestyle=BASELINE.dash, linewidth=BASELINE.width)
    ends.append((base["baseline"].iloc[-1], comparison.baseline, BASELINE.colour))
    dress(axes, unit)
    months_axis(axes, comparison.months)
    head(axes, say("Level"), about=say("mean of the pairs"))
    if labels:
        label_ends(axes, ends, narrow=True)


def _draw_differences(axes: Axes, rows: pd.DataFrame, styles: dict[str, Style], comparison: "Comparison") -> None:
    """The paired differences with their bands, around a line at none."""
    axes.axhline(0, color=INK, linewidth=1.0)
    for label, style in styles.items():
        path = rows[rows["scenario"] == label]
        axes.fill_between(path["month"], path["low"], path["high"], color=style.colour, alpha=0.25, linewidth=0)
        axes.plot(path["month"], path["estimate"], color=style.colour, linestyle=style.dash, linewidth=style.width)
    dress(axes, _unit(rows, "estimate"))
    months_axis(axes, comparison.months)
    last = rows[rows["month"] == comparison.months]
    told = ""
    if len(last) == 1 and np.isfinite(last["low"].iloc[0]):
        row = last.iloc[0]
        how = words.written(row["outcome"], row["estimate"], row["low"], row["high"])
        told = say("month {month}: {effect} (95 % {low} to {high})", month=number(comparison.months),
                   effect=how.signed(row["estimate"]), low=how.digits(row["low"]), high=how.digits(row["high"]))
    head(axes, say("Difference from the baseline"), effect=told, about=say("95 % bands"))


def _unit(rows: pd.DataFrame, column: str) -> Unit:
    """How the axis of a column writes its numbers."""
    largest = float(np.nanmax(np.abs(rows[column]))) if len(rows) else 0.0
    shape = words.written(rows["outcome"].iloc[0], largest, -largest, largest).unit
    return shape._replace(value=shape.change) if column == "estimate" else shape
