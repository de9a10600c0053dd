"""Results of a run: tidy tables, how they were made, and the folder that holds both."""

from __future__ import annotations

import json
import platform
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256 as hash_of
from importlib.metadata import version
from pathlib import Path
from typing import Any, Iterator, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import __version__, files, summary
from kubesim.csv_files import write_csv
from kubesim.errors import ScenarioError
from kubesim.panels import PANELS, merge_panel, read_panel
from kubesim.scenario import Scenario
from kubesim.tables import FILES, TABLES, Column, columns_of, join_tables, schema_of

FORMAT = 1
"""Version of the results folder; a reader refuses a newer one."""
LIBRARIES = ("numpy", "mesa", "pandas", "pyarrow", "scipy")


@dataclass
class Made:
    """How results were made."""

    status: str = "done"                        # running, done, interrupted or failed
    command: str = ""                           # what was typed
    outcomes: tuple[str, ...] | None = None     # asked for; None: all
    keep: tuple[str, ...] = ()
    twin: bool = False                          # whether the world without programme was lived too
    started: str = ""                           # UTC
    ended: str = ""
    seconds: float = 0.0
    faults: tuple[str, ...] = ()                # replicates that failed
    read: dict[str, str] = field(default_factory=dict)      # scenario files and their SHA-256
    versions: dict[str, str] = field(default_factory=lambda: versions())
    platform: str = field(default_factory=lambda: f"{platform.platform()}, Python {platform.python_version()}")

    def matches(self, other: "Made") -> bool:
        """Whether replicates of both can stand in one table and mean the same."""
        same = ("kubesim", "source", "numpy")
        return ((self.outcomes, self.keep, self.twin) == (other.outcomes, other.keep, other.twin)
                and all(self.versions.get(name) == other.versions.get(name) for name in same))


@dataclass
class Results:
    """What a run gives. Tables are pandas frames; ``counterfactual`` is None without a twin."""

    scenario: Scenario
    seeds: tuple[int, ...]
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    lives: pd.DataFrame
    distribution: pd.DataFrame
    companions: pd.DataFrame
    counterfactual: pd.DataFrame | None = None
    panels: dict[str, dict[int, Path]] = field(default_factory=dict)    # file that holds each seed
    made: Made = field(default_factory=Made)
    scratch: Any = field(default=None, repr=False)      # temporary folder of panels not yet written

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
            raise ScenarioError(f"'{name}' was not kept; run again with keep={{'{name}'}}")
        return read_panel(self.panels[name], columns)

    def headline(self) -> pd.DataFrame:
        """Means of the telling outcomes at the last month, with 95 % intervals over replicates."""
        return summary.headline(self)

    def __str__(self) -> str:
        return summary.text(self)

    def _repr_html_(self) -> str:
        return summary.html(self)

    def joined(self, other: "Results") -> "Results":
        """These replicates and another run's, in order of the seeds."""
        panels = {name: self.panels[name] | other.panels[name] for name in self.panels}
        made = replace(other.made, started=self.made.started, seconds=self.made.seconds + other.made.seconds)
        return Results(self.scenario, tuple(sorted({*self.seeds, *other.seeds})),
                       **join_tables([self.tables, other.tables]), panels=panels, made=made,
                       scratch=(self.scratch, other.scratch))

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
        writers = {FILES[name]: partial(_write_table, name, table)
                   for name, table in self.tables.items()}
        writers |= {f"{name}.parquet": partial(merge_panel, sources=sources)
                    for name, sources in self.panels.items()}
        if csv:
            writers |= {f"{Path(name).stem}.csv": partial(write_csv, folder / (files.STAGED + name))
                        for name in list(writers)}
        files.publish(folder, writers, about(self.made, self.scenario, self.seeds))
        self.panels = {name: dict.fromkeys(self.seeds, folder / f"{name}.parquet") for name in self.panels}
        self.scratch = None

    @classmethod
    def load(cls, folder: str | Path) -> "Results":
        """Read a results folder; raises ScenarioError when it holds none, or damaged ones."""
        folder = Path(folder)
        manifest = read_manifest(folder)
        if not manifest["seeds"]:
            raise ScenarioError(f"{folder}: no replicate was finished ({manifest['status']}); "
                                f"run again: {manifest['command']}")
        listed = manifest["files"]
        tables = {name: _read_table(folder / FILES[name], manifest) for name in TABLES if FILES[name] in listed}
        missing = {"outcomes", "ledger", "lives", "distribution", "companions"} - tables.keys()
        if missing:
            raise ScenarioError(f"{folder}/{files.MANIFEST}: lists no {', '.join(sorted(missing))}")
        seeds = tuple(manifest["seeds"])
        panels = {name: dict.fromkeys(seeds, folder / f"{name}.parquet") for name in PANELS
                  if f"{name}.parquet" in listed}
        return cls(Scenario.from_mapping(manifest["scenario"], str(folder / files.MANIFEST)), seeds, **tables, panels=panels, made=made_of(manifest))


