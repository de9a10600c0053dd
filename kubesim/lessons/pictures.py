"""Pictures of a reveal: the course of the designs, the prediction against it, a mechanism on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import stdtrit

from kubesim.comparing import words
from kubesim.language import say
from kubesim.lessons import answers, notes
from kubesim.lessons.sketches import line_names, place_names
from kubesim.lessons.terms import Mechanism
from kubesim.plots import style
from kubesim.plots.formats import INDEX, PERCENT_GAIN, PLAIN, SHARE, Unit, rupiah_axis
from kubesim.plots.paths import draw_line, rows_for
from kubesim.plots.style import Layout, Style
from kubesim.report.blocks import Picture, Table

if TYPE_CHECKING:
    from kubesim.lessons.lesson import Lesson
    from kubesim.lessons.reveal import Reveal

STYLES = (Style(style.GREY, (0, (4, 2))), Style(style.BLUE), Style(style.VERMILLION, (0, (6, 1.5, 1.5, 1.5))),
          Style(style.GREEN, (0, (1.5, 1.5))), Style(style.PURPLE, (0, (5, 1))), Style(style.ORANGE))
MARKS = "osD^vP"
SIZE = (11.0, 5.6)
NARROW, TALL = (5.0, 5.4), (5.0, 8.6)
"""Inches on a phone: of one panel, and of two below each other."""
SKETCH = (8.0, 5.0)
TIMES = Unit(PLAIN, PLAIN, 1, 1)
GAINED = Unit(PLAIN, PLAIN, 100, 1)


def all_pictures(reveal: "Reveal", narrow: bool = False) -> list[Picture]:
    """The pictures in the order in which a class looks at them; ``narrow`` for a phone."""
    asked = [against_prediction(reveal, narrow)] if reveal.lesson.prediction.options else []
    return [course(reveal, narrow), *asked,
            *(switched(reveal, mechanism, narrow) for mechanism in reveal.lesson.terms.mechanisms)]


def sketch_grid(lesson: "Lesson") -> Picture:
    """An empty grid for pupils to draw their lines into."""
    sketch, places, lines = lesson.prediction.sketch, place_names(lesson), line_names(lesson)
    title = say("Draw your curve: {outcome}", outcome=words.title(lesson.terms.outcome))
    about = (say("One cross above each name, then join them.") if sketch.over == "designs" else
             say("One line for each: {lines}.", lines="; ".join(lines.values())))
    figure = style.new_figure(Layout(title, about, "", ()), SKETCH)
    axes = figure.subplots()
    style.dress(axes, INDEX, str(sketch.unit))
    axes.set_ylim(sketch.low, sketch.high)
    axes.set_yticks(np.linspace(sketch.low, sketch.high, 11))
    axes.grid(True, color=style.FAINT, linewidth=0.8)
    if sketch.over == "designs":
        _name_points(axes, places)
    else:
        style.months_axis(axes, lesson.terms.months)
        if sketch.start is not None:
            axes.plot([0], [sketch.start], "o", color=style.INK, markersize=9, clip_on=False)
    return Picture("sketch", title, figure, say("An empty grid, from {first} to {last} along the bottom.",
                                                first=places[0], last=places[-1]), Table(title, [], []))


# -- the course of the designs -----------------------------------------------------------------------
def course(reveal: "Reveal", narrow: bool = False) -> Picture:
    """The designs month by month: in one world, and on average."""
    lesson, month = reveal.lesson, reveal.lesson.prediction.month
    title = say("{subject}, month by month", subject=reveal.subject)
    figure = style.new_figure(Layout(title, lesson.title, notes.of_course(reveal), _key(lesson)),
                              TALL if narrow else SIZE)
    left, right = figure.subplots(2, 1, sharey=True) if narrow else figure.subplots(1, 2, sharey=True)
    unit, label = _unit(lesson.terms.outcome, np.nanmax(reveal.paths))
    style.head(left, say("Under one luck"), about=say("luck number {seed}", seed=reveal.seeds[0]))
    style.head(right, say("On average"), about=say("{count} lucks", count=len(reveal.seeds)))
    rows = []
    for design, path, look in zip(lesson.designs, reveal.paths, STYLES):
        left.plot(range(len(path)), path[:, 0], color=look.colour, linestyle=look.dash, linewidth=look.width)
        rows.append(_draw_worlds(right, path, look, reveal.few))
    for axes in (left, right):
        style.dress(axes, unit, label if axes is left or narrow else "")
        style.months_axis(axes, lesson.terms.months)
        axes.axvline(month, color=style.GREY, linewidth=0.8)
    how = words.written(lesson.terms.outcome, *reveal.average_path[:, month])
    ends = "; ".join(f"{name} {how.level(path[month])}"
                     for name, path in zip(lesson.labels, reveal.average_path))
    alt = say("{subject} in month {month}, mean of {count} lucks: {ends}.", subject=reveal.subject, month=month,
              count=len(reveal.seeds), ends=ends)
    return Picture("course", title, figure, alt, _course_table(reveal, rows, how))


def _draw_worlds(axes: Axes, path: np.ndarray, look: Style, few: bool) -> pd.DataFrame:
    """The mean of worlds in its band, or over each of them where they are few. ``path``: (months + 1, worlds).
    The rows of its table."""
    rows = rows_for(pd.DataFrame(path), "", "")
    if few:
        axes.plot(range(len(path)), path, color=look.colour, linewidth=0.9, alpha=0.55)
        rows = rows.assign(low=np.nan, high=np.nan)
    draw_line(axes, rows, look, light=False)
    return rows


def _course_table(reveal: "Reveal", rows: Sequence[pd.DataFrame], how: words.Written) -> Table:
    """Means and intervals in the months that the axis names."""
    months = sorted({reveal.lesson.prediction.month, *range(0, reveal.lesson.terms.months + 1, 6)})
    cells = [[str(month), *(_cell(held, month, how.level, how) for held in rows)] for month in months]
    about = say("Mean of the lucks") if reveal.few else say("Mean of the lucks and its 95 % interval")
    return Table(about, [say("month"), *reveal.lesson.labels], cells)


def _cell(rows: pd.DataFrame, month: int, write: Callable[[float], str], how: words.Written) -> str:
    """A month's mean, written as a level or a difference, and its interval."""
    found = rows[rows["month"] == month]
    if not len(found):
        return "–"
    mean, low, high = found[["mean", "low", "high"]].iloc[0]
    if np.isnan(low):
        return write(mean)
    return say("{difference} ({low} to {high})", difference=write(mean), low=how.digits(low),
               high=how.digits(high))


