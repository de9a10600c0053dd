"""Scenario files and what becomes of them: layers, notes, origins, and the way back to a file."""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.population import District
from kubesim.scenario import Scenario
from kubesim.reading.sections import Origin
from kubesim.shocks.flood import Flood
from scenario_files import faults_when, write_base

SCENARIOS = Path(__file__).parents[1] / "scenarios"

@pytest.fixture
def base(tmp_path, monkeypatch) -> Scenario:
    """The scenario of ``base.yaml`` in the working folder."""
    monkeypatch.chdir(tmp_path)
    return write_base()


def variant(content: str) -> Scenario:
    Path("variant.yaml").write_text(f"based_on: base.yaml\n{content}")
    return Scenario.load("variant.yaml")


# -- reading -----------------------------------------------------------------------------------------
def test_a_file_becomes_a_scenario(base):
    assert (base.name, base.months, base.groups.size) == ("Base", 24, 8)
    assert base.population.poverty_line == 509_773
    assert base.districts == (District(name="Utara", share=0.4), District(name="Barat", share=0.6))
    grant, course, second = base.interventions
    assert (grant.kind, course.hours, course.practice_share) == ("uep_grant", 12.0, 0.1)
    assert second == Diklat(name="second_course", start_month=7)
    assert base.shocks[0].districts == ("Utara",)
    assert base.learning == Scenario().learning


def test_all_is_optional():
    assert Scenario.from_mapping({}) == Scenario()


def test_a_plain_mapping_is_checked_like_a_file():
    mapping = {"groups": {"size": 8}, "interventions": [{"kind": "diklat"}]}
    assert Scenario.from_mapping(mapping) == Scenario().with_({"groups.size": 8}, interventions=[Diklat()])
    wrong = {"groups": {"size": 3, "siez": 4}, "based_on": "x.yaml"}
    assert faults_when(lambda: Scenario.from_mapping(wrong)) == [
        "<python>: based_on = x.yaml: works in files only",
        "<python>: groups.siez: unknown key; did you mean 'size'?",
        "<python>: groups.size = 3: must be 5 to 20 households"]
    assert faults_when(lambda: Scenario.from_mapping({"months": 0}, origin="run.json")) == [
        "run.json: months = 0: must be 1 to 600 months"]
    assert faults_when(lambda: Scenario.from_mapping([1])) == [
        "<python>: a file must be made of 'key: value' lines"]


def test_numbers_of_numpy_are_numbers():
    scenario = Scenario().with_({"groups.size": np.int64(8), "trust.start": np.float64(0.5),
                                 "groups.formed": np.bool_(False)})
    assert (scenario.groups.size, scenario.trust.start, scenario.groups.formed) == (8, 0.5, False)
    assert type(scenario.groups.size) is int


def test_python_mistakes_are_told_too():
    endless: dict = {}
    endless["groups"] = endless
    assert faults_when(lambda: Scenario.from_mapping(endless)) == ["<python>: nested deeper than 20 levels"]
    assert faults_when(lambda: Scenario().with_(months=10**5000)) == [
        "<python>: months = a number of about 5000 digits: must be 1 to 600 months"]
    (strange,) = faults_when(lambda: Scenario().with_(months=object))
    assert strange.startswith("<python>: months = <class 'object'>: ")
    with pytest.raises(ValidationError, match="Scenario.from_mapping takes mappings"):
        Scenario(interventions=[{"kind": "diklat"}])
    with pytest.raises(ValidationError, match="name used twice in interventions"):
        Scenario(interventions=[Diklat(), Diklat()])
    assert Scenario(interventions=[Diklat()]).interventions == (Diklat(),)


# -- a file over its base ----------------------------------------------------------------------------
def test_sections_of_a_variant_change_key_by_key(base):
    changed = variant("name: V\npopulation: {register_share: 0.4}\ngroups:\n  meetings: 2\n")
    assert (changed.name, changed.about, changed.months) == ("V", "as it is", 24)
    assert changed == base.with_({"population.register_share": 0.4, "groups.meetings": 2}, name="V")


def test_a_list_of_a_variant_replaces(base):
    assert variant("interventions:\n  - {kind: companionship}\n").interventions == (Companionship(),)
    assert variant("interventions: []\nshocks: []\n") == base.with_(interventions=[], shocks=[])


def test_items_that_name_existing_ones_change_them_and_the_others_are_added(base):
    changed = variant("interventions:\n  - {name: diklat, hours: 96}\n  - {kind: companionship}\n  - "
                      "{name: second_course, kind: diklat, hours: 3}\ndistricts:\n  - {name: Barat, "
                      "poverty_line: 450000}\n  - {name: Timur}\n")
    grant, course, second, mentoring = changed.interventions
    assert grant == base.interventions[0] and mentoring == Companionship()
    assert (course.hours, course.practice_share) == (96, 0.1)
    assert (second.hours, second.start_month) == (3, 7)
    assert [(d.name, d.share, d.poverty_line) for d in changed.districts] == [
        ("Utara", 0.4, None), ("Barat", 0.6, 450_000), ("Timur", 1.0, None)]


