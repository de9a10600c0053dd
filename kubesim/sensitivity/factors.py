"""Factors: the numbers of a scenario that nobody knows exactly, and how far each may be off."""

from __future__ import annotations

import math
from typing import Any, Iterable, Mapping, NamedTuple

from pydantic.fields import FieldInfo

from kubesim.language import phrase
from kubesim.reading.sections import leaves
from kubesim.scenario import Described, Scenario

FREE = ("calibrated", "assumed")
"""Grades of values that are free: fitted by us, or judged."""
SPREAD = 0.5
"""How far a value may be off, as a share of itself, where nothing says how far."""
DECLARED, BY_RULE = "declared", "rule"
"""Where a factor's span comes from: its ``plausible`` span, or the rule of +-50 % within its bounds."""

PROGRAMME = ("groups.", "interventions.")
RESPONSES = ("diklat.experience_weight", "diklat.class_size_harm", "companionship.spread",
             "companionship.learns_by_doing", "companionship.carries", "companionship.acquaintance_start")
"""By kind of intervention: what says how people respond and declares no span; whatever else of an
intervention declares none is set by policy."""
COSTS = ("overhead", "centre_pays", "pay", "pay_for_ability")
"""Values of interventions that change only what the programme costs, besides those named a cost."""
SIZES = ("base_year", "months", "population.households", "population.register_share")
MEASURING = ("needs.deprived_clothing", "needs.deprived_housing", "needs.deprived_health",
             "needs.poor_in_needs", "membership.developing_age", "membership.developing_institution",
             "membership.developing_trust", "membership.developing_capital",
             "membership.developing_profit", "membership.independent_institution",
             "membership.independent_trust", "membership.independent_capital", "membership.profit_memory")
"""Thresholds that say who counts as deprived and which stage a group has; nothing else reads them."""

OF_A_FILE = "population.money."
"""Begins the path of what says how amounts of a household file are written."""
OF_A_DISTRICT = (".prices", ".margins.leeway")
"""Ends the path of what is known of a district, or says how its people are fitted to it."""

LEVER = phrase("set by the programme")
COST = phrase("changes what the programme costs, no effect")
SIZE = phrase("size of the model, not of the world")
CUT_OFF = phrase("says only how outcomes are counted")
KNOWN = phrase("taken from data or literature, with no span of its own")
NO_ROOM = phrase("declares no span and ±50 % leaves no room")
DIFFERS = phrase("differs between the designs compared")


class Factor(NamedTuple):
    """A number that may be anywhere from ``low`` to ``high``; ``usual`` is the scenario's."""

    path: str
    low: float
    high: float
    unit: str
    about: str
    grade: str
    source: str
    usual: float
    whole: bool = False         # only whole numbers will do
    span: str = DECLARED        # or BY_RULE


class LeftOut(NamedTuple):
    """A number of a scenario that is no factor, and why."""

    path: str
    why: str


def free_factors(scenario: Scenario) -> list[Factor]:
    """Every free number of the model: graded calibrated or assumed, or with a plausible span of its own.

    Levers and costs of the programme, sizes of the model, and thresholds that only measure are none;
    ``left_out`` names them all. The span is the declared one, widened to the scenario's value where
    that lies outside, or else the value +-50 % within its bounds (whole numbers: inwards).
    """
    return [found for found in _sorted_out(scenario) if isinstance(found, Factor)]


def left_out(scenario: Scenario) -> list[LeftOut]:
    """Every number of a scenario that is no factor, and why."""
    return [found for found in _sorted_out(scenario) if isinstance(found, LeftOut)]


def shared_factors(scenarios: Iterable[Scenario]) -> tuple[list[Factor], list[LeftOut]]:
    """The factors of several scenarios that are compared, and what is left out.

    What has another value in one of them is part of what is compared, and no factor.
    """
    factors: dict[str, Factor] = {}
    out: dict[str, LeftOut] = {}
    for scenario in scenarios:
        for found in _sorted_out(scenario):
            before = factors.get(found.path)
            if isinstance(found, LeftOut):
                out.setdefault(found.path, found)
            elif before is not None and before.usual != found.usual:
                out[found.path] = LeftOut(found.path, DIFFERS)
            else:
                factors[found.path] = found
    return [factor for path, factor in factors.items() if path not in out], list(out.values())


def settings(factors: Iterable[Factor], point: Mapping[str, Any]) -> dict[str, float | int]:
    """A point of a design as values by dotted path, for ``Scenario.with_``."""
    return {factor.path: int(point[factor.path]) if factor.whole else float(point[factor.path])
            for factor in factors}


def _sorted_out(scenario: Scenario) -> list[Factor | LeftOut]:
    """Every number of a scenario as a factor, or with the reason why it is none."""
    known = {held.path: held for held in scenario.values()}
    kinds = {f"interventions.{item.name}.": f"{item.kind}." for item in scenario.interventions}
    found: list[Factor | LeftOut] = []
    for path, field, held in leaves(scenario):
        if isinstance(held, bool) or not isinstance(held, (int, float)):
            continue
        by_kind = next((kind + path.removeprefix(start) for start, kind in kinds.items()
                        if path.startswith(start)), path)
        why = _why_not(known[path], by_kind, _declared(field))
        factor = _factor(known[path], field)
        why = why or ("" if factor.low < factor.high else NO_ROOM)
        found.append(LeftOut(path, why) if why else factor)
    return found


def _why_not(held: Described, by_kind: str, declared: tuple[float, float] | None) -> str:
    """Why a number is no factor; empty when it is one."""
    if held.path in SIZES:
        return SIZE
    if held.path.startswith(OF_A_FILE) or held.path.endswith(OF_A_DISTRICT):
        return KNOWN
    if held.path in MEASURING:
        return CUT_OFF
    if held.path.startswith(PROGRAMME):
        last = held.path.rpartition(".")[2]
        if last in COSTS or "cost" in last:
            return COST
        if declared is None and by_kind not in RESPONSES:
            return LEVER
    return KNOWN if held.grade not in FREE and declared is None else ""


def _factor(held: Described, field: FieldInfo) -> Factor:
    declared, whole = _declared(field), isinstance(held.value, int)
    low, high = declared or sorted((held.value * (1 - SPREAD), held.value * (1 + SPREAD)))
    least, most = bounds(field)
    low, high = max(min(low, held.value), least), min(max(high, held.value), most)
    if whole:
        low, high = math.ceil(low), math.floor(high)
    return Factor(held.path, float(low), float(high), held.unit, held.about, held.grade, held.source,
                  float(held.value), whole, DECLARED if declared else BY_RULE)


def bounds(field: FieldInfo) -> tuple[float, float]:
    """The hard bounds of a value; an exclusive one counts as it stands, since no span reaches it."""
    low = [held for rule in field.metadata for name in ("ge", "gt")
           if (held := getattr(rule, name, None)) is not None]
    high = [held for rule in field.metadata if (held := getattr(rule, "le", None)) is not None]
    return max(low, default=-math.inf), min(high, default=math.inf)


def _declared(field: FieldInfo) -> tuple[float, float] | None:
    held = (field.json_schema_extra or {}).get("plausible")
    return tuple(held) if held else None
