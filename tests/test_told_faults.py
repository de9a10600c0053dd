"""Faults of seeds and refused commands: each fault once, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.running import workers
from kubesim.running.workers import Board, Landed, Stack, told_faults
from kubesim.scenario import Scenario

OFF = "month 2: money does not close: off by {amount} Rp"


def test_a_fault_of_many_seeds_is_one_line():
    landed = [Landed("programme", faults={5: OFF.format(amount="1,200"), 1: OFF.format(amount="30")}),
              Landed("programme", faults={2: OFF.format(amount="7.5"), 9: "luck drawn twice"}),
              Landed("no programme", faults={3: "luck drawn twice"})]
    assert told_faults(landed) == (
        "seeds 1 to 2, 5, programme: month 2: money does not close: off by 30 Rp (numbers of seed 1)",
        "seed 9, programme: luck drawn twice", "seed 3, no programme: luck drawn twice")


def test_a_fault_that_is_the_same_to_the_letter_has_no_numbers_to_explain():
    assert told_faults([Landed("", faults={4: "luck drawn twice", 6: "luck drawn twice"})]) == (
        "seeds 4, 6: luck drawn twice",)


def test_work_that_cannot_be_handed_out_is_told_as_what_it_is(tmp_path, monkeypatch):
    class Full(workers.ProcessPoolExecutor):
        def submit(self, *what):
            raise OSError("too many open files")
    monkeypatch.setattr(workers, "ProcessPoolExecutor", Full)
    stacks = [Stack(0, "programme", Scenario(), (1,), None, ())]
    board = Board.make(tmp_path / "board", 1, lambda lived: None)
    with pytest.raises(OSError, match="too many open files"):
        list(workers.live_all(stacks, 2, board))


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """A folder with two scenarios and nothing else; types a command there and gives what it was told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBESIM_LANG", "en")
    Path("village.yaml").write_text("name: Village\nmonths: 2\npopulation: {households: 40}\ngroups: {size: 5}\n",
                                    encoding="utf-8")
    Path("larger.yaml").write_text("name: Larger\nbased_on: village.yaml\npopulation: {households: 80}\n",
                                   encoding="utf-8")

    Path("trusting.yaml").write_text("name: Trusting\nbased_on: village.yaml\ngroups: {extra_trust: 0.3}\n",
                                     encoding="utf-8")

    def refused(*words: str) -> list[str]:
        try:
            status = main(list(words))
        except SystemExit as end:
            status = end.code
        assert status == 2
        return capsys.readouterr().err.splitlines()
    return refused


@pytest.mark.parametrize("words", [
    "run village.yaml --outcome nothing", "run village.yaml --set groups.sise=3", "run gone.yaml",
    "run village.yaml --replicates 0", "run village.yaml --out larger.yaml", "compare village.yaml larger.yaml",
    "compare village.yaml village.yaml --out new/folder", "compare village.yaml gone.yaml",
    "compare village.yaml larger.yaml --until-width narrow --out a/b/c", "replay results/village",
    "compare village.yaml trusting.yaml --until-width 2% --outcome groups_dissolved_capital --out a/b/c",
    "frontier village.yaml --budget 0", "compare village.yaml", "run village.yaml --keep everything"])
def test_a_refused_command_leaves_nothing_behind(desk, words):
    assert desk(*words.split())
    assert sorted(path.name for path in Path().rglob("*")) == ["larger.yaml", "trusting.yaml", "village.yaml"]


def test_a_list_without_items_says_so(desk):
    [line] = desk("run", "village.yaml", "--set", "interventions.diklat.hours=96")
    assert line.endswith("there is no 'diklat' in interventions; there are none in this scenario")
