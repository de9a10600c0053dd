"""The household's own small business: profit, reinvestment, wear and losses."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, share, value


class Business(Section):
    """Own business of a household."""

    skill_return: float = value(1.5, "log per unit of skill", "profit gain per unit of skill", low=0,
                                high=5, symbol="θ", grade="calibrated", plausible=(0.8, 1.8),
                                source="one SD of practices is worth +35 % (McKenzie & Woodruff 2017)")
    capital_return: float = value(0.3, "elasticity", "returns to own capital", low=0, high=0.99,
                                  symbol="γ", grade="derived", plausible=(0.2, 0.5),
                                  source="5 % a month (de Mel, McKenzie & Woodruff 2008, QJE 123:1329)")
    reinvested: float = share(0.1, "share of own profit put back into the business", symbol="ι",
                              plausible=(0.05, 0.2))
    dividend_reinvested: float = share(0.5, "share of group dividends put into the own business",
                                       symbol="ι_d", grade="calibrated", plausible=(0, 0.5),
                                       source="calibrated to assets 0.25 SD (Banerjee et al. 2015)")
    wear: float = monthly(0.02, "wear and spoilage of own capital", symbol="δ_k", above=0.0,
                          plausible=(0.01, 0.03))
    month_spread: float = value(0.35, "log", "monthly noise of own profit", low=0, high=2,
                                symbol="σ_b", plausible=(0.2, 0.6))
    loss_chance: float = monthly(0.02, "chance of theft or spoilage", symbol="η_a",
                                 plausible=(0.01, 0.05))
    loss_share: float = share(0.35, "share of stock at risk in such an event (half of it is lost "
                              "by a household without problem-solving)", symbol="ℓ_a", plausible=(0.2, 0.5))
    hardship: float = share(0.75, "normal income below this share of the poverty line halves "
                            "investment", unit="share of poverty line")
    crowded_out: float = value(0.0, "elasticity", "fall of own profits where joint businesses crowd "
                               "the district's markets (spill-over on all own businesses)", low=0, high=2,
                               source="unknown; 0 leaves non-members untouched", plausible=(0, 0.2))


def earn_profit(state: State, p: Business, profit_lost_when_ill: float, draw: Draws) -> None:
    """The own business earns by skill, news and capital.

    Reads: households.business_income, .skill, .skill_start, .news, .business_capital, .ill;
    districts.demand, .crowding. Writes: households.business_profit. Draws: ``business.profit`` (normal).
    Source: normalised by the starting values, so that nothing moves without a programme.
    """
    h = state.households
    relative_capital = np.maximum(h.business_capital / h.business_capital_start, 1e-300)
    gain = (p.skill_return * (h.skill - h.skill_start) + h.news
            + p.capital_return * np.log(relative_capital)
            + p.month_spread * draw.normal("business.profit", h) - 0.5 * p.month_spread**2)
    sales = state.districts.demand * (1 + state.districts.crowding) ** -p.crowded_out
    h.business_profit = (h.business_income * np.exp(gain) * (1 - profit_lost_when_ill * h.ill)
                         * state.per_row(sales, h))


def reinvest(state: State, p: Business, draw: Draws) -> np.ndarray:
    """Part of profit and dividend goes into the business; wear and mishaps take from it.

    Reads: households.business_profit, .dividend, .expected_income (last month's),
    .problem_solving. Writes: .business_capital. Draws: ``business.loss`` (uniform).
    Returns the investment, Rp, shape (replicates, households). Books wear and losses.
    """
    h = state.households
    invested = p.reinvested * h.business_profit
    if state.groups.length:                             # on no list there are no dividends
        room = np.exp(np.maximum(h.business_capital / h.business_capital_start - 1, 0) / -2)
        invested += p.dividend_reinvested * h.has_business * h.dividend * room
    invested *= 1 - 0.5 * (h.expected_income < p.hardship * h.poverty_line)
    mishap = draw.uniform("business.loss", h) < p.loss_chance
    wear = p.wear * h.business_capital
    loss = 0.5 * p.loss_share * (1 - h.problem_solving) * h.business_capital * mishap
    h.business_capital = h.business_capital - wear + invested - loss
    state.ledger.outflow("wear of own capital", wear)
    state.ledger.outflow("losses of own capital", loss)
    return invested