# -- the prediction ------------------------------------------------------------------------------------
def against_prediction(reveal: "Reveal", narrow: bool = False) -> Picture:
    """What was predicted against what came out, luck by luck."""
    draw = {"best": _draw_best, "range": _draw_range, "curve": _draw_curve}[reveal.lesson.prediction.kind]
    asked, lesson = reveal.lesson.prediction, reveal.lesson
    title = say("The prediction and what came out")
    key = [(f"{lesson.letters[option.name]}", look) for option, look in zip(asked.options, STYLES)]
    layout = Layout(title, str(asked.ask), notes.of_prediction(reveal), key if asked.kind == "curve" else ())
    figure = style.new_figure(layout, NARROW if narrow else SIZE)
    draw(figure.subplots(), reveal)
    head = [say("answer"), say("what it says"), say("right in"), say("on average")]
    cells = [[lesson.letters[option.name], str(option.text),
              say("{times} of {all} lucks", times=reveal.times_right[option.name], all=len(reveal.seeds)),
              say("right") if option is reveal.answer else say("wrong")] for option in asked.options]
    return Picture("prediction", title, figure, reveal.summary(),
                   Table(say("How often each answer is right"), head, cells, prose=True))


def _draw_best(axes: Axes, reveal: "Reveal") -> None:
    lesson, asked = reveal.lesson, reveal.lesson.prediction
    ends = reveal.paths[:, asked.month]
    unit, label = _unit(lesson.terms.outcome, ends.max())
    letters = {option.design: lesson.letters[option.name] for option in asked.options if option.design}
    order = [*letters, *(design for design in lesson.designs if design not in letters)]
    names = [f"{letters.get(design, '–')}  {lesson.label(design)}" for design in order]
    for place, design in enumerate(order):
        row = lesson.designs.index(design)
        _strip(axes, ends[row], place, STYLES[row].colour, reveal.interval(ends[row]), MARKS[row])
    _rows_of_strips(axes, names)
    _across(axes, unit, say("{subject}, month {month}", subject=reveal.subject, month=asked.month), label)


