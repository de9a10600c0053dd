"""A slump of prices or demand: every business sells for less."""

from __future__ import annotations

from typing import Literal

from kubesim.extensions import Shock
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import share, whole_months


class DemandSlump(Shock):
    """Lowers what joint and own businesses sell for."""

    kind: Literal["demand_slump"] = "demand_slump"
    duration: int = whole_months(6, "how long it lasts", low=1)
    fall: float = share(0.3, "fall of sales value")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Lower demand in the districts struck."""
        if self.strikes(month):
            state.districts.demand[:, self.where(state)] *= 1 - self.fall
