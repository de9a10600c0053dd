"""Worlds that live in lockstep: a stack of seeds in all of them at once, month by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, NamedTuple, Sequence

import numpy as np

from kubesim.comparing.deciles import DECILES, MOVES, YEAR, Deciles, YearlyMean, moves, persons_by_change
from kubesim.comparing.identity import Identity, PairingBroken, Seen
from kubesim.comparing.worlds import Worlds, first_difference
from kubesim.economics.accounts import COUNTED
from kubesim.extensions import Outcome
from kubesim.running.measure import choose_outcomes
from kubesim.model import KubeModel
from kubesim.running.record import Record, Recorder
from kubesim.state import State
from kubesim.running.workers import Board, Landed, land, month_by_month


class PairStack(NamedTuple):
    """Seeds that live together in all worlds: the unit of work of a comparison."""

    place: int                  # on the board
    worlds: Worlds
    seeds: tuple[int, ...]
    outcomes: tuple[str, ...] | None
    world: str = ""             # all of them: messages name none


@dataclass
class PairRecord:
    """What is kept of a stack of seeds in all worlds.

    ``deciles`` maps (world, outcome) to (replicates, moments, 10), ``changes`` a variant to persons of
    shape (replicates, 2 listed or not, 10, classes of change against the baseline), ``moves`` maps
    (world, the world it is held against) to households of shape (replicates, months + 1, 4), and
    ``seen`` each world to where it was first seen to differ from the baseline.
    """

    seeds: tuple[int, ...]
    worlds: dict[str, Record] = field(default_factory=dict)
    moments: tuple[int, ...] = ()
    deciles: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    changes: dict[str, np.ndarray] = field(default_factory=dict)
    moves: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    seen: dict[str, Seen | None] = field(default_factory=dict)


def live(stack: PairStack, board: Board) -> Landed:
    """Live a stack of pairs from month 0 to the last.

    Raises PairingBroken when worlds differ too early: then no pair can be trusted.
    """
    return land(stack, board, _live_together, (PairingBroken,))


def _live_together(stack: PairStack, board: Board) -> PairRecord | None:
    if board.stopped:
        return None
    worlds, chosen = stack.worlds, choose_outcomes(with_what_money_buys(stack.outcomes))
    models = {label: KubeModel(scenario, seed=stack.seeds) for label, scenario in worlds.scenarios.items()}
    recorders = {label: Recorder(stack.seeds, model.state, chosen, model.scenario)
                 for label, model in models.items()}
    watch, month = _Watch(stack.seeds, worlds, chosen), -1
    for month in month_by_month(models, recorders, stack, board):
        watch.take({label: model.state for label, model in models.items()}, month)
    if month < worlds.months:
        return None
    watch.record.worlds = {label: recorder.record for label, recorder in recorders.items()}
    return watch.record


def with_what_money_buys(asked: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The outcomes asked for and those against which money is held; None for all."""
    return None if asked is None else tuple(dict.fromkeys((*asked, *COUNTED)))


class _Watch:
    """Looks at all worlds at once, month after month."""

    def __init__(self, seeds: Sequence[int], worlds: Worlds, outcomes: Iterable[Outcome]) -> None:
        self.worlds = worlds
        self.outcomes = [o for o in outcomes if o.table == "households"]
        base = worlds.scenarios[worlds.baseline]
        self.identities = {
            label: Identity((worlds.baseline, label), seeds, first_difference(base, scenario))
            for label, scenario in worlds.scenarios.items() if label != worlds.baseline}
        self.mean = YearlyMean(worlds.months)
        moments = tuple(sorted({*range(0, worlds.months + 1, YEAR), worlds.months}))
        self.record = PairRecord(tuple(seeds), moments=moments)
        against = dict.fromkeys((worlds.baseline, worlds.without))
        self.pairs = [(here, there) for here in worlds.scenarios for there in against if here != there]

    def take(self, states: dict[str, State], month: int) -> None:
        """Compare the worlds at the end of a month."""
        base = states[self.worlds.baseline]
        for label, identity in self.identities.items():
            identity.check(base, states[label], month)
        if month == 0:
            self.deciles = Deciles(base)
        self.mean.take(states, month)
        self._count_moves(states, month)
        if month in self.record.moments:
            self._measure_deciles(states, self.record.moments.index(month))
        if month == self.worlds.months:
            theirs = self.mean.sums[self.worlds.baseline]
            self.record.changes = {
                label: persons_by_change(self.deciles, base, self.mean.sums[label], theirs)
                for label in self.worlds.variants}
            self.record.seen = {label: identity.seen for label, identity in self.identities.items()}

    def _count_moves(self, states: dict[str, State], month: int) -> None:
        for here, there in self.pairs:
            shape = (len(self.record.seeds), self.worlds.months + 1, len(MOVES))
            counts = self.record.moves.setdefault((here, there), np.zeros(shape))
            counts[:, month] = moves(states[here], states[there])

    def _measure_deciles(self, states: dict[str, State], moment: int) -> None:
        shape = (len(self.record.seeds), len(self.record.moments), DECILES)
        for label, state in states.items():
            measured = self.deciles.measure(state, self.outcomes, self.worlds.scenarios[label])
            for name, values in measured.items():
                self.record.deciles.setdefault((label, name), np.full(shape, np.nan))[:, moment] = values
