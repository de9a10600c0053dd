"""A comparison's folder: what is written is read back, nothing is lost, nothing else is overwritten."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.parquet as pq
import pytest

from kubesim.comparing import plan, storage
from kubesim.comparing.compare import compare, compare_again, compare_into
from kubesim.comparing.comparison import Comparison
from kubesim.errors import ScenarioError, SimulationError
from kubesim.extensions import Intervention
from kubesim.running.manifest import read_manifest
from kubesim.running.results import Results
from kubesim.running.simulation import Interrupted, ReplicatesFailed, run, run_into
from kubesim.scenario import Scenario

BASE = Scenario(name="=1+1", months=4).with_({"population.households": 40, "groups.size": 5})
OTHER = BASE.with_({"name": "-Other <b>", "groups.extra_trust": 0.3})
ASKED = ["consumption", "cost", "benefit_cost_ratio"]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(BASE, OTHER, seeds=[5, 2, 9], outcomes=ASKED, workers=1)


@pytest.fixture(scope="module")
def written(comparison, tmp_path_factory) -> Path:
    """A folder with it, not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "comparison"
    comparison.write(folder, csv=True)
    return folder


@pytest.fixture
def folder(written, tmp_path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(written, tmp_path / "comparison"))


def assert_same(one: Comparison, other: Comparison) -> None:
    """Bit for bit the same tables, worlds and words."""
    assert one.seeds == other.seeds and one.worlds == other.worlds and one.stages == other.stages
    for name in storage.PLACES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert str(one) == str(other)


# -- written and read ---------------------------------------------------------------------------
def test_what_is_written_is_read_back(comparison, written):
    assert_same(comparison, Comparison.load(written))


def test_two_stages_are_read_back(tmp_path):
    found = compare(BASE, OTHER, outcomes=["consumption"], until_width="0.1%", max_replicates=32, workers=1)
    found.write(tmp_path / "comparison")
    assert found.stages is not None
    assert_same(found, Comparison.load(tmp_path / "comparison"))


def test_the_effects_have_the_columns_of_the_contract_with_units(written):
    schema = pq.read_schema(written / "effects.parquet")
    assert schema.names[:3] + schema.names[4:8] == ["scenario", "outcome", "group", "estimate", "low", "high",
                                                    "pairs"]
    for file in storage.PLACES.values():
        schema = pq.read_schema(written / file)
        silent = [field.name for field in schema if b"unit" not in (field.metadata or {})]
        assert not silent, f"{file}: {silent} have no unit"


def test_outcomes_and_ledger_hold_every_world(written):
    for file in ("outcomes.parquet", "ledger.parquet"):
        assert set(pd.read_parquet(written / file)["scenario"]) == {"=1+1", "-Other <b>", "no programme"}


def test_a_spreadsheet_runs_nothing(written):
    for path in written.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["scenario"][:1] not in tuple("=+-@"), path.name


def test_a_notebook_shows_names_as_text(comparison):
    shown = comparison._repr_html_()
    assert "-Other &lt;b&gt; against =1+1" in shown and "<b>Other" not in shown and "-Other <b>" not in shown


def test_replay_makes_the_same_tables(comparison, written, tmp_path):
    compare_again(read_manifest(written), written, tmp_path, 1, None)
    assert_same(comparison, Comparison.load(tmp_path))


