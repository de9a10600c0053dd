"""Sketches: lines that a pupil drew before the run, checked, and held against those of the model.

All values are in the unit of the sketch's upright axis; a place is a month, or a design where the sketch is
drawn over the designs. NaN: nothing was drawn there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.plots.formats import number

if TYPE_CHECKING:
    from kubesim.lessons.lesson import Lesson
    from kubesim.lessons.reveal import Reveal
    from kubesim.lessons.terms import Sketch

NEAR, LEVEL, BENT = 0.1, 0.05, 0.1
"""Shares of the axis' height: what is still close, still level, and a clear turn."""
MOST_RUNS = 3
"""Stretches that are named one by one."""
ONE_LINE = "all"
"""Name of the only line of a sketch over the designs."""
Lines = Mapping[str, np.ndarray]


def line_names(lesson: "Lesson") -> dict[str, str]:
    """The lines to draw: their names, and what pupils read."""
    sketch = lesson.prediction.sketch
    if sketch.over == "designs":
        return {ONE_LINE: lesson.subject}
    return {name: lesson.label(name) for name in sketch.designs or lesson.designs}


def place_names(lesson: "Lesson") -> list[str]:
    """What pupils read for each place along the bottom."""
    if lesson.prediction.sketch.over == "designs":
        return lesson.labels
    return [say("month {month}", month=month) for month in range(lesson.terms.months + 1)]


def read_sketch(lesson: "Lesson", given: object) -> dict[str, np.ndarray]:
    """The lines that somebody drew, by name: a list for each, a number or None for every place. Lines
    without two points are left out. Raises ScenarioError for anything else."""
    sketch = lesson.prediction.sketch
    if sketch is None:
        raise ScenarioError(say("this lesson asks for no sketch"))
    names, count = line_names(lesson), len(place_names(lesson))
    if not isinstance(given, dict) or not given.keys() <= names.keys():
        raise ScenarioError(say("a sketch must hold the lines of the lesson, by name"))
    drawn = {}
    for name, points in given.items():
        if not isinstance(points, list) or len(points) != count or not all(map(_is_number, points)):
            raise ScenarioError(say("sketch, {line}: must be {count} numbers", line=names[name], count=count))
        line = np.array([np.nan if point is None else point for point in points], float)
        if ((line < sketch.low) | (line > sketch.high)).any() or np.isinf(line).any():
            raise ScenarioError(say("sketch, {line}: must be {low} to {high}", line=names[name],
                                    low=number(sketch.low), high=number(sketch.high)))
        if np.isfinite(line).sum() >= 2:
            drawn[name] = line
    return drawn


def modelled(reveal: "Reveal") -> dict[str, np.ndarray]:
    """The model's lines, by name, each of shape (places, worlds)."""
    lesson = reveal.lesson
    sketch = lesson.prediction.sketch
    if sketch.over == "designs":
        return {ONE_LINE: reveal.paths[:, lesson.prediction.month] / sketch.scale}
    return {name: reveal.paths[lesson.designs.index(name)] / sketch.scale for name in line_names(lesson)}


class Told(NamedTuple):
    """What there is to say of one line."""

    label: str
    sentences: list[str]


def held_against(reveal: "Reveal", drawn: Lines) -> list[Told]:
    """Each line drawn against the mean of the model's worlds, in plain sentences; then their order."""
    lesson = reveal.lesson
    names, places, sketch = line_names(lesson), place_names(lesson), lesson.prediction.sketch
    model = {name: worlds.mean(axis=1) for name, worlds in modelled(reveal).items()}
    told = [Told(names[name], sentences(line, model[name], places, sketch)) for name, line in drawn.items()]
    order = _order({name: (line, model[name]) for name, line in drawn.items()}, names, sketch)
    return [*told, Told(say("All lines"), [order])] if order else told


def sentences(line: np.ndarray, model: np.ndarray, places: Sequence[str], sketch: "Sketch") -> list[str]:
    """One line drawn against the model's: where it agrees, its direction, its end, and where it turns."""
    height = sketch.high - sketch.low
    at = np.flatnonzero(np.isfinite(line) & np.isfinite(model))
    if len(at) < 2:
        return [say("Too little was drawn to say anything.")]
    mine, found = line[at], model[at]
    own = at > 0 if sketch.start is not None else at >= 0       # the start was given, not drawn
    said = [_where_close((np.abs(mine - found) <= NEAR * height)[own], [places[place] for place in at[own]]),
            _direction(_trend(mine, height), _trend(found, height)),
            _end(mine[-1], found[-1], places[at[-1]], sketch)]
    if sketch.over == "months":
        turns = [int(at[turn]) if turn is not None else None for turn in (_turn(mine, height), _turn(found, height))]
        said.append(_turned(*turns))
    return [sentence for sentence in said if sentence]


