"""Measured by district: by hand in two districts of different size, and for hundreds at once."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.extensions import outcome
from kubesim.model import KubeModel
from kubesim.population import District
from kubesim.running.measure import Measures, choose_outcomes, known_outcomes
from kubesim.scenario import Scenario

SHOWN = ["poverty_rate", "poverty_gap", "poverty_severity", "consumption", "assets", "skill", "gini",
         "households_escaped", "consumption_total"]


@pytest.fixture
def two_districts(village):
    """North: a poor family of 6 (row stands for 10 households) and one of 2 (for 5); South: one of 4, poor, for 1.

    The line is 500,000 Rp a person. The family of 6 eats 400,000 a person, that of 2 eats 900,000, that of 4 eats
    250,000.
    """
    persons, each = np.array([6, 4, 2]), np.array([4e5, 2.5e5, 9e5])
    return village(sizes=(1, 1), outside=1, districts=("North", "South"), groups={"district": [0, 1]}, households={
        "district": [0, 1, 0], "persons": persons, "weight": [10, 1, 5], "poverty_line": 5e5 * persons,
        "consumption": each * persons, "poor": [1, 1, 0], "poor_at_start": [1, 0, 1],
        "savings": [1e6, 2e6, 4e6], "business_capital": 0, "skill": [0.2, 0.5, 0.8]})


def test_poverty_of_all_weighs_persons_of_both_districts(two_districts):
    """60 + 10 persons in the north and 4 in the south: not the mean of two districts' rates."""
    found = Measures(two_districts, choose_outcomes(SHOWN)).take(two_districts, Scenario())
    assert found["poverty_rate"][0] == pytest.approx([64 / 74, 60 / 70, 1.0])
    assert found["poverty_gap"][0] == pytest.approx([(60 * 0.2 + 4 * 0.5) / 74, 60 * 0.2 / 70, 0.5])
    assert found["poverty_severity"][0] == pytest.approx([(60 * 0.04 + 4 * 0.25) / 74, 60 * 0.04 / 70, 0.25])
    assert found["consumption"][0] == pytest.approx(
        [(60 * 4e5 + 10 * 9e5 + 4 * 2.5e5) / 74, (60 * 4e5 + 10 * 9e5) / 70, 2.5e5])


def test_means_of_households_weigh_the_households_that_rows_stand_for(two_districts):
    found = Measures(two_districts, choose_outcomes(SHOWN)).take(two_districts, Scenario())
    assert found["assets"][0] == pytest.approx([(10 * 1e6 + 5 * 4e6 + 2e6) / 16, 30e6 / 15, 2e6])
    assert found["skill"][0] == pytest.approx([(10 * 0.2 + 5 * 0.8 + 0.5) / 16, 6.0 / 15, 0.5])
    assert found["households_escaped"][0].tolist() == [5, 5, 0]
    assert found["consumption_total"][0] == pytest.approx([60 * 4e5 + 10 * 9e5 + 4 * 2.5e5, 33e6, 1e6])


def test_gini_of_a_district_by_hand(two_districts):
    """North: 60 persons at 4 and 10 at 9: the mean is 33/7, half the mean difference over it is 60 x 10 x 5 /
    (70^2 x 33/7). South: one family alone, 0."""
    found = Measures(two_districts, choose_outcomes(SHOWN)).take(two_districts, Scenario())
    assert found["gini"][0, 1] == pytest.approx(60 * 10 * 5 / (70**2 * 33 / 7))
    assert found["gini"][0, 2] == pytest.approx(0.0, abs=1e-12)


def test_every_outcome_is_told_for_every_district_and_sums_add_up(world):
    model = KubeModel(world.with_(months=6), [1, 2])
    model.run_model()
    chosen = choose_outcomes(None)
    found = Measures(model.state, chosen).take(model.state, model.scenario)
    for name, each in known_outcomes().items():
        if each.table != "twin":
            assert found[name].shape == (2, 3)
    for name in ("consumption_total", "households_escaped", "companions_active", "cost"):
        assert found[name][:, 1:].sum(axis=1) == pytest.approx(found[name][:, 0])


@outcome("households", table="sample")
def seen(sample, params):
    """How many households are in a set, and that they stand from the poorest to the richest."""
    standard = sample.consumption / sample.persons
    assert (np.diff(standard, axis=1) >= 0).all()
    return np.full(len(standard), standard.shape[1])


@outcome("Rp", table="sample")
def middle(sample, params):
    """The household in the middle of a set."""
    return (sample.consumption / sample.persons)[:, sample.persons.shape[1] // 2]


def test_sets_of_hundreds_of_districts_are_the_same_as_one_by_one():
    """Sizes drawn from a few, so that many districts share one; some have no household on the list, some none."""
    shares = np.random.default_rng(3).choice([1, 2, 3, 7], 200).astype(float)
    model = KubeModel(Scenario().with_({"population.households": 700}, districts=[
        District(name=f"D{i}", share=share / shares.sum()) for i, share in enumerate(shares)]), [1, 2])
    state, h = model.state, model.state.households
    measures = Measures(state, [seen, middle])
    found = measures.take(state, model.scenario)
    district, listed = h.district[0], np.arange(h.length) < state.listed
    for place in range(200):
        for ending, who in (("", district == place), ("_members", (district == place) & listed)):
            count = who.sum()
            assert (found["seen" + ending][:, 1 + place] == count).all() if count else np.isnan(
                found["seen" + ending][:, 1 + place]).all()
            if count:
                ranked = np.sort((h.consumption / h.persons)[:, who], axis=1)
                assert (found["middle" + ending][:, 1 + place] == ranked[:, count // 2]).all()
    assert (found["seen"][:, 0] == 700).all()
