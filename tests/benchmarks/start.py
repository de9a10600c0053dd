"""How long a user waits for ``kubesim --help``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from .clock import children_processor, spent

ROOT = Path(__file__).parents[2]


def measure_help(rounds: int) -> dict[str, Any]:
    """The least seconds of several starts; what is waited for is wall time."""
    processor, wall = [], []
    for _ in range(rounds):
        before = children_processor()
        wall.append(spent(_ask_for_help).wall)
        processor.append(children_processor() - before)
    return {"wall_s": round(min(wall), 3), "processor_s": round(min(processor), 3)}


def _ask_for_help() -> None:
    command = [sys.executable, "-m", "kubesim", "--help"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
