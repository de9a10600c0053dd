"""Experiment files: what they ask for, what is wrong with them, which points they try."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
import yaml

import kubesim as ks
from kubesim.errors import ScenarioError
from kubesim.experiment import Experiment
from kubesim.schema import schema

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "experiments").glob("*.yaml") if path.name != "calibration.yaml")
LOST, LEAVING, SIZE = "trust.lost_always", "membership.leaving", "groups.size"
SPANS = {LOST: {"low": 0.01, "high": 0.02}, LEAVING: {"low": 0.004, "high": 0.008}}
VILLAGE = "name: Village\nmonths: 6\npopulation: {households: 60}\ninterventions: [{kind: companionship}]\n"


def points(**held) -> pd.DataFrame:
    """The points of an experiment on the default scenario."""
    return Experiment.from_mapping(held, ks.Scenario()).points


def faults(tmp_path: Path, text: str) -> list[str]:
    """What is told of a file, without its path."""
    (tmp_path / "village.yaml").write_text(VILLAGE)
    (tmp_path / "study.yaml").write_text(text)
    with pytest.raises(ScenarioError) as told:
        Experiment.load(tmp_path / "study.yaml")
    return [line.replace(f"{tmp_path}/study.yaml:", "") for line in told.value.faults]


# -- designs worked by hand ------------------------------------------------------------------------
def test_a_grid_holds_every_combination_the_last_running_fastest():
    table = points(levers={SIZE: [5, 8], LOST: [0.01, 0.02, 0.03]})
    assert table.values.tolist() == [[5, 0.01], [5, 0.02], [5, 0.03], [8, 0.01], [8, 0.02], [8, 0.03]]
    assert table[SIZE].dtype == np.int64 and list(table) == [SIZE, LOST]


def test_a_grid_cuts_spans_into_equal_steps_in_the_logarithm_where_that_is_asked_for():
    table = points(design={"kind": "grid", "levels": 3}, uncertainties={
        LOST: {"low": 0.01, "high": 0.03}, LEAVING: {"low": 0.001, "high": 0.1, "distribution": "loguniform"}})
    assert sorted(set(table[LOST])) == pytest.approx([0.01, 0.02, 0.03])
    assert sorted(set(table[LEAVING])) == pytest.approx([0.001, 0.01, 0.1])
    assert len(table) == 9


def test_a_grid_of_whole_numbers_names_each_once():
    table = points(design={"kind": "grid", "levels": 9}, levers={SIZE: {"low": 5, "high": 7}})
    assert table[SIZE].tolist() == [5, 6, 7]


def test_a_hypercube_meets_each_slice_of_each_span_once():
    table = points(design={"kind": "lhs", "points": 10}, uncertainties=SPANS)
    for path, span in SPANS.items():
        share = (table[path] - span["low"]) / (span["high"] - span["low"])
        assert sorted(np.floor(share * 10)) == list(range(10))


def test_a_logarithmic_hypercube_is_even_in_the_logarithm():
    span = {"low": 0.001, "high": 0.1, "distribution": "loguniform"}
    table = points(design={"kind": "lhs", "points": 10}, uncertainties={LEAVING: span})
    assert sorted(np.floor(5 * np.log10(table[LEAVING] / 0.001))) == list(range(10))


def test_whole_numbers_of_a_hypercube_are_equally_likely():
    for distribution in ("uniform", "loguniform"):
        table = points(design={"kind": "lhs", "points": 300}, levers={
            SIZE: {"low": 5, "high": 7, "distribution": distribution}})
        count = table[SIZE].value_counts()
        assert set(count.index) == {5, 6, 7}
        if distribution == "uniform":
            assert set(count) == {100}


def test_saltelli_has_k_plus_two_blocks_and_morris_k_plus_one_steps():
    assert len(points(design={"kind": "sobol", "points": 8}, uncertainties=SPANS)) == 8 * 4
    table = points(design={"kind": "morris", "trajectories": 5}, uncertainties=SPANS)
    assert len(table) == 5 * 3
    steps = (table.diff().iloc[np.arange(15) % 3 > 0] != 0).sum(axis=1)
    assert (steps == 1).all()               # one value changes at a time


def test_lists_are_crossed_with_whatever_the_spans_give():
    table = points(design={"kind": "lhs", "points": 4}, levers={SIZE: [5, 8]}, uncertainties=SPANS)
    assert len(table) == 8
    assert (table[table[SIZE] == 5][LOST].to_numpy() == table[table[SIZE] == 8][LOST].to_numpy()).all()


@pytest.mark.parametrize("few, many", [
    ({"kind": "sobol", "points": 8}, {"kind": "sobol", "points": 16}),
    ({"kind": "morris", "trajectories": 3}, {"kind": "morris", "trajectories": 6}),
    ({"kind": "lhs", "points": 10}, {"kind": "lhs", "points": [10, 7]}),
])
def test_more_points_begin_with_those_of_fewer(few, many):
    first, more = (points(design=design, uncertainties=SPANS) for design in (few, many))
    assert (more[:len(first)].to_numpy() == first.to_numpy()).all() and len(more) > len(first)


def test_another_seed_of_the_design_gives_other_points():
    one, two = (points(design={"kind": "lhs", "points": 9, "seed": seed}, uncertainties=SPANS) for seed in (1, 2))
    assert (one.to_numpy() != two.to_numpy()).all()


def test_no_axis_is_one_point():
    assert len(points()) == 1 and Experiment.from_mapping({}, ks.Scenario()).runs == 10


def test_points_may_come_from_a_file(tmp_path):
    (tmp_path / "village.yaml").write_text(VILLAGE)
    (tmp_path / "points.csv").write_text(f"{SIZE},{LOST}\n5,0.01\n 8 ,0.02\n\n")
    (tmp_path / "study.yaml").write_text("scenario: village.yaml\ndesign: {kind: csv, file: points.csv}\n")
    table = Experiment.load(tmp_path / "study.yaml").points
    assert table.to_dict("records") == [{SIZE: 5, LOST: 0.01}, {SIZE: 8, LOST: 0.02}]


# -- constraints -----------------------------------------------------------------------------------
def test_points_that_break_a_constraint_are_left_out():
    table = points(levers={SIZE: [5, 8, 10], "groups.start_month": [1, 6, 9]},
                   constraints=["groups.start_month < groups.size", "groups.size != 8", "months >= 60"])
    assert table.values.tolist() == [[5, 1], [10, 1], [10, 6], [10, 9]]


def test_constraints_that_leave_nothing_are_told():
    with pytest.raises(ScenarioError, match="leave no point"):
        points(levers={SIZE: [5, 8]}, constraints=["groups.size > 8"])


@pytest.mark.parametrize("written", ["__import__('os') > 1", "groups.size", "groups.size > 8 or 1 > 0",
                                     "groups.size ** 2 > 8", "5 < groups.size", "groups.sise > 5"])
def test_constraints_are_no_programs(written):
    with pytest.raises(ScenarioError):
        points(levers={SIZE: [5, 8]}, constraints=[written])


# -- faults ----------------------------------------------------------------------------------------
def test_all_faults_are_told_at_once_each_with_its_place(tmp_path):
    told = faults(tmp_path, """scenario: village.yaml
