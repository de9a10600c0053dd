"""Layers: a file over the one that it is based on, settings over a scenario, notes about values."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Callable, Mapping

from kubesim.reading.faults import Fault, did_you_mean, listed, one_of
from kubesim.language import say
from kubesim.reading.nodes import Node
from kubesim.units import GRADES
from kubesim.reading.yaml_file import read, read_bytes

BASED_ON = "based_on"
NOTES = ("source", "grade", "note")
"""What may be said about a value: ``hours: {value: 12, source: ..., grade: observed, note: ...}``."""


def read_layers(path: str | os.PathLike) -> tuple[Node | None, list[Fault], bool]:
    """A file laid over its base; its faults; and whether all layers could be read."""
    file = os.fspath(path)
    return _layered(*read(file), lambda based_on: _read_base(file, based_on))


def layers_of(content: bytes, file: str, beside: Mapping[str, bytes]) -> tuple[Node | None, list[Fault], bool]:
    """As ``read_layers``, of bytes that came from elsewhere under the name ``file``. Its base is one of the
    files ``beside`` it, given by their names; the computer's own files are never looked at."""
    return _layered(*read_bytes(content, file), lambda based_on: _base_beside(file, based_on, beside))


def _layered(own: Node | None, faults: list[Fault], read_base: Callable[
        [Node], tuple[Node | None, list[Fault]]]) -> tuple[Node | None, list[Fault], bool]:
    """What was read of a file, laid over the base that it names."""
    if own is None or not isinstance(own.value, dict):
        return own, faults, own is not None
    faults += take_notes(own)
    based_on = own.value.pop(BASED_ON, None)
    if based_on is None:
        return own, faults, True
    base, base_faults = read_base(based_on)
    faults += base_faults
    if base is None or not isinstance(base.value, dict):
        for key in [key for key, held in own.value.items() if isinstance(held.value, list)]:
            del own.value[key]          # its items may name items of the base that we do not know
        return own, faults, False
    return lay_over(base, own), faults, True


def take_notes(root: Node) -> list[Fault]:
    """Replace each annotated value by the bare one, which keeps its source and grade."""
    faults = []
    for node in root.walk():
        for held in node.children():
            if is_annotated(held) and held.key != "kind":
                faults += _take_note(held)
    return faults


def is_annotated(node: Node) -> bool:
    """Whether a mapping is a value with notes: ``value`` and nothing that is not a note."""
    return isinstance(node.value, dict) and "value" in node.value and not (
        node.value.keys() - {"value", *NOTES})


def lay_over(base: Node, top: Node, by_name: bool = True) -> Node:
    """``top`` over ``base``: mappings key by key; a list replaces.

    With ``by_name``, a list in which an item's ``name`` is that of an item below changes that
    item key by key and adds the others.
    """
    if isinstance(base.value, dict) and isinstance(top.value, dict):
        for key, held in top.value.items():
            below = base.value.get(key)
            base.put(key, lay_over(below, held, by_name) if below is not None else held)
        return base
    if by_name and isinstance(base.value, list) and isinstance(top.value, list):
        known = {item.label: item for item in base.value}
        if any(item.said("name") in known for item in top.value):
            for item in top.value:
                if item.said("name") in known:
                    lay_over(known[item.said("name")], item)
                else:
                    base.append(item)
            return base
    return top


def set_path(root: Node, path: str, node: Node, elsewhere: Callable[[], dict[str, str]]) -> list[Fault]:
    """Lay a node over what a dotted path of ``root`` leads to.

    ``elsewhere`` finds the full paths of keys that stand in some other section, for hints.
    """
    *way, last = path.split(".")
    here = root
    for step in way:
        found = here.child(step)
        if found is None:
            return [_lost(here, path, step, node, elsewhere)]
        here = found
    below = here.child(last)
    if below is None:
        return [_lost(here, path, last, node, elsewhere)]
    if isinstance(here.value, list):
        if not isinstance(node.value, dict):
            return [_whole_item(path, node)]
        lay_over(below, node, by_name=False)
        return []
    here.put(last, lay_over(below, node, by_name=False))
    return []


def unknown(word: str, known: list[str], elsewhere: dict[str, str]) -> str:
    """What to say of an unknown key: the nearest known one, or the place where that key stands."""
    if word in elsewhere:
        return say("; did you mean '{path}'?", path=elsewhere[word])
    if word.isdecimal():        # what {size: 0,5} leaves behind its comma
        return say("; a number is written without commas, as in 0.5 or 2000000")
    near = did_you_mean(word, known)
    if near or not known:
        return near
    return say("; known here: {names}", names=listed(known))


