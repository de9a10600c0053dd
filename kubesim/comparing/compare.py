"""compare: the effect of variants against a baseline under the same luck."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping

from kubesim import files
from kubesim.comparing import storage
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.harvest import carry_out
from kubesim.comparing.plan import Plan, make_plan
from kubesim.comparing.sequential import MOST_PAIRS, Width
from kubesim.running.folder import check_folder, marked_running
from kubesim.language import say
from kubesim.running.manifest import Made, read_manifest
from kubesim.notebook import notebook_bar
from kubesim.running.simulation import Interrupted, Progress, ReplicatesFailed
from kubesim.scenario import Scenario
from kubesim.signals import on_signal


def compare(baseline: Scenario, *variants: Scenario, seeds: int | Iterable[int] | None = None,
            outcomes: Iterable[str] | None = None, until_width: str | float | None = None,
            max_replicates: int = MOST_PAIRS, months: int | None = None, workers: int | None = None,
            progress: Progress | None = None) -> Comparison:
    """Compare variants with a baseline, seed by seed under the same luck.

    Parameters
    ----------
    seeds
        How many pairs (1, 2, ...; 50 unless given), or the seeds of the pairs.
    outcomes
        Names of outcomes, all unless given; the first one ranks the variants.
    until_width
        Instead of a number of pairs, how wide the 95 % interval of the first outcome may be, from
        end to end, at the last month: '0.5pp' (percentage points), '2%' (of the baseline's mean) or
        a number in the outcome's unit. Outcomes of households are told for members.
    max_replicates
        With ``until_width``, the most pairs to live.
    months
        Instead of the scenarios'.
    workers
        Processes; by default as many as there are processors, or none when the work is small.
    progress
        Called with (months lived, months to live), both times pairs and worlds. In a notebook a bar
        is drawn unless something else is given.

    Raises
    ------
    ScenarioError
        When the scenarios cannot be paired or an argument cannot be used.
    SimulationError
        When worlds differ before anything that differs between them acts.
    Interrupted, ReplicatesFailed
        As ``run``; the comparison of the finished pairs is in their ``results``.
    """
    plan = make_plan(baseline, variants, seeds, outcomes, until_width, max_replicates, months, workers)
    return carry_out(plan, progress or notebook_bar())


def compare_into(folder: str | Path, baseline: Scenario, *variants: Scenario,
                 seeds: int | Iterable[int] | None = None, outcomes: Iterable[str] | None = None,
                 until_width: str | float | None = None, max_replicates: int = MOST_PAIRS,
                 workers: int | None = None, progress: Progress | None = None, csv: bool = False,
                 command: str = "", note: Callable[[str], None] = lambda line: None) -> Comparison:
    """Compare as ``compare`` does and write the results into a folder, whatever ends it.

    A folder that holds this very comparison already, finished and made by the same version, is
    read instead. Raises ScenarioError also when the folder holds something else.
    """
    folder = Path(folder)
    plan = make_plan(baseline, variants, seeds, outcomes, until_width, max_replicates, None, workers)
    made = Made(outcomes=plan.outcomes, twin=True, command=command)
    check_folder(folder, plan.worlds, plan.seeds, storage.KIND)
    signalled = threading.Event()
    with on_signal(signalled.set), files.claim(folder):
        held = _held(folder, plan, made)
        if held:
            note(say("{folder}: this comparison is finished already and not run again", folder=folder))
            if csv:
                storage.write_into(held, folder, csv)
            return held

        def write(comparison: Comparison | None) -> Comparison | None:
            if comparison:
                comparison.made = replace(comparison.made, command=command)
                storage.write_into(comparison, folder, csv)
            return comparison

        with marked_running(folder, plan.worlds, made, storage.KIND):
            try:
                comparison = write(carry_out(plan, progress, folder))
            except (Interrupted, ReplicatesFailed) as cut:
                cut.results = write(cut.results)
                raise
        if signalled.is_set():
            raise Interrupted(comparison)
        return comparison


def compare_again(manifest: Mapping[str, Any], folder: Path, scratch: Path, workers: int | None,
                  progress: Progress | None) -> None:
    """Live again the pairs that a folder holds and write them into ``scratch``, for ``replay``."""
    worlds, stages = storage.what_was_compared(dict(manifest), str(folder / files.MANIFEST))
    width = Width(stages.width, asked=stages.asked) if stages else None
    plan = Plan(worlds, tuple(manifest["seeds"]), Made.of(dict(manifest)).outcomes, width, workers)
    carry_out(plan, progress).write(scratch)


def _held(folder: Path, plan: Plan, made: Made) -> Comparison | None:
    """The comparison in a folder, when it is just the one that is asked for."""
    if not (folder / files.MANIFEST).exists():
        return None
    held = read_manifest(folder)
    if held["status"] != "done" or not Made.of(held).matches(made):
        return None
    comparison = Comparison.load(folder)
    stages = comparison.stages
    if plan.width and stages:
        same = (stages.asked, stages.most) == (plan.width.asked, len(plan.seeds))
        same &= comparison.seeds == plan.seeds[:len(comparison.seeds)]
    else:
        same = not plan.width and not stages and comparison.seeds == plan.seeds
    return comparison if same and comparison.worlds.baseline == plan.worlds.baseline else None
