"""Figures of poverty: its indices over time, and consumption against the poverty line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from kubesim.plots import paths
from kubesim.plots.formats import COUNT, FINE_SHARE, SHARE, number, percent
from kubesim.plots.paths import PROGRAMME, STYLES, TWIN, Measure
from kubesim.plots.style import INK, PALE_BLUE, SMALL, TEXT, Layout, dress, head, new_figure

if TYPE_CHECKING:
    from kubesim.results import Results

RATE = Measure("poverty_rate_members", "Poverty rate (P0)", SHARE)
INDICES = (RATE, Measure("poverty_gap_members", "Poverty gap (P1)", FINE_SHARE),
           Measure("poverty_severity_members", "Poverty severity (P2)", FINE_SHARE))
INDICES_TITLE = "Poverty: how many, how far below the line, how unequally"
INDICES_NOTE = ("Persons in households put on a KUBE list. P0: share below the poverty line; P1: mean shortfall in "
                "percent of the line; P2: mean squared shortfall.")
INDICES_ALT = ("Lines of poverty rate, gap and severity, months 0 to {months}: the poverty rate goes from {first} to "
               "{last}, and to {without} without the programme.")
INDICES_ALT_ALONE = ("Lines of poverty rate, gap and severity, months 0 to {months}: the poverty rate goes from "
                     "{first} to {last}.")

SPREAD_TITLE = "Consumption against the poverty line"
SPREAD_NOTE = "Persons in households put on a KUBE list, by consumption; each class is {width} wide."
SPREAD_AXIS = "consumption in poverty lines (log scale)"
SPREAD_SHARE = "share of persons in each class"
SPREAD_MONTH = "Month {month}"
SPREAD_ALT = "Curves of persons by consumption in poverty lines in months {months}; in the last, {poor}."
CLASSES = "share of persons"
BELOW = "{share} below the line"
BELOW_BOTH = "{share} below the line, {without} without"
LINE = "poverty line"


def indices_table(results: "Results") -> pd.DataFrame:
    """Foster-Greer-Thorbecke indices of members' consumption."""
    return paths.over_time(results, [measure.column for measure in INDICES])


def draw_indices(results: "Results") -> Figure:
    """Rate, gap and severity, each from 0."""
    table = indices_table(results)
    figure = new_figure(Layout(INDICES_TITLE, paths.subtitle(results), paths.note(results, INDICES_NOTE),
                               paths.key(results)), size=(11.0, 5.4))
    shown = paths.present(table, INDICES)
    for axes, measure in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown):
        paths.draw_pair(axes, table, measure, results.scenario.months, from_zero=True, marks=5)
    return figure


def indices_alt(results: "Results") -> str:
    """What the figure of poverty shows."""
    ends = paths.ends(indices_table(results), RATE.column)
    words = INDICES_ALT if TWIN in ends else INDICES_ALT_ALONE
    first, last = ends[PROGRAMME]
    return words.format(months=number(results.scenario.months), first=percent(first, 1), last=percent(last, 1),
                        without=percent(ends.get(TWIN, (0, 0))[1], 1))


def spread_table(results: "Results") -> pd.DataFrame:
    """Share of members' persons in each class of consumption over the poverty line, at three moments,
    and the poverty rate then (rows of panel poverty_rate_members, which have no edges)."""
    people = wider_classes(results.distribution[results.distribution["who"] == "members"])
    total = people.groupby(["world", "seed", "month"])["persons"].transform("sum")
    people = people.assign(share=people["persons"] / total.where(total > 0))
    shares = people.pivot(index=["world", "month", "lower_edge", "upper_edge"], columns="seed", values="share")
    classes = paths.summarise(shares).dropna(subset="mean").reset_index().rename(columns={"world": "series"})
    classes.insert(0, "panel", CLASSES)
    rates = paths.over_time(results, [RATE.column])
    moments = rates[rates["month"].isin(classes["month"]) & (rates["series"] != paths.EFFECT)]
    return paths.join([classes, moments])


