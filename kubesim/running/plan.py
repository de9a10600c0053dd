"""What is to be run: worlds, seeds, outcomes; and how the work is cut into stacks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Iterable, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.reading.faults import did_you_mean
from kubesim.language import say
from kubesim.people.city import lay_out
from kubesim.people.filed import filed
from kubesim.people.household_file import check_kept
from kubesim.running.measure import choose_outcomes, known_outcomes
from kubesim.running.panels import PANELS
from kubesim.scenario import Scenario
from kubesim.running.tables import PROGRAMME, TWIN
from kubesim.running.workers import Stack

STACK_ROWS = 64_000
"""Rows of stacked replicates: more spares calls of NumPy, fewer keep the columns in the cache."""
WORTH_A_POOL = 4_000_000
"""Household-months below which starting worker processes costs more time than it saves."""
MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Plan:
    """What is to be run."""

    worlds: dict[str, Scenario]
    seeds: tuple[int, ...]
    outcomes: tuple[str, ...] | None
    keep: tuple[str, ...]
    workers: int | None

    def stacks(self) -> tuple[int, list[Stack]]:
        """How many processes to use, and the work for them: even stacks of about STACK_ROWS rows.

        Which seeds are stacked makes no difference to what they give, only to how soon.
        """
        scenario, count = self.worlds[PROGRAMME], len(self.seeds)
        households = scenario.population.households
        work = households * (scenario.months + 1) * count * len(self.worlds)
        workers = self.workers or (processors() if work >= WORTH_A_POOL else 1)
        fewest = -(-count // max(1, STACK_ROWS // households))
        each_some = -(-workers // len(self.worlds))
        cuts = np.array_split(np.array(self.seeds), min(max(fewest, each_some), count))
        shares = [(world, tuple(cut.tolist())) for cut in cuts for world in self.worlds]
        return min(workers, len(shares)), [
            Stack(place, world, self.worlds[world], seeds, self.outcomes,
                  self.keep if world == PROGRAMME else ())
            for place, (world, seeds) in enumerate(shares)]


def make_plan(scenario: Scenario, seeds: int | Iterable[int], outcomes: Iterable[str] | None,
          keep: Iterable[str], workers: int | None, twin: bool) -> Plan:
    """The plan that the arguments make; raises ScenarioError."""
    chosen = check_outcomes(outcomes)
    if workers is not None and workers < 1:
        raise ScenarioError(say("workers = {workers}: must be 1 or more", workers=workers))
    kept = check_keep(keep)
    check_kept(scenario, kept)
    if filed(scenario):                                 # its faults are told before workers start
        lay_out(scenario)
    worlds = {PROGRAMME: scenario}
    own_twin = not scenario.interventions and not scenario.groups.formed
    if not own_twin and (twin or any(o.table == "twin" for o in choose_outcomes(chosen))):
        worlds[TWIN] = scenario.without_programme()
    return Plan(worlds, check_seeds(seeds), chosen, kept, workers)


def check_seeds(seeds: int | Iterable[int]) -> tuple[int, ...]:
    """The seeds meant: so many from 1 on, or the ones named. Raises ScenarioError."""
    if isinstance(seeds, (int, np.integer)):
        if seeds < 1:
            raise ScenarioError(say("seeds = {seeds}: must be 1 or more", seeds=seeds))
        return tuple(range(1, int(seeds) + 1))
    numbers = list(seeds)
    faults = [say("seed {seed!r}: must be a whole number from 0 to {most}", seed=seed, most=MOST_SEED)
              for seed in numbers if not isinstance(seed, (int, np.integer)) or not 0 <= seed <= MOST_SEED]
    if not numbers:
        faults.append(say("seeds: none given"))
    if len(set(numbers)) < len(numbers):
        faults.append(say("seeds: the same seed is given twice"))
    if faults:
        raise ScenarioError(faults)
    return tuple(int(seed) for seed in numbers)


def check_outcomes(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """The outcomes named, or None for all. Raises ScenarioError."""
    return None if names is None else _known(say("outcome"), names, sorted(known_outcomes()))


def check_keep(names: Iterable[str]) -> tuple[str, ...]:
    """The panels to keep. Raises ScenarioError."""
    return _known(say("keep"), names, PANELS)


def _known(what: str, names: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(names))
    faults = [say("{what} '{name}' does not exist", what=what, name=name)
              + (did_you_mean(name, known) or say("; there are: {known}", known=", ".join(known)))
              for name in names if name not in known]
    if faults:
        raise ScenarioError(faults)
    return names


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
