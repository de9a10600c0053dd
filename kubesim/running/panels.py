"""Micro data: one row a (seed, month, row) with every column, streamed so that memory stays flat."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim.columns import Cause, Stage
from kubesim.state import State

PANELS = ("households", "groups", "companions")
GROUP_ROWS = 131_072
"""Rows of a row group, about; a row group holds whole months of one seed."""
LABELS = {"stage": [stage.name.lower() for stage in Stage], "cause": [cause.name.lower() for cause in Cause]}
PART = ".arrow"


class PanelWriter:
    """Streams the kept tables of a stack to one file a (table, seed), quick to write and to merge.

    A panel's columns are the table's own and those that extensions have made by the end of month 0.
    """

    def __init__(self, keep: Iterable[str], seeds: Sequence[int], folder: Path) -> None:
        self._keep, self._seeds, self._folder = tuple(keep), seeds, folder
        self._writers: dict[tuple[str, int], pa.ipc.RecordBatchFileWriter] = {}
        self._columns: dict[str, list[str]] = {}

    def __enter__(self) -> "PanelWriter":
        return self

    def take(self, state: State, month: int) -> None:
        """Append a month that has just been lived."""
        for name in self._keep:
            columns = getattr(state, name).columns()
            kept = self._columns.setdefault(name, list(columns))
            for place, seed in enumerate(self._seeds):
                batch = _month({column: columns[column][place] for column in kept}, seed, month,
                               state.district_names)
                if (name, seed) not in self._writers:
                    self._writers[name, seed] = pa.ipc.new_file(
                        str(part_file(self._folder, name, seed)), batch.schema,
                        options=pa.ipc.IpcWriteOptions(compression="lz4"))
                self._writers[name, seed].write_batch(batch)

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()


def part_file(folder: Path, name: str, seed: int) -> Path:
    """Where one seed's part of a panel is kept until it is merged."""
    return folder / f"{name}-{seed}{PART}"


def _month(columns: Mapping[str, np.ndarray], seed: int, month: int,
           districts: Sequence[str]) -> pa.RecordBatch:
    """A table's rows of one replicate in one month."""
    labels = LABELS | {"district": list(districts)}
    count = len(next(iter(columns.values())))
    held = {"seed": pa.array(np.full(count, seed)), "month": pa.array(np.full(count, month, np.int32)),
            "row": pa.array(np.arange(count, dtype=np.int32))}
    for column, values in columns.items():
        values = pa.array(np.ascontiguousarray(values))
        held[column] = (pa.DictionaryArray.from_arrays(values, labels[column]) if column in labels
                        else values)
    return pa.RecordBatch.from_pydict(held)


def merge_panel(target: Path, sources: Mapping[int, Path]) -> None:
    """Write one panel file from the files that hold each seed, in order of the seeds."""
    writer = None
    for seed in sorted(sources):
        for rows in _months_together(_pieces(sources[seed], seed)):
            if writer is None:
                texts = [column.name for column in rows.schema if pa.types.is_dictionary(column.type)]
                writer = pq.ParquetWriter(target, rows.schema, compression="zstd", use_dictionary=texts)
            writer.write_table(rows, row_group_size=max(len(rows), 1))
    writer.close()


def _pieces(path: Path, seed: int, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of a seed in a part file or a merged one, whole months at a time."""
    if path.suffix == PART:
        with pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            for place in range(reader.num_record_batches):
                rows = pa.Table.from_batches([reader.get_batch(place)])
                yield rows.select(columns) if columns else rows
        return
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            about = file.metadata.row_group(group)
            if not about.num_rows or about.column(0).statistics.min == seed:
                yield file.read_row_group(group, columns)


def _months_together(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in pieces of so many months as make about GROUP_ROWS rows."""
    held: list[pa.Table] = []
    for piece in pieces:
        if held and sum(map(len, held)) + len(piece) > GROUP_ROWS:
            yield pa.concat_tables(held)
            held = []
        held.append(piece)
    yield pa.concat_tables(held)


def read_panel(sources: Mapping[int, Path], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A kept panel in memory, chosen columns or all, in order of the seeds."""
    pieces = [piece for seed in sorted(sources) for piece in _pieces(sources[seed], seed, columns)]
    return pa.concat_tables(pieces).to_pandas()
