"""Answers: what a sweep says of one outcome at every point under every seed, as a level or as an effect."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.effects import EVERYBODY, GROUPS
from kubesim.comparing.pairs import SO_FAR
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say
from kubesim.running.manifest import scenario_held
from kubesim.running.measure import known_outcomes
from kubesim.sensitivity.factors import Factor
from kubesim.sensitivity.telling import label
from kubesim.sweeping import Sweep

USUAL = "usual point"
FIRST = "first point"
"""What an effect is told against where that is a point of the same scenario."""
TOTAL = "_total"
"""How columns of sums since month 0 end."""
POINTS = {USUAL: phrase("its own values"), FIRST: phrase("the first point of the grid")}
ENDINGS = sorted(((ending, group) for ending, group in GROUPS.items() if ending), key=lambda held: -len(held[0]))
"""How columns of a part of the households end, and whose they are; the longest first, one ends as another."""


class Answer(NamedTuple):
    """An outcome of a scenario, less that of another one under the same luck where ``against`` names it."""

    outcome: str                # a column, such as poverty_rate_members
    scenario: str
    against: str                # empty: a level
    values: np.ndarray          # (points, seeds); NaN where a run failed or is missing

    @property
    def means(self) -> np.ndarray:
        """Means over the seeds of each point; NaN where one of them is missing."""
        return self.values.mean(axis=1)

    @property
    def holes(self) -> np.ndarray:
        """The points that lack a run."""
        return np.flatnonzero(~np.isfinite(self.values).all(axis=1))


def answers(sweep: Sweep, outcomes: Iterable[str] | None = None, month: int | None = None,
            levels: bool = False) -> list[Answer]:
    """Effects of the scenarios against the first one, of a single scenario's points against that of its own
    values, or levels where there is no such point or ``levels`` are asked for; of all outcomes that the
    experiment names unless some are. Raises ScenarioError."""
    columns = list(outcomes) if outcomes else usual_columns(sweep)
    held = np.moveaxis(sweep.by_seed(columns, month=month), 0, 1)       # points, seeds, scenarios, columns
    if not np.isfinite(held).any():
        raise ScenarioError(say("{folder}: no run is finished yet in month {month}", folder=sweep.folder,
                                month=sweep.manifest["months"] if month is None else month))
    names, told = sweep.scenarios, []
    usual, against = (None, "") if levels or len(names) > 1 else reference(sweep)
    for place, column in enumerate(columns):
        if usual is not None:
            told.append(_effect(column, names[0], against, held[:, :, 0, place], held[usual, :, 0, place]))
        elif levels or len(names) == 1:
            told += [Answer(column, name, "", held[:, :, which, place]) for which, name in enumerate(names)]
        else:
            told += [_effect(column, name, names[0], held[:, :, which, place], held[:, :, 0, place])
                     for which, name in enumerate(names) if which]
    return told


def _effect(column: str, name: str, baseline: str, values: np.ndarray, base: np.ndarray) -> Answer:
    """The difference; the level where the baseline never has a value, as of groups where there is no programme."""
    if not np.isfinite(values - base).any():
        return Answer(column, name, "", values)
    return Answer(column, name, baseline, values - base)


def reference(sweep: Sweep) -> tuple[int | None, str]:
    """The point against which points of one scenario are told, and what it is: that of the scenario's own
    values, of a grid without it the first one; none where points do not share their luck."""
    if sweep.manifest["fresh"]:
        return None, ""
    paths = set(varied(sweep))
    own = {axis["path"]: axis["usual"] for axis in sweep.axes if axis["path"] in paths}
    same = np.logical_and.reduce([np.ones(len(sweep.points), bool),
                                  *(sweep.points[path] == held for path, held in own.items())])
    if same.sum() == 1:
        return int(np.flatnonzero(same)[0]), USUAL
    return (0, FIRST) if sweep.design["kind"] == "grid" and len(sweep.points) > 1 else (None, "")


def usual_columns(sweep: Sweep) -> list[str]:
    """The columns of what the experiment measures, of money the sum so far."""
    known = known_outcomes()
    return [name + TOTAL if known[name].table == "ledger" else name for name in sweep.manifest["outcomes"]]


def factors(sweep: Sweep) -> dict[str, Factor]:
    """Everything that is varied by its path, with its meaning and its grade; numbers from lowest to
    highest value, others from 0 to 1."""
    described = {}
    for values in sweep.manifest["scenarios"].values():
        for held in scenario_held(values, None, sweep.folder / "run.json").values():
            described.setdefault(held.path, held)
    return {axis["path"]: _factor(axis, described.get(axis["path"]), sweep.points) for axis in sweep.axes}


def varied(sweep: Sweep, role: str = "") -> list[str]:
    """Paths of what differs between points, of levers or uncertainties only where a role is given."""
    return [axis["path"] for axis in sweep.axes
            if role in ("", axis["role"]) and axis["path"] in sweep.points
            and sweep.points[axis["path"]].nunique() > 1]


def drawn(sweep: Sweep) -> list[str]:
    """Paths of what the design draws within spans, in the design's order."""
    spans = {axis["path"] for axis in sweep.axes if isinstance(axis["varies"], dict)}
    return [path for path in sweep.points if path in spans]


