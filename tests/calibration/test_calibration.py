"""A calibration in its folder: what is in it, the same on any number of workers and after any stop."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cheap_worlds import IDLE, TIME, TRUST, WORLD, breaks_above, question, two_lines

from kubesim.calibration.calibrate import calibrate_into
from kubesim.calibration.draws import load_draws
from kubesim.calibration.journal import Journal
from kubesim.errors import ScenarioError
from kubesim.running.simulation import Interrupted


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A calibration that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "calibration"
    calibrate_into(folder, question(), workers=1)
    return folder


def posterior_of(folder: Path) -> pd.DataFrame:
    """The draws in a folder."""
    return pd.read_parquet(folder / "posterior.parquet")


def test_a_folder_holds_the_draws_the_fit_the_figures_and_how_they_were_made(whole: Path):
    draws = posterior_of(whole)
    assert len(draws) == 30 and draws["weight"].sum() == pytest.approx(1)
    assert [TIME, TRUST, IDLE] == [name for name in draws if name.count(".") and not name.startswith("target")]
    assert draws[TIME].between(0.03, 0.2).all() and draws["target: sum"].notna().all()
    fit = pd.read_parquet(whole / "fit.parquet").set_index("target")
    assert (fit["low"] < fit["mean"]).all() and (fit["mean"] < fit["high"]).all() and fit["fresh"].all()
    manifest = json.loads((whole / "run.json").read_text())
    assert manifest["status"] == "done" and manifest["kind"] == "calibration"
    assert {"posterior.parquet", "fit.parquet", "figures/marginals.png", "figures/pairs.png",
            "figures/tension.png", "figures/predictive.png"} <= manifest["files"].keys()


def test_draws_of_a_folder_are_parameters_that_a_scenario_takes(whole: Path):
    for changes in load_draws(whole).sample(3, seed=1):
        assert WORLD.with_(changes).trust.start == changes[TRUST]


def test_each_draw_has_the_distance_of_its_own_statistics(whole: Path):
    """By hand: published 1 and 0.2, half widths 0.1."""
    draws = posterior_of(whole)
    by_hand = ((draws["target: sum"] - 1).abs() + (draws["target: difference"] - 0.2).abs()) / 0.1 / 2
    assert np.allclose(by_hand.clip(upper=10), draws["distance"])


@pytest.mark.slow
def test_later_generations_are_nearer(tmp_path: Path):
    near = calibrate_into(tmp_path / "a", question(generations=5), workers=1)
    assert np.all(np.diff(near.largest) < 0)
    first = calibrate_into(tmp_path / "b", question(generations=1), workers=1)
    assert near.distance @ near.share < 0.5 * (first.distance @ first.share)


@pytest.mark.slow
def test_workers_make_no_difference(whole: Path, tmp_path: Path):
    calibrate_into(tmp_path / "two", question(), workers=2)
    assert posterior_of(tmp_path / "two").equals(posterior_of(whole))


@pytest.mark.slow
def test_any_executor_of_processes_serves_and_threads_are_refused(whole: Path, tmp_path: Path):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        calibrate_into(tmp_path / "given", question(), executor=pool, workers=3)
        assert pool.submit(int, "3").result() == 3          # left open
    assert posterior_of(tmp_path / "given").equals(posterior_of(whole))
    with ThreadPoolExecutor(1) as threads, pytest.raises(ScenarioError, match="threads share their luck"):
        calibrate_into(tmp_path / "threads", question(), executor=threads)


@pytest.mark.slow
def test_another_seed_gives_another_posterior(whole: Path, tmp_path: Path):
    calibrate_into(tmp_path / "other", question(seeds={"first": 2}), workers=1)
    assert not posterior_of(tmp_path / "other")[TIME].isin(posterior_of(whole)[TIME]).any()


class Impatient:
    """Stops a calibration, as Ctrl-C would, after so many simulations."""

    def __init__(self, after: int) -> None:
        self.after, self.seen = after, 0

    def __call__(self, *told: int) -> None:
        """One more simulation is done."""
        self.seen += 1
        if self.seen == self.after:
            import signal
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("after", [5, pytest.param(47, marks=pytest.mark.slow)])
def test_stopped_anywhere_it_goes_on_to_the_same_posterior(whole: Path, tmp_path: Path, after: int):
    folder = tmp_path / "stopped"
    with pytest.raises(Interrupted):
        calibrate_into(folder, question(), workers=1, tell=Impatient(after))
    assert json.loads((folder / "run.json").read_text())["status"] in ("interrupted", "running")
    calibrate_into(folder, question(), workers=1)
    assert posterior_of(folder).equals(posterior_of(whole))
    held, wanted = (pd.read_parquet(place / "fit.parquet") for place in (folder, whole))
    assert held.equals(wanted)
    assert json.loads((folder / "run.json").read_text())["status"] == "done"


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
from cheap_worlds import question, two_lines
from kubesim.calibration.calibrate import calibrate_into
import time

def slow(changes, seed):
    time.sleep(0.02)
    return two_lines(changes, seed)

calibrate_into(sys.argv[2], question(slow), workers=1)
"""


