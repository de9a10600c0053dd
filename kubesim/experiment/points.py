"""Points: the values that a design tries, one row a point, one column an axis.

Lists of values are tried in every combination, and at each of them the spans are tried at the same
places: those of a grid, a Latin hypercube, a Sobol or a Morris design, drawn by SALib.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from kubesim.experiment.axes import Axis
from kubesim.experiment.terms import Design
from kubesim.sensitivity import designs


def points_of(axes: Sequence[Axis], design: Design, listed: pd.DataFrame | None = None) -> pd.DataFrame:
    """All points; ``listed`` holds those of a csv design. Without axes there is one point.

    The same axes, values and seed give the same points, and more points (trajectories, values)
    begin with those of fewer. Raises ScenarioError.
    """
    spans = [axis for axis in axes if axis.span is not None]
    lists = [axis for axis in axes if axis.span is None and axis.values]
    drawn = listed if listed is not None else _drawn(spans, design)
    crossed = list(product(*(axis.values for axis in lists)))
    table = {axis.path: pd.Series([values[place] for values in crossed for _ in range(len(drawn))],
                                  dtype=_kind(axis)) for place, axis in enumerate(lists)}
    table |= {path: pd.Series(np.tile(drawn[path].to_numpy(), len(crossed))) for path in drawn}
    points = pd.DataFrame(table, index=pd.RangeIndex(len(crossed) * len(drawn)))
    order = [axis.path for axis in axes if axis.path in points]
    return points[[*order, *(path for path in points if path not in order)]]


def _kind(axis: Axis) -> Any:
    if isinstance(axis.usual, (bool, float)):
        return type(axis.usual)
    return np.int64 if axis.whole else object


def _drawn(spans: Sequence[Axis], design: Design) -> pd.DataFrame:
    """The places in the spans; one place where there are none."""
    if not spans:
        return pd.DataFrame(index=range(1))
    if design.kind == "grid":
        return pd.DataFrame([dict(zip((axis.path for axis in spans), values))
                             for values in product(*(_levels(axis, design.levels) for axis in spans))])
    factors = [axis.factor() for axis in spans]
    sample = _SAMPLES[design.kind](factors, design)
    for axis in spans:
        if axis.logarithmic:
            sample[axis.path] = _raised(axis, sample[axis.path].to_numpy())
    return sample


def _levels(axis: Axis, levels: int) -> list[Any]:
    """Equal steps from end to end, in the logarithm where the span is; whole numbers once each."""
    low, high = axis.span.low, axis.span.high
    steps = np.geomspace(low, high, levels) if axis.logarithmic else np.linspace(low, high, levels)
    steps = np.clip(steps, low, high)
    return np.unique(np.round(steps).astype(np.int64)).tolist() if axis.whole else steps.tolist()


def _raised(axis: Axis, logarithms: np.ndarray) -> np.ndarray:
    values = np.exp(logarithms)
    values = np.floor(values + 1e-9) if axis.whole else values
    return np.clip(values, axis.span.low, axis.span.high).astype(np.int64 if axis.whole else float)


def _lhs(factors: list, design: Design) -> pd.DataFrame:
    """A Latin hypercube, or several one after another, each with luck of its own."""
    sizes = (design.points,) if isinstance(design.points, int) else design.points
    return pd.concat([designs.lhs(factors, size, _block_seed(design.seed, place))
                      for place, size in enumerate(sizes)], ignore_index=True)


def _sobol(factors: list, design: Design) -> pd.DataFrame:
    """Saltelli's design; scrambled Sobol points of the same seed begin with those of fewer."""
    return designs.sobol(factors, design.points, design.seed)


def _morris(factors: list, design: Design) -> pd.DataFrame:
    """Trajectories, drawn two at a time, so that more of them begin with the same ones."""
    pairs = [designs.morris(factors, 2, _block_seed(design.seed, place))
             for place in range(-(-design.trajectories // 2))]
    return pd.concat(pairs, ignore_index=True)[:design.trajectories * (len(factors) + 1)]


_SAMPLES: Mapping[str, Callable[[list, Design], pd.DataFrame]] = {
    "lhs": _lhs, "sobol": _sobol, "morris": _morris}


@cache
def _block_seed(seed: int, block: int) -> int:
    """The seed of a block; that of the first is the design's own."""
    if not block:
        return seed
    return int(np.random.SeedSequence([seed, block]).generate_state(1, np.uint64)[0] >> np.uint64(1))
