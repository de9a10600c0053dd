"""How a story writes its numbers."""

from __future__ import annotations

from kubesim.language import say
from kubesim.plots import formats
from kubesim.plots.formats import number


def money(amount: float) -> str:
    """Rupiah to the nearest thousand, smaller sums to the rupiah: Rp 41,000."""
    return say("Rp {number}", number=number(round(amount, -3) if abs(amount) >= 1000 else amount))


def signed(amount: float) -> str:
    """A part of a sum: + Rp 41,000 or − Rp 41,000."""
    if amount < 0:
        return say("\u2212 {amount}", amount=money(-amount))
    return say("+ {amount}", amount=money(amount))


def more(amount: float) -> str:
    """A difference of money in words: Rp 41,000 more."""
    if amount < 0:
        return say("{amount} less", amount=money(-amount))
    return say("{amount} more", amount=money(amount))


def percent(share: float, decimals: int = 0) -> str:
    """A share of 1 as a percentage."""
    return formats.percent(share, decimals).replace("\u00a0", " ")


def level(value: float) -> str:
    """Skill, trust and the like, 0 to 1."""
    return number(value, 2)


def count(value: float) -> str:
    """Visits, members: whole, or with one decimal where they are not."""
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def span(months: int) -> str:
    """A length of time."""
    return say("one month") if months == 1 else say("{months} months", months=months)
