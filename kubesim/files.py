"""Files that appear whole or not at all, one by one and as a set.

A set of files is first written under other names (``.new.<name>``). The manifest, which lists
them, comes last and settles the matter: with a whole ``.new.run.json`` the set is valid, and
whoever opens the folder next finishes the renaming; without one the old files still are.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import weakref
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, Callable, Iterator, Mapping

from kubesim.errors import ScenarioError
from kubesim.language import say

MANIFEST = "run.json"
STAGED, PARTIAL = ".new.", ".partial."
SCRATCH = ".kubesim-"
"""How the names of temporary folders begin."""
LOCK = ".lock"


def sha256(path: Path) -> str:
    """The file's SHA-256, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, so that a crash leaves the old one or the new one."""
    partial = path.with_name(PARTIAL + path.name)
    try:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        reach_the_disk(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    reach_the_disk(path.parent)


def publish(folder: Path, writers: Mapping[str, Callable[[Path], None]], manifest: Mapping[str, Any]) -> None:
    """Write a set of files and its manifest so that a crash leaves the whole old or new set.

    The folder must be claimed. ``writers`` maps a file name to what writes it at a given path. The
    manifest is completed with ``files``, the SHA-256 of each. Files of the old manifest that are
    not in the new set are removed.
    """
    hashes = {}
    try:
        for name, write in writers.items():
            staged = folder / (STAGED + name)
            write(staged)
            reach_the_disk(staged)
            hashes[name] = sha256(staged)
        write_whole(folder / (STAGED + MANIFEST), as_json({**manifest, "files": hashes}))
    finally:
        if not (folder / (STAGED + MANIFEST)).exists():
            _unstage(folder)
    settle(folder)


def settle(folder: Path) -> None:
    """Put a wholly written set in the place of the old one; finishes what a crash cut short."""
    staged = folder / (STAGED + MANIFEST)
    if not staged.exists():
        return
    old = read_json(folder / MANIFEST)["files"] if (folder / MANIFEST).exists() else {}
    new = read_json(staged)["files"]
    for name in new:
        with suppress(FileNotFoundError):               # renamed before the crash
            os.replace(folder / (STAGED + name), folder / name)
    for name in old.keys() - new.keys():
        (folder / name).unlink(missing_ok=True)
    with suppress(FileNotFoundError):                   # another reader was quicker
        os.replace(staged, folder / MANIFEST)
    reach_the_disk(folder)


def _unstage(folder: Path) -> None:
    """Remove files of a set that was never wholly written."""
    for left in (*folder.glob(STAGED + "*"), *folder.glob(PARTIAL + "*")):
        left.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file's mapping; raises ScenarioError when it is damaged."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        held = None
    listed = held.get("files") if isinstance(held, dict) else None
    if not isinstance(listed, dict) or not all(map(_stays_inside, listed)):
        raise ScenarioError(say("{path}: is damaged, or was not written by kubesim", path=path))
    return held


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def as_json(content: Mapping[str, Any]) -> str:
    """Readable JSON."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


class Scratch:
    """A temporary folder that goes with whoever holds it, or at ``cleanup``."""

    def __init__(self, inside: Path | None = None) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=inside))
        self.cleanup = weakref.finalize(self, shutil.rmtree, self.path, True)


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold a folder for writing, once what a crash left behind is finished or removed.

    A missing folder is made, with those above it, and they are removed again if it stays empty.
    Raises ScenarioError when another process holds it.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "a+b") as lock:
        try:
            _lock(lock.fileno())
        except OSError:
            raise ScenarioError(say("{folder}: another kubesim is writing into this folder", folder=folder)) from None
        settle(folder)
        _unstage(folder)
        for left in folder.glob(SCRATCH + "*"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            yield
        finally:
            if made and not any(path.name != LOCK for path in folder.iterdir()):
                (folder / LOCK).unlink()
                with suppress(OSError):                 # somebody else has put something beside it
                    for path in made:
                        path.rmdir()


def is_claimed(folder: Path) -> bool:
    """Whether a process is writing into a folder now."""
    if not (folder / LOCK).exists():
        return False
    with open(folder / LOCK, "rb") as lock:
        try:
            _lock(lock.fileno())
        except OSError:
            return True
    return False


def _lock(file: int) -> None:
    """Lock an open file until it is closed or its process ends; raises OSError when it is locked."""
    if os.name == "nt":
        import msvcrt
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def reach_the_disk(path: Path) -> None:
    """Wait until a file, or on POSIX a folder's list of names, has reached the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
