"""What a plain word of a file stands for, and what the writer of another one meant."""

from __future__ import annotations

import math

import pytest

from kubesim.hints import nearest, number_meant, scalar, truth_meant


@pytest.mark.parametrize("text, value", [
    ("", None), ("~", None), ("null", None), ("true", True), ("False", False), ("0", 0), ("-7", -7),
    ("+60", 60),
    ("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("5e9", 5e9), ("1E-3", 1e-3), ("-0.0", -0.0), (".inf", math.inf),
])
def test_yaml_1_2_scalars(text, value):
    assert scalar(text) == value and type(scalar(text)) is type(value)


@pytest.mark.parametrize("text",
                         ["yes", "no", "on", "off", "y", "012", "0o17", "0x1F", "0b1", "1_000", "12:30",
                          "1,5",
                                  "2019-01-01", "nan", "inf", "1e", "e5", "- 5", "NULL ", "tRue", "0,5", "٣"])
def test_all_else_is_text(text):
    assert scalar(text) == text


def test_a_number_beyond_all_measure_is_infinite():
    assert scalar("1e400") == scalar("9" * 5000) == math.inf and math.isnan(scalar(".NaN"))


@pytest.mark.parametrize("text, number", [
    ("0,5", "0.5"), ("12,75", "12.75"), ("0,125", "0.125"), ("2.000.000", "2000000"),
    ("2,000,000", "2000000"),
    ("25,000", "25000"), ("1_000", "1000"), ("1 000 000", "1000000"), ("1.234,5", "1234.5"),
    ("1,234.5", "1234.5"),
    ("60%", "0.6"), ("12,5 %", "0.125"), ("Rp 2.000.000", "2000000"), ("Rp25.000", "25000"),
    ("2 juta", "2000000"),
    ("2,5 jt", "2500000"), ("500 ribu", "500000"), ("12 hours", "12"), ("012", "12"), ("-0,5", "-0.5"),
])
def test_the_number_that_a_text_means(text, number):
    assert number_meant(text) == number
    assert isinstance(scalar(number), (int, float))


@pytest.mark.parametrize("text", ["", "half", "12:30", "2019-01-01", "5 to 10", "0x1F", "Rp", "%", "1,2,3x4"])
def test_a_text_that_means_no_number(text):
    assert number_meant(text) == ""


def test_a_point_before_three_digits_groups_thousands_of_money_only():
    assert (number_meant("25.000", money=True), number_meant("25.000")) == ("25000", "25")
    assert number_meant("0.500", money=True) == "0.5"


def test_truth_in_other_words():
    assert [truth_meant(word) for word in ("yes", "ON", "ya", "no", "tidak", "0", "perhaps")] == [
        "true", "true", "true", "false", "false", "false", ""]


def test_the_nearest_name_is_found_whatever_its_case_and_hyphens():
    known = ["start_month", "size", "Banjarmasin Utara"]
    assert [nearest(word, known) for word in ("siez", "Start-Month", "banjarmasin utra", "zzz", "")] == [
        "size", "start_month", "Banjarmasin Utara", "", ""]
