"""Published numbers about a district's people, and which of them contradict one another."""

from __future__ import annotations

from typing import Iterator

from kubesim.language import figures, say
from kubesim.units import Section, share, value

HALF_DIGIT = 0.5e-4
"""Half a unit of the last printed place of a published index: BPS prints per cent with two decimals."""

MOST_LEEWAY = 1.0
"""Twice the published P1; to come nearer to less, the model would make all people alike."""
ACCURATE = "BPS takes an estimate with a relative standard error up to 25 % for accurate"


class Margins(Section):
    """Published numbers to which a district's people are fitted; what is not given stays the model's own.

    All are about month 0 and about persons, but for the family size, which is the mean over households.
    """

    poverty_rate: float | None = share(None, "share of persons below the poverty line (4.52 % is 0.0452)",
                                       symbol="P0")
    poverty_gap: float | None = share(None, "mean shortfall from the line, of all persons", symbol="P1")
    poverty_severity: float | None = share(None, "mean squared shortfall, of all persons", symbol="P2")
    spending: float | None = value(None, "Rp per person and month", "mean spending", above=0.0, high=1e12)
    gini: float | None = value(None, "0-1", "Gini index of spending per person", low=0.0, high=0.95)
    family_size: float | None = value(None, "persons", "mean household size", low=1, high=10)
    leeway: float = value(0.25, "share of it", "how far P1 may stay from the published one, and P2 twice as far, "
                          "where luck in a month's spending lets the model come no nearer", low=0.0,
                          high=MOST_LEEWAY, source=ACCURATE)

    @property
    def given(self) -> dict[str, float]:
        """The margins that are given, by name."""
        return {name: held for name in NAMES if (held := getattr(self, name)) is not None}


NAMES = ("poverty_rate", "poverty_gap", "poverty_severity", "spending", "gini", "family_size")
"""The margins, in the order of their section."""


def contradictions(margins: Margins, line: float, floor: float) -> Iterator[tuple[str, str, str]]:
    """What no population could have: the rule with its bound, the margin that breaks it, the other one.

    ``line`` is the district's poverty line in rupiah, ``floor`` the share of it that nobody's
    consumption falls below. Indices count as rounded to the last printed place.

    Source: P1 <= P0 and P2 <= P1 as no shortfall exceeds 1 (1 - floor in the model);
    P2 >= P1^2 / P0 by Cauchy and Schwarz; mean >= 1 - P1 as only the poor are below the line;
    Gini >= P0 - (P0 - P1) / mean, that of the poor alike and all others alike.
    """
    yield from _of_shortfalls(margins, floor)
    yield from _of_spending(margins, line, floor)


def _of_shortfalls(margins: Margins, floor: float) -> Iterator[tuple[str, str, str]]:
    """Rules among the three indices."""
    for upper, lower in (("poverty_rate", "poverty_gap"), ("poverty_gap", "poverty_severity"),
                         ("poverty_rate", "poverty_severity")):
        held, least = getattr(margins, upper), getattr(margins, lower)
        deepest = (1 - floor) ** (2 if (upper, lower) == ("poverty_rate", "poverty_severity") else 1)
        if held is None or least is None:
            continue
        if least - HALF_DIGIT > held + HALF_DIGIT:
            yield (say("cannot exceed {other} = {bound}, as no shortfall is larger than the line",
                       other=upper, bound=_shown(held)), lower, upper)
        elif least - HALF_DIGIT > deepest * (held + HALF_DIGIT):
            yield (say("can be at most {bound} beside {other} = {held}: kin keep everybody at {floor} of the "
                       "line (spending.floor)", bound=_shown(deepest * held), other=upper, held=_shown(held),
                       floor=_shown(floor)), lower, upper)
    rate, gap, severity = margins.poverty_rate, margins.poverty_gap, margins.poverty_severity
    if gap is None or severity is None:
        return
    heads = 1.0 if rate is None else min(rate + HALF_DIGIT, 1.0)
    if severity + HALF_DIGIT < max(gap - HALF_DIGIT, 0) ** 2 / heads:
        yield (say("must be at least {bound}, the square of poverty_gap over poverty_rate, which it is when "
                   "all the poor are equally poor", bound=_shown(gap**2 / max(rate or 1.0, HALF_DIGIT))),
               "poverty_severity", "poverty_gap")


def _of_spending(margins: Margins, line: float, floor: float) -> Iterator[tuple[str, str, str]]:
    """Rules between the indices, mean spending and inequality."""
    rate, gap = margins.poverty_rate, margins.poverty_gap
    if margins.spending is None or (rate is None and gap is None):
        return
    mean = margins.spending / line
    other = "poverty_rate" if gap is None else "poverty_gap"
    missing = (1 - floor) * rate if gap is None else gap
    if mean + HALF_DIGIT < 1 - missing:
        yield (say("must be at least {bound} Rp, as only the poor spend less than the line of {line} Rp",
                   bound=figures(f"{(1 - missing) * line:,.0f}"), line=figures(f"{line:,.0f}")),
               "spending", other)
    elif margins.gini is not None and None not in (rate, gap):
        least = rate - (rate - gap) / mean
        if margins.gini + 0.0005 < least:
            yield (say("must be at least {bound} beside this poverty_rate, poverty_gap and spending, which "
                       "is when all the poor are alike and all others too", bound=_shown(least)),
                   "gini", "poverty_rate")


def _shown(number: float) -> str:
    return figures(f"{number:.4g}")
