"""Published P1 and P2 that the model's people cannot come near to: how far off is accepted, or which is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple

import numpy as np

from kubesim.language import figures, say
from kubesim.people.agreement import agreements, leeway_needed
from kubesim.people.margins import MOST_LEEWAY

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

ROOM = 0.02
"""Leeway beyond what is needed now."""
ALIKE = 0.2
"""Gini index of spending that is lower than districts have (judged)."""
MOST_ROUNDS = 6
EASED = {"poverty_gap": "P1", "poverty_severity": "P2"}


class Easing(NamedTuple):
    """What is eased in one district: a leeway (None: the usual), and margins that are left out, with what was
    published of them."""

    leeway: float | None = None
    without: tuple[tuple[str, float], ...] = ()

    def leaves_out(self, margin: str) -> bool:
        """Whether a margin is not fitted."""
        return margin in dict(self.without)


def easings(scenario: "Scenario", so_far: Mapping[str, Easing]) -> dict[str, Easing]:
    """What must be eased by district, so that its people can be fitted; ``so_far`` where all margins are met.

    Luck in a month's spending makes some people poor by more than the least published gaps. A leeway accepts
    that, and the people stay as near to the margin as they can; one that needs more than ``MOST_LEEWAY`` is
    left out, and its poor become the model's usual ones. Other margins are never eased.
    """
    found = dict(so_far)
    for held in agreements(scenario):
        if held.met or held.margin not in EASED:
            continue
        before, needed = found.get(held.district, Easing()), leeway_needed(held)
        if needed <= MOST_LEEWAY:
            leeway = round(min(max(needed + ROOM, before.leeway or 0.0), MOST_LEEWAY), 2)
            found[held.district] = before._replace(leeway=leeway)
        else:
            found[held.district] = before._replace(without=(*before.without, (held.margin, held.published)))
    return found


def told_easings(easing: Mapping[str, Easing], scenario: "Scenario") -> list[str]:
    """A line for each district in which something is eased: what its fitted people have, and what was published."""
    lines, reached = [], {(held.district, held.margin): held for held in agreements(scenario)}
    for name, (leeway, without) in easing.items():
        off = [held for margin in EASED if not (held := reached[name, margin]).near]
        if leeway is not None and off:
            lines.append(say("{name}: luck in a month's spending makes the model's poor poorer than the published "
                             "ones: {numbers}; accepted (leeway {leeway})", name=name, leeway=figures(f"{leeway:g}"),
                             numbers=", ".join(_off(held.margin, held.fitted, held.published) for held in off)))
        if without:
            lines.append(say("{name}: luck in a month's spending makes the model's poor poorer than the published "
                             "ones: {numbers}; left out", name=name, numbers=", ".join(
                                 _off(margin, reached[name, margin].fitted, published)
                                 for margin, published in without)))
    return lines


def told_alike(scenario: "Scenario") -> list[str]:
    """A line for each district whose indices are met only by people more alike than people are."""
    return [say("{name}: so low a poverty gap makes the model's people more alike than people are (Gini index {gini}); "
                "add mean spending to the table if it is known, or leave P1 and P2 out", name=held.district,
                gini=figures(f"{held.fitted:.2f}"))
            for held in agreements(scenario)
            if held.margin == "gini" and np.isnan(held.published) and held.fitted < ALIKE]


def _off(margin: str, fitted: float, published: float) -> str:
    """What the model comes to and what was published."""
    return say("{margin} {fitted} for {published}", margin=EASED[margin], fitted=figures(f"{fitted:.4f}"),
               published=figures(f"{published:.4f}"))
