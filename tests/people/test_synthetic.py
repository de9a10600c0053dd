"""The made-up register and the tutorial that goes from it to a report."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kubesim.people.household_file import register_of
from kubesim.scenario import Scenario
from kubesim.synthetic import MARK, main
from test_district_table import BPS

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "scenarios" / "synthetic_register.csv"
GUIDE = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")


def test_the_register_is_made_again_byte_for_byte(tmp_path, monkeypatch):
    """The command that docs/people.md names writes the shipped file."""
    monkeypatch.chdir(ROOT)
    assert main([str(tmp_path / "again.csv")]) == 0
    assert (tmp_path / "again.csv").read_bytes() == SHIPPED.read_bytes()


def test_every_row_says_that_it_is_made_up():
    """In the first column; groups and companions are codes."""
    head, *rows = [line.split(";") for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 240 and all(row[0] == MARK for row in rows)
    assert all(re.fullmatch(r"(KUBE-\d\d)?", row[head.index("Kode KUBE")]) for row in rows)
    assert all(re.fullmatch(r"(P-\d)?", row[head.index("Kode Pendamping")]) for row in rows)


def test_groups_and_companions_of_the_file_are_the_scenarios():
    """23 groups of 8 to 12 households, each with one of five companions in its own district."""
    roll, lists = register_of(Scenario.load(ROOT / "scenarios" / "from_register.yaml"))
    assert len(roll) == 240 and len(lists.first) == 23 and len(set(lists.companion)) == 5
    assert not any("not of 5 to 20" in note for note in lists.notes)


def test_the_guides_scenario_is_the_shipped_one():
    """Headings told on the page are those of the file."""
    mapped = Scenario.load(ROOT / "scenarios" / "from_register.yaml").population.columns.mapped()
    assert all(heading in GUIDE for word, heading in mapped.items() if word != "workers")


@pytest.mark.slow
def test_the_commands_of_the_guide_run_in_order(tmp_path):
    """In a copy of scenarios/, with two seeds and half a year, and a small table of districts."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "districts.csv").write_text(BPS, encoding="utf-8")
    for block in re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL):
        (tmp_path / block[0]).write_text(block[1], encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
    assert len(commands) == 6
    for line in commands:
        words = shlex.split(line.replace("--replicates 20", "--replicates 2 --months 6"))
        made = subprocess.run([sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert made.returncode == 0, f"{line}\n{made.stderr}"
    assert (tmp_path / "results/register/figures/start.png").exists()
    assert (tmp_path / "districts.png").exists()
    report = (tmp_path / "results/two_groups/report.html").read_text(encoding="utf-8")
    assert "The people at the start" in report and "drawn" in report
