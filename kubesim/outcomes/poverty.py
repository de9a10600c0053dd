"""Poverty and inequality of consumption, person by person."""

from __future__ import annotations

import numpy as np

from kubesim.extensions import outcome

FGT = "Foster, Greer & Thorbecke 1984, Econometrica 52:761"


def _shortfall(h) -> np.ndarray:
    """Share of the poverty line that a household's consumption falls short of, 0 when not poor."""
    return np.maximum(1 - h.consumption / h.poverty_line, 0)


@outcome("share of persons", source=FGT)
def poverty_rate(h, params):
    """Share of persons whose consumption is below the poverty line (P0)."""
    return h.poor * h.persons, h.persons


@outcome("share of the line", source=FGT)
def poverty_gap(h, params):
    """Mean shortfall from the poverty line as a share of it, the non-poor counting as 0 (P1)."""
    return _shortfall(h) * h.persons, h.persons


@outcome("share of the line, squared", source=FGT)
def poverty_severity(h, params):
    """Mean squared shortfall from the poverty line (P2)."""
    return _shortfall(h) ** 2 * h.persons, h.persons


@outcome("log", source="Watts 1968")
def watts(h, params):
    """Mean log distance of the poor from the poverty line."""
    return np.log(h.poverty_line / np.minimum(h.consumption, h.poverty_line)) * h.persons, h.persons


@outcome("0 to 1", table="sample", source="Gini index of consumption per person")
def gini(sample, params):
    """Inequality of consumption per person."""
    people = sample.weight * sample.persons
    consumed = sample.weight * sample.consumption
    middle = np.cumsum(people, axis=1) - people / 2
    total = people.sum(axis=1) * consumed.sum(axis=1)
    return 2 * (consumed * middle).sum(axis=1) / total - 1


@outcome("share of the poor last month")
def exits(h, params):
    """Households that leave poverty this month, as a share of those poor last month."""
    return h.was_poor & ~h.poor, h.was_poor


@outcome("share of those who had left poverty")
def reentries(h, params):
    """Households poor again this month, as a share of those who were out of it after a spell."""
    out_before = ~h.was_poor & (h.spells - (h.poor & (h.spell_months == 1)) > 0)
    return out_before & h.poor, out_before


@outcome("months")
def spells(h, params):
    """Mean length so far of the present poverty spells of the poor."""
    return h.spell_months * h.poor, h.poor


@outcome("households", source="household lifted: poor at the start, not poor now")
def households_escaped(h, params):
    """Households poor at the start and not poor now, in the city."""
    return h.poor_at_start & ~h.poor, None


@outcome("households")
def households_fallen(h, params):
    """Households not poor at the start and poor now, in the city."""
    return ~h.poor_at_start & h.poor, None
