"""Tables as CSV, for spreadsheets: streamed, and without text that a spreadsheet would run."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

RUNNABLE = r"^[=+\-@\t\r]"
"""How text begins that a spreadsheet takes for a formula; such text gets a ' before it."""


def write_csv(source: Path, target: Path) -> None:
    """Write a Parquet file as CSV."""
    with pq.ParquetFile(source) as table:
        schema = pa.schema([(f.name, _plain(f.type)) for f in table.schema_arrow])
        with pa.csv.CSVWriter(target, schema) as writer:
            for batch in table.iter_batches():
                columns = [_harmless(column.cast(kind)) for column, kind in zip(batch.columns, schema.types)]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _harmless(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column
    return pc.replace_substring_regex(column, f"({RUNNABLE})", r"'\1")
