"""What is to be compared: worlds, seeds, outcomes, a width; and how the work is cut into stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

import numpy as np

from kubesim.comparing import words
from kubesim.comparing.lockstep import PairStack
from kubesim.comparing.sequential import FIRST_PAIRS, Width, read_width
from kubesim.comparing.worlds import Worlds, make_worlds
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.measure import known_outcomes
from kubesim.running.plan import STACK_ROWS, WORTH_A_POOL, check_outcomes, check_seeds, processors
from kubesim.scenario import Scenario

USUAL_PAIRS = 50


@dataclass(frozen=True)
class Plan:
    """What is to be compared."""

    worlds: Worlds
    seeds: tuple[int, ...]              # all that may be lived, in order
    outcomes: tuple[str, ...] | None
    width: Width | None
    workers: int | None

    @property
    def target(self) -> tuple[str, str]:
        """The outcome and the group of which the width is asked."""
        name = (self.outcomes or words.HEADLINE)[0]
        return words.told(name), words.headline_group(name)

    @property
    def first(self) -> tuple[int, ...]:
        """Seeds of the first stage; all of them without a width."""
        return self.seeds[:FIRST_PAIRS] if self.width else self.seeds

    def stacks(self, seeds: Sequence[int]) -> tuple[int, list[PairStack]]:
        """How many processes to use, and the work for them: even stacks of about STACK_ROWS rows a
        world. Which seeds are stacked makes no difference to what they give."""
        worlds, count = self.worlds, len(seeds)
        households = worlds.scenarios[worlds.baseline].population.households
        work = households * (worlds.months + 1) * count * len(worlds.scenarios)
        workers = self.workers or (processors() if work >= WORTH_A_POOL else 1)
        fewest = -(-count // max(1, STACK_ROWS // households))
        cuts = np.array_split(np.array(seeds), min(-(-fewest // workers) * workers, count))
        stacks = [PairStack(place, worlds, tuple(cut.tolist()), self.outcomes)
                  for place, cut in enumerate(cuts)]
        return min(workers, len(stacks)), stacks


def make_plan(baseline: Scenario, variants: Sequence[Scenario], seeds: int | Iterable[int] | None,
              outcomes: Iterable[str] | None, until_width: str | float | None, max_replicates: int,
              months: int | None, workers: int | None) -> Plan:
    """The plan that the arguments make; raises ScenarioError."""
    chosen = check_outcomes(outcomes)
    if workers is not None and workers < 1:
        raise ScenarioError(say("workers = {workers}: must be 1 or more", workers=workers))
    worlds = make_worlds(baseline, variants, months)
    if until_width is None:
        return Plan(worlds, check_seeds(USUAL_PAIRS if seeds is None else seeds), chosen, None, workers)
    if max_replicates < 2:
        raise ScenarioError(say("max_replicates = {most}: must be 2 or more", most=max_replicates))
    some = seeds is None or isinstance(seeds, (int, np.integer))
    supply = check_seeds(max_replicates if some else seeds)[:max_replicates]
    outcome = known_outcomes()[(chosen or words.HEADLINE)[0]]
    if outcome.table == "twin":
        raise ScenarioError(say(
            "until_width: the interval of {outcome} comes from a bootstrap, so that no number of pairs can "
            "be told for it; name another outcome first", outcome=outcome.name))
    return Plan(worlds, supply, chosen, read_width(until_width, outcome), workers)
