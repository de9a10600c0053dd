"""What a study of uncertainty has found: each headline with its spread, its luck and its indices."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from kubesim.running.manifest import Made
from kubesim.sensitivity import indices
from kubesim.sensitivity.designs import OTHERS
from kubesim.sensitivity.evaluating import Headline, Study
from kubesim.sensitivity.factors import Factor, LeftOut
from kubesim.sensitivity.indices import Indices
from kubesim.sensitivity.luck import Luck, luck_share

SPAN = (0.1, 0.9)
"""Quantiles between which a headline lies in eight of ten draws."""


@dataclass(frozen=True)
class Sizes:
    """How many points are tried: trajectories, base points of Sobol, points of the spread; and the
    replicates, in the indices and in the spread."""

    trajectories: int = 12
    points: int = 64
    spread: int = 64
    seeds: int = 4
    spread_seeds: int = 8
    seed: int = 1               # of the designs

    def replicates(self) -> tuple[int, ...]:
        """The seeds of the indices; the spread has those and more."""
        return tuple(range(1, self.seeds + 1))

    def all_replicates(self) -> tuple[int, ...]:
        """The seeds of the spread."""
        return tuple(range(1, self.spread_seeds + 1))

    def lives(self, factors: int, headlines: int) -> int:
        """Points to be lived, times their seeds, at most: headlines may have large factors in common."""
        alone = min(headlines * indices.FIRST, factors)
        return (self.seeds * (self.trajectories * (factors + 1) + self.points * (alone + 3))
                + self.spread_seeds * (self.spread + 1))


@dataclass(frozen=True)
class Told:
    """What has been found of one headline."""

    headline: Headline
    usual: float                # at the scenarios' own values
    spread: np.ndarray          # at points anywhere within the spans, means over seeds
    luck: Luck
    morris: Indices
    sobol: Indices | None = None

    def span(self) -> tuple[float, float]:
        """Where it lies in eight of ten draws of all factors."""
        low, high = np.nanquantile(self.spread, SPAN)
        return float(low), float(high)

    def above_zero(self) -> float:
        """Share of the draws in which it is above zero."""
        held = self.spread[np.isfinite(self.spread)]
        return float((held > 0).mean())


@dataclass
class Uncertain:
    """Everything that was tried and what came of it."""

    study: Study
    factors: list[Factor]
    left_out: list[LeftOut]
    sizes: Sizes
    designs: dict[str, pd.DataFrame] = field(default_factory=dict)
    outcomes: dict[str, pd.DataFrame] = field(default_factory=dict)
    largest: list[Factor] = field(default_factory=list)
    made: Made = field(default_factory=Made)

    def tell(self) -> list[Told]:
        """Each headline with its indices, as far as the work has come."""
        return [self._told(headline, found) for headline, found in self.screened]

    @cached_property
    def screened(self) -> list[tuple[Headline, Indices]]:
        """The Morris indices of each headline, once its design has been tried."""
        return [(headline, indices.morris(self.factors, self.designs["morris"], self._values(
            "morris", headline), self.sizes.seed)) for headline in self.study.headlines]

    def table(self, told: Sequence[Told]) -> pd.DataFrame:
        """One row a headline and factor, the largest first: what it is, its span, and its indices; the last
        row of a headline is the share of all others together."""
        known: Mapping[str, Factor] = {factor.path: factor for factor in self.factors}
        pieces = []
        for found in told:
            piece = found.morris.table.copy()
            piece.insert(0, "headline", found.headline.name)
            piece.insert(1, "rank", np.arange(1, len(piece) + 1))
            for name in ("about", "unit", "low", "high", "usual", "grade", "span", "source"):
                piece[name] = [getattr(known[path], name) for path in piece["path"]]
            if found.sobol is not None:
                shares = found.sobol.table
                rest = shares[shares["path"] == OTHERS].assign(headline=found.headline.name)
                piece = pd.concat([piece.merge(shares, on="path", how="left"), rest], ignore_index=True)
            pieces.append(piece)
        return pd.concat(pieces, ignore_index=True)

    def alone(self) -> list[str]:
        """Paths of the factors that have a Sobol index each."""
        return [factor.path for factor in self.largest]

    def broken(self) -> int:
        """Points and seeds of which a world broke."""
        return sum(int((held["error"] != "").sum()) for held in self.outcomes.values())

    def _told(self, headline: Headline, morris: Indices) -> Told:
        name, spread = headline.name, self._values("spread", headline)
        luck = luck_share(self.outcomes["spread"], name, self.sizes.seed)
        usual = float(indices.averaged(self.outcomes["usual"], name)[0])
        if "sobol" not in self.outcomes:
            return Told(headline, usual, spread, luck, morris)
        sobol = indices.sobol(self.factors, self._values("sobol", headline), self.sizes.seed, self.alone())
        return Told(headline, usual, spread, luck, morris, sobol)

    def _values(self, design: str, headline: Headline) -> np.ndarray:
        return indices.averaged(self.outcomes[design], headline.name)
