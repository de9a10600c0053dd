"""Charts as small SVGs, drawn at once and readable from a phone to a projector."""

from __future__ import annotations

from html import escape
from typing import NamedTuple, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import Unit, number

WIDTH, HEIGHT = 420, 250
RIGHT, TOP, BOTTOM = 12, 12, 42
LETTER = 7.3                    # width of a letter of an axis, about
TEXT = 13
STEPS = (1, 2, 2.5, 5, 10)
"""Of the ticks: each leads to 1, so that an axis of shares can end there."""
WHOLE = (0.0, 1.0)
"""Where shares begin and end."""


class Look(NamedTuple):
    """How a design is drawn everywhere: told apart by dashes as well as by colour."""

    colour: str
    dash: str


BASELINE = Look(style.GREY, "7 4")
DESIGNS = (Look(style.BLUE, ""), Look("#B85300", "12 3"), Look("#00724F", "3 3"), Look("#9A3D76", "10 3 2 3"))
"""Darker kin of the colours of our figures: thin lines need more contrast with white."""


class Line(NamedTuple):
    """A path over the months, with a band where there is one; NaN where there is no value."""

    look: Look
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def draw(months: np.ndarray, lines: Sequence[Line], unit: Unit, alt: str, top: float | None = None,
         within: tuple[float, float] | None = None) -> str:
    """A chart as SVG text. ``unit`` writes the ticks, ``alt`` tells it to those who cannot see it;
    what is above ``top`` is left out, and no axis or band goes beyond what is ``within``."""
    ticks = _ticks(lines, np.inf if top is None else top, within)
    low, high = ticks[0], ticks[-1]
    last = max(int(months[-1]), 1)
    labels = unit.ticks(np.array(ticks))
    left = 12 + LETTER * max(map(len, labels))

    def x(month: float) -> float:
        return left + (WIDTH - left - RIGHT) * month / last

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = [f'<line x1="{left}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#D9D9D9"/>'
             f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{escape(words)}</text>'
             for tick, words in zip(ticks, labels)]
    for month in _month_ticks(last):
        parts.append(f'<text x="{x(month):.1f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">'
                     f'{escape(number(month))}</text>')
    parts.append(f'<text x="{(left + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
                 f'{escape(say("months since the start"))}</text>')
    cut = high if top is not None or within else np.inf
    for line in lines:
        if line.low is not None and line.high is not None:
            parts += _band(months, line, x, y, low, cut)
    for line in lines:
        dash = f' stroke-dasharray="{line.look.dash}"' if line.look.dash else ""
        parts += [f'<polyline points="{points}" fill="none" stroke="{line.look.colour}" stroke-width="2.4"{dash}/>'
                  for points in _runs(months, line.values, x, y, cut)]
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt, quote=True)}" '
            f'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="{TEXT}" fill="#222">'
            f'{"".join(parts)}</svg>')


def _ticks(lines: Sequence[Line], top: float, within: tuple[float, float] | None) -> list[float]:
    """Values that are written beside the axis; it goes from the first to the last. It begins and ends where
    values do, if that is near."""
    ends = [held[np.isfinite(held)] for line in lines for held in line[1:] if held is not None]
    values = np.concatenate(ends) if ends else np.zeros(0)
    values = values[values <= top]
    if within:
        values = values.clip(*within)
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - max(abs(low) * 0.1, 0.05), high + max(abs(high) * 0.1, 0.05)
    if within:
        height = high - low
        low = within[0] if low - within[0] < height / 2 else low
        high = within[1] if within[1] - high < height / 10 else high
    ticks = [float(tick) for tick in MaxNLocator(5, steps=STEPS).tick_values(low, high)]
    return ticks if within is None else [tick for tick in ticks if within[0] - 1e-9 < tick < within[1] + 1e-9]


def _month_ticks(last: int) -> range:
    """Years, or a few months where the run is short."""
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120) if last / step <= 7)
    return range(0, last + 1, step)


def _runs(months: np.ndarray, values: np.ndarray, x, y, top: float) -> list[str]:
    """Points of a path, cut where there is no value."""
    runs, run = [], []
    for month, value in zip(months, values):
        if np.isfinite(value) and value <= top:
            run.append(f"{x(month):.1f},{y(value):.1f}")
        elif run:
            runs.append(" ".join(run))
            run = []
    return [*runs, " ".join(run)] if run else runs


def _band(months: np.ndarray, line: Line, x, y, bottom: float, top: float) -> list[str]:
    """The band of a path, where both of its ends are known."""
    held = np.isfinite(line.low) & np.isfinite(line.high) & (line.low <= top)
    if not held.any():
        return []
    upper = np.minimum(line.high[held], top)
    lower = np.maximum(line.low[held], bottom)
    there = [f"{x(m):.1f},{y(v):.1f}" for m, v in zip(months[held], upper)]
    back = [f"{x(m):.1f},{y(v):.1f}" for m, v in zip(months[held][::-1], lower[::-1])]
    return [f'<polygon points="{" ".join(there + back)}" fill="{line.look.colour}" fill-opacity="0.16"/>']
