"""Prices of a district follow its province's poverty line, as the shipped scenarios' do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.people.district_choice import find, joined
from kubesim.people.district_table import DistrictTable, read_district_table
from kubesim.people.price_level import price_line
from kubesim.scenario import Scenario
from test_district_table import BPS

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str, name: str = "t.csv") -> DistrictTable:
    Path(name).write_text(text, encoding="utf-8")
    return read_district_table(name)


def line_of(table: DistrictTable, name: str) -> tuple[float, str]:
    held = price_line(find(table.rows, name), table)
    return held.line, held.why


def test_the_provinces_own_line_counts_where_the_table_has_it():
    """Rp 640,000 of KALIMANTAN SELATAN, for the city of 740,000 as for the kabupaten of 603,599."""
    table = read(BPS)
    for name in ("Kota Banjarmasin", "Kotabaru"):
        assert line_of(table, name) == (640_000, "the poverty line of Kalimantan Selatan (t.csv, row 10)")
    assert price_line(find(table.rows, "Kotabaru"), table).level == 1.4         # 640,000 / 457,222 = 1.3998


def test_without_it_the_mean_over_persons_of_the_provinces_districts():
    """(400,000 x 1 + 700,000 x 2) / 3 of the two of province 63; the one of 64 is its own."""
    table = read("kode;kabupaten;penduduk;garis kemiskinan\n6301;Tanah Laut;100000;400.000\n"
                 "6371;Kota Banjarmasin;200000;700.000\n6401;Paser;100000;900.000\n")
    assert line_of(table, "Tanah Laut") == line_of(table, "Kota Banjarmasin")
    assert line_of(table, "Tanah Laut")[0] == pytest.approx(600_000)
    assert "over the persons of 2 districts" in line_of(table, "Tanah Laut")[1]
    assert line_of(table, "Paser") == (900_000, "the district's own poverty line, as the table has no other of its "
                                                "province")


def test_without_persons_every_district_counts_alike():
    table = read("provinsi;kabupaten;garis kemiskinan\nKalsel;Tapin;500.000\nKalsel;Banjar;600.000\nKaltim;Paser;9e5\n")
    assert line_of(table, "Tapin") == (550_000, "mean poverty line of 2 districts of its province (t.csv)")


def test_the_line_of_the_country_is_no_provinces():
    table = read("kode;kabupaten;garis kemiskinan\n0000;INDONESIA;609.000\n6300;KALIMANTAN SELATAN;650.675\n"
                 "6301;Tanah Laut;679.188\n9501;Merauke;700.000\n")
    assert line_of(table, "Tanah Laut")[0] == 650_675 and line_of(table, "Merauke")[0] == 700_000


def test_provinces_of_a_second_table_count():
    table = joined([read("kode;kabupaten;P0\n6301;Tanah Laut;3,0\n", "p.csv"),
                    read("kode;wilayah;garis kemiskinan\n6300;KALIMANTAN SELATAN;650.675\n6301;Tanah Laut;679.188\n")])
    assert line_of(table, "Tanah Laut")[0] == 650_675


def test_a_table_without_lines_has_none():
    table = read("kabupaten;P0\nTapin;2,9\n")
    assert price_line(table.rows[0], table) is None


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, real tables, is not here")
def test_the_real_tables_give_the_prices_of_the_shipped_scenario():
    """1.423 with BPS's lines of provinces beside the districts' figures; 1.404 from the districts alone."""
    shipped = {district.prices for district in Scenario.load(ROOT / "scenarios" / "kalsel.yaml").districts}
    figures = read_district_table(DATA / "districts_2025.csv")
    both = joined([figures, read_district_table(DATA / "poverty_line_2011_2025.csv")])
    names = ("Kota Banjarmasin", "Barito Kuala", "Kotabaru")
    assert {price_line(find(both.rows, name), both).level for name in names} == shipped == {1.423}
    assert {price_line(find(figures.rows, name), figures).level for name in names} == {1.404}
