"""Reading a lesson's file: every fault in it, and in the worlds that it describes, in one report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterable, Mapping

from kubesim.comparing.words import is_share
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.lessons.terms import MINUTES, MOST_LINES, Option, Prediction, Sketch, Terms
from kubesim.reading.faults import Fault, one_of, refuse
from kubesim.reading.layers import take_notes
from kubesim.reading.nodes import Node
from kubesim.reading.sections import NOTHING, Builder
from kubesim.reading.yaml_file import read
from kubesim.running.measure import known_outcomes
from kubesim.scenario import Scenario

BASE, FILE = "base", "scenario"
KINDS = {"best": {"design"}, "range": {"low", "high"}, "curve": {"points"}, "sketch": set()}
"""Which lines of an option belong to which kind of prediction."""
OF_HOUSEHOLDS = ("households", "sample")


class Reading:
    """One reading of a file, with the faults found on the way."""

    def __init__(self, path: str | os.PathLike) -> None:
        root, self.faults = read(os.fspath(path))
        if root is None:
            refuse(self.faults)
        self.root: Node = root
        self.terms: Any = NOTHING
        self.worlds: dict[str, Scenario] = {}
        self.without: dict[str, dict[str, Scenario]] = {}
        self._of_worlds: list[str] = []

    def take(self) -> "Reading":
        """Read it all; raises ScenarioError with a line for each fault."""
        apart = {}
        if isinstance(self.root.value, dict):
            self._refuse_flat_changes()
            apart = {key: self.root.value.pop(key, None) for key in (BASE, FILE)}
        self.terms = Builder(Terms, self.faults, extra_keys=(BASE, FILE)).section(Terms, self.root)
        if self.terms is not NOTHING and not self.faults:
            self._check()
            self._make_worlds(apart)
        lines: list[str] = []
        try:
            refuse(self.faults)
        except ScenarioError as wrong:
            lines = wrong.faults
        if lines or self._of_worlds:
            raise ScenarioError([*lines, *dict.fromkeys(self._of_worlds)])
        return self

    def _tell(self, rule: str, *place: str | int) -> None:
        """A fault at a place of the file, or where what should be there is missing."""
        at = list(place)
        while at and self.root.at(at) is None:
            at.pop()
        self.faults.append(Fault(self.root.at(at), rule, at_key=len(at) < len(place)))

    def _refuse_flat_changes(self) -> None:
        for node in self.root.walk():
            for held in node.children():
                if held.key in ("changes", BASE) and not isinstance(held.value, dict):
                    self.faults.append(Fault(held, say("must be a section of 'key: value' lines")))
                    held.value = {}

    # -- what belongs together -----------------------------------------------------------------------
    def _check(self) -> None:
        terms, known = self.terms, known_outcomes()
        for place, name in [(("outcome",), terms.outcome),
                            *((("also", item), name) for item, name in enumerate(terms.also))]:
            if name not in known or known[name].table == "twin":
                self._tell(one_of(name, sorted(set(known) - _twins())), *place)
        if terms.whose == "members" and terms.outcome in known and (
                known[terms.outcome].table not in OF_HOUSEHOLDS):
            self._tell(say("'{outcome}' is not measured of households: write all", outcome=terms.outcome), "whose")
        for section in ("designs", "mechanisms", "evidence", "plan", "questions", "cannot", "debrief"):
            if not getattr(terms, section):
                self._tell(say("must not be empty"), section)
        if len(terms.designs) < 2:
            self._tell(say("must name two designs or more"), "designs")
        for section in ("designs", "mechanisms"):
            self._check_twice([item.name for item in getattr(terms, section)], section)
        minutes = sum(step.minutes for step in terms.plan)
        if minutes != MINUTES:
            self._tell(say("the steps take {minutes} minutes together, not {all}", minutes=minutes, all=MINUTES),
                       "plan")
        self._check_prediction(terms.prediction)
        for item, mechanism in enumerate(terms.mechanisms):
            self._check_designs(("mechanisms", item), {"design": mechanism.design, "against": mechanism.against})
            self._check_months(("mechanisms", item, "month"), [mechanism.month])

    def _check_twice(self, names: list[str], *place: str | int) -> None:
        for item, name in enumerate(names):
            if name in names[:item]:
                self._tell(say("is named twice"), *place, item, "name")

    def _check_designs(self, place: tuple, named: Mapping[str, str]) -> None:
        known = [design.name for design in self.terms.designs]
        for key, name in named.items():
            if name not in known:
                self._tell(one_of(name, known), *place, key)

    def _check_months(self, place: tuple, months: Iterable[int]) -> None:
        for month in months:
            if not 1 <= month <= self.terms.months:
                self._tell(say("must be 1 to {months}, the months of the lesson", months=self.terms.months),
                           *place)

    def _check_prediction(self, asked: Prediction) -> None:
        here = ("prediction",)
        self._check_answers(asked, here)
        needed = {"range": {"design": asked.design, "against": asked.against}}.get(asked.kind, {})
        needed |= {"per_design": asked.per_design} if asked.per_design else {}
        needed |= {"design": asked.design} if asked.curve_months else {}
        self._check_designs(here, needed)
        self._check_months((*here, "month"), [asked.month])
        self._check_months((*here, "per_month"), [asked.per_month] if asked.per_month else [])
        self._check_months((*here, "curve_months"), asked.curve_months)
        for item, option in enumerate(asked.options):
            self._check_option(asked, option, (*here, "options", item))
        if asked.sketch is not None:
            self._check_sketch(asked.sketch, (*here, "sketch"))

    def _check_answers(self, asked: Prediction, here: tuple) -> None:
        names = [option.name for option in asked.options]
        self._check_twice(names, *here, "options")
        if asked.kind == "sketch":
            if asked.sketch is None:
                self._tell(say("must be there where the kind is sketch"), *here, "sketch")
            if names or asked.answer:
                self._tell(say("of kind sketch there is nothing to choose from"), *here,
                           "options" if names else "answer")
            return
        if not 2 <= len(names) <= 6:
            self._tell(say("must be 2 to 6 answers"), *here, "options")
        if asked.answer not in names:
            self._tell(one_of(asked.answer, names), *here, "answer")

    def _check_sketch(self, sketch: Sketch, here: tuple) -> None:
        """Whether its axis can be drawn, and its lines belong to designs."""
        if sketch.low >= sketch.high:
            self._tell(say("must be below 'high'"), *here, "low")
        elif sketch.start is not None and not sketch.low <= sketch.start <= sketch.high:
            self._tell(say("must be {low} to {high}, the ends of the axis", low=f"{sketch.low:g}",
                           high=f"{sketch.high:g}"), *here, "start")
        known_outcome = known_outcomes().get(self.terms.outcome)
        if known_outcome and is_share(known_outcome.unit) and sketch.high * sketch.scale > 1 + 1e-9:
            self._tell(say("must be at most {most}: '{outcome}' is a share of 1, and one on the axis is {scale} of it "
                           "(scale)", most=f"{1 / sketch.scale:g}", outcome=self.terms.outcome,
                           scale=f"{sketch.scale:g}"), *here, "high")
        if sketch.over == "designs":
            for key in sorted({"designs", "start"} & sketch.model_fields_set):
                self._tell(say("belongs to a sketch over months"), *here, key)
            return
        known = [design.name for design in self.terms.designs]
        for name in sketch.designs:
            if name not in known:
                self._tell(one_of(name, known), *here, "designs")
        lines = sketch.designs or known
        if len(lines) > MOST_LINES or len(set(lines)) < len(lines):
            self._tell(say("must be 1 to {most} designs, each once", most=MOST_LINES), *here, "designs")

    def _check_option(self, asked: Prediction, option: Option, place: tuple) -> None:
        """Whether an answer says what its kind of prediction needs, and nothing else."""
        for key in sorted(set().union(*KINDS.values()) - KINDS[asked.kind]):
            if key in option.model_fields_set:
                self._tell(say("belongs to another kind of prediction than {kind}", kind=asked.kind), *place, key)
        if asked.kind == "best" and option.design:
            self._check_designs(place, {"design": option.design})
        if asked.kind == "best" and not option.design and not asked.within:
            self._tell(say("needs a 'design', or the prediction a 'within' above 0"), *place)
        if asked.kind == "range" and option.low is None and option.high is None:
            self._tell(say("needs a 'low', a 'high' or both"), *place)
        if option.low is not None and option.high is not None and option.low >= option.high:
            self._tell(say("must be below 'high'"), *place, "low")
        wanted = len(asked.curve_months or self.terms.designs)
        if asked.kind == "curve" and len(option.points) != wanted:
            self._tell(say("must be {count} points", count=wanted), *place, "points")

    # -- worlds ----------------------------------------------------------------------------------------
    def _make_worlds(self, apart: Mapping[str, Node | None]) -> None:
        """The world of every design, and those that each mechanism is switched off in."""
        base = self._base(apart[BASE], apart[FILE])
        if base is None:
            return
        for item, design in enumerate(self.terms.designs):
            made = self._laid(base, self.root.at(("designs", item, "changes")))
            if made is not None:
                self.worlds[design.name] = made
        for item, mechanism in enumerate(self.terms.mechanisms):
            node, off = self.root.at(("mechanisms", item, "changes")), {}
            for name in (mechanism.design, mechanism.against):
                if name in self.worlds:
                    off[name] = self._laid(self.worlds[name], node)
            self.without[mechanism.name] = off

    def _base(self, given: Node | None, file: Node | None) -> Scenario | None:
        """The world that all designs change, as large and as long as the lesson says."""
        if given is not None and file is not None:
            self._tell(say("name either a 'base' or a 'scenario', not both"))
            return None
        sized = {"population.households": self.terms.households, "months": self.terms.months}
        try:
            made = Scenario() if file is None else Scenario.load(Path(file.file).parent / str(file.value))
            return self._laid(made.with_(sized), given, sized)
        except ScenarioError as wrong:
            self._of_worlds += wrong.faults
            return None

    def _laid(self, base: Scenario, node: Node | None, sized: Mapping[str, Any] | None = None) -> Scenario | None:
        """A world with changes; its faults are told where they were written."""
        if node is None or not node.value:
            return base
        self.faults += take_notes(node)
        try:
            # laying a node over a world moves it there, and the same one is laid over several
            return base.with_({**{path: _copied(held) for path, held in node.value.items()}, **(sized or {})})
        except ScenarioError as wrong:
            self._of_worlds += wrong.faults
            return None


def _copied(node: Node) -> Node:
    """A node of its own with the same places."""
    made = Node(node.value, node.file, node.line, node.column, node.text, None, node.key, node.key_line,
                node.key_column, node.source, node.grade)
    if isinstance(node.value, dict):
        made.value = {}
        for key, held in node.value.items():
            made.put(key, _copied(held))
    elif isinstance(node.value, list):
        made.value = []
        for held in node.value:
            made.append(_copied(held))
    return made


def _twins() -> set[str]:
    """Outcomes that compare with a world without programme, which lessons do not live."""
    return {name for name, outcome in known_outcomes().items() if outcome.table == "twin"}
