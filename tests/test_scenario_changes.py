"""A scenario with some values changed: by Python, by dotted path, by settings of the command line."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.model import KubeModel
from kubesim.scenario import Scenario, parse_setting
from kubesim.reading.sections import Origin
from kubesim.shocks.flood import Flood
from kubesim.shocks.pandemic import Pandemic
from scenario_files import faults_when, write_base

@pytest.fixture
def base(tmp_path, monkeypatch) -> Scenario:
    """The scenario of ``base.yaml`` in the working folder."""
    monkeypatch.chdir(tmp_path)
    return write_base()


# -- changes -----------------------------------------------------------------------------------------
def test_dotted_paths_reach_any_value(base):
    changed = base.with_({"interventions.diklat.practice_share": 0.6, "shocks.flood.reach": 1.0,
                          "districts.Barat.share": 0.5, "groups.size": 10}, months=12, name="Better")
    assert changed.interventions[1] == Diklat(hours=12, practice_share=0.6)
    assert (changed.shocks[0].reach, changed.districts[1].share, changed.groups.size) == (1.0, 0.5, 10)
    assert (changed.months, changed.name, base.months, base.name) == (12, "Better", 24, "Base")
    assert base.with_() == base and base.with_({}).origins == base.origins


def test_lists_given_in_python_replace_and_mappings_change(base):
    practical = Diklat(practice_share=0.6)
    assert base.with_(interventions=[practical]).interventions == (practical,)
    assert base.with_(groups={"meetings": 2}) == base.with_({"groups.meetings": 2})
    assert base.with_({"interventions.diklat": {"hours": 3}}) == base.with_({"interventions.diklat.hours": 3})
    flooded = base.with_(shocks=({"kind": "flood", "districts": ["Barat"]},))
    assert flooded.shocks == (Flood(districts=("Barat",)),)


def test_changed_values_say_so_and_the_others_keep_their_origin(base):
    changed = base.with_({"interventions.diklat.practice_share": 0.6})
    assert changed.origins["interventions.diklat.practice_share"] == Origin("<python>", 0, 0,
                                                                            "set in <python>", "assumed")
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
    ({"groups..size": 3}, {},
     "groups..size: unknown path ''; known here: formed, size, start_month, start_spread, meetings, "
     "extra_trust, deposit"),
    ({"interventions.dklat.hours": 3}, {},
     "interventions.dklat.hours: there is no 'dklat' in interventions; did you mean 'diklat'?"),
    ({"interventions.mentoring.hours": 3}, {}, "interventions.mentoring.hours: there is no 'mentoring' in "
                                               "interventions; there is: uep_grant, diklat, second_course"),
    ({"interventions.diklat": 3}, {},
     "interventions.diklat = 3: must be key: value pairs, or name one value of it: "
     "interventions.diklat.<key>"),
    ({"groups.size": 3}, {}, "groups.size = 3: must be 5 to 20 households"),
    ({"population.households": 10}, {},
     "population.households = 10: no group of 8 can form: the register lists 5 of 10 households"),
    ({}, {"groups": 3}, "groups = 3: must be a section of 'key: value' lines"),
    ({"interventions.diklat.name": "uep_grant"}, {},
     "interventions.uep_grant.name = uep_grant: name used twice in interventions: give each a 'name' of "
     "its own"),
])
def test_a_change_that_cannot_be_is_told(base, changes, fields, told):
    assert faults_when(lambda: base.with_(changes, **fields)) == [f"<python>: {told}"]


def test_all_faults_of_a_change_come_at_once(base):
    assert faults_when(lambda: base.with_({"groups.size": 3, "groups.siez": 3}, months=0)) == [
        "<python>: groups.siez: unknown path 'siez'; did you mean 'size'?",
        "<python>: groups.size = 3: must be 5 to 20 households",
        "<python>: months = 0: must be 1 to 600 months"]


def test_without_programme_is_the_same_people_and_luck(base):
    bare = base.without_programme()
    assert (bare.name, bare.groups.formed, bare.interventions) == ("Base (no programme)", False, ())
    assert bare == base.with_({"groups.formed": False}, interventions=[], name="Base (no programme)")
    programme, control = KubeModel(base, seed=3), KubeModel(bare, seed=3)
    assert np.array_equal(programme.state.households.normal_income, control.state.households.normal_income)
    programme.step(), control.step()
    assert np.array_equal(programme.state.households.luck, control.state.households.luck)


# -- settings of the command line --------------------------------------------------------------------
def apply(scenario: Scenario, *settings: str) -> Scenario:
    return scenario.with_(dict(map(parse_setting, settings)))


def test_settings_are_read_as_in_a_file(base):
    changed = apply(base, "interventions.diklat.hours=96", "groups.formed=false", "name=A = B",
                    "trust.start = 5e-1", "shocks.flood.districts=[Barat]",
                    "districts.Utara.share={value: 0.5, grade: derived, source: map}")
    assert (changed.interventions[1].hours, changed.groups.formed, changed.name) == (96, False, "A = B")
    assert (changed.trust.start, changed.shocks[0].districts) == (0.5, ("Barat",))
    assert changed.origins["districts.Utara.share"][3:] == ("map", "derived")
    assert changed.origins["groups.formed"].file == "--set groups.formed=false"
    assert apply(base, "interventions=[]").interventions == ()
    mentored = apply(base, "interventions=[{kind: companionship, caseload: 5}]")
    assert mentored.interventions == (Companionship(caseload=5),)


def test_the_same_settings_change_several_scenarios(base):
    settings = dict(map(parse_setting, ["groups.size={value: 9, source: try}", "shocks=[{kind: pandemic}]"]))
    one, other = base.with_(settings), Scenario().with_(settings)
    assert one.groups.size == other.groups.size == 9
    assert one.shocks == other.shocks == (Pandemic(),)
    assert one.origins["groups.size"].source == other.origins["groups.size"].source == "try"


@pytest.mark.parametrize("setting, told", [
    ("groups.size=3", "must be 5 to 20 households"),
    ("groups.meetings=0,5", "must be a number, 0 to 31 meetings per month; write 0.5"),
    ("groups.formed=yes", "must be true or false; write true"),
    ("groups.deposit=25.000", "rupiah are written without separators; write 25000"),
    ("months=", "must be a whole number of months, 1 to 600"),
    ("interventions.dklat.hours=3",
     "interventions.dklat.hours: there is no 'dklat' in interventions; did you mean 'diklat'?"),
    ("groups.size", "must be path=value, as in groups.size=8"),
    ("=3", "must be path=value, as in groups.size=8"),
    ("name=*a", "aliases are not allowed: write the value out"),
    ("name=!!python/name:os.system",
     "tags (!!python/name:os.system) are not allowed: write the value plainly"),
    ("name='a", "a quote that is opened here is never closed"),
    ("name=a\udce9", "control character U+DCE9 is not allowed"),
    ("months={value: 3, grade: sure}",
     "months.grade = sure: must be one of observed, literature, derived, calibrated, assumed"),
])
def test_a_wrong_setting_is_told_as_it_was_typed(base, setting, told):
    (fault,) = faults_when(lambda: apply(base, setting))
    shown = setting.replace("\udce9", "\ufffd")
    assert fault.startswith(f"--set {shown}: ") and fault.endswith(told)
