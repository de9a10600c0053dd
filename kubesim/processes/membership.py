"""Groups form, members leave, groups break up; the stages of those that live."""

from __future__ import annotations

import numpy as np

from kubesim.columns import Cause, Stage
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, rupiah, share, value, whole_months

SURVIVAL = "calibrated to group survival (Sleman, Batu; Baland et al. 2008)"


class Membership(Section):
    """Leaving, break-up and stages."""

    leaving: float = monthly(0.0055, "chance that a fully distrusting member leaves", symbol="l_x",
                             grade="calibrated", source="20 % leavers (Baland et al. 2008)",
                             plausible=(0.003, 0.02))
    trust_to_last: float = share(0.3, "mean trust below which a group breaks up, three months running",
                                 symbol="c_min", grade="calibrated", source=SURVIVAL,
                                 plausible=(0.18, 0.32))
    patience: int = whole_months(3, "months in a row of too little trust that end a group", low=1)
    capital_to_last: float = share(0.36, "joint capital at which a group stops", symbol="k_min",
                                   unit="share of its starting capital, at most of 20 m Rp",
                                   grade="calibrated", source=SURVIVAL, plausible=(0.2, 0.5))
    idle_to_last: int = whole_months(12, "months in a row without any joint capital that end a group: it "
                                     "has no business", low=1)
    members_to_last: int = value(5, "members", "fewer end a group, or fewer than half of its start",
                                 low=1, high=20, symbol="n_min", grade="observed",
                                 source="Permensos 2/2019, Pasal 3 (minimum of five)")
    recovered: float = share(0.2, "share of joint capital recovered at break-up", symbol="χ",
                             grade="calibrated", source="calibrated to grants alone having no effect "
                             "(Banerjee et al., Ghana)", plausible=(0.2, 0.6))
    developing_age: int = whole_months(6, "youngest age of a developing group")
    developing_institution: float = share(0.35, "institution of a developing group")
    developing_trust: float = share(0.45, "mean trust of a developing group")
    developing_capital: float = share(0.9, "capital of a developing group", unit="share of its start",
                                      high=10.0)
    developing_profit: float = rupiah(40_000, "smoothed profit per member of a developing group",
                                      unit="Rp per month")
    independent_institution: float = share(0.6, "institution of an independent group")
    independent_trust: float = share(0.55, "mean trust of an independent group")
    independent_capital: float = share(1.2, "capital of an independent group", high=10.0,
                                       unit="share of its start")
    profit_memory: float = share(0.8, "weight of the past in the smoothed profit")


def form_groups(state: State, formed: bool, deposit: float, month: int) -> None:
    """Lists whose month has come become living groups with all their households as members.

    Reads: groups.start_month, .size. Writes: groups.active, .age, .members, .stage;
    households.in_group, and .savings to groups.capital where members pay a monthly deposit.
    """
    h, groups = state.households, state.groups
    if not formed or not groups.length:
        return
    groups.age = groups.age + groups.active
    born = groups.start_month == month
    groups.active = groups.active | born
    groups.members = np.where(born, groups.size, groups.members)
    groups.stage = np.where(born, int(Stage.GROWING), groups.stage)
    h.in_group = h.in_group | state.per_member(born, outside=False)
    if deposit:
        paid = np.minimum(np.maximum(h.savings, 0), deposit) * h.in_group
        h.savings = h.savings - paid
        groups.capital = groups.capital + state.per_group(paid)


def leave_and_end(state: State, p: Membership, opportunity_cost: np.ndarray, month: int,
                  draw: Draws) -> None:
    """Members who distrust and earn too little leave; groups without trust, capital or members end.

    Reads: households.trust, .in_group; groups.dividend, .capital, .capital_start, .size;
    districts.prices.
    Writes: households.in_group, .savings, .group_loan; groups.active, .members, .mean_trust,
    .low_trust_months, .idle_months, .capital, .solidarity, .loan_fund, .dividend, .cause, .ended.
    Draws: ``membership.leaving`` (uniform). Books what is lost at liquidation.
    """
    h, groups = state.households, state.groups
    unhappy = h.in_group & (state.per_member(groups.dividend) < opportunity_cost)
    chance = draw.uniform("membership.leaving", h)
    h.in_group = h.in_group & ~(unhappy & (chance < p.leaving * (1 - h.trust) ** 2))
    groups.members = state.per_group(h.in_group.astype(float))
    groups.mean_trust = state.mean_of_members(h.trust)

    low = groups.active & (groups.mean_trust < p.trust_to_last)
    groups.low_trust_months = np.where(low, groups.low_trust_months + 1, 0)
    groups.idle_months = np.where(groups.active & (groups.capital <= 0), groups.idle_months + 1, 0)
    prices = state.per_row(state.districts.prices, groups)
    too_little = p.capital_to_last * np.minimum(groups.capital_start, prices * 20e6)
    too_few = np.minimum(p.members_to_last, np.ceil(groups.size / 2))
    broke = (groups.capital < too_little) | (groups.idle_months >= p.idle_to_last)
    cause = np.select([groups.low_trust_months >= p.patience, broke, groups.members < too_few],
                      [int(Cause.TRUST), int(Cause.CAPITAL), int(Cause.MEMBERS)], int(Cause.NONE))
    ends = groups.active & (cause > 0)
    if not ends.any():
        return
    liquid = p.recovered * groups.capital + groups.solidarity + groups.loan_fund
    share_each = np.where(ends & (groups.members > 0), liquid / np.maximum(groups.members, 1), 0.0)
    h.savings = h.savings + state.per_member(share_each) * h.in_group
    state.ledger.outflow("lost at liquidation", ends * (1 - p.recovered) * groups.capital)
    state.ledger.outflow("left without members", np.where(ends & (groups.members == 0), liquid, 0.0))

    groups.cause = np.where(ends, cause, groups.cause)
    groups.ended = np.where(ends, month, groups.ended)
    groups.active = groups.active & ~ends
    h.in_group = h.in_group & ~state.per_member(ends, outside=False)
    h.group_loan = h.group_loan * h.in_group
    for name in ("capital", "solidarity", "loan_fund", "dividend", "members"):
        setattr(groups, name, np.where(ends, 0.0, getattr(groups, name)))


def grow_stages(state: State, p: Membership) -> None:
    """Stage of each living group: tumbuh, berkembang, mandiri; it may fall back.

    Reads: groups.profit, .members, .age, .institution, .mean_trust, .capital, .capital_start;
    districts.prices.
    Writes: groups.profit_per_member, .stage.
    """
    groups = state.groups
    enough = p.developing_profit * state.per_row(state.districts.prices, groups)
    each = groups.profit / np.maximum(groups.members, 1)
    groups.profit_per_member = groups.active * (
        p.profit_memory * groups.profit_per_member + (1 - p.profit_memory) * each)
    developing = (groups.active & (groups.age >= p.developing_age)
                  & (groups.institution > p.developing_institution)
                  & (groups.mean_trust > p.developing_trust)
                  & (groups.capital > p.developing_capital * groups.capital_start)
                  & (groups.profit_per_member > enough))
    independent = (developing & (groups.institution > p.independent_institution)
                   & (groups.mean_trust > p.independent_trust)
                   & (groups.capital > p.independent_capital * groups.capital_start))
    groups.stage = groups.active * (int(Stage.GROWING) + developing + independent)
