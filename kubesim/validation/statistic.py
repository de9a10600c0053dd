"""What a statistic is, and the life of an arm that it looks at.

A statistic takes the target's months and its arms, in the order in which the target names them, and returns
one number a seed. It says which columns it reads and, from the target's months, at which months; only those
are kept while an arm lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Callable, Iterable, Mapping, Sequence

import numpy as np

Months = Sequence[int]
Window = Callable[[Months], Iterable[int]]


class Life:
    """What was kept of an arm: columns, ``table.name``, at some months, each of shape (seeds, rows)."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], np.ndarray] = {}

    def keep(self, column: str, month: int, values: np.ndarray) -> None:
        """Keep a copy of a column of this month."""
        self._kept[column, month] = values.copy()

    def at(self, column: str, month: int) -> np.ndarray:
        """A column at a month, shape (seeds, rows)."""
        return self._kept[column, month]

    def standard(self, month: int) -> np.ndarray:
        """Consumption as a multiple of the household's poverty line; needs the columns of STANDARD."""
        return self.at("households.consumption", month) / self.at("households.poverty_line", month)


STANDARD = ("households.consumption", "households.poverty_line")


@dataclass(frozen=True)
class Statistic:
    """A function of a target's months and arms, the columns that it reads, and when."""

    measure: Callable[..., np.ndarray]
    columns: tuple[str, ...]
    window: Window

    def __call__(self, months: Months, *arms: Life) -> np.ndarray:
        """One number a seed."""
        return self.measure(months, *arms)


def these(months: Months) -> Iterable[int]:
    """Just the target's months."""
    return months


def three_months(months: Months) -> Iterable[int]:
    """The three months that end with each of the target's."""
    return [month - back for month in months for back in (2, 1, 0)]


def all_from_to(months: Months) -> Iterable[int]:
    """Every month from the target's first to its last."""
    return range(months[0], months[-1] + 1)


def statistic(*columns: str, window: Window = these) -> Callable[[Callable[..., np.ndarray]], Statistic]:
    """Make a function a statistic that reads these columns in the months that ``window`` gives."""
    return lambda measure: Statistic(measure, columns, window)


@cache
def known_statistics() -> Mapping[str, Statistic]:
    """Every statistic of ``kubesim/validation/statistics``, by its function's name."""
    package = import_module("kubesim.validation.statistics")
    modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    return {name: thing for module in modules for name, thing in vars(module).items()
            if isinstance(thing, Statistic)}


def mean_among(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over rows by weights or of those that are so, shape (seeds,); NaN where there is nobody."""
    return divided((values * weights).sum(axis=1), weights.sum(axis=1))


def divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Above over below; NaN where there is nothing to divide by."""
    below = np.asarray(below, float)
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)
