"""What recording all outcomes costs beside living the month."""

from __future__ import annotations

from typing import Any

from kubesim.running.measure import Measures, choose_outcomes
from kubesim.model import KubeModel
from kubesim.scenario import Scenario

from .clock import spent
from .worlds import usual

TOP = 5


def measure_recording(households: int, replicates: int, months: int) -> dict[str, Any]:
    """A month and the measuring of all outcomes after it, and the costliest outcomes by themselves."""
    scenario = usual(households)
    model = KubeModel(scenario, seed=list(range(1, replicates + 1)))
    outcomes = choose_outcomes(None)
    measures = Measures(model.state, outcomes)
    alone = {outcome.name: Measures(model.state, [outcome])
             for outcome in outcomes if outcome.table != "twin"}
    steps, takes, each = [], [], {name: [] for name in alone}
    for _ in range(months):
        steps.append(spent(model.step).processor)
        takes.append(_taking(measures, model, scenario))
        for name, one in alone.items():
            each[name].append(_taking(one, model, scenario))
    size = households * replicates

    def ns(times: list[float]) -> float:
        return round(min(times) / size * 1e9, 1)

    costliest = sorted(((ns(times), name) for name, times in each.items()), reverse=True)[:TOP]
    return {"households": households, "replicates": replicates,
            "month_ns": ns(steps), "all_outcomes_ns": ns(takes),
            "with_to_without": round((min(steps) + min(takes)) / min(steps), 2),
            "costliest": {name: cost for cost, name in costliest}}


def _taking(measures: Measures, model: KubeModel, scenario: Scenario) -> float:
    return spent(lambda: measures.take(model.state, scenario)).processor
