"""The bench: designs live under the same luck; what each costs and gains, seed by seed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, NamedTuple, Sequence

import numpy as np

from kubesim.economics.accounts import discount
from kubesim.errors import ScenarioError, SimulationError
from kubesim.frontier.goal import Goal
from kubesim.frontier.levers import Design, Lever, settings
from kubesim.language import say
from kubesim.running.plan import STACK_ROWS, WORTH_A_POOL, processors
from kubesim.scenario import Scenario
from kubesim.running.workers import Board, Stack, live_all, told_faults

COST = "cost"
NOTHING = "no programme"
"""What the world without a programme is called among the worlds lived."""


class Stopped(Exception):
    """A signal stopped the work."""


class Lived(NamedTuple):
    """What a design costs (Rp) and gains over no programme, one a seed."""

    cost: np.ndarray
    gain: np.ndarray


@dataclass
class Bench:
    """Lets designs live; ``live`` may be called again with other designs or seeds."""

    scenario: Scenario
    levers: tuple[Lever, ...]
    goal: Goal
    rate: float                             # discount rate a year
    workers: int | None
    folder: Path
    tell: Callable[[int], None]             # gets months lived so far, times replicates
    stopped: bool = False
    lived: int = 0
    _board: Board | None = None
    _without: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)

    def stop(self) -> None:
        """Ask whatever lives now to stop."""
        self.stopped = True
        if self._board:
            self._board.stop()

    def made(self, design: Design) -> Scenario:
        """The scenario of a design."""
        return self.scenario.with_(settings(self.levers, design))

    def live(self, designs: Sequence[Design], seeds: Sequence[int]) -> list[Lived]:
        """Let designs live under the same seeds; raises Stopped, and SimulationError for broken worlds."""
        worlds = {f"design {place}": self.made(design) for place, design in enumerate(designs)}
        if any(seed not in self._without for seed in seeds):
            worlds[NOTHING] = self.scenario.without_programme()
        columns = self._columns(worlds, tuple(seeds))
        if NOTHING in worlds:
            self._without |= {seed: {name: held[place] for name, held in columns[NOTHING].items()}
                              for place, seed in enumerate(seeds)}
        return [self._reckoned(columns[f"design {place}"], seeds) for place in range(len(designs))]

    def _reckoned(self, columns: dict[str, np.ndarray], seeds: Sequence[int]) -> Lived:
        without = {name: np.stack([self._without[seed][name] for seed in seeds]) for name in columns}
        gain = self.goal.gain(columns, without)
        if not np.isfinite(gain).all():
            raise ScenarioError(say("--outcome {name}: has no value in some worlds; choose another",
                                    name=self.goal.name))
        return Lived(columns[COST] @ discount(self.rate, self.scenario.months), gain)

    def _columns(self, worlds: dict[str, Scenario],
                 seeds: tuple[int, ...]) -> dict[str, dict[str, np.ndarray]]:
        """Cost and the goal's outcomes of each world, by column, shape (seeds, months + 1)."""
        records: dict[str, list] = {name: [] for name in worlds}
        workers, stacks = self._stacks(worlds, seeds)
        before = self.lived
        if self.stopped:
            raise Stopped
        self._board = Board.make(self.folder / f"board-{before}", len(stacks),
                                 lambda done: self._tick(before + done))
        with closing(live_all(stacks, workers, self._board)) as landing:
            for piece in landing:
                if piece.faults:
                    raise SimulationError("\n".join(told_faults([piece])))
                records[piece.world] += piece.records
        if self.stopped or self._board.stopped:
            raise Stopped
        return {world: {name: self._in_order(name, held, seeds) for name in (COST, *self._wanted(held[0]))}
                for world, held in records.items()}

    def _tick(self, lived: int) -> None:
        self.lived = lived
        self.tell(lived)

    def _wanted(self, record) -> list[str]:
        """Columns of the goal: whole outcomes and, where there are, those of members and others."""
        return [name for name in record.outcomes if name != COST]

    @staticmethod
    def _in_order(name: str, records: list, seeds: tuple[int, ...]) -> np.ndarray:
        rows = {seed: record.outcomes[name][place, :, 0] for record in records
                for place, seed in enumerate(record.seeds)}
        return np.stack([rows[seed] for seed in seeds])

    def _stacks(self, worlds: dict[str, Scenario], seeds: tuple[int, ...]) -> tuple[int, list[Stack]]:
        """How many processes to use, and the work for them."""
        households = self.scenario.population.households
        work = households * (self.scenario.months + 1) * len(seeds) * len(worlds)
        workers = self.workers or (processors() if work >= WORTH_A_POOL else 1)
        pieces = -(-len(seeds) // max(1, STACK_ROWS // households))
        shares = [(name, tuple(cut.tolist())) for name in worlds
                  for cut in np.array_split(np.array(seeds), min(pieces, len(seeds)))]
        outcomes = (COST, *self.goal.outcomes)
        return min(workers, len(shares)), [Stack(place, name, worlds[name], cut, outcomes, ())
                                           for place, (name, cut) in enumerate(shares)]
