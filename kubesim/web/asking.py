"""What a page asks, and the same as the query of its address, so that a link gives the same picture."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, Collection, Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode

from kubesim.errors import ScenarioError
from kubesim.language import ENGLISH, LANGUAGES, say, speaking_here
from kubesim.web.board import read_class
from kubesim.web.levers import BY_KEY, LEVERS, SHOCKS, SWITCHES, USUAL, WORLD
from kubesim.web.uploads import file_of, is_upload

VIEWS = ("whatif", "watch", "lessons")
MOST_DESIGNS = 4
LONGEST_NAME, LONGEST_QUERY = 60, 4_000
LARGEST_SEED = 2**31
OF_DESIGN = tuple(item.key for item in (*SWITCHES, *LEVERS))
OF_WORLD = tuple(item.key for item in (*WORLD, *SHOCKS))
SAME = ""
"""The baseline is the design's scenario as it was shipped."""


@dataclass(frozen=True)
class Design:
    """A scenario of the shelf with levers moved, as the page shows them."""

    scenario: str
    settings: Mapping[str, float] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Question:
    """All that the page asks: the design at hand, what it is held against, and what holds in all worlds."""

    design: Design
    against: str = SAME
    world: Mapping[str, float] = field(default_factory=lambda: dict(USUAL))
    pins: tuple[Design, ...] = ()
    seed: int = 1
    language: str = ENGLISH
    view: str = VIEWS[0]
    lesson: str = ""                # the first one
    school_class: str = ""          # none: the pupil is alone
    teaches: bool = False           # shows the board of the class to the class

    def moved(self, key: str, value: float | None) -> "Question":
        """The question with a lever moved, or put back where it was with None."""
        place = self.world if key in OF_WORLD else self.design.settings
        settings = {other: held for other, held in place.items() if other != key}
        if value is not None:
            settings[key] = value
        elif key in USUAL:
            settings[key] = USUAL[key]
        if key in OF_WORLD:
            return replace(self, world=settings)
        return replace(self, design=replace(self.design, settings=settings))


def to_query(question: Question) -> str:
    """The query of the address."""
    pairs = [("scenario", question.design.scenario)]
    pairs += [("against", question.against)] if question.against else []
    pairs += [(key, _number(question.world[key])) for key in OF_WORLD
              if key in question.world and question.world[key] != USUAL.get(key)]
    pairs += [(key, _number(question.design.settings[key])) for key in OF_DESIGN if key in question.design.settings]
    pairs += [("pin", _of_pin(pin)) for pin in question.pins]
    pairs += [("seed", str(question.seed))] if question.seed != 1 else []
    pairs += [("lesson", question.lesson)] if question.lesson else []
    pairs += [("class", question.school_class)] if question.school_class else []
    pairs += [("board", "1")] if question.teaches else []
    return urlencode([*pairs, ("lang", question.language), ("view", question.view)])


def from_query(query: str, shelf: Collection[str], language: str = ENGLISH) -> tuple[Question, list[str]]:
    """The question of an address, and what is wrong with it in a line each; what is wrong is left out.
    Where a file that somebody uploaded is missing, no lever is moved either: it was moved on that file."""
    if len(query) > LONGEST_QUERY:
        return Question(Design(next(iter(shelf))), language=language), [say("the address is too long to be read")]
    pairs = _pairs(query)
    language = next((given for key, given in pairs if key == "lang" and given in LANGUAGES), language)
    with speaking_here(language):
        return _question_of(pairs, shelf, language, bool(missing_files(query, shelf)))


