"""What is not known of the parameters, carried into every effect, apart from luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.statistics import LEVEL

LIFTED = "households_escaped"
COLUMNS = ["scenario", "outcome", "group", "draw", "seed", "effect"]


class Spread(NamedTuple):
    """Of an effect over draws of the parameters, luck taken out."""

    scenario: str
    outcome: str
    group: str
    estimate: float         # mean over draws
    low: float              # 95 % of draws lie between
    high: float
    by_parameters: float    # standard deviation over draws
    by_luck: float          # standard deviation between pairs of one draw
    same_sign: float        # share of draws with the sign of the mean
    draws: int


@dataclass(frozen=True)
class Uncertainty:
    """The effects of a comparison under draws of the model's parameters.

    ``draws`` are sets of parameters by dotted path. ``effects`` has one row a (scenario, outcome, group,
    draw, seed): the effect at the last month of a variant in a pair lived with that draw, in the
    outcome's unit.
    """

    draws: tuple[Mapping[str, Any], ...]
    effects: pd.DataFrame

    @property
    def spreads(self) -> list[Spread]:
        """Each effect over the draws, luck taken out; see ``spread_of``."""
        return spread_of(self.effects)

    @property
    def prices(self) -> pd.DataFrame:
        """What a household lifted costs over the draws; see ``price_of_draws``."""
        return price_of_draws(self.effects)


def spread_of(effects: pd.DataFrame) -> list[Spread]:
    """Each effect over the draws, the parameters' part apart from luck's.

    One-way random effects: the variance between the draws' means less the variance within draws over the
    pairs of a draw is the parameters' (Searle, Casella & McCulloch 1992, Variance Components, ch. 3; 0
    where it comes out negative). The interval holds 95 % of the draws' means after they are drawn
    together by the parameters' share of their variance.
    """
    found = []
    for (scenario, outcome, group), held in effects.groupby(["scenario", "outcome", "group"], sort=False):
        each = held.pivot(index="draw", columns="seed", values="effect")
        means = held.groupby("draw")["effect"].mean().dropna()
        if len(means) < 2:
            continue
        luck = float(held.groupby("draw")["effect"].var(ddof=1).mean())
        pairs = each.notna().sum(axis=1).mean()
        total = float(means.var(ddof=1))
        own = max(total - luck / pairs, 0.0)
        centre = float(means.mean())
        drawn = centre + (means - centre) * np.sqrt(own / total if total else 0.0)
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        found.append(Spread(scenario, outcome, group, centre, float(low), float(high), own**0.5, luck**0.5,
                            float((np.sign(drawn) == np.sign(centre)).mean()), len(means)))
    return found


def price_of_draws(effects: pd.DataFrame) -> pd.DataFrame:
    """One row a scenario: Rp more than the baseline for each household more that is lifted out of poverty,
    a draw at a time: median, 2.5 and 97.5 % of draws, and the share of draws that lift no more."""
    rows = []
    for scenario, held in effects.groupby("scenario", sort=False):
        of = {name: held[(held["outcome"] == name)].groupby("draw")["effect"].mean()
              for name in (words.told("cost"), LIFTED)}
        cost, lifted = of[words.told("cost")], of[LIFTED]
        price = (cost / lifted).where(lifted > 0, np.inf)
        low, middle, high = np.quantile(price, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], method="nearest")
        rows.append((scenario, middle, low, high, float((lifted <= 0).mean()), len(price)))
    return pd.DataFrame(rows, columns=["scenario", "median", "low", "high", "lifts_no_more", "draws"])
