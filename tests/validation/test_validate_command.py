"""``kubesim validate``: what users type, what they get, and what they are told when it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from small_evidence import SHORT, short_evidence

from kubesim.cli import main
from kubesim.replaying import replay
from kubesim.validation import validate as module


@pytest.fixture
def kubesim(tmp_path, monkeypatch, capsys):
    """Types a command in an empty folder, with a small city and few targets; gives exit status, standard
    output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    monkeypatch.setattr(module, "load_evidence", short_evidence)

    def type_in(*words: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(["validate", *words])
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()
    return type_in


def test_the_evidence_table_and_its_folder(kubesim):
    status, out, err = kubesim("--quick", "--seed", "9001", "--replicates", "3", "--workers", "1", "--csv",
                               "--without", "jealousy", "peer_learning")
    assert status == 0 and err == []
    assert out[0] == "kubesim as shipped against published evidence: 4 targets, 3 seeds (9001 to 9003)"
    assert out[-1] == "written to results/validation-quick"
    folder = Path("results/validation-quick")
    verdicts = pd.read_parquet(folder / "validation.parquet")
    assert list(verdicts["target"]) == list(SHORT)
    assert set(pd.read_parquet(folder / "ablations.parquet")["mechanism"]) == {"jealousy", "peer_learning"}
    assert len(pd.read_parquet(folder / "values.parquet")) == 3 * 3 * len(SHORT)
    assert (folder / "validation.csv").exists() and (folder / "figures/validation.png").exists()
    held = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert held["kind"] == "validation" and held["seeds"] == [9001, 9002, 9003]
    assert {"validation.parquet", "report.html", "figures/validation.svg"} <= held["files"].keys()


def test_the_page_is_one_file_in_the_users_language(kubesim):
    kubesim("--quick", "--seed", "9001", "--replicates", "2", "--workers", "1", "--lang", "id")
    page = Path("results/validation-quick/report.html").read_text(encoding="utf-8")
    assert '<html lang="id">' in page and "data:image/svg+xml;base64" in page
    assert "What passes and what fails" not in page and "Whole city" not in page
    assert "http://" not in page and "https://" not in page and "src=\"data:" in page


@pytest.mark.parametrize("words, told", [
    (["--replicates", "19"], "--replicates 19: must be 20 or more, so that a verdict does not hang on luck; "
                             "--quick takes fewer, for a look"),
    (["--quick", "--replicates", "1"], "--replicates 1: must be 2 or more"),
    (["--quick", "--without", "jelousy"], "mechanism 'jelousy' does not exist; did you mean 'jealousy'?"),
    (["--workers", "0"], "--workers 0: must be 1 to 1024"), (["--seed", "-1"], "--seed -1: must be 0 to")])
def test_wrong_words_are_told_in_one_line_and_nothing_is_written(kubesim, words, told):
    status, out, err = kubesim(*words)
    assert (status, out, len(err)) == (2, [], 1) and err[0].startswith(told)
    assert not Path("results").exists()


@pytest.mark.parametrize("content, told", [
    ("{", "is damaged, or was not written by kubesim"),
    ('{"files": {}, "format": 1, "status": "done", "command": "kubesim run a.yaml", "seeds": [1], '
     '"scenario": {}, "versions": {}}', "holds results of another command (kubesim run a.yaml)")])
def test_a_folder_that_cannot_be_used_is_refused_before_anything_lives(kubesim, monkeypatch, content, told):
    Path("held").mkdir()
    Path("held/run.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(module, "validate", None)
    status, out, err = kubesim("--quick", "--out", "held")
    assert (status, out, len(err)) == (2, [], 1) and told in err[0]
    assert Path("held/run.json").read_text(encoding="utf-8") == content


def test_fewer_seeds_do_not_overwrite_more(kubesim):
    kubesim("--quick", "--seed", "9001", "--replicates", "3", "--workers", "1")
    status, _, err = kubesim("--quick", "--seed", "9001", "--replicates", "2", "--workers", "1")
    assert status == 2 and "would throw away (seeds 9003)" in err[0]


@pytest.mark.slow
def test_a_folder_is_replayed(kubesim):
    kubesim("--quick", "--seed", "9001", "--replicates", "2", "--workers", "1", "--without", "quarrels")
    again = replay("results/validation-quick", workers=1)
    assert again.identical and again.differing.keys() == {
        "validation.parquet", "ablations.parquet", "values.parquet"}


def test_all_stands_for_every_mechanism():
    evidence = short_evidence()
    assert list(module.switched_off(evidence, ["all"])) == list(evidence.mechanisms)