def _is_number(point: object) -> bool:
    return point is None or (isinstance(point, (int, float)) and not isinstance(point, bool) and point == point)


def _where_close(close: np.ndarray, places: Sequence[str]) -> str:
    """Where the line lies close: named stretch by stretch, unless they are many."""
    if close.all():
        return say("Your line lies close to the model's all the way.")
    if not close.any():
        return say("Your line nowhere lies close to the model's.")
    edges = np.flatnonzero(np.diff(np.concatenate([[0], close.astype(int), [0]])))
    runs = list(zip(edges[::2], edges[1::2] - 1))
    if len(runs) > MOST_RUNS:
        return say("Your line lies close to the model's at {count} of {all} points.", count=int(close.sum()),
                   all=len(close))
    told = [places[first] if first == last else say("{first} to {last}", first=places[first], last=places[last])
            for first, last in runs]
    return say("Your line lies close to the model's here: {stretches}.", stretches="; ".join(told))


def _trend(line: np.ndarray, height: float) -> str:
    change = line[-1] - line[0]
    if abs(change) <= LEVEL * height:
        return say("level")
    return say("rising") if change > 0 else say("falling")


def _direction(mine: str, found: str) -> str:
    if mine == found:
        return say("From first to last you drew it {trend}, and so it is.", trend=mine)
    return say("From first to last you drew it {trend}; in the model it is {found}.", trend=mine, found=found)


def _end(mine: float, found: float, place: str, sketch: "Sketch") -> str:
    """How far the end of the line is from the model's."""
    decimals = decimals_of(sketch)
    off = round(mine, decimals) - round(found, decimals)
    parts = {"place": place, "mine": number(mine, decimals), "found": number(found, decimals),
             "unit": sketch.unit, "off": number(abs(off), decimals)}
    if abs(off) < 10.0 ** -decimals / 2:
        return say("At the end ({place}) both stand at {mine} ({unit}).", **parts)
    if off > 0:
        return say("At the end ({place}) you have {mine}, the model {found} ({unit}): you are {off} too high.",
                   **parts)
    return say("At the end ({place}) you have {mine}, the model {found} ({unit}): you are {off} too low.", **parts)


def decimals_of(sketch: "Sketch") -> int:
    """Decimals that can be read off the axis."""
    return max(0, int(np.ceil(1 - np.log10(sketch.high - sketch.low))))


def _turn(line: np.ndarray, height: float) -> int | None:
    """Where a line has its peak or its trough, whichever is clearer; None where it does not turn."""
    ends = line[0], line[-1]
    peak, trough = line.max() - max(ends), min(ends) - line.min()
    if max(peak, trough) <= BENT * height:
        return None
    return int(np.argmax(line) if peak >= trough else np.argmin(line))


def _turned(mine: int | None, found: int | None) -> str:
    if mine is None and found is None:
        return ""
    if found is None:
        return say("You drew a turn in month {mine}; the model has none.", mine=mine)
    if mine is None:
        return say("The model turns in month {found}; your line does not turn.", found=found)
    return say("The model turns in month {found}; you drew the turn in month {mine}.", found=found, mine=mine)


def _order(lines: Mapping[str, tuple[np.ndarray, np.ndarray]], names: Mapping[str, str], sketch: "Sketch") -> str:
    """Whether the lines end in the model's order; pairs that the model hardly tells apart do not count."""
    last = {name: (line[-1], model[-1]) for name, (line, model) in lines.items() if np.isfinite(line[-1])}
    clear = LEVEL * (sketch.high - sketch.low)
    pairs = [(one, other) for one in last for other in last if last[one][1] - last[other][1] > clear]
    if not pairs:
        return ""
    if all(last[one][0] > last[other][0] for one, other in pairs):
        return say("They end in the model's order, as far as the model tells them apart.")
    mine, found = ("; ".join(names[name] for name in sorted(last, key=lambda name: -last[name][place]))
                   for place in (0, 1))
    return say("From the top down you have: {mine}. The model has: {found}.", mine=mine, found=found)
