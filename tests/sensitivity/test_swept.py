"""Sensitivity of a sweep: known indices, luck told apart, holes, wrong inputs, what is written."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parents[1] / "exploring"))
from planted import BOTH, NAMES, place, planted, uncertain  # noqa: E402

from kubesim.cli import main  # noqa: E402
from kubesim.errors import ScenarioError  # noqa: E402
from kubesim.language import speaking  # noqa: E402
from kubesim.sensitivity.swept import what_matters  # noqa: E402
from kubesim.sensitivity.swept_words import text  # noqa: E402

A, B = 7.0, 0.1
TOTAL = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = np.array([0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 0.0]) / TOTAL
ALL = FIRST + np.array([1, 0, 1]) * B**2 * np.pi**8 * (1 / 18 - 1 / 50) / TOTAL
"""First and total indices of Ishigami's function (Saltelli et al. 2008, example 4.5)."""


def ishigami(values, scenario, seed):
    x = [np.pi * (2 * place(values, path) - 1) for path in NAMES]
    return {"welfare": np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0])}


def linear(values, scenario, seed):
    return {"welfare": sum(size * place(values, path) for size, path in zip((3.0, 1.0, 0.0), NAMES)),
            "poverty_rate": 0.5}


def held(found, column):
    return found.moved[0].indices.table.set_index("path").loc[list(NAMES), column].to_numpy()


