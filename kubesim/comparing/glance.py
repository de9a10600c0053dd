"""Several variants at a glance: the ranking as one table, with what each design costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.verdict import SAME
from kubesim.comparing.words import subject, written
from kubesim.economics.amounts import Amounts
from kubesim.economics.ratio import BOUNDED
from kubesim.language import say
from kubesim.plots.formats import MISSING, rupiah

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

FLUSH_LEFT = 2
"""Columns of a ranking that are no numbers."""


class Shown(pd.DataFrame):
    """A table of text that prints whole, however narrow the terminal is."""

    def __repr__(self) -> str:
        return self.to_string(index=False)


def ranking_title(comparison: "Comparison") -> str:
    """By what the variants are ranked."""
    name = comparison.asked[0]
    return say("Ranking ({outcome}):", outcome=subject(words.told(name), words.headline_group(name)))


def ranking_table(comparison: "Comparison") -> Shown:
    """The ranking to be read at a glance: each variant's effect and what a household lifted out of
    poverty costs under it against no programme, then the baseline's cost; every cell is text."""
    rows = []
    for row in comparison.ranking().itertuples():
        how = _written(comparison, row.estimate, row.low, row.high)
        gap = _written(comparison, row.behind, row.behind_low, row.behind_high)
        rows.append((f"{row.rank}.", row.scenario, how.signed(row.estimate), _between(how, row.low, row.high),
                     MISSING if row.rank == 1 else say("cannot be told") if row.tied else
                     gap.amount(row.behind), *_lifting(comparison, row.scenario)))
    rows.append(("", say("{name} (the baseline)", name=comparison.baseline), "", "", "",
                 *_lifting(comparison, comparison.baseline)))
    return Shown(rows, columns=["", say("design"), say("difference"), say("95 % interval"),
                                say("behind the first"), say("a household lifted costs"),
                                say("95 % interval")])


def _written(comparison: "Comparison", value: float, low: float, high: float) -> words.Written:
    """How to write a difference of the first outcome; without a spread its size sets the decimals."""
    same = not high - low > SAME * abs(value)
    return written(words.told(comparison.asked[0]), *([value] * 3 if same else [value, low, high]))


def _between(how: words.Written, low: float, high: float) -> str:
    """The interval, where there is one and pairs do not all say the same."""
    ends = how.digits(low), how.digits(high)
    return say("{low} to {high}", low=ends[0], high=ends[1]) if ends[0] != ends[1] else MISSING


def _lifting(comparison: "Comparison", label: str) -> tuple[str, str]:
    """What a household lifted costs in a design, and its interval for all designs at once."""
    held = comparison.money.ranking
    found = held[held["scenario"] == label] if len(comparison.seeds) > 1 else held.iloc[:0]
    if not len(found):
        return MISSING, MISSING
    row = found.iloc[0]
    if not row["cost_per_unit"] > 0:
        return say("lifts nobody"), MISSING
    if row["form"] != BOUNDED:
        return rupiah(row["cost_per_unit"]), say("at least {bound}", bound=rupiah(row["low"]))
    how = Amounts.of(row["cost_per_unit"], row["low"], row["high"])
    return how.amount(row["cost_per_unit"]), how.between(row["low"], row["high"])


def aligned(made: pd.DataFrame) -> list[str]:
    """A table of text as lines, numbers flush right, without blanks at the ends."""
    cells = [[str(name) for name in made.columns], *made.to_numpy().tolist()]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return ["  " + "  ".join(cell.ljust(width) if place < FLUSH_LEFT else cell.rjust(width)
                             for place, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in cells]
