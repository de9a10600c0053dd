"""Strict YAML: every value with its place in the file, and nothing in it that surprises or runs.

Plain words mean what YAML 1.2 says (``hints.scalar``). Refused, each with its line: a key written
twice, anchors and aliases (so no alias bomb), tags (so no objects), a second document, tabs for
indentation, control characters, text that is not UTF-8, files over 1 MB, nesting over 20 levels.
"""

from __future__ import annotations

import math
import os
import re
import stat
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from kubesim.reading.faults import Fault, did_you_mean, tell
from kubesim.hints import float_text, scalar
from kubesim.language import say
from kubesim.reading.nodes import DEEPEST, Node

LARGEST = 1_000_000
"""Bytes that a file may have."""

MOST_VALUES = 60_000
"""Values that a file may hold; a scenario holds some hundreds, one of all 514 districts with their sources 40,000."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)      # only its parser is used

_TAB = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_PLAINER = {
    "mapping values are not allowed":
     "a second ':' or a wrong indentation: put text that holds ': ' in quotes and line up the keys",
    "found unexpected end of stream": "a quote that is opened here is never closed",
    "',' or ']'":
     "the list that is opened with '[' on line {opened} needs ',' between items and ']' at its end",
    "',' or '}'":
     "the mapping that is opened with '{{' on line {opened} needs ',' between keys and '}}' at its end",
    "cannot start any token": "a value cannot start with this character: put it in quotes",
    "expected ':'": "no ': ' between key and value: write 'key: value'",
    "sequence entries are not allowed": "a list item '- ' must start on a line of its own",
    "unknown escape character": "an unknown escape after '\\' in double quotes: use single quotes",
    "expected '-' indicator": "this line does not fit the list above it: check its indentation",
    "expected key": "this does not fit what is above it: check indentation and quotes",
    "document start>": "only one mapping of 'key: value' lines may stand at the top of a file",
    "nesting depth": "nested deeper than {most} levels",
    "<block end>": "this does not fit what is above it: check indentation and quotes",
}


def read(path: str | os.PathLike) -> tuple[Node | None, list[Fault]]:
    """The nodes of a file and what is wrong with its YAML; no nodes when it cannot be read at all."""
    file = os.fspath(path)
    try:
        content = _content(file)
    except FileNotFoundError:
        return None, [Fault(Node(None, file), _missing(file))]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return None, [Fault(Node(None, file), say("cannot be read: {reason}", reason=reason))]
    except ValueError:      # a zero byte
        return None, [Fault(Node(None, file), say("is no name of a file"))]
    if isinstance(content, Fault):
        return None, [content]
    return read_bytes(content, file)


def read_bytes(content: bytes, file: str) -> tuple[Node | None, list[Fault]]:
    """As ``read``, of what stands in a file of that name."""
    text = _text(content, file)
    if isinstance(text, Fault):
        return None, [text]
    root, faults = parse(text, file)
    if not faults and (root is None or root.value is None):
        return None, [Fault(Node(None, file, 1, 1),
                            say("is empty: a scenario starts with a line such as 'name: My scenario'"))]
    return root, faults


def parse(text: str, file: str, lines: bool = True) -> tuple[Node | None, list[Fault]]:
    """The nodes of a YAML text; without ``lines`` they name only the file."""
    broken = [(found.start(), say("control character U+{code:04X} is not allowed", code=ord(found[0])))
              for found in islice(_CONTROL.finditer(text), 10)]
    broken += [(found.end() - 1, say("a tab indents this line: use spaces"))
               for found in islice(_TAB.finditer(text), 10)]
    faults = [Fault(Node(None, file, *(_place(text[:position]) if lines else ())), rule)
              for position, rule in broken]
    if faults:
        return None, faults
    reader = _Reader(file, lines)
    return reader.read(text), reader.faults


def write(mapping: dict[str, Any]) -> str:
    """A mapping as YAML that ``parse`` reads back unchanged."""
    return yaml.dump(mapping, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)


def _content(file: str) -> bytes | Fault:
    """What stands in a file, or why it cannot be used."""
    here = Node(None, file)
    found = os.stat(file)
    if stat.S_ISDIR(found.st_mode):
        return Fault(here, say("is a folder, not a file"))
    if not stat.S_ISREG(found.st_mode):
        return Fault(here, say("is not an ordinary file"))
    with open(file, "rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        size = math.ceil(max(found.st_size, len(content)) / 1e5) / 10
        return Fault(here, say("file is {size:.1f} MB: at most 1 MB", size=size))
    return content


def _text(content: bytes, file: str) -> str | Fault:
    """The text of a file's content, or why it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        return Fault(Node(None, file, *_place(content[:position].decode("utf-8-sig"))),
                     say("byte 0x{byte:02X} at position {position} is not UTF-8: save the file as UTF-8",
                         byte=content[position], position=position))


def _missing(file: str) -> str:
    """That a file is missing, with the file of the same folder that was probably meant."""
    folder = Path(file).parent
    if not os.path.isdir(folder):
        return say("file not found: there is no folder '{folder}'", folder=folder)
    name = Path(file).name
    others = (other for other in sorted(os.listdir(folder)) if other != name)
    return say("file not found") + did_you_mean(name, others)


