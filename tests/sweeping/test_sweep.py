"""A sweep lands run by run, goes on where it stopped, is extended, and says what failed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from small_studies import HOUSEHOLDS, SIZE, numbers
from trouble import DIES, DIES_ONCE, HANGS, RAISES, village

from kubesim.errors import ScenarioError
from kubesim.experiment import Experiment
from kubesim.running.simulation import run
from kubesim.sweeping import Stopped, Sweep
from kubesim.sweeping.plan import Plan


# -- numbers ---------------------------------------------------------------------------------------
def test_a_run_of_a_sweep_gives_what_the_same_run_gives_alone(tmp_path, study, swept, base):
    sweep = swept(tmp_path / "s", study(outcomes=["poverty_rate", "gini", "cost", "benefit_cost_ratio"]))
    alone = run(base.with_({SIZE: 6}), [3], outcomes=["poverty_rate", "gini", "cost", "benefit_cost_ratio"],
                workers=1).outcomes
    wanted = alone[(alone["month"] == 4) & (alone["district"] == "all")].iloc[0]
    found = sweep.outcomes()
    found = found[(found["seed"] == 3) & (found[SIZE] == 6)].iloc[0]
    for column in ("poverty_rate", "poverty_rate_members", "gini", "cost", "benefit_cost_ratio"):
        assert found[column] == wanted[column] or np.isnan(found[column]) and np.isnan(wanted[column])
    assert found["cost_total"] == alone.loc[alone["district"] == "all", "cost"].sum()


def test_every_month_and_household_is_kept_where_that_is_asked_for(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(keep="households"))
    months = sweep.outcomes(["welfare"], month="all")
    assert len(months) == 12 * 5 and set(months["month"]) == set(range(5))
    households = sweep.households(["consumption"])
    assert len(households) == 12 * 60 and not households[["run", "row"]].duplicated().any()
    last = swept(tmp_path / "f", study()).outcomes(["welfare"])
    kept = sweep.outcomes(["welfare"])
    assert_frame_equal(last.drop(columns="run"), kept.drop(columns="run"))


def test_one_thread_two_processes_and_any_order_give_the_same_bits(tmp_path, study, swept):
    one = numbers(swept(tmp_path / "one", study()))
    two = numbers(swept(tmp_path / "two", study(), workers=2))
    assert_frame_equal(one, two, check_exact=True)
    backwards = numbers(swept(tmp_path / "back", study(levers={SIZE: [7, 6, 5]})))
    assert_frame_equal(one, backwards, check_exact=True)


# -- going on --------------------------------------------------------------------------------------
def test_going_on_gives_what_an_uninterrupted_sweep_gives(tmp_path, study, swept):
    whole = numbers(swept(tmp_path / "whole", study()))
    for limit in (1, 4, 2):
        cut = swept(tmp_path / "cut", study(), limit=limit)
    assert cut.counts == {"asked": 12, "done": 7, "failed": 0, "timeout": 0, "missing": 5}
    assert json.loads((tmp_path / "cut" / "run.json").read_text())["status"] == "interrupted"
    assert_frame_equal(numbers(swept(tmp_path / "cut", study())), whole, check_exact=True)


def test_nothing_is_run_again_when_all_is_done(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study())
    before = {path: path.stat().st_mtime_ns for path in sweep.folder.rglob("*") if path.is_file()}
    swept(tmp_path / "s", study())
    assert before == {path: path.stat().st_mtime_ns for path in sweep.folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("more", [{"seeds": {"count": 6}}, {"levers": {SIZE: [8, 5, 6, 7]}}])
def test_seeds_and_points_are_added_without_running_anything_again(tmp_path, study, swept, more):
    first = swept(tmp_path / "s", study())
    parts = {part.name: part.read_bytes() for part in (first.folder / "outcomes").iterdir()}
    grown = swept(tmp_path / "s", study(**more))
    assert grown.counts["missing"] == 0 and grown.counts["done"] == grown.counts["asked"] > 12
    assert parts.items() <= {part.name: part.read_bytes()
                             for part in (first.folder / "outcomes").iterdir()}.items()
    assert_frame_equal(numbers(grown), numbers(swept(tmp_path / "new", study(**more))), check_exact=True)


def test_a_folder_is_not_gone_on_with_when_its_study_has_changed(tmp_path, study, swept, base):
    swept(tmp_path / "s", study(), limit=3)
    with pytest.raises(ScenarioError, match="Village: trust.lost_always was 0.01.*, now 0.02"):
        swept(tmp_path / "s", study(base.with_({"trust.lost_always": 0.02})))
    with pytest.raises(ScenarioError, match="outcomes.*welfare"):
        swept(tmp_path / "s", study(outcomes=["poverty_rate"]))
    with pytest.raises(ScenarioError, match="holds 3 runs that this experiment does not ask for"):
        swept(tmp_path / "s", study(levers={SIZE: [6, 7]}))
    assert swept(tmp_path / "s", study()).counts["done"] == 12


def test_a_half_done_study_of_another_version_is_refused_and_a_whole_one_is_read(tmp_path, study, swept):
    folder = swept(tmp_path / "s", study(), limit=3).folder
    manifest = json.loads((folder / "run.json").read_text())
    manifest["versions"]["source"] = "0123456789abcdef"
    (folder / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(ScenarioError, match="source was 0123456789abcdef, now"):
        swept(folder, study())
    assert len(Sweep.open(folder).runs) == 3


def test_points_with_the_same_values_share_their_runs(tmp_path, study, swept):
    """Four trajectories of one value with four levels meet the same point more than once."""
    morris = study(levers={"trust.start": {"low": 0.4, "high": 0.6}}, seeds={"count": 2},
                   design={"kind": "morris", "trajectories": 4})
    sweep = swept(tmp_path / "s", morris)
    different = len(sweep.points.drop_duplicates())
    assert different < len(sweep.points) == 8
    assert sweep.counts == {"asked": 2 * different, "done": 2 * different, "failed": 0, "timeout": 0, "missing": 0}
    assert len(sweep.runs) == len(sweep.outcomes()) == 16 and not numbers(sweep).duplicated().any()
    levels = sweep.levels(["welfare"])
    assert (levels["seeds"] == 2).all() and len(levels) == 8
    assert (levels.groupby("trust.start")["estimate"].nunique() == 1).all()


# -- what fails ------------------------------------------------------------------------------------
def test_runs_whose_values_do_not_fit_together_fail_and_the_others_go_on(tmp_path, study, swept):
    """30 households list 15, so no group of 20 can form: 3 of 12 runs."""
    sweep = swept(tmp_path / "s", study(levers={SIZE: [5, 20], HOUSEHOLDS: [30, 60]}, seeds={"count": 3}))
    assert sweep.counts == {"asked": 12, "done": 9, "failed": 3, "timeout": 0, "missing": 0}
    failed = sweep.runs[sweep.runs["status"] == "failed"]
    assert set(failed[SIZE]) == {20} and set(failed[HOUSEHOLDS]) == {30}
    assert failed["error"].str.contains("no group of 20 can form").all()
    assert "3 failed" in str(sweep) and "3 x " in str(sweep)
    assert len(sweep.outcomes()) == 9
    written = pd.read_parquet(sweep.folder / "runs.parquet")
    assert_frame_equal(written, sweep.runs, check_dtype=False)


@pytest.mark.parametrize("workers", [None, pytest.param(2, marks=pytest.mark.slow)])
def test_any_error_costs_its_own_run_only(tmp_path, study, swept, workers):
    effort = {"workers": workers} if workers else {}
    sweep = swept(tmp_path / "s", study(village(mood=RAISES, seed=3)), **effort)
    failed = sweep.runs[sweep.runs["status"] == "failed"]
    assert list(failed["seed"]) == [3, 3, 3] and sweep.counts["done"] == 9
    assert set(failed["error"]) == {"LookupError: 'no such thing'"} or set(failed["error"]) == {
        "LookupError: no such thing"}


def test_fail_fast_stops_at_the_first_failed_run_and_keeps_the_others(tmp_path, study, swept):
    with pytest.raises(Stopped, match="LookupError"):
        swept(tmp_path / "s", study(village(mood=RAISES, seed=1), seeds={"count": 1}), fail_fast=True)
    assert Sweep.open(tmp_path / "s").counts["failed"] >= 1


def test_failed_runs_are_left_alone_and_done_again_when_asked(tmp_path, study, swept):
    mixed = study(levers={SIZE: [5, 20], HOUSEHOLDS: [30, 60]}, seeds={"count": 1})
    first = swept(tmp_path / "s", mixed)
    assert len(list((first.folder / "outcomes").iterdir())) == 1
    swept(tmp_path / "s", mixed)
    assert len(list((first.folder / "outcomes").iterdir())) == 1
    again = swept(tmp_path / "s", mixed, retry=True)
    assert again.counts == first.counts and len(again.runs) == 4


@pytest.mark.slow
def test_a_run_that_kills_its_worker_is_found_and_the_others_are_done(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(village(mood=DIES, seed=3), levers={SIZE: [5]}), workers=2)
    assert sweep.counts == {"asked": 4, "done": 3, "failed": 1, "timeout": 0, "missing": 0}
    [failed] = sweep.runs[sweep.runs["status"] == "failed"].itertuples()
    assert failed.seed == 3 and "worker process died" in failed.error


@pytest.mark.slow
def test_a_worker_that_is_killed_once_costs_nothing(tmp_path, study, swept):
    dies_once = village(mood=DIES_ONCE, seed=3, mark=str(tmp_path / "died"))
    sweep = swept(tmp_path / "s", study(dies_once, levers={SIZE: [5]}), workers=2)
    assert (tmp_path / "died").exists()
    assert sweep.counts == {"asked": 4, "done": 4, "failed": 0, "timeout": 0, "missing": 0}


@pytest.mark.slow
def test_a_run_that_hangs_is_given_up_and_recorded(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(village(mood=HANGS, seed=3), levers={SIZE: [5]}), workers=2, timeout=0.7)
    assert sweep.counts == {"asked": 4, "done": 3, "failed": 0, "timeout": 1, "missing": 0}
    [late] = sweep.runs[sweep.runs["status"] == "timeout"].itertuples()
    assert late.seed == 3 and late.seconds >= 0.7


# -- luck ------------------------------------------------------------------------------------------
def test_points_share_their_luck_unless_fresh_luck_is_asked_for(study):
    common, fresh = Plan.of(study()).points, Plan.of(study(seeds={"count": 4, "fresh": True})).points
    assert [common.seeds_of(point) for point in range(3)] == [[1, 2, 3, 4]] * 3
    assert len({seed for point in range(3) for seed in fresh.seeds_of(point)}) == 12


def test_a_run_is_what_it_is_whatever_its_place(study, base):
    ids = Plan.of(study()).points.ids
    turned = Plan.of(study(levers={SIZE: [7, 5, 6, 8]})).points.ids
    assert (turned[[1, 2, 0]] == ids).all()
    assert len(np.unique(ids)) == 12
    renamed = base.with_(name="Hamlet")
    assert (Plan.of(study({"Village": renamed})).points.ids == ids).all()
    assert not np.isin(Plan.of(study(base.with_({"trust.lost_always": 0.02}))).points.ids, ids).any()
    assert not np.isin(Plan.of(study(keep="monthly")).points.ids, ids).any()


# -- effects ---------------------------------------------------------------------------------------
def test_effects_are_differences_under_the_same_luck(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(seeds={"count": 5}))
    effects = sweep.effects(["welfare"])                        # groups of 5 are the scenario's own
    held = sweep.outcomes(["welfare"]).pivot(index="seed", columns=SIZE, values="welfare")
    difference = held[7] - held[5]
    told = effects[effects[SIZE] == 7].iloc[0]
    assert told["estimate"] == pytest.approx(difference.mean())
    half = 2.7764451051978 * difference.std(ddof=1) / np.sqrt(5)     # t with 4 degrees of freedom
    assert told["high"] - told["low"] == pytest.approx(2 * half) and told["pairs"] == 5
    assert (effects.loc[effects[SIZE] == 5, "estimate"] == 0).all()


def test_several_scenarios_are_told_against_the_first_at_every_point(tmp_path, study, swept, base):
    worlds = {"base": base, "other": base.with_({"trust.lost_always": 0.02})}
    sweep = swept(tmp_path / "s", study(worlds))
    effects = sweep.effects(["poverty_rate"])
    assert len(effects) == 6 and (effects.loc[effects["scenario"] == "base", "estimate"] == 0).all()
    held = sweep.outcomes(["poverty_rate"])
    mean = held.groupby(["scenario", "point"])["poverty_rate"].mean()
    told = effects[(effects["scenario"] == "other") & (effects["point"] == 2)].iloc[0]
    assert told["estimate"] == pytest.approx(mean["other", 2] - mean["base", 2])


def test_a_missing_run_is_a_missing_pair(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(), limit=9)              # the last point has one of four seeds
    effects = sweep.effects(["welfare"], against=0)
    assert list(effects["pairs"]) == [4, 4, 1] and np.isnan(effects["low"].iloc[2])


def test_points_with_fresh_luck_have_levels_but_no_paired_effects(tmp_path, study, swept):
    sweep = swept(tmp_path / "s", study(seeds={"count": 3, "fresh": True}))
    assert list(sweep.levels(["welfare"])["seeds"]) == [3, 3, 3]
    with pytest.raises(ScenarioError, match="share no luck"):
        sweep.effects(["welfare"])


def test_python_runs_an_experiment_and_reads_it_back(tmp_path, study):
    told = []
    with ThreadPoolExecutor(2) as executor:
        sweep = study().run(executor, folder=tmp_path / "s", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (48, 48) and sweep.counts["done"] == 12
    assert sweep._repr_html_().startswith("Experiment<br>")
    assert isinstance(study(), Experiment) and Sweep.open(tmp_path / "s").name == "Experiment"
