"""Results: what is written is what was run, and a folder is never spoilt."""

from __future__ import annotations

import csv
import json
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pyarrow.csv import read_csv

from kubesim.running import manifest, summary
from kubesim.errors import ScenarioError
from kubesim.running.manifest import seal
from kubesim.population import District
from kubesim.running.results import Results
from kubesim.running.simulation import run, run_into
from kubesim.scenario import Scenario


@pytest.fixture(scope="module")
def small(world) -> Scenario:
    """The small world, for a few months."""
    return world.with_(months=4)


@pytest.fixture(scope="module")
def results(small) -> Results:
    """Three seeds."""
    return run(small, 3, workers=1, keep=["groups"])


@pytest.fixture(scope="module")
def written(results, tmp_path_factory) -> Path:
    """A folder with these results, not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "run"
    results.write(folder, csv=True)
    return folder


@pytest.fixture
def folder(written, tmp_path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(written, tmp_path / "run"))


def assert_same(one: Results, other: Results) -> None:
    """Bit for bit the same tables and panels."""
    assert one.seeds == other.seeds and one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)
    for name in one.panels:
        pd.testing.assert_frame_equal(one.panel(name), other.panel(name), check_exact=True)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# -- the folder --------------------------------------------------------------------------------
def test_what_is_loaded_is_what_was_written(results, written):
    loaded = Results.load(written)
    assert_same(loaded, results)
    assert loaded.scenario == results.scenario and loaded.made == results.made


def test_the_folder_holds_the_files_of_the_contract_and_no_others(written):
    tables = {"outcomes", "counterfactual", "ledger", "lives", "distribution", "companions_by_month",
              "groups"}
    expected = {f"{name}.{ending}" for name in tables for ending in ("parquet", "csv")} | {"run.json"}
    assert {path.name for path in written.iterdir() if path.name[0] != "."} == expected


def test_the_manifest_tells_how_the_results_were_made(results, written):
    told = json.loads((written / "run.json").read_text(encoding="utf-8"))
    assert told["status"] == "done" and told["seeds"] == [1, 2, 3] and told["months"] == 4
    assert Scenario.from_mapping(told["scenario"]) == results.scenario
    assert told["versions"].keys() == {"kubesim", "source", "python", "numpy", "mesa", "pandas", "pyarrow",
                                       "scipy"}
    assert told["started"].endswith("+00:00") and told["started"] <= told["ended"] and told["seconds"] > 0
    files = {path.name for path in written.iterdir()} - {"run.json", ".lock"}
    assert told["files"].keys() == files
    for name, said in told["files"].items():
        assert sha256((written / name).read_bytes()).hexdigest() == said


def test_the_manifest_names_the_scenario_files_that_were_read(small, tmp_path):
    (tmp_path / "base.yaml").write_text(small.to_yaml(), encoding="utf-8")
    (tmp_path / "more.yaml").write_text("based_on: base.yaml\ngroups:\n  meetings: 2\n", encoding="utf-8")
    made = run(Scenario.load(tmp_path / "more.yaml"), 1, outcomes=["welfare"]).made
    assert made.read == {str(tmp_path / name): sha256((tmp_path / name).read_bytes()).hexdigest()
                         for name in ("base.yaml", "more.yaml")}


def test_every_column_has_its_unit(written):
    for name in ("outcomes", "counterfactual", "ledger", "lives", "distribution", "companions_by_month"):
        for column in pq.read_schema(written / f"{name}.parquet"):
            assert column.metadata, (name, column.name)
            assert column.metadata[b"unit"] and column.metadata[b"about"], (name, column.name)
    schema = pq.read_schema(written / "outcomes.parquet")
    assert schema.field("consumption").metadata[b"unit"] == b"Rp per person and month"
    assert b"KUBE list" in schema.field("consumption_members").metadata[b"about"]


def test_csv_files_hold_the_same_numbers(results, written):
    table = read_csv(written / "outcomes.csv").to_pandas()
    pd.testing.assert_frame_equal(table, results.outcomes, check_exact=True, check_dtype=False)
    assert read_csv(written / "groups.csv").num_rows == len(results.panel("groups"))


def test_csv_text_is_never_a_formula(world, tmp_path):
    names = ["+1", "-2", "@sum", "\tx", "Plain - one"]
    odd = world.with_(months=1, name="=HYPERLINK(1)", districts=[District(name=name) for name in names])
    run(odd, 1, outcomes=["welfare"]).write(tmp_path / "run", csv=True)
    with open(tmp_path / "run" / "outcomes.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"'=HYPERLINK(1)"}
    assert {row["district"] for row in rows} == {"all", "Plain - one", *(f"'{name}" for name in names[:4])}
    loaded = Results.load(tmp_path / "run")             # only the CSV is guarded
    assert set(loaded.outcomes.district) == {"all", *names}


def test_figures_and_report_are_entered_into_the_manifest(folder):
    (folder / "figures").mkdir()
    (folder / "figures" / "one.png").write_bytes(b"picture")
    seal(folder)
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert told["files"]["figures/one.png"] == sha256(b"picture").hexdigest()
    assert Results.load(folder).seeds == (1, 2, 3)


# -- going on ----------------------------------------------------------------------------------
def test_more_seeds_go_on_where_fewer_ended(small, tmp_path):
    notes = []
    whole = run_into(tmp_path / "whole", small, 5, workers=1, keep=["groups", "households"])
    run_into(tmp_path / "parts", small, [2, 5], workers=1, keep=["groups", "households"])
    both = run_into(tmp_path / "parts", small, 5, workers=1, keep=["groups", "households"], note=notes.append)
    assert_same(whole, both)
    assert "2 of 5 replicates are finished already" in notes[0]
    one, other = content(tmp_path / "whole"), content(tmp_path / "parts")
    assert one.keys() == other.keys()
    assert all(one[name] == other[name] for name in one if name != "run.json")


def test_finished_seeds_are_not_run_again(small, tmp_path):
    first = run_into(tmp_path, small, 2, workers=1)
    lived = []
    again = run_into(tmp_path, small, 2, workers=1, progress=lambda done, total: lived.append(done))
    assert not lived
    assert_same(first, again)
    assert again.made.status == "done"


def test_seeds_of_another_version_are_run_again(small, tmp_path, monkeypatch):
    run_into(tmp_path, small, 2, workers=1)
    monkeypatch.setattr(manifest, "__version__", "0.0.9")
    lived = []
    run_into(tmp_path, small, 2, workers=1, progress=lambda done, total: lived.append(done))
    assert lived
    assert json.loads((tmp_path / "run.json").read_text())["versions"]["kubesim"] == "0.0.9"


def test_other_outcomes_replace_what_was_there(small, tmp_path):
    run_into(tmp_path, small, 2, workers=1, keep=["groups"], csv=True)
    found = run_into(tmp_path, small, 2, workers=1, outcomes=["welfare"])
    assert list(found.outcomes.columns[4:]) == ["welfare", "welfare_members", "welfare_non_members"]
    assert {path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".parquet")} == {
        f"{name}.parquet" for name in ("outcomes", "ledger", "lives", "distribution", "companions_by_month")}


# -- refusals ----------------------------------------------------------------------------------
def refused(folder: Path, scenario: Scenario, seeds: int, match: str) -> None:
    """Both ways of writing into the folder are refused and leave every byte as it is."""
    before = content(folder)
    with pytest.raises(ScenarioError, match=match):
        run_into(folder, scenario, seeds, workers=1)
    with pytest.raises(ScenarioError, match=match):
        run(scenario, seeds, workers=1, outcomes=["welfare"]).write(folder)
    assert content(folder) == before


def test_results_of_another_scenario_are_refused(small, folder):
    other = small.with_({"groups.meetings": 2.0, "interventions.diklat.hours": 8.0})
    refused(folder, other, 3, r"another scenario \(groups.meetings was 1.0, now 2.0; "
                              r"interventions.diklat.hours was 48.0, now 8.0\)")


def test_a_run_that_would_throw_replicates_away_is_refused(small, folder):
    refused(folder, small, 2, r"throw away \(seeds 3\)")


def test_a_folder_with_other_files_is_refused(small, tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"mine")
    refused(tmp_path, small, 1, "holds files that are no results of kubesim .thesis.docx.")


def test_a_file_in_place_of_the_folder_is_refused(small, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ScenarioError, match="is a file"):
        run_into(tmp_path / "out", small, 1)
    assert (tmp_path / "out").read_text() == "mine"


def change_manifest(folder: Path, **changes: object) -> None:
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(told | changes), encoding="utf-8")


@pytest.mark.parametrize("spoil, told", [
    (lambda folder: (folder / "run.json").write_text("{"), "run.json: is damaged"),
    (lambda folder: (folder / "run.json").write_bytes(b"\xff\xfe\x00"), "run.json: is damaged"),
    (lambda folder: (folder / "run.json").write_text("[]"), "run.json: is damaged"),
    (lambda folder: change_manifest(folder, format=2), "written by a newer kubesim"),
    (lambda folder: change_manifest(folder, format=None), "is damaged, or was not written by kubesim"),
    (lambda folder: change_manifest(folder, seeds="all"), "is damaged, or was not written by kubesim"),
    (lambda folder: (folder / "ledger.parquet").unlink(), "ledger.parquet: is missing; run again"),
    (lambda folder: (folder / "lives.parquet").write_bytes(b"PAR1"), "lives.parquet: is damaged"),
    (lambda folder: change_manifest(folder, files={}), "lists no companions, "),
])
def test_a_damaged_folder_is_told_and_left_alone(small, folder, spoil, told):
    spoil(folder)
    before = content(folder)
    with pytest.raises(ScenarioError, match=told):
        Results.load(folder)
    with pytest.raises(ScenarioError, match=told):
        run_into(folder, small, 3, workers=1, keep=["groups"])
    assert content(folder) == before


def test_a_folder_without_results_is_told(tmp_path):
    with pytest.raises(ScenarioError, match="holds no results"):
        Results.load(tmp_path)
    with pytest.raises(ScenarioError, match="is not a folder"):
        Results.load(tmp_path / "nowhere")


# -- the summary -------------------------------------------------------------------------------
def test_intervals_follow_student():
    found = summary.mean_of(np.array([1.0, 2.0, 3.0, np.nan]))
    half = 4.302653 * 1.0 / np.sqrt(3)                  # t with 2 degrees of freedom, 97.5 %
    assert found == pytest.approx((2.0, 2.0 - half, 2.0 + half), rel=1e-6)
    assert np.isnan(summary.mean_of(np.array([5.0])).low)


def test_ratios_have_fiellers_interval():
    luck = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        below = luck.normal(10, 4, 12)
        above = 3 * below + luck.normal(0, 6, 12)
        found = summary.ratio_of(above, below)
        inside += found.low <= 3 <= found.high
    assert 365 <= inside <= 393                         # 95 % of 400, with 3 standard errors
    assert np.isnan(summary.ratio_of(np.ones(5), np.array([1.0, -1, 2, -2, 0.1])).low)


def test_the_headline_compares_with_the_twin_seed_by_seed(results):
    row = results.headline().set_index("outcome").loc["consumption_members"]
    last = [table[(table.month == 4) & (table.district == "all")].set_index("seed").consumption_members
            for table in (results.outcomes, results.counterfactual)]
    difference = last[0] - last[1]
    assert row["mean"] == pytest.approx(last[0].mean()) and row.without == pytest.approx(last[1].mean())
    assert row.difference == pytest.approx(difference.mean())
    half = 4.302653 * difference.std() / np.sqrt(3)
    assert row.difference_high - row.difference == pytest.approx(half, rel=1e-6)


def test_the_summary_reads_well(results):
    said = str(results)
    assert said.startswith("Everything at once: 3 replicates, seeds 1 to 3, month 4\n")
    assert "consumption_members" in said and "Rp per person and month" in said and "nan" not in said
    assert "<table>" in results._repr_html_() and "consumption_members" in results._repr_html_()


def test_the_summary_escapes_names(world):
    odd = run(world.with_(months=1, name="<b>& me"), 1, outcomes=["welfare"])
    assert "&lt;b&gt;&amp; me" in odd._repr_html_()


@pytest.mark.parametrize("seeds, told", [((4,), "4"), ((1, 2, 3), "1 to 3"), ((1, 3, 4, 9), "1, 3 to 4, 9")])
def test_seeds_are_told_in_short(seeds, told):
    assert summary.spans(seeds) == told


@pytest.mark.parametrize("amount, told", [
    (0.12345, "0.123"), (12.345, "12.35"), (123.45, "123.5"), (1234567.8, "1,234,568"), (-0.0001, "0.000"),
    (float("nan"), "–")])
def test_numbers_are_told_as_people_write_them(amount, told):
    assert summary.number(amount) == told
