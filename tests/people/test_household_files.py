"""Household files in runs: found, kept out of results, known again; refused where they cannot be read."""

from __future__ import annotations

import json

import pytest

from kubesim.cli import main
from kubesim.comparing.compare import compare
from kubesim.errors import ScenarioError
from kubesim.experiment import Experiment
from kubesim.language import speaking
from kubesim.model import KubeModel
from kubesim.replaying import replay
from kubesim.running.simulation import run, run_into
from kubesim.running.start import told_people
from kubesim.scenario import Scenario
from kubesim.sweeping.sweep import sweep_into
from made_up import REGISTER, SCENARIO, write_register


@pytest.fixture
def scenario(tmp_path):
    """Ten families, read from a folder that is not the working one."""
    return Scenario.load(write_register(tmp_path))


def refused(act):
    """What is told of an act that is refused, in one line."""
    with pytest.raises(ScenarioError) as told:
        act()
    [line] = told.value.faults
    return line


def test_the_file_is_known_by_its_hash_and_results_by_both(scenario, tmp_path):
    """run.json holds the SHA-256 that the scenario got when it was read."""
    run_into(tmp_path / "out", scenario, 1, workers=1)
    held = json.loads((tmp_path / "out" / "run.json").read_text())
    assert len(scenario.population.sha256) == 64
    assert held["scenario"]["population"]["sha256"] == scenario.population.sha256
    assert not list((tmp_path / "out").rglob("*.csv"))


def test_a_missing_file_is_told_with_its_line(tmp_path):
    """The place in the scenario's file, and a name that is near."""
    path = write_register(tmp_path, scenario=SCENARIO.replace("families.csv", "familes.csv"))
    line = refused(lambda: Scenario.load(path))
    assert "families.yaml:5:" in line and "did you mean 'families.csv'" in line


@pytest.mark.parametrize("name", ["/etc/passwd", "../families.csv", "C:\\families.csv", "sub/../../x.csv"])
def test_a_file_outside_the_folder_is_refused(tmp_path, name):
    """Whatever way it is written."""
    path = write_register(tmp_path, scenario=SCENARIO.replace("families.csv", name))
    assert "in the folder of this scenario" in refused(lambda: Scenario.load(path))


def test_a_link_that_leads_outside_is_refused(tmp_path):
    """Where it leads counts, not where it lies."""
    (tmp_path / "in").mkdir()
    path = write_register(tmp_path / "in")
    (tmp_path / "families.csv").write_text(REGISTER)
    (tmp_path / "in" / "families.csv").unlink()
    (tmp_path / "in" / "families.csv").symlink_to(tmp_path / "families.csv")
    assert "in the folder of this scenario" in refused(lambda: Scenario.load(path))


def test_register_and_survey_together_are_refused(tmp_path):
    """People come from one of them."""
    path = write_register(tmp_path, scenario=SCENARIO.replace("population:", "population:\n  survey: families.csv"))
    assert "not both" in refused(lambda: Scenario.load(path))


def test_a_file_beside_the_base_serves_its_variants(scenario, tmp_path):
    """A variant that is based on a scenario starts from the same file; both can be compared."""
    (tmp_path / "variant.yaml").write_text("based_on: families.yaml\nname: fewer\ninterventions: []\n")
    variant = Scenario.load(tmp_path / "variant.yaml")
    assert variant.population == scenario.population
    found = compare(scenario, variant, seeds=2, workers=1)
    assert found.variants == ("fewer",)


@pytest.mark.slow
def test_workers_read_the_file_and_give_the_same(scenario):
    """Two processes find it from another folder than the scenario's."""
    alone, spread = (run(scenario, 4, workers=workers).outcomes for workers in (1, 2))
    assert alone.equals(spread)


def test_replay_needs_the_same_file(scenario, tmp_path, monkeypatch):
    """Identical with it; refused without it, with the place; refused when it was changed since."""
    monkeypatch.chdir(tmp_path)
    run_into("out", Scenario.load("families.yaml"), 2, workers=1)
    assert replay("out", workers=1).identical
    (tmp_path / "families.csv").write_text(REGISTER.replace("7;2.800.000", "7;2.900.000"))
    assert "is not the household file" in refused(lambda: replay("out", workers=1))
    (tmp_path / "families.csv").unlink()
    assert "families.csv: there is no such household file" in refused(lambda: replay("out", workers=1))


