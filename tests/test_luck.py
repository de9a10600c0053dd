"""The same luck in every world: what a programme, a replicate or a cut of the table may not shift."""

from __future__ import annotations

from typing import Iterable

import numpy as np
import pytest

from kubesim import state as ground
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.population import GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.shocks.illness_wave import IllnessWave
from kubesim.state import State

TABLES = ("households", "groups", "companions", "markets", "districts")


def live(scenario: Scenario, months: int, seed=1) -> State:
    """The state after some months."""
    model = KubeModel(scenario, seed=seed)
    for _ in range(months):
        model.step()
    return model.state


def differences(a: State, b: State, rows_a=slice(None), rows_b=slice(None),
                tables: Iterable[str] = TABLES) -> list[str]:
    """Columns of which not every bit is the same in these replicates."""
    return [f"{table}.{name}" for table in tables for name, column in getattr(a, table).columns().items()
            if not np.array_equal(column[rows_a], getattr(b, table).columns()[name][rows_b], equal_nan=True)]


def test_the_same_seed_gives_the_same_world_to_the_last_bit(world):
    assert differences(live(world, 12), live(world, 12)) == []


def test_another_seed_gives_another_world(world):
    changed = differences(live(world, 3), live(world, 3, seed=2))
    assert {"households.consumption", "households.trust", "groups.capital", "markets.demand"} <= set(changed)


def test_stacked_replicates_equal_separate_ones_to_the_last_bit(world):
    stacked = live(world, 12, seed=[4, 9, 2**33])
    for row, seed in enumerate((4, 9, 2**33)):
        alone = live(world, 12, seed=seed)
        assert differences(stacked, alone, [row], [0]) == []


@pytest.mark.parametrize("part_rows", [1, 7, 64, 100])
def test_how_the_table_is_cut_does_not_matter(world, monkeypatch, part_rows):
    whole = live(world, 12)
    monkeypatch.setattr(ground, "PART_ROWS", part_rows)
    cut = live(world, 12)
    assert len(cut.parts()) > len(whole.parts())
    assert differences(whole, cut) == []


def without(scenario: Scenario) -> Scenario:
    """The same people without groups and interventions."""
    return scenario.model_copy(update={
        "interventions": (), "groups": scenario.groups.model_copy(update={"formed": False})})


def test_those_on_no_list_live_as_without_the_programme(world):
    """Unless joint businesses crowd out theirs, which is off by default."""
    assert world.business.crowded_out == 0
    treated, plain = live(world, 24), live(without(world), 24)
    outside = np.s_[:, treated.listed:]
    assert differences(treated, plain, outside, outside, ["households"]) == []
    on_list = np.s_[:, :treated.listed]
    assert "households.consumption" in differences(treated, plain, on_list, on_list, ["households"])


def test_crowding_out_lowers_profits_of_those_on_no_list(world):
    """And leaves their luck and their illness as they were."""
    crowding = world.model_copy(update={"business": world.business.model_copy(update={"crowded_out": 1.0})})
    plain, crowded = live(world, 12).households, live(crowding, 12).households
    outside = np.s_[:, 120:]
    assert crowded.business_profit[outside].sum() < plain.business_profit[outside].sum()
    assert (crowded.luck == plain.luck).all() and (crowded.ill == plain.ill).all()


def test_months_before_a_change_are_the_same_to_the_last_bit(world):
    """A training that comes in month 7 and an illness wave in month 8 change nothing before."""
    early = world.model_copy(update={"groups": world.groups.model_copy(update={"start_spread": 0})})
    more = early.model_copy(update={
        "interventions": (*early.interventions, Diklat(name="second_diklat", start_month=7)),
        "shocks": (IllnessWave(start_month=8, times=50.0),)})
    a, b = KubeModel(early, seed=1), KubeModel(more, seed=1)
    for month in range(1, 9):
        a.step(), b.step()
        changed = differences(a.state, b.state)
        assert changed == [] if month < 7 else "households.knowledge" in changed


def test_a_rule_switched_off_shifts_nobody_else_s_luck(world):
    """Without quarrels, only what trust moves may move: earnings, illness and markets' luck stay."""
    calm = world.model_copy(update={"trust": world.trust.model_copy(update={"quarrel_chance": 0.0})})
    changed = set(differences(live(world, 12), live(calm, 12)))
    assert "households.trust" in changed
    assert not changed & {"households.luck", "households.ill", "markets.demand", "companions.departures"}


def test_the_order_in_which_interventions_are_listed_shifts_no_luck(world):
    """Grants and companions touch different columns, so their order changes nothing at all."""
    pair = (UepGrant(), Companionship(turnover=0.2))
    forth, back = (world.model_copy(update={"interventions": order}) for order in (pair, pair[::-1]))
    assert differences(live(forth, 12), live(back, 12)) == []


def test_a_larger_population_keeps_the_luck_of_its_first_rows():
    """Two cities of different size: persistent luck and illness of the same rows are the same."""
    small, large = (live(Scenario(population=Population(households=n), groups=GroupPlan(formed=False)), 12)
                    for n in (200, 700))
    for name in ("luck", "ill", "willingness", "skill_start"):
        assert (getattr(small.households, name) == getattr(large.households, name)[:, :200]).all(), name


def test_no_draw_comes_from_numpy_s_or_mesa_s_own_generators(world):
    np.random.seed(1)
    first = live(world, 6)
    np.random.seed(2)
    model = KubeModel(world, seed=1)
    for _ in range(6):
        model.random.random(), model.rng.random(), np.random.random()
        model.step()
    assert differences(first, model.state) == []
