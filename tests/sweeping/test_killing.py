"""Real sweeps are killed: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import killing
import pytest

from kubesim.sweeping import Sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")


@pytest.mark.slow
def test_twenty_random_kills_lose_nothing_and_double_nothing(tmp_path):
    hits = killing.kill_at_random(tmp_path, int(os.environ.get("KUBESIM_KILLS", "20")), seed=1)
    assert len(hits) == 3           # coordinator, child, all


@pytest.mark.slow
def test_ctrl_c_keeps_what_has_landed_and_leaves_no_process(tmp_path):
    (tmp_path / "village.yaml").write_text(killing.VILLAGE)
    (tmp_path / "study.yaml").write_text(killing.STUDY.format(seeds=2000))
    sweep = subprocess.Popen(killing.COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=os.environ | {"PYTHONPATH": os.getcwd()}, text=True)
    _wait_for(tmp_path / "killed" / "outcomes")
    children = killing._children(sweep.pid)
    sweep.send_signal(signal.SIGINT)
    printed, told = sweep.communicate(timeout=30)
    assert sweep.returncode == 130, told
    assert "interrupted; what has landed is kept" in told and "runs asked for" in printed
    swept = Sweep.open(tmp_path / "killed")
    assert 0 < swept.counts["done"] < swept.counts["asked"] and swept.manifest["status"] == "interrupted"
    end = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


def _wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists() or not list(path.glob("part-*")):
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.05)
