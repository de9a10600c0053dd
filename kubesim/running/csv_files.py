"""Tables as CSV, for spreadsheets: streamed, and without text that a spreadsheet would run."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

RUNNABLE = r"^[=+\-@\t\r]"
"""How text begins that a spreadsheet takes for a formula; such text gets a ' before it."""


def write_csv(source: Path | Sequence[Path], target: Path) -> None:
    """Write a Parquet file, or several of one schema after another, as CSV."""
    sources = [source] if isinstance(source, Path) else source
    schema = pa.schema([(f.name, _plain(f.type)) for f in pq.read_schema(sources[0])])
    with pa.csv.CSVWriter(target, schema) as writer:
        for path in sources:
            with pq.ParquetFile(path) as table:
                for batch in table.iter_batches():
                    columns = [_harmless(column.cast(kind)) for column, kind in zip(batch.columns, schema.types)]
                    writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _harmless(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column
    return pc.replace_substring_regex(column, f"({RUNNABLE})", r"'\1")
