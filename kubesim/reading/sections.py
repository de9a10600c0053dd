"""Sections: from nodes to checked parameters, with every fault found on the way."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cached_property
from types import NoneType
from typing import Any, Iterator, NamedTuple, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

import kubesim.interventions
import kubesim.shocks
from kubesim.extensions import Extension, Intervention, Shock
from kubesim.reading.faults import Fault, broken_rule, is_money, one_of, tell
from kubesim.hints import looks_grouped, number_meant
from kubesim.language import say
from kubesim.reading.layers import NOTES, unknown
from kubesim.reading.nodes import Node
from kubesim.units import Section

NOTHING = object()
"""What is made of a node that cannot be used."""

DISAGREEMENT = "disagreement"
"""pydantic's type of a fault between fields; its context lists the locations that it ``reads``."""


class Origin(NamedTuple):
    """Where a value was written, and what is known about it."""

    file: str
    line: int
    column: int
    source: str
    grade: str


def kinds(base: type[Extension]) -> dict[str, type[Extension]]:
    """Every intervention or shock known: those of our folders and any other class in Python.

    The folders are looked at each time, so that a file dropped in counts at once.
    """
    for package in (kubesim.interventions, kubesim.shocks):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return dict(sorted(base.kinds().items()))


def section_in(field: FieldInfo) -> type[Section] | None:
    """The section that a field holds, alone or in a list; None for a plain value."""
    return _section_in(field.annotation)


def is_list(field: FieldInfo) -> bool:
    """Whether a field holds a list."""
    return _holds(tuple, field.annotation) or _holds(list, field.annotation)


def places(cls: type[Section]) -> dict[str, str]:
    """Keys of all sections below ``cls`` with the dotted path at which each stands."""
    found: dict[str, str] = {}
    for name, field in cls.model_fields.items():
        held = section_in(field)
        if held is None:
            continue
        below = kinds(held) if issubclass(held, Extension) else {"": held}
        for kind, section in below.items():
            path = f"{name}.{kind}" if kind else name
            for key in section.model_fields.keys() - cls.model_fields.keys() - {"kind"}:
                found.setdefault(key, f"{path}.{key}")
    return found


