"""Sweep: what a folder of a sweep holds, read when it is asked for, while runs still land or afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Literal, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from kubesim.comparing.statistics import mean_difference
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.reading.faults import did_you_mean
from kubesim.running.manifest import read_manifest
from kubesim.sweeping.living import DONE, outcome_schema
from kubesim.sweeping.plan import Points
from kubesim.sweeping.store import HOUSEHOLDS, Log, Store
from kubesim.sweeping.tables import POINTS, runs_table

if TYPE_CHECKING:
    from kubesim.exploring.explored import Explored
    from kubesim.sensitivity.swept import Sensitivity

SWEEP = "sweep"
"""The kind of folder that run.json names."""
KEYS = ("run", "scenario", "seed", "month", "district")


@dataclass(frozen=True)
class Sweep:
    """A sweep's folder. Nothing is read before it is asked for, and nothing is ever written."""

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, folder: str | os.PathLike) -> "Sweep":
        """A folder that ``kubesim sweep`` wrote or writes; raises ScenarioError."""
        folder = Path(folder)
        manifest = read_manifest(folder)
        if manifest.get("kind") != SWEEP:
            raise ScenarioError(say("{folder}: holds no sweep", folder=folder))
        return cls(folder, manifest)

    # -- what was asked for -------------------------------------------------------------------------
    @property
    def name(self) -> str:
        """What the experiment is called."""
        return self.manifest["name"]

    @property
    def scenarios(self) -> list[str]:
        """The scenarios by name, the baseline first."""
        return list(self.manifest["worlds"])

    @property
    def axes(self) -> list[dict[str, Any]]:
        """What is varied: path, role (lever or uncertainty), unit, usual, and varies: its values or span."""
        return list(self.manifest["axes"])

    @property
    def design(self) -> dict[str, Any]:
        """How points were chosen: kind, points, trajectories, seed, as far as the file says it."""
        return {"kind": "grid", **self.manifest["experiment"].get("design", {})}

    @cached_property
    def _points(self) -> Points:
        path = self.folder / POINTS
        if not path.exists():
            raise ScenarioError(say("{path}: is missing; run the same sweep again", path=path))
        table = pq.read_table(path).to_pandas().drop(columns="point")
        return Points(table, self.manifest["worlds"], self.manifest["seeds"], self.manifest["fresh"])

    @property
    def points(self) -> pd.DataFrame:
        """One row a point, numbered as in ``runs``; one column an axis."""
        return self._points.table

    # -- what became of it --------------------------------------------------------------------------
    @cached_property
    def _log(self) -> Log:
        return self._store.log().within(self._points.ids)

    @cached_property
    def _store(self) -> Store:
        return Store(self.folder, outcome_schema(self.manifest["outcomes"]))

    @property
    def landed(self) -> np.ndarray:
        """Names of the runs that have landed, as 64-bit numbers."""
        return self._log.ids

    @cached_property
    def counts(self) -> dict[str, int]:
        """Runs by what became of them: asked, done, failed, timeout, missing."""
        asked = self._points.asked
        return {"asked": asked, **self._log.counts(), "missing": asked - len(self._log)}

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run that has landed: run, scenario, point, seed, status, seconds, error, values. A run
        that points with the same values share has a row for each of them."""
        return runs_table(self._points, self._log)

    def outcomes(self, columns: Iterable[str] | None = None, *, month: int | Literal["all"] | None = None,
                 district: str = "all") -> pd.DataFrame:
        """Outcomes of finished runs, one row a (run, month), in the order of ``runs``.

        Parameters
        ----------
        columns
            Such as ``["poverty_rate", "welfare_members"]``; all unless given.
        month
            The last one unless given; ``"all"`` of those that were kept.
        district
            ``"all"`` is all districts together.

        Gives run, scenario, point, seed, month, the columns, and the varied values. Raises ScenarioError.
        """
        chosen = self._known(columns)
        when = self.manifest["months"] if month is None else month
        wanted = ds.field("district") == district
        if when != "all":
            wanted &= ds.field("month") == when
        columns = ["run", "month", *chosen]
        read = self._dataset("outcomes").to_table(columns=columns, filter=wanted).to_pandas()
        done = self.runs[self.runs["status"] == DONE].drop(columns=["status", "seconds", "error"])
        table = done.merge(read, on="run", how="inner", sort=False)
        order = ["run", "scenario", "point", "seed", "month", *chosen]
        return table[[*order, *(name for name in table if name not in order)]]

    def households(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Every household of every finished run as it is in the last month, where they were kept."""
        if not (self.folder / HOUSEHOLDS).is_dir():
            raise ScenarioError(say("{folder}: keeps no households; say keep: households",
                                    folder=self.folder))
        keys = ["run", "scenario", "seed", "row"]
        return self._dataset(HOUSEHOLDS).to_table(columns=None if columns is None else [*keys, *columns]
                                                  ).to_pandas()

    def _dataset(self, kind: str) -> ds.Dataset:
        """The parts of a kind that are counted, as one data set."""
        parts = [str(self.folder / kind / part.name) for part in self._store.parts()]
        if kind == HOUSEHOLDS:
            parts = [part for part in parts if Path(part).exists()]
        if not parts:
            raise ScenarioError(say("{folder}: no run is finished yet", folder=self.folder))
        schema = outcome_schema(self.manifest["outcomes"]) if kind != HOUSEHOLDS else None
        return ds.dataset(parts, schema=schema, format="parquet")

    def _known(self, columns: Iterable[str] | None) -> list[str]:
        known = [name for name in outcome_schema(self.manifest["outcomes"]).names if name not in KEYS]
        wanted = known if columns is None else [columns] if isinstance(columns, str) else list(columns)
        faults = [say("outcome '{name}' was not kept", name=name) + did_you_mean(name, known)
                  for name in wanted if name not in known]
        if faults:
            raise ScenarioError(faults)
        return wanted

    # -- over the seeds -----------------------------------------------------------------------------
    def levels(self, columns: Iterable[str] | None = None, **where: Any) -> pd.DataFrame:
        """Means over the seeds of each point with 95 % intervals.

        Gives one row a (scenario, point, outcome): scenario, point, outcome, estimate, low, high, seeds,
        and the varied values. ``where`` are month and district of ``outcomes``.
        """
        chosen = self._known(columns)
        return self._told(self.by_seed(chosen, **where), chosen).rename(columns={"pairs": "seeds"})

    def effects(self, columns: Iterable[str] | None = None, *,
                against: int | Mapping[str, Any] | None = None, **where: Any) -> pd.DataFrame:
        """What difference a design makes under the same luck, with 95 % intervals over the seeds.

        With several scenarios each is told against the first at the same point, unless ``against`` is
        given; else each point against the point ``against`` in the same scenario: its number, or the
        values that single it out. Without any it is the point of the scenario's own values.

        Gives one row a (scenario, point, outcome): scenario, point, outcome, estimate, low, high,
        pairs, and the varied values. Raises ScenarioError when there is no such point, or when points
        have luck of their own and cannot be paired.
        """
        chosen = self._known(columns)
        by_scenario = len(self.scenarios) > 1 and against is None
        if not by_scenario and self._points.fresh:
            raise ScenarioError(say("points with fresh seeds share no luck: their differences have no pairs; "
                                    "use levels()"))
        values = self.by_seed(chosen, **where)
        base = values[:, :, :1] if by_scenario else values[:, [self.point(against)]]
        return self._told(values - base, chosen)

    def point(self, wanted: int | Mapping[str, Any] | None = None) -> int:
        """The number of the only point with some values; of the scenario's own unless given."""
        if isinstance(wanted, (int, np.integer)):
            if not 0 <= wanted < len(self.points):
                raise ScenarioError(say("there is no point {point}; points are 0 to {last}", point=wanted,
                                        last=len(self.points) - 1))
            return int(wanted)
        values = {axis["path"]: axis["usual"] for axis in self.axes} if wanted is None else dict(wanted)
        unknown = [path for path in values if path not in self.points]
        if unknown:
            raise ScenarioError(say("{path}: is not varied", path=unknown[0])
                                + did_you_mean(unknown[0], list(self.points)))
        found = np.flatnonzero(np.logical_and.reduce(
            [np.ones(len(self.points), bool), *(self.points[path] == held for path, held in values.items())]))
        if len(found) != 1:
            raise ScenarioError(say("{count} points have {values}: name one with against",
                                    count=len(found), values=values))
        return int(found[0])

    def by_seed(self, columns: Sequence[str], **where: Any) -> np.ndarray:
        """Outcomes of shape (seeds, points, scenarios, columns), NaN where a run failed or is missing."""
        if where.get("month") == "all":
            raise ScenarioError(say("a mean over seeds needs one month"))
        table = self.outcomes(columns, **where).drop_duplicates("run")
        held = np.array([int(run, 16) for run in table["run"]], np.uint64)
        order = np.argsort(held)
        ids = self._points.ids
        if not len(held):
            return np.full((ids.shape[2], *ids.shape[:2], len(columns)), np.nan)
        place = np.minimum(np.searchsorted(held, ids.ravel(), sorter=order), len(held) - 1)
        found = held[order[place]] == ids.ravel()
        out = np.full((ids.size, len(columns)), np.nan)
        out[found] = table[list(columns)].to_numpy(float)[order[place[found]]]
        return np.moveaxis(out.reshape(*ids.shape, len(columns)), 2, 0)

    def _told(self, values: np.ndarray, columns: Sequence[str]) -> pd.DataFrame:
        """Means over the first axis with intervals, a row a (scenario, point, outcome)."""
        found = mean_difference(values)
        point, scenario, column = (index.ravel() for index in np.indices(found.estimate.shape))
        table = pd.DataFrame({
            "scenario": np.array(self.scenarios, object)[scenario], "point": point,
            "outcome": np.array(columns, object)[column], "estimate": found.estimate.ravel(),
            "low": found.low.ravel(), "high": found.high.ravel(), "pairs": found.pairs.ravel()})
        return pd.concat([table, self.points.iloc[point].reset_index(drop=True)], axis=1)

    # -- what it shows ------------------------------------------------------------------------------
    def what_matters(self, outcomes: Iterable[str] | None = None, **how: Any) -> "Sensitivity":
        """Which of the numbers that are varied move the outcomes, and how much is luck; ``how`` as in
        ``kubesim.sensitivity.swept.what_matters``. Raises ScenarioError."""
        from kubesim.sensitivity.swept import what_matters
        return what_matters(self, outcomes, **how)

    def explore(self, success: str = "", outcomes: Iterable[str] | None = None, **how: Any) -> "Explored":
        """Where designs fail, which is robust, how levers move an effect; ``how`` as in
        ``kubesim.exploring.explore``. Raises ScenarioError."""
        from kubesim.exploring.explored import explore
        return explore(self, success, outcomes, **how)

    def __str__(self) -> str:
        from kubesim.sweeping.display import text
        return text(self)

    def _repr_html_(self) -> str:
        from kubesim.sweeping.display import html
        return html(self)
