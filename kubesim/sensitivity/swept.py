"""Which of the numbers that a sweep varies move its outcomes, by how much, how surely, and what is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.exploring.answers import Answer, answer_label, answers, drawn, factors, varied
from kubesim.language import say
from kubesim.sensitivity import indices
from kubesim.sensitivity.designs import load_salib
from kubesim.sensitivity.factors import Factor
from kubesim.sensitivity.grid import grid, is_full
from kubesim.sensitivity.indices import LEVEL, Indices
from kubesim.sensitivity.luck import Luck, luck_share
from kubesim.sweeping import Sweep

LEAST_POINTS = 20
"""Points that a hypercube, a list or a broken grid must have."""
SHUFFLES = 20
"""Shuffles that say what a number without any effect would score."""
PARTS = (0.25, 0.5, 0.75, 1.0)
"""Of the design, at which convergence is told."""
LUCKY_POINTS = 2000
"""Points at most from which luck's share is told."""
RESAMPLES = 200


class Part(NamedTuple):
    """A part of a sweep that is a design of its own: at these values of what the file lists."""

    where: Mapping[str, Any]
    rows: np.ndarray            # numbers of its points
    size: int                   # points that must be whole together: a trajectory, a block, or one


@dataclass(frozen=True)
class Moved:
    """What moves one answer: indices, low and high swings, luck, convergence."""

    answer: Answer
    where: Mapping[str, Any]
    factors: Mapping[str, Factor]
    indices: Indices
    swings: pd.DataFrame        # path, low, low_low, low_high, high, high_low, high_high, usual
    luck: Luck
    noise: float                # of an index: what a number without effect may score
    growth: pd.DataFrame        # by, used, path, value, low, high
    holes: tuple[int, ...]      # points with a run that failed or is missing
    asked: int                  # trajectories, blocks or points that the design has


@dataclass(frozen=True)
class Sensitivity:
    """All answers of a sweep, and what could not be told."""

    sweep: Sweep
    moved: tuple[Moved, ...]
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row a (scenario, outcome, place, number): its rank and indices with intervals, luck's share."""
        return pd.concat([_rows(moved) for moved in self.moved], ignore_index=True)

    def write(self, csv: bool = False) -> list:
        """Write sensitivity.parquet, sensitivity.md and figures into the sweep's folder; gives the paths."""
        from kubesim.sensitivity.swept_pictures import charts
        from kubesim.sensitivity.swept_words import page
        from kubesim.exploring.writing import write_found
        growth = pd.concat([_keyed(moved, moved.growth) for moved in self.moved], ignore_index=True)
        return write_found(self.sweep.folder, "sensitivity", {
            "sensitivity": self.table(), "sensitivity_convergence": growth},
            {"sensitivity.md": page(self)}, charts(self), csv)

    def charts(self) -> list:
        """The pictures: for each answer what matters, and convergence."""
        from kubesim.sensitivity.swept_pictures import charts
        return charts(self)

    def __str__(self) -> str:
        from kubesim.sensitivity.swept_words import text
        return text(self)

    def _repr_markdown_(self) -> str:
        from kubesim.sensitivity.swept_words import page
        return page(self)


def what_matters(sweep: Sweep, outcomes: Iterable[str] | None = None, *, month: int | None = None,
                 levels: bool = False, note: Callable[[str], None] = lambda line: None) -> Sensitivity:
    """Indices of every number that a sweep varies.

    Effects against the first scenario where there are several, unless ``levels`` are asked for. A Morris
    design gives elementary effects, a Sobol design shares of the variance, a full grid the same shares
    exactly, and anything else PAWN. Raises ScenarioError when nothing can be told.
    """
    load_salib()
    known = factors(sweep)
    parts = list(_parts(sweep))
    asked = [(answer, part) for answer in answers(sweep, outcomes, month, levels) for part in parts]
    found, faults = [], []
    for place, (answer, part) in enumerate(asked):
        note(say("{place} of {count}: {answer}", place=place + 1, count=len(asked), answer=answer_label(answer)))
        try:
            found.append(_moved(sweep, answer, part, known))
        except ScenarioError as wrong:
            faults += [f"{answer_label(answer)}: {line}" for line in wrong.faults]
    if not found:
        raise ScenarioError([f"{sweep.folder}: {line}" for line in dict.fromkeys(faults)])
    return Sensitivity(sweep, tuple(found), tuple(dict.fromkeys(faults)))


