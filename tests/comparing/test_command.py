"""``kubesim compare``: what users type, what they get, and what they are told when it is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kubesim.cli import main
from kubesim.comparing.comparison import Comparison

VILLAGE = """
name: Village
months: 3
population: {households: 40}
groups: {size: 5}
interventions:
  - {kind: uep_grant}
  - {kind: companionship, caseload: 2}
"""


@pytest.fixture
def kubesim(tmp_path, monkeypatch, capsys):
    """Types a command in a folder with scenarios; gives exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    Path("village.yaml").write_text(VILLAGE, encoding="utf-8")
    for name, change in (("trained", "interventions:\n  - {kind: diklat, hours: 90}\n"),
                         ("bare", "groups: {formed: false}\ninterventions: []\n"), ("same", ""),
                         ("larger", "population: {households: 80}\n"), ("longer", "months: 9\n")):
        Path(f"{name}.yaml").write_text(f"name: {name.title()}\nbased_on: village.yaml\n{change}",
                                        encoding="utf-8")

    def type_in(*words: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()
    return type_in


def test_compare_prints_the_verdicts_and_where_the_files_are(kubesim):
    status, out, err = kubesim("compare", "village.yaml", "trained.yaml", "--replicates", "4", "--csv",
                               "--outcome", "skill", "--outcome", "cost")
    assert status == 0 and err == []
    assert out[0] == "Trained against Village: 4 pairs, seeds 1 to 4, month 3"
    assert re.fullmatch(r"Business skill of members 3 months on: 0\..*: enough to tell", out[2])
    assert out[3].startswith("Programme cost in total 3 months on: Rp\u00a0")
    assert "The months before month 1 are identical, every column bit by bit (checked)" in out
    assert any("these pairs are worth" in line for line in out)
    assert out[-1] == "written to results/village-vs-trained"
    folder = Path("results/village-vs-trained")
    assert Comparison.load(folder).made.command.startswith("kubesim compare village.yaml trained.yaml")
    assert len(pd.read_csv(folder / "effects.csv")) == len(pd.read_parquet(folder / "effects.parquet"))


@pytest.mark.slow
def test_several_variants_are_ranked_and_the_number_of_comparisons_is_said(kubesim):
    status, out, _ = kubesim("compare", "village.yaml", "bare.yaml", "trained.yaml", "--replicates", "3",
                             "--outcome", "skill", "--out", "here")
    start = out.index("Ranking (Business skill of members):")
    assert status == 0 and start < out.index("Trained")         # before what is said of each
    heads, first, second, base, said = out[start + 1:start + 6]
    assert first.split()[:2] == ["1.", "Trained"] and second.split()[:2] == ["2.", "Bare"]
    assert base.strip().startswith("Village (the baseline)")
    assert heads.index("design") == first.index("Trained") == second.index("Bare") == base.index("Village")
    ends = {line.index(cell) + len(cell) for line, cell in
            ((heads, "difference"), (first, first.split()[2]), (second, second.split()[2]))}
    assert len(ends) == 1, "differences stand flush right under their head"
    assert "for all 2 variants at once" in said


@pytest.mark.slow
def test_settings_change_every_scenario(kubesim):
    kubesim("compare", "village.yaml", "trained.yaml", "--replicates", "2", "--set", "groups.size=10",
            "--months", "2", "--seed", "5", "--out", "here")
    held = Comparison.load("here")
    assert {scenario.groups.size for scenario in held.scenarios.values()} == {10}
    assert held.months == 2 and held.seeds == (5, 6)


@pytest.mark.slow
def test_pairs_are_added_until_the_width_is_reached(kubesim):
    status, out, _ = kubesim("compare", "village.yaml", "trained.yaml", "--outcome", "skill", "--until-width",
                             "0.03", "--max-replicates", "31", "--out", "here")
    assert status == 0 and any("Business skill of members: the interval is" in line for line in out)
    assert len(Comparison.load("here").seeds) in (30, 31)


UNPAIRED = "cannot be paired with 'Village', as they have other people, districts, months or years:"
USAGE = "see kubesim compare --help"
WRONG = {
    "the baseline itself": (
        ("same.yaml",), "'Same' is the same as the baseline 'Village': there is nothing to compare"),
    "other people": (
        ("larger.yaml",), f"'Larger' {UNPAIRED} population.households is 40 there and 80 here"),
    "other months": (("longer.yaml",), f"'Longer' {UNPAIRED} months is 3 there and 9 here"),
    "no such outcome": (
        ("trained.yaml", "--outcome", "skil"), "outcome 'skil' does not exist; did you mean 'skill'?"),
    "no such file": (("train.yaml",), "train.yaml: file not found; did you mean 'trained.yaml'?"),
    "no width": (
        ("trained.yaml", "--until-width", "narrow"),
        "until_width = narrow: must be a width above 0, such as 0.5pp (percentage points), 2% (of the "
        "baseline's mean) or a number in the outcome's unit (share of persons)"),
    "no pairs": (("trained.yaml", "--replicates", "0"), "--replicates 0: must be 1 to 1000000"),
    "a width and a number": (
        ("trained.yaml", "--replicates", "3", "--until-width", "1pp"),
        f"kubesim compare: argument --until-width: not allowed with argument --replicates; {USAGE}"),
    "a setting that one of them has no place for": (
        ("bare.yaml", "--set", "interventions.uep_grant.overhead=0.1"),
        "bare.yaml: --set interventions.uep_grant.overhead=0.1: interventions.uep_grant.overhead:"),
    "no variant": ((), f"kubesim compare: the following arguments are required: SCENARIO; {USAGE}"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(kubesim, wrong):
    words, said = WRONG[wrong]
    status, out, err = kubesim("compare", "village.yaml", *words)
    assert (status, out, len(err)) == (2, [], 1) and not Path("results").exists()
    assert err[0] == said or said.endswith("overhead:") and err[0].startswith(said)


@pytest.mark.slow
def test_a_damaged_results_folder_is_told_and_left_alone(kubesim):
    words = ("compare", "village.yaml", "trained.yaml", "--replicates", "2", "--outcome", "skill",
             "--out", "here")
    kubesim(*words)
    Path("here/effects.parquet").write_bytes(b"spoilt")
    status, out, err = kubesim(*words)
    assert (status, out, len(err)) == (2, [], 1) and err[0].startswith("here/effects.parquet: is damaged")
    assert Path("here/effects.parquet").read_bytes() == b"spoilt"


def test_help_has_an_example_and_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "kubesim", "compare", "--help"],
                          capture_output=True, text=True)
    assert done.returncode == 0 and "kubesim compare scenarios/banjarmasin.yaml" in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"numpy", "pandas", "pydantic", "mesa", "matplotlib"}
