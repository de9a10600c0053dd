"""What a file leaves open is drawn given what it says; what it says stays."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.people.completing import Donors, complete, deciles_of, told_completing, told_income
from rolls import roll_of

CITY = 4000


@pytest.fixture
def donors():
    """A city in which large families are poor and housing follows income; the poorest eighth is listed."""
    luck = np.random.default_rng(1)
    persons = luck.integers(1, 9, CITY).astype(float)
    income = np.exp(luck.normal(0.6, 0.4, CITY)) * (persons / 4)**-0.6
    score = np.log(income) + luck.normal(0, 0.3, CITY)
    decile = deciles_of(score)
    return Donors(persons, income, np.clip(0.3 * income, 0, 1), decile, score < np.quantile(score, 0.125))


def luck_for(count, seed=0):
    """Two uniform numbers a household."""
    made = np.random.default_rng(seed).random((2, count))
    return made[0], made[1]


def same(spending, weight):
    """A first month in which everybody spends the normal income."""
    return spending


def test_deciles_hold_a_tenth_each():
    """Ten of hundred in each, the lowest scores first."""
    found = deciles_of(np.arange(100)[::-1])
    assert np.bincount(found)[1:].tolist() == [10] * 10 and found[99] == 1


def test_what_is_known_stays(donors):
    """Persons and spending given for all: nothing is drawn, whatever the luck."""
    roll = roll_of(3, persons=[2, 5, 12], spending=[4e5, 6e5, 8e5])
    income = told_income(roll, np.full(3, 4e5), same, 0.6)
    made = complete(roll, income, donors, luck_for(3))
    assert made.persons.tolist() == [2, 5, 12] and made.income == pytest.approx([1, 1.5, 2])


def test_spending_comes_before_income_and_income_has_a_floor():
    """Of three: spending counts where both are given; an income of nothing is what all can count on."""
    roll = roll_of(3, persons=3, spending=[4e5, np.nan, np.nan], income=[9e5, 0, 8e5])
    assert told_income(roll, np.full(3, 4e5), same, 0.6) == pytest.approx([1, 0.6, 2])


def test_money_in_lines_needs_no_line():
    """A file from another country counts in its own poverty lines."""
    roll = roll_of(2, in_lines=True, persons=3, spending=[0.8, 1.2])
    assert told_income(roll, np.full(2, 4e5), same, 0.6) == pytest.approx([0.8, 1.2])


def test_income_is_drawn_within_the_decile_and_the_size(donors):
    """Second decile, five persons: every drawn income is one of such a donor."""
    roll = roll_of(200, persons=5, decile=2)
    made = complete(roll, np.full(200, np.nan), donors, luck_for(200))
    alike = donors.income[(donors.decile == 2) & (donors.persons == 5)]
    assert np.isin(made.income, alike).all() and len(np.unique(made.income)) > len(alike) / 2


def test_without_a_decile_the_registers_poor_lend(donors):
    """Nothing known: pairs of size and income come from one listed donor together."""
    made = complete(roll_of(300), np.full(300, np.nan), donors, luck_for(300))
    pairs = set(zip(donors.persons[donors.listed], donors.income[donors.listed]))
    assert set(zip(made.persons, made.income)) <= pairs


def test_better_housing_draws_a_higher_income(donors):
    """Of families of four in the same decile those with better housing get like donors' incomes."""
    roll = roll_of(400, persons=4, decile=5, housing=np.repeat([0.2, 0.9], 200))
    made = complete(roll, np.full(400, np.nan), donors, luck_for(400))
    lend = donors.income[(donors.decile == 5) & (donors.persons == 4)]
    assert made.income[:200].max() < np.median(lend) < made.income[200:].min()


def test_poor_families_are_drawn_large(donors):
    """Sizes come from donors of like income: the mean size falls with income as in the city."""
    roll = roll_of(600)
    low, high = np.quantile(donors.income, [0.1, 0.9])
    made = complete(roll, np.repeat([low, high], 300), donors, luck_for(600))
    assert made.persons[:300].mean() > made.persons[300:].mean() + 1
    assert (made.income == np.repeat([low, high], 300)).all()


def test_a_family_larger_than_any_borrows_from_the_largest(donors):
    """25 persons are in no donor's house; families of 8 lend."""
    made = complete(roll_of(50, persons=25), np.full(50, np.nan), donors, luck_for(50))
    assert np.isin(made.income, donors.income[donors.persons == 8]).all()


def test_each_variable_is_told():
    """Ten households: three with spending, two with income, four of the others in a decile."""
    told = "\n".join(told_completing(roll_of(
        10, persons=[3] * 8 + [np.nan] * 2, spending=[1e6] * 3 + [np.nan] * 7, workers=1,
        income=[1e6] * 5 + [np.nan] * 5, decile=[1] * 9 + [np.nan])))
    for line in ("8 of 10 in the file, 2 drawn", "spending: 3 of 10", "of 2 households without spending",
                 "income of 5 drawn", "decile for 4", "housing: 0 of 10", "workers"):
        assert line in told
