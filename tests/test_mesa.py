"""What a Mesa user relies on, on every Mesa version that kubesim supports."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import weakref

import mesa
import numpy as np
import pytest

from kubesim.agents import Group, Household
from kubesim.errors import ScenarioError
from kubesim.model import KubeModel
from kubesim.scenario import Scenario


class Saver(Household):
    """Puts 1,000 Rp aside each month in which it is poor, and counts its months."""

    def __init__(self, model, row):
        super().__init__(model, row)
        self.months_seen = 0

    def step(self):
        self.months_seen += 1
        if self.poor:
            self.savings += 1000.0


def count_poor(model):
    return sum(model.agents_by_type[Saver].get("poor"))


def read_capital(group):
    return group.capital


class SaverModel(KubeModel):
    """A prototype as a Mesa user writes it: own household, own data collector."""

    household_type = Saver

    def __init__(self, scenario=None, seed=None, **settings):
        super().__init__(scenario, seed, **settings)
        self.datacollector = mesa.DataCollector(
            model_reporters={"month": "month", "poor": count_poor},
            agenttype_reporters={Group: {"capital": read_capital}})

    def step(self):
        super().step()
        self.agents_by_type[Saver].do("step")
        self.datacollector.collect(self)


def columns_of(model):
    """Every column of every table."""
    return {f"{table}.{name}": column for table in ("households", "groups", "companions", "markets")
            for name, column in getattr(model.state, table).columns().items()}


def assert_same_world(one, other):
    assert one.month == other.month
    theirs = columns_of(other)
    for name, column in columns_of(one).items():
        np.testing.assert_array_equal(column, theirs[name], err_msg=name)


def live(model, months):
    for _ in range(months):
        model.step()
    return model


def test_agents_are_made_at_first_touch_and_change_nothing(world):
    untouched, touched = KubeModel(world, 1), KubeModel(world, 1)
    live(touched, 2).agents.shuffle_do(lambda agent: agent.row)
    live(touched, 4)
    live(untouched, 6)
    assert not any(type(thing) is Household and thing.model is untouched for thing in gc.get_objects())
    assert any(type(thing) is Household and thing.model is touched for thing in gc.get_objects())
    assert_same_world(untouched, touched)
    first = touched.agent_at("households", 0)
    assert first is next(iter(touched.agents)) and first is touched.agent_at("households", 0)


def test_two_models_do_not_disturb_each_other(world):
    one, other, alone = KubeModel(world, 1), KubeModel(world, 2), KubeModel(world, 2)
    for _ in range(3):
        one.step()
        one.agents_by_type[Household].set("trust", 0.9)
        other.step()
        other.agents_by_type[Household].get("trust")
    assert all(agent.model is one for agent in one.agents)
    assert one.agent_at("households", 0).trust == 0.9
    assert_same_world(other, live(alone, 3))


def test_stacked_replicates_show_the_first(world):
    stacked = live(KubeModel(world, [1, 2]), 3)
    single = live(KubeModel(world, 1), 3)
    assert (stacked.agents_by_type[Household].get("consumption")
            == single.agents_by_type[Household].get("consumption"))


# -- prototypes, data, batches --------------------------------------------------------------------
def test_a_household_with_a_step_of_its_own(world):
    model = live(SaverModel(world, 1), 1)
    plain = live(KubeModel(world, 1), 1)
    extra = model.state.households.savings - plain.state.households.savings
    np.testing.assert_allclose(extra, 1000.0 * plain.state.households.poor, atol=1e-6)
    live(model, 5)      # money still closes in the months that follow
    assert set(model.agents_by_type[Saver].get("months_seen")) == {6}


def test_data_collector(world):
    model = KubeModel(world, 1)
    collector = mesa.DataCollector(
        model_reporters={"month": "month", "households": lambda m: m.state.households.length},
        agent_reporters={"row": "row", "district": lambda agent: agent.district},
        agenttype_reporters={Household: {"consumption": "consumption"}, Group: {"capital": "capital"}})
    expected = []
    for _ in range(3):
        model.step()
        collector.collect(model)
        expected.append(model.state.households.consumption[0].copy())
    assert list(collector.get_model_vars_dataframe()["month"]) == [1, 2, 3]
    assert len(collector.get_agent_vars_dataframe()) == 3 * len(model.agents)
    told = collector.get_agenttype_vars_dataframe(Household)["consumption"]
    np.testing.assert_array_equal(told.to_numpy(), np.concatenate(expected))
    assert list(told.loc[2].index) == list(range(1, 241))
    assert len(collector.get_agenttype_vars_dataframe(Group)) == 3 * 24


def batch(parameters, **said):
    return mesa.batch_run(SaverModel, parameters, display_progress=False, **said)


def test_batch_run_sweeps_scenarios_settings_and_seeds(world):
    lever = "interventions.diklat.practice_share"
    rows = batch({"scenario": [world], "months": 3, lever: [0.0, 0.9], "rng": [5, np.int64(6)]})
    ends = {(row[lever], row["rng"]): (row["month"], row["poor"]) for row in rows}
    assert len(ends) == 4
    for (share, seed), end in ends.items():
        alone = live(SaverModel(world.with_({lever: share}), seed), 3)
        assert end == (3, count_poor(alone))


def test_batch_run_takes_the_path_of_a_scenario(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text("name: Small\nmonths: 2\npopulation: {households: 60}\n")
    rows = batch({"scenario": str(path)})
    assert {row["month"] for row in rows} == {2}


def test_batch_run_refuses_a_scenario_outside_a_list(world):
    with pytest.raises(ScenarioError, match=r"in a list: \[scenario\]"):
        batch({"scenario": world})


def test_batch_run_passes_seeds_in_its_own_way(world):
    knows_rng = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"seed": [3, 4]} if not knows_rng else {}
    rows = batch({"scenario": [world], "months": 2, **seeds}, **({"rng": [3, 4]} if knows_rng else {}))
    assert {row["seed"]: row["poor"] for row in rows} == {
        seed: count_poor(live(SaverModel(world, seed), 2)) for seed in (3, 4)}


@pytest.mark.filterwarnings("ignore:The .iterations. keyword")
def test_iterations_of_batch_run_differ(world):
    poor = {row["RunId"]: row["poor"] for row in batch({"scenario": [world], "months": 2}, iterations=6)}
    assert len(poor) == 6 and len(set(poor.values())) > 1


@pytest.mark.slow
def test_batch_run_on_two_processes_gives_the_same(world):
    parameters = {"scenario": [world], "months": 3, "rng": [1, 2, 3]}

    def ends(rows):
        return {(row["rng"], row["month"], row["poor"]) for row in rows}
    assert ends(batch(parameters, number_processes=2)) == ends(batch(parameters))


# -- copies ---------------------------------------------------------------------------------------
def through_pickle(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("again", [through_pickle, copy.deepcopy])
@pytest.mark.parametrize("touched", [True, False])
def test_a_copy_made_mid_run_goes_on_identically(world, again, touched):
    model = live(KubeModel(world, [1, 2]), 4)
    if touched:
        model.agents_by_type[Household].set("trust", 0.6)
    twin = again(model)
    assert_same_world(model, twin)
    live(twin, 5)
    assert model.month == 4     # the copy shares nothing with the original
    live(model, 5)
    assert_same_world(model, twin)
    assert twin.seeds == (1, 2) and twin.steps == model.steps == 9
    assert all(agent.model is twin for agent in twin.agents)
    assert twin.agents.get("unique_id") == model.agents.get("unique_id")


@pytest.mark.parametrize("again", [through_pickle, copy.deepcopy])
def test_a_prototype_is_copied_with_what_its_agents_and_collector_remember(world, again):
    model = live(SaverModel(world, 1), 3)
    twin = live(again(model), 3)
    live(model, 3)
    assert_same_world(model, twin)
    assert set(twin.agents_by_type[Saver].get("months_seen")) == {6}
    assert twin.datacollector.model_vars == model.datacollector.model_vars
    assert len(twin.datacollector.model_vars["month"]) == 6


@pytest.mark.parametrize("kind", [KubeModel, SaverModel])
def test_a_model_is_freed_after_use(world, kind):
    model = live(kind(world, 1), 2)
    model.agents_by_type[kind.household_type].get("trust")
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


# -- the model ------------------------------------------------------------------------------------
def test_months_keep_step_with_mesas_clock(world):
    model = KubeModel(world, 1)
    assert (model.month, model.steps) == (0, 0)
    live(model, 3)
    assert (model.month, model.steps) == (3, 3)
    if hasattr(model, "run_for"):       # Mesa 3.4 and later have a clock
        model.run_for(2)
        assert (model.month, model.steps, model.time) == (5, 5, 5.0)
        assert_same_world(model, live(KubeModel(world, 1), 5))


def test_running_ends_with_the_scenario(world):
    model = KubeModel(world, 1, months=4)
    while model.running and model.month < 50:
        model.step()
    assert (model.month, model.running) == (4, False)
    model.step()
    assert model.month == 5
    stopped = KubeModel(world, 1)
    stopped.running = False
    stopped.step()
    assert stopped.month == 1 and not stopped.running


def test_the_scenario_stays_as_it_was(world):
    before = pickle.dumps(world)
    model = live(KubeModel(world, 1), 1)
    assert model.scenario is world and not hasattr(world, "model")
    assert pickle.dumps(world) == before
    model.scenario = Scenario()
    assert model.scenario == Scenario()
    assert model.agent_at("households", 0).model.scenario is model.scenario


@pytest.mark.parametrize("seed", [7, np.int64(7), [7], (7,), range(7, 8), np.array([7])])
def test_seeds_of_any_whole_kind_are_the_same_seed(world, seed):
    assert KubeModel(world, seed).seeds == KubeModel(world, rng=seed).seeds == (7,)
    assert_same_world(KubeModel(world, seed), KubeModel(world, 7))


def test_a_made_up_seed_is_kept_and_replays_the_run(world):
    one, other = KubeModel(world), KubeModel(world)
    assert one.seeds != other.seeds
    assert_same_world(KubeModel(world, one.seeds), one)


def test_mesas_own_luck_changes_no_month(world):
    model = KubeModel(world, 1)
    model.random.random(), model.rng.random(), np.random.random()
    assert_same_world(live(model, 3), live(KubeModel(world, 1), 3))
