"""Worlds that have lived, kept for whoever asks for them again: a baseline lives once, however many designs are
held against it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from typing import Any, Callable, Mapping

import numpy as np

from kubesim.comparing.worlds import WORDS_ONLY
from kubesim.errors import SimulationError
from kubesim.running.workers import Stack, live, told_faults
from kubesim.scenario import Scenario

MOST_BYTES = 48 * 1024 * 1024
"""About 140 worlds of 24 seeds and 60 months."""
Columns = Mapping[str, np.ndarray]


class Unseen:
    """A board on which nobody looks: a slice is short enough to be lived to its end."""

    path, stopped = Path(), False           # nothing is kept in files

    def tick(self, place: int, replicates: int) -> None:
        """A stack of worlds has lived a month."""


class Lived:
    """Outcomes of worlds by what makes them, those asked for longest ago let go first. Shared by all sessions
    and threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[str, Columns] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def columns(self, crew: Callable[..., Any], scenario: Scenario, label: str, seeds: tuple[int, ...],
                outcomes: tuple[str, ...]) -> Columns:
        """Outcomes by column, each of shape (seeds, months + 1, 1), of all households together; the ``crew``
        lets a world live that is not kept. Raises SimulationError with a line a fault, which calls the world
        by its label."""
        key = _key(scenario, seeds, outcomes)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        columns = crew(live_alone, scenario, label, seeds, outcomes)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = columns
                self._bytes += _size(columns)
            while self._bytes > self.most_bytes and len(self._kept) > 1:
                self._bytes -= _size(self._kept.popitem(last=False)[1])
        return columns


def live_alone(scenario: Scenario, label: str, seeds: tuple[int, ...], outcomes: tuple[str, ...]) -> Columns:
    """Let one world live; see ``Lived.columns``."""
    landed = live(Stack(0, label, scenario, seeds, outcomes, ()), Unseen())
    if landed.faults:
        raise SimulationError("\n".join(told_faults([landed])))
    return {name: values[:, :, :1].copy() for name, values in landed.records[0].outcomes.items()}


def _key(scenario: Scenario, seeds: tuple[int, ...], outcomes: tuple[str, ...]) -> str:
    """What makes a world, in short: every value of its scenario but the words, and its luck."""
    values = {name: held for name, held in scenario.to_mapping().items() if name not in WORDS_ONLY}
    return sha256(json.dumps([values, seeds, outcomes], default=str).encode()).hexdigest()


def _size(columns: Columns) -> int:
    return sum(values.nbytes for values in columns.values())
