"""Designs and worlds: what policy sets in a sweep, and the circumstances in which each is tried."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.words import LESS_IS_BETTER
from kubesim.exploring.answers import POINTS, Answer, drawn, plain_outcome, varied
from kubesim.exploring.criterion import Condition, met
from kubesim.exploring.regret import Robustness, robustness
from kubesim.sweeping import Sweep

LEAST_WORLDS = 8
"""Circumstances that are needed to tell robustness."""


class Design(NamedTuple):
    """A scenario with listed values of its levers; ``values`` hold what differs between designs."""

    name: str
    scenario: str
    values: Mapping[str, Any]
    rows: np.ndarray            # its points, one a world, in the worlds' order; -1 where there is none


def levers(sweep: Sweep) -> list[str]:
    """Listed levers that differ between points: what makes designs of one scenario."""
    spans = set(drawn(sweep))
    return [path for path in varied(sweep, "lever") if path not in spans]


def cases_of(sweep: Sweep) -> pd.DataFrame:
    """What differs between points as numbers, one row a point: yes and no as 1 and 0, words as a column
    ``path=word`` each."""
    columns: dict[str, Any] = {}
    for path in varied(sweep):
        held = sweep.points[path]
        if pd.api.types.is_numeric_dtype(held):
            columns[path] = held.to_numpy(float)
        else:
            columns |= {f"{path}={word}": (held == word).to_numpy(float) for word in held.unique()}
    return pd.DataFrame(columns)


def designs_of(sweep: Sweep, told: Mapping[str, Mapping[str, Answer]]) -> list[Design]:
    """Every scenario of which something is told, at every combination of its listed levers."""
    paths = levers(sweep)
    others = [path for path in varied(sweep) if path not in paths]
    worlds = _numbered(sweep.points, others)
    kinds = sweep.points[paths].drop_duplicates().to_dict("records") if paths else [{}]
    made = []
    for scenario in told:
        for values in kinds:
            chosen = np.ones(len(sweep.points), bool)
            for path, held in values.items():
                chosen &= (sweep.points[path] == held).to_numpy()
            rows = np.full(worlds.max() + 1, -1)
            rows[worlds[chosen]] = np.flatnonzero(chosen)
            words = ", ".join(f"{path.rpartition('.')[2]} {held:g}" if isinstance(held, (int, float)) else
                              f"{path.rpartition('.')[2]} {held}" for path, held in values.items())
            name = " · ".join(part for part in (scenario if len(told) > 1 or not words else "", words) if part)
            made.append(Design(name, scenario, values, rows))
    return made


def hold_against(sweep: Sweep, outcome: str, conditions: Sequence[Condition],
                 told: Mapping[str, Mapping[str, Answer]]) -> Robustness | None:
    """Robustness of all designs, doing nothing among them where effects are told against another scenario;
    None where there are fewer than two designs, or too few worlds. Where no point but the levers differs,
    each seed is a world."""
    designs = designs_of(sweep, told)
    names = [design.name for design in designs]
    if not designs:
        return None
    by_luck = len(designs[0].rows) == 1                     # and nothing else differs between worlds
    worlds = [{name: answer._replace(values=_worlds(answer.values, design, by_luck))
               for name, answer in told[design.scenario].items()} for design in designs]
    values = [held[outcome].means for held in worlds]
    good = [met(conditions, held) for held in worlds]
    baseline = next(iter(told.values()))[outcome].against
    if baseline and baseline not in POINTS:
        zeros = np.zeros(len(values[0]))
        names, values = [baseline, *names], [zeros, *values]
        good = [np.min([condition.holds(zeros) for condition in conditions], axis=0), *good]
    held = np.column_stack(values)
    if len(names) < 2 or np.isfinite(held).all(axis=1).sum() < LEAST_WORLDS:
        return None
    return robustness(names, held, np.column_stack(good), plain_outcome(outcome) in LESS_IS_BETTER
                      )._replace(by_luck=by_luck)


def _worlds(values: np.ndarray, design: Design, by_luck: bool) -> np.ndarray:
    """Values of a design's points, (worlds, seeds), or (seeds, 1) where each seed is a world; NaN in a world
    that it is not tried in."""
    held = np.where((design.rows >= 0)[:, None], values[design.rows], np.nan)
    return held.T if by_luck else held


def _numbered(points: pd.DataFrame, paths: list[str]) -> np.ndarray:
    """The number of each point's world; points with the same values there are in the same one."""
    if not paths:
        return np.zeros(len(points), int)
    return points.groupby(paths, sort=False).ngroup().to_numpy()
