"""The tables of a sweep that stand beside its parts: points and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.running.csv_files import write_csv
from kubesim.sweeping.identity import name_of
from kubesim.sweeping.plan import Points
from kubesim.sweeping.store import STATUSES, Log

POINTS, RUNS = "points.parquet", "runs.parquet"
KEYS = ("run", "scenario", "point", "seed", "status", "seconds", "error")
TEXTS = ("run", "scenario", "status", "error")
AT_ONCE = 20_000
"""Runs that are put into a table at a time."""


def runs_table(points: Points, log: Log, these: slice = slice(None)) -> pd.DataFrame:
    """One row a run that has landed, in the order of points, scenarios and seeds: run, scenario, point,
    seed, status, seconds, error, and the varied values; of all points or of some that follow each other.
    Points with the same values share runs."""
    ids = points.ids[these]
    here, place = log.places(ids.ravel())
    point, scenario, _ = np.unravel_index(here, ids.shape)
    point += these.start or 0
    names = log.ids[place].tolist()
    table = pd.DataFrame({
        "run": [name_of(run) for run in names],
        "scenario": np.array(list(points.worlds), object)[scenario], "point": point.astype(np.int64),
        "seed": points.numbered_seeds(these).ravel()[here],
        "status": np.array(STATUSES, object)[log.status[place]], "seconds": log.seconds[place],
        "error": [log.errors.get(run, "") for run in names]})
    values = points.table.iloc[point].reset_index(drop=True)
    return pd.concat([table, values], axis=1)


def writers(points: Points, log: Log | None = None,
            parts: Sequence[Path] = ()) -> dict[str, Callable[[Path], None]]:
    """What writes the tables, for ``files.publish``: the points, the runs where a log is given, and with
    parts also CSV of both and of the outcomes."""
    made: dict[str, Callable[[Path], None]] = {POINTS: lambda path: _write_points(points, path)}
    if log is not None:
        made[RUNS] = lambda path: _write_runs(points, log, path)
    if parts:
        made["points.csv"] = lambda path: write_csv(_staged(path, POINTS), path)
        made["runs.csv"] = lambda path: write_csv(_staged(path, RUNS), path)
        made["outcomes.csv"] = lambda path: write_csv(list(parts), path)
    return made


def _write_points(points: Points, path: Path) -> None:
    numbered = points.table.copy()
    numbered.insert(0, "point", np.arange(len(numbered)))
    pq.write_table(pa.Table.from_pandas(numbered, preserve_index=False).replace_schema_metadata(), path,
                   compression="zstd")


def _write_runs(points: Points, log: Log, path: Path) -> None:
    """Write the runs some points at a time."""
    empty = pa.Schema.from_pandas(runs_table(points, log, slice(0, 0))[[*KEYS]], preserve_index=False)
    keys = [pa.field(f.name, pa.string() if f.name in TEXTS else f.type) for f in empty]
    schema = pa.schema([*keys, *pa.Schema.from_pandas(points.table, preserve_index=False).remove_metadata()])
    step = max(1, AT_ONCE // max(1, points.ids[0].size))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, len(points), step):
            table = runs_table(points, log, slice(start, start + step))
            writer.write_table(pa.Table.from_pandas(table, schema, preserve_index=False)
                               .replace_schema_metadata())


def _staged(path: Path, name: str) -> Path:
    """A table of the same set that has just been written."""
    return path.with_name(files.STAGED + name)