@pytest.mark.slow
def test_killed_it_goes_on_to_the_same_posterior(whole: Path, tmp_path: Path):
    folder = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(Path(__file__).parent), str(folder)])
    journal = folder / "simulations.jsonl"
    until = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 40):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = journal.read_bytes().count(b"\n")
    assert json.loads((folder / "run.json").read_text())["status"] == "running"
    calibrate_into(folder, question(), workers=1)
    assert posterior_of(folder).equals(posterior_of(whole))
    assert journal.read_bytes().count(b"\n") == (whole / "simulations.jsonl").read_bytes().count(b"\n") > before


def test_a_line_that_was_cut_short_is_simulated_again(tmp_path: Path):
    journal = Journal(tmp_path / "journal")
    journal.add({"generation": 0, "place": 0, "x": 0.1})
    journal.close()
    with open(tmp_path / "journal", "ab") as file:
        file.write(b'{"generation": 0, "place": 1, "x"')
    again = Journal(tmp_path / "journal")
    assert len(again) == 1 and again.get(0, 1) is None and again.get(0, 0)["x"] == 0.1
    again.add({"generation": 0, "place": 1, "x": 0.2})
    again.close()
    assert len(Journal(tmp_path / "journal")) == 2


def test_a_finished_one_is_told_again_without_a_simulation(whole: Path):
    before = (whole / "simulations.jsonl").read_bytes()
    told = []
    calibrate_into(whole, question(), workers=1, tell=lambda *line: told.append(line))
    assert (whole / "simulations.jsonl").read_bytes() == before and told == []


@pytest.mark.parametrize("changes, differs", [
    ({"particles": 40}, "experiment.particles was 30, now 40"),
    ({"seeds": {"first": 5}}, "experiment.seeds.first was 1, now 5"),
    ({"targets": ["sum"]}, "experiment.targets.difference"),
])
def test_a_changed_experiment_is_refused_with_what_differs(whole: Path, changes, differs):
    before = posterior_of(whole)
    with pytest.raises(ScenarioError, match=differs):
        calibrate_into(whole, question(**changes), workers=1)
    assert posterior_of(whole).equals(before)


def test_another_version_and_other_results_are_refused(whole: Path, tmp_path: Path):
    other = tmp_path / "older"
    shutil.copytree(whole, other)
    manifest = json.loads((other / "run.json").read_text())
    manifest["calibration"]["versions"]["kubesim"] = "0.0.9"
    (other / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(ScenarioError, match="versions.kubesim was \"0.0.9\", now"):
        calibrate_into(other, question(), workers=1)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    with pytest.raises(ScenarioError, match="no results of kubesim"):
        calibrate_into(tmp_path / "foreign", question(), workers=1)


@pytest.mark.slow
def test_simulations_that_break_are_counted_told_and_not_kept(tmp_path: Path):
    found = calibrate_into(tmp_path / "broken", question(breaks_above), workers=1)
    assert found.faults and "money does not close" in found.faults[0]
    assert (posterior_of(tmp_path / "broken")[TIME] <= 0.12).all()
    assert len(json.loads((tmp_path / "broken" / "run.json").read_text())["faults"]) == len(found.faults)


@pytest.mark.slow
def test_a_budget_of_simulations_ends_the_search_with_the_last_whole_generation(tmp_path: Path):
    found = calibrate_into(tmp_path / "short", question(stop={"simulations": 45}, generations=9), workers=1)
    assert len(found.runs) == 1 and found.complete
    again = calibrate_into(tmp_path / "short", question(stop={"simulations": 45}, generations=9), workers=1)
    assert np.array_equal(again.working, found.working)


@pytest.mark.slow
def test_time_that_is_up_keeps_what_was_simulated(tmp_path: Path):
    with pytest.raises(ScenarioError, match="not one generation was finished"):
        calibrate_into(tmp_path / "late", question(), workers=1, minutes=0.0)
    assert two_lines({TIME: 0.1, TRUST: 0.5}, 1)["sum"] == pytest.approx(1, abs=0.3)
    assert len(calibrate_into(tmp_path / "late", question(), workers=1).runs) == 3
