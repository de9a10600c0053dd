"""The search: generation after generation of parameter values, each nearer to the published figures.

It knows nothing of kubesim's worlds: ``simulate`` maps parameters and a seed to statistics.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import pyabc
from pyabc.epsilon import Epsilon
from pyabc.storage.history import History
from pyabc.weighted_statistics import weighted_quantile

from kubesim import files
from kubesim.calibration.distance import FAR, STATISTICS, Yardstick
from kubesim.calibration.journal import Journal
from kubesim.calibration.posterior import Posterior
from kubesim.calibration.prior import Prior
from kubesim.calibration.proposals import Around
from kubesim.calibration.sampler import FAULT, OrderedSampler, Stopped
from kubesim.errors import SimulationError
from kubesim.running.executors import Here

HISTORY, JOURNAL = "history.sqlite", "simulations.jsonl"
CHECK = -2
"""The generation, in the journal, of the posterior predictive check."""
MOST_SEED = 2**62

Simulate = Callable[[Mapping[str, float], int], Mapping[str, float]]
"""Parameters by dotted path and a seed to statistics by the targets' names."""


@dataclass(frozen=True)
class Effort:
    """How far a search goes."""

    particles: int
    generations: int
    check: int = 0                  # draws that are simulated anew in the end
    simulations: float = np.inf     # at most, the check left out
    acceptance: float = 0.0         # share of simulations accepted below which it stops
    distance: float = 0.0           # distance, in half widths, that is near enough


@dataclass
class Watch:
    """What stops a search early and who hears how far it is."""

    deadline: float = np.inf        # on the clock of time.monotonic
    stop: Event = field(default_factory=Event)
    tell: Callable[[int, int, int, int], None] = lambda *told: None


@dataclass(frozen=True)
class Model:
    """The simulator as pyABC calls it: the seed is drawn with the parameters, so luck is part of it."""

    priors: tuple[Prior, ...]
    yardstick: Yardstick
    simulate: Simulate

    def __call__(self, working: Mapping[str, float]) -> dict[str, Any]:
        """Statistics of one simulation; none when the simulation broke an invariant."""
        seed = int(np.random.randint(0, MOST_SEED))
        changes = {prior.path: prior.value(working[prior.path]) for prior in self.priors}
        try:
            return {STATISTICS: self.yardstick.array(self.simulate(changes, seed)), FAULT: ""}
        except SimulationError as broken:
            return {STATISTICS: self.yardstick.array({}), FAULT: f"{changes}: {broken}"}


class Halving(Epsilon):
    """The largest distance accepted: at first any, then the median of the generation before.

    Unlike pyABC's own median it needs no simulations beforehand, and goes on from a stored generation
    with the value that it would have had.
    """

    def __init__(self) -> None:
        super().__init__()
        self._largest: dict[int, float] = {}

    def initialize(self, t: int, get_weighted_distances: Callable[[], pd.DataFrame], *args: Any,
                   **kwargs: Any) -> None:
        """Begin with generation t."""
        if t == 0:
            self._largest[0] = FAR      # no distance is more
        else:
            self.update(t, get_weighted_distances)

    def update(self, t: int, get_weighted_distances: Callable[[], pd.DataFrame], *args: Any,
               **kwargs: Any) -> None:
        """Set the largest distance of generation t."""
        known = get_weighted_distances()
        self._largest[t] = float(weighted_quantile(
            points=known["distance"].values, weights=known["w"].values, alpha=0.5))

    def __call__(self, t: int) -> float:
        """The largest distance of generation t."""
        return self._largest[t]


def search(priors: Sequence[Prior], yardstick: Yardstick, simulate: Simulate, effort: Effort, seed: int,
           folder: Path, executor: Executor | None = None, ahead: int = 1,
           watch: Watch | None = None) -> Posterior | None:
    """Go on with the search that a folder holds, or begin one; gives what is known in the end.

    The same seed gives the same posterior whatever the executor, ``ahead`` and stops in between.
    ``simulate`` must be picklable unless it all happens here, without an executor. None when not even
    one generation came to its end.
    """
    logging.getLogger("ABC").setLevel(logging.ERROR)
    watch, journal = watch or Watch(), Journal(folder / JOURNAL)
    sampler = OrderedSampler(executor or Here(), ahead, seed, journal, most=effort.simulations,
                             deadline=watch.deadline, stop=watch.stop, tell=watch.tell)
    model = Model(tuple(priors), yardstick, simulate)
    try:
        history, stopped = _generations(model, effort, folder, sampler)
        if history.max_t < 0:
            return None
        found = _posterior(model, history, journal)
        if not stopped:
            try:
                found.check = _check(model, found, effort.check, sampler)
                found.complete = True
            except Stopped:
                pass
        return found
    finally:
        journal.close()


