"""Where results land: Parquet parts that are written whole, each with the runs that are in it.

A part is one file of ``outcomes/`` (and one of ``households/`` of the same name, put there before it).
What became of its runs stands in the file's own metadata, so that a run and its outcomes appear together
or not at all. ``index.jsonl`` holds a line a part with its SHA-256; what it lacks is read from the parts.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim import files
from kubesim.sweeping.living import DONE, FAILED, TIMEOUT, Landing, Ran

OUTCOMES, HOUSEHOLDS, DAMAGED = "outcomes", "households", "damaged"
INDEX = "index.jsonl"
STATUSES = (DONE, FAILED, TIMEOUT)
RUNS, HOUSEHOLDS_HASH = b"kubesim.runs", b"kubesim.households"
"""Keys of a part's metadata: what became of its runs; the SHA-256 of its households."""


class Damaged(NamedTuple):
    """A part that could not be used."""

    name: str
    runs: int                               # as far as the index knows; 0 where it does not


@dataclass(frozen=True)
class Log:
    """What became of every run that has landed, a few bytes a run: arrays in the order of ``ids``."""

    ids: np.ndarray                         # names of the runs, rising
    status: np.ndarray                      # places in STATUSES
    seconds: np.ndarray
    errors: dict[int, str]                  # of those that have one

    @classmethod
    def of(cls, parts: Iterable[Iterable[Ran]]) -> "Log":
        """The log of parts, oldest first: the last word on a run counts, but done is done."""
        columns, errors = [], {}
        for number, part in enumerate(parts):
            ran = list(part)
            errors |= {one.run: one.error for one in ran if one.error}
            columns.append((np.array([one.run for one in ran], np.uint64),
                            np.array([STATUSES.index(one.status) for one in ran], np.int8),
                            np.array([one.seconds for one in ran], float), np.full(len(ran), -number)))
        if not columns:
            return cls(np.array([], np.uint64), np.array([], np.int8), np.array([], float), {})
        ids, status, seconds, age = map(np.concatenate, zip(*columns))
        order = np.lexsort((age, status > 0, ids))
        first = order[np.unique(ids[order], return_index=True)[1]]
        return cls(ids[first], status[first], seconds[first], errors)

    def __len__(self) -> int:
        return len(self.ids)

    def of_status(self, status: str) -> np.ndarray:
        """Names of the runs of a status."""
        return self.ids[self.status == STATUSES.index(status)]

    def counts(self) -> dict[str, int]:
        """How many runs there are of each status."""
        return {status: int((self.status == place).sum()) for place, status in enumerate(STATUSES)}

    def within(self, asked: np.ndarray) -> "Log":
        """The log of those runs that are asked for."""
        kept = np.isin(self.ids, asked)
        return Log(self.ids[kept], self.status[kept], self.seconds[kept], self.errors)

    def places(self, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of the runs asked for are here, and the place of each of these."""
        here = np.flatnonzero(np.isin(asked, self.ids))
        return here, np.searchsorted(self.ids, asked[here])


class Store:
    """The parts of a folder. Whoever writes must have claimed the folder and called ``settle``."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self._schema = folder, schema
        self._next = 1

    # -- reading -----------------------------------------------------------------------------------
    def parts(self) -> list[Path]:
        """The parts, oldest first."""
        return sorted((self.folder / OUTCOMES).glob("part-*.parquet"))

    def log(self) -> Log:
        """What became of every run; parts that cannot be read are passed over."""
        return Log.of(runs_of(part) or () for part in self.parts())

    # -- writing -----------------------------------------------------------------------------------
    def settle(self) -> list[Damaged]:
        """Finish or remove what a crash left, and set damaged parts aside as ``damaged/*.damaged``;
        gives these. Nothing of a sound part is touched."""
        for name in (OUTCOMES, HOUSEHOLDS):
            for left in (self.folder / name).glob(files.PARTIAL + "*"):
                left.unlink()
        listed = self._index()
        sound: dict[str, dict[str, Any]] = {}
        found: list[Damaged] = []
        for part in self.parts():
            known = listed.pop(part.name, None)
            entry = self._checked(part, known)
            if entry is None:
                found.append(Damaged(f"{OUTCOMES}/{part.name}", known["runs"] if known else 0))
                self._set_aside(part.name)
            else:
                sound[part.name] = entry
        found += [Damaged(f"{OUTCOMES}/{name}", known["runs"]) for name, known in listed.items()]
        for orphan in (self.folder / HOUSEHOLDS).glob("part-*.parquet"):
            if orphan.name not in sound:
                orphan.unlink()
        self._rewrite_index(sound)
        names = [*sound, *listed, *(path.name for path in (self.folder / DAMAGED).glob("part-*"))]
        self._next = 1 + max((int(name.split(".")[0].removeprefix("part-")) for name in names), default=0)
        return found

    def add(self, landing: Landing) -> None:
        """Write a part. Raises OSError when the disk does not take it; nothing of it is left then."""
        name = f"part-{self._next:06d}.parquet"
        about = {RUNS: json.dumps([list(ran) for ran in landing.ran], ensure_ascii=False).encode()}
        if landing.households:
            about[HOUSEHOLDS_HASH] = _written(self.folder / HOUSEHOLDS / name,
                                              pa.concat_tables(landing.households)).encode()
        rows = pa.concat_tables([self._schema.empty_table(), *landing.outcomes])
        hashed = _written(self.folder / OUTCOMES / name, rows.replace_schema_metadata(about))
        self._next += 1
        self._append({"part": name, "sha256": hashed, "runs": len(landing.ran)})

    def _checked(self, part: Path, known: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """What the index should say of a part; None when the part is damaged."""
        hashed = files.sha256(part)
        if known is not None and known["sha256"] != hashed:
            return None
        ran = runs_of(part)
        if ran is None or (known is None and not _readable(part)):
            return None
        about = pq.read_metadata(part).metadata or {}
        wanted = about.get(HOUSEHOLDS_HASH)
        other = self.folder / HOUSEHOLDS / part.name
        if wanted and (not other.exists() or files.sha256(other) != wanted.decode()):
            return None
        return {"part": part.name, "sha256": hashed, "runs": len(ran)}

    def _set_aside(self, name: str) -> None:
        (self.folder / DAMAGED).mkdir(exist_ok=True)
        for kind in (OUTCOMES, HOUSEHOLDS):
            path = self.folder / kind / name
            if path.exists():
                ending = "" if kind == OUTCOMES else f".{kind}"
                os.replace(path, self.folder / DAMAGED / f"{name}{ending}.damaged")

    def _index(self) -> dict[str, dict[str, Any]]:
        """The index's entries by part; lines that a crash or a fault has spoilt are passed over."""
        path = self.folder / INDEX
        found = {}
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                entry = json.loads(line)
                found[str(entry["part"])] = {"part": entry["part"], "sha256": str(entry["sha256"]),
                                             "runs": int(entry["runs"])}
            except (ValueError, KeyError, TypeError):
                continue
        return found

    def _rewrite_index(self, sound: Mapping[str, dict[str, Any]]) -> None:
        text = "".join(json.dumps(entry) + "\n" for entry in sound.values())
        path = self.folder / INDEX
        if text and (not path.exists() or path.read_bytes() != text.encode()):
            files.write_whole(path, text)
        elif not text:
            path.unlink(missing_ok=True)

    def _append(self, entry: Mapping[str, Any]) -> None:
        with open(self.folder / INDEX, "a", encoding="utf-8") as index:
            index.write(json.dumps(entry) + "\n")
            index.flush()
            os.fsync(index.fileno())


def runs_of(part: Path) -> list[Ran] | None:
    """What became of the runs of a part; None when it cannot be read."""
    try:
        said = (pq.read_metadata(part).metadata or {})[RUNS]
        return [Ran(int(run), str(status), float(seconds), str(error))
                for run, status, seconds, error in json.loads(said)]
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError):
        return None


def _readable(part: Path) -> bool:
    """Whether every page of a part is as it was written."""
    try:
        pq.read_table(part, page_checksum_verification=True, partitioning=None)
    except (pa.ArrowException, OSError):
        return False
    return True


def _written(path: Path, table: pa.Table) -> str:
    """Write a table so that a crash leaves a whole file or none; its SHA-256."""
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(files.PARTIAL + path.name)
    try:
        pq.write_table(table, partial, compression="zstd", write_page_checksum=True)
        hashed = files.sha256(partial)
        files.reach_the_disk(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    files.reach_the_disk(path.parent)
    return hashed


def gathered(landings: Sequence[Landing]) -> Landing:
    """Landings as one."""
    whole = Landing()
    for landing in landings:
        whole.ran += landing.ran
        whole.outcomes += landing.outcomes
        whole.households += landing.households
    return whole


def rows_of(landings: Sequence[Landing]) -> Iterator[int]:
    """Rows that each landing holds."""
    return (sum(map(len, (*landing.outcomes, *landing.households))) for landing in landings)
