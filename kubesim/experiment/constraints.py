"""Constraints between values: which points of a design make no sense and are left out."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import Any, Callable, Mapping

from kubesim.experiment.axes import Known, unknown_path
from kubesim.language import say
from kubesim.reading.faults import Fault
from kubesim.reading.nodes import Node

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    ">": operator.gt}
_WRITTEN = re.compile(r"\s*(\S+?)\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Constraint:
    """``left`` compared with ``right``: a dotted path with another one, or with a number."""

    left: str
    sign: str
    right: str | float

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"

    def paths(self) -> tuple[str, ...]:
        """The values that it looks at."""
        return (self.left, self.right) if isinstance(self.right, str) else (self.left,)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds for values by path; where a value is missing it asks nothing."""
        if any(path not in values for path in self.paths()):
            return True
        right = values[self.right] if isinstance(self.right, str) else self.right
        return OPERATORS[self.sign](values[self.left], right)


def read_constraints(node: Node | None, known: Known, faults: list[Fault]) -> tuple[Constraint, ...]:
    """The constraints that a list of the file names."""
    if node is None or node.value is None:
        return ()
    if not isinstance(node.value, list):
        faults.append(Fault(node, say("must be a list such as [groups.size >= 8]")))
        return ()
    made = [_constraint(item, known, faults) for item in node.value]
    return tuple(constraint for constraint in made if constraint)


def _constraint(item: Node, known: Known, faults: list[Fault]) -> Constraint | None:
    found = _WRITTEN.fullmatch(item.value) if isinstance(item.value, str) else None
    if not found:
        faults.append(Fault(item, say("must compare a path with a path or a number, as in groups.size >= 8; "
                                      "the signs are {signs}", signs=", ".join(OPERATORS))))
        return None
    left, sign, right = found.groups()
    constraint = Constraint(left, sign, float(right) if _NUMBER.fullmatch(right) else right)
    for path in constraint.paths():
        if path not in known:
            faults.append(Fault(item, f"{path}: {unknown_path(path, known)}"))
        elif isinstance(known[path][1], bool) or not isinstance(known[path][1], (int, float)):
            faults.append(Fault(item, say("{path}: is no number, so that nothing can be compared with it",
                                          path=path)))
    return constraint
