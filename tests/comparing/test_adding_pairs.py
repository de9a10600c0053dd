"""More pairs into a folder that holds some: what is finished is never replaced by less."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kubesim.comparing import plan
from kubesim.comparing.compare import compare_into
from kubesim.comparing.comparison import Comparison
from kubesim.errors import ScenarioError
from kubesim.running.simulation import Interrupted
from kubesim.scenario import Scenario

BASE = Scenario(name="Base", months=3).with_({"population.households": 40, "groups.size": 5})
OTHER = BASE.with_({"groups.extra_trust": 0.3}, name="Other")


def pairs(folder: Path, **how) -> Comparison:
    return compare_into(folder, BASE, OTHER, outcomes=["cooperation"], workers=1, **how)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_a_width_that_may_take_fewer_pairs_is_refused(tmp_path):
    pairs(tmp_path / "out", seeds=33)
    before = content(tmp_path / "out")
    with pytest.raises(ScenarioError, match="holds 33 finished pairs, and with --until-width 50%") as wrong:
        pairs(tmp_path / "out", until_width="50%")
    assert len(wrong.value.faults) == 1 and content(tmp_path / "out") == before
    assert len(pairs(tmp_path / "out", seeds=34).seeds) == 34


def test_a_width_adds_pairs_to_a_first_few(tmp_path):
    pairs(tmp_path / "out", seeds=3)
    assert pairs(tmp_path / "out", until_width="50%").seeds == tuple(range(1, 31))


@pytest.mark.slow
def test_the_same_width_goes_on_with_more_pairs_allowed(tmp_path):
    first = pairs(tmp_path / "out", until_width=1e-6, max_replicates=32)
    assert len(first.seeds) == 32
    assert len(pairs(tmp_path / "out", until_width=1e-6, max_replicates=35).seeds) == 35
    with pytest.raises(ScenarioError, match="holds .* 33 to 35"):
        pairs(tmp_path / "out", until_width=1e-6, max_replicates=32)
    with pytest.raises(ScenarioError, match="holds 35 finished pairs"):
        pairs(tmp_path / "out", until_width="50%", max_replicates=40)


def test_ctrl_c_while_adding_pairs_leaves_those_that_there_were(tmp_path, monkeypatch):
    pairs(tmp_path / "out", seeds=3)
    before, notes = content(tmp_path / "out"), []
    monkeypatch.setattr(plan, "STACK_ROWS", 40)             # one pair a stack

    def interrupt(done: int, total: int) -> None:
        if done == 3 * 4 + 1:                               # in the second pair: three worlds, four months
            os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(Interrupted) as cut:
        pairs(tmp_path / "out", seeds=6, progress=interrupt, note=notes.append)
    assert cut.value.results.seeds == (1, 2, 3) and cut.value.results.made.status == "done"
    assert notes == [f"{tmp_path / 'out'}: keeps the 3 pairs that it holds, as fewer are finished now"]
    assert content(tmp_path / "out") == before
    assert len(pairs(tmp_path / "out", seeds=6).seeds) == 6
