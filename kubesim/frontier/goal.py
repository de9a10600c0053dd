"""What the budget is to buy: a gain over no programme that one number a city tells."""

from __future__ import annotations

from typing import Mapping, NamedTuple

import numpy as np

from kubesim.comparing import words
from kubesim.economics.amounts import Amounts
from kubesim.economics.worth import MEASURES
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say
from kubesim.running.measure import WHO, known_outcomes
from kubesim.plots.formats import COUNT, Unit
from kubesim.reading.faults import did_you_mean

LIFTED = "lifted"
TITLES = {LIFTED: phrase("Households lifted out of poverty"),
          "kept_out": phrase("Households kept out of poverty"),
          "out_of_poverty": phrase("Households out of poverty"),
          "years_out_of_poverty": phrase("Household-years out of poverty"),
          "gap_points": phrase("Percentage points off the poverty gap")}
"""Titles of the measures of economics, as a design's gain over no programme."""
MEANING = {LIFTED: phrase("poor at the start and not now, more than without the programme"),
           "kept_out": phrase("not poor at the start and poor now only without the programme"),
           "out_of_poverty": phrase("poor now only without the programme, lifted or kept from falling"),
           "years_out_of_poverty": phrase("households out of poverty, added up over the months"),
           "gap_points": phrase("how much smaller the poverty gap is than without the programme")}
"""What the titles mean."""


class Goal(NamedTuple):
    """A gain over no programme; ``outcomes`` are those to be measured for it."""

    name: str
    outcomes: tuple[str, ...]

    @property
    def title(self) -> str:
        """What is gained, for people."""
        if self.name in TITLES:
            return say(TITLES[self.name])
        outcome, group = _parts(self.name)
        subject = words.subject(outcome, group)
        return say("{subject}: reduction", subject=subject) if outcome in words.LESS_IS_BETTER else subject

    @property
    def meaning(self) -> str:
        """What its title means; empty for an outcome, which the odd page explains."""
        return say(MEANING[self.name]) if self.name in MEANING else ""

    @property
    def axis(self) -> Unit:
        """How its values are written on an axis."""
        return COUNT if self.name in TITLES else words.written(_parts(self.name)[0], np.nan, np.nan).unit

    def gain(self, columns: Mapping[str, np.ndarray], without: Mapping[str, np.ndarray]) -> np.ndarray:
        """The gain at the last month, more being better, one a seed; columns have shape (seeds,
        months + 1)."""
        measure = next((known for known in MEASURES if known.name == self.name), None)
        if measure:
            ours, theirs = (measure.worth(*(held[name] for name in measure.columns))
                            for held in (columns, without))
            return (ours - theirs)[:, -1]
        more = (columns[self.name] - without[self.name])[:, -1]
        return -more if _parts(self.name)[0] in words.LESS_IS_BETTER else more

    def written(self, gain: float, low: float, high: float) -> str:
        """A gain and its interval."""
        if self.name in TITLES:
            amounts = Amounts.of(gain, low, high, money=False)
            return say("{gain} ({low} to {high})", gain=amounts.signed(gain), low=amounts.digits(low),
                       high=amounts.digits(high))
        shape = words.written(_parts(self.name)[0], gain, low, high)
        return say("{gain} ({low} to {high})", gain=shape.signed(gain), low=shape.digits(low),
                   high=shape.digits(high))

    def alone(self, gain: float, spread: float) -> str:
        """A gain or regret without interval, with the decimals that the spread calls for."""
        if self.name in TITLES:
            return Amounts.of(gain, gain - spread, gain + spread, money=False).digits(gain)
        return words.written(_parts(self.name)[0], gain, gain - spread, gain + spread).amount(gain)


def make_goal(name: str) -> Goal:
    """The goal of that name: a measure of economics, or an outcome such as poverty_gap_members.
    Raises ScenarioError."""
    measure = next((known for known in MEASURES if known.name == name), None)
    if measure:
        return Goal(name, measure.columns)
    outcome, _ = _parts(name)
    known = known_outcomes()
    if outcome in known and known[outcome].table == "ledger":
        raise ScenarioError(say("--outcome {name}: is what the budget limits; name what it is to buy",
                                name=name))
    if outcome in known and known[outcome].table == "twin":
        raise ScenarioError(say("--outcome {name}: compares with no programme already; name what the budget "
                                "is to buy, as lifted", name=name))
    household = outcome in known and known[outcome].table in ("households", "sample")
    if outcome not in known or (outcome != name and not household):
        names = [measure.name for measure in MEASURES] + sorted(known)
        raise ScenarioError(say("--outcome {name}: does not exist", name=name)
                            + (did_you_mean(name, names)
                               or say("; there are: {known}", known=", ".join(names))))
    return Goal(name, (outcome,))


def _parts(name: str) -> tuple[str, str]:
    """An outcome and whose it is."""
    if name in known_outcomes():
        return name, "all"
    for ending in sorted(WHO, key=len, reverse=True):
        if ending and name.endswith(ending):
            return name.removesuffix(ending), ending[1:]
    return name, "all"
