"""Comparison: what a comparison gives, as tables, sentences and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kubesim.comparing import display, storage, words
from kubesim.comparing.effects import EVERYBODY, effects_table
from kubesim.comparing.identity import Seen
from kubesim.comparing.pairs import SO_FAR, Pairs
from kubesim.comparing.ranking import rank
from kubesim.comparing.sequential import Stages
from kubesim.comparing.verdict import Verdict, verdict
from kubesim.comparing.winners import changes_table, moves_table, variance_table, winners_table
from kubesim.comparing.worlds import Worlds, first_difference
from kubesim.economics.appraisal import Economics, appraise
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.manifest import Made
from kubesim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kubesim.comparing.uncertainty import Uncertainty


@dataclass(repr=False)
class Comparison:
    """Variants against a baseline, pair by pair under the same luck.

    ``outcomes``, ``ledger``, ``lives``, ``distribution`` and ``companions`` are the tables of a run
    with a column ``scenario``, the baseline and the world without a programme (``worlds.without``)
    included. ``effects``, ``winners``, ``changes``, ``moves``, ``variance`` and ``identity`` tell
    what differs; the functions of the same name say what their columns hold.
    """

    worlds: Worlds
    seeds: tuple[int, ...]              # in the order in which they were lived
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    lives: pd.DataFrame
    distribution: pd.DataFrame
    companions: pd.DataFrame
    effects: pd.DataFrame
    winners: pd.DataFrame
    changes: pd.DataFrame
    moves: pd.DataFrame
    variance: pd.DataFrame
    identity: pd.DataFrame
    stages: Stages | None = None        # with until_width
    made: Made = field(default_factory=Made)
    uncertainty: Uncertainty | None = None      # the effects under draws of the parameters

    @classmethod
    def of(cls, pairs: Pairs, made: Made, stages: Stages | None = None) -> "Comparison":
        """The comparison of finished pairs."""
        return cls(pairs.worlds, pairs.seeds, **pairs.tables(), effects=effects_table(pairs),
                   winners=winners_table(pairs), changes=changes_table(pairs), moves=moves_table(pairs),
                   variance=variance_table(pairs), identity=identity_table(pairs), stages=stages, made=made)

    # -- who is compared ----------------------------------------------------------------------
    @property
    def baseline(self) -> str:
        """Label of the baseline."""
        return self.worlds.baseline

    @property
    def variants(self) -> tuple[str, ...]:
        """Labels of the variants."""
        return self.worlds.variants

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Every world by its label."""
        return dict(self.worlds.scenarios)

    @property
    def months(self) -> int:
        """Months after month 0."""
        return self.worlds.months

    @property
    def differences(self) -> pd.DataFrame:
        """The values in which the variants differ from the baseline."""
        return self.worlds.differences()

    @property
    def asked(self) -> tuple[str, ...]:
        """The outcomes told first: those asked for, or the headline ones."""
        return self.made.outcomes or words.HEADLINE

    @property
    def first(self) -> int | None:
        """Pairs of the first stage, where others were added to them."""
        stages = self.stages
        return stages.first if stages and len(self.seeds) > stages.first else None

    # -- what came of it ----------------------------------------------------------------------
    def headline(self) -> pd.DataFrame:
        """The outcomes told first, at the last month, as numbers: one row a (scenario, outcome, group)."""
        return display.headline(self)

    def table(self) -> pd.DataFrame:
        """The same to be read: every cell is text with its unit."""
        return display.table(self)

    @cached_property
    def money(self) -> Economics:
        """What the designs cost and what that buys."""
        return appraise(self.outcomes, self.ledger, baseline=self.baseline, without=self.worlds.without,
                        scenarios=self.scenarios, seeds=self.seeds, first=self.first)

    def verdicts(self) -> list[Verdict]:
        """A sentence for each variant and each outcome told first."""
        return [verdict(self.effects, label, words.told(name), words.headline_group(name), self.months,
                        is_design=label not in self.worlds.no_designs)
                for label in self.variants for name in self.asked]

    def ranking(self, outcome: str | None = None) -> pd.DataFrame:
        """The variants from the best to the worst by their effect on an outcome at the last month; by
        default the first one asked for."""
        name = outcome or self.asked[0]
        column = words.told(name)
        effects = {label: self.per_pair(label, column, words.headline_group(name)) for label in self.variants}
        return rank(effects, column in words.LESS_IS_BETTER, self.first)

    def per_pair(self, label: str, outcome: str, group: str = EVERYBODY, month: int | None = None,
                 against: str | None = None) -> np.ndarray:
        """Differences of an outcome from the baseline (or another world), one a pair, in the order of
        the seeds, at a month (the last, unless given)."""
        month = self.months if month is None else month
        return (self._values(label, outcome, group)
                - self._values(against or self.baseline, outcome, group))[:, month]

    def _values(self, label: str, outcome: str, group: str) -> np.ndarray:
        """An outcome of a world, shape (pairs, months + 1)."""
        ending = words.ENDINGS.get(group, "")
        column = outcome.removesuffix(SO_FAR) + ending
        district = group.removeprefix("district ") if group.startswith("district ") else "all"
        if column not in self.outcomes:
            raise ScenarioError(say("outcome '{outcome}' was not measured for {group}", outcome=outcome,
                                    group=group))
        rows = self.outcomes[(self.outcomes["scenario"] == label) & (self.outcomes["district"] == district)]
        values = rows.pivot(index="seed", columns="month", values=column).loc[list(self.seeds)].to_numpy()
        return values.cumsum(axis=1) if outcome.endswith(SO_FAR) else values

    def plot(self, outcome: str, group: str | None = None) -> "Figure":
        """Both worlds and the paired difference over time, with bands."""
        from kubesim.comparing.picture import draw
        return draw(self, outcome, group)

    def __repr__(self) -> str:
        return f"<{display.title(self)}>"

    def __str__(self) -> str:
        return "\n".join(display.lines(self))

    def _repr_html_(self) -> str:
        return display.html(self)

    # -- the folder ---------------------------------------------------------------------------
    def write(self, folder: str | Path, *, csv: bool = False) -> None:
        """Write everything into a folder; raises ScenarioError when it holds something else."""
        storage.write(self, Path(folder), csv)

    @classmethod
    def load(cls, folder: str | Path) -> "Comparison":
        """Read a comparison's folder; raises ScenarioError when it holds none, or damaged files."""
        return cls(**storage.read(Path(folder)))


def identity_table(pairs: Pairs) -> pd.DataFrame:
    """One row a world held against the baseline: scenario, may_differ (the first month in which
    anything that differs acts), differs (the month in which it was first seen to, -1 for never), and
    the table and column seen. Every column was the same, bit by bit, in each month before."""
    worlds, rows = pairs.worlds, []
    for label, scenario in worlds.scenarios.items():
        if label != worlds.baseline:
            expected = first_difference(worlds.scenarios[worlds.baseline], scenario)
            rows.append((label, expected.month, *(pairs.seen(label) or Seen(-1, "", ""))))
    return pd.DataFrame(rows, columns=["scenario", "may_differ", "differs", "table", "column"])
