"""Companionship (pendampingan): who visits, how often, how well, for how long."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kubesim.columns import Companions
from kubesim.extensions import Intervention
from kubesim.randomness import Draws, Rows
from kubesim.state import State
from kubesim.units import monthly, rupiah, share, value, whole_months

COMPETENCE, EXPERIENCE = 0.45, 0.3
"""Today's companions: the usual pay is for such ones."""


class Companionship(Intervention):
    """Companions who visit the groups of their caseload while their contract runs."""

    kind: Literal["companionship"] = "companionship"
    months: int = whole_months(12, "length of the contract", grade="observed",
                         source="the centre pays year 1 (Banjarmasin 2019)")
    caseload: float = value(10.0, "groups", "groups per companion", low=0.1, high=1000,
                            grade="observed", source="5 companions for 50 groups (Ternate)")
    competence: float = share(COMPETENCE, "companions' competence, on average")
    experience: float = share(EXPERIENCE, "companions' practical experience when hired")
    hours: float = value(40.0, "hours per month", "working time of a companion for this programme",
                         low=0, high=400)
    visit_hours: float = value(2.0, "hours", "length of a visit", low=0.1, high=24, symbol="t_v",
                               source="three hours with travel, judgement", plausible=(1, 3))
    travel_hours: float = value(1.0, "hours", "travel for a visit", low=0, high=24,
                                source="three hours a visit with travel, judgement", plausible=(0.5, 3))
    turnover: float = monthly(0.03, "chance that a companion leaves and is replaced")
    spread: float = value(0.12, "0-1", "spread of competence between companions", low=0, high=1)
    shared: bool = value(True, "yes or no", "each companion serves caseload groups of the model; no: "
                         "each group has one of its own, whose other groups lie outside the model")
    as_registered: bool = value(True, "yes or no", "companions whom the household file names serve the groups "
                                "that it gives them, whatever the caseload; no: all groups are dealt out")
    replacement_differs: bool = value(True, "yes or no", "a replacement's competence is drawn anew; "
                                      "no: she is as able as the one who left")
    learns_by_doing: float = monthly(0.005, "experience gained in a month of work, share of what is "
                                     "missing; 0 switches it off")
    carries: float = monthly(0.5, "how fast a companion takes up the best practice of her groups, "
                             "which she then shows the others")
    ends_with_group: bool = value(False, "yes or no", "visits to a group's households end when the "
                                  "group breaks up")
    local_continuation: float = share(0.0, "chance that the local budget continues a companion's "
                                      "contract when it ends", source="local government is to pay "
                                      "after year 1 (Banjarmasin 2019); how often it does is unknown")
    local_months: int = whole_months(24, "how long the local budget continues it")
    contact_visits: float = value(1.5, "visits per month", "visits at which 63 % of the possible "
                                  "contact is reached", above=0, high=100, symbol="v_0",
                                  source="no published slope", plausible=(1, 2.5))
    experience_share: float = share(0.6, "part of contact quality that comes from practical "
                                    "experience", symbol="m_x", plausible=(0.3, 0.7))
    acquaintance_start: float = share(0.3, "acquaintance of strangers")
    acquaintance_speed: float = monthly(0.25, "speed of getting acquainted", symbol="f_r",
                                        plausible=(0.15, 0.4))
    pay: float = rupiah(622_000, "pay and travel of a companion for these hours", unit="Rp per month",
                        grade="derived", source="40 of 173 monthly hours at the city's minimum wage, "
                        "2,689,360 Rp (Banjarmasin 2019)")
    pay_for_ability: float = value(1.0, "share of pay", "what ability, the mean of competence and "
                                   "experience as set, adds to pay for each unit above the usual 0.375, "
                                   "or takes off below it; it changes cost only; 0 switches it off",
                                   low=0, high=10, plausible=(0, 2),
                                   source="nothing published; judgement")
    centre_pays: float = share(1.0, "share of the contract paid by the centre; a continuation is "
                               "paid locally", grade="observed", source="centre pays year 1, local "
                               "government afterwards (Banjarmasin 2019)")

    @property
    def pay_each(self) -> float:
        """Pay and travel of a companion of the ability set, Rp per month; never below 0."""
        ability, usual = (self.competence + self.experience) / 2, (COMPETENCE + EXPERIENCE) / 2
        return self.pay * max(0.0, 1 + self.pay_for_ability * (ability - usual))

    def prepare(self, state: State, draw: Draws) -> None:
        """Hire the companions and give each her groups, all in one of the districts served."""
        groups = state.groups
        served = np.flatnonzero(self.where(state)[groups.district[0]]) if groups.length else []
        groups.extra(f"{self.name}.companion", int)[...] = -1
        if not len(served):
            return
        team, caseloads = self._teams(groups.district[0, served], state.named_companion[served])
        count = len(caseloads)
        crew = state.hire(count)
        companions = state.companions
        groups.extra(f"{self.name}.companion", int)[:, served] = crew.start + team
        companions.district[:, crew] = groups.district[:, served[np.unique(team, return_index=True)[1]]]
        companions.caseload[:, crew] = caseloads
        companions.experience[:, crew] = self.experience
        companions.competence[:, crew] = self._ability(draw.normal("competence", Rows(0, count)))
        continues = draw.uniform("continuation", Rows(0, count)) < self.local_continuation
        term = companions.extra(f"{self.name}.term", int)
        term[:, crew] = self.months + continues * self.local_months

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """The month's visits, what they are worth, and what the companion learns from them."""
        groups, companions = state.groups, state.companions
        whose = groups.extra(f"{self.name}.companion", int)
        if not (whose >= 0).any():
            return
        crew = slice(int(whose[whose >= 0].min()), int(whose.max()) + 1)
        team = np.maximum(whose, crew.start)                # who is served by none never runs below
        since = self.since_start(state, month)
        term = np.take_along_axis(companions.extra(f"{self.name}.term", int), team, axis=1)
        running = (since >= 0) & (since < term)
        if self.ends_with_group:
            running &= groups.ended < 0
        at_work = self._per_companion(np.logical_or, running, whose, crew)
        left = self._replace_leavers(companions, crew, at_work, draw)

        known = np.where(since == 0, self.acquaintance_start, groups.acquaintance)
        known = known + self.acquaintance_speed * (1 - known)
        left_group = np.take_along_axis(left, team - crew.start, axis=1)
        known = np.where(left_group, self.acquaintance_start, known)
        groups.acquaintance = np.where(running, known, groups.acquaintance)

        caseload = np.take_along_axis(companions.caseload, team, axis=1)
        visits = (self.hours / (caseload * (self.visit_hours + self.travel_hours))
                  * state.per_row(state.districts.visits, groups))
        competence = np.take_along_axis(companions.competence, team, axis=1)
        experience = np.take_along_axis(companions.experience, team, axis=1)
        able = competence * (1 - self.experience_share + self.experience_share * experience)
        contact = able * (1 - np.exp(-visits / self.contact_visits)) * known
        groups.companion = np.where(running, team, groups.companion)
        groups.visits = groups.visits + running * visits
        groups.contact = np.maximum(groups.contact, running * contact)

        self._gain_experience(state, crew, whose, running * visits, at_work)
        months_paid = running * self.pay_each / caseload
        continued = since >= self.months
        self.book(state, months_paid * ~continued, self.centre_pays)
        self.book(state, months_paid * continued, 0.0)

    def _teams(self, district: np.ndarray, named: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The companion of each group, counted from 0, and the caseload of each companion; those whom
        the household file names come first and have as many groups as it gives them."""
        theirs = (named >= 0) & self.as_registered
        known, team = np.unique(np.where(theirs, named, -1), return_inverse=True)
        team = team - (known[0] < 0)                # those of nobody are -1
        registered = np.bincount(team[theirs])
        team[~theirs] = len(registered) + self._dealt_out(district[~theirs])
        caseloads = np.full(team.max() + 1, self.caseload)
        caseloads[:len(registered)] = registered
        return team, caseloads

    def _dealt_out(self, district: np.ndarray) -> np.ndarray:
        """Companions counted from 0 for groups in the order of their districts, a caseload each."""
        if not self.shared:
            return np.arange(len(district))
        place = np.arange(len(district)) - np.searchsorted(district, district)
        team = np.floor(place / max(self.caseload, 1.0)).astype(int)
        begins = (np.diff(team, prepend=team[:1]) != 0) | (np.diff(district, prepend=district[:1]) != 0)
        return np.cumsum(begins)

    def _ability(self, noise: np.ndarray) -> np.ndarray:
        return np.clip(self.competence + self.spread * noise, 0.05, 1)

    def _per_companion(self, combine: np.ufunc, values: np.ndarray, whose: np.ndarray,
                       crew: slice) -> np.ndarray:
        """Combine over each companion's groups, shape (replicates, this contract's companions); the
        groups of hers may lie apart, and groups of none among them."""
        order = np.argsort(whose[0], kind="stable")[np.count_nonzero(whose[0] < 0):]
        begins = np.searchsorted(whose[0, order], np.arange(crew.start, crew.stop))
        return combine.reduceat(values[:, order], begins, axis=1)

    def _replace_leavers(self, companions: Companions, crew: slice, at_work: np.ndarray,
                         draw: Draws) -> np.ndarray:
        """Companions who leave this month and are replaced at once."""
        rows = Rows(0, crew.stop - crew.start)
        left = at_work & (draw.uniform("turnover", rows) < self.turnover)
        if self.replacement_differs:
            anew = self._ability(draw.normal("replacement", rows))
            companions.competence[:, crew] = np.where(left, anew, companions.competence[:, crew])
        companions.experience[:, crew] = np.where(left, self.experience, companions.experience[:, crew])
        companions.practice[:, crew] *= ~left
        companions.departures[:, crew] += left
        return left

    def _gain_experience(self, state: State, crew: slice, whose: np.ndarray, visits: np.ndarray,
                         at_work: np.ndarray) -> None:
        """Learning by doing, and the best practice of her groups, which she shows all of them."""
        groups, companions = state.groups, state.companions
        team = np.maximum(whose, crew.start)
        experience = companions.experience[:, crew]
        companions.experience[:, crew] = experience + self.learns_by_doing * (1 - experience) * at_work
        best = self._per_companion(np.maximum, groups.mean_skill * groups.active, whose, crew)
        practice = companions.practice[:, crew]
        companions.practice[:, crew] = practice + at_work * self.carries * np.maximum(best - practice, 0)
        companions.active[:, crew] = at_work
        companions.visits[:, crew] = self._per_companion(np.add, visits, whose, crew)
        several = self._per_companion(np.add, np.ones_like(whose), whose, crew) > 1
        shown = np.take_along_axis(companions.practice[:, crew] * several, team - crew.start, axis=1)
        groups.shown_practice = np.maximum(groups.shown_practice, shown * (visits > 0))
