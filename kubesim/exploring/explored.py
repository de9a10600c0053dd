"""What a sweep shows, all together: where designs fail, which is robust, how levers move an effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.exploring.answers import Answer, answers, factors, usual_columns
from kubesim.exploring.boxes import Box, find_boxes, load_prim
from kubesim.exploring.criterion import Condition, met, read_criterion, usual_criterion
from kubesim.exploring.designs import cases_of, hold_against
from kubesim.exploring.regret import Robustness
from kubesim.exploring.tree import Tree, grow
from kubesim.language import say
from kubesim.sensitivity.factors import Factor
from kubesim.sweeping import Sweep
from kubesim.sweeping.living import outcome_schema

KEYS = 5
"""Columns of the outcomes that say which run a row is of."""


@dataclass(frozen=True)
class Discovered:
    """Where one answer fails (or succeeds)."""

    answer: Answer
    hits: np.ndarray            # of the points with all their runs: which are looked for
    rows: np.ndarray            # numbers of those points
    boxes: tuple[Box, ...]
    tree: Tree | None
    why_not: str                # why nothing can be told; empty otherwise


@dataclass(frozen=True)
class Subject:
    """An outcome with what counts as success, and all that is found of it."""

    outcome: str
    conditions: tuple[Condition, ...]
    answers: tuple[Answer, ...]
    discovered: tuple[Discovered, ...]
    robust: Robustness | None


@dataclass(frozen=True)
class Explored:
    """What a sweep shows of the outcomes asked for."""

    sweep: Sweep
    factors: Mapping[str, Factor]
    cases: pd.DataFrame
    subjects: tuple[Subject, ...]
    succeeding: bool            # boxes are of successes, not of failures

    def boxes(self) -> pd.DataFrame:
        """One row a restriction of a box, with the box's coverage, density and checks."""
        from kubesim.exploring.tables import boxes_table
        return boxes_table(self)

    def leaves(self) -> pd.DataFrame:
        """One row a leaf of the trees: its rule, its points, mean and share of what is looked for."""
        from kubesim.exploring.tables import leaves_table
        return leaves_table(self)

    def robustness(self) -> pd.DataFrame:
        """One row a design: regret and satisficing with intervals."""
        from kubesim.exploring.tables import robustness_table
        return robustness_table(self)

    def charts(self) -> list:
        """The pictures, each with its data and a sentence that tells it."""
        from kubesim.exploring.charts import charts
        return charts(self)

    def write(self, csv: bool = False) -> list:
        """Write discovery.parquet, discovery_rules.parquet, robustness.parquet, exploration.md and figures
        into the sweep's folder, as far as there is something in them; gives the paths."""
        from kubesim.exploring.writing import write_found
        from kubesim.exploring.words import page
        tables = {"discovery": self.boxes(), "discovery_rules": self.leaves(), "robustness": self.robustness()}
        return write_found(self.sweep.folder, "explore", {name: table for name, table in tables.items()
                                                          if len(table)},
                           {"exploration.md": page(self)}, self.charts(), csv)

    def __str__(self) -> str:
        from kubesim.exploring.words import text
        return text(self)

    def _repr_markdown_(self) -> str:
        from kubesim.exploring.words import page
        return page(self)


def explore(sweep: Sweep, success: str = "", outcomes: Iterable[str] | None = None, *,
            month: int | None = None, levels: bool = False, succeeding: bool = False,
            note: Callable[[str], None] = lambda line: None) -> Explored:
    """Explore a sweep.

    Parameters
    ----------
    success
        What counts as success, as in ``"poverty_rate < -0.5pp and cost < 2 miliar"``, of effects where
        the sweep has something to tell them against; any improvement unless given.
    outcomes
        What is explored: the first of the criterion, or of the experiment, unless given.
    succeeding
        Look for boxes of successes, not of failures.

    Raises ScenarioError.
    """
    load_prim()
    known = outcome_schema(sweep.manifest["outcomes"]).names[KEYS:]
    asked = [(conditions[0].outcome, conditions)] if (
        conditions := read_criterion(success, known) if success else ()) else []
    more = list(outcomes) if outcomes else [] if asked else usual_columns(sweep)[:1]
    asked += [(outcome, ()) for outcome in more
              if outcome not in (known_already for known_already, _ in asked)]
    cases, subjects = cases_of(sweep), []
    for outcome, conditions in asked:
        note(say("exploring {outcome}", outcome=outcome))
        subjects.append(_subject(sweep, outcome, conditions, cases, month, levels, succeeding))
    return Explored(sweep, factors(sweep), cases, tuple(subjects), succeeding)


def _subject(sweep: Sweep, outcome: str, conditions: tuple[Condition, ...], cases: pd.DataFrame,
             month: int | None, levels: bool, succeeding: bool) -> Subject:
    columns = list(dict.fromkeys([outcome, *(condition.outcome for condition in conditions)]))
    told: dict[str, dict[str, Answer]] = {}
    for answer in answers(sweep, columns, month, levels):
        told.setdefault(answer.scenario, {})[answer.outcome] = answer
    conditions = conditions or usual_criterion([held[outcome] for held in told.values()])
    discovered = tuple(_discovered(held[outcome], met(conditions, held), cases, succeeding)
                       for held in told.values())
    return Subject(outcome, conditions, tuple(held[outcome] for held in told.values()), discovered,
                   hold_against(sweep, outcome, conditions, told))


def _discovered(answer: Answer, good: np.ndarray, cases: pd.DataFrame, succeeding: bool) -> Discovered:
    rows = np.flatnonzero(np.isfinite(good) & np.isfinite(answer.means))
    hits = (good[rows] == 1.0) == succeeding
    if not len(cases.columns):
        return Discovered(answer, hits, rows, (), None, say("nothing is varied: there is nothing to discover"))
    held = cases.iloc[rows].reset_index(drop=True)
    try:
        boxes = find_boxes(held, hits)
    except ScenarioError as wrong:
        return Discovered(answer, hits, rows, (), None, str(wrong))
    return Discovered(answer, hits, rows, tuple(boxes), grow(held, answer.means[rows], hits), "")
