"""compare: the effect of variants against a baseline under the same luck."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

from kubesim import files
from kubesim.comparing import storage
from kubesim.comparing.carrying import carry, check_draws
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.harvest import carry_out
from kubesim.comparing.plan import Plan, make_plan
from kubesim.comparing.sequential import MOST_PAIRS, Width
from kubesim.comparing.uncertainty import Uncertainty
from kubesim.running.folder import check_folder, marked_running
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import Made, read_manifest
from kubesim.notebook import notebook_bar
from kubesim.running.simulation import Interrupted, Progress, ReplicatesFailed
from kubesim.scenario import Scenario
from kubesim.signals import on_signal

Draws = Sequence[Mapping[str, Any]]


def compare(baseline: Scenario, *variants: Scenario, seeds: int | Iterable[int] | None = None,
            outcomes: Iterable[str] | None = None, until_width: str | float | None = None,
            max_replicates: int = MOST_PAIRS, months: int | None = None, draws: Draws = (),
            workers: int | None = None, progress: Progress | None = None) -> Comparison:
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
    draws
        Sets of model parameters by dotted path, as ``load_draws().sample(50, seed=1)`` of
        ``kubesim.calibration.draws`` gives them: the effects under each tell what is not known of the
        parameters apart from luck (``Comparison.uncertainty``).
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
    draws = check_draws(draws) if draws else ()
    comparison = carry_out(plan, progress or notebook_bar())
    if draws:
        comparison.uncertainty = carry(comparison, draws, workers=workers, progress=progress or notebook_bar())
    return comparison


def compare_into(folder: str | Path, baseline: Scenario, *variants: Scenario,
                 seeds: int | Iterable[int] | None = None, outcomes: Iterable[str] | None = None,
                 until_width: str | float | None = None, max_replicates: int = MOST_PAIRS,
                 draws: Draws = (), workers: int | None = None, progress: Progress | None = None,
                 csv: bool = False, command: str = "", note: Callable[[str], None] = lambda line: None) -> Comparison:
    """Compare as ``compare`` does and write the results into a folder, whatever ends it.

    A folder that holds this very comparison already, finished and made by the same version, is
    read instead. Pairs that a folder holds are never replaced by fewer: where that might come about
    the folder is refused, and where a signal or a fault has ended the work too soon the folder stays
    as it is. Raises ScenarioError also when the folder holds something else.
    """
    folder = Path(folder)
    plan = make_plan(baseline, variants, seeds, outcomes, until_width, max_replicates, None, workers)
    draws = check_draws(draws) if draws else ()
    made = Made(outcomes=plan.outcomes, twin=True, command=command)
    check_folder(folder, plan.worlds, plan.seeds, storage.KIND)
    signalled = threading.Event()
    with on_signal(signalled.set), files.claim(folder):
        held = _held(folder, plan, made)
        if held:
            note(say("{folder}: this comparison is finished already and not run again", folder=folder))
            if csv or draws:
                held.uncertainty = _carried(held, draws, workers, progress)
                storage.write_into(held, folder, csv)
            return held
        before = read_manifest(folder) if (folder / files.MANIFEST).exists() else {"seeds": []}
        _refuse_fewer(folder, plan, before)

        def write(comparison: Comparison | None) -> Comparison | None:
            if not set(before["seeds"]) <= set(comparison.seeds if comparison else ()):
                return _left_as_it_is(folder, before, note)
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
        if draws:
            comparison.uncertainty = _carried(comparison, draws, workers, progress)
            storage.write_into(comparison, folder, csv)
        return comparison


def compare_again(manifest: Mapping[str, Any], folder: Path, scratch: Path, workers: int | None,
                  progress: Progress | None) -> None:
    """Live again the pairs that a folder holds and write them into ``scratch``, for ``replay``."""
    worlds, stages = storage.what_was_compared(dict(manifest), folder / files.MANIFEST)
    width = Width(stages.width, asked=stages.asked) if stages else None
    plan = Plan(worlds, tuple(manifest["seeds"]), Made.of(dict(manifest)).outcomes, width, workers)
    comparison = carry_out(plan, progress)
    draws = manifest[storage.KIND].get("draws")
    if draws:
        comparison.uncertainty = carry(comparison, draws, workers=workers)
    comparison.write(scratch)


def _carried(comparison: Comparison, draws: Draws, workers: int | None,
             progress: Progress | None) -> Uncertainty | None:
    """The effects under the draws, those held already if they are of the same draws."""
    held = comparison.uncertainty
    if not draws or held and list(held.draws) == list(draws):
        return held
    return carry(comparison, draws, workers=workers, progress=progress)


def _refuse_fewer(folder: Path, plan: Plan, before: dict[str, Any]) -> None:
    """Raises ScenarioError when a folder holds pairs that the plan, which ends as soon as its width is
    reached, may never come to. The same width asked again comes at least as far, if the version is the
    same."""
    if not plan.width or set(before["seeds"]) <= set(plan.first):
        return
    stages = storage.stages_of(before)
    own = Made.of(before).versions["source"] == Made().versions["source"]
    if not (own and stages and stages.asked == plan.width.asked and stages.most <= len(plan.seeds)):
        raise ScenarioError(say(
            "{folder}: holds {count} finished pairs, and with --until-width {asked} there might be fewer in "
            "the end; ask for --replicates {count} or more, or choose another folder with --out",
            folder=folder, count=len(before["seeds"]), asked=plan.width.asked))


def _left_as_it_is(folder: Path, before: dict[str, Any], note: Callable[[str], None]) -> Comparison:
    """What a folder holds, where the work was cut short before it came as far."""
    note(say("{folder}: keeps the {count} pairs that it holds, as fewer are finished now", folder=folder,
             count=len(before["seeds"])))
    held = Comparison.load(folder)
    held.made.status = before["status"]
    return held


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
