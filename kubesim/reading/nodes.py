"""Nodes: values together with the place where they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.hints import float_text, scalar
from kubesim.language import say
from kubesim.units import Section

DEEPEST = 20
"""Levels of nesting that a file may have; a scenario needs five."""


@dataclass(eq=False, slots=True)
class Node:
    """A value, a mapping of nodes or a list of nodes, and where it stands.

    Lines and columns count from 1; line 0 means that there are no lines (Python, ``--set``).
    ``source`` and ``grade`` are what the writer said about the value, if anything.
    """

    value: Any
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""              # a scalar as it was written
    parent: Node | None = None
    key: str = ""               # in a list: its place, counted from 1
    key_line: int = 0
    key_column: int = 0
    source: str = ""
    grade: str = ""

    @classmethod
    def of(cls, value: Any, file: str, depth: int = 0) -> Node:
        """Nodes of a Python value; a section becomes the mapping of its fields.

        A section's defaults belong to no file: nobody wrote them.
        """
        if depth > DEEPEST:
            raise ScenarioError(say("{file}: nested deeper than {most} levels", file=file, most=DEEPEST))
        if isinstance(value, Node):
            return value
        if isinstance(value, Section):
            node = cls({}, file)
            for name in type(value).model_fields:
                written = file if name in value.model_fields_set else ""
                node.put(name, cls.of(getattr(value, name), written, depth + 1))
            return node
        if isinstance(value, Mapping):
            node = cls({}, file)
            for key, held in value.items():
                node.put(str(key), cls.of(held, file, depth + 1))
            return node
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            node = cls([], file)
            for held in value:
                node.append(cls.of(held, file, depth + 1))
            return node
        value = value.item() if isinstance(value, np.generic) else value
        return cls(value, file, text=_as_text(value))

    @property
    def label(self) -> str:
        """How a dotted path calls it: by its key; an item of a list by its name, kind or place."""
        if self.parent is not None and isinstance(self.parent.value, list):
            return self.said("name") or self.said("kind") or self.key
        return self.key

    @property
    def path(self) -> str:
        """The dotted path to it."""
        above = self.parent.path if self.parent is not None else ""
        return f"{above}.{self.label}" if above else self.label

    @property
    def shown(self) -> str:
        """The value as a message shows it, short and on one line."""
        if isinstance(self.value, dict):
            return "{...}" if self.value else "{}"
        if isinstance(self.value, list):
            return "[...]" if self.value else "[]"
        line = " ".join(self.text.split())
        if not line:
            return "(nothing)" if self.value is None else '""'
        line = line if len(line) <= 40 else line[:37] + "..."
        quoted = isinstance(self.value, str) and not isinstance(scalar(self.text.strip()), str)
        return f'"{line}"' if quoted else line

    def said(self, key: str) -> str:
        """The text under a key of a mapping; empty where there is none."""
        held = self.value.get(key) if isinstance(self.value, dict) else None
        return held.value if held is not None and isinstance(held.value, str) else ""

    def put(self, key: str, child: Node) -> None:
        """Place a node under a key of this mapping."""
        child.parent, child.key = self, key
        self.value[key] = child

    def append(self, child: Node) -> None:
        """Place a node at the end of this list."""
        child.parent, child.key = self, str(len(self.value) + 1)
        self.value.append(child)

    def children(self) -> list[Node]:
        """The nodes held directly; none for a scalar."""
        if isinstance(self.value, dict):
            return list(self.value.values())
        return list(self.value) if isinstance(self.value, list) else []

    def child(self, step: str) -> Node | None:
        """The node that a step of a dotted path leads to."""
        if isinstance(self.value, dict):
            return self.value.get(step)
        return next((held for held in self.children() if held.label == step), None)

    def down(self, path: str) -> Node | None:
        """The node at a dotted path."""
        here: Node | None = self
        for step in path.split("."):
            here = here.child(step) if here is not None else None
        return here

    def at(self, location: Sequence[str | int]) -> Node | None:
        """The node at keys and list indices (from 0), as pydantic names a place."""
        here: Node | None = self
        for step in location:
            if isinstance(here.value, dict):
                here = here.value.get(step)
            elif isinstance(here.value, list) and isinstance(step, int) and step < len(here.value):
                here = here.value[step]
            else:
                return None
            if here is None:
                return None
        return here

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for held in self.children():
            yield from held.walk()

    def plain(self) -> Any:
        """The Python value without places; lists stay lists."""
        if isinstance(self.value, dict):
            return {key: held.plain() for key, held in self.value.items()}
        if isinstance(self.value, list):
            return [held.plain() for held in self.value]
        return self.value


def _as_text(value: Any) -> str:
    """A Python scalar as a scenario file would write it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) >= 10**40:
        return f"a number of about {round(value.bit_length() * 0.30103)} digits"
    if isinstance(value, float):
        return float_text(value)
    return value if isinstance(value, str) else repr(value)
