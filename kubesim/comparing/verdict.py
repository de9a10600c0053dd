"""Plain verdicts: a sentence for each outcome, with its numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing.words import subject, written
from kubesim.language import say


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


def verdict(effects: pd.DataFrame, scenario: str, outcome: str, group: str, month: int) -> Verdict:
    """The verdict on a row of the table of effects; with several variants its interval is the one
    that holds for all of them at once."""
    found = effects[(effects["scenario"] == scenario) & (effects["outcome"] == outcome)
                    & (effects["group"] == group) & (effects["month"] == month)]
    name = subject(outcome, group)
    if not len(found):
        return Verdict(scenario, outcome, group, month, False, say(
            "{outcome} {months} months on: cannot be compared, as no pair has a value in both worlds",
            outcome=name, months=month))
    row = found.iloc[0]
    tells = bool(row["low_together"] > 0 or row["high_together"] < 0)
    return Verdict(scenario, outcome, group, month, tells, _sentence(name, outcome, month, row, tells))


def _sentence(name: str, outcome: str, month: int, row: pd.Series, tells: bool) -> str:
    """The sentence that fits: each is whole, so that it can be put into another language."""
    mean, low, high, pairs = row["estimate"], row["low_together"], row["high_together"], int(row["pairs"])
    how = written(outcome, mean, low, high)
    parts = {"outcome": name, "months": month, "amount": how.amount(mean), "pairs": pairs}
    if np.isnan(low):
        return _without_interval(mean, pairs, parts)
    ends = sorted(abs(end) for end in (low, high)) if tells else (low, high)
    parts |= {"low": how.digits(ends[0]), "high": how.digits(ends[1])}
    if high - low <= SAME * abs(mean) and mean < 0:
        return say("{outcome} {months} months on: {amount} lower in every one of {pairs} pairs", **parts)
    if high - low <= SAME * abs(mean) and mean > 0:
        return say("{outcome} {months} months on: {amount} higher in every one of {pairs} pairs", **parts)
    if tells and mean < 0:
        return say("{outcome} {months} months on: {amount} lower (95 % {low} to {high}, {pairs} pairs): enough to "
                   "tell", **parts)
    if tells:
        return say("{outcome} {months} months on: {amount} higher (95 % {low} to {high}, {pairs} pairs): enough to "
                   "tell", **parts)
    if low == high == 0:
        return say("{outcome} {months} months on: exactly the same in all {pairs} pairs", **parts)
    return say("{outcome} {months} months on: no difference we can see (95 % {low} to {high}, {pairs} pairs); "
               "anything above {most} is ruled out", most=how.amount(max(-low, high)), **parts)


def _without_interval(mean: float, pairs: int, parts: dict) -> str:
    if pairs == 1 and mean < 0:
        return say("{outcome} {months} months on: {amount} lower in the only pair; one pair gives no interval", **parts)
    if pairs == 1:
        return say("{outcome} {months} months on: {amount} higher in the only pair; one pair gives no interval",
                   **parts)
    if mean < 0:
        return say("{outcome} {months} months on: {amount} lower, but {pairs} pairs set no bounds to it: not enough "
                   "to tell", **parts)
    return say("{outcome} {months} months on: {amount} higher, but {pairs} pairs set no bounds to it: not enough to "
               "tell", **parts)
