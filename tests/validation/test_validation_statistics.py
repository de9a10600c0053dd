"""Every statistic on panels of a few households or groups, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.validation.statistic import Life, all_from_to, known_statistics, three_months
from kubesim.validation.statistics import city, effects, groups, standardised


def life(months, **columns) -> Life:
    """An arm of one seed; a column is what it holds in all months, or a mapping of month to that. ``h_`` and
    ``g_`` stand for the tables of households and groups."""
    made = Life()
    for name, held in columns.items():
        table = {"h": "households", "g": "groups"}[name[0]]
        for month in months:
            values = held[month] if isinstance(held, dict) else held
            made.keep(f"{table}.{name[2:]}", month, np.array([values]))
    return made


def test_windows():
    assert list(three_months((12, 24))) == [10, 11, 12, 22, 23, 24]
    assert list(all_from_to((13, 16))) == [13, 14, 15, 16]


# -- the city --------------------------------------------------------------------------------------
def town(**more) -> Life:
    """Four households with a line of 2: at 0.5, 0.8, 1 and 3 times it, of 5, 3, 2 and 1 persons."""
    return life([0], h_consumption=[1.0, 1.6, 2.0, 6.0], h_poverty_line=[2.0] * 4,
                h_persons=[5.0, 3.0, 2.0, 1.0], **more)


def test_poverty_of_the_city():
    # P0 = 8/11, P1 = (0.5 x 5 + 0.2 x 3)/11 = 3.1/11, P2 = (0.25 x 5 + 0.04 x 3)/11 = 1.37/11
    assert city.gap_over_headcount([0], town()) == pytest.approx(3.1 / 8)
    assert city.severity_over_headcount([0], town()) == pytest.approx(1.37 / 8)
    assert city.family_of_the_poor([0], town()) == pytest.approx(4.0)
    assert city.food_share_of_the_poor([0], town(h_food=[0.4, 0.6, 0.7, 1.0])) == pytest.approx(
        (0.4 / 0.5 + 0.6 / 0.8) / 2)


def test_gini_is_that_of_the_mean_absolute_difference():
    x, w = np.array([0.5, 0.8, 1.0, 3.0]), np.array([5.0, 3.0, 2.0, 1.0])
    mean = (w * x).sum() / w.sum()
    differences = (w[:, None] * w * np.abs(x[:, None] - x)).sum() / w.sum() ** 2
    assert city.gini([0], town()) == pytest.approx(differences / (2 * mean))


def test_nobody_poor_has_no_value():
    rich = life([0], h_consumption=[3.0], h_poverty_line=[1.0], h_persons=[2.0])
    assert np.isnan(city.gap_over_headcount([0], rich))
    assert np.isnan(city.family_of_the_poor([0], rich))


def test_churning():
    # poor at 0: persons 4 (stays) and 2 (leaves); not poor: 3 (falls), 1 (does not)
    made = life([0, 24], h_poverty_line=[1.0] * 4, h_persons=[4.0, 2.0, 3.0, 1.0],
                h_consumption={0: [0.5, 0.8, 1.0, 2.0], 24: [0.9, 1.0, 0.7, 2.0]})
    assert city.still_poor([0, 24], made) == pytest.approx(4 / 6)
    assert city.became_poor([0, 24], made) == pytest.approx(3 / 4)


def test_chronic_share():
    # one household always at 0.8 (gap 0.2), one at 0.4, then 1.6: its mean is on the line, its mean gap 0.3
    made = life([0, 12], h_poverty_line=[1.0, 1.0], h_persons=[1.0, 1.0],
                h_consumption={0: [0.8, 0.4], 12: [0.8, 1.6]})
    assert city.chronic_share([0, 12], made) == pytest.approx(0.2 / 0.5)


def test_how_much_of_an_illness_is_passed_on():
    # only the first of three is ill, in month 6 alone; month 0 says who lives near the line
    ill = life([0, 6, 9], h_poverty_line=[1.0] * 3, h_ill={0: [True] * 3, 6: [True, False, False],
                                                          9: [False, False, True]},
               h_consumption={0: [1.2, 1.2, 2.5], 6: [0.9, 5.0, 9.0], 9: [1.0, 1.0, 2.0]},
               h_income={0: [1.0] * 3, 6: [0.5, 1.0, 1.0], 9: [1.0, 1.0, 1.0]})
    well = life([0, 6, 9], h_poverty_line=[1.0] * 3, h_ill=[False] * 3,
                h_consumption={0: [9.0] * 3, 6: [1.2, 1.2, 2.5], 9: [1.0, 1.0, 2.5]},
                h_income={0: [1.0] * 3, 6: [1.0] * 3, 9: [1.0, 1.0, 2.0]})
    assert city.passed_on_below([0, 6, 9], ill, well) == pytest.approx(np.log(0.75) / np.log(0.5))
    assert city.passed_on_above([0, 6, 9], ill, well) == pytest.approx(np.log(0.8) / np.log(0.5))


# -- groups ----------------------------------------------------------------------------------------
def test_groups_of_those_formed():
    made = life([24], g_active=[True, False, True, False], g_start_month=[1, 1, 24, 25],
                g_stage=[2, 0, 1, 0], g_cause=[0, 1, 0, 0])
    other = life([24], g_active=[True, False, False, False], g_start_month=[1, 1, 24, 25])
    assert groups.groups_alive([24], made) == pytest.approx(2 / 3)
    assert groups.groups_developed([24], made) == pytest.approx(1 / 3)
    assert groups.survival_difference([24], made, other) == pytest.approx(1 / 3)


def test_share_of_break_ups_by_distrust():
    assert groups.ended_by_distrust([60], life([60], g_cause=[1, 1, 2, 0, 3])) == pytest.approx(0.5)
    assert np.isnan(groups.ended_by_distrust([60], life([60], g_cause=[0, 0])))


def test_misuse_is_of_members_of_living_groups_month_by_month():
    # month 1: (0.2 x 10 + 0.4 x 5)/15; month 2: the second group has ended, 0.1
    monthly = life([1, 2], g_misuse_rate={1: [0.2, 0.4], 2: [0.1, 0.9]}, g_members={1: [10, 5], 2: [10, 0]},
                   g_active={1: [True, True], 2: [True, False]})
    weekly = life([1, 2], g_misuse_rate=[0.1, 0.1], g_members=[10, 10], g_active=[True, True])
    assert groups.misuse_ratio([1, 2], monthly, weekly) == pytest.approx((4 / 15 + 0.1) / 2 / 0.1)


def test_trust_of_members_only():
    one = life([24], h_trust=[0.6, 0.8, 0.1], h_in_group=[True, True, False])
    other = life([24], h_trust=[0.5, 0.9, 0.9], h_in_group=[True, False, False])
    assert groups.trust_ratio([24], one, other) == pytest.approx(1.4)


# -- effects ---------------------------------------------------------------------------------------
def spends(*monthly: float, first: int = 10, column: str = "h_consumption") -> Life:
    """Two households that spend alike; one number a month."""
    months = range(first, first + len(monthly))
    return life(months, **{column: {month: [held, held] for month, held in zip(months, monthly)}})


def test_consumption_gain_sums_three_months():
    control = spends(10, 10, 10)
    assert effects.consumption_gain([12], spends(11, 12, 13), control) == pytest.approx(20)
    assert effects.consumption_gain_difference([12], spends(11, 12, 13), spends(10, 10, 13), control) == (
        pytest.approx(10))


def test_ratios_of_effects_have_a_floor_below():
    control, whole, part = spends(10, 10, 10), spends(12, 12, 12), spends(10, 10, 13)
    assert effects.part_over_whole([12], part, whole, control) == pytest.approx(0.5)
    assert effects.part_over_whole([12], part, control, control) == pytest.approx(10 / 0.1)
    assert effects.largest_part_over_whole([12], whole, control, spends(9, 9, 9), part) == pytest.approx(0.5)


def test_consumption_gain_over_time():
    control = spends(*[10] * 6)
    assert effects.consumption_gain_over_time([12, 15], spends(12, 12, 12, 11, 11, 11), control) == (
        pytest.approx(0.5))


def test_profit_gains():
    column = "h_business_profit"
    control, theory = spends(10, 10, 10, column=column), spends(11, 11, 11, column=column)
    practice = spends(13, 12, 14, column=column)
    assert effects.profit_gain([12], practice, control) == pytest.approx(30)
    assert effects.profit_gain_ratio([12], practice, theory, control) == pytest.approx(3)
    later = spends(12, 12, 12, 13, 13, 13, column=column)
    flat = spends(*[10] * 6, column=column)
    assert effects.profit_gain_over_time([12, 15], later, flat) == pytest.approx(1.5)


def test_profit_gain_of_the_less_skilled():
    months, skill = [10, 11, 12], [0.1, 0.2, 0.6, 0.9]
    control = life(months, h_business_profit=[10, 10, 10, 30], h_skill_start=skill)
    arm = life(months, h_business_profit=[12, 14, 11, 31], h_skill_start=skill)
    assert effects.profit_gain_of_less_skilled([12], arm, control) == pytest.approx(30 - 5)


# -- in standard deviations ------------------------------------------------------------------------
LINE = {"h_poverty_line": [2.0, 2.0]}


def test_effects_in_standard_deviations_of_the_control():
    # against the line the control has 1 and 3: mean 2, standard deviation 1 (divisor N)
    control = life([24], h_consumption=[2, 6], h_income=[2, 6], h_food=[1, 3], h_health=[0.1, 0.3], **LINE)
    arm = life([24], h_consumption=[3, 6], h_income=[4, 6], h_food=[1, 3.2], h_health=[0.2, 0.3], **LINE)
    assert standardised.consumption_effect([24], arm, control) == pytest.approx(0.25)
    assert standardised.income_effect([24], arm, control) == pytest.approx(0.5)
    assert standardised.food_effect([24], arm, control) == pytest.approx(0.1)
    assert standardised.health_effect([24], arm, control) == pytest.approx(0.5)


def test_assets_without_and_with_joint_capital():
    owned = {"h_business_capital": [2, 4], "h_savings": [0, 2], **LINE}
    control = life([24], g_capital=[0.0], g_members=[0], h_in_group=[False, False], **owned)
    arm = life([24], **(owned | {"h_savings": [1, 2]}), g_capital=[4.0], g_members=[1],
               h_in_group=[True, False])
    assert standardised.assets_effect([24], arm, control) == pytest.approx(0.25)
    # the one member's share of 4 is 2 lines
    assert standardised.assets_with_joint_effect([24], arm, control) == pytest.approx(0.25 + 1.0)


@pytest.mark.parametrize("income, assets, consumption, food, health, holds", [
    (0.4, 0.4, 0.3, 0.34, 0.2, 1), (0.39, 0.4, 0.3, 0.3, 0.2, 0), (0.5, 0.3, 0.3, 0.3, 0.2, 0),
    (0.5, 0.4, 0.3, 0.36, 0.2, 0), (0.5, 0.4, 0.3, 0.3, 0.3, 0)])
def test_order_of_effects(income, assets, consumption, food, health, holds):
    def arm(*moved):
        income, assets, consumption, food, health = moved
        return life([24], h_poverty_line=[1.0, 1.0], h_income=[1 + income, 3 + income],
                    h_business_capital=[1 + assets, 3 + assets], h_savings=[0.0, 0.0],
                    h_consumption=[1 + consumption, 3 + consumption], h_food=[1 + food, 3 + food],
                    h_health=[1 + health, 3 + health])
    moved = arm(income, assets, consumption, food, health)
    assert standardised.effects_in_order([24], moved, arm(*[0.0] * 5)) == holds


def test_every_statistic_is_worked_by_hand_above():
    source = open(__file__, encoding="utf-8").read()
    missing = [name for name in known_statistics() if f".{name}(" not in source]
    assert not missing and len(known_statistics()) > 25
