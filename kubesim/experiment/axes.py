"""Axes: the values of a scenario that an experiment varies, each with what it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Iterable, Mapping, Sequence

from pydantic.fields import FieldInfo

from kubesim.experiment.terms import Span
from kubesim.language import say
from kubesim.reading.faults import Fault, did_you_mean, unit_of
from kubesim.reading.layers import set_path
from kubesim.reading.nodes import Node
from kubesim.reading.sections import NOTHING, Builder, leaves, places
from kubesim.scenario import Scenario
from kubesim.sensitivity.factors import Factor

LEVER, UNCERTAINTY = "lever", "uncertainty"
ROLES = {"levers": LEVER, "uncertainties": UNCERTAINTY}
"""Sections of the file and what stands in them: what policy sets, and what nobody knows."""

Known = Mapping[str, tuple[FieldInfo, Any]]
"""Every value of the scenarios by its dotted path: what it is, and what it is in the first that has it."""


@dataclass(frozen=True)
class Axis:
    """A value that is varied: over ``values``, or over a ``span`` where there are none."""

    path: str
    role: str                               # LEVER or UNCERTAINTY
    unit: str
    usual: Any                              # what the first scenario that has it says
    values: tuple[Any, ...] = ()
    span: Span | None = None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers will do."""
        return isinstance(self.usual, int) and not isinstance(self.usual, bool)

    @property
    def logarithmic(self) -> bool:
        """Whether the span is drawn in the logarithm."""
        return self.span is not None and self.span.distribution == "loguniform"

    def factor(self) -> Factor:
        """The span as the designs want it; in logarithms where it is drawn in them."""
        low, high, whole = self.span.low, self.span.high, self.whole
        if self.logarithmic:
            low, high, whole = math.log(low), math.log(high + 1 if whole else high), False
        return Factor(self.path, low, high, self.unit, "", "", "", float(self.usual), whole)

    def to_mapping(self) -> Any:
        """As the file says it, as plain JSON types."""
        if self.span is None:
            return list(self.values)
        return {"low": self.span.low, "high": self.span.high, "distribution": self.span.distribution}


def known_values(scenarios: Iterable[Scenario]) -> Known:
    """Every value that at least one of the scenarios has."""
    found: dict[str, tuple[FieldInfo, Any]] = {}
    for scenario in scenarios:
        for path, field, held in leaves(scenario):
            found.setdefault(path, (field, held))
    return found


def read_axes(node: Node | None, role: str, scenarios: Sequence[Scenario], known: Known,
              faults: list[Fault]) -> tuple[Axis, ...]:
    """The axes of a section of the file; every value in it, or both ends, tried in the scenarios."""
    if node is None or node.value is None:
        return ()
    if not isinstance(node.value, dict):
        faults.append(Fault(node, say("must be a section of 'path: values' lines")))
        return ()
    made = [_axis(path, given, role, scenarios, known, faults) for path, given in node.value.items()]
    return tuple(axis for axis in made if axis)


def unknown_path(path: str, known: Iterable[str]) -> str:
    """That there is no such value, with the one that was probably meant."""
    return say("there is no such value in the scenario") + meant(path, known)


def meant(path: str, known: Iterable[str]) -> str:
    """A hint: the only known path that ends as this one does, or the nearest."""
    last = path.rpartition(".")[2]
    alike = [other for other in known if other.endswith(f".{last}")]
    if len(alike) == 1:
        return say("; did you mean '{near}'?", near=alike[0])
    return did_you_mean(path, alike or known)


def out_of_bounds(node: Node, path: str, scenarios: Iterable[Scenario]) -> list[Fault]:
    """What the scenarios that have the path say against a value."""
    found: list[Fault] = []
    for scenario in scenarios:
        root = Node.of(scenario, "")
        if not found and root.down(path) is not None:
            copy = Node(node.value, node.file, node.line, node.column, node.text)
            found += set_path(root, path, copy, partial(places, Scenario))
            Builder(Scenario, found).section(Scenario, root)
    return found


def as_held(value: Any, usual: Any) -> Any:
    """A value in the type in which scenarios hold it, so that 5 and 5.0 are one point."""
    return float(value) if isinstance(usual, float) and not isinstance(value, bool) else value


def _axis(path: str, given: Node, role: str, scenarios: Sequence[Scenario], known: Known,
          faults: list[Fault]) -> Axis | None:
    if path not in known:
        faults.append(Fault(given, unknown_path(path, known), at_key=True))
        return None
    field, usual = known[path]
    if isinstance(given.value, list):
        values = _values(given, path, scenarios, usual, faults)
        return Axis(path, role, unit_of(field), usual, values) if values else None
    span = _span(given, path, scenarios, usual, faults)
    return Axis(path, role, unit_of(field), usual, span=span) if span else None


def _values(given: Node, path: str, scenarios: Sequence[Scenario], usual: Any,
            faults: list[Fault]) -> tuple[Any, ...]:
    if not given.value:
        faults.append(Fault(given, say("names no values to try")))
    made: list[Any] = []
    for item in given.value:
        wrong = out_of_bounds(item, path, scenarios)
        held = as_held(item.plain(), usual) if not wrong else None
        if not wrong and held in made:
            wrong = [Fault(item, say("is named twice"))]
        faults += wrong
        if not wrong:
            made.append(held)
    return tuple(made) if len(made) == len(given.value) else ()


def _span(given: Node, path: str, scenarios: Sequence[Scenario], usual: Any,
          faults: list[Fault]) -> Span | None:
    before = len(faults)
    if isinstance(usual, bool) or not isinstance(usual, (int, float)):
        faults.append(Fault(given, say("is no number: only a list of values can be tried"), at_key=True))
        return None
    if not isinstance(given.value, dict):
        faults.append(Fault(given, say("must be a list of values, or {{low: , high: }}")))
        return None
    span = Builder(Span, faults).section(Span, given)
    if span is NOTHING or len(faults) > before:
        return None
    if span.low >= span.high:
        faults.append(Fault(given.value["high"], say("must be more than low, {low}",
                                                     low=given.value["low"].text)))
    elif span.distribution == "loguniform" and span.low <= 0:
        faults.append(Fault(given.value["low"], say("must be above 0 where the distribution is loguniform")))
    for key in ("low", "high"):
        faults += out_of_bounds(given.value[key], path, scenarios)
    return span if len(faults) == before else None
