"""The chart that pupils draw their sketch into: its frame before the run, the model's lines after it."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from kubesim.language import say
from kubesim.lessons import Lesson, Reveal
from kubesim.lessons.pictures import STYLES
from kubesim.lessons.sketches import Lines, decimals_of, held_against, line_names, modelled, place_names
from kubesim.plots.formats import number

MOST_FIELDS = 6
"""Number fields beside the chart, for those who draw with the keyboard."""
STEPS = (1, 2, 3, 6, 12, 24)


def frame(lesson: Lesson) -> dict[str, Any]:
    """Axes, lines to draw and the places that get a number field, as plain JSON types. ``x`` of a place is
    its number, from 0."""
    sketch, places = lesson.prediction.sketch, place_names(lesson)
    over_months, last = sketch.over == "months", len(places) - 1
    step = next((step for step in STEPS if last / step <= MOST_FIELDS), STEPS[-1]) if over_months else 1
    shown = range(0, last + 1, step)
    decimals = decimals_of(sketch)
    return {
        "ask": str(sketch.ask), "unit": str(sketch.unit), "low": sketch.low, "high": sketch.high, "last": last,
        "step": 10.0 ** -decimals, "decimals": decimals, "start": sketch.start, "over_months": over_months,
        "below": say("months since the start") if over_months else "",
        "upright": [{"at": float(tick), "text": number(tick, _decimals(sketch.high - sketch.low))}
                    for tick in MaxNLocator(5).tick_values(sketch.low, sketch.high)
                    if sketch.low <= tick <= sketch.high],
        "along": [{"at": place, "text": number(place) if over_months else places[place]} for place in shown],
        "fields": [{"at": place, "text": places[place]} for place in shown
                   if place or sketch.start is None],
        "lines": [{"name": name, "label": label, "colour": STYLES[place].colour,
                   "number": str(place + 1) if over_months else ""}
                  for name, label in line_names(lesson).items()
                  for place in [lesson.designs.index(name) if over_months else 1]]}


def read_back(drawn: Lines) -> dict[str, list[float | None]]:
    """Lines as the page holds them."""
    return {name: _plain(line) for name, line in drawn.items()}


def compared(found: Reveal, drawn: Lines) -> dict[str, Any]:
    """The model's lines, each the mean of its worlds with the span of nine in ten, or with each of them where
    they are few, and what to say of the pupil's."""
    lines: Mapping[str, np.ndarray] = modelled(found)
    return {
        "model": {name: {"mean": _plain(worlds.mean(axis=1)), **_spread(worlds, found.few)}
                  for name, worlds in lines.items()}, "few": found.few,
        "drawn": read_back(drawn), "told": [told._asdict() for told in held_against(found, drawn)]}


def _spread(worlds: np.ndarray, few: bool) -> dict[str, list]:
    if few:
        return {"lucks": [_plain(world) for world in worlds.T]}
    low, high = np.quantile(worlds, [0.05, 0.95], axis=1)
    return {"low": _plain(low), "high": _plain(high)}


def _plain(line: np.ndarray) -> list[float | None]:
    return [round(float(value), 4) if np.isfinite(value) else None for value in line]


def _decimals(height: float) -> int:
    return max(0, int(np.ceil(0.7 - np.log10(height))))