def _question_of(pairs: list[tuple[str, str]], shelf: Collection[str], language: str, lacks_file: bool) -> tuple[
        Question, list[str]]:
    first, faults = next(iter(shelf)), []
    scenario, against, settings, world, pins, seed, view = first, SAME, {}, dict(USUAL), [], 1, VIEWS[0]
    in_class: dict[str, Any] = {}
    for key, given in pairs:
        if key in ("scenario", "against"):
            if given not in shelf:
                faults.append(_missing(key, given))
            elif key == "scenario":
                scenario = given
            else:
                against = given
        elif key == "lang" and given in LANGUAGES:
            continue
        elif key == "view" and given in VIEWS:
            view = given
        elif key == "seed" and given.isascii() and given.isdigit() and int(given[:12]) < LARGEST_SEED:
            seed = int(given)
        elif key in ("lesson", "class", "board"):
            try:
                in_class |= _in_class(key, given)
            except ScenarioError as wrong:
                faults += wrong.faults
        elif key == "pin":
            pin = _pin_of(given, shelf)
            pins += [pin] if pin and len(pins) < MOST_DESIGNS - 1 else []
            faults += [] if pin else [_pin_fault(given)]
        elif key in BY_KEY:
            number = read_number(given)
            if number is None:
                faults.append(_fault(key, given, say("must be a number")))
            else:
                (world if key in OF_WORLD else settings)[key] = number
        else:
            faults.append(_fault(key, given, say("the page does not know this")))
    in_class["teaches"] = in_class.get("teaches", False) and bool(in_class.get("school_class"))
    if lacks_file:
        scenario, settings, against, pins = first, {}, SAME, []
    return Question(Design(scenario, settings), against, world, tuple(pins), seed, language, view, **in_class), faults


def _in_class(key: str, given: str) -> dict[str, Any]:
    """What a pair of the address says of the lesson, by the question's own name; raises ScenarioError."""
    if key == "class":
        return {"school_class": read_class(given)}
    if key == "board" and given in ("0", "1"):
        return {"teaches": given == "1"}
    if key == "lesson" and given.isidentifier() and len(given) <= LONGEST_NAME:
        return {"lesson": given}
    raise ScenarioError(_fault(key, given, say("the page does not know this")))


def missing_files(query: str, shelf: Collection[str]) -> set[str]:
    """Keys of uploaded scenarios that an address names and that are not here."""
    pairs = _pairs(query) if len(query) <= LONGEST_QUERY else []
    named = {given.split("~")[1] if key == "pin" and "~" in given else given for key, given in pairs
             if key in ("scenario", "against", "pin")}
    return {name for name in named if is_upload(name) and name not in shelf}


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.removeprefix("?"), keep_blank_values=True)


def read_number(given: object) -> float | None:
    """A finite number that somebody typed, with a point or a comma; None where it is none."""
    if isinstance(given, bool) or not isinstance(given, (str, int, float)) or len(str(given)) > 20:
        return None
    try:
        number = float(str(given).strip().replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _number(held: float) -> str:
    return f"{held:.9g}"


def _of_pin(pin: Design) -> str:
    """A pinned design as one value: its name, its scenario and its settings."""
    settings = "~".join(f"{key}:{_number(held)}" for key, held in pin.settings.items())
    return "~".join([quote(pin.name, safe=" ").replace("~", "%7E"), pin.scenario.replace("~", ""), settings])


def _pin_of(given: str, shelf: Collection[str]) -> Design | None:
    """A pinned design from one value; None where it cannot be read."""
    parts = given.split("~")
    if len(parts) < 2 or parts[1] not in shelf:
        return None
    settings = {}
    for part in filter(None, parts[2:]):
        key, _, written = part.partition(":")
        number = read_number(written)
        if key not in OF_DESIGN or number is None:
            return None
        settings[key] = number
    return Design(parts[1], settings, unquote(parts[0])[:LONGEST_NAME])


def _missing(key: str, given: str) -> str:
    """That a scenario is not here, and what to do about it."""
    if not is_upload(given):
        return _fault(key, given, say("there is no such scenario"))
    return say("the link needs the file {file}, which its sender had uploaded: ask for it and upload it here; then "
               "the link shows what it should", file=file_of(given)[:LONGEST_NAME] or "?")


def _pin_fault(given: str) -> str:
    """What is wrong with a pinned design."""
    scenario = given.split("~")[1] if "~" in given else ""
    return _missing("pin", scenario) if is_upload(scenario) else _fault("pin", given, say("cannot be read"))


def _fault(key: str, given: str, rule: str) -> str:
    return say("address: {key} = {given}: {rule}", key=key[:LONGEST_NAME], given=given[:LONGEST_NAME], rule=rule)
