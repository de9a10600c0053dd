"""The tables of paired runs as arrays: outcomes and programme spending, seeds down, months across."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.language import say

ALL = "all"
RATES = (0.03, 0.05, 0.10)
"""Discount rates a year, share."""
EVERYBODY, MEMBERS = "all", "members"
ENDINGS = {EVERYBODY: "", MEMBERS: "_members"}
"""Whose outcome: everybody in the city, or the households put on a KUBE list at the start."""
COUNTED = ("households_escaped", "households_fallen", "poverty_gap", "consumption_total")
"""Outcomes that money is held against; those that were not measured are left out."""


@dataclass(frozen=True)
class Accounts:
    """Outcomes and spending of every world under the same seeds.

    ``outcomes`` maps a world to its columns, ``spending`` to the Rp a month of each (item, payer);
    every array has shape (pairs, months + 1).
    """

    seeds: tuple[int, ...]
    months: int                 # after month 0
    outcomes: Mapping[str, Mapping[str, np.ndarray]]
    spending: Mapping[str, Mapping[tuple[str, str], np.ndarray]]

    @classmethod
    def of(cls, outcomes: pd.DataFrame, ledger: pd.DataFrame, seeds: Sequence[int] | None = None,
           district: str = ALL) -> "Accounts":
        """Read the tables of a comparison.

        ``seeds`` gives the order of the pairs, and leaves out others; ``district`` looks at one
        district alone. Raises ScenarioError when a world lacks a seed or a month.
        """
        order = tuple(sorted(outcomes["seed"].unique()) if seeds is None else seeds)
        placed = outcomes[(outcomes["district"] == district) & outcomes["seed"].isin(order)]
        if not len(placed):
            raise ScenarioError(say("there are no outcomes of district '{district}'", district=district))
        months = int(placed["month"].max())
        columns = [name + ending for name in COUNTED for ending in ENDINGS.values()
                   if name + ending in placed]
        held = {label: _grid(label, rows, order, months, columns)
                for label, rows in placed.groupby("scenario", sort=False)}
        costs = ledger[(ledger["kind"] == "cost") & ledger["seed"].isin(order) & (ledger["month"] <= months)]
        if district != ALL:
            costs = costs[costs["district"] == district]
        return cls(order, months, held, {label: _spending(costs[costs["scenario"] == label], order, months)
                                         for label in held})

    def leaving_out(self, worlds: Sequence[str]) -> "Accounts":
        """The same without some worlds."""
        kept = [label for label in self.outcomes if label not in worlds]
        return replace(self, outcomes={label: self.outcomes[label] for label in kept},
                       spending={label: self.spending[label] for label in kept})

    @property
    def worlds(self) -> tuple[str, ...]:
        """Labels of all worlds."""
        return tuple(self.outcomes)

    def items(self, *worlds: str) -> list[str]:
        """What these worlds spend money on."""
        return list(dict.fromkeys(item for world in worlds for item, _ in self.spending[world]))

    def payers(self, *worlds: str) -> list[str]:
        """Who pays in these worlds."""
        return list(dict.fromkeys(payer for world in worlds for _, payer in self.spending[world]))

    def cost(self, world: str, item: str = ALL, payer: str = ALL) -> np.ndarray:
        """Rp a month, shape (pairs, months + 1)."""
        return sum((paid for key, paid in self.spending[world].items()
                    if item in (ALL, key[0]) and payer in (ALL, key[1])),
                   np.zeros((len(self.seeds), self.months + 1)))

    def spent(self, world: str, month: int, item: str = ALL, rate: float = 0.0) -> np.ndarray:
        """Rp up to and with a month, as of month 0, shape (pairs,)."""
        return self.cost(world, item)[:, :month + 1] @ discount(rate, month)


def discount(rate: float, month: int) -> np.ndarray:
    """What a rupiah of each month counts for, months 0 to ``month``, at a rate a year."""
    return (1 + rate) ** (-np.arange(month + 1) / 12)


def _grid(label: str, rows: pd.DataFrame, seeds: Sequence[int], months: int,
          columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Each column of a world, shape (pairs, months + 1)."""
    cells = pd.Index(seeds).get_indexer(rows["seed"]) * (months + 1) + rows["month"].to_numpy()
    if not (np.bincount(cells, minlength=len(seeds) * (months + 1)) == 1).all():
        raise ScenarioError(say("'{label}' does not have each seed and each month once: its costs cannot be "
                                "held against those of the others", label=label))
    order = np.argsort(cells)
    return {name: rows[name].to_numpy(float)[order].reshape(len(seeds), months + 1) for name in columns}


def _spending(costs: pd.DataFrame, seeds: Sequence[int], months: int) -> dict[tuple[str, str], np.ndarray]:
    """Rp a month by (item, payer); where the ledger has no line it is 0."""
    place = pd.Index(seeds)
    paid: dict[tuple[str, str], np.ndarray] = {}
    for key, rows in costs.groupby(["item", "payer"], sort=False):
        paid[key] = np.zeros((len(seeds), months + 1))
        cells = place.get_indexer(rows["seed"]), rows["month"].to_numpy()
        np.add.at(paid[key], cells, rows["amount"].to_numpy())
    return paid
