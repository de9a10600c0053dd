"""The household file that a scenario file names: it must be there, and is known again by its SHA-256."""

from __future__ import annotations

import os
from pathlib import Path

from kubesim import files
from kubesim.language import say
from kubesim.people.household_file import REGISTER, SURVEY, why_not_inside
from kubesim.reading.faults import Fault, did_you_mean
from kubesim.reading.nodes import Node


def pin_file(root: Node | None, folder: str, faults: list[Fault]) -> None:
    """Put the SHA-256 of the household file beside its name, unless one stands there.

    A name is looked up in the folder of the file that says it, one of ``--set`` in ``folder``.
    Adds a fault when the file is not there. Where a SHA-256 stands beside the name, as in a scenario that
    was written out, the file is looked for when it is needed.
    """
    for node in _named(root):
        beside = Path(node.file).parent if node.line and not node.file.startswith("--set") else Path(folder)
        path = beside / node.value
        if why_not_inside(node.value):
            continue                                    # told with the faults between values
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(beside)):
            faults.append(Fault(node, say("must be a file in the folder of this scenario")))
        elif node.parent.said("sha256"):
            continue
        elif not path.is_file():
            near = sorted(os.listdir(path.parent)) if path.parent.is_dir() else []
            faults.append(Fault(node, say("there is no such file next to this one") + did_you_mean(path.name, near)))
        else:
            node.parent.put("sha256", Node.of(files.sha256(path), ""))


def refuse_file(root: Node | None, faults: list[Fault]) -> None:
    """Add a fault where a scenario that came from elsewhere names a household file of this computer."""
    faults += [Fault(node, say("a household file is not read here, where only the scenario has come: run it where the "
                               "household file lies (kubesim run SCENARIO), or leave this out and the households are "
                               "drawn"))
               for node in _named(root)]


def _named(root: Node | None) -> list[Node]:
    """Where a household file is named, by a text that is not empty."""
    people = root.child("population") if root is not None and isinstance(root.value, dict) else None
    if people is None or not isinstance(people.value, dict):
        return []
    found = [people.value.get(word) for word in (REGISTER, SURVEY)]
    return [node for node in found if node is not None and isinstance(node.value, str) and node.value]
