"""A results folder: whether a run may write into it, and that it is being written."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Sequence

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import RUN, Made, manifest_of, read_manifest, utc
from kubesim.scenario import Scenario
from kubesim.running.summary import spans


def check_folder(folder: Path, scenario: Scenario, seeds: Sequence[int], kind: str = RUN) -> None:
    """Refuse a folder with results of another kind or scenario, with other finished seeds, or with
    files that kubesim did not write. Raises ScenarioError."""
    manifest = manifest_of_kind(folder, kind)
    if manifest is None:
        return
    where = differences(manifest["scenario"], scenario.to_mapping())
    if where:
        told = "; ".join(where[:3]) + ("; ..." if len(where) > 3 else "")
        raise ScenarioError(say("{folder}: holds results of another scenario ({told}); choose another folder "
                                "with --out", folder=folder, told=told))
    others = tuple(sorted(set(manifest["seeds"]) - set(seeds)))
    if others:
        raise ScenarioError(say(
            "{folder}: holds finished replicates that this run would throw away (seeds {seeds}); ask for "
            "them too, or choose another folder with --out", folder=folder, seeds=spans(others)))


def manifest_of_kind(folder: Path, kind: str = RUN) -> dict[str, Any] | None:
    """What run.json of a folder says; None where nothing was written yet. Raises ScenarioError for a
    folder with results of another kind or with files that kubesim did not write."""
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise ScenarioError(say("{folder}: is a file; results go into a folder", folder=folder))
    files.settle(folder)
    if not (folder / files.MANIFEST).exists():
        foreign = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if foreign:
            raise ScenarioError(say("{folder}: holds files that are no results of kubesim ({names}); choose "
                                    "another folder with --out", folder=folder, names=", ".join(foreign[:3])))
        return None
    manifest = read_manifest(folder)
    if manifest.get("kind", RUN) != kind:
        command = manifest["command"] or manifest.get("kind", RUN)
        raise ScenarioError(say("{folder}: holds results of another command ({command}); choose another "
                                "folder with --out", folder=folder, command=command))
    return manifest


@contextmanager
def marked_running(folder: Path, scenario: Scenario, made: Made, kind: str = RUN) -> Iterator[None]:
    """While this lasts, run.json says that the folder is being written; if nothing was written in
    the end it says what it said before."""
    path = folder / files.MANIFEST
    before = path.read_text(encoding="utf-8") if path.exists() else None
    begun = replace(made, started=utc(datetime.now(timezone.utc)))
    manifest = json.loads(before) if before else {**manifest_of(begun, scenario, ()), "kind": kind, "files": {}}
    marked = files.as_json({**manifest, "status": "running"})
    files.write_whole(path, marked)
    try:
        yield
    finally:
        if path.read_text(encoding="utf-8") == marked:
            if before is None:
                path.unlink()
            else:
                files.write_whole(path, before)


def differences(held: Any, wanted: Any, path: str = "") -> list[str]:
    """Dotted paths at which two resolved scenarios differ, with both values."""
    if isinstance(held, dict) and isinstance(wanted, dict):
        keys = [*held, *(key for key in wanted if key not in held)]
        return [line for key in keys
                for line in differences(held.get(key), wanted.get(key), f"{path}.{key}".lstrip("."))]
    if isinstance(held, list) and isinstance(wanted, list) and len(held) == len(wanted):
        return [line for place, (one, other) in enumerate(zip(held, wanted))
                for line in differences(one, other, f"{path}.{_item(one, place)}")]
    if held == wanted:
        return []
    return [say("{path} was {held}, now {wanted}", path=path, held=_short(held), wanted=_short(wanted))]


def _item(item: Any, place: int) -> str:
    return item["name"] if isinstance(item, dict) and item.get("name") else str(place)


def _short(held: Any) -> str:
    said = json.dumps(held, ensure_ascii=False)
    return said if len(said) <= 40 else said[:37] + "..."