def _place(before: str) -> tuple[int, int]:
    """Line and column of what comes after a text."""
    lines = before.split("\n")
    return len(lines), len(lines[-1]) + 1


class _Reader:
    """Builds nodes from the parser's events, without recursion."""

    def __init__(self, file: str, lines: bool) -> None:
        self.file, self.lines = file, lines
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self.count = 0
        self.open: list[Node] = []              # mappings and lists not yet closed
        self.keys: list[Node | None] = []       # for each of them, the key that waits for its value

    def read(self, text: str) -> Node | None:
        """The root of a text; None when its YAML is broken."""
        try:
            for event in yaml.parse(text, Loader=LOADER):
                if not self._take(event):
                    return None
        except yaml.MarkedYAMLError as error:
            self._tell_syntax(error)
            return None
        return self.root

    def _take(self, event: yaml.Event) -> bool:
        """Add an event to the tree; False when there is no use in reading on."""
        if isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._tell(self._node(None, event), say("a second document starts here: a file holds one"))
            return False
        elif isinstance(event, yaml.NodeEvent):
            node = self._node({} if isinstance(event, yaml.MappingStartEvent) else
                              [] if isinstance(event, yaml.SequenceStartEvent) else None, event)
            self._place(node, event)
            if isinstance(event, yaml.CollectionStartEvent):
                self.open.append(node)
                self.keys.append(None)
            self.count += 1
            if self.count > MOST_VALUES or len(self.open) > DEEPEST:
                self._tell(node, say("a file holds at most {most} values", most=MOST_VALUES)
                           if self.count > MOST_VALUES else
                           say("nested deeper than {most} levels", most=DEEPEST), at_key=True)
                return False
        return True

    def _node(self, value: Any, event: yaml.Event) -> Node:
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if self.lines else ()
        node = Node(value, self.file, *place)
        if isinstance(event, yaml.ScalarEvent):
            node.text = event.value
            node.value = scalar(event.value) if event.implicit[0] else event.value
        return node

    def _place(self, node: Node, event: yaml.NodeEvent) -> None:
        """Put a node where it belongs; a refused one is left out of its parent."""
        if not self.open:
            self.root = node
            self._sound(node, event)
            return
        parent = self.open[-1]
        node.parent = parent
        if isinstance(parent.value, list):
            node.key = str(len(parent.value) + 1)
            if self._sound(node, event):
                parent.append(node)
        elif self.keys[-1] is None:
            self.keys[-1] = node
            self._sound(node, event)
            if isinstance(event, yaml.CollectionStartEvent):
                self._tell(node, say("a key must be a plain word"))
        else:
            self._place_value(parent, self.keys[-1], node, event)
            self.keys[-1] = None

    def _place_value(self, parent: Node, key: Node, node: Node, event: yaml.NodeEvent) -> None:
        node.key, node.key_line, node.key_column = key.text, key.line, key.column
        first = parent.value.get(key.text)
        if first is not None:
            self._tell(node, say("key written twice, first on line {line}", line=first.key_line), at_key=True)
        elif self._sound(node, event) and not isinstance(key.value, (dict, list)):
            parent.put(key.text, node)

    def _sound(self, node: Node, event: yaml.NodeEvent) -> bool:
        """Whether a node is plain YAML; tells what it is if not."""
        if isinstance(event, yaml.AliasEvent):
            node.text = f"*{event.anchor}"
            self._tell(node, say("aliases are not allowed: write the value out"))
            return False
        if event.anchor is not None:
            self._tell(node, say("anchors (&{name}) are not allowed: write the value out where it is needed",
                                 name=event.anchor[:60]))
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:60]
            self._tell(node, say("tags ({tag}) are not allowed: write the value plainly", tag=tag))
            return False
        return True

    def _tell(self, node: Node, rule: str, at_key: bool = False) -> None:
        tell(self.faults, Fault(node, rule, at_key))

    def _tell_syntax(self, error: yaml.MarkedYAMLError) -> None:
        """What the parser stumbled over, in plainer words where we have them."""
        mark, problem = error.problem_mark or error.context_mark, error.problem or str(error)
        opened = error.context_mark.line + 1 if error.context_mark else 0
        rule = next((say(plain, opened=opened, most=DEEPEST) for part, plain in _PLAINER.items() if part in problem),
                    say("cannot be read as YAML: {problem}", problem=problem))
        if "end of stream" in problem or "expected ':'" in problem:
            mark = error.context_mark           # where the quote or the line begins
        place = (mark.line + 1, mark.column + 1) if self.lines else ()
        self._tell(Node(None, self.file, *place), rule)


class _Writer(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Quotes text that would be read as something else, and never writes aliases."""

    def ignore_aliases(self, value: Any) -> bool:
        return True

    def write_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text,
                                     style=None if isinstance(scalar(text), str) else '"')

    def write_float(self, number: float) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:float", float_text(number))


_Writer.add_representer(float, _Writer.write_float)
_Writer.add_representer(str, _Writer.write_text)
