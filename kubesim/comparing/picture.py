"""The picture of an effect: every world's path, and the difference within pairs with its band."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.comparing import words
from kubesim.comparing.verdict import SAME
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
"""Told apart by dashes as well as by colour; no figure draws more of them in one panel."""
MOST_IN_KEY = 3
MOST_TOGETHER = 4
"""Variants whose bands can be told apart in one panel; more of them get a panel each."""
ACROSS = 3
"""Panels beside each other, where each variant has its own."""
LONGEST = 24
"""Letters of a line of a name above such a panel, of which there are two at most."""


def draw(comparison: "Comparison", outcome: str, group: str | None = None) -> Figure:
    """The figure of an outcome of a group, by default the one that verdicts are about.

    Raises ScenarioError when it was not measured.
    """
    rows = effect_rows(comparison, outcome, group)
    several = len(comparison.variants) > MOST_TOGETHER
    return _panel_each(comparison, rows) if several else _all_in_one(comparison, rows)


def _all_in_one(comparison: "Comparison", rows: pd.DataFrame) -> Figure:
    """Levels on the left, differences on the right, all variants in each."""
    styles = dict(zip(comparison.variants, VARIANTS))
    key = [(comparison.baseline, BASELINE), *styles.items()]
    note = say("Left: means over {pairs} pairs. Right: the variant less {baseline}, pair by pair under the "
               "same luck.", pairs=number(len(comparison.seeds)), baseline=comparison.baseline)
    figure = style.new_figure(_layout(comparison, rows, note, key if len(key) <= MOST_IN_KEY else ()))
    left, right = figure.subplots(1, 2)
    _draw_levels(left, rows, dict(key), comparison)
    _draw_differences(right, rows, styles, comparison)
    return figure


def _panel_each(comparison: "Comparison", rows: pd.DataFrame) -> Figure:
    """The baseline's level, then a panel a variant in the order of the ranking, all of them with the
    same axis; the other variants are drawn in pale grey behind each."""
    order = list(comparison.ranking()["scenario"])
    note = say("First: mean of {baseline} over {pairs} pairs. Then each variant less {baseline}, pair by pair "
               "under the same luck, in the order of the ranking, with the difference at month {month} in words; pale "
               "lines are the other variants.", pairs=number(len(comparison.seeds)),
               baseline=comparison.baseline, month=number(comparison.months))
    down = -(-(1 + len(order)) // ACROSS)
    figure = style.new_figure(_layout(comparison, rows, note), (style.WIDE[0], 1.6 + 2.3 * down))
    level, *panels = figure.subplots(down, ACROSS, squeeze=False).ravel()
    _draw_levels(level, rows, {comparison.baseline: BASELINE}, comparison)
    _name(level, comparison.baseline, say("mean of the pairs"))
    for axes, label in zip(panels, order):
        if axes is not panels[0]:
            axes.sharey(panels[0])
        for other in order:
            path = rows[rows["scenario"] == other]
            axes.plot(path["month"], path["estimate"], color=style.GREY, linewidth=0.8, alpha=0.4)
        _draw_differences(axes, rows, {label: VARIANTS[0]}, comparison)
        last = rows[(rows["scenario"] == label) & (rows["month"] == comparison.months)]
        _name(axes, label, _written(last.iloc[0]) if len(last) else say("cannot be compared"))
    for axes in panels[len(order):]:
        axes.set_axis_off()
    for axes in [level, *panels][:max(1 + len(order) - ACROSS, 0)]:
        axes.set_xlabel("")
    return figure


def _layout(comparison: "Comparison", rows: pd.DataFrame, note: str, key: Sequence = ()) -> Layout:
    """The words around the panels; the note ends in what the bands are."""
    return Layout(words.subject(rows["outcome"].iloc[0], rows["group"].iloc[0]),
                  say("{pairs} pairs, months 0 to {months}", pairs=number(len(comparison.seeds)),
                      months=number(comparison.months)),
                  f"{note} {_bands(comparison, rows)}", key)


def _bands(comparison: "Comparison", rows: pd.DataFrame) -> str:
    """What the bands are, in a sentence."""
    if not np.isfinite(rows["low_together"]).any():
        return say("There are no bands, as these pairs give no intervals.")
    width = rows["high_together"] - rows["low_together"]
    if not (width > SAME * rows["estimate"].abs()).any():
        return say("There are no bands, as all pairs say the same.")
    if len(comparison.variants) == 1:
        return say("Bands are 95 % intervals of that mean, month by month.")
    return say("Bands are 95 % intervals of that mean, month by month, that hold for all {count} variants at "
               "once.", count=number(len(comparison.variants)))


def _name(axes: Axes, label: str, about: str) -> None:
    """Whose panel it is, and a remark."""
    lines = wrap(label, LONGEST, max_lines=2, placeholder="…")
    axes.set_title("\n".join(lines), loc="left", fontsize=style.TEXT, weight="bold", color=style.INK, pad=18)
    axes.texts[-1].set(text=about, fontsize=style.SMALL, position=(0, 5))


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
        axes.fill_between(path["month"], path["low_together"], path["high_together"], color=look.colour,
                          alpha=0.25, linewidth=0)
        _line(axes, path["month"], path["estimate"], look)
    style.dress(axes, _unit(rows, "estimate"))
    style.months_axis(axes, comparison.months)
    last = rows[rows["month"] == comparison.months]
    told = _told(last.iloc[0]) if len(last) == 1 and np.isfinite(last["low"].iloc[0]) else ""
    style.head(axes, say("Difference from the baseline"), effect=told)


def _line(axes: Axes, months: pd.Series, values: pd.Series, look: Style) -> None:
    axes.plot(months, values, color=look.colour, linestyle=look.dash, linewidth=look.width)


def _written(row: pd.Series) -> str:
    """A difference with its interval, where there is one and pairs do not all say the same."""
    low, high = row["low_together"], row["high_together"]
    if not np.isfinite(high - low) or high - low <= SAME * abs(row["estimate"]):
        return words.written(row["outcome"], *[row["estimate"]] * 3).signed(row["estimate"])
    how = words.written(row["outcome"], row["estimate"], low, high)
    return say("{difference} ({low} to {high})", difference=how.signed(row["estimate"]), low=how.digits(low),
               high=how.digits(high))


def _told(row: pd.Series) -> str:
    return say("month {month}: {effect}", month=number(row["month"]), effect=_written(row))


def _unit(rows: pd.DataFrame, column: str) -> Unit:
    """How the axis of a column writes its numbers."""
    largest = float(np.nanmax(np.abs(rows[column])))
    shape = words.written(rows["outcome"].iloc[0], largest, -largest, largest).unit
    return shape._replace(value=shape.change) if column == "estimate" else shape
