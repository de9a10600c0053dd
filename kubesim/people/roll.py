"""What a file says of its households, in the model's words and in plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True)
class Roll:
    """The households of a register or a survey, one entry a household, in the file's order.

    Numbers that the file does not give are NaN, codes -1. Names, identity numbers, addresses and
    telephone numbers never get here: groups, companions and clusters are codes counted from 0.
    """

    file: str                       # its name, without the folder
    sha256: str                     # of its bytes
    row: np.ndarray                 # (households,) int, row in the file, the heading being row 1
    persons: np.ndarray             # (households,) persons in the household
    workers: np.ndarray             # (households,) persons who work
    spending: np.ndarray            # (households,) Rp per person and month, or poverty lines (see in_lines)
    income: np.ndarray              # (households,) the same unit
    decile: np.ndarray              # (households,) welfare decile, 1 the poorest
    housing: np.ndarray             # (households,) 0-1, share of the housing items that are in order
    group: np.ndarray               # (households,) int code of its group
    companion: np.ndarray           # (households,) int code of its group's companion
    district: np.ndarray            # (households,) int, place in the scenario's districts
    weight: np.ndarray              # (households,) households that it stands for; 1 in a register
    cluster: np.ndarray             # (households,) int code of its survey cluster
    stratum: np.ndarray             # (households,) int code of its survey stratum
    in_lines: bool                  # spending and income are in poverty lines per person, not in Rp
    notes: tuple[str, ...] = ()     # what was dropped, read off or left open, a line each

    def __len__(self) -> int:
        return len(self.row)

    def part(self, rows: np.ndarray) -> "Roll":
        """Some of its households, in the order given."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: column[rows] for name, column in held.items()
                                if isinstance(column, np.ndarray)})
