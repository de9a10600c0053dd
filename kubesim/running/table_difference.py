"""Where two Parquet files of one table differ: which column, which row, which month first."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from kubesim import files
from kubesim.language import say

KEYS = ("scenario", "against", "world", "outcome", "seed", "group", "row", "month", "district", "item",
        "kind", "payer", "who")
"""Columns that say which row it is, in the order in which a message names them."""
TOGETHER = 20_000_000           # values of a table held in memory at once


class Difference(NamedTuple):
    """Something that is not the same. Where a row is on one side only ``column`` is empty, where a
    file or a column is, ``row`` is empty and ``month`` -1; ``held`` and ``now`` then say on which side.
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


def compare_tables(held: Path, now: Path, last: int) -> Iterator[Found]:
    """Compare a table with the one made again, a seed and some columns at a time.

    ``last`` is the month of a table that has no column of months.
    """
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
    keys = list(held)
    if held.equals(now) or not keys:
        places = np.arange(min(len(held), len(now)))
        return held.iloc[places].assign(held=places, now=places)
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
        named = _named(rows[keys], alone, place)
        yield Found(differing=len(alone), first=Difference(month, file, "", named, *sides))


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
    return Found(0, 1, 0.0, Difference(-1, file, column, {}, *_sides(in_folder)))


def _sides(in_folder: bool) -> tuple[str, str]:
    there, missing = say("there"), say("missing")
    return (there, missing) if in_folder else (missing, there)


def _exact(value: Any) -> str:
    """A value with every digit that it has."""
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value!r}" if isinstance(value, (int, float)) else str(value)
