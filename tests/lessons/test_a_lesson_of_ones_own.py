"""The page docs/lessons.md followed to the letter, and a teacher's folder of lessons."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from small_lesson import LESSON

from kubesim.cli import main
from kubesim.errors import ScenarioError
from kubesim.lessons import load_lesson, load_lessons, load_own_lessons
from kubesim.lessons.sketches import held_against, read_sketch

PAGE = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """The only block of a kind on the page."""
    found = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return found[0]


@pytest.fixture
def written(tmp_path, monkeypatch) -> tuple[Path, list[list[str]]]:
    """The lesson of the page where the page says, smaller; and the page's commands."""
    monkeypatch.chdir(tmp_path)
    commands = [shlex.split(line) for line in block("sh").splitlines()]
    path = Path(commands[0][2])
    assert f"`{path}`" in PAGE and f"`{path.parent}`" in PAGE
    path.parent.mkdir()
    path.write_text(block("yaml").replace("households: 400", "households: 200"), encoding="utf-8")
    return path, commands


def test_the_lesson_of_the_page_gives_the_answer_that_it_names(written):
    lesson = load_lesson(written[0])
    reveal = lesson.run(seed=5, pupils=6)
    assert reveal.answer.name == lesson.prediction.answer
    assert reveal.left(lesson.terms.mechanisms[0]).share > 0
    start = reveal.average_path[:, 0] / lesson.prediction.sketch.scale
    assert start == pytest.approx(lesson.prediction.sketch.start, rel=0.02)
    flat = [lesson.prediction.sketch.start] * (lesson.terms.months + 1)
    assert held_against(reveal, read_sketch(lesson, {"small": flat}))[0].label == "Rp 2 million"


@pytest.mark.slow
def test_the_commands_of_the_page_work(written, capsys):
    path, (give, offer) = written
    assert give[0] == offer[0] == "kubesim"
    assert main([*give[1:], "--quiet"]) == 0
    assert "Two grants" in capsys.readouterr().out
    sheets = Path(f"results/lesson-{path.stem}").glob("*.html")
    assert {sheet.name for sheet in sheets} == {"pupils.html", "teacher.html"}
    folder = offer[offer.index("--lessons") + 1]
    assert offer[1] == "serve" and [lesson.name for lesson in load_own_lessons(folder)] == [path.stem]


# -- a folder ------------------------------------------------------------------------------------------
def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_lessons_of_a_folder_are_marked_as_ones_own(tmp_path):
    own = load_own_lessons(folder(tmp_path, mine=LESSON, yours=LESSON.replace("title:", "order: 1\ntitle:")))
    assert [lesson.name for lesson in own] == ["yours", "mine"] and all(lesson.is_own for lesson in own)
    assert not any(lesson.is_own for lesson in load_lessons())


@pytest.mark.parametrize("name, told", [
    ("free_riders", "free_riders.yaml: a lesson that ships is called free_riders"),
    ("my lesson", "my lesson.yaml: the name of the file must be made of letters, digits and _"),
    ("a" * 61, "at most 60")])
def test_a_name_that_cannot_be_used_is_told(tmp_path, name, told):
    with pytest.raises(ScenarioError) as wrong:
        load_own_lessons(folder(tmp_path, **{name: LESSON}))
    assert len(wrong.value.faults) == 1 and told in wrong.value.faults[0]


def test_the_server_tells_all_faults_of_the_folder_and_does_not_start(tmp_path, capsys):
    pytest.importorskip("solara")
    folder(tmp_path, one=LESSON.replace("answer: b", "answer: c"), two=LESSON.replace("month: 4", "month: 9"),
           free_riders=LESSON)
    assert main(["serve", "--no-browser", "--port", "0", "--lessons", str(tmp_path)]) == 2
    out = capsys.readouterr()
    lines = out.err.splitlines()
    assert len(lines) == 3 and "http" not in out.out
    assert re.match(rf"{re.escape(str(tmp_path))}/one.yaml:\d+:\d+: prediction.answer = c: ", lines[0])
    assert re.match(rf"{re.escape(str(tmp_path))}/two.yaml:\d+:\d+: prediction.month = 9: ", lines[1])
    assert "free_riders.yaml" in lines[2]


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_a_folder_without_lessons_is_told(tmp_path, capsys, place):
    pytest.importorskip("solara")
    (tmp_path / "empty").mkdir()
    assert main(["serve", "--no-browser", "--port", "0", "--lessons", str(tmp_path / place)]) == 2
    assert f"{place}: holds no lessons" in capsys.readouterr().err