def test_a_new_name_alone_replaces_the_list(base):
    changed = variant("interventions:\n  - {kind: diklat, name: course}\n")
    assert [intervention.name for intervention in changed.interventions] == ["course"]


def test_a_note_of_the_base_does_not_stick_to_a_new_value(base):
    changed = variant("population: {poverty_line: 450000}\n")
    assert changed.describe("population.poverty_line")[1:] == (
        450_000, "Rp per person and month", "poverty line",
        "set in variant.yaml", "assumed", "variant.yaml", 2, 28)


def test_the_base_is_looked_for_next_to_the_file(base, tmp_path, monkeypatch):
    (tmp_path / "variant.yaml").write_text("based_on: base.yaml\nmonths: 12\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert Scenario.load("../variant.yaml") == base.with_(months=12)


# -- where values come from --------------------------------------------------------------------------
def test_each_value_tells_where_it_was_written_and_how_far_to_trust_it(base):
    written = base.origins
    assert written["population.poverty_line"] == Origin("base.yaml", 6, 25, "BPS, March 2019", "observed")
    assert written["districts.Barat.share"] == Origin("base.yaml", 10, 34, "census", "assumed")
    assert written["population.households"] == Origin("base.yaml", 5, 15, "set in base.yaml", "assumed")
    assert written["interventions.second_course.start_month"].line == 14
    assert "groups.meetings" not in written
    size = base.describe("groups.size")
    assert (size.value, size.unit, size.about, size.grade, size.file, size.line) == (
        8, "households", "households per group", "assumed", "base.yaml", 7)


def test_a_default_written_out_keeps_its_source_and_grade(base):
    written = variant("groups: {size: 10}\n").describe("groups.size")
    unwritten = Scenario().describe("groups.size")
    assert written[:6] == unwritten[:6] and written.grade == "observed" and "Permensos" in written.source
    assert (written.file, written.line, unwritten.file, unwritten.line) == ("variant.yaml", 2, "", 0)


def test_every_value_is_described_once(base):
    described = list(base.values())
    assert len({each.path for each in described}) == len(described) > 200
    flat = {each.path: each.value for each in described}
    assert flat["interventions.second_course.start_month"] == 7
    assert flat["shocks.flood.districts"] == ("Utara",)
    assert base.origins.keys() <= flat.keys()
    assert faults_when(lambda: base.describe("groups.siez")) == [
        "groups.siez: there is no such value; did you mean 'groups.size'?"]


def test_where_a_value_was_written_makes_no_other_scenario(base):
    same = Scenario.from_mapping(base.to_mapping())
    assert same == base and hash(same) == hash(base) and same.origins != base.origins
    assert "origins" not in base.to_mapping()


def test_a_scenario_travels_to_other_processes_with_its_origins(base):
    there = pickle.loads(pickle.dumps(base))
    assert there == base and there.origins == base.origins


# -- back to a file ----------------------------------------------------------------------------------
def test_a_mapping_holds_every_value_as_json(base):
    mapping = base.to_mapping()
    assert json.loads(json.dumps(mapping)) == mapping
    assert mapping["interventions"][1]["kind"] == "diklat" and mapping["interventions"][1]["hours"] == 12
    assert Scenario.from_mapping(mapping) == base


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenarios_survive_the_way_to_a_file_and_back(path, tmp_path):
    scenario = Scenario.load(path)
    (tmp_path / "again.yaml").write_text(scenario.to_yaml(), encoding="utf-8")
    assert Scenario.load(tmp_path / "again.yaml") == scenario


TRICKY = ["5e9", "yes", "012", "1_000", "~", "null", "true", ".5", "a: b", "- x", "#", "{", "2019-01-01", "=",
          "<<", " x ", "\x07", "\x85"]
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(about=st.text(max_size=40) | st.sampled_from(TRICKY), cost=st.floats(0, 1e12), start=st.floats(0, 1),
       name=NAMES, district=st.sampled_from(["Utara", "12", "yes", "é-1"]))
def test_any_scenario_survives_the_way_back(tmp_path_factory, about, cost, start, name, district):
    scenario = Scenario().with_({"trust.start": start, "groups.deposit": cost}, about=about,
                                districts=[{"name": district}], shocks=[Flood(districts=(district,))],
                                interventions=[Diklat(name=name, cost_per_hour=cost)])
    path = tmp_path_factory.mktemp("way") / "again.yaml"
    path.write_text(scenario.to_yaml(), encoding="utf-8")
    assert Scenario.load(path) == scenario


def test_rupiah_with_three_decimals_are_not_taken_for_thousands(base):
    Path("again.yaml").write_text(base.with_({"groups.deposit": 250.125}).to_yaml())
    again = Scenario.load("again.yaml")
    assert again.groups.deposit == 250.125 and again.with_(months=3).groups.deposit == 250.125


def test_loading_takes_less_than_thirty_milliseconds():
    path = SCENARIOS / "better_training_and_mentoring.yaml"
    Scenario.load(path)
    started = time.process_time()
    for _ in range(5):
        Scenario.load(path)
    assert (time.process_time() - started) / 5 < 0.03
