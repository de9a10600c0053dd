"""What a calibration found: draws with weights, what they say of each parameter and of each target."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kubesim.calibration.distance import TARGET, Yardstick
from kubesim.calibration.prior import Prior

LEVEL = 0.9
"""Share of the posterior inside an interval."""
ENDS = (0.05, 0.5, 0.95)
SILENT = 0.8
"""A parameter whose interval is wider than this share of the prior's: the data say (almost) nothing."""
MISSED = 1.0
"""Half widths by which a target is missed on average to count as missed."""


@dataclass
class Posterior:
    """Draws of the last whole generation.

    ``working`` is (draws, parameters) as the search works with them, ``simulated`` (draws, targets),
    ``check`` (fresh simulations, targets), ``largest`` and ``runs`` (generations,): the largest distance
    accepted and the simulations that each took.
    """

    priors: tuple[Prior, ...]
    yardstick: Yardstick
    working: np.ndarray
    weight: np.ndarray
    distance: np.ndarray
    simulated: np.ndarray
    largest: np.ndarray
    runs: np.ndarray
    faults: tuple[str, ...] = ()
    check: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    complete: bool = False

    @property
    def share(self) -> np.ndarray:
        """Weights that add up to 1."""
        return self.weight / self.weight.sum()

    @property
    def effective(self) -> float:
        """How many equally weighted draws the draws are worth (Kish)."""
        return float(1 / np.square(self.share).sum())

    def natural(self) -> np.ndarray:
        """Parameters as the model takes them: (draws, parameters)."""
        return np.column_stack([prior.natural(column) for prior, column in zip(self.priors, self.working.T)])

    def draws(self) -> pd.DataFrame:
        """One row a draw: weight, distance, parameters by path, simulated statistics by target."""
        table = {"weight": self.share, "distance": self.distance}
        table |= dict(zip((prior.path for prior in self.priors), self.natural().T))
        table |= {f"{TARGET}{name}": column for name, column in zip(self.yardstick.names, self.simulated.T)}
        return pd.DataFrame(table)

    def parameters(self) -> pd.DataFrame:
        """One row a parameter: median, interval, the prior's interval, and how wide it is by that."""
        rows = []
        for prior, column in zip(self.priors, self.working.T):
            low, middle, high = prior.natural(weighted_quantiles(column, self.share, ENDS)).tolist()
            before_low, _, before_high = prior.quantile(np.array(ENDS)).tolist()
            width, before = (np.ptp(prior.standing(np.array(ends)))
                             for ends in ((low, high), (before_low, before_high)))
            rows.append({"parameter": prior.path, "unit": prior.unit, "usual": prior.usual, "median": middle,
                         "low": low, "high": high, "prior_low": before_low, "prior_high": before_high,
                         "width": width / before})
        return pd.DataFrame(rows)

    def fit(self) -> pd.DataFrame:
        """One row a target: published, mean and interval of fresh simulations of draws (or, where none
        were run, of the accepted ones, which flatter the fit), and how far the mean is off."""
        fresh = len(self.check) > 0
        held = self.check if fresh else self.simulated
        share = np.full(len(held), 1 / len(held)) if fresh else self.share
        ends = np.full((len(self.yardstick.names), 3), np.nan)
        for place, column in enumerate(held.T):
            known = np.isfinite(column)
            if known.any():
                part = share[known] / share[known].sum()
                low, _, high = weighted_quantiles(column[known], part, ENDS)
                ends[place] = low, float(column[known] @ part), high
        low, mean, high = ends.T
        return pd.DataFrame({
            "target": self.yardstick.names, "published": self.yardstick.published,
            "band_low": self.yardstick.low, "band_high": self.yardstick.high,
            "half_width": self.yardstick.scales, "mean": mean, "low": low, "high": high,
            "missed_by": self.yardstick.residuals(mean), "measured": np.isfinite(held).mean(axis=0),
            "fresh": fresh})

    def correlations(self) -> np.ndarray:
        """Weighted correlations of the parameters, as the search works with them."""
        return weighted_correlations(self.working, self.share)

    def tension(self) -> np.ndarray:
        """How targets move together over the posterior: (targets, targets), -1 to 1.

        The weighted correlation of two targets' residuals, signed so that a negative one means: what
        brings the one nearer to its published value takes the other further from its own.
        """
        residuals = self.yardstick.residuals(self.simulated)
        means = [float(column[known] @ self.share[known]) if (known := np.isfinite(column)).any() else np.nan
                 for column in residuals.T]
        side = np.sign(np.array(means))
        return weighted_correlations(residuals, self.share) * np.outer(side, side)

    def noise(self) -> float:
        """A correlation of so many draws that chance alone exceeds once in about 400 times (3 standard
        errors)."""
        return 3 / np.sqrt(max(self.effective - 1, 1))

    def opponents(self) -> list[tuple[str, str, float]]:
        """Pairs of targets that pull against each other, the strongest first: beyond noise, and at least
        one of them missed on average."""
        tension, missed = self.tension(), np.abs(self.fit()["missed_by"].to_numpy()) > MISSED
        names, found = self.yardstick.names, []
        for one in range(len(names)):
            for other in range(one):
                held = tension[one, other]
                if held < -self.noise() and (missed[one] or missed[other]):
                    found.append((names[other], names[one], float(held)))
        return sorted(found, key=lambda pair: pair[2])

    def silent(self) -> list[str]:
        """Parameters of which the data say (almost) nothing."""
        table = self.parameters()
        return list(table["parameter"][table["width"] > SILENT])


def weighted_quantiles(values: np.ndarray, share: np.ndarray, levels: tuple[float, ...]) -> list[float]:
    """Quantiles of weighted values: those at which the cumulated weight, counted to the middle of each
    value's own, reaches the levels, with straight lines between."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(share[order]) - share[order] / 2
    return [float(np.interp(level, reached, values[order])) for level in levels]


def weighted_correlations(values: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Correlations of the columns of (draws, columns), each pair over the draws that have both; NaN for
    a column that does not vary."""
    count = values.shape[1]
    found = np.full((count, count), np.nan)
    for one in range(count):
        for other in range(one + 1):
            known = np.isfinite(values[:, one]) & np.isfinite(values[:, other])
            if known.sum() < 3:
                continue
            part = share[known] / share[known].sum()
            a, b = (values[known, at] - part @ values[known, at] for at in (one, other))
            spread = np.sqrt((part @ a**2) * (part @ b**2))
            if spread > 1e-12:
                found[one, other] = found[other, one] = part @ (a * b) / spread
    return found
