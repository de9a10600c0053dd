"""Tables of districts as offices download them, and the scenario that a row becomes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kubesim.errors import ScenarioError
from kubesim.people.district_choice import find, joined
from kubesim.people.district_table import DistrictTable, read_district_table
from kubesim.people.district_words import PAPUA
from kubesim.people.places import KABUPATEN, KOTA, name_of, same_place

DATA = Path(__file__).parents[2].parent / "shared" / "data"
BPS = """Indeks Kemiskinan Menurut Kabupaten/Kota di Provinsi Kalimantan Selatan;;;;;;
Kabupaten/Kota;Persentase Penduduk Miskin (P0);;Indeks Kedalaman (P1);;Garis Kemiskinan (Rp);Penduduk Miskin (Ribu)
;2023;2024;2023;2024;2024;2024
(1);(2);(3);(4);(5);(6);(7)
Tanah Laut;4,02;3,51;0,44;0,30;650.188;12,50
Kab. Kotabaru;4,10;4,45;0,40;0,51;603.599;15,89
Kab Banjar;2,70;2,74;0,25;0,23;634.526;16,92
Kota Banjarmasin;4,63;4,58;0,60;0,52;740.000;33,20
Kota Banjar Baru;4,10;3,90;...;0,40;781.405;11,00
KALIMANTAN SELATAN;4,20;4,11;0,50;0,49;640.000;183,10
Catatan: Susenas Maret;;;;;;
Sumber: BPS;;;;;;
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str, name: str = "t.csv", **how) -> DistrictTable:
    Path(name).write_text(text, encoding="utf-8")
    return read_district_table(name, **how)


def figures(table: DistrictTable, name: str) -> dict[str, float]:
    return dict(find(table.rows, name).figures)


# -- names -------------------------------------------------------------------------------------
@pytest.mark.parametrize("one, other", [
    ("Kota Baru", "KOTABARU"), ("Kab. Kotabaru", "Kota Baru"), ("Tojo Una-una", "Kab. Tojo Una Una"),
    ("Toba Samosir", "Toba"),
    ("Pangkajene dan Kepulauan", "PANGKEP"), ("Kota Banjar Baru", "Kota Banjarbaru"),
    ("Kep. Seribu", "Kepulauan Seribu"),
    ("Kota Adm. Jakarta Pusat", "Kota Jakarta Pusat"), ("Kota Palangka Raya", "Kota Palangkaraya"),
    ("Fak-Fak", "Fakfak"),
    ("Labuhan Batu", "Labuhanbatu"), ("Toli-Toli", "Tolitoli"), ("Kota Pare-Pare", "Kota Parepare"),
    ("Limapuluh Kota", "Lima Puluh Kota"), ("Mahakam Hulu", "Mahakam Ulu"), ("Kota Bau Bau", "Kota Baubau"),
    ("Banjarmasin City", "Kota Banjarmasin"), ("Hulu Sungai Selatan*)", "hulu sungai selatan")])
def test_spellings_of_one_district_are_one_name(one, other):
    first, second = name_of(one), name_of(other)
    assert first.key == second.key and (not first.kind or not second.kind or first.kind == second.kind)


@pytest.mark.parametrize("one, other", [("Kota Bandung", "Kab. Bandung"), ("Kota Banjar", "Kota Banjarbaru"),
                                        ("Kotawaringin Barat", "Waringin Barat"), ("Puncak", "Puncak Jaya")])
def test_other_districts_are_other_names(one, other):
    assert name_of(one) != name_of(other)


def test_a_place_is_found_among_those_of_a_scenario():
    names = ["Banjarmasin Utara", "Kota Banjar", "Banjar"]
    assert [same_place(cell, names) for cell in ("Kec. banjarmasin utara", "BANJAR", "kota banjar",
                                                 "Kab. Banjar", "Tapin")] == [
        0, 2, 1, 2, -1]


