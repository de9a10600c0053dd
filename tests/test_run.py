"""One scenario, many seeds: the numbers depend on scenario and seed alone, and every table adds up."""

from __future__ import annotations

import signal
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from kubesim.running import plan
from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention
from kubesim.running.results import Results
from kubesim.running.simulation import Interrupted, ReplicatesFailed, run
from kubesim.columns import Stage
from kubesim.running.tables import PROGRAMME, TWIN

MONTHS = 14


@pytest.fixture(scope="module")
def results(world) -> Results:
    """Four seeds of the small world with everything at work, all micro data kept."""
    return run(world, 4, months=MONTHS, workers=1, keep=("households", "groups", "companions"))


def assert_same(one: Results, other: Results) -> None:
    """Bit for bit the same tables and panels."""
    assert one.tables.keys() == other.tables.keys() and one.panels.keys() == other.panels.keys()
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)
    for name in one.panels:
        pd.testing.assert_frame_equal(one.panel(name), other.panel(name), check_exact=True)


def of_seeds(table: pd.DataFrame, seeds: list[int]) -> pd.DataFrame:
    return table[table.seed.isin(seeds)].reset_index(drop=True)


def everywhere(table: pd.DataFrame) -> pd.DataFrame:
    """Rows for all districts together, by seed and month."""
    return table[table.district == "all"].set_index(["seed", "month"]).sort_index()


# -- the same numbers, however the work is done -------------------------------------------------
def test_two_workers_give_what_one_gives(results, world):
    assert_same(results, run(world, 4, months=MONTHS, workers=2, keep=("households", "groups", "companions")))


@pytest.mark.parametrize("per_stack", [1, 3])
def test_stacks_make_no_difference(results, world, monkeypatch, per_stack):
    monkeypatch.setattr(plan, "STACK_ROWS", per_stack * world.population.households)
    assert_same(results, run(world, 4, months=MONTHS, workers=1, keep=("households", "groups", "companions")))


def test_a_seed_gives_the_same_alone_and_in_any_company(results, world):
    some = run(world, [4, 2], months=MONTHS, workers=1)
    assert some.seeds == (2, 4)
    for name, table in some.tables.items():
        pd.testing.assert_frame_equal(table, of_seeds(results.tables[name], [2, 4]), check_exact=True)


def test_seeds_differ(results):
    last = everywhere(results.outcomes).xs(MONTHS, level="month")
    assert last.consumption.nunique() == 4


# -- the twin ----------------------------------------------------------------------------------
def test_the_twin_is_the_same_world_without_programme(results, world):
    without = run(world.without_programme(), 4, months=MONTHS, workers=1)
    assert without.counterfactual is None
    twin = results.counterfactual
    assert set(twin.scenario) == {"Everything at once (no programme)"}
    pd.testing.assert_frame_equal(twin, without.outcomes[twin.columns], check_exact=True)


def test_the_twin_lives_only_when_something_needs_it(world):
    alone = run(world, 1, months=2, outcomes=["poverty_rate"])
    assert alone.counterfactual is None and set(alone.distribution.world) == {PROGRAMME}
    asked = run(world, 1, months=2, outcomes=["poverty_rate"], twin=True)
    assert set(asked.distribution.world) == {PROGRAMME, TWIN}
    needed = run(world, 1, months=2, outcomes=["benefit_cost_ratio"])
    assert needed.counterfactual is not None
    pd.testing.assert_frame_equal(alone.outcomes, asked.outcomes, check_exact=True)


def test_cost_per_household_lifted_follows_from_the_tables(results):
    ours, twin = everywhere(results.outcomes), everywhere(results.counterfactual)
    lifted = ours.households_escaped - twin.households_escaped
    spent = ours.cost.groupby("seed").cumsum()
    expected = (spent / lifted).where((lifted > 0) & (spent > 0))
    assert expected.notna().sum() > 10
    pd.testing.assert_series_equal(ours.cost_per_household_lifted, expected, check_names=False, rtol=1e-12)


# -- the tables --------------------------------------------------------------------------------
def test_outcomes_have_a_row_for_each_seed_month_and_district(results):
    keys = results.outcomes[["seed", "month", "district"]]
    assert len(keys) == 4 * (MONTHS + 1) * 3 and not keys.duplicated().any()
    assert list(keys.district.unique()) == ["all", "North", "South"]


