"""Where a table begins and ends in a file: titles, headings of several rows, blank lines, sums and footnotes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.headrows import HeadRows, find_heading
from kubesim.people.table_file import MOST_ROWS, Column, FileTable
from kubesim.people.telling import first_lines, letter, rows_named

TOP = 60
"""Rows among which the headings are sought."""
WIDEST = 1000
BATCH = 10_000
SUM_ROW = r"(?i)^(sub[- ]?)?(grand )?(jumlah|total|rata-?rata|rerata|average|mean|sum)( .{0,40})?:?$"
FOOTNOTE = r"(?i)^(sumber|source|keterangan|catatan|ket\.?|notes?|mengetahui|\*+|\d\))( .*|:.*|[^a-z0-9].*)?$"


class Odd(int):
    """A cell that is neither text nor a number: DATE, NO_VALUE or WRONG_VALUE of table_file."""


@dataclass(frozen=True)
class Cells:
    """What was gathered below the heading, blank rows left out."""

    columns: list[Column]
    row: np.ndarray
    blank_before: np.ndarray        # (rows,) bool, whether a blank row stands above
    short: list[int]                # rows of fewer cells than the heading
    long: list[int]                 # rows of more


def framed(rows: Iterable[list[Any]], file: str, sha256: str, headings: Sequence[str], delimiter: str,
           notes: Sequence[str], merged: Sequence[tuple[int, int, int]] = ()) -> FileTable:
    """The table among the rows of a file; a cell is text, a number, ``Odd`` or empty.

    ``merged`` are vertical merges (place, first row, last row) whose first cell counts for all. Raises
    ScenarioError with a line for each fault.
    """
    rows = iter(rows)
    top = list(islice(rows, TOP))
    head = find_heading(top, headings, file)
    cells = _gathered(chain(top[head.below:], rows), head, file)
    if not len(cells.row):
        raise ScenarioError(say("{file}: holds headings but no rows", file=file))
    for place, first, last in merged:
        _fill_merged(cells, place, first, last)
    table = FileTable(file, sha256, tuple(cells.columns), cells.row, head.row, head.titles, delimiter,
                      tuple(notes))
    below = _below_the_table(table, cells.blank_before) | _sum_rows(table)
    _refuse_ragged(table, cells, below, len(head.names))
    if below.any():
        table = table.take(~below, say("sums, sources and signatures left out: rows {rows}",
                                       rows=rows_named(table.row[below])))
    if not len(table):
        raise ScenarioError(say("{file}: holds headings but no rows", file=file))
    return _without_empty_columns(table)


def _gathered(rows: Iterator[list[Any]], head: HeadRows, file: str) -> Cells:
    """All rows below the heading as columns; rows of another length are remembered."""
    width = len(head.names)
    if width > WIDEST:
        raise ScenarioError(say("{file}: has {width:,} columns: at most {most:,}", file=file, width=width,
                                most=WIDEST))
    packed: list[list[tuple]] = [[] for _ in range(width)]
    count = head.below
    short, long = [], []
    while batch := list(islice(rows, BATCH)):
        if set(map(len, batch)) != {width}:
            batch = [row if len(row) == width else _fitted(row, width, number, short, long)
                     for number, row in enumerate(batch, start=count + 1)]
        _pack(batch, packed)
        count += len(batch)
        if count > MOST_ROWS:
            raise ScenarioError(say("{file}: has more than {most:,} rows", file=file, most=MOST_ROWS))
    row = np.arange(head.below + 1, count + 1)
    columns = [_joined(name, place, parts) for place,
               (name, parts) in enumerate(zip(head.names, packed), start=1)]
    solid = _not_blank(columns, len(row))
    if not solid.all():
        columns, row = [column.take(solid) for column in columns], row[solid]
    return Cells(columns, row, np.diff(row, prepend=head.below) > 1, short, long)


def _fitted(row: list[Any], width: int, number: int, short: list[int], long: list[int]) -> list[Any]:
    """A row cut or lengthened to the width; noted when cells were too many or too few."""
    if len(row) < width:
        if row:
            short.append(number)
        return [*row, *[""] * (width - len(row))]
    if any(isinstance(cell, str) and cell.strip() or cell for cell in row[width:]):
        long.append(number)
    return row[:width]


def _pack(batch: list[list[Any]], packed: list[list[tuple]]) -> None:
    """Rows as one piece of each column: text, numbers and odd cells apart."""
    for cells, parts in zip(zip(*batch), packed):
        if set(map(type, cells)) == {str}:
            parts.append((_trimmed(pa.array(cells, pa.string())), None, None))
            continue
        text = [cell if type(cell) is str else None for cell in cells]
        number = np.array([cell if type(cell) in (int, float) else np.nan for cell in cells], float)
        odd = np.array([cell if type(cell) is Odd else 0 for cell in cells], np.int8)
        parts.append((_trimmed(pa.array(text, pa.string())), number, odd))


def _trimmed(text: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _joined(name: str, place: int, parts: list[tuple]) -> Column:
    """One column of its pieces."""
    text = pa.concat_arrays([part[0] for part in parts]) if parts else pa.array([], pa.string())
    number = odd = None
    if any(part[1] is not None for part in parts):
        number = np.concatenate([part[1] if part[1] is not None else np.full(len(part[0]), np.nan)
                                 for part in parts])
        odd = np.concatenate([part[2] if part[2] is not None else np.zeros(len(part[0]), np.int8)
                              for part in parts])
        number = None if np.isnan(number).all() else number
        odd = odd if odd.any() else None
    return Column(name, place, text, number, odd)


def _not_blank(columns: list[Column], count: int) -> np.ndarray:
    """Rows that hold anything but spaces, (rows,) bool."""
    solid = np.zeros(count, bool)
    for column in columns:
        if solid.all():
            break
        solid |= column.is_filled()
    return solid


def _fill_merged(cells: Cells, place: int, first: int, last: int) -> None:
    """Let the first cell of a vertical merge count for all of its rows; blank ones only."""
    if place > len(cells.columns):
        return
    begin, end = np.searchsorted(cells.row, [first, last + 1])
    column = cells.columns[place - 1]
    if end - begin < 2 or cells.row[begin] != first:
        return
    text = column.text.to_pylist()
    text[begin + 1:end] = [text[begin] if held is None else held for held in text[begin + 1:end]]
    number = column.number
    if number is not None and text[begin] is None:
        number = number.copy()
        number[begin:end] = number[begin]
    cells.columns[place - 1] = Column(column.heading, place, pa.array(text, pa.string()), number, column.odd)


def _below_the_table(table: FileTable, blank_before: np.ndarray) -> np.ndarray:
    """Footnotes, sources and signatures at the end, (rows,) bool."""
    look = min(len(table), 40)
    filled = sum(column.take(_last(len(table), look)).is_filled().astype(int) for column in table.columns)
    first = _first_words(table, look)
    notes = pc.match_substring_regex(first, FOOTNOTE).fill_null(False).to_numpy(zero_copy_only=False)
    lettered = pc.match_substring_regex(first, r"\pL").fill_null(False).to_numpy(zero_copy_only=False)
    width = len(table.columns)
    below = np.zeros(len(table), bool)
    for back in range(1, look):
        alone = filled[-back] <= 1 and width >= 3 and lettered[-back]
        if not (alone or notes[-back]):
            break
        below[-back] = True
    gaps = np.flatnonzero(blank_before[-look:])
    usual = np.median(filled)
    if len(gaps) and gaps[-1] > 0 and usual >= 5:
        apart = slice(int(gaps[-1]), look)
        if (filled[apart] <= 2).all():
            below[len(table) - look:][apart] = True
    return below


def _sum_rows(table: FileTable) -> np.ndarray:
    """Rows of sums and means, wherever they stand, (rows,) bool."""
    filled = sum(column.is_filled().astype(np.int32) for column in table.columns)
    found = np.zeros(len(table), bool)
    for column in table.columns[:3]:
        hit = pc.match_substring_regex(column.text, SUM_ROW).fill_null(False)
        found |= hit.to_numpy(zero_copy_only=False)
    return found & ((filled < filled.max()) | (np.arange(len(table)) == len(table) - 1))


def _last(count: int, look: int) -> np.ndarray:
    return np.arange(count) >= count - look


def _first_words(table: FileTable, look: int) -> pa.Array:
    """The first text of each of the last rows."""
    tail = _last(len(table), look)
    return pc.coalesce(*(column.take(tail).text for column in table.columns))


def _refuse_ragged(table: FileTable, cells: Cells, below: np.ndarray, width: int) -> None:
    """Raise ScenarioError when rows of the table have other numbers of cells than its heading."""
    inside = set(table.row[~below].tolist())
    lines = [say("{file}: row {row} has more cells than the {width} of the heading: a text that holds the "
                 "delimiter, or a decimal comma, must stand in quotes", file=table.file, row=row, width=width)
             for row in cells.long if row in inside]
    lines += [say("{file}: row {row} has fewer cells than the {width} of the heading", file=table.file,
                  row=row,
                  width=width) for row in cells.short if row in inside and table.delimiter]
    if lines:
        raise ScenarioError(first_lines(lines, len(lines), table.file))


def _without_empty_columns(table: FileTable) -> FileTable:
    """The table without columns that hold nothing; those with a heading are said."""
    kept = tuple(column for column in table.columns if column.is_filled().any())
    gone = [letter(column.place) for column in table.columns if column not in kept and column.heading]
    notes = (say("empty columns left out: {letters}", letters=", ".join(gone)),) if gone else ()
    return FileTable(table.file, table.sha256, kept, table.row, table.heading_row, table.titles,
                     table.delimiter,
                     (*table.notes, *notes))
