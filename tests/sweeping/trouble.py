"""An intervention that breaks its run in ways that real ones may: with an error, by dying, by hanging."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, Literal

from kubesim.extensions import Intervention
from kubesim.population import GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.units import value

FINE, RAISES, DIES, HANGS, DIES_ONCE = 0.0, 1.0, 2.0, 3.0, 4.0


class Trouble(Intervention):
    """Breaks the runs of some seeds in month 2."""

    kind: Literal["trouble"] = "trouble"
    mood: float = value(FINE, "number", "how runs break", low=0, high=4)
    seed: int = value(2, "seed", "the seed whose run breaks", low=0)
    mark: str = value("", "text", "a file that remembers a death")

    def apply(self, state: Any, month: int, draw: Any) -> None:
        """Break, if this is the month, the mood and the seed for it."""
        if month != 2 or self.mood == FINE or self.seed not in draw.seeds:
            return
        if self.mood == RAISES:
            raise LookupError("no such thing")
        if self.mood == DIES:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mood == DIES_ONCE and not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        while self.mood == HANGS:
            pass


def village(**trouble: Any) -> Scenario:
    """60 households with trouble among them."""
    return Scenario(name="Village", months=4, population=Population(households=60), groups=GroupPlan(size=5),
                    interventions=(Trouble(**trouble),))
