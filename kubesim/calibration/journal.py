"""The journal of a calibration: every simulation as it lands, so that none has to be run twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator


class Journal:
    """A file with a line of JSON for each simulation, known by generation and place in it.

    A line that a crash cut short is dropped when the file is opened again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: dict[tuple[int, int], dict[str, Any]] = {}
        whole = 0
        for line in self._lines():
            try:
                row = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n"):
                break
            self._held[row["generation"], row["place"]] = row
            whole += len(line)
        self._file = open(path, "ab")
        self._file.truncate(whole)

    def _lines(self) -> Iterator[bytes]:
        if self.path.exists():
            with open(self.path, "rb") as held:
                yield from held

    def __len__(self) -> int:
        return len(self._held)

    def get(self, generation: int, place: int) -> dict[str, Any] | None:
        """What came of a simulation; None when it has not been run."""
        return self._held.get((generation, place))

    def add(self, row: dict[str, Any]) -> None:
        """Keep what came of a simulation; floats come back to the last bit."""
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        self._held[row["generation"], row["place"]] = row

    def faults(self) -> list[str]:
        """What broke simulations off, one line each."""
        return [row["fault"] for row in self._held.values() if row.get("fault")]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
