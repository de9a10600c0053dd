"""``kubesim frontier``: what users type, what they get, and what they are told when it is wrong."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pandas as pd
import pytest

from kubesim.cli import main
from kubesim.scenario import Scenario

VILLAGE = """
name: Village
months: 3
population: {households: 40}
groups: {size: 5}
interventions:
  - {kind: uep_grant}
  - {kind: diklat, hours: 20, sessions: 2}
"""
GRANT, SESSIONS = "interventions.uep_grant.per_member", "interventions.diklat.sessions"
SMALL = ("--levers", f"{GRANT}=0..4e6,{SESSIONS}=1..6", "--outcome", "skill_members", "--trials", "22",
         "--replicates", "2", "--workers", "1", "--quiet")


@pytest.fixture
def kubesim(tmp_path, monkeypatch, capsys):
    """Types a command in a folder with a scenario; gives exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    Path("village.yaml").write_text(VILLAGE, encoding="utf-8")

    def type_in(*words: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(["frontier", "village.yaml", *words])
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()
    return type_in


@pytest.mark.slow
def test_frontier_writes_the_designs_the_best_scenario_and_the_picture(kubesim):
    status, out, err = kubesim("--budget", "4e7", *SMALL)
    assert (status, err) == (0, []) and out[-1] == "written to results/village-frontier"
    assert out[0].startswith("Most of 'Business skill of members' for Rp\u00a040\u00a0mill")
    chosen = next(line for line in out if line.startswith("Choose A: uep_grant.per_member Rp"))
    assert out[out.index(chosen) + 1].startswith("It costs Rp\u00a0")
    folder = Path("results/village-frontier")
    designs, tried = (pd.read_parquet(folder / name) for name in ("designs.parquet", "frontier.parquet"))
    best = designs.iloc[0]
    assert best["label"] == "A" and best["cost"] <= 4e7
    assert best["gain"] == designs[designs["cost"] <= 4e7].iloc[:-1]["gain"].max()
    assert designs["best"].sum() == pytest.approx(1) and (designs["regret"].dropna() >= 0).all()
    assert designs["label"].tolist()[-2:] == ["baseline", "no_programme"]
    assert set(tried["stage"]) == {"search", "fresh"} and (tried[SESSIONS] % 1 == 0).all()
    grants = 20 * 1.05 * designs[GRANT].iloc[:-1]       # half of 40 households are on the register
    training = 20 * 20 * 26_000                         # hours, a tenth in practice, if all come to all
    assert designs["cost"].iloc[:-1].between(0.8 * grants, grants + training + 1).all()
    assert designs["cost_per_group"].tolist() == pytest.approx((designs["cost"] / 4).tolist())
    made = Scenario.load(folder / "best.yaml")
    assert made.describe(GRANT).value == best[GRANT] and made.describe(SESSIONS).value == best[SESSIONS]
    assert made.months == 3 and made.groups.size == 5
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "frontier" and manifest["frontier"]["budget"] == 4e7
    assert {"frontier.parquet", "designs.parquet", "best.yaml", "figures/frontier.png",
            "figures/frontier.svg"} == set(manifest["files"])
    assert chosen.endswith(f"diklat.sessions {best[SESSIONS]:.0f}")
    growth = out[out.index(next(line for line in out if line.startswith("How the most grows"))) + 2:]
    assert any(line.startswith("A  ") for line in growth[:growth.index("")])
    prices = next(line for line in out if line.startswith("Prices that are assumed"))
    assert "diklat.practice_cost Rp\u00a010\u00a0thousand" in prices and "uep_grant.overhead 0.05" in prices
    assert main(["replay", str(folder)]) == 2
    status, _, (refused, err) = kubesim("--budget", "3e7", *SMALL)
    assert refused.startswith(f"{folder}: holds a frontier, which this kubesim cannot run again")
    assert status == 2 and err.startswith("results/village-frontier: holds the answer to another question")


@pytest.mark.parametrize("wrong, said", [
    (("--levers", "interventions.diklat.houres=1..2"), "--levers interventions.diklat.houres: unknown path "
                                                       "'houres'; did you mean 'hours'?"),
    (("--levers", "interventions.uep_grant.amount=1..2"),       # another intervention has an amount
     "--levers interventions.uep_grant.amount: unknown path 'amount'; known here: districts, start_month, "),
    (("--levers", f"{GRANT}=5..1"), f"--levers {GRANT}=5..1: the lower end must come first and be smaller"),
    (("--levers", f"{GRANT}=1"), f"--levers {GRANT}=1: must be PATH=low..high"),
    (("--levers", f"{GRANT}=0..6 juta"), f"--levers {GRANT}: '6 juta' is no number; did you mean 6000000?"),
    (("--levers", f"{SESSIONS}=1.5..3"), f"--levers {SESSIONS} = 1.5: must be a whole number of sessions, 1"),
    (("--levers", f"{GRANT}=-5..3"), f"--levers {GRANT} = -5.0: must be at least 0 Rp"),
    (("--levers", "interventions.uep_grant.in_goods=0..1"),
     "--levers interventions.uep_grant.in_goods: is no number but False; a lever must be a number"),
    (("--levers", "interventions.diklat=0..1"), "--levers interventions.diklat"),
    (("--levers", "months=3..6"), "--levers months: is nothing that a programme sets"),
    (("--levers", f"{GRANT}=0..1,{GRANT}=0..2"), f"--levers {GRANT}: is named twice"),
    (("--budget", "0"), "--budget 0: must be more than 0 rupiah"),
    (("--budget", "-5e9"), "--budget -5e9: must be more than 0 rupiah"),
    (("--budget", "5 miliar"), "--budget 5 miliar: must be a number of rupiah; did you mean 5000000000?"),
    (("--outcome", "lifed"), "--outcome lifed: does not exist; did you mean 'lifted'?"),
    (("--outcome", "cost"), "--outcome cost: is what the budget limits; name what it is to buy"),
    (("--trials", "5"), "--trials 5: must be 22 or more for 2 levers"),
    (("--replicates", "1"), "--replicates 1: must be 2 or more"),
    (("--discount", "5"), "--discount 5.0: must be 0 to 1 a year"),
    (("--levers", f"{GRANT}=1e6..4e6,{SESSIONS}=1..6", "--budget", "1e6"),
     "--budget Rp\u00a01\u00a0million: no design within the levers' ranges meets it; the cheapest found"),
], ids=lambda held: " ".join(held) if isinstance(held, tuple) else "")
def test_bad_input_is_told_in_one_line_and_nothing_is_written(kubesim, wrong, said):
    words = [*SMALL, "--budget", "4e7"]
    for option, given in zip(wrong[::2], wrong[1::2]):
        words = _with(words, option, given)
    status, out, err = kubesim(*words)
    assert (status, out, len(err)) == (2, [], 1) and err[0].startswith(said) 
    assert not any(Path("results").rglob("*"))


def test_all_faults_are_told_in_one_report(kubesim):
    status, out, err = kubesim("--budget", "-1", "--levers", f"{GRANT}.x=0..1,{SESSIONS}=99..0.5,months=1..2",
                               "--outcome", "cots", "--trials", "3", "--replicates", "1", "--discount", "7")
    assert (status, out) == (2, [])
    begins = [f"--levers {GRANT}.x", f"--levers {SESSIONS}=99..0.5: the lower end", f"--levers {SESSIONS} = 99",
              f"--levers {SESSIONS} = 0.5", "--levers months", "--outcome cots", "--budget -1", "--discount 7",
              "--trials 3: must be 24 or more for 3 levers", "--replicates 1"]
    assert len(err) == len(begins) and all(map(str.startswith, err, begins)), err


def _with(words: list[str], option: str, given: str) -> list[str]:
    """The words with an option given another value."""
    if option in words:
        at = words.index(option)
        words = [*words[:at], *words[at + 2:]]
    return [*words, f"{option}={given}"]


def test_ctrl_c_keeps_what_was_found(kubesim):
    waiting = threading.Timer(1.5, signal.raise_signal, [signal.SIGINT])
    waiting.start()
    status, out, err = kubesim("--budget", "4e7", "--trials", "5000", *(word for word in SMALL if word not in
                                                                       ("--trials", "22")))
    assert status == 130 and err == ["interrupted; what was found so far is kept"]
    assert any("stopped before the finalists were judged" in line for line in out)
    assert len(pd.read_parquet("results/village-frontier/frontier.parquet")) > 5
