"""A register's file: what its cells say, every fault with row and column, and households that stand in it twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.people.columns import Columns, Money
from kubesim.people.register_file import read_roll
from kubesim.people.roll import Roll
from offices import DISTRICTS, MAPPED, as_csv, office_rows

@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def roll(text: str, columns: Columns = MAPPED, money: Money = Money(), kind: str = "register",
         districts: tuple[str, ...] = DISTRICTS) -> Roll:
    """The roll of a file with such content."""
    Path("r.csv").write_text(text, encoding="utf-8")
    return read_roll("r.csv", "", columns, money, kind, districts)


def faults(text: str, *args, **how) -> list[str]:
    with pytest.raises(ScenarioError) as told:
        roll(text, *args, **how)
    return told.value.faults


def test_every_mapped_cell_comes_into_the_roll():
    held = roll(as_csv(office_rows()))
    assert len(held) == 24 and held.row.tolist() == list(range(2, 26))
    assert held.persons[:3].tolist() == [2, 3, 4] and held.spending[:2].tolist() == [400_000, 420_000]
    assert held.decile[:5].tolist() == [1, 2, 3, 4, 1] and held.housing[:2].tolist() == [1, 0]
    assert held.group.tolist() == [0] * 6 + [1] * 6 + [2] * 6 + [3] * 6
    assert held.companion.tolist() == [0] * 12 + [1] * 12 and held.district.tolist() == [0] * 12 + [1] * 12
    assert np.isnan(held.workers).all() and (held.weight == 1).all() and (held.cluster == -1).all()


def test_a_file_is_read_once_until_it_changes():
    first = roll(as_csv(office_rows()))
    assert read_roll("r.csv", "", MAPPED, Money(), "register", DISTRICTS) is first
    assert len(roll(as_csv(office_rows(12)))) == 12


def test_a_roll_that_is_kept_cannot_be_written_to():
    with pytest.raises(ValueError):
        roll(as_csv(office_rows())).persons[0] = 9


# -- faults ------------------------------------------------------------------------------------
@pytest.mark.parametrize("heading, cell, line", [
    ("Jumlah ART", "45", "column K (Jumlah ART) = 45: must be a whole number, 1 to 30"),
    ("Jumlah ART", "0", "column K (Jumlah ART) = 0: must be a whole number, 1 to 30"),
    ("Jumlah ART", "2,5", "column K (Jumlah ART) = 2,5: must be a whole number, 1 to 30"),
    ("Jumlah ART", "empat", "column K (Jumlah ART): is text where a number is needed; leave it empty or "
                            "write n/a where it "
                            "is unknown"),
    ("Pengeluaran per kapita", "-500.000", "column L (Pengeluaran per kapita) = -500.000: must be above 0; "
                                           "leave it empty "
                                           "where it is unknown"),
    ("Pengeluaran per kapita", "3-4", "column L (Pengeluaran per kapita): is a date where a number is "
                                      "needed: Excel makes one "
                                      "of 3-4; format the column as number and type it again"),
    ("Pengeluaran per kapita", "9.000.000.000", "column L (Pengeluaran per kapita): is more than Rp 1,000 "
                                                "million per person "
                                                "and month; see money.per, money.months and money.times"),
    ("Desil", "11", "column M (Desil) = 11: must be a whole number, 1 to 10"),
    ("Lantai Layak", "mungkin", "column N (Lantai Layak): does not say whether it is in order: write yes or "
                                "no (ya, tidak), "
                                "1 or 0, or a share"),
    ("Kecamatan", "Banjarmasin Utra", "column O (Kecamatan): is none of the scenario's districts; did you "
                                      "mean "
                                      "'Banjarmasin Utara'?"),
])
def test_a_fault_is_told_with_its_row_and_column(heading, cell, line):
    rows = office_rows()
    rows[3][heading] = cell
    assert faults(as_csv(rows)) == [f"r.csv: row 5, {line}"]


def test_faults_come_in_the_order_of_rows_and_the_rest_is_counted():
    rows = office_rows(2000)
    for at in range(500, 2000):
        rows[at]["Jumlah ART"] = "99"
    rows[700]["Desil"] = "0"
    for at, row in enumerate(rows):
        row["NIK"] = f"63710145058{at:05d}"
    told = faults(as_csv(rows))
    assert told[0].startswith("r.csv: row 502, column K") and len(told) == 41
    assert told[-1] == "r.csv: ... and 1,461 more"


def test_more_workers_than_persons_are_told():
    assert faults("art;kerja\n3;4\n", Columns(persons="art", workers="kerja")) == [
        "r.csv: row 2, column B (kerja) = 4: must not be more than the household's persons"]


@pytest.mark.parametrize("columns, line", [
    (Columns(persons="Jumlah ARTT"), "r.csv: columns.persons = Jumlah ARTT: the file has no such heading; "
                                     "did you mean "
                                     "'Jumlah ART'?"),
    (Columns(persons="Desil", decile="Desil"), "r.csv: columns.persons = Desil: the same column is given "
                                               "twice"),
    (Columns(persons="NIK"), "r.csv: columns.persons = NIK: this column looks like identity numbers (NIK), "
                             "which are never "
                             "read"),
    (Columns(), "r.csv: no column is mapped: kubesim population r.csv shows which there are")])
def test_a_mapping_that_does_not_fit_is_told(columns, line):
    assert faults(as_csv(office_rows()), columns)[0] == line


def test_two_columns_of_one_heading_are_told():
    assert faults("art;art\n3;4\n", Columns(persons="art")) == [
        "r.csv: columns.persons = art: several columns have this heading: rename all but one"]


# -- missing, grouped, priced ------------------------------------------------------------------
def test_missing_cells_stay_unknown_and_are_counted():
    rows = office_rows()
    rows[0]["Jumlah ART"], rows[1]["Desil"], rows[2]["Nama KUBE"] = "n/a", "-", ""
    held = roll(as_csv(rows))
    assert np.isnan(held.persons[0]) and np.isnan(held.decile[1]) and held.group[2] == -1
    assert "column K (Jumlah ART): missing in 1 of 24 rows" in held.notes


def test_rows_that_say_nothing_are_no_households():
    held = roll("no;art;desil\n1;4;2\n2;;\n3;5;1\n", Columns(persons="art", decile="desil"))
    assert held.row.tolist() == [2, 4]
    assert "rows without anything in a mapped column left out: 3" in held.notes


def test_a_group_of_the_same_name_in_another_district_is_another_group():
    held = roll("art;kec;kube\n1;Utara;Mawar\n2;utara;mawar \n3;Kec. Selatan;Mawar\n", Columns(
        persons="art", district="kec", group="kube"), districts=("Utara", "Selatan"))
    assert held.group.tolist() == [0, 0, 1] and held.district.tolist() == [0, 0, 1]


@pytest.mark.parametrize("money, expected", [
    (Money(), 1_200_000), (Money(per="household"), 300_000), (Money(months=12.0), 100_000),
    (Money(times=1000.0, months=12.0,
                                                                                          per="household"),
     25e6),
    (Money(line=600_000.0), 2.0), (Money(line=600_000.0, per="household", months=12.0, times=5.0), 0.5)])
def test_money_becomes_rupiah_a_person_and_month_or_lines(money, expected):
    held = roll("art;belanja\n4;1.200.000\n", Columns(persons="art", spending="belanja"), money)
    assert held.spending.tolist() == [expected] and held.in_lines == (money.line is not None)


def test_logarithms_are_undone():
    held = roll("art;ln\n2;13.815510557964274\n", Columns(persons="art", spending="ln"),
                Money(log=True, per="household"))
    assert held.spending[0] == pytest.approx(500_000)
    assert "must be a natural logarithm" in faults("art;ln\n2;650000\n",
                                                   Columns(persons="art", spending="ln"),
                                                   Money(log=True))[0]


def test_money_per_household_needs_the_persons():
    assert faults("belanja\n4\n", Columns(spending="belanja"), Money(per="household")) == [
        "r.csv: money.per = household: needs columns.persons, so that it can be shared among them"]


def test_housing_is_the_share_of_items_in_order():
    held = roll("art;lantai;dinding;atap\n1;keramik;tembok;genteng\n2;tanah;tembok;\n3;0;1;0,5\n4;;;\n",
                Columns(
        persons="art", housing=("lantai", "dinding", "atap")))
    assert held.housing[:3].tolist() == [1, 0.5, 0.5] and np.isnan(held.housing[3])


def test_deciles_may_be_written_with_the_word():
    assert roll("art;desil\n1;Desil 3\n2;D4\n3;5\n",
                Columns(persons="art", decile="desil")).decile.tolist() == [3, 4, 5]


def test_blank_cells_below_merged_ones_are_of_the_same_group():
    text = "kec;kube;pendamping;art\nUtara;Mawar;Budi;1\n;;;2\n;;;3\n;Melati;Budi;4\n;;;5\nBarat;Anggrek;Ani;6\n;;;7\n"
    held = roll(text, Columns(district="kec", group="kube", companion="pendamping", persons="art"),
                districts=("Utara", "Barat"))
    assert held.group.tolist() == [0, 0, 0, 1, 1, 2, 2] and held.companion.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert held.district.tolist() == [0] * 5 + [1] * 2
    assert "column B (kube): blank cells are read as the one above, as of merged cells" in held.notes


def test_words_for_nothing_are_no_group_and_short_names_are():
    held = roll("kube;art\nX;1\nX;2\nn/a;3\n-;4\nTT;5\ntidak ada;6\n", Columns(group="kube", persons="art"))
    assert held.group.tolist() == [0, 0, -1, -1, 1, -1]


def test_blank_groups_among_named_ones_are_no_group():
    held = roll("kube;art\nMawar;1\nMawar;2\n;3\n;4\n;5\n", Columns(group="kube", persons="art"))
    assert held.group.tolist() == [0, 0, -1, -1, -1]


# -- repeated rows -----------------------------------------------------------------------------
def test_a_household_entered_twice_counts_once_and_is_said():
    rows = office_rows()
    held = roll(as_csv([*rows, rows[3], rows[7]]))
    assert len(held) == 24
    assert "2 rows stand in the file twice and count once: rows 26, 27" in held.notes


def test_one_number_on_rows_that_differ_is_refused():
    rows = office_rows()
    rows[9]["No KK"] = rows[2]["No KK"]
    assert faults(as_csv(rows)) == ["r.csv: row 11, column B (No KK): the same as in row 4, but the rows "
                                    "differ: one row must "
                                    "be one household"]


def test_equal_rows_without_a_number_are_households_of_their_own():
    held = roll("art;desil\n4;1\n4;1\n5;2\n", Columns(persons="art", decile="desil"))
    assert len(held) == 3
    assert ("1 rows are equal to an earlier one and count as households of their own, as no column holds a "
            "household's "
            "number: rows 3") in held.notes


def test_a_list_of_persons_is_told_as_such():
    rows = office_rows()
    for at, row in enumerate(rows):
        row["No KK"] = f"63710101011500{at // 4:02d}"
    told = faults(as_csv(rows))
    assert told[-1] == ("r.csv: 75 % of the rows share a number of column B: this is a list of persons or of "
                        "seasons; keep one "
                        "row a household")


# -- surveys -----------------------------------------------------------------------------------
def test_weights_clusters_and_strata_of_a_survey():
    held = roll("psu;strata;fwt;art\n101;1;250,5;4\n101;1;300;5\n102;2;10;3\n", Columns(
        cluster="psu", stratum="strata", weight="fwt", persons="art"), kind="survey")
    assert held.weight.tolist() == [250.5, 300, 10]
    assert held.cluster.tolist() == [0, 0, 1] and held.stratum.tolist() == [0, 0, 1]
    assert faults("fwt;art\n0;4\n;3\n", Columns(weight="fwt", persons="art"), kind="survey") == [
        "r.csv: row 2, column A (fwt) = 0: must be a weight above 0",
        "r.csv: row 3, column A (fwt): must be a weight above 0"]
