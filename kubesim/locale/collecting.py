"""Collects the texts for users from the code, for Babel (see babel.cfg, which names what to look for).

A text is what ``say`` or ``phrase`` is called with. Where a text is kept in a constant or passed on, babel.cfg
names the constant, or the function that it is passed to; words that are data too are written out there.
"""

from __future__ import annotations

import ast
import re
from typing import Any, BinaryIO, Iterable, Iterator, Mapping

DOORS = ("say", "phrase")
PARAMETERS = ("value", "share", "monthly", "rupiah", "whole_months")
"""Functions of kubesim.units that declare a parameter."""
OUTCOME = "outcome"                 # of kubesim.extensions; begins with the unit

Text = tuple[int, str, str, list[str]]
"""Line, function, text, comments: what Babel asks for."""


def texts(file: BinaryIO, keywords: Any, comment_tags: Any, options: Mapping[str, str]) -> Iterator[Text]:
    """Every text of a file, in the form that Babel asks for."""
    tree = ast.parse(file.read())
    yield from _literals(tree)
    yield from _constants(tree, options.get("constants", "").split())
    yield from _passed_on(tree, options.get("calls", "").split())
    if options.get("parameters"):
        yield from _parameters(tree)
    for word in options.get("words", "").splitlines():
        if word.strip():
            yield 1, "", word.strip(), []


def entries(file: BinaryIO, keywords: Any, comment_tags: Any, options: Mapping[str, str]) -> Iterator[Text]:
    """Every text of a YAML file under the keys that ``keys`` names, written between double quotes, in the form
    that Babel asks for."""
    keys = "|".join(options["keys"].split())
    written = file.read().decode("utf-8")
    for found in re.finditer(rf'^\s+(?:{keys}): "([^"]+)"$', written, re.MULTILINE):
        yield written.count("\n", 0, found.start()) + 1, "", " ".join(found[1].split()), []


def titles(file: BinaryIO, keywords: Any, comment_tags: Any, options: Mapping[str, str]) -> Iterator[Text]:
    """What a scenario that ships is called and what it is about, in the form that Babel asks for."""
    written = file.read().decode("utf-8")
    for found in re.finditer(r"^(?:name: (.+)|about: >\n((?:  .+\n)+))", written, re.MULTILINE):
        yield written.count("\n", 0, found.start()) + 1, "", " ".join((found[1] or found[2]).split()), []


def _literals(tree: ast.Module) -> Iterator[Text]:
    """What say and phrase are called with."""
    for call in _calls(tree, DOORS):
        if call.args and isinstance(call.args[0], ast.Constant):
            yield _text(call.args[0])


def _constants(tree: ast.Module, names: Iterable[str]) -> Iterator[Text]:
    """All strings of module-level constants, of dictionaries the values."""
    for line in tree.body:
        if isinstance(line, ast.Assign):
            for target in line.targets:
                pairs = (zip(target.elts, line.value.elts) if isinstance(target, ast.Tuple)
                         else [(target, line.value)])
                for name, value in pairs:
                    if isinstance(name, ast.Name) and name.id in names:
                        yield from _strings(value)


def _strings(value: ast.AST) -> Iterator[Text]:
    if isinstance(value, ast.Dict):
        for held in value.values:
            yield from _strings(held)
    elif isinstance(value, (ast.Tuple, ast.List)):
        for held in value.elts:
            yield from _strings(held)
    elif _is_text(value):
        yield _text(value)


def _passed_on(tree: ast.Module, names: Iterable[str]) -> Iterator[Text]:
    """Strings that the named functions are called with, but not those that are names of something."""
    for call in _calls(tree, names):
        for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
            for held in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                if _is_text(held) and not (held.value.isidentifier() and held.value.islower()):
                    yield _text(held)


def _parameters(tree: ast.Module) -> Iterator[Text]:
    """Meanings, units and sources of parameters, also those kept in a constant; units of outcomes."""
    kept = {line.targets[0].id: line.value for line in tree.body
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)}
    said = [call.args[0] for call in _calls(tree, [OUTCOME]) if call.args]
    for call in _calls(tree, PARAMETERS):
        said += [*call.args[1:], *(word.value for word in call.keywords if word.arg in ("unit", "source"))]
    for given in said:
        held = kept.get(given.id) if isinstance(given, ast.Name) else given
        if _is_text(held):
            yield _text(held)


def _calls(tree: ast.Module, names: Iterable[str]) -> Iterator[ast.Call]:
    names = set(names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def _is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _text(node: ast.Constant) -> Text:
    return node.lineno, "", node.value, []
