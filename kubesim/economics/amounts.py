"""How this package writes money, counts and their intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kubesim.language import say, translated
from kubesim.plots.formats import SIZES, filled, number
from kubesim.running.tables import TWIN

MOST_DECIMALS = 2
SMALL_COUNT = 10
"""Counts below are means over pairs that a decimal matters to."""


class Amounts(NamedTuple):
    """Numbers of one size, written with as many decimals as their interval calls for.

    ``word`` is 'million' and the like, empty for rupiah to the rupiah; ``money`` is False for counts.
    """

    size: float
    word: str
    decimals: int
    money: bool = True

    @classmethod
    def of(cls, *values: float, money: bool = True) -> "Amounts":
        """For an estimate, which sets the size, and its interval if given (they need not be finite), whose
        shorter side sets the decimals."""
        largest = next((abs(value) for value in values if np.isfinite(value)), 0.0)
        size, word = next(((size, word) for size, word in SIZES if money and largest >= size), (1.0, ""))
        half = min(np.abs(np.diff([values[1], values[0], values[2]]))) / size if len(values) == 3 else 0.0
        if not (np.isfinite(half) and half > 0):
            half = largest / size / 20
        decimals = int(np.ceil(-np.log10(half))) if half > 0 else 0
        if not money and largest < SMALL_COUNT:
            decimals = max(decimals, 1)
        return cls(size, word, min(max(decimals, 0), MOST_DECIMALS), money)

    def digits(self, value: float) -> str:
        """The number alone."""
        return number(value / self.size, self.decimals)

    def signed(self, value: float) -> str:
        """The number alone, with its sign."""
        return number(value / self.size, self.decimals, signed=True)

    def amount(self, value: float) -> str:
        """The number with its currency and size, or the bare count."""
        if not self.money:
            return self.digits(value)
        if not self.word:
            return filled("Rp\u00a0{number}", value, self.decimals)
        sign = "\u2212" if value < 0 else ""
        return sign + say("Rp\u00a0{number}\u00a0{size}", number=self.digits(abs(value)), size=say(self.word))

    def between(self, low: float, high: float) -> str:
        """An interval: 48 to 67 million."""
        if not self.word:
            return say("{low} to {high}", low=self.digits(low), high=self.digits(high))
        return say("{low} to {high}\u00a0{size}", low=self.digits(low), high=self.digits(high),
                   size=say(self.word))


def named(label: str) -> str:
    """A world as users read it; the one without a programme that no scenario stands for has no name of
    its own."""
    return translated(TWIN) if label == TWIN else label
