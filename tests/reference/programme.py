"""What the programme does: each measure acts once a month, in the scenario's order."""

from __future__ import annotations

from math import exp, floor

from .companion import Companion
from .group import DEVELOPING


class Measure:
    """One of the scenario's interventions at work; ``plan`` holds its parameters."""

    def __init__(self, plan) -> None:
        self.plan = plan
        self.decision = f"interventions.{plan.name}."       # its draws' first name

    def prepare(self, model) -> None:
        """Before month 0."""

    def since_start(self, group, month: int) -> int:
        """Months since it began for this group; negative before, and where it does not reach."""
        if not self.reaches(group):
            return -1
        return month - (group.start_month + self.plan.start_month - 1)

    def reaches(self, group) -> bool:
        """Whether it is meant for the group's district."""
        return not self.plan.districts or group.district.name in self.plan.districts

    def book(self, model, group, amount: float, centre_pays: float) -> None:
        """Programme spending by payer and district, Rp."""
        model.book_cost(self.plan.name, "centre", group.district, amount * centre_pays)
        model.book_cost(self.plan.name, "local", group.district, amount * (1 - centre_pays))


class Grant(Measure):
    """Capital for productive business (UEP), in tranches, joint or each member's own."""

    def act(self, model) -> None:
        """Pay the tranche that is due to each living group."""
        plan = self.plan
        for group in model.groups:
            since = self.since_start(group, model.month)
            on_the_day = since >= 0 and since % plan.tranche_gap == 0
            if group.active and on_the_day and since // plan.tranche_gap < plan.tranches:
                self.pay(model, group)

    def pay(self, model, group) -> None:
        """One tranche: the joint part becomes capital, the rest savings or stock of the own business."""
        plan = self.plan
        spent_each = plan.per_member / plan.tranches
        worth = spent_each * (plan.goods_value if plan.in_goods else 1.0)
        own = worth * (1 - plan.joint_share)
        joint = worth * plan.joint_share * len(group.members)
        group.capital += joint
        group.capital_start += joint
        for member in group.members:
            if plan.in_goods and member.has_business:
                member.business_capital += own
            else:
                member.savings += own
        model.granted += worth * len(group.members)
        self.book(model, group, spent_each * len(group.members) * (1 + plan.overhead), plan.centre_pays)


class Training(Measure):
    """Diklat: sessions for all households on the list."""

    def act(self, model) -> None:
        """Hold the session that is due; all hours teach knowledge, hours of practice teach skill."""
        plan = self.plan
        due = [group for group in model.groups if self.is_due(group, model.month)]
        if not due or plan.hours == 0:
            return
        chances = model.uniform(self.decision + "attends", model.households)
        crowd = min(1.0, 30.0 / plan.class_size) ** plan.class_size_harm
        taught = plan.hours / plan.sessions * self.quality() * crowd
        known = 1 - exp(-taught / plan.knowledge_hours)
        practised = 1 - exp(-taught * plan.practice_share / plan.skill_hours)
        solved = plan.problem_solving * (1 - exp(-taught * plan.practice_share / plan.knowledge_hours))
        for group in due:
            present = [household for household in group.households
                       if chances[household.row] < plan.attendance]
            for household in present:
                household.attend_session(known, practised, solved)
            share = len(present) / group.size
            group.institution += (1 - group.institution) * plan.book_keeping * known * share
            cost = len(present) * plan.hours / plan.sessions * self.cost_of_an_hour()
            self.book(model, group, cost, plan.centre_pays)

    def is_due(self, group, month: int) -> bool:
        """Whether a session falls into this month."""
        since = self.since_start(group, month)
        gap = self.plan.session_gap
        return since >= 0 and since % gap == 0 and since // gap < self.plan.sessions

    def cost_of_an_hour(self) -> float:
        """For each participant: better teaching than today's is dearer, and practice needs materials."""
        plan = self.plan
        better = self.quality() - 0.45**0.4 * 0.5**0.4 * 0.7**0.2
        hour = plan.cost_per_hour + better * plan.quality_cost
        if hour < 0:
            hour = 0.0
        return hour + plan.practice_share * plan.practice_cost

    def quality(self) -> float:
        """Relevance^0.4 x trainer^0.4 x facilities^0.2."""
        plan, weight = self.plan, self.plan.experience_weight
        trainer = plan.trainer_competence ** (1 - weight) * plan.trainer_experience**weight
        return plan.relevance**0.4 * trainer**0.4 * plan.facilities**0.2


