"""Figures of living standards: welfare with the four needs, and gains in consumption and income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.plots import paths
from kubesim.plots.formats import INDEX, PERCENT_GAIN, number
from kubesim.plots.paths import Measure
from kubesim.plots.style import GREY, MONTHS, Layout, dress, head, months_axis, new_figure, same_span

if TYPE_CHECKING:
    from kubesim.results import Results

WELFARE = Measure("welfare_members", "Welfare (mean of needs)", INDEX)
NEEDS = (Measure("food_members", "Food (pangan)", INDEX), Measure("clothing_members", "Clothing (sandang)", INDEX),
         Measure("housing_members", "Housing (papan)", INDEX), Measure("health_members", "Health (kesehatan)", INDEX))
LEAST_SPAN = 0.06                                       # so that noise does not fill a panel
WELFARE_TITLE = "Welfare and the four basic needs"
WELFARE_NOTE = ("Scale from 0 to 1; the axes do not begin at 0, and all panels span the same height. "
                "Food is spending on food against the food part of the poverty line, at most 1.")
WELFARE_ALT = ("Lines of the welfare index, food, clothing, housing and health, months 0 to {months}: "
               "welfare goes from {first} to {last}, and to {without} without the programme.")
WELFARE_ALT_ALONE = ("Lines of the welfare index, food, clothing, housing and health, months 0 to {months}: "
                     "welfare goes from {first} to {last}.")

CONSUMPTION = Measure("consumption_members", "Consumption added", PERCENT_GAIN)
GAINS = (CONSUMPTION, Measure("income_members", "Income added", PERCENT_GAIN))
GAINS_TITLE = "What the programme adds to consumption and income"
GAINS_NOTE = ("Households put on a KUBE list, whatever became of their group, in percent above the same "
              "households with the same luck without the programme (0).")
GAINS_ALT = "Lines of what the programme adds to consumption and income, months 0 to {months}; in the last, {gains}."
GAIN = "{title} {difference}"


def welfare_table(results: "Results") -> pd.DataFrame:
    """Welfare index and needs of members, 0 to 1."""
    return paths.over_time(results, [measure.column for measure in (WELFARE, *NEEDS)])


def draw_welfare(results: "Results") -> Figure:
    """Welfare large, the four needs beside it."""
    table, last = welfare_table(results), results.scenario.months
    figure = new_figure(Layout(WELFARE_TITLE, paths.subtitle(results), paths.note(results, WELFARE_NOTE),
                               paths.key(results)))
    grid = figure.add_gridspec(2, 4)
    places = ((grid[:, :2], MONTHS, 6), (grid[0, 2], "", 3), (grid[0, 3], "", 3),
              (grid[1, 2], MONTHS, 3), (grid[1, 3], MONTHS, 3))
    drawn = []
    for measure, (place, label, marks) in zip((WELFARE, *NEEDS), places):
        if paths.present(table, [measure]):
            axes = figure.add_subplot(place)
            paths.draw_pair(axes, table, measure, last, marks=marks, label=label)
            drawn.append((axes, *paths.extent(table, measure.column)))
    same_span(drawn, LEAST_SPAN)
    return figure


def welfare_alt(results: "Results") -> str:
    """What the figure of welfare shows."""
    ends = paths.ends(welfare_table(results), WELFARE.column)
    words = WELFARE_ALT if paths.TWIN in ends else WELFARE_ALT_ALONE
    first, last = ends[paths.PROGRAMME]
    return words.format(months=number(results.scenario.months), first=number(first, 3), last=number(last, 3),
                        without=number(ends.get(paths.TWIN, (0, 0))[1], 3))


def gains_table(results: "Results") -> pd.DataFrame:
    """Percent by which members' consumption and income exceed those of their twins, seed by seed."""
    if not paths.has_twin(results):
        return paths.join([])
    gains = {measure.column: 100 * (paths.by_month(results.outcomes, measure.column)
                                    / paths.by_month(results.counterfactual, measure.column) - 1)
             for measure in GAINS}
    return paths.join([paths.stack(values, column, paths.EFFECT)
                       for column, values in gains.items() if len(values)])


def draw_gains(results: "Results") -> Figure:
    """Consumption and income side by side, on one scale."""
    table = gains_table(results)
    figure = new_figure(Layout(GAINS_TITLE, paths.subtitle(results), paths.note(results, GAINS_NOTE)),
                        size=(11.0, 5.2))
    shown = paths.present(table, GAINS)
    for axes, measure in zip(figure.subplots(1, len(shown), sharey=True, squeeze=False)[0], shown):
        draw_gain(axes, table, measure, results.scenario.months)
    return figure


def draw_gain(axes: Axes, table: pd.DataFrame, measure: Measure, last: int, marks: int = 6) -> None:
    """One gain against the line of no difference."""
    axes.axhline(0, color=GREY, linewidth=1.5, linestyle=paths.STYLES[paths.TWIN].dash)
    paths.draw_line(axes, paths.rows_of(table, measure.column, paths.EFFECT), paths.STYLES[paths.PROGRAMME])
    dress(axes, measure.unit)
    months_axis(axes, last, marks=marks)
    head(axes, measure.title, paths.finding(table, measure))


def gains_alt(results: "Results") -> str:
    """What the figure of gains shows."""
    table = gains_table(results)
    gains = [GAIN.format(title=measure.title.lower(), difference=paths.finding(table, measure))
             for measure in paths.present(table, GAINS)]
    return GAINS_ALT.format(months=number(results.scenario.months), gains=", ".join(gains))
