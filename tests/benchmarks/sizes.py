"""What a household's month costs in cities of different size, beside the plain Mesa model."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple

import numpy as np

from .worlds import Apart

LARGEST_REFERENCE = 100_000
"""Households up to which the plain model can run in sensible time."""


class Cost(NamedTuple):
    """What a city of this size costs. Times of the processor, but ``wall_ns``."""

    households: int
    months: int
    ns: float                       # per household and month
    wall_ns: float
    setup_s: float                  # month 0 included
    peak_mb: float                  # of a process with nothing but this world
    reference_ns: float | None
    reference_peak_mb: float | None
    ratio: float | None             # median over months lived by both, one right after the other

    def as_contracted(self) -> dict[str, Any]:
        """The object for bench.json."""
        return {"households": self.households, "months": self.months,
                "ns_per_household_month": round(self.ns, 1), "setup_s": round(self.setup_s, 4),
                "peak_mb": round(self.peak_mb, 1),
                "ratio_to_reference": None if self.ratio is None else round(self.ratio, 1)}

    def beyond_contract(self) -> dict[str, Any]:
        """What else was measured."""
        return {"households": self.households, "wall_ns_per_household_month": self.wall_ns,
                "reference_ns_per_household_month": self.reference_ns,
                "reference_peak_mb": self.reference_peak_mb}


def rounds_for(households: int, quick: bool) -> tuple[int, int]:
    """How often the world and the plain model are lived: small ones often, large ones a few times."""
    most = 2 if quick else 10
    rounds = int(np.clip(3_000_000 // households, min(3, most), most))
    if households > LARGEST_REFERENCE:
        return rounds, 0
    return rounds, min(rounds, int(np.clip(150_000 // households, 1, 5)))


def measure_size(households: int, months: int, quick: bool) -> Cost:
    """Live the first months again and again; the plain model lives each right after it at first."""
    rounds, with_reference = rounds_for(households, quick)
    columns = Apart("columns", households)
    plain = Apart("reference", households) if with_reference else None
    setup, lived, reference = [], np.empty((rounds, months, 2)), np.empty((with_reference, months, 2))
    for number in range(rounds):
        setup.append(columns.make().processor)
        beside = plain if number < with_reference else None
        if beside:
            beside.make()
        for month in range(months):
            lived[number, month] = columns.live_month()
            if beside:
                reference[number, month] = beside.live_month()
    ns, wall_ns = _best_year(lived) / households * 1e9
    measured = {"reference_ns": None, "reference_peak_mb": None, "ratio": None}
    if plain:
        measured = {"reference_ns": float(_best_year(reference)[0] / households * 1e9),
                    "reference_peak_mb": plain.end(),
                    "ratio": float(np.median(reference[..., 0] / lived[:with_reference, :, 0]))}
    return Cost(households, months, float(ns), float(wall_ns), min(setup), columns.end(), **measured)


def _best_year(lived: np.ndarray) -> np.ndarray:
    """The mean month, each month at its best of all rounds; (rounds, months, 2) to (2,)."""
    return lived.min(axis=0).mean(axis=0)


def measure_sizes(sizes: list[int], months: int, quick: bool) -> Iterator[Cost]:
    """One size after the other."""
    for households in sizes:
        yield measure_size(households, months, quick)
