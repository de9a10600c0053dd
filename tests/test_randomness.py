"""Luck: the same for row i whatever else happens, drawn once, sound as statistics."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.random import SFC64
from scipy import stats

from kubesim.errors import SimulationError
from kubesim.randomness import Draws, Rows, key


def drawn(kind: str, decision: str, rows: int, *, seed: int = 1, month: int = 1) -> np.ndarray:
    """One decision's numbers, shape (rows,)."""
    return getattr(Draws([seed], month), kind)(decision, Rows(0, rows))[0]


# -- row i keeps its number --------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_a_row_keeps_its_number_when_the_table_grows(kind):
    assert (drawn(kind, "illness", 100_000)[:37] == drawn(kind, "illness", 37)).all()


@pytest.mark.parametrize("kind", ["normal", "uniform"])
@pytest.mark.parametrize("cuts", [[1], [500], [3, 4, 997], [16, 32, 64, 128, 256, 512]])
def test_a_row_keeps_its_number_when_the_table_is_cut_into_parts(kind, cuts):
    draw, bounds = Draws([1, 2], month=1), [0, *cuts, 1000]
    parts = [getattr(draw, kind)("illness", Rows(start, stop - start))
             for start, stop in zip(bounds, bounds[1:])]
    whole = getattr(Draws([1, 2], month=1), kind)("illness", Rows(0, 1000))
    assert (np.concatenate(parts, axis=1) == whole).all()


def test_parts_of_several_decisions_may_be_worked_in_turn():
    """As in a month: each part draws all its decisions before the next part begins."""
    draw, got = Draws([1], month=1), {"a": [], "b": []}
    for start in (0, 10, 20):
        for decision in got:
            got[decision].append(draw.normal(decision, Rows(start, 10)))
    for decision, parts in got.items():
        assert (np.concatenate(parts, axis=1)[0] == drawn("normal", decision, 30)).all()


def test_a_replicate_keeps_its_numbers_beside_others():
    stacked = Draws([7, 1, 3], month=4).normal("illness", Rows(0, 50))
    for line, seed in zip(stacked, (7, 1, 3)):
        assert (line == drawn("normal", "illness", 50, seed=seed, month=4)).all()


def test_other_decisions_shift_nothing():
    draw = Draws([1], month=1)
    draw.normal("a programme's own decision", Rows(0, 999))
    assert (draw.normal("illness", Rows(0, 50))[0] == drawn("normal", "illness", 50)).all()


# -- drawn once --------------------------------------------------------------------------------
def test_a_decision_drawn_twice_in_a_month_is_an_error():
    draw = Draws([1], month=8)
    draw.normal("illness", Rows(0, 10))
    with pytest.raises(SimulationError, match="month 8: decision 'illness' drawn twice"):
        draw.uniform("illness", Rows(0, 10))


def test_an_empty_table_counts_as_drawn_too():
    draw = Draws([1])
    assert draw.normal("illness", Rows(0, 0)).shape == (1, 0)
    with pytest.raises(SimulationError, match="drawn twice"):
        draw.normal("illness", Rows(0, 0))


@pytest.mark.parametrize("start", [0, 5, 11])
def test_a_part_out_of_order_is_an_error(start):
    draw = Draws([1])
    draw.normal("illness", Rows(0, 10))
    with pytest.raises(SimulationError, match=f"asked for row {start}, next is row 10"):
        draw.normal("illness", Rows(start, 10))


def test_a_new_month_opens_every_decision_again():
    draw = Draws([1])
    draw.open_month(5)
    first = draw.normal("illness", Rows(0, 10))
    draw.open_month(6)
    assert (draw.normal("illness", Rows(0, 10)) != first).all()
    draw.open_month(5)
    assert (draw.normal("illness", Rows(0, 10)) == first).all()


# -- names -------------------------------------------------------------------------------------
def test_an_extension_draws_under_its_own_name():
    draw = Draws([1], month=1)
    own = draw.named("interventions.diklat").uniform("attends", Rows(0, 20))[0]
    assert (own == drawn("uniform", "interventions.diklat.attends", 20)).all()
    assert (own != drawn("uniform", "attends", 20)).all()
    nested = draw.named("a").named("b").normal("c", Rows(0, 3))[0]
    assert (nested == drawn("normal", "a.b.c", 3)).all()


def test_two_extensions_of_one_name_cannot_share_luck_unseen():
    draw = Draws([1], month=1)
    draw.named("shocks.flood").uniform("hits", Rows(0, 5))
    with pytest.raises(SimulationError, match="'shocks.flood.hits' drawn twice"):
        draw.named("shocks.flood").uniform("hits", Rows(0, 5))


