"""The look of every figure: colours that all can tell apart, headers, axes, labels at line ends."""

from __future__ import annotations

from io import BytesIO
from textwrap import wrap
from typing import Any, NamedTuple, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter, MaxNLocator

from kubesim.language import say
from kubesim.plots.formats import COUNT, Unit

# Okabe & Ito 2008: told apart with any colour vision; dashes, order and words tell them apart in grey
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"
INK, GREY, FAINT, PALE_BLUE = "#222222", "#6E6E6E", "#D9D9D9", "#CFE6F7"

TITLE, HEAD, TEXT, SMALL = 16.0, 12.5, 11.0, 9.5        # font sizes in points
WIDE = (11.0, 6.2)                                      # inches: fills a slide, half a printed page
MARGIN = 0.15                                           # inches
MONTHS = "months since the start"


class Style(NamedTuple):
    """How a series looks."""

    colour: str
    dash: Any = "-"
    width: float = 2.2
    mark: str = ""                  # matplotlib's marker in the key


class Layout(NamedTuple):
    """Words around the panels, and which line is which."""

    title: str
    subtitle: str
    note: str
    key: Sequence[tuple[str, Style]] = ()


class Picture(Figure):
    """A figure that a notebook shows by itself, whether or not pyplot was imported there."""

    def _repr_png_(self) -> bytes:
        written = BytesIO()
        self.savefig(written, format="png", dpi=80)
        return written.getvalue()


def new_figure(layout: Layout, size: tuple[float, float] = WIDE) -> Figure:
    """A figure with its header and footer written and the space between left to the panels."""
    figure = Picture(figsize=size, facecolor="white")
    FigureCanvasAgg(figure)
    top = _write_down(figure, layout.title, MARGIN, TITLE, {"weight": "bold", "color": INK})
    top = _write_down(figure, layout.subtitle, top, TEXT, {"color": GREY})
    if layout.key:
        top = _write_key(figure, layout.key, top)
    note = wrap_to(layout.note, size[0], SMALL)
    bottom = MARGIN + len(note) * line_height(SMALL) + 0.05
    figure.text(MARGIN / size[0], MARGIN / size[1], "\n".join(note), fontsize=SMALL, color=GREY,
                ha="left", va="bottom", linespacing=1.25)
    figure.set_layout_engine("constrained",
                             rect=(0.005, bottom / size[1], 0.99, 1 - (top + bottom) / size[1]),
                             w_pad=0.08, h_pad=0.08, wspace=0.03, hspace=0.04)
    return figure


