"""What outcomes are called, how their differences are written, and which way is better."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from kubesim.comparing.effects import EVERYBODY, GROUPS, MEMBERS, NON_MEMBERS
from kubesim.comparing.pairs import SO_FAR
from kubesim.comparing.sequential import is_share
from kubesim.language import say
from kubesim.running.measure import known_outcomes
from kubesim.plots.formats import MISSING, PERCENT, PLAIN, POINTS, SIZES, Unit, filled, number

TITLES = {
    "poverty_rate": "Poverty rate",
    "poverty_gap": "Poverty gap",
    "poverty_severity": "Poverty severity",
    "watts": "Watts index of poverty",
    "gini": "Gini index of consumption",
    "exits": "Exits from poverty",
    "reentries": "Returns to poverty",
    "spells": "Length of poverty spells",
    "households_escaped": "Households out of poverty",
    "households_fallen": "Households fallen into poverty",
    "consumption": "Consumption per person and month",
    "consumption_total": "Consumption of all together",
    "income": "Income per person and month",
    "assets": "Assets per household",
    "food": "Food",
    "clothing": "Clothing",
    "housing": "Housing",
    "health": "Health",
    "welfare": "Welfare index",
    "deprivation": "Deprivation in needs (M0)",
    "deprivation_headcount": "Share deprived in needs (H)",
    "deprivation_intensity": "Intensity of deprivation (A)",
    "skill": "Business skill",
    "problem_solving": "Problem-solving skill",
    "cooperation": "Trust in the group",
    "business_profit": "Monthly profit of the own business",
    "dividends": "Monthly dividend of the joint business",
    "groups_active": "Groups alive",
    "groups_developing": "Groups at the stage berkembang",
    "groups_independent": "Groups at the stage mandiri",
    "groups_dissolved_trust": "Groups broken up over trust",
    "groups_dissolved_capital": "Groups broken up for lack of capital",
    "groups_dissolved_members": "Groups broken up for lack of members",
    "joint_capital": "Joint capital per group",
    "institution": "Quality of books and rules",
    "misuse": "Misuse of joint capital",
    "visits": "Companion's visits per group and month",
    "contact": "Quality of companion contact",
    "caseload": "Groups per companion",
    "companions_active": "Companions at work",
    "cost": "Programme cost of the month",
    "cost_so_far": "Programme cost in total",
    "cost_per_household_lifted": "Cost per household lifted out of poverty",
    "benefit_cost_ratio": "Benefit-cost ratio",
}
"""Titles of outcomes, put into the user's language where they are written."""
LESS_IS_BETTER = {
    "poverty_rate", "poverty_gap", "poverty_severity", "watts", "gini", "reentries", "spells",
    "households_fallen", "deprivation", "deprivation_headcount", "deprivation_intensity", "misuse",
    "groups_dissolved_trust", "groups_dissolved_capital", "groups_dissolved_members", "caseload", "cost",
    "cost_so_far", "cost_per_household_lifted"}
HEADLINE = ("poverty_rate", "poverty_gap", "consumption", "assets", "welfare", "skill", "groups_active",
            "groups_independent", "cost")
"""Outcomes told when none are asked for."""
COUNTED = {"months": "{number} months", "households": "{number} households",
           "companions": "{number} companions"}
MONEY = {"": "Rp\u00a0{number}", "million": "Rp\u00a0{number}\u00a0million",
         "billion": "Rp\u00a0{number}\u00a0billion", "trillion": "Rp\u00a0{number}\u00a0trillion"}
MOST_DECIMALS = 6
SAME_ENDS = 1e-6
"""Half of an interval that is less than this share of what it is about has no width but that of rounding."""
ENDINGS = {group: ending for ending, group in GROUPS.items()}
"""How columns of a group end."""


