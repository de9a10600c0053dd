"""A frontier in words: a table of the finalists, the verdict, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np

from kubesim.comparing.words import percent
from kubesim.economics.amounts import Amounts
from kubesim.economics.unit_costs import unit_cost_table
from kubesim.frontier.levers import OF_PROGRAMME, Design, Lever
from kubesim.language import figures, say
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
            *([say("{goal}: {meaning}; all after {months} months", goal=asked.goal.title,
                   meaning=asked.goal.meaning, months=asked.scenario.months)] if asked.goal.meaning else []),
            say("{designs} designs tried with {seeds} seeds each", designs=number(len(found.found.tried)),
                seeds=number(asked.replicates))]
    if found.judged is None:
        return [*told, *_unjudged(found)]
    return [*told, "", *verdict(found), "", *_aligned(_table(found)), "", *_key(asked.levers), "",
            *_growth(found), *caveats(found)]


def verdict(found: "Frontier") -> list[str]:
    """Which design to choose, how sure that is, and what it would cost to be wrong."""
    judged, goal = found.judged, found.question.goal
    at, labels = judged.chosen, found.labels()
    if at < 0:
        return [say("No finalist is within the budget")]
    told = [say("Choose A: {design}", design=_in_words(found.question.levers, found.finalists[at])),
            say("It costs {cost} and gains {gain}; it is the best of these with probability {best}, and "
                "choosing it forgoes {regret} on average", cost=_money(judged.cost[at]),
                gain=goal.written(*judged.gain[at]), best=percent(judged.best[at]),
                regret=_regret(found, at))]
    if judged.gain[at, 1] <= 0:
        told.append(say("These seeds do not show that it does more than no programme"))
    rivals = [other for other in found.order()[1:] if judged.best[other] >= 0.05]
    if rivals:
        told.append(say("Not ruled out as the best: {rivals}", rivals=", ".join(
            say("{label} ({best})", label=labels[other], best=percent(judged.best[other]))
            for other in rivals)))
    return told


def caveats(found: "Frontier") -> list[str]:
    """What these numbers leave out."""
    free = found.free_levers()
    told = [say("Gains and costs are from seeds that the search never saw; the best of close designs is "
                "still flattered by about its regret")]
    if free:
        told.append(say("This scenario charges nothing for {levers}: what more of it would cost must be held "
                        "against these gains", levers=", ".join(lever.name for lever in free)))
    prices = _assumed_prices(found)
    if prices:
        told.append(say("Prices that are assumed and move the answer: {prices}; try others with --set",
                        prices=", ".join(prices)))
    best = found.best()
    ends = [lever.name for lever, held in zip(found.question.levers, best or ())
            if lever not in free and _at_end(lever, held)]
    if ends:
        told.append(say("A lies at the end of the range of {levers}: a wider range may give more",
                        levers=", ".join(ends)))
    return told


def _assumed_prices(found: "Frontier") -> list[str]:
    """Prices of the levers' interventions that nobody observed, with their values."""
    moved = {lever.path for lever in found.question.levers}
    items = {path.rsplit(".", 1)[0] for path in moved}
    return [f"{row.path.removeprefix(OF_PROGRAMME[0])} {shown_price(row.amount, row.unit)}"
            for row in unit_cost_table({"": found.question.scenario}).itertuples()
            if row.grade == "assumed" and row.path not in moved and row.path.rsplit(".", 1)[0] in items]


def shown_price(amount: float, unit: str) -> str:
    """A price in rupiah, or a share."""
    return rupiah(amount) if unit.startswith("Rp") else figures(f"{amount:g}")


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
                gain=found.question.goal.alone(gain, abs(gain) / 10),
                design=_in_words(found.question.levers, best))]


def _in_words(levers: Sequence[Lever], design: Design) -> str:
    """A design on one line."""
    return ", ".join(f"{lever.name} {shown(lever, held)}" for lever, held in zip(levers, design))


def headings(levers: Sequence[Lever]) -> list[str]:
    """A short heading a lever: the last word of its path, where no other lever has the same."""
    last = [lever.path.rsplit(".", 1)[-1] for lever in levers]
    return [word if last.count(word) == 1 else lever.name for word, lever in zip(last, levers)]


def _table(found: "Frontier") -> list[list[str]]:
    """Rows of cells, the first one the head."""
    judged, asked, labels = found.judged, found.question, found.labels()
    rows = [[say("design"), *headings(asked.levers), say("cost"), say("cost per group"), asked.goal.title,
             say("best"), say("regret"), say("seeds")]]
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
        return Amounts.of(amounts[0], 0.99 * amounts[0], 1.01 * amounts[0]).amount(amounts[0])
    shape = Amounts.of(*amounts)
    return say("{cost} ({between})", cost=shape.amount(amounts[0]), between=shape.between(*amounts[1:]))


def _key(levers: Sequence[Lever]) -> list[str]:
    """What the columns mean."""
    ranges = [say("{name} ({unit}), from {low} to {high}", name=lever.name, unit=say(lever.unit),
                  low=shown(lever, lever.low), high=shown(lever, lever.high)) for lever in levers]
    return [*ranges, say("best: chance that it gains most of these within the budget; regret: what is forgone "
                         "on average by choosing it; both over resampled seeds")]


def _growth(found: "Frontier") -> list[str]:
    """How the most that can be had grows with the money, and what the levers are along the way."""
    judged, asked, labels = found.judged, found.question, found.labels()
    steps = found.steps()
    if len(steps) < 2:
        return []
    more = 10 ** int(np.floor(np.log10(asked.budget)))
    rows = [[say("design"), say("cost"), asked.goal.title, say("for each {money} more", money=rupiah(more)),
             *headings(asked.levers)]]
    before = (0.0, 0.0)
    for at in steps:
        cost, gain = float(judged.cost[at, 0]), float(judged.gain[at, 0])
        dearer = cost - before[0]
        rate = (gain - before[1]) / dearer * more if dearer > 0 else np.nan
        rows.append([labels[at], _money(judged.cost[at]), asked.goal.written(*judged.gain[at]),
                     asked.goal.alone(rate, abs(rate) / 10) if np.isfinite(rate) else MISSING,
                     *_values(asked.levers, found.finalists[at])])
        before = cost, gain
    return [say("How the most grows with the money (designs along the frontier, the first against no "
                "programme):"), *_aligned(rows), ""]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
