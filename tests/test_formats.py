"""Signs of money stand before the currency, in both languages."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.comparing.words import written
from kubesim.economics.amounts import Amounts
from kubesim.language import speaking
from kubesim.plots.formats import Unit, filled, rupiah

ENGLISH = {23_536: "+Rp\u00a023,536", -23_536: "\u2212Rp\u00a023,536", 0: "Rp\u00a00"}
INDONESIAN = {23_536: "+Rp\u00a023.536", -23_536: "\u2212Rp\u00a023.536", 0: "Rp\u00a00"}


@pytest.mark.parametrize("language, said", [("en", ENGLISH), ("id", INDONESIAN)])
def test_a_difference_of_money_has_its_sign_first(language, said):
    with speaking(language):
        for amount, text in said.items():
            assert written("consumption", amount, amount - 100, amount + 100).signed(amount) == text


@pytest.mark.parametrize("language, said", [
    ("en", ["\u2212Rp\u00a01.2\u00a0billion", "\u2212Rp\u00a012"]),
    ("id", ["\u2212Rp\u00a01,2\u00a0miliar", "\u2212Rp\u00a012"])])
def test_money_below_none(language, said):
    with speaking(language):
        assert [rupiah(-1.21e9), rupiah(-12)] == said
        assert [Amounts.of(-1.21e9, -1.4e9, -1.0e9).amount(-1.21e9), Amounts.of(-12, -15, -9).amount(-12)] == said


def test_axes_and_differences_of_figures():
    unit = Unit("Rp\u00a0{number}", "Rp\u00a0{number}", 1, 0)
    assert unit.ticks(np.array([-20_000, 0, 20_000])) == ["\u2212Rp\u00a020,000", "Rp\u00a00", "Rp\u00a020,000"]
    assert unit.difference(-5_000, -7_000, -3_000) == "\u2212Rp\u00a05,000 (\u22127,000 to \u22123,000)"


def test_what_is_no_money_is_written_as_before():
    assert filled("{number} points", 3.46, 1, signed=True) == "+3.5 points"
    assert filled("{number}\u00a0%", -0.04, 1) == "0.0\u00a0%" and filled("{number}", np.nan) == "–"


def test_an_interval_as_wide_as_rounding_calls_for_no_more_digits_than_one_without_width():
    cost, noise = 2_968_346_888.0, 200.0
    assert (written("cost_so_far", cost, cost - noise, cost + noise).signed(cost)
            == written("cost_so_far", cost, cost, cost).signed(cost) == "+Rp\u00a03.0\u00a0billion")
    assert written("cost_so_far", cost, cost - 2e5, cost + 2e5).signed(cost) == "+Rp\u00a02.9683\u00a0billion"
