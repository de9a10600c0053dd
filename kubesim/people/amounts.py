"""Numbers as offices write them: ``1.234.567,50``, ``Rp 1.250.000``, ``1,250,000.00``, ``n/a``.

Which of point and comma marks the decimals is decided for a whole column at once by what its cells show.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Iterable, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kubesim.language import phrase, say
from kubesim.people.table_file import DATE, NO_VALUE, WRONG_VALUE, Column

MISSING = frozenset(("", "-", "--", "---", "–", "—", "...", "..", "…", ".", "n/a", "n.a.", "na", "#n/a",
                     "nan", "null", "none",
                     "nil", "tidak ada", "tidak tahu", "tidak diketahui", "tdk ada", "kosong", "x", "?",
                     "nd", "tt"))
"""What stands for an unknown number, in small letters."""

TEXT = phrase("is text where a number is needed; leave it empty or write n/a where it is unknown")
DATED = phrase("is a date where a number is needed: Excel makes one of 3-4; format the column as number and "
               "type it "
               "again")
CODE = phrase("begins like a formula but is text: a number is needed")
BOTH = phrase("writes the decimals with the other mark than most of the column")
UNCALCULATED = phrase("is a formula without a value: open the file in Excel, let it calculate, and save it "
                      "again")
BROKEN = phrase("is an error of Excel's (#REF!, #DIV/0!, ...): a number is needed")
SLIPS = 20
"""Cells of money that look like thousands for each that shows decimals, above which the latter are slips."""
RULES = {DATE: DATED, NO_VALUE: UNCALCULATED, WRONG_VALUE: BROKEN}

_PLAIN = r"^[-+]?(\d+|\d{4,}\.\d+|\d{1,3}\.(\d{1,2}|\d{4,})|0\.\d+)$"
"""Numbers that only one reading makes sense of, and that need no cleaning."""
_MONTH = r"(jan|feb|mar|apr|may|mei|jun|jul|aug|agu|ags|sep|oct|okt|nov|nop|dec|des)[a-z]*"
_DATE = re.compile(rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}([ T].*)?|\d{{1,2}}[-/]\d{{1,2}}([-/]\d{{2,4}})?|"
                   rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|\d{{1,2}}[- ]{_MONTH}([- ]\d{{2,4}})?|{_MONTH}[- "
                   rf"]\d{{2,4}}",
                   re.IGNORECASE | re.ASCII)
_BEFORE = re.compile(r"^(rp|idr)\.?\s*", re.IGNORECASE)
_AFTER = re.compile(r"\s*(,-|\.-|orang|jiwa|org|persons?|people|rupiah|idr|tahun|bulan|hektar)\.?$",
                    re.IGNORECASE)
_SHAPE = re.compile(r"[-+]?[\d.,]*\d[\d.,]*", re.ASCII)
_EXPONENT = re.compile(r"[-+]?\d+([.,]\d+)?e[-+]?\d{1,2}", re.IGNORECASE | re.ASCII)


class Read(NamedTuple):
    """One way of writing a number: its value with point or comma as decimals, None where impossible."""

    point: float | None             # when the point marks the decimals
    comma: float | None             # when the comma does
    percent: bool = False


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column, (rows,) NaN where missing or wrong, and what is wrong by row."""

    values: np.ndarray
    wrong: dict[int, str]           # place of the row -> rule, in the user's language
    mark: str                       # '.' or ',' where decimals or groups showed which marks the decimals
    guessed: bool                   # whether cells such as 1.250 were read without a sign of which it is
    percent: bool                   # whether cells bore a percent sign


def numbers_of(column: Column, *, money: bool = False, usual: str = "") -> Numbers:
    """Read a column's cells as numbers.

    A cell such as ``1.250`` may be 1250 or 1.25. Other cells of the column decide, then ``usual``, the
    decimal mark of the rest of the file; without either it is thousands in ``money``, else decimals with a
    point and thousands with a comma.
    """
    text = column.text
    values = np.full(len(text), np.nan) if column.number is None else column.number.copy()
    wrong = {} if column.odd is None else {
        int(row): say(RULES[int(column.odd[row])]) for row in np.flatnonzero(column.odd)}
    for row in np.flatnonzero(np.isinf(values)):
        wrong[int(row)] = say("must be a finite number")
    given = pc.is_valid(text).to_numpy(zero_copy_only=False)
    if not given.any():
        return Numbers(_finite(values), wrong, "", False, False)
    plain = pc.match_substring_regex(text, _PLAIN)
    if pc.all(plain).as_py():
        read = pc.cast(pc.replace_substring_regex(text, r"^\+", ""), pa.float64())
        values[given] = read.to_numpy(zero_copy_only=False)[given]
        return Numbers(_finite(values), wrong, _plain_mark(text), False, False)
    return _written_freely(text, values, wrong, money, usual)


