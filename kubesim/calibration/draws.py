"""Draws from a posterior as sets of parameters: what is not known of them, for others to live with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kubesim.errors import ScenarioError
from kubesim.language import say

POSTERIOR = "posterior.parquet"
SHIPPED = Path(__file__).parent / POSTERIOR
ROLE, PARAMETER, WHOLE, OF_TARGET = "role", "parameter", "whole", "target"
"""Metadata of a column: what it is, and whether a parameter is a whole number."""


@dataclass(frozen=True)
class Draws:
    """Sets of parameters, one a row with columns by dotted path, and their weights, which add up to 1."""

    parameters: pd.DataFrame
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.parameters)

    def sample(self, n: int, seed: int) -> list[dict[str, Any]]:
        """n sets of parameters, each drawn by weight, with repetition; the same seed gives the same.

        A set is what ``Scenario.with_`` takes. Raises ScenarioError when n is less than 1.
        """
        if n < 1:
            raise ScenarioError(say("{n} draws: must be 1 or more", n=n))
        chosen = np.random.default_rng(seed).choice(len(self), size=n, p=self.weight)
        columns = {path: self.parameters[path].tolist() for path in self.parameters}
        return [{path: held[place] for path, held in columns.items()} for place in chosen]


def load_draws(path: str | os.PathLike | None = None) -> Draws:
    """The draws of a calibration's folder or of its posterior.parquet; without one, those that ship.

    Raises ScenarioError when there are none.
    """
    file = SHIPPED if path is None else Path(path)
    file = file / POSTERIOR if file.is_dir() else file
    if not file.is_file():
        raise ScenarioError(say("{file}: there is no such file; kubesim calibrate writes one", file=file))
    try:
        table = pq.read_table(file)
    except (pa.ArrowException, OSError):
        raise ScenarioError(say("{file}: is damaged, or was not written by kubesim", file=file)) from None
    said = {kept.name: dict(kept.metadata or {}) for kept in table.schema}
    paths = [name for name, about in said.items() if about.get(ROLE.encode()) == PARAMETER.encode()]
    if not paths or "weight" not in said or not table.num_rows:
        raise ScenarioError(say("{file}: holds no posterior of kubesim calibrate", file=file))
    whole = {path: int for path in paths if said[path].get(WHOLE.encode()) == b"yes"}
    weight = table["weight"].to_numpy().astype(float)
    return Draws(table.select(paths).to_pandas().astype(whole), weight / weight.sum())
