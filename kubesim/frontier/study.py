"""A frontier: search, second stage, and what came of them, kept whatever ends the work."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Sequence

import numpy as np

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.running.folder import check_folder, marked_running
from kubesim.frontier import choosing, search, storage
from kubesim.frontier.bench import Bench, Lived, Stopped
from kubesim.frontier.found import Frontier, Question
from kubesim.frontier.levers import Design
from kubesim.language import say
from kubesim.running.manifest import Made, files_read, utc
from kubesim.plots.formats import rupiah
from kubesim.signals import on_signal
from kubesim.running.simulation import Interrupted, Progress


def find_frontier(question: Question, workers: int | None = None, progress: Progress | None = None,
                  scratch: Path | None = None) -> Frontier:
    """Look for the best design for a budget.

    The numbers depend on the question only, its first seed included: not on the workers.

    Raises
    ------
    ScenarioError
        When no design meets the budget, or Optuna is missing.
    Interrupted
        On Ctrl-C or SIGTERM; its ``results`` hold what was found so far, None when that is nothing.
    """
    check(question)
    study = _Study(question)
    folder = files.Scratch(scratch)
    try:
        study.carry_out(workers, progress, folder.path)
    except Stopped:
        found = study.so_far("interrupted")
        raise Interrupted(found) from None
    finally:
        folder.cleanup()
    return study.so_far("done")


def find_frontier_into(folder: str | Path, question: Question, workers: int | None = None,
                       progress: Progress | None = None, command: str = "") -> Frontier:
    """Do as ``find_frontier`` does and write into a folder, whatever ends it. Raises ScenarioError also
    when the folder holds something else."""
    folder = Path(folder)
    check(question)
    check_folder(folder, question.scenario, question.all_seeds, storage.KIND)
    storage.check_question(folder, question)
    made = Made(outcomes=question.goal.outcomes, twin=True, command=command)

    def write(found: Frontier | None) -> Frontier | None:
        if found:
            found.made = replace(found.made, command=command)
            storage.write(found, folder)
        return found

    with files.claim(folder), marked_running(folder, question.scenario, made, storage.KIND):
        try:
            return write(find_frontier(question, workers, progress, folder))
        except Interrupted as cut:
            cut.results = write(cut.results)
            raise


def check(question: Question) -> None:
    """Raises ScenarioError for a question that cannot be answered."""
    search.load_optuna()
    faults = effort_faults(question.trials, question.replicates, len(question.levers))
    if not (np.isfinite(question.budget) and question.budget > 0):
        faults.append(say("--budget {budget}: must be more than 0 rupiah", budget=question.budget))
    if faults:
        raise ScenarioError(faults)


def effort_faults(trials: int, replicates: int, levers: int) -> list[str]:
    """What is wrong with the number of trials and replicates, for so many levers."""
    faults, least = [], search.least_trials(levers)
    if trials < least:
        faults.append(say("--trials {trials}: must be {least} or more for {count} levers", trials=trials,
                          least=least, count=levers))
    if replicates < 2:
        faults.append(say("--replicates {replicates}: must be 2 or more", replicates=replicates))
    return faults


@dataclass
class _Study:
    """What has been found so far, and when the work began."""

    question: Question
    found: search.Found = field(default_factory=search.Found)
    finalists: list[Design] = field(default_factory=list)
    lived: dict[int, list[Lived]] = field(default_factory=dict)
    usual: list[Lived] = field(default_factory=list)
    seconds_from: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    stopped: threading.Event = field(default_factory=threading.Event)

    def carry_out(self, workers: int | None, progress: Progress | None, folder: Path) -> None:
        """Search, and judge the finalists under fresh luck; raises Stopped."""
        asked = self.question
        total = asked.work() * (asked.scenario.months + 1)
        bench = Bench(asked.scenario, asked.levers, asked.goal, asked.rate, workers, folder,
                      lambda done: progress(min(done, total), total) if progress else None)

        def evaluate(designs: Sequence[Design]) -> list[tuple[float, float]]:
            return [(float(lived.cost.mean()), float(lived.gain.mean()))
                    for lived in bench.live(designs, asked.seeds)]

        with on_signal(bench.stop):
            search.search(asked.levers, evaluate, asked.budget, asked.trials, asked.seed, self.found)
            self.finalists = choosing.pick(self.found, asked.budget)
            usual = tuple(lever.usual for lever in asked.levers)

            def live(designs: Sequence[Design], seeds: Sequence[int]) -> Sequence[Lived]:
                *lived, reference = bench.live([*designs, usual], seeds)
                self.usual.append(reference)
                return lived

            choosing.judge(self.finalists, live, asked.rounds, asked.budget, self._keep)

    def _keep(self, lived: dict[int, list[Lived]]) -> None:
        self.lived = {place: list(pieces) for place, pieces in lived.items()}

    def so_far(self, status: str) -> Frontier | None:
        """What has been found; None when no design has lived."""
        if not self.found.tried:
            return None
        ended = datetime.now(timezone.utc)
        made = Made(status, outcomes=self.question.goal.outcomes, twin=True, started=utc(self.seconds_from),
                    ended=utc(ended), read=files_read(self.question.scenario),
                    seconds=round((ended - self.seconds_from).total_seconds(), 3))
        judged = choosing.weigh(self.lived, self.question.budget) if self.lived else None
        rounds = len(max(self.lived.values(), key=len)) if self.lived else 0
        if judged and status == "done" and judged.chosen < 0:
            least = float(judged.cost[:, 0].min())
            raise ScenarioError(say(
                "--budget {budget}: no design meets it under fresh seeds; the cheapest costs {cost}",
                budget=rupiah(self.question.budget), cost=search.to_the_rupiah(least)))
        usual = choosing.weigh({0: self.usual[:rounds]}, self.question.budget) if rounds else None
        return Frontier(self.question, self.found, self.finalists, judged, usual, made)
