"""Experiment: scenarios, what is varied in them, the luck to try, and what is measured."""

from __future__ import annotations

import math
import os
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping

import numpy as np
import pandas as pd

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.experiment.axes import ROLES, Axis, known_values
from kubesim.experiment.constraints import Constraint
from kubesim.experiment.file import CONSTRAINTS, Reading, read_file, read_mapping, read_terms
from kubesim.experiment.points import points_of
from kubesim.experiment.terms import Terms
from kubesim.language import say
from kubesim.running.manifest import files_read
from kubesim.scenario import Scenario

if TYPE_CHECKING:
    from kubesim.sweeping.results import Sweep

MOST_RUNS = 5_000_000
"""Runs of an experiment: their names alone take 40 MB of memory."""


@dataclass(frozen=True)
class Experiment:
    """A study as its file says it. ``scenarios`` are by their files' names; effects of the others are
    told against the first."""

    terms: Terms
    scenarios: Mapping[str, Scenario]
    axes: tuple[Axis, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    listed: pd.DataFrame | None = None              # the points of a csv design
    file: str = ""

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Experiment":
        """Read a file; raises ScenarioError with a line for each fault in it and in its scenarios."""
        return cls._made(read_file(path), os.fspath(path))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any],
                     scenarios: Mapping[str, Scenario] | Scenario | None = None) -> "Experiment":
        """An experiment from a plain mapping, checked like a file; scenarios may be given as objects."""
        if isinstance(scenarios, Scenario):
            scenarios = {scenarios.name: scenarios}
        return cls._made(read_mapping(mapping, scenarios), "")

    @classmethod
    def _made(cls, reading: Reading, file: str) -> "Experiment":
        return cls._checked(cls(reading.terms, reading.scenarios, reading.axes, reading.constraints,
                                reading.listed, file))

    @classmethod
    def _checked(cls, made: "Experiment") -> "Experiment":
        """The experiment, once its points have been made and its runs counted."""
        where = f"{made.file}: " if made.file else ""
        try:
            made.points
        except ScenarioError as wrong:
            raise ScenarioError([where + line for line in wrong.faults]) from None
        if made.runs > MOST_RUNS:
            raise ScenarioError(where + say(
                "{runs:,} runs are too many to hold ({points:,} points, {scenarios} scenarios, {seeds} seeds"
                "): must be {most:,} at most", runs=made.runs, points=len(made.points), most=MOST_RUNS,
                scenarios=len(made.scenarios), seeds=made.terms.seeds.count))
        return made

    @property
    def name(self) -> str:
        """What it is called."""
        return self.terms.name

    @property
    def months(self) -> int:
        """Months after month 0 that the longest scenario lives."""
        return max(scenario.months for scenario in self.scenarios.values())

    @property
    def runs(self) -> int:
        """How many runs it asks for."""
        return len(self.points) * len(self.scenarios) * self.terms.seeds.count

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point, one column an axis; points that break a constraint in a scenario are left out.

        Raises ScenarioError when none is left.
        """
        count = self._combinations()
        if count > MOST_RUNS:
            raise ScenarioError(say("{count:,} points are too many to hold: must be {most:,} at most",
                                    count=count, most=MOST_RUNS))
        points = points_of(self.axes, self.terms.design, self.listed)
        if self.constraints:
            points = points[self._allowed(points)].reset_index(drop=True)
        if not len(points):
            raise ScenarioError(say("the constraints leave no point of the design"))
        return points

    def _combinations(self) -> int:
        """How many points the design has at most, reckoned without making them."""
        design, spans = self.terms.design, sum(axis.span is not None for axis in self.axes)
        count = math.prod(len(axis.values) for axis in self.axes if axis.values)
        sizes = design.points if isinstance(design.points, tuple) else (design.points or 0,)
        drawn = {"grid": design.levels ** spans, "lhs": sum(sizes), "sobol": sum(sizes) * (spans + 2),
                 "morris": (design.trajectories or 0) * (spans + 1),
                 "csv": 0 if self.listed is None else len(self.listed)}
        return count * drawn[design.kind]

    def _allowed(self, points: pd.DataFrame) -> np.ndarray:
        """Which points break no constraint in any scenario."""
        needed = {path for constraint in self.constraints for path in constraint.paths()}
        worlds = [{path: held for path, (_, held) in known_values([scenario]).items() if path in needed}
                  for scenario in self.scenarios.values()]
        varied = [path for path in points if path in needed]
        rows = points[varied].to_dict("records") if varied else [{}] * len(points)
        return np.array([all(constraint.holds(world | {path: held for path, held in row.items()
                                                       if path in world})
                             for world in worlds for constraint in self.constraints) for row in rows])

    def with_(self, **terms: Any) -> "Experiment":
        """A copy with some terms changed, such as ``seeds={"count": 5}`` or ``months=12``; a mapping
        changes a section key by key. Raises ScenarioError."""
        held = self.terms.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        for key, given in terms.items():
            held[key] = {**held.get(key, {}), **given} if isinstance(given, Mapping) else given
        made = read_terms(held)
        scenarios = {name: scenario.with_(months=made.months) if made.months else scenario
                     for name, scenario in self.scenarios.items()}
        return self._checked(replace(self, terms=made, scenarios=scenarios))

    def to_mapping(self) -> dict[str, Any]:
        """All that the file says but the scenarios' names, as plain JSON types."""
        varied = {key: {axis.path: axis.to_mapping() for axis in self.axes
                        if axis.role == role and (axis.values or axis.span)} for key, role in ROLES.items()}
        return {**self.terms.model_dump(mode="json", exclude_none=True, exclude_defaults=True), **varied,
                CONSTRAINTS: [str(constraint) for constraint in self.constraints]}

    def read(self) -> dict[str, str]:
        """The files that were read, with their SHA-256."""
        named = [Path(self.file)] if self.file else []
        if self.file and self.terms.design.file:
            named.append(Path(self.file).parent / self.terms.design.file)
        found = {str(path): files.sha256(path) for path in named if path.is_file()}
        for scenario in self.scenarios.values():
            found |= files_read(scenario)
        return found

    def run(self, executor: Executor | None = None, folder: str | os.PathLike | None = None,
            progress: Callable[[int, int], object] | None = None, **options: Any) -> "Sweep":
        """Run all that is not in the folder yet; gives results that are read when they are asked for.

        Parameters
        ----------
        executor
            Where runs are lived: any ``concurrent.futures.Executor``, such as Dask's
            ``client.get_executor()``; by default processes of this machine.
        folder
            Where results land, run by run; ``results/<name of the file>`` unless given.
        progress
            Called with (months lived, months to live). In a notebook a bar is drawn unless given.
        options
            Those of ``kubesim.sweeping.sweep.sweep_into``: workers, limit, timeout, fail_fast, ...

        Raises ScenarioError, ``Interrupted``, or OSError when the disk is full; what landed is kept.
        """
        from kubesim.notebook import notebook_bar
        from kubesim.sweeping.sweep import sweep_into
        stem = Path(self.file).stem if self.file else self.name.lower().replace(" ", "_")
        return sweep_into(Path(folder or Path("results") / stem), self, executor=executor,
                          progress=progress or notebook_bar(), **options)
