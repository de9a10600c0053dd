"""Scenario files and what becomes of them: layers, notes, origins, changes, and the way back to a file."""

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

from kubesim.errors import ScenarioError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.model import KubeModel
from kubesim.population import District
from kubesim.scenario import Scenario, parse_setting
from kubesim.sections import Origin
from kubesim.shocks.flood import Flood

SCENARIOS = Path(__file__).parents[1] / "scenarios"

BASE = """\
name: Base
about: as it is
months: 24
population:
  households: 600
  poverty_line: {value: 509773, grade: observed, source: "BPS, March 2019", note: "city"}
groups: {size: 8}
districts:
  - {name: Utara, share: 0.4}
  - {name: Barat, share: {value: 0.6, source: census}}
interventions:
  - kind: uep_grant
  - {kind: diklat, hours: {value: 12, grade: assumed, source: two days}, practice_share: 0.1}
  - {kind: diklat, name: second_course, start_month: 7}
shocks:
  - {kind: flood, districts: [Utara]}
"""


@pytest.fixture
def base(tmp_path, monkeypatch) -> Scenario:
    """A scenario read from ``base.yaml`` of the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)
    return Scenario.load("base.yaml")


def variant(content: str) -> Scenario:
    Path("variant.yaml").write_text(f"based_on: base.yaml\n{content}")
    return Scenario.load("variant.yaml")


def faults_of(act) -> list[str]:
    with pytest.raises(ScenarioError) as told:
        act()
    return told.value.faults


# -- reading ---------------------------------------------------------------------------------------

def test_a_file_becomes_a_scenario(base):
    assert (base.name, base.months, base.groups.size, base.population.poverty_line) == ("Base", 24, 8, 509_773)
    assert base.districts == (District(name="Utara", share=0.4), District(name="Barat", share=0.6))
    grant, course, second = base.interventions
    assert (grant.kind, course.hours, course.practice_share) == ("uep_grant", 12.0, 0.1)
    assert (second.name, second.kind, second.start_month, second.hours) == ("second_course", "diklat", 7, Diklat().hours)
    assert base.shocks[0].districts == ("Utara",)
    assert base.learning == Scenario().learning


def test_all_is_optional():
    assert Scenario.from_mapping({}) == Scenario()


def test_a_plain_mapping_is_checked_like_a_file():
    assert Scenario.from_mapping({"groups": {"size": 8}, "interventions": [{"kind": "diklat"}]}) == Scenario().with_(
        {"groups.size": 8}, interventions=[Diklat()])
    assert faults_of(lambda: Scenario.from_mapping({"groups": {"size": 3, "siez": 4}, "based_on": "x.yaml"})) == [
        "<python>: based_on = x.yaml: works in files only",
        "<python>: groups.siez: unknown key; did you mean 'size'?",
        "<python>: groups.size = 3: must be 5 to 20 households"]
    assert faults_of(lambda: Scenario.from_mapping({"months": 0}, origin="run.json")) == [
        "run.json: months = 0: must be 1 to 600 months"]
    assert faults_of(lambda: Scenario.from_mapping([1])) == [
        "<python>: a file must be made of 'key: value' lines"]


def test_numbers_of_numpy_are_numbers():
    scenario = Scenario().with_({"groups.size": np.int64(8), "trust.start": np.float64(0.5), "groups.formed": np.bool_(False)})
    assert (scenario.groups.size, scenario.trust.start, scenario.groups.formed) == (8, 0.5, False)
    assert type(scenario.groups.size) is int


def test_python_mistakes_are_told_too():
    endless: dict = {}
    endless["groups"] = endless
    assert faults_of(lambda: Scenario.from_mapping(endless)) == ["<python>: nested deeper than 20 levels"]
    assert faults_of(lambda: Scenario().with_(months=10**5000)) == [
        "<python>: months = a number of about 5000 digits: must be 1 to 600 months"]
    assert faults_of(lambda: Scenario().with_(months=object))[0].startswith("<python>: months = <class 'object'>: ")
    with pytest.raises(ValidationError, match="Scenario.from_mapping takes mappings"):
        Scenario(interventions=[{"kind": "diklat"}])
    with pytest.raises(ValidationError, match="name used twice in interventions"):
        Scenario(interventions=[Diklat(), Diklat()])
    assert Scenario(interventions=[Diklat()]).interventions == (Diklat(),)


# -- a file over its base --------------------------------------------------------------------------

def test_sections_of_a_variant_change_key_by_key(base):
    changed = variant("name: V\npopulation: {register_share: 0.4}\ngroups:\n  meetings: 2\n")
    assert (changed.name, changed.about, changed.months) == ("V", "as it is", 24)
    assert changed == base.with_({"population.register_share": 0.4, "groups.meetings": 2}, name="V")


def test_a_list_of_a_variant_replaces(base):
    assert variant("interventions:\n  - {kind: companionship}\n").interventions == (Companionship(),)
    assert variant("interventions: []\nshocks: []\n") == base.with_(interventions=[], shocks=[])


def test_items_that_name_existing_ones_change_them_and_the_others_are_added(base):
    changed = variant("interventions:\n  - {name: diklat, hours: 96}\n  - {kind: companionship}\n"
                      "  - {name: second_course, kind: diklat, hours: 3}\n"
                      "districts:\n  - {name: Barat, poverty_line: 450000}\n  - {name: Timur}\n")
    grant, course, second, mentoring = changed.interventions
    assert grant == base.interventions[0] and mentoring == Companionship()
    assert (course.hours, course.practice_share) == (96, 0.1)
    assert (second.hours, second.start_month) == (3, 7)
    assert [(d.name, d.share, d.poverty_line) for d in changed.districts] == [
        ("Utara", 0.4, None), ("Barat", 0.6, 450_000), ("Timur", 1.0, None)]


def test_a_new_name_alone_replaces_the_list(base):
    assert [i.name for i in variant("interventions:\n  - {kind: diklat, name: course}\n").interventions] == ["course"]


def test_a_note_of_the_base_does_not_stick_to_a_new_value(base):
    changed = variant("population: {poverty_line: 450000}\n")
    assert changed.describe("population.poverty_line")[1:] == (
        450_000, "Rp per person and month", "poverty line", "set in variant.yaml", "assumed", "variant.yaml", 2, 28)


def test_the_base_is_looked_for_next_to_the_file(base, tmp_path, monkeypatch):
    (tmp_path / "variant.yaml").write_text("based_on: base.yaml\nmonths: 12\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert Scenario.load("../variant.yaml") == base.with_(months=12)


# -- where values come from ------------------------------------------------------------------------

def test_each_value_tells_where_it_was_written_and_how_far_to_trust_it(base):
    assert base.origins["population.poverty_line"] == Origin("base.yaml", 6, 25, "BPS, March 2019", "observed")
    assert base.origins["districts.Barat.share"] == Origin("base.yaml", 10, 34, "census", "assumed")
    assert base.origins["population.households"] == Origin("base.yaml", 5, 15, "set in base.yaml", "assumed")
    assert base.origins["interventions.second_course.start_month"].line == 14
    assert "groups.meetings" not in base.origins
    size = base.describe("groups.size")
    assert (size.value, size.unit, size.about, size.grade, size.file, size.line) == (
        8, "households", "households per group", "assumed", "base.yaml", 7)


def test_a_default_written_out_keeps_its_source_and_grade(base):
    written, unwritten = variant("groups: {size: 10}\n").describe("groups.size"), Scenario().describe("groups.size")
    assert written[:6] == unwritten[:6] and written.grade == "observed" and "Permensos" in written.source
    assert (written.file, written.line, unwritten.file, unwritten.line) == ("variant.yaml", 2, "", 0)


def test_every_value_is_described_once(base):
    described = list(base.values())
    assert len({each.path for each in described}) == len(described) > 200
    flat = {each.path: each.value for each in described}
    assert flat["interventions.second_course.start_month"] == 7 and flat["shocks.flood.districts"] == ("Utara",)
    assert base.origins.keys() <= flat.keys()
    assert faults_of(lambda: base.describe("groups.siez")) == [
        "groups.siez: there is no such value; did you mean 'groups.size'?"]


def test_where_a_value_was_written_makes_no_other_scenario(base):
    same = Scenario.from_mapping(base.to_mapping())
    assert same == base and hash(same) == hash(base) and same.origins != base.origins
    assert "origins" not in base.to_mapping()


def test_a_scenario_travels_to_other_processes_with_its_origins(base):
    there = pickle.loads(pickle.dumps(base))
    assert there == base and there.origins == base.origins


# -- changes ---------------------------------------------------------------------------------------

def test_dotted_paths_reach_any_value(base):
    changed = base.with_({"interventions.diklat.practice_share": 0.6, "shocks.flood.reach": 1.0,
                          "districts.Barat.share": 0.5, "groups.size": 10}, months=12, name="Better")
    assert changed.interventions[1] == Diklat(hours=12, practice_share=0.6)
    assert (changed.shocks[0].reach, changed.districts[1].share, changed.groups.size) == (1.0, 0.5, 10)
    assert (changed.months, changed.name, base.months, base.name) == (12, "Better", 24, "Base")
    assert base.with_() == base and base.with_({}).origins == base.origins


def test_lists_given_in_python_replace_and_mappings_change(base):
    assert base.with_(interventions=[Diklat(practice_share=0.6)]).interventions == (Diklat(practice_share=0.6),)
    assert base.with_(groups={"meetings": 2}) == base.with_({"groups.meetings": 2})
    assert base.with_({"interventions.diklat": {"hours": 3}}) == base.with_({"interventions.diklat.hours": 3})
    assert base.with_(shocks=({"kind": "flood", "districts": ["Barat"]},)).shocks == (Flood(districts=("Barat",)),)


def test_changed_values_say_so_and_the_others_keep_their_origin(base):
    changed = base.with_({"interventions.diklat.practice_share": 0.6})
    assert changed.origins["interventions.diklat.practice_share"] == Origin("<python>", 0, 0, "set in <python>", "assumed")
    assert changed.origins["interventions.diklat.hours"] == base.origins["interventions.diklat.hours"]
    annotated = base.with_({"groups.size": {"value": 12, "grade": "literature", "source": "a study"}})
    assert annotated.describe("groups.size")[4:6] == ("a study", "literature")
    assert base.with_(interventions=[Diklat(hours=3)]).origins.keys() - base.origins.keys() == set()


@pytest.mark.parametrize("changes, fields, told", [
    ({}, {"mnths": 3}, "mnths: unknown path 'mnths'; did you mean 'months'?"),
    ({"households": 3}, {}, "households: unknown path 'households'; did you mean 'population.households'?"),
    ({"groups.siez": 3}, {}, "groups.siez: unknown path 'siez'; did you mean 'size'?"),
    ({"gruops.size": 3}, {}, "gruops.size: unknown path 'gruops'; did you mean 'groups'?"),
    ({"groups.size.x": 3}, {}, "groups.size.x: groups.size is one value: nothing lies below it"),
    ({"groups..size": 3}, {}, "groups..size: unknown path ''; known here: formed, size, start_month, start_spread, "
                              "meetings, extra_trust, deposit"),
    ({"interventions.dklat.hours": 3}, {}, "interventions.dklat.hours: there is no 'dklat' in interventions; did you "
                                           "mean 'diklat'?"),
    ({"interventions.mentoring.hours": 3}, {}, "interventions.mentoring.hours: there is no 'mentoring' in "
                                               "interventions; there is: uep_grant, diklat, second_course"),
    ({"interventions.diklat": 3}, {}, "interventions.diklat = 3: must be key: value pairs, or name one value of it: "
                                      "interventions.diklat.<key>"),
    ({"groups.size": 3}, {}, "groups.size = 3: must be 5 to 20 households"),
    ({"population.households": 10}, {}, "population.households = 10: no group of 8 can form: the register lists 5 of "
                                        "10 households"),
    ({}, {"groups": 3}, "groups = 3: must be a section of 'key: value' lines"),
    ({"interventions.diklat.name": "uep_grant"}, {}, "interventions.uep_grant.name = uep_grant: name used twice in "
                                                     "interventions: give each a 'name' of its own"),
])
def test_a_change_that_cannot_be_is_told(base, changes, fields, told):
    assert faults_of(lambda: base.with_(changes, **fields)) == [f"<python>: {told}"]


def test_all_faults_of_a_change_come_at_once(base):
    assert faults_of(lambda: base.with_({"groups.size": 3, "groups.siez": 3}, months=0)) == [
        "<python>: groups.siez: unknown path 'siez'; did you mean 'size'?",
        "<python>: groups.size = 3: must be 5 to 20 households", "<python>: months = 0: must be 1 to 600 months"]


def test_without_programme_is_the_same_people_and_luck(base):
    bare = base.without_programme()
    assert (bare.name, bare.groups.formed, bare.interventions) == ("Base (no programme)", False, ())
    assert bare == base.with_({"groups.formed": False}, interventions=[], name="Base (no programme)")
    programme, control = KubeModel(base, seed=3), KubeModel(bare, seed=3)
    assert np.array_equal(programme.state.households.normal_income, control.state.households.normal_income)
    programme.step(), control.step()
    assert np.array_equal(programme.state.households.luck, control.state.households.luck)


# -- settings of the command line ------------------------------------------------------------------

def apply(scenario: Scenario, *settings: str) -> Scenario:
    return scenario.with_(dict(map(parse_setting, settings)))


def test_settings_are_read_as_in_a_file(base):
    changed = apply(base, "interventions.diklat.hours=96", "groups.formed=false", "name=A = B", "trust.start = 5e-1",
                    "shocks.flood.districts=[Barat]", "districts.Utara.share={value: 0.5, grade: derived, source: map}")
    assert (changed.interventions[1].hours, changed.groups.formed, changed.name) == (96, False, "A = B")
    assert (changed.trust.start, changed.shocks[0].districts) == (0.5, ("Barat",))
    assert changed.origins["districts.Utara.share"][3:] == ("map", "derived")
    assert changed.origins["groups.formed"].file == "--set groups.formed=false"
    assert apply(base, "interventions=[]").interventions == ()
    assert apply(base, "interventions=[{kind: companionship, caseload: 5}]").interventions == (Companionship(caseload=5),)


@pytest.mark.parametrize("setting, told", [
    ("groups.size=3", "must be 5 to 20 households"),
    ("groups.meetings=0,5", "must be a number, 0 to 31 meetings per month; write 0.5"),
    ("groups.formed=yes", "must be true or false; write true"),
    ("groups.deposit=25.000", "rupiah are written without separators; write 25000"),
    ("months=", "must be a whole number of months, 1 to 600"),
    ("interventions.dklat.hours=3", "interventions.dklat.hours: there is no 'dklat' in interventions; did you mean "
                                    "'diklat'?"),
    ("groups.size", "must be path=value, as in groups.size=8"), ("=3", "must be path=value, as in groups.size=8"),
    ("name=*a", "aliases are not allowed: write the value out"),
    ("name=!!python/name:os.system", "tags (!!python/name:os.system) are not allowed: write the value plainly"),
    ("name='a", "a quote that is opened here is never closed"), ("name=a\udce9", "control character U+DCE9 is not allowed"),
    ("months={value: 3, grade: sure}", "months.grade = sure: must be one of observed, literature, derived, calibrated, "
                                       "assumed"),
])
def test_a_wrong_setting_is_told_as_it_was_typed(base, setting, told):
    (fault,) = faults_of(lambda: apply(base, setting))
    shown = setting.replace("\udce9", "\ufffd")
    assert fault.startswith(f"--set {shown}: ") and fault.endswith(told)


# -- back to a file --------------------------------------------------------------------------------

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


NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(about=st.text(max_size=40) | st.sampled_from(["5e9", "yes", "012", "1_000", "~", "null", "true", ".5", "a: b",
                                                     "- x", "#", "{", "2019-01-01", "=", "<<", " x ", "\x07", "\x85"]),
       cost=st.floats(0, 1e12), start=st.floats(0, 1), name=NAMES, district=st.sampled_from(["Utara", "12", "yes", "é-1"]))
def test_any_scenario_survives_the_way_to_a_file_and_back(tmp_path_factory, about, cost, start, name, district):
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
