"""Pictures of what moves a sweep's outcomes: indices with a tornado beside them, and their convergence."""

from __future__ import annotations

from functools import partial
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kubesim.exploring.answers import answer_label, factor_label, outcome_label, shown
from kubesim.exploring.writing import Chart
from kubesim.language import phrase, say
from kubesim.plots import style
from kubesim.plots.formats import COUNT, PERCENT, PLAIN, Unit, number
from kubesim.plots.style import Layout, Style
from kubesim.sensitivity.picture import COLOURS, OTHER, WRAP, dress
from kubesim.sensitivity.swept import Moved, Sensitivity
from kubesim.sensitivity.swept_words import headline, size

MOST, FOLLOWED = 12, 5
"""Numbers in a picture of what matters, and in one of convergence."""
WIDTH, ROW = 13.0, 0.42
LINES = ((style.BLUE, "-"), (style.VERMILLION, (0, (5, 2))), (style.GREEN, (0, (1, 1.2))),
         (style.PURPLE, (0, (5, 1.5, 1, 1.5))), (style.ORANGE, (0, (8, 2))))
MEASURES = {"morris": phrase("moves it by (Morris μ*)"), "sobol": phrase("share of the variance (Sobol ST)"),
            "grid": phrase("share of the variance (ST over the grid)"),
            "pawn": phrase("moves the distribution by (PAWN), 0 to 1")}


def charts(found: Sensitivity) -> list[Chart]:
    """Two pictures for each answer: what matters, and whether there were points and seeds enough."""
    made = []
    for place, moved in enumerate(found.moved):
        name = f"{place + 1}-{moved.answer.outcome}"
        made.append(Chart(f"{name}-tornado", say("What moves {answer}", answer=headline(moved)),
                          partial(_tornado, moved), _tornado_table(moved), _tornado_alt(moved)))
        if len(moved.growth):
            made.append(Chart(f"{name}-convergence", say("Enough points and seeds?"), partial(_convergence, moved),
                              moved.growth, _convergence_alt(moved)))
    return made


def _unit(moved: Moved) -> Unit:
    """How axes write indices."""
    if moved.indices.method == "morris":
        largest = float(moved.indices.table["mu_star_high"].max())
        unit = shown(moved.answer, largest, -largest, largest).unit
        return unit._replace(value=PLAIN if unit.value == PERCENT else unit.value)
    return Unit(PLAIN, PLAIN, 1, 2) if moved.indices.method == "pawn" else Unit(PERCENT, PERCENT, 100, 0)


def _tornado_table(moved: Moved) -> pd.DataFrame:
    table = moved.indices.table.merge(moved.swings, on="path", suffixes=("", "_third"))
    return table.assign(meaning=[factor_label(moved.factors[path]) for path in table["path"]],
                        grade=[moved.factors[path].grade for path in table["path"]])


def _tornado(moved: Moved) -> Figure:
    rows = _tornado_table(moved).head(MOST)
    key = [(say("fitted to published figures"), Style(COLOURS["calibrated"], "-", 8.0)),
           (say("assumed"), Style(COLOURS["assumed"], "-", 8.0)),
           (say("observed, or from literature"), Style(OTHER, "-", 8.0))]
    note = say("Left: {measure}; lines are 95 % intervals{chance}. Right: its mean where the number is in the lowest "
               "third (hollow ◇) and in the highest third (filled ●) of its span, all others varying, with 95 % "
               "intervals; the dotted line is the mean of all points.", measure=say(MEASURES[moved.indices.method]),
               chance=say("; what ends left of the dashed line may be chance") if np.isfinite(moved.noise) else "")
    layout = Layout(say("What moves {answer}", answer=headline(moved)), say(
        "{used} of {all} parts of the design, {seeds} seeds", used=moved.indices.used, all=moved.asked,
        seeds=moved.luck.seeds), note, key)
    figure = style.new_figure(layout, (WIDTH, 2.6 + ROW * len(rows)))
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, moved, rows)
    _swings(right, moved, rows)
    figure.get_layout_engine().set(w_pad=0.2)
    return figure


def _bars(axes: Axes, moved: Moved, rows: pd.DataFrame) -> None:
    column, unit = moved.indices.column, _unit(moved)
    held = rows[column].to_numpy()
    low = rows[f"{column}_low"].fillna(rows[column]).clip(lower=0).to_numpy()
    high = rows[f"{column}_high"].fillna(rows[column]).to_numpy()
    axes.barh(range(len(rows)), held, height=0.62, zorder=2,
              color=[COLOURS.get(grade, OTHER) for grade in rows["grade"]])
    axes.errorbar(held, range(len(rows)), xerr=np.maximum([held - low, high - held], 0), fmt="none",
                  ecolor=style.INK, elinewidth=1.1, capsize=2.5, zorder=3)
    if np.isfinite(moved.noise):
        axes.axvline(moved.noise, color=style.GREY, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    axes.set_yticks(range(len(rows)), [fill(words, WRAP) for words in rows["meaning"]])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.08 * max(float(np.max(high)), float(np.max(held)), 1e-12))
    dress(axes, unit, _in_unit(say(MEASURES[moved.indices.method]), unit, moved))


