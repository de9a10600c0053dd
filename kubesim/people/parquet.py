"""Parquet files as tables; the first record counts as row 2, as if the headings stood in row 1."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.table_file import DATE, MOST_ROWS, Column, FileTable
from kubesim.people.telling import printable

LARGEST_UNPACKED = 2_000_000_000


def parquet_table(content: bytes, file: str, sha256: str) -> FileTable:
    """The table of a Parquet file; raises ScenarioError when it is damaged or too large."""
    try:
        opened = pq.ParquetFile(pa.BufferReader(content))
        about = opened.metadata
        unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if about.num_rows > MOST_ROWS or unpacked > LARGEST_UNPACKED:
            raise ScenarioError(say("{file}: has {rows:,} rows: at most {most:,}, and 2 GB unpacked",
                                    file=file,
                                    rows=about.num_rows, most=MOST_ROWS))
        table = opened.read().combine_chunks()
    except (pa.ArrowException, OSError):
        raise ScenarioError(say("{file}: is a damaged Parquet file", file=file)) from None
    if not table.num_rows:
        raise ScenarioError(say("{file}: holds headings but no rows", file=file))
    columns, unread = [], []
    for place, (heading, cells) in enumerate(zip(table.column_names, table.columns), start=1):
        made = _column(heading, place, cells)
        if made is None:
            unread.append(printable(heading))
        else:
            columns.append(made)
    notes = [say("columns of lists or bytes are left out: {names}",
                 names=", ".join(unread))] if unread else []
    return FileTable(file, sha256, tuple(columns), np.arange(2, table.num_rows + 2), 1, (), "", tuple(notes))


def _column(heading: str, place: int, cells: pa.ChunkedArray) -> Column | None:
    """A Parquet column; None when its kind has no place in a table."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    cells = pa.concat_arrays(cells.cast(kind).chunks) if cells.num_chunks else pa.array([], kind)
    nothing = pa.nulls(len(cells), pa.string())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = pc.cast(cells, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return Column(heading, place, nothing, numbers, None)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = pc.utf8_trim_whitespace(cells.cast(pa.string()))
        return Column(heading, place, pc.if_else(pc.equal(text, ""), None, text), None, None)
    if pa.types.is_boolean(kind):
        return Column(heading, place, cells.cast(pa.string()), None, None)
    if pa.types.is_temporal(kind):
        odd = np.where(pc.is_valid(cells).to_numpy(zero_copy_only=False), DATE, 0).astype(np.int8)
        return Column(heading, place, nothing, None, odd)
    return nothing and Column(heading, place, nothing, None, None) if pa.types.is_null(kind) else None
