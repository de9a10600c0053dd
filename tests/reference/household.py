"""A household: its luck, its skill, its work for the group, its money and its needs."""

from __future__ import annotations

from math import exp, log, tanh

import mesa


class Household(mesa.Agent):
    """Rumah tangga, the unit of decision. Money in rupiah, flows a month."""

    def __init__(self, model, district, persons: float, income: float) -> None:
        super().__init__(model)
        self.params = model.params
        self.district = district
        self.persons = persons
        self.poverty_line = persons * district.poverty_line
        self.normal_income = income * self.poverty_line     # long-run, fixed
        self.group = None           # the list it is on, a living group or not
        self.in_group = False       # member of a living group
        self.group_loan = 0.0       # part of the debt owed to the group's loan fund
        self.news = 0.0
        self.poor = False
        self.spells = self.spell_months = self.poor_months = 0
        self.begin_month()

    # -- at the start -------------------------------------------------------------------------
    def start_business(self, chance: float, part_noise: float, capital_noise: float) -> None:
        """Own business or none, and how much of income comes from it."""
        people, business = self.params.population, self.params.business
        self.has_business = chance < people.business_owners
        part = 0.0
        if self.has_business:
            part = min(max(people.business_share * exp(0.4 * part_noise - 0.08), 0.02), 0.6)
        self.business_income = part * self.normal_income
        self.labour_income = (1 - part) * self.normal_income
        self.start_capital = 0.9 * business.reinvested / business.wear * self.business_income
        self.business_capital = self.start_capital * exp(0.3 * capital_noise)
        self.opportunity_cost = self.params.joint_business.time_cost * self.labour_income

    def start_skill(self, noise: float) -> None:
        """Knowledge equals skill before anyone teaches."""
        people = self.params.population
        self.start_of_skill = min(max(people.skill + people.skill_spread * noise, 0.02), 0.9)
        self.skill = self.knowledge = self.start_of_skill
        self.problem_solving = self.params.learning.problem_solving_start

    def start_money(self, luck: float, chance: float, savings_noise: float) -> None:
        """Persistent luck, illness and savings around their long-run values."""
        illness, spending = self.params.illness, self.params.spending
        self.luck = self.params.earnings.lasting_spread * luck
        self.ill = chance < illness.onset / illness.recovery
        self.expected_income = self.normal_income
        above_line = max(log(self.normal_income / self.poverty_line), 0.0)
        self.savings_target = max(0.1, spending.target_poor + spending.target_slope * above_line)
        self.savings = self.savings_target * self.normal_income * exp(0.5 * savings_noise - 0.125)

    def start_needs(self, health: float, clothing: float, housing: float) -> None:
        """Health by luck; clothing and housing as the long-run income keeps them."""
        people = self.params.population
        standard = self.normal_income / self.poverty_line
        kept = self._upkeep(standard, self._food_share(standard))
        self.health = min(max(people.health + people.health_spread * health, 0.0), 1.0)
        self.clothing = min(max(kept + 0.1 * clothing, 0.0), 1.0)
        self.housing = min(max(kept + 0.1 * housing, 0.0), 1.0)

    def start_cooperation(self, willingness: float, of_group: float, own: float) -> None:
        """Trust is half the group's and half one's own; willingness lasts."""
        trust = self.params.trust
        self.willingness = self.params.effort.person_spread * willingness
        expected = trust.start + self.params.groups.extra_trust
        self.trust = min(max(expected + 0.7 * trust.start_spread * (of_group + own), 0.05), 0.95)
        self.effort = self.params.effort.start

    # -- luck and learning --------------------------------------------------------------------
    def begin_month(self) -> None:
        """Nothing from the group yet."""
        self.dividend = self.misuse = self.solidarity_payment = 0.0

    def spread_luck(self, noise: float, chance: float) -> None:
        """Luck drifts back to its mean; one number decides whether illness starts or ends."""
        earnings, illness = self.params.earnings, self.params.illness
        fresh = earnings.lasting_spread * (1 - earnings.persistence**2) ** 0.5
        self.luck = earnings.persistence * self.luck + fresh * noise
        if self.ill:
            self.ill = not chance < illness.recovery
        else:
            self.ill = chance < illness.onset * self.district.illness

    def attend_session(self, known: float, practised: float, solved: float) -> None:
        """A training session closes shares of the gaps to full knowledge, skill and problem-solving."""
        self.knowledge += (1 - self.knowledge) * known
        self.skill += (1 - self.skill) * practised
        self.problem_solving += (1 - self.problem_solving) * solved

    def learn(self) -> None:
        """Knowledge becomes skill by use, coaching and peers; what is not used fades."""
        p, group = self.params.learning, self.group
        contact = group.contact if group else 0.0
        skill = self.skill
        skill += (p.by_use + p.by_coaching * contact) * max(self.knowledge - skill, 0.0)
        taught = p.taught_directly * contact * (1 - skill)
        used = p.used_in_business if self.has_business else 0.0
        news = p.news_brought * contact
        if group:
            taught += p.from_other_groups * contact * max(group.shown_practice - skill, 0.0)
        if self.in_group:
            taught += p.from_peers * group.meeting * max(group.best_skill - skill, 0.0)
            used = max(used, p.used_in_group * self.effort)
            news += group.news_from_meetings
        skill += taught
        start = self.start_of_skill
        self.skill = start + (skill - start) * (1 - p.skill_fades * (1 - used))
        self.knowledge = start + (self.knowledge - start) * (1 - p.knowledge_fades)
        coached = self.problem_solving + p.problem_solving_coached * contact * (1 - self.problem_solving)
        q_0 = p.problem_solving_start
        self.problem_solving = q_0 + (coached - q_0) * (1 - p.problem_solving_fades)
        self.news = (1 - p.news_ages) * self.news + news

    # -- in the group (members only) ----------------------------------------------------------
    def work_for_group(self) -> None:
        """Effort follows trust, the others, the last dividend against time lost, and the companion."""
        p, group = self.params.effort, self.group
        worth = tanh(group.dividend / max(self.opportunity_cost, 1.0) - 1)
        drive = (p.base + p.trust * (2 * self.trust - 1) + p.others * (2 * group.mean_effort - 1)
                 + p.dividend * worth + p.contact * group.contact
                 - p.group_size * log(group.size / 10) + self.willingness)
        self.effort += p.speed * (1 / (1 + exp(-drive)) - self.effort)

    def inclination_to_misuse(self) -> float:
        """How far a member would help herself from the joint capital if books were closed, 0 to 1."""
        return (1 - self.trust) ** self.params.misuse.trust_power

    def distress(self) -> float:
        """Need that makes a member take joint capital, 0 to 1."""
        p = self.params.misuse
        shortfall = max(1.1 - self.expected_income / self.poverty_line, 0.0)
        return min(max(p.always + p.when_ill * self.ill + p.when_poor * shortfall, 0.0), 1.0)

    def settle_trust(self) -> None:
        """Trust grows with meetings, visits and dividends, and is lost to what goes wrong."""
        p, group = self.params.trust, self.group
        worth = min(max(group.dividend / (2 * max(self.opportunity_cost, 1.0)), 0.0), 1.0)
        gain = group.trust_built + p.by_dividends * worth
        envy = p.lost_to_jealousy * max(self.effort - group.mean_effort, 0.0) * (1 - 0.5 * group.institution)
        loss = group.cohesion * (group.trust_lost + envy)
        self.trust = min(max(self.trust + gain * (1 - self.trust) - loss * self.trust, 0.0), 1.0)

    def consider_leaving(self, chance: float) -> None:
        """A member who distrusts the group leaves when it pays less than her time is worth."""
        if (self.group.dividend < self.opportunity_cost
                and chance < self.params.membership.leaving * (1 - self.trust) ** 2):
            self.leave_group()

    def leave_group(self) -> None:
        """She keeps what she was paid and owes the loan fund nothing more; nobody rejoins."""
        self.in_group = False
        self.group_loan = 0.0
        self.group.members.remove(self)

    # -- money --------------------------------------------------------------------------------
    def earn(self, labour_noise: float, profit_noise: float) -> None:
        """Wages by luck, health and time left; profit by skill, news and capital."""
        p, illness, business = self.params.earnings, self.params.illness, self.params.business
        given = self.params.joint_business.time_cost * self.effort if self.in_group and not self.ill else 0.0
        mean_one = 0.5 * (p.lasting_spread**2 + p.month_spread**2)
        self.labour_earnings = (self.labour_income * exp(self.luck + p.month_spread * labour_noise - mean_one)
                                * (1 - given) * (1 - illness.earnings_lost * self.ill) * self.district.labour)
        self.business_profit = 0.0
        if self.has_business:
            gain = (business.skill_return * (self.skill - self.start_of_skill) + self.news
                    + business.month_spread * profit_noise - 0.5 * business.month_spread**2)
            self.business_profit = (
                self.business_income * exp(gain)
                * (self.business_capital / self.start_capital) ** business.capital_return
                * (1 - illness.profit_lost * self.ill) * self.district.own_sales)

    def invest(self, chance: float) -> None:
        """Part of profit and dividend goes into the business; wear and mishaps take from it."""
        p, capital = self.params.business, self.business_capital
        self.invested = self.wear = self.mishap = 0.0
        if not self.has_business:
            return
        above_start = max(capital / self.start_capital - 1, 0.0)
        self.invested = (p.reinvested * self.business_profit
                         + p.dividend_reinvested * self.dividend * exp(-above_start / 2))
        if self.expected_income < p.hardship * self.poverty_line:
            self.invested *= 0.5
        self.wear = p.wear * capital
        if chance < p.loss_chance:
            self.mishap = 0.5 * p.loss_share * (1 - self.problem_solving) * capital
        self.business_capital = capital - self.wear + self.invested - self.mishap

    def spend(self, noise: float) -> None:
        """Consume around what is taken for normal income; savings, credit and kin bear the rest."""
        p, savings = self.params.spending, self.savings
        self.income = (self.labour_earnings + self.business_profit + self.dividend + self.misuse
                       + self.solidarity_payment)
        left = self.income - self.invested
        self.expected_income += p.habit_speed * (left - self.expected_income)
        usual = self.expected_income
        at_once = p.passed_on_rich + (p.passed_on_poor - p.passed_on_rich) * exp(
            -max(savings, 0.0) / (p.smoothing_savings * usual))
        mood = exp(p.month_spread * noise - 0.5 * p.month_spread**2)
        wanted = ((at_once * left + (1 - at_once) * usual) * mood
                  + p.excess_spent * (savings - self.savings_target * usual))

        self.interest = p.interest * (max(-savings, 0.0) - self.group_loan)
        self.interest_to_group = self.params.solidarity.loan_interest * self.group_loan
        self.medical_cost = self.params.illness.cost * self.district.prices if self.ill else 0.0
        savings += left - self.interest - self.interest_to_group - self.medical_cost
        cash = savings + p.credit_line * self.poverty_line
        self.consumption = max(p.floor * self.poverty_line, min(wanted, cash))
        self.kin_help = max(self.consumption - cash, 0.0)
        self.savings = savings - self.consumption + self.kin_help

    # -- needs --------------------------------------------------------------------------------
    def _food_share(self, standard: float) -> float:
        """Engel share of food in spending, at a multiple of the poverty line."""
        p = self.params.needs
        return min(max(p.engel_share - p.engel_slope * log(standard), 0.3), 0.8)

    def _upkeep(self, standard: float, food_share: float) -> float:
        """Level at which the rest of spending keeps clothing and housing, 0 to 1."""
        p = self.params.needs
        non_food = standard * (1 - food_share) / (1 - p.food_line)
        return min(non_food / p.non_food_full, 1.0)

    def meet_needs(self) -> None:
        """Spending feeds, clothes, houses and heals; spells of poverty are counted."""
        p = self.params.needs
        standard = self.consumption / self.poverty_line
        food_share = self._food_share(standard)
        self.food = food_share * standard
        kept = self._upkeep(standard, food_share)
        self.clothing += p.clothing_wear * (kept - self.clothing)
        self.housing += p.housing_wear * (kept - self.housing)
        aim = min(1.0, p.health_base + p.health_slope * min(standard, 2.0))
        healed = self.health + p.health_speed * (aim - self.health) - p.illness_harm * self.ill
        self.health = min(max(healed, 0.0), 1.0)

        self.poor = standard < 1
        if self.poor:
            self.spells += self.spell_months == 0
            self.spell_months += 1
            self.poor_months += 1
        else:
            self.spell_months = 0
