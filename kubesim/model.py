"""KubeModel: one month of KUBE, read top to bottom."""

from __future__ import annotations

from typing import Any, Sequence

import mesa
import numpy as np

from kubesim.population import populate
from kubesim.processes import business, cooperation, earnings, joint_business, learning
from kubesim.processes import market, membership, needs, spending
from kubesim.randomness import Draws
from kubesim.scenario import Scenario
from kubesim.state import State


class KubeModel(mesa.Model):
    """A world of households, groups and companions that lives month by month."""

    scenario: Any = None

    def __init__(self, scenario: Scenario | None = None, seed: int | Sequence[int] = 0) -> None:
        seeds = [seed] if isinstance(seed, (int, np.integer)) else list(seed)
        super().__init__(rng=int(seeds[0]))
        self.scenario = scenario or Scenario()
        self.month = 0
        self.draw = Draws(seeds)
        self.draw.open_month(-1)
        self.state = populate(self.scenario, self.draw)
        for effect in (*self.scenario.shocks, *self.scenario.interventions):
            effect.prepare(self.state, self.draw.named(effect.name))
        self._live_month()

    def step(self) -> None:
        """Live the next month."""
        self.month += 1
        self._live_month()

    def _live_month(self) -> None:
        """The order of the month."""
        state, params, month, draw = self.state, self.scenario, self.month, self.draw
        before = state.open_month()
        draw.open_month(month)
        market.shift_demand(state, params.market, draw)
        for shock in params.shocks:
            shock.apply(state, month, draw.named(f"shocks.{shock.name}"))
        membership.form_groups(state, params.groups.formed, params.groups.deposit, month)
        for intervention in params.interventions:
            intervention.apply(state, month, draw.named(f"interventions.{intervention.name}"))
        market.set_prices(state, params.market)
        for part in state.parts():
            self._live_part(part)
        market.tally_sales(state)
        state.close_month(before, month)

    def _live_part(self, part: State) -> None:
        """Whole groups with their households, or households on no list, live their month."""
        params, draw, month = self.scenario, self.draw, self.month
        time_cost = params.joint_business.time_cost
        opportunity_cost = time_cost * part.households.labour_income
        meeting = part.meeting_intensity(params.groups.meetings)

        if month:
            earnings.spread_luck(part, params.earnings, params.illness, draw)
        learning.learn(part, params.learning, meeting)
        if part.groups.length:
            cooperation.work(part, params.effort, opportunity_cost)
            cooperation.keep_rules(part, params.institution, meeting)
            joint_business.produce(part, params.joint_business, params.solidarity, draw)
            joint_business.eat_capital(part, params.misuse)
            cooperation.settle_trust(part, params.trust, meeting, opportunity_cost, draw)
            joint_business.help_the_ill(part, params.solidarity, params.illness.earnings_lost)
        earnings.earn_wages(part, params.earnings, params.illness, time_cost, draw)
        business.earn_profit(part, params.business, params.illness.profit_lost, draw)
        invested = business.reinvest(part, params.business, draw)
        spending.spend(part, params.spending, invested, params.illness.cost, params.solidarity.loan_interest, draw)
        needs.meet_needs(part, params.needs, month)
        if part.groups.length:
            membership.leave_and_end(part, params.membership, opportunity_cost, month, draw)
            membership.grow_stages(part, params.membership)
