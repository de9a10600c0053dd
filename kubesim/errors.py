"""The two exceptions of kubesim."""

from __future__ import annotations

from typing import Sequence


class ScenarioError(ValueError):
    """What the user wrote cannot be used; ``faults`` holds one clear line each."""

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.faults))

    def __reduce__(self):
        return type(self), (self.faults,)


class SimulationError(RuntimeError):
    """An invariant of the simulation is broken: money that does not close, luck drawn twice."""