def _draw_range(axes: Axes, reveal: "Reveal") -> None:
    lesson, asked = reveal.lesson, reveal.lesson.prediction
    found = answers.quantity(asked, lesson.designs, reveal.paths)
    whole = _whole(reveal)
    scale = 1.0 if asked.is_multiple else 100.0
    inner = [end for option in asked.options for end in (option.low, option.high) if end is not None]
    shown = found[np.isfinite(found)]
    ends = (*inner, *np.quantile(shown, [0.02, 0.98]), *whole) if len(shown) else (*inner, *whole)
    low, high = np.nanmin(ends), np.nanmax(ends)
    low, high = low - 0.12 * (high - low), high + 0.12 * (high - low)
    for option, look in zip(asked.options, STYLES):
        first = max(option.low if option.low is not None else low, low)
        last = min(option.high if option.high is not None else high, high)
        axes.axvspan(scale * first, scale * last, color=look.colour, alpha=0.16, linewidth=0)
        axes.text(scale * (first + last) / 2, 0.62, lesson.letters[option.name], ha="center", va="center",
                  fontsize=style.TITLE, color=style.INK, weight="bold")
    _strip(axes, np.clip(scale * np.where(np.isfinite(found), found, low), scale * low, scale * high), 0.0,
           style.INK, tuple(scale * np.array(whole)), "D")
    axes.set_ylim(-0.6, 0.8)
    axes.set_yticks([])
    what = (say("gain as a multiple (1: just as large)") if asked.is_multiple else say("gain in per cent"))
    _across(axes, TIMES if asked.is_multiple else PERCENT_GAIN, what, "")
    axes.set_xlim(scale * low, scale * high)


def _whole(reveal: "Reveal") -> tuple[float, float, float]:
    """The quantity of the average world and its 95 % jackknife interval."""
    asked, designs, paths = reveal.lesson.prediction, reveal.lesson.designs, reveal.paths
    count = paths.shape[2]
    mean = float(answers.quantity(asked, designs, paths.mean(axis=2, keepdims=True))[0])
    one_less = (paths.sum(axis=2, keepdims=True) - paths) / (count - 1)
    error = np.nan if reveal.few else answers.jackknife(answers.quantity(asked, designs, one_less))
    half = stdtrit(count - 1, 0.975) * error
    return mean, mean - half, mean + half


def _draw_curve(axes: Axes, reveal: "Reveal") -> None:
    lesson, asked = reveal.lesson, reveal.lesson.prediction
    drawn = answers.curve(asked, lesson.designs, reveal.paths)
    places = np.arange(len(drawn))
    for option, look in zip(asked.options, STYLES):
        axes.plot(places, option.points, color=look.colour, linestyle=look.dash, linewidth=look.width)
        axes.annotate(lesson.letters[option.name], (places[-1], option.points[-1]), xytext=(14, 0), va="center",
                      textcoords="offset points", fontsize=style.HEAD, weight="bold", color=style.INK)
    if reveal.few:
        axes.plot(places, drawn, "o", color=style.INK, alpha=0.45, markersize=5)
    else:
        axes.vlines(places, *np.quantile(drawn, [0.05, 0.95], axis=1), color=style.INK, linewidth=2.0)
    axes.plot(places, drawn.mean(axis=1), "o", color=style.INK, markersize=10)
    axes.plot(places, drawn[:, 0], "o", color="none", markeredgecolor=style.INK, markersize=14)
    unit, label = _unit(lesson.terms.outcome, drawn.max())
    style.dress(axes, unit, label)
    axes.set_ylim(0, max(1.0 if unit is SHARE else 0.0, 1.05 * max(drawn.max(), max(
        max(option.points) for option in asked.options))))
    _name_points(axes, [say("month {month}", month=month) for month in asked.curve_months] or lesson.labels)


