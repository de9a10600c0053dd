"""What a household does with its income: consume, save, borrow, lean on kin."""

from __future__ import annotations

import numpy as np

from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, share, value

SMOOTHING = "calibrated to consumption smoothing of illness (Gertler & Gruber 2002; Sparrow et al. 2014)"


class Spending(Section):
    """Consumption, saving, credit and kin."""

    passed_on_poor: float = share(0.72, "share of a month's income change eaten at once when "
                                  "savings are nil", symbol="φ_hi", grade="calibrated",
                                  source=SMOOTHING, plausible=(0.6, 0.9))
    passed_on_rich: float = share(0.2, "the same for a household with ample savings", symbol="φ_lo",
                                  grade="calibrated", source=SMOOTHING, plausible=(0, 0.25))
    smoothing_savings: float = value(1.4, "months of income", "savings over which smoothing improves",
                                     low=0.01, high=24, symbol="s_φ", grade="calibrated",
                                     source=SMOOTHING, plausible=(0.5, 2))
    excess_spent: float = monthly(0.14, "share of savings above target spent", symbol="ψ",
                                  grade="calibrated", source=SMOOTHING, plausible=(0.05, 0.2))
    habit_speed: float = monthly(0.15, "speed at which the household updates its normal income",
                                 symbol="λ_Y", grade="calibrated", source=SMOOTHING,
                                 plausible=(0.05, 0.2))
    target_poor: float = value(0.5, "months of income", "savings target of a poor household", low=0,
                               high=24, symbol="s_0", grade="calibrated", source=SMOOTHING,
                               plausible=(0.2, 0.6))
    target_slope: float = value(2.5, "months", "extra savings target per log-point above the line",
                                low=0, high=24, symbol="s_1", grade="calibrated", source=SMOOTHING,
                                plausible=(1, 3))
    credit_line: float = value(0.35, "months of poverty line", "shop credit and loans of relatives",
                               low=0, high=12, symbol="b_max", plausible=(0.2, 0.6))
    interest: float = monthly(0.02, "interest on informal debt", symbol="r_b", plausible=(0.01, 0.06),
                              source="58-69 % a year informal (Hoffmann et al., WPS 8021), shop credit nil")
    floor: float = share(0.4, "consumption never falls below; kin pay the difference", low=0.01,
                         unit="share of poverty line", symbol="f", plausible=(0.3, 0.6))
    month_spread: float = value(0.13, "log", "month noise of spending", low=0, high=2, symbol="σ_C",
                                grade="calibrated", source="calibrated to poverty churning "
                                "(Dartanto & Nurkholis 2013)", plausible=(0.05, 0.2))


def spend(state: State, p: Spending, invested: np.ndarray, illness_cost: float,
          loan_interest: float, draw: Draws) -> None:
    """Income is consumed around what the household takes for normal; savings bear the rest.

    Reads: districts.prices; households' earnings, .expected_income, .savings, .savings_target, .ill,
    .group_loan. Writes: households.income, .expected_income, .consumption, .savings, .kin_help; groups.loan_fund.
    Draws: ``spending`` (normal). Books labour, own profit, kin help, consumption, interest and
    medical cost. Source: buffer-stock rule of thumb; kin help is no debt.
    """
    h, ledger = state.households, state.ledger
    h.income = h.labour_earnings + h.business_profit + h.dividend + h.misuse + h.solidarity_payment
    left = h.income - invested
    h.expected_income = h.expected_income + p.habit_speed * (left - h.expected_income)
    saved = np.maximum(h.savings, 0)
    passed_on = p.passed_on_rich + (p.passed_on_poor - p.passed_on_rich) * np.exp(
        saved / (-p.smoothing_savings * h.expected_income))
    wanted = (passed_on * left + (1 - passed_on) * h.expected_income) * np.exp(
        p.month_spread * draw.normal("spending", h) - 0.5 * p.month_spread**2)
    wanted += p.excess_spent * (h.savings - h.savings_target * h.expected_income)

    interest = p.interest * (saved - h.savings - h.group_loan)
    to_fund = loan_interest * h.group_loan
    bills = illness_cost * state.per_row(state.districts.prices, h) * h.ill
    own = h.savings + left - interest - to_fund - bills
    cash = own + p.credit_line * h.poverty_line
    h.consumption = np.maximum(p.floor * h.poverty_line, np.minimum(wanted, cash))
    h.kin_help = np.maximum(h.consumption - cash, 0)
    h.savings = own - h.consumption + h.kin_help

    state.groups.loan_fund = state.groups.loan_fund + state.per_group(to_fund)
    ledger.inflow("labour earnings", h.labour_earnings)
    ledger.inflow("own-business profit", h.business_profit)
    ledger.inflow("help of kin", h.kin_help)
    ledger.outflow("consumption", h.consumption)
    ledger.outflow("interest on informal debt", interest)
    ledger.outflow("medical cost", bills)
