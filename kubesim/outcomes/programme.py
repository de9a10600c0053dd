"""The programme's cost, and what it buys against the same world without it."""

from __future__ import annotations

import numpy as np

from kubesim.extensions import outcome

DISCOUNT = 0.05                 # a year; graduation studies use 5 % (3 and 8-10 % as a check)


@outcome("Rp per month", table="ledger")
def cost(ledger, params):
    """Programme spending of the month, whoever pays."""
    return sum(ledger.costs.values()) if ledger.costs else 0.0


@outcome("Rp per household", table="twin",
         source="cost / (households escaped - escaped without the programme), same luck")
def cost_per_household_lifted(run, twin, params):
    """Spending so far for each household out of poverty now that would not be without the programme."""
    lifted = run["households_escaped"] - twin["households_escaped"]
    spent = np.cumsum(run["cost"], axis=1)
    return np.where((lifted > 0) & (spent > 0), spent / np.where(lifted > 0, lifted, 1.0), np.nan)


@outcome("ratio", table="twin", source="sum of discounted consumption gains / sum of discounted cost, 5 % a year")
def benefit_cost_ratio(run, twin, params):
    """Discounted consumption gained so far for each discounted rupiah of programme spending."""
    factor = (1 + DISCOUNT) ** (-np.arange(run["cost"].shape[1]) / 12)[None, :, None]
    gained = np.cumsum((run["consumption_total"] - twin["consumption_total"]) * factor, axis=1)
    spent = np.cumsum(run["cost"] * factor, axis=1)
    return np.where(spent > 0, gained / np.where(spent > 0, spent, 1.0), np.nan)
