"""Numbers as offices write them: every way of writing is read back, and nothing else is taken for a number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubesim.people.amounts import DATED, TEXT, decimal_mark, numbers_of
from kubesim.people.table_file import Column


def column(*cells: str | None, number: list[float] | None = None) -> Column:
    """A column of text cells, None where empty."""
    return Column("x", 1, pa.array(cells, pa.string()), None if number is None else np.array(number), None)


def read(*cells: str | None, **how) -> list[float]:
    """The numbers of cells that are all right."""
    numbers = numbers_of(column(*cells), **how)
    assert numbers.wrong == {}
    return numbers.values.tolist()


@pytest.mark.parametrize("cell, number", [
    ("1.234.567,50", 1234567.5), ("1,250,000.00", 1250000), ("Rp 1.250.000", 1250000),
    ("Rp. 1.250.000,-", 1250000),
    ("1 250 000", 1250000), ("1\u00a0250\u00a0000", 1250000), ("1\u202f250\u202f000,5", 1250000.5),
    ("IDR 500", 500),
    ("-1.250.000", -1250000), ("\u22125", -5), ("4 orang", 4), ("5 jiwa", 5), ("0,125", 0.125),
    ("12,5", 12.5),
    ("1,5E+06", 1.5e6), ("  7 ", 7), ("007", 7), (".5", 0.5), ("1'250'000", 1250000), ("12,5 %", 12.5),
])
def test_a_number_is_read_in_every_usual_way_of_writing(cell, number):
    assert read(cell, money=True) == [number]


@pytest.mark.parametrize("cell", ["", "-", "...", "n/a", "N.A.", "tidak ada", "Tidak Ada", "#N/A", "–", None])
def test_words_for_nothing_are_missing(cell):
    assert np.isnan(read(cell, "1")[0])


@pytest.mark.parametrize("cell", ["dua", "1.2.3", "1,2,3", "12.34.567", "5-6 orang", "=cmd|' /C calc'!A0",
                                  "@SUM(1)", "1e",
                                  "--5", "1.234,567,8", "0x1F", "inf", "١٢", "5;6", "Rp", "1.250.00"])
def test_what_is_no_number_is_a_fault_and_never_a_guess(cell):
    numbers = numbers_of(column("5", cell))
    assert list(numbers.wrong) == [1] and np.isnan(numbers.values[1])


@pytest.mark.parametrize("cell", ["2024-03-04", "04/03/2024", "4-Mar", "Mar-04", "4 Maret 2024", "3-4",
                                  "04.03.2024"])
def test_dates_are_told_as_what_excel_makes_of_numbers(cell):
    assert numbers_of(column("5", cell)).wrong == {1: DATED}


def test_text_in_a_column_of_numbers_is_told():
    assert numbers_of(column("5", "banyak")).wrong == {1: TEXT}


# -- which mark is which -----------------------------------------------------------------------
def test_other_cells_decide_what_a_point_before_three_digits_is():
    assert read("1.250", "1.250.000") == [1250, 1250000]          # a repeated point groups thousands
    assert read("1.250", "1.5") == [1.25, 1.5]                    # one before another count marks decimals
    assert read("1.250", "2,5") == [1250, 2.5]


def test_without_a_sign_money_has_thousands_and_it_is_said():
    numbers = numbers_of(column("1.250", "3.500"), money=True)
    assert numbers.values.tolist() == [1250, 3500] and numbers.guessed
    numbers = numbers_of(column("1.250", "3.500"))
    assert numbers.values.tolist() == [1.25, 3.5] and numbers.guessed


def test_the_rest_of_the_file_decides_before_a_guess():
    numbers = numbers_of(column("4.125"), usual=",")
    assert numbers.values.tolist() == [4125] and not numbers.guessed


def test_both_marks_as_decimals_in_one_column_are_told_for_the_rarer():
    numbers = numbers_of(column("1,5", "2,5", "3.75"))
    assert list(numbers.wrong) == [2]


def test_one_slip_does_not_make_hundreds_of_all_thousands():
    numbers = numbers_of(column(*["420.000"] * 30, "114.59"), money=True)
    assert numbers.values[0] == 420_000 and list(numbers.wrong) == [30]


def test_the_mark_of_a_file_is_that_of_most_columns():
    assert decimal_mark([column("1,5"), column("2,25"), column("1.5")]) == ","
    assert decimal_mark([column("1,5"), column("1.5")]) == ""


def test_numbers_that_the_file_holds_as_such_are_never_read_as_text():
    numbers = numbers_of(column(None, "1.250.000", number=[1.25, np.nan]))
    assert numbers.values.tolist() == [1.25, 1250000]


# -- whatever is written -----------------------------------------------------------------------
amounts = st.decimals(min_value=-10**9, max_value=10**9, places=2)


@given(st.lists(amounts, min_size=1, max_size=20), st.sampled_from([(",", "."), (".", ",")]))
def test_what_either_way_of_writing_says_is_read_back(values, marks):
    group, point = marks
    cells = [f"{value:,.2f}".replace(",", "\0").replace(".", point).replace("\0", group) for value in values]
    assert read(*cells) == [float(value) for value in values]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_rupiah_with_thousand_points_are_read_back(values):
    cells = ["Rp " + f"{value:,}".replace(",", ".") for value in values]
    assert read(*cells, money=True) == values


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_any_text_is_a_number_missing_or_told(cells):
    numbers = numbers_of(column(*cells))
    assert np.isfinite(numbers.values[~np.isnan(numbers.values)]).all()
    assert all(np.isnan(numbers.values[row]) for row in numbers.wrong)
