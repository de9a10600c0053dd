"""What is uncertain: the headline effects against every free number of the model, into a folder."""

from __future__ import annotations

from concurrent.futures import Executor
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Sequence

import pandas as pd

from kubesim import files
from kubesim.running.folder import check_folder
from kubesim.running.manifest import Made, files_read, utc
from kubesim.sensitivity import designs, storage
from kubesim.sensitivity.evaluating import Study, evaluate
from kubesim.sensitivity.factors import Factor, shared_factors
from kubesim.sensitivity.found import Sizes, Uncertain
from kubesim.sensitivity.headlines import BETTER, headline_study
from kubesim.sensitivity.indices import largest_of_each

Progress = Callable[[int, int], object]


def what_is_uncertain(folder: Path | str, morris_trajectories: int = 12, sobol_points: int = 64,
                      executor: Executor | None = None, seed: int = 1, *, study: Study | None = None,
                      spread_points: int = 64, progress: Progress = lambda done, total: None,
                      command: str = "") -> Uncertain:
    """Screen all free numbers, share out the variance among the largest, and write it down.

    Morris trajectories over all factors; a Latin hypercube over all for the spread of each effect and
    luck's share; then Sobol indices of the ten largest of each effect, and of all others together as one. The folder
    gets sensitivity.png, a picture a headline, sensitivity.csv, sensitivity.md, and the points with
    their effects; the tables of the first part are there before the second begins.

    Parameters
    ----------
    folder
        New, or of an earlier run of the same designs.
    sobol_points
        Base points, a power of 2; some 25 times as many are lived.
    executor
        Where points are lived, such as ``executor_of(2)``; None for this process.
    seed
        Of the designs. The worlds' seeds are 1, 2, ... at every point.
    study
        Worlds and effects; the shipped ones in ``scenarios/`` unless given.
    progress
        Called with (months lived, months to live), both times seeds and worlds.

    Raises ScenarioError when the folder or a size cannot be used, SimulationError when a process dies.
    """
    folder = Path(folder)
    study = study or headline_study()
    sizes = Sizes(morris_trajectories, sobol_points, spread_points, seed=seed)
    factors, out = shared_factors(study.worlds.values())
    designs.sobol(factors[:1], sobol_points, seed)              # refused now, not after minutes
    found = Uncertain(study, factors, out, sizes, made=_begun(study, command))
    check_folder(folder, study.worlds.get(BETTER, next(iter(study.worlds.values()))),
                 sizes.all_replicates(), storage.KIND)
    with files.claim(folder):
        work = _Work(found, executor, progress)
        work.screen()
        storage.write(found, folder)
        work.share_out()
        storage.write(found, folder)
    return found


class _Work:
    """The designs tried one after another, with one count of the months lived."""

    def __init__(self, found: Uncertain, executor: Executor | None, progress: Progress) -> None:
        self._found, self._executor, self._progress = found, executor, progress
        self._total = found.sizes.lives(len(found.factors), len(found.study.headlines)) * found.study.months()
        self._lived = 0
        self._begun = datetime.now(timezone.utc)

    def screen(self) -> None:
        """All factors: the usual point, the spread and the Morris trajectories."""
        found, sizes = self._found, self._found.sizes
        self._try("morris", designs.morris(found.factors, sizes.trajectories, sizes.seed), found.factors,
                  sizes.replicates())
        self._try("usual", designs.usual(found.factors), found.factors, sizes.all_replicates())
        self._try("spread", designs.lhs(found.factors, sizes.spread, sizes.seed), found.factors,
                  sizes.all_replicates())

    def share_out(self) -> None:
        """Sobol's design for the largest factors of all headlines."""
        found, sizes = self._found, self._found.sizes
        known = {factor.path: factor for factor in found.factors}
        alone = largest_of_each([held for _, held in found.screened])
        found.largest = [known[path] for path in alone]
        self._total = self._lived + sizes.seeds * sizes.points * (len(alone) + 3) * found.study.months()
        self._try("sobol", designs.sobol(found.factors, sizes.points, sizes.seed, found.alone()),
                  found.factors, sizes.replicates())
        found.made.status = "done"

    def _try(self, name: str, points: pd.DataFrame, factors: Sequence[Factor], seeds: Sequence[int]) -> None:
        found, before = self._found, self._lived

        def tell(done: int, total: int) -> None:
            self._lived = before + done
            self._progress(min(self._lived, self._total), self._total)

        found.designs[name] = points
        found.outcomes[name] = evaluate(points, found.study, factors, seeds, self._executor, tell)
        ended = datetime.now(timezone.utc)
        found.made.ended = utc(ended)
        found.made.seconds = round((ended - self._begun).total_seconds(), 3)


def _begun(study: Study, command: str) -> Made:
    read = {name: held for scenario in study.worlds.values() for name, held in files_read(scenario).items()}
    outcomes = tuple(sorted({headline.outcome for headline in study.headlines}))
    return Made("running", command, outcomes, started=utc(datetime.now(timezone.utc)), read=read)
