"""The JSON Schema of files: it takes what the loader takes, and editors can explain values with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from kubesim.errors import ScenarioError
from kubesim.interventions.diklat import Diklat
from kubesim.scenario import Scenario
from kubesim.schema import schema

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def scenario_schema() -> Draft7Validator:
    return Draft7Validator(schema())


@pytest.fixture(scope="module")
def experiment_schema() -> Draft7Validator:
    return Draft7Validator(schema("experiment"))


def test_the_schemas_are_schemas():
    Draft7Validator.check_schema(schema())
    Draft7Validator.check_schema(schema("experiment"))
    assert schema()["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenarios_fit(path, scenario_schema):
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [error.message for error in scenario_schema.iter_errors(said)] == []


GOOD = [
    "{}", "name: A", "months: {value: 12, grade: assumed, source: a, note: b}",
    "groups: {size: 8, formed: false}",
    "interventions: [{kind: diklat, hours: {value: 3}}, {kind: diklat, name: again}]",
    "districts: [{name: A, share: 0.3, poverty_line: null}, {name: B}]",
    "shocks: [{kind: flood, districts: [All]}]", "interventions: []",
]

BAD = [
    "[]", "text", "mnths: 3", "months: 0", "months: 601", "months: 2.5", "months: '60'", "months: true",
    "months:", "months: [60]", "months: {value: 0}", "months: {value: 12, grade: sure}",
    "months: {grade: assumed}", "months: {value: 12, grad: assumed}", "months: {value: 12, source: 3}",
    "name: 3", "groups: 3", "groups:",
    "groups: {siez: 8}", "groups: {formed: 'yes'}", "groups: {formed: 1}", "population: {register_share: 0}",
    "population: {register_share: 60}", "population: {poverty_line: 2.0e+12}", "interventions: diklat",
    "interventions: {kind: diklat}", "interventions: [diklat]", "interventions: [{kind: dikalt}]",
    "interventions: [{hours: 3}]", "interventions: [{name: diklat, hours: 3}]",
    "interventions: [{kind: flood}]",
    "interventions: [{kind: diklat, caseload: 3}]", "interventions: [{kind: diklat, practice_share: 2}]",
    "interventions: [{kind: {value: diklat}}]", "shocks: [{kind: flood, districts: All}]",
    "shocks: [{kind: flood, districts: [3]}]", "districts: []", "districts: [{share: 1}]", "districts: [A]",
    "based_on: 3", "based_on: ''", "earnings: {lasting_spread: a}",
]


@pytest.mark.parametrize("content", GOOD + BAD)
def test_schema_and_loader_agree(content, scenario_schema, tmp_path):
    path = tmp_path / "coba.yaml"
    path.write_text(content)
    fits = scenario_schema.is_valid(yaml.safe_load(content))
    try:
        Scenario.load(path)
    except ScenarioError:
        loads = False
    else:
        loads = True
    assert (fits, loads) == (content in GOOD,) * 2


@pytest.mark.parametrize("content, good", [
    ("interventions: [{name: diklat, hours: 96}]", True),
    ("interventions: [{name: diklat, hours: {value: 96, grade: assumed}}, {kind: companionship}]", True),
    ("interventions: [{name: diklat, houres: 96}]", False),
    ("interventions: [{name: diklat, hours: -1}]", False),
    ("interventions: [{name: diklat, hours: {value: -1}}]", False), ("interventions: [{hours: 96}]", False),
])
def test_items_of_a_variant_may_go_without_a_kind(content, good, scenario_schema, tmp_path):
    (tmp_path / "base.yaml").write_text("interventions: [{kind: diklat}]")
    content = f"based_on: base.yaml\n{content}"
    (tmp_path / "variant.yaml").write_text(content)
    assert scenario_schema.is_valid(yaml.safe_load(content)) == good
    if good:
        assert Scenario.load(tmp_path / "variant.yaml").interventions[0].hours == 96
    else:
        with pytest.raises(ScenarioError):
            Scenario.load(tmp_path / "variant.yaml")


def test_every_value_is_explained_with_unit_default_source_and_grade():
    whole = schema()
    assert whole["properties"]["groups"]["properties"]["size"]["description"] == (
        "households per group (households). Default: 10. Source: 10 in practice (Banjarmasin 2019); 5 to "
        "20 by Permensos 2/2019, Pasal 3 (observed).")
    assert whole["properties"]["groups"]["properties"]["formed"]["description"].split(". ")[:2] == [
        "whether the lists become groups with a joint business (yes or no)", "Default: true"]
    diklat = whole["definitions"]["Intervention.diklat"]["properties"]
    assert diklat.keys() == Diklat.model_fields.keys()
    assert all(shape["description"] for shape in diklat.values())
    assert diklat["hours"]["anyOf"][0] == {"type": "number", "minimum": 0, "maximum": 2000}
    assert diklat["hours"]["default"] == 12


EXPERIMENT = """\
name: Training by mentoring
scenario: ../scenarios/banjarmasin.yaml
months: 60
seeds: {first: 1, count: 30}
design: {kind: grid}
levers:
  interventions.diklat.practice_share: [0.0, 0.3, 0.6, 0.9]
  interventions.companionship.caseload: {low: 5, high: 20}
uncertainties:
  trust.start: {low: 0.4, high: 0.65, distribution: uniform}
outcomes: [poverty_rate, welfare]
keep: monthly
"""


def test_an_experiment_fits(experiment_schema):
    assert list(experiment_schema.iter_errors(yaml.safe_load(EXPERIMENT))) == []
    assert experiment_schema.is_valid({"scenario": "a.yaml"})


@pytest.mark.parametrize("line, wrong", [
    ("scenario: ../scenarios/banjarmasin.yaml", "scnario: a.yaml"), ("months: 60", "months: 0"),
    ("{first: 1, count: 30}", "{first: 1, count: 0}"), ("{first: 1, count: 30}", "{first: 1, cuont: 3}"),
    ("kind: grid", "kind: gird"), ("[0.0, 0.3, 0.6, 0.9]", "[]"), ("[0.0, 0.3, 0.6, 0.9]", "0.3"),
    ("{low: 5, high: 20}", "{low: 5}"), ("uniform", "unifrom"), ("trust.start", '"trust..start"'),
    ("[poverty_rate, welfare]", "[welfare, welfare]"), ("keep: monthly", "keep: all"),
])
def test_a_wrong_experiment_does_not_fit(line, wrong, experiment_schema):
    assert line in EXPERIMENT
    assert not experiment_schema.is_valid(yaml.safe_load(EXPERIMENT.replace(line, wrong)))


def test_the_schema_beside_the_scenarios_is_the_one_of_the_code():
    """`kubesim schema > scenarios/scenario.schema.json` brings it up to date. A process of its own, since
    kinds that other tests define would show."""
    shipped = Path(__file__).parents[1] / "scenarios" / "scenario.schema.json"
    printed = subprocess.run([sys.executable, "-m", "kubesim", "schema"], capture_output=True, check=True,
                             cwd=shipped.parents[1], env=os.environ | {"KUBESIM_LANG": "en"})
    assert json.loads(printed.stdout) == json.loads(shipped.read_text(encoding="utf-8"))
