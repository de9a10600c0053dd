"""One page: the six panels that tell most about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import groups, living, money, paths, people, poverty
from kubesim.plots.formats import INDEX, SHARE, number
from kubesim.plots.paths import PROGRAMME, Measure
from kubesim.plots.style import (BLUE, GREEN, ORANGE, PURPLE, Layout, Style, dress, head, label_ends,
                                 months_axis, new_figure, same_span)

if TYPE_CHECKING:
    from kubesim.running.results import Results

OVERVIEW_TITLE = "The run on one page"
A4_LANDSCAPE = (11.69, 8.27)                            # inches
COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
PART = "part"                                           # column of the table: the panel that draws the row


class Panel(NamedTuple):
    """A panel of the page: its heading, the rows that it draws (none: left out), how, and what to know."""

    heading: str
    rows: Callable[["Results"], pd.DataFrame]
    draw: Callable[[Axes, pd.DataFrame, int], None]     # the axes, the rows, the last month
    note: str = ""


def overview_table(results: "Results") -> pd.DataFrame:
    """The rows of the first six panels that have something to show; the column part says whose they are."""
    parts: list[pd.DataFrame] = []
    for panel in PANELS:
        rows = panel.rows(results) if len(parts) < 6 else []
        if len(rows):
            parts.append(rows.assign(part=panel.heading))
    return paths.join(parts)


def draw_overview(results: "Results", table: pd.DataFrame) -> Figure:
    """Two rows of three on a landscape page."""
    shown = [panel for panel in PANELS if (table[PART] == panel.heading).any()]
    notes = " ".join(say(panel.note) for panel in shown if panel.note)
    subtitle = say("months 0 to {months} · {replicates} · {households} households",
                   months=number(results.scenario.months), replicates=paths.replicates(results),
                   households=number(results.scenario.population.households))
    figure = new_figure(Layout(results.scenario.name, subtitle, paths.note(results, notes),
                               paths.key(results)), A4_LANDSCAPE)
    for cell, panel in zip(figure.subfigures(2, 3).flat, shown):
        panel.draw(cell.subplots(), table[table[PART] == panel.heading], results.scenario.months)
    return figure


def tell_overview(results: "Results", table: pd.DataFrame) -> str:
    """What the page shows."""
    headings = [say(heading) for heading in dict.fromkeys(table[PART])]
    return say("Overview of {name}, months 0 to {months}, in panels: {headings}.", name=results.scenario.name,
               months=number(results.scenario.months), headings="; ".join(headings))


def _pair(measure: Measure, from_zero: bool = True) -> Panel:
    """Listed households and their twins."""
    def draw(axes: Axes, rows: pd.DataFrame, last: int) -> None:
        paths.draw_pair(axes, rows, measure, last, from_zero, marks=5)
        if not from_zero:
            same_span([(axes, *paths.extent(rows, measure.column))], living.LEAST_SPAN)
    return Panel(measure.title, lambda results: paths.over_time(results, [measure.column]), draw,
                 "" if from_zero else "Axes of indices do not begin at 0.")


def _lines(heading: str, measures: Sequence[Measure], table_of: Callable[["Results"], pd.DataFrame],
           note: str = "") -> Panel:
    """Several indices of listed households, each named at its end."""
    def rows(results: "Results") -> pd.DataFrame:
        table = table_of(results)
        columns = [measure.column for measure in measures]
        return table[(table["series"] == PROGRAMME) & table["panel"].isin(columns)]

    def draw(axes: Axes, table: pd.DataFrame, last: int) -> None:
        labels = []
        for measure, colour in zip(measures, COLOURS):
            line = paths.rows_of(table, measure.column, PROGRAMME)
            if len(line):
                paths.draw_line(axes, line, Style(colour))
                labels.append((line["mean"].iloc[-1], say(measure.title), colour))
        dress(axes, INDEX)
        months_axis(axes, last, marks=4)
        head(axes, say(heading), about=say("index, 0 to 1"))
        label_ends(axes, labels, narrow=True)
    return Panel(heading, rows, draw, note)


def _consumption_rows(results: "Results") -> pd.DataFrame:
    """Listed households' consumption in percent of their twins'."""
    table = living.gains_table(results)
    return table[table["panel"] == living.CONSUMPTION.column]


def _draw_consumption(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """Consumption added."""
    living.draw_gain(axes, rows, living.CONSUMPTION, last, marks=5)


def _draw_stages(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """Stages of groups and causes of break-up."""
    groups.draw_stack(axes, rows, last, narrow=True)
    head(axes, say(groups.STAGES_TITLE), about=say("share of the groups formed so far"))


def _draw_cost(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """What the programme has cost so far."""
    money.draw_cost(axes, rows, last, narrow=True)


def _draw_spread(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """The last month's distribution of consumption."""
    classes = poverty.closed_classes(rows, last)
    poverty.draw_classes(axes, classes)
    dress(axes, SHARE)
    poverty.frame_classes(axes, classes)
    head(axes, say(SPREAD_HEADING), about=poverty.below_line(rows, last))


SPREAD_HEADING = "Consumption at the end"
PANELS = (
    Panel(living.CONSUMPTION.title, _consumption_rows, _draw_consumption,
          "Consumption added is in percent of the same households without the programme."),
    _pair(poverty.RATE),
    _pair(living.WELFARE, from_zero=False),
    Panel(groups.STAGES_TITLE, groups.stages_table, _draw_stages),
    _lines("Skill, problem-solving, trust", people.LEARNING, people.learning_table,
           "Trust is that of members of living groups."),
    Panel(money.COST_TITLE, money.cost_table, _draw_cost),
    _lines("The four basic needs", living.NEEDS, living.welfare_table),
    Panel(SPREAD_HEADING, poverty.spread_table, _draw_spread),
    _pair(poverty.GAP),
    _pair(poverty.SEVERITY),
)
"""In order of what they tell; the first six with something to show make the page."""