# -- a table as it is downloaded ---------------------------------------------------------------
def test_a_table_with_merged_headings_years_and_footnotes():
    table = read(BPS)
    assert [row.name for row in table.rows] == ["Tanah Laut", "Kotabaru", "Banjar", "Kota Banjarmasin",
                                                "Kota Banjar Baru"]
    assert figures(table, "banjarbaru") == {"poverty_rate": 0.039, "poverty_gap": 0.004, "line": 781_405,
                                            "poor": 11_000}
    assert find(table.rows, "Kota Banjarmasin").year == 2024 and find(table.rows, "Kota Banjarmasin").row == 8
    assert "1 rows of provinces or the country left out" in table.notes


def test_an_earlier_year_is_read_when_it_is_said():
    assert figures(read(BPS, year=2023), "Tanah Laut")["poverty_rate"] == 0.0402
    assert "poverty_gap" not in figures(read(BPS, year=2023), "Kota Banjarbaru")


def test_years_as_a_column_and_figures_named_by_the_title():
    rows = read("kabupaten,tahun,p0_pct\nTapin,2023,3.1\nTapin,2024,2.9\nBanjar,2023,2.7\nBanjar,2024,2.74\n")
    assert figures(rows, "Tapin") == {"poverty_rate": 0.029} and "rows of 2024 are read" in rows.notes
    titled = read("Garis Kemiskinan Menurut Kabupaten "
                  "(Rupiah)\nWilayah;2023;2024\nTapin;540.000;562.504\nBanjar;1;634.526\n")
    assert figures(titled, "Tapin") == {"line": 562_504}


@pytest.mark.parametrize("heading, cells, expected", [
    ("P0", ("4,5", "12,3"), 0.045), ("headcount", ("0.045", "0.123"), 0.045),
    ("Persentase Penduduk Miskin", ("0,8", "0,9"), 0.008)])
def test_per_cent_and_shares_are_told_apart(heading, cells, expected):
    table = read(f"kabupaten;{heading}\nTapin;{cells[0]}\nBanjar;{cells[1]}\n")
    assert figures(table, "Tapin")["poverty_rate"] == pytest.approx(expected)


@pytest.mark.parametrize("heading, cell, name, expected", [
    ("Jumlah Penduduk (Ribu)", "198,28", "population", 198_280),
    ("Population", "198280", "population", 198_280),
    ("Rata-rata Pengeluaran per Kapita Sebulan (Rupiah)", "1.261.915", "spending", 1_261_915),
    ("mean expenditure (thousand)", "1,261.9", "spending", 1_261_900), ("Gini Ratio", "0,33", "gini", 0.33),
    ("Rata-rata Banyaknya Anggota Rumah Tangga", "3,8", "family_size", 3.8),
    ("Jumlah Rumah Tangga", "51.200", "households", 51_200),
    ("Indeks Keparahan Kemiskinan (P2)", "0,12", "poverty_severity", 0.0012)])
def test_figures_are_found_by_their_headings(heading, cell, name, expected):
    table = read(f"kabupaten;{heading}\nTapin;{cell}\nBanjar;{cell}\n")
    assert figures(table, "Tapin") == {name: pytest.approx(expected)}


def test_adjusted_spending_is_not_taken_for_mean_spending():
    table = read("kabupaten;Pengeluaran per Kapita Disesuaikan (Ribu Rupiah/Tahun);P0\nTapin;12.500;2,9\n")
    assert figures(table, "Tapin") == {"poverty_rate": 0.029}
    assert "adjusted for purchasing power" in " ".join(table.notes)


# -- which district ----------------------------------------------------------------------------
@pytest.mark.parametrize("name, line", [
    ("Banjarmasn", "--district Banjarmasn: the table has no such district; did you mean 'Kota Banjarmasin'?"),
    ("Banjarm", "--district Banjarm: the table has no such district; there is Kota Banjarmasin"),
    ("Kab. Tanah", "--district Kab. Tanah: the table has no such district; there is Tanah Laut"),
    ("Kab. Banjarmasin", "--district Kab. Banjarmasin: the table has no such district; there is Kota "
                         "Banjarmasin"),
    ("9999", "--district 9999: the table has no such district")])
def test_a_district_that_is_not_there_is_told(name, line):
    with pytest.raises(ScenarioError) as told:
        find(read(BPS).rows, name)
    assert told.value.faults == [line]


