"""What a question becomes when something other than a lever is moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Collection

from kubesim.errors import ScenarioError
from kubesim.language import LANGUAGES, say
from kubesim.web import effects
from kubesim.web.asking import LARGEST_SEED, LONGEST_NAME, MOST_DESIGNS, VIEWS, Design, Question, read_number
from kubesim.web.board import read_class


def after(ask: Question, shelf: Collection[str], do: object, value: object) -> Question | None:
    """The question after an event of the page; None where the event means nothing. Raises ScenarioError
    for what cannot be."""
    text = value if isinstance(value, str) else None
    if do == "scenario" and text in shelf:
        return replace(ask, design=Design(text))
    if do == "against" and (text == "" or text in shelf):
        return replace(ask, against=text)
    if do == "language" and text in LANGUAGES:
        return replace(ask, language=text)
    if do == "view" and text in VIEWS:
        return replace(ask, view=text)
    if do == "lesson" and text and text.isidentifier():
        return replace(ask, lesson=text[:LONGEST_NAME])
    if do == "class":
        name = read_class(value)
        return replace(ask, school_class=name, teaches=ask.teaches and bool(name))
    if do == "teaches" and isinstance(value, bool) and ask.school_class:
        return replace(ask, teaches=value)
    if do == "reset":
        return replace(ask, design=Design(ask.design.scenario), world=Question(ask.design).world)
    if do == "unpin" and isinstance(value, int) and 0 <= value < len(ask.pins):
        return replace(ask, pins=ask.pins[:value] + ask.pins[value + 1:])
    if do == "seed":
        return replace(ask, seed=_seed(value))
    if do == "luck":                        # so far on that no pair has the luck of one before
        return replace(ask, seed=(ask.seed + effects.PAIRS) % LARGEST_SEED)
    if do == "pin":
        return _pinned(ask, value)
    return None


def without(ask: Question, key: str, first: str) -> Question:
    """The question when a scenario is no longer there: what was asked of it is asked of the first one, with
    no lever moved, and its pins are taken out."""
    pins = tuple(pin for pin in ask.pins if pin.scenario != key)
    design = Design(first) if ask.design.scenario == key else ask.design
    return replace(ask, design=design, against="" if ask.against == key else ask.against, pins=pins)


def _seed(given: object) -> int:
    number = read_number(given)
    if number is None or number != int(number) or not 0 <= number < LARGEST_SEED:
        raise ScenarioError(say("seed = {given}: must be a whole number from 0 on", given=str(given)[:20]))
    return int(number)


def _pinned(ask: Question, name: object) -> Question:
    """The question with the design at hand pinned under a name."""
    if len(ask.pins) >= MOST_DESIGNS - 1:
        raise ScenarioError(say("at most {most} designs can be compared: take a pin out first", most=MOST_DESIGNS))
    called = str(name or "").strip()[:LONGEST_NAME] or say("Design {number}", number=len(ask.pins) + 1)
    return replace(ask, pins=(*ask.pins, replace(ask.design, name=called)))
