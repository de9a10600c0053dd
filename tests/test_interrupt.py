"""Real processes are interrupted and killed: finished replicates are kept, nothing is spoilt or left over."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import pandas as pd
import pytest

from kubesim.errors import ScenarioError
from kubesim.results import Results

VILLAGE = """
name: Village
months: 120
population: {households: 40}
groups: {size: 5}
interventions:
  - {kind: uep_grant}
  - {kind: companionship, caseload: 2}
"""
REPLICATES = 12
DRIVER = """
import sys
from kubesim import plan, run
plan.STACK_ROWS = 40            # one replicate a stack
run.SAVE_EVERY = 0.0            # what has landed is written at once
from kubesim.cli import main
sys.exit(main())
"""
"""The command, but with stacks so small that replicates land one by one."""


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> Results:
    """What the run gives when nobody disturbs it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    process = start(folder, workers=1)
    assert process.wait() == 0
    return Results.load(folder / "run")


def start(folder: Path, workers: int) -> subprocess.Popen:
    """Start the run as a terminal would, in a process group of its own."""
    (folder / "village.yaml").write_text(VILLAGE, encoding="utf-8")
    words = ("run", "village.yaml", "--out", "run", "--replicates", str(REPLICATES), "--outcome", "welfare",
             "--keep", "groups", "--no-figures", "--quiet", "--workers", str(workers))
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


def assert_goes_on(folder: Path, uninterrupted: Results) -> None:
    """The same command again gives what it would have given undisturbed, bit for bit."""
    process = start(folder, workers=1)
    assert process.wait() == 0, process.stderr.read()
    results = Results.load(folder / "run")
    assert results.made.status == "done"
    for name, table in uninterrupted.tables.items():
        pd.testing.assert_frame_equal(results.tables[name], table, check_exact=True)
    pd.testing.assert_frame_equal(results.panel("groups"), uninterrupted.panel("groups"), check_exact=True)
    assert not [path.name for path in (folder / "run").iterdir() if path.name.startswith((".new", ".kubesim"))]


def landed(folder: Path) -> int:
    """How many replicates have been simulated to the end."""
    return sum(1 for part in folder.glob("run/.kubesim-*/groups-*.parquet") if part.read_bytes()[-4:] == b"PAR1")


# -- Ctrl-C, SIGTERM ---------------------------------------------------------------------------
@pytest.mark.parametrize("workers, number", [(1, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_a_signal_keeps_what_is_finished_and_says_how_to_go_on(tmp_path, uninterrupted, workers, number):
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
    assert_goes_on(tmp_path, uninterrupted)


@pytest.mark.parametrize("workers, moment", [
    (1 + place % 2, round(random.Random(place).uniform(0.1, 3.0), 2)) for place in range(4)])
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
def test_a_killed_run_leaves_no_worker_and_a_folder_that_goes_on(tmp_path, uninterrupted):
    process = start(tmp_path, workers=2)
    wait_until(lambda: landed(tmp_path) >= 2)
    process.kill()
    process.wait()
    wait_until(lambda: gone(process.pid), 10)
    told = json.loads((tmp_path / "run" / "run.json").read_text())
    assert told["status"] == "running"
    if not told["seeds"]:
        with pytest.raises(ScenarioError, match="no replicate was finished .running.; run again: kubesim run"):
            Results.load(tmp_path / "run")
    assert_goes_on(tmp_path, uninterrupted)


def test_a_killed_worker_costs_only_what_it_worked_on(tmp_path, uninterrupted):
    process = start(tmp_path, workers=2)
    wait_until(lambda: landed(tmp_path) >= 2)
    workers = subprocess.run(["pgrep", "-P", str(process.pid), "-f", "spawn_main"], capture_output=True, text=True)
    os.kill(int(workers.stdout.split()[0]), signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 1 and "Traceback" not in err
    assert "a worker process died: out of memory, or killed" in err
    assert "of 12 replicates are finished and kept" in err.splitlines()[-1]
    assert Results.load(tmp_path / "run").made.status == "failed"
    assert_goes_on(tmp_path, uninterrupted)