def about(made: Made, scenario: Scenario, seeds: Sequence[int]) -> dict[str, Any]:
    """What run.json says, but for the files."""
    held = asdict(made)
    return {"format": FORMAT, "status": held.pop("status"), "command": held.pop("command"),
            "seeds": list(seeds), "months": scenario.months, "scenario": scenario.to_mapping(), **held}


def read_manifest(folder: Path) -> dict[str, Any]:
    """What run.json says; raises ScenarioError when it cannot be used."""
    if not folder.is_dir():
        raise ScenarioError(f"{folder}: is not a folder")
    files.settle(folder)
    path = folder / files.MANIFEST
    if not path.exists():
        raise ScenarioError(f"{folder}: holds no results (no {files.MANIFEST})")
    manifest = files.read_json(path)
    made_by = manifest.get("format")
    if isinstance(made_by, int) and made_by > FORMAT:
        raise ScenarioError(f"{path}: written by a newer kubesim (format {made_by}, this one reads "
                            f"up to {FORMAT}); install the newer one")
    needed = {"status": str, "command": str, "seeds": list, "scenario": dict, "versions": dict}
    if made_by != FORMAT or any(not isinstance(manifest.get(key), kind) for key, kind in needed.items()):
        raise ScenarioError(f"{path}: is damaged, or was not written by kubesim")
    return manifest


