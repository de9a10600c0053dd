"""Lines about a table's cells: where they stand and what is wrong, without ever showing a person's words."""

from __future__ import annotations

import re
from typing import Iterable, Sequence

import numpy as np

from kubesim.language import say

MOST_TOLD = 40
"""Fault lines of one file; what there is more is counted."""
MOST_ROWS = 8
"""Rows that one line names."""

_HARMLESS = re.compile(r"(rp\.?)?\s*(-?\d{1,6}([.,]\d{1,2})?|-?\d{1,3}([.,]\d{3}){1,2}([.,]\d{1,2})?|"
                       r"-\d{1,9}([.,]\d{1,2})?)"
                       r"(,-)?\s*%?", re.IGNORECASE)


def letter(place: int) -> str:
    """A column's letters in a spreadsheet; ``place`` counts from 1.

    >>> letter(1), letter(28)
    ('A', 'AB')
    """
    letters = ""
    while place:
        place, left = divmod(place - 1, 26)
        letters = chr(65 + left) + letters
    return letters


def shown(cell: str) -> str:
    """A cell as a message may show it: a short or negative number, or one with thousands apart.

    Empty where the cell must stay unseen, as it could be somebody's name, number, birthday or place: words,
    many
    digits in a row, many decimals, dates.
    """
    cell = cell.strip()
    return cell if _HARMLESS.fullmatch(cell) else ""


def fault_line(file: str, row: int, place: int, heading: str, cell: str, rule: str) -> str:
    """One fault: file, row, column, the cell where it may be shown, and the rule that it breaks."""
    where = say("{file}: row {row}, column {letter} ({heading})", file=file, row=row, letter=letter(place),
                heading=printable(heading))
    held = shown(cell)
    return f"{where} = {held}: {rule}" if held else f"{where}: {rule}"


def printable(heading: str) -> str:
    """A heading on one line, cut where it is long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in " ".join(heading.split()))
    return plain if len(plain) <= 60 else plain[:57] + "..."


def first_lines(lines: Sequence[str], total: int, file: str) -> list[str]:
    """The first lines of ``total`` faults, then how many more there are."""
    told = list(lines[:MOST_TOLD])
    if total > len(told):
        told.append(say("{file}: ... and {more:,} more", file=file, more=total - len(told)))
    return told


def rows_named(rows: Iterable[int] | np.ndarray) -> str:
    """Rows in words, the first few and how many more: ``5, 9, 12 and 30 more``."""
    listed = [int(row) for row in rows]
    first = ", ".join(str(row) for row in listed[:MOST_ROWS])
    more = len(listed) - MOST_ROWS
    return say("{rows} and {more:,} more", rows=first, more=more) if more > 0 else first
