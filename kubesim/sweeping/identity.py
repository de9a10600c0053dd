"""What makes a run the run that it is: its scenario, values, seed and what is kept, never its place."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Iterable, Mapping, Sequence

import numpy as np

from kubesim.experiment.terms import MOST_SEED
from kubesim.scenario import Scenario

TOLD = ("name", "about")
"""What a scenario says of itself that makes no other world."""


def world_key(scenario: Scenario, outcomes: Sequence[str], keep: str) -> str:
    """What all runs of a scenario in a study share, as 64 hexadecimal digits."""
    world = {name: held for name, held in scenario.to_mapping().items() if name not in TOLD}
    return _hash(world, list(outcomes), keep).hexdigest()


def run_ids(key: str, values: Mapping[str, Any], seeds: Iterable[int]) -> np.ndarray:
    """The runs' names as 64-bit numbers, one a seed.

    That two of a million runs share one has a chance of 3 in 100 million.
    """
    begun = _hash(key, dict(values))
    found = []
    for seed in seeds:
        whole = begun.copy()
        whole.update(str(seed).encode())
        found.append(int.from_bytes(whole.digest()[:8], "big"))
    return np.array(found, np.uint64)


def name_of(run: int) -> str:
    """A run's name as tables hold it."""
    return f"{run:016x}"


def fresh_seed(values: Mapping[str, Any], seed: int) -> int:
    """The seed that a point alone has in place of a common one."""
    return int.from_bytes(_hash(dict(values), seed).digest()[:8], "big") % MOST_SEED


def _hash(*parts: Any):
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode())