class Companionship(Measure):
    """Companions and the groups of their caseload, all in one district."""

    def prepare(self, model) -> None:
        """Hire companions until every group has one."""
        plan, teams = self.plan, []
        room = max(plan.caseload, 1.0) if plan.shared else 1.0
        for district in model.districts:
            groups = [group for group in model.groups if group.district is district and self.reaches(group)]
            by_companion = {}
            for place, group in enumerate(groups):
                by_companion.setdefault(floor(place / room), []).append(group)
            teams.extend(by_companion.values())
        noises = model.normal(f"interventions.{plan.name}.competence", teams)
        chances = model.uniform(f"interventions.{plan.name}.continuation", teams)
        self.crew = [Companion(model, plan, *hired) for hired in zip(teams, noises, chances)]
        model.companions.extend(self.crew)

    def act(self, model) -> None:
        """Visits, turnover, what companions learn, and their pay."""
        plan, crew = self.plan, self.crew
        anew = [None] * len(crew)
        if plan.replacement_differs:
            anew = model.normal(self.decision + "replacement", crew)
        for companion, chance, noise in zip(crew, model.uniform(self.decision + "turnover", crew), anew):
            companion.plan_visits(model.month)
            companion.perhaps_leave(chance, noise)
            companion.visit()
            companion.learn()
            for group, since in companion.visited:
                centre_pays = plan.centre_pays if since < plan.months else 0.0
                self.book(model, group, companion.pay() / plan.caseload, centre_pays)


class ClusterMeetings(Measure):
    """Living groups meet and tell each other market news."""

    def act(self, model) -> None:
        """News by the mean, over all living groups that it reaches, of members' mean skill."""
        plan = self.plan
        meeting = [group for group in model.groups
                   if group.active and 0 <= self.since_start(group, model.month) < plan.months]
        if not meeting:
            return
        living = [group for group in model.groups if group.active and self.reaches(group)]
        skill = sum(group.mean_of_members("skill") for group in living) / len(living)
        news = plan.news_brought * skill * (1 - exp(-plan.per_month / plan.full_exchange))
        for group in meeting:
            group.news_from_meetings += news
            self.book(model, group, plan.per_month * plan.cost, plan.centre_pays)


class SavingsAndLoan(Measure):
    """A second round for groups that prospered: joint capital and an internal loan fund."""

    def __init__(self, plan) -> None:
        super().__init__(plan)
        self.granted_to = set()

    def act(self, model) -> None:
        """Top up each group once when it qualifies; the fund takes over what it can of members' debt."""
        for group in model.groups:
            if self.qualifies(group, model.month):
                self.top_up(model, group)
            self.refinance(group)

    def qualifies(self, group, month: int) -> bool:
        """A developing group, complete where the plan demands it, that has not had its turn."""
        complete = len(group.members) == group.size or not self.plan.all_members
        return (group.active and group not in self.granted_to and complete
                and group.stage >= DEVELOPING and self.since_start(group, month) >= 0)

    def top_up(self, model, group) -> None:
        """The grant: part joint capital, part loan fund."""
        plan = self.plan
        self.granted_to.add(group)
        group.capital += plan.amount * (1 - plan.loan_share)
        group.loan_fund += plan.amount * plan.loan_share
        model.granted += plan.amount
        self.book(model, group, plan.amount * (1 + plan.overhead), plan.centre_pays)

    def refinance(self, group) -> None:
        """Members' informal debt, all in the same proportion, as far as the fund reaches."""
        debts = sum(max(-member.savings, 0.0) for member in group.members)
        covered = min(1.0, group.loan_fund / debts) if debts > 0 else 0.0
        for member in group.members:
            member.group_loan = max(-member.savings, 0.0) * covered


MEASURES = {"uep_grant": Grant, "diklat": Training, "companionship": Companionship,
            "cluster_meetings": ClusterMeetings, "savings_and_loan": SavingsAndLoan}


def start_programme(model) -> list[Measure]:
    """The scenario's interventions as measures, ready for month 0."""
    programme = [MEASURES[plan.kind](plan) for plan in model.params.interventions]
    for measure in programme:
        measure.prepare(model)
    return programme