def test_only_chosen_outcomes_are_measured(world):
    found = run(world, 1, months=1, outcomes=["welfare", "groups_active"]).outcomes
    assert list(found.columns) == ["scenario", "seed", "month", "district", "welfare", "welfare_members",
                                   "welfare_non_members", "groups_active"]


def test_the_ledger_explains_every_change_of_the_stocks(results):
    homes, groups = results.panel("households"), results.panel("groups")
    stocks = (homes.groupby(["seed", "month"])[["savings", "business_capital"]].sum().sum(axis=1)
              + groups.groupby(["seed", "month"])[["capital", "solidarity", "loan_fund"]].sum().sum(axis=1))
    flows = results.ledger[results.ledger.kind != "cost"]
    signed = flows.amount.where(flows.kind == "inflow", -flows.amount)
    net = signed.groupby([flows.seed, flows.month]).sum()
    change = stocks.groupby("seed").diff().dropna()
    np.testing.assert_allclose(change, net.loc[change.index], atol=1.0)


def test_costs_of_the_ledger_are_the_outcome_cost(results):
    costs = results.ledger[results.ledger.kind == "cost"]
    assert set(costs.payer) == {"centre", "local"} and set(costs.district) == {"North", "South"}
    by_district = costs.groupby(["seed", "month", "district"]).amount.sum()
    said = results.outcomes[results.outcomes.district != "all"].set_index(["seed", "month", "district"]).cost
    pd.testing.assert_series_equal(said[said > 0].sort_index(), by_district.sort_index(), check_names=False)


def test_lives_of_groups_agree_with_outcomes_and_panel(results):
    lives = results.lives.set_index(["seed", "group"])
    last = results.panel("groups").query(f"month == {MONTHS}").set_index(["seed", "row"])
    assert (lives.ended.to_numpy() == last.ended.to_numpy()).all()
    assert (lives.stage.to_numpy() == last.stage.astype(str).to_numpy()).all()
    assert ((lives.ended >= 0) == (lives.cause != "none")).all() and (lives.ended >= 0).any()
    assert (lives.formed.between(1, 4)).all()
    alive = (lives.ended < 0).groupby("seed").mean()
    said = everywhere(results.outcomes).groups_active.xs(MONTHS, level="month")
    np.testing.assert_allclose(alive, said)
    assert set(lives.stage) <= {stage.name.lower() for stage in Stage}


def test_groups_not_yet_formed_have_no_life(world):
    lives = run(world.with_({"groups.start_month": 5}), 1, months=3).lives
    assert (lives.formed == -1).all() and (lives.ended == -1).all() and (lives.members == 0).all()


