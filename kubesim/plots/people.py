"""Figures of what people know and how they are accompanied: skill and trust, companions' visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import paths
from kubesim.plots.formats import COUNT, INDEX, number
from kubesim.plots.paths import PROGRAMME, STYLES, Measure
from kubesim.plots.style import dress, head, months_axis, same_span

if TYPE_CHECKING:
    from kubesim.running.results import Results

LEARNING_TITLE = "Skill, problem-solving and trust"
LEARNING = (Measure("skill_members", "Business skill", INDEX),
            Measure("problem_solving_members", "Problem-solving", INDEX),
            Measure("cooperation_members", "Trust in the group", INDEX))
LEAST_SPAN = 0.1                                        # of an axis, so that noise does not fill a panel

COMPANIONS_TITLE = "Companions: visits, contact and caseload"
VISITS = Measure("visits", "Visits to each group", COUNT)
COMPANIONS = (VISITS, Measure("contact", "Quality of contact", INDEX),
              Measure("caseload", "Groups per companion", COUNT),
              Measure("companions_active", "Companions at work", COUNT))
UNITS = {"visits": "visits a month", "contact": "index, 0 to 1", "caseload": "groups",
         "companions_active": "companions"}


def learning_table(results: "Results") -> pd.DataFrame:
    """Skill and problem-solving of listed households, trust among members of living groups; empty
    where nothing changes, as without a programme."""
    table = paths.over_time(results, [measure.column for measure in LEARNING])
    changes = table[table["series"] == PROGRAMME].groupby("panel")["mean"].agg(np.ptp)
    return table if (changes > 1e-9).any() else table.iloc[:0]


def draw_learning(results: "Results", table: pd.DataFrame) -> Figure:
    """Panels of equal span."""
    note = say("Scale from 0 to 1; the axes do not begin at 0, and all panels span the same height. Skill "
               "and problem-solving: all households put on a KUBE list. Trust: members of living groups "
               "only, so it also rises when groups without trust break up.")
    figure = paths.page(results, say(LEARNING_TITLE), note, (11.0, 5.6))
    shown, drawn = paths.present(table, LEARNING), []
    for axes, measure in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown):
        paths.draw_pair(axes, table, measure, results.scenario.months, marks=5)
        drawn.append((axes, *paths.extent(table, measure.column)))
    same_span(drawn, LEAST_SPAN)
    return figure


def tell_learning(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of learning shows."""
    courses = [paths.course(results, table, measure, lambda index: number(index, 2))
               for measure in paths.present(table, LEARNING)]
    return say("Lines of skill and problem-solving of listed households and of members' trust: {courses}.",
               courses="; ".join(courses))


def companions_table(results: "Results") -> pd.DataFrame:
    """Visits and contact of groups under contract, caseload, and companions at work; empty without any."""
    columns = [measure.column for measure in COMPANIONS]
    table = paths.join([paths.rows_for(paths.by_month(results.outcomes, column), column, PROGRAMME)
                        for column in columns])
    return table if (table["mean"] > 0).any() else table.iloc[:0]


def draw_companions(results: "Results", table: pd.DataFrame) -> Figure:
    """Up to four panels, each from 0."""
    note = say("Visits and contact: groups under contract. Contact: competence and practical experience, "
               "number of visits and acquaintance together. Lines end where contracts end.")
    figure = paths.page(results, say(COMPANIONS_TITLE), note, (11.0, 6.6), keyed=False, effects=False)
    for place, measure in enumerate(paths.present(table, COMPANIONS), start=1):
        axes = figure.add_subplot(2, 2, place)
        rows = paths.rows_of(table, measure.column, PROGRAMME)
        paths.draw_line(axes, rows, STYLES[PROGRAMME], steps=measure.unit is COUNT)
        dress(axes, measure.unit)
        months_axis(axes, results.scenario.months)
        axes.set_ylim(0, 1 if measure.unit is INDEX else paths.extent(table, measure.column)[1] * 1.15)
        head(axes, say(measure.title), about=say(UNITS[measure.column]))
    return figure


def tell_companions(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of companions shows."""
    means = [say("{what} {mean}", what=say(measure.title), mean=number(line[line > 0].mean(), 2))
             for measure in paths.present(table, COMPANIONS)
             for line in [paths.rows_of(table, measure.column, PROGRAMME)["mean"]]]
    return say("Lines of companions' work, months 0 to {months}; means while they work: {means}.",
               months=number(results.scenario.months), means=", ".join(means))
