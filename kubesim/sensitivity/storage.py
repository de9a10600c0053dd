"""A sensitivity folder: points with their effects, the table, the words, the pictures, and run.json."""

from __future__ import annotations

import json
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

import matplotlib
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.plots import ABOUT, RESOLUTION, style
from kubesim.running.manifest import manifest_of
from kubesim.sensitivity import picture, telling
from kubesim.sensitivity.factors import Factor
from kubesim.sensitivity.found import Told, Uncertain
from kubesim.sensitivity.headlines import BETTER

KIND = NAME = "sensitivity"
DIGITS = 5
"""Significant digits of the CSV file."""

Writer = Callable[[Path], None]


def write(found: Uncertain, folder: Path) -> None:
    """Write as far as the work has come, as one set, into a folder that is claimed and checked already."""
    told = found.tell()
    writers: dict[str, Writer] = {f"{name}.parquet": partial(_write_points, found, name)
                                  for name in found.outcomes}
    table = found.table(told)
    writers[f"{NAME}.csv"] = lambda path: table.to_csv(path, index=False, float_format=f"%.{DIGITS}g")
    text = telling.page(found, told)
    writers[f"{NAME}.md"] = lambda path: path.write_text(text, encoding="utf-8")
    writers[f"{NAME}.png"] = partial(_write_picture, found, told)
    for one in told:
        writers[f"{NAME}-{one.headline.name}.png"] = partial(_write_picture, found, [one])
    files.publish(folder, writers, _manifest(found))


def _manifest(found: Uncertain) -> dict[str, Any]:
    worlds, sizes = found.study.worlds, found.sizes
    scenario = worlds.get(BETTER, next(iter(worlds.values())))
    about = manifest_of(found.made, scenario, sizes.all_replicates())
    about["versions"] = {**about["versions"], "SALib": version("SALib")}
    return {**about, "kind": KIND, KIND: {
        "sizes": {name: getattr(sizes, name) for name in sizes.__dataclass_fields__},
        "headlines": [headline._asdict() for headline in found.study.headlines],
        "worlds": {name: held.to_mapping() for name, held in worlds.items()},
        "factors": [factor._asdict() for factor in found.factors],
        "left_out": [held._asdict() for held in found.left_out],
        "largest": [factor.path for factor in found.largest]}}


def _write_points(found: Uncertain, name: str, path: Path) -> None:
    """One row a point and seed: the factors' values and the effects; the design goes along as metadata."""
    points = found.designs[name]
    table = found.outcomes[name].merge(points, left_on="point", right_index=True)
    about = {KIND: json.dumps({"design": name, "seed": found.sizes.seed,
                               "alone": found.alone() if name == "sobol" else [],
                               "factors": [factor._asdict() for factor in found.factors]})}
    plain = pa.Table.from_pandas(table, preserve_index=False)
    schema = pa.schema([_described(column, found) for column in plain.schema])
    whole = plain.cast(schema).replace_schema_metadata({**(plain.schema.metadata or {}), **about})
    pq.write_table(whole, path, compression="zstd")


def _described(column: pa.Field, found: Uncertain) -> pa.Field:
    units = {factor.path: (factor.unit, factor.about) for factor in found.factors}
    units |= {headline.name: (headline.unit, headline.title) for headline in found.study.headlines}
    unit, about = units.get(column.name, ("", ""))
    return column.with_metadata({"unit": unit, "about": about}) if about else column


def _write_picture(found: Uncertain, told: list[Told], path: Path) -> None:
    figure = picture.draw(found, told)
    style.settle(figure)
    titled, described, left_out = ABOUT["png"]
    with matplotlib.rc_context({"svg.hashsalt": NAME}):
        figure.savefig(path, format="png", dpi=RESOLUTION, metadata={
            titled: picture.title(told), described: picture.alt(found, told), left_out: None})


def read_points(path: Path) -> tuple[pd.DataFrame, list[Factor]]:
    """The points of a folder with their effects, and the factors that their design was made for."""
    held = pq.read_table(path)
    about = json.loads(held.schema.metadata[KIND.encode()])
    return held.to_pandas(), [Factor(**factor) for factor in about["factors"]]
