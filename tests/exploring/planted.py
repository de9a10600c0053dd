"""Sweeps whose answers are known: the sweep's own code writes them, a formula lives them."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pyarrow as pa

from kubesim.experiment import Experiment
from kubesim.population import GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.sweeping import Sweep, sweep_into
from kubesim.sweeping.identity import name_of
from kubesim.sweeping.living import DONE, FAILED, Landing, Ran, outcome_schema

BASE = Scenario(name="Village", months=2, population=Population(households=60), groups=GroupPlan(size=5))
OTHER = BASE.with_(name="Better")
BOTH = {"village": BASE, "better": OTHER.with_({"learning.by_coaching": 0.7})}
UNIT = {"low": 0.1, "high": 0.9}
NAMES = ("trust.start", "learning.used_in_business", "learning.used_in_group")
"""Three numbers that may be anywhere from 0 to 1."""

Formula = Callable[[dict[str, Any], str, int], dict[str, float]]
"""Outcomes of values by path, a scenario's name and a seed."""


class Planted(Executor):
    """Lives every task by a formula; runs of which ``lost`` says so (values, scenario, seed) fail."""

    def __init__(self, formula: Formula, lost: Callable[[dict[str, Any], str, int], bool]) -> None:
        self.formula, self.lost = formula, lost

    def submit(self, act: Callable, /, study: Any, task: Any) -> Future:
        """What the formula says, at once."""
        schema, landing, rows = outcome_schema(study.outcomes), Landing(), []
        for lot in task.lots:
            for seed, run in zip(lot.seeds, lot.runs):
                failed = self.lost(lot.values, lot.scenario, seed)
                landing.ran.append(Ran(run, FAILED if failed else DONE, 0.01, "broken on purpose" if failed else ""))
                if not failed:
                    rows.append({**dict.fromkeys(schema.names, np.nan), "run": name_of(run), "seed": seed,
                                 "scenario": lot.scenario, "month": study.scenarios[lot.scenario].months,
                                 "district": "all", **self.formula(lot.values, lot.scenario, seed)})
        landing.outcomes = [pa.Table.from_pylist(rows, schema)] if rows else []
        future: Future = Future()
        future.set_result(landing)
        return future


def planted(folder: Path, formula: Formula, lost: Callable[[dict[str, Any], str, int], bool] = lambda *run: False,
            scenarios: Any = BASE, limit: int | None = None, **terms: Any) -> Sweep:
    """A sweep with the outcomes of a formula, finished unless there is a limit of runs."""
    study = Experiment.from_mapping({"seeds": {"count": 1}, "outcomes": ["poverty_rate", "welfare"], **terms},
                                    scenarios)
    return sweep_into(folder, study, executor=Planted(formula, lost), limit=limit)


def uncertain(*paths: str, **span: float) -> dict[str, Any]:
    """Spans of numbers."""
    return {path: {**UNIT, **span} for path in paths}


def place(values: dict[str, Any], path: str) -> float:
    """Where in its span a value lies, 0 to 1."""
    return (values[path] - UNIT["low"]) / (UNIT["high"] - UNIT["low"])
