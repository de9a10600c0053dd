"""The rows of headings above a table: which they are, and the name that they give to each column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Sequence

from kubesim.errors import ScenarioError
from kubesim.language import say

DEEPEST = 3
"""Rows that a heading may have, merged ones above their parts."""
BARE_NUMBERS = 8
_YEAR = re.compile(r"(19|20)\d\d")
_NUMBERED = re.compile(r"\(?-?\d{1,2}\)?")
_NUMBER = re.compile(r"(rp\.?)?\s*[-+]?[\d.,\s]+%?(,-)?", re.IGNORECASE)


@dataclass(frozen=True)
class HeadRows:
    """Where the headings stand and what they say."""

    row: int                        # first row of the heading, counted from 1
    below: int                      # rows above the first row of the table
    names: tuple[str, ...]          # a column each, empty where it has no heading
    titles: tuple[str, ...]         # lines above


def bare(heading: str) -> str:
    """A heading in small letters, with single spaces between its words and no other signs.

    >>> bare("Jml_ART (orang)")
    'jml art orang'
    """
    return " ".join(re.sub(r"[\W_]+", " ", heading.lower()).split())


def find_heading(top: Sequence[Sequence[Any]], wanted: Sequence[str], file: str) -> HeadRows:
    """The headings among the first rows; raises ScenarioError when there are none.

    Of several possible rows the one with most of the ``wanted`` headings counts, else the first that is as
    wide as the table and holds words only.
    """
    rows = [_stripped(row) for row in top]
    usual = _usual_width(rows)
    found = [made for place in range(len(rows)) if (made := _heading_at(rows, place, usual))]
    known = {bare(name) for name in wanted}
    if known:
        named = [at for at in range(len(rows)) if known & {bare(str(cell)) for cell in rows[at]}]
        found = sorted((made for at in (*named, *(head.row - 1 for head in found))
                        if (made := _heading_at(rows, at, 0))),
                       key=lambda head: -len(known & {bare(name) for name in head.names}))
    if not found:
        raise ScenarioError(say("{file}: no row of headings was found: the first row of the table must say "
                                "what "
                                "its columns hold, as in 'jumlah anggota;pengeluaran;kelompok'", file=file))
    return found[0]


def _stripped(row: Sequence[Any]) -> list[Any]:
    return [cell.strip() if isinstance(cell, str) else cell for cell in row]


def _filled(row: Sequence[Any]) -> list[int]:
    return [place for place, cell in enumerate(row) if cell != "" and cell is not None]


def _usual_width(rows: Sequence[Sequence[Any]]) -> int:
    """Filled cells of most rows, single ones not counted."""
    widths = [count for row in rows if (count := len(_filled(row))) > 1]
    return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 1


def _heading_at(rows: list[list[Any]], place: int, usual: int) -> HeadRows | None:
    """The heading that begins at a row; None when none can."""
    filled = _filled(rows[place])
    if not filled or not all(_is_heading(rows[place][at]) for at in filled):
        return None
    levels = [rows[place]]
    while len(levels) < DEEPEST and place + len(levels) < len(rows) and _is_part(
            levels, rows[place + len(levels)]):
        levels.append(rows[place + len(levels)])
    alone = len(levels) == 1
    if all(_is_year(rows[place][at]) for at in filled) and alone:
        return None
    if alone and len(filled) < max(1, usual / 2) or (not alone and len(filled) < 2):
        return None
    below = place + len(levels)
    if below < len(rows) and _is_numbering(rows[below]):
        below += 1
    titles = tuple(" ".join(str(cell) for cell in row if isinstance(cell, str) and cell)
                   for row in rows[:place])
    return HeadRows(place + 1, below, _names(levels), tuple(filter(None, titles)))


def _is_heading(cell: Any) -> bool:
    """Whether a cell may be a heading: words, a year, or a number in brackets; no amount and no identity."""
    if not isinstance(cell, str):
        return type(cell) in (int, float) and _is_year(cell)
    if sum(letter.isdigit() for letter in cell) > 8 or "@" in cell or cell.startswith("="):
        return False
    return bool(_YEAR.fullmatch(cell)) or not _NUMBER.fullmatch(cell)


def _is_year(cell: Any) -> bool:
    written = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return bool(_YEAR.fullmatch(written))


def _is_part(levels: list[list[Any]], row: list[Any]) -> bool:
    """Whether a row holds the parts of merged headings above it: nothing but words or years, some under blank
    cells, and none under a heading that stands alone, unless the first column is blank as under a tall
    merge."""
    filled, above = _filled(row), levels[-1]
    if not filled or not all(_is_heading(row[place]) for place in filled):
        return False
    width = max(len(above), len(row))
    upper = [*above, *[""] * (width - len(above))]
    under = [place for place in filled if upper[place] == "" or (
        place + 1 < width and upper[place + 1] == "" and place + 1 in filled)]
    tall = row[0] in ("", None) and upper[0] not in ("", None)
    return (under == filled or tall) and any(upper[place] in ("", None) for place in filled) and any(
        upper[place] not in ("", None) for place in range(width))


def _is_numbering(row: Sequence[Any]) -> bool:
    """Whether a row only numbers the columns, as in (1) (2) (3), which Excel turns to -1 -2 -3.

    Bare numbers could be a household's; they count for the columns' only in a wide table.
    """
    filled = [row[place] for place in _filled(row)]
    marks = [str(int(cell) if isinstance(cell, float) else cell) for cell in filled]
    if len(marks) < 2 or not all(_NUMBERED.fullmatch(mark) for mark in marks):
        return False
    if len(marks) < BARE_NUMBERS and not all(mark.startswith(("(", "-")) for mark in marks):
        return False
    numbers = [abs(int(mark.strip("()"))) for mark in marks]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1


def _names(levels: list[list[Any]]) -> tuple[str, ...]:
    """The name of each column: what stands above it in every row of the heading."""
    width = max(map(len, levels))
    while width and not any(place < len(level) and level[place] not in ("", None)
                            for level in levels for place in [width - 1]):
        width -= 1
    names = []
    for place in range(width):
        parts: list[str] = []
        for depth, level in enumerate(levels):
            said = _said(level, place) or (_left_of(level, levels[depth + 1:], place))
            if said and said not in parts:
                parts.append(said)
        names.append(" ".join(parts))
    return tuple(names)


def _said(level: list[Any], place: int) -> str:
    cell = level[place] if place < len(level) else ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell not in ("", None) else ""


def _left_of(level: list[Any], deeper: list[list[Any]], place: int) -> str:
    """What a merged heading says of a column further right, if anything stands below it there."""
    if not any(_said(below, place) for below in deeper):
        return ""
    return next((said for at in range(place, -1, -1) if (said := _said(level, at))), "")