def check_folder(folder: Path, scenario: Scenario, seeds: Sequence[int]) -> None:
    """Refuse a folder with results of another scenario, with other finished seeds, or with files
    that kubesim did not write."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ScenarioError(f"{folder}: is a file; results go into a folder")
    files.settle(folder)
    if not (folder / files.MANIFEST).exists():
        foreign = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if foreign:
            raise ScenarioError(f"{folder}: holds files that are no results of kubesim "
                                f"({', '.join(foreign[:3])}); choose another folder with --out")
        return
    manifest = read_manifest(folder)
    held = manifest["scenario"]
    wanted = scenario.to_mapping()
    if held != wanted:
        where = differences(held, wanted)
        raise ScenarioError(f"{folder}: holds results of another scenario ({'; '.join(where[:3])}"
                            f"{', ...' if len(where) > 3 else ''}); choose another folder with --out")
    others = tuple(sorted(set(manifest["seeds"]) - set(seeds)))
    if others:
        raise ScenarioError(f"{folder}: holds finished replicates that this run would throw away (seeds "
                            f"{summary.spans(others)}); ask for them too, or choose another folder with --out")


@contextmanager
def marked_running(folder: Path, scenario: Scenario, made: Made) -> Iterator[None]:
    """While this lasts, run.json says that the folder is being written; if nothing was written in
    the end it says what it said before."""
    path = folder / files.MANIFEST
    before = path.read_text(encoding="utf-8") if path.exists() else None
    fresh = {**about(replace(made, started=utc(datetime.now(timezone.utc))), scenario, ()), "files": {}}
    marked = files.as_json({**(json.loads(before) if before else fresh), "status": "running"})
    files.write_whole(path, marked)
    try:
        yield
    finally:
        if path.read_text(encoding="utf-8") == marked:
            if before is None:
                path.unlink()
            else:
                files.write_whole(path, before)


def held_results(folder: Path, wanted: Made) -> Results | None:
    """Finished replicates in a folder that need not be run again."""
    if not (folder / files.MANIFEST).exists():
        return None
    manifest = read_manifest(folder)
    if not manifest["seeds"] or not made_of(manifest).matches(wanted):
        return None
    return Results.load(folder)


def made_of(manifest: dict[str, Any]) -> Made:
    """How the results of a manifest were made."""
    return Made(**{name: tuple(held) if isinstance(held, list) else held
                   for name, held in manifest.items() if name in Made.__dataclass_fields__})


def seal(folder: Path) -> None:
    """Enter the figures and the report of a results folder into its run.json."""
    manifest = read_manifest(folder)
    shown = [*sorted(folder.glob("figures/*")), folder / "report.html"]
    manifest["files"] |= {path.relative_to(folder).as_posix(): files.sha256(path)
                          for path in shown if path.is_file()}
    files.write_whole(folder / files.MANIFEST, files.as_json(manifest))


def differences(held: Any, wanted: Any, path: str = "") -> list[str]:
    """Dotted paths at which two resolved scenarios differ, with both values."""
    if isinstance(held, dict) and isinstance(wanted, dict):
        keys = [*held, *(key for key in wanted if key not in held)]
        return [line for key in keys
                for line in differences(held.get(key), wanted.get(key), f"{path}.{key}".lstrip("."))]
    if isinstance(held, list) and isinstance(wanted, list) and len(held) == len(wanted):
        return [line for place, (one, other) in enumerate(zip(held, wanted))
                for line in differences(one, other, f"{path}.{_item(one, place)}")]
    return [] if held == wanted else [f"{path} was {_short(held)}, now {_short(wanted)}"]


def _item(item: Any, place: int) -> str:
    return item["name"] if isinstance(item, dict) and item.get("name") else str(place)


def _short(held: Any) -> str:
    said = json.dumps(held, ensure_ascii=False)
    return said if len(said) <= 40 else said[:37] + "..."


def files_read(scenario: Scenario) -> dict[str, str]:
    """The files that a scenario's values were read from, with their SHA-256."""
    named = {origin.file for origin in scenario.origins.values()}
    return {name: files.sha256(Path(name)) for name in sorted(named) if Path(name).is_file()}


def versions() -> dict[str, str]:
    """What made the numbers: kubesim, a fingerprint of its source, and the libraries."""
    return {"kubesim": __version__, "source": source_fingerprint(), "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES}}


def source_fingerprint() -> str:
    """A short hash of kubesim's source: results of changed rules are never mixed."""
    root = Path(__file__).parent
    seen = hash_of()
    for path in sorted(root.rglob("*.py")):
        seen.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


def utc(moment: datetime) -> str:
    """A moment as UTC in ISO 8601, to the second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


def _write_table(name: str, table: pd.DataFrame, path: Path) -> None:
    filled = pa.Table.from_pandas(table, schema_of(name, table), preserve_index=False)
    pq.write_table(filled, path, compression="zstd")


def _read_table(path: Path, manifest: dict[str, Any]) -> pd.DataFrame:
    if not path.exists():
        raise ScenarioError(f"{path}: is missing; run again: {manifest['command']}")
    if files.sha256(path) != manifest["files"][path.name]:
        raise ScenarioError(f"{path}: is damaged (its SHA-256 is not the one in {files.MANIFEST}); "
                            f"delete the folder and run again: {manifest['command']}")
    return pq.read_table(path).to_pandas()
