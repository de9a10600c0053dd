"""How a file writes its money: guessed from headings, from larger households' amounts, and from the poverty line."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

from kubesim.language import say
from kubesim.people.amounts import decimal_mark, numbers_of
from kubesim.people.columns import Money
from kubesim.people.headings import Guessed
from kubesim.people.headrows import bare
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import printable
from kubesim.people.vocabulary import LOGARITHM, PER_HOUSEHOLD, PER_PERSON, months_said, times_said

LIKELY = (0.35, 8.0)
"""Median spending per person and month, in poverty lines, that a list of Indonesian households may have:
those of a
register are near 1, those of a whole city near 2 to 3."""
RISES, FALLS = 0.15, -0.05
"""Correlation of log money with log persons: totals rise with persons, money per person falls."""


class MoneyGuess(NamedTuple):
    """How money is written, and a line on each thing that was guessed or is left open."""

    money: Money
    lines: tuple[str, ...]
    clear: bool                     # whether the amounts make sense as rupiah, or the file's own line is given


def guess_money(table: FileTable, guessed: Guessed, line: float, own_line: float | None = None) -> MoneyGuess:
    """How spending (or else income) is written.

    ``line`` is the scenario's poverty line in Rp per person and month, ``own_line`` the one in the file's own
    money
    and span, where it was said.
    """
    column = guessed.column("spending") or guessed.column("income")
    if column is None:
        return MoneyGuess(Money(), (), True)
    heading, lines = bare(column.heading), []
    values = _values(table, column)
    log = bool(LOGARITHM.match(heading) and np.nanmax(np.abs(values), initial=0) < 40)
    if log:
        values = np.exp(values)
        lines.append(say("'{heading}' is read as natural logarithms, by its heading",
                         heading=printable(column.heading)))
    persons = guessed.column("persons")
    counts = _values(table, persons) if persons is not None else np.full(len(values), np.nan)
    per, why = _per(heading, values, counts)
    months, times = months_said(heading), times_said(heading)
    if own_line is not None:
        lines.append(why)
        return MoneyGuess(Money(per=per, months=months or 1.0, log=log, line=own_line), tuple(lines), True)
    return _by_magnitude(column, values, counts, per, why, months, times, log, line, lines)


def _values(table: FileTable, column: Column) -> np.ndarray:
    usual = decimal_mark(table.columns) or ("," if table.delimiter == ";" else "")
    return numbers_of(column, money=True, usual=usual).values


def _per(heading: str, values: np.ndarray, persons: np.ndarray) -> tuple[str, str]:
    """Whether money is written per person or household, and why."""
    if PER_PERSON.fullmatch(heading):
        return "person", say("money is read as per person, by its heading")
    if PER_HOUSEHOLD.fullmatch(heading):
        return "household", say("money is read as per household, by its heading")
    known = (values > 0) & (persons > 0)
    if known.sum() >= 10 and np.ptp(persons[known]) > 0 and np.ptp(values[known]) > 0:
        together = float(np.corrcoef(np.log(values[known]), np.log(persons[known]))[0, 1])
        if together > RISES or together < FALLS:
            per = "household" if together > 0 else "person"
            return per, (say("a guess: money is per household, as it rises with persons (correlation "
                             "{together:.2f})",
                             together=together) if per == "household" else
                         say("a guess: money is per person, as it falls with persons (correlation "
                             "{together:.2f})",
                             together=together))
    return "person", say("left open, and written as per person: the file does not show whether money is per "
                         "person or per "
                         "household (money.per)")


def _span(months: float) -> str:
    """The time for which money is written, in words."""
    return {1.0: say("a month"), 12.0: say("a year")}.get(months) or say("a week")


def _by_magnitude(column: Column, values: np.ndarray, persons: np.ndarray, per: str, why: str,
                  months: float | None,
                  times: float | None, log: bool, line: float, lines: list[str]) -> MoneyGuess:
    """Span and unit that the heading does not say, by what brings the median near the poverty line."""
    each = values / persons if per == "household" else values
    each = each[each > 0]
    middle = float(np.median(each)) if len(each) else np.nan
    spans, units = [months] if months else [1.0, 12.0], [times] if times else [1.0, 1e3, 1e6]
    found = {(span, unit): middle * unit / span / line for span, unit in product(spans, units)}
    likely = {pair: ratio for pair, ratio in found.items() if LIKELY[0] <= ratio <= LIKELY[1]}
    plain = (months or 1.0, times or 1.0)
    chosen = plain if plain in likely or not likely else min(likely,
                                                             key=lambda pair: abs(np.log(likely[pair] / 1.5)))
    money = Money(per=per, months=chosen[0], times=chosen[1], log=log)
    ratio = found[chosen]
    told = [*lines, why, say("'{heading}': median {ratio:.2f} of the poverty line per person and month, if "
                             "written for {span} in units of Rp {times:,.0f}",
                             heading=printable(column.heading), ratio=ratio,
                             span=_span(chosen[0]), times=chosen[1])]
    if months is None or times is None:
        told.append(say("a guess, by magnitude: span (money.months) and unit (money.times)"))
    others = [pair for pair in likely if pair != chosen]
    if others:
        told.append(say("as likely: {others}", others="; ".join(
            say("{span} in units of Rp {times:,.0f}", span=_span(pair[0]), times=pair[1])
            for pair in others)))
    if not likely:
        told.append(say("this does not look like rupiah of today: give the poverty line in the file's own "
                        "money and span "
                        "with --line, so that only spending over this line counts"))
    return MoneyGuess(money, tuple(told), bool(likely))
