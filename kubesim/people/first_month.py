"""What a first month makes of a normal income: the model's own month 0, lived once for a grid of incomes.

Published poverty indices, surveys and registers tell what households spend; the model starts from
what they normally earn. Luck, illness and the smoothing of income stand between the two. All is in
poverty lines per person, in which the rules of a first month know no other scale but the small
medical bills of the ill; those are taken at the scenario's own line and family size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kubesim.columns import Companions, Districts, Groups, Households, Markets
from kubesim.people.starting import start_households
from kubesim.processes import business, earnings, learning, spending
from kubesim.randomness import Draws, Rows
from kubesim.state import State

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

NEAR_LINE, ELSEWHERE = 16_384, 2_048
"""Households that live the month at each income near the line, where poverty hangs on it, and elsewhere;
their luck is spread evenly (Latin hypercube), in other combinations at each income."""
SLICES = 64
"""Equal shares into which the consumption at one income is cut, from the lowest."""
INCOMES = np.exp(np.concatenate([np.arange(np.log(0.1), -1.2, 0.1), np.arange(-1.2, 1.2, 0.03),
                                 np.arange(1.2, 6.7, 0.06)]))
"""Normal incomes lived, poverty lines per person, densest about the line."""
SMOOTHING = np.array([-21, 14, 39, 54, 59, 54, 39, 14, -21]) / 231
"""Weights of a quadratic through nine neighbouring incomes (Savitzky & Golay 1964, Anal. Chem. 36:1627):
they halve what is left of the luck in a share below the line."""
AT_ONCE = 65_536
"""Households that live together, so that their tables stay small."""
MATCHING = 20
"""Steps of ``FirstMonth.income_for`` at most."""
MATCHED = 0.005
"""Relative distance between quantiles at which they count as matched."""
LUCK = 20190301
"""Seed of the luck of the first month, the same for every scenario and seed."""


class Mismatch(NamedTuple):
    """Where month 0 stays furthest from wanted spending."""

    level: float                    # share of the households (or persons) below that quantile
    off: float                      # the model's over the wanted quantile, less 1


NO_MISMATCH = Mismatch(0.5, 0.0)


class Rules(NamedTuple):
    """The parameters that a first month depends on; reads like a scenario."""

    population: object
    groups: object
    earnings: object
    illness: object
    business: object
    spending: object
    needs: object
    learning: object
    trust: object
    effort: object


class FixedLuck:
    """Luck like ``Draws``, spread evenly over its distribution at each of some incomes.

    ``incomes`` are the numbers of the incomes, each of which ``lucks`` households have.
    """

    def __init__(self, month: int, incomes: np.ndarray, lucks: int) -> None:
        self.month, self.incomes, self.lucks = month, incomes, lucks
        self.draw = Draws([LUCK], month)

    def uniform(self, decision: str, rows: Rows) -> np.ndarray:
        """Mid-points of equal strata, all of them at each income; shape (1, rows.length)."""
        return ((self._order(decision) + 0.5) / self.lucks)[None, :rows.length]

    def normal(self, decision: str, rows: Rows) -> np.ndarray:
        """The same for the standard normal distribution."""
        return _strata(self.lucks)[self._order(decision)][None, :rows.length]

    def _order(self, decision: str) -> np.ndarray:
        """Strata in an order of the decision's own, turned on by a step of its own from income to income."""
        self.draw.open_month(self.month)
        drawn = self.draw.uniform(decision, Rows(0, self.lucks))[0]
        step = 1 + int(drawn[0] * self.lucks) // 2 * 2
        turned = (np.arange(self.lucks) + step * self.incomes[:, None]) % self.lucks
        return np.argsort(drawn)[turned].ravel()


@lru_cache(maxsize=4)
def _strata(lucks: int) -> np.ndarray:
    """Normal quantiles at the mid-points of equal strata, scaled to a spread of exactly 1."""
    points = np.array([NormalDist().inv_cdf((place + 0.5) / lucks) for place in range(lucks)])
    return points / points.std()


