"""What the world does to a district, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.model import KubeModel
from kubesim.population import District, Population
from kubesim.scenario import Scenario
from kubesim.shocks.demand_slump import DemandSlump
from kubesim.shocks.flood import Flood
from kubesim.shocks.illness_wave import IllnessWave
from kubesim.shocks.pandemic import Pandemic

TWO = ("North", "South")
SPLIT = {"district": [0, 0, 1, 1]}
ORDINARY = {name: 1 for name in ("labour", "demand", "illness", "visits", "meetings")}


def strike(shock, state, luck, month):
    """One month under a shock, opened as the model opens it; returns conditions north and south."""
    state.open_month()
    luck.open_month(month)
    shock.apply(state, month, luck.named(f"shocks.{shock.name}"))
    return [{name: getattr(state.districts, name)[0, district] for name in ORDINARY} for district in (0, 1)]


@pytest.fixture
def towns(village):
    """Two districts with a group of two each."""
    return village(sizes=(2, 2), districts=TWO, groups={"district": [0, 1]}, households=SPLIT | {
        "business_capital": 1e6, "housing": 0.8, "clothing": 0.5})


@pytest.mark.parametrize("shock, changed", [
    (IllnessWave(start_month=5, duration=2, times=4.0), {"illness": 4}),
    (DemandSlump(start_month=5, duration=2, fall=0.3), {"demand": 0.7}),
    (Flood(start_month=5, duration=2, earnings=0.15), {"labour": 0.85}),
    (Pandemic(start_month=5, duration=2, earnings=0.2, demand=0.3, illness=2.0, apart=0.8),
     {"labour": 0.8, "demand": 0.7, "illness": 2, "visits": 0.2, "meetings": 0.2}),
], ids=lambda value: getattr(value, "kind", ""))
def test_a_shock_changes_conditions_where_and_while_it_lasts(towns, luck, shock, changed):
    only_south = shock.model_copy(update={"districts": ("South",)})
    for month in range(4, 8):
        north, south = strike(only_south, towns, luck, month)
        assert north == ORDINARY
        assert south == pytest.approx(ORDINARY | changed if month in (5, 6) else ORDINARY)


def test_a_shock_without_districts_strikes_everywhere(towns, luck):
    for conditions in strike(DemandSlump(start_month=3, fall=0.5), towns, luck, 3):
        assert conditions["demand"] == 0.5


def test_two_shocks_in_one_month_act_together(towns, luck):
    towns.open_month()
    for shock in (DemandSlump(start_month=3, fall=0.5), Pandemic(start_month=3, demand=0.2)):
        shock.apply(towns, 3, luck.named(f"shocks.{shock.name}"))
    assert towns.districts.demand[0] == pytest.approx([0.4, 0.4])


def test_a_flood_takes_stock_housing_and_clothing_once(towns, luck):
    """Everybody in the south is hit: 0.3 m of own capital, 0.4 x 20 m of joint capital, a quarter of
    housing, a tenth of clothing; in the second month only work is lost."""
    flood = Flood(start_month=5, duration=2, districts=("South",), reach=1.0, own_stock=0.3, joint_stock=0.4,
                  housing=0.25, clothing=0.1)
    before = towns.stocks()
    strike(flood, towns, luck, 5)
    lost = towns.ledger.outflows["lost in floods"][0]
    strike(flood, towns, luck, 6)
    h = towns.households
    assert h.business_capital[0] == pytest.approx([1e6, 1e6, 0.7e6, 0.7e6])
    assert towns.groups.capital[0] == pytest.approx([20e6, 12e6])
    assert h.housing[0] == pytest.approx([0.8, 0.8, 0.6, 0.6])
    assert h.clothing[0] == pytest.approx([0.5, 0.5, 0.45, 0.45])
    assert before - towns.stocks() == pytest.approx(8.6e6) == lost
    assert "lost in floods" not in towns.ledger.outflows


def test_a_flood_reaches_the_stated_share(village, luck):
    """20,000 households at 30 %: 6000, SD 65; 2,000 groups: 600, SD 20.5; beyond 4 SD once in 16,000."""
    state = village(sizes=(10,) * 2000, households={"business_capital": 1e6})
    luck.open_month(1)
    Flood(start_month=1, reach=0.3).apply(state, 1, luck.named("shocks.flood"))
    assert abs((state.households.business_capital < 1e6).sum() - 6000) < 4 * 65
    assert abs((state.groups.capital < 20e6).sum() - 600) < 4 * 20.5


@pytest.mark.parametrize("shock, poorer", [
    (DemandSlump(start_month=4, duration=6, fall=0.9), "business_profit"),
    (Pandemic(start_month=4, duration=6, earnings=0.9), "labour_earnings"),
    (IllnessWave(start_month=4, duration=6, times=100.0), "labour_earnings"),
    (Flood(start_month=4, reach=1.0, own_stock=1.0), "business_capital"),
], ids=lambda value: getattr(value, "kind", ""))
def test_a_shock_bites_in_its_district_and_spares_the_other_to_the_last_digit(shock, poorer):
    districts = (District(name="North", share=0.5), District(name="South", share=0.5))
    calm = Scenario(population=Population(households=200), districts=districts)
    struck = calm.model_copy(update={"shocks": (shock.model_copy(update={"districts": ("South",)}),)})
    worlds = [KubeModel(scenario, seed=5) for scenario in (calm, struck)]
    for _ in range(6):
        for world in worlds:
            world.step()
    a, b = (getattr(world.state.households, poorer) for world in worlds)
    south = worlds[0].state.households.district == 1
    assert (a[~south] == b[~south]).all()
    assert b[south].sum() < a[south].sum()
    for world in worlds:
        assert np.isfinite(world.state.households.consumption).all()
