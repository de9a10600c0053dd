"""The columns, what joins the tables, how they are cut, and the ledger."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from kubesim import state as ground
from kubesim.columns import Groups, Households
from kubesim.errors import SimulationError
from kubesim.ledger import Ledger


# -- columns -----------------------------------------------------------------------------------
def test_writing_a_column_copies_into_it():
    table, values = Households(1, 3), np.array([[1.0, 2.0, 3.0]])
    kept = table.savings
    table.savings = values
    values[:] = 9
    assert table.savings is kept
    assert kept.tolist() == [[1, 2, 3]]


def test_a_view_of_rows_writes_into_the_whole():
    table = Households(2, 5)
    view = table.rows(1, 4).rows(1, 3)
    view.savings = 7.0
    assert table.savings.tolist() == [[0, 0, 7, 7, 0]] * 2
    assert (view.start, view.length) == (2, 2)


def test_a_misspelt_column_is_an_error_that_says_what_to_do():
    with pytest.raises(AttributeError, match=r"Households has no column 'saving'; .*extra\('saving'\)"):
        Households(1, 3).saving = 1.0


def test_a_column_refuses_the_wrong_length():
    with pytest.raises(ValueError):
        Households(1, 3).savings = np.ones((1, 4))


def test_an_extension_keeps_its_own_column():
    table = Groups(2, 3)
    mine = table.extra("my.count", int)
    mine += 4
    assert table.extra("my.count", int) is mine
    assert table.columns()["my.count"].tolist() == [[4, 4, 4]] * 2


# -- between tables ----------------------------------------------------------------------------
def test_sums_and_bests_of_lists_of_unequal_size(village):
    state = village(sizes=(2, 3), outside=2)
    values = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 60.0, 70.0]])
    assert state.per_group(values).tolist() == [[3, 12]]
    assert state.best_per_group(values).tolist() == [[2, 5]]


def test_each_household_reads_its_own_list_and_others_read_the_given_value(village):
    state = village(sizes=(2, 3), outside=2)
    assert state.per_member(np.array([[10.0, 20.0]]), outside=-1.0).tolist() == [[10, 10, 20, 20, 20, -1, -1]]
    assert state.per_member(np.array([[True, False]]), outside=False).dtype == bool


def test_a_mean_over_members_leaves_out_those_who_left(village):
    state = village(sizes=(3, 2), households={"in_group": [1, 0, 1, 0, 0]}, groups={"members": [2, 0]})
    assert state.mean_of_members(np.array([[1.0, 100.0, 3.0, 5.0, 5.0]])).tolist() == [[2, 0]]


def test_a_city_without_lists_has_no_groups(village):
    state = village(sizes=(), outside=3)
    values = np.ones((1, 3))
    assert state.per_group(values).shape == state.best_per_group(values).shape == (1, 0)
    assert state.per_member(np.ones((1, 0)), outside=4.0).tolist() == [[4, 4, 4]]


def test_sums_by_district(village):
    state = village(sizes=(2, 2), districts=("North", "Empty", "South"), replicates=2,
                    households={"district": [0, 0, 2, 2]}, groups={"district": [0, 2]})
    assert state.per_district(np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), state.households).tolist() == [
        [3, 0, 7], [11, 0, 15]]


def test_conditions_of_a_district_reach_its_rows(village):
    state = village(sizes=(2, 2), districts=("North", "South"), households={"district": [0, 0, 1, 1]})
    state.districts.labour[:, 1] = 0.5
    assert state.per_row(state.districts.labour, state.households).tolist() == [[1, 1, 0.5, 0.5]]
    state.districts.labour = 0.7
    rows = np.broadcast_to(state.per_row(state.districts.labour, state.households), (1, 4))
    assert rows.tolist() == [[0.7] * 4]


def test_meetings_make_intensity_in_living_groups_only(village):
    state = village(sizes=(2, 2), groups={"active": [True, False]})
    assert state.meeting_intensity(2.0) == pytest.approx(np.array([[1 - np.exp(-1), 0]]))
    assert (state.meeting_intensity(0.0) == 0).all()
    state.districts.meetings = 0.5
    assert state.meeting_intensity(2.0)[0, 0] == pytest.approx(1 - np.exp(-0.5))


def test_hired_companions_join_at_the_end(village):
    state = village()
    assert state.hire(2) == slice(0, 2)
    state.companions.competence = 0.4
    assert state.hire(3) == slice(2, 5)
    assert state.companions.competence.tolist() == [[0.4, 0.4, 0, 0, 0]]


# -- parts -------------------------------------------------------------------------------------
@pytest.mark.parametrize("part_rows", [1, 4, 5, 7, 1000])
def test_parts_hold_every_row_once_and_whole_groups(village, monkeypatch, part_rows):
    monkeypatch.setattr(ground, "PART_ROWS", part_rows)
    state = village(sizes=(3, 2, 4, 2), outside=6)
    parts = state.parts()
    rows = [row for part in parts for row in range(part.households.start,
                                                   part.households.start + part.households.length)]
    groups = [part.groups.start + g for part in parts for g in range(part.groups.length)]
    assert rows == list(range(17))
    assert groups == [0, 1, 2, 3]
    ones = np.concatenate([part.per_group(np.ones((1, part.households.length))) for part in parts], axis=1)
    assert ones.tolist() == [[3, 2, 4, 2]]


def test_a_part_writes_into_the_whole(village, monkeypatch):
    monkeypatch.setattr(ground, "PART_ROWS", 4)
    state = village(sizes=(3, 3), outside=1)
    for number, part in enumerate(state.parts()):
        part.households.savings = float(number)
        part.groups.capital = 10.0 + number
    assert state.households.savings.tolist() == [[0, 0, 0, 1, 1, 1, 2]]
    assert state.groups.capital.tolist() == [[10, 11]]


# -- the month and its money -------------------------------------------------------------------
def test_a_month_opens_with_ordinary_conditions(village):
    state = village()
    state.districts.labour, state.groups.contact, state.groups.visits = 0.2, 0.9, 3.0
    state.ledger.inflow("grants", np.ones((1, 3)))
    before = state.open_month()
    assert before.tolist() == [3e6 + 20e6]
    assert (state.districts.labour == 1).all() and (state.groups.contact == 0).all()
    assert not state.ledger.inflows


def test_the_ledger_adds_up_what_is_booked_under_one_name():
    ledger = Ledger()
    ledger.inflow("grants", np.array([[1.0, 2.0], [3.0, 4.0]]))
    ledger.inflow("grants", np.array([[10.0], [20.0]]))
    ledger.cost("uep_grant", "centre", np.array([[5.0], [6.0]]))
    ledger.cost("uep_grant", "centre", np.array([[1.0], [1.0]]))
    assert ledger.inflows["grants"].tolist() == [13, 27]
    assert ledger.costs["uep_grant", "centre"].tolist() == [[6], [7]]


@pytest.mark.parametrize("missing, breaks", [(0.9, False), (1.1, True), (-1.1, True), (float("nan"), True)])
def test_money_must_close_to_one_rupiah_in_a_million(missing, breaks):
    """2 m Rp came in and 1 m went out: stocks must have grown by 1 m, give or take 2 Rp."""
    ledger = Ledger()
    ledger.inflow("labour earnings", np.array([[2e6]]))
    ledger.outflow("consumption", np.array([[1e6]]))
    before, after = np.array([5e6]), np.array([6e6 + 2 * missing])
    if breaks:
        with pytest.raises(SimulationError, match="month 3: money does not close.*replicate 0"):
            ledger.close(before, after, 3)
    else:
        assert ledger.close(before, after, 3)[0] == pytest.approx(0.9e-6)


def test_the_breach_of_one_replicate_among_many_is_named():
    ledger = Ledger()
    ledger.inflow("labour earnings", np.full((3, 1), 1e6))
    with pytest.raises(SimulationError, match="flows say 1,000,000 Rp .replicate 1."):
        ledger.close(np.zeros(3), np.array([1e6, 2e6, 1e6]), 1)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda state: pickle.loads(pickle.dumps(state))])
def test_a_copied_state_is_equal_and_its_own(village, copied):
    state = village(sizes=(2, 3), outside=1)
    state.groups.extra("my.count", int)[...] = 4
    state.parts()
    twin = copied(state)
    twin.households.savings = 0.0
    twin.parts()[0].households.trust = 0.9
    assert (state.households.savings == 1e6).all() and (state.households.trust == 0.5).all()
    assert twin.households.trust.tolist() == [[0.9] * 5 + [0.5]]
    assert twin.groups.extra("my.count", int).tolist() == [[4, 4]]
    assert twin.per_group(np.ones((1, 6))).tolist() == [[2, 3]]
