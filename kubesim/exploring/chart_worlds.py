"""Pictures of designs over worlds: where one fails, regret against satisficing, the best designs side by side."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kubesim.comparing.words import LESS_IS_BETTER
from kubesim.exploring.answers import (answers, factor_label, outcome_label, plain_outcome, shown,
                                       usual_columns)
from kubesim.exploring.designs import designs_of, levers
from kubesim.exploring.words import box_words, criterion, value_words
from kubesim.exploring.writing import Chart
from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import PERCENT, PLAIN, Unit, percent
from kubesim.plots.style import Layout, Style

if TYPE_CHECKING:
    from kubesim.exploring.explored import Discovered, Explored, Subject

BEST, LEAST_DESIGNS, MOST_AXES, NUMBERED = 4, 3, 8, 12
"""Designs that are coloured, designs and axes that parallel coordinates need and bear; designs that are named
in the picture of trade-offs."""
COLOURS = (style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE)
DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))


# -- where it fails ----------------------------------------------------------------------------
def box_chart(found: "Explored", subject: "Subject", told: "Discovered", name: str) -> Chart:
    """The first box, drawn over the two numbers that restrict it most surely."""
    box, cases = told.boxes[0], found.cases.iloc[told.rows].reset_index(drop=True)
    paths = [limit.path for limit in box.limits][:2]
    others = [path for path in cases if path not in paths]
    paths += others[:2 - len(paths)]
    table = cases[paths].assign(looked_for=told.hits, value=told.answer.means[told.rows])
    title = say("Where {scenario} succeeds", scenario=told.answer.scenario) if found.succeeding else say(
        "Where {scenario} fails", scenario=told.answer.scenario)
    sentence = box_words(found, subject, told, box)
    return Chart(name, title, partial(_box, found, told, table, paths, title, sentence), table, sentence)


def _box(found: "Explored", told: "Discovered", table: pd.DataFrame, paths: list[str], title: str,
         sentence: str) -> Figure:
    kinds = (say("succeeds"), say("fails")) if found.succeeding else (say("fails"), say("succeeds"))
    layout = Layout(title, sentence, say(
        "One mark a point: ✕ {hit}, ○ {other}. The shaded box is PRIM's first box; what else restricts it is in the "
        "sentence above.", hit=kinds[0], other=kinds[1]))
    figure = style.new_figure(layout, (10.0, 7.4))
    axes = figure.subplots()
    x, y = (table[path] if path in table else pd.Series(np.zeros(len(table))) for path in (*paths, "")[:2])
    hits = table["looked_for"].to_numpy(bool)
    axes.plot(x[~hits], y[~hits], "o", color=style.BLUE, markerfacecolor="none", markersize=6, zorder=3)
    axes.plot(x[hits], y[hits], "x", color=style.VERMILLION, markersize=7, markeredgewidth=2, zorder=4)
    spans = [_span(told, path, values) for path, values in zip((*paths, "")[:2], (x, y))]
    (left, right), (low, high) = spans
    axes.add_patch(Rectangle((left, low), right - left, high - low, facecolor=style.YELLOW, alpha=0.35, zorder=1,
                             edgecolor=style.INK, linewidth=1.6))
    style.dress(axes, Unit(PLAIN, PLAIN, 1, 2))
    for path, axis in zip(paths, (axes.xaxis, axes.yaxis)):
        factor = found.factors[path.partition("=")[0]]
        axis.set_major_formatter(lambda held, _, factor=factor: value_words(factor, held))
        axis.set_label_text(fill(factor_label(factor) + path.partition("=")[1] + path.partition("=")[2], 60),
                            fontsize=style.TEXT, color=style.INK)
    axes.locator_params(axis="x", nbins=6)
    return figure


def _span(told: "Discovered", path: str, values: pd.Series) -> tuple[float, float]:
    """From where to where the box goes, a little beyond the points where it is open."""
    edge = 0.03 * max(float(np.ptp(values)), 1e-9)
    limit = next((held for held in told.boxes[0].limits if held.path == path), None)
    low = limit.low if limit and np.isfinite(limit.low) else float(values.min()) - edge
    high = limit.high if limit and np.isfinite(limit.high) else float(values.max()) + edge
    return low, high


# -- trade-offs --------------------------------------------------------------------------------
def trade_off(subject: "Subject", name: str) -> Chart:
    """Regret against the share of worlds that meet the criterion, a mark a design."""
    table = subject.robust.table
    least = table.loc[table["regret_high"].idxmin()]
    answer = subject.answers[0]
    alt = say("{count} designs. Least regret at the 90th percentile: {design}, {regret}; it meets the criterion in "
              "{share} of {worlds} worlds.", count=len(table), design=least["design"],
              regret=shown(answer, least["regret_high"], least["regret_high_low"], least["regret_high_high"]).amount(
                  least["regret_high"]), share=percent(least["satisfied"]), worlds=int(least["worlds"]))
    return Chart(name, say("Which design is robust"), partial(_trade_off, subject, table), table, alt)


def _trade_off(subject: "Subject", table: pd.DataFrame) -> Figure:
    answer = subject.answers[0]
    layout = Layout(say("Which design is robust"), say("{outcome}; success is: {criterion}", outcome=outcome_label(
        subject.outcome), criterion=criterion(subject)), say(
        "Across: how much worse than the best design of the same world, at the 90th percentile of {worlds} worlds "
        "(less is better). Up: worlds in which the design meets the criterion (more is better). Lines are 95 % "
        "intervals over worlds.", worlds=int(table["worlds"].iloc[0])))
    figure = style.new_figure(layout, (12.5, 6.8))
    axes, names = figure.subplots(1, 2, width_ratios=(3.2, 1))
    names.set_axis_off()
    ranked = table.sort_values(["regret_high", "satisfied"], ascending=[True, False], kind="stable")
    for place, row in reversed(list(enumerate(ranked.to_dict("records")))):
        bold = place < NUMBERED
        arms = [np.maximum([[row[column] - row[f"{column}_low"]], [row[f"{column}_high"] - row[column]]], 0)
                for column in ("regret_high", "satisfied")]
        axes.errorbar(row["regret_high"], row["satisfied"], xerr=arms[0], yerr=arms[1], fmt="o", capsize=2.5,
                      markersize=15 if bold else 6, color=style.BLUE if bold else style.GREY, elinewidth=1.2,
                      markeredgecolor="white", zorder=3)
        if bold:
            axes.text(row["regret_high"], row["satisfied"], str(place + 1), ha="center", va="center", zorder=5,
                      fontsize=style.SMALL, color="white", weight="bold")
    names.text(0.0, 1.0, "\n".join(fill(f"{place + 1}  {name}", 40, subsequent_indent="    ") for place, name in
                                   enumerate(ranked["design"][:NUMBERED])), ha="left", va="top", linespacing=1.5,
               fontsize=style.SMALL, color=style.INK, transform=names.transAxes)
    largest = float(table["regret_high_high"].max())
    unit = shown(answer, largest, -largest, largest).unit
    style.dress(axes, Unit(PERCENT, PERCENT, 100, 0), say("worlds that meet the criterion"))
    points = unit.scale == 100
    axes.xaxis.set_major_formatter(style.Ticks(unit._replace(value=PLAIN) if points else unit))
    axes.locator_params(axis="x", nbins=6)
    axes.set_ylim(-0.06, 1.1)
    axes.set_xlim(left=-0.05 * max(largest, 1e-12), right=1.08 * max(largest, 1e-12))
    axes.set_xlabel(say("regret at the 90th percentile, percentage points") if points else
                    say("regret at the 90th percentile"), fontsize=style.TEXT, color=style.INK)
    return figure


# -- the best designs side by side -------------------------------------------------------------
def parallel(found: "Explored", subject: "Subject", name: str) -> Iterator[Chart]:
    """Parallel coordinates of designs: their levers and what they do to every outcome; none for fewer than
    three designs."""
    columns = list(dict.fromkeys([subject.outcome, *usual_columns(found.sweep)]))
    told: dict[str, dict] = {}
    levels = not subject.answers[0].against
    for answer in answers(found.sweep, columns, levels=levels):
        told.setdefault(answer.scenario, {})[answer.outcome] = answer
    rows = []
    for design in designs_of(found.sweep, told):
        chosen = design.rows[design.rows >= 0]
        means = {outcome: float(np.nanmean(answer.values[chosen])) if np.isfinite(answer.values[chosen]).any()
                 else np.nan for outcome, answer in told[design.scenario].items()}
        rows.append({"design": design.name, "scenario": design.scenario, **design.values, **means})
    table = pd.DataFrame(rows)
    if len(table) < LEAST_DESIGNS:
        return
    less = plain_outcome(subject.outcome) in LESS_IS_BETTER
    table = table.sort_values(subject.outcome, ascending=less, kind="stable", ignore_index=True)
    kinds = [column for column in columns if table[column].notna().all()]
    alt = say("{count} designs side by side, the best by {outcome}: {names}.", count=len(table),
              outcome=outcome_label(subject.outcome), names="; ".join(table["design"][:BEST]))
    yield Chart(name, say("The best designs side by side"),
                partial(_parallel, found, subject, table, kinds, next(iter(told.values()))), table, alt)


def _parallel(found: "Explored", subject: "Subject", table: pd.DataFrame, kinds: list[str], told: dict) -> Figure:
    paths = [path for path in levers(found.sweep) if pd.api.types.is_numeric_dtype(table[path])]
    columns = [*paths, *kinds][:MOST_AXES]
    best = table.head(BEST)
    key = [(words, Style(COLOURS[place], DASHES[place])) for place, words in enumerate(best["design"])]
    layout = Layout(say("The best designs side by side"), say("the best by {outcome}", outcome=outcome_label(
        subject.outcome)), say("One line a design, the best {count} in colour; each axis from its lowest value below "
                               "to its highest above, ▲ or ▼ says which end is better.", count=len(best)), key)
    figure = style.new_figure(layout, (max(9.0, 1.9 * len(columns) + 1.5), 6.4))
    axes = figure.subplots()
    scaled = (table[columns] - table[columns].min()) / (table[columns].max() - table[columns].min()).replace(0, np.nan)
    scaled = scaled.fillna(0.5)
    for place in reversed(range(len(table))):
        look = Style(COLOURS[place], DASHES[place], 2.6) if place < BEST else Style(style.FAINT, "-", 1.4)
        axes.plot(range(len(columns)), scaled.iloc[place], color=look.colour, linestyle=look.dash,
                  linewidth=look.width, marker="o" if place < BEST else None, zorder=3 if place < BEST else 1)
    for place, column in enumerate(columns):
        axes.axvline(place, color=style.GREY, linewidth=1.0, zorder=2)
        for height, value in ((-0.06, table[column].min()), (1.06, table[column].max())):
            axes.text(place, height, _end(found, told, table, column, value), ha="center", va="center",
                      fontsize=style.SMALL, color=style.INK)
    axes.set_xticks(range(len(columns)), [_axis_name(found, column) for column in columns])
    axes.tick_params(labelsize=style.SMALL, labelcolor=style.INK, length=0)
    axes.set_yticks([])
    axes.set_ylim(-0.12, 1.12)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def _end(found: "Explored", told: dict, table: pd.DataFrame, column: str, value: float) -> str:
    if column in found.factors:
        return value_words(found.factors[column], value)
    answer, span = told[column], table[column]
    how = shown(answer, float(span.abs().max()), float(span.min()), float(span.max()))
    return how.signed(value) if answer.against else how.level(value)


def _axis_name(found: "Explored", column: str) -> str:
    if column in found.factors:
        return fill(factor_label(found.factors[column]), 20)
    return fill(outcome_label(column), 18) + (" ▼" if plain_outcome(column) in LESS_IS_BETTER else " ▲")
