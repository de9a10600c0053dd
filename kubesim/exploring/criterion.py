"""Criteria of success, as users write them: ``poverty_rate < -0.5pp and cost < 2 miliar``."""

from __future__ import annotations

import re
from typing import Callable, Iterable, Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.comparing import words
from kubesim.comparing.sequential import is_share
from kubesim.errors import ScenarioError
from kubesim.exploring.answers import Answer, outcome_label, plain_outcome
from kubesim.language import say
from kubesim.reading.faults import did_you_mean
from kubesim.running.measure import known_outcomes

SIGNS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}
TIMES = {"": 1.0, "pp": 0.01, "%": 0.01, "ribu": 1e3, "rb": 1e3, "thousand": 1e3, "juta": 1e6, "jt": 1e6,
         "million": 1e6, "miliar": 1e9, "billion": 1e9}
_WRITTEN = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|<|>)\s*([-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
                      r"\s*(%|[A-Za-z]*)\s*")
MOST_TEXT = 500


class Condition(NamedTuple):
    """An outcome compared with a number in the outcome's own unit."""

    outcome: str
    sign: str
    limit: float

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Where it holds, 1.0 or 0.0; NaN where there is no value."""
        return np.where(np.isfinite(values), SIGNS[self.sign](values, self.limit), np.nan)

    def words(self, effect: bool) -> str:
        """The condition as a reader would write it; of an effect its limit has a sign."""
        how = words.written(plain_outcome(self.outcome), self.limit, -self.limit, self.limit)
        told = "0" if self.limit == 0 else how.signed(self.limit) if effect else how.level(self.limit)
        return f"{outcome_label(self.outcome)} {self.sign} {told}"


def read_criterion(text: str, known: Iterable[str]) -> tuple[Condition, ...]:
    """Conditions that must all hold; ``known`` are the columns kept. Raises ScenarioError with a line each."""
    found: list[Condition] = []
    faults: list[str] = []
    if len(text) > MOST_TEXT:
        raise ScenarioError(say("--success: is longer than {most} letters", most=MOST_TEXT))
    for part in re.split(r"\band\b|\bdan\b|,", text):
        try:
            found.append(_condition(part, list(known)))
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return tuple(found)


def usual_criterion(told: Sequence[Answer]) -> tuple[Condition, ...]:
    """That an effect is an improvement, however small; that a level is better than that of half of all points."""
    outcome, level = told[0].outcome, not told[0].against
    limit = float(np.nanmedian([answer.means for answer in told])) if level else 0.0
    return (Condition(outcome, "<" if plain_outcome(outcome) in words.LESS_IS_BETTER else ">", limit),)


def met(conditions: Iterable[Condition], told: Mapping[str, Answer]) -> np.ndarray:
    """Where all conditions hold of the points' means: 1.0 or 0.0, NaN where a point lacks a run."""
    held = [condition.holds(told[condition.outcome].means) for condition in conditions]
    return np.min(held, axis=0)


def _condition(part: str, known: list[str]) -> Condition:
    written = _WRITTEN.fullmatch(part)
    if not written:
        raise ScenarioError(say("--success '{part}': must compare an outcome with a number, as in "
                                "'poverty_rate < -0.5pp'; the signs are {signs}, joined by and",
                                part=part.strip(), signs=" ".join(SIGNS)))
    outcome, sign, digits, unit = written.groups()
    if outcome not in known:
        raise ScenarioError(say("--success: outcome '{name}' was not kept", name=outcome)
                            + did_you_mean(outcome, known))
    if unit.lower() not in TIMES:
        raise ScenarioError(say("--success '{part}': unknown unit '{unit}'; the units are {units}",
                                part=part.strip(), unit=unit, units=", ".join(filter(None, TIMES))))
    measured = known_outcomes()[plain_outcome(outcome)].unit
    if unit.lower() in ("pp", "%") and not is_share(measured):
        raise ScenarioError(say("--success '{part}': {outcome} is measured in {unit}, not in percent",
                                part=part.strip(), outcome=outcome, unit=measured))
    return Condition(outcome, sign, float(digits.replace("\u2212", "-")) * TIMES[unit.lower()])
