"""Explain: where each value comes from, what differs, and what has to be defended."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.interventions.diklat import Diklat
from kubesim.scenario import Scenario
from kubesim.telling.explain import as_csv, explain, measured, summarise, text
from kubesim.units import GRADES

BASE = """name: Base
months: 12
population:
  households: {value: 100, grade: observed, source: "=a count"}
groups: {size: 5}
interventions:
  - {kind: uep_grant}
  - kind: diklat
    hours: {value: 12, grade: literature, source: a handbook}
"""
VARIANT = """name: Longer training
based_on: base.yaml
interventions:
  - name: diklat
    hours: {value: 60, grade: assumed, source: judged}
    relevance: {value: 0.8, grade: observed, source: a survey}
"""


@pytest.fixture
def pair(tmp_path, monkeypatch) -> tuple[Scenario, Scenario]:
    """A variant and its baseline, files in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBESIM_LANG", raising=False)
    Path("base.yaml").write_text(BASE, encoding="utf-8")
    Path("variant.yaml").write_text(VARIANT, encoding="utf-8")
    return Scenario.load("variant.yaml"), Scenario.load("base.yaml")


def row(table, path: str) -> dict:
    [found] = table[table["path"] == path].to_dict("records")
    return found


def test_each_value_tells_its_unit_meaning_source_grade_and_line(pair):
    table = explain(pair[0])
    assert row(table, "interventions.diklat.hours") == {
        "path": "interventions.diklat.hours", "value": 60.0, "unit": "hours",
        "meaning": "length of the training", "source": "judged", "grade": "assumed",
        "set_in": "variant.yaml:5"}
    inherited = row(table, "population.households")
    assert inherited["set_in"] == "base.yaml:4" and inherited["grade"] == "observed"
    untouched = row(table, "interventions.diklat.facilities")
    assert untouched["set_in"] == "default" and untouched["grade"] == "assumed" and untouched["value"] == 0.7


def test_every_value_is_there_once_and_names_are_not_values(pair):
    table = explain(pair[0])
    values = {one.path for one in pair[0].values()
              if one.path.split(".")[-1] not in ("name", "about", "kind") and ".margins." not in one.path}
    assert sorted(table["path"]) == sorted(values) and len(values) > 150
    assert set(table["grade"]) <= set(GRADES)


def test_only_margins_that_are_given_are_shown(pair):
    some = explain(pair[0].with_({"districts.All.margins.poverty_rate": 0.05}))
    shown = [path.split(".")[-1] for path in some["path"] if ".margins." in path]
    assert shown == ["poverty_rate", "leeway"]


def test_what_differs_and_what_is_to_be_defended(pair):
    table = explain(*pair)
    assert table["path"][table["differs"]].tolist() == ["interventions.diklat.hours",
                                                        "interventions.diklat.relevance"]
    hours = row(table, "interventions.diklat.hours")
    assert (hours["baseline"], hours["baseline_set_in"]) == (12.0, "base.yaml:9")
    parts = summarise(table)
    assert list(parts["to_defend"]["path"]) == ["interventions.diklat.hours"]        # relevance was observed
    assert sum(len(parts[grade]) for grade in GRADES) == len(table)
    assert len(parts["left_out"]) == 0


def test_values_of_an_intervention_that_is_left_out_stand_where_they_stood(pair):
    without = pair[1].with_(interventions=[Diklat()])
    table = explain(without, pair[1])
    grant = table["path"].str.startswith("interventions.uep_grant.")
    assert grant.any() and table["value"][grant].isna().all() and table["differs"][grant].all()
    assert summarise(table)["left_out"]["path"].tolist() == table["path"][grant].tolist()
    sections = list(dict.fromkeys(path.rpartition(".")[0] for path in table["path"]))
    assert sections.index("interventions.uep_grant") < sections.index("earnings")
    told = text(without, pair[1])
    assert "* interventions.uep_grant: only in the baseline" in told
    assert f"only in the baseline: {grant.sum()} values (interventions.uep_grant)" in told


def test_an_equal_baseline_is_said_to_be_equal(pair):
    told = text(pair[1], pair[1].with_(name="Another name"))
    assert "none differs from the baseline (Another name)" in told and "To defend" not in told


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_text_fits_its_width_and_ends_with_what_matters(pair, width):
    lines = text(*pair, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert "unlike the baseline (Base): 2 values (1 observed, 1 assumed)" in lines
    assert lines[-2:] == ["To defend, because they differ and are assumed (1):",
                          "  interventions.diklat.hours: 60 hours, baseline 12 (variant.yaml:5)"]
    starred = [line.split()[1] for line in lines if line.startswith("* ")]
    assert starred == ["hours", "relevance"]


def test_only_what_differs_can_be_asked_for(pair):
    told = text(*pair, only_different=True)
    assert "facilities" not in told and "* relevance" in told and "baseline: 12 hours (base.yaml:9)" in told


@pytest.mark.parametrize("value, unit, told", [
    (2_000_000.0, "Rp per member", "Rp 2,000,000 per member"), (0.0055, "per month", "0.0055 per month"),
    (0.6, "share", "0.6 (share)"), (2019, "year", "2019 (year)"), (True, "yes or no", "yes"),
    (("North", "South"), "names", "North, South"), (None, "Rp per person and month", "none")])
def test_values_are_told_as_people_write_them(value, unit, told):
    assert measured(value, unit) == told


def test_csv_holds_every_row_and_no_formula(pair):
    table = explain(*pair)
    rows = list(csv.DictReader(io.StringIO(as_csv(table))))
    assert len(rows) == len(table) and rows[0].keys() == set(table.columns)
    [count] = [held for held in rows if held["path"] == "population.households"]
    assert count["source"] == "'=a count" and count["value"] == "100"
    [base] = [held for held in rows if held["path"] == "effort.base"]
    assert float(base["value"]) == -0.042               # a negative number is no formula


# -- the command -------------------------------------------------------------------------------
def test_the_command_prints_what_the_function_tells(pair, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    assert main(["explain", "variant.yaml", "--against", "base.yaml"]) == 0
    assert capsys.readouterr().out == text(*pair, width=90) + "\n"
    assert main(["explain", "variant.yaml", "--against", "base.yaml", "--csv", "--different"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and lines[0].startswith("path,value,unit,meaning,source,grade,set_in,baseline")


@pytest.mark.parametrize("words, told", [
    (["explain", "nowhere.yaml"], "nowhere.yaml"),
    (["explain", "base.yaml", "--against", "nowhere.yaml"], "nowhere.yaml"),
    (["explain", "base.yaml", "--different"], "--against")])
def test_bad_input_is_one_line(pair, capsys, words, told):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and told in said.err
