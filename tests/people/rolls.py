"""Rolls built by hand for tests: what a file says of its households, without the file."""

from __future__ import annotations

import numpy as np

from kubesim.people.roll import Roll

NUMBERS = ("persons", "workers", "spending", "income", "decile", "housing")
CODES = ("group", "companion", "district", "cluster", "stratum")


def roll_of(count: int, in_lines: bool = False, **columns) -> Roll:
    """A roll of so many households; columns that are not given are unknown, weights 1."""
    made = {name: np.full(count, np.nan) for name in NUMBERS} | {name: np.full(count, -1) for name in CODES}
    made |= {"row": np.arange(count) + 2, "weight": np.ones(count)}
    for name, values in columns.items():
        made[name] = np.broadcast_to(np.asarray(values, made[name].dtype), count).copy()
    return Roll(file="made_up.csv", sha256="", in_lines=in_lines, **made)
