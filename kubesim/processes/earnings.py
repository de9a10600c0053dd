"""Luck in earnings, serious illness, and what a household's labour earns."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, rupiah, share, value

CHURNING = "calibrated to poverty churning (Dartanto & Nurkholis 2013, BIES 49(1):61-84)"


class Earnings(Section):
    """Labour earnings of a household."""

    persistence: float = share(0.957, "month-to-month persistence of earnings luck", symbol="ρ_u",
                               grade="calibrated", source=CHURNING, plausible=(0.93, 0.98))
    lasting_spread: float = value(0.12, "log", "spread of the persistent earnings luck", low=0,
                                  high=2, symbol="σ_u", grade="calibrated", source=CHURNING,
                                  plausible=(0.08, 0.3))
    month_spread: float = value(0.28, "log", "spread of one-month earnings luck", low=0, high=2,
                                symbol="σ_e", grade="calibrated", source="calibrated; the CV of "
                                "monthly income of the urban poor is unknown", plausible=(0.2, 0.45))


class Illness(Section):
    """Serious illness of a worker."""

    onset: float = monthly(0.008, "chance that a serious illness starts", symbol="η_ill",
                           source="0.05-0.15 a year, no local figure", plausible=(0.004, 0.012))
    recovery: float = monthly(0.5, "chance of recovery", symbol="r_ill", above=0.0,
                              source="judgement: two months on average", plausible=(0.33, 1.0))
    earnings_lost: float = share(0.5, "share of labour earnings lost while ill", symbol="ℓ_ill",
                                 grade="derived", plausible=(0.4, 0.7), source="most of the loss is "
                                 "earnings, not bills (Gertler & Gruber 2002, AER 92:51-70)")
    profit_lost: float = share(0.5, "share of the own business's profit lost while ill",
                               source="judgement")
    cost: float = rupiah(100_000, "medical and travel cost while ill", unit="Rp per month",
                         symbol="m_ill", source="judgement", plausible=(0, 500_000))


def spread_luck(state: State, earnings: Earnings, illness: Illness, draw: Draws) -> None:
    """Persistent luck drifts back to its mean; illness comes and goes.

    Reads: households.luck, .ill; districts.illness. Writes: households.luck, .ill.
    Draws: ``earnings.luck`` (normal), ``illness`` (uniform). Month 0 keeps the starting values.
    Source: AR(1) in logs.
    """
    households = state.households
    fresh = earnings.lasting_spread * np.sqrt(1 - earnings.persistence**2)
    chance = draw.uniform("illness", households)
    onset = illness.onset * state.per_row(state.districts.illness, households)
    households.luck = earnings.persistence * households.luck + fresh * draw.normal("earnings.luck", households)
    households.ill = np.where(households.ill, chance >= illness.recovery, chance < onset)


def earn_wages(state: State, earnings: Earnings, illness: Illness, time_cost: float,
               draw: Draws) -> None:
    """Labour earns by luck and health, less the time given to the group's business.

    Reads: households.labour_income, .luck, .ill, .effort, .in_group. Writes: .labour_earnings.
    Draws: ``earnings.month`` (normal). ``time_cost`` is the share of labour earnings that a
    member's full effort costs.
    """
    households, p = state.households, earnings
    correction = 0.5 * (p.lasting_spread**2 + p.month_spread**2)
    luck = np.exp(households.luck + p.month_spread * draw.normal("earnings.month", households) - correction)
    working = households.in_group & ~households.ill
    households.labour_earnings = (
        households.labour_income * luck * (1 - time_cost * households.effort * working)
        * (1 - illness.earnings_lost * households.ill) * state.per_row(state.districts.labour, households))
