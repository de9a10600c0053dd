"""Lesson files that teachers write: faults are told at their lines, all at once; what is right is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_lesson import LESSON

from kubesim.errors import ScenarioError
from kubesim.language import speaking
from kubesim.lessons import load_lesson, load_lessons


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """What is told of the small lesson with some text replaced, without the folder."""
    text = LESSON
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    with pytest.raises(ScenarioError) as told:
        load_lesson(written(tmp_path, text))
    return [fault.replace(f"{tmp_path}/", "") for fault in told.value.faults]


def test_a_lesson_of_ones_own_is_read(tmp_path):
    lesson = load_lesson(written(tmp_path, LESSON))
    assert (lesson.name, lesson.title, lesson.designs) == ("mine", "Dua bantuan", ("small", "large"))
    assert lesson.worlds["large"].interventions[0].per_member == 4e6
    assert lesson.worlds["small"].months == 6 and lesson.worlds["small"].population.households == 40
    assert lesson.without["leaks"]["large"].misuse.leaks == 0
    assert lesson.without["leaks"]["large"].interventions == lesson.worlds["large"].interventions
    with speaking("id"):
        assert lesson.question.startswith("Apakah") and lesson.story == "Two worlds."
    assert [found.name for found in load_lessons(tmp_path)] == ["mine"]


def test_a_scenario_file_can_be_the_base(tmp_path):
    (tmp_path / "city.yaml").write_text("name: City\ngroups: {size: 8}\ninterventions: [{kind: uep_grant}]\n")
    text = LESSON.replace("base:\n", "scenario: city.yaml\nbase:\n")
    with pytest.raises(ScenarioError, match="not both"):
        load_lesson(written(tmp_path, text))
    start, end = LESSON.index("base:\n"), LESSON.index("designs:\n")
    lesson = load_lesson(written(tmp_path, LESSON[:start] + "scenario: city.yaml\n" + LESSON[end:]))
    assert lesson.worlds["small"].groups.size == 8 and lesson.worlds["small"].population.households == 40


@pytest.mark.parametrize("before, after, told", [
    ("title: {id: Dua bantuan}", "title: {}", "mine.yaml:1:1: title: needs a text, as in {en: ..., id: ...}"),
    ("question:", "qestion:", "mine.yaml:2:1: qestion: unknown key; did you mean 'question'?"),
    ("outcome: consumption", "outcome: consumtion", "did you mean 'consumption'?"),
    ("whose: members", "whose: everyone", "whose = everyone: must be one of "),
    ("months: 6\n", "months: 3\n", "prediction.month = 4: must be 1 to 3, the months of the lesson"),
    ("minutes: 25", "minutes: 24", "plan = [...]: the steps take 44 minutes together, not 45"),
    ("answer: b", "answer: c", "prediction.answer = c: must be one of a, b"),
    ("design: large}\n", "design: lage}\n", "options.b.design = lage: must be one of small, large"),
    ("    against: small", "    against: smal", "mechanisms.leaks.against = smal: must be one of small, large"),
    ("  kind: best", "  kind: range", "belongs to another kind of prediction than range"),
    ("    expect: kept", "    expect: lost", "expect = lost: must be one of "),
    ("grade: literature", "grade: sure", "grade = sure: must be one of "),
    ("groups.size: 5", "groups.size: 3", "mine.yaml:12:16: groups.size = 3: must be 5 to 20 households"),
    ("per_member: 4000000", "per_membre: 4000000", "did you mean 'per_member'?"),
    ("changes: {misuse.leaks: 0.0}", "changes: {misuse.leaks: 2}", "misuse.leaks = 2: must be 0 to 1"),
    ("changes: {misuse.leaks: 0.0}", "changes: 5", "must be a section of 'key: value' lines"),
    ("  - {name: small, label: {en: small grant}}\n", "", "must name two designs or more"),
    ('questions: [{en: "Why?"}]', "questions: []", "must not be empty"),
    ("households: 40", "households: 40000", "households = 40000: must be 20 to 5000 households"),
])
def test_a_fault_is_told_where_it_stands(tmp_path, before, after, told):
    lines = faults(tmp_path, (before, after))
    assert any(told in line for line in lines), lines
    assert all(line.startswith("mine.yaml") for line in lines), lines


def test_all_faults_are_told_together(tmp_path):
    lines = faults(tmp_path, ("answer: b", "answer: c"), ("minutes: 25", "minutes: 24"),
                   ("groups.size: 5", "groups.size: 3"), ("whose: members", "whose: all"),
                   ("month: 4", "month: 7"))
    assert len(lines) == 4, lines


def test_a_name_that_is_no_lesson_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean 'free_riders'"):
        load_lesson("free_rider")
    with pytest.raises(ScenarioError, match="there is no folder 'nowhere'"):
        load_lesson("nowhere/mine.yaml")


def test_a_folder_without_lessons_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="holds no lessons"):
        load_lessons(tmp_path)
