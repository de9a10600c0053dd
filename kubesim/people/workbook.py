"""Excel workbooks (.xlsx) as tables: values of formulas, never the formulas, and nothing that runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from datetime import date, time, timedelta
from itertools import chain, islice
from typing import Any, Iterator, NamedTuple, NoReturn, Sequence

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.delimited import delimiter_of
from kubesim.people.framing import TOP, WIDEST, Odd, framed
from kubesim.people.headrows import find_heading
from kubesim.people.table_file import DATE, MOST_ROWS, NO_VALUE, WRONG_VALUE, FileTable
from kubesim.people.telling import first_lines, letter
from kubesim.reading.faults import did_you_mean, listed

MOST_UNPACKED = 2_000_000_000
"""Bytes that a workbook may have unpacked; a million rows of twelve columns have half of it."""
MOST_TIMES, FREE = 150, 20_000_000
"""How much smaller packing may make a workbook of more than ``FREE`` bytes; tables of an office pack 5 to 30 times."""
MOST_PARTS = 5_000
LEAST_CUTS = 2
"""Separators in each row's only cell by which it is known for a whole row."""
DAMAGE = (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, zipfile.BadZipFile,
          zlib.error,
          EOFError, OSError, NotImplementedError)
"""What openpyxl and zipfile raise on files that are not whole."""
_MERGE = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_FORMULA = re.compile(rb"<f[ >/]")


class SheetParts(NamedTuple):
    """What must be known of a sheet beside its cells."""

    formulas: bool
    merged: list[tuple[int, int, int]]      # vertical merges of one column: place, first row, last row


def workbook_table(content: bytes, file: str, sha256: str, sheet: str, headings: Sequence[str]) -> FileTable:
    """The table of a workbook's sheet; raises ScenarioError with a line for each fault."""
    with _opened(content, file) as packed:
        _check_size(packed, len(content), file)
        _check_kind(packed, file)
        book = _book(content, file, values=True)
        try:
            chosen, notes = _sheet(book, sheet, headings, file)
            parts = _parts(packed, chosen)
            rows = _cells(chosen, file)
            if parts.formulas:
                rows = _calculated(rows, _book(content, file, values=False)[chosen.title])
            rows = _unpasted(rows, notes)
            return framed(rows, file, sha256, headings, "", notes, parts.merged)
        except ScenarioError:
            raise
        except DAMAGE:
            _refuse(file, say("is a damaged Excel file: open it in Excel and save it again"))
        finally:
            book.close()


