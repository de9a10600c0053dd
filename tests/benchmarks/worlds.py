"""Worlds to be timed, here or in a process of their own, so that memory is theirs alone."""

from __future__ import annotations

import gc
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from .clock import Spent, peak_mb, spent

SCENARIO = Path(__file__).parents[2] / "scenarios" / "banjarmasin.yaml"
Kind = Literal["columns", "reference"]


def usual(households: int, months: int = 60):
    """Business as usual in a city of so many modelled households, half of them in groups of ten."""
    from kubesim.scenario import Scenario
    return Scenario.load(SCENARIO).with_({"population.households": households}, months=months)


class Apart:
    """A world in a process of its own that is made and lives a month when told to."""

    def __init__(self, kind: Kind, households: int) -> None:
        spawn = get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_obey, args=(theirs, kind, households), daemon=True)
        self._process.start()
        theirs.close()

    def make(self) -> Spent:
        """Make the world anew; month 0 is lived."""
        return self._ask("make")

    def live_month(self) -> Spent:
        """Live the next month."""
        return self._ask("live")

    def end(self) -> float:
        """End the process; returns the most memory that it has held, MB."""
        peak = self._ask("end")
        self._process.join()
        return peak

    def _ask(self, order: str) -> Any:
        self._pipe.send(order)
        return self._pipe.recv()


def _obey(pipe: Connection, kind: Kind, households: int) -> None:
    """What the other process does."""
    scenario, make = usual(households), _maker(kind)
    world: list[Any] = []
    while (order := pipe.recv()) != "end":
        if order == "make":
            world.clear()
            gc.collect()                    # the old world must not count in the new one's memory
            pipe.send(spent(lambda: world.append(make(scenario, 1))))
        else:
            pipe.send(spent(world[0].step))
    pipe.send(peak_mb())


def _maker(kind: Kind):
    if kind == "columns":
        from kubesim.model import KubeModel
        return KubeModel
    from ..reference import PlainModel
    return PlainModel
