"""Figures of living standards: welfare with the four needs, and gains in consumption and income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import paths
from kubesim.plots.formats import INDEX, PERCENT_GAIN, number
from kubesim.plots.paths import PROGRAMME, TWIN, Measure
from kubesim.plots.style import GREY, MONTHS, dress, head, months_axis, same_span

if TYPE_CHECKING:
    from kubesim.running.results import Results

WELFARE_TITLE = "Welfare and the four basic needs"
WELFARE = Measure("welfare_members", "Welfare (mean of needs)", INDEX)
NEEDS = (Measure("food_members", "Food (pangan)", INDEX),
         Measure("clothing_members", "Clothing (sandang)", INDEX),
         Measure("housing_members", "Housing (papan)", INDEX),
         Measure("health_members", "Health (kesehatan)", INDEX))
LEAST_SPAN = 0.06                                       # of an axis, so that noise does not fill a panel

GAINS_TITLE = "What the programme adds to consumption and income"
CONSUMPTION = Measure("consumption_members", "Consumption added", PERCENT_GAIN)
GAINS = (CONSUMPTION, Measure("income_members", "Income added", PERCENT_GAIN))


def welfare_table(results: "Results") -> pd.DataFrame:
    """Welfare index and needs of listed households, 0 to 1."""
    return paths.over_time(results, [measure.column for measure in (WELFARE, *NEEDS)])


def draw_welfare(results: "Results", table: pd.DataFrame) -> Figure:
    """Welfare large, the four needs beside it."""
    note = say("Scale from 0 to 1; the axes do not begin at 0, and all panels span the same height. Food is "
               "spending on food against the food part of the poverty line, at most 1.")
    figure = paths.page(results, say(WELFARE_TITLE), note)
    grid = figure.add_gridspec(2, 4)
    places = ((grid[:, :2], MONTHS, 6), (grid[0, 2], "", 3), (grid[0, 3], "", 3),
              (grid[1, 2], MONTHS, 3), (grid[1, 3], MONTHS, 3))
    drawn = []
    for measure, (place, label, marks) in zip((WELFARE, *NEEDS), places):
        if paths.present(table, [measure]):
            axes = figure.add_subplot(place)
            paths.draw_pair(axes, table, measure, results.scenario.months, marks=marks, label=label)
            drawn.append((axes, *paths.extent(table, measure.column)))
    same_span(drawn, LEAST_SPAN)
    return figure


def tell_welfare(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of welfare shows."""
    measure = paths.present(table, (WELFARE, *NEEDS))[0]
    return say("Lines of welfare, food, clothing, housing and health of listed households: {course}.",
               course=paths.course(results, table, measure, lambda index: number(index, 3)))


def gains_table(results: "Results") -> pd.DataFrame:
    """Percent by which consumption and income of listed households exceed their twins', seed by seed."""
    if not paths.has_twin(results):
        return paths.join([])
    return paths.join([paths.rows_for(_gain(results, measure.column), measure.column, paths.EFFECT)
                       for measure in GAINS])


def _gain(results: "Results", column: str) -> pd.DataFrame:
    """Percent above the twin, months down, seeds across."""
    ours, theirs = (paths.by_month(world, column) for world in (results.outcomes, results.counterfactual))
    return 100 * (ours / theirs - 1)


def draw_gains(results: "Results", table: pd.DataFrame) -> Figure:
    """Consumption and income side by side, on one scale."""
    note = say("Consumption and income per person of households put on a KUBE list, whatever became of their "
               "group, in percent above the same households with the same luck without the programme (0).")
    figure = paths.page(results, say(GAINS_TITLE), note, (11.0, 5.2), keyed=False)
    shown = paths.present(table, GAINS)
    for axes, measure in zip(figure.subplots(1, len(shown), sharey=True, squeeze=False)[0], shown):
        draw_gain(axes, table, measure, results.scenario.months)
    return figure


def draw_gain(axes: Axes, table: pd.DataFrame, measure: Measure, last: int, marks: int = 6) -> None:
    """One gain against the line of no difference."""
    axes.axhline(0, color=GREY, linewidth=1.5, linestyle=paths.STYLES[TWIN].dash)
    paths.draw_line(axes, paths.rows_of(table, measure.column, paths.EFFECT), paths.STYLES[PROGRAMME])
    dress(axes, measure.unit)
    months_axis(axes, last, marks=marks)
    head(axes, say(measure.title), paths.effect(table, measure))


def tell_gains(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of gains shows."""
    gains = ", ".join(f"{say(measure.title)} {paths.effect(table, measure)}"
                      for measure in paths.present(table, GAINS))
    return say("Lines of what the programme adds month by month, in percent of the same households without "
               "it: in month {month}, {gains}.", month=number(results.scenario.months), gains=gains)
