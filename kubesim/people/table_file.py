"""Tables as offices keep them: CSV, Excel or Parquet, read into columns with their true row numbers."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.reading.faults import did_you_mean

LARGEST = 600_000_000
"""Bytes that a file may have; a million households in CSV have about 100 million."""
MOST_ROWS = 5_000_000
DATE, NO_VALUE, WRONG_VALUE = 1, 2, 3
"""What a cell may hold instead of text or a number: a date, a formula without a value, an error of Excel."""


@dataclass(frozen=True)
class Column:
    """One column's cells below the heading; a cell is text, a number, odd, or empty."""

    heading: str
    place: int                      # 1 is A
    text: pa.Array                  # (rows,) null where the cell holds no text
    number: np.ndarray | None       # (rows,) what the file itself holds as a number, else NaN; None: none does
    odd: np.ndarray | None          # (rows,) DATE, NO_VALUE or WRONG_VALUE, else 0; None: all are 0

    def words(self) -> pa.Array:
        """Every cell as text, numbers without a needless point; null where empty or odd."""
        if self.number is None:
            return self.text
        held = ~np.isnan(self.number)
        numbers = np.where(held, self.number, 0.0)
        whole = np.abs(numbers) < 2**53
        whole &= numbers == np.floor(numbers)
        written = np.where(whole, numbers.astype(np.int64).astype(str), numbers.astype(str)).astype(object)
        written[~held] = None
        return pc.coalesce(self.text, pa.array(written, pa.string()))

    def is_filled(self) -> np.ndarray:
        """Which cells are not empty, (rows,) bool."""
        filled = pc.is_valid(self.text).to_numpy(zero_copy_only=False)
        if self.number is not None:
            filled |= ~np.isnan(self.number)
        return filled if self.odd is None else filled | (self.odd > 0)

    def take(self, keep: np.ndarray) -> "Column":
        """The cells of some rows; ``keep`` is (rows,) bool."""
        return Column(self.heading, self.place, self.text.filter(pa.array(keep)),
                      None if self.number is None else self.number[keep],
                      None if self.odd is None else self.odd[keep])


@dataclass(frozen=True)
class FileTable:
    """A table of a file: its headings, its cells, and how it was read."""

    file: str                       # its name without the folder
    sha256: str
    columns: tuple[Column, ...]
    row: np.ndarray                 # (rows,) int, row in the file counted from 1, blank ones too
    heading_row: int
    titles: tuple[str, ...]         # what stands above the heading
    delimiter: str                  # between the cells of a CSV file, else empty
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, keep: np.ndarray, *notes: str) -> "FileTable":
        """The table with some of its rows, (rows,) bool, and further notes."""
        return FileTable(self.file, self.sha256, tuple(column.take(keep) for column in self.columns),
                         self.row[keep], self.heading_row, self.titles, self.delimiter, (*self.notes, *notes))


def read_table(path: str | os.PathLike, sheet: str = "", headings: Sequence[str] = ()) -> FileTable:
    """Read the table of a file; ``headings`` are those that it must have, where they are known.

    CSV (also TSV, semicolons, bars), Excel (.xlsx) and Parquet are told apart by their content. Raises
    ScenarioError with a line for each fault.
    """
    path = Path(path)
    content = _content(path)
    sha256, name = hashlib.sha256(content).hexdigest(), path.name
    if content[:4] == b"PAR1":
        from kubesim.people.parquet import parquet_table
        return parquet_table(content, name, sha256)
    if content[:4] == b"PK\x03\x04":
        from kubesim.people.workbook import workbook_table
        return workbook_table(content, name, sha256, sheet, headings)
    _refuse_known(content, name)
    if sheet:
        raise ScenarioError(say("{file}: has no sheets, being a text file; leave 'sheet' empty", file=name))
    from kubesim.people.delimited import delimited_table
    return delimited_table(content, name, sha256, headings)


def _content(path: Path) -> bytes:
    """The bytes of a file; raises ScenarioError when it cannot be read."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            rule = (say("is a folder, not a file") if stat.S_ISDIR(found.st_mode)
                    else say("is not an ordinary file"))
            raise ScenarioError(f"{path.name}: {rule}")
        if found.st_size > LARGEST:
            raise ScenarioError(say("{file}: file is {size:,.0f} MB: at most {most:,.0f} MB", file=path.name,
                                    size=found.st_size / 1e6, most=LARGEST / 1e6))
        content = path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        near = did_you_mean(path.name, sorted(os.listdir(folder))) if folder.is_dir() else ""
        raise ScenarioError(f"{path.name}: " + say("file not found") + near) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ScenarioError(f"{path.name}: " + say("cannot be read: {reason}", reason=reason)) from None
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise ScenarioError(say("{file}: is empty", file=path.name))
    return content


def _refuse_known(content: bytes, file: str) -> None:
    """Raise ScenarioError for files of a kind that is known and cannot be read."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            _refuse(file, say("is protected by a password: save it without one (in Excel: File, Info, "
                              "Protect "
                              "Workbook, Encrypt with Password, empty)"))
        _refuse(file, say("is an old Excel file (.xls): save it as .xlsx or CSV"))
    if start.startswith(b"%pdf"):
        _refuse(file, say("is a PDF: ask for the table as Excel or CSV"))
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        _refuse(file, say("is a web page (HTML), whatever its name says: open it in Excel and save it as "
                          ".xlsx"))
    if start.startswith(b"<?xml"):
        _refuse(file, say("is XML: open it in Excel and save it as .xlsx"))
    if start.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"rar!")):
        _refuse(file, say("is packed: unpack it first"))
    if start.startswith((b"{", b"[{")):
        _refuse(file, say("is JSON: save it as CSV, a row a household"))


def _refuse(file: str, rule: str) -> NoReturn:
    raise ScenarioError(f"{file}: {rule}")