class Written(NamedTuple):
    """A difference and its interval in one unit, with the decimals that the interval calls for."""

    unit: Unit
    decimals: int

    def amount(self, value: float) -> str:
        """A number with its unit, without a sign."""
        return say(self.unit.change, number=self.digits(abs(value)))

    def signed(self, value: float) -> str:
        """A number with its unit and its sign."""
        return filled(self.unit.change, self.unit.scale * value, self.decimals, signed=True)

    def level(self, value: float) -> str:
        """A value of the outcome, not a difference."""
        return filled(self.unit.value, self.unit.scale * value, self.decimals)

    def digits(self, value: float) -> str:
        """A number alone."""
        return number(self.unit.scale * value, self.decimals)


def title(outcome: str) -> str:
    """An outcome's title in the user's language."""
    return say(TITLES[outcome]) if outcome in TITLES else outcome.replace("_", " ").capitalize()


def subject(outcome: str, group: str) -> str:
    """An outcome and whose it is."""
    name = title(outcome)
    if group == EVERYBODY:
        return name
    if group == MEMBERS:
        return say("{outcome} of members", outcome=name)
    if group == NON_MEMBERS:
        return say("{outcome} of non-members", outcome=name)
    kind, _, which = group.partition(" ")
    if kind == "decile":
        return say("{outcome} in decile {decile}", outcome=name, decile=which)
    return say("{outcome} in {district}", outcome=name, district=which)


def unit_of(outcome: str) -> str:
    """The unit in which an outcome is measured."""
    if outcome.endswith(SO_FAR):
        return re.sub(" per month$", "", known_outcomes()[outcome.removesuffix(SO_FAR)].unit)
    return known_outcomes()[outcome].unit


def headline_group(outcome: str) -> str:
    """Whose difference is told first: members', where the outcome is one of households."""
    known = known_outcomes().get(outcome)
    return MEMBERS if known and known.table in ("households", "sample") else EVERYBODY


def told(outcome: str) -> str:
    """The outcome told for one that was asked for: of a monthly sum of money the sum so far."""
    return outcome + SO_FAR if known_outcomes()[outcome].table == "ledger" else outcome


def better(outcome: str, difference: float) -> bool:
    """Whether a difference is an improvement."""
    return difference < 0 if outcome in LESS_IS_BETTER else difference > 0


def written(outcome: str, *values: float) -> Written:
    """How to write differences of an outcome: the last two are the ends of the interval. Where zero lies
    outside it, neither end is written as zero."""
    unit = unit_of(outcome)
    largest = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    if is_share(unit):
        shape, least = Unit(PERCENT, POINTS, 100, 1), 1
    elif unit.startswith("Rp"):
        size, word = next(((size, word) for size, word in SIZES[:3] if largest >= size), (1.0, ""))
        change = MONEY[word]
        shape, least = Unit(change, change, 1 / size, 0), 0 if size == 1.0 else 1
    else:
        shape, least = Unit(COUNTED.get(unit, PLAIN), COUNTED.get(unit, PLAIN), 1, 0), 0
    half = shape.scale * abs(values[-1] - values[-2]) / 2
    if not np.isfinite(half) or half <= SAME_ENDS * shape.scale * largest:
        half = shape.scale * largest / 5
    decimals = int(np.ceil(-np.log10(half) - 1e-9)) if half > 0 else 0
    if 0 < values[-1] * values[-2] < np.inf:
        near = shape.scale * min(map(abs, values[-2:]))
        decimals = max(decimals, int(np.floor(-np.log10(2 * near))) + 1)     # half of the last decimal rounds up
    return Written(shape, min(max(decimals, least), MOST_DECIMALS))


def percent(share: float) -> str:
    """A share of 1 as a percentage that tells small ones from none."""
    if not np.isfinite(share):
        return MISSING
    if 0 < share < 0.0005:
        return say("under {number}\u00a0%", number=number(0.1, 1))
    return say("{number}\u00a0%", number=number(100 * share, 0 if share >= 0.1 or share == 0 else 1))
