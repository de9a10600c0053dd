"""How far a simulated world is from what was published."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterable, Mapping

import numpy as np

FAR = 10.0
"""Half widths beyond which a target is as far as one that could not be measured at all: a world
without living groups has no trust among their members."""
STATISTICS = "targets"
"""The name under which pyABC keeps a simulation's statistics, one array in the order of the targets."""

TARGET = "target: "
"""How the columns of a posterior's table begin that hold a target's simulated statistic."""


@dataclass(frozen=True)
class Yardstick:
    """Targets to be met: what was published, and the unit of length of each.

    The unit is half the width of the published interval or band; where that is open at one end it is the
    way from the published value to the other end. No target has a weight of its own. A target of which
    only a band is published (NaN in ``published``) is met anywhere inside it.
    """

    names: tuple[str, ...]
    published: tuple[float, ...]
    scales: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def of(cls, targets: Iterable[Any]) -> "Yardstick":
        """The yardstick of those targets that have a length; see ``length``."""
        usable = [target for target in targets if length(target)]
        return cls(tuple(target.name for target in usable), tuple(target.published for target in usable),
                   tuple(length(target) for target in usable), tuple(target.low for target in usable),
                   tuple(target.high for target in usable))

    def array(self, measured: Mapping[str, float]) -> np.ndarray:
        """Statistics in the order of the targets, NaN where there is none."""
        return np.array([measured.get(name, np.nan) for name in self.names], float)

    def residuals(self, statistics: Any) -> np.ndarray:
        """How far each target is missed, in half widths, positive where the simulation is above.
        ``statistics`` has the targets last."""
        held = np.asarray(statistics, float)
        wanted = np.where(np.isnan(self.published), np.clip(held, self.low, self.high), self.published)
        return (held - wanted) / self.scales

    def distance(self, simulated: Mapping[str, Any], observed: Any = None) -> float:
        """The mean over targets of how far each is missed, in half widths.

        Absolute and not squared, and never more than FAR, so that one target that the model cannot meet
        does not decide alone (Schälte, Alamoudi & Hasenauer 2021, bioRxiv 2021.07.29.454327).
        """
        missed = np.minimum(np.abs(self.residuals(simulated[STATISTICS])), FAR)
        return float(np.nan_to_num(missed, nan=FAR).mean())


def length(target: Any) -> float:
    """Half the width of a target's band, or the way to its only end; 0 when it has no use as a yardstick:
    an order that holds or not, a sign without a size."""
    width = target.high - target.low
    if math.isfinite(width):
        return width / 2
    end = target.low if math.isfinite(target.low) else target.high
    away = abs(target.published - end)
    return away if math.isfinite(away) else 0.0
