"""Parameter uncertainty apart from luck: known variances are found again, and real worlds carry it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kubesim.comparing.carrying import carry
from kubesim.comparing.compare import compare
from kubesim.comparing.uncertainty import COLUMNS, spread_of
from kubesim.errors import ScenarioError
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario

BASE = Scenario(months=12, interventions=(UepGrant(), Diklat())).with_(
    {"population.households": 120, "population.register_share": 1.0})
LONGER = BASE.with_({"name": "Longer", "interventions.diklat.hours": 60.0})
STEEP = {"interventions.diklat.knowledge_hours": 30.0}
FLAT = {"interventions.diklat.knowledge_hours": 300.0}


def made_up(by_parameters: float, by_luck: float, draws: int, seed: int) -> pd.DataFrame:
    """Effects of two pairs a draw with known spreads around 3."""
    luck = np.random.default_rng(seed)
    true = 3 + by_parameters * luck.standard_normal(draws)
    effects = true[:, None] + by_luck * luck.standard_normal((draws, 2))
    return pd.DataFrame([("V", "consumption", "members", draw, 2 * draw + pair, effects[draw, pair])
                         for draw in range(draws) for pair in range(2)], columns=COLUMNS)


def test_known_spreads_are_found_again():
    """800 draws: the standard error of a standard deviation is 2.5 to 5 %, the limits are 4 of them."""
    [found] = spread_of(made_up(1.0, 2.0, 800, seed=5))
    assert found.by_luck == pytest.approx(2.0, rel=0.1) and found.by_parameters == pytest.approx(1.0, rel=0.2)
    assert found.low == pytest.approx(3 - 1.96, abs=0.4) and found.high == pytest.approx(3 + 1.96, abs=0.4)


def test_luck_alone_is_not_taken_for_parameters():
    """With no spread between draws the interval is far narrower than luck's, in 20 of 20 trials."""
    for seed in range(20):
        [found] = spread_of(made_up(0.0, 1.0, 200, seed))
        assert found.high - found.low < 0.6 * (2 * 1.96 * 1.0 / 2**0.5)


@pytest.mark.slow
def test_draws_that_differ_give_effects_that_differ():
    comparison = compare(BASE, LONGER, seeds=2, outcomes=["skill"], workers=1)
    held = carry(comparison, [STEEP, FLAT, STEEP, FLAT], workers=1)
    by_draw = held.effects[held.effects["outcome"] == "skill"].groupby("draw")["effect"].mean()
    assert min(by_draw[0], by_draw[2]) > 2 * max(by_draw[1], by_draw[3]) > 0
    [found] = [one for one in held.spreads if one.outcome == "skill"]
    assert found.by_parameters > 5 * found.by_luck and found.low > 0 and found.same_sign == 1.0
    price = held.prices.iloc[0]
    assert price["draws"] == 4 and price["low"] <= price["median"] <= price["high"]


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same():
    comparison = compare(BASE, LONGER, seeds=2, outcomes=["skill"], workers=1)
    one, two = (carry(comparison, [STEEP, FLAT], workers=workers).effects for workers in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_a_draw_that_does_not_fit_is_refused():
    comparison = compare(BASE, LONGER, seeds=2, outcomes=["skill"], workers=1)
    with pytest.raises(ScenarioError, match="knowledge_hours"):
        carry(comparison, [{"interventions.diklat.knowledge_hours": -1.0}] * 2, workers=1)
    with pytest.raises(ScenarioError, match="at least 2 draws"):
        carry(comparison, [], workers=1)
