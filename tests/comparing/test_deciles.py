"""Deciles, winners and losers, and crossings of the poverty line, worked by hand."""

from __future__ import annotations

import numpy as np

from kubesim.comparing.deciles import CHANGES, MOVES, Deciles, YearlyMean, moves, persons_by_change, tally
from kubesim.outcomes.living import consumption
from kubesim.outcomes.poverty import poverty_rate
from kubesim.scenario import Scenario

MILLION = 1e6


def test_a_household_lies_in_the_decile_of_its_middle_person(village):
    """Twenty households of one person with 1 to 20 m Rp; the poorest stands for 18 of the 37 persons, and
    its middle one is the 9th of them."""
    weight = np.array([18.0] + [1.0] * 19)
    consumed = MILLION * np.arange(1, 21)
    state = village([5], 15, households={"persons": 1, "weight": weight, "consumption": consumed})
    place = Deciles(state).place[0]
    middle = np.cumsum(weight) - weight / 2
    assert place.tolist() == np.floor(10 * middle / 37).astype(int).tolist()
    assert place[0] == 2 and place[-1] == 9


def test_deciles_rank_by_consumption_per_person_and_count_persons(village):
    """Ten households; the one of five persons has most in all and least for each of them."""
    consumed = np.array([10, 2, 3, 4, 5, 6, 7, 8, 9, 10.0])
    persons = np.array([9, 1, 1, 1, 1, 1, 1, 1, 1, 1.0])
    state = village([5], 5, households={"persons": persons, "consumption": consumed})
    place = Deciles(state).place[0]
    assert place[0] == 2                            # ranks 1 of 10, its middle person is 4.5 of 18
    assert place[1:].tolist() == [5, 5, 6, 6, 7, 8, 8, 9, 9]


def test_outcomes_by_decile_are_those_of_its_households(village):
    state = village([5], 15, replicates=2, households={
        "persons": 2, "consumption": np.stack([np.arange(1, 21), np.arange(20, 0, -1)]) * MILLION,
        "poor": np.stack([np.arange(20) < 3, np.arange(20) >= 17])})
    measured = Deciles(state).measure(state, [consumption, poverty_rate], Scenario())
    assert np.allclose(measured["consumption"], (np.arange(10) * 2 + 1.5) * MILLION / 2)
    assert np.allclose(measured["poverty_rate"], [1, 0.5] + [0] * 8)


def test_tally_keeps_replicates_apart():
    assert tally(np.array([[0, 1, 1], [2, 2, 0]]), np.array([[1, 2, 3], [4, 5, 6.0]]), 3).tolist() == [
        [1, 5, 0], [6, 0, 9]]


def test_a_change_of_consumption_falls_into_its_class_by_list_and_decile(village):
    """Two members and a household that stands for ten others, all of them of two persons."""
    state = village([2], 1, households={"persons": 2, "weight": np.array([1, 1, 10.0]),
                                        "consumption": np.array([1, 2, 3]) * MILLION})
    before, after = np.array([[100.0, 100, 100]]), np.array([[103.0, 92, 100]])
    persons = persons_by_change(Deciles(state), state, after, before)[0]
    gains, loses, same = (next(place for place in range(10) if CHANGES[place] < change <= CHANGES[place + 1])
                          for change in (0.03, -0.08, 0.0))
    assert (CHANGES[gains], CHANGES[loses + 1], CHANGES[same]) == (0.01, -0.05, -0.01)
    assert persons[0, :, gains].sum() == 2 and persons[0, :, loses].sum() == 2
    assert persons[1, :, same].sum() == 20
    assert persons.sum() == 24


def test_households_that_cross_the_line_are_counted_by_where_they_began(village):
    start, there, here = ([1, 1, 1, 0, 0, 0, 1, 0], [1, 1, 0, 1, 0, 0, 0, 1], [0, 1, 1, 0, 1, 0, 0, 1])
    weight = np.array([1, 1, 1, 1, 2, 2, 2, 2.0])
    columns = {"poor_at_start": np.array(start, bool), "weight": weight}
    baseline = village([4], 4, households=columns | {"poor": np.array(there, bool)})
    variant = village([4], 4, households=columns | {"poor": np.array(here, bool)})
    assert dict(zip(MOVES, moves(variant, baseline)[0])) == {
        "lifted_out": 1, "kept_out": 1, "held_down": 1, "pushed_in": 2}


def test_the_yearly_mean_takes_the_last_twelve_months(village):
    state = village([5])
    mean = YearlyMean(14)
    for month in range(15):
        state.households.consumption = float(month)
        mean.take({"here": state}, month)
    assert mean.sums["here"][0, 0] == sum(range(3, 15))
    short = YearlyMean(2)
    for month in range(3):
        state.households.consumption = float(month)
        short.take({"here": state}, month)
    assert short.sums["here"][0, 0] == 1 + 2        # the first month is lived before any programme
