"""Levers: values of a scenario that policy sets, and how far each may go."""

from __future__ import annotations

import math
from typing import Any, Mapping, NamedTuple, Sequence

from kubesim.errors import ScenarioError
from kubesim.hints import number_meant, scalar
from kubesim.language import say
from kubesim.scenario import Scenario

OF_PROGRAMME = ("interventions.", "groups.")
"""How the paths of values begin that a programme sets."""
USUAL = {"interventions.uep_grant.per_member": (0, 6_000_000), "interventions.diklat.hours": (0, 120),
         "interventions.diklat.practice_share": (0, 0.9),
         "interventions.companionship.competence": (0.3, 0.9),
         "interventions.companionship.caseload": (5, 20), "interventions.companionship.months": (0, 36)}
"""Levers when none are named, with the lowest and the highest value."""

Design = tuple[float, ...]
"""A value for each lever."""


class Lever(NamedTuple):
    """A value that may go from ``low`` to ``high``; ``whole`` when only whole numbers will do."""

    path: str
    low: float
    high: float
    whole: bool
    unit: str
    usual: float                # the baseline's

    @property
    def name(self) -> str:
        """The path without the list it stands in."""
        return self.path.removeprefix(OF_PROGRAMME[0])


def make_levers(scenario: Scenario, texts: Sequence[str] = ()) -> tuple[Lever, ...]:
    """The levers that texts ``PATH=low..high,PATH=low..high`` name, or the usual ones that the
    scenario has. Raises ScenarioError with every fault."""
    written = [part for text in texts for part in text.split(",") if part.strip()]
    known = {held.path for held in scenario.values()}
    spans = [(path, ends) for path, ends in USUAL.items() if path in known]
    faults: list[str] = []
    if texts:
        spans = []
        for part in written:
            try:
                spans.append(_span(part))
            except ScenarioError as wrong:
                faults += wrong.faults
    paths = [path for path, _ in spans]
    faults += [say("--levers {path}: is named twice", path=path) for path in dict.fromkeys(paths)
               if paths.count(path) > 1]
    levers = []
    for path, ends in spans:
        try:
            levers.append(_lever(scenario, path, *ends))
        except ScenarioError as wrong:
            faults += wrong.faults
    if not faults and not levers:
        faults.append(say("--levers: none given, and '{name}' has none of the usual ones; name some as "
                          "PATH=low..high", name=scenario.name))
    if faults:
        raise ScenarioError(faults)
    return tuple(levers)


def _span(text: str) -> tuple[str, tuple[float, float]]:
    """The path and the ends that a text names."""
    path, equals, ends = (part.strip() for part in text.partition("="))
    low, dots, high = (part.strip() for part in ends.partition(".."))
    if not (path and equals and low and dots and high):
        raise ScenarioError(say("--levers {text}: must be PATH=low..high", text=text.strip()))
    return path, (_number(path, low), _number(path, high))


def _number(path: str, text: str) -> float:
    found = scalar(text)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
        meant = number_meant(text)
        hint = say("; did you mean {number}?", number=meant) if meant else ""
        raise ScenarioError(say("--levers {path}: '{text}' is no number", path=path, text=text) + hint)
    return found


def _lever(scenario: Scenario, path: str, low: float, high: float) -> Lever:
    """A lever with both its ends tried; raises ScenarioError."""
    known = {held.path: held for held in scenario.values()}
    if path not in known:
        _tried(scenario, path, low)             # tells where the path goes wrong, and what was meant
        raise ScenarioError(say("--levers {path}: is no single value", path=path))
    held = known[path]
    if isinstance(held.value, bool) or not isinstance(held.value, (int, float)):
        raise ScenarioError(say("--levers {path}: is no number but {held!r}; a lever must be a number",
                                path=path, held=held.value))
    if not path.startswith(OF_PROGRAMME):
        raise ScenarioError(say("--levers {path}: is nothing that a programme sets; levers begin with "
                                "{known}", path=path, known=" / ".join(OF_PROGRAMME)))
    faults = []
    if low >= high:
        faults.append(say("--levers {path}={low:g}..{high:g}: the lower end must come first and be smaller",
                          path=path, low=low, high=high))
    whole = isinstance(held.value, int)
    for end in (low, high):
        try:
            _tried(scenario, path, int(end) if end == int(end) and whole else float(end))
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return Lever(path, low, high, whole, held.unit, held.value)


def _tried(scenario: Scenario, path: str, end: float) -> None:
    try:
        scenario.with_({path: end})
    except ScenarioError as wrong:
        told = [line.removeprefix("<python>: ") for line in wrong.faults]
        raise ScenarioError([f"--levers {line}" for line in told]) from None


def settings(levers: Sequence[Lever], design: Design) -> Mapping[str, Any]:
    """A design as values by dotted path."""
    return {lever.path: int(held) if lever.whole else float(held) for lever, held in zip(levers, design)}


def usual_design(levers: Sequence[Lever]) -> Design:
    """The baseline's values, moved to the nearest end where they lie outside."""
    return tuple(min(max(lever.usual, lever.low), lever.high) for lever in levers)


def with_end(levers: Sequence[Lever], design: Design, place: int, end: float) -> Design:
    """A design with one lever at another value."""
    return tuple(end if at == place else held for at, held in enumerate(design))
