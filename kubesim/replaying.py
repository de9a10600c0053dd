"""replay: run again what a results folder holds, and name the first value that is not the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.comparing.compare import compare_again
from kubesim.comparing.storage import KIND as COMPARISON
from kubesim.errors import ScenarioError
from kubesim.language import figures, say
from kubesim.running.manifest import RUN, Made, read_manifest, scenario_held, versions
from kubesim.notebook import notebook_bar
from kubesim.running.simulation import Progress, run
from kubesim.running.summary import spans
from kubesim.running.table_difference import Difference, Found, compare_tables
from kubesim.validation.storage import KIND as VALIDATION
from kubesim.validation.validate import validate_again


@dataclass
class Replay:
    """What came of running a folder's results again; ``str()`` tells it."""

    folder: Path
    manifest: Mapping[str, Any]
    values: int = 0                     # compared
    differing: dict[str, int] = field(default_factory=dict)         # values, by file
    furthest: float = 0.0
    first: Difference | None = None     # of the earliest month, then in the order of files and columns

    @property
    def identical(self) -> bool:
        """Whether every value is the same to the last bit."""
        return self.first is None

    @property
    def other_versions(self) -> dict[str, tuple[str, str]]:
        """Versions that are not those of the folder: the folder's and ours, by name."""
        held, ours = self.manifest["versions"], versions()
        return {name: (held.get(name, "-"), ours.get(name, "-")) for name in {**held, **ours}
                if held.get(name) != ours.get(name)}

    def take(self, file: str, found: Found) -> None:
        """Add what was found in a part of a file."""
        self.values += found.values
        self.differing[file] = self.differing.get(file, 0) + found.differing
        self.furthest = max(self.furthest, found.furthest)
        if found.first and (self.first is None or found.first.month < self.first.month):
            self.first = found.first

    def __str__(self) -> str:
        told = {"folder": self.folder, "seeds": spans(tuple(self.manifest["seeds"])),
                "values": figures(f"{self.values:,}"), "tables": len(self.differing)}
        if self.identical:
            lines = [say("{folder}: identical (seeds {seeds}, {tables} tables, {values} values)", **told)]
        else:
            lines = [say("{folder}: differs (seeds {seeds}, {tables} tables, {values} values)", **told),
                     say("first difference: {difference}", difference=self.first), self._how_many()]
        lines += [say("{name} {held} in the folder, {ours} here", name=name, held=held, ours=ours)
                  for name, (held, ours) in self.other_versions.items()]
        if not self.identical and not self.other_versions:
            lines.append(say("all versions are the same: either the folder was changed after it was written, "
                             "or this processor rounds in another way than that of {platform}",
                             platform=self.manifest.get("platform", "-")))
        if self.manifest.get("faults"):
            lines.append(say("replicates that had failed are not run again: {count}",
                             count=len(self.manifest["faults"])))
        return "\n".join(lines)

    def _how_many(self) -> str:
        counts = ", ".join(say("{count} in {file}", count=figures(f"{count:,}"), file=file)
                           for file, count in self.differing.items() if count)
        return say("not the same: {counts}; the furthest by {furthest} of its value", counts=counts,
                   furthest=figures(f"{self.furthest:.2g}"))


def replay(folder: str | Path, *, workers: int | None = None, progress: Progress | None = None) -> Replay:
    """Run again what a results folder holds; nothing is written into it:
    ``print(kubesim.replay("results/banjarmasin"))``.

    Raises ScenarioError when the folder cannot be used: it holds no results, a file of it is missing
    or damaged, or a newer version wrote it.
    """
    folder = Path(folder)
    manifest = _checked(folder)
    result = Replay(folder, manifest)
    with TemporaryDirectory(prefix=files.SCRATCH, ignore_cleanup_errors=True) as scratch:
        now = Path(scratch)
        AGAIN[manifest.get("kind", RUN)](manifest, folder, now, workers, progress or notebook_bar())
        for file in dict.fromkeys([*manifest["files"], *read_manifest(now)["files"]]):
            if file.endswith(".parquet"):
                for found in compare_tables(folder / file, now / file, manifest.get("months", 0)):
                    result.take(file, found)
    return result


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that is whole and can be run again; raises ScenarioError."""
    if (folder / (files.STAGED + files.MANIFEST)).exists():
        raise ScenarioError(say("{folder}: its writing was cut short; run its command again to finish it",
                                folder=folder))
    manifest = read_manifest(folder)
    kind = manifest.get("kind", RUN)
    if kind not in AGAIN:
        raise ScenarioError(say("{folder}: holds a {kind}, which this kubesim cannot run again",
                                folder=folder, kind=kind))
    faults = [fault for file, sha256 in manifest["files"].items()
              if (fault := _why_damaged(folder / file, sha256))]
    if faults:
        raise ScenarioError(faults)
    if not manifest["seeds"]:
        raise ScenarioError(say("{folder}: no replicate was finished ({status})", folder=folder,
                                status=manifest["status"]))
    return manifest


def _why_damaged(path: Path, sha256: str) -> str:
    """What is wrong with a file that a manifest lists; empty for nothing."""
    if not path.is_file():
        return say("{path}: is missing", path=path)
    if files.sha256(path) != sha256:
        return say("{path}: is damaged (its SHA-256 is not the one in {file})", path=path,
                   file=files.MANIFEST)
    if path.suffix == ".parquet":
        try:
            pq.read_schema(path)
        except pa.ArrowInvalid:
            return say("{path}: is damaged: it is no Parquet file", path=path)
    return ""


# -- running again -----------------------------------------------------------------------------
def _run_again(manifest: Mapping[str, Any], folder: Path, now: Path, workers: int | None,
               progress: Progress | None) -> None:
    """A run of one scenario, its tables and the micro data that were kept."""
    scenario = scenario_held(manifest["scenario"], manifest.get("origins"), folder / files.MANIFEST)
    made = Made.of(manifest)
    run(scenario, manifest["seeds"], outcomes=made.outcomes, keep=made.keep, twin=made.twin, workers=workers,
        progress=progress).write(now)


AGAIN: Mapping[str, Callable[..., None]] = {RUN: _run_again, COMPARISON: compare_again,
                                            VALIDATION: validate_again}
"""How each kind of folder is made again; called with its manifest, the folder itself, an empty folder to
write into, workers and progress."""
