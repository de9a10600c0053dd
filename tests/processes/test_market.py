"""Local markets, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.market import Market, set_prices, shift_demand, tally_sales
from kubesim.randomness import Draws, Rows


def test_demand_drifts_back_and_is_shaken(village, luck):
    state = village(sizes=(2, 2, 2))
    state.markets.demand = [[0.2, -0.1, 0.0]]
    shift_demand(state, Market(persistence=0.9, spread=0.1), luck)
    e = Draws([1], month=1).normal("market.demand", Rows(0, 3))[0]
    assert state.markets.demand[0] == pytest.approx([0.18, -0.09, 0] + 0.1 * e)


def test_a_quiet_empty_market_pays_a_price_of_one(village):
    state = village()
    set_prices(state, Market())
    assert state.groups.price[0, 0] == 1


def test_crowding_and_demand_set_the_price(village):
    """Sales of 3 m in a market of 1 m: (1 + 3)^-0.5 = 0.5. Demand luck ln 2 doubles it. Each group
    reads its own market, and a slump of its district comes on top."""
    state = village(sizes=(2, 2, 2), districts=("North", "South"), groups={"market": [1, 1, 2]})
    state.markets.district = [[0, 0, 1]]
    state.markets.crowding = [[99e6, 3e6, 0]]
    state.markets.demand = [[0.0, 0.0, np.log(2)]]
    state.districts.demand[:, 1] = 0.7
    set_prices(state, Market(size=1e6, crowding=0.5))
    assert state.groups.price[0] == pytest.approx([0.5, 0.5, 1.4])


def test_a_district_is_as_crowded_as_its_markets_on_average(village):
    """Two markets of 10 m in the north sell 4 m and 8 m: 0.6. None in the middle: 0. South 5 m: 0.5."""
    state = village(sizes=(2, 2, 2), districts=("North", "Middle", "South"))
    state.markets.district = [[0, 0, 2]]
    state.markets.crowding = [[4e6, 8e6, 5e6]]
    set_prices(state, Market(size=10e6))
    assert state.districts.crowding[0] == pytest.approx([0.6, 0, 0.5])


def test_crowding_switched_off(village):
    state = village()
    state.markets.crowding = 50e6
    set_prices(state, Market(crowding=0.0))
    assert state.groups.price[0, 0] == 1


def test_each_market_tallies_its_groups_sales_by_replicate(village):
    state = village(sizes=(2, 2, 2), replicates=2, groups={"market": [[0, 0, 2], [1, 2, 2]]})
    state.groups.value_added = [[1e6, 2e6, 4e6], [1e6, 2e6, 4e6]]
    tally_sales(state)
    assert state.markets.crowding.tolist() == [[3e6, 0, 4e6], [0, 1e6, 6e6]]
