"""Luck in earnings, illness and wages, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.earnings import Earnings, Illness, earn_wages, spread_luck
from kubesim.randomness import Draws, Rows

QUIET = Earnings(lasting_spread=0.0, month_spread=0.0)


def test_luck_drifts_back_by_its_persistence(village, luck):
    state = village(households={"luck": [0.1, -0.2, 0.0]})
    spread_luck(state, Earnings(persistence=0.9, lasting_spread=0.0), Illness(onset=0.0), luck)
    assert state.households.luck == pytest.approx(np.array([[0.09, -0.18, 0]]))


def test_fresh_luck_keeps_the_spread(village, luck):
    """With persistence 0.6 the fresh part is sqrt(1 - 0.36) = 0.8 of a spread of 0.1."""
    state = village(households={"luck": [0.1, -0.2, 0.0]})
    spread_luck(state, Earnings(persistence=0.6, lasting_spread=0.1), Illness(), luck)
    fresh = Draws([1], month=1).normal("earnings.luck", Rows(0, 3))[0]
    assert state.households.luck[0] == pytest.approx([0.06, -0.12, 0] + 0.08 * fresh)


def test_the_well_fall_ill_below_the_chance_of_onset_and_the_ill_recover_below_theirs(village, luck):
    """One uniform number each: about 0.10 (falls ill under 0.2), 0.79 (stays well), and so on."""
    number = Draws([1], month=1).uniform("illness", Rows(0, 6))[0]
    ill = np.array([0, 0, 0, 1, 1, 1], bool)
    state = village(sizes=(6,), households={"ill": ill})
    spread_luck(state, Earnings(), Illness(onset=0.4, recovery=0.6), luck)
    expected = [n >= 0.6 if was else n < 0.4 for n, was in zip(number, ill)]
    assert state.households.ill[0].tolist() == expected
    assert {True, False} == set(expected[:3]) == set(expected[3:])


def test_illness_that_is_certain_or_impossible(village, luck):
    state = village(households={"ill": [False, True, True]})
    spread_luck(state, Earnings(), Illness(onset=0.0, recovery=1.0), luck)
    assert not state.households.ill.any()
    luck.open_month(2)
    spread_luck(state, Earnings(), Illness(onset=1.0, recovery=1.0), luck)
    assert state.households.ill.all()


def test_a_wave_in_one_district_multiplies_its_onset(village, luck):
    state = village(sizes=(2, 2), districts=("North", "South"), households={"district": [0, 0, 1, 1]})
    state.districts.illness[:, 1] = 100.0
    spread_luck(state, Earnings(), Illness(onset=0.01), luck)
    assert state.households.ill[0, 2:].all()
    state.districts.illness = 0.0
    state.households.ill = False
    luck.open_month(2)
    spread_luck(state, Earnings(), Illness(onset=1.0), luck)
    assert not state.households.ill.any()


def test_onset_has_the_stated_frequency(village, luck):
    """20,000 well households at 5 %: 1000 fall ill, SD 31; beyond 4 SD once in 16,000 seeds."""
    state = village(sizes=(), outside=20_000)
    spread_luck(state, Earnings(), Illness(onset=0.05), luck)
    assert abs(state.households.ill.sum() - 1000) < 4 * 31


def test_wages_of_a_member_an_ill_member_and_an_outsider(village, luck):
    """Full effort costs 2 % of earnings; half effort 1 %. Illness halves them, and nobody ill works."""
    state = village(sizes=(2,), outside=1, households={"ill": [False, True, False], "effort": 0.5})
    earn_wages(state, QUIET, Illness(earnings_lost=0.5), 0.02, luck)
    assert state.households.labour_earnings[0] == pytest.approx([990_000, 500_000, 1_000_000])


def test_luck_multiplies_wages_and_noise_makes_no_money(village, luck):
    """1 m x exp(0.2 + 0.5 e - (0.3^2 + 0.5^2) / 2) with e this month's luck."""
    state = village(sizes=(), outside=3, households={"luck": 0.2})
    earn_wages(state, Earnings(lasting_spread=0.3, month_spread=0.5), Illness(), 0.0, luck)
    e = Draws([1], month=1).normal("earnings.month", Rows(0, 3))[0]
    assert state.households.labour_earnings[0] == pytest.approx(1e6 * np.exp(0.2 + 0.5 * e - 0.17))


def test_mean_wages_equal_labour_income(village, luck):
    """SD of a wage is sqrt(exp(0.0928) - 1) = 0.312; of 40,000, 0.00156. Beyond 4 SD once in 16,000."""
    p, state = Earnings(), village(sizes=(), outside=40_000)
    state.households.luck = p.lasting_spread * luck.normal("start", state.households)
    earn_wages(state, p, Illness(), 0.0, luck)
    assert state.households.labour_earnings.mean() == pytest.approx(1e6, rel=4 * 0.00156)


def test_less_work_in_a_district_lowers_wages(village, luck):
    state = village(sizes=(), outside=2, districts=("North", "South"), households={"district": [0, 1]})
    state.districts.labour[:, 1] = 0.8
    earn_wages(state, QUIET, Illness(), 0.02, luck)
    assert state.households.labour_earnings[0] == pytest.approx([1_000_000, 800_000])
