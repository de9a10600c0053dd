"""CSV and its kin: encoding and delimiter are read off the file, and said."""

from __future__ import annotations

import csv
import io
import re
from typing import Iterator, Sequence

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.framing import framed
from kubesim.people.table_file import FileTable

DELIMITERS = ("\t", ";", "|", ",")
"""Tried in this order; a comma may also be a decimal one, so it comes last."""
SAMPLE = 60
NAMES = {"\t": "tab", ";": ";", "|": "|", ",": ","}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def delimited_table(content: bytes, file: str, sha256: str, headings: Sequence[str]) -> FileTable:
    """The table of a text file; raises ScenarioError with a line for each fault."""
    text, notes = _decoded(content, file)
    first = text.readline()
    said = _SEPARATOR_LINE.fullmatch(first.strip())
    text.seek(0)
    delimiter = said[1] if said else delimiter_of([line for _, line in zip(range(SAMPLE), text)])
    text.seek(0)
    if delimiter != ",":
        notes.append(say("cells are separated by {delimiter}", delimiter=NAMES.get(delimiter, delimiter)))
    rows = _rows(text, delimiter, file)
    if said:
        next(rows)
    return framed(rows, file, sha256, headings, delimiter, notes)


def _decoded(content: bytes, file: str) -> tuple[io.TextIOWrapper, list[str]]:
    """The text of a file and how it was decoded; raises ScenarioError when it is no text."""
    encoding, notes = "utf-8-sig", []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content[1:2000:2].count(0) > 0.8 * len(content[1:2000:2]):
        encoding = "utf-16-le"
    elif content[:2000:2].count(0) > 0.8 * len(content[:2000:2]):
        encoding = "utf-16-be"
    elif not _is_in(content, "utf-8"):
        encoding = "cp1252"
    if encoding == "cp1252":
        notes.append(say("read as Windows-1252, not being UTF-8"))
    elif encoding != "utf-8-sig":
        notes.append(say("read as UTF-16"))
    if not _is_in(content, encoding):
        raise ScenarioError(say("{file}: is no text that can be read: save it as CSV (UTF-8)", file=file))
    zero = content.find(b"\0") if not encoding.startswith("utf-16") else -1
    if zero >= 0:
        raise ScenarioError(say("{file}: line {line} holds a zero byte, which is no text: save it again as "
                                "CSV "
                                "(UTF-8)", file=file, line=content.count(b"\n", 0, zero) + 1))
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline=""), notes


def _is_in(content: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding."""
    try:
        for _ in io.TextIOWrapper(io.BytesIO(content), encoding, newline=""):
            pass
    except UnicodeError:
        return False
    return True


def delimiter_of(lines: list[str]) -> str:
    """What separates the cells of these lines: what cuts a line of words into most cells, and most lines so."""
    def strength(delimiter: str) -> tuple[int, int]:
        rows = _cells(lines, delimiter)
        widths = [len(row) for row in rows if sum(map(bool, row)) > 1]
        if not widths:
            return 0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        words = [sum(bool(cell) and not cell[0].isdigit() for cell in row) for row in rows
                 if not any(re.match(r"\d+[.,]\d", cell) for cell in row)]
        return min(max(words, default=0), usual), usual
    strengths = {delimiter: strength(delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: strengths[delimiter])      # the first of equals
    return best if strengths[best][1] > 1 else ","


def _cells(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return [line.strip().split(delimiter) for line in lines]


def _rows(text: io.TextIOWrapper, delimiter: str, file: str) -> Iterator[list[str]]:
    """The cells of each row, blank ones too; raises ScenarioError at the first broken quote."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    row, line = 0, 1
    while True:
        row, line = row + 1, reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            rule = (say("a quote is opened here and never closed") if "end of data" in str(error)
                    or "field larger" in str(error) else say("a quote is not closed before the next cell"))
            raise ScenarioError(say("{file}: row {row} (line {line}): {rule}; a quote inside a text is "
                                    "written "
                                    "twice", file=file, row=row, line=line, rule=rule)) from None
        if cells is None:
            return
        yield cells
