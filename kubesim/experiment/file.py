"""Reading an experiment's file: every fault in it, and in the scenarios that it names, in one report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping

import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.experiment.axes import ROLES, Axis, Known, known_values, read_axes
from kubesim.experiment.constraints import Constraint, read_constraints
from kubesim.experiment.listed import read_points
from kubesim.experiment.terms import Design, Terms
from kubesim.language import say
from kubesim.reading.faults import Fault, one_of, refuse
from kubesim.reading.nodes import Node
from kubesim.reading.sections import NOTHING, Builder
from kubesim.reading.yaml_file import read
from kubesim.running.measure import known_outcomes
from kubesim.scenario import Scenario

ONE, SEVERAL, CONSTRAINTS = "scenario", "scenarios", "constraints"
APART = (ONE, SEVERAL, *ROLES, CONSTRAINTS)
"""Keys of the file that are read here; the others are those of ``Terms``."""
NEEDS = {"lhs": "points", "sobol": "points", "morris": "trajectories", "csv": "file"}
"""What a kind of design must say."""


class Reading:
    """One reading of a file, with the faults found on the way."""

    def __init__(self, root: Node, faults: list[Fault], given: Mapping[str, Scenario] | None) -> None:
        self.root, self.faults, self._given = root, faults, given
        self.terms: Any = NOTHING
        self.scenarios: dict[str, Scenario] = {}
        self.axes: tuple[Axis, ...] = ()
        self.constraints: tuple[Constraint, ...] = ()
        self.listed: pd.DataFrame | None = None
        self._whole: list[ScenarioError] = []

    def take(self) -> "Reading":
        """Read it all; raises ScenarioError with a line for each fault."""
        builder = Builder(Terms, self.faults, extra_keys=APART)
        apart = {}
        if isinstance(self.root.value, dict):
            apart = {key: self.root.value.pop(key, None) for key in APART}
        self._take_terms(builder)
        self._load(apart.get(ONE), apart.get(SEVERAL))
        if self.scenarios and not self._whole:
            self._vary(apart)
        self._refuse()
        return self

    def take_terms(self) -> Terms:
        """Read the terms alone; raises ScenarioError with a line for each fault."""
        self._take_terms(Builder(Terms, self.faults))
        self._refuse()
        return self.terms

    def _take_terms(self, builder: Builder) -> None:
        self.terms = builder.section(Terms, self.root)
        if self.terms is not NOTHING:
            self._check_outcomes(self.root.value.get("outcomes"))
            self._check_design(self.terms.design, self.root.value.get("design") or self.root)

    def _refuse(self) -> None:
        """Tell the faults of this file and those of the scenarios together."""
        lines = [line for wrong in self._whole for line in wrong.faults]
        try:
            refuse(self.faults)
        except ScenarioError as wrong:
            lines = wrong.faults + lines
        if lines:
            raise ScenarioError(lines)

    def _tell(self, node: Node, rule: str, at_key: bool = False) -> None:
        self.faults.append(Fault(node, rule, at_key))

    # -- scenarios ---------------------------------------------------------------------------------
    def _load(self, one: Node | None, several: Node | None) -> None:
        if self._given is not None:
            self._months(dict(self._given))
            return
        if (one is None) == (several is None):
            self._tell(several or self.root, say("name either one 'scenario' or a list of 'scenarios'"),
                       at_key=True)
            return
        if several is not None and (not isinstance(several.value, list) or not several.value):
            self._tell(several, say("must be a list of scenario files, the first one the baseline"))
            return
        named = [one] if one is not None else several.value
        self._months({name: made for item in named for name, made in self._scenario(item)})
        if len(self.scenarios) < len(named) and not self.faults and not self._whole:
            self._tell(several, say("names one scenario twice"))

    def _scenario(self, node: Node) -> list[tuple[str, Scenario]]:
        """A scenario file named relative to this one, called by its file's name."""
        if not isinstance(node.value, str) or not node.value.strip():
            self._tell(node, say("must be the name of a scenario file, such as "
                                 "../scenarios/banjarmasin.yaml"))
            return []
        path = Path(os.path.normpath(Path(node.file).parent / node.value))
        if not path.is_file():
            self._tell(node, say("there is no such file: {path}", path=path))
            return []
        try:
            return [(path.stem, Scenario.load(path))]
        except ScenarioError as wrong:
            self._whole.append(wrong)
            return []

    def _months(self, loaded: dict[str, Scenario]) -> None:
        """The scenarios with the experiment's months."""
        months = self.terms.months if self.terms is not NOTHING else None
        self.scenarios = {name: made.with_(months=months) if months else made
                          for name, made in loaded.items()}
        if len({made.months for made in self.scenarios.values()}) > 1:
            self._tell(self.root, say("the scenarios live different numbers of months: say how many, "
                                      "months: 60"), at_key=True)

    # -- terms -------------------------------------------------------------------------------------
    def _check_outcomes(self, node: Node | None) -> None:
        items = node.value if node is not None and isinstance(node.value, list) else []
        if node is not None and not items:
            self._tell(node, say("must name at least one outcome"))
        for place, item in enumerate(items):
            if item.value not in known_outcomes():
                self._tell(item, one_of(item.text, sorted(known_outcomes())))
            elif item.value in [other.value for other in items[:place]]:
                self._tell(item, say("is named twice"))

    def _check_design(self, design: Design, node: Node) -> None:
        said = node.value if isinstance(node.value, dict) else {}
        needed = NEEDS.get(design.kind)
        for key in ("points", "trajectories", "file", "levels"):
            fits = key == needed or (key == "levels" and design.kind == "grid")
            if key in said and not fits:
                self._tell(said[key], say("belongs to another kind of design than {kind}", kind=design.kind),
                           at_key=True)
            elif key == needed and getattr(design, key) is None:
                self._tell(node, say("'{key}' is missing: a {kind} design needs it", key=key,
                                     kind=design.kind), at_key=True)
        if "points" in said and design.points is not None:
            self._check_points(design, said["points"])

    def _check_points(self, design: Design, node: Node) -> None:
        sizes = (design.points,) if isinstance(design.points, int) else design.points
        if not sizes or any(not 1 <= size <= 10_000_000 for size in sizes):
            self._tell(node, say("must be 1 to {most} points", most=10_000_000))
        elif design.kind == "sobol" and (len(sizes) > 1 or not isinstance(design.points, int)
                                         or sizes[0] < 2 or sizes[0] & (sizes[0] - 1)):
            self._tell(node, say("must be a power of 2, such as 64"))

    # -- what is varied ------------------------------------------------------------------------------
    def _vary(self, apart: Mapping[str, Node | None]) -> None:
        worlds = list(self.scenarios.values())
        known = known_values(worlds)
        for key, role in ROLES.items():
            self.axes += read_axes(apart.get(key), role, worlds, known, self.faults)
        self._check_twice(apart)
        self.constraints = read_constraints(apart.get(CONSTRAINTS), known, self.faults)
        if self.terms is not NOTHING:
            self._check_fit(self.terms.design, apart, worlds, known)

    def _check_twice(self, apart: Mapping[str, Node | None]) -> None:
        sections = [node.value for key in ROLES if (node := apart.get(key)) is not None
                    and isinstance(node.value, dict)]
        if len(sections) == 2:
            for path in sections[0].keys() & sections[1].keys():
                self._tell(sections[1][path], say("is a lever already"), at_key=True)

    def _check_fit(self, design: Design, apart: Mapping[str, Node | None], worlds: list[Scenario],
                   known: Known) -> None:
        """Whether what is varied fits the kind of design."""
        spans = [axis for axis in self.axes if axis.span is not None]
        where = self.root.value.get("design") or self.root
        if design.kind == "csv":
            if spans:
                self._tell(where, say("a csv design takes lists of values only, not the span of {path}",
                                      path=spans[0].path), at_key=True)
            if design.file:
                file = where.value["file"]
                columns, self.listed = read_points(file, worlds, known, self.faults)
                twice = {axis.path for axis in columns} & {axis.path for axis in self.axes}
                if twice:
                    self._tell(file, say("has a column that is varied here too: {path}", path=min(twice)))
                self.axes = (*columns, *self.axes)
        elif design.kind != "grid" and not spans and not self.faults:
            self._tell(where, say("a {kind} design needs at least one span, path: {{low: , high: }}",
                                  kind=design.kind), at_key=True)
        if design.kind in ("sobol", "morris") and self.constraints:
            self._tell(apart[CONSTRAINTS], say("a {kind} design cannot leave points out; choose spans that "
                                               "need no constraint", kind=design.kind), at_key=True)


def read_file(path: str | os.PathLike) -> Reading:
    """Read an experiment's file; raises ScenarioError."""
    root, faults = read(os.fspath(path))
    if root is None:
        refuse(faults)
    return Reading(root, faults, None).take()


def read_mapping(mapping: Mapping[str, Any], scenarios: Mapping[str, Scenario] | None) -> Reading:
    """Read an experiment from a plain mapping, with its scenarios apart or named in it by file."""
    return Reading(Node.of(mapping, "<python>"), [], scenarios).take()


def read_terms(mapping: Mapping[str, Any]) -> Terms:
    """Terms from a plain mapping; raises ScenarioError."""
    return Reading(Node.of(mapping, "<python>"), [], None).take_terms()
