"""A comparison lived again with draws of the parameters that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.harvest import carry_out
from kubesim.comparing.plan import make_plan
from kubesim.comparing.uncertainty import COLUMNS, LIFTED, Uncertainty
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.running.executors import executor_of
from kubesim.running.simulation import Progress
from kubesim.scenario import Scenario

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

PAIRS_EACH = 2
"""Pairs of each draw: two tell luck from parameters, and more draws tell more than more pairs."""
FIRST_SEED = 1_000_001
"""Luck of its own, shared with no pair of the comparison itself."""


def check_draws(draws: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The draws, where there are enough of them to tell parameters from luck; raises ScenarioError."""
    held = tuple(draws)
    if len(held) < 2:
        raise ScenarioError(say("parameter uncertainty needs at least 2 draws, not {count}", count=len(held)))
    return held


def carry(comparison: "Comparison", draws: Iterable[Mapping[str, Any]], *, workers: int | None = None,
          progress: Progress | None = None) -> Uncertainty:
    """Live the comparison with each draw of the parameters, laid over the baseline and every variant
    alike, each with pairs of its own luck. Raises ScenarioError when a draw does not fit."""
    draws = check_draws(draws)
    base = comparison.scenarios[comparison.baseline]
    variants = [comparison.scenarios[label] for label in comparison.variants]
    rows: list[tuple] = []
    with executor_of(workers) as executor:
        landing = [executor.submit(_live_draw, place, dict(draw), base, variants, comparison.asked)
                   for place, draw in enumerate(draws)]
        for place, landed in enumerate(landing):
            rows += landed.result()
            if progress:
                progress(place + 1, len(draws))
    return Uncertainty(draws, pd.DataFrame(rows, columns=COLUMNS))


def _live_draw(place: int, draw: dict[str, Any], base: Scenario, variants: Sequence[Scenario],
               asked: Sequence[str]) -> list[tuple]:
    """The effects of one draw; runs in a worker."""
    seeds = range(FIRST_SEED + PAIRS_EACH * place, FIRST_SEED + PAIRS_EACH * (place + 1))
    plan = make_plan(_laid_over(base, draw), [_laid_over(variant, draw) for variant in variants], seeds,
                     dict.fromkeys((*asked, LIFTED, "cost")), None, PAIRS_EACH, None, 1)
    found = carry_out(plan, None)
    rows = []
    for label, name in ((label, name) for label in found.variants for name in plan.outcomes):
        column, group = words.told(name), words.headline_group(name)
        effects = found.per_pair(label, column, group)
        rows += [(label, column, group, place, seed, float(effect))
                 for seed, effect in zip(found.seeds, effects)]
    return rows


def _laid_over(scenario: Scenario, draw: Mapping[str, Any]) -> Scenario:
    """The scenario with a draw's values; those of an intervention only where it has that intervention."""
    has = {intervention.name for intervention in scenario.interventions}
    return scenario.with_({path: value for path, value in draw.items()
                           if not path.startswith("interventions.") or path.split(".")[1] in has})
