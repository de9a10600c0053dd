"""The joint business: value added, losses, the split of profit, and capital eaten."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, rupiah, share, value

RETURNS = "calibrated to returns about the opportunity cost of time (Baird, McIntosh, Özler: TASAF)"
STANDARD_CAPITAL = 20e6         # Rp at prices of 1: the grant of a group of ten, 10 x 2 m (Banjarmasin 2019)
STANDARD_EFFORT = 5.0           # effort units: ten members at half effort
STANDARD_SKILL = 0.42           # mean of mean and best skill in an untrained group


class JointBusiness(Section):
    """Production and rules of the joint business."""

    productivity: float = rupiah(1_000_000, "value added of a standard group (20 m capital, 5 effort "
                                 "units, base skill)", unit="Rp per month", symbol="A",
                                 grade="calibrated", source=RETURNS, plausible=(0.6e6, 1.3e6))
    capital_return: float = value(0.57, "elasticity", "returns to joint capital", low=0, high=2,
                                  symbol="α", grade="calibrated", source=RETURNS, plausible=(0.35, 0.65))
    effort_return: float = value(0.51, "elasticity", "returns to joint effort", low=0, high=2,
                                 symbol="β", grade="calibrated", source=RETURNS, plausible=(0.3, 0.7))
    skill_return: float = value(1.5, "log per unit of skill", "gain per unit of skill", low=0, high=5,
                                symbol="θ_G", grade="calibrated", source=RETURNS, plausible=(0.3, 1.8))
    fixed_cost: float = rupiah(220_000, "rent, transport, licence", unit="Rp per month", symbol="f_g",
                               grade="calibrated", source=RETURNS, plausible=(0.1e6, 0.4e6))
    wear: float = monthly(0.015, "wear and spoilage of joint capital", symbol="δ_K",
                          grade="calibrated", source=RETURNS, plausible=(0.005, 0.02))
    month_spread: float = value(0.3, "log", "monthly noise", low=0, high=2, symbol="σ_g",
                                plausible=(0.2, 0.5))
    loss_chance: float = monthly(0.03, "chance of theft, dead stock or spoilage", symbol="η_G",
                                 plausible=(0.01, 0.06))
    loss_share: float = share(0.4, "share of joint capital at risk in such an event", symbol="ℓ_G",
                              plausible=(0.1, 0.5))
    reinvested: float = share(0.4, "share of profit kept in the business", symbol="ρ",
                              grade="calibrated", source=RETURNS, plausible=(0.1, 0.5))
    time_share: float = share(0.043, "share of household working time a full-effort member gives",
                              symbol="τ", grade="calibrated", source=RETURNS, plausible=(0.03, 0.15))
    time_value: float = share(0.5, "value of that time relative to average earnings "
                              "(underemployment)", unit="ratio", symbol="ω", plausible=(0.3, 0.8))

    @property
    def time_cost(self) -> float:
        """Share of labour earnings that a month of full effort costs a member."""
        return self.time_share * self.time_value


class Solidarity(Section):
    """The members' solidarity fund (IKS) and, where there is one, the internal loan fund."""

    dues: float = share(0.05, "share of profit paid in", symbol="ζ", plausible=(0, 0.1),
                        source="amount unknown; swept. Adds nothing to survival, kept as an output")
    cap: float = rupiah(300_000, "fund per member at which contributions stop", symbol="F_max",
                        unit="Rp per member", plausible=(0.1e6, 0.5e6))
    cover: float = share(0.25, "share of an ill member's lost earnings that the fund pays")
    loan_interest: float = monthly(0.01, "interest on loans from the group's own loan fund")


class Misuse(Section):
    """Capital eaten: distressed, distrusting members take from the joint capital."""

    share_taken: float = monthly(0.4, "share of a member's stake taken in full distress and distrust",
                                 symbol="m_0", grade="calibrated", source="calibrated to default "
                                 "3-4 times lower with weekly meetings (Feigenberg et al. 2013)",
                                 plausible=(0.1, 0.8))
    trust_power: float = value(3.5, "exponent", "how sharply misuse falls with trust", low=0, high=20,
                               symbol="d_c", grade="calibrated", source="calibrated to default 3-4 times lower "
                               "with weekly meetings (Feigenberg et al. 2013)", plausible=(2, 4))
    always: float = share(0.10, "distress of a member who is well and not poor")
    when_ill: float = share(0.5, "distress added by illness")
    when_poor: float = value(1.5, "per share of line", "distress per shortfall of normal income "
                             "below 1.1 times the poverty line", low=0, high=10)
    leaks: float = share(1.0, "share of the misuse that takes money (0 only measures it)")


