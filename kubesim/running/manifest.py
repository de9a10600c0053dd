"""run.json: how results were made, and what their folder holds."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from functools import cache
from hashlib import sha256 as hash_of
from importlib.metadata import version
from pathlib import Path
from typing import Any, Sequence

from kubesim import __version__, files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.scenario import Scenario

FORMAT = 1
"""Version of the results folder; a reader refuses a newer one."""
RUN = "run"
"""What a folder holds whose run.json does not say its kind."""
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
    platform: str = field(default_factory=platform.platform)

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> "Made":
        """What a manifest says of it."""
        return cls(**{name: tuple(held) if isinstance(held, list) else held
                      for name, held in manifest.items() if name in cls.__dataclass_fields__})

    def matches(self, other: "Made") -> bool:
        """Whether replicates of both can stand in one table and mean the same."""
        same = ("kubesim", "source", "numpy")
        return ((self.outcomes, self.keep, self.twin) == (other.outcomes, other.keep, other.twin)
                and all(self.versions.get(name) == other.versions.get(name) for name in same))


def manifest_of(made: Made, scenario: Scenario, seeds: Sequence[int]) -> dict[str, Any]:
    """What run.json says, but for the files."""
    held = asdict(made)
    return {"format": FORMAT, "status": held.pop("status"), "command": held.pop("command"),
            "seeds": list(seeds), "months": scenario.months, "scenario": scenario.to_mapping(),
            "origins": scenario.origins_to_mapping(), **held}


def read_manifest(folder: Path) -> dict[str, Any]:
    """What run.json says; raises ScenarioError when it cannot be used."""
    if not folder.is_dir():
        raise ScenarioError(say("{folder}: is not a folder", folder=folder))
    files.settle(folder)
    path = folder / files.MANIFEST
    if not path.exists():
        raise ScenarioError(say("{folder}: holds no results (no {file})", folder=folder, file=files.MANIFEST))
    manifest = files.read_json(path)
    held = manifest.get("format")
    if isinstance(held, int) and held > FORMAT:
        raise ScenarioError(say("{path}: written by a newer kubesim (format {held}, this one reads up to "
                                "{known}); install the newer one", path=path, held=held, known=FORMAT))
    needed = {"status": str, "command": str, "seeds": list, "scenario": dict, "versions": dict}
    if held != FORMAT or any(not isinstance(manifest.get(key), kind) for key, kind in needed.items()):
        raise ScenarioError(say("{path}: is damaged, or was not written by kubesim", path=path))
    return manifest


def scenario_held(values: dict[str, Any], origins: Any, path: Path) -> Scenario:
    """A scenario of a manifest, its values with the places, sources and grades that they had when it
    was written; raises ScenarioError when what is said of these cannot be used."""
    kinds = (str, int, int, str, str)
    sound = origins is None or isinstance(origins, dict) and all(
        isinstance(held, list) and len(held) == len(kinds) and all(map(isinstance, held, kinds))
        for held in origins.values())
    if not sound:
        raise ScenarioError(say("{path}: is damaged, or was not written by kubesim", path=path))
    return Scenario.from_mapping(values, str(path), origins)


def seal(folder: Path) -> None:
    """Enter the figures and the report of a results folder into its run.json."""
    manifest = read_manifest(folder)
    shown = [*sorted(folder.glob("figures/*")), folder / "report.html"]
    manifest["files"] |= {path.relative_to(folder).as_posix(): files.sha256(path)
                          for path in shown if path.is_file() and not path.name.startswith(".")}
    files.write_whole(folder / files.MANIFEST, files.as_json(manifest))


def files_read(scenario: Scenario) -> dict[str, str]:
    """The files that a scenario's values were read from, with their SHA-256."""
    named = {origin.file for origin in scenario.origins.values()}
    return {name: files.sha256(Path(name)) for name in sorted(named) if Path(name).is_file()}


def versions() -> dict[str, str]:
    """What made the numbers: kubesim, a fingerprint of its source, Python and the libraries."""
    return {"kubesim": __version__, "source": source_fingerprint(), "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES}}


@cache
def source_fingerprint() -> str:
    """A short hash of kubesim's source: replicates of changed rules are never mixed."""
    root = Path(__file__).parents[1]
    seen = hash_of()
    for path in sorted(root.rglob("*.py")):
        seen.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


def utc(moment: datetime) -> str:
    """A moment as UTC in ISO 8601, to the second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")
