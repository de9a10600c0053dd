"""Ways to make a stream keyed by seed, decision and month, and what its numbers cost."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from numpy.random import SFC64, Generator, Philox

from kubesim.randomness import key

from .clock import spent

NUMBERS = 100_000


def measure_streams(streams: int, rounds: int) -> list[dict[str, Any]]:
    """Microseconds to make a stream, its key included, and nanoseconds a number, for each way."""
    out = np.empty(NUMBERS)
    measured = []
    for way, make in ways().items():
        generator = make(key(1, "illness", 1))
        times = [(spent(lambda: _make_many(make, streams)).processor / streams * 1e6,
                  spent(lambda: generator.standard_normal(out=out)).processor / NUMBERS * 1e9,
                  spent(lambda: generator.random(out=out)).processor / NUMBERS * 1e9)
                 for _ in range(rounds)]
        stream, normal, uniform = (round(min(column), 2) for column in zip(*times))
        measured.append({"way": way, "us_per_stream": stream, "ns_per_normal": normal,
                         "ns_per_uniform": uniform})
    return measured


def ways() -> dict[str, Callable[[np.ndarray], Generator]]:
    """Each takes the 256 bits of a key. kubesim/randomness.py uses the last."""
    philox, sfc64 = Generator(Philox(0)), Generator(SFC64(0))
    nothing = np.zeros(4, np.uint64)

    def reseat_philox(words: np.ndarray) -> Generator:
        philox.bit_generator.state = {
            "bit_generator": "Philox", "state": {"counter": nothing, "key": words[:2]},
            "buffer": nothing, "buffer_pos": 4, "has_uint32": 0, "uinteger": 0}
        return philox

    def reseat_sfc64(words: np.ndarray) -> Generator:
        sfc64.bit_generator.state = {"bit_generator": "SFC64", "state": {"state": words},
                                     "has_uint32": 0, "uinteger": 0}
        return sfc64

    return {"new Philox": lambda words: Generator(Philox(key=words[:2])), "reseated Philox": reseat_philox,
            "new SFC64": lambda words: Generator(SFC64(words)), "reseated SFC64": reseat_sfc64}


def _make_many(make: Callable[[np.ndarray], Generator], streams: int) -> None:
    for month in range(streams):
        make(key(1, "illness", month))
