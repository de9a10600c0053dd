"""How numbers are written in pictures: what precision and unit words they get.

A number and its unit are joined by a no-break space.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kubesim.language import figures, say

PLAIN, PERCENT, POINTS = "{number}", "{number}\u00a0%", "{number} points"
SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
MISSING = "–"


def number(amount: float, decimals: int = 0, signed: bool = False) -> str:
    """A number with thousands set apart and a true minus sign."""
    if not np.isfinite(amount):
        return MISSING
    amount = round(float(amount), decimals) + 0.0       # + 0.0 turns a rounded -0 into 0
    sign = "+" if signed and amount else ""
    return figures(f"{amount:{sign},.{decimals}f}").replace("-", "\u2212")


def filled(words: str, amount: float, decimals: int = 0, signed: bool = False) -> str:
    """Words around a number, their sign before all of them: a currency stands between sign and digits."""
    if not np.isfinite(amount):
        return MISSING
    digits = number(amount, decimals, signed)
    sign = digits[0] if digits[0] in "+\u2212" else ""
    return sign + say(words, number=digits.removeprefix(sign))


def percent(share: float, decimals: int = 0) -> str:
    """A share of 1 as a percentage."""
    return say(PERCENT, number=number(100 * share, decimals))


def rupiah(amount: float) -> str:
    """Money that can be read at a glance: Rp 1.2 million."""
    for size, word in SIZES:
        if round(abs(amount) / size, 1) >= 1:
            scaled = round(abs(amount) / size, 1)
            digits = number(scaled, 0 if scaled >= 100 or scaled % 1 == 0 else 1)
            return ("\u2212" if amount < 0 else "") + say("Rp\u00a0{number}\u00a0{size}", number=digits,
                                                         size=say(word))
    return filled("Rp\u00a0{number}", amount)


class Unit(NamedTuple):
    """How values and differences of one unit are written."""

    value: str                  # a value on an axis
    change: str                 # a difference
    scale: float                # what the number is multiplied by before
    decimals: int               # of a difference

    def ticks(self, values: np.ndarray) -> list[str]:
        """Values on an axis, with as few decimals as tell them apart."""
        scaled = self.scale * np.asarray(values, float)
        exact = (places for places in range(6) if np.allclose(scaled, np.round(scaled, places), atol=1e-9))
        decimals = next(exact, 6)
        return [filled(self.value, x, decimals) for x in scaled]

    def difference(self, mean: float, low: float, high: float) -> str:
        """A signed difference, with its 95 % interval where there is one.

        It has the unit's decimals, or more where the interval is too narrow to show with those.
        """
        mean, low, high = self.scale * mean, self.scale * low, self.scale * high
        needed = np.ceil(-np.log10(high - low)) if high > low else 0
        decimals = int(np.clip(needed, self.decimals, self.decimals + 2))
        change = filled(self.change, mean, decimals, signed=True)
        if not np.isfinite(low):
            return change
        return say("{change} ({low} to {high})",
                   change=change, low=number(low, decimals), high=number(high, decimals))


INDEX = Unit(PLAIN, PLAIN, 1, 3)
SHARE = Unit(PERCENT, POINTS, 100, 1)
FINE_SHARE = Unit(PERCENT, POINTS, 100, 2)
PERCENT_GAIN = Unit(PERCENT, PERCENT, 1, 1)
COUNT = Unit(PLAIN, PLAIN, 1, 1)


def rupiah_axis(largest: float) -> tuple[Unit, str]:
    """The unit for an axis of money that goes to ``largest``, and what to write beside the axis."""
    for size, word in SIZES:
        if largest >= size:
            return Unit(PLAIN, PLAIN, 1 / size, 1), say("Rp {size}", size=say(word))
    return Unit(PLAIN, PLAIN, 1, 0), say("Rp")