def test_the_distribution_holds_everybody_and_yields_the_poverty_rate(results):
    table = results.distribution
    assert sorted(table.month.unique()) == [0, MONTHS // 2, MONTHS]
    for world, outcomes in ((PROGRAMME, results.outcomes), (TWIN, results.counterfactual)):
        here = table[table.world == world]
        for who, column in (("all", "poverty_rate"), ("members", "poverty_rate_members")):
            mine = here[here.who == who]
            persons = mine.groupby(["seed", "month"]).persons.sum()
            poor = mine[mine.high <= 1].groupby(["seed", "month"]).persons.sum()
            np.testing.assert_allclose(poor / persons, everywhere(outcomes)[column].loc[persons.index])
    edges = table[(table.seed == 1) & (table.month == 0) & (table.who == "all") & (table.world == TWIN)]
    assert edges.low.iloc[0] == 0 and np.isinf(edges.high.iloc[-1]) and (edges.high == 1).sum() == 1
    assert (edges.high.to_numpy()[:-1] == edges.low.to_numpy()[1:]).all()


def test_companions_by_month_agree_with_their_panel(results):
    panel = results.panel("companions")
    at_work = panel[panel.active].groupby(["seed", "month"])[["visits", "caseload"]].mean()
    table = results.companions.set_index(["seed", "month"])
    np.testing.assert_allclose(table.loc[at_work.index, ["visits", "caseload"]], at_work)
    idle = table.drop(at_work.index)
    assert (idle.active == 0).all() and idle.visits.isna().all() and len(idle)


def test_panels_hold_every_row_of_every_month_in_order(results, world):
    homes = results.panel("households", columns=["seed", "month", "row", "district"])
    count = world.population.households
    assert len(homes) == 4 * (MONTHS + 1) * count
    order = homes[["seed", "month", "row"]].to_numpy()
    assert (np.lexsort(order.T[::-1]) == np.arange(len(order))).all()
    assert set(homes.district) == {"North", "South"}


def test_a_panel_that_was_not_kept_is_refused(world):
    with pytest.raises(ScenarioError, match="'groups' was not kept"):
        run(world, 1, months=1).panel("groups")


# -- progress, faults --------------------------------------------------------------------------
def test_progress_counts_months_of_both_worlds(world):
    told = []
    run(world, 3, months=2, workers=1, progress=lambda done, total: told.append((done, total)))
    done = [lived for lived, _ in told]
    assert done == sorted(done) and told[-1] == (3 * 3 * 2, 3 * 3 * 2)


class Thief(Intervention):
    """Takes money that nobody books, in the worlds of some seeds."""

    kind: Literal["thief"]
    seeds: tuple[int, ...]

    def apply(self, state, month, draw):
        if month == 2:
            hit = np.isin(draw.seeds, self.seeds)[:, None]
            state.households.savings = state.households.savings - 1e6 * hit


def test_a_replicate_that_breaks_is_told_and_costs_only_itself(world):
    honest = world.with_(interventions=(), months=3)
    robbed = honest.model_copy(update={"interventions": (Thief(kind="thief", seeds=(2, 3)),)})
    with pytest.raises(ReplicatesFailed) as failed:
        run(robbed, 4, workers=1)
    [line] = failed.value.faults
    assert line.startswith("seeds 2 to 3, programme: month 2: money does not close")
    assert line.endswith("(numbers of seed 2)")
    kept = failed.value.results
    assert kept.seeds == (1, 4) and kept.made.status == "failed"
    expected = of_seeds(run(honest, 4, workers=1).outcomes, [1, 4])
    pd.testing.assert_frame_equal(kept.outcomes, expected, check_exact=True)


def test_a_run_in_which_all_break_has_no_results(world):
    robbed = world.model_copy(update={"months": 3, "interventions": (Thief(kind="thief", seeds=(1,)),)})
    with pytest.raises(ReplicatesFailed) as failed:
        run(robbed, 1)
    assert failed.value.results is None


def test_an_interrupted_run_hands_over_what_is_finished(results, world, monkeypatch):
    monkeypatch.setattr(plan, "STACK_ROWS", world.population.households)        # one replicate a stack
    handler, a_replicate = signal.getsignal(signal.SIGINT), 2 * (MONTHS + 1)

    def press_ctrl_c(done: int, total: int) -> None:
        if done == 2 * a_replicate + 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as cut:
        run(world, 4, months=MONTHS, workers=1, progress=press_ctrl_c)
    assert isinstance(cut.value, Interrupted)
    kept = cut.value.results
    assert kept.seeds == (1, 2) and kept.made.status == "interrupted"
    pd.testing.assert_frame_equal(kept.outcomes, of_seeds(results.outcomes, [1, 2]), check_exact=True)
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize("arguments, told", [
    ({"seeds": 0}, "seeds = 0: must be 1 or more"),
    ({"seeds": []}, "seeds: none given"),
    ({"seeds": [1, 1]}, "the same seed is given twice"),
    ({"seeds": [-1]}, "seed -1: must be a whole number from 0"),
    ({"seeds": [0.5]}, "seed 0.5: must be a whole number"),
    ({"seeds": [2**63]}, "must be a whole number from 0 to"),
    ({"workers": 0}, "workers = 0: must be 1 or more"),
    ({"months": 0}, "months = 0"),
    ({"outcomes": ["povertyrate"]}, "outcome 'povertyrate' does not exist; did you mean 'poverty_rate'?"),
    ({"keep": ["household"]}, "keep 'household' does not exist; did you mean 'households'?"),
])
def test_wrong_arguments_are_told(world, arguments, told):
    with pytest.raises(ScenarioError) as wrong:
        run(world, **arguments)
    assert told in str(wrong.value)


def test_every_wrong_name_is_told_at_once(world):
    with pytest.raises(ScenarioError) as wrong:
        run(world, outcomes=["welfair", "poverty_rate", "xyzzy"])
    assert len(wrong.value.faults) == 2 and "there are: assets, " in wrong.value.faults[1]
