"""The shipped evidence in small, for tests."""

from __future__ import annotations

from dataclasses import replace

from kubesim.validation.evidence import Evidence, load_evidence

HOUSEHOLDS = 60
SHORT = ("1a", "6a", "10", "15b")
"""Targets of several kinds of arms that need 24 months at most."""


def short_evidence() -> Evidence:
    """The shipped evidence with a few short targets and few households."""
    shipped, people = load_evidence(), "population.households"
    usual = shipped.base.population.households
    settings = {name: {**held, people: held[people] * HOUSEHOLDS // usual} if people in held else held
                for name, held in shipped.settings.items()}
    return replace(shipped, base=shipped.base.with_({people: HOUSEHOLDS}), settings=settings,
                   targets=shipped.chosen(SHORT))
