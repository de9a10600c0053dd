"""What is found of a sweep, written beside its runs: all drawn first, then each file replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Mapping, NamedTuple

import matplotlib
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from kubesim import files
from kubesim.plots import ABOUT, FOLDER, RESOLUTION
from kubesim.plots.style import settle
from kubesim.running.csv_files import write_csv


class Chart(NamedTuple):
    """A picture with every number in it and a sentence for those who cannot see it."""

    name: str                   # of the file, without its ending
    title: str
    draw: Callable[[], Figure]
    table: pd.DataFrame
    alt: str

    def _repr_png_(self) -> bytes:
        return self.draw()._repr_png_()


def write_found(folder: Path, family: str, tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str],
                charts: list[Chart], csv: bool = False) -> list[Path]:
    """Write tables (Parquet, and CSV if asked for), texts and ``figures/<family>-<name>.png`` with their
    data as CSV into a sweep's folder.

    Nothing is replaced before all is made; pictures of the family that are not made any more are removed.
    The sweep's own files are not touched.
    """
    scratch = files.Scratch(inside=folder)
    try:
        (scratch.path / FOLDER).mkdir()
        for name, table in tables.items():
            path = scratch.path / f"{name}.parquet"
            _write_parquet(table, path)
            if csv:
                write_csv(path, path.with_suffix(".csv"))
        for name, text in texts.items():
            (scratch.path / name).write_text(text, encoding="utf-8")
        for chart in charts:
            path = scratch.path / FOLDER / f"{family}-{chart.name}.png"
            _save(chart, path)
            _write_parquet(chart.table, scratch.path / "chart.parquet")
            write_csv(scratch.path / "chart.parquet", path.with_suffix(".csv"))
        (scratch.path / "chart.parquet").unlink(missing_ok=True)
        return _put_in_place(scratch.path, folder, family)
    finally:
        scratch.cleanup()


def _put_in_place(made: Path, folder: Path, family: str) -> list[Path]:
    drafts = sorted(path for path in made.rglob("*") if path.is_file())
    targets = [folder / path.relative_to(made) for path in drafts]
    (folder / FOLDER).mkdir(exist_ok=True)
    for draft, target in zip(drafts, targets):
        files.reach_the_disk(draft)
        os.replace(draft, target)
    for stale in set((folder / FOLDER).glob(f"{family}-*")) - set(targets):
        stale.unlink()
    return targets


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, compression="zstd")


def _save(chart: Chart, path: Path) -> None:
    figure = chart.draw()
    settle(figure)
    titled, described, left_out = ABOUT["png"]
    with matplotlib.rc_context({"svg.hashsalt": path.name}):
        figure.savefig(path, format="png", dpi=RESOLUTION,
                       metadata={titled: chart.title, described: chart.alt, left_out: None})
