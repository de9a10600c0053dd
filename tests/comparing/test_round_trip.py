"""What a results folder knows beside its tables: where values come from, and the budget."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.errors import ScenarioError
from kubesim.running.results import Results
from kubesim.running.simulation import run
from kubesim.scenario import Scenario

VILLAGE = """
name: Village
months: 3
population: {households: {value: 40, source: head count of the village, grade: observed}}
groups: {size: 5}
interventions:
  - {kind: uep_grant, per_member: 1500000}
"""


@pytest.fixture
def village(tmp_path) -> Scenario:
    (tmp_path / "village.yaml").write_text(VILLAGE, encoding="utf-8")
    return Scenario.load(tmp_path / "village.yaml")


@pytest.fixture
def folder(village, tmp_path) -> Path:
    """A comparison of the village with more trust."""
    made = compare(village, village.with_({"groups.extra_trust": 0.3}, name="Trusting"), seeds=2,
                   outcomes=["cooperation"], workers=1)
    made.write(tmp_path / "out", csv=True)
    return tmp_path / "out"


def notes(scenario: Scenario, path: str) -> tuple:
    known = scenario.describe(path)
    return known.source, known.grade, known.file, known.line


def test_sources_and_grades_survive(folder, village):
    held = Comparison.load(folder).scenarios["Village"]
    assert notes(held, "population.households") == ("head count of the village", "observed", "village.yaml", 4)
    assert notes(held, "interventions.uep_grant.per_member")[:3] == ("set in village.yaml", "assumed",
                                                                      "village.yaml")
    assert notes(held, "learning.skill_fades") == notes(village, "learning.skill_fades")     # a default stays one
    assert str(folder.parent) not in json.dumps(json.loads((folder / "run.json").read_text())["origins"])


def test_differences_name_their_source(folder):
    [row] = Comparison.load(folder).differences.itertuples()
    assert (row.path, row.source, row.grade) == ("groups.extra_trust", "set in <python>", "assumed")


def test_a_run_keeps_them_too(village, tmp_path):
    run(village, 1, outcomes=["skill"]).write(tmp_path / "run")
    held = Results.load(tmp_path / "run").scenario
    assert notes(held, "population.households") == ("head count of the village", "observed", "village.yaml", 4)


@pytest.mark.parametrize("origins", [{"Village": {"months": ["village.yaml"]}}, {"Village": [1]}, [3], 7])
def test_damaged_notes_are_told(folder, origins):
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(manifest | {"origins": origins}), encoding="utf-8")
    with pytest.raises(ScenarioError, match="run.json: is damaged"):
        Comparison.load(folder)


def test_the_budget_by_month_is_a_file(folder):
    held = pd.read_parquet(folder / "budget.parquet")
    whole = held[(held["scenario"] == "Village") & (held["item"] == "all") & (held["payer"] == "all")]
    ledger = pd.read_parquet(folder / "ledger.parquet")
    paid = ledger[(ledger["scenario"] == "Village") & (ledger["kind"] == "cost")]
    assert whole["month"].tolist() == [0, 1, 2, 3]
    by_month = paid.groupby("month")["amount"].sum().reindex(range(4), fill_value=0.0) / 2     # two pairs
    assert whole["estimate"].to_numpy() == pytest.approx(by_month.to_numpy()) and by_month.sum() > 0
    schema = pq.read_schema(folder / "budget.parquet")
    assert [name for name in schema.names if b"unit" not in (schema.field(name).metadata or {})] == []
    assert schema.field("estimate").metadata[b"unit"] == b"Rp per month"
    assert len(pd.read_csv(folder / "budget.csv")) == len(held)
