"""Two worlds under the same luck, month by month, as small as a browser needs to play them."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import numpy as np

from kubesim.columns import Cause
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.state import State
from kubesim.telling.lives import check_pair
from kubesim.telling.story import story

MOST_WATCHED = 1_000
"""Households that are drawn; a browser of a phone can hold no more."""
STANDARDS = (0.75, 1.0, 1.5)
"""Living standards, in poverty lines, at which the mark of a household changes."""
IN_GROUP, OUTSIDE = "0123", "abcd"
CAUSES = {Cause.NONE: "n", Cause.TRUST: "t", Cause.CAPITAL: "c", Cause.MEMBERS: "m"}
TELLABLE = ("household", "group")
TENTH_OF_A_MILLION = 100_000


def watchable(scenario: Scenario) -> Scenario:
    """The scenario with no more households than can be drawn."""
    return scenario.with_({"population.households": min(scenario.population.households, MOST_WATCHED)})


def live_in_slices(baseline: Scenario, design: Scenario, seed: int,
                   crew: Callable[..., Any]) -> Iterator[tuple[int, dict | None]]:
    """Live both worlds, as far as they can be drawn, each in one slice of the ``crew``: after each the months
    lived, and at the end what ``worlds`` of the page need. Raises ScenarioError where the worlds do not hold the
    same people and groups."""
    check_pair(design, baseline, "group")
    lived = baseline.months + 1
    here = crew(film, watchable(design), seed)
    yield lived, None
    there = crew(film, watchable(baseline), seed)
    yield 2 * lived, {"months": baseline.months, "of": design.population.households, "seed": seed,
                      "bounds": there["bounds"], "households": there["households"],
                      "worlds": [here["film"], there["film"]]}


def film(scenario: Scenario, seed: int) -> dict[str, Any]:
    """A world's months as plain JSON types, where each group's households begin, and how many there are."""
    model, taken = KubeModel(scenario, seed), Film()
    for month in range(scenario.months + 1):
        if month:
            model.step()
        taken.take(model.state, month)
    state = model.state
    return {"film": taken.told(), "bounds": [*state.first.tolist(), state.listed],
            "households": state.households.length}


class Film:
    """One world's months: a letter a household, what is known of groups and companions, and the poor.

    A household's letter is its class of living standard, 0123 in a group and abcd outside one; a
    group's is v (visited), a (active), n (not formed), or why it broke up: t, c, m. ``stages`` has a
    digit of ``Stage`` a group, ``members`` numbers of households, ``trust`` per cent, ``capital`` tenths
    of a million Rp. ``at`` is the group at which each companion stands, -1 for none this month; her
    ``competence`` and ``experience`` are per cent. ``serves`` is each group's companion, -1 without one.
    """

    def __init__(self) -> None:
        self.months: dict[str, list] = {name: [] for name in (
            "dots", "groups", "stages", "members", "trust", "capital", "at", "competence", "experience", "poor")}
        self.ended: list[list] = []
        self.serves: list[int] = []

    def take(self, state: State, month: int) -> None:
        """Keep a month."""
        people, groups, companions = state.households, state.groups, state.companions
        active, visited = groups.active[0], groups.active[0] & (groups.visits[0] > 0)
        self._keep(
            dots=_letters(people.living_standard[0], people.in_group[0]),
            groups="".join(("v" if met else "a") if lives else CAUSES[Cause(cause)]
                           for lives, met, cause in zip(active, visited, groups.cause[0])),
            stages="".join(str(int(stage)) for stage in groups.stage[0]),
            members=_whole(groups.members[0]), trust=_whole(100 * groups.mean_trust[0]),
            capital=_whole(groups.capital[0] / TENTH_OF_A_MILLION),
            at=_places(groups.companion[0], visited, companions.length, month),
            competence=_whole(100 * companions.competence[0]), experience=_whole(100 * companions.experience[0]),
            poor=round(float(people.poor[0, :state.listed].mean()), 4) if state.listed else 0.0)
        self.serves = groups.companion[0].tolist()
        for row in np.flatnonzero(groups.ended[0] == month):
            self.ended.append([month, int(row), CAUSES[Cause(groups.cause[0, row])]])

    def _keep(self, **month: object) -> None:
        for name, held in month.items():
            self.months[name].append(held)

    def told(self) -> dict[str, Any]:
        """The film as plain JSON types."""
        return {**self.months, "ended": self.ended, "serves": self.serves}


def _letters(standard: np.ndarray, in_group: np.ndarray) -> str:
    classes = np.searchsorted(STANDARDS, standard, side="right")
    return "".join(np.where(in_group, np.array(list(IN_GROUP))[classes], np.array(list(OUTSIDE))[classes]))


def _whole(values: np.ndarray) -> list[int]:
    return np.rint(values).astype(int).tolist()


def _places(serves: np.ndarray, visited: np.ndarray, companions: int, month: int) -> list[int]:
    """Where each companion stands: at the groups that she visits in turn, one a month."""
    places = [-1] * companions
    for companion in np.unique(serves[visited & (serves >= 0)]):
        hers = np.flatnonzero(visited & (serves == companion))
        places[companion] = int(hers[month % len(hers)])
    return places


def tell_story(baseline: Scenario, design: Scenario, kind: str, row: int, seed: int) -> list[str]:
    """The life of a household or a group (``kind``) in both worlds as they are drawn, a line a statement;
    raises ScenarioError."""
    baseline, design = watchable(baseline), watchable(design)
    if kind == "household" and not 0 <= row < design.population.households:
        raise ScenarioError(say("household {row}: must be 0 to {most}", row=row,
                                most=design.population.households - 1))
    return story(design, **{kind: row}, against=baseline, seed=seed, progress=lambda done, of: None).lines
