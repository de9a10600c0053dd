"""The ledger: where every rupiah comes from and goes, and what the programme costs."""

from __future__ import annotations

import numpy as np

from kubesim.errors import SimulationError


class Ledger:
    """Where every rupiah comes from and goes, this month, for each replicate.

    ``inflows`` and ``outflows`` map an item to its sum, shape (replicates,), Rp.
    ``costs`` maps (item, payer) to programme spending by district, shape (replicates, districts).
    """

    def __init__(self) -> None:
        self.inflows: dict[str, np.ndarray] = {}
        self.outflows: dict[str, np.ndarray] = {}
        self.costs: dict[tuple[str, str], np.ndarray] = {}

    def open_month(self) -> None:
        """Forget last month's flows."""
        self.inflows.clear(), self.outflows.clear(), self.costs.clear()

    def inflow(self, item: str, amounts: np.ndarray) -> None:
        """Book money from outside, Rp, shape (replicates, rows)."""
        self.inflows[item] = self.inflows.get(item, 0.0) + amounts.sum(axis=1)

    def outflow(self, item: str, amounts: np.ndarray) -> None:
        """Book money that leaves, Rp, shape (replicates, rows)."""
        self.outflows[item] = self.outflows.get(item, 0.0) + amounts.sum(axis=1)

    def cost(self, item: str, payer: str, amounts: np.ndarray) -> None:
        """Book programme spending by district, Rp, shape (replicates, districts)."""
        self.costs[item, payer] = self.costs.get((item, payer), 0.0) + amounts

    def close(self, before: np.ndarray, after: np.ndarray, month: int) -> np.ndarray:
        """The relative error of the month; raises when money does not close to 1 in a million."""
        inflow, outflow = sum(self.inflows.values()), sum(self.outflows.values())
        error = np.abs(after - before - inflow + outflow) / np.maximum(inflow, 1.0)
        if not (error <= 1e-6).all():
            worst = int(np.argmax(np.where(np.isfinite(error), error, np.inf)))
            raise SimulationError(
                f"month {month}: money does not close: stocks changed by "
                f"{(after - before)[worst]:,.0f} Rp, flows say "
                f"{(inflow - outflow)[worst]:,.0f} Rp (replicate {worst})")
        return error
