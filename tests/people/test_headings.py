"""What is read off headings and values: the mapping, why, what is left open, and how money is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kubesim.people.columns import Columns
from kubesim.people.headings import Guessed, guess_columns
from kubesim.people.money_guess import MoneyGuess, guess_money
from kubesim.people.personal import personal_columns
from kubesim.people.table_file import FileTable, read_table
from offices import as_csv, office_rows

LINE = 457_222.0
VALUES = {
    "persons": ["4", "5", "2", "6"], "workers": ["1", "2", "0", "1"],
    "spending": ["650000", "700000", "720000", "900000"],
    "income": ["650000", "700000", "720000", "900000"], "decile": ["1", "2", "3", "4"],
    "group": ["A", "A", "B", "B"],
    "companion": ["Budi", "Budi", "Ani", "Ani"], "district": ["Utara", "Utara", "Barat", "Barat"],
    "weight": ["120,5", "80,25", "99", "101"], "cluster": ["11", "11", "12", "12"],
    "stratum": ["1", "1", "2", "2"],
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def table_of(**columns: list[str]) -> FileTable:
    """The table of a file with these columns; blanks in headings are written as two underlines."""
    rows = [dict(zip([name.replace("__", " ") for name in columns], cells))
            for cells in zip(*columns.values())]
    Path("r.csv").write_text(as_csv(rows))
    return read_table("r.csv")


def guess(table: FileTable, **given: str) -> Guessed:
    return guess_columns(table, personal_columns(table.columns), given)


@pytest.mark.parametrize("word, heading", [
    *[("persons", heading) for heading in (
        "Jumlah Anggota Keluarga", "jml_art", "JML ART", "Jumlah ART", "jumlah_jiwa", "hhsize",
        "household_size", "Family size",
        "Jumlah anggota rumah tangga", "R301", "Banyaknya anggota", "jml jiwa dalam kk")],
    *[("workers", heading) for heading in ("Jumlah ART bekerja", "Anggota Bekerja", "jml_pekerja", "workers",
                                           "Jumlah yang bekerja")],
    *[("spending", heading) for heading in (
        "Pengeluaran per kapita", "pengeluaran_perkapita", "Total pengeluaran rumah tangga sebulan",
        "EXPEND", "kapita",
        "konsumsi per kapita per bulan", "ln_total_expenditure", "per capita expenditure",
        "Pengeluaran per Bulan (Rp)")],
    *[("income", heading) for heading in ("Penghasilan", "Pendapatan per bulan", "household income",
                                          "Pendapatan KK per bulan")],
    *[("decile", heading) for heading in ("Desil", "desil kesejahteraan", "Decile", "Desil Nasional",
                                          "desil_dtsen")],
    *[("group", heading) for heading in ("Nama KUBE", "KUBE", "nama_kelompok", "Kelompok", "Kode KUBE",
                                         "group name")],
    *[("companion", heading) for heading in ("Nama Pendamping", "pendamping", "Pendamping KUBE", "companion",
                                             "Fasilitator")],
    *[("district", heading) for heading in ("Kecamatan", "nama kecamatan", "Kab/Kota", "kabupaten_kota",
                                            "NMKAB", "District")],
    *[("weight", heading) for heading in ("FWT", "weight", "Penimbang", "WERT", "bobot rumah tangga",
                                          "WEIND")],
    *[("cluster", heading) for heading in ("PSU", "NKS", "wilcah", "commune", "cluster")],
    *[("stratum", heading) for heading in ("strata", "Stratum", "STRAT")]])
def test_usual_headings_are_known(word, heading):
    table = table_of(**{heading: VALUES[word], "catatan": ["a", "b", "c", "d"]})
    assert getattr(guess(table).columns, word) == heading


@pytest.mark.parametrize("heading, cells", [
    ("Jumlah anggota kelompok", VALUES["persons"]), ("Jumlah balita", VALUES["persons"]),
    ("Luas lantai", VALUES["persons"]),
    ("Pengeluaran makanan", VALUES["spending"]), ("Pengeluaran kesehatan", VALUES["spending"]),
    ("Sumber penghasilan", VALUES["group"]), ("Kelompok umur", VALUES["group"]),
    ("No HP pendamping", VALUES["persons"]),
    ("Jenis kelamin", VALUES["group"]), ("size", ["0,14", "2,5", "1,1", "3"])])
def test_headings_that_only_sound_alike_are_not_taken(heading, cells):
    assert guess(table_of(**{heading: cells, "catatan": ["a", "b", "c", "d"]})).columns == Columns()


def test_values_must_fit_the_heading_and_the_reason_is_said():
    guessed = guess(table_of(Desil=["10", "20", "35", "90"], jml_art=["12.5", "1.7", "3.2", "8.8"]))
    assert guessed.columns == Columns()
    assert "column A (Desil) is not taken as decile: its values are not 1 to 10 in whole numbers" in guessed.refused
    assert "column B (jml_art) is not taken as persons: its values are not 1 to 30 in whole numbers" in guessed.refused


def test_equally_likely_columns_are_shown_and_none_is_taken():
    guessed = guess(table_of(jml_art=["4", "5"], jumlah_jiwa=["4", "6"]))
    assert guessed.columns.persons == ""
    [tie] = guessed.ties
    assert tie.word == "persons" and [column.heading for column in tie.columns] == ["jml_art", "jumlah_jiwa"]


def test_what_was_said_is_not_guessed():
    guessed = guess(table_of(jml_art=["4", "5"], jumlah_jiwa=["4", "6"]), persons="JUMLAH JIWA")
    assert guessed.columns.persons == "jumlah_jiwa" and guessed.ties == ()


def test_of_areas_the_one_that_parts_the_rows_is_taken():
    both = table_of(Kabupaten=["Banjar"] * 4, Kecamatan=["A", "A", "B", "B"])
    assert guess(both).columns.district == "Kecamatan"
    assert guess(table_of(Kabupaten=["Banjar", "Banjar", "Tapin", "Tapin"],
                          Kecamatan=["A", "B", "C", "D"])).ties[0].word == (
        "district")


def test_housing_items_are_taken_where_their_words_are_clear():
    guessed = guess(table_of(jml_art=["4", "5"], Jenis__Lantai=["keramik", "tanah"],
                             Atap=["genteng", "rumbia"],
                             Sumber__Air__Minum=["1", "7"], Listrik=["ya", "tidak"]))
    assert guessed.columns.housing == ("Jenis Lantai", "Atap", "Listrik")
    assert any("Sumber Air Minum) is not taken as housing" in line for line in guessed.refused)


def test_personal_columns_are_never_taken_and_a_companions_names_are():
    rows = office_rows()
    for at, row in enumerate(rows):
        row["Pendamping"] = ("Siti Aminah", "Ahmad Yusuf")[at // 12]
    Path("r.csv").write_text(as_csv(rows))
    guessed = guess(read_table("r.csv"))
    assert guessed.columns == Columns(persons="Jumlah ART", spending="Pengeluaran per kapita",
                                      decile="Desil", group="Nama KUBE",
                                      companion="Pendamping", district="Kecamatan", housing=("Lantai Layak",))


# -- money -------------------------------------------------------------------------------------
def money_of(heading: str, amounts: np.ndarray, persons: np.ndarray | None = None, **how) -> MoneyGuess:
    cells = {heading.replace(" ", "__"): [f"{amount:.4f}" for amount in amounts]}
    if persons is not None:
        cells["jml_art"] = [str(count) for count in persons]
    table = table_of(**cells, catatan=["a"] * len(amounts))
    return guess_money(table, guess(table), LINE, **how)


PERSONS = np.array([1, 2, 3, 4, 5, 6, 7, 8] * 4)


@pytest.mark.parametrize("heading, per, months, times", [
    ("Pengeluaran per kapita sebulan", "person", 1, 1),
    ("Total pengeluaran rumah tangga sebulan", "household", 1, 1),
    ("Pengeluaran per kapita setahun", "person", 12, 1),
    ("Pengeluaran rumah tangga sebulan (ribu)", "household", 1, 1000)])
def test_a_heading_says_for_whom_and_for_how_long(heading, per, months, times):
    each = np.linspace(0.6, 1.6, 32) * LINE
    written = each * (PERSONS if per == "household" else 1) * months / times
    money = money_of(heading, written, PERSONS).money
    assert (money.per, money.months, money.times) == (per, months, times)


def test_totals_are_known_by_rising_with_persons():
    guessed = money_of("Pengeluaran", PERSONS * 700_000.0, PERSONS)
    assert guessed.money.per == "household"
    assert any("a guess: money is per household, as it rises with persons" in line for line in guessed.lines)
    assert money_of("Pengeluaran", 3e6 / PERSONS**0.6, PERSONS).money.per == "person"


def test_thousands_and_years_are_known_by_their_size():
    each = np.linspace(0.6, 1.6, 32) * LINE
    guessed = money_of("Pengeluaran per kapita", each / 1000)
    assert (guessed.money.months, guessed.money.times) == (1, 1000)
    assert any("a guess, by magnitude" in line for line in guessed.lines)
    assert money_of("Pengeluaran per kapita", each * 12).money.months == 12


def test_money_that_is_not_rupiah_is_told_and_counts_over_its_own_line():
    guessed = money_of("expenditure per capita", np.full(32, 0.02))
    assert not guessed.clear and any("--line" in line for line in guessed.lines)
    own = money_of("expenditure per capita", np.full(32, 0.02), own_line=0.019)
    assert own.money.line == 0.019 and own.clear


def test_nothing_is_claimed_where_nothing_shows_for_whom_money_is():
    guessed = money_of("Pengeluaran", np.full(32, 600_000.0))
    assert guessed.money.per == "person" and any("left open" in line for line in guessed.lines)


def test_groups_are_counted_over_the_whole_file_however_long():
    """6,000 rows in 200 clusters, of which the first 5,000 rows, on which guesses rest, hold 167."""
    rows = "\n".join(f"{4 + at % 3};{1000 + at // 30};{500000 + at}" for at in range(6000))
    Path("long.csv").write_text(f"jml_art;psu;pengeluaran\n{rows}\n")
    table = read_table("long.csv")
    guess = next(held for held in guess_columns(table, {}).guesses if held.word == "cluster")
    assert "200 different ones" in guess.why
