"""One page: the six panels that tell most about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.plots import groups, living, money, paths, people, poverty
from kubesim.plots.formats import INDEX, SHARE, number
from kubesim.plots.paths import PROGRAMME, Measure
from kubesim.plots.style import (BLUE, GREEN, ORANGE, PURPLE, Layout, Style, dress, head, label_ends, months_axis,
                                 new_figure, same_span)

if TYPE_CHECKING:
    from kubesim.results import Results

A4_LANDSCAPE = (11.69, 8.27)                            # inches
TITLE = "The run on one page"
SUBTITLE = "months 0 to {months} · {replicates} · {households} households"
NOTE = ("Consumption added is in percent of the same households without the programme; trust is that of members of "
        "living groups. The axes of welfare, needs and skill do not begin at 0.")
ALT = "Overview of {name}, months 0 to {months}, in {count} panels: {panels}."
STAGES_HEAD, STAGES_SHARE = "Stages of groups", "share of the groups formed so far"
LEARNING_HEAD, SCALE = "Skill, problem-solving, trust", "index, 0 to 1"
NEEDS_HEAD = "The four basic needs"
SPREAD_HEAD = "Consumption at the end"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE)


class Panel(NamedTuple):
    """A panel of the page: its heading, the rows that it draws (none: left out), and how."""

    heading: str
    rows: Callable[["Results"], pd.DataFrame]
    draw: Callable[[Axes, pd.DataFrame, int], None]     # the axes, the rows, the last month


def overview_table(results: "Results") -> pd.DataFrame:
    """The rows of every panel on the page."""
    return paths.join([rows for _, rows in chosen(results)])


def chosen(results: "Results") -> list[tuple[Panel, pd.DataFrame]]:
    """The first six panels that have something to show, with their rows."""
    found: list[tuple[Panel, pd.DataFrame]] = []
    for panel in PANELS:
        rows = panel.rows(results) if len(found) < 6 else []
        if len(rows):
            found.append((panel, rows))
    return found


def draw_overview(results: "Results") -> Figure:
    """Two rows of three on a landscape page."""
    subtitle = SUBTITLE.format(months=number(results.scenario.months), replicates=paths.replicates(results),
                               households=number(results.scenario.population.households))
    figure = new_figure(Layout(results.scenario.name, subtitle, paths.note(results, NOTE), paths.key(results)),
                        A4_LANDSCAPE)
    for part, (panel, rows) in zip(figure.subfigures(2, 3).flat, chosen(results)):
        panel.draw(part.subplots(), rows, results.scenario.months)
    return figure


def overview_alt(results: "Results") -> str:
    """What the page shows."""
    headings = [panel.heading for panel, _ in chosen(results)]
    return ALT.format(name=results.scenario.name, months=number(results.scenario.months),
                      count=number(len(headings)), panels=", ".join(headings))


def pair_panel(measure: Measure, from_zero: bool = True) -> Panel:
    """Members and their twins."""
    def draw(axes: Axes, rows: pd.DataFrame, last: int) -> None:
        paths.draw_pair(axes, rows, measure, last, from_zero, marks=5)
        if not from_zero:
            same_span([(axes, *paths.extent(rows, measure.column))], living.LEAST_SPAN)
    return Panel(measure.title, lambda results: paths.over_time(results, [measure.column]), draw)


def lines_panel(heading: str, measures: Sequence[Measure], alone: bool) -> Panel:
    """Several indices of members, each named at its end; ``alone``: also without a programme."""
    def rows(results: "Results") -> pd.DataFrame:
        shown = [measure.column for measure in measures if alone or paths.has_twin(results)]
        table = paths.over_time(results, shown)
        return table[table["series"] == PROGRAMME]

    def draw(axes: Axes, table: pd.DataFrame, last: int) -> None:
        labels = []
        for measure, colour in zip(measures, COLOURS):
            line = paths.rows_of(table, measure.column, PROGRAMME)
            if len(line):
                paths.draw_line(axes, line, Style(colour))
                labels.append((line["mean"].iloc[-1], measure.title, colour))
        dress(axes, INDEX)
        months_axis(axes, last, marks=4)
        head(axes, heading, about=SCALE)
        label_ends(axes, labels, narrow=True)
    return Panel(heading, rows, draw)


def gain_rows(results: "Results") -> pd.DataFrame:
    """Members' consumption in percent of their twins'."""
    table = living.gains_table(results)
    return table[table["panel"] == living.CONSUMPTION.column]


def draw_stages(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """Stages of groups and causes of break-up."""
    groups.draw_stack(axes, rows, last, narrow=True)
    head(axes, STAGES_HEAD, about=STAGES_SHARE)


def draw_spread(axes: Axes, rows: pd.DataFrame, last: int) -> None:
    """The last month's distribution of consumption."""
    poverty.draw_classes(axes, poverty.closed_classes(rows, last))
    dress(axes, SHARE)
    poverty.frame_classes(axes, poverty.closed_classes(rows, last))
    head(axes, SPREAD_HEAD, about=poverty.below(poverty.rates_in(rows, last)))


PANELS = (
    Panel(living.CONSUMPTION.title, gain_rows,
          lambda axes, rows, last: living.draw_gain(axes, rows, living.CONSUMPTION, last, marks=5)),
    pair_panel(poverty.RATE),
    pair_panel(living.WELFARE, from_zero=False),
    Panel(STAGES_HEAD, groups.stages_table, draw_stages),
    lines_panel(LEARNING_HEAD, people.LEARNING, alone=False),
    Panel(money.COST_HEAD, money.cost_table,
          lambda axes, rows, last: money.draw_cost(axes, rows, last, narrow=True)),
    lines_panel(NEEDS_HEAD, living.NEEDS, alone=True),
    Panel(SPREAD_HEAD, poverty.spread_table, draw_spread),
    pair_panel(poverty.INDICES[1]),
    pair_panel(poverty.INDICES[2]),
)
"""In order of what they tell; the first six with something to show make the page."""
