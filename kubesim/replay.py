"""replay: run again what a results folder holds, and name the first value that is not the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from kubesim import files
from kubesim.comparing.compare import compare_again
from kubesim.comparing.storage import KIND as COMPARISON
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.manifest import RUN, Made, read_manifest, versions
from kubesim.notebook import notebook_bar
from kubesim.run import Progress, run
from kubesim.scenario import Scenario
from kubesim.summary import spans

KEYS = ("scenario", "against", "world", "outcome", "seed", "group", "row", "month", "district", "item",
        "kind", "payer", "who")
"""Columns that say which row it is, in the order in which a message names them."""
TOGETHER = 20_000_000           # values of a table held in memory at once
MOST_NAMED = 5                  # damaged files named


class Difference(NamedTuple):
    """Something that is not the same; ``month`` is -1 for what has none.

    ``column`` is empty where a row is on one side only, and so is ``row`` where a file or a whole
    column is; ``held`` and ``now`` then say on which side.
    """

    month: int
    file: str
    column: str
    row: dict[str, Any]
    held: Any
    now: Any

    def __str__(self) -> str:
        where = [self.file]
        if self.column:
            where.append(say("column {column}", column=self.column))
        where += [say("{key} {value}", key=say(key), value=value) for key, value in self.row.items()]
        return say("{where}: {held} in the folder, {now} now", where=", ".join(where), held=_exact(self.held),
                   now=_exact(self.now))


class Found(NamedTuple):
    """What comparing a part of a table has found."""

    values: int = 0
    differing: int = 0
    furthest: float = 0.0               # largest difference, relative to the larger of the two numbers
    first: Difference | None = None


@dataclass
class Replay:
    """What came of running a folder's results again; ``str()`` tells it."""

    folder: Path
    manifest: Mapping[str, Any]
    values: int = 0                     # compared
    differing: dict[str, int] = field(default_factory=dict)         # values, by file
    furthest: float = 0.0
    first: Difference | None = None     # of the earliest month, then in the order of files and columns

    @property
    def identical(self) -> bool:
        """Whether every value is the same to the last bit."""
        return self.first is None

    @property
    def other_versions(self) -> dict[str, tuple[str, str]]:
        """Versions that are not those of the folder: the folder's and ours, by name."""
        held, ours = self.manifest["versions"], versions()
        return {name: (held.get(name, "-"), ours.get(name, "-")) for name in {**held, **ours}
                if held.get(name) != ours.get(name)}

    def take(self, file: str, found: Found) -> None:
        """Add what was found in a part of a file."""
        self.values += found.values
        self.differing[file] = self.differing.get(file, 0) + found.differing
        self.furthest = max(self.furthest, found.furthest)
        if found.first and (self.first is None or found.first.month < self.first.month):
            self.first = found.first

    def __str__(self) -> str:
        told = {"folder": self.folder, "seeds": spans(tuple(self.manifest["seeds"])),
                "values": f"{self.values:,}", "tables": len(self.differing)}
        if self.identical:
            lines = [say("{folder}: identical (seeds {seeds}, {tables} tables, {values} values)", **told)]
        else:
            lines = [say("{folder}: differs (seeds {seeds}, {tables} tables, {values} values)", **told),
                     say("first difference: {difference}", difference=self.first), self._how_many()]
        lines += [say("{name} {held} in the folder, {ours} here", name=name, held=held, ours=ours)
                  for name, (held, ours) in self.other_versions.items()]
        if not self.identical and not self.other_versions:
            lines.append(say("all versions are the same: either the folder was changed after it was written, "
                             "or this processor rounds in another way than that of {platform}",
                             platform=self.manifest.get("platform", "-")))
        if self.manifest.get("faults"):
            lines.append(say("replicates that had failed are not run again: {count}",
                             count=len(self.manifest["faults"])))
        return "\n".join(lines)

    def _how_many(self) -> str:
        counts = ", ".join(say("{count} in {file}", count=f"{count:,}", file=file)
                           for file, count in self.differing.items() if count)
        return say("not the same: {counts}; the furthest by {furthest} of its value", counts=counts,
                   furthest=f"{self.furthest:.2g}")


