"""The picture of a story: consumption, income, skill, joint capital and trust, here and for the twin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kubesim import files
from kubesim.language import say
from kubesim.plots import ABOUT, RESOLUTION
from kubesim.plots.formats import COUNT, INDEX, rupiah_axis
from kubesim.plots.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PURPLE, SMALL, TEXT, VERMILLION
from kubesim.plots.style import Layout, Style, dress, head, months_axis, new_figure
from kubesim.telling.lives import HERE, TWIN, Life, Pair
from kubesim.telling.moments import Run, runs

if TYPE_CHECKING:
    from kubesim.telling.story import Story

STYLES = {HERE: Style(BLUE, "-", 2.2), TWIN: Style(GREY, (0, (4, 2)), 2.0)}
LINE = Style(INK, (0, (1, 1.5)), 1.6)
PARTS = {"business_profit": ("own business", GREEN), "dividend": ("dividends", ORANGE),
         "labour_earnings": ("wages", VERMILLION), "other": ("other", PURPLE)}
"""What a difference of income is made of: words and colour."""
LANES = {HERE: 1, TWIN: 0}
MOST_MARKS = 16                 # in a lane
SIZE = (11.0, 9.4)              # inches


def draw(story: "Story") -> Figure:
    """The figure of a story."""
    pair, last = story.pair, int(story.pair.here.months.index[-1])
    marks = marks_of(story)
    key = [(say("here: {name}", name=pair.here.scenario.name), STYLES[HERE]),
           (say("twin: {name}", name=pair.twin.scenario.name), STYLES[TWIN]), (say("poverty line"), LINE)]
    luck = say("the same people with the same luck, seed {seed}", seed=pair.seed)
    figure = new_figure(Layout(story.title(), luck, _note(marks, _ill(pair.here)), key), SIZE)
    joint = pair.here.group is not None
    grid = figure.add_gridspec(4 if joint else 3, 2, height_ratios=[0.4, 1.3, 1.1, 1][:4 if joint else 3])
    lanes = figure.add_subplot(grid[0, :])
    top = figure.add_subplot(grid[1, :], sharex=lanes)
    _lanes(lanes, marks)
    _consumption(top, pair, last)
    _income(figure.add_subplot(grid[2, 0]), pair, last)
    _level(figure.add_subplot(grid[2, 1]), pair, "skill", say("Skill"),
           say("0 to 1; fades where it is not used"), last)
    if joint:
        _capital(figure.add_subplot(grid[3, 0]), pair, last)
        column = "group.mean_trust" if pair.here.who.kind == "group" else "trust"
        _level(figure.add_subplot(grid[3, 1]), pair, column, say("Trust in the group"),
               say("0 to 1, while in a group"), last, only="in_group")
    for axes in figure.axes[1:]:
        for run in _ill(pair.here):
            axes.axvspan(run.start - 0.5, run.start + run.length - 0.5, color=FAINT, alpha=0.6, linewidth=0,
                         zorder=0)
    return figure


# -- what happened -----------------------------------------------------------------------------
def marks_of(story: "Story") -> dict[str, list[tuple[int, str]]]:
    """For each world the months in which something happened, and what, the weightiest kept."""
    kept = {}
    for world, events in story.events.items():
        marked = sorted((event for event in events if event.mark), key=lambda event: -event.weight)
        months: dict[int, list[str]] = {}
        for event in marked:
            if event.month in months or len(months) < MOST_MARKS:
                months.setdefault(event.month, []).append(event.mark)
        kept[world] = [(month, ", ".join(dict.fromkeys(words))) for month, words in sorted(months.items())]
    return kept


def _lanes(axes: Axes, marks: dict[str, list[tuple[int, str]]]) -> None:
    """Numbered marks of what happened, here above and the twin's below."""
    for world, lane in LANES.items():
        axes.axhline(lane, color=FAINT, linewidth=1, zorder=0)
        for number, (month, _) in enumerate(marks[world], start=1):
            axes.plot([month], [lane], marker="o", markersize=14, color=STYLES[world].colour, clip_on=False)
            axes.annotate(_name(world, number), (month, lane), ha="center", va="center_baseline",
                          color="white", fontsize=SMALL - 1, weight="bold", annotation_clip=False)
    axes.set_ylim(-0.6, 1.6)
    axes.set_yticks(list(LANES.values()), [say("here"), say("twin")], fontsize=TEXT)
    axes.tick_params(length=0, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _name(world: str, number: int) -> str:
    """Numbers here, letters for the twin."""
    return str(number) if world == HERE else chr(ord("a") + number - 1)


def _note(marks: dict[str, list[tuple[int, str]]], ill: list[Run]) -> str:
    """What the marks and bands stand for."""
    told = {}
    for world, found in marks.items():
        words = [say("{mark} (month {month}) {words}", mark=_name(world, number), month=month, words=what)
                 for number, (month, what) in enumerate(found, start=1)]
        told[world] = "; ".join(words) or say("nothing")
    note = say("Here: {here}. Twin: {twin}.", here=told[HERE], twin=told[TWIN])
    return say("{note} Grey bands: months of serious illness.", note=note) if ill else note


def _ill(life: Life) -> list[Run]:
    """Months of illness in a row; none for a group."""
    if life.who.kind == "group":
        return []
    return [run for run in runs(life["ill"].astype(bool).tolist()) if run.value]


# -- panels ------------------------------------------------------------------------------------
def _line(axes: Axes, life: Life, column: str, only: str = "") -> None:
    values = life[column].astype(float)
    if only:
        within = life[only] > 0
        values = values.where(within | within.shift(1, fill_value=False))
    style = STYLES[life.world]
    axes.plot(values.index, values, color=style.colour, linestyle=style.dash, linewidth=style.width)


def _consumption(axes: Axes, pair: Pair, last: int) -> None:
    for life in (pair.twin, pair.here):
        _line(axes, life, "consumption")
    axes.plot(pair.here.months.index, pair.here["poverty_line"], color=LINE.colour, linestyle=LINE.dash,
              linewidth=LINE.width)
    largest = max(life["consumption"].max() for life in (pair.here, pair.twin))
    _money_axes(axes, largest, last)
    axes.set_ylim(0, largest * 1.08)
    head(axes, say("Consumption a month"), about=say("against the poverty line of the household"))


def _income(axes: Axes, pair: Pair, last: int) -> None:
    """Bars of what each part of income is above or below the twin's."""
    parts = income_parts(pair)
    for sign in (1, -1):
        bottom = np.zeros(len(parts))
        for name, (_, colour) in PARTS.items():
            height = parts[name].where(np.sign(parts[name]) == sign, 0.0).to_numpy()
            axes.bar(parts.index, height, width=1.0, bottom=bottom, color=colour, linewidth=0)
            bottom += height
    axes.axhline(0, color=INK, linewidth=1)
    gain = pair.gain("consumption")
    axes.plot(gain.index, gain, color=INK, linewidth=1.4)
    largest = float(max(np.abs(parts).sum(axis=1).max(), gain.abs().max()))
    if largest < 1:
        axes.set_ylim(-1000, 1000)
    _money_axes(axes, largest, last)
    head(axes, say("Income above the twin's, by part"))
    shown = [Patch(color=colour, label=say(words)) for name, (words, colour) in PARTS.items()
             if parts[name].abs().max() >= 1]
    line = Line2D([], [], color=INK, linewidth=1.4, label=say("consumption"))
    axes.legend(handles=[*shown, line], loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False,
                fontsize=SMALL, handlelength=0.9, handletextpad=0.4, columnspacing=0.9, borderpad=0.2,
                borderaxespad=0.3).set_in_layout(False)


def income_parts(pair: Pair) -> pd.DataFrame:
    """The difference of income cut into its parts, Rp a month; they add up to it."""
    named = [name for name in PARTS if name != "other"]
    parts = pd.DataFrame({name: pair.gain(name) for name in named})
    return parts.assign(other=pair.gain("income") - parts.sum(axis=1))


def _level(axes: Axes, pair: Pair, column: str, title: str, about: str, last: int, only: str = "") -> None:
    for life in (pair.twin, pair.here):
        _line(axes, life, column, only)
    axes.set_ylim(0, 1)
    dress(axes, INDEX)
    months_axis(axes, last)
    head(axes, title, about=about)


def _capital(axes: Axes, pair: Pair, last: int) -> None:
    for life in (pair.twin, pair.here):
        _line(axes, life, "group.capital", only="group.active")
    largest = max(life["group.capital"].max() for life in (pair.here, pair.twin))
    _money_axes(axes, largest, last)
    axes.set_ylim(0, max(largest * 1.08, 1.0))
    head(axes, say("Joint capital of the group"))


def _money_axes(axes: Axes, largest: float, last: int) -> None:
    unit, label = rupiah_axis(largest)
    dress(axes, unit, label)
    months_axis(axes, last)


# -- files -------------------------------------------------------------------------------------
def alt(story: "Story") -> str:
    """The picture in a sentence, for those who cannot see it."""
    told = " ".join(say("{label}: {text}", label=link.label, text=link.text) for link in story.links)
    return say("Lines of consumption, skill, joint capital and trust, and bars of income by part. {title}. "
               "{told}", title=story.title(), told=told)


def _settled(figure: Figure) -> Figure:
    """The figure with its panels fixed where the layout has put them, rounded: the solver's last digits
    are not the same each time, and would be in the file's names of clipping paths."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(part, 5) for part in axes.get_position().bounds])
    return figure


def save(story: "Story", folder: Path) -> list[Path]:
    """Write story.png and story.svg, each whole or not at all, the same bytes for the same story."""
    figure, written = _settled(draw(story)), []
    for kind in ("png", "svg"):
        path = folder / f"story.{kind}"
        draft = folder / (files.PARTIAL + path.name)
        titled, described, left_out = ABOUT[kind]
        try:
            with matplotlib.rc_context({"svg.hashsalt": path.name}):
                figure.savefig(draft, format=kind, dpi=RESOLUTION,
                               metadata={titled: story.title(), described: alt(story), left_out: None})
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        written.append(path)
    return written