def test_luck_survives_pickling():
    draw = Draws([3, 4], month=2).named("interventions.diklat")
    copied = pickle.loads(pickle.dumps(draw))
    assert (copied.normal("x", Rows(0, 9)) == draw.normal("x", Rows(0, 9))).all()


# -- known answers -----------------------------------------------------------------------------
KNOWN = [
    (1, "earnings.luck", 0,
     [1.590978940437224, -0.09535398651528056, -0.11335149184338572, 1.2840112742814502],
     [0.09952912051894669, 0.7855016869794574, 0.509393967702054, 0.12407472190481528]),
    (42, "joint.loss", 17,
     [-0.48856411153591683, -0.3600529119936539, -1.3183615542498857, -0.17822391303710353],
     [0.04160177799848641, 0.3059833112746533, 0.6097490542124849, 0.895464217108653]),
    (2**40, "interventions.diklat.attends", 3,
     [-0.42997870735762983, 1.5983991304905993, 0.038424746396403316, -0.11328241296795609],
     [0.4183831866254413, 0.24538017536211254, 0.0038343145376522614, 0.8890021831240861]),
]


@pytest.mark.parametrize("seed, decision, month, normal, uniform", KNOWN)
def test_known_answers(seed, decision, month, normal, uniform):
    """A NumPy that changes its normal numbers changes every result: this test says so."""
    assert drawn("normal", decision, 4, seed=seed, month=month).tolist() == normal
    assert drawn("uniform", decision, 4, seed=seed, month=month).tolist() == uniform


def sfc64(words: list[int], count: int) -> list[int]:
    """C. Doty-Humphrey's SFC64, written out: state words a, b, c and a counter."""
    a, b, c, counter = words
    mask, made = 2**64 - 1, []
    for _ in range(count):
        made.append((a + b + counter) & mask)
        counter = (counter + 1) & mask
        a, b, c = b ^ (b >> 11), (c + (c << 3)) & mask, ((c << 24 | c >> 40) + made[-1]) & mask
    return made


def test_uniform_numbers_are_the_top_53_bits_of_a_plain_sfc64():
    raw = sfc64([int(word) for word in key(5, "illness", 9)], 200)
    assert drawn("uniform", "illness", 200, seed=5, month=9).tolist() == [(r >> 11) * 2.0**-53 for r in raw]


def test_numpy_keeps_its_raw_stream():
    """The first number of NumPy's published test set for SFC64."""
    assert SFC64(0xDEADBEAF).random_raw() == 0xA475F55FBB6BC638


# -- sound as statistics -----------------------------------------------------------------------
def test_uniform_numbers_are_uniform():
    """Kolmogorov-Smirnov over 200,000 numbers; false alarm 1 in 10,000."""
    assert stats.kstest(drawn("uniform", "x", 200_000), "uniform").pvalue > 1e-4


def test_normal_numbers_are_normal():
    """Kolmogorov-Smirnov, then skew and excess kurtosis; false alarm 3 in 10,000 together."""
    numbers = drawn("normal", "x", 200_000)
    assert stats.kstest(numbers, "norm").pvalue > 1e-4
    assert stats.skewtest(numbers).pvalue > 1e-4
    assert stats.kurtosistest(numbers).pvalue > 1e-4


@pytest.mark.parametrize("differ", ["decision", "month", "seed", "lag"])
def test_streams_are_independent(differ):
    """Largest correlation among 40 streams of 10,000: beyond 5 SD once in 2,000 at most."""
    rows, streams = 10_000, 40
    if differ == "lag":
        long = drawn("normal", "x", rows + streams)
        lines = np.stack([long[i:i + rows] for i in range(streams)])
    else:
        ways = {"decision": lambda i: drawn("normal", f"x{i}", rows),
                "month": lambda i: drawn("normal", "x", rows, month=i),
                "seed": lambda i: drawn("normal", "x", rows, seed=i)}
        lines = np.stack([ways[differ](i) for i in range(streams)])
    correlation = np.corrcoef(lines)[np.triu_indices(streams, 1)]
    assert np.abs(correlation).max() < 5 / np.sqrt(rows)


def test_streams_of_one_row_are_uniform_across_months_and_seeds():
    """Row 0 of 10,000 streams is as random as 10,000 rows of one; false alarm 1 in 10,000."""
    firsts = [drawn("uniform", "x", 1, seed=seed, month=month)[0]
              for seed in range(100) for month in range(100)]
    assert stats.kstest(firsts, "uniform").pvalue > 1e-4
