"""What a household file leaves open is drawn, given what it says, from households of the model's own city.

A conditional hot deck (Andridge & Little 2010, International Statistical Review 78:40): a household gets
what is missing from a donor that agrees with it in what is known.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

import numpy as np

from kubesim.language import say
from kubesim.people.roll import Roll

LEAST_DONORS = 5
"""Donors of exactly the same size of family below which families nearly of this size lend too."""
NEAREST = 10
"""Donors nearest in housing or income of which one is taken."""


class Donors(NamedTuple):
    """Households of a city as the model draws it, each an entry."""

    persons: np.ndarray
    income: np.ndarray              # normal income, poverty lines per person
    housing: np.ndarray             # 0 to 1
    decile: np.ndarray              # of the register's score, 1 to 10
    listed: np.ndarray              # whether the register lists it


class Completed(NamedTuple):
    """A file's households with nothing left open, in its order."""

    persons: np.ndarray
    income: np.ndarray              # normal income, poverty lines per person


def told_income(roll: Roll, line: np.ndarray, income_for: Callable[..., np.ndarray],
                lowest: float) -> np.ndarray:
    """Normal income in poverty lines per person where the file tells spending or income, NaN elsewhere.

    Spending comes first: ``income_for`` finds the normal incomes whose first month gives spending of
    the same distribution, in the same order. An income is taken as the normal one, at least
    ``lowest``, which everybody in the model can count on. ``line`` is each household's poverty line,
    Rp per person.
    """
    income = np.maximum(roll.income / (1.0 if roll.in_lines else line), lowest)
    spending, counts = told_spending(roll, line)
    if len(spending):
        income[roll.spending > 0] = income_for(spending, counts)
    return income


def told_spending(roll: Roll, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spending in poverty lines per person of the households of which it is known, and the persons that
    each counts for."""
    known = roll.spending > 0
    persons = np.where(np.isfinite(roll.persons), roll.persons, 1.0)
    return (roll.spending / (1.0 if roll.in_lines else line))[known], (roll.weight * persons)[known]


def complete(roll: Roll, income: np.ndarray, donors: Donors, luck: tuple[np.ndarray, np.ndarray]) -> Completed:
    """Draw missing incomes and sizes of families; what is known stays.

    An income comes from a donor of the same welfare decile (of those whom the register lists, where
    the decile is not known), of the same size and, where housing is known, of like housing; a size
    from a donor of like income (whom the register lists hangs on income only, given which its families
    are like others). ``luck`` holds two uniform numbers a household.
    """
    persons, income = roll.persons.copy(), income.copy()
    poor = np.flatnonzero(np.isnan(income))
    decile = np.nan_to_num(roll.decile).astype(int)
    size = np.nan_to_num(roll.persons).astype(int)
    cells = np.unique(np.stack([decile[poor], size[poor]]), axis=1, return_inverse=True)[1].ravel()
    for cell in range(cells.max(initial=-1) + 1):
        rows = poor[cells == cell]
        lend = _lenders(donors, decile[rows[0]], size[rows[0]])
        taken = _nearest(donors.housing[lend], roll.housing[rows], luck[0][rows])
        income[rows] = donors.income[lend[taken]]
        if not size[rows[0]]:
            persons[rows] = donors.persons[lend[taken]]
    few = np.flatnonzero(np.isnan(persons))
    persons[few] = donors.persons[_nearest(donors.income, income[few], luck[1][few])]
    return Completed(persons, income)


def deciles_of(score: np.ndarray) -> np.ndarray:
    """The decile of each household by its score, 1 the lowest."""
    rank = np.empty(len(score), int)
    rank[np.argsort(score, kind="stable")] = np.arange(len(score))
    return 1 + 10 * rank // len(score)


def told_completing(roll: Roll) -> list[str]:
    """A line for each variable: how many households' the file gives and what becomes of the others."""
    count = len(roll)
    spends = roll.spending > 0
    earns = np.isfinite(roll.income) & ~spends
    ranked = np.isfinite(roll.decile) & ~spends & ~earns
    open_ = count - int((spends | earns).sum())
    sized = int(np.isfinite(roll.persons).sum())
    housed = int(np.isfinite(roll.housing).sum())
    lines = [say("size of family: {known} of {count} in the file, {drawn} drawn", known=sized, count=count,
                 drawn=count - sized),
             say("spending: {known} of {count} in the file", known=int(spends.sum()), count=count)]
    if earns.any():
        lines.append(say("income: of {known} households without spending, taken as their normal income",
                         known=int(earns.sum())))
    if open_:
        lines.append(say("income of {drawn} drawn from households of the model's city that are alike in what "
                         "is known: decile for {ranked}, the register's poor for the others", drawn=open_,
                         ranked=int(ranked.sum())))
    lines.append(say("housing: {known} of {count} in the file, {drawn} drawn", known=housed, count=count,
                     drawn=count - housed))
    if np.isfinite(roll.workers).any():
        lines.append(say("workers: the model does not tell who of a household works; not used"))
    return lines


def _lenders(donors: Donors, decile: int, size: int) -> np.ndarray:
    """Donors of a decile (0: those listed) and a size (0: any), nearly of this size where few are of it."""
    pool = np.flatnonzero(donors.decile == decile if decile else donors.listed)
    if not size:
        return pool
    apart = np.abs(donors.persons[pool] - size)
    enough = np.sort(apart)[min(LEAST_DONORS, len(pool)) - 1]
    return pool[apart <= enough]


def _nearest(known: np.ndarray, wanted: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """For each wanted value one of the nearest known ones, by its place; any where nothing is wanted."""
    order = np.argsort(known, kind="stable")
    window = min(NEAREST, len(order))
    begin = np.searchsorted(known[order], wanted) - window // 2
    begin = np.clip(begin, 0, len(order) - window)
    near = order[begin + np.floor(luck * window).astype(int)] if len(order) else order
    return np.where(np.isnan(wanted), np.floor(luck * len(order)).astype(int), near)