def outcome_label(column: str) -> str:
    """What a column of the outcomes is called, and whose it is."""
    if column in known_outcomes():
        return words.title(column)
    if column.endswith(TOTAL) and column.removesuffix(TOTAL) in known_outcomes():
        plain = column.removesuffix(TOTAL)
        return words.title(plain + SO_FAR) if plain + SO_FAR in words.TITLES else say(
            "{outcome}, added up", outcome=words.title(plain))
    for ending, group in ENDINGS:
        if column.endswith(ending):
            return words.subject(column.removesuffix(ending), group)
    return words.subject(column, EVERYBODY)


def plain_outcome(column: str) -> str:
    """The outcome that a column measures, whoever's it is."""
    if column in known_outcomes():
        return column
    endings = [TOTAL, *(ending for ending, _ in ENDINGS)]
    return next((column.removesuffix(ending) for ending in endings if column.endswith(ending)), column)


def answer_label(answer: Answer) -> str:
    """An answer's outcome and whose."""
    name = outcome_label(answer.outcome)
    if not answer.against:
        return say("{outcome}: {scenario}", outcome=name, scenario=answer.scenario)
    return say("{outcome}: {scenario} against {baseline}", outcome=name, scenario=answer.scenario,
               baseline=say(POINTS[answer.against]) if answer.against in POINTS else answer.against)


def shown(answer: Answer, *values: float) -> words.Written:
    """How to write values of an answer, of which the last two are the ends of the interval."""
    return words.written(plain_outcome(answer.outcome), *values)


def amount(answer: Answer, value: float, low: float, high: float) -> str:
    """A value with its interval in the answer's unit, signed where it is an effect."""
    how = shown(answer, value, low, high)
    said = how.signed(value) if answer.against else how.level(value)
    if not np.isfinite(low + high):
        return said
    return say("{value} ({low} to {high})", value=said, low=how.digits(low), high=how.digits(high))


def factor_label(factor: Factor) -> str:
    """What a number is, in words where the scenario says them, else its path."""
    return label(factor) if factor.about else factor.path


def _factor(axis: dict[str, Any], held: Any, points: pd.DataFrame) -> Factor:
    known = (held.about, held.grade, held.source) if held else ("", "", "")
    low, high, usual, whole = 0.0, 1.0, 0.0, False
    if isinstance(axis["usual"], (int, float)) and not isinstance(axis["usual"], bool):
        varies = axis["varies"]
        span = [varies["low"], varies["high"]] if isinstance(varies, dict) else varies
        low, high, usual = float(min(span)), float(max(span)), float(axis["usual"])
        whole = isinstance(axis["usual"], int)
    return Factor(axis["path"], low, high, axis["unit"], known[0], known[1], known[2], usual, whole)
