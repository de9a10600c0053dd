"""What an effect rests on: the variant lived again with one of its values put back at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.harvest import carry_out
from kubesim.comparing.plan import make_plan
from kubesim.comparing.statistics import mean_difference
from kubesim.comparing.worlds import MOST_VARIANTS, WORDS_ONLY, differing, same_world
from kubesim.errors import ScenarioError
from kubesim.scenario import Described, Scenario

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

MOST_PAIRS = 6
"""Pairs in which values are put back: enough to rank them, and a fraction of the comparison's time."""
COLUMNS = ["path", "about", "grade", "here", "baseline", "unit", "estimate", "low", "high", "part", "pairs"]


class Without(NamedTuple):
    """A variant with one value put back to the baseline's."""

    held: Described                     # as the variant has it
    before: object
    scenario: Scenario


def rests_on(comparison: "Comparison", variant: str, outcome: str | None = None,
             workers: int | None = None) -> pd.DataFrame:
    """One row a value in which ``variant`` differs from the baseline and which can be put back alone,
    those that matter most first: the variant's effect on the outcome (the first asked for, unless
    given) at the last month without it.

    ``estimate`` with ``low`` and ``high``: the effect that is left, mean over up to 6 of the
    comparison's pairs, in the outcome's unit, and its 95 % interval. ``part``: the share of the whole
    effect in the same pairs that goes with the value; values that need one another add up to more than
    all of it. Costs follow from values, so values that set costs alone have part 0 unless costs are asked
    for. Raises as ``compare``.
    """
    name = outcome or comparison.asked[0]
    base, whole = comparison.scenarios[comparison.baseline], comparison.scenarios[variant]
    put_back = _put_back(base, whole)
    if not put_back:
        return pd.DataFrame(columns=COLUMNS)
    lived = [one.scenario for one in put_back if not same_world(one.scenario, base)]
    plan = make_plan(base, [whole, *lived], comparison.seeds[:MOST_PAIRS], [name], None, MOST_PAIRS, None, workers)
    found = carry_out(plan, None)
    column, group = words.told(name), words.headline_group(name)
    effects = [found.per_pair(label, column, group) for label in found.variants]
    left_of = dict(zip((one.name for one in lived), effects[1:]))
    rows = []
    for one in put_back:
        left = left_of.get(one.held.path, np.zeros_like(effects[0]))     # nothing is left of the baseline itself
        mean = mean_difference(left)
        part = 1 - left.mean() / effects[0].mean() if effects[0].mean() else np.nan
        rows.append((one.held.path, one.held.about, one.held.grade, one.held.value, one.before, one.held.unit,
                     float(mean.estimate), float(mean.low), float(mean.high), float(part), len(left)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.iloc[(-table["part"].abs()).argsort(kind="stable")].reset_index(drop=True)


def _put_back(base: Scenario, variant: Scenario) -> list[Without]:
    """The variant without each of its values that the baseline has too, and that fits it alone."""
    made = []
    for path, before, held in differing(base, variant):
        if None in (before, held) or path in WORDS_ONLY:
            continue
        try:
            changed = variant.with_({path: before.value, "name": path})
        except ScenarioError:           # the value does not fit the variant's others
            continue
        made.append(Without(held, before.value, changed))
    return made[:MOST_VARIANTS - 1]
