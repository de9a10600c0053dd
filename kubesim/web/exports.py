"""Files that leave the page: the report, a table as CSV, a picture, the scenario."""

from __future__ import annotations

import tempfile
import threading
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Callable, NamedTuple

from kubesim.comparing import words
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.pairs import Pairs
from kubesim.plots import RESOLUTION
from kubesim.report.writing import write_report
from kubesim.scenario import Scenario
from kubesim.web.effects import compared

DRAWING = threading.Lock()
"""matplotlib's settings are the whole process's."""


class Download(NamedTuple):
    """A file for the browser to save."""

    name: str
    kind: str                   # media type
    held: bytes

    def as_url(self) -> str:
        """The file as a data address."""
        return f"data:{self.kind};base64,{b64encode(self.held).decode()}"


def report(comparison: Comparison) -> Download:
    """The report of a comparison, one page that needs nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_report(comparison, Path(folder), figures=False)
        return Download("report.html", "text/html", path.read_bytes())


def table(comparison: Comparison) -> Download:
    """Every effect of every month."""
    return Download("effects.csv", "text/csv", comparison.effects.to_csv(index=False).encode())


def picture(comparison: Comparison, outcome: str) -> Download:
    """The figure of an outcome."""
    held = BytesIO()
    comparison.plot(outcome, words.headline_group(outcome)).savefig(held, format="png", dpi=RESOLUTION)
    return Download(f"{outcome}.png", "image/png", held.getvalue())


def as_yaml(scenario: Scenario) -> Download:
    """The design as a scenario file."""
    return Download("scenario.yaml", "application/yaml", scenario.to_yaml().encode())


OF_COMPARISON: dict[str, Callable[[Comparison], Download]] = {"report": report, "csv": table}


def of_pairs(what: str, pairs: Pairs) -> Download:
    """The report, the table, or the figure of the outcome that ``what`` names, of pairs that lived side by side."""
    comparison = compared(pairs)
    with DRAWING:
        return OF_COMPARISON[what](comparison) if what in OF_COMPARISON else picture(comparison, what)
