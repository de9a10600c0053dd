"""What a first month makes of a normal income, and back."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.model import KubeModel
from kubesim.people.first_month import INCOMES, first_month, quantiles
from kubesim.scenario import Scenario

CURVES = ("poverty_rate", "poverty_gap", "poverty_severity", "spending")
ALL_LISTED = {"groups.formed": False, "population.register_share": 1.0, "population.targeted_share": 1.0}


@pytest.fixture(scope="module")
def month():
    return first_month(Scenario())


def lived(changes, households=20_000, seed=5):
    """Consumption and normal income of month 0 in lines per person, and persons, as the model lives it."""
    h = KubeModel(Scenario().with_({**ALL_LISTED, "population.households": households, **changes}),
                  seed=seed).state.households
    return (h.consumption / h.poverty_line)[0], (h.normal_income / h.poverty_line)[0], h.persons[0]


def indices(standard):
    """P0, P1, P2 and mean of each household's consumption in lines."""
    short = np.maximum(1 - standard, 0)
    return np.array([short > 0, short, short**2, standard])


@pytest.mark.parametrize("income", [0.7, 1.1, 1.4])
def test_it_is_the_model_s_own_month(month, income):
    """20,000 households of one normal income: each index within 4 standard errors and 5 % of the curve
    (luck is spread over 16,384 households at each income)."""
    held = indices(lived({"population.sure_income": income, "population.other_income": 0.0})[0])
    error = held.std(axis=1) / np.sqrt(20_000)
    for number, spread, curve in zip(held.mean(axis=1), error, CURVES):
        told = float(month.at(np.array([income]), curve)[0])
        assert abs(number - told) < 4 * spread + 0.05 * told, curve


def test_it_gives_the_indices_of_the_usual_city(month):
    """Averaged over a city's incomes and persons, within 4 standard errors."""
    standard, income, persons = lived({})
    for held, curve in zip(indices(standard), CURVES):
        told = np.average(month.at(income, curve), weights=persons)
        apart = persons * (held - month.at(income, curve))
        assert abs(np.average(held, weights=persons) - told) < 4 * apart.std() / persons.mean() / np.sqrt(20_000)


def test_the_poor_become_fewer_with_income(month):
    assert (np.diff(month.poverty_rate[INCOMES < 2]) < 0.001).all()      # but for 1 in 2,048 at the bottom
    assert month.poverty_rate[0] == 1 and month.spending[0] == pytest.approx(0.4, abs=0.02)     # the floor
    assert (month.poverty_severity <= month.poverty_gap).all() and (month.poverty_gap <= month.poverty_rate).all()


def test_the_same_whatever_the_line_where_prices_follow_it():
    """Consumption in lines is the same, household by household, at 457,222 Rp and at 1.5 times as much with
    prices 1.5."""
    cheap, dear = lived({}, 400), lived({"population.poverty_line": 685_833.0, "districts.All.prices": 1.5}, 400)
    assert dear[0] == pytest.approx(cheap[0], rel=1e-6)


def test_it_is_lived_once_for_all_cities():
    base = first_month(Scenario())
    assert first_month(Scenario().with_({"population.households": 500, "population.income_spread": 0.5})) is base
    assert first_month(Scenario().with_({"spending.month_spread": 0.2})) is not base


# -- back from spending to income ------------------------------------------------------------------
def test_spending_gives_back_the_incomes_that_made_it(month):
    """Quantiles of the incomes found are those that the spending came from, within 5 %."""
    standard, income, _ = lived({})
    found = month.income_for(standard)
    at = [0.05, 0.25, 0.5, 0.75, 0.95]
    assert np.quantile(found, at) == pytest.approx(np.quantile(income, at), rel=0.05)
    assert np.std(np.log(found)) < np.std(np.log(standard))             # luck is taken out
    assert abs(month.mismatch(standard).off) < 0.03


def test_order_is_kept_and_weights_count(month):
    spent = np.array([0.8, 1.1, 1.1, 1.5, 2.2, 3.0, 4.5, 9.0] * 40) * np.linspace(0.9, 1.1, 320)
    weight = np.where(spent < 2, 3.0, 1.0)
    found = month.income_for(spent, weight)
    order = np.argsort(spent)
    assert (np.diff(found[order]) >= -1e-9).all()
    assert found == pytest.approx(month.income_for(np.repeat(spent, weight.astype(int)))[
        np.cumsum(weight.astype(int)) - 1], rel=0.03)


def test_spending_that_hardly_varies_is_met_at_its_middle(month):
    """Luck alone spreads month-0 spending by a fifth, so all alike cannot be met; incomes stay near it."""
    spent = np.linspace(1.99, 2.01, 200)
    assert month.income_for(spent) == pytest.approx(2.0, rel=0.15)
    assert abs(month.mismatch(spent).off) > 0.1


def test_weighted_quantiles():
    """Values 1, 2, 3 of weights 1, 2, 1 stand at 1/8, 1/2 and 7/8 of the weight."""
    held = quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), np.array([0.125, 0.3125, 0.5, 0.875]))
    assert held == pytest.approx([1.0, 1.5, 2.0, 3.0])