def _strip(axes: Axes, values: np.ndarray, place: float, colour: str, whole: Sequence[float], mark: str) -> None:
    """Worlds as small dots in one row, above them their mean and its interval."""
    spread = place + 0.16 + 0.05 * (np.arange(len(values)) % 5 - 2)
    axes.plot(values, spread, "o", color=colour, alpha=0.45, markersize=5, linewidth=0)
    axes.plot(values[:1], spread[:1], "o", color="none", markeredgecolor=style.INK, markersize=11)
    axes.plot(whole[1:], [place - 0.16] * 2, color=colour, linewidth=3)
    axes.plot(whole[:1], [place - 0.16], mark, color=colour, markersize=11)


def _rows_of_strips(axes: Axes, names: Sequence[str]) -> None:
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), ["\n".join(style.wrap(name, 26)) for name in names])


def _across(axes: Axes, unit: Unit, words_below: str, label: str) -> None:
    """A quiet axis along the bottom."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=style.TEXT, labelcolor=style.INK, length=0)
    axes.xaxis.set_major_formatter(style.Ticks(unit))
    axes.set_xlabel(f"{words_below} ({label})" if label else words_below, fontsize=style.TEXT, color=style.INK)


# -- a mechanism ---------------------------------------------------------------------------------------
def switched(reveal: "Reveal", mechanism: Mechanism, narrow: bool = False) -> Picture:
    """A gain with a mechanism on and off."""
    lesson, gains = reveal.lesson, reveal.gains[mechanism.name]
    title = say("With and without: {mechanism}", mechanism=mechanism.label)
    under = say("{subject}: {design} less {against}", subject=reveal.subject, design=lesson.label(mechanism.design),
                against=lesson.label(mechanism.against))
    looks = (Style(style.BLUE), Style(style.VERMILLION, (0, (4, 2))))
    names = (say("with it"), say("without it"))
    figure = style.new_figure(Layout(title, under, notes.of_mechanism(reveal), list(zip(names, looks))),
                              NARROW if narrow else SIZE)
    axes = figure.subplots()
    rows = [_draw_worlds(axes, gain, look, reveal.few) for gain, look in zip(gains, looks)]
    unit, label = _unit(lesson.terms.outcome, np.nanmax(np.abs(gains.on.mean(axis=1))), gain=True)
    style.dress(axes, unit, label)
    style.months_axis(axes, lesson.terms.months, marks=12)
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.axvline(mechanism.month, color=style.GREY, linewidth=0.8)
    how = words.written(lesson.terms.outcome, *reveal.interval(gains.on[mechanism.month]))
    months = sorted({mechanism.month, *range(0, lesson.terms.months + 1, 6)})
    cells = [[str(month), *(_cell(held, month, how.signed, how) for held in rows)] for month in months]
    return Picture(f"without_{mechanism.name}", title, figure, reveal.told_left(mechanism),
                   Table(say("Gain") if reveal.few else say("Gain and its 95 % interval"), [say("month"), *names],
                         cells))


# -- axes ------------------------------------------------------------------------------------------------
def _unit(outcome: str, largest: float, gain: bool = False) -> tuple[Unit, str]:
    """How an axis of an outcome is written, and what stands beside it."""
    unit = words.unit_of(outcome)
    if words.is_share(unit):
        return (GAINED, say("percentage points")) if gain else (SHARE, "")
    if unit.startswith("Rp"):
        return rupiah_axis(largest)
    return INDEX, ""


def _key(lesson: "Lesson") -> list[tuple[str, Style]]:
    return list(zip(lesson.labels, STYLES))


def _name_points(axes: Axes, names: Sequence[str]) -> None:
    axes.set_xlim(-0.4, len(names) - 0.6)
    room = min(16, int(9 * axes.figure.get_figwidth() / len(names)))        # letters in a row that do not touch
    axes.set_xticks(range(len(names)), ["\n".join(style.wrap(name, room)) for name in names])
