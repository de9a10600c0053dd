"""A frontier in words: a table of the finalists, the verdict, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np

from kubesim.comparing.words import percent
from kubesim.economics.amounts import Amounts
from kubesim.frontier.levers import Design, Lever
from kubesim.language import say
from kubesim.plots.formats import MISSING, number, rupiah

if TYPE_CHECKING:
    from kubesim.frontier.found import Frontier

MOST_SHOWN = 8
NARROW = 0.002
"""Share of a cost below which the width of its interval is not worth showing."""


def lines(found: "Frontier") -> list[str]:
    """All that the terminal shows."""
    asked = found.question
    told = [say("Most of '{goal}' for {budget}, for the model's {groups} groups ({each} a group)",
                goal=asked.goal.title, budget=rupiah(asked.budget), groups=number(asked.groups),
                each=rupiah(asked.budget / asked.groups)),
            say("{designs} designs tried with {seeds} seeds each", designs=number(len(found.found.tried)),
                seeds=number(asked.replicates))]
    if found.judged is None:
        return [*told, *_unjudged(found)]
    return [*told, "", *_aligned(_table(found)), "", *_key(asked.levers), "", *verdict(found),
            *caveats(found)]


def verdict(found: "Frontier") -> list[str]:
    """Which design to choose, how sure that is, and what it would cost to be wrong."""
    judged, goal = found.judged, found.question.goal
    at, labels = judged.chosen, found.labels()
    if at < 0:
        return [say("No finalist is within the budget")]
    spread = float(judged.gain[at, 2] - judged.gain[at, 1]) / 2
    told = [say("Choose A: it is the best of these with probability {best}; choosing it forgoes {regret} of "
                "its gain of {gain} on average", best=percent(judged.best[at]),
                regret=_regret(found, at), gain=goal.alone(judged.gain[at, 0], spread))]
    rivals = [other for other in found.order()[1:] if judged.best[other] >= 0.05]
    if rivals:
        told.append(say("These seeds cannot rule out: {rivals}", rivals=", ".join(
            say("{label} ({best})", label=labels[other], best=percent(judged.best[other]))
            for other in rivals)))
    return told


def caveats(found: "Frontier") -> list[str]:
    """What these numbers leave out."""
    free = found.free_levers()
    told = [say("Gains and costs are from seeds that the search never saw; the best of close designs is "
                "still flattered by about its regret")]
    if free:
        told.append(say("The model charges nothing for {levers}: what ability or practice costs more must be "
                        "held against these gains", levers=", ".join(lever.name for lever in free)))
    best = found.best()
    ends = [lever.name for lever, held in zip(found.question.levers, best or ())
            if lever not in free and _at_end(lever, held)]
    if ends:
        told.append(say("A lies at the end of the range of {levers}: a wider range may give more",
                        levers=", ".join(ends)))
    return told


def _regret(found: "Frontier", at: int) -> str:
    """A finalist's regret, with decimals that tell it from 0 or are fine enough for its gain's interval."""
    regret, width = found.judged.regret[at], float(np.ptp(found.judged.gain[at, 1:]))
    return found.question.goal.alone(regret, max(regret, width / 20))


def _at_end(lever: Lever, held: float) -> bool:
    """Whether a value lies at an end of its range that is not 0 or 1, beyond which often nothing is."""
    near = 0.02 * (lever.high - lever.low)
    return any(abs(end - held) <= near and end not in (0, 1) for end in (lever.low, lever.high))


def _unjudged(found: "Frontier") -> list[str]:
    best = found.best()
    if best is None:
        return [say("stopped before any design within the budget was found")]
    cost, gain = found.found.tried[best]
    return [say("stopped before the finalists were judged; the best so far, by the seeds of the search "
                "alone, costs {cost} and gains {gain}: {design}", cost=rupiah(cost),
                gain=found.question.goal.alone(gain, abs(gain) / 10), design=", ".join(
                    f"{lever.name} {shown(lever, held)}"
                    for lever, held in zip(found.question.levers, best)))]


def _table(found: "Frontier") -> list[list[str]]:
    """Rows of cells, the first one the head."""
    judged, asked, labels = found.judged, found.question, found.labels()
    heads = [str(place) for place in range(1, len(asked.levers) + 1)]
    rows = [[say("design"), *heads, say("cost"), say("cost per group"), asked.goal.title, say("best"),
             say("regret"), say("seeds")]]
    order = [at for at in found.order() if not found.is_over(at)]
    for at in order[:MOST_SHOWN]:
        rows.append([labels[at], *_values(asked.levers, found.finalists[at]), _money(judged.cost[at]),
                     rupiah(judged.cost[at, 0] / asked.groups), asked.goal.written(*judged.gain[at]),
                     percent(judged.best[at]), _regret(found, at),
                     number(judged.seeds[at])])
    usual = found.usual
    rows.append([say("baseline"), *_values(asked.levers, tuple(lever.usual for lever in asked.levers)),
                 _money(usual.cost[0]), rupiah(usual.cost[0, 0] / asked.groups),
                 asked.goal.written(*usual.gain[0]), MISSING, MISSING, number(usual.seeds[0])])
    return rows


def _values(levers: Sequence[Lever], design: Design) -> list[str]:
    return [shown(lever, held) for lever, held in zip(levers, design)]


def shown(lever: Lever, held: float) -> str:
    """A lever's value, with as many decimals as its range calls for."""
    if lever.unit.startswith("Rp"):
        return rupiah(held)
    span = lever.high - lever.low
    return number(held, 0 if lever.whole else int(np.clip(np.ceil(-np.log10(span / 50)), 0, 4)))


def _money(amounts: np.ndarray) -> str:
    if amounts[2] - amounts[1] <= NARROW * amounts[0]:
        return rupiah(amounts[0])
    shape = Amounts.of(*amounts)
    return say("{cost} ({between})", cost=shape.amount(amounts[0]), between=shape.between(*amounts[1:]))


def _key(levers: Sequence[Lever]) -> list[str]:
    return [say("{place}: {name} ({unit}), from {low} to {high}", place=place, name=lever.name,
                unit=lever.unit, low=shown(lever, lever.low), high=shown(lever, lever.high))
            for place, lever in enumerate(levers, start=1)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
