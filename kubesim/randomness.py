"""Luck, keyed by seed, decision and month: one number a row."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple, Sequence

import numpy as np
from numpy.random import SFC64, Generator
from numpy.random.bit_generator import ISeedSequence

from kubesim.errors import SimulationError


class Rows(NamedTuple):
    """What a draw is made for: rows ``start`` to ``start + length``. Tables of the state have both."""

    start: int
    length: int


class Unseated(ISeedSequence):
    """No seed, for a generator that is seated before its first use: NumPy's own costs 12 microseconds."""

    def generate_state(self, n_words: int, dtype: type = np.uint32) -> np.ndarray:
        """Zeros."""
        return np.zeros(n_words, dtype)


class Draws:
    """Random numbers that depend on the seed, the decision's name, the month and the row only.

    A programme that adds a decision, switches a rule off or changes the population's size
    shifts nobody's luck: row i of a decision in a month gets the same number in every world.

    A stream is NumPy's SFC64 generator seated at the 256 bits of BLAKE2b(seed, decision, month).
    Seating one kept generator anew costs about 2 microseconds where building one costs 13, and
    its numbers cost half of Philox's (``make bench`` measures both).

    Guarantee: NumPy keeps the raw stream of a bit generator stable for ever (NEP 19). Uniform
    numbers are the top 53 bits of it. Normal numbers come from NumPy's ziggurat, which a new
    NumPy may change only with notice; tests/test_randomness.py holds known answers, so that a
    change cannot pass unseen. ``constraints.txt`` pins what results were made with.

    Parameters
    ----------
    seeds
        One seed a replicate; results have shape (len(seeds), rows).
    prefix
        Put before every decision's name: an extension draws under its own name.
    """

    def __init__(self, seeds: Sequence[int], month: int = 0, prefix: str = "") -> None:
        self.seeds = tuple(int(seed) for seed in seeds)
        self.month = month
        self.prefix = prefix
        self._drawn: dict[str, int] = {}
        self._streams: dict[str, list[Generator]] = {}
        self._seat = {"bit_generator": "SFC64", "state": {}, "has_uint32": 0, "uinteger": 0}

    def open_month(self, month: int) -> None:
        """Begin a month: every decision may be drawn once for each row."""
        self.month = month
        self._drawn.clear()

    def named(self, prefix: str) -> "Draws":
        """The same luck under another name, as for an intervention or a shock."""
        scoped = Draws(self.seeds, self.month, f"{self.prefix}{prefix}.")
        scoped._drawn, scoped._streams = self._drawn, self._streams
        return scoped

    def normal(self, decision: str, rows: Rows) -> np.ndarray:
        """Standard normal numbers, shape (replicates, rows.length)."""
        out = np.empty((len(self.seeds), rows.length))
        for stream, line in zip(self._continue(decision, rows), out):
            stream.standard_normal(out=line)
        return out

    def uniform(self, decision: str, rows: Rows) -> np.ndarray:
        """Uniform numbers in [0, 1), shape (replicates, rows.length)."""
        out = np.empty((len(self.seeds), rows.length))
        for stream, line in zip(self._continue(decision, rows), out):
            stream.random(out=line)
        return out

    def _continue(self, decision: str, rows: Rows) -> list[Generator]:
        """The streams of a decision, standing at the first of ``rows``; raises when drawn twice."""
        name = self.prefix + decision
        done = self._drawn.get(name, 0)
        if rows.start != done or (done == 0 and name in self._drawn):
            raise SimulationError(
                f"month {self.month}: decision '{name}' drawn twice or out of order "
                f"(asked for row {rows.start}, next is row {done})")
        self._drawn[name] = rows.start + rows.length
        if rows.start == 0:
            streams = self._streams.get(name)
            if streams is None:
                streams = self._streams[name] = [Generator(SFC64(Unseated())) for _ in self.seeds]
            for seed, stream in zip(self.seeds, streams):
                self._seat["state"]["state"] = key(seed, name, self.month)
                stream.bit_generator.state = self._seat
        return self._streams[name]

    def __getstate__(self) -> dict:
        return {"seeds": self.seeds, "month": self.month, "prefix": self.prefix}

    def __setstate__(self, kept: dict) -> None:
        self.__init__(**kept)


def key(seed: int, decision: str, month: int) -> np.ndarray:
    """The 256 bits at which a stream starts, four uint64 words, the same on every machine."""
    digest = blake2b(f"{seed}|{decision}|{month}".encode(), digest_size=32).digest()
    return np.frombuffer(digest, "<u8")
