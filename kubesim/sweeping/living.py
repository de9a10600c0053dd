"""What a worker does: lots of runs are lived, only what is asked for is measured, faults are kept."""

from __future__ import annotations

import faulthandler
import os
import platform
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Iterable, Iterator, Mapping, NamedTuple

import numpy as np
import pyarrow as pa

from kubesim.errors import ScenarioError, SimulationError
from kubesim.extensions import Outcome
from kubesim.model import KubeModel
from kubesim.running.measure import WHO, Measures, add_twin_outcomes, choose_outcomes
from kubesim.running.tables import columns_of
from kubesim.scenario import Scenario
from kubesim.state import State
from kubesim.sweeping.identity import name_of
from kubesim.sweeping.plan import Lot, Task

BREAKS = (ScenarioError, SimulationError, ArithmeticError, MemoryError)
"""What may go wrong with a run: values that do not fit together, an invariant, a number, no room."""
DONE, FAILED, TIMEOUT = "done", "failed", "timeout"
TOTAL = "_total"
"""Ending of the column that adds up a flow of money since month 0."""
ADDED_UP = ("cost", "households_escaped", "consumption_total")
"""What outcomes that compare a run with its twin are reckoned from."""
_ONE_AT_A_TIME = threading.Lock()


class Study(NamedTuple):
    """What all tasks share."""

    scenarios: Mapping[str, Scenario]
    outcomes: tuple[str, ...]
    keep: str
    timeout: float | None                   # seconds for a run
    asker: tuple[str, int]                  # machine and process that waits for it all


class Ran(NamedTuple):
    """What became of a run."""

    run: int
    status: str                             # DONE, FAILED or TIMEOUT
    seconds: float
    error: str = ""


@dataclass
class Landing:
    """What comes of a task."""

    ran: list[Ran] = field(default_factory=list)
    outcomes: list[pa.Table] = field(default_factory=list)
    households: list[pa.Table] = field(default_factory=list)


def live_task(study: Study, task: Task) -> Landing:
    """Live a task's lots one after another. What it gives does not depend on who lives it when."""
    landing, twins = Landing(), Twins()
    for lot in task.lots:
        _land(study, lot, landing, twins)
    landing.outcomes, landing.households = _joined(landing.outcomes), _joined(landing.households)
    return landing


def _joined(tables: list[pa.Table]) -> list[pa.Table]:
    """Many small tables as one, which is quicker to send and takes less room."""
    return [pa.concat_tables(tables).combine_chunks()] if tables else []


def _land(study: Study, lot: Lot, landing: Landing, twins: Twins) -> None:
    """Live a lot; one that breaks is lived again run by run, so that only the broken ones are lost."""
    begun = time.perf_counter()
    try:
        with _watched(study, len(lot.runs)):
            outcomes, households = _lived(study, lot, twins)
    except BREAKS as broken:
        if len(lot.runs) == 1:
            seconds = time.perf_counter() - begun
            landing.ran.append(Ran(lot.runs[0], FAILED, seconds, why(broken)))
            return
        for seed, run in zip(lot.seeds, lot.runs):
            _land(study, lot._replace(seeds=(seed,), runs=(run,)), landing, twins)
        return
    each = (time.perf_counter() - begun) / len(lot.runs)
    landing.ran += [Ran(run, DONE, each) for run in lot.runs]
    landing.outcomes.append(outcomes)
    landing.households += households


def this_process() -> tuple[str, int]:
    """This machine and process."""
    return platform.node(), os.getpid()


def why(broken: BaseException) -> str:
    """What went wrong, in a line; faults of other kinds than ours with their kind."""
    said = " ".join(str(broken).split())[:500]
    ours = isinstance(broken, (ScenarioError, SimulationError))
    return said if ours and said else f"{type(broken).__name__}: {said}".rstrip(": ")


