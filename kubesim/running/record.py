"""What is kept of a world while it lives: arrays, one entry a replicate and month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, NamedTuple, Sequence

import numpy as np

from kubesim.columns import Cause, Stage
from kubesim.extensions import Outcome
from kubesim.running.measure import WHO, Measures
from kubesim.scenario import Scenario
from kubesim.state import State

BIN_EDGES = np.concatenate([[0.0], 0.2 * 5.0 ** (np.arange(80) / 31), [np.inf]])
"""Edges of the 81 bins of consumption over the poverty line: log-spaced from 0.2 to 12 with one
edge at the line itself; the first bin and the last are open."""


class Flow(NamedTuple):
    """One line of the ledger in one month, for all replicates."""

    month: int
    item: str
    kind: str                   # inflow, outflow or cost
    payer: str                  # of a cost: centre or local
    amounts: np.ndarray         # Rp; (replicates,) for flows, (replicates, districts) for costs


@dataclass
class Record:
    """What is kept of a stack of replicates of one world.

    ``outcomes`` and ``companions`` map a column to (replicates, months + 1, 1 + districts) and to
    (replicates, months + 1); ``distribution`` holds persons by (replicate, moment, who, bin);
    ``lives`` maps a column to (replicates, groups).
    """

    seeds: tuple[int, ...]
    outcomes: dict[str, np.ndarray] = field(default_factory=dict)
    companions: dict[str, np.ndarray] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    moments: tuple[int, ...] = ()
    distribution: np.ndarray | None = None
    lives: dict[str, np.ndarray] = field(default_factory=dict)

    def of(self, seeds: Sequence[int]) -> "Record":
        """The record of some of its seeds."""
        if tuple(seeds) == self.seeds:
            return self
        rows = [self.seeds.index(seed) for seed in seeds]

        def picked(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: array[rows] for name, array in columns.items()}

        return Record(tuple(seeds), picked(self.outcomes), picked(self.companions),
                      [flow._replace(amounts=flow.amounts[rows]) for flow in self.flows],
                      self.moments, self.distribution[rows], picked(self.lives))


class Recorder:
    """Fills a Record, month after month."""

    def __init__(self, seeds: tuple[int, ...], state: State, outcomes: Iterable[Outcome],
                 scenario: Scenario) -> None:
        months = scenario.months
        moments = tuple(sorted({0, months // 2, months}))
        self._scenario, self._months = scenario, months
        self._measures = Measures(state, outcomes)
        self.record = Record(seeds, moments=moments, distribution=np.zeros(
            (len(seeds), len(moments), len(WHO), len(BIN_EDGES) - 1)))

    def take(self, state: State, month: int) -> None:
        """Record a month that has just been lived."""
        record = self.record
        self._enter(record.outcomes, self._measures.take(state, self._scenario), month)
        self._enter(record.companions, _companions(state), month)
        ledger = state.ledger
        for kind, lines in (("inflow", ledger.inflows), ("outflow", ledger.outflows)):
            record.flows += [Flow(month, item, kind, "", amounts) for item, amounts in lines.items()]
        record.flows += [Flow(month, item, "cost", payer, amounts)
                         for (item, payer), amounts in ledger.costs.items()]
        if month in record.moments:
            record.distribution[:, record.moments.index(month)] = _distribution(state)
        if month == self._months:
            record.lives = _lives(state)

    def _enter(self, columns: dict[str, np.ndarray], values: dict[str, np.ndarray], month: int) -> None:
        for name, array in values.items():
            if name not in columns:
                shape = (array.shape[0], self._months + 1, *array.shape[1:])
                columns[name] = np.full(shape, np.nan)
            columns[name][:, month] = array


def _companions(state: State) -> dict[str, np.ndarray]:
    """Companions at work this month and what each does on average, NaN when none is."""
    companions = state.companions
    at_work = companions.active.sum(axis=1).astype(float)

    def mean(column: np.ndarray) -> np.ndarray:
        total = (column * companions.active).sum(axis=1)
        return np.divide(total, at_work, out=np.full(len(at_work), np.nan), where=at_work > 0)

    return {"active": at_work, "visits": mean(companions.visits), "caseload": mean(companions.caseload),
            "experience": mean(companions.experience)}


def _distribution(state: State) -> np.ndarray:
    """Persons of the city by bin of living standard, (replicates, all and members and others, bins)."""
    households = state.households
    bins = len(BIN_EDGES) - 1
    place = np.searchsorted(BIN_EDGES[1:-1], households.living_standard, side="right")
    persons = households.weight * households.persons
    out = np.zeros((state.replicates, len(WHO), bins))
    for replicate in range(state.replicates):
        for who, part in ((1, slice(state.listed)), (2, slice(state.listed, None))):
            out[replicate, who] = np.bincount(place[replicate, part], persons[replicate, part], bins)
    out[:, 0] = out[:, 1] + out[:, 2]
    return out


def _lives(state: State) -> dict[str, np.ndarray]:
    """How each group fared until the last month; groups never formed have formed = -1."""
    groups = state.groups
    formed = groups.active | (groups.ended >= 0)
    causes = np.array([cause.name.lower() for cause in Cause])
    stages = np.array([stage.name.lower() for stage in Stage])
    return {"district": np.array(state.district_names)[groups.district], "market": groups.market.copy(),
            "formed": np.where(formed, groups.start_month, -1), "ended": groups.ended.copy(),
            "cause": causes[groups.cause], "stage": stages[groups.stage],
            "members": groups.members * groups.active}