def test_results_of_another_file_are_not_mixed(scenario, tmp_path):
    """The folder refuses replicates made from a changed register."""
    run_into(tmp_path / "out", scenario, 1, workers=1)
    (tmp_path / "families.csv").write_text(REGISTER.replace("7;2.800.000", "7;2.900.000"))
    changed = Scenario.load(tmp_path / "families.yaml")
    assert "population.sha256 was" in refused(lambda: run_into(tmp_path / "out", changed, 2, workers=1))


def test_a_setting_may_name_another_file(scenario, tmp_path):
    """--set population.register=... is looked up beside the scenario and gets its own hash."""
    (tmp_path / "more.csv").write_text(REGISTER.replace("7;2.800.000", "9;2.900.000"))
    changed = scenario.with_({"population.register": "more.csv"})
    assert changed.population.sha256 != scenario.population.sha256
    assert KubeModel(changed, seed=1).state.households.persons[0, 9] == 9
    assert "no such file" in refused(lambda: scenario.with_({"population.register": "none.csv"}))


def test_other_settings_leave_the_file_alone(scenario, tmp_path):
    """A changed value looks no file up: results can be read where the file is not."""
    (tmp_path / "families.csv").unlink()
    assert scenario.with_(months=3).population.sha256 == scenario.population.sha256


def test_a_page_may_not_name_files(tmp_path):
    """Bytes from elsewhere cannot make this computer read its files."""
    path = write_register(tmp_path)
    line = refused(lambda: Scenario.from_bytes(path.read_bytes(), "families.yaml"))
    assert "a household file is not read here" in line


def test_faults_of_the_file_are_told_with_row_and_column(tmp_path):
    """A negative amount; and a group torn apart, whose name in another district is another group."""
    path = write_register(tmp_path, REGISTER.replace("5;6.000.000", "5;-6.000.000"))
    with pytest.raises(ScenarioError, match="row 4|E4"):
        KubeModel(Scenario.load(path), seed=1)
    path = write_register(tmp_path, REGISTER.replace("Selatan;K-4;P-1;2", "Utara;K-4;P-1;2"))
    with pytest.raises(ScenarioError, match="row 9 has 1 households; must be 2 to 30"):
        KubeModel(Scenario.load(path), seed=1)


@pytest.mark.slow
def test_a_sweep_starts_from_the_file_too(scenario, tmp_path):
    """Two caseloads on the register's people, stored and read back; rows of households are refused."""
    text = ("name: loads\nscenario: families.yaml\nmonths: 2\nseeds: {count: 2}\nlevers: {interventions.companionship."
            "hours: [10, 40]}\noutcomes: [poverty_rate]\n")
    (tmp_path / "loads.yaml").write_text(text)
    found = sweep_into(tmp_path / "out", Experiment.load(tmp_path / "loads.yaml"), workers=1)
    assert len(found.outcomes()) == 4
    (tmp_path / "rows.yaml").write_text(text + "keep: households\n")
    assert "rows of real households" in refused(
        lambda: sweep_into(tmp_path / "rows", Experiment.load(tmp_path / "rows.yaml"), workers=1))


def test_check_tells_what_is_drawn_and_how_month_0_agrees(scenario, tmp_path, capsys):
    """The register's faults are the scenario's; without any, a line a variable and the table."""
    assert main(["check", str(tmp_path / "families.yaml")]) == 0
    told = capsys.readouterr().out
    assert "spending: 10 of 10 in the file" in told and "Persons per household" in told and "nan" not in told
    write_register(tmp_path, REGISTER.replace("3;1.500.000", "33;1.500.000"))
    assert main(["check", str(tmp_path / "families.yaml")]) == 2
    assert "row 5" in capsys.readouterr().err


def test_the_table_speaks_indonesian(scenario):
    """Heads, measures and marks, with decimal commas."""
    with speaking("id"):
        told = "\n".join(told_people(scenario, range(1, 4)))
    assert "Menurut sumber" in told and "Tingkat kemiskinan (P0)" in told and "51,2 %" in told


@pytest.mark.parametrize("setting, told", [("population.households=9", "must be at least 10"),
                                           ("population.columns.persons=Jiwa", "no such heading")])
def test_what_cannot_be_used_is_told_before_anything_is_written(scenario, tmp_path, capsys, setting, told):
    """No results folder is begun, and the exit status says wrong input."""
    assert main(["run", str(tmp_path / "families.yaml"), "--set", setting, "--out", str(tmp_path / "out")]) == 2
    assert told in capsys.readouterr().err and not (tmp_path / "out").exists()
