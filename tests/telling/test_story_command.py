"""The command ``kubesim story``: what it prints and writes, and what it says of wrong words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.scenario import Scenario
from kubesim.telling.story import story

VILLAGE = "name: Village\nmonths: 4\npopulation: {households: 40}\ngroups: {size: 5}\n" \
          "interventions: [{kind: uep_grant}]\n"


@pytest.fixture
def village(tmp_path, monkeypatch) -> str:
    """A scenario file in an empty folder that is the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    Path("village.yaml").write_text(VILLAGE, encoding="utf-8")
    Path("bigger.yaml").write_text(VILLAGE.replace("40", "60"), encoding="utf-8")
    return "village.yaml"


def test_the_command_prints_the_story_and_writes_it(village, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["story", village, "--household", "3", "--seed", "4"]) == 0
    folder = Path("results/story-village-household-3-seed-4")
    said = capsys.readouterr()
    expected = story(Scenario.load(village), household=3, seed=4)
    assert said.out == f"{expected.text(100)}\n\nwritten to {folder}\n" and said.err == ""
    assert (folder / "story.txt").read_text(encoding="utf-8") == expected.text() + "\n"
    assert main(["story", village, "--group", "1", "--months", "2", "--no-figures"]) == 0
    assert capsys.readouterr().out.startswith("Group 1 in All, twin against twin")
    assert len(list(Path("results").iterdir())) == 1


@pytest.mark.parametrize("words, told", [
    (["--household", "40"], "household 40: must be 0 to 39"),
    (["--household", "-1"], "household -1: must be 0 to 39"), (["--group", "4"], "group 4: must be 0 to 3"),
    (["--household", "2.5"], "--household 2.5: must be a whole number"),
    (["--household", "richest"], "household richest: must be a whole number from 0, or one of typical"),
    (["--group", "typical"], "--group typical: must be a whole number"), ([], "one of the arguments"),
    (["--household", "1", "--group", "1"], "not allowed with"),
    (["--household", "1", "--seed", "-1"], "--seed -1"),
    (["--household", "1", "--months", "0"], "--months 0"),
    (["--household", "1", "--against", "bigger.yaml"], "population.households is 40, in the baseline 60"),
    (["--household", "1", "--against", "nowhere.yaml"], "nowhere.yaml")])
def test_bad_input_is_one_line_and_writes_nothing(village, capsys, words, told):
    try:
        status = main(["story", village, *words])
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert status == 2 and said.out == "" and len(said.err.splitlines()) == 1 and told in said.err
    assert not Path("results").exists()
