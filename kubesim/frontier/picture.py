"""The picture of a frontier: cost against gain, and what the levers are along it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim import files
from kubesim.comparing.words import percent
from kubesim.frontier.display import headings, shown
from kubesim.frontier.levers import Lever
from kubesim.language import say
from kubesim.plots import ABOUT, FOLDER, RESOLUTION, style
from kubesim.plots.formats import COUNT, number, rupiah, rupiah_axis
from kubesim.plots.style import Layout

if TYPE_CHECKING:
    from kubesim.frontier.found import Frontier

NAME = "frontier"
SIZE = (12.0, 7.4)
ROOM = 0.7
"""Share of the width beyond which words stand left of what they name."""
DOTS = "#B5B5B5"


def write_figure(found: "Frontier", folder: Path) -> None:
    """Write ``folder/figures/frontier.png`` and ``.svg``, each in one step."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    figure = draw(found)
    style.settle(figure)
    for kind in ("png", "svg"):
        titled, described, left_out = ABOUT[kind]
        path = place / f"{NAME}.{kind}"
        draft = path.with_name(files.PARTIAL + path.name)
        with matplotlib.rc_context({"svg.hashsalt": NAME}):
            figure.savefig(draft, format=kind, dpi=RESOLUTION,
                           metadata={titled: _title(found), described: alt(found), left_out: None})
        os.replace(draft, path)


def draw(found: "Frontier") -> Figure:
    """Cost against gain at the left, the levers along the frontier at the right."""
    asked = found.question
    note = say("Costs and gains are means over seeds that the search never saw, with 95 % intervals; small "
               "dots are designs as the search saw them, the line is the frontier. The gain is that over no "
               "programme, after {months} months. Letters are the designs of the "
               "tables, A the one to choose; the square is the baseline.",
               months=asked.scenario.months)
    figure = style.new_figure(Layout(
        _title(found),
        say("{name}; {groups} groups; {designs} designs tried", name=asked.scenario.name,
            groups=number(asked.groups),
            designs=number(len(found.found.tried))) + _how_sure(found), note), SIZE)
    left, right = figure.subfigures(1, 2, width_ratios=(1.45, 1))
    _draw_frontier(left.subplots(), found)
    right.suptitle(say("Levers along the frontier"), x=0.02, ha="left", fontsize=style.HEAD, weight="bold",
                   color=style.INK)
    _draw_levers(right.subplots(len(asked.levers), 1, sharex=True, squeeze=False)[:, 0], found)
    return figure


def alt(found: "Frontier") -> str:
    """A sentence for those who cannot see it."""
    judged, goal = found.judged, found.question.goal
    at = judged.chosen
    if at < 0:
        return say("Cost against gain of the finalists; none is within the budget")
    return say("Cost against gain of {count} finalists. Within {budget}, design A gains most: {gain} for "
               "{cost}; it is the best with probability {best}.", count=number(len(found.finalists)),
               budget=rupiah(found.question.budget), gain=goal.written(*judged.gain[at]),
               cost=rupiah(judged.cost[at, 0]), best=percent(judged.best[at]))


def _how_sure(found: "Frontier") -> str:
    """How probable it is that the chosen design is the best."""
    at = found.judged.chosen
    return say("; A is the best of {count} finalists with probability {best}", count=len(found.finalists),
               best=percent(found.judged.best[at])) if at >= 0 else ""


def _title(found: "Frontier") -> str:
    return say("The best designs for {budget}", budget=rupiah(found.question.budget))


def _draw_frontier(axes: Axes, found: "Frontier") -> None:
    asked, judged, along = found.question, found.judged, found.along()
    furthest = max(judged.cost[:, 2].max(), found.usual.cost[0, 2], asked.budget) * 1.06
    unit, label = rupiah_axis(furthest)
    tried = np.array([lived for lived in found.found.tried.values() if lived[0] <= furthest])
    axes.plot(tried[:, 0], tried[:, 1], ".", color=DOTS, markersize=5, zorder=1)
    axes.plot([0, *judged.cost[along, 0]], [0, *judged.gain[along, 0]], "-", color=style.BLUE,
              linewidth=1.6, zorder=3)
    others = [at for at in range(len(found.finalists)) if at not in along]
    _draw_points(axes, found.judged, others, style.SKY, "o", 4)
    _draw_points(axes, found.judged, along, style.BLUE, "o", 5)
    if judged.chosen >= 0:
        axes.plot(judged.cost[judged.chosen, 0], judged.gain[judged.chosen, 0], "o", color=style.BLUE,
                  markeredgecolor=style.INK, markersize=10, zorder=6)
    _draw_points(axes, found.usual, [0], style.VERMILLION, "s", 7)
    axes.plot([0], [0], "D", color=style.INK, markersize=6, zorder=4)
    axes.axvline(asked.budget, color=style.ORANGE, linewidth=1.8, linestyle=(0, (5, 2)), zorder=2)
    style.dress(axes, asked.goal.axis, "")
    axes.xaxis.set_major_formatter(style.Ticks(unit))
    axes.set_xlim(-0.02 * furthest, furthest)
    axes.set_xlabel(say("programme cost, {unit}", unit=label), fontsize=style.TEXT, color=style.INK)
    style.head(axes, asked.goal.title, about=say("over no programme, by what the programme costs"))
    _name_points(axes, found, furthest)


