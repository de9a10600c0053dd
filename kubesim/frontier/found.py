"""Frontier: what was asked and what was found, as tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from kubesim.frontier import choosing
from kubesim.frontier.goal import Goal
from kubesim.frontier.levers import Design, Lever, settings
from kubesim.frontier.search import Found
from kubesim.language import say
from kubesim.people.city import lay_out
from kubesim.running.manifest import Made
from kubesim.plots.formats import rupiah
from kubesim.scenario import Scenario

COSTS_NOTHING = 0.005
"""A lever whose two ends differ in cost by less than this share of the dearer costs nothing."""

STEP = 0.04
"""Share of the dearest cost shown by which designs told of along the frontier lie apart, so that each
tells something new."""

SURELY_OVER = 0.025
"""Chance of being within the budget below which a design is over it."""


class Question(NamedTuple):
    """What is asked: the best design of which world, of which levers, for how much."""

    scenario: Scenario
    levers: tuple[Lever, ...]
    goal: Goal
    budget: float               # Rp, for all groups of the model together
    trials: int
    replicates: int             # seeds a trial; the second stage has up to eight times as many
    seed: int
    rate: float = 0.0           # discount rate of costs a year

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of the search."""
        return tuple(range(self.seed, self.seed + self.replicates))

    @property
    def rounds(self) -> list[tuple[int, ...]]:
        """Fresh seeds of each round of the second stage."""
        return choosing.rounds_of(self.replicates, self.seed + self.replicates)

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """Seeds of both stages."""
        return (*self.seeds, *(seed for seeds in self.rounds for seed in seeds))

    @property
    def groups(self) -> int:
        """Groups of the model, under the baseline's group size."""
        return len(lay_out(self.scenario).first)

    def work(self) -> int:
        """About how many worlds there are to live."""
        racing, worlds = choosing.CONTENDERS + choosing.ALONG, (self.trials + 1) * self.replicates
        for seeds in self.rounds:
            worlds += (racing + 2) * len(seeds)
            racing = max(2, -(-racing // 2))
        return worlds


@dataclass
class Frontier:
    """The designs tried and judged; ``judged`` and ``usual`` are None when stopped before that."""

    question: Question
    found: Found
    finalists: list[Design]
    judged: choosing.Judged | None
    usual: choosing.Judged | None           # the baseline's design, alone
    made: Made = field(default_factory=Made)

    def order(self) -> list[int]:
        """Places of the finalists: the chosen one first, then by chance of being best, then by gain, and
        those over the budget last."""
        judged = self.judged
        if judged is None:
            return []
        return sorted(range(len(self.finalists)),
                      key=lambda at: (at != judged.chosen, self.is_over(at), -judged.best[at],
                                      -judged.gain[at, 0]))

    def is_over(self, at: int) -> bool:
        """Whether a finalist is all but surely over the budget."""
        return bool(self.judged.within[at] < SURELY_OVER)

    def along(self) -> list[int]:
        """Finalists along the frontier of the fresh seeds, the cheapest first; all gain more than no
        programme."""
        judged, kept = self.judged, []
        for at in sorted(range(len(self.finalists)),
                         key=lambda at: (judged.cost[at, 0], -judged.gain[at, 0])):
            if judged.gain[at, 0] > (judged.gain[kept[-1], 0] if kept else 0.0):
                kept.append(at)
        return kept

    def steps(self) -> list[int]:
        """Some of those along the frontier, the cheapest first: the chosen one, and others that cost so
        much less or more that a reader learns something from them."""
        along, costs = self.along(), self.judged.cost[:, 0]
        apart = STEP * max([self.question.budget, *costs[along]])
        kept = [self.judged.chosen] if self.judged.chosen >= 0 else []
        for at in sorted(along, key=lambda at: abs(costs[at] - self.question.budget)):
            if all(abs(costs[at] - costs[other]) >= apart for other in kept):
                kept.append(at)
        return sorted(kept, key=lambda at: costs[at])

    def labels(self) -> dict[int, str]:
        """A letter for each finalist, A the chosen one."""
        return {place: _letter(rank) for rank, place in enumerate(self.order())}

    def best(self) -> Design | None:
        """The design to choose; before the second stage the search's best within the budget."""
        if self.judged is not None:
            return self.finalists[self.judged.chosen] if self.judged.chosen >= 0 else None
        within = self.found.within(self.question.budget)
        return within[0] if within else None

    def best_scenario(self) -> Scenario | None:
        """The best design as a scenario; None when none is within the budget."""
        best = self.best()
        if best is None:
            return None
        base = self.question.scenario
        about = say("The most {goal} found for a budget of {budget}, for {groups} groups; other values as "
                    "in '{name}'", goal=self.question.goal.title, budget=rupiah(self.question.budget),
                    groups=self.question.groups, name=base.name)
        return base.with_(settings(self.question.levers, best), about=about,
                          name=say("{name}: best for {budget}", name=base.name,
                                   budget=rupiah(self.question.budget)))

    def free_levers(self) -> list[Lever]:
        """Levers that hardly change what the programme costs, from one end to the other."""
        return [lever for lever in self.question.levers if lever.path in self.found.probes
                and self._moves_cost(lever) < COSTS_NOTHING]

    def _moves_cost(self, lever: Lever) -> float:
        low, high = (self.found.tried[design][0] for design in self.found.probes[lever.path])
        return abs(high - low) / max(low, high, 1.0)

    def tried(self) -> pd.DataFrame:
        """One row a design and stage: the levers, what it costs and gains, and from how many seeds."""
        frontier = set(self.found.frontier())
        rows = [(*design, cost, gain, len(self.question.seeds), "search", cost <= self.question.budget,
                 design in frontier) for design, (cost, gain) in self.found.tried.items()]
        if self.judged:
            rows += [(*design, cost, gain, int(seeds), "fresh", cost <= self.question.budget,
                      design in frontier) for design, cost, gain, seeds in zip(
                          self.finalists, self.judged.cost[:, 0], self.judged.gain[:, 0], self.judged.seeds)]
        paths = [lever.path for lever in self.question.levers]
        table = pd.DataFrame(rows, columns=[*paths, "cost", "gain", "seeds", "stage", "within_budget",
                                            "on_frontier"])
        numbers = {design: number for number, design in enumerate(self.found.tried)}
        table.insert(0, "design", [numbers[row] for row in zip(*(table[path] for path in paths))])
        return table

    def designs(self) -> pd.DataFrame:
        """One row a finalist, the chosen one first, and the baseline and no programme under them."""
        paths = [lever.path for lever in self.question.levers]
        columns = ["label", *paths, "cost", "cost_low", "cost_high", "cost_per_group", "gain", "gain_low",
                   "gain_high", "seeds", "within_budget", "best", "regret"]
        labels, groups, rows = self.labels(), self.question.groups, []
        if self.judged:
            judged = self.judged
            rows = [(labels[at], *self.finalists[at], *judged.cost[at], judged.cost[at, 0] / groups,
                     *judged.gain[at], judged.seeds[at], judged.within[at], judged.best[at],
                     judged.regret[at]) for at in self.order()]
            usual = self.usual
            rows.append(("baseline", *(lever.usual for lever in self.question.levers), *usual.cost[0],
                         usual.cost[0, 0] / groups, *usual.gain[0], usual.seeds[0], usual.within[0], np.nan,
                         np.nan))
            rows.append(("no_programme", *[np.nan] * len(paths), *[0.0] * 7, usual.seeds[0], 1.0, np.nan,
                         np.nan))
        return pd.DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        from kubesim.frontier.display import lines
        return "\n".join(lines(self))


def _letter(rank: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    return ("" if rank < 26 else _letter(rank // 26 - 1)) + chr(ord("A") + rank % 26)
