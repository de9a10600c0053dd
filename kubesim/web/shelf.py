"""The shelf: scenarios that a page offers, read once when the server starts."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping

from kubesim.errors import ScenarioError
from kubesim.language import phrase, say
from kubesim.scenario import Scenario

FOLDER = "scenarios"
FIRST = "banjarmasin"
"""Offered first, where it is on the shelf."""
BUILT_IN = phrase("A city without a programme")


def read_shelf(place: str | Path | None) -> Mapping[str, Scenario]:
    """Scenarios by the name of their file: of the file or folder given, of ./scenarios, or the defaults
    where there is none. Raises ScenarioError with every fault of the files."""
    folder = Path(place or FOLDER)
    if not folder.exists() and place is None:
        return {"default": Scenario(name=say(BUILT_IN))}
    if not folder.exists():
        raise ScenarioError(say("{path}: there is no such file or folder", path=folder))
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
    if not files:
        raise ScenarioError(say("{path}: holds no scenario (*.yaml)", path=folder))
    shelf, faults = {}, []
    for file in files:
        try:
            shelf[file.stem] = Scenario.load(file)
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return {name: shelf[name] for name in sorted(shelf, key=lambda name: (name != FIRST, name))}


def read_files(place: str | Path | None) -> Mapping[str, bytes]:
    """What stands in the files of a shelf that has no faults, by their names."""
    folder = Path(place or FOLDER)
    files = folder.glob("*.yaml") if folder.is_dir() else [folder] if folder.is_file() else []
    return {file.name: file.read_bytes() for file in files}
