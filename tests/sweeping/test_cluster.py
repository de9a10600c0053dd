"""A sweep on a Dask cluster: a real scheduler and real workers on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterator

import pytest
from pandas.testing import assert_frame_equal
from small_studies import SIZE, numbers
from trouble import DIES, HANGS, RAISES, village

from kubesim.cli import main
from kubesim.errors import ScenarioError

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
NO_DASHBOARD = ["--no-dashboard"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a scheduler on loopback, and its two workers with their nannies."""
    place = tmp_path_factory.mktemp("dask")
    paths = os.pathsep.join([os.getcwd(), str(Path(__file__).parent)])
    settings = os.environ | {"PYTHONPATH": paths, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    told = place / "scheduler.json"
    begun = [_start([*_dask("scheduler"), "--host", "127.0.0.1", "--port", "0", *NO_DASHBOARD,
                     "--scheduler-file", str(told)], place, settings)]
    end = time.monotonic() + 60
    while not told.exists() and time.monotonic() < end:
        time.sleep(0.1)
    workers = [_start([*_dask("worker"), "--scheduler-file", str(told), "--nthreads", "1", *NO_DASHBOARD,
                       "--local-directory", str(place)], place, settings) for _ in range(2)]
    import json

    from distributed import Client
    address = json.loads(told.read_text())["address"]
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield address, workers
    for process in [*workers, *begun]:
        process.terminate()
    for process in [*workers, *begun]:
        process.wait(20)


def _dask(what: str) -> list[str]:
    return [sys.executable, "-m", "distributed.cli.dask_" + what]


def _start(words: list[str], place: Path, settings: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(words, cwd=place, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_cluster_gives_the_same_bits_as_this_process(tmp_path, study, swept, cluster):
    here = numbers(swept(tmp_path / "here", study(keep="monthly")))
    there = numbers(swept(tmp_path / "there", study(keep="monthly"), workers=None, cluster=cluster[0]))
    assert_frame_equal(here, there, check_exact=True)


def test_a_run_with_an_error_costs_itself_only(tmp_path, study, swept, cluster):
    sweep = swept(tmp_path / "s", study(village(mood=RAISES, seed=3)), workers=None, cluster=cluster[0])
    assert sweep.counts["done"] == 9 and sweep.counts["failed"] == 3


def test_a_worker_killed_in_mid_run_costs_nothing(tmp_path, study, swept, cluster):
    address, workers = cluster
    many = study(levers={SIZE: [5, 6, 7, 8, 9, 10]}, seeds={"count": 60}, months=40, keep="monthly")
    here = numbers(swept(tmp_path / "here", many))

    def kill() -> None:
        while not list((tmp_path / "there").glob("run.json")):
            time.sleep(0.01)
        time.sleep(0.5)
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(workers[0].pid)], capture_output=True, text=True)
        for child in told.stdout.split():
            os.kill(int(child), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    sweep = swept(tmp_path / "there", many, workers=None, cluster=address)
    killer.join()
    assert sweep.counts["done"] == 360
    assert_frame_equal(numbers(sweep), here, check_exact=True)


def test_a_run_that_kills_its_workers_is_recorded(tmp_path, study, swept, cluster):
    sweep = swept(tmp_path / "s", study(village(mood=DIES, seed=3), levers={SIZE: [5]}), workers=None,
                  cluster=cluster[0])
    assert sweep.counts == {"asked": 4, "done": 3, "failed": 1, "timeout": 0, "missing": 0}


def test_a_run_that_hangs_is_given_up(tmp_path, study, swept, cluster):
    sweep = swept(tmp_path / "s", study(village(mood=HANGS, seed=3), levers={SIZE: [5]}), workers=None,
                  cluster=cluster[0], timeout=1.0)
    assert sweep.counts == {"asked": 4, "done": 3, "failed": 0, "timeout": 1, "missing": 0}


def test_an_address_where_nobody_answers_is_told(tmp_path, study, swept):
    with pytest.raises(ScenarioError, match="no Dask scheduler answers there"):
        swept(tmp_path / "s", study(), workers=None, cluster="tcp://127.0.0.1:9")


def test_the_command_takes_an_address(tmp_path, cluster, capsys):
    (tmp_path / "village.yaml").write_text("months: 3\npopulation: {households: 60}\n")
    (tmp_path / "study.yaml").write_text("scenario: village.yaml\nseeds: {count: 3}\nlevers: {groups.size: [5, 6]}\n")
    words = ["sweep", str(tmp_path / "study.yaml"), "--out", str(tmp_path / "s"), "--cluster", cluster[0]]
    assert main(words) == 0
    assert "6 runs asked for: 6 done" in capsys.readouterr().out
