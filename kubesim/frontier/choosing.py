"""The second stage: finalists under fresh luck, more of it for the contenders; which is best, how surely.

The search picks designs that were lucky under its seeds, so their gains there are flattered. Here
all numbers come from seeds that the search never saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
from scipy.special import stdtrit

from kubesim.comparing.statistics import BOOTSTRAP_SEED, LEVEL, RESAMPLES
from kubesim.frontier.bench import Lived
from kubesim.frontier.levers import Design
from kubesim.frontier.search import Found

CONTENDERS, ALONG = 10, 8
"""Finalists taken from the best within the budget, and from along the frontier."""
BEYOND = 1.6
"""How far beyond the budget, times it, the frontier is followed."""
ROUNDS = (2, 2, 4)
"""Fresh seeds of each round, times the seeds of the search."""


@dataclass
class Judged:
    """Finalists under fresh luck, one entry a finalist along the first axis."""

    cost: np.ndarray            # Rp, (finalists, 3): mean, low and high of its 95 % interval
    gain: np.ndarray            # (finalists, 3)
    best: np.ndarray            # share of resamples in which it gains most of all within the budget
    regret: np.ndarray          # mean gain forgone by choosing it rather than the best, see ``chances``
    within: np.ndarray          # share of resamples in which it is within the budget
    seeds: np.ndarray           # fresh seeds lived
    chosen: int                 # -1 when none is within the budget


def pick(found: Found, budget: float, keep: Sequence[Design] = ()) -> list[Design]:
    """The finalists: ``keep``, the best within the budget, and some along the frontier, evenly by cost."""
    frontier = [design for design in found.frontier()
                if found.tried[design][0] <= BEYOND * budget and found.tried[design][1] > 0]
    costs = np.array([found.tried[design][0] for design in frontier])
    marks = np.linspace(costs.min(), costs.max(), ALONG) if len(costs) else []
    along = [frontier[int(np.argmin(np.abs(costs - mark)))] for mark in marks]
    return list(dict.fromkeys([*keep, *found.within(budget)[:CONTENDERS], *along]))


def rounds_of(replicates: int, first: int) -> list[tuple[int, ...]]:
    """The fresh seeds of each round, from ``first`` on."""
    ends = np.cumsum([0, *ROUNDS]) * replicates + first
    return [tuple(range(low, high)) for low, high in zip(ends, ends[1:])]


def judge(designs: Sequence[Design], live: Callable[[Sequence[Design], Sequence[int]], Sequence[Lived]],
          rounds: Sequence[Sequence[int]], budget: float,
          keep: Callable[[dict[int, list[Lived]]], None] = lambda lived: None) -> dict[int, list[Lived]]:
    """Let finalists live, round by round; after each the better half of those in the race goes on, as
    in sequential halving (Karnin, Koren & Somekh 2013, ICML 28:1238-1246), two at the least.

    Returns what each finalist lived, a piece a round; ``keep`` is shown it after each round.
    """
    lived: dict[int, list[Lived]] = {place: [] for place in range(len(designs))}
    racing = list(lived)
    for seeds in rounds:
        for place, piece in zip(racing, live([designs[place] for place in racing], seeds)):
            lived[place].append(piece)
        keep(lived)
        racing = better_half(lived, racing, budget)
    return lived


def better_half(lived: dict[int, list[Lived]], racing: Sequence[int], budget: float) -> list[int]:
    """The better half of those racing, those within the budget first."""
    def rank(place: int) -> tuple[bool, float]:
        over = _joined(lived[place], "cost").mean() > budget
        return over, -_joined(lived[place], "gain").mean()

    going = -(-len(racing) // 2)
    return sorted(sorted(racing, key=rank)[:max(2, going)])


def _joined(pieces: Sequence[Lived], name: str) -> np.ndarray:
    return np.concatenate([getattr(piece, name) for piece in pieces])


def weigh(lived: dict[int, list[Lived]], budget: float) -> Judged:
    """Means, intervals and chances of being best, by a bootstrap of seeds shared by all finalists.

    Seeds are drawn anew within each round, the same for all finalists, so that their common luck
    cancels. A finalist that left the race is held against the one that ran all of it, seed by seed
    over the rounds that both ran, and their difference is added to that one's mean over all rounds.
    """
    pieces = list(lived.values())
    sizes = [len(piece.gain) for piece in max(pieces, key=len)]
    draws = _weights(sizes)
    leader = max(range(len(pieces)), key=lambda place: (len(pieces[place]), -place))
    cost, cost_drawn = _means(pieces, leader, "cost", draws, sizes)
    gain, gain_drawn = _means(pieces, leader, "gain", draws, sizes)
    seeds = np.array([sum(len(piece.gain) for piece in held) for held in pieces])
    best, regret, within = chances(cost_drawn, gain_drawn, budget)
    allowed = np.flatnonzero(cost <= budget)
    chosen = int(allowed[np.argmax(gain[allowed])]) if len(allowed) else -1
    return Judged(_interval(cost, cost_drawn, seeds), _interval(gain, gain_drawn, seeds), best, regret,
                  within, seeds, chosen)


def chances(cost: np.ndarray, gain: np.ndarray, budget: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chance of being best, expected regret and chance of being within the budget.

    ``cost`` and ``gain`` have shape (resamples, designs). In a resample the best is the one that
    gains most of those within the budget (ties are shared); where none is, none is best. The regret
    of a design is what the best gains more, the opportunity cost of choosing it (Chick & Inoue 2001,
    Operations Research 49:732-743), over the resamples in which it is itself within the budget; NaN
    without any.
    """
    within = cost <= budget
    allowed = np.where(within, gain, -np.inf)
    most = allowed.max(axis=1, keepdims=True)
    wins = within & (allowed == most)
    best = (wins / np.maximum(wins.sum(axis=1, keepdims=True), 1)).mean(axis=0)
    times = within.sum(axis=0)
    forgone = np.where(within, most - gain, 0.0).sum(axis=0)
    regret = np.divide(forgone, times, out=np.full(len(times), np.nan), where=times > 0)
    return best, regret, within.mean(axis=0)


