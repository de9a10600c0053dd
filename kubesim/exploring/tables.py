"""What exploring finds, as tidy tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kubesim.exploring.boxes import Limit

if TYPE_CHECKING:
    from kubesim.exploring.explored import Explored

BOX = ["outcome", "scenario", "against", "success", "looked_for", "box", "path", "low", "high", "by_chance", "again",
       "coverage", "density", "everywhere", "points", "unseen", "unseen_low", "unseen_high", "shuffled", "is_luck"]
LEAF = ["outcome", "scenario", "against", "rule", "points", "mean", "low", "high", "looked_for", "share", "explained"]


def boxes_table(found: "Explored") -> pd.DataFrame:
    """One row a restriction of a box."""
    rows = [(*_keys(subject, told), _criterion(subject), _looked_for(found), number + 1, limit.path, limit.low,
             limit.high, limit.by_chance, box.again[limit.path], box.coverage, box.density, box.everywhere,
             box.cases, box.unseen, box.unseen_low, box.unseen_high, box.shuffled, box.is_luck)
            for subject in found.subjects for told in subject.discovered
            for number, box in enumerate(told.boxes) for limit in box.limits]
    return pd.DataFrame(rows, columns=BOX)


def leaves_table(found: "Explored") -> pd.DataFrame:
    """One row a leaf of a tree."""
    rows = [(*_keys(subject, told), rule(leaf.limits), leaf.cases, leaf.mean, leaf.low, leaf.high,
             _looked_for(found), leaf.hits, told.tree.explained)
            for subject in found.subjects for told in subject.discovered if told.tree
            for leaf in told.tree.leaves]
    return pd.DataFrame(rows, columns=LEAF)


def robustness_table(found: "Explored") -> pd.DataFrame:
    """One row an (outcome, design)."""
    tables = [subject.robust.table.assign(outcome=subject.outcome, success=_criterion(subject))
              for subject in found.subjects if subject.robust is not None]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def rule(limits: tuple[Limit, ...]) -> str:
    """Restrictions as a query that pandas understands."""
    parts = [f"{low:g} <= `{path}`" if high == float("inf") else f"`{path}` <= {high:g}"
             if low == float("-inf") else f"{low:g} <= `{path}` <= {high:g}" for path, low, high, _ in limits]
    return " and ".join(parts)


def _keys(subject, told) -> tuple[str, str, str]:
    return subject.outcome, told.answer.scenario, told.answer.against


def _criterion(subject) -> str:
    return " and ".join(f"{held.outcome} {held.sign} {held.limit:g}" for held in subject.conditions)


def _looked_for(found: "Explored") -> str:
    return "success" if found.succeeding else "failure"
