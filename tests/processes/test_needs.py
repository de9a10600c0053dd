"""Food, clothing, housing, health and poverty spells, worked by hand. The poverty line is 1 m Rp."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.needs import Needs, food_share, meet_needs, upkeep


def test_engel_s_law():
    """0.68 at the line, 0.10 less for each log-point above it, never outside 0.3 to 0.8."""
    shares = food_share(Needs(), np.array([1.0, np.e, np.exp(5.0), np.exp(-2.0)]))
    assert shares == pytest.approx([0.68, 0.58, 0.3, 0.8])


def test_food_is_its_share_of_spending(village):
    """At twice the line 0.68 - 0.1 ln 2 = 0.610685, times 2; at 0.4 of it 0.771629, times 0.4."""
    state = village(households={"consumption": [1e6, 2e6, 0.4e6]})
    meet_needs(state, Needs(), 1)
    assert state.households.food[0] == pytest.approx([0.68, 1.221371, 0.308652], abs=1e-6)


def test_health_moves_to_its_aim_and_illness_harms_it(village):
    """At the line the aim is 0.65 + 0.15 = 0.8: 0.75 + 0.04 x 0.05 = 0.752, and 0.652 when ill. At
    three times the line the aim stops at 0.95. The very ill do not fall below 0."""
    state = village(sizes=(4,), households={
        "consumption": [1e6, 1e6, 3e6, 1e6], "health": [0.75, 0.75, 0.75, 0.05], "ill": [0, 1, 0, 1]})
    meet_needs(state, Needs(), 1)
    assert state.households.health[0] == pytest.approx([0.752, 0.652, 0.758, 0])


def test_the_aim_of_health_never_exceeds_one(village):
    state = village(households={"consumption": 3e6, "health": 0.9})
    meet_needs(state, Needs(health_slope=1.0), 1)
    assert state.households.health[0, 0] == pytest.approx(0.9 + 0.04 * 0.1)


def test_clothing_and_housing_wear_and_are_kept_up(village):
    """At the line non-food spending is 0.32; the line's non-food part is 0.2834 and twice that keeps
    everything in order: 0.32 / 0.5668 = 0.564573. Clothing goes a twelfth of the way, housing a
    sixtieth."""
    state = village(households={"clothing": 0.5, "housing": [0.5, 0.9, 0.564573]})
    meet_needs(state, Needs(), 1)
    assert upkeep(Needs(), np.array(1.0)) == pytest.approx(0.564573, abs=1e-6)
    assert state.households.clothing[0] == pytest.approx([0.505381] * 3, abs=1e-6)
    assert state.households.housing[0] == pytest.approx([0.501076, 0.894410, 0.564573], abs=1e-6)


def test_upkeep_is_full_for_the_rich(village):
    state = village(households={"consumption": 5e6, "clothing": 0.4, "housing": 0.4})
    meet_needs(state, Needs(), 1)
    assert upkeep(Needs(), np.array(5.0)) == 1.0
    assert state.households.clothing[0] == pytest.approx([0.4 + 0.6 / 12] * 3)
    assert state.households.housing[0] == pytest.approx([0.4 + 0.6 / 60] * 3)


def test_poverty_spells_are_counted(village):
    """Poor, poor, not, poor: two spells, the second in its first month, three months in all."""
    state = village()
    h, seen = state.households, []
    for month, consumption in enumerate((0.9e6, 0.999e6, 1e6, 0.5e6)):
        h.consumption = consumption
        meet_needs(state, Needs(), month)
        seen.append((bool(h.was_poor[0, 0]), bool(h.poor[0, 0]), *(
            int(column[0, 0]) for column in (h.spells, h.spell_months, h.poor_months))))
    assert seen == [(False, True, 1, 1, 1), (True, True, 1, 2, 2), (True, False, 1, 0, 2),
                    (False, True, 2, 1, 3)]


def test_who_was_poor_at_the_start_stays_known(village):
    state = village(households={"consumption": [0.9e6, 1e6, 1.1e6]})
    meet_needs(state, Needs(), 0)
    state.households.consumption = [[2e6, 0.9e6, 1.1e6]]
    meet_needs(state, Needs(), 1)
    assert state.households.poor_at_start[0].tolist() == [True, False, False]
    assert state.households.poor[0].tolist() == [False, True, False]
