"""Plain verdicts: a sentence for each outcome, with its numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing.words import subject, written
from kubesim.language import say
from kubesim.running.measure import known_outcomes

SAME = 1e-9
"""Width of an interval, as a share of the mean, that is rounding and nothing else."""


class Verdict(NamedTuple):
    """What can be said of one outcome of one variant."""

    scenario: str
    outcome: str
    group: str
    month: int
    tells: bool                 # whether the difference is told from none
    sentence: str


def verdict(effects: pd.DataFrame, scenario: str, outcome: str, group: str, month: int,
            is_design: bool = True) -> Verdict:
    """The verdict on a row of the table of effects; with several variants its interval is the one
    that holds for all of them at once. ``is_design``: it differs in nothing but the programme."""
    found = effects[(effects["scenario"] == scenario) & (effects["outcome"] == outcome)
                    & (effects["group"] == group) & (effects["month"] == month)]
    name = subject(outcome, group)
    if not len(found) and not is_design and known_outcomes()[outcome].table == "twin":
        return Verdict(scenario, outcome, group, month, False, say(
            "{outcome}: left out, as {scenario} differs from the baseline in more than the programme, so that "
            "the world without a programme is not its own", outcome=name, scenario=scenario))
    if not len(found):
        return Verdict(scenario, outcome, group, month, False, say(
            "{outcome} {months} months on: cannot be compared, as no pair has a value in both worlds",
            outcome=name, months=month))
    row = found.iloc[0]
    tells = bool(row["low_together"] > 0 or row["high_together"] < 0)
    return Verdict(scenario, outcome, group, month, tells, _sentence(name, outcome, month, row, tells))


def _sentence(name: str, outcome: str, month: int, row: pd.Series, tells: bool) -> str:
    """The sentence that fits. Each is whole, so that it can be put into another language."""
    mean, low, high = row["estimate"], row["low_together"], row["high_together"]
    same = high - low <= SAME * abs(mean)
    how = written(outcome, *([mean] * 3 if same else [mean, low, high]))
    parts = {"outcome": name, "months": month, "amount": how.amount(mean), "pairs": int(row["pairs"])}
    if np.isnan(low):
        return _without_interval(mean < 0, parts)
    if same:
        return _without_spread(mean, parts)
    if not tells:
        return say("{outcome} {months} months on: no difference we can see (95 % {low} to {high}, {pairs} "
                   "pairs); anything above {most} is ruled out", low=how.digits(low), high=how.digits(high),
                   most=how.amount(max(-low, high)), **parts)
    near, far = sorted((abs(low), abs(high)))
    parts |= {"low": how.digits(near), "high": how.digits(far)}
    if mean < 0:
        return say("{outcome} {months} months on: {amount} lower (95 % {low} to {high}, {pairs} pairs): "
                   "enough to tell", **parts)
    return say("{outcome} {months} months on: {amount} higher (95 % {low} to {high}, {pairs} pairs): "
               "enough to tell", **parts)


def _without_spread(mean: float, parts: dict[str, Any]) -> str:
    """All pairs say the same, as where costs hang on no luck."""
    if mean == 0:
        return say("{outcome} {months} months on: exactly the same in all {pairs} pairs", **parts)
    if mean < 0:
        return say("{outcome} {months} months on: {amount} lower in every one of {pairs} pairs", **parts)
    return say("{outcome} {months} months on: {amount} higher in every one of {pairs} pairs", **parts)


def _without_interval(is_lower: bool, parts: dict[str, Any]) -> str:
    """One pair only, or a ratio whose denominator may be 0."""
    if parts["pairs"] == 1 and is_lower:
        return say("{outcome} {months} months on: {amount} lower in the only pair; one pair gives no "
                   "interval", **parts)
    if parts["pairs"] == 1:
        return say("{outcome} {months} months on: {amount} higher in the only pair; one pair gives no "
                   "interval", **parts)
    if is_lower:
        return say("{outcome} {months} months on: {amount} lower, but {pairs} pairs set no bounds to it: not "
                   "enough to tell", **parts)
    return say("{outcome} {months} months on: {amount} higher, but {pairs} pairs set no bounds to it: not "
               "enough to tell", **parts)
