"""Odd files: each is read as its office meant it, or refused in one clear line."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubesim.errors import ScenarioError
from kubesim.people import table_file
from kubesim.people.amounts import numbers_of
from kubesim.people.table_file import FileTable, read_table

PLAIN = "jml_art;pengeluaran;kube\n4;650.000;Mawar\n5;1.250.000;Mélati\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(content: str | bytes, name: str = "a.csv", **how) -> FileTable:
    """The table of a file with such content."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(name, **how)


def cells(table: FileTable, place: int = 0) -> list[Any]:
    return table.columns[place].words().to_pylist()


def headings(table: FileTable) -> list[str]:
    return [column.heading for column in table.columns]


def fault(content: str | bytes, name: str = "a.csv", **how) -> str:
    """The one line about a file that cannot be read."""
    with pytest.raises(ScenarioError) as told:
        read(content, name, **how)
    [line] = told.value.faults
    return line


# -- text files --------------------------------------------------------------------------------
@pytest.mark.parametrize("content, note", [
    (PLAIN.encode(), ""), (b"\xef\xbb\xbf" + PLAIN.encode(), ""), (PLAIN.encode("utf-16"), "read as UTF-16"),
    (PLAIN.encode("utf-16-le"), "read as UTF-16"), (PLAIN.encode("utf-16-be"), "read as UTF-16"),
    (PLAIN.encode("cp1252"), "read as Windows-1252, not being UTF-8"),
    (PLAIN.replace("\n", "\r\n").encode(), ""), (PLAIN.replace("\n", "\r").encode(), "")])
def test_encodings_and_line_ends(content, note):
    table = read(content)
    assert headings(table) == ["jml_art", "pengeluaran", "kube"]
    assert cells(table, 2) == ["Mawar", "Mélati"] and table.row.tolist() == [2, 3]
    assert (note in table.notes) == bool(note)


