"""Excel files: values of formulas, dates that were numbers, sheets, merged cells, and what only looks like Excel."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest

from kubesim.people.amounts import numbers_of
from test_table_file import cells, fault, folder, read         # noqa: F401


def workbook(*rows: tuple, sheet: str = "Data", **others: tuple) -> bytes:
    """An Excel file; ``others`` are further sheets by name."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for name, lines in others.items():
        made = book.create_sheet(name)
        for row in lines:
            made.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


# -- Excel -------------------------------------------------------------------------------------
def test_excel_numbers_dates_errors_and_text_stay_what_they_are():
    table = read(workbook(("jml_art", "pengeluaran"), (4, 1.25), (datetime.date(2024, 3, 4), "1.250"),
                          ("#REF!", True)), "a.xlsx")
    persons, spending = table.columns
    assert numbers_of(persons).values[0] == 4 and set(numbers_of(persons).wrong) == {1, 2}
    assert "is a date" in numbers_of(persons).wrong[1] and "error of Excel's" in numbers_of(persons).wrong[2]
    assert numbers_of(spending, money=True).values[:2].tolist() == [1.25, 1250]


def test_a_formula_counts_by_its_value_and_without_one_is_a_fault():
    content = workbook(("jml_art", "kube"), ("=2+2", "A"), (5, "B"))
    wrong = numbers_of(read(content, "a.xlsx").columns[0]).wrong
    assert list(wrong) == [0] and "a formula without a value" in wrong[0]
    packed = zipfile.ZipFile(io.BytesIO(content))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as out:                 # as Excel saves it: with the value that it found
        for part in packed.namelist():
            out.writestr(part, packed.read(part).replace(b"<v></v>", b"<v>4</v>").replace(b"<v />",
                                                                                          b"<v>4</v>"))
    table = read(kept.getvalue(), "c.xlsx")
    assert numbers_of(table.columns[0]).values.tolist() == [4, 5]


def test_text_that_looks_like_a_formula_never_runs_and_stays_text():
    book = openpyxl.Workbook()
    book.active.append(("kube", "jml_art"))
    book.active.append(("=cmd|' /C calc'!A0", 4))
    book.active["A2"].data_type = "s"
    assert cells(read(saved(book), "a.xlsx")) == ["=cmd|' /C calc'!A0"]


def test_the_sheet_that_holds_a_table_is_read_and_said():
    content = workbook(("Catatan",), Data2=(("jml_art", "kube"), (4, "A")),
                       Lain=(("jml_art", "kube"), (9, "B")))
    table = read(content, "a.xlsx")
    assert cells(table) == ["4"]
    assert "read from sheet 'Data2'; other sheets: Data, Lain (choose with --sheet, or 'sheet')" in table.notes
    assert cells(read(content, "a.xlsx", sheet="Lain")) == ["9"]
    assert fault(content, "a.xlsx", sheet="lain") == ("a.xlsx: has no sheet 'lain'; it has: Data, Data2, "
                                                      "Lain; did you mean "
                                                      "'Lain'?")


def test_a_cell_merged_over_a_group_counts_for_all_its_rows():
    book = openpyxl.Workbook()
    for row in (("Nama KUBE", "jml_art"), ("Mawar", 4), (None, 5), (None, 3), ("Melati", 2), (None, 6)):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    assert cells(read(saved(book), "a.xlsx")) == ["Mawar", "Mawar", "Mawar", "Melati", None]


def test_a_zip_bomb_in_excel_clothing_is_not_opened():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", "<workbook/>")
        out.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    assert "as no table does: not opened" in fault(kept.getvalue(), "a.xlsx")


def test_a_sheet_that_says_it_is_huge_is_read_by_its_cells():
    book = openpyxl.Workbook()
    book.active.append(("jml_art", "kube"))
    book.active.append((4, "A"))
    book.active.cell(200, 1, 5)
    assert cells(read(saved(book), "a.xlsx")) == ["4", "5"]
    book.active.cell(3, 16_000, "far")
    assert "has cells beyond column ALL: at most 1,000" in fault(saved(book), "a.xlsx")


@pytest.mark.parametrize("parts, line", [
    ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
    ({"xl/workbook.bin": b"x"}, "binary Excel file"), ({"list.csv": b"a;b"}, "packed and no Excel file"),
    ({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>"}, "definitions of its own"),
    ({"xl/workbook.xml": b"<workbook"}, "damaged Excel file")])
def test_packed_files_that_are_no_workbook_are_told(parts, line):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    assert line in fault(kept.getvalue(), "a.xlsx")


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.95])
def test_a_cut_workbook_is_told_as_damaged(cut):
    content = workbook(("jml_art", "kube"), *[(4, f"A{row}") for row in range(300)])
    assert "damaged" in fault(content[:int(cut * len(content))], "a.xlsx")


def test_without_openpyxl_the_remedy_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    line = fault(workbook(("a", "b"), (1, 2)), "a.xlsx")
    assert line == "a.xlsx: Excel files need openpyxl: pip install 'kubesim[excel]', or save the file as CSV"


def test_a_csv_that_was_pasted_into_one_column_is_cut_at_its_separators():
    """Each row whole in its first cell, as Excel shows a file opened with the wrong separator."""
    content = workbook(("Nama Kecamatan;jml_art;kube",), ('"Utara; kota";4;A',), ("Barat;5;B",))
    table = read(content, "a.xlsx")
    assert [column.heading for column in table.columns] == ["Nama Kecamatan", "jml_art", "kube"]
    assert table.columns[0].text.to_pylist() == ["Utara; kota", "Barat"]
    assert "each row stands in one cell, as of a CSV file; cut at ;" in table.notes
    plain = read(workbook(("kecamatan", "jml_art"), ("Utara; kota; barat", 4)), "b.xlsx")
    assert len(plain.columns) == 2