class Builder:
    """Builds sections from nodes. A faulty value is told and left out, so that the rest is checked too."""

    def __init__(self, root: type[Section], faults: list[Fault], extra_keys: tuple[str, ...] = (),
                 agree: bool = True) -> None:
        self.root = root
        self.faults = faults
        self.extra_keys = extra_keys            # known at the root though not fields, for hints only
        self.agree = agree                      # whether all values are here, so that they can be compared
        self.origins: dict[str, Origin] = {}
        self.unsound = {id(fault.node) for fault in faults}
        self.kinds = {base: kinds(base) for base in (Intervention, Shock)}

    @cached_property
    def places(self) -> dict[str, str]:
        """Where keys belong that were written at the top of the file."""
        return places(self.root)

    def section(self, cls: type[Section], node: Node) -> Any:
        """The section that a node holds; NOTHING when it cannot be made."""
        if not isinstance(node.value, dict):
            return self._tell(node, say("must be a section of 'key: value' lines") if node.key else
                              say("a file must be made of 'key: value' lines"))
        for key in node.value.keys() - cls.model_fields.keys():
            self._tell_unknown(cls, node, key)
        made = {key: self._value(field, node.value[key])
                for key, field in cls.model_fields.items() if key in node.value}
        values = {key: value for key, value in made.items() if value is not NOTHING}
        while True:
            try:
                return cls.model_validate(values)
            except ValidationError as error:
                broken = self._tell_errors(cls, node, error)
                if not broken & values.keys():
                    return NOTHING
                values = {key: value for key, value in values.items() if key not in broken}

    def _value(self, field: FieldInfo, node: Node) -> Any:
        """What a field's node holds, ready for pydantic."""
        held = section_in(field)
        if held is None or (node.value is None and NoneType in get_args(field.annotation)):
            value = _tuples(node.plain()) if _holds(tuple, field.annotation) else node.plain()
            self._note_origin(field, node, is_usual=value == field.default)
            if is_money(field) and isinstance(value, float) and looks_grouped(node.text):
                return self._tell(node, say("rupiah are written without separators; write {number}",
                                            number=number_meant(node.text, money=True)))
            return value
        if not is_list(field):
            return self._item(held, node)
        if not isinstance(node.value, list):
            return self._tell(node, say("must be a list: begin each item with '- '"))
        made = [self._item(held, item) for item in node.value]
        if NOTHING in made:
            self.unsound.add(id(node))
            node.value = [item for item, section in zip(node.value, made) if section is not NOTHING]
        sections = tuple(section for section in made if section is not NOTHING)
        return sections if sections or not made else NOTHING

    def _item(self, cls: type[Section], node: Node) -> Any:
        """A section, of the class that its ``kind`` names where it is an intervention or a shock."""
        if cls not in self.kinds:
            return self.section(cls, node)
        if not isinstance(node.value, dict):
            return self._tell(node, say("must be 'key: value' pairs that begin with its kind"))
        known, kind = self.kinds[cls], node.value.get("kind")
        if kind is None:
            return self._tell(node, say("has no kind: ") + one_of(node.said("name"), known), at_key=True)
        if not isinstance(kind.value, str) or kind.value not in known:
            return self._tell(kind, one_of(kind.shown, known) + self._other_list(cls, kind.value))
        return self.section(known[kind.value], node)

    def _other_list(self, base: type[Extension], kind: Any) -> str:
        """Where a kind belongs that was put in the wrong list."""
        return "".join(say("; '{kind}' is one of the {list}", kind=kind, list=f"{other.__name__.lower()}s")
                       for other, known in self.kinds.items() if other is not base and kind in list(known))

    def _note_origin(self, field: FieldInfo, node: Node, is_usual: bool) -> None:
        """Remember where a value was written; a default keeps the source and grade of its parameter."""
        if not node.file:
            return
        said = field.json_schema_extra or {}
        source, grade = say("set in {file}", file=node.file), "assumed"
        if is_usual:
            source, grade = said.get("source", source), said.get("grade", grade)
        self.origins[node.path] = Origin(node.file, node.line, node.column, node.source or source,
                                         node.grade or grade)

    def _tell(self, node: Node, rule: str, at_key: bool = False) -> Any:
        tell(self.faults, Fault(node, rule, at_key))
        self.unsound.add(id(node))
        return NOTHING

    def _tell_unknown(self, cls: type[Section], node: Node, key: str) -> None:
        root = node.parent is None
        known = [*cls.model_fields, *(self.extra_keys if root else ())]
        hint = unknown(key, known, self.places if root else {})
        self._tell(node.value[key], say("unknown key") + hint, at_key=True)

    def _tell_errors(self, cls: type[Section], node: Node, error: ValidationError) -> set[str]:
        """Tell what pydantic found; returns the keys whose values are broken."""
        broken: set[str] = set()
        for found in error.errors(include_url=False):
            location = found["loc"]
            if found["type"] == DISAGREEMENT:
                if self.agree:
                    self._tell_disagreement(node, found)
            elif not location:
                self._tell(node, found["msg"].removeprefix("Value error, "), at_key=True)
            elif found["type"] == "missing" and len(location) == 1:
                if location[0] not in node.value:
                    self._tell(node, say("'{key}' is missing", key=location[0]), at_key=True)
            else:
                broken.add(location[0])
                self._tell_broken(cls.model_fields[location[0]], node, found)
        return broken

    def _tell_broken(self, field: FieldInfo, node: Node, found: dict[str, Any]) -> None:
        location = found["loc"]
        told = node.at(location) or node.value[location[0]]
        if id(told) in self.unsound:
            return
        if isinstance(told.value, dict) and told.value.keys() & {"value", *NOTES}:
            self._tell_notes(told)
        else:
            self._tell(told, broken_rule(found, field, told))

    def _tell_notes(self, node: Node) -> None:
        """What is wrong with an annotated value."""
        known = ("value", *NOTES)
        if "value" not in node.value:
            self._tell(node, say("has notes but no 'value'"), at_key=True)
        for key in node.value.keys() - set(known):
            self._tell(node.value[key], say("unknown key") + unknown(key, list(known), {}), at_key=True)

    def _tell_disagreement(self, node: Node, found: dict[str, Any]) -> None:
        """A fault between fields, told at the first that was changed last: a setting, else in a file."""
        nodes = [node.at(location) for location in found["ctx"]["reads"]]
        written = [held for held in nodes if held is not None]
        if any(id(held) in self.unsound for held in written):
            return
        told = min(written, key=lambda held: (not held.file, held.line > 0), default=node)
        self._tell(told, found["msg"])


def leaves(section: Section, path: str = "") -> Iterator[tuple[str, FieldInfo, Any]]:
    """Dotted path, field and value of every plain value, in the order of the classes."""
    for name, field in type(section).model_fields.items():
        held, here = getattr(section, name), f"{path}.{name}" if path else name
        if section_in(field) is None or held is None:
            yield here, field, held
        elif isinstance(held, Section):
            yield from leaves(held, here)
        else:
            for place, item in enumerate(held, start=1):
                label = getattr(item, "name", "") or getattr(item, "kind", "") or place
                yield from leaves(item, f"{here}.{label}")


def _holds(collection: type, annotation: Any) -> bool:
    """Whether an annotation speaks of a tuple, or of a list."""
    return get_origin(annotation) is collection or any(
        _holds(collection, part) for part in get_args(annotation))


def _tuples(value: Any) -> Any:
    """Lists as tuples, at every depth."""
    return tuple(_tuples(held) for held in value) if isinstance(value, list) else value


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_in(part))), None)

