"""Living standards: money, the four basic needs, and deprivation in them."""

from __future__ import annotations

import numpy as np

from kubesim.extensions import outcome

AF = "Alkire & Foster 2011, J.Pub.Econ. 95:476; needs as in Ayal 2020"


@outcome("Rp per person and month")
def consumption(h, params):
    """Consumption per person."""
    return h.consumption, h.persons


@outcome("Rp per month")
def consumption_total(h, params):
    """Consumption of all households of the city together."""
    return h.consumption, None


@outcome("Rp per person and month")
def income(h, params):
    """Income per person before investment."""
    return h.income, h.persons


@outcome("Rp per household")
def assets(h, params):
    """Savings less debt plus capital of the own business; joint capital is not counted."""
    return _of_each(h.savings + h.business_capital)


@outcome("share of the need")
def food(h, params):
    """Food (pangan): spending on food against the food part of the poverty line, at most 1."""
    return np.minimum(h.food / params.needs.food_line, 1) * h.persons, h.persons


@outcome("0 to 1")
def clothing(h, params):
    """Clothing (sandang): state of the household's clothes."""
    return h.clothing * h.persons, h.persons


@outcome("0 to 1")
def housing(h, params):
    """Housing (papan): state of the dwelling."""
    return h.housing * h.persons, h.persons


@outcome("0 to 1")
def health(h, params):
    """Health (kesehatan)."""
    return h.health * h.persons, h.persons


@outcome("0 to 1", source="mean of the four needs of Ayal 2020, equal weights (assumed)")
def welfare(h, params):
    """Welfare index: mean fulfilment of food, clothing, housing and health."""
    fed = np.minimum(h.food / params.needs.food_line, 1)
    return 0.25 * (fed + h.clothing + h.housing + h.health) * h.persons, h.persons


def _deprived_share(h, needs) -> np.ndarray:
    """Share of the four needs in which each household is deprived."""
    return 0.25 * ((h.food < needs.food_line).astype(np.int8) + (h.clothing < needs.deprived_clothing)
                   + (h.housing < needs.deprived_housing) + (h.health < needs.deprived_health))


@outcome("0 to 1", source=AF)
def deprivation(h, params):
    """Adjusted headcount M0: share deprived in enough needs, times how many (H x A)."""
    score = _deprived_share(h, params.needs)
    return score * (score >= params.needs.poor_in_needs) * h.persons, h.persons


@outcome("share of persons", source=AF)
def deprivation_headcount(h, params):
    """Headcount H: persons deprived in at least the cut-off share of the four needs."""
    score = _deprived_share(h, params.needs)
    return (score >= params.needs.poor_in_needs) * h.persons, h.persons


@outcome("share of needs", source=AF)
def deprivation_intensity(h, params):
    """Intensity A: share of needs in which the multidimensionally poor are deprived."""
    score = _deprived_share(h, params.needs)
    poor = (score >= params.needs.poor_in_needs) * h.persons
    return score * poor, poor


def _of_each(column) -> tuple[np.ndarray, np.ndarray]:
    """A column's mean over households, each counting once."""
    return column, np.ones_like(column)


def _of_members(h, column) -> tuple[np.ndarray, np.ndarray]:
    """A column's mean over members of living groups."""
    return column * h.in_group, h.in_group


@outcome("0 to 1")
def skill(h, params):
    """Business skill of a household's worker."""
    return _of_each(h.skill)


@outcome("0 to 1")
def problem_solving(h, params):
    """Skill in solving problems."""
    return _of_each(h.problem_solving)


@outcome("0 to 1")
def cooperation(h, params):
    """Trust in, and willingness to cooperate with, the group among members of living groups."""
    return _of_members(h, h.trust)


@outcome("Rp per month")
def business_profit(h, params):
    """Profit of the own business, households without one counting as 0."""
    return _of_each(h.business_profit)


@outcome("Rp per month")
def dividends(h, params):
    """What members of living groups get from the joint business."""
    return _of_members(h, h.dividend)
