"""The household file that a scenario names: where it lies, whether it is the same file still, what it says."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Collection

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.columns import Columns, Money
from kubesim.people.register import Lists, lists_of
from kubesim.people.roll import Roll

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

REGISTER, SURVEY = "register", "survey"


def kind_of(scenario: "Scenario") -> str:
    """Whether the scenario's people come from a register or a survey; empty where they come from neither."""
    people = scenario.population
    return REGISTER if people.register else SURVEY if people.survey else ""


def why_not_inside(name: str) -> str:
    """The rule that a file's name breaks, which must stay within the scenario's folder; empty if none."""
    ways = (PurePosixPath(name), PureWindowsPath(name))
    if "\0" in name or any(way.is_absolute() or way.drive or ".." in way.parts for way in ways):
        return say("must be a file in the folder of this scenario")
    return ""


def place_of(scenario: "Scenario") -> Path:
    """Where the household file of a scenario lies, which need not be there.

    Raises ScenarioError when its name leads out of the scenario's folder.
    """
    name = getattr(scenario.population, kind_of(scenario))
    path = Path(scenario.folder) / name
    outside = not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(scenario.folder or "."))
    if why_not_inside(name) or outside:
        raise ScenarioError(f"population.{kind_of(scenario)} = {name}: "
                            + say("must be a file in the folder of this scenario"))
    return path


def check_file(scenario: "Scenario") -> None:
    """Raise ScenarioError where the household file is not there, or is another than the results' own."""
    if not kind_of(scenario):
        return
    path, expected = place_of(scenario), scenario.population.sha256
    if not path.is_file():
        raise ScenarioError(say("{file}: there is no such household file (it is not kept in results); put it "
                                "there, or change to the folder from which it was run", file=path))
    if expected and _sha256(str(path), *_stamp(path)) != expected:
        raise ScenarioError(say("{file}: is not the household file that this scenario was made with (SHA-256 "
                                "{expected}...); put that one there, or start anew from the scenario's file",
                                file=path, expected=expected[:12]))


def check_kept(scenario: "Scenario", kept: Collection[str]) -> None:
    """Raise ScenarioError where the household file cannot be used, or its households' rows would be kept."""
    if "households" in kept and kind_of(scenario):
        raise ScenarioError(say("keep = households: rows of real households are not kept in results, where they "
                                "could be told apart by size and spending; keep groups or companions"))
    check_file(scenario)


def roll_of(scenario: "Scenario") -> Roll | None:
    """What the scenario's household file says; None where it names none. Raises ScenarioError with a line
    for each fault of the file."""
    return _read(*question_of(scenario)[0]) if kind_of(scenario) else None


def register_of(scenario: "Scenario") -> tuple[Roll, Lists] | None:
    """What the scenario's register says and how its households stand on lists; None without one.
    Raises ScenarioError with a line for each fault of the file or of its groups."""
    if kind_of(scenario) != REGISTER:
        return None
    question, stamp = question_of(scenario)
    return _read(*question), _lists(question, stamp, scenario.groups.size)


def question_of(scenario: "Scenario") -> tuple[tuple, tuple[int, int]]:
    """All that the reading of its household file hangs on, and by what a changed file is known: while both
    stay, so does what the file says. Raises ScenarioError when it cannot be used."""
    check_file(scenario)
    people, path = scenario.population, place_of(scenario)
    names = tuple(district.name for district in scenario.districts)
    return (str(path), people.sheet, people.columns, people.money, kind_of(scenario), names), _stamp(path)


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of the last change: as long as both stay, the file counts as the same."""
    held = path.stat()
    return held.st_size, held.st_mtime_ns


@lru_cache(maxsize=16)
def _sha256(path: str, size: int, changed: int) -> str:
    return files.sha256(Path(path))


@lru_cache(maxsize=4)
def _lists(question: tuple, stamp: tuple[int, int], size: int) -> Lists:
    return lists_of(_read(*question), question[-1], size)


def _read(*question: object) -> Roll:
    from kubesim.people.register_file import read_roll      # slow to load, and most scenarios have no file
    return read_roll(*question)
