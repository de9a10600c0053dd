"""Prices: a world in which everything in rupiah is twice as dear is the same world; dearer alone is not."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.model import KubeModel
from kubesim.population import District
from kubesim.processes import market, membership, spending
from kubesim.processes.earnings import Illness
from kubesim.running.measure import Measures, choose_outcomes
from kubesim.scenario import Scenario

MONEY = {
    "households": {"poverty_line", "normal_income", "labour_income", "business_income", "savings", "group_loan",
                   "expected_income", "business_capital", "labour_earnings", "business_profit", "dividend", "misuse",
                   "solidarity_payment", "income", "consumption", "kin_help"},
    "groups": {"capital", "capital_start", "solidarity", "loan_fund", "value_added", "profit", "profit_per_member",
               "dividend"},
    "companions": set(), "markets": {"crowding"}, "districts": {"prices"}}
"""Columns in rupiah, and the price level itself."""
CITY = (District(name="North", share=0.6, poverty_line=500_000, prices=1.25),
        District(name="South", share=0.4, poverty_line=700_000, prices=1.5))


@pytest.fixture(scope="module")
def town(world) -> Scenario:
    """Every intervention at work in two districts with prices of their own."""
    return world.with_(districts=CITY, months=24).with_({"illness.onset": 0.05, "business.crowded_out": 0.1})


def dearer(scenario: Scenario, times: float) -> Scenario:
    """Lines, prices and all that the programme pays or takes in rupiah, so many times as dear; the model's own
    rupiah constants stay as they are."""
    changes = {held.path: times * held.value for held in scenario.values()
               if held.value and held.path.split(".")[0] in ("population", "groups", "districts", "interventions")
               and (held.unit.startswith("Rp") or held.path.endswith(".prices"))}
    assert len(changes) > 12
    return scenario.with_(changes)


def lived(scenario: Scenario) -> KubeModel:
    model = KubeModel(scenario, [3, 4])
    model.run_model()
    return model


def columns(model: KubeModel, times: float = 1.0) -> dict[str, np.ndarray]:
    """Every column, money divided by ``times``; the capital of a business that is none is 1 Rp in any world."""
    held = {}
    for table, money in MONEY.items():
        for name, column in getattr(model.state, table).columns().items():
            held[f"{table}.{name}"] = column / times if name in money else column
    start = model.state.households.business_capital_start
    held["households.business_capital_start"] = np.where(start > 1, start / times, start)
    return held


def test_a_world_twice_as_dear_is_the_same_world(town):
    """Poverty, survival, skill and every other column agree to a billionth, money is doubled."""
    usual, doubled = lived(town), lived(dearer(town, 2.0))
    ours, theirs = columns(usual), columns(doubled, 2.0)
    for name, column in ours.items():
        np.testing.assert_allclose(theirs[name], column, rtol=1e-9, atol=1e-12, err_msg=name)
    assert (usual.state.groups.ended >= 0).any() and (usual.state.groups.loan_fund > 0).any()
    costs = [{key: amounts for key, amounts in model.state.ledger.costs.items()} for model in (usual, doubled)]
    assert all(costs[1][key] == pytest.approx(2 * costs[0][key]) for key in costs[0])


def test_outcomes_by_district_are_doubled_where_they_are_rupiah_and_the_same_elsewhere(town):
    chosen = choose_outcomes(None)
    taken = [Measures(model.state, chosen).take(model.state, model.scenario)
             for model in (lived(town), lived(dearer(town, 2.0)))]
    times = {outcome.name: 2.0 if outcome.unit.startswith("Rp") else 1.0 for outcome in chosen}
    for name, values in taken[0].items():
        base = name if name in times else name.removesuffix("_members").removesuffix("_non")
        np.testing.assert_allclose(taken[1][name], times[base] * values, rtol=1e-9, err_msg=name)


def test_dearer_prices_alone_make_the_same_grant_worth_less(town):
    """The grant stays as typed: groups start with less of what business costs, and earn less."""
    dear = [{"name": d.name, "share": d.share, "poverty_line": 2 * d.poverty_line, "prices": 2 * d.prices}
            for d in CITY]
    usual, dear = lived(town), lived(town.with_(districts=tuple(District(**each) for each in dear)))
    start = [model.state.groups.capital_start.sum() for model in (usual, dear)]
    assert start[0] == pytest.approx(start[1], rel=0.35)
    lines = [model.state.households.living_standard[:, :model.state.listed].mean() for model in (usual, dear)]
    assert lines[1] < lines[0]


def test_bills_and_thresholds_by_hand(village, luck, world):
    """In a district twice as dear a month of illness costs 200,000 Rp, not 100,000."""
    state = village(sizes=(3, 3), districts=("Cheap", "Dear"), groups={"district": [0, 1]},
                    households={"ill": [0, 1, 1, 1, 1, 1], "labour_earnings": 2e6, "district": [0, 0, 0, 1, 1, 1]})
    state.districts.prices = [1.0, 2.0]
    spending.spend(state, world.spending, np.zeros((1, 6)), Illness().cost, 0.01, luck)
    assert state.ledger.outflows["medical cost"][0] == 2 * 100_000 + 3 * 200_000


@pytest.mark.parametrize("prices, capital, ends", [(1.0, 7.19e6, True), (1.0, 7.21e6, False),
                                                   (2.0, 14.39e6, True), (2.0, 14.41e6, False)])
def test_a_group_stops_at_36_percent_of_20_million_at_the_districts_prices(village, luck, world, prices, capital,
                                                                          ends):
    state = village(sizes=(10,), groups={"capital": capital, "capital_start": 60e6})
    state.districts.prices = prices
    membership.leave_and_end(state, world.membership, np.zeros((1, 10)), 5, luck)
    assert (state.groups.ended[0, 0] == 5) == ends


def test_a_market_of_twice_the_prices_holds_twice_the_sales(village, world):
    state = village(sizes=(3, 3), districts=("Cheap", "Dear"), groups={"district": [0, 1]})
    state.markets.district, state.districts.prices = [0, 1], [1.0, 2.0]
    state.markets.crowding = [12e6, 24e6]
    market.set_prices(state, world.market)
    assert state.groups.price[0] == pytest.approx([2**-0.25, 2**-0.25])
    assert state.districts.crowding[0] == pytest.approx([1.0, 1.0])