@dataclass(frozen=True, eq=False)
class FirstMonth:
    """Consumption of month 0 by normal income, both in poverty lines per person.

    ``slices`` holds for each of the ``INCOMES`` (rows) the mean of each 64th of the households, the
    poorest first; the other curves hold the share below the line, the mean shortfall, the mean
    squared shortfall and the mean.
    """

    slices: np.ndarray
    poverty_rate: np.ndarray
    poverty_gap: np.ndarray
    poverty_severity: np.ndarray
    spending: np.ndarray

    @cached_property
    def order(self) -> np.ndarray:
        """All slices, flat, the poorest first."""
        return np.argsort(self.slices, axis=None, kind="stable")

    def at(self, income: np.ndarray, curve: str, falling: bool = False) -> np.ndarray:
        """A curve, by its name, at any normal incomes: straight lines in logarithms between the nodes.

        ``falling``: nowhere above what it is at a lower income.
        """
        nodes = getattr(self, curve)
        nodes = np.minimum.accumulate(nodes) if falling else nodes
        if curve == "spending":                         # nearly proportional: the ratio bends less
            held = np.clip(income, INCOMES[0], INCOMES[-1])
            return np.interp(np.log(held), np.log(INCOMES), nodes / INCOMES) * income
        return np.interp(np.log(income), np.log(INCOMES), nodes)

    def sliced(self, income: np.ndarray) -> np.ndarray:
        """The 64 slices of consumption at each of some normal incomes, shape (incomes, 64)."""
        places = np.interp(np.log(income), np.log(INCOMES), np.arange(len(INCOMES)))
        low = np.minimum(places.astype(int), len(INCOMES) - 2)
        part = (places - low)[:, None]
        return self.slices[low] * (1 - part) + self.slices[low + 1] * part

    def income_for(self, spending: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        """Normal incomes of households that were seen to spend so much, all in lines per person.

        The order is kept, and the incomes are such that the month-0 consumption of all of them is
        distributed as ``spending``: quantiles are matched step by step until none of the inner
        ninety-eight hundredths is off by more than half a hundredth, or for twenty steps, of which the
        one that comes nearest on average counts. Spending that luck alone spreads further than it was
        seen to spread cannot be matched in full, nor can spending under what nobody in the model falls
        below; ``mismatch`` tells how far off it stays, and where. ``weight`` is
        what each household counts (persons, for a distribution over persons); 1 if None. Spending must
        be positive.
        """
        return self._matched(spending, weight)[0]

    def mismatch(self, spending: np.ndarray, weight: np.ndarray | None = None) -> Mismatch:
        """The inner quantile that ``income_for`` leaves furthest off."""
        return self._matched(spending, weight)[1]

    def _matched(self, spending: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, Mismatch]:
        spent = np.asarray(spending, float)
        weight = np.ones(len(spent)) if weight is None else np.asarray(weight, float)
        levels = (np.arange(512) + 0.5) / 512
        wanted = quantiles(spent, weight, levels)
        income, best, least, off = wanted, wanted, np.inf, NO_MISMATCH
        inner = slice(5, -5)
        for _ in range(MATCHING):
            held = np.clip(income, INCOMES[0], INCOMES[-1])
            ratio = wanted / np.quantile(self.sliced(held), levels)
            apart = np.abs(ratio - 1)[inner]
            if apart.mean() < least:
                worst = inner.start + int(apart.argmax())
                best, least, off = held, apart.mean(), Mismatch(float(levels[worst]), float(1 / ratio[worst] - 1))
            if apart.max() < MATCHED:
                break
            income = _in_order(held * ratio)
        known, first = np.unique(wanted, return_index=True)
        factor = np.interp(np.log(spent), np.log(known), np.log(best[first] / known))
        return spent * np.exp(factor), off


def _in_order(values: np.ndarray) -> np.ndarray:
    """Values made to rise, halfway between the least that is nowhere below and the most nowhere above."""
    return (np.maximum.accumulate(values) + np.minimum.accumulate(values[::-1])[::-1]) / 2


def quantiles(values: np.ndarray, weight: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Weighted quantiles: each value stands at the middle of its weight."""
    order = np.argsort(values, kind="stable")
    heaped = np.cumsum(weight[order])
    return np.interp(levels, (heaped - weight[order] / 2) / heaped[-1], values[order])


def first_month(scenario: "Scenario") -> FirstMonth:
    """What the scenario's rules make of a normal income in month 0, without a programme or groups.

    Lived once for all scenarios that agree in the parameters it depends on: not those of the city,
    but those of earnings, illness, own business and spending, the line and the family size.
    """
    usual = type(scenario.population)()
    kept = ("business_owners", "business_share", "skill", "skill_spread", "health", "health_spread",
            "poverty_line", "family_size")
    people = usual.model_copy(update={name: getattr(scenario.population, name) for name in kept})
    return _live(Rules(people, *(getattr(scenario, name) for name in Rules._fields[1:])))


@lru_cache(maxsize=64)
def _live(rules: Rules) -> FirstMonth:
    """Month 0 at every income of the grid."""
    slices, curves = np.empty((len(INCOMES), SLICES)), np.empty((4, len(INCOMES)))
    near = (INCOMES > 0.7) & (INCOMES < 2.5)
    for lucks, places in ((NEAR_LINE, np.flatnonzero(near)), (ELSEWHERE, np.flatnonzero(~near))):
        at_once = max(AT_ONCE // lucks, 1)
        for begin in range(0, len(places), at_once):
            those = places[begin:begin + at_once]
            consumption = np.sort(_consumption(those, lucks, rules), axis=1)
            slices[those] = consumption.reshape(len(those), SLICES, -1).mean(axis=2)
            short = np.maximum(1 - consumption, 0)
            curves[:, those] = [held.mean(axis=1) for held in (short > 0, short, short**2, consumption)]
    inner = np.flatnonzero(near)[4:-4]
    for curve in curves[:3]:
        curve[inner] = np.convolve(curve, SMOOTHING, "same")[inner]
    return FirstMonth(slices, *curves)


def _consumption(places: np.ndarray, lucks: int, rules: Rules) -> np.ndarray:
    """Consumption of month 0 at some of the incomes, lines per person, shape (incomes, lucks)."""
    rows = len(places) * lucks
    state = State(Households(1, rows), Groups(1, 0), Companions(1, 0), Markets(1, 0), Districts(1, 1),
                  np.zeros(0, int), 0, ("",))
    h, people = state.households, rules.population
    for name in Districts.column_types():
        setattr(state.districts, name, float(name != "crowding"))
    h.persons = max(round(people.family_size), 1)
    h.poverty_line = h.persons * people.poverty_line
    h.normal_income = np.repeat(INCOMES[places], lucks) * h.poverty_line
    start_households(state, rules, FixedLuck(-1, places, lucks))
    draw = FixedLuck(0, places, lucks)
    learning.learn(state, rules.learning, np.zeros((1, 0)))
    earnings.earn_wages(state, rules.earnings, rules.illness, 0.0, draw)
    business.earn_profit(state, rules.business, rules.illness.profit_lost, draw)
    invested = business.reinvest(state, rules.business, draw)
    spending.spend(state, rules.spending, invested, rules.illness.cost, 0.0, draw)
    return (h.consumption / h.poverty_line).reshape(len(places), lucks)
