"""Real processes are interrupted and killed: finished replicates are kept, nothing is spoilt or left over."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from typing import Callable

import pandas as pd
import pytest
import yaml

from kubesim.cli import main
from kubesim.errors import ScenarioError
from kubesim.running.results import Results
from kubesim.running.simulation import run
from kubesim.scenario import Scenario

VILLAGE = """
name: Village
months: 60
population: {households: 40}
groups: {size: 5}
interventions:
  - {kind: uep_grant}
  - {kind: companionship, caseload: 2}
"""
REPLICATES = 12
COMMAND = ("run", "village.yaml", "--out", "run", "--replicates", str(REPLICATES), "--outcome", "welfare",
           "--no-figures", "--quiet")
DRIVER = """
import multiprocessing, sys, threading, time
from pathlib import Path
from kubesim.running import plan, simulation

def tell_a_worker():
    while not multiprocessing.active_children():
        time.sleep(0.01)
    Path("worker").write_text(str(multiprocessing.active_children()[0].pid))

threading.Thread(target=tell_a_worker, daemon=True).start()
plan.STACK_ROWS = 40            # one replicate a stack
simulation.SAVE_EVERY = 0.0            # what has landed is written at once
from kubesim.cli import main
sys.exit(main())
"""
"""The command, but with stacks so small that replicates land one by one; tells a worker's process."""


@pytest.fixture(scope="module")
def undisturbed() -> Results:
    """What the run gives when nobody disturbs it."""
    village = Scenario.from_mapping(yaml.safe_load(VILLAGE))
    return run(village, REPLICATES, outcomes=["welfare"], keep=["groups"])


def start(folder: Path, workers: int, keep: str = "groups") -> subprocess.Popen:
    """Start the run as a terminal would, in a process group of its own."""
    (folder / "village.yaml").write_text(VILLAGE, encoding="utf-8")
    words = (*COMMAND, "--keep", keep, "--workers", str(workers))
    return subprocess.Popen([sys.executable, "-c", DRIVER, *words], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])})


def wait_until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that must happen."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)


def gone(group: int) -> bool:
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def assert_goes_on(folder: Path, undisturbed: Results, keep: str = "groups") -> None:
    """The same command again gives what it would have given undisturbed, bit for bit."""
    with chdir(folder):
        assert main([*COMMAND, "--keep", keep]) == 0
    results = Results.load(folder / "run")
    assert results.made.status == "done"
    for name, table in undisturbed.tables.items():
        pd.testing.assert_frame_equal(results.tables[name], table, check_exact=True)
    for name in results.panels:
        pd.testing.assert_frame_equal(results.panel(name), undisturbed.panel(name), check_exact=True)
    assert {path.name for path in (folder / "run").glob(".*")} == {".lock"}


def landed(folder: Path) -> int:
    """How many replicates have been simulated to the end."""
    return sum(part.read_bytes()[-6:] == b"ARROW1" for part in folder.glob("run/.kubesim-*/groups-*.arrow"))


# -- Ctrl-C, SIGTERM ---------------------------------------------------------------------------
@pytest.mark.parametrize("workers, number", [
    pytest.param(2, signal.SIGINT, marks=pytest.mark.slow), pytest.param(1, signal.SIGINT, marks=pytest.mark.slow),
    pytest.param(2, signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_keeps_what_is_finished_and_says_how_to_go_on(tmp_path, undisturbed, workers, number):
    process = start(tmp_path, workers)
    wait_until(lambda: landed(tmp_path) >= 2)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == 130 and out == ""
    told = err.splitlines()
    assert "of 12 replicates are finished and kept; to go on, run the same command again:" in told[0]
    assert told[1].startswith("  kubesim run village.yaml --out run --replicates 12 ") and len(told) == 2
    wait_until(lambda: gone(process.pid), 10)
    kept = Results.load(tmp_path / "run")
    assert 1 <= len(kept.seeds) < REPLICATES and f"interrupted: {len(kept.seeds)} of 12" in told[0]
    assert kept.made.status == "interrupted"
    assert_goes_on(tmp_path, undisturbed)


@pytest.mark.parametrize("workers, moment", [(1, 0.9)] + [
    pytest.param(1 + place % 2, round(random.Random(place).uniform(0.05, 4.0), 2), marks=pytest.mark.slow)
    for place in range(12)])
def test_ctrl_c_at_any_moment_is_clean(tmp_path, workers, moment):
    process = start(tmp_path, workers)
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode in (0, 130, -signal.SIGINT)    # done before, interrupted, Python not yet up
    if process.returncode >= 0:
        assert "Traceback" not in err and len(err.splitlines()) <= 2
    wait_until(lambda: gone(process.pid), 10)
    if (tmp_path / "run" / "run.json").exists():
        assert Results.load(tmp_path / "run").made.status in ("interrupted", "done")
    else:
        assert not (tmp_path / "run").exists()


# -- kill -9 -----------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_killed_run_leaves_no_worker_and_a_folder_that_goes_on(tmp_path, undisturbed):
    process = start(tmp_path, workers=2)
    wait_until(lambda: landed(tmp_path) >= 2)
    process.kill()
    process.communicate()
    wait_until(lambda: gone(process.pid), 10)
    with pytest.raises(ScenarioError, match="no replicate was finished .running.; run again: kubesim run"):
        Results.load(tmp_path / "run")                  # with panels, nothing is written before the end
    assert_goes_on(tmp_path, undisturbed)


@pytest.mark.slow
def test_a_killed_run_keeps_what_it_wrote_on_the_way(tmp_path, undisturbed):
    process = start(tmp_path, workers=1, keep="")
    wait_until(lambda: len(saved_seeds(tmp_path)) >= 2)
    process.kill()
    process.communicate()
    kept = Results.load(tmp_path / "run")
    assert kept.made.status == "running" and 2 <= len(kept.seeds) < REPLICATES
    assert_goes_on(tmp_path, undisturbed, keep="")


def saved_seeds(folder: Path) -> list[int]:
    """Seeds of the replicates that the folder holds so far."""
    path = folder / "run" / "run.json"
    return json.loads(path.read_text())["seeds"] if path.exists() else []


@pytest.mark.slow
def test_a_killed_worker_costs_only_what_it_worked_on(tmp_path, undisturbed):
    process = start(tmp_path, workers=2)
    wait_until(lambda: landed(tmp_path) >= 2)
    os.kill(int((tmp_path / "worker").read_text()), signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 1 and "Traceback" not in err
    assert "a worker process died: out of memory, or killed" in err
    assert "of 12 replicates are finished and kept" in err.splitlines()[-1]
    assert Results.load(tmp_path / "run").made.status == "failed"
