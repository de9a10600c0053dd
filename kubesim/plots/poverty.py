"""Figures of poverty: its indices over time, and consumption against the poverty line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from kubesim.language import say
from kubesim.plots import paths
from kubesim.plots.formats import COUNT, FINE_SHARE, SHARE, number, percent
from kubesim.plots.paths import PROGRAMME, STYLES, TWIN, Measure
from kubesim.plots.style import INK, PALE_BLUE, SMALL, TEXT, dress, head

if TYPE_CHECKING:
    from kubesim.running.results import Results

INDICES_TITLE = "Poverty: how many, how far below the line, how unequally"
RATE = Measure("poverty_rate_members", "Poverty rate (P0)", SHARE)
GAP = Measure("poverty_gap_members", "Poverty gap (P1)", FINE_SHARE)
SEVERITY = Measure("poverty_severity_members", "Poverty severity (P2)", FINE_SHARE)
INDICES = (RATE, GAP, SEVERITY)

SPREAD_TITLE = "Consumption against the poverty line"
CLASSES = "persons by class of consumption"


def indices_table(results: "Results") -> pd.DataFrame:
    """Foster-Greer-Thorbecke indices of listed households' consumption."""
    return paths.over_time(results, [measure.column for measure in INDICES])


def draw_indices(results: "Results", table: pd.DataFrame) -> Figure:
    """Rate, gap and severity, each from 0."""
    note = say("Persons in households put on a KUBE list. P0: share below the poverty line; P1: mean "
               "shortfall in percent of the line; P2: mean squared shortfall.")
    figure = paths.page(results, say(INDICES_TITLE), note, (11.0, 5.4))
    shown = paths.present(table, INDICES)
    for axes, measure in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown):
        paths.draw_pair(axes, table, measure, results.scenario.months, from_zero=True, marks=5)
    return figure


def tell_indices(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of poverty shows."""
    measure = paths.present(table, INDICES)[0]
    return say("Lines of poverty rate, gap and severity of listed households: {course}.",
               course=paths.course(results, table, measure, lambda share: percent(share, 1)))


def spread_table(results: "Results") -> pd.DataFrame:
    """Share of listed households' persons in each class of consumption, in poverty lines, at three
    moments, and the poverty rate then (rows of panel poverty_rate_members, which have no edges)."""
    people = _wider_classes(results.distribution[results.distribution["who"] == "members"])
    total = people.groupby(["world", "seed", "month"])["persons"].transform("sum")
    people = people.assign(share=people["persons"] / total.where(total > 0))
    classes = ["world", "month", "lower_edge", "upper_edge"]
    shares = people.pivot(index=classes, columns="seed", values="share")
    rows = paths.summarise(shares).dropna(subset="mean").reset_index().rename(columns={"world": "series"})
    rows = rows.assign(panel=CLASSES)[[*paths.COLUMNS, "lower_edge", "upper_edge"]]
    rates = paths.over_time(results, [RATE.column])
    moments = rates[rates["month"].isin(rows["month"]) & (rates["series"] != paths.EFFECT)]
    return paths.join([rows, moments])


def _wider_classes(people: pd.DataFrame) -> pd.DataFrame:
    """Two of the recorded classes in one, so that a small city's curve is not all luck."""
    place = people["low"].rank(method="dense").astype(int) // 2
    grouped = people.groupby(["world", "seed", "month", place.rename("place")])
    return grouped.agg(lower_edge=("low", "min"), upper_edge=("high", "max"),
                       persons=("persons", "sum")).reset_index()


def draw_spread(results: "Results", table: pd.DataFrame) -> Figure:
    """Start, middle and end side by side, on one scale."""
    months = sorted(table.loc[table["panel"] == CLASSES, "month"].unique())
    parts = [closed_classes(table, month) for month in months]
    width = (parts[0]["upper_edge"] / parts[0]["lower_edge"]).median() - 1
    note = say("Persons in households put on a KUBE list, by consumption; each class is {width} wide, those "
               "below the line are shaded.", width=percent(width))
    figure = paths.page(results, say(SPREAD_TITLE), note, (11.0, 5.4), effects=False)
    row = figure.subplots(1, len(months), sharex=True, sharey=True, squeeze=False)[0]
    for axes, month, classes in zip(row, months, parts):
        draw_classes(axes, classes)
        dress(axes, SHARE, say("share of persons in each class") if month == months[0] else "")
        head(axes, say("Month {month}", month=number(month)), about=below_line(table, month))
    frame_classes(row[0], pd.concat(parts))
    row[0].text(1, 0.985, f" {say('poverty line')}", transform=row[0].get_xaxis_transform(), fontsize=SMALL,
                color=INK, va="top")
    return figure


def closed_classes(table: pd.DataFrame, month: int) -> pd.DataFrame:
    """The classes of a month without the lowest and the highest, which have no width on a log axis."""
    closed = (table["lower_edge"] > 0) & np.isfinite(table["upper_edge"])
    return table[(table["panel"] == CLASSES) & (table["month"] == month) & closed]


def draw_classes(axes: Axes, classes: pd.DataFrame) -> None:
    """Curves of the classes, those below the line shaded."""
    for series in (TWIN, PROGRAMME):
        rows, style = classes[classes["series"] == series].sort_values("lower_edge"), STYLES[series]
        middle = np.sqrt(rows["lower_edge"] * rows["upper_edge"])
        axes.plot(middle, rows["mean"], color=style.colour, linestyle=style.dash, linewidth=style.width)
        if series == PROGRAMME:
            axes.fill_between(middle, rows["p05"], rows["p95"], color=style.colour, alpha=0.25, linewidth=0)
            poor = np.append(middle[middle < 1], 1)
            axes.fill_between(poor, np.interp(poor, middle, rows["mean"]),
                                                                 color=PALE_BLUE, linewidth=0, zorder=0)
    axes.axvline(1, color=INK, linewidth=1.2)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4, 8]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda lines, place: COUNT.ticks(np.array([lines]))[0]))
    axes.set_xlabel(say("consumption in poverty lines (log scale)"), fontsize=TEXT, color=INK)


def frame_classes(axes: Axes, classes: pd.DataFrame) -> None:
    """Leave out the ends where hardly anybody is; shares from 0."""
    used = classes[classes["mean"] > 0.0005]
    axes.set(xlim=(used["lower_edge"].min(), used["upper_edge"].max()), ylim=(0, None))


def below_line(table: pd.DataFrame, month: int) -> str:
    """How many are poor in a month, in words; '' when it was not measured."""
    rates = table[table["month"] == month]
    ours, theirs = (paths.final(rates, RATE.column, series) for series in (PROGRAMME, TWIN))
    if np.isnan(ours):
        return ""
    if np.isnan(theirs) or month == 0:
        return say("{share} below the line", share=percent(ours, 1))
    return say("{share} below the line, {without} without",
               share=percent(ours, 1), without=percent(theirs, 1))


def tell_spread(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of the distribution shows."""
    months = sorted(table["month"].unique())
    return say("Curves of persons by consumption in poverty lines in months {months}; in the last, {poor}.",
               months=", ".join(map(number, months)), poor=below_line(table, months[-1]))
