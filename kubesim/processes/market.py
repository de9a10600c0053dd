"""Local markets: demand luck and crowding."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, rupiah, share, value


class Market(Section):
    """A local market (district x trade) of joint businesses."""

    groups_per_market: float = value(10.0, "groups", "joint businesses that share a local market",
                                     low=1, high=1000)
    size: float = rupiah(12_000_000, "value added of joint businesses at "
                          "which crowding takes a price of 1 to 2^-crowding",
                         unit="Rp per month", above=0.0, symbol="X_ref", plausible=(5e6, 50e6))
    crowding: float = value(0.25, "elasticity", "fall of price when the local trade is crowded",
                            low=0, high=5, symbol="ε_s", plausible=(0, 0.4))
    persistence: float = share(0.9, "persistence of local demand", symbol="ρ_d", high=0.999,
                               plausible=(0.8, 0.95))
    spread: float = value(0.1, "log", "monthly shock of local demand", low=0, high=2, symbol="σ_d",
                          plausible=(0.05, 0.15))
    site_spread: float = value(0.25, "log", "lasting difference between sites", low=0, high=2,
                               symbol="σ_loc", plausible=(0.1, 0.4))


def shift_demand(state: State, p: Market, draw: Draws) -> None:
    """Demand luck drifts back to its mean.

    Reads: markets.demand. Writes: markets.demand. Draws: ``market.demand`` (normal, one a market).
    """
    markets = state.markets
    markets.demand = p.persistence * markets.demand + p.spread * draw.normal("market.demand", markets)


def set_prices(state: State, p: Market) -> None:
    """Demand and last month's crowding set the price of each group's wares.

    Reads: markets.demand, .crowding, .district; districts.demand, .prices; groups.market.
    Writes: groups.price; districts.crowding. Draws: none.
    """
    markets, districts = state.markets, state.districts
    crowding = state.per_district(markets.crowding, markets)
    markets_there = np.maximum(state.per_district(np.ones_like(markets.demand), markets), 1)
    districts.crowding = crowding / (districts.prices * p.size * markets_there)
    size = p.size * state.per_row(districts.prices, markets)
    price = np.exp(markets.demand) * (1 + markets.crowding / size) ** -p.crowding
    price = price * state.per_row(districts.demand, markets)
    state.groups.price = np.take_along_axis(price, state.groups.market, axis=1)


def tally_sales(state: State) -> None:
    """Each market's sales of the month, which crowd it in the next. Writes: markets.crowding."""
    markets, groups = state.markets, state.groups
    where = groups.market + markets.length * np.arange(state.replicates)[:, None]
    sums = np.bincount(where.ravel(), groups.value_added.ravel(), state.replicates * markets.length)
    markets.crowding = sums.reshape(state.replicates, -1)
