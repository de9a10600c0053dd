"""Faults: what is wrong with what the user wrote, one clear line each."""

from __future__ import annotations

from itertools import islice
from types import NoneType
from typing import Any, Iterable, Mapping, NamedTuple, Sequence, get_args

from pydantic.fields import FieldInfo

from kubesim.errors import ScenarioError
from kubesim.hints import nearest, number_meant, scalar, truth_meant
from kubesim.language import say
from kubesim.reading.nodes import Node

MOST = 200
"""Faults told of one scenario; a file with more has one cause, and reading on would take long."""

MOST_NAMES = 300
"""Known names among which a near one is sought."""

ADJECTIVE_UNITS = ("share", "log", "logit", "elasticity", "0-1", "year", "times", "multiple")
"""Units that cannot follow a number in a sentence ("0 to 1 share"); they go in brackets."""


class Fault(NamedTuple):
    """A node and the rule that it breaks; ``at_key`` when the key and not the value is wrong."""

    node: Node
    rule: str
    at_key: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of what is wrong."""
        node = self.node
        if node.key_line and (self.at_key or (node.value is None and not node.text)):
            return node.key_line, node.key_column
        return node.line, node.column

    def __str__(self) -> str:
        node, (line, column) = self.node, self.place
        subject = node.path if len(node.path) <= 160 else node.path[:157] + "..."
        if subject and not self.at_key:
            subject += f" = {node.shown}"
        if node.file == f"--set {node.path}={node.text}":
            subject = ""
        where = f"{node.file}:{line}:{column}" if line else node.file
        line = ": ".join(part for part in (where, subject, self.rule) if part)
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def tell(faults: list[Fault], fault: Fault) -> None:
    """Add a fault; raises ScenarioError when there are too many to go on."""
    faults.append(fault)
    if len(faults) > MOST:
        refuse(faults)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise ScenarioError with a line for each fault, in the order of the files; nothing if none."""
    if not faults:
        return
    ordered = sorted(faults[:MOST], key=lambda fault: (fault.node.file, *fault.place))
    lines = list(dict.fromkeys(str(fault) for fault in ordered))
    if len(faults) > MOST:
        lines.append(say("{file}: and more faults; these are the first {most}", file=ordered[0].node.file,
                         most=MOST))
    raise ScenarioError(lines)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when a known name is near, else empty."""
    near = nearest(word, islice(known, MOST_NAMES))
    return say("; did you mean '{near}'?", near=near) if near else ""


def one_of(word: str, known: Iterable[str]) -> str:
    """The rule that a word must be one of the known ones, with the nearest."""
    known = list(known)
    return say("must be one of {known}", known=listed(known)) + did_you_mean(word, known)


def listed(names: Sequence[str]) -> str:
    """Names in a row, not more than a reader would look at."""
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def broken_rule(error: Mapping[str, Any], field: FieldInfo, node: Node) -> str:
    """The rule of a field that pydantic found broken, in plain words, with a hint."""
    kind = error["type"]
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        return one_of(node.text, [str(choice) for choice in _parts(field.annotation)])
    types = _parts(field.annotation)
    if kind in ("tuple_type", "list_type", "too_long", "missing"):
        return say("must be a list of {things}", things=say(unit_of(field) or "values")) + _list_hint(node)
    if float in types or int in types:
        return _number_rule(field, kind, whole=float not in types) + _number_hint(field, node)
    if kind == "bool_type":
        return say("must be true or false") + _truth_hint(node)
    if kind == "string_type":
        return say("must be text") + _text_hint(node)
    return error["msg"][:1].lower() + error["msg"][1:]


def unit_of(field: FieldInfo) -> str:
    """The unit that a field declares; empty for a section."""
    return (field.json_schema_extra or {}).get("unit", "")


def is_money(field: FieldInfo) -> bool:
    """Whether a field holds rupiah."""
    return unit_of(field).startswith("Rp")


def bounds(field: FieldInfo) -> dict[str, float]:
    """The hard bounds of a field by their kind: ge, gt, le, lt."""
    found = {}
    for limit in field.metadata:
        found.update({name: getattr(limit, name) for name in ("ge", "gt", "le", "lt")
                      if getattr(limit, name, None) is not None})
    return found


def _parts(annotation: Any) -> set[Any]:
    """The plain types (or literal choices) that an annotation is made of."""
    inside = get_args(annotation)
    if not inside:
        return set() if annotation is NoneType else {annotation}
    return set().union(*(_parts(part) for part in inside)) - {Ellipsis}


def _number_rule(field: FieldInfo, kind: str, whole: bool) -> str:
    """As in ``must be 5 to 20 households`` or ``must be a number, 0 to 1 (share)``."""
    unit, span = say(unit_of(field)), _span(field, kind)
    bracketed = unit_of(field).startswith(ADJECTIVE_UNITS) or not span
    after = (f" ({unit})" if bracketed else f" {unit}") if unit else ""
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return say("must be {span}{unit}", span=span, unit=after)
    what = say("a finite number") if kind == "finite_number" else say("a number")
    if whole:
        of_unit = unit and not bracketed
        what = say("a whole number of {unit}", unit=unit) if of_unit else say("a whole number")
        after = "" if of_unit else after
    return say("must be {what}", what=what) + (f", {span}" if span else "") + after


def _span(field: FieldInfo, kind: str) -> str:
    """The span of a field's bounds in words; a bound that only guards against slips stays unsaid."""
    limits = bounds(field)
    low, high = limits.get("ge"), limits.get("le", limits.get("lt"))
    above = limits.get("gt")
    if high is not None and high >= 1e9 and not kind.startswith("less_than"):
        high = None
    if above is not None and (low is None or above >= low):
        low_said = say("above {low}", low=_figure(above))
        return low_said if high is None else say("{low}, at most {high}", low=low_said, high=_figure(high))
    if low is None:
        return "" if high is None else say("at most {high}", high=_figure(high))
    if high is None:
        return say("at least {low}", low=_figure(low))
    return say("{low} to {high}", low=_figure(low), high=_figure(high))


def _figure(number: float) -> str:
    if abs(number) >= 1e9:
        return f"{number:g}".replace("e+", "e")
    return str(int(number)) if number == int(number) else repr(number)


def _number_hint(field: FieldInfo, node: Node) -> str:
    limits, value = bounds(field), node.value
    if isinstance(value, str):
        unquoted = scalar(value.strip())
        if isinstance(unquoted, (int, float)) and not isinstance(unquoted, bool):
            return say("; write {number} without quotes", number=value.strip())
        meant = number_meant(value, money=is_money(field))
        return say("; write {number}", number=meant) if meant else ""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer() and float not in _parts(field.annotation):
        return say("; write {number}", number=int(value)) if abs(value) < 1e15 else ""
    if limits.get("ge") == 0 and limits.get("le") == 1 and 1 < value <= 100:
        return say("; did you mean {number}?", number=f"{value / 100:.12g}")
    return ""


def _truth_hint(node: Node) -> str:
    meant = truth_meant(node.text) if not isinstance(node.value, (dict, list)) else ""
    if not meant:
        return ""
    if node.text.strip().lower() == meant:
        return say("; write {word} without quotes", word=meant)
    return say("; write {word}", word=meant)


def _text_hint(node: Node) -> str:
    if isinstance(node.value, (dict, list)) or not node.text:
        return ""
    return say('; write "{text}" in quotes', text=node.shown)


def _list_hint(node: Node) -> str:
    if isinstance(node.value, (dict, list)) or not node.text:
        return ""
    return say("; write [{text}]", text=node.shown)
