"""A calibration's folder: posterior and fit as tables, the figures, and run.json."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.calibration.distance import TARGET
from kubesim.calibration.draws import OF_TARGET, PARAMETER, POSTERIOR, ROLE, WHOLE
from kubesim.calibration.posterior import Posterior
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.folder import differences, manifest_of_kind
from kubesim.running.manifest import FORMAT, Made, seal, versions

if TYPE_CHECKING:
    from kubesim.calibration.calibrate import Question

KIND = "calibration"
FIT, PARAMETERS = "fit.parquet", "parameters.parquet"
MADE_BY = ("kubesim", "source", "numpy", "pyabc")
"""Versions on which the numbers hang."""


def about(question: "Question") -> dict[str, Any]:
    """What was asked and of which model, as plain JSON types: all that decides the numbers."""
    made = {**versions(), "pyabc": version("pyabc")}
    return {"experiment": question.experiment.to_mapping(), "arms": question.arms_hashed(),
            "versions": {name: made[name] for name in MADE_BY}}


def check_folder(folder: Path, question: "Question") -> dict[str, Any] | None:
    """What run.json says of a calibration that can be gone on with; None when there is none.

    Raises ScenarioError, saying what differs, when it is another one.
    """
    manifest = manifest_of_kind(folder, KIND)
    if manifest is None:
        return None
    where = differences(manifest.get(KIND), about(question))
    if where:
        told = "; ".join(where[:3]) + ("; ..." if len(where) > 3 else "")
        raise ScenarioError(say("{folder}: holds another calibration ({told}); choose another folder with "
                                "--out", folder=folder, told=told))
    return manifest


def mark_running(folder: Path, question: "Question", made: Made) -> None:
    """Say in run.json what the folder is going to hold, before anything else is in it."""
    held = files.read_json(folder / files.MANIFEST)["files"] if (folder / files.MANIFEST).exists() else {}
    files.write_whole(folder / files.MANIFEST, files.as_json(
        {**_manifest(question, made), "status": "running", "files": held}))


def write(found: Posterior, question: "Question", made: Made, folder: Path) -> None:
    """Write into a folder that is claimed and checked already: tables first, then figures."""
    from kubesim.calibration.picture import write_figures
    fit = found.fit()
    fit.insert(1, "unit", [target.unit for target in question.experiment.targets])
    files.publish(folder, {
        POSTERIOR: partial(_write_draws, found), FIT: partial(_write_plain, fit),
        PARAMETERS: partial(_write_plain, found.parameters())}, _manifest(question, made))
    write_figures(found, question.experiment.terms.name, folder)
    seal(folder)


def _manifest(question: "Question", made: Made) -> dict[str, Any]:
    first = question.experiment.terms.seeds.first
    return {"format": FORMAT, "status": made.status, "command": made.command, "kind": KIND,
            "name": question.experiment.terms.name, "seeds": [first], "scenario": {},
            KIND: about(question), "started": made.started, "ended": made.ended, "seconds": made.seconds,
            "faults": list(made.faults), "read": question.read, "versions": made.versions,
            "platform": made.platform}


def _write_draws(found: Posterior, path: Path) -> None:
    """The posterior, one row a draw; every column says what it is."""
    table = found.draws()
    about_columns = {"weight": {"unit": "share", "about": "weight of the draw; they add up to 1"},
                     "distance": {"unit": "half widths", "about": "mean distance from the published values"}}
    for prior in found.priors:
        about_columns[prior.path] = {ROLE: PARAMETER, "unit": prior.unit, WHOLE: "yes" if prior.whole else "no"}
    for name in found.yardstick.names:
        about_columns[TARGET + name] = {ROLE: OF_TARGET, "about": "simulated statistic of the draw"}
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    schema = pa.schema([kept.with_metadata(about_columns[kept.name]) for kept in plain])
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path, compression="zstd")


def _write_plain(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, compression="zstd")
