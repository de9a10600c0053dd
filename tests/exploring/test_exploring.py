"""Scenario discovery and robustness: planted boxes are found, luck is not, numbers by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted import BOTH, NAMES, place, planted, uncertain

from kubesim.cli import main
from kubesim.errors import ScenarioError
from kubesim.exploring import explore
from kubesim.exploring.boxes import Limit, coverage_and_density, find_boxes, inside
from kubesim.exploring.criterion import read_criterion
from kubesim.exploring.regret import robustness
from kubesim.exploring.tree import grow
from kubesim.language import speaking

X, Y, Z = NAMES


def cornered(values, scenario, seed):
    """The better scenario helps, but for a corner: much of the first number and little of the second."""
    fails = place(values, X) > 0.6 and place(values, Y) < 0.5
    helped = scenario == "better" and not fails
    return {"poverty_rate": 0.3 - (0.02 if helped else 0.0), "welfare": 0.5 + (0.1 if helped else 0.0)}


@pytest.fixture(scope="module")
def corner(tmp_path_factory):
    """Two scenarios in 200 worlds."""
    return planted(tmp_path_factory.mktemp("corner") / "c", cornered, scenarios=BOTH, seeds={"count": 3},
                   design={"kind": "lhs", "points": 200}, uncertainties=uncertain(*NAMES))


# -- boxes -------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_planted_box_is_found_with_nothing_else_in_it(corner):
    box = explore(corner, "poverty_rate < -0.5pp").subjects[0].discovered[0].boxes[0]
    ends = {limit.path: limit for limit in box.limits}
    assert set(ends) == {X, Y}
    assert ends[X].low == pytest.approx(0.1 + 0.8 * 0.6, abs=0.04) and np.isinf(ends[X].high)
    assert ends[Y].high == pytest.approx(0.1 + 0.8 * 0.5, abs=0.04) and np.isinf(ends[Y].low)
    assert box.coverage > 0.9 and box.density > 0.9 and box.unseen > 0.8 and not box.is_luck
    assert all(share > 0.9 for share in box.again.values())


@pytest.mark.slow
def test_boxes_of_hits_by_chance_are_none_or_called_luck():
    chance, called = np.random.default_rng(5), 0
    for _ in range(5):
        cases = pd.DataFrame(chance.random((80, 4)), columns=list("abcd"))
        boxes = find_boxes(cases, chance.random(80) < 0.3)
        called += any(not box.is_luck for box in boxes)
    assert called <= 1              # at a rate of 5 % a second one of five has a chance of 2 %


def test_coverage_and_density_by_hand():
    cases = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0]})
    within = inside((Limit("a", 2.0, 4.0, 0.0),), cases)
    assert within.tolist() == [False, True, True, True, False]
    hits = np.array([True, True, False, True, True])        # 2 of 4 hits inside, 2 of 3 inside are hits
    assert coverage_and_density(within, hits) == (2 / 4, 2 / 3)


def test_levels_of_a_lever_can_be_boxed_too():
    chance = np.random.default_rng(1)
    cases = pd.DataFrame({"caseload": np.tile([5.0, 10.0, 20.0], 40), "demand": chance.random(120)})
    hits = ((cases["caseload"] == 20) & (cases["demand"] < 0.5)).to_numpy()
    ends = {limit.path: limit for limit in find_boxes(cases, hits)[0].limits}
    assert 10 < ends["caseload"].low <= 20 and ends["demand"].high == pytest.approx(0.5, abs=0.08)


def test_a_tree_finds_a_step_and_what_it_explains_of_unseen_points():
    chance = np.random.default_rng(2)
    cases = pd.DataFrame(chance.random((200, 3)), columns=list("abc"))
    values = np.where(cases["b"] > 0.7, 5.0, 1.0)
    tree = grow(cases, values, values > 2)
    assert tree.leaves[0].mean == 1.0 and tree.leaves[-1].mean == 5.0 and tree.explained > 0.85
    assert tree.leaves[-1].limits[0].path == "b" and tree.leaves[-1].limits[0].low == pytest.approx(0.7, abs=0.03)
    assert grow(cases, chance.random(200), values > 2).explained < 0.1


@pytest.mark.slow
def test_sentences_in_both_languages(corner):
    found = explore(corner, "poverty_rate < -0.5pp")
    assert "better fails mostly where" in str(found) and "(coverage)" in str(found)
    with speaking("id"):
        assert "fails mostly" not in str(found) and "coverage" not in str(found)


# -- criteria ----------------------------------------------------------------------------------
def test_criteria_are_read_in_their_units():
    known = ["poverty_rate", "cost_total", "cost", "consumption"]
    read = read_criterion("poverty_rate < -0.5pp and cost_total <= 2 miliar, consumption>=1.5e3", known)
    assert [(held.outcome, held.sign, held.limit) for held in read] == [
        ("poverty_rate", "<", -0.005), ("cost_total", "<=", 2e9), ("consumption", ">=", 1500.0)]


@pytest.mark.parametrize("text, told", [
    ("poverty_rat < 1", "did you mean 'poverty_rate'"), ("poverty_rate", "must compare an outcome with a number"),
    ("consumption < 2pp", "not in percent"), ("consumption < 2 apples", "unknown unit 'apples'"),
    ("__import__('os').system('x') < 1", "must compare"), ("consumption < 1" * 100, "longer than")])
def test_wrong_criteria_are_told_in_a_line(text, told):
    with pytest.raises(ScenarioError, match=told.replace("(", r"\(")) as wrong:
        read_criterion(text, ["poverty_rate", "consumption"])
    assert len(wrong.value.faults) == 1


# -- robustness --------------------------------------------------------------------------------
def test_regret_by_hand():
    values = np.array([[10.0, 8.0], [2.0, 6.0], [5.0, 5.0], [np.nan, 1.0]])
    held = robustness(["a", "b"], values, (values > 4).astype(float), less_is_better=False)
    assert held.regret.tolist() == [[0, 2], [4, 0], [0, 0]] and held.lost == 1
    table = held.table.set_index("design")
    assert table["regret_mean"].tolist() == [4 / 3, 2 / 3] and table["regret_most"].tolist() == [4, 2]
    assert table["satisfied"].tolist() == [2 / 3, 1.0] and table["best"].tolist() == [0.5, 0.5]
    assert (table["regret_mean_low"] <= table["regret_mean"]).all()
    less = robustness(["a", "b"], values, values, less_is_better=True)
    assert less.regret.tolist() == [[2, 0], [0, 4], [0, 0]]


@pytest.mark.slow
def test_doing_nothing_is_one_of_the_designs(corner):
    table = explore(corner, "poverty_rate < -0.5pp").robustness().set_index("design")
    assert table.loc["village", "regret_most"] == pytest.approx(0.02) and table.loc["village", "satisfied"] == 0
    assert table.loc["better", "regret_most"] == 0
    fails = [place(values, X) > 0.6 and place(values, Y) < 0.5 for values in corner.points.to_dict("records")]
    assert table.loc["better", "satisfied"] == pytest.approx(1 - np.mean(fails))


def test_levers_make_designs_that_meet_in_the_same_worlds(tmp_path):
    def world(values, scenario, seed):                  # each size is best in half of the worlds
        best = 5 if place(values, X) < 0.5 else 7
        return {"welfare": 1.0 - abs(values["groups.size"] - best)}
    sweep = planted(tmp_path / "d", world, levers={"groups.size": [5, 7]}, design={"kind": "lhs", "points": 40},
                    uncertainties=uncertain(X))
    table = explore(sweep, outcomes=["welfare"], levels=True).robustness().set_index("design")
    assert table["regret_mean"].tolist() == [1.0, 1.0] and table["best"].tolist() == [0.5, 0.5]
    assert list(table.index) == ["size 5", "size 7"]


@pytest.mark.slow
# -- the folder --------------------------------------------------------------------------------
def test_the_command_writes_tables_words_and_pictures(corner, capsys):
    assert main(["explore", str(corner.folder), "--success", "poverty_rate < -0.5pp", "--quiet", "--csv"]) == 0
    assert "better fails mostly where" in capsys.readouterr().out
    boxes = pd.read_parquet(corner.folder / "discovery.parquet")
    assert set(boxes["path"]) == {X, Y} and (corner.folder / "discovery.csv").exists()
    assert (corner.folder / "robustness.parquet").exists() and (corner.folder / "exploration.md").exists()
    pictures = {path.name for path in (corner.folder / "figures").glob("explore-*.png")}
    assert {"explore-poverty_rate-1-box.png", "explore-poverty_rate-robust.png",
            "explore-poverty_rate-curves.png", "explore-poverty_rate-seeds.png"} <= pictures
    assert all((corner.folder / "figures" / name).with_suffix(".csv").exists() for name in pictures)


def test_a_grid_has_a_heat_map_of_paired_effects(tmp_path):
    def world(values, scenario, seed):
        luck = 10 * np.random.default_rng(seed).standard_normal()
        return {"welfare": luck + values["groups.size"] * place(values, X)}
    sweep = planted(tmp_path / "g", world, seeds={"count": 5}, levers={"groups.size": [5, 6, 7], X: [0.1, 0.5, 0.9]})
    heat = next(chart for chart in explore(sweep, outcomes=["welfare"]).charts() if chart.name.endswith("heat"))
    row = heat.table[(heat.table["groups.size"] == 7) & (heat.table[X] == 0.9)].iloc[0]
    base = explore(sweep, outcomes=["welfare"]).subjects[0].answers[0]
    assert base.against and row["high"] - row["low"] < 1e-9        # luck is common to all points, and goes out
    assert heat.draw().axes and "highest" in heat.alt


@pytest.mark.slow
def test_yes_and_no_is_a_lever_too(tmp_path):
    def world(values, scenario, seed):
        return {"welfare": 1.0 if values["groups.formed"] and place(values, X) > 0.3 else 0.0}
    sweep = planted(tmp_path / "b", world, levers={"groups.formed": [True, False]},
                    design={"kind": "lhs", "points": 60}, uncertainties=uncertain(X))
    found = sweep.explore("welfare > 0.5", succeeding=True)
    ends = {limit.path: limit for limit in found.subjects[0].discovered[0].boxes[0].limits}
    assert 0 < ends["groups.formed"].low <= 1 and ends[X].low == pytest.approx(0.1 + 0.8 * 0.3, abs=0.05)
    assert all(chart.draw().axes for chart in found.charts()) and "is set: yes" in str(found)
    assert "|" in found._repr_markdown_()


def test_wrong_input_is_one_line_and_status_2(corner, tmp_path, capsys):
    for words in (["--success", "poverty_rat < 0"], ["--outcome", "poverty_rat"]):
        assert main(["explore", str(corner.folder), "--quiet", *words]) == 2
        said = capsys.readouterr().err.strip()
        assert "did you mean 'poverty_rate'?" in said and len(said.splitlines()) == 1
    assert main(["explore", str(tmp_path), "--quiet"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_one_sided_answers_say_why_there_is_no_box(corner):
    said = str(explore(corner, "poverty_rate < -50pp"))
    assert "too one-sided for scenario discovery" in said