def replay(folder: str | Path, *, workers: int | None = None, progress: Progress | None = None) -> Replay:
    """Run again what a results folder holds; nothing is written into it.

    Raises ScenarioError when the folder cannot be used: it holds no results, a file of it is missing
    or damaged, or a newer version wrote it.
    """
    folder = Path(folder)
    manifest = _checked(folder)
    result = Replay(folder, manifest)
    with TemporaryDirectory(prefix=files.SCRATCH, ignore_cleanup_errors=True) as scratch:
        now = Path(scratch)
        AGAIN[manifest.get("kind", RUN)](manifest, folder, now, workers, progress or notebook_bar())
        for file in dict.fromkeys([*manifest["files"], *read_manifest(now)["files"]]):
            if file.endswith(".parquet"):
                for found in _compare(folder / file, now / file, manifest["months"]):
                    result.take(file, found)
    return result


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that is whole and can be run again; raises ScenarioError."""
    if (folder / (files.STAGED + files.MANIFEST)).exists():
        raise ScenarioError(say("{folder}: its writing was cut short; run its command again to finish it",
                                folder=folder))
    manifest = read_manifest(folder)
    kind = manifest.get("kind", RUN)
    if kind not in AGAIN:
        raise ScenarioError(say("{folder}: holds a {kind}, which this kubesim cannot run again",
                                folder=folder, kind=kind))
    faults = [fault for file, sha256 in manifest["files"].items()
              if (fault := _why_damaged(folder / file, sha256))]
    if len(faults) > MOST_NAMED:
        faults[MOST_NAMED:] = [say("{folder}: and {count} more files", folder=folder,
                                   count=len(faults) - MOST_NAMED)]
    if not faults and not manifest["seeds"]:
        faults = [say("{folder}: no replicate was finished ({status})", folder=folder,
                      status=manifest["status"])]
    if faults:
        raise ScenarioError(faults)
    return manifest


def _why_damaged(path: Path, sha256: str) -> str:
    """What is wrong with a file that a manifest lists; empty for nothing."""
    if not path.is_file():
        return say("{path}: is missing", path=path)
    if files.sha256(path) != sha256:
        return say("{path}: is damaged (its SHA-256 is not the one in {file})", path=path,
                   file=files.MANIFEST)
    return ""


# -- running again -----------------------------------------------------------------------------
def _run_again(manifest: Mapping[str, Any], folder: Path, now: Path, workers: int | None,
               progress: Progress | None) -> None:
    """A run of one scenario, its tables and the micro data that were kept."""
    scenario = Scenario.from_mapping(manifest["scenario"], str(folder / files.MANIFEST))
    made = Made.of(manifest)
    run(scenario, manifest["seeds"], outcomes=made.outcomes, keep=made.keep, twin=made.twin, workers=workers,
        progress=progress).write(now)


AGAIN: Mapping[str, Callable[..., None]] = {RUN: _run_again, COMPARISON: compare_again}
"""How each kind of folder is made again; called with its manifest, the folder itself, an empty folder to
write into, workers and progress."""


# -- comparing ---------------------------------------------------------------------------------
def _compare(held: Path, now: Path, last: int) -> Iterator[Found]:
    """Compare a table with the one made again, a seed and some columns at a time."""
    if not (held.exists() and now.exists()):
        yield _one_sided(held.name, "", held.exists())
        return
    theirs, ours = (pq.read_schema(path).names for path in (held, now))
    keys = [key for key in KEYS if key in ours and key in theirs]
    columns = [column for column in theirs if column in ours and column not in keys]
    if files.sha256(held) == files.sha256(now):
        yield Found(pq.read_metadata(held).num_rows * len(columns))
        return
    yield from (_one_sided(held.name, column, column in theirs)
                for column in dict.fromkeys([*theirs, *ours]) if not (column in ours and column in theirs))
    for seed in sorted(_seeds(held) | _seeds(now)) if "seed" in keys else [None]:
        rows = _match(_read(held, keys, seed), _read(now, keys, seed))
        yield from _only(held.name, keys, rows, last)
        both = rows[(rows["held"] >= 0) & (rows["now"] >= 0)]
        step = max(1, TOGETHER // max(len(both), 1))
        for start in range(0, len(columns), step):
            frames = [_read(path, columns[start:start + step], seed).iloc[both[side]]
                      for path, side in ((held, "held"), (now, "now"))]
            yield _same_values(held.name, both[keys], *frames, last)


def _seeds(path: Path) -> set[int]:
    return set(pq.read_table(path, columns=["seed"])["seed"].unique().to_pylist())


def _read(path: Path, columns: Sequence[str], seed: int | None) -> pd.DataFrame:
    """Some columns of a table, of one seed where one is given; categories as plain text."""
    chosen = None if seed is None else [("seed", "==", seed)]
    frame = pq.read_table(path, columns=list(columns), filters=chosen).to_pandas()
    texts = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(texts, object)) if len(texts) else frame


def _match(held: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Key columns of all rows, with ``held`` and ``now``: the row's place on each side, -1 for none."""
    if held.equals(now):
        return held.assign(held=np.arange(len(held)), now=np.arange(len(now)))
    keys = list(held)
    sides = [rows.assign(copy=rows.groupby(keys).cumcount(), **{side: np.arange(len(rows))})
             for side, rows in (("held", held), ("now", now))]
    rows = sides[0].merge(sides[1], how="outer", on=[*keys, "copy"])
    return rows.fillna({"held": -1, "now": -1}).astype({"held": int, "now": int}).sort_values(["held", "now"])


