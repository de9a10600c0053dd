"""The worlds that a question asks for: a baseline and the designs that are held against it."""

from __future__ import annotations

from typing import Mapping

from kubesim.comparing.worlds import same_world
from kubesim.language import say, translated
from kubesim.scenario import Scenario
from kubesim.web.asking import Question
from kubesim.web.levers import moved


def worlds_of(ask: Question, shelf: Mapping[str, Scenario]) -> tuple[Scenario, list[Scenario]]:
    """The baseline, and the designs that differ from it: pinned ones first, none twice; raises
    ScenarioError."""
    shown = shelf[ask.against or ask.design.scenario]
    baseline = moved(shown, ask.world, translated(shown.name) or say("Baseline"))
    designs = [moved(shelf[pin.scenario], {**ask.world, **pin.settings}, pin.name) for pin in ask.pins]
    kept: list[Scenario] = []
    for design in [*designs, design_of(ask, shelf)]:
        if not any(same_world(design, other) for other in [baseline, *kept]):
            kept.append(design)
    return baseline, kept


def design_of(ask: Question, shelf: Mapping[str, Scenario]) -> Scenario:
    """The design at hand; raises ScenarioError."""
    return moved(shelf[ask.design.scenario], {**ask.world, **ask.design.settings}, say("Your design"))
