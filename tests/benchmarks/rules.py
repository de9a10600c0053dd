"""Which rule of the month costs what, and how much of it is the drawing of luck."""

from __future__ import annotations

import time
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Any

from kubesim.model import KubeModel

from .worlds import usual

Function = tuple[str, int, str]         # file, line and name, as the standard library's profiler has it


def measure_rules(households: int, months: int) -> dict[str, Any]:
    """Profile the months after month 0; costs of rules without their draws, dearest first."""
    model = KubeModel(usual(households), seed=1)
    profile = Profile(time.process_time, builtins=False)
    for _ in range(months):
        profile.runcall(model.step)
    timed: dict[Function, tuple] = Stats(profile).stats
    total = next(cost[3] for function, cost in timed.items() if _is(function, "model", "step"))
    drawing = _drawing(timed)
    rules, total_of_rules = {}, 0.0
    for function, (*_, callers) in timed.items():
        spent = sum(cost[3] for caller, cost in callers.items() if _of_month(caller))
        if spent and not _of_month(function):
            drawn = drawing.get(function, 0.0)
            rules[f"{Path(function[0]).stem}.{function[2]}"] = spent - drawn
            total_of_rules += spent
    rules["the month itself"] = total - total_of_rules
    draws = sum(drawing.values())

    def ns(seconds: float) -> float:
        return round(seconds / households / months * 1e9, 2)

    return {"households": households, "months": months, "total_ns": ns(total),
            "share_of_draws": round(draws / total, 4), "draws_ns": ns(draws),
            "rules": [{"rule": rule, "ns": ns(cost), "share": round(cost / total, 4)}
                      for rule, cost in sorted(rules.items(), key=lambda item: -item[1])]}


def _drawing(timed: dict[Function, tuple]) -> dict[Function, float]:
    """Seconds that each rule, its helpers included, waited for its random numbers."""
    waited: dict[Function, float] = {}
    for function, (*_, callers) in timed.items():
        if _is(function, "randomness", "normal", "uniform"):
            for caller, cost in callers.items():
                rule = _rule_of(timed, caller)
                waited[rule] = waited.get(rule, 0.0) + cost[3]
    return waited


def _rule_of(timed: dict[Function, tuple], function: Function) -> Function:
    """The rule itself, or the one that a helper belongs to."""
    callers = timed[function][4]
    return function if any(map(_of_month, callers)) else _rule_of(timed, next(iter(callers)))


def _of_month(function: Function) -> bool:
    return _is(function, "model", "_live_month", "_live_part")


def _is(function: Function, module: str, *names: str) -> bool:
    return Path(function[0]).stem == module and function[2] in names