def _parts(sweep: Sweep) -> Iterator[Part]:
    """A Morris or Sobol design for each combination of the listed values; otherwise all points."""
    kind, points = sweep.design["kind"], sweep.points
    paths = drawn(sweep)
    if kind not in ("morris", "sobol") or not paths:
        yield Part({}, np.arange(len(points)), 1)
        return
    size = len(paths) + (1 if kind == "morris" else 2)
    listed = [path for path in varied(sweep) if path not in paths]
    keys = points[listed].apply(tuple, axis=1) if listed else pd.Series([()] * len(points))
    for held in keys.unique():
        yield Part(dict(zip(listed, held)), np.flatnonzero(keys == held), size)


def _moved(sweep: Sweep, answer: Answer, part: Part, known: Mapping[str, Factor]) -> Moved:
    paths = drawn(sweep) if part.size > 1 else _numbers(sweep)
    if not paths:
        raise ScenarioError(say("no number is varied: there is nothing to rank"))
    points = sweep.points[paths].iloc[part.rows].reset_index(drop=True).astype(float)
    values = answer.values[part.rows]
    kind = sweep.design["kind"]
    measured = _Measuring(kind if part.size > 1 else "", tuple(known[path] for path in paths), points)
    found = measured.indices(values)
    usable = values[np.isfinite(values).all(axis=1)]
    luck = luck_share(pd.DataFrame({
        "point": np.repeat(np.arange(len(usable)), usable.shape[1])[:LUCKY_POINTS * usable.shape[1]],
        "seed": np.tile(np.arange(usable.shape[1]), len(usable))[:LUCKY_POINTS * usable.shape[1]],
        "value": usable.ravel()[:LUCKY_POINTS * usable.shape[1]]}), "value")
    return Moved(answer, part.where, known, found, _swings(points, values.mean(axis=1), part.size, known), luck,
                 measured.noise(values, luck), measured.growth(values, found),
                 tuple(part.rows[~np.isfinite(values).all(axis=1)].tolist()), len(part.rows) // part.size)


def _numbers(sweep: Sweep) -> list[str]:
    """Paths of what is varied and is a number or yes and no."""
    return [path for path in varied(sweep) if pd.api.types.is_numeric_dtype(sweep.points[path])]


class _Measuring(NamedTuple):
    """How indices of one design are taken."""

    kind: str                   # morris, sobol, or empty
    factors: tuple[Factor, ...]
    points: pd.DataFrame

    def indices(self, values: np.ndarray, resamples: int = 50) -> Indices:
        """Of values (points, seeds); raises ScenarioError."""
        means = values.mean(axis=1)
        if self.kind == "morris":
            return indices.morris(self.factors, self.points, means, 1)
        if self.kind == "sobol":
            return indices.sobol(self.factors, means, 1)
        if np.isfinite(means).all() and is_full(self.points):
            return grid(self.points, values, 1)
        whole = int(np.isfinite(means).sum())
        if whole < LEAST_POINTS:
            raise ScenarioError(say("{whole} points have all their runs: too few to tell anything; must be "
                                    "{least} or more", whole=whole, least=LEAST_POINTS))
        return indices.pawn(self.factors, self.points, means, self.slices(), resamples)

    def slices(self) -> int:
        """Slices of PAWN: as many as the number with the fewest values has, ten at most."""
        return int(min(10, max(2, self.points.nunique().min())))

    def noise(self, values: np.ndarray, luck: Luck) -> float:
        """What an index may be by chance alone: of Morris what luck makes, of PAWN what shuffled values
        score in 19 of 20 cases; NaN where it is not known."""
        if self.kind == "morris":
            from kubesim.sensitivity.designs import STEP
            return luck.swing(values.shape[1], STEP) if np.isfinite(luck.noise) else np.nan
        means = values.mean(axis=1)
        if self.kind or (np.isfinite(means).all() and is_full(self.points)):
            return np.nan
        chance = np.random.default_rng(1)
        scores = [indices.pawn(self.factors, self.points, chance.permutation(means), self.slices(), 1).table["median"]
                  for _ in range(SHUFFLES)]
        return float(np.nanquantile(scores, LEVEL))

    def growth(self, values: np.ndarray, found: Indices) -> pd.DataFrame:
        """The indices with a part of the points, and with a part of the seeds."""
        size = {"morris": len(self.factors) + 1, "sobol": len(self.factors) + 2}.get(self.kind, 1)
        blocks, rows = len(values) // size, []
        if found.method != "grid":
            for count in sorted({max(2, round(part * blocks)) for part in PARTS}):
                cut = self._replace(points=self.points[:count * size])
                rows += _grown("points", count, cut, values[:count * size])
        seeds = values.shape[1]
        for count in sorted({*(2**power for power in range(seeds.bit_length())), seeds} if seeds > 1 else ()):
            rows += _grown("seeds", count, self, values[:, :count])
        return pd.DataFrame(rows, columns=["by", "used", "path", "value", "low", "high"])


def _grown(by: str, count: int, measured: _Measuring, values: np.ndarray) -> list[tuple]:
    try:
        found = measured.indices(values, 1)
    except ScenarioError:                   # too few yet
        return []
    sure = found.method != "pawn"           # its intervals take too long
    column = found.column
    return [(by, count, row["path"], row[column], row[f"{column}_low"] if sure else np.nan,
             row[f"{column}_high"] if sure else np.nan) for row in found.table.to_dict("records")]


def _swings(points: pd.DataFrame, means: np.ndarray, size: int, known: Mapping[str, Factor]) -> pd.DataFrame:
    """Mean answers where a number is in the lowest and in the highest third of its span, with 95 %
    intervals by resampling trajectories, blocks or points."""
    whole = np.isfinite(means)
    block = np.arange(len(means)) // size
    chance = np.random.default_rng(1)
    weights = chance.multinomial(block[-1] + 1, np.full(block[-1] + 1, 1 / (block[-1] + 1)), RESAMPLES)[:, block]
    rows = []
    for path in points:
        low, high = _thirds(points[path].to_numpy())
        told: dict[str, Any] = {"path": path}
        for name, chosen in (("low", low & whole), ("high", high & whole)):
            told[name] = means[chosen].mean() if chosen.any() else np.nan
            drawn_weights = weights[:, chosen]
            total = drawn_weights.sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                again = drawn_weights @ means[chosen] / total
            told[f"{name}_low"], told[f"{name}_high"] = np.nanquantile(
                again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if np.isfinite(again).any() else (np.nan, np.nan)
        rows.append(told)
    return pd.DataFrame(rows).assign(usual=means[whole].mean())


def _thirds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which values are among the lowest, and which among the highest third."""
    low, high = np.quantile(values, [1 / 3, 2 / 3], method="inverted_cdf")
    high = max(high, values[values > values.min()].min(initial=np.inf))
    return values <= min(low, values[values < high].max(initial=low)), values >= high


def _rows(moved: Moved) -> pd.DataFrame:
    table = moved.indices.table.merge(moved.swings, on="path", suffixes=("", "_third"))
    about = moved.luck
    table = table.rename(columns={"low": "low_third", "high": "high_third", "usual": "mean"})
    table.insert(1, "rank", np.arange(1, len(table) + 1))
    told = {"method": moved.indices.method, "used": moved.indices.used, "lost": moved.indices.lost,
            "noise": moved.noise, "luck_share": about.share, "luck_low": about.low, "luck_high": about.high,
            "luck_blur": about.blur(about.seeds) if np.isfinite(about.share) else np.nan, "seeds": about.seeds}
    return _keyed(moved, table.assign(**told))


def _keyed(moved: Moved, table: pd.DataFrame) -> pd.DataFrame:
    keys = {"scenario": moved.answer.scenario, "against": moved.answer.against, "outcome": moved.answer.outcome,
            "place": ", ".join(f"{path} = {held}" for path, held in moved.where.items())}
    return pd.concat([pd.DataFrame({name: [held] * len(table) for name, held in keys.items()}), table], axis=1)
