"""``kubesim lesson``: the list, and the two sheets."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from small_lesson import LESSON

from kubesim.cli import main


@pytest.fixture
def mine(tmp_path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(LESSON)
    return path


def words(page: Path) -> str:
    """The text of a page."""
    return unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8").split("<body>")[1]))


def test_lessons_are_listed_in_the_language_asked_for(capsys):
    assert main(["lesson", "--lang", "id"]) == 0
    told = capsys.readouterr().out
    assert "free_riders" in told and "Penumpang gelap dan kepercayaan" in told


@pytest.mark.parametrize("lang, pupils, teacher", [
    ("en", "What do you expect?", "What the model cannot say"),
    ("id", "Apa dugaanmu?", "Apa yang tidak dapat dikatakan model")])
def test_a_lesson_is_written_as_two_sheets(mine, tmp_path, capsys, lang, pupils, teacher):
    out = tmp_path / "out"
    assert main(["lesson", str(mine), "--out", str(out), "--lang", lang, "--pupils", "3", "--quiet"]) == 0
    assert "Dua bantuan" in capsys.readouterr().out
    for_pupils, for_teacher = words(out / "pupils.html"), words(out / "teacher.html")
    assert pupils in for_pupils and teacher in for_teacher
    for answer in ("Say no.", "Say yes.", "This is what it shows.", "Somebody (2001)"):
        assert answer not in for_pupils and (answer in for_teacher)
    assert "☐ A. The small one" in for_pupils and "0–20" in for_teacher
    for page in ("pupils.html", "teacher.html"):
        raw = (out / page).read_text(encoding="utf-8")
        assert "&lt;b&gt;The large one" in raw and "<b>" not in raw        # what is written stays text
        assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)', raw))


def test_a_folder_of_results_is_left_alone(mine, tmp_path, capsys):
    (tmp_path / "run.json").write_text("{}")
    assert main(["lesson", str(mine), "--out", str(tmp_path), "--pupils", "2", "--quiet"]) == 2
    assert "holds the results of a run" in capsys.readouterr().err
    assert not (tmp_path / "teacher.html").exists()


@pytest.mark.parametrize("typed, told", [
    (["free_rider"], "did you mean 'free_riders'?"),
    (["free_riders", "--pupils", "1"], "--pupils 1: must be 2 to 100")])
def test_what_cannot_be_done_is_told(typed, told, capsys):
    assert main(["lesson", *typed]) == 2
    assert told in capsys.readouterr().err
