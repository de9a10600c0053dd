"""Runs of 1,000 households: one at a time, stacked in one table, and as ``kubesim.running.simulation`` gives them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kubesim.model import KubeModel
from kubesim.running.plan import STACK_ROWS
from kubesim.running.simulation import run
from kubesim.scenario import Scenario
from kubesim.state import State

from .clock import Spent, spent
from .worlds import usual

HOUSEHOLDS, MONTHS = 1_000, 60
A_FEW = ("poverty_rate", "poverty_gap", "welfare", "groups_active")
"""Outcomes that an ordinary experiment asks for and that need no twin world."""
TABLES = ("households", "groups", "companions", "markets", "districts")


def measure_stacking(quick: bool) -> dict[str, Any]:
    """A stack, as ``kubesim.running.simulation`` makes them, against the same replicates one by one."""
    replicates, months, rounds = (4, 6, 1) if quick else (STACK_ROWS // HOUSEHOLDS, MONTHS, 3)
    scenario, seeds = usual(HOUSEHOLDS, months), range(1, replicates + 1)
    together, apart, identical = [], [], True
    for _ in range(rounds):
        stack: list[State] = []
        alone: list[State] = []
        together.append(spent(lambda: stack.append(lived(scenario, list(seeds)))))
        apart.append(spent(lambda: alone.extend(lived(scenario, seed) for seed in seeds)))
        identical = identical and all(same_bits(stack[0], row, state) for row, state in enumerate(alone))
    months_lived = replicates * HOUSEHOLDS * months
    stacked, separate = (min(s.processor for s in rounds) for rounds in (together, apart))
    return {"households": HOUSEHOLDS, "months": months, "replicates": replicates,
            "stacked_ns_per_household_month": round(stacked / months_lived * 1e9, 1),
            "separate_ns_per_household_month": round(separate / months_lived * 1e9, 1),
            "times_faster": round(float(np.median([a.processor / t.processor
                                                   for a, t in zip(apart, together)])), 2),
            "identical_to_the_last_bit": identical}


def lived(scenario: Scenario, seed: int | list[int]) -> State:
    """The state after all of the scenario's months."""
    model = KubeModel(scenario, seed=seed)
    for _ in range(scenario.months):
        model.step()
    return model.state


def same_bits(stack: State, row: int, alone: State) -> bool:
    """Whether a replicate of a stack ended as it does alone, every column of every table."""
    return all(column[row].tobytes() == getattr(alone, table).columns()[name][0].tobytes()
               for table in TABLES for name, column in getattr(stack, table).columns().items())


def measure_runs(quick: bool) -> dict[str, dict[str, Any]]:
    """Runs per second on one process: with a few outcomes, the number of the contract; with all
    outcomes and the twin world without a programme; and with none, the model alone."""
    replicates, months, rounds = (4, 6, 1) if quick else (STACK_ROWS // HOUSEHOLDS, MONTHS, 3)
    scenario, seeds = usual(HOUSEHOLDS, months), list(range(1, replicates + 1))

    ways = {"with_these_outcomes": lambda: run(scenario, seeds, outcomes=A_FEW, workers=1),
            "with_all_outcomes_and_twin": lambda: run(scenario, seeds, workers=1, twin=True),
            "model_alone": lambda: lived(scenario, seeds)}
    taken: dict[str, list[Spent]] = {way: [] for way in ways}
    for _ in range(rounds):                     # in turn, so that a busy minute falls on all
        for way, act in ways.items():
            taken[way].append(spent(act))
    rates = {way: {"per_processor_second": round(replicates / min(time.processor for time in times), 2),
                   "per_wall_second": round(replicates / min(time.wall for time in times), 2)}
             for way, times in taken.items()}
    return {"runs_per_second": {"households": HOUSEHOLDS, "months": months, "workers": 1,
                                "value": rates["with_these_outcomes"]["per_processor_second"]},
            "runs": {"replicates": replicates, "outcomes": list(A_FEW), **rates}}