def settle(figure: Figure) -> None:
    """Lay the panels out for good, at rounded places: the solver's last digits differ from time to time."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for part in figure.subfigs:
        part.bbox_relative.set_points(part.bbox_relative.get_points().round(6))
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position().bounds, 6))


def _write_down(figure: Figure, words: str, top: float, points: float, look: dict[str, Any]) -> float:
    """Write wrapped words ``top`` inches below the upper edge; returns where the next line may begin."""
    width, height = figure.get_size_inches()
    lines = wrap_to(words, width, points * (1.15 if "weight" in look else 1))     # bold letters are wider
    figure.text(MARGIN / width, 1 - top / height, "\n".join(lines), fontsize=points, ha="left", va="top",
                linespacing=1.25, **look)
    return top + len(lines) * line_height(points) + 0.03


def _write_key(figure: Figure, key: Sequence[tuple[str, Style]], top: float) -> float:
    """One row that says which line is which, ``top`` inches below the upper edge; a row for each line where
    they do not fit in one."""
    width, height = figure.get_size_inches()
    wide = sum(0.5 * len(words) * TEXT + 4.5 * TEXT for words, _ in key) / 72     # letters, and each line's sample
    rows = len(key) if wide > width - 2 * MARGIN else 1
    lines = [Line2D([], [], color=style.colour, linestyle=style.dash, linewidth=style.width + 0.6, marker=style.mark,
                    markersize=7)
             for _, style in key]
    figure.legend(lines, [words for words, _ in key], loc="upper left", ncols=len(key) // rows, frameon=False,
                  bbox_to_anchor=(MARGIN / width, 1 - (top + 0.06) / height), fontsize=TEXT, labelcolor=INK,
                  handlelength=2.4, borderaxespad=0.0, borderpad=0.0, columnspacing=2.0)
    return top + rows * (line_height(TEXT) + 0.05) + 0.09


def wrap_to(words: str, width: float, points: float) -> list[str]:
    """Lines of words that fit ``width`` inches; a letter is about 0.55 of its size wide."""
    return wrap(words, int((width - 2 * MARGIN) * 72 / (0.55 * points)), break_on_hyphens=False)


def line_height(points: float) -> float:
    """Inches from one line of text to the next."""
    return 1.3 * points / 72


def head(axes: Axes, title: str, effect: str = "", about: str = "") -> None:
    """A panel's title, and under it the programme's effect in blue or a grey remark."""
    axes.set_title(title, loc="left", fontsize=HEAD, weight="bold", color=INK, pad=26)
    said = axes.annotate(effect or about, (0, 1), xytext=(0, 8), xycoords="axes fraction", va="bottom",
                         textcoords="offset points", fontsize=TEXT, color=BLUE if effect else GREY)
    said.set_in_layout(False)                           # the title's pad makes room for it


class Ticks(Formatter):
    """Writes the numbers of an axis in its unit."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def __call__(self, value: float, place: int | None = None) -> str:
        """One number by itself."""
        return self.unit.ticks(np.array([value]))[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All of them together, so that they have the same decimals."""
        return self.unit.ticks(np.array(values))


def dress(axes: Axes, unit: Unit, label: str = "") -> None:
    """Quiet axes: no box, faint lines to read values by, numbers written as in the text."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=TEXT, labelcolor=INK, length=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(Ticks(unit))
    axes.set_ylabel(label, fontsize=TEXT, color=INK)


def months_axis(axes: Axes, last: int, label: str = MONTHS, marks: int = 6) -> None:
    """Months along the bottom, with at most ``marks`` steps, whole years where the run is long enough."""
    steps = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
    step = next((step for step in steps if last / step <= marks), steps[-1])
    axes.set_xlim(0, max(last, 1))
    axes.set_xticks(np.arange(0, last + 1, step))
    axes.xaxis.set_major_formatter(Ticks(COUNT))
    axes.tick_params(axis="x", length=4, color=GREY)
    axes.set_xlabel(say(label), fontsize=TEXT, color=INK)


def label_ends(axes: Axes, labels: Sequence[tuple[float, str, str]], narrow: bool = False) -> None:
    """Say at the right what each line or area is: (height on the axis, words, colour of its mark)."""
    size = SMALL if narrow else TEXT
    kept = [(height, "\n".join(wrap(words, 18, break_long_words=False)) if narrow else words, colour)
            for height, words, colour in sorted(labels, key=lambda label: label[0])]
    low, high = axes.get_ylim()
    heights = [line_height(size) * (1 + words.count("\n")) / _inches_tall(axes) for _, words, _ in kept]
    places = spread_out([(y - low) / (high - low) for y, _, _ in kept], heights)
    for place, (_, words, colour) in zip(places, kept):
        axes.plot([1.03], [place], marker="s",
                                          markersize=7, color=colour, transform=axes.transAxes, clip_on=False)
        axes.annotate(words, (1.03, place), xytext=(7, 0), xycoords="axes fraction", va="center",
                      textcoords="offset points", fontsize=size, color=INK, linespacing=1.05)


def _inches_tall(axes: Axes) -> float:
    """About how tall the axes will be once header, footer and titles have their room."""
    root = axes.get_figure(root=True)
    return 0.85 * root.get_layout_engine().get()["rect"][3] * axes.bbox.height / root.dpi


def spread_out(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Rising places in 0 to 1 moved apart, so that labels of these heights do not touch and end below 1."""
    moved = list(places)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + (heights[i] + heights[i - 1]) / 2)
    ceiling = 1.0
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], ceiling - heights[i] / 2)
        ceiling = moved[i] - heights[i] / 2
    return moved


def same_span(panels: Sequence[tuple[Axes, float, float]], least: float) -> None:
    """Give panels (axes, lowest, highest value) of 0 to 1 equal spans, so that equal steps look equal."""
    span = max([least] + [1.2 * (high - low) for _, low, high in panels])
    for axes, low, high in panels:
        bottom = max(min((low + high - span) / 2, 1 - span), 0.0)
        axes.set_ylim(bottom, bottom + span)
