"""Replay: a results folder runs again to the same bits, or the first value that differs is named."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kubesim.cli import main
from kubesim.comparing.compare import compare_into
from kubesim.errors import ScenarioError
from kubesim.replaying import replay
from kubesim.running.simulation import run_into
from kubesim.scenario import Scenario
from kubesim.running.table_difference import compare_tables


@pytest.fixture(scope="module")
def small(world) -> Scenario:
    """The small world, for a few months."""
    return world.with_({"population.households": 80}, months=4)


@pytest.fixture(scope="module")
def written(small, tmp_path_factory) -> Path:
    """A run of two seeds with micro data, not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "run"
    run_into(folder, small, [3, 7], workers=1, keep=["groups", "households"], twin=True, csv=True,
             command="kubesim run small.yaml")
    return folder


@pytest.fixture
def folder(written, tmp_path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(written, tmp_path / "run"))


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change_manifest(folder: Path, **what) -> None:
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | what), encoding="utf-8")


def tamper(folder: Path, file: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change a table and enter the new hash, as somebody would who wants the change to pass unseen."""
    table = pq.read_table(folder / file).to_pandas()
    pq.write_table(pa.Table.from_pandas(change(table), preserve_index=False), folder / file)
    files = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    change_manifest(folder, files=files | {file: sha256((folder / file).read_bytes()).hexdigest()})


def set_value(column: str, value, **where) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Set one value of a table."""
    def change(table: pd.DataFrame) -> pd.DataFrame:
        rows = np.logical_and.reduce([table[key] == held for key, held in where.items()])
        assert rows.sum() == 1
        table.loc[rows, column] = value
        return table
    return change


def test_a_run_is_identical_and_its_folder_is_left_alone(folder):
    before = content(folder)
    result = replay(folder, workers=1)
    assert result.identical and result.first is None and result.values > 10_000
    assert result.differing == dict.fromkeys(
        ["outcomes.parquet", "counterfactual.parquet", "ledger.parquet", "lives.parquet",
         "distribution.parquet", "companions_by_month.parquet", "groups.parquet", "households.parquet"], 0)
    assert str(result).startswith(f"{folder}: identical (seeds 3, 7, 8 tables, ")
    assert content(folder) == before


@pytest.mark.slow
def test_a_comparison_is_identical_too(small, tmp_path):
    better = small.with_({"interventions.diklat.practice_share": 0.9}, name="Better")
    compare_into(tmp_path / "pairs", small, better, seeds=3, workers=1, outcomes=["consumption"],
                 command="kubesim")
    result = replay(tmp_path / "pairs", workers=1)
    assert result.identical and "effects.parquet" in result.differing
    tamper(tmp_path / "pairs", "effects.parquet", lambda table: table.assign(estimate=table["estimate"] + 1))
    first = replay(tmp_path / "pairs", workers=1).first
    assert (first.file, first.column, first.month) == ("effects.parquet", "estimate", 0)
    assert first.held == pytest.approx(first.now + 1)


# -- differences -------------------------------------------------------------------------------
def test_one_changed_value_is_named_exactly(folder):
    held = pq.read_table(folder / "outcomes.parquet").to_pandas().set_index(["seed", "month", "district"])
    true = float(held.loc[(7, 2, "South"), "consumption_members"])
    wrong, row = float(np.nextafter(true, np.inf)), {"seed": 7, "month": 2, "district": "South"}
    tamper(folder, "outcomes.parquet", set_value("consumption_members", wrong, **row))
    result = replay(folder, workers=1)
    assert not result.identical
    assert sum(result.differing.values()) == result.differing["outcomes.parquet"] == 1
    assert result.first == (2, "outcomes.parquet", "consumption_members", row, wrong, true)
    assert result.furthest < 3e-16                      # the last bit
    lines = str(result).splitlines()
    assert lines[1] == ("first difference: outcomes.parquet, column consumption_members, seed 7, month 2, "
                        f"district South: {wrong!r} in the folder, {true!r} now")
    assert lines[2].startswith("not the same: 1 in outcomes.parquet")
    assert "all versions are the same" in lines[3]


def test_micro_data_are_compared_too(folder):
    tamper(folder, "households.parquet", set_value("skill", 0.5, seed=3, month=4, row=11))
    result = replay(folder, workers=1)
    row = {"seed": 3, "row": 11, "month": 4, "district": "North"}
    assert result.first[:5] == (4, "households.parquet", "skill", row, 0.5)


def test_the_earliest_month_comes_first_whatever_the_table(folder):
    tamper(folder, "outcomes.parquet", set_value("welfare", 0.0, seed=3, month=3, district="all"))
    tamper(folder, "groups.parquet", set_value("capital", -1.0, seed=7, month=1, row=0))
    tamper(folder, "lives.parquet", set_value("members", 99.0, seed=3, group=2))     # told at the last month
    first = replay(folder, workers=1).first
    assert (first.month, first.file, first.column, first.held) == (1, "groups.parquet", "capital", -1.0)


@pytest.mark.parametrize("file, change, told", [
    ("ledger.parquet",
     lambda table: table.drop(index=table.index[(table["seed"] == 7) & (table["month"] == 2)][0]),
     "ledger.parquet, seed 7, month 2, district all, item"),
    ("companions_by_month.parquet", lambda table: table.drop(columns="visits"),
     "companions_by_month.parquet, column visits: missing in the folder, there now"),
    ("lives.parquet", lambda table: table.assign(mood=1.0),
     "lives.parquet, column mood: there in the folder, missing now"),
    ("outcomes.parquet", lambda table: pd.concat([table, table.iloc[:1].assign(seed=8)]),
     "outcomes.parquet, seed 8, month 0, district all: there in the folder, missing now")])
def test_rows_and_columns_on_one_side_are_named(folder, file, change, told):
    tamper(folder, file, change)
    result = replay(folder, workers=1)
    assert f"first difference: {told}" in str(result)
    assert result.differing[file] == 1 and sum(result.differing.values()) == 1


def test_rows_in_another_order_are_no_difference(folder):
    tamper(folder, "outcomes.parquet", lambda table: table.iloc[::-1])
    assert replay(folder, workers=1).identical


def test_missing_values_are_alike_and_unlike_numbers(tmp_path):
    for name, held in (("held", [1.0, np.nan, np.nan]), ("now", [1.0, np.nan, 2.0])):
        (tmp_path / name).mkdir()
        table = pd.DataFrame({"seed": [1, 1, 1], "month": [0, 1, 2], "gain": held})
        pq.write_table(pa.Table.from_pandas(table), tmp_path / name / "t.parquet")
    found = list(compare_tables(tmp_path / "held" / "t.parquet", tmp_path / "now" / "t.parquet", 2))
    assert sum(part.differing for part in found) == 1
    [first] = [part.first for part in found if part.first]
    assert (first.month, first.column) == (2, "gain") and np.isnan(first.held) and first.now == 2.0


def test_other_versions_are_named_and_failed_replicates_counted(folder):
    made = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    change_manifest(folder, versions=made["versions"] | {"numpy": "1.0.0"}, faults=["seed 9: no money"])
    told = str(replay(folder, workers=1))
    assert "identical" in told and "numpy 1.0.0 in the folder, " in told
    assert "replicates that had failed are not run again: 1" in told
    tamper(folder, "outcomes.parquet", set_value("welfare", 0.0, seed=3, month=3, district="all"))
    told = str(replay(folder, workers=1))
    assert "numpy 1.0.0 in the folder, " in told and "all versions are the same" not in told


# -- folders that cannot be used ---------------------------------------------------------------
def flip(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def not_a_table(folder: Path) -> None:
    (folder / "ledger.parquet").write_text("spoilt")
    files = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    change_manifest(folder, files=files | {"ledger.parquet": sha256(b"spoilt").hexdigest()})


@pytest.mark.parametrize("spoil, told", [
    (lambda folder: flip(folder / "outcomes.parquet"), "outcomes.parquet: is damaged (its SHA-256"),
    (lambda folder: flip(folder / "households.parquet"), "households.parquet: is damaged (its SHA-256"),
    (lambda folder: flip(folder / "ledger.csv"), "ledger.csv: is damaged (its SHA-256"),
    (lambda folder: (folder / "lives.parquet").unlink(), "lives.parquet: is missing"),
    (not_a_table, "ledger.parquet: is damaged: it is no Parquet file"),
    (lambda folder: (folder / "run.json").unlink(), "holds no results"),
    (lambda folder: (folder / "run.json").write_text("{"), "run.json: is damaged"),
    (lambda folder: change_manifest(folder, format=2), "written by a newer kubesim"),
    (lambda folder: change_manifest(folder, kind="sweep"), "a sweep, which this kubesim cannot run again"),
    (lambda folder: change_manifest(folder, seeds=[]), "no replicate was finished"),
    (lambda folder: change_manifest(folder, seeds=["all"]), "must be a whole number"),
    (lambda folder: change_manifest(folder, scenario={"months": 0}), "months"),
    (lambda folder: (folder / ".new.run.json").write_text("{}"), "its writing was cut short")])
def test_a_folder_that_cannot_be_used_is_one_line(folder, capsys, spoil, told):
    spoil(folder)
    before = content(folder)
    assert main(["replay", str(folder)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and told in said.err
    assert content(folder) == before


def test_no_folder_is_one_line(tmp_path, capsys):
    assert main(["replay", str(tmp_path / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err
    with pytest.raises(ScenarioError, match="holds no results"):
        replay(tmp_path)


# -- the command -------------------------------------------------------------------------------
def test_exit_statuses_tell_identical_from_different(folder, capsys):
    assert main(["replay", str(folder), "--workers", "1"]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}: identical")
    tamper(folder, "outcomes.parquet", set_value("gini", 0.9, seed=3, month=1, district="all"))
    assert main(["replay", str(folder), "--workers", "1"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"{folder}: differs")
    assert out[1].startswith("first difference: outcomes.parquet, column gini, seed 3, month 1, district "
                             "all: 0.9 in the folder, ")
    assert main(["replay", str(folder), "--workers", "0"]) == 2
