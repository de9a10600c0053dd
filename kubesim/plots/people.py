"""Figures of what people know and how they are accompanied: skill and trust, companions' visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kubesim.plots import paths
from kubesim.plots.formats import COUNT, INDEX, number
from kubesim.plots.paths import PROGRAMME, STYLES, TWIN, Measure
from kubesim.plots.style import BLUE, Layout, Style, dress, head, months_axis, new_figure, same_span

if TYPE_CHECKING:
    from kubesim.results import Results

SKILL = Measure("skill_members", "Business skill", INDEX)
TRUST = Measure("cooperation_members", "Trust in the group", INDEX)
LEARNING = (SKILL, Measure("problem_solving_members", "Problem-solving", INDEX), TRUST)
LEARNING_TITLE = "Skill, problem-solving and trust"
LEARNING_NOTE = ("Scale from 0 to 1; the axes do not begin at 0, and all panels span the same height. Skill and "
                 "problem-solving: all households put on a list. Trust: members of living groups only, so it also "
                 "rises when groups without trust break up.")
LEARNING_ALT = "Lines of business skill, problem-solving and trust, months 0 to {months}: {changes}."
FROM_TO = "{words} from {first} to {last}"

VISITS = Measure("visits", "Visits to each group", COUNT)
COMPANIONS = (VISITS, Measure("contact", "Quality of contact", INDEX),
              Measure("caseload", "Groups per companion", COUNT),
              Measure("companions_active", "Companions at work", COUNT))
COMPANION_UNITS = ("visits a month", "index, 0 to 1", "groups", "companions")
COMPANIONS_TITLE = "Companions: visits, contact and caseload"
COMPANIONS_NOTE = ("Visits and contact: groups under contract. Contact: competence and practical experience, number of "
                   "visits and acquaintance together. Lines end where contracts end.")
COMPANIONS_ALT = ("Lines of visits, quality of contact, caseload and companions at work, months 0 to {months}: "
                  "each group gets {visits} visits a month while companions are at work, that is in {worked} months.")


def learning_table(results: "Results") -> pd.DataFrame:
    """Skill and problem-solving of listed households, trust among members of living groups."""
    return paths.over_time(results, [measure.column for measure in LEARNING])


def draw_learning(results: "Results") -> Figure:
    """Three panels of equal span."""
    table = learning_table(results)
    figure = new_figure(Layout(LEARNING_TITLE, paths.subtitle(results), paths.note(results, LEARNING_NOTE),
                               paths.key(results)), size=(11.0, 5.6))
    shown, drawn = paths.present(table, LEARNING), []
    for axes, measure in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown):
        paths.draw_pair(axes, table, measure, results.scenario.months, marks=5)
        drawn.append((axes, *paths.extent(table, measure.column)))
    same_span(drawn, least=0.1)
    return figure


def learning_alt(results: "Results") -> str:
    """What the figure of learning shows."""
    table = learning_table(results)
    changes = [FROM_TO.format(words=measure.title.lower(), first=number(first, 2), last=number(last, 2))
               for measure in paths.present(table, LEARNING)
               for first, last in [paths.ends(table, measure.column)[PROGRAMME]]]
    return LEARNING_ALT.format(months=number(results.scenario.months), changes=", ".join(changes))


def companions_table(results: "Results") -> pd.DataFrame:
    """Visits and contact of groups under contract, caseload, and companions at work; empty without any."""
    parts = [paths.stack(values, measure.column, PROGRAMME) for measure in COMPANIONS
             for values in [paths.by_month(results.outcomes, measure.column)] if len(values)]
    table = paths.join(parts)
    return table if (table["mean"] > 0).any() else table.iloc[:0]


def draw_companions(results: "Results") -> Figure:
    """Four panels, each from 0."""
    table, last = companions_table(results), results.scenario.months
    figure = new_figure(Layout(COMPANIONS_TITLE, paths.subtitle(results),
                               paths.note(results, COMPANIONS_NOTE, effects=False)), size=(11.0, 6.6))
    for axes, measure, unit in zip(figure.subplots(2, 2).flat, COMPANIONS, COMPANION_UNITS):
        rows = paths.rows_of(table, measure.column, PROGRAMME)
        paths.draw_line(axes, rows, Style(BLUE), steps=measure.unit is COUNT)
        dress(axes, measure.unit)
        months_axis(axes, last)
        axes.set_ylim(0, 1 if measure.unit is INDEX else paths.extent(table, measure.column)[1] * 1.15)
        head(axes, measure.title, about=unit)
    return figure


def companions_alt(results: "Results") -> str:
    """What the figure of companions shows."""
    table = companions_table(results)
    visits = paths.rows_of(table, VISITS.column, PROGRAMME)["mean"]
    return COMPANIONS_ALT.format(months=number(results.scenario.months), visits=number(visits.mean(), 1),
                                 worked=number(len(visits)))
