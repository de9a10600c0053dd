"""``kubesim sweep`` as users type it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kubesim.cli import main
from kubesim.sweeping import Sweep

VILLAGE = "name: Village\nmonths: 3\npopulation: {households: 60}\n"
STUDY = "name: Sizes\nscenario: village.yaml\nseeds: {count: 2}\nlevers: {groups.size: [5, 6, 7]}\n"
FAILING = STUDY.replace("[5, 6, 7]", "[5, 20], population.households: [30, 60]")


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A folder with an experiment, in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    Path("village.yaml").write_text(VILLAGE)
    Path("sizes.yaml").write_text(STUDY)
    return tmp_path


@pytest.mark.slow
def test_a_sweep_is_stopped_by_a_limit_looked_at_and_gone_on_with(place, capsys):
    assert main(["sweep", "sizes.yaml", "--workers", "1", "--limit", "4"]) == 0
    assert "6 runs asked for: 4 done, 0 failed, 0 timed out, 2 missing" in capsys.readouterr().out
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert main(["sweep", "sizes.yaml", "--status"]) == 0
    told = capsys.readouterr().out
    assert "2 missing" in told and "state: interrupted" in told
    assert before == {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert main(["sweep", "sizes.yaml", "--workers", "1", "--csv"]) == 0
    printed = capsys.readouterr()
    assert "6 done" in printed.out and "4 of 6 runs are finished already" in printed.err
    folder = place / "results" / "sizes"
    assert len(pd.read_csv(folder / "runs.csv")) == len(pd.read_parquet(folder / "runs.parquet")) == 6
    assert len(pd.read_csv(folder / "outcomes.csv")) == len(pd.read_parquet(folder / "outcomes"))
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["status"] == "done" and manifest["counts"]["done"] == 6
    assert manifest["command"].startswith("kubesim sweep") or "sweep" in manifest["command"]
    assert set(manifest["files"]) == {"points.parquet", "runs.parquet", "points.csv", "runs.csv", "outcomes.csv"}


@pytest.mark.slow
def test_status_before_anything_ran_and_after_the_file_asks_for_more(place, capsys):
    assert main(["sweep", "sizes.yaml", "--status"]) == 0
    assert "nothing was run yet; 6 runs asked for" in capsys.readouterr().out
    assert not (place / "results").exists()
    main(["sweep", "sizes.yaml", "--workers", "1"])
    Path("sizes.yaml").write_text(STUDY.replace("count: 2", "count: 5"))
    assert main(["sweep", "sizes.yaml", "--status"]) == 0
    assert "the file asks for 9 runs that the folder does not hold" in capsys.readouterr().out


@pytest.mark.slow
def test_failed_runs_are_told_in_the_summary_and_fail_fast_ends_with_one(place, capsys):
    Path("sizes.yaml").write_text(FAILING)
    assert main(["sweep", "sizes.yaml", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "8 runs asked for: 6 done, 2 failed" in told and "2 x " in told and "no group of 20 can form" in told
    assert main(["sweep", "sizes.yaml", "--workers", "1", "--out", "fast", "--fail-fast"]) == 1
    assert "stopped at the first failed run" in capsys.readouterr().err
    assert Sweep.open("fast").counts["failed"] >= 1


@pytest.mark.parametrize("words, rule", [
    (["sizes.yaml", "--workers", "0"], "--workers 0: must be 1 to 1024"),
    (["sizes.yaml", "--limit", "0"], "--limit 0"),
    (["none.yaml"], "none.yaml"),
    (["village.yaml"], "unknown key"),
    (["sizes.yaml", "--out", "village.yaml"], "is a file"),
    (["sizes.yaml", "--workers", "2", "--cluster", "tcp://127.0.0.1:1"], "not allowed with"),
])
def test_what_cannot_be_used_ends_with_two_and_a_line(place, capsys, words, rule):
    try:
        status = main(["sweep", *words])
    except SystemExit as ended:
        status = ended.code
    told = capsys.readouterr().err
    assert status == 2 and rule in told and "Traceback" not in told
    assert not (place / "results").exists()


def test_a_folder_of_another_command_is_refused(place, capsys):
    assert main(["run", "village.yaml", "--replicates", "1", "--out", "there", "--no-figures"]) == 0
    assert main(["sweep", "sizes.yaml", "--out", "there"]) == 2
    assert "holds results of another command" in capsys.readouterr().err


def test_an_indonesian_reads_it_in_indonesian(place, capsys):
    main(["sweep", "sizes.yaml", "--status", "--lang", "id"])
    assert "belum ada yang dijalankan; 6 simulasi diminta" in capsys.readouterr().out
