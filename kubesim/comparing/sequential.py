"""How many pairs? Stein's two stages, carried on in blocks: pairs are added until the width is reached.

Looking at an interval again and again and stopping when it happens to be narrow would stop where
the spread happens to be underestimated, and cover too seldom. Stein (1945, Annals of Mathematical
Statistics 16:243-258) found the way out: take t and the spread s0 from a first stage of n0 pairs
for good, and let the spread say how many pairs to add. The interval mean_N +- t s0 / sqrt(N), with
t of n0 - 1 degrees of freedom, then covers with 95 % exactly when differences are normal. That
needs of the rule for N only that it looks at spreads and never at means: the mean of the first N
normal numbers is independent of all differences among them, so given N it is as good as the mean
of a number fixed beforehand. A cap on N does no harm, and it holds for the other outcomes of the
same pairs too, each with its own s0, since means and differences of jointly normal outcomes are
independent as well.

Real differences are a little skewed, and where s0 is too small the mean is off too. Therefore the
spread used is the larger of s0 and that of all N pairs, for the interval, which thus is never
narrower than Stein's, and for the rule: N = (2 t s / width)^2, asked anew after each block. It
takes about a tenth more pairs. ``tests/comparing/test_coverage.py`` measures the coverage, for
differences of the model's own too.

With several variants t is that of all at once (Bonferroni) and s the largest of theirs. A width
that is a share of the baseline's mean takes that mean from the first pairs; its error, about one
percent, moves N by twice as much, which is neglected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from scipy.special import stdtrit

from kubesim.comparing.statistics import LEVEL
from kubesim.errors import ScenarioError
from kubesim.extensions import Outcome
from kubesim.language import say

FIRST_PAIRS = 30
"""Pairs of the first stage. More of them give a smaller t (2.05 with 30, 1.96 with ever so many) and
so spare pairs where many are needed in the end; fewer spare pairs where few are."""
MOST_PAIRS = 400
SMALLEST_BLOCK = 0.05
"""Pairs added at a time, at least, as a share of those there are."""


@dataclass(frozen=True)
class Width:
    """How wide an interval may be, from its low end to its high end."""

    amount: float
    relative: bool = False      # to the baseline's mean, else in the outcome's unit
    asked: str = ""             # as the user wrote it

    def in_unit(self, baseline_mean: float) -> float:
        """The width in the outcome's unit."""
        return self.amount * abs(baseline_mean) if self.relative else self.amount


def read_width(asked: str | float, outcome: Outcome) -> Width:
    """A width such as '0.5pp' (percentage points of a share), '2%' (of the baseline's mean) or a
    number in the outcome's unit. Raises ScenarioError."""
    text = str(asked).strip()
    found = re.fullmatch(r"([-+0-9.eE]+)\s*(pp|%|)", text)
    try:
        amount = float(found[1]) if found else np.nan
    except ValueError:
        amount = np.nan
    unit = found[2] if found else ""
    if not (isfinite(amount) and amount > 0):
        raise ScenarioError(say(
            "until_width = {asked}: must be a width above 0, such as 0.5pp (percentage points), 2% (of the "
            "baseline's mean) or a number in the outcome's unit ({unit})", asked=text, unit=outcome.unit))
    if unit == "pp" and not is_share(outcome.unit):
        raise ScenarioError(say(
            "until_width = {asked}: {outcome} is measured in {unit}, not in percent; write a number in that "
            "unit, or 2% for a share of the baseline's mean", asked=text, outcome=outcome.name,
            unit=outcome.unit))
    return Width(amount if unit == "" else amount / 100, unit == "%", text)


def is_share(unit: str) -> bool:
    """Whether a unit is a share of something, that is told in percent."""
    return unit.startswith("share ") and "squared" not in unit


@dataclass(frozen=True)
class Stages:
    """What was asked and what the pairs so far say of it: kept with the results."""

    asked: str                  # as the user wrote it
    outcome: str
    group: str
    width: float                # asked for, in the outcome's unit
    first: int                  # pairs of the first stage
    most: int                   # pairs allowed
    spread: float               # of the first pairs or of all, the larger; the largest of the variants
    variants: int = 1           # whose intervals are to hold at once

    @property
    def needed(self) -> int:
        """Pairs that the width takes, by the spread so far."""
        pairs = (self.width_with(1) / self.width) ** 2
        return max(self.first, ceil(pairs * (1 - 1e-12)))

    def width_with(self, pairs: int) -> float:
        """The width of the interval with so many pairs."""
        t = stdtrit(self.first - 1, 1 - (1 - LEVEL) / 2 / self.variants)
        return float(2 * t * self.spread / np.sqrt(pairs))

    def wanted(self, pairs: int) -> int:
        """How many pairs to have next, given so many: no block is so small that there would be
        dozens of them."""
        if self.needed <= pairs:
            return pairs
        return min(max(self.needed, pairs + ceil(SMALLEST_BLOCK * pairs)), self.most)