def test_a_name_of_two_districts_is_told():
    table = read("kab_kota;kode;p0\nBandung;3204;6,1\nKota Bandung;3273;3,9\n")
    with pytest.raises(ScenarioError, match="means several: Kabupaten Bandung, Kota Bandung"):
        find(table.rows, "Bandung")
    assert find(table.rows, "kota bandung").code == 3273 and find(table.rows, "3204").name == "Bandung"


def test_codes_from_before_papuas_new_provinces_are_read_as_todays():
    table = read("kode;kabupaten;p0\n9401;Merauke;10,1\n9107;Sorong;28,1\n9171;Kota "
                 "Sorong;15,0\n9400;Papua;26,0\n")
    assert [(row.name, row.code) for row in table.rows] == [("Merauke", 9501), ("Sorong", 9202),
                                                            ("Kota Sorong", 9271)]
    assert find(table.rows, "9401").name == "Merauke"
    assert "3 codes from before Papua's new provinces read as today's" in table.notes
    with pytest.raises(ScenarioError, match="row 2 .Merauke.: code 9402 is that of jayawijaya"):
        read("kode;kabupaten;p0\n9402;Merauke;10,1\n")


def test_each_of_papuas_codes_stands_for_one_district():
    now, before = [new for _, new in PAPUA.values()], [old for old, _ in PAPUA.values()]
    assert len(PAPUA) == 42 == len(set(now)) == len(set(before))


def test_a_district_twice_with_other_figures_is_told():
    with pytest.raises(ScenarioError, match="rows 2 and 3 are both Tapin and differ"):
        read("kab;p0\nTapin;2,9\nTapin;3,1\n")


def test_a_cell_that_cannot_be_read_is_told_only_when_its_district_is_wanted():
    table = read("kab;p0;garis kemiskinan\nTapin;banyak;562.504\nBanjar;2,7;634.526\nBalangan;5,1;12\n")
    assert find(table.rows, "Banjar").faults == ()
    assert "row 2, column B (p0): is text where a number is needed" in find(table.rows, "Tapin").faults[0]
    assert "must be a poverty line of Rp 100,000 to 5,000,000" in find(table.rows, "Balangan").faults[0]


def test_tables_of_the_same_districts_are_joined_by_name_and_code():
    first = read("kode;kab;p0\n6305;Tapin;2,9\n6371;Kota Banjarmasin;4,5\n", "a.csv")
    second = read("wilayah;garis kemiskinan\nKab. Tapin;562.504\nKota Banjarmasin;752.092\n", "b.csv")
    row = find(joined([first, second]).rows, "Tapin")
    assert dict(row.figures) == {"poverty_rate": 0.029, "line": 562_504} and row.code == 6305
    other = read("kode;kab;line poverty line\n6306;Tapin;562.504\n", "c.csv")
    with pytest.raises(ScenarioError, match="row 2 .Tapin.: its code is 6306, but 6305 in a.csv"):
        joined([first, other])


@pytest.mark.parametrize("text, line", [
    ("kab;luas\nTapin;12\n", "no column of districts' figures was found"),
    ("p0;p1\n1;2\n", "no column with names of districts")])
def test_what_is_no_table_of_districts_is_told(text, line):
    with pytest.raises(ScenarioError, match=line):
        read(text)


# -- real tables -------------------------------------------------------------------------------
real = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, BPS's tables as people put them on the "
                                                    "net, is not here")


@real
@pytest.mark.parametrize("file, provinces", [("districts_2025.csv", 0), ("districts_2021.csv", 0),
                                             ("poverty_line_2011_2025.csv", 38)])
def test_all_514_districts_of_a_real_table_are_found(file, provinces):
    table = read_district_table(DATA / file)
    assert len(table.rows) == 514 and all(not row.faults for row in table.rows)
    assert sum(row.key.kind == KOTA for row in table.rows) == 98 and sum(row.key.kind == KABUPATEN
                                                                         for row in table.rows) == 416
    assert any(f"{provinces} rows of provinces" in note for note in table.notes) == bool(provinces)
    for row in table.rows:
        assert find(table.rows, f"{row.key.kind} "
                                f"{row.name.removeprefix('Kota ') if row.key.kind == KOTA else row.name}") is row