def _only(file: str, keys: Sequence[str], rows: pd.DataFrame, last: int) -> Iterator[Found]:
    """Rows that only one side has."""
    alone = rows[(rows["held"] < 0) | (rows["now"] < 0)]
    if len(alone):
        place = int(alone["month"].argmin()) if "month" in keys else 0
        month = int(alone["month"].iloc[place]) if "month" in keys else last
        sides = _sides(alone["held"].iloc[place] >= 0)
        yield Found(differing=len(alone), first=Difference(month, file, "", _named(rows[keys], alone, place), *sides))


def _same_values(file: str, keys: pd.DataFrame, held: pd.DataFrame, now: pd.DataFrame, last: int) -> Found:
    """Compare columns of the same rows."""
    months = keys["month"].to_numpy() if "month" in keys else np.full(len(keys), last)
    count, furthest, first = 0, 0.0, None
    for column in held:
        one, other = (_plain(frame[column]) for frame in (held, now))
        places = np.flatnonzero(_unlike(one, other))
        if not len(places):
            continue
        count += len(places)
        furthest = max(furthest, _furthest(one[places], other[places]))
        place = places[np.argmin(months[places])]
        if first is None or months[place] < first.month:
            first = Difference(int(months[place]), file, column, _named(keys, keys, place), one[place],
                               other[place])
    return Found(held.size, count, furthest, first)


def _named(every: pd.DataFrame, rows: pd.DataFrame, place: int) -> dict[str, Any]:
    """What tells a row apart: its keys, but for empty ones and a scenario that is that of all rows."""
    return {key: rows[key].iloc[place] for key in every
            if rows[key].iloc[place] != "" and not (key == "scenario" and every[key].nunique() == 1)}


def _plain(column: pd.Series) -> np.ndarray:
    """A column as numbers, or as objects."""
    return column.to_numpy() if column.dtype.kind in "biuf" else column.to_numpy(object)


def _unlike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two columns differ; a missing value is like a missing value."""
    return (one != other) & ~(pd.isna(one) & pd.isna(other))


def _furthest(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference relative to the larger number; 0 for text, infinite for a missing number."""
    if one.dtype.kind not in "iuf" or other.dtype.kind not in "iuf":
        return 0.0
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other) / np.maximum(np.abs(one), np.abs(other))
    return float(np.nan_to_num(apart, nan=np.inf).max())


def _one_sided(file: str, column: str, in_folder: bool) -> Found:
    """A file or a column that only one side has."""
    return Found(differing=1, first=Difference(-1, file, column, {}, *_sides(in_folder)))


def _sides(in_folder: bool) -> tuple[str, str]:
    there, missing = say("there"), say("missing")
    return (there, missing) if in_folder else (missing, there)


def _exact(value: Any) -> str:
    """A value with every digit that it has."""
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value!r}" if isinstance(value, (int, float)) else str(value)
