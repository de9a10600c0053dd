"""Sweeps: thousands of runs that nothing can lose.

``sweep_into`` lives an experiment into a folder, ``Sweep.open`` reads it, also while it is being written::

    from kubesim.sweeping import Sweep

    sweep = Sweep.open("results/training_by_mentoring")
    sweep.counts                            # runs by status: asked, done, failed, timeout, missing
    sweep.axes, sweep.design                # what is varied and how: path, role, unit, usual, varies
    sweep.points                            # a row a point, a column an axis
    sweep.runs                              # a row a run: scenario, point, seed, status, error, values
    sweep.outcomes(["poverty_rate"])        # a row a run, in the last month; month="all" for each
    sweep.levels(["poverty_rate"])          # a row a (scenario, point, outcome): mean over seeds, interval
    sweep.effects(["poverty_rate"])         # the same, paired against the baseline scenario or point
    sweep.effects(against={"interventions.companionship.caseload": 10.0, ...})

The folder, readable by anything that reads Parquet: ``run.json``, ``points.parquet``, ``runs.parquet``,
``outcomes/part-*.parquet`` (one schema: run, scenario, seed, month, district, outcomes), with
``keep: households`` also ``households/``; ``index.jsonl`` holds the SHA-256 of each part, ``damaged/``
parts that were set aside. Join outcomes with runs on ``run``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubesim.sweeping.results import Sweep
    from kubesim.sweeping.sweep import Stopped, sweep_into

_HOME = {"Sweep": "results", "Stopped": "sweep", "sweep_into": "sweep"}
__all__ = ["Stopped", "Sweep", "sweep_into"]


def __getattr__(name: str) -> Any:
    """The public names on first use: a worker needs none of them, and starts sooner without."""
    if name not in _HOME:
        raise AttributeError(f"module 'kubesim.sweeping' has no attribute '{name}'")
    return getattr(import_module(f"kubesim.sweeping.{_HOME[name]}"), name)
