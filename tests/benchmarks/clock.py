"""What an action costs: processor time, wall time and memory; and on what machine."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from datetime import date
from importlib.metadata import version
from typing import Any, Callable, NamedTuple

from kubesim import __version__


class Spent(NamedTuple):
    """Seconds that an action took: the processor's for this process, and those that passed."""

    processor: float
    wall: float


def spent(action: Callable[[], Any]) -> Spent:
    """Carry out an action and say what it cost."""
    wall, processor = time.perf_counter(), time.process_time()
    action()
    return Spent(time.process_time() - processor, time.perf_counter() - wall)


def children_processor() -> float:
    """Processor seconds of all processes started by this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """The most memory that this process has held, MB (10^6 bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6


def machine() -> dict[str, Any]:
    """What the figures hold for."""
    load = round(os.getloadavg()[0], 1)
    return {"date": date.today().isoformat(), "system": f"{platform.system()} {platform.machine()}",
            "processor": _processor(), "processors": os.cpu_count(), "load_before": load,
            "python": platform.python_version(),
            "kubesim": __version__, "numpy": version("numpy"), "mesa": version("mesa")}


def _processor() -> str:
    """The processor's name as the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"
