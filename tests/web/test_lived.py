"""Worlds that are kept: lived once for all who ask, told apart by what makes them, let go when there are too many."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.errors import SimulationError
from kubesim.running import workers
from kubesim.scenario import Scenario
from kubesim.web.crew import here
from kubesim.web.lived import Lived

SMALL = Scenario().with_({"population.households": 60, "months": 2})
ASKED = ("poverty_rate", "consumption")


class Counting:
    """A crew that counts what it was asked to do."""

    def __init__(self):
        self.done = 0

    def __call__(self, act, *args):
        self.done += 1
        return here(act, *args)


def ask(kept, crew, scenario=SMALL, seeds=(1, 2), asked=ASKED):
    return kept.columns(crew, scenario, "this world", seeds, asked)


def test_a_world_lives_once_whatever_it_is_called():
    kept, crew = Lived(), Counting()
    first = ask(kept, crew)
    again = ask(kept, crew, SMALL.with_({"name": "Another name", "about": "other words"}))
    assert crew.done == 1 and again is first
    assert {values.shape for values in first.values()} == {(2, 3, 1)}


@pytest.mark.parametrize("other", [
    {"scenario": SMALL.with_({"trust.start": 0.31})}, {"scenario": SMALL.with_({"months": 3})},
    {"scenario": SMALL.with_({"population.households": 61})}, {"seeds": (2, 1)}, {"seeds": (1, 3)},
    {"asked": ("poverty_rate",)}])
def test_whatever_makes_another_world_lets_it_live(other):
    kept, crew = Lived(), Counting()
    first = ask(kept, crew)
    assert ask(kept, crew, **other) is not first and crew.done == 2
    assert ask(kept, crew) is first and crew.done == 2


def test_what_was_asked_for_longest_ago_goes_first():
    crew, size = Counting(), sum(held.nbytes for held in ask(Lived(), here).values())
    kept = Lived(most_bytes=2 * size)
    for seed in (1, 3, 1, 5):                                   # 3 is the one that goes
        ask(kept, crew, seeds=(seed, seed + 1))
    assert crew.done == 3
    ask(kept, crew, seeds=(1, 2))
    assert crew.done == 3
    ask(kept, crew, seeds=(3, 4))
    assert crew.done == 4


def test_a_world_too_large_to_keep_is_told_all_the_same():
    kept = Lived(most_bytes=1)
    assert np.isfinite(ask(kept, here)["poverty_rate"]).all()
    assert np.isfinite(ask(kept, here, seeds=(3,))["poverty_rate"]).all()


def test_a_world_that_breaks_is_not_kept_and_told_by_its_label(monkeypatch):
    def breaks(stack, board):
        raise SimulationError("the ledger does not close")

    kept = Lived()
    with monkeypatch.context() as broken:
        broken.setattr(workers, "_live_together", breaks)
        with pytest.raises(SimulationError, match="seeds 1 to 2, this world: the ledger does not close"):
            ask(kept, here)
    assert ask(kept, here)
