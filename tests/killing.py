"""Kills sweeps at random moments, many times, and looks whether anything was lost or doubled.

    python -m tests.killing --kills 200

Each time the coordinator, one of its processes, or all of them together get SIGKILL. A study that is
done is extended by more seeds, so that there is always something to kill.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from pandas.testing import assert_frame_equal

from kubesim.experiment import Experiment
from kubesim.sweeping import Sweep, sweep_into

VILLAGE = "name: Village\nmonths: 24\npopulation: {households: 200}\ninterventions: [{kind: companionship}]\n"
STUDY = """
name: Killed
scenario: village.yaml
seeds: {{first: 1, count: {seeds}}}
levers: {{interventions.companionship.caseload: [5, 10, 20], trust.lost_always: [0.01, 0.02]}}
outcomes: [poverty_rate, welfare, groups_active]
keep: monthly
"""
MORE = 100
LONGEST = 3.0
"""Seconds after its start, or after it has workers, at which a sweep is killed at the latest."""
COMMAND = [sys.executable, "-m", "kubesim", "--quiet", "sweep", "study.yaml", "--out", "killed", "--workers", "2"]


def kill_at_random(place: Path, kills: int, seed: int) -> Counter:
    """Kill sweeps of a study that is written into ``place`` so many times, going on each time; at last
    let it end. Gives how often what was hit. Raises AssertionError when something is lost or doubled."""
    luck, hits, seeds = random.Random(seed), Counter(), MORE
    (place / "village.yaml").write_text(VILLAGE, encoding="utf-8")
    _ask(place, seeds)
    sweep = _start(place)
    while sum(hits.values()) < kills:
        time.sleep(luck.uniform(0, LONGEST))
        if luck.random() < 0.7:
            _wait_for_workers(sweep, luck)
        if sweep.poll() is not None:
            assert sweep.returncode == 0, f"it ended by itself with {sweep.returncode}"
            seeds += MORE
            _ask(place, seeds)
        else:
            hits[_hit(sweep, luck)] += 1
        if sweep.poll() is not None or _waited(sweep):
            _look(place / "killed")
            sweep = _start(place)
    assert sweep.wait() == 0, sweep.returncode
    _compare(place)
    return hits


def _ask(place: Path, seeds: int) -> None:
    (place / "study.yaml").write_text(STUDY.format(seeds=seeds), encoding="utf-8")


def _start(place: Path) -> subprocess.Popen:
    path = {"PYTHONPATH": os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(COMMAND, cwd=place, env=os.environ | path, stdout=subprocess.DEVNULL)


def _wait_for_workers(sweep: subprocess.Popen, luck: random.Random) -> None:
    """Wait until a sweep has children (a tracker and two workers), and some more."""
    while sweep.poll() is None and len(_children(sweep.pid)) < 3:
        time.sleep(0.05)
    time.sleep(luck.uniform(0, LONGEST))


def _hit(sweep: subprocess.Popen, luck: random.Random) -> str:
    """Kill the coordinator, one of its children, or all."""
    children = _children(sweep.pid)
    what = luck.choice(["coordinator", "child", "all"] if children else ["coordinator"])
    victims = {"coordinator": [sweep.pid], "child": [luck.choice(children or [0])],
               "all": [sweep.pid, *children]}[what]
    for victim in victims:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return what


def _children(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(word) for word in told.stdout.split()]


def _waited(sweep: subprocess.Popen) -> bool:
    """Whether the coordinator is gone a moment after the hit; one that lost a worker goes on."""
    try:
        sweep.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def _look(folder: Path) -> None:
    """What is there is whole: every finished run once with all its months, and no other run."""
    if not (folder / "run.json").exists() or not list((folder / "outcomes").glob("part-*")):
        return
    sweep = Sweep.open(folder)
    assert not (sweep.runs["status"] != "done").any(), sweep.runs["error"].unique()
    rows = pd.concat([pq.read_table(part).to_pandas() for part in (folder / "outcomes").glob("part-*.parquet")])
    assert not rows.duplicated(["run", "month", "district"]).any(), "a run is there twice"
    assert len(rows) == 25 * 2 * rows["run"].nunique(), "a run is there in part"
    assert set(sweep.runs["run"]) == set(rows["run"]), "runs and outcomes are not the same"
    assert not (folder / "damaged").exists(), "a part was damaged"


def _compare(place: Path) -> None:
    """The killed sweep holds what one that was left in peace holds, bit for bit."""
    _look(place / "killed")
    whole = sweep_into(place / "whole", Experiment.load(place / "study.yaml"), workers=2)
    held = Sweep.open(place / "killed")
    assert held.counts == whole.counts and held.counts["missing"] == 0
    assert_frame_equal(held.outcomes(month="all"), whole.outcomes(month="all"), check_exact=True)


def main() -> None:
    """Kill as often as the command line says and tell how it went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        hits = kill_at_random(Path(place), args.kills, args.seed)
        runs = Sweep.open(Path(place) / "killed").counts["done"]
    print(f"{sum(hits.values())} kills ({dict(hits)}) in {time.monotonic() - begun:.0f} s: {runs} runs, "
          "nothing lost, nothing doubled, all bits the same")


if __name__ == "__main__":
    main()
