"""Statistics of effects on consumption and own profits, %: by intention to treat, of everybody on a list,
whatever became of the group. A ratio of two effects has its denominator floored at 0.1."""

from __future__ import annotations

import numpy as np

from kubesim.validation.statistic import Life, Months, statistic, three_months

LEAST = 0.1
"""Denominators of a ratio of two effects, %, are not smaller."""


def total(column: str, month: int, arm: Life, among: np.ndarray | float = 1.0) -> np.ndarray:
    """Sum over households and the three months that end with this one, shape (seeds,)."""
    return sum((arm.at(column, one) * among).sum(axis=1) for one in three_months((month,)))


def gain(column: str, month: int, arm: Life, control: Life, among: np.ndarray | float = 1.0) -> np.ndarray:
    """How much larger a total is than the control's, %."""
    return 100 * (total(column, month, arm, among) / total(column, month, control, among) - 1)


def over(effect: np.ndarray, base: np.ndarray) -> np.ndarray:
    """One effect over another."""
    return effect / np.maximum(base, LEAST)


# -- consumption -----------------------------------------------------------------------------------
SPENT = "households.consumption"


@statistic(SPENT, window=three_months)
def consumption_gain(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on consumption, %."""
    return gain(SPENT, months[0], arm, control)


@statistic(SPENT, window=three_months)
def consumption_gain_difference(months: Months, one: Life, other: Life, control: Life) -> np.ndarray:
    """Effect of one arm less that of the other, percentage points."""
    return gain(SPENT, months[0], one, control) - gain(SPENT, months[0], other, control)


@statistic(SPENT, window=three_months)
def consumption_gain_over_time(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect in the last month over that in the first."""
    return over(gain(SPENT, months[-1], arm, control), gain(SPENT, months[0], arm, control))


@statistic(SPENT, window=three_months)
def part_over_whole(months: Months, part: Life, whole: Life, control: Life) -> np.ndarray:
    """Effect of a part of a package over that of the whole."""
    return over(gain(SPENT, months[0], part, control), gain(SPENT, months[0], whole, control))


@statistic(SPENT, window=three_months)
def largest_part_over_whole(months: Months, whole: Life, control: Life, *parts: Life) -> np.ndarray:
    """The largest effect of the parts over that of the whole."""
    return np.max([part_over_whole(months, part, whole, control) for part in parts], axis=0)


# -- profit of own businesses ----------------------------------------------------------------------
PROFIT = "households.business_profit"


@statistic(PROFIT, window=three_months)
def profit_gain(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on the profit of own businesses, %."""
    return gain(PROFIT, months[0], arm, control)


@statistic(PROFIT, window=three_months)
def profit_gain_ratio(months: Months, one: Life, other: Life, control: Life) -> np.ndarray:
    """Effect of one arm over that of the other."""
    return over(gain(PROFIT, months[0], one, control), gain(PROFIT, months[0], other, control))


@statistic(PROFIT, window=three_months)
def profit_gain_over_time(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect in the last month over that in the first."""
    return over(gain(PROFIT, months[-1], arm, control), gain(PROFIT, months[0], arm, control))


@statistic(PROFIT, "households.skill_start", window=three_months)
def profit_gain_of_less_skilled(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on households with less skill than the median at the start, less that on the others, points."""
    skill = control.at("households.skill_start", months[0])
    less = skill < np.median(skill, axis=1, keepdims=True)
    return gain(PROFIT, months[0], arm, control, less) - gain(PROFIT, months[0], arm, control, ~less)