@pytest.mark.parametrize("delimiter, said", [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|")])
def test_delimiters(delimiter, said):
    table = read(PLAIN.replace(";", delimiter))
    assert len(table.columns) == 3 and table.delimiter == delimiter
    assert any(said in note for note in table.notes) or delimiter == ","


def test_a_decimal_comma_is_no_delimiter():
    table = read("kab;p0;p1\nBanjar;2,74;0,23\nTapin;2,90;0,31\n")
    assert numbers_of(table.columns[1]).values.tolist() == [2.74, 2.9]


def test_a_line_that_tells_excel_the_delimiter_is_obeyed():
    table = read("sep=|\njml_art|kube\n4|a;b\n")
    assert cells(table, 1) == ["a;b"] and table.row.tolist() == [2]     # Excel does not show that line


def test_titles_blank_lines_and_footnotes_are_no_households():
    table = read("DAFTAR PENERIMA KUBE "
                 "2024\n\njml_art;pengeluaran;kube\n4;650000;A\n\n5;700000;B\n;;\nJumlah;1350000;\n"
                 "Sumber: Dinas Sosial\nKeterangan: sementara\n")
    assert headings(table) == ["jml_art", "pengeluaran", "kube"]
    assert table.row.tolist() == [4, 6] and cells(table) == ["4", "5"]
    assert "sums, sources and signatures left out: rows 8, 9, 10" in table.notes


def test_a_signature_below_the_table_is_left_out_and_never_shown():
    table = read("no;jml_art;pengeluaran;kube;desil\n1;4;650000;A;1\n2;5;700000;B;2\n\n;;;Kepala "
                 "Dinas;\n;;;;\n;;;Siti Aminah;\n"
                 ";;;NIP 19700101;\n")
    assert table.row.tolist() == [2, 3]
    assert "Siti" not in " ".join(table.notes)


def test_headings_of_two_rows_are_joined():
    table = read("Kabupaten/Kota;P0;;P1;\n;2023;2024;2023;2024\n(1);(2);(3);(4);(5)\nTapin;3,1;3,0;0,4;0,3\n")
    assert headings(table) == ["Kabupaten/Kota", "P0 2023", "P0 2024", "P1 2023", "P1 2024"]
    assert table.row.tolist() == [4]


def test_empty_columns_are_left_out_and_said():
    table = read("jml_art;kosong;;kube\n4;;;A\n5;;;B\n")
    assert headings(table) == ["jml_art", "kube"] and [column.place for column in table.columns] == [1, 4]
    assert "empty columns left out: B" in table.notes


@pytest.mark.parametrize("content, line", [
    ("", "a.csv: is empty"), ("\n \n", "a.csv: is empty"), ("a;b\n", "a.csv: holds headings but no rows"),
    ("1;2;3\n4;5;6\n", "a.csv: no row of headings was found: the first row of the table must say what its "
                       "columns hold, as in "
                       "'jumlah anggota;pengeluaran;kelompok'"),
    ("a;b\n1;2\n3;4;5\n", "a.csv: row 3 has more cells than the 2 of the heading: a text that holds the "
                          "delimiter, or a decimal "
                          "comma, must stand in quotes"),
    ("a;b;c\n1;2;3\n3;4\n5;6;7\n", "a.csv: row 3 has fewer cells than the 3 of the heading"),
    ('a;b\n1;"2\n3;4\n', "a.csv: row 2 (line 2): a quote is opened here and never closed; a quote inside a "
                         "text is written "
                         "twice"),
    ('a;b\n1;2\n"x"y;4\n', "a.csv: row 3 (line 3): a quote is not closed before the next cell; a quote "
                           "inside a text is "
                           "written twice"),
    (b"a;b\n1;2\n3;\x004\n",
     "a.csv: line 3 holds a zero byte, which is no text: save it again as CSV (UTF-8)"),
    (b"a;b\n1;\x81\x8d\n", "a.csv: is no text that can be read: save it as CSV (UTF-8)"),
    (b"%PDF-1.7\n...", "a.csv: is a PDF: ask for the table as Excel or CSV"),
    (b"<html><table><tr><td>1</td></tr></table>", "a.csv: is a web page (HTML), whatever its name says: open "
                                                  "it in Excel and "
                                                 "save it as .xlsx"),
    (b'<?xml version="1.0"?><Workbook/>', "a.csv: is XML: open it in Excel and save it as .xlsx"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.csv: is an old Excel file (.xls): save it as .xlsx or CSV"),
    (b"\x1f\x8b\x08", "a.csv: is packed: unpack it first"), ('{"a": 1}', "a.csv: is JSON: save it as CSV, a "
                                                                         "row a household"),
])
def test_what_cannot_be_read_is_told_in_one_line(content, line):
    assert fault(content) == line


def test_a_locked_workbook_is_told():
    assert "protected by a password" in fault(b"\xd0\xcf\x11\xe0" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"))


def test_a_text_file_has_no_sheets():
    assert fault(PLAIN, sheet="Data") == "a.csv: has no sheets, being a text file; leave 'sheet' empty"


@pytest.mark.parametrize("make, line", [
    (lambda path: path.mkdir(), "is a folder, not a file"), (os.mkfifo, "is not an ordinary file"),
    (lambda path: None, "file not found; did you mean 'a.csv'?")])
def test_what_is_no_file_is_told(make, line):
    Path("a.csv").write_text(PLAIN)
    make(Path("a.cvs"))
    with pytest.raises(ScenarioError, match=f"^a.cvs: {line}".replace("?", r"\?")):
        read_table("a.cvs")


def test_a_file_that_may_not_be_read_is_told(monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")
    Path("a.csv").write_text(PLAIN)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ScenarioError, match="^a.csv: cannot be read: permission denied$"):
        read_table("a.csv")


def test_a_file_beyond_measure_is_not_read(monkeypatch):
    monkeypatch.setattr(table_file, "LARGEST", 10)
    assert fault(PLAIN) == "a.csv: file is 0 MB: at most 0 MB"


def test_a_quoted_line_break_counts_as_one_row():
    table = read('jml_art;alamat;kube\n4;"Jl. A\nRT 3";A\n5;Jl. B;B\n')
    assert table.row.tolist() == [2, 3] and cells(table, 2) == ["A", "B"]


# -- Parquet -----------------------------------------------------------------------------------
def test_parquet_is_read_with_its_own_types():
    made = pa.table({"persons": pa.array([4, None], pa.int8()),
                     "kube": pa.array(["A", " "]).dictionary_encode(),
                     "born": pa.array([datetime.date(1970, 1, 1), None]), "ok": [True, False],
                     "list": [[1], [2]]})
    pq.write_table(made, "a.parquet")
    table = read_table("a.parquet")
    assert headings(table) == ["persons", "kube", "born", "ok"] and table.row.tolist() == [2, 3]
    assert cells(table) == ["4", None] and cells(table, 1) == ["A", None]
    assert "columns of lists or bytes are left out: list" in table.notes
    assert fault(Path("a.parquet").read_bytes()[:-30], "b.parquet") == "b.parquet: is a damaged Parquet file"


# -- a million rows ----------------------------------------------------------------------------
@pytest.mark.slow
def test_a_million_rows_are_read_in_less_than_fifteen_seconds():
    from time import process_time
    line = "{0};6371010101{0:06d};Siti {0};4;650.000;{1};Jl. Mawar {0};Banjarmasin Utara;ya;3\n"
    with open("a.csv", "w") as out:
        out.write("id;nik;nama;jml_art;pengeluaran;kube;alamat;kecamatan;lantai;desil\n")
        out.writelines(line.format(row, row // 10) for row in range(1_000_000))
    begun = process_time()
    table = read_table("a.csv")
    values = numbers_of(table.columns[4], money=True).values
    assert process_time() - begun < 15
    assert len(table) == 1_000_000 and (values == 650_000).all() and np.array_equal(table.row,
                                                                                    np.arange(2, 1_000_002))


# -- whatever is in it -------------------------------------------------------------------------
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(alphabet='a;,\t\n"1.0é|=', max_size=80).map(str.encode)))
def test_any_bytes_are_a_table_or_told(content):
    Path("x.csv").write_bytes(content)
    try:
        table = read_table("x.csv")
        assert len(table) == len(table.row) > 0 and all(len(column.text) == len(table) for column in table.columns)
    except ScenarioError as told:
        assert told.faults and all(line.startswith("x.csv: ") for line in told.faults)
