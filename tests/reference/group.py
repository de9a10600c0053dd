"""A group: a list of households that becomes a KUBE with a joint business, and may break up."""

from __future__ import annotations

from math import ceil, exp

import mesa

GROWING, DEVELOPING, INDEPENDENT = 1, 2, 3          # tumbuh, berkembang, mandiri
TRUST, CAPITAL, MEMBERS = 1, 2, 3                   # causes of break-up
STANDARD_CAPITAL, STANDARD_EFFORT, STANDARD_SKILL = 20e6, 5.0, 0.42


class Group(mesa.Agent):
    """KUBE. Before its start, after its end and without a programme it is a mere list."""

    def __init__(self, model, district, households, start_chance, cohesion_noise, site_noise) -> None:
        super().__init__(model)
        self.params = params = model.params
        self.district = district
        self.households = households        # the list, for ever
        self.members = []                   # those in the living group now
        self.size = len(households)         # at formation
        plan, spread = params.groups, params.market.site_spread
        self.start_month = plan.start_month + int(plan.start_spread * start_chance)
        self.cohesion = exp(params.trust.cohesion_spread * cohesion_noise)
        self.site = spread * site_noise - 0.5 * spread**2
        self.market = None
        self.active = False
        self.age = self.stage = self.cause = self.low_trust_months = self.idle_months = 0
        self.ended = -1
        self.capital = self.capital_start = self.solidarity = self.loan_fund = 0.0
        self.dividend = self.profit_per_member = 0.0
        self.institution = params.institution.start
        self.acquaintance = 0.0
        self.mean_skill = self.best_skill = self.mean_effort = self.mean_trust = 0.0
        for household in households:
            household.group = self
        self.begin_month()

    def mean_of_members(self, name: str) -> float:
        """Unweighted mean over members, the ill included; 0 without members."""
        if not self.members:
            return 0.0
        return sum(getattr(member, name) for member in self.members) / len(self.members)

    # -- the month opens ----------------------------------------------------------------------
    def begin_month(self) -> None:
        """No visit, no news, nothing made yet."""
        self.contact = self.visits = self.news_from_meetings = self.shown_practice = 0.0
        self.value_added = self.profit = self.share_taken = self.misuse_rate = 0.0
        self.fixed_cost = self.wear = self.loss = 0.0
        self.loss_month = False

    def form_when_due(self) -> None:
        """In its month the list becomes a living group with all its households as members."""
        if self.active:
            self.age += 1
        elif self.start_month == self.model.month:
            self.active = True
            self.stage = GROWING
            self.members = list(self.households)
            for member in self.members:
                member.in_group = True

    def collect_deposits(self, deposit: float) -> None:
        """Members move part of their savings into joint capital."""
        for member in self.members:
            paid = min(max(member.savings, 0.0), deposit)
            member.savings -= paid
            self.capital += paid

    # -- learning, effort, rules --------------------------------------------------------------
    def look_around(self) -> None:
        """What members bring: skill after training, effort and trust as last month left them."""
        held = self.params.groups.meetings * self.district.meetings
        self.meeting = 1 - exp(-held / 2) if self.active else 0.0
        self.mean_skill = self.mean_of_members("skill")
        self.best_skill = max((member.skill for member in self.members), default=0.0)
        self.mean_effort = self.mean_of_members("effort")
        self.mean_trust = self.mean_of_members("trust")

    def keep_rules(self) -> None:
        """Books and rules improve with contact and with meetings among trusting members, and decay."""
        p, quality = self.params.institution, self.institution
        gain = p.by_contact * self.contact + p.by_meetings * self.meeting * self.mean_trust
        self.institution = min(max(quality + gain * (1 - quality) - p.decay * quality, 0.0), 1.0)

    # -- the joint business -------------------------------------------------------------------
    def produce(self, noise: float, chance: float) -> None:
        """Value added from capital, effort, skill, news, price and place; perhaps an adverse event."""
        p, capital = self.params.joint_business, self.capital
        effort = sum(member.effort for member in self.members if not member.ill)
        skill = 0.5 * (self.mean_skill + self.best_skill)
        edge = p.skill_return * (skill - STANDARD_SKILL) + self.mean_of_members("news") + self.site
        self.value_added = (p.productivity * self.district.prices * self.market.price * exp(edge)
                            * (capital / STANDARD_CAPITAL / self.district.prices) ** p.capital_return
                            * (effort / STANDARD_EFFORT) ** p.effort_return
                            * exp(p.month_spread * noise - 0.5 * p.month_spread**2))
        event = chance < p.loss_chance
        if event:
            self.loss = p.loss_share * (1 - self.mean_of_members("problem_solving")) * capital
        self.fixed_cost = min(p.fixed_cost * self.district.prices, capital + self.value_added)
        self.wear = p.wear * capital
        self.profit = self.value_added - self.fixed_cost - self.wear - self.loss
        self.loss_month = event or self.profit < 0

    def split_profit(self) -> None:
        """Reinvest, solidarity fund up to its cap, the rest in equal dividends; losses cut capital."""
        p, fund = self.params.joint_business, self.params.solidarity
        gain = max(self.value_added - self.fixed_cost - self.wear, 0.0)
        room = max(fund.cap * self.district.prices * len(self.members) - self.solidarity, 0.0)
        dues = min(fund.dues * gain, room)
        paid_out = gain - p.reinvested * gain - dues
        self.dividend = paid_out / len(self.members)
        for member in self.members:
            member.dividend = self.dividend
        self.solidarity += dues
        capital = (self.capital - self.wear - self.loss + self.value_added - self.fixed_cost
                   - paid_out - dues)
        if capital < 0:         # no loss is larger than what is there
            self.loss += capital
            capital = 0.0
        self.capital = capital

    def suffer_misuse(self) -> None:
        """Capital eaten: members in distress who distrust the group take from their stake."""
        p, opaque, members = self.params.misuse, 1 - self.institution, len(self.members)
        inclined = [member.inclination_to_misuse() for member in self.members]
        self.misuse_rate = opaque * sum(inclined) / members
        stake = p.leaks * p.share_taken * opaque * self.capital / members
        for member, inclination in zip(self.members, inclined):
            member.misuse = stake * inclination * member.distress()
        taken = sum(member.misuse for member in self.members)
        self.share_taken = taken / self.capital if self.capital > 0 else 0.0
        self.capital -= taken

    def help_the_ill(self) -> None:
        """The fund pays ill members part of their lost earnings, as far as it reaches."""
        share = self.params.solidarity.cover * self.params.illness.earnings_lost
        claims = [(member, share * member.labour_income) for member in self.members if member.ill]
        total = sum(claim for _, claim in claims)
        if total == 0:
            return
        paid = min(1.0, self.solidarity / total)
        for member, claim in claims:
            member.solidarity_payment = claim * paid
        self.solidarity = max(self.solidarity - total * paid, 0.0)

    # -- trust --------------------------------------------------------------------------------
    def weigh_events(self, chance: float) -> None:
        """What the month does to every member's trust alike, before cohesion and envy."""
        p, books = self.params.trust, self.institution
        self.trust_built = p.by_meetings * self.meeting * (0.4 + 0.6 * books) + p.by_contact * self.contact
        self.trust_lost = (p.lost_always + p.lost_to_opaque_books * (1 - books)
                           + p.lost_to_misuse * self.share_taken)
        if self.loss_month:
            self.trust_lost += p.lost_to_losses
        if chance < p.quarrel_chance:
            self.trust_lost += p.lost_to_quarrel * (1 - p.quarrels_settled * self.contact)

    # -- the end ------------------------------------------------------------------------------
    def cause_to_end(self) -> int:
        """Why the group breaks up this month, 0 if it does not; one cause only."""
        p = self.params.membership
        self.mean_trust = self.mean_of_members("trust")
        self.low_trust_months = self.low_trust_months + 1 if self.mean_trust < p.trust_to_last else 0
        self.idle_months = self.idle_months + 1 if self.capital <= 0 else 0
        if self.low_trust_months >= p.patience:
            return TRUST
        if (self.capital < p.capital_to_last * min(self.capital_start, 20e6 * self.district.prices)
                or self.idle_months >= p.idle_to_last):
            return CAPITAL
        if len(self.members) < min(p.members_to_last, ceil(self.size / 2)):
            return MEMBERS
        return 0

    def break_up(self, cause: int) -> None:
        """Those still members share what is recovered and the funds; the rest is lost."""
        recovered = self.params.membership.recovered * self.capital
        payout = recovered + self.solidarity + self.loan_fund
        self.model.lost += self.capital - recovered
        if not self.members:
            self.model.lost += payout
        for member in self.members:
            member.savings += payout / len(self.members)
            member.in_group = False
            member.group_loan = 0.0
        self.members = []
        self.active = False
        self.cause, self.ended, self.stage = cause, self.model.month, 0
        self.capital = self.solidarity = self.loan_fund = self.dividend = self.profit_per_member = 0.0

    def grow(self) -> None:
        """Stage of a living group: tumbuh, berkembang, mandiri; it may fall back."""
        p = self.params.membership
        each = self.profit / len(self.members)
        self.profit_per_member = p.profit_memory * self.profit_per_member + (1 - p.profit_memory) * each
        self.stage = GROWING
        if (self.age >= p.developing_age and self.institution > p.developing_institution
                and self.mean_trust > p.developing_trust
                and self.capital > p.developing_capital * self.capital_start
                and self.profit_per_member > p.developing_profit * self.district.prices):
            self.stage = DEVELOPING
            if (self.institution > p.independent_institution
                    and self.mean_trust > p.independent_trust
                    and self.capital > p.independent_capital * self.capital_start):
                self.stage = INDEPENDENT
