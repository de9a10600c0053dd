"""The simulator of a calibration: parameters to statistics of the targets, under luck of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from kubesim.validation import measure


@dataclass(frozen=True)
class Measurement:
    """Measures the targets in worlds with changed parameters; pickled to the workers.

    ``seeds`` runs are averaged, their seeds following each other from the one that the search draws.
    """

    evidence: Any
    targets: tuple[str, ...]
    households: int
    seeds: int

    def __call__(self, changes: Mapping[str, float], seed: int) -> dict[str, float]:
        """Each target's statistic, the mean over the seeds in which it exists; NaN where it never does."""
        measured = measure(self.evidence, range(seed, seed + self.seeds), changes=changes,
                           households=self.households, targets=self.targets, workers=1, progress=None)
        return measured.groupby("target")["value"].mean().to_dict()