def _generations(model: Model, effort: Effort, folder: Path, sampler: OrderedSampler) -> tuple[History, bool]:
    """All generations that are still missing; whether the work was stopped before them."""
    distributions = {prior.path: pyabc.RV("norm", loc=0.0, scale=1.0) for prior in model.priors}
    abc = pyabc.ABCSMC(
        models=model, parameter_priors=pyabc.Distribution(**distributions),
        distance_function=model.yardstick.distance, population_size=effort.particles, eps=Halving(),
        transitions=Around(),
        sampler=sampler)
    history = _opened(abc, folder / HISTORY, len(model.yardstick.names))
    sampler.before = int(history.total_nr_simulations) if history.max_t >= 0 else 0
    left = effort.generations - (history.max_t + 1)
    if left <= 0 or _is_enough(history, effort):
        return history, False
    try:
        abc.run(max_nr_populations=left, minimum_epsilon=effort.distance,
                min_acceptance_rate=effort.acceptance, max_total_nr_simulations=effort.simulations)
    except Stopped:
        return history, True
    return history, False


def _is_enough(history: History, effort: Effort) -> bool:
    """Whether a search that goes on is at its end already, by the rules that would have ended it."""
    if history.max_t < 0:
        return False
    known = history.get_all_populations()
    last = known[known["t"] == history.max_t].iloc[0]
    return bool(last["epsilon"] <= effort.distance or history.total_nr_simulations >= effort.simulations
                or effort.particles / last["samples"] < effort.acceptance)


def _opened(abc: pyabc.ABCSMC, path: Path, targets: int) -> History:
    """The stored generations; a new store gets its name only once it is whole."""
    if not path.exists():
        draft = path.with_name(files.PARTIAL + path.name)
        draft.unlink(missing_ok=True)
        abc.new(f"sqlite:///{draft}", {STATISTICS: np.zeros(targets)})
        os.replace(draft, path)
    return abc.load(f"sqlite:///{path}")


def _posterior(model: Model, history: History, journal: Journal) -> Posterior:
    """What the last whole generation says."""
    particles = history.get_population(history.max_t).particles
    generations = history.get_all_populations()
    generations = generations[generations["t"] >= 0].reset_index(drop=True)
    working = np.array([[particle.parameter[prior.path] for prior in model.priors] for particle in particles])
    return Posterior(
        priors=model.priors, yardstick=model.yardstick, working=working,
        weight=np.array([particle.weight for particle in particles]),
        distance=np.array([particle.distance for particle in particles]),
        simulated=np.array([particle.sum_stat[STATISTICS] for particle in particles]),
        largest=generations["epsilon"].to_numpy(float), runs=generations["samples"].to_numpy(int),
        faults=tuple(journal.faults()))


def _check(model: Model, found: Posterior, draws: int, sampler: OrderedSampler) -> np.ndarray:
    """Statistics of fresh simulations of draws from the posterior: (draws, targets)."""
    rows = sampler.in_order(CHECK, lambda: (run_draw, model, found.working, found.weight), draws)
    return np.array([row[STATISTICS] for row in rows]).reshape(-1, len(model.yardstick.names))


def run_draw(model: Model, working: np.ndarray, weight: np.ndarray, seed: int, generation: int,
             place: int) -> dict[str, Any]:
    """One draw from the posterior, by its weight, simulated with luck that the search never saw."""
    before = np.random.get_state()
    np.random.seed(np.random.SeedSequence([seed, MOST_SEED, place]).generate_state(8))
    try:
        chosen = working[np.random.choice(len(working), p=weight / weight.sum())]
        came = model({prior.path: held for prior, held in zip(model.priors, chosen)})
    finally:
        np.random.set_state(before)
    return {"generation": generation, "place": place, STATISTICS: came[STATISTICS].tolist(),
            FAULT: came[FAULT]}