@real
def test_real_tables_of_two_years_agree_on_every_district():
    tables = [read_district_table(DATA / file)
              for file in ("districts_2025.csv", "poverty_line_2011_2025.csv")]
    together = joined(tables)
    assert len(together.rows) == 514
    assert all(row.figures["line"] == find(tables[1].rows, str(row.code)).figures["line"]
               for row in tables[0].rows)


def mangled(rows: list[dict[str, str]]) -> str:
    """A real table as another office would send it: titles, prefixes, capitals, decimal commas, thousand points,
    provinces between the districts, sums and a source below."""
    lines = ["INDEKS KEMISKINAN 2025;;;;;", ";;;;;", "No;Wilayah;Kemiskinan;;;Garis Kemiskinan",
             ";;Persentase (P0);Kedalaman (P1);Keparahan (P2);(Rp/Kapita/Bulan)", "(1);(2);(3);(4);(5);(6)"]
    province = ""
    for at, row in enumerate(rows):
        if row["province"] != province:
            province = row["province"]
            lines.append(f";PROVINSI {province.upper()};9,99;1,11;0,22;600.000")
        plain = row["district"].removeprefix("Kota ") if row["type"] == "kota" else row["district"]
        name = (f"Kota {plain}", f"KOTA {plain.upper()}")[at % 2] if row["type"] == "kota" else (
            f"Kab. {plain}", f"KABUPATEN {plain.upper()}")[at % 2]
        cells = [row[key].replace(".", ",") for key in ("p0_pct", "p1_pct", "p2_pct")]
        line = f"{int(row['poverty_line_idr_per_capita_month']):,}".replace(",", ".")
        lines.append(";".join([str(at + 1), name, *cells, f"Rp {line},-"]))
    return "\n".join([*lines, ";INDONESIA;8,47;1,4;0,3;609.160", ";;;;;", "Sumber: BPS;;;;;"]) + "\n"


@real
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_mangled_table_says_the_same_of_every_district(encoding):
    with open(DATA / "districts_2025.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    Path("m.csv").write_bytes(mangled(rows).encode(encoding))
    table, clean = read_district_table("m.csv"), read_district_table(DATA / "districts_2025.csv")
    assert len(table.rows) == 514 and "39 rows of provinces or the country left out" in table.notes
    for held in clean.rows:
        same = find(table.rows, f"{held.key.kind} {held.name.removeprefix('Kota ')}" if held.key.key != "kotabaru"
                    else held.name)
        assert dict(same.figures) == {name: held.figures[name] for name in same.figures} and len(same.figures) == 4


def test_a_provinces_name_tells_its_districts():
    table = read("provinsi;kabupaten;P0\nKalimantan Selatan;Tapin;2,9\nKalimantan Selatan;Banjar;2,7\n"
                 "Kalimantan Timur;Paser;8,1\n")
    with pytest.raises(ScenarioError) as told:
        find(table.rows, "kalimantan selatan")
    assert told.value.faults == ["--district kalimantan selatan: the table has no such district; it is a province, of "
                                 "these districts: Tapin, Banjar"]


@pytest.mark.parametrize("heading, times", [
    ("Pengeluaran per kapita sebulan (Rp) Tahun 2025", 1.0), ("Pengeluaran per kapita tahun 2025 (Rp)", 1.0),
    ("Pengeluaran per kapita setahun (ribu rupiah)", 1000 / 12), ("Pengeluaran per kapita (juta Rp/tahun)", 1e6 / 12)])
def test_mean_spending_is_read_in_its_span_and_unit(heading, times):
    """A year after "tahun" says when, not for how long."""
    table = read(f"kabupaten;{heading};P0\nTapin;1.200;2,9\nBanjar;1.300;2,7\n")
    assert figures(table, "Tapin")["spending"] == pytest.approx(1200 * times)


def test_people_in_millions_are_read_as_such():
    table = read("kabupaten;Jumlah penduduk (juta jiwa);P0\nTapin;0,2;2,9\nBanjar;0,6;2,7\n")
    assert figures(table, "Tapin")["population"] == pytest.approx(200_000)