def _read_base(file: str, based_on: Node) -> tuple[Node | None, list[Fault]]:
    """The base of a file, which must lie in its folder and stand on its own."""
    rule = _why_not_a_base(file, based_on)
    if rule:
        return None, [Fault(based_on, rule)]
    path = Path(file).parent / based_on.value
    if not os.path.exists(path):
        siblings = sorted(os.listdir(path.parent)) if os.path.isdir(path.parent) else []
        hint = did_you_mean(path.name, (name for name in siblings if name != path.name))
        return None, [Fault(based_on, say("there is no such file next to this one") + hint)]
    def is_own(said: str) -> bool:
        return os.path.realpath(path.parent / said) == os.path.realpath(file)

    return _as_base(*read(path), based_on, is_own)


def _base_beside(file: str, based_on: Node, beside: Mapping[str, bytes]) -> tuple[Node | None, list[Fault]]:
    """The base of a file that came from elsewhere: one of those beside it."""
    said = based_on.value
    if not isinstance(said, str) or not said.strip():
        return None, [Fault(based_on, say("must be the name of a file, such as banjarmasin.yaml"))]
    if said not in beside:
        return None, [Fault(based_on, say("must be one of the files that are offered here ({names})",
                                          names=listed(sorted(beside))) + did_you_mean(said, beside) if beside else
                            say("no file is offered here on which it could be based: write all values out"))]
    return _as_base(*read_bytes(beside[said], said), based_on, lambda deeper: deeper == file)


def _as_base(base: Node | None, faults: list[Fault], based_on: Node, is_own: Callable[[str], bool]) -> tuple[
        Node | None, list[Fault]]:
    """What was read of a base, unless it cannot be one; ``is_own`` tells the file that is based on it."""
    if base is None or not isinstance(base.value, dict):
        return None, faults or [Fault(based_on, say("is no scenario: it holds no 'key: value' lines"))]
    faults += take_notes(base)
    deeper = base.value.pop(BASED_ON, None)
    if deeper is not None:
        rule = say("{base} is itself based on {deeper}: at most one level is allowed",
                   base=based_on.value, deeper=deeper.shown)
        if is_own(deeper.text):
            rule = say("goes in a circle: {base} is based on this file", base=based_on.value)
        return None, [*faults, Fault(based_on, rule)]
    return base, faults


def _why_not_a_base(file: str, based_on: Node) -> str:
    """The rule that a ``based_on`` breaks before its file is looked at; empty if none."""
    said = based_on.value
    if not isinstance(said, str) or not said.strip() or "\0" in said:
        return say("must be the name of a file, such as banjarmasin.yaml")
    ways = (PurePosixPath(said), PureWindowsPath(said))
    folder = Path(os.path.realpath(Path(file).parent))
    target = Path(os.path.realpath(folder / said))
    outside = any(way.is_absolute() or way.drive or ".." in way.parts for way in ways)
    if outside or not target.is_relative_to(folder):
        return say("must be a file in the folder of this scenario")
    if target == Path(os.path.realpath(file)):
        return say("goes in a circle: a file cannot be based on itself")
    return ""


def _take_note(node: Node) -> list[Fault]:
    """Make an annotated node the value that it holds."""
    notes = node.value
    inner = notes.pop("value")
    faults = [Fault(note, say("must be text")) for note in notes.values() if not isinstance(note.value, str)]
    grade = notes.get("grade")
    if grade is not None and isinstance(grade.value, str) and grade.value not in GRADES:
        faults.append(Fault(grade, one_of(grade.value, GRADES)))
    node.source, node.grade = node.said("source"), node.said("grade")
    node.value, node.text, node.line, node.column = inner.value, inner.text, inner.line, inner.column
    for held in node.children():
        held.parent = node
    if isinstance(node.value, dict):
        faults.append(Fault(node, say("an annotated value must be a number, a truth value, text or a list")))
    return faults


def _lost(here: Node, path: str, step: str, node: Node, elsewhere: Callable[[], dict[str, str]]) -> Fault:
    """That a dotted path leads nowhere, and where it probably should."""
    lost = Node(None, node.file, node.line, node.column, key=path)
    if isinstance(here.value, list):
        names = [item.label for item in here.value]
        rule = say("there is no '{step}' in {where}", step=step, where=here.path)
        hint = did_you_mean(step, names) or (say("; there is: {names}", names=listed(names)) if names else
                                             say("; there are none in this scenario"))
        return Fault(lost, rule + hint, at_key=True)
    if not isinstance(here.value, dict):
        return Fault(lost, say("{where} is one value: nothing lies below it", where=here.path), at_key=True)
    of_an_item = here.parent is not None and isinstance(here.parent.value, list)
    if of_an_item:          # a value of the same name in another intervention would be another thing
        hint = unknown(step, [key for key in here.value if key not in ("kind", "name")], {})
    else:
        hint = unknown(step, list(here.value), elsewhere())
    return Fault(lost, say("unknown path '{step}'", step=step) + hint, at_key=True)


def _whole_item(path: str, node: Node) -> Fault:
    return Fault(Node(node.value, node.file, node.line, node.column, node.text, key=path),
                 say("must be key: value pairs, or name one value of it: {path}.<key>", path=path))
