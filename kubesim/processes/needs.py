"""The four basic needs (pangan, sandang, papan, kesehatan) and poverty told over time."""

from __future__ import annotations

import numpy as np

from kubesim.state import State
from kubesim.units import Section, monthly, share, value

BPS = "BPS Kalimantan Selatan, March 2024"


class Needs(Section):
    """How spending meets needs. Outputs only: nothing feeds back on money."""

    engel_share: float = share(0.68, "food share of spending at the poverty line", grade="derived",
                               source="64-73 % of poor households' spending (Sarolangun, Java)")
    engel_slope: float = value(0.10, "per log of living standard", "fall of the food share with "
                               "spending (Engel's law)", low=0, high=1)
    food_line: float = share(0.7166, "food part of the poverty line: below it a household is "
                             "deprived of food", unit="share of poverty line", grade="observed",
                             source="71.66 %, BPS Kalimantan Selatan, March 2022")
    health_speed: float = monthly(0.04, "speed of health recovery", symbol="λ_H", plausible=(0.02, 0.1))
    health_slope: float = value(0.15, "per multiple of the line", "effect of living standard on "
                                "health", low=0, high=1, symbol="κ_H", grade="calibrated",
                                source="calibrated to health 0.03 SD (Banerjee et al. 2015)",
                                plausible=(0.03, 0.2))
    health_base: float = share(0.65, "health of someone with no means")
    illness_harm: float = share(0.10, "health lost in a month of serious illness")
    clothing_wear: float = monthly(1 / 12, "wear of clothing", grade="derived",
                                   source="one new outfit a year is the BPS criterion")
    housing_wear: float = monthly(1 / 60, "wear of the dwelling's quality")
    non_food_full: float = value(2.0, "multiple of the line's non-food part", "non-food spending at "
                                 "which clothing and housing are kept in full order", low=0.1, high=10)
    deprived_clothing: float = share(0.5, "a household with less is deprived of clothing")
    deprived_housing: float = share(0.5, "a household with less is deprived of housing")
    deprived_health: float = share(0.6, "a household with less is deprived of health")
    poor_in_needs: float = share(1 / 3, "weighted share of needs at which a household counts as "
                                 "multidimensionally poor", grade="literature",
                                 source="k = 1/3 (Alkire & Foster 2011, J.Pub.Econ. 95:476; global MPI)")


def food_share(p: Needs, living_standard: np.ndarray) -> np.ndarray:
    """Engel share of food in spending, 0.3 to 0.8."""
    return np.clip(p.engel_share - p.engel_slope * np.log(living_standard), 0.3, 0.8)


def upkeep(p: Needs, living_standard: np.ndarray) -> np.ndarray:
    """Level of clothing and housing that this spending keeps up, 0 to 1."""
    non_food = living_standard * (1 - food_share(p, living_standard)) / (1 - p.food_line)
    return np.minimum(non_food / p.non_food_full, 1.0)


def meet_needs(state: State, p: Needs, month: int) -> None:
    """Spending feeds, clothes, houses and heals; poverty spells are counted.

    Reads: households.consumption, .poverty_line, .ill. Writes: .food, .clothing, .housing,
    .health, .poor, .was_poor, .poor_at_start, .spells, .spell_months, .poor_months. Draws: none.
    Source: Engel's law; clothing and housing are stocks that wear and are kept up by non-food
    spending (assumed).
    """
    h = state.households
    standard = h.living_standard
    eaten = food_share(p, standard)
    h.food = eaten * standard
    kept = np.minimum(standard * (1 - eaten) / ((1 - p.food_line) * p.non_food_full), 1.0)
    h.clothing = h.clothing + p.clothing_wear * (kept - h.clothing)
    h.housing = h.housing + p.housing_wear * (kept - h.housing)
    aim = np.minimum(1.0, p.health_base + p.health_slope * np.minimum(standard, 2.0))
    h.health = np.clip(h.health + p.health_speed * (aim - h.health) - p.illness_harm * h.ill, 0, 1)

    h.was_poor = h.poor
    h.poor = standard < 1
    if month == 0:
        h.poor_at_start = h.poor
    h.spells = h.spells + (h.poor & (h.spell_months == 0))
    h.spell_months = (h.spell_months + 1) * h.poor
    h.poor_months = h.poor_months + h.poor
