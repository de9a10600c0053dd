"""Statistics of effects in standard deviations of the control group."""

from __future__ import annotations

import numpy as np

from kubesim.validation.statistic import STANDARD, Life, Months, statistic

NEAR = 0.05
"""SD within which two effects are about equal."""


def standardised(values: np.ndarray, control: np.ndarray) -> np.ndarray:
    """Difference of means over the control's standard deviation between households (divisor N)."""
    return (values.mean(axis=1) - control.mean(axis=1)) / control.std(axis=1)


INCOME = ("households.income", "households.poverty_line")
OWN_ASSETS = ("households.business_capital", "households.savings", "households.poverty_line")
JOINT = ("groups.capital", "groups.members", "households.in_group")


@statistic(*STANDARD)
def consumption_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on consumption against the line, SD."""
    return standardised(arm.standard(months[0]), control.standard(months[0]))


@statistic(*INCOME)
def income_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on household income against the line, SD."""
    return standardised(*(life.at("households.income", months[0])
                          / life.at("households.poverty_line", months[0]) for life in (arm, control)))


@statistic(*OWN_ASSETS)
def assets_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on own business capital and savings against the line, SD."""
    return standardised(*(_own(life, months[0]) for life in (arm, control)))


@statistic(*OWN_ASSETS, *JOINT)
def assets_with_joint_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """The same with members' equal shares in joint capital, SD."""
    return standardised(*(_own(life, months[0]) + _joint(life, months[0]) for life in (arm, control)))


@statistic("households.food")
def food_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on food, SD."""
    return standardised(*(life.at("households.food", months[0]) for life in (arm, control)))


@statistic("households.health")
def health_effect(months: Months, arm: Life, control: Life) -> np.ndarray:
    """Effect on health, SD."""
    return standardised(*(life.at("households.health", months[0]) for life in (arm, control)))


@statistic(*INCOME, *OWN_ASSETS, *STANDARD, "households.food", "households.health")
def effects_in_order(months: Months, arm: Life, control: Life) -> np.ndarray:
    """1 where income >= assets > consumption, about food, > health; else 0."""
    income, assets, spent, food, health = (
        effect(months, arm, control) for effect in
        (income_effect, assets_effect, consumption_effect, food_effect, health_effect))
    holds = (income >= assets) & (assets > spent) & (np.abs(food - spent) <= NEAR) & (health < food)
    return holds.astype(float)


def _own(life: Life, month: int) -> np.ndarray:
    owned = life.at("households.business_capital", month) + life.at("households.savings", month)
    return owned / life.at("households.poverty_line", month)


def _joint(life: Life, month: int) -> np.ndarray:
    """Each member's share in the joint capital; lists are equally long and hold everybody."""
    each = life.at("groups.capital", month) / np.maximum(life.at("groups.members", month), 1)
    member = life.at("households.in_group", month)
    shared = np.repeat(each, member.shape[1] // each.shape[1], axis=1) * member
    return shared / life.at("households.poverty_line", month)
