"""Results of a run: tidy tables and how they were made, in memory and in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.running import summary
from kubesim.running.csv_files import write_csv
from kubesim.errors import ScenarioError
from kubesim.running.folder import check_folder
from kubesim.language import say
from kubesim.running.manifest import RUN, Made, manifest_of, read_manifest, scenario_held
from kubesim.running.panels import PANELS, merge_panel, read_panel
from kubesim.scenario import Scenario
from kubesim.running.tables import FILES, TABLES, Column, columns_of, join_tables, read_table, schema_of


@dataclass
class Results:
    """What a run gives. Tables are pandas frames; ``counterfactual`` is None without a twin.

    ``panels`` maps the micro data that were kept to the file that holds each seed.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    lives: pd.DataFrame
    distribution: pd.DataFrame
    companions: pd.DataFrame
    counterfactual: pd.DataFrame | None = None
    panels: dict[str, dict[int, Path]] = field(default_factory=dict)
    made: Made = field(default_factory=Made)
    scratch: tuple[files.Scratch, ...] = field(default=(), repr=False)     # panels not yet written

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        held = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in held.items() if table is not None}

    def column(self, name: str) -> Column:
        """Unit and meaning of a column of ``outcomes``."""
        return columns_of("outcomes")[name]

    def panel(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Micro data that were kept: 'households', 'groups' or 'companions'."""
        if name not in self.panels:
            raise ScenarioError(say("'{name}' was not kept; run again and keep it", name=name))
        return read_panel(self.panels[name], columns)

    def headline(self) -> pd.DataFrame:
        """Means of the telling outcomes at the last month, with 95 % intervals over replicates."""
        return summary.headline(self)

    def __str__(self) -> str:
        return summary.text(self)

    def _repr_html_(self) -> str:
        return summary.html(self)

    def joined(self, other: "Results") -> "Results":
        """These replicates and those of another run of the same scenario, in order of the seeds."""
        return Results(
            self.scenario, tuple(sorted({*self.seeds, *other.seeds})),
            **join_tables([self.tables, other.tables]),
            panels={name: self.panels[name] | other.panels[name] for name in self.panels},
            made=replace(other.made, started=self.made.started,
                         seconds=self.made.seconds + other.made.seconds),
            scratch=self.scratch + other.scratch)

    # -- the folder ---------------------------------------------------------------------------
    def write(self, folder: str | Path, *, csv: bool = False) -> None:
        """Write everything into a folder so that a crash leaves the whole old or the whole new set.

        Raises ScenarioError when the folder holds results of another scenario, or other files.
        """
        folder = Path(folder)
        check_folder(folder, self.scenario, self.seeds)
        with files.claim(folder):
            self.write_into(folder, csv=csv)

    def write_into(self, folder: Path, *, csv: bool = False) -> None:
        """Write into a folder that is claimed and checked already."""
        writers = {FILES[name]: partial(_write_table, name, table) for name, table in self.tables.items()}
        writers |= {_panel_file(name): partial(merge_panel, sources=sources)
                    for name, sources in self.panels.items()}
        if csv:
            writers |= {f"{Path(name).stem}.csv": partial(write_csv, folder / (files.STAGED + name))
                        for name in list(writers)}
        files.publish(folder, writers, manifest_of(self.made, self.scenario, self.seeds))
        self.panels = {name: dict.fromkeys(self.seeds, folder / _panel_file(name)) for name in self.panels}
        for holder in self.scratch:
            holder.cleanup()
        self.scratch = ()

    @classmethod
    def load(cls, folder: str | Path) -> "Results":
        """Read a results folder; raises ScenarioError when it holds none, or damaged ones."""
        folder = Path(folder)
        manifest = read_manifest(folder)
        if manifest.get("kind", RUN) != RUN:
            raise ScenarioError(say("{folder}: holds no run but a {kind}", folder=folder,
                                    kind=manifest["kind"]))
        again = say("run again: {command}", command=manifest["command"])
        if not manifest["seeds"]:
            raise ScenarioError(say("{folder}: no replicate was finished ({status}); ", folder=folder,
                                    status=manifest["status"]) + again)
        listed = manifest["files"]
        tables = {name: read_table(folder / FILES[name], listed[FILES[name]], again)
                  for name in TABLES if FILES[name] in listed}
        missing = sorted(set(TABLES) - {"counterfactual"} - tables.keys())
        if missing:
            raise ScenarioError(say("{path}: lists no {missing}; ", path=folder / files.MANIFEST,
                                    missing=", ".join(missing)) + again)
        seeds = tuple(manifest["seeds"])
        panels = {name: dict.fromkeys(seeds, folder / _panel_file(name)) for name in PANELS
                  if _panel_file(name) in listed}
        scenario = scenario_held(manifest["scenario"], manifest.get("origins"), folder / files.MANIFEST)
        return cls(scenario, seeds, **tables, panels=panels, made=Made.of(manifest))


def held_results(folder: Path, wanted: Made) -> Results | None:
    """Finished replicates in a folder that need not be run again."""
    if not (folder / files.MANIFEST).exists():
        return None
    manifest = read_manifest(folder)
    if not manifest["seeds"] or not Made.of(manifest).matches(wanted):
        return None
    return Results.load(folder)


def _panel_file(name: str) -> str:
    return f"{name}.parquet"


def _write_table(name: str, table: pd.DataFrame, path: Path) -> None:
    filled = pa.Table.from_pandas(table, schema_of(name, table), preserve_index=False)
    pq.write_table(filled, path, compression="zstd")