@contextmanager
def _watched(study: Study, runs: int) -> Iterator[None]:
    """End this process when the runs take too long, whatever they hang in: whoever sent them then
    knows that one of them does. Threads of one process take turns, since it has one such watch. The
    process that waits for it all is never ended."""
    if study.timeout is None or study.asker == this_process():
        yield
        return
    with _ONE_AT_A_TIME, open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(study.timeout * runs, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


# -- one lot ---------------------------------------------------------------------------------------
def _lived(study: Study, lot: Lot, twins: Twins) -> tuple[pa.Table, list[pa.Table]]:
    """The outcomes of a lot's runs, and its households where they are kept."""
    scenario = changed(study.scenarios[lot.scenario], lot.values)
    chosen = choose_outcomes(study.outcomes)
    model = KubeModel(scenario, seed=lot.seeds)
    often, at_end = when(chosen, study.keep)
    columns = _months(model, often, at_end)
    if any(outcome.table == "twin" for outcome in chosen):
        alone = not scenario.interventions and not scenario.groups.formed
        added_up = [outcome for outcome in chosen if outcome.name in ADDED_UP]
        twin = columns if alone else twins.of(scenario.without_programme(), lot.seeds, added_up)
        add_twin_outcomes(columns, twin, chosen, scenario)
    table = _outcomes(study, lot, model.state, columns, scenario.months)
    return table, [_households(lot, model.state)] if study.keep == "households" else []


def changed(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """The scenario at a point; values that it does not have (no such intervention) are passed over."""
    known = {held.path for held in scenario.values()}
    return scenario.with_({path: value for path, value in values.items() if path in known})


def when(chosen: Iterable[Outcome], keep: str) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes to measure in every month, and those to measure in the last one only: all that is
    kept of it alone, but for flows of money and what a comparison with the twin adds up."""
    chosen = list(chosen)
    added_up = ADDED_UP if any(outcome.table == "twin" for outcome in chosen) else ()
    often = [outcome for outcome in chosen
             if keep != "final" or outcome.table == "ledger" or outcome.name in added_up]
    return often, [outcome for outcome in chosen if outcome not in often]


def _months(model: KubeModel, often: Iterable[Outcome], at_end: Iterable[Outcome]) -> dict[str, np.ndarray]:
    """Live a model to its end; columns of shape (replicates, months + 1, 1 + districts), NaN in months
    that were not measured."""
    months, columns = model.scenario.months, {}
    state, scenario = model.state, model.scenario
    monthly, last = Measures(state, often), Measures(state, [*often, *at_end])
    for month in range(months + 1):
        if month:
            model.step()
        now = last if month == months else monthly
        taken = now.take(state, scenario) if now.outcomes else {}
        for name, values in taken.items():
            if name not in columns:
                columns[name] = np.full((values.shape[0], months + 1, *values.shape[1:]), np.nan)
            columns[name][:, month] = values
    for outcome in often:
        if outcome.table == "ledger":
            columns[outcome.name + TOTAL] = np.cumsum(columns[outcome.name], axis=1)
    return columns


class Twins:
    """Worlds without programme, each lived once for the points that differ in the programme only."""

    def __init__(self) -> None:
        self._held: list[tuple[Scenario, tuple[int, ...], dict[str, np.ndarray]]] = []

    def of(self, twin: Scenario, seeds: tuple[int, ...], outcomes: list[Outcome]) -> dict[str, np.ndarray]:
        """The outcomes of a twin, the city alone living on."""
        for scenario, lived, columns in self._held:
            if lived == seeds and scenario == twin:
                return columns
        columns = _months(KubeModel(twin, seed=seeds), outcomes, ())
        self._held = [*self._held[-3:], (twin, seeds, columns)]
        return columns


# -- tables ----------------------------------------------------------------------------------------
def outcome_schema(outcomes: Iterable[str]) -> pa.Schema:
    """The schema of every part of a study's outcomes, with unit and meaning of each column."""
    said = columns_of("outcomes")
    names = []
    for outcome in choose_outcomes(outcomes):
        by_who = outcome.table in ("households", "sample")
        names += [outcome.name + ending for ending in WHO] if by_who else [outcome.name]
        names += [outcome.name + TOTAL] if outcome.table == "ledger" else []
    keys = [pa.field("run", pa.string()), pa.field("scenario", pa.string()), pa.field("seed", pa.int64()),
            pa.field("month", pa.int32()), pa.field("district", pa.string())]
    return pa.schema([*keys, *(pa.field(name, pa.float64(), metadata=_said(said, name)) for name in names)])


def _said(said: Mapping, name: str) -> dict[str, str]:
    if name in said:
        return dict(said[name]._asdict())
    about = said[name.removesuffix(TOTAL)]
    return {"unit": "Rp", "about": f"{about.about} (added up since month 0)"}


def _outcomes(study: Study, lot: Lot, state: State, columns: Mapping[str, np.ndarray],
              months: int) -> pa.Table:
    """A row a (run, month, district), 'all' being all districts together."""
    first = months if study.keep == "final" else 0
    places = ["all", *state.district_names]
    kept, runs = months + 1 - first, len(lot.runs)
    schema = outcome_schema(study.outcomes)
    keys = {"run": np.repeat([name_of(run) for run in lot.runs], kept * len(places)),
            "scenario": np.full(runs * kept * len(places), lot.scenario),
            "seed": np.repeat(lot.seeds, kept * len(places)),
            "month": np.tile(np.repeat(np.arange(first, months + 1, dtype=np.int32), len(places)), runs),
            "district": np.tile(places, runs * kept)}
    values = {name: np.ascontiguousarray(columns[name][:, first:]).ravel()
              for name in schema.names if name not in keys}
    return pa.table(keys | values, schema=schema)


def _households(lot: Lot, state: State) -> pa.Table:
    """A row a (run, household) as it is in the last month; columns that extensions made are left out."""
    households, count = state.households, state.households.length
    columns = {"run": np.repeat([name_of(run) for run in lot.runs], count),
               "scenario": np.full(len(lot.runs) * count, lot.scenario), "seed": np.repeat(lot.seeds, count),
               "row": np.tile(np.arange(count, dtype=np.int32), len(lot.runs))}
    for name in households.column_types():
        values = np.ascontiguousarray(getattr(households, name)).ravel()
        columns[name] = np.array(state.district_names)[values] if name == "district" else values
    return pa.table(columns)
