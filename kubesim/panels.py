"""Micro data: one row a (seed, month, row) with every column, streamed so that memory stays flat."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim.state import Cause, Stage, State

PANELS = ("households", "groups", "companions")
GROUP_ROWS = 131_072
"""Rows of a row group, about; a row group holds whole months of one seed."""


class PanelWriter:
    """Streams the kept tables of a stack to one file a (table, seed).

    A panel's columns are the table's own and those that extensions have made by the end of month 0.
    """

    def __init__(self, keep: Iterable[str], seeds: Sequence[int], folder: Path) -> None:
        self._keep, self._seeds, self._folder = tuple(keep), seeds, folder
        self._writers: dict[tuple[str, int], pq.ParquetWriter] = {}

    def __enter__(self) -> "PanelWriter":
        return self

    def take(self, state: State, month: int) -> None:
        """Append a month that has just been lived."""
        for name in self._keep:
            for place, seed in enumerate(self._seeds):
                batch = _month(state, name, place, seed, month)
                writer = self._writers.get((name, seed))
                if writer is None:
                    writer = self._writers[name, seed] = pq.ParquetWriter(
                        part_file(self._folder, name, seed), batch.schema, compression="zstd")
                writer.write_batch(batch.select(writer.schema.names))

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()


def part_file(folder: Path, name: str, seed: int) -> Path:
    """Where one seed's part of a panel is kept until it is merged."""
    return folder / f"{name}-{seed}.parquet"


def _month(state: State, name: str, place: int, seed: int, month: int) -> pa.RecordBatch:
    table = getattr(state, name)
    labels = {"district": state.district_names, "stage": [s.name.lower() for s in Stage],
              "cause": [c.name.lower() for c in Cause]}
    count = table.length
    columns = {"seed": pa.array(np.full(count, seed)), "month": pa.array(np.full(count, month, np.int32)),
               "row": pa.array(np.arange(count, dtype=np.int32))}
    for column, values in table.columns().items():
        column_of_one = np.ascontiguousarray(values[place])
        columns[column] = (pa.DictionaryArray.from_arrays(column_of_one, list(labels[column]))
                           if column in labels else pa.array(column_of_one))
    return pa.RecordBatch.from_pydict(columns)


def merge_panel(target: Path, sources: Mapping[int, Path]) -> None:
    """Write one panel file from the files that hold each seed, in order of the seeds."""
    opened = {path: pq.ParquetFile(path) for path in set(sources.values())}
    with pq.ParquetWriter(target, opened[sources[min(sources)]].schema_arrow, compression="zstd") as writer:
        for seed in sorted(sources):
            source = opened[sources[seed]]
            groups = row_groups_of(source, seed)
            month_rows = _rows_of_a_month(source, groups)
            size = max(1, GROUP_ROWS // max(month_rows, 1)) * max(month_rows, 1)
            for batch in source.iter_batches(batch_size=size, row_groups=groups):
                writer.write_batch(batch, row_group_size=size)
    for source in opened.values():
        source.close()


def row_groups_of(source: pq.ParquetFile, seed: int) -> list[int]:
    """The row groups that hold a seed."""
    about = (source.metadata.row_group(group) for group in range(source.num_row_groups))
    return [group for group, held in enumerate(about)
            if held.num_rows and held.column(0).statistics.min == seed]


def _rows_of_a_month(source: pq.ParquetFile, groups: Sequence[int]) -> int:
    """Rows of the table in each month, the same in every month: rows never come or go."""
    if not groups:
        return 0
    months = source.read_row_group(groups[0], columns=["month"])["month"].to_numpy()
    return int((months == months[0]).sum())


def read_panel(sources: Mapping[int, Path], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A kept panel in memory, chosen columns or all, in order of the seeds."""
    frames = []
    for seed in sorted(sources):
        with pq.ParquetFile(sources[seed]) as source:
            frames.append(source.read_row_groups(row_groups_of(source, seed), columns=columns))
    return pa.concat_tables(frames).to_pandas()
