"""Priors: what is believed of a parameter before the data are looked at."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

DISTRIBUTIONS = ("uniform", "loguniform", "normal")


class Prior(NamedTuple):
    """A belief about one parameter between ``low`` and ``high``.

    Its standing is where a value is between the two: 0 at ``low``, 1 at ``high``, by the logarithm where the
    prior is log-uniform. The search works with the standard normal score of the prior's share below it: so
    every prior is a standard normal one there, without ends, and rupiah and shares have one size. A whole
    parameter is rounded when it is used.
    """

    path: str
    low: float
    high: float
    distribution: str = "uniform"
    mean: float = np.nan        # of a normal one before it is cut off at the ends
    sd: float = np.nan
    whole: bool = False
    unit: str = ""
    usual: float = np.nan       # the value that the model has without a calibration

    def standing(self, held: Any) -> Any:
        """Where values are between the ends."""
        low, high, held = self._straight(self.low), self._straight(self.high), self._straight(held)
        return (held - low) / (high - low)

    def at(self, standing: Any) -> Any:
        """Values that stand there."""
        low, high = self._straight(self.low), self._straight(self.high)
        held = low + np.asarray(standing, float) * (high - low)
        held = np.exp(held) if self.distribution == "loguniform" else held
        held = np.round(held) if self.whole else held
        return np.clip(held, self.low, self.high)       # exp(log(high)) may miss by a last digit

    def _straight(self, held: Any) -> Any:
        """Values on the scale on which a prior is flat."""
        return np.log(held) if self.distribution == "loguniform" else np.asarray(held, float)

    def of_standing(self) -> Any:
        """The prior of the standing, as SciPy's frozen distribution."""
        from scipy import stats         # slow to import, and files are checked without it
        if self.distribution == "normal":
            mean, sd = float(self.standing(self.mean)), self.sd / (self.high - self.low)
            return stats.truncnorm(a=-mean / sd, b=(1 - mean) / sd, loc=mean, scale=sd)
        return stats.uniform()

    def natural(self, working: Any) -> Any:
        """Values as the model takes them, from those that the search works with."""
        from scipy.special import ndtr
        share = ndtr(np.asarray(working, float))
        return self.at(self.of_standing().ppf(share) if self.distribution == "normal" else share)

    def quantile(self, share: Any) -> Any:
        """Values below which these shares of the prior lie."""
        return self.at(self.of_standing().ppf(share))

    def value(self, working: float) -> int | float:
        """One value as a scenario takes it."""
        held = float(self.natural(working))
        return int(held) if self.whole else held
