"""What each part of a programme costs a unit, and how far that number may be trusted."""

from __future__ import annotations

from typing import Mapping

import pandas as pd

from kubesim.economics.accounts import Accounts
from kubesim.scenario import Described, Scenario
from kubesim.units import GRADES

RELATIVE, CENTRE_PAYS = ("overhead", "pay_for_ability"), "centre_pays"
"""Shares that an amount of rupiah is raised by, and the share that the centre pays."""


def unit_cost_table(scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """One row a (scenario, item, value): every value of an intervention that sets what it costs, that is
    every amount of rupiah, every overhead and what ability adds to pay, with its unit, meaning, source,
    grade and place.

    ``file`` is empty and ``line`` 0 for a default. ``centre_pays`` is the share that the centre pays.
    """
    rows = []
    for label, scenario in scenarios.items():
        known = {held.path: held for held in scenario.values() if held.path.startswith("interventions.")}
        for path, held in known.items():
            _, item, leaf = path.split(".", 2)
            payer = known.get(f"interventions.{item}.{CENTRE_PAYS}")
            if _is_cost(held, leaf):
                rows.append((label, item, path, held.value, held.unit, held.about, held.source, held.grade,
                             held.file, held.line, payer.value if payer else None))
    return pd.DataFrame(rows, columns=["scenario", "item", "path", "amount", "unit", "about", "source",
                                       "grade", "file", "line", "centre_pays"])


def _is_cost(held: Described, leaf: str) -> bool:
    return held.unit.startswith("Rp") or leaf in RELATIVE


def grade_table(unit_costs: pd.DataFrame, accounts: Accounts, month: int) -> pd.DataFrame:
    """One row a (scenario, item): Rp spent on it from month 0 to ``month`` (mean over the pairs), its
    share of all, and the worst grade among its amounts of rupiah, which ``path`` names.

    An overhead is a small part on top of a grant, so it does not pull the grant's grade down. Items
    of which no unit cost is known (their intervention has none) are graded ''.
    """
    rows = []
    amounts = unit_costs[unit_costs["unit"].str.startswith("Rp")]
    for label in accounts.worlds:
        own = amounts[amounts["scenario"] == label]
        spent = {item: accounts.spent(label, month, item).mean() for item in accounts.items(label)}
        total = sum(spent.values())
        for item, paid in spent.items():
            held = own[own["item"] == item]
            worst = max(held["grade"], key=_rank, default="")
            path = next((row.path for row in held.itertuples() if row.grade == worst), "")
            rows.append((label, item, paid, paid / total if total else 0.0, worst, path))
    return pd.DataFrame(rows, columns=["scenario", "item", "spent", "share", "grade", "path"])


def _rank(grade: str) -> int:
    """How little a grade is worth; an unknown one least."""
    return GRADES.index(grade) if grade in GRADES else len(GRADES)
