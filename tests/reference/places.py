"""Where people live and sell: districts and local markets."""

from __future__ import annotations

from math import exp


class District:
    """A kecamatan with this month's conditions, all 1 in an ordinary month."""

    def __init__(self, name: str, poverty_line: float, prices: float) -> None:
        self.name = name
        self.poverty_line = poverty_line        # Rp per person and month
        self.prices = prices                    # level of prices; what is in Rp below is at 1
        self.markets = []
        self.begin_month()

    def begin_month(self) -> None:
        """Ordinary conditions until a shock changes them."""
        self.labour = 1.0       # factor on labour earnings
        self.demand = 1.0       # factor on what businesses sell for
        self.illness = 1.0      # factor on the chance of falling ill
        self.visits = 1.0       # factor on companions' visits
        self.meetings = 1.0     # factor on groups' meetings

    def judge_own_sales(self, crowded_out: float) -> None:
        """What own businesses sell for, where joint ones crowd the local markets (last month's sales)."""
        filled = sum(market.crowding / market.size for market in self.markets)
        crowding = filled / max(len(self.markets), 1)
        self.own_sales = self.demand * (1 + crowding) ** -crowded_out


class Market:
    """A local market (district x trade) in which several groups sell."""

    def __init__(self, params, district: District, noise: float) -> None:
        self.params = params
        self.district = district
        self.size = params.size * district.prices
        district.markets.append(self)
        self.groups = []
        self.demand = params.spread * noise / (1 - params.persistence**2) ** 0.5
        self.crowding = 0.0     # last month's sales, Rp
        self.price = 1.0

    def shift_demand(self, noise: float) -> None:
        """Demand luck drifts back to its mean, d' = rho d + sigma e."""
        self.demand = self.params.persistence * self.demand + self.params.spread * noise

    def set_price(self) -> None:
        """This month's demand and last month's crowding make the price."""
        crowd = (1 + self.crowding / self.size) ** -self.params.crowding
        self.price = exp(self.demand) * crowd * self.district.demand

    def tally_sales(self) -> None:
        """What was sold this month crowds the market in the next."""
        self.crowding = sum(group.value_added for group in self.groups)