def decimal_mark(columns: Iterable[Column]) -> str:
    """The decimal mark that the cells of a file show; empty when they show none or both alike."""
    seen: Counter[str] = Counter()
    for column in columns:
        some = [cell for cell in column.text[:2000].to_pylist() if cell and len(cell) < 40]
        marks = {mark for cell in set(some) if (mark := _mark(written(cell)))}
        if len(marks) == 1:
            seen[marks.pop()] += 1
    ranked = seen.most_common(2)
    return ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else ""


def written(cell: str) -> Read | str | None:
    """What a cell's text says: a number, None where it is missing, or the rule that it breaks.

    >>> written("Rp 1.234.567,50").comma
    1234567.5
    """
    text = " ".join(cell.replace("\u2212", "-").split())
    if text.lower() in MISSING:
        return None
    if _DATE.fullmatch(text):
        return DATED
    if text.startswith(("=", "@", "+=", "-=")):
        return CODE
    percent = text.endswith("%")
    text = _AFTER.sub("", _BEFORE.sub("", text.removesuffix("%").strip()))
    text = re.sub(r"(?<=\d)[ '\u2019](?=\d{3}(?!\d))", "", text)
    if _EXPONENT.fullmatch(text):
        value = float(text.replace(",", "."))
        return Read(value, value, percent)
    if not _SHAPE.fullmatch(text):
        return TEXT
    point, comma = _value(text, ".", ","), _value(text, ",", ".")
    return TEXT if point is None and comma is None else Read(point, comma, percent)


def _value(text: str, decimal: str, group: str) -> float | None:
    """The number that a text is when these marks are used so; None when it cannot be."""
    whole, found, part = text.partition(decimal)
    if decimal in part or group in part or (found and not part):
        return None
    first, *others = whole.lstrip("+-").split(group)
    if others and not (1 <= len(first) <= 3 and first != "0" and all(len(other) == 3 for other in others)):
        return None
    sign = "-" if text.startswith("-") else ""
    return float(f"{sign}{first}{''.join(others)}.{part or 0}") if (first or part) else None


def _mark(read: Read | str | None) -> str:
    """The decimal mark that a cell proves; empty where both readings are possible."""
    if not isinstance(read, Read) or read.point == read.comma:
        return ""
    return "." if read.comma is None else "," if read.point is None else ""


def _written_freely(text: pa.Array, values: np.ndarray, wrong: dict[int, str], money: bool,
                    usual: str) -> Numbers:
    """Numbers of text cells that need cleaning or a decision about their marks."""
    coded = pc.dictionary_encode(text)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    read = [written(cell) for cell in coded.dictionary.to_pylist()]
    times = np.bincount(codes[codes >= 0], minlength=len(read))
    proofs: Counter[str] = Counter()
    for one, count in zip(read, times):
        proofs[_mark(one)] += int(count)
    mark = max((".", ","), key=lambda sign: proofs[sign]) if proofs["."] or proofs[","] else ""
    if mark and money and _as_thousands(read, times, mark) > SLIPS * proofs[mark]:
        mark = "," if mark == "." else "."      # a slip must not make 420 of every 420.000
    open_ones = any(isinstance(one, Read) and one.point != one.comma for one in read)
    decided = mark or usual or ("" if money else ".")
    found = np.array([_chosen(one, decided) for one in read] or [np.nan])
    rules = [_rule(one, decided) for one in read]
    given = codes >= 0
    values[given] = found[codes[given]]
    faulty = np.array([bool(rule) for rule in rules])
    for row in np.flatnonzero(given)[faulty[codes[given]]]:
        wrong[int(row)] = say(rules[codes[row]])
    return Numbers(_finite(values), wrong, mark, open_ones and not mark and not usual,
                   any(isinstance(one, Read) and one.percent for one in read))


def _as_thousands(read: list[Read | str | None], times: np.ndarray, mark: str) -> int:
    """Cells that are larger when the other sign marks the decimals, as then this one groups thousands."""
    larger = (lambda one: one.comma > one.point) if mark == "." else (lambda one: one.point > one.comma)
    return sum(int(count) for one, count in zip(read, times)
               if isinstance(one, Read) and None not in one[:2] and one.point != one.comma and larger(one))


def _chosen(read: Read | str | None, mark: str) -> float:
    """The value under a decimal mark; without a mark the larger, in which the sign groups thousands."""
    if not isinstance(read, Read):
        return np.nan
    both = {".": read.point, ",": read.comma}
    if mark:
        return np.nan if both[mark] is None else both[mark]
    return max((value for value in both.values() if value is not None), key=abs)


def _rule(read: Read | str | None, mark: str) -> str:
    """The rule that a cell breaks under a decimal mark; empty if none."""
    if isinstance(read, Read):
        return BOTH if mark and {".": read.point, ",": read.comma}[mark] is None else ""
    return read or ""


def _plain_mark(text: pa.Array) -> str:
    return "." if pc.any(pc.match_substring(text, ".")).as_py() else ""


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)
