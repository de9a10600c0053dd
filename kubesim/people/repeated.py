"""Rows that stand in a file twice: what an office would do with them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.headrows import bare
from kubesim.people.personal import ADDRESS, FAMILY_CARD, IDENTITY, NAME, Personal
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import first_lines, letter, printable, rows_named

_NUMBERED = re.compile(r"(row |case )?id|id ?(rt|rumah tangga|ruta|keluarga|kel|dtks|dtsen|bdt|household|hh|"
                       r"kpm)|idrt|idbdt|"
                       r"(household|hh|case) ?id|hhid|renum|no urut (rt|rumah tangga|ruta)")
"""Headings of numbers that stand for one household each."""


def without_repeats(table: FileTable, personal: dict[int, Personal]) -> FileTable:
    """The table with every household once.

    Rows equal in every cell, the household's number, name or address among them, are one household entered
    twice: the first counts, and it is said. The same number in rows that differ is a fault, as nobody here
    can know which of them holds. Equal rows in a file without such a column may be two households alike:
    they stay, and it is said.
    """
    numbers = [column for column in table.columns if _is_number(column, personal)]
    telling = numbers or [column for column in table.columns
                          if personal.get(column.place, Personal("", False)).kind in (NAME, ADDRESS)]
    alike = _repeats(table, table.columns)
    if alike.any() and telling:
        table = table.take(~alike, say("{count:,} rows stand in the file twice and count once: rows {rows}",
                                       count=int(alike.sum()), rows=rows_named(table.row[alike])))
    elif alike.any():
        table = table.take(np.ones(len(table), bool), say(
            "{count:,} rows are equal to an earlier one and count as households of their own, as no column "
            "holds a household's number: rows {rows}", count=int(alike.sum()), rows=rows_named(table.row[alike])))
    for column in table.columns:
        if any(column.place == number.place for number in numbers):
            _refuse_shared_number(table, column)
    return table


def _is_number(column: Column, personal: dict[int, Personal]) -> bool:
    """Whether a column numbers households: NIK, No KK, or a heading such as id."""
    found = personal.get(column.place)
    return bool(found and found.kind in (IDENTITY, FAMILY_CARD) or _NUMBERED.fullmatch(bare(column.heading)))


def _repeats(table: FileTable, columns: tuple[Column, ...]) -> np.ndarray:
    """Rows equal to an earlier one in all of these columns, (rows,) bool."""
    mixed = np.zeros(len(table), np.uint64)
    for column in columns:
        held = _codes(column).astype(np.uint64)
        if column.number is not None:
            held ^= column.number.view(np.uint64)
        mixed = (mixed ^ held) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return ~_is_first(mixed)


def _codes(column: Column) -> np.ndarray:
    """A number for each different text of a column, (rows,) int64; -1 where there is none."""
    return pc.dictionary_encode(column.text).indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _is_first(values: np.ndarray) -> np.ndarray:
    """Which rows are the first with their value, (rows,) bool."""
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _refuse_shared_number(table: FileTable, column: Column) -> None:
    """Raise ScenarioError when rows share a household's number, which itself stays unseen."""
    words = pc.dictionary_encode(column.words())
    codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    again = ~_is_first(codes) & (codes >= 0)
    if not again.any():
        return
    known, begins = np.unique(codes, return_index=True)
    first = dict(zip(known.tolist(), table.row[begins].tolist()))
    lines = [say("{file}: row {row}, column {letter} ({heading}): the same as in row {earlier}, but the rows "
                 "differ: "
                 "one row must be one household", file=table.file, row=int(table.row[at]),
                 letter=letter(column.place),
                 heading=printable(column.heading), earlier=first[int(codes[at])])
             for at in np.flatnonzero(again)[:40]]
    if again.mean() > 0.2:
        lines = lines[:3]
        lines.append(say("{file}: {percent:.0f} % of the rows share a number of column {letter}: this is a list "
                         "of persons "
                         "or of seasons; keep one row a household", file=table.file,
                         percent=100 * float(again.mean()),
                         letter=letter(column.place)))
        raise ScenarioError(lines)
    raise ScenarioError(first_lines(lines, int(again.sum()), table.file))
