"""A wave of illness: more households fall seriously ill."""

from __future__ import annotations

from typing import Literal

from kubesim.extensions import Shock
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import value, whole_months


class IllnessWave(Shock):
    """Multiplies the chance of falling ill."""

    kind: Literal["illness_wave"] = "illness_wave"
    duration: int = whole_months(3, "how long it lasts", low=1)
    times: float = value(5.0, "times", "factor on the chance of falling ill", low=0, high=100)

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Raise the chance of illness in the districts struck."""
        if self.strikes(month):
            state.districts.illness[:, self.where(state)] *= self.times
