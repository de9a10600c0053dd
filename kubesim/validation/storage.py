"""A validation's folder: its tables, and run.json that says how they were made."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.running.csv_files import write_csv
from kubesim.running.manifest import manifest_of
from kubesim.running.tables import Column

if TYPE_CHECKING:
    from kubesim.validation.validate import Validation

KIND = "validation"
PLACES = {"verdicts": "validation.parquet", "ablations": "ablations.parquet", "values": "values.parquet"}
"""File of each table; ablations only where there are any."""
COLUMNS = {
    "target": Column("name", "target, by its number in the evidence"),
    "statistic": Column("words", "what is measured"),
    "published": Column("as the unit says", "the published number; none where only a range, a sign or an "
                                            "order is"),
    "band_low": Column("as the unit says", "lower end of the band, included; -inf: open"),
    "band_high": Column("as the unit says", "upper end of the band, included; inf: open"),
    "simulated": Column("as the unit says", "mean over seeds"),
    "low": Column("as the unit says", "lower end of the mean's 95 % interval over seeds"),
    "high": Column("as the unit says", "upper end of the mean's 95 % interval over seeds"),
    "passed": Column("yes or no", "whether the mean over seeds is in the band"),
    "source": Column("words", "where the number was published"),
    "grade": Column("name", "how far the published number may be trusted"),
    "band": Column("name", "published: the band follows from what was published; judgement: a tolerance that "
                           "was judged; own: a check of our own"),
    "unit": Column("words", "unit of the numbers"),
    "pattern": Column("words", "what the target belongs to"),
    "seeds": Column("seeds", "seeds in which the statistic has a value"),
    "mechanism": Column("name", "mechanism that is done without"),
    "shipped": Column("as the unit says", "mean over the same seeds of the model as shipped"),
    "passed_shipped": Column("yes or no", "whether that is in the band"),
    "variant": Column("name", "mechanism that is done without; empty: the model as shipped"),
    "seed": Column("number", "seed"),
    "value": Column("as the unit says", "value of the statistic in this seed")}


def write_into(validation: "Validation", folder: Path, csv: bool) -> None:
    """Write into a folder that is claimed and checked already."""
    tables = {PLACES[name]: getattr(validation, name) for name in PLACES}
    writers = {file: partial(_write_table, table) for file, table in tables.items() if len(table)}
    if csv:
        writers |= {f"{Path(file).stem}.csv": partial(write_csv, folder / (files.STAGED + file))
                    for file in list(writers)}
    about = {"households": validation.households, "without": validation.without}
    files.publish(folder, writers, {**manifest_of(validation.made, validation.evidence, validation.seeds),
                                    "kind": KIND, KIND: about})


def _write_table(table: pd.DataFrame, path: Path) -> None:
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    schema = pa.schema([kept.with_metadata(dict(COLUMNS[kept.name]._asdict())) for kept in plain])
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path, compression="zstd")
