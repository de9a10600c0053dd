"""validate: the model as shipped, held to the published evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

import pandas as pd

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.notebook import notebook_bar
from kubesim.running.folder import check_folder
from kubesim.running.manifest import Made, utc
from kubesim.running.plan import check_seeds, processors
from kubesim.running.simulation import Progress
from kubesim.validation import display, storage
from kubesim.validation.evidence import Evidence, load_evidence
from kubesim.validation.measuring import AS_SHIPPED, measure_each
from kubesim.validation.verdicts import judge_each

FIRST_SEED = 20_001
"""Of a run of its own: no parameter was ever chosen by looking at these seeds."""
FEWEST, USUAL, QUICK = 20, 40, 6
"""Seeds: the fewest for a verdict that may be quoted, how many there are, and for a quick look."""
EVERY = "all"


@dataclass
class Validation:
    """The evidence table and how it came about.

    ``verdicts`` has one row a target, ``ablations`` one a (mechanism, target), ``values`` one a (variant,
    target, seed), the variant being a mechanism that is done without, or empty for the model as shipped.
    """

    evidence: Evidence
    seeds: tuple[int, ...]
    households: int
    verdicts: pd.DataFrame
    ablations: pd.DataFrame
    values: pd.DataFrame
    made: Made = field(default_factory=Made)

    @property
    def without(self) -> list[str]:
        """The mechanisms that were done without, each in turn."""
        return list(dict.fromkeys(self.ablations["mechanism"]))

    @property
    def months(self) -> int:
        """The last month that any target looks at."""
        return self.evidence.months

    def failed(self) -> pd.DataFrame:
        """The targets that fail."""
        return self.verdicts[~self.verdicts["passed"]]

    def __str__(self) -> str:
        return "\n".join(display.lines(self))

    def write(self, folder: str | Path, *, csv: bool = False) -> None:
        """Write the tables into a folder; raises ScenarioError when it holds something else."""
        folder = Path(folder)
        check_folder(folder, self.evidence, self.seeds, storage.KIND)
        with files.claim(folder):
            storage.write_into(self, folder, csv)


def validate(seeds: int | Iterable[int] = USUAL, *, without: Sequence[str] = (),
             households: int | None = None, workers: int = 1, progress: Progress | None = None,
             command: str = "", evidence: Evidence | None = None) -> Validation:
    """Hold the model as shipped to the evidence.

    Parameters
    ----------
    seeds
        How many, from FIRST_SEED on, or which ones.
    without
        Mechanisms to do without, each in turn under the same seeds; 'all' for every one.
    households
        On the register, as many as the evidence's base has unless given.
    workers, progress
        As in ``measure``.
    evidence
        Another evidence than the one that ships.

    Raises as ``measure`` does.
    """
    evidence, began = evidence or load_evidence(), datetime.now(timezone.utc)
    households = households or evidence.base.population.households
    variants = {AS_SHIPPED: {}, **switched_off(evidence, without)}
    values = measure_each(evidence, _meant(seeds), variants, households, None, workers,
                          progress or notebook_bar())
    ended = datetime.now(timezone.utc)
    made = Made(command=command, started=utc(began), ended=utc(ended),
                seconds=round((ended - began).total_seconds(), 3))
    return Validation(evidence, tuple(values["seed"].unique().tolist()), households,
                      *judge_each(evidence, values), values, made)


def validate_into(folder: str | Path, seeds: int | Iterable[int] = USUAL, *, without: Sequence[str] = (),
                  workers: int = 1, progress: Progress | None = None, csv: bool = False,
                  command: str = "") -> Validation:
    """Validate as ``validate`` does and write the tables into a folder.

    Raises ScenarioError before anything lives when the folder holds something else.
    """
    folder, evidence, seeds = Path(folder), load_evidence(), _meant(seeds)
    check_folder(folder, evidence, seeds, storage.KIND)
    found = validate(seeds, without=without, workers=workers, progress=progress, command=command,
                     evidence=evidence)
    found.write(folder, csv=csv)
    return found


def validate_again(manifest: Mapping[str, Any], folder: Path, scratch: Path, workers: int | None,
                   progress: Progress | None) -> None:
    """Validate again what a folder holds and write it into ``scratch``, for ``replay``: the same seeds and
    mechanisms, today's evidence and model."""
    asked = manifest.get(storage.KIND)
    if not isinstance(asked, dict) or not {"without", "households"} <= asked.keys():
        raise ScenarioError(say("{path}: is damaged, or was not written by kubesim",
                                path=folder / files.MANIFEST))
    validate(manifest["seeds"], without=asked["without"], households=asked["households"],
             workers=workers or processors(), progress=progress).write(scratch)


def _meant(seeds: int | Iterable[int]) -> tuple[int, ...]:
    """The seeds meant: so many from FIRST_SEED on, or the ones named."""
    many = isinstance(seeds, int) and seeds > 0
    return check_seeds(range(FIRST_SEED, FIRST_SEED + seeds) if many else seeds)


def switched_off(evidence: Evidence, names: Sequence[str]) -> dict[str, dict]:
    """The changes for each mechanism named, every one for 'all'; raises ScenarioError for an unknown one."""
    if EVERY in names:
        names = list(evidence.mechanisms)
    evidence.without(names)                         # all faults in one report
    return {name: evidence.without([name]) for name in names}


def check_replicates(count: int, quick: bool) -> None:
    """Raise ScenarioError for too few seeds: for an interval, or for a verdict that may be quoted."""
    if count < 2:
        raise ScenarioError(say("--replicates {count}: must be {least} or more", count=count, least=2))
    if count < FEWEST and not quick:
        raise ScenarioError(say("--replicates {count}: must be {least} or more, so that a verdict does not "
                                "hang on luck; --quick takes fewer, for a look", count=count, least=FEWEST))
