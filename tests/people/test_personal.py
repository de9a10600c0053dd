"""Nothing of a person is kept or shown, whatever is wrong with the file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.errors import ScenarioError
from kubesim.people.columns import Columns, Money
from kubesim.people.personal import personal_columns
from kubesim.people.proposal import Wishes, propose_file
from kubesim.people.register_file import read_roll
from kubesim.people.table_file import read_table
from kubesim.people.telling import shown
from offices import DISTRICTS, MAPPED, PIECES, SECRETS, USEFUL, as_csv, office_rows

@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)


def all_said(text: str) -> str:
    """All that is told when a file is proposed, and when it is read with the right mapping."""
    Path("r.csv").write_text(text)
    told = ""
    for make in (lambda: propose_file("r.csv", Wishes(columns={})), lambda: read_roll(
            "r.csv", "", MAPPED, Money(), "register", DISTRICTS)):
        try:
            told += repr(make())
        except ScenarioError as wrong:
            told += str(wrong)
    return told


def leaks(told: str) -> list[str]:
    return [piece for piece in PIECES if piece.lower() in told.lower()]


# -- which columns -----------------------------------------------------------------------------
def personal(text: str) -> set[str]:
    """Headings of the columns that are taken for personal ones."""
    Path("r.csv").write_text(text)
    table = read_table("r.csv")
    found = personal_columns(table.columns)
    return {column.heading for column in table.columns if column.place in found}


def test_headings_betray_what_is_personal():
    assert personal(as_csv(office_rows())) == set(SECRETS)


def test_cells_betray_it_under_any_heading():
    names = dict(zip([*SECRETS], "abcdefghij"))
    rows = [{names.get(heading, heading): cell for heading, cell in row.items()} for row in office_rows()]
    assert personal(as_csv(rows)) == set("abcdefgij")       # but the date of birth, which is not read as anything


@pytest.mark.parametrize("heading, cells", [
    ("pengeluaran", [f"{400 + at}.000" for at in range(20)]),
    ("kode_desa", [f"63710100{at:02d}" for at in range(20)]),
    ("ln_total", [f"{at}.136491" for at in range(20)]), ("nama kube", ["Mawar", "Melati"] * 10),
    ("kecamatan", [f"Nur {letter}" for letter in "abcdefghijklmnopqrst"]), ("tahun", ["1985"] * 20),
    ("pekerjaan", ["buruh tani", "pedagang"] * 10)])
def test_other_columns_are_left_alone(heading, cells):
    assert personal(as_csv([{"jml_art": "4", heading: cell} for cell in cells])) == set()


@pytest.mark.slow
def test_what_the_command_tells_and_writes_holds_nothing_personal(capsys):
    Path("r.csv").write_text(as_csv(office_rows()))
    assert main(["population", "r.csv", "-o", "s.yaml", "--households", "60"]) == 0
    told = "".join(capsys.readouterr())
    assert "dropped, never kept or shown: column A (NIK) looks like identity numbers (NIK)" in told
    assert "dropped, never kept or shown: column D (Alamat) looks like addresses" in told
    assert leaks(told + Path("s.yaml").read_text()) == []


# -- whatever is wrong -------------------------------------------------------------------------
@pytest.mark.parametrize("target", USEFUL)
@pytest.mark.parametrize("secret", [*SECRETS])
def test_a_secret_in_the_wrong_cell_is_never_shown(target, secret):
    rows = office_rows()
    rows[0][target] = SECRETS[secret]
    told = all_said(as_csv(rows))
    assert leaks(told) == []


def test_rows_that_slipped_by_some_columns_are_never_shown():
    luck = random.Random(1)
    for _ in range(6):
        rows, headings = office_rows(), list(office_rows()[0])
        luck.shuffle(headings)
        lines = as_csv(rows, headings).splitlines()
        by = luck.randrange(1, 10)
        cells = lines[1].split(";")
        lines[1] = ";".join(cells[by:] + cells[:by])
        assert leaks(all_said("\n".join(lines) + "\n")) == []


def test_a_file_without_headings_shows_no_household():
    lines = as_csv(office_rows()).splitlines()
    assert leaks(all_said("\n".join(lines[1:]))) == []
    words = [f"{row['Nama']};{row['Nama KUBE']};{row['Kecamatan']}" for row in office_rows()]
    assert leaks(all_said("\n".join(words))) == []


def test_shared_numbers_and_repeated_rows_are_told_by_row_only():
    rows = office_rows()
    rows[5]["NIK"] = SECRETS["NIK"]
    told = all_said(as_csv(rows))
    assert "r.csv: row 7, column A (NIK): the same as in row 2, but the rows differ" in told
    assert leaks(told) == []


@pytest.mark.parametrize("word", ["persons", "spending", "decile", "district", "group", "cluster"])
@pytest.mark.parametrize("heading", ["NIK", "Alamat", "No HP", "Nama"])
def test_a_personal_column_can_only_be_mapped_where_it_becomes_a_code(word, heading):
    Path("r.csv").write_text(as_csv(office_rows()))
    if (word, heading) in (("group", "Nama"), ("cluster", "NIK"), ("cluster", "Alamat"),
                           ("cluster", "No HP"), (
            "cluster", "Nama")):
        roll = read_roll("r.csv", "", Columns(**{word: heading}), Money(), "register", DISTRICTS)
        assert leaks(repr(roll)) == []
        return
    with pytest.raises(ScenarioError, match="which are never read") as told:
        read_roll("r.csv", "", Columns(**{word: heading}), Money(), "register", DISTRICTS)
    assert leaks(str(told.value)) == []


@pytest.mark.parametrize("cell", ["6371014505850003", "081348123456", "Siti", "05.05.1985", "05-05-1985",
                                  "-3.3186067",
                                  "3305555", "siti@surel.id", "=A1", ""])
def test_a_cell_that_could_be_personal_is_not_shown(cell):
    assert shown(cell) == ""


@pytest.mark.parametrize("cell", ["45", "-500000", "Rp 1.250.000", "1.250.000,50", "4,5", "12 %"])
def test_a_short_number_is_shown(cell):
    assert shown(cell) == cell
