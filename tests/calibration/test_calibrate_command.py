"""``kubesim calibrate``: what users type, what they get, and what they are told when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kubesim.cli import main

SMALL = """
name: Small
targets: ["10", 12a]
households: 50
particles: 6
generations: 2
check: 4
priors:
  learning.news_brought: {low: 0.03, high: 0.12, source: judgement, grade: assumed}
  interventions.diklat.knowledge_hours: {low: 40, high: 120}
"""


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch) -> Path:
    """A calibration to two targets of the evidence, in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.mark.slow
def test_it_says_what_was_found_and_where_it_is(experiment: Path, capsys):
    assert main(["calibrate", "small.yaml", "--workers", "1"]) == 0
    told = capsys.readouterr()
    assert "Small: 6 draws" in told.out and "written to results/small" in told.out
    assert "learning.news_brought" in told.out and "missed by" in told.out
    assert "generation 2: 6 of 6 draws accepted" in told.err
    assert len(pd.read_parquet("results/small/posterior.parquet")) == 6
    assert main(["calibrate", "small.yaml", "--workers", "1", "--quiet"]) == 0
    again = capsys.readouterr()
    assert again.out == told.out and again.err == ""


@pytest.mark.slow
def test_populations_and_seed_are_other_calibrations(experiment: Path, capsys):
    assert main(["calibrate", "small.yaml", "--workers", "1", "--populations", "1", "--quiet"]) == 0
    assert "after 1 generations" in capsys.readouterr().out
    assert main(["calibrate", "small.yaml", "--workers", "1", "--quiet"]) == 2
    assert "experiment.generations was 1, now 2" in capsys.readouterr().err
    assert main(["calibrate", "small.yaml", "--populations", "1", "--seed", "9", "--quiet"]) == 2
    assert "experiment.seeds.first was 1, now 9" in capsys.readouterr().err


@pytest.mark.parametrize("words, told", [
    (["none.yaml"], "none.yaml: file not found"),
    (["small.yaml", "--workers", "0"], "--workers 0: must be 1 to 1024"),
    (["small.yaml", "--populations", "0"], "--populations 0: must be 1 to 100"),
    (["small.yaml", "--limit-minutes", "0"], "--limit-minutes 0.0: must be 0.01 to 100000"),
])
def test_wrong_words_are_told_and_nothing_is_written(experiment: Path, capsys, words, told):
    assert main(["calibrate", *words]) == 2
    assert told in capsys.readouterr().err
    assert not Path("results").exists()


@pytest.mark.slow
def test_it_speaks_indonesian(experiment: Path, capsys):
    assert main(["calibrate", "small.yaml", "--workers", "1", "--populations", "1", "--lang", "id"]) == 0
    told = capsys.readouterr()
    assert "generasi 1" in told.err and "ditulis" in told.out and "draws" not in told.out


def test_without_pyabc_it_says_in_one_line_what_is_missing(experiment: Path):
    script = ("import sys; sys.modules['pyabc'] = None\n"
              "from kubesim.cli import main; sys.exit(main(['calibrate', 'small.yaml']))")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "calibrate needs pyABC: pip install 'kubesim[calibration]'\n"
