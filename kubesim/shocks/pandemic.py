"""A pandemic: less work, less demand, more illness, and people kept apart."""

from __future__ import annotations

from typing import Literal

from kubesim.extensions import Shock
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import share, value, whole_months


class Pandemic(Shock):
    """Lowers earnings and demand, and keeps companions and groups from meeting."""

    kind: Literal["pandemic"] = "pandemic"
    duration: int = whole_months(9, "how long it lasts", low=1)
    earnings: float = share(0.2, "labour earnings lost")
    demand: float = share(0.3, "fall of sales value")
    illness: float = value(2.0, "times", "factor on the chance of falling ill", low=0, high=100)
    apart: float = share(0.8, "share of visits and meetings that cannot be held")

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Change the conditions of the districts struck."""
        if not self.strikes(month):
            return
        where, districts = self.where(state), state.districts
        districts.labour[:, where] *= 1 - self.earnings
        districts.demand[:, where] *= 1 - self.demand
        districts.illness[:, where] *= self.illness
        districts.visits[:, where] *= 1 - self.apart
        districts.meetings[:, where] *= 1 - self.apart
