"""What has landed, put together: arrays with one entry a pair of worlds, in the order of the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.identity import Seen
from kubesim.comparing.lockstep import PairRecord
from kubesim.comparing.worlds import Worlds
from kubesim.extensions import Outcome
from kubesim.running.measure import add_twin_outcomes, choose_outcomes, known_outcomes
from kubesim.running.tables import PROGRAMME, join_tables, make_tables

SO_FAR = "_so_far"
"""Ending of an outcome that adds up a monthly outcome of the ledger from month 0 on."""
TABLES = ("outcomes", "ledger", "lives", "distribution", "companions")
"""Tables of a run that a comparison has too, each with a column that names the scenario."""


@dataclass
class Pairs:
    """Finished pairs: the same seeds in every world."""

    worlds: Worlds
    asked: tuple[str, ...] | None           # outcomes asked for, None: all
    seeds: tuple[int, ...]
    pieces: Sequence[PairRecord]            # in no order; may hold seeds that are not counted
    first: int | None = None                # pairs of Stein's first stage, the first so many seeds
    by_district: bool = True                # whether pieces hold each district beside everybody

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes asked for."""
        known = known_outcomes()
        return [known[name] for name in self.asked or known]

    @property
    def places(self) -> list[str]:
        """What the last axis of outcomes stands for: everybody, then each district."""
        districts = self.worlds.scenarios[self.worlds.baseline].districts if self.by_district else ()
        return ["all", *(f"district {district.name}" for district in districts)]

    @property
    def moments(self) -> tuple[int, ...]:
        """Months at which deciles were measured."""
        return self.pieces[0].moments

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, np.ndarray]]:
        """Outcomes of each world by column, each of shape (pairs, months + 1, 1 + districts)."""
        gathered = {}
        for label in self.worlds.scenarios:
            held = [piece.worlds[label].outcomes for piece in self.pieces]
            columns = {name: self._gather([piece[name] for piece in held]) for name in held[0]}
            columns |= {outcome.name + SO_FAR: columns[outcome.name].cumsum(axis=1)
                        for outcome in self.outcomes if outcome.table == "ledger"}
            gathered[label] = columns
        return gathered

    @cached_property
    def deciles(self) -> Mapping[tuple[str, str], np.ndarray]:
        """(World, outcome) to values by decile, shape (pairs, moments, 10)."""
        return {key: self._gather([piece.deciles[key] for piece in self.pieces])
                for key in self.pieces[0].deciles}

    @cached_property
    def changes(self) -> Mapping[str, np.ndarray]:
        """Variant to persons, shape (pairs, on a list or not, 10 deciles, classes of change)."""
        return {label: self._gather([piece.changes[label] for piece in self.pieces])
                for label in self.worlds.variants}

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], np.ndarray]:
        """(World, world it is held against) to households, shape (pairs, months + 1, 4)."""
        return {key: self._gather([piece.moves[key] for piece in self.pieces])
                for key in self.pieces[0].moves}

    def seen(self, label: str) -> Seen | None:
        """Where a world was first seen to differ from the baseline, in any pair."""
        return min((piece.seen[label] for piece in self.pieces if piece.seen[label]), default=None)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of a run for all worlds under each other, with a column 'scenario'."""
        districts = [place.removeprefix("district ") for place in self.places[1:]]
        together = []
        for label in self.worlds.scenarios:
            joined = join_tables([make_tables({PROGRAMME: label}, districts, piece.worlds[label], None)
                                  for piece in self.pieces])
            joined["distribution"] = joined["distribution"].drop(columns="world")
            together.append({name: self._named(joined[name], label) for name in TABLES})
        return {name: pd.concat([tables[name] for tables in together], ignore_index=True) for name in TABLES}

    def _named(self, table: pd.DataFrame, label: str) -> pd.DataFrame:
        kept = table[table["seed"].isin(self.seeds)].drop(columns="scenario", errors="ignore")
        return pd.concat([pd.Series(label, index=kept.index, name="scenario", dtype="str"), kept], axis=1)

    def _gather(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate(arrays)[self._rows]

    @cached_property
    def _rows(self) -> np.ndarray:
        place = {seed: row for row, seed in enumerate(seed for piece in self.pieces for seed in piece.seeds)}
        return np.array([place[seed] for seed in self.seeds])


def add_ratios_to_twin(piece: PairRecord, worlds: Worlds, asked: tuple[str, ...] | None) -> None:
    """Add the outcomes that compare each world with the one without a programme, seed by seed; they
    are NaN in worlds that differ in more than the programme, as that one is not theirs."""
    twin = piece.worlds[worlds.without].outcomes
    for label, scenario in worlds.scenarios.items():
        measured = piece.worlds[label].outcomes
        add_twin_outcomes(measured, twin, choose_outcomes(asked), scenario)
        if label in worlds.no_designs:
            measured |= {outcome.name: np.full_like(measured[outcome.name], np.nan)
                         for outcome in choose_outcomes(asked) if outcome.table == "twin"}
