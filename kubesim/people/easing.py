"""Published P1 and P2 that the model's people cannot come near to: how far off is accepted, or which is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple

from kubesim.language import figures, say
from kubesim.people.agreement import agreements, leeway_needed

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

ROOM = 0.02
"""Leeway beyond what is needed now."""
MOST_ROUNDS = 6
EASED = ("poverty_gap", "poverty_severity")


class Easing(NamedTuple):
    """What is eased in one district: a leeway (None: the usual), and margins that are left out."""

    leeway: float | None
    without: tuple[str, ...]


def easings(scenario: "Scenario", so_far: Mapping[str, Easing]) -> dict[str, Easing]:
    """What must be eased by district, so that its people can be fitted; ``so_far`` where all margins are met.

    Luck in a month's spending makes some people poor by more than the least published gaps: a leeway up to
    1 accepts that, and a margin that needs more is left out, which changes the fit of the others a little.
    Other margins are never eased.
    """
    found = dict(so_far)
    for held in agreements(scenario):
        if held.met or held.margin not in EASED:
            continue
        before, needed = found.get(held.district, Easing(None, ())), leeway_needed(held)
        if needed <= 1:
            leeway = round(min(max(needed + ROOM, before.leeway or 0.0), 1.0), 2)
            found[held.district] = before._replace(leeway=leeway)
        else:
            found[held.district] = before._replace(without=(*before.without, held.margin))
    return found


def told_easings(easing: Mapping[str, Easing]) -> list[str]:
    """A line for each district in which something is eased."""
    lines = []
    for name, (leeway, without) in easing.items():
        if leeway is not None:
            lines.append(say("{name}: the model comes no nearer to P1 or P2 than within leeway {leeway}, as "
                             "luck in a "
                             "month's spending makes some poor by more", name=name,
                             leeway=figures(f"{leeway:g}")))
        if without:
            lines.append(say("{name}: left out, as the model cannot come near: {margins}", name=name,
                             margins=", ".join(without)))
    return lines