def _in_unit(words: str, unit: Unit, moved: Moved) -> str:
    """What an axis measures, with percentage points named where its numbers cannot say it."""
    points = moved.indices.method == "morris" and unit.scale == 100
    return say("{measure}, percentage points", measure=words) if points else words


def _swings(axes: Axes, moved: Moved, rows: pd.DataFrame) -> None:
    places = np.arange(len(rows))
    for end, marker, shift, face in (("low", "D", -0.14, "white"), ("high", "o", 0.14, style.BLUE)):
        held = rows[end].to_numpy()
        arms = np.nan_to_num([held - rows[f"{end}_low"], rows[f"{end}_high"] - held])
        axes.errorbar(held, places + shift, xerr=np.maximum(arms, 0), fmt=marker, markersize=6.5, zorder=3,
                      color=style.BLUE, markerfacecolor=face, markeredgecolor=style.BLUE, elinewidth=1.3, capsize=2)
    axes.hlines(places, rows["low"], rows["high"], color=style.PALE_BLUE, linewidth=7, zorder=1)
    axes.axvline(rows["usual"].iloc[0], color=style.GREY, linewidth=1.2, linestyle=":", zorder=1)
    values = rows[["low_low", "high_high", "high_low", "low_high"]].to_numpy()
    largest = float(np.nanmax(np.abs(values)))
    unit = shown(moved.answer, largest, -largest, largest).unit
    points = bool(moved.answer.against) and unit.scale == 100
    axes.xaxis.set_major_locator(MaxNLocator(4))
    dress(axes, unit._replace(value=PLAIN) if points else unit,
          say("{outcome}, percentage points", outcome=outcome_label(moved.answer.outcome)) if points else
          outcome_label(moved.answer.outcome))


def _tornado_alt(moved: Moved) -> str:
    table, column = moved.indices.table, moved.indices.column
    named = [f"{factor_label(moved.factors[row['path']])}, "
             f"{size(moved, row[column], row[f'{column}_low'], row[f'{column}_high'])}"
             for row in table.head(3).to_dict("records")]
    return say("Bars with intervals, the largest on top. {answer} is moved most by: {names}.",
               answer=answer_label(moved.answer), names="; ".join(named))


def _convergence(moved: Moved) -> Figure:
    followed = list(moved.indices.table["path"][:FOLLOWED])
    key = [(fill(factor_label(moved.factors[path]), WRAP), Style(*LINES[place]))
           for place, path in enumerate(followed)]
    sides = [(by, words) for by, words in (("points", say("parts of the design in use")),
                                          ("seeds", say("seeds in use"))) if by in set(moved.growth["by"])]
    note = say("Indices of the largest numbers as more of the study is used; bands are 95 % intervals, cut off at the "
               "top. Lines that still move or cross at the right say that the ranking is not settled.")
    layout = Layout(say("Enough points and seeds?"), headline(moved), note)
    figure = style.new_figure(layout, (WIDTH, 6.6))
    panels = figure.subplots(1, len(sides), squeeze=False, sharey=True)[0]
    for axes, (by, words) in zip(panels, sides):
        for place, path in enumerate(followed):
            rows = moved.growth[(moved.growth["by"] == by) & (moved.growth["path"] == path)]
            colour, dash = LINES[place]
            axes.fill_between(rows["used"], rows["low"].clip(lower=0), rows["high"], color=colour, alpha=0.12, lw=0)
            axes.plot(rows["used"], rows["value"], color=colour, linestyle=dash, linewidth=2.2, marker="o", ms=4)
        style.dress(axes, _unit(moved), _in_unit(say(MEASURES[moved.indices.method]), _unit(moved), moved)
                    if axes is panels[0] else "")
        axes.set_ylim(0, _top(moved, followed))
        axes.set_xticks(sorted(moved.growth.loc[moved.growth["by"] == by, "used"].unique()))
        axes.xaxis.set_major_formatter(style.Ticks(COUNT))
        axes.set_xlabel(words, fontsize=style.TEXT, color=style.INK)
    figure.legend([_line(look) for _, look in key], [words for words, _ in key], loc="outside right center",
                  frameon=False, fontsize=style.SMALL, labelcolor=style.INK, handlelength=3.0)
    return figure


def _top(moved: Moved, followed: list[str]) -> float:
    """Where the axis ends: above all lines and the last intervals; those of the first few points may be huge."""
    rows = moved.growth[moved.growth["path"].isin(followed)]
    column = moved.indices.column
    return 1.1 * max(float(rows["value"].max()), float(moved.indices.table[f"{column}_high"].max()), 1e-12)


def _line(look: Style):
    from matplotlib.lines import Line2D
    return Line2D([], [], color=look.colour, linestyle=look.dash, linewidth=look.width)


def _convergence_alt(moved: Moved) -> str:
    growth, path = moved.growth, moved.indices.table["path"][0]
    rows = growth[growth["path"] == path]
    told = [say("{first} with {few} {by}, {last} with {many}", first=number(part["value"].iloc[0], 3),
                few=part["used"].iloc[0], last=number(part["value"].iloc[-1], 3), many=part["used"].iloc[-1],
                by=say("seeds") if by == "seeds" else say("parts of the design"))
            for by, part in rows.groupby("by")]
    return say("Lines of indices against what is used. The largest, {name}: {steps}.",
               name=factor_label(moved.factors[path]), steps="; ".join(told))
