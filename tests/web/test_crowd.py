"""The class of ``python -m tests.crowd`` is held to its word: small here, thirty for an hour by hand."""

from __future__ import annotations

import sys

import pytest

from serving import ROOT

pytest.importorskip("solara")
sys.path.append(str(ROOT))
crowd = pytest.importorskip("tests.crowd")


def test_memory_that_grows_is_told_from_memory_that_does_not():
    still = [(5.0 * look, 300.0 + look % 2) for look in range(100)]
    growth, mean = crowd.slope(still)
    assert abs(growth) < 5 and abs(mean - 300.5) < 0.1
    rising = [(seconds, held + 50 * seconds / 3600) for seconds, held in still]
    assert abs(crowd.slope(rising)[0] - growth - 50) < 1e-6
    warming = [(seconds, held - max(0.0, 100 - seconds)) for seconds, held in still]
    assert abs(crowd.slope(warming)[0]) < 5, "what is loaded at first is no leak"


@pytest.mark.browser
def test_a_small_class_is_answered_rightly_and_a_wrong_answer_is_noticed(monkeypatch):
    monkeypatch.setattr(crowd, "HOUSEHOLDS", 100)
    monkeypatch.setattr(crowd, "PATIENCE", 120.0)
    for minutes in (0.4, 1.0):              # longer where the machine has much else to do
        tally = crowd.hold_class(2, minutes, 20 * minutes)
        assert tally.sessions >= 2 and not tally.wrong
        whole = [answer for answer in tally.answers if answer.last is not None]
        if whole:
            break
    assert crowd.check_again(whole[:2], 2) == []
    other = whole[0]._replace(query=whole[0].query.replace("seed=100", "seed=900"))
    assert len(crowd.check_again([other], 1)) == 1