def _opened(content: bytes, file: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        _refuse(file, say("is a damaged Excel file: open it in Excel and save it again"))


def _check_size(packed: zipfile.ZipFile, size: int, file: str) -> None:
    """Raise ScenarioError for what would fill the memory: more bytes or parts than any office's table has.

    Reading a part stops at the size that the file says of it, so that it cannot lie.
    """
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or unpacked > max(FREE, MOST_TIMES * size):
        _refuse(file, say("unpacks to {unpacked:,.0f} MB from {size:,.1f} MB, as no table does: not opened",
                          unpacked=unpacked / 1e6, size=size / 1e6))


def _check_kind(packed: zipfile.ZipFile, file: str) -> None:
    """Raise ScenarioError for zip files that are no .xlsx, and for XML that defines entities."""
    names = set(packed.namelist())
    if any(part.flag_bits & 1 for part in packed.infolist()):
        _refuse(file, say("is protected by a password: save it without one"))
    if "xl/workbook.bin" in names:
        _refuse(file, say("is a binary Excel file (.xlsb): save it as .xlsx or CSV"))
    if "xl/workbook.xml" not in names:
        is_document = "mimetype" in names
        _refuse(file, say("is no Excel file but an OpenDocument one (.ods): save it as .xlsx or CSV")
                if is_document
                else say("is packed and no Excel file: unpack it first"))
    for name in names:
        if name.endswith((".xml", ".rels")):
            with packed.open(name) as part:
                if b"<!DOCTYPE" in part.read(2000):
                    _refuse(file, say("holds XML with definitions of its own, as no Excel file does: not "
                                      "opened"))


def _book(content: bytes, file: str, values: bool) -> Any:
    """The workbook, with the values of formulas or with the formulas themselves."""
    try:
        import openpyxl
    except ImportError:
        _refuse(file, say("Excel files need openpyxl: pip install 'kubesim[excel]', or save the file as CSV"))
    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    except DAMAGE:
        _refuse(file, say("is a damaged Excel file: open it in Excel and save it again"))


def _sheet(book: Any, wanted: str, headings: Sequence[str], file: str) -> tuple[Any, list[str]]:
    """The sheet that is read, and what to say of it; raises ScenarioError when there is none."""
    sheets = {found.title: found for found in book.worksheets}
    if wanted:
        if wanted not in sheets:
            _refuse(file, say("has no sheet '{sheet}'; it has: {names}", sheet=wanted,
                              names=listed(list(sheets)))
                    + did_you_mean(wanted, sheets))
        return sheets[wanted], [say("read from sheet '{sheet}'", sheet=wanted)]
    shown = [found for found in sheets.values() if found.sheet_state == "visible"]
    tables = [found for found in shown if _holds_a_table(found, headings, file)]
    if not tables:
        _refuse(file, say("no sheet holds a table with headings; it has: {names}",
                          names=listed(list(sheets))))
    notes = []
    if len(sheets) > 1:
        others = [title for title in sheets if title != tables[0].title]
        notes.append(say("read from sheet '{sheet}'; other sheets: {others} (choose with --sheet, or 'sheet')",
                         sheet=tables[0].title, others=listed(others)))
    return tables[0], notes


def _holds_a_table(sheet: Any, headings: Sequence[str], file: str) -> bool:
    """Whether there are headings and two cells below them among a sheet's first rows."""
    top = [row for row, _ in zip(_cells(sheet, file), range(60))]
    try:
        head = find_heading(top, headings, file)
    except ScenarioError:
        return False
    return sum(cell != "" for row in top[head.below:] for cell in row) >= 2


def _parts(packed: zipfile.ZipFile, sheet: Any) -> SheetParts:
    """Whether a sheet has formulas, and its vertical merges, off its XML."""
    formulas, merged, tail = False, [], b""
    with packed.open(sheet._worksheet_path.lstrip("/")) as part:
        while block := part.read(1 << 22):
            block, whole = tail + block, tail + block
            formulas = formulas or bool(_FORMULA.search(whole))
            for first, top, last, bottom in _MERGE.findall(block):
                if first == last and top != bottom:
                    merged.append((_place(first.decode()), int(top), int(bottom)))
            tail = block[-64:]
    return SheetParts(formulas, sorted(set(merged)))


def _place(letters: str) -> int:
    place = 0
    for sign in letters:
        place = 26 * place + ord(sign) - 64
    return place


def _cells(sheet: Any, file: str) -> Iterator[list[Any]]:
    """The cells of each row, blank ones too: text, number, ``Odd``, or empty text."""
    sheet.reset_dimensions()            # what it says of its size may be wrong, or a trap
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if len(row) > WIDEST and any(cell is not None for cell in row[WIDEST:]):
            _refuse(file, say("has cells beyond column {letter}: at most {most:,} columns are read",
                              letter=letter(WIDEST), most=WIDEST))
        if number > MOST_ROWS:
            return
        yield [_cell(cell) for cell in row[:WIDEST]]


def _cell(held: Any) -> Any:
    if held is None:
        return ""
    kind = type(held)
    if kind is str:
        return Odd(WRONG_VALUE) if held.startswith("#") and held in (
            "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!") else held
    if kind in (int, float):
        return held
    if kind is bool:
        return "TRUE" if held else "FALSE"
    return Odd(DATE) if isinstance(held, (date, time, timedelta)) else str(held)


def _calculated(rows: Iterator[list[Any]], formulas: Any) -> Iterator[list[Any]]:
    """Rows in which a formula without a value is told from an empty cell."""
    formulas.reset_dimensions()
    for row, written in zip(rows, formulas.iter_rows()):
        yield [Odd(NO_VALUE) if cell == "" and getattr(formula, "data_type", "n") == "f" else cell
               for cell, formula in zip(row, written)]


def _unpasted(rows: Iterator[list[Any]], notes: list[str]) -> Iterator[list[Any]]:
    """Rows as they were before a CSV file was opened with the wrong separator: each whole row in its first cell."""
    top = list(islice(rows, TOP))
    rows = chain(top, rows)
    lines = [str(row[0]) for row in top if row and row[0] != ""]
    if len(lines) < 2 or any(cell != "" for row in top for cell in row[1:]):
        return rows
    delimiter = delimiter_of(lines)
    if min(line.count(delimiter) for line in lines) < LEAST_CUTS:
        return rows
    notes.append(say("each row stands in one cell, as of a CSV file; cut at {delimiter}", delimiter=delimiter))
    return (next(csv.reader([str(row[0])], delimiter=delimiter), [""]) if row else row for row in rows)


def _refuse(file: str, rule: str) -> NoReturn:
    raise ScenarioError(first_lines([f"{file}: {rule}"], 1, file))
