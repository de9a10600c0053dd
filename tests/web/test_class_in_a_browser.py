"""A class: thirty sessions at once, four of them on a screen that is looked at; nobody gets another's answer."""

from __future__ import annotations

import pytest

from looking import PATIENCE, answered, finished, put
from pupil import Pupil

pytestmark = pytest.mark.browser
PUPILS, ON_A_SCREEN = 30, 4
LITTLE = "scenario=banjarmasin&households=100&months=6&lang=en&view=whatif&hours=20"


def moved(pupil: Pupil, hours: int) -> bool:
    """Whether a pupil without a screen has the whole answer to the hours that she asked for."""
    status, results = pupil.seen("status"), pupil.seen("results")
    return f"hours={hours}&" in pupil.seen("query") and bool(results) and not status["working"] and (
        status["done"] == status["of"] == results["pairs"])


def test_a_class_moves_levers_at_once_and_nobody_sees_anothers_design(visit, server):
    """Each has a seed of her own, so that no two answers are the same."""
    pages = [visit(f"{LITTLE}&seed={100 * place + 2}") for place in range(ON_A_SCREEN)]
    others = [Pupil(server, f"{LITTLE}&seed={100 * place + 2}") for place in range(ON_A_SCREEN, PUPILS)]
    for pupil in others:
        assert pupil.wait(lambda: bool(pupil.seen("results")), PATIENCE / 1000), pupil.broken or "no answer"
    for place, pupil in enumerate(others, ON_A_SCREEN):
        pupil.act(do="set", key="hours", value=60 + place)
    for place, page in enumerate(pages):
        put(finished(page), "#n-hours", 60 + place)
    for place, page in enumerate(pages):
        answered(page, f"hours={60 + place}")
        assert page.input_value("#n-hours") == str(60 + place)
    for place, pupil in enumerate(others, ON_A_SCREEN):
        assert pupil.wait(lambda: moved(pupil, 60 + place), PATIENCE / 1000), (
            pupil.broken or f"pupil {place}: {pupil.seen('query')}, {pupil.seen('status')}, {pupil.seen('faults')}")
    told = [page.inner_text(".ks-cards") for page in pages]
    assert len(set(told)) == ON_A_SCREEN, "two pupils on a screen see the same answer"
    assert len({str(pupil.seen("results")["cards"]) for pupil in others}) == PUPILS - ON_A_SCREEN
    for pupil in others:
        pupil.leave()
