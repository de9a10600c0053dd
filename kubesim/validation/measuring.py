"""Measuring targets: the arms that they need live side by side, seeds stacked, spread over processes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.model import KubeModel
from kubesim.running.plan import check_seeds
from kubesim.running.simulation import Interrupted, Progress, ReplicatesFailed
from kubesim.running.workers import Board, Landed, land, live_all, told_faults
from kubesim.scenario import Scenario
from kubesim.signals import on_signal
from kubesim.validation.evidence import Evidence, Target
from kubesim.validation.statistic import Life

HOUSEHOLDS = 3000
"""On the register: 300 groups, so that a seed's survival has an error of about 0.03."""
STACK_ROWS = 32_000
"""Rows of stacked seeds: more are not quicker and keep more columns in memory."""
AS_SHIPPED = ""
"""Name of the variant without changes."""


class Seeds(NamedTuple):
    """Seeds that live together in every arm of a variant: the unit of work."""

    place: int                              # on the board
    world: str                              # the variant's name
    arms: Mapping[str, Scenario]            # each to its last needed month
    targets: tuple[Target, ...]
    seeds: tuple[int, ...]


class Measured(NamedTuple):
    """Values of some seeds, (target, seed) to number."""

    seeds: tuple[int, ...]
    values: Mapping[tuple[str, int], float]


def measure(evidence: Evidence, seeds: int | Iterable[int], changes: Mapping[str, Any] | None = None,
            households: int = HOUSEHOLDS, targets: Iterable[str] | None = None, workers: int = 1,
            progress: Progress | None = None) -> pd.DataFrame:
    """Every target's value of every seed: columns target, seed, value, in the order of targets and seeds.

    Parameters
    ----------
    seeds
        How many, from 1 on, or which ones.
    changes
        Values of model parameters by dotted path, laid over the base under every arm.
    households
        On the register; arms of the whole city keep their proportion to it.
    targets
        Names of targets, all unless given. Only the arms that they need live, to their last needed month.
    workers
        Processes; the values do not depend on it.
    progress
        Called with (months lived, months to live), both times seeds and arms.

    Raises ScenarioError for what cannot be used, ReplicatesFailed when a seed broke an invariant, and
    Interrupted on Ctrl-C.
    """
    found = measure_each(evidence, seeds, {AS_SHIPPED: changes or {}}, households, targets, workers, progress)
    return found.drop(columns="variant")


def measure_each(evidence: Evidence, seeds: int | Iterable[int], variants: Mapping[str, Mapping[str, Any]],
                 households: int = HOUSEHOLDS, targets: Iterable[str] | None = None, workers: int = 1,
                 progress: Progress | None = None) -> pd.DataFrame:
    """Measure as ``measure`` does under several sets of changes: columns variant, target, seed, value."""
    if workers < 1:
        raise ScenarioError(say("workers = {workers}: must be 1 or more", workers=workers))
    seeds, chosen = check_seeds(seeds), evidence.chosen(targets)
    stacks = [stack for name, changes in variants.items()
              for stack in _stacks(evidence, name, changes, seeds, chosen, households, workers)]
    stacks = [stack._replace(place=place) for place, stack in enumerate(stacks)]
    found = {(piece.world, *key): value for piece in _live_all(stacks, min(workers, len(stacks)), progress)
             for record in piece.records for key, value in record.values.items()}
    rows = [(name, target.name, seed, found[name, target.name, seed])
            for name in variants for target in chosen for seed in seeds]
    return pd.DataFrame(rows, columns=["variant", "target", "seed", "value"])


def _stacks(evidence: Evidence, name: str, changes: Mapping[str, Any], seeds: Sequence[int],
            targets: tuple[Target, ...], households: int, workers: int) -> list[Seeds]:
    """The work for a variant: even stacks of seeds, at least one for each process."""
    last: dict[str, int] = {}
    for target in targets:
        for arm in target.arms:
            last[arm] = max(last.get(arm, 0), target.window[-1])
    laid = evidence.laid(changes, last, households)
    arms = {arm: scenario.with_(months=max(last[arm], 1)) for arm, scenario in laid.items()}
    fewest = -(-len(seeds) * households // STACK_ROWS)
    cuts = np.array_split(np.array(seeds), min(max(fewest, workers), len(seeds)))
    return [Seeds(0, name, arms, targets, tuple(cut.tolist())) for cut in cuts]


def _live_all(stacks: Sequence[Seeds], workers: int, progress: Progress | None) -> list[Landed]:
    """Live all stacks; raises Interrupted or ReplicatesFailed."""
    total = sum(len(stack.seeds) * (arm.months + 1) for stack in stacks for arm in stack.arms.values())
    tell = (lambda lived: progress(lived, total)) if progress else (lambda lived: None)
    with TemporaryDirectory(prefix=files.SCRATCH, ignore_cleanup_errors=True) as folder:
        board = Board.make(Path(folder) / "board", len(stacks), tell)
        with on_signal(board.stop), closing(live_all(stacks, workers, board, live)) as landing:
            landed = list(landing)
            stopped = board.stopped
    if faults := told_faults(landed):
        raise ReplicatesFailed(faults, None)
    if stopped:
        raise Interrupted(None)
    return landed


def live(stack: Seeds, board: Board) -> Landed:
    """Live some seeds in every arm and measure them."""
    return land(stack, board, _live_together)


def _live_together(stack: Seeds, board: Board) -> Measured | None:
    lives: dict[str, Life] = {}
    for name, scenario in stack.arms.items():
        lives[name] = _live_arm(name, scenario, stack, board)
        if board.stopped:
            return None
    values = {}
    for target in stack.targets:
        found = target.measured_by(target.months, *(lives[arm] for arm in target.arms))
        values |= {(target.name, seed): float(value) for seed, value in zip(stack.seeds, found)}
    return Measured(stack.seeds, values)


def _live_arm(name: str, scenario: Scenario, stack: Seeds, board: Board) -> Life:
    """Live an arm and keep the columns that the targets look at, in the months in which they do."""
    wanted: dict[int, set[str]] = {}
    for target in stack.targets:
        if name in target.arms:
            for month in target.window:
                wanted.setdefault(month, set()).update(target.measured_by.columns)
    life, model = Life(), KubeModel(scenario, seed=stack.seeds)
    for month in range(scenario.months + 1):
        if board.stopped:
            break
        if month:
            model.step()
        for column in wanted.get(month, ()):
            table, _, kept = column.partition(".")
            life.keep(column, month, getattr(getattr(model.state, table), kept))
        board.tick(stack.place, len(stack.seeds))
    return life
