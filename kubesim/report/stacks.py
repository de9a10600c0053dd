"""Bars that add up: the shape that winners, stages and costs share."""

from __future__ import annotations

from textwrap import shorten
from typing import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kubesim.plots import style
from kubesim.plots.formats import Unit
from kubesim.plots.style import INK, TEXT

LETTERS, LONGEST = 26, 45
"""Letters of a name beside a bar in one line, and in a key."""


def draw_bars(axes: Axes, parts: pd.DataFrame, looks: Sequence[tuple[str, str, str]], unit: Unit) -> None:
    """Horizontal bars, the first row on top. ``parts`` has a row a bar and a column a part; ``looks``
    says (words, colour, hatch) of each column."""
    below = np.zeros(len(parts))
    across = np.arange(len(parts))[::-1]
    for (_, colour, hatch), name in zip(looks, parts.columns):
        lengths = parts[name].fillna(0.0).to_numpy()
        axes.barh(across, lengths, left=below, height=0.72, color=colour, hatch=hatch, edgecolor="white",
                  linewidth=0.8)
        below = below + lengths
    style.dress(axes, unit)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.xaxis.set_major_formatter(style.Ticks(unit))
    axes.set_yticks(across, ["\n".join(_wrapped(str(name))) for name in parts.index])
    axes.set_ylim(-0.6, len(parts) - 0.4)


def draw_columns(axes: Axes, parts: pd.DataFrame, looks: Sequence[tuple[str, str, str]], unit: Unit) -> None:
    """The same upright: a column a row of ``parts``, as where rows are years."""
    below = np.zeros(len(parts))
    for (_, colour, hatch), name in zip(looks, parts.columns):
        heights = parts[name].fillna(0.0).to_numpy()
        axes.bar(np.arange(len(parts)), heights, bottom=below, width=0.72, color=colour, hatch=hatch,
                 edgecolor="white", linewidth=0.8)
        below = below + heights
    style.dress(axes, unit)
    axes.set_xticks(range(len(parts)), [str(name) for name in parts.index])


def write_key(axes: Axes, looks: Sequence[tuple[str, str, str]], columns: int = 3) -> None:
    """Which part is which, above the axes."""
    patches = [Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=words)
               for words, colour, hatch in looks]
    axes.legend(handles=patches, loc="lower left", bbox_to_anchor=(0, 1.01), ncols=min(columns, len(patches)),
                frameon=False, fontsize=TEXT, labelcolor=INK, borderaxespad=0.2, columnspacing=1.5)


def write_lines(axes: Axes, looks: Mapping[str, style.Style]) -> None:
    """Which line is which, above the axes, two beside each other so that long names fit."""
    lines = [Line2D([], [], color=look.colour, linestyle=look.dash, linewidth=look.width + 0.6)
             for look in looks.values()]
    axes.legend(lines, [shorten(name, LONGEST, placeholder="…") for name in looks], loc="lower left",
                bbox_to_anchor=(0, 1.01), ncols=2, frameon=False, fontsize=TEXT, labelcolor=INK,
                handlelength=2.4, borderaxespad=0.2, columnspacing=1.5)


def _wrapped(name: str) -> list[str]:
    lines = style.wrap_to(name, 2.6, TEXT)[:2]
    return [line if len(line) <= LETTERS else f"{line[:LETTERS - 1]}…" for line in lines]


def tall(bars: int) -> tuple[float, float]:
    """A figure's size in inches for so many bars."""
    return 11.0, 2.4 + 0.42 * max(bars, 3)