def wider_classes(people: pd.DataFrame) -> pd.DataFrame:
    """Two of the recorded classes in one, so that a small city's curve is not all luck."""
    place = people["low"].rank(method="dense").astype(int) // 2
    grouped = people.groupby(["world", "seed", "month", place.rename("place")])
    return grouped.agg(lower_edge=("low", "min"), upper_edge=("high", "max"), persons=("persons", "sum")).reset_index()


def closed_classes(table: pd.DataFrame, month: int) -> pd.DataFrame:
    """The classes of a month without the lowest and the highest, which have no width on a log axis."""
    closed = (table["lower_edge"] > 0) & np.isfinite(table["upper_edge"])
    return table[(table["panel"] == CLASSES) & (table["month"] == month) & closed]


def rates_in(table: pd.DataFrame, month: int) -> pd.DataFrame:
    """The poverty rates of a month."""
    return table[(table["panel"] == RATE.column) & (table["month"] == month)]


def draw_spread(results: "Results") -> Figure:
    """Start, middle and end side by side, on one scale."""
    table = spread_table(results)
    months = sorted(table.loc[table["panel"] == CLASSES, "month"].unique())
    parts = [closed_classes(table, month) for month in months]
    width = percent((parts[0]["upper_edge"] / parts[0]["lower_edge"]).median() - 1)
    figure = new_figure(Layout(SPREAD_TITLE, paths.subtitle(results), paths.note(
        results, SPREAD_NOTE.format(width=width), effects=False), paths.key(results)), size=(11.0, 5.4))
    row = figure.subplots(1, len(months), sharex=True, sharey=True, squeeze=False)[0]
    for axes, month, classes in zip(row, months, parts):
        draw_classes(axes, classes)
        dress(axes, SHARE, SPREAD_SHARE if month == months[0] else "")
        head(axes, SPREAD_MONTH.format(month=number(month)), about=below(rates_in(table, month)))
    frame_classes(row[0], pd.concat(parts))
    row[0].text(1, 0.985, f" {LINE}", transform=row[0].get_xaxis_transform(), fontsize=SMALL, color=INK, va="top")
    return figure


def draw_classes(axes: Axes, classes: pd.DataFrame) -> None:
    """Curves of the classes, those below the line shaded."""
    for series in (TWIN, PROGRAMME):
        rows = classes[classes["series"] == series].sort_values("lower_edge")
        middle = np.sqrt(rows["lower_edge"] * rows["upper_edge"])
        style = STYLES[series]
        axes.plot(middle, rows["mean"], color=style.colour, linestyle=style.dash, linewidth=style.width)
        if series == PROGRAMME:
            axes.fill_between(middle, rows["p05"], rows["p95"], color=style.colour, alpha=0.25, linewidth=0)
            below_line = np.append(middle[middle < 1], 1)
            axes.fill_between(below_line, np.interp(below_line, middle, rows["mean"]), color=PALE_BLUE, linewidth=0,
                              zorder=0)
    axes.axvline(1, color=INK, linewidth=1.2)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4, 8]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda lines, place: COUNT.ticks(np.array([lines]))[0]))
    axes.set_xlabel(SPREAD_AXIS, fontsize=TEXT, color=INK)


def frame_classes(axes: Axes, classes: pd.DataFrame) -> None:
    """Leave out the ends where hardly anybody is; shares from 0."""
    used = classes[classes["mean"] > 0.0005]
    axes.set(xlim=(used["lower_edge"].min(), used["upper_edge"].max()), ylim=(0, None))


def below(rates: pd.DataFrame) -> str:
    """How many are poor at a moment, in words."""
    means = rates.set_index("series")["mean"]
    if PROGRAMME not in means:
        return ""
    share = percent(means[PROGRAMME], 1)
    if TWIN not in means or rates["month"].iloc[0] == 0:
        return BELOW.format(share=share)
    return BELOW_BOTH.format(share=share, without=percent(means[TWIN], 1))


def spread_alt(results: "Results") -> str:
    """What the figure of the distribution shows."""
    table = spread_table(results)
    months = sorted(table["month"].unique())
    poor = below(table[(table["panel"] == RATE.column) & (table["month"] == months[-1])])
    return SPREAD_ALT.format(months=", ".join(map(number, months)), poor=poor)