def test_a_sobol_sweep_finds_ishigamis_indices(tmp_path):
    sweep = planted(tmp_path / "s", ishigami, design={"kind": "sobol", "points": 1024},
                    uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    np.testing.assert_allclose(held(found, "S1"), FIRST, atol=0.04)
    np.testing.assert_allclose(held(found, "ST"), ALL, atol=0.04)
    assert (held(found, "ST_low") <= ALL + 0.02).all() and (held(found, "ST_high") >= ALL - 0.02).all()


def test_a_morris_sweep_finds_the_slopes_of_a_linear_answer_and_says_which_way(tmp_path):
    sweep = planted(tmp_path / "m", linear, design={"kind": "morris", "trajectories": 6},
                    uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    np.testing.assert_allclose(held(found, "mu_star"), [3.0, 1.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(held(found, "sigma"), 0.0, atol=1e-9)
    assert "more of it raises it" in text(found) and "trust.start" in text(found).splitlines()[6]


def test_a_trajectory_with_a_failed_run_is_dropped_whole_and_named(tmp_path):
    whole = planted(tmp_path / "whole", linear, design={"kind": "morris", "trajectories": 6},
                    uncertainties=uncertain(*NAMES))
    broken = whole.points.iloc[5].to_dict()             # in the second trajectory of four points

    def lost(values, scenario, seed):
        return all(values[path] == broken[path] for path in NAMES)

    same = int((whole.points[list(NAMES)] == pd.Series(broken)).all(axis=1).to_numpy().reshape(6, 4).any(axis=1).sum())
    sweep = planted(tmp_path / "m", linear, lost, design={"kind": "morris", "trajectories": 6},
                    uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    assert (found.moved[0].indices.used, found.moved[0].indices.lost) == (6 - same, same)
    np.testing.assert_allclose(held(found, "mu_star"), [3.0, 1.0, 0.0], atol=1e-9)
    assert f"{same} of 6 trajectories are left out whole: points" in text(found) and "1 failed" in text(found)
    assert 5 in found.moved[0].holes


def test_a_saltelli_block_with_a_hole_is_dropped_whole(tmp_path):
    whole = planted(tmp_path / "whole", linear, design={"kind": "sobol", "points": 16},
                    uncertainties=uncertain(*NAMES))
    broken = whole.points.iloc[7].to_dict()
    sweep = planted(tmp_path / "s", linear, lambda values, *run: all(values[path] == broken[path] for path in NAMES),
                    design={"kind": "sobol", "points": 16}, uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    assert (found.moved[0].indices.used, found.moved[0].indices.lost) == (15, 1)
    assert "1 of 16 Saltelli blocks are left out whole: points 7 lack" in text(found)


def test_a_full_grid_has_exact_shares(tmp_path):
    def crossed(values, scenario, seed):
        return {"welfare": 2 * values[NAMES[0]] + values[NAMES[1]] * 1.0}
    sweep = planted(tmp_path / "g", crossed, levers={NAMES[0]: [0.0, 1.0], NAMES[1]: [0.0, 1.0]})
    found = what_matters(sweep, ["welfare"])             # variances 1 and 1/4 of 5/4
    table = found.moved[0].indices.table.set_index("path")
    np.testing.assert_allclose(table.loc[list(NAMES[:2]), "S1"], [0.8, 0.2], atol=1e-12)
    np.testing.assert_allclose(table.loc[list(NAMES[:2]), "ST"], [0.8, 0.2], atol=1e-12)


@pytest.mark.slow
def test_pawn_ranks_a_hypercube_and_tells_chance_from_effect(tmp_path):
    sweep = planted(tmp_path / "l", linear, design={"kind": "lhs", "points": 200}, uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    moved = found.moved[0]
    assert moved.indices.method == "pawn" and list(moved.indices.table["path"]) == list(NAMES)
    assert held(found, "median")[0] > moved.noise > held(found, "median")[2]
    assert "no more than chance makes" in text(found)


def test_luck_is_told_apart_from_the_numbers_and_asks_for_seeds(tmp_path):
    def lucky(values, scenario, seed):                  # variances: numbers 1/12, luck about 1/4, all crossed
        chance = np.random.default_rng([int(1e6 * values[NAMES[0]]), seed])
        return {"welfare": place(values, NAMES[0]) + 0.5 * chance.standard_normal()}
    sweep = planted(tmp_path / "l", lucky, design={"kind": "lhs", "points": 400}, seeds={"count": 4},
                    uncertainties=uncertain(NAMES[0]))
    moved = what_matters(sweep, ["welfare"]).moved[0]
    assert moved.luck.share == pytest.approx(0.25 / (0.25 + 1 / 12), abs=0.08)
    assert moved.luck.low < 0.75 < moved.luck.high
    said = text(what_matters(sweep, ["welfare"]))
    assert "Replicates are averaged" in said and "seeds instead of 4" in said


def test_effects_are_paired_against_the_first_scenario(tmp_path):
    def world(values, scenario, seed):
        shared = 100.0 * np.random.default_rng(seed).standard_normal()
        return {"welfare": shared + (place(values, NAMES[0]) if scenario == "better" else 0.0)}
    sweep = planted(tmp_path / "e", world, scenarios=BOTH, design={"kind": "morris", "trajectories": 4},
                    seeds={"count": 3}, uncertainties=uncertain(*NAMES))
    found = what_matters(sweep, ["welfare"])
    assert [(moved.answer.scenario, moved.answer.against) for moved in found.moved] == [("better", "village")]
    np.testing.assert_allclose(held(found, "mu_star"), [1.0, 0.0, 0.0], atol=1e-9)
    assert len(what_matters(sweep, ["welfare"], levels=True).moved) == 2


@pytest.mark.slow
def test_the_command_writes_all_beside_the_runs_and_touches_nothing_else(tmp_path, capsys):
    sweep = planted(tmp_path / "m", linear, design={"kind": "morris", "trajectories": 4}, seeds={"count": 2},
                    uncertainties=uncertain(*NAMES))
    before = {path: path.read_bytes() for path in sweep.folder.rglob("*") if path.is_file()}
    assert main(["sensitivity", str(sweep.folder), "--outcome", "welfare", "--quiet", "--csv"]) == 0
    assert "What matters in" in capsys.readouterr().out
    assert all(path.read_bytes() == content for path, content in before.items())
    table = pd.read_parquet(sweep.folder / "sensitivity.parquet")
    assert list(table["path"][:2]) == list(NAMES[:2]) and table["mu_star"][0] == pytest.approx(3.0)
    assert (sweep.folder / "sensitivity.csv").exists() and (sweep.folder / "sensitivity.md").exists()
    assert {path.name for path in (sweep.folder / "figures").glob("*.png")} == {
        "sensitivity-1-welfare-tornado.png", "sensitivity-1-welfare-convergence.png"}
    assert not list(sweep.folder.glob(".kubesim-*"))
    with speaking("id"):
        assert "What matters" not in text(what_matters(sweep, ["welfare"]))


def test_wrong_input_is_one_line_and_status_2(tmp_path, capsys):
    sweep = planted(tmp_path / "l", linear, design={"kind": "lhs", "points": 6}, uncertainties=uncertain(*NAMES))
    for words, told in ((["--outcome", "welfar"], "did you mean 'welfare'?"),
                        (["--outcome", "welfare"], "6 points have all their runs: too few"),
                        (["--outcome", "welfare", "--month", "7"], "no run is finished yet in month 7")):
        assert main(["sensitivity", str(sweep.folder), "--quiet", *words]) == 2
        said = capsys.readouterr().err.strip()
        assert told in said and len(said.splitlines()) == 1
    assert main(["sensitivity", str(tmp_path), "--quiet"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (sweep.folder / "sensitivity.parquet").exists()


def test_nothing_varied_is_refused(tmp_path):
    sweep = planted(tmp_path / "one", linear, levers={path: [0.5] for path in NAMES})
    with pytest.raises(ScenarioError, match="no number is varied"):
        what_matters(sweep, ["welfare"])


def test_each_listed_value_has_a_morris_design_of_its_own(tmp_path):
    def world(values, scenario, seed):
        return {"welfare": values["groups.size"] * place(values, NAMES[0])}
    sweep = planted(tmp_path / "p", world, levers={"groups.size": [5, 7]},
                    design={"kind": "morris", "trajectories": 4}, uncertainties=uncertain(*NAMES))
    found = sweep.what_matters(["welfare"])
    assert [dict(moved.where) for moved in found.moved] == [{"groups.size": 5}, {"groups.size": 7}]
    tops = [moved.indices.table.set_index("path").loc[NAMES[0], "mu_star"] for moved in found.moved]
    np.testing.assert_allclose(tops, [5.0, 7.0], atol=1e-9)
    assert "(at groups.size = 7)" in text(found) and len(set(found.table()["place"])) == 2


def test_a_whole_number_of_two_values_is_measured_too(tmp_path):
    def world(values, scenario, seed):
        return {"welfare": float(values["groups.size"] == 6) + place(values, NAMES[0])}
    sweep = planted(tmp_path / "w", world, design={"kind": "morris", "trajectories": 20},
                    uncertainties={"groups.size": {"low": 5, "high": 6}, **uncertain(NAMES[0])})
    table = sweep.what_matters(["welfare"]).moved[0].indices.table.set_index("path")
    assert table.loc[NAMES[0], "mu_star"] == pytest.approx(1.0) and np.isfinite(table["mu_star"]).all()
    assert 0.3 < table.loc["groups.size", "mu_star"] < 1.5


def test_an_unfinished_sweep_is_told_as_far_as_it_has_come(tmp_path):
    sweep = planted(tmp_path / "u", linear, limit=15, design={"kind": "morris", "trajectories": 10},
                    uncertainties=uncertain(*NAMES))
    found = sweep.what_matters(["welfare"])
    assert found.moved[0].indices.lost > 0 and sweep.counts["missing"] > 0
    assert "are missing." in text(found) and "lack a run or a value" in text(found)
