"""The whole study on tiny worlds: the same for any number of workers, broken worlds kept apart, the folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from kubesim.errors import ScenarioError
from kubesim.files import read_json
from kubesim.language import speaking
from kubesim.running.executors import executor_of
from kubesim.scenario import Scenario
from kubesim.sensitivity import designs
from kubesim.sensitivity.__main__ import main
from kubesim.sensitivity.evaluating import Headline, Study, evaluate
from kubesim.sensitivity.factors import Factor, shared_factors
from kubesim.sensitivity.headlines import HEADLINES, headline_study
from kubesim.sensitivity.run import what_is_uncertain
from kubesim.sensitivity.storage import read_points

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEADLINE = Headline("gain", "Gain", "points", "better", "none", "consumption_members", 6, base="none")
ALIVE = Headline("alive", "Groups", "points", "better", "today", "groups_active", 8)


@pytest.fixture(scope="module")
def study() -> Study:
    small = {"population.households": 120, "population.register_share": 0.9}
    today, better = (Scenario.load(SCENARIOS / f"{name}.yaml").with_(small)
                     for name in ("banjarmasin", "better_training_and_mentoring"))
    return Study({"none": today.without_programme(), "today": today, "better": better}, (HEADLINE, ALIVE))


def factor(study: Study, path: str) -> Factor:
    return next(held for held in shared_factors(study.worlds.values())[0] if held.path == path)


@pytest.fixture(scope="module")
def few(study) -> list[Factor]:
    return [factor(study, path) for path in ("business.skill_return", "interventions.diklat.skill_hours",
                                             "trust.by_meetings", "membership.patience")]


@pytest.mark.slow
def test_the_same_on_one_and_two_workers(study, few):
    points = designs.lhs(few, 9, 1)
    here = evaluate(points, study, few, (1, 2))
    with executor_of(2) as executor:
        pd.testing.assert_frame_equal(evaluate(points, study, few, (1, 2), executor), here)
    assert list(here.columns) == ["point", "seed", "gain", "alive", "error"]
    assert len(here) == 18 and np.isfinite(here["gain"]).all() and (here["error"] == "").all()


def test_all_points_have_the_same_luck_and_seeds_do_not_depend_on_their_company(study, few):
    points = pd.concat([designs.usual(few)] * 2, ignore_index=True)
    twice = evaluate(points, study, few, (3, 4))
    assert np.array_equal(twice["gain"][:2], twice["gain"][2:])
    alone = evaluate(points[:1], study, few, (4,))
    assert alone["gain"][0] == pytest.approx(twice["gain"][1], rel=1e-12)


def test_effects_are_those_of_worlds_lived_one_by_one(study, few):
    """Worked apart: with both worlds the same, the gain is exactly zero; with another, it is not."""
    same = Study({"none": study.worlds["none"], "better": study.worlds["none"]}, (HEADLINE,))
    assert (evaluate(designs.usual(few), same, few, (1, 2))["gain"] == 0).all()
    assert (evaluate(designs.usual(few), study, few, (1, 2))["gain"] != 0).all()


def test_a_world_that_breaks_is_recorded_and_the_others_go_on(study, few):
    beyond = few[0]._replace(path="population.register_share")      # 0 leaves no group to form
    points = pd.DataFrame({"population.register_share": [0.9, 0.0], **{
        held.path: [held.usual] * 2 for held in few[1:3]}})
    found = evaluate(points, study, [beyond, *few[1:3]], (1, 2))
    assert np.isfinite(found["gain"][:2]).all() and found["gain"][2:].isna().all()
    assert found["error"][2].startswith("none: ") and "register_share" in found["error"][2]


def test_progress_ends_at_all(study, few):
    told: list[tuple[int, int]] = []
    evaluate(designs.lhs(few, 5, 1), study, few, (1,), progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == 5 * study.months() and study.months() == 7 + 9 + 9


def test_the_shipped_headlines_are_measured_in_the_shipped_worlds():
    study = headline_study(SCENARIOS, households=60)
    assert [headline.name for headline in study.headlines] == ["full", "practice", "survival"]
    named = {world for headline in HEADLINES for world, *_ in headline.needs()}
    assert named == study.worlds.keys()
    assert study.months() == 25 + 61 + 61 + 25 + 25


@pytest.mark.slow
def test_the_folder_holds_tables_words_and_pictures(study, tmp_path):
    folder = tmp_path / "uncertain"
    study = Study(study.worlds, (HEADLINE._replace(month=2), ALIVE._replace(month=3)))
    found = what_is_uncertain(folder, 2, 2, study=study, spread_points=3)
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert names == {"run.json", "morris.parquet", "usual.parquet", "spread.parquet", "sobol.parquet",
                     "sensitivity.csv", "sensitivity.md", "sensitivity.png", "sensitivity-gain.png",
                     "sensitivity-alive.png"}
    manifest = read_json(folder / "run.json")
    assert (manifest["status"], manifest["kind"]) == ("done", "sensitivity")
    assert set(manifest["files"]) == names - {"run.json"}
    table = pd.read_csv(folder / "sensitivity.csv")
    assert len(table) == 2 * (len(found.factors) + 1)
    first = table[table["headline"] == "gain"].iloc[0]
    assert first["rank"] == 1 and first["mu_star"] == pytest.approx(table.query(
        "headline == 'gain'")["mu_star"].max())
    points, factors = read_points(folder / "sobol.parquet")
    assert factors == found.factors and len(points) == 2 * (len(found.largest) + 3) * 4
    words = (folder / "sensitivity.md").read_text(encoding="utf-8")
    assert "It depends most on" in words and "## What is not varied" in words
    assert imread(folder / "sensitivity.png").shape[0] > 1000
    with pytest.raises(ScenarioError, match="holds results of another scenario|throw away"):
        what_is_uncertain(folder, 2, 2, study=Study({"none": study.worlds["none"].with_(months=9)}, ()),
                          spread_points=3)


def test_bad_sizes_are_refused_before_anything_is_lived(tmp_path, capsys):
    with speaking("en"):
        code = main([str(tmp_path / "new"), "--points", "100", "--workers", "1", "--scenarios", str(SCENARIOS)])
    assert code == 2
    assert capsys.readouterr().err == "points = 100: must be a power of 2, such as 128\n"
    assert not (tmp_path / "new").exists()
