"""The month of KUBE as a Mesa user would write it: objects, loops, one equation after another."""

from __future__ import annotations

import mesa

from kubesim.randomness import Draws, Rows
from kubesim.scenario import Scenario

from .beginning import settle
from .calamities import strike
from .programme import start_programme


class PlainModel(mesa.Model):
    """Households, groups and companions that live month by month; money in rupiah.

    ``households``, ``groups``, ``companions``, ``markets`` and ``districts`` are lists in row order.
    """

    def __init__(self, params: Scenario, seed: int = 0) -> None:
        super().__init__(rng=seed)
        self.params = params
        self.month = 0
        self.luck = Draws([seed])
        self.luck.open_month(-1)
        self.companions = []
        settle(self)
        self.programme = start_programme(self)
        self.money = self.count_money()
        self.live_month()

    def step(self) -> None:
        """Live the next month."""
        self.month += 1
        self.live_month()

    def live_month(self) -> None:
        """The order of the month."""
        self.begin_month()
        self.shift_demand()
        for shock in self.params.shocks:
            strike(self, shock)
        self.form_groups()
        for measure in self.programme:
            measure.act(self)
        if self.month:
            self.spread_luck()
        self.learn()
        self.work()
        self.run_joint_businesses()
        self.settle_trust()
        self.earn_and_spend()
        self.leave_and_break_up()
        self.tally_sales()
        self.close_books()

    # -- luck ---------------------------------------------------------------------------------
    def normal(self, decision: str, rows) -> list[float]:
        """A standard normal number for each of the rows."""
        return self.luck.normal(decision, Rows(0, len(rows)))[0].tolist()

    def uniform(self, decision: str, rows) -> list[float]:
        """A number in [0, 1) for each of the rows."""
        return self.luck.uniform(decision, Rows(0, len(rows)))[0].tolist()

    # -- the month, step by step --------------------------------------------------------------
    def begin_month(self) -> None:
        """Empty books, ordinary conditions."""
        self.luck.open_month(self.month)
        self.costs = {}                     # (item, payer): Rp by district, not part of the money below
        self.granted = self.lost = 0.0      # grants; money lost in floods and break-ups
        for actor in (*self.districts, *self.households, *self.groups, *self.companions):
            actor.begin_month()

    def shift_demand(self) -> None:
        """The luck of local markets."""
        for market, noise in zip(self.markets, self.normal("market.demand", self.markets)):
            market.shift_demand(noise)

    def form_groups(self) -> None:
        """Groups whose month has come form; members pay their deposits."""
        plan = self.params.groups
        if plan.formed:
            for group in self.groups:
                group.form_when_due()
                group.collect_deposits(plan.deposit)

    def spread_luck(self) -> None:
        """Persistent luck and illness."""
        for household, noise, chance in zip(self.households, self.normal("earnings.luck", self.households),
                                            self.uniform("illness", self.households)):
            household.spread_luck(noise, chance)

    def learn(self) -> None:
        """Groups look at what members bring before this month's learning; then all learn."""
        for group in self.groups:
            group.look_around()
        for household in self.households:
            household.learn()

    def work(self) -> None:
        """Members choose their effort; the group keeps its books and rules."""
        for group in self.groups:
            for member in group.members:
                member.work_for_group()
            if group.active:
                group.keep_rules()

    def run_joint_businesses(self) -> None:
        """Produce at last month's crowding, split the profit, suffer misuse, help the ill."""
        for market in self.markets:
            market.set_price()
        for district in self.districts:
            district.judge_own_sales(self.params.business.crowded_out)
        for group, noise, chance in zip(self.groups, self.normal("joint.value", self.groups),
                                        self.uniform("joint.loss", self.groups)):
            if group.active:
                group.produce(noise, chance)
                group.split_profit()
                group.suffer_misuse()
                group.help_the_ill()

    def settle_trust(self) -> None:
        """This month's dividend, misuse, losses and quarrels change members' trust."""
        for group, chance in zip(self.groups, self.uniform("trust.quarrel", self.groups)):
            if group.active:
                group.weigh_events(chance)
                for member in group.members:
                    member.settle_trust()

    def earn_and_spend(self) -> None:
        """Every household earns, invests, consumes, saves, and meets its needs."""
        everyone = self.households
        for household, labour, profit, mishap, spending in zip(
                everyone, self.normal("earnings.month", everyone), self.normal("business.profit", everyone),
                self.uniform("business.loss", everyone), self.normal("spending", everyone)):
            household.earn(labour, profit)
            household.invest(mishap)
            household.spend(spending)
            household.meet_needs()
            if household.interest_to_group:
                household.group.loan_fund += household.interest_to_group

    def leave_and_break_up(self) -> None:
        """After the money has moved, members leave, groups end or grow."""
        for household, chance in zip(self.households, self.uniform("membership.leaving", self.households)):
            if household.in_group:
                household.consider_leaving(chance)
        for group in self.groups:
            if group.active:
                cause = group.cause_to_end()
                if cause:
                    group.break_up(cause)
                else:
                    group.grow()

    def tally_sales(self) -> None:
        """Sales crowd the markets of next month."""
        for market in self.markets:
            market.tally_sales()

    # -- money --------------------------------------------------------------------------------
    def book_cost(self, item: str, payer: str, district, amount: float) -> None:
        """Programme spending, Rp."""
        by_district = self.costs.setdefault((item, payer), dict.fromkeys(self.districts, 0.0))
        by_district[district] += amount

    def count_money(self) -> float:
        """All money of households and groups, Rp."""
        return (sum(h.savings + h.business_capital for h in self.households)
                + sum(g.capital + g.solidarity + g.loan_fund for g in self.groups))

    def close_books(self) -> None:
        """What came in less what went out is what the stocks grew by."""
        self.money_in = self.granted + sum(
            h.labour_earnings + h.business_profit + h.kin_help for h in self.households) + sum(
            g.value_added for g in self.groups)
        self.money_out = self.lost + sum(
            h.consumption + h.interest + h.medical_cost + h.wear + h.mishap for h in self.households) + sum(
            g.fixed_cost + g.wear + g.loss for g in self.groups)
        before, self.money = self.money, self.count_money()
        gap = self.money - before - self.money_in + self.money_out
        if not abs(gap) <= 1e-6 * max(self.money_in, 1.0):
            raise RuntimeError(f"month {self.month}: {gap:,.2f} Rp appeared from nowhere")
