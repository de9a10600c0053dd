"""Rows seen as Mesa agents: their columns, their relations, sets of them."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from kubesim.agents import Companion, Group, Household
from kubesim.errors import SimulationError
from kubesim.model import KubeModel
from kubesim.population import Population
from kubesim.scenario import Scenario

TABLES = {"households": Household, "groups": Group, "companions": Companion}
RENAMED = {("groups", "members"): "member_count", ("groups", "companion"): "companion_row"}


class Trader(mesa.Agent):
    """An agent that is no row."""


def live(model, months):
    for _ in range(months):
        model.step()
    return model


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_an_attribute_that_reads_and_writes_its_row(world, table):
    model = live(KubeModel(world, 1), 4)
    agent, columns = model.agent_at(table, 2), getattr(model.state, table)
    assert isinstance(agent, TABLES[table]) and isinstance(agent, mesa.Agent)
    for name in columns.column_types():
        column, attribute = getattr(columns, name), RENAMED.get((table, name), name)
        before, value = column.copy(), getattr(agent, attribute)
        assert value == column[0, 2] and type(value) in (float, int, bool), name
        new = not value if isinstance(value, bool) else value + 1
        setattr(agent, attribute, new)
        assert column[0, 2] == new, name
        column[0, 2] = before[0, 2]
        np.testing.assert_array_equal(column, before, err_msg=name)
        assert getattr(type(agent), attribute).__doc__


def test_columns_say_what_they_mean():
    assert Household.trust.__doc__.startswith("0 to 1, kept as it was outside a group")
    assert Group.member_count.__doc__.startswith("households in the group now")


@pytest.mark.parametrize("name, value", [("trust", float("nan")), ("trust", float("inf")), ("trust", "0.5"),
                                         ("poor", 2), ("spells", 1.5)])
def test_a_value_that_does_not_fit_its_column_is_refused(world, name, value):
    household = KubeModel(world, 1).agent_at("households", 0)
    before = getattr(household, name)
    with pytest.raises(ValueError, match=rf"Household\(row=0\).{name}"):
        setattr(household, name, value)
    assert getattr(household, name) == before


def test_columns_of_an_extension_are_read_by_name(world):
    model = KubeModel(world, 1)
    group = model.agent_at("groups", 7)
    expected = model.state.groups.extras["companionship.companion"][0, 7]
    assert group.extra("companionship.companion") == expected
    with pytest.raises(KeyError, match="no extra column 'companionship.compnion'"):
        group.extra("companionship.compnion")
    assert "companionship.compnion" not in model.state.groups.extras


def test_relations_agree_with_the_tables_and_with_each_other(world):
    model = live(KubeModel(world, 1), 8)
    groups = list(model.agents_by_type[Group])
    on_a_list = [household for group in groups for household in group.households]
    assert [household.row for household in on_a_list] == list(range(model.state.listed))
    assert all(household.group is group for group in groups for household in group.households)
    assert all(h.group is None for h in model.agents_by_type[Household] if h.row >= model.state.listed)
    for group in groups:
        assert isinstance(group.members, AgentSet)
        assert len(group.members) == group.member_count
        assert all(household.is_member and household.group is group for household in group.members)
    assert sum(len(companion.groups) for companion in model.agents_by_type[Companion]) == len(groups)
    assert all(group in group.companion.groups for group in groups)


def test_without_a_programme_there_is_nobody_to_relate_to():
    model = KubeModel(Scenario(), 1)
    assert len(model.agents_by_type[Companion]) == 0
    assert model.agent_at("groups", 0).companion is None
    assert len(model.agent_at("groups", 0).members) == 0
    assert len(model.agent_at("groups", 0).households) == model.scenario.groups.size
    with pytest.raises(IndexError, match="groups have rows 0 to"):
        model.agent_at("groups", -1)


def test_ids_are_the_rows_whatever_the_month_and_the_size_of_the_world(world):
    small, large = KubeModel(world, 1), live(KubeModel(world.with_({"population.households": 480}), 1), 3)
    for model in (small, large):
        assert model.agent_at("households", 0).unique_id == 1
        assert model.agent_at("groups", 3).unique_id == 10_000_004
        assert model.agent_at("companions", 1).unique_id == 20_000_002
        ids = model.agents.get("unique_id")
        assert len(set(ids)) == len(ids)


def test_agents_of_the_user_live_beside_the_rows(world):
    model = KubeModel(world, 1)
    first, second = Trader(model), Trader(model)
    assert (first.unique_id, second.unique_id) == (30_000_001, 30_000_002)
    assert first in model.agents and list(model.agents_by_type[Trader]) == [first, second]
    first.remove()
    assert first not in model.agents


def test_a_row_cannot_be_removed(world):
    model = KubeModel(world, 1)
    household = model.agent_at("households", 5)
    with pytest.raises(SimulationError, match="never deleted"):
        household.remove()
    assert household in model.agents


def test_companions_hired_later_become_agents():
    model = KubeModel(Scenario(population=Population(households=60)), 1)
    assert len(model.agents_by_type[Companion]) == 0
    model.state.hire(2)
    assert model.agents_by_type[Companion].get("row") == [0, 1]
    assert model.agent_at("companions", 1) in model.agents


# -- agent sets -----------------------------------------------------------------------------------
def test_agent_sets_do_what_mesa_says(world):
    model = live(KubeModel(world, 1), 3)
    households, table = model.agents_by_type[Household], model.state.households
    assert model.agent_types == [Household, Group, Companion]
    assert len(model.agents) == sum(getattr(model.state, name).length for name in TABLES)
    assert len(model.agents.select(agent_type=Group)) == model.state.groups.length

    poor = households.select(lambda household: household.poor)
    assert [household.row for household in poor] == list(np.flatnonzero(table.poor[0]))
    assert households.agg("consumption", np.mean) == pytest.approx(table.consumption.mean())
    assert households.get(["row", "persons"])[4] == [4, table.persons[0, 4]]
    assert households.groupby("district").agg("poor", sum) == {
        district: table.poor[table.district == district].sum() for district in (0, 1)}
    poorest_first = households.sort("consumption", ascending=True)
    assert next(iter(poorest_first)).consumption == table.consumption.min()

    poor.set("trust", 0.25)
    assert (table.trust[table.poor] == 0.25).all() and not (table.trust[~table.poor] == 0.25).any()
    seen = []
    households.do(lambda household: seen.append(household.row))
    assert seen == list(range(table.length))
    shuffled = []
    households.shuffle_do(lambda household: shuffled.append(household.row))
    assert shuffled != seen and sorted(shuffled) == seen


def test_every_method_of_mesas_own_set_is_there(world):
    mesas = mesa.Model(rng=1).agents
    ours = KubeModel(world, 1).agents
    assert type(ours) is type(mesas)
    assert list(ours) == (ours.to_list() if hasattr(mesas, "to_list") else ours[:])
