"""The data file: what ships is sound, and a target is an entry of it and a statistic, nothing else."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kubesim.errors import ScenarioError
from kubesim.language import CATALOGUES
from kubesim.units import GRADES
from kubesim.validation.evidence import BANDS, FILE, Evidence, load_evidence
from kubesim.validation.measuring import measure
from kubesim.validation.statistic import known_statistics
from kubesim.validation.verdicts import judge

PACKAGE = Path(__file__).parents[2] / "kubesim"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def test_what_ships_names_source_grade_band_and_reason(evidence):
    assert len(evidence.targets) >= 47
    for target in evidence.targets:
        assert target.source and target.why and target.about and target.unit, target.name
        assert target.grade in GRADES and target.band in BANDS, target.name
        assert target.low <= target.high and (math.isfinite(target.low) or math.isfinite(target.high))
        assert list(target.months) == sorted(target.months), target.name
        if target.band == "own":
            assert math.isnan(target.published) and target.grade == "assumed", target.name


def test_every_text_of_the_data_file_is_collected_for_translation(evidence):
    with open(CATALOGUES / "kubesim.pot", "rb") as written:
        collected = {text.id for text in read_po(written)}
    texts = {getattr(target, key) for target in evidence.targets
             for key in ("pattern", "about", "unit", "why", "source")}
    assert texts - collected == set()


def test_all_fifteen_patterns_are_held_against_the_model(evidence):
    numbers = {int(re.match(r"\d+", target.name)[0]) for target in evidence.targets}
    assert numbers == set(range(1, 16))


def test_every_arm_and_every_statistic_is_used(evidence):
    assert set(evidence.settings) == {arm for target in evidence.targets for arm in target.arms}
    assert set(known_statistics()) == {target.statistic for target in evidence.targets}


def test_arms_differ_in_programme_city_and_illness_only(evidence):
    """Rules and parameters of the model are the same in all arms, and those that ship."""
    allowed = re.compile(r"groups\.(formed|meetings|start_spread)|population\.(households|targeted_share)|"
                         r"illness\.onset|interventions\.uep_grant\.per_member|"
                         r"interventions\.diklat\.(hours|practice_share|relevance|facilities|trainer_\w+)|"
                         r"interventions\.companionship\.(months|caseload|competence|experience|"
                         r"hours|turnover)")
    for name, settings in evidence.settings.items():
        for path in settings:
            assert allowed.fullmatch(path), f"{name}: {path}"
            assert not path.startswith("illness") or name == "city_without_illness"


def test_mechanisms_are_values_of_the_model_that_exist_and_differ(evidence):
    usual = {held.path: held.value for held in evidence.arms["usual"].values()}
    for name, changes in evidence.mechanisms.items():
        assert all(usual[path] != value for path, value in changes.items()), name
        evidence.laid(changes, ["usual"])


def test_an_arm_is_what_a_user_can_type(evidence):
    """The arm's scenario is the base with its settings by dotted path, as --set lays them."""
    base = evidence.base
    for path, value in evidence.settings["full"].items():
        base = base.with_({path: value})
    assert base.with_(name="full") == evidence.arms["full"]


def test_changes_go_under_the_arms(evidence):
    laid = evidence.laid({"illness.onset": 0.01, "interventions.diklat.knowledge_hours": 80.0},
                         ["city", "city_without_illness", "theory"], households=600)
    assert [laid[name].illness.onset for name in laid] == [0.01, 0.0, 0.01]
    assert [laid[name].population.households for name in laid] == [1200, 1200, 600]
    diklat = next(item for item in laid["theory"].interventions if item.name == "diklat")
    assert (diklat.knowledge_hours, diklat.hours) == (80.0, 40)


def test_a_target_is_an_entry_and_nothing_else(tmp_path):
    """A second entry with a name of its own is measured, judged and told without any other change."""
    text = FILE.read_text(encoding="utf-8")
    entry = re.search(r"  - name: 6a\n.*?(?=  - name: 6b)", text, re.DOTALL)[0]
    added = tmp_path / "evidence.yaml"
    added.write_text(text + entry.replace("name: 6a", "name: 16x").replace("[24]", "[5]"), encoding="utf-8")
    evidence = load_evidence(added)
    found = measure(evidence, [9001, 9002], households=60, targets=["16x"])
    assert list(found["target"]) == ["16x", "16x"]
    assert list(judge(evidence, found)["target"]) == ["16x"]


def test_no_other_file_of_the_package_names_a_target():
    names = {target.name for target in load_evidence().targets if len(target.name) > 2} | {"7a", "8b", "15a"}
    for path in PACKAGE.rglob("*.py"):
        words = set(re.findall(r"[\"'](\w+)[\"']", path.read_text(encoding="utf-8")))
        assert not words & names, f"{path.name} knows {words & names}"


@pytest.mark.parametrize("old, new, told", [
    ("statistic: gini", "statistic: ginny", "target 1e: 'ginny' cannot be used"),
    ("arms: [usual, control]", "arms: [usual, contrl]", "target 6a: 'contrl' cannot be used"),
    ("  - name: 1b", "  - name: 1a", "target 1a: '1a' cannot be used"),
    ('    unit: "persons"\n', "", "target 1c: must have the keys about, arms"),
    ("groups.start_spread: 60", "groups.start_spred: 60", "groups.start_spred")])
def test_a_broken_file_is_told_in_plain_lines(tmp_path, old, new, told):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "evidence.yaml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as wrong:
        load_evidence(broken).arms
    assert told in "\n".join(wrong.value.faults)


def test_unknown_names_are_told_with_the_nearest(evidence):
    with pytest.raises(ScenarioError, match="'peer_lerning' does not exist; did you mean 'peer_learning'"):
        evidence.without(["peer_lerning"])
    with pytest.raises(ScenarioError, match="target '99' does not exist"):
        evidence.chosen(["99"])
