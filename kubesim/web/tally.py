"""What a board shows: how many chose each answer, and the sketches of a class over each other."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from kubesim.language import say
from kubesim.lessons import Lesson, Reveal
from kubesim.lessons.sketches import decimals_of, line_names, place_names
from kubesim.plots.formats import number
from kubesim.web.board import Board, Prediction
from kubesim.web.sketching import read_back

MOST_DRAWN = 40
"""Sketches over each other that can still be seen as lines; the median is that of all."""
FEWEST = 3
"""Sketches from which on their median says something of the class."""


def tally(lesson: Lesson, board: Board, found: Reveal | None) -> dict[str, Any]:
    """The board in the language in force; ``found`` is what came out, where that may be told."""
    given, crowd = board.held
    if lesson.prediction.sketch and "lines" not in crowd:           # once for all who look at it
        crowd |= _put_together(lesson, given)
    return {"given": len(given), "answers": _answers(lesson, given, found), "right": _right(lesson, given, found),
            "sketches": _sketches(lesson, crowd) if lesson.prediction.sketch else {}}


def _answers(lesson: Lesson, given: Sequence[Prediction], found: Reveal | None) -> list[dict[str, Any]]:
    """Each answer, and how many chose it."""
    chose = [prediction.choice for prediction in given]
    return [{"name": option.name, "letter": lesson.letters[option.name], "text": str(option.text),
             "share": chose.count(option.name) / max(len(chose), 1),
             "times": say("{count} of {all}", count=chose.count(option.name), all=len(chose)),
             "average": say("right on average") if found and option is found.answer else ""}
            for option in lesson.prediction.options]


def _right(lesson: Lesson, given: Sequence[Prediction], found: Reveal | None) -> str:
    """How many of the class were right."""
    if found is None or found.answer is None or not given:
        return ""
    right = sum(prediction.choice == found.answer.name for prediction in given)
    return say("{count} of {all} chose what the model says on average ({letter}).", count=right, all=len(given),
               letter=lesson.letters[found.answer.name])


def _sketches(lesson: Lesson, crowd: Mapping[str, Any]) -> dict[str, Any]:
    """The lines that were drawn, their median, and both in words."""
    sketch, names, places = lesson.prediction.sketch, line_names(lesson), place_names(lesson)
    decimals, told = decimals_of(sketch), []
    for name, (place, low, median, high) in crowd["ends"].items():
        parts = {"line": names[name], "count": crowd["counts"][name], "place": places[place], "unit": sketch.unit,
                 "median": number(median, decimals), "low": number(low, decimals), "high": number(high, decimals)}
        told.append(say("{line}. Sketches: {count}. At the end ({place}) the one in the middle is at {median}, half of "
                        "them between {low} and {high} ({unit}).", **parts) if np.isfinite(median) else
                    say("{line}. Sketches: {count}.", **parts))
    return {"lines": crowd["lines"], "median": crowd["median"], "told": told}


def _put_together(lesson: Lesson, given: Sequence[Prediction]) -> dict[str, Any]:
    """By line: sketches and their median as the page holds them, how many there are, and their quarters where
    the median ends."""
    lines, middle, counts, ends = {}, {}, {}, {}
    for name in line_names(lesson):
        drawn = [prediction.drawn[name] for prediction in given if name in prediction.drawn]
        if drawn:
            held = np.array(drawn, float)
            lines[name] = [read_back({name: one})[name] for one in held[-MOST_DRAWN:]]
            low, median, high = (_quantile(held, share) for share in (0.25, 0.5, 0.75))
            last = max(np.flatnonzero(np.isfinite(median)), default=0)
            middle |= read_back({name: median})
            counts[name], ends[name] = len(drawn), (last, low[last], median[last], high[last])
    return {"lines": lines, "median": middle, "counts": counts, "ends": ends}


def _quantile(held: np.ndarray, share: float) -> np.ndarray:
    """Quantile of each place over those who drew there, NaN where too few did; ``held``: (sketches, places)."""
    many = np.isfinite(held).sum(axis=0) >= FEWEST
    found = np.full(held.shape[1], np.nan)
    found[many] = np.nanquantile(held[:, many], share, axis=0)
    return found
