"""The shape of the model's own city: families by size and income, also as weights on a grid."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

PERSONS = np.arange(1, 11.0)
SCORES = np.arange(-60, 61) / 10
"""Standard normal scores of income at which a city is looked at."""
BEND, TOP = 2.0, 1.5
"""How sharply the spreads of the upper half and of the top take over, and the score where the top begins."""
MOVING = ("sure_income", "other_income", "income_spread", "upper", "top")
STANDARD = NormalDist()
HIGHEST = 50.0
"""Log of an income that nobody has, so that a search may try any spread."""


class Shape(NamedTuple):
    """Parameters of the model's own city, as in ``Population``, and how much wider than its spread the
    ``upper`` half is spread and, beyond that, the ``top``."""

    family_size: float
    family_spread: float
    sure_income: float
    other_income: float
    income_spread: float
    family_burden: float
    upper: float = 1.0
    top: float = 1.0

    def moved(self, logs: np.ndarray) -> "Shape":
        """With sure income, other income, spread, upper and top changed by so many logs."""
        return self._replace(**{name: getattr(self, name) * times
                                for name, times in zip(MOVING, np.exp(logs).tolist())})

    def persons(self, scores: np.ndarray) -> np.ndarray:
        """Family sizes of standard normal scores, 1 to 10."""
        return np.clip(np.rint(self.family_size * np.exp(
            self.family_spread * scores - 0.5 * self.family_spread**2)), 1, 10)

    def income(self, persons: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Normal income, lines per person, of families of so many persons."""
        if self.upper != 1 or self.top != 1:
            scores = (scores + (self.upper - 1) * np.logaddexp(0, BEND * scores) / BEND
                      + (self.top - 1) * np.logaddexp(0, BEND * (scores - TOP)) / BEND)
        logs = self.income_spread * scores - 0.5 * self.income_spread**2
        rest = (self.other_income * np.exp(np.minimum(logs, HIGHEST))
                * (persons / self.family_size) ** -self.family_burden)
        return self.sure_income + rest

    @property
    def sizes(self) -> np.ndarray:
        """Share of families of 1, 2, ... 10 persons."""
        if self.family_spread == 0:
            return (PERSONS == np.clip(np.rint(self.family_size), 1, 10)).astype(float)
        borders = (np.log((PERSONS[:-1] + 0.5) / self.family_size) / self.family_spread
                   + 0.5 * self.family_spread)
        return np.diff([0.0, *(STANDARD.cdf(border) for border in borders), 1.0])

    @property
    def weights(self) -> np.ndarray:
        """Share of families at each (persons, score), flat; nowhere quite nil."""
        normal = np.exp(-SCORES**2 / 2)
        return np.maximum(self.sizes[:, None] * normal / normal.sum(), 1e-300).ravel()

    @property
    def incomes(self) -> np.ndarray:
        """Normal income at each (persons, score), lines per person, flat."""
        return self.income(PERSONS[:, None], SCORES).ravel()

    def sized(self, mean: float) -> "Shape":
        """The shape whose families, rounded and kept within 1 to 10, have so many persons on average."""
        found = self._replace(family_size=mean)
        for _ in range(30):
            have = float(found.sizes @ PERSONS)
            if abs(have - mean) < 1e-6:
                break
            found = found._replace(family_size=float(np.clip(found.family_size * mean / have, 0.05, 100)))
        return found
