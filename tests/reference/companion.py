"""A companion: whom she visits, what she is able to give, and what she learns."""

from __future__ import annotations

from math import exp

import mesa


class Companion(mesa.Agent):
    """Pendamping, hired for the groups of her caseload under one contract."""

    def __init__(self, model, contract, groups, ability_noise: float, chance: float) -> None:
        super().__init__(model)
        self.contract = contract            # the scenario's companionship, whose parameters she works under
        self.groups = groups
        self.district = groups[0].district
        self.competence = self._ability(ability_noise)
        self.experience = contract.experience
        self.practice = 0.0                 # best practice that she has seen in her groups
        self.departures = 0
        continued = chance < contract.local_continuation
        self.term = contract.months + (contract.local_months if continued else 0)
        self.begin_month()

    def _ability(self, noise: float) -> float:
        return min(max(self.contract.competence + self.contract.spread * noise, 0.05), 1.0)

    def pay(self) -> float:
        """What her post pays a month: more for an abler companion than today's, of ability 0.375."""
        ability = 0.5 * self.contract.competence + 0.5 * self.contract.experience
        factor = 1 + self.contract.pay_for_ability * (ability - 0.375)
        return self.contract.pay * factor if factor > 0 else 0.0

    def begin_month(self) -> None:
        """No visit made yet."""
        self.active = False
        self.visits = 0.0
        self.visited = []

    def plan_visits(self, month: int) -> None:
        """Her groups whose contract runs this month."""
        for group in self.groups:
            since = month - (group.start_month + self.contract.start_month - 1)
            broken_up = self.contract.ends_with_group and group.ended >= 0
            if 0 <= since < self.term and not broken_up:
                self.visited.append((group, since))
        self.active = bool(self.visited)

    def perhaps_leave(self, chance: float, ability_noise: float | None) -> None:
        """She leaves and is replaced at once by someone her groups do not know yet."""
        self.is_new = self.active and chance < self.contract.turnover
        if self.is_new:
            if ability_noise is not None:
                self.competence = self._ability(ability_noise)
            self.experience = self.contract.experience
            self.practice = 0.0
            self.departures += 1

    def visit(self) -> None:
        """Contact = able x (1 - exp(-visits / v_0)) x acquaintance, for each group visited."""
        p = self.contract
        able = self.competence * (1 - p.experience_share + p.experience_share * self.experience)
        visits = p.hours / (p.caseload * (p.visit_hours + p.travel_hours)) * self.district.visits
        reached = 1 - exp(-visits / p.contact_visits)
        for group, since in self.visited:
            if since == 0:
                group.acquaintance = p.acquaintance_start
            if self.is_new:
                group.acquaintance = p.acquaintance_start
            else:
                group.acquaintance += p.acquaintance_speed * (1 - group.acquaintance)
            group.contact = max(group.contact, able * reached * group.acquaintance)
            group.visits += visits
            self.visits += visits

    def learn(self) -> None:
        """Learning by doing; she takes up her groups' best practice and shows it where she visits."""
        if not self.active:
            return
        p = self.contract
        self.experience += p.learns_by_doing * (1 - self.experience)
        best = max(group.mean_skill if group.active else 0.0 for group in self.groups)
        self.practice += p.carries * max(best - self.practice, 0.0)
        if len(self.groups) > 1:
            for group, _ in self.visited:
                group.shown_practice = max(group.shown_practice, self.practice)
