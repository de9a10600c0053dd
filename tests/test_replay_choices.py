"""Replay of whatever a command can be asked for: every choice of outcomes, a width, months, several variants."""

from __future__ import annotations

import pytest

from kubesim.cli import main
from kubesim.replaying import replay
from kubesim.running.measure import known_outcomes

VILLAGE = """
name: Village
months: 5
population: {households: 40}
groups: {size: 5}
districts: [{name: North, share: 0.5}, {name: South, share: 0.5}]
interventions:
  - {kind: uep_grant}
  - {kind: companionship, caseload: 2}
"""
VARIANTS = {"trained": "interventions:\n  - {kind: diklat, hours: 90}\n",
            "bare": "groups: {formed: false}\ninterventions: []\n",
            "flooded": "shocks:\n  - {kind: flood, start_month: 2}\n"}


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Types a command in a folder with scenarios, then replays what it has written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBESIM_LANG", "en")
    (tmp_path / "village.yaml").write_text(VILLAGE, encoding="utf-8")
    for name, change in VARIANTS.items():
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nbased_on: village.yaml\n{change}", encoding="utf-8")

    def again(command: str, plain: str) -> None:
        assert main([*command.split(), "--out", "here", "--quiet", plain, "--workers", "1"]) == 0
        result = replay("here", workers=1)
        assert result.identical, str(result)
        assert result.values > 100
    return again


ONE_EACH = ["poverty_rate", "gini", "skill", "groups_active", "caseload", "cost", "households_fallen",
            "cost_per_household_lifted", "benefit_cost_ratio"]


def test_one_outcome_of_every_table_is_among_those_tried():
    known = known_outcomes()
    assert {known[name].table for name in ONE_EACH} == {outcome.table for outcome in known.values()}


@pytest.mark.parametrize("outcome", ONE_EACH)
def test_a_run_of_one_outcome(typed, outcome):
    typed(f"run village.yaml --replicates 2 --outcome {outcome}", "--no-figures")


@pytest.mark.parametrize("outcome", [
    name if name in ("poverty_rate", "benefit_cost_ratio") else pytest.param(name, marks=pytest.mark.slow)
    for name in ONE_EACH])
@pytest.mark.slow
def test_a_comparison_of_one_outcome(typed, outcome):
    typed(f"compare village.yaml trained.yaml flooded.yaml --replicates 2 --outcome {outcome}", "--no-report")


@pytest.mark.parametrize("words", [
    pytest.param("compare village.yaml trained.yaml --replicates 2", marks=pytest.mark.slow),
    "compare bare.yaml trained.yaml village.yaml --replicates 3 --seed 7 --outcome skill --outcome cost",
    "compare village.yaml trained.yaml bare.yaml --replicates 2 --months 3 --set groups.size=10 --csv",
    "compare village.yaml trained.yaml bare.yaml --until-width 2% --max-replicates 33 --outcome poverty_rate",
    pytest.param("compare village.yaml trained.yaml --until-width 30pp --outcome poverty_rate --outcome gini",
                 marks=pytest.mark.slow)])
@pytest.mark.slow
def test_other_choices_of_a_comparison(typed, words):
    typed(words, "--no-report")


@pytest.mark.slow
@pytest.mark.parametrize("outcome", sorted(known_outcomes()))
def test_every_outcome_by_itself(typed, outcome):
    typed(f"run village.yaml --replicates 2 --months 3 --outcome {outcome}", "--no-figures")