seeds: {first: -1}
design: {kind: lhs, levels: 3}
levers:
  groups.sise: [5, 6]
  interventions.companionship.caseload: [5, -3, 5]
uncertainties:
  trust.lost_always: {low: 0.02, high: 0.01}
outcomes: [poverty_rat, welfare, welfare]
keep: all
surprise: 1
""")
    assert [line.split(": ")[0] for line in told] == [
        "2:16", "3:1", "3:21", "5:3", "6:45", "6:49", "8:40", "9:12", "9:34", "10:7", "11:1"]
    assert "did you mean 'groups.size'" in told[3] and "did you mean 'poverty_rate'" in told[7]
    assert "named twice" in told[5] and "must be more than low, 0.02" in told[6]


@pytest.mark.parametrize("text, rule", [
    ("levers: {groups.size: [5]}\n", "name either one 'scenario' or a list"),
    ("scenario: vilage.yaml\n", "there is no such file"),
    ("scenarios: []\n", "must be a list of scenario files"),
    ("scenarios: [village.yaml, village.yaml]\n", "names one scenario twice"),
    ("scenario: village.yaml\ndesign: {kind: sobol, points: 100}\nlevers: {groups.size: {low: 5, high: 9}}\n",
     "must be a power of 2"),
    ("scenario: village.yaml\ndesign: {kind: lhs, points: 9}\nlevers: {groups.size: [5, 6]}\n",
     "needs at least one span"),
    ("scenario: village.yaml\nlevers: {groups.size: []}\n", "names no values"),
    ("scenario: village.yaml\nlevers: {name: {low: 1, high: 2}}\n", "is no number"),
    ("scenario: village.yaml\nlevers: {groups.size: [5.5]}\n", "whole number"),
    ("scenario: village.yaml\nlevers: {trust.start: [0.5]}\nuncertainties: {trust.start: [0.6]}\n",
     "is a lever already"),
    ("scenario: village.yaml\ndesign: {kind: csv, file: none.csv}\n", "no such file next to this one"),
    ("scenario: village.yaml\nuncertainties: {trust.start: {low: 0.0, high: 0.5, distribution: loguniform}}\n",
     "must be above 0"),
    ("scenario: village.yaml\nseeds: {count: 1000000}\nlevers: {trust.start: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}\n",
     "6,000,000 runs are too many to hold"),
    ("scenario: village.yaml\ndesign: {kind: grid, levels: 9999}\n"
     "levers: {trust.start: {low: 0.1, high: 0.2}, groups.meetings: {low: 1, high: 2}}\n", "too many"),
])
def test_what_cannot_be_is_told(tmp_path, text, rule):
    assert rule in "\n".join(faults(tmp_path, text))


def test_faults_of_a_scenario_are_told_with_those_of_the_experiment(tmp_path):
    (tmp_path / "bad.yaml").write_text("months: -1\n")
    told = "\n".join(faults(tmp_path, "scenario: bad.yaml\noutcomes: [nonsense]\n"))
    assert "bad.yaml:1:9: months = -1" in told and "nonsense" in told


def test_faults_of_a_file_of_points_name_its_line(tmp_path):
    (tmp_path / "points.csv").write_text(f"{SIZE},{LOST}\n5,0.01\n99,0.02\n5,0.01\n")
    told = "\n".join(faults(tmp_path, "scenario: village.yaml\ndesign: {kind: csv, file: points.csv}\n"))
    assert "points.csv:3:1: groups.size = 99: must be 5 to 20 households" in told


def test_a_path_that_only_some_scenarios_have_is_known():
    worlds = {"none": ks.Scenario(), "some": ks.Scenario(interventions=(ks.Companionship(),))}
    made = Experiment.from_mapping({"levers": {"interventions.companionship.caseload": [5, 10]}}, worlds)
    assert made.runs == 2 * 2 * 10


# -- the object ------------------------------------------------------------------------------------
def test_a_copy_with_changed_terms_is_checked():
    made = Experiment.from_mapping({"levers": {SIZE: [5, 8]}}, ks.Scenario())
    fewer = made.with_(seeds={"count": 3}, months=12)
    assert fewer.runs == 6 and fewer.months == 12 and made.runs == 20
    with pytest.raises(ScenarioError, match="poverty_rat"):
        made.with_(outcomes=["poverty_rat"])


def test_an_experiment_is_public():
    assert ks.Experiment is Experiment


# -- what ships ------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_experiment_loads_and_fits_its_schema(path):
    made = Experiment.load(path)
    assert 300 <= made.runs <= 3000 and made.terms.about and made.name
    jsonschema.validate(yaml.safe_load(path.read_text()), schema("experiment"))
    json.dumps(made.to_mapping())


def test_the_shipped_experiments_are_those_that_the_guide_names():
    guide = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    assert len(SHIPPED) == 6 and all(path.name in guide for path in SHIPPED)


@pytest.mark.parametrize("wrong", [
    {}, {"scenario": "a.yaml", "scenarios": ["b.yaml"]}, {"scenario": "a.yaml", "keep": "all"},
    {"scenario": "a.yaml", "levers": {"x y": [1]}}, {"scenario": "a.yaml", "design": {"kind": "random"}},
    {"scenario": "a.yaml", "uncertainties": {"a.b": {"low": 1}}}, {"scenario": "a.yaml", "surprise": 1}])
def test_editors_underline_what_is_wrong(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema("experiment"))
