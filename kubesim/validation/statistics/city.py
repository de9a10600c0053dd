"""Statistics of the whole city without a programme."""

from __future__ import annotations

import numpy as np

from kubesim.validation.statistic import STANDARD, Life, Months, divided, mean_among, statistic

CITY = (*STANDARD, "households.persons")


def poverty_index(standards: np.ndarray, persons: np.ndarray, power: int) -> np.ndarray:
    """Foster-Greer-Thorbecke index, weighted by persons."""
    gaps = np.where(standards < 1, np.maximum(1 - standards, 0) ** power, 0.0)
    return (gaps * persons).sum(axis=1) / persons.sum(axis=1)


@statistic(*CITY)
def gap_over_headcount(months: Months, city: Life) -> np.ndarray:
    """P1 / P0."""
    return _over_headcount(city, months[0], 1)


@statistic(*CITY)
def severity_over_headcount(months: Months, city: Life) -> np.ndarray:
    """P2 / P0."""
    return _over_headcount(city, months[0], 2)


def _over_headcount(city: Life, month: int, power: int) -> np.ndarray:
    now, persons = city.standard(month), city.at("households.persons", month)
    return divided(poverty_index(now, persons, power), poverty_index(now, persons, 0))


@statistic(*CITY)
def family_of_the_poor(months: Months, city: Life) -> np.ndarray:
    """Mean persons of poor households."""
    return mean_among(city.at("households.persons", months[0]), city.standard(months[0]) < 1)


@statistic(*STANDARD, "households.food")
def food_share_of_the_poor(months: Months, city: Life) -> np.ndarray:
    """Mean share of food in the spending of poor households."""
    now = city.standard(months[0])
    return mean_among(city.at("households.food", months[0]) / now, now < 1)


@statistic(*CITY)
def gini(months: Months, city: Life) -> np.ndarray:
    """Gini of consumption against the line, weighted by persons: 2 sum(w x (W - w/2)) / (sum w sum wx) - 1,
    households in order of x and W the cumulated w."""
    now, persons = city.standard(months[0]), city.at("households.persons", months[0])
    order = np.argsort(now, axis=1)
    x, w = np.take_along_axis(now, order, axis=1), np.take_along_axis(persons, order, axis=1)
    below = np.cumsum(w, axis=1) - w / 2
    return 2 * (w * x * below).sum(axis=1) / (w.sum(axis=1) * (w * x).sum(axis=1)) - 1


@statistic(*CITY)
def still_poor(months: Months, city: Life) -> np.ndarray:
    """Of persons poor in the first month, the share poor in the last."""
    before, after = city.standard(months[0]) < 1, city.standard(months[-1]) < 1
    return mean_among(after, before * city.at("households.persons", months[0]))


@statistic(*CITY)
def became_poor(months: Months, city: Life) -> np.ndarray:
    """Of persons not poor in the first month, the share poor in the last."""
    before, after = city.standard(months[0]) < 1, city.standard(months[-1]) < 1
    return mean_among(after, ~before * city.at("households.persons", months[0]))


@statistic(*CITY)
def chronic_share(months: Months, city: Life) -> np.ndarray:
    """Poverty gap of mean consumption over the months, over the mean poverty gap (Jalan & Ravallion)."""
    persons, seen = city.at("households.persons", months[0]), [city.standard(month) for month in months]
    mean_gap = sum(poverty_index(one, persons, 1) for one in seen) / len(seen)
    return divided(poverty_index(sum(seen) / len(seen), persons, 1), mean_gap)


ILLNESS = (*STANDARD, "households.income", "households.ill")


@statistic(*ILLNESS)
def passed_on_below(months: Months, ill: Life, well: Life) -> np.ndarray:
    """Fall of log consumption over fall of log income of the ill, below 1.3 times the line at first."""
    return _passed_on(months, ill, well, ill.standard(months[0]) < 1.3)


@statistic(*ILLNESS)
def passed_on_above(months: Months, ill: Life, well: Life) -> np.ndarray:
    """The same for households above twice the line at first."""
    return _passed_on(months, ill, well, ill.standard(months[0]) > 2)


def _passed_on(months: Months, ill: Life, well: Life, among: np.ndarray) -> np.ndarray:
    """Sums over the months but the first, of those ill in the month, against the world without illness."""
    fall = {name: sum((np.log(ill.at(name, month) / well.at(name, month))
                       * (among & ill.at("households.ill", month))).sum(axis=1) for month in months[1:])
            for name in ("households.consumption", "households.income")}
    return divided(fall["households.consumption"], fall["households.income"])