def _weights(sizes: Sequence[int]) -> list[np.ndarray]:
    """Resampled shares of the seeds of each round, (1 + resamples, seeds); the first row is even.

    They lie further from even than plain resampling has them, as its variance is that of so many
    values about their own mean, too small by (seeds - 1) / seeds.
    """
    luck = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
    weights = []
    for size in sizes:
        even = np.full(size, 1 / size)
        off = luck.multinomial(size, even, RESAMPLES) / size - even
        weights.append(np.vstack([even, even + off * np.sqrt(size / max(size - 1, 1))]))
    return weights


def _means(pieces: Sequence[Sequence[Lived]], leader: int, name: str, draws: Sequence[np.ndarray],
           sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each finalist, (finalists,), and of each resample, (resamples, finalists)."""
    def mean(values: Sequence[np.ndarray]) -> np.ndarray:
        parts = [draw @ held * size for draw, held, size in zip(draws, values, sizes)]
        return sum(parts) / sum(sizes[:len(values)])

    ahead = [getattr(piece, name) for piece in pieces[leader]]
    all_rounds = mean(ahead)
    columns = [all_rounds + mean([getattr(piece, name) - other for piece, other in zip(held, ahead)])
               for held in pieces]
    together = np.stack(columns, axis=1)
    return together[0], together[1:]


def _interval(mean: np.ndarray, drawn: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Mean with its 95 % interval: the bootstrap's spread with Student's factor for so many seeds."""
    half = stdtrit(np.maximum(seeds - 1, 1), 1 - (1 - LEVEL) / 2) * drawn.std(axis=0)
    return np.stack([mean, mean - half, mean + half], axis=1)
