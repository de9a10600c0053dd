"""Training (diklat, bimtek): hours, curriculum, facilities, trainers and field practice."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kubesim.extensions import Intervention
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import rupiah, share, value, whole_months


class Diklat(Intervention):
    """A training event for all households on the list.

    Teaching quality is relevance^0.4 x trainer^0.4 x facilities^0.2. All hours teach knowledge;
    hours of field practice teach skill and problem-solving.
    """

    kind: Literal["diklat"] = "diklat"
    hours: float = value(12.0, "hours", "length of the training", low=0, high=2000,
                         source="length of the members' bimtek is unknown; two days assumed")
    practice_share: float = share(0.1, "share of the hours spent on field practice",
                                  source="members' training is called theoretical; share unknown")
    relevance: float = share(0.45, "how well the curriculum fits the members' business")
    facilities: float = share(0.7, "adequacy of rooms, tools and materials")
    trainer_competence: float = share(0.5, "trainers' command of the subject")
    trainer_experience: float = share(0.5, "trainers' own practical experience")
    experience_weight: float = share(0.5, "weight of experience against competence in the trainer's "
                                     "quality (geometric mean)")
    class_size: float = value(30.0, "persons", "participants per class", low=1, high=500,
                              grade="observed", source="30 per class (Badiklat Yogyakarta 2020)")
    class_size_harm: float = value(0.2, "elasticity", "loss of effective hours as classes outgrow 30; "
                                   "0 switches it off", low=0, high=2, source="sign: Freeman et al. "
                                   "2014, PNAS 111:8410 (largest gains in small classes); size judged")
    attendance: float = share(1.0, "chance that a household attends")
    sessions: int = value(1, "sessions", "equal sessions that the hours are split into", low=1, high=60)
    session_gap: int = whole_months(1, "between sessions", low=1)
    knowledge_hours: float = value(57.0, "hours", "effective hours that close 63 % of the knowledge "
                                   "gap", above=0, high=10_000, symbol="H_K", grade="calibrated",
                                   source="theory +5-10 % (McKenzie 2021)", plausible=(40, 120))
    skill_hours: float = value(190.0, "hours", "effective practice hours that close 63 % of the skill "
                               "gap", above=0, high=10_000, symbol="H_h", grade="calibrated",
                               source="practice : theory 2.7 (Campos et al. 2017)", plausible=(80, 300))
    problem_solving: float = share(0.25, "problem-solving gained by full practice", symbol="q_p",
                                   plausible=(0, 0.4))
    book_keeping: float = share(0.1, "gain of the group's institution from full training", symbol="b_K",
                                grade="calibrated", source="calibrated to stages", plausible=(0.1, 0.5))
    cost_per_hour: float = rupiah(25_000, "cost per participant and hour (room, meals, trainer)",
                                  unit="Rp per participant-hour")
    practice_cost: float = rupiah(10_000, "what field practice costs on top (materials, tools, transport)",
                                  unit="Rp per participant-hour of practice", plausible=(0, 40_000),
                                  source="nothing published; judgement")
    quality_cost: float = rupiah(25_000, "what teaching quality adds to the cost of an hour for each unit "
                                 "above that of the defaults, or takes off below it; it changes cost "
                                 "only; 0 switches it off", unit="Rp per participant-hour and unit of "
                                 "quality", plausible=(0, 75_000), source="nothing published; judgement")
    centre_pays: float = share(1.0, "share of the cost paid by the centre")

    @property
    def quality(self) -> float:
        """Teaching quality, 0 to 1."""
        trainer = (self.trainer_competence ** (1 - self.experience_weight)
                   * self.trainer_experience ** self.experience_weight)
        return self.relevance**0.4 * trainer**0.4 * self.facilities**0.2

    @property
    def hourly_cost(self) -> float:
        """Cost of an hour of a participant, Rp: teaching by its quality, never below 0, and practice."""
        teaching = self.cost_per_hour + self.quality_cost * (self.quality - USUAL_QUALITY)
        return max(0.0, teaching) + self.practice_cost * self.practice_share

    def apply(self, state: State, month: int, draw: Draws) -> None:
        """Hold the session that is due to each group's list."""
        h, groups = state.households, state.groups
        since = self.since_start(state, month)
        due = ((since >= 0) & (since % self.session_gap == 0)
               & (since < self.sessions * self.session_gap))
        if not due.any() or self.hours == 0:
            return
        attends = state.per_member(due, outside=False) & (draw.uniform("attends", h) < self.attendance)
        crowd = min(1.0, 30.0 / self.class_size) ** self.class_size_harm
        taught = self.hours / self.sessions * self.quality * crowd
        known = (1 - np.exp(-taught / self.knowledge_hours)) * attends
        practised = 1 - np.exp(-taught * self.practice_share / self.skill_hours)
        solved = 1 - np.exp(-taught * self.practice_share / self.knowledge_hours)
        h.knowledge = h.knowledge + (1 - h.knowledge) * known
        h.skill = h.skill + (1 - h.skill) * practised * attends
        h.problem_solving = (h.problem_solving
                             + (1 - h.problem_solving) * self.problem_solving * solved * attends)
        present = state.per_group(known) / np.maximum(groups.size, 1)
        groups.institution = groups.institution + (1 - groups.institution) * self.book_keeping * present
        heads = state.per_group(attends.astype(float))
        self.book(state, heads * self.hours / self.sessions * self.hourly_cost, self.centre_pays)


USUAL_QUALITY = Diklat().quality
"""Teaching quality of the defaults, which ``cost_per_hour`` pays for."""
