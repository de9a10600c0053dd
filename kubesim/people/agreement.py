"""How near a scenario's people come to the margins that they are fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import figures, say
from kubesim.people.checks import ALL, measured, of_population, part
from kubesim.people.city import fitted, line_of
from kubesim.people.margins import HALF_DIGIT, MOST_LEEWAY, NAMES, Margins

if TYPE_CHECKING:
    from kubesim.scenario import Scenario
    from kubesim.state import State

CLOSE = 0.01
"""Relative distance from a published number that counts as met, beside its rounding."""
CLOSE_GINI = 0.01
USUAL = {"leeway": Margins().leeway}
MOST_TOLD = 20
"""Margins told of one scenario that cannot be met."""


class Agreement(NamedTuple):
    """A margin of a district: published (NaN where it is not), fitted, and drawn at month 0.

    ``drawn`` is NaN without a state, and where the model holds nobody of the district. Shares are 0
    to 1, spending Rp per person and month, family size persons. ``met``: as far as the district's leeway
    allows; ``near``: as far as the usual one does too.
    """

    district: str
    margin: str
    published: float
    fitted: float
    drawn: float
    met: bool
    near: bool


def agreements(scenario: "Scenario", state: "State | None" = None, replicate: int = 0) -> list[Agreement]:
    """All margins of every district that has some: what was published, fitted and drawn.

    ``state`` is that of a model at month 0 (``KubeModel(scenario, seed).state``), of which one
    replicate is looked at.
    """
    everybody = None if state is None else of_population(state, replicate, in_lines=False)
    found = []
    for place, district in enumerate(scenario.districts):
        if not district.margins.given:
            continue
        reached, drawn = _in_rupiah(scenario, place), {}
        if everybody is not None:
            drawn = measured(part(everybody, np.flatnonzero(everybody.district == place)), ())
        for name in NAMES:
            published = getattr(district.margins, name)
            off = 0.0 if published is None else abs(reached[name] - published)
            found.append(Agreement(
                district.name, name, np.nan if published is None else published, reached[name],
                drawn[ALL, name].value if drawn else np.nan,
                published is None or off <= allowed(district.margins, name),
                published is None or off <= allowed(district.margins.model_copy(update=USUAL), name)))
    return found


def allowed(margins: Margins, name: str) -> float:
    """How far the fitted number may be from the published one."""
    published = getattr(margins, name)
    if name == "gini":
        return CLOSE_GINI
    if name in ("poverty_gap", "poverty_severity"):
        times = 1 if name == "poverty_gap" else 2
        return max(times * margins.leeway, CLOSE) * published + HALF_DIGIT
    return CLOSE * published + HALF_DIGIT * (name == "poverty_rate")


def refuse_unmet(scenario: "Scenario") -> None:
    """Raise ScenarioError with a line for each margin that the fit cannot meet, and what it reaches."""
    lines = list(unmet(scenario))
    if lines:
        more = [say("and {count} more margins that cannot be met", count=len(lines) - MOST_TOLD)]
        raise ScenarioError(lines[:MOST_TOLD] + (more if len(lines) > MOST_TOLD else []))


def unmet(scenario: "Scenario") -> Iterator[str]:
    """A line for each margin that the fitted people cannot meet."""
    leeways = {district.name: district.margins.leeway for district in scenario.districts}
    for found in agreements(scenario):
        if found.met:
            continue
        path = f"districts.{found.district}.margins.{found.margin}"
        origin = scenario.origins.get(path)
        where = f"{origin.file}:{origin.line}:{origin.column}: " if origin and origin.line else ""
        yield (f"{where}{path} = {_shown(found.published)}: "
               + say("cannot be met; the nearest people have {fitted}", fitted=_shown(found.fitted))
               + _remedy(found, leeways[found.district]))


def leeway_needed(found: Agreement) -> float:
    """The leeway with which the fitted P1 or P2 counts as met; infinite where no leeway helps."""
    if found.margin not in ("poverty_gap", "poverty_severity") or not found.fitted > found.published > 0:
        return np.inf
    off = (found.fitted - HALF_DIGIT) / found.published - 1
    return float(np.ceil(100 * off / (1 if found.margin == "poverty_gap" else 2)) / 100)


def _remedy(found: Agreement, leeway: float) -> str:
    """What the scenario's author can do."""
    if found.margin in ("poverty_gap", "poverty_severity") and found.fitted > found.published > 0:
        needed = leeway_needed(found)
        if leeway < needed <= MOST_LEEWAY:
            return say(", as luck in a month's spending makes some poor by more; leave it out, or accept "
                       "that with leeway: {leeway}", leeway=_shown(needed))
        return say(", as luck in a month's spending makes some poor by more; leave it out")
    return say("; the margins of this district are hardly possible together: leave one out")


def _in_rupiah(scenario: "Scenario", place: int) -> dict[str, float]:
    reached = dict(fitted(scenario, place).reached)
    reached["spending"] *= line_of(scenario, scenario.districts[place])
    return reached


def _shown(number: float) -> str:
    return figures(f"{number:,.0f}" if number >= 1000 else f"{number:.4g}")