def _draw_points(axes: Axes, judged, places: list[int], colour: str, marker: str, size: float) -> None:
    cost, gain = judged.cost[places], judged.gain[places]
    axes.errorbar(cost[:, 0], gain[:, 0], xerr=_arms(cost), yerr=_arms(gain), fmt=marker, color=colour,
                  markersize=size, elinewidth=1.0, capsize=2, linestyle="none", zorder=4)


def _arms(values: np.ndarray) -> np.ndarray:
    """Lengths of error bars below and above, (2, points)."""
    return np.maximum(np.stack([values[:, 0] - values[:, 1], values[:, 2] - values[:, 0]]), 0.0)


def _name_points(axes: Axes, found: "Frontier", furthest: float) -> None:
    """Letters above and left of the points along the frontier, where the curve leaves room."""
    judged, usual, budget, labels = found.judged, found.usual, found.question.budget, found.labels()
    for at in found.steps():
        chosen = at == judged.chosen
        axes.annotate(labels[at], (judged.cost[at, 0], judged.gain[at, 0]), xytext=(-7, 5),
                      textcoords="offset points", ha="right", zorder=7, color=style.INK,
                      fontsize=style.TITLE if chosen else style.TEXT, weight="bold" if chosen else "normal")
    axes.annotate(say("baseline"), (usual.cost[0, 0], usual.gain[0, 0]), xytext=(-8, 0), va="center",
                  ha="right", textcoords="offset points", fontsize=style.TEXT, color=style.VERMILLION)
    axes.annotate(say("no programme"), (0, 0), xytext=(9, -4), textcoords="offset points", va="top",
                  fontsize=style.TEXT, color=style.INK)
    left = budget > ROOM * furthest
    axes.annotate(say("budget {budget}", budget=rupiah(budget)), (budget, 0.02),
                  ha="right" if left else "left", xycoords=("data", "axes fraction"), xytext=(-5 if left else 5, 0),
                  textcoords="offset points", fontsize=style.TEXT, color=style.INK)


def _draw_levers(panels: np.ndarray, found: "Frontier") -> None:
    """Each lever's value along the frontier, from its low to its high end, and the baseline's."""
    asked, judged, steps = found.question, found.judged, found.steps()
    furthest = max([asked.budget, *judged.cost[steps, 0], found.usual.cost[0, 0]])
    unit, label = rupiah_axis(furthest)
    for place, (axes, lever, heading) in enumerate(zip(panels, asked.levers, headings(asked.levers))):
        held = [found.finalists[at][place] for at in steps]
        axes.axvline(asked.budget, color=style.ORANGE, linewidth=1.4, linestyle=(0, (5, 2)), zorder=1)
        axes.plot(judged.cost[steps, 0], held, "o-", color=style.BLUE, markersize=4, linewidth=1.2)
        axes.plot(found.usual.cost[0, 0], lever.usual, "s", color=style.VERMILLION, markersize=5)
        best = found.best()
        if best:
            axes.plot(judged.cost[judged.chosen, 0], best[place], "o", color=style.BLUE,
                      markeredgecolor=style.INK, markersize=7, zorder=5)
        margin = 0.18 * (lever.high - lever.low)
        axes.set_ylim(lever.low - margin, lever.high + margin)
        style.dress(axes, COUNT)
        axes.set_yticks([lever.low, lever.high], [shown(lever, lever.low), shown(lever, lever.high)])
        axes.tick_params(labelsize=style.SMALL)
        axes.set_title(_panel_title(lever, heading, best[place] if best else None), loc="left",
                       fontsize=style.SMALL, color=style.INK, pad=3)
        axes.xaxis.set_major_formatter(style.Ticks(unit))
        axes.set_xlim(-0.03 * furthest, 1.06 * furthest)
    panels[-1].set_xlabel(say("programme cost, {unit}", unit=label), fontsize=style.TEXT, color=style.INK)



def _panel_title(lever: Lever, heading: str, chosen: float | None) -> str:
    """The lever, and its values in the chosen design and the baseline."""
    values = say("baseline {usual}", usual=shown(lever, lever.usual))
    if chosen is not None:
        values = say("A {chosen}", chosen=shown(lever, chosen)) + ", " + values
    unit = "" if lever.unit.startswith("Rp") else f" ({say(lever.unit)})"
    return f"{heading}: {values}{unit}"
