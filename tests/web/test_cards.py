"""What a card of the page says and draws: numbers that agree with the verdict, axes that end where values do."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from kubesim.comparing import words
from kubesim.language import speaking
from kubesim.web import charts, results
from kubesim.web.effects import Told

MONTHS = 2


def told(outcome: str, baseline: float, difference: float, half: float) -> dict:
    """The card of an outcome whose design differs so at all months, with the interval's half width."""
    rows = [{"outcome": outcome, "group": words.headline_group(outcome), "scenario": "B", "month": month,
             "baseline": baseline, "variant": baseline + difference, "estimate": difference,
             "low_together": difference - half, "high_together": difference + half} for month in range(MONTHS + 1)]
    found = Told(pd.DataFrame(rows), "A", ("B", ), MONTHS, 24, (outcome, ))
    with speaking("en"):
        return next(card for card in results.cards(found) if card["id"] == outcome)


def numbers(text: str) -> list[float]:
    return [float(found.replace("\u2212", "-").replace(",", "")) for found in re.findall(r"[\u2212-]?[\d.,]*\d", text)]


def axis(card: dict) -> list[float]:
    """Ticks of a chart's upright axis, from below."""
    return [numbers(held)[0] for held in re.findall(r'text-anchor="end">([^<]*)<', card["svg"])]


# -- numbers and verdict -----------------------------------------------------------------------
def test_an_interval_that_leaves_zero_out_does_not_print_as_if_it_held_zero():
    card = told("poverty_rate", 0.2, -0.00421, 0.0040)         # -0.821 to -0.021 points
    row, = card["rows"]
    assert row["told"] == "95 %: −0.82 to −0.02; better"
    assert row["difference"] == "−0.42 points"
    assert card["table"][-1][-1] == "−0.82 to −0.02"


@pytest.mark.parametrize("outcome, unit", [("poverty_rate", 0.01), ("consumption", 2_000.0), ("skill", 0.01)])
def test_whatever_the_interval_its_ends_say_what_the_verdict_says(outcome, unit):
    rng = np.random.default_rng(5)
    for half in unit * 10 ** rng.uniform(-2, 0.5, 200):
        mean = half * (1 + 10 ** rng.uniform(-2, 1)) * rng.choice([-1, 1])
        row = {"baseline": 0.4, "variant": 0.4 + mean, "estimate": mean, "low_together": mean - half,
               "high_together": mean + half}
        ends = numbers(results._cells(outcome, row)[-1])
        assert len(ends) == 2 and ends[0] * ends[1] > 0, (mean, half, ends)


def test_an_interval_that_holds_zero_keeps_the_decimals_of_its_width():
    assert told("poverty_rate", 0.2, -0.0038, 0.0042)["rows"][0]["told"] == "95 %: −0.8 to 0.0; no clear difference"


# -- axes --------------------------------------------------------------------------------------
def test_an_axis_of_shares_ends_at_all_of_them_and_its_band_too():
    card = told("groups_active", 0.97, 0.02, 0.05)              # the interval alone would go to 104 %
    assert axis(card)[-1] == 100
    band = re.search(r'<polygon points="([^"]*)"', card["svg"])[1]
    assert min(float(point.split(",")[1]) for point in band.split()) >= charts.TOP - 0.1


def line(*values: float) -> charts.Line:
    return charts.Line(charts.BASELINE, np.array(values))


@pytest.mark.parametrize("values, ends", [
    ((1.0, 0.6, 0.33), (0.0, 1.0)), ((0.98, 0.3), (0.0, 1.0)), ((0.05, 0.2), (0.0, 0.2)), ((1.0, 1.0), (0.9, 1.0)),
    ((0.0, 0.0), (0.0, 0.05)), ((0.2201, 0.2244), (0.22, 0.225)), ((0.955, 0.958), (0.955, 0.958))])
def test_an_axis_of_shares_begins_and_ends_where_shares_do_if_that_is_near(values, ends):
    ticks = charts._ticks([line(*values)], np.inf, charts.WHOLE)
    assert 3 <= len(ticks) <= 7
    assert (ticks[0], ticks[-1]) == pytest.approx(ends, abs=1e-9)
    assert ticks[0] <= min(values) and max(values) <= ticks[-1] + 1e-9


def test_what_can_go_beyond_a_whole_is_drawn_beyond_it():
    assert axis(told("food", 1.02, 0.03, 0.004))[-1] >= 105
