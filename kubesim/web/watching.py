"""Two worlds under the same luck, month by month, as small as a browser needs to play them."""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np

from kubesim.columns import Cause
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.state import State
from kubesim.telling.lives import check_pair
from kubesim.telling.story import story
from kubesim.web.bench import Job

MOST_WATCHED = 1_000
"""Households that are drawn; a browser of a phone can hold no more."""
STANDARDS = (0.75, 1.0, 1.5)
"""Living standards, in poverty lines, at which the colour of a dot changes."""
IN_GROUP, OUTSIDE = "0123", "abcd"
CAUSES = {Cause.NONE: "n", Cause.TRUST: "t", Cause.CAPITAL: "c", Cause.MEMBERS: "m"}
SLICE_MONTHS = 12


def watchable(scenario: Scenario) -> Scenario:
    """The scenario with no more households than can be drawn."""
    return scenario.with_({"population.households": min(scenario.population.households, MOST_WATCHED)})


def live_in_slices(baseline: Scenario, design: Scenario, seed: int, job: Job) -> Iterator[tuple[int, dict | None]]:
    """Live both worlds: after each slice the months lived, and at the end what ``worlds`` of the page
    need. Raises ScenarioError where the worlds do not hold the same people and groups."""
    check_pair(design, baseline, "group")
    films = []
    for scenario in (design, baseline):
        model = KubeModel(scenario, seed)
        film = Film(model.state, scenario)
        for month in range(scenario.months + 1):
            if job.stopped:
                return
            if month:
                model.step()
            film.take(model.state, month)
            if month % SLICE_MONTHS == SLICE_MONTHS - 1:
                yield len(films) * (scenario.months + 1) + month, None
        films.append(film)
    state = model.state
    bounds = [*state.first.tolist(), state.listed]
    yield 2 * (baseline.months + 1), {
        "months": baseline.months, "bounds": bounds, "households": state.households.length, "seed": seed,
        "worlds": [film.told() for film in films]}


class Film:
    """One world's months: a letter a household, a letter a group, where companions stand, and the poor.

    A household's letter is its class of living standard, 0123 in a group and abcd outside one; a
    group's is v (visited), a (active), n (not formed), or why it broke up: t, c, m.
    """

    def __init__(self, state: State, scenario: Scenario) -> None:
        self.name = scenario.name
        self.dots: list[str] = []
        self.groups: list[str] = []
        self.at: list[list[int]] = []
        self.poor: list[float] = []
        self.ended: list[list] = []

    def take(self, state: State, month: int) -> None:
        """Keep a month."""
        people, groups = state.households, state.groups
        classes = np.searchsorted(STANDARDS, people.living_standard[0], side="right")
        letters = np.where(people.in_group[0], np.array(list(IN_GROUP))[classes], np.array(list(OUTSIDE))[classes])
        self.dots.append("".join(letters))
        self.poor.append(round(float(people.poor[0, :state.listed].mean()), 4) if state.listed else 0.0)
        active, visited = groups.active[0], groups.visits[0] > 0
        self.groups.append("".join(
            ("v" if met else "a") if lives else CAUSES[Cause(cause)]
            for lives, met, cause in zip(active, visited, groups.cause[0])))
        self.at.append(self._companions(groups.companion[0], active & visited, month))
        for row in np.flatnonzero(groups.ended[0] == month):
            self.ended.append([month, int(row), CAUSES[Cause(groups.cause[0, row])]])

    @staticmethod
    def _companions(serves: np.ndarray, visited: np.ndarray, month: int) -> list[int]:
        """Where each companion stands: at her groups in turn, one a month."""
        places = []
        for companion in np.unique(serves[visited]):
            hers = np.flatnonzero(visited & (serves == companion))
            places.append(int(hers[month % len(hers)]))
        return places

    def told(self) -> dict[str, Any]:
        """The film as plain JSON types."""
        return {"name": self.name, "dots": self.dots, "groups": self.groups, "at": self.at, "poor": self.poor,
                "ended": self.ended}


def tell_story(baseline: Scenario, design: Scenario, household: int, seed: int) -> list[str]:
    """The life of a household in both worlds, a line a statement; raises ScenarioError."""
    if not 0 <= household < design.population.households:
        raise ScenarioError(say("household {row}: must be 0 to {most}", row=household,
                                most=design.population.households - 1))
    return story(design, household=household, against=baseline, seed=seed, progress=lambda done, of: None).lines