# -- what is refused ----------------------------------------------------------------------------
def test_a_folder_of_another_comparison_is_refused(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = OTHER.with_({"groups.extra_trust": 0.1})
    with pytest.raises(ScenarioError, match="results of another scenario .*extra_trust was 0.3, now 0.1"):
        compare_into(folder, BASE, other, seeds=[5, 2, 9], outcomes=ASKED)
    with pytest.raises(ScenarioError, match="throw away .seeds 9."):
        compare_into(folder, BASE, OTHER, seeds=[5, 2], outcomes=ASKED)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_runs_and_comparisons_do_not_take_each_other_s_folder(comparison, folder, tmp_path):
    with pytest.raises(ScenarioError, match="holds results of another command .*choose another folder"):
        run_into(folder, BASE, 2)
    with pytest.raises(ScenarioError, match="holds no run"):
        Results.load(folder)
    run(BASE, 2, outcomes=["skill"]).write(tmp_path / "run")
    with pytest.raises(ScenarioError, match="holds results of another command"):
        comparison.write(tmp_path / "run")
    with pytest.raises(ScenarioError, match="holds no comparison"):
        Comparison.load(tmp_path / "run")


@pytest.mark.parametrize("spoil, said", [
    (lambda folder: (folder / "effects.parquet").write_bytes(b"PAR1"), "effects.parquet: is damaged"),
    (lambda folder: (folder / "moves.parquet").unlink(), "moves.parquet: is missing"),
    (lambda folder: change(folder, format=99), "written by a newer kubesim .format 99"),
    (lambda folder: change(folder, comparison={"baseline": "=1+1"}), "run.json: is damaged"),
    (lambda folder: change(folder, comparison={"baseline": "=1+1", "variants": ["gone"], "without": "=1+1"}),
     "run.json: is damaged"),
    (lambda folder: change(folder, seeds=[], status="interrupted"), "no pair was finished .interrupted."),
    (lambda folder: (folder / "run.json").write_text("{"), "run.json: is damaged")])
def test_a_damaged_folder_is_told_in_one_line(folder, spoil, said):
    spoil(folder)
    with pytest.raises(ScenarioError, match=said) as wrong:
        Comparison.load(folder)
    assert len(wrong.value.faults) == 1


def change(folder: Path, **keys) -> None:
    """Change what run.json says."""
    path = folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **keys}), encoding="utf-8")


# -- again, interrupted, failed -------------------------------------------------------------------
def test_a_finished_comparison_is_not_run_again(folder):
    notes, months = [], []
    again = compare_into(folder, BASE, OTHER, seeds=[5, 2, 9], outcomes=ASKED, note=notes.append,
                         progress=lambda done, total: months.append(done))
    assert "finished already and not run again" in notes[0] and not months
    assert_same(again, Comparison.load(folder))
    more = compare_into(folder, BASE, OTHER, seeds=[5, 2, 9, 7], outcomes=ASKED, workers=1)
    assert more.seeds == (5, 2, 9, 7) and Comparison.load(folder).seeds == more.seeds


def test_ctrl_c_keeps_the_finished_pairs(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "STACK_ROWS", 40)             # one pair a stack
    def interrupt(done: int, total: int) -> None:
        if done == 2 * 3 * 5 + 1:                           # in the third pair: three worlds, five months
            os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(Interrupted) as cut:
        compare_into(tmp_path / "out", BASE, OTHER, seeds=6, outcomes=ASKED, workers=1, progress=interrupt)
    whole = compare(BASE, OTHER, seeds=2, outcomes=ASKED, workers=1)
    kept = Comparison.load(tmp_path / "out")
    assert cut.value.results.seeds == kept.seeds == (1, 2)
    assert kept.made.status == "interrupted" and "(interrupted)" in str(kept)
    pd.testing.assert_frame_equal(kept.effects, whole.effects, check_exact=True)


def test_ctrl_c_before_any_pair_is_finished_leaves_nothing(tmp_path):
    with pytest.raises(Interrupted) as cut:
        compare_into(tmp_path / "results" / "out", BASE, OTHER, seeds=2, workers=1,
                     progress=lambda done, total: os.kill(os.getpid(), signal.SIGINT))
    assert cut.value.results is None and not list(tmp_path.iterdir())


class BreaksOneSeed(Intervention):
    """Takes money from nowhere in seed 2, where household 3 happens to be what it is."""

    kind: Literal["breaks_one_seed"] = "breaks_one_seed"

    def apply(self, state, month, draw):
        if month == 3 and 2 in draw.seeds:
            state.households.savings[draw.seeds.index(2), 3] += 1e12


def test_a_pair_that_breaks_is_told_and_the_others_are_kept(tmp_path):
    broken = BASE.with_(name="Broken", interventions=[BreaksOneSeed()])
    with pytest.raises(ReplicatesFailed) as cut:
        compare_into(tmp_path / "out", BASE, broken, seeds=3, outcomes=ASKED, workers=1)
    assert isinstance(cut.value, SimulationError)
    [line] = cut.value.faults
    assert line.startswith("seed 2: month 3")
    assert Comparison.load(tmp_path / "out").seeds == (1, 3)