def produce(state: State, p: JointBusiness, solidarity: Solidarity, draw: Draws) -> None:
    """The group earns, loses, and splits what is left: reinvest, fund, equal dividends.

    Reads: groups.active, .capital, .price, .mean_skill, .best_skill, .site, .members, .solidarity;
    households.effort, .ill, .in_group, .news, .problem_solving; districts.prices.
    Writes: groups.value_added, .profit, .loss_month, .dividend, .capital, .solidarity;
    households.dividend. Draws: ``joint.value`` (normal), ``joint.loss`` (uniform), one a group.
    Books value added, fixed cost, wear and losses of joint capital.
    """
    h, groups = state.households, state.groups
    living, capital = groups.active, groups.capital
    prices = state.per_row(state.districts.prices, groups)
    effort = state.per_group(h.effort * (h.in_group & ~h.ill))
    skill = 0.5 * (groups.mean_skill + groups.best_skill)
    luck = p.month_spread * draw.normal("joint.value", groups) - 0.5 * p.month_spread**2
    edge = p.skill_return * (skill - STANDARD_SKILL) + state.mean_of_members(h.news) + groups.site + luck
    groups.value_added = living * (prices * p.productivity * groups.price * np.exp(edge)
                                   * (capital / (prices * STANDARD_CAPITAL)) ** p.capital_return
                                   * (effort / STANDARD_EFFORT) ** p.effort_return)

    event = living & (draw.uniform("joint.loss", groups) < p.loss_chance)
    loss = event * p.loss_share * (1 - state.mean_of_members(h.problem_solving)) * capital
    fixed = living * np.minimum(prices * p.fixed_cost, capital + groups.value_added)
    wear = p.wear * capital
    before_loss = groups.value_added - fixed - wear
    groups.profit = before_loss - loss
    groups.loss_month = living & (event | (groups.profit < 0))

    gain = np.maximum(before_loss, 0)
    members = np.maximum(groups.members, 1)
    room = np.maximum(prices * solidarity.cap * members - groups.solidarity, 0)
    dues = np.minimum(solidarity.dues * gain, room)
    paid_out = gain - p.reinvested * gain - dues
    groups.dividend = paid_out / members
    left = capital - wear - loss + groups.value_added - fixed - paid_out - dues
    groups.capital = np.maximum(left, 0)
    groups.solidarity = groups.solidarity + dues
    h.dividend = state.per_member(groups.dividend) * h.in_group

    state.ledger.inflow("joint value added", groups.value_added)
    state.ledger.outflow("fixed cost of joint businesses", fixed)
    state.ledger.outflow("wear of joint capital", wear)
    state.ledger.outflow("losses of joint capital", loss + np.minimum(left, 0))


def eat_capital(state: State, p: Misuse) -> None:
    """Members in distress who do not trust the group take from its capital.

    Reads: groups.institution, .capital, .members; households.trust (last month's),
    .expected_income (last month's), .poverty_line, .ill, .in_group. Writes: groups.capital,
    .share_taken, .misuse_rate; households.misuse. Draws: none.
    """
    h, groups = state.households, state.groups
    shortfall = np.maximum(1.1 - h.expected_income / h.poverty_line, 0)
    distress = np.clip(p.always + p.when_ill * h.ill + p.when_poor * shortfall, 0, 1)
    inclined = (1 - h.trust) ** p.trust_power * h.in_group
    opaque = 1 - groups.institution
    members = np.maximum(groups.members, 1)
    groups.misuse_rate = opaque * state.per_group(inclined) / members
    stake = p.leaks * p.share_taken * opaque * groups.capital / members
    h.misuse = state.per_member(stake) * inclined * distress
    taken = state.per_group(h.misuse)
    groups.share_taken = taken / np.maximum(groups.capital, 1.0)
    groups.capital = np.maximum(groups.capital - taken, 0)


def refinance(state: State) -> None:
    """The group's loan fund takes over as much of its members' informal debt as it can.

    Reads: households.savings, .in_group; groups.loan_fund. Writes: households.group_loan. Draws: none.
    """
    h, groups = state.households, state.groups
    if not (groups.loan_fund.any() or h.group_loan.any()):
        return
    debt = np.maximum(-h.savings, 0) * h.in_group
    covered = np.minimum(1.0, groups.loan_fund / np.maximum(state.per_group(debt), 1.0))
    h.group_loan = debt * state.per_member(covered)


def help_the_ill(state: State, p: Solidarity, lost_share: float) -> None:
    """The fund pays ill members part of their lost earnings, as far as it reaches.

    Reads: households.ill, .in_group, .labour_income; groups.solidarity. Writes: .solidarity;
    households.solidarity_payment. ``lost_share`` is the share of earnings illness costs.
    """
    h, groups = state.households, state.groups
    claim = p.cover * lost_share * h.labour_income * (h.ill & h.in_group)
    claims = state.per_group(claim)
    paid = np.minimum(1.0, groups.solidarity / np.maximum(claims, 1.0))
    h.solidarity_payment = claim * state.per_member(paid)
    groups.solidarity = np.maximum(groups.solidarity - claims * paid, 0)
