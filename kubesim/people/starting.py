"""What lists of groups and households start with, whoever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kubesim.processes.needs import upkeep
from kubesim.randomness import Draws
from kubesim.state import State

if TYPE_CHECKING:
    from kubesim.scenario import Scenario


def start_groups(state: State, scenario: "Scenario", draw: Draws) -> None:
    """Lists with their start month, cohesion, site and market."""
    plan, groups = scenario.groups, state.groups
    groups.size = np.diff(np.append(state.first, state.listed)).astype(float)
    groups.start_month = plan.start_month + np.floor(plan.start_spread * draw.uniform("start.month", groups))
    groups.cohesion = np.exp(scenario.trust.cohesion_spread * draw.normal("start.cohesion", groups))
    spread = scenario.market.site_spread
    groups.site = spread * draw.normal("start.site", groups) - 0.5 * spread**2
    counts = np.bincount(state.markets.district[0], minlength=len(scenario.districts))
    begins = np.cumsum(counts) - counts
    place = np.floor(draw.uniform("start.market", groups) * counts[groups.district])
    groups.market = begins[groups.district] + place
    groups.institution = scenario.institution.start
    groups.companion = -1
    groups.ended = -1
    market = scenario.market
    state.markets.demand = (market.spread / np.sqrt(1 - market.persistence**2)
                            * draw.normal("start.demand", state.markets))


def start_households(state: State, scenario: "Scenario", draw: Draws) -> None:
    """Business, skill, savings, health, needs and trust of each household at the start."""
    people, business, spending = scenario.population, scenario.business, scenario.spending
    h = state.households
    owns = draw.uniform("start.owns_business", h) < people.business_owners
    part = people.business_share * np.exp(0.4 * draw.normal("start.business_share", h) - 0.08)
    part = np.where(owns, np.clip(part, 0.02, 0.6), 0.0)
    h.business_income = part * h.normal_income
    h.labour_income = (1 - part) * h.normal_income
    steady = 0.9 * business.reinvested / business.wear * h.business_income
    h.business_capital = steady * np.exp(0.3 * draw.normal("start.business_capital", h))
    h.business_capital_start = np.where(owns, np.maximum(steady, 1.0), 1.0)
    h.skill_start = np.clip(people.skill + people.skill_spread * draw.normal("start.skill", h), 0.02, 0.9)
    h.skill = h.skill_start
    h.knowledge = h.skill_start
    h.problem_solving = scenario.learning.problem_solving_start

    h.luck = scenario.earnings.lasting_spread * draw.normal("start.luck", h)
    illness = scenario.illness
    h.ill = draw.uniform("start.ill", h) < illness.onset / illness.recovery
    h.expected_income = h.normal_income
    above_line = np.maximum(np.log(h.normal_income / h.poverty_line), 0)
    h.savings_target = np.maximum(0.1, spending.target_poor + spending.target_slope * above_line)
    h.savings = h.savings_target * h.normal_income * np.exp(0.5 * draw.normal("start.savings", h) - 0.125)

    h.health = np.clip(people.health + people.health_spread * draw.normal("start.health", h), 0, 1)
    kept = upkeep(scenario.needs, h.normal_income / h.poverty_line)
    h.clothing = np.clip(kept + 0.1 * draw.normal("start.clothing", h), 0, 1)
    h.housing = np.clip(kept + 0.1 * draw.normal("start.housing", h), 0, 1)

    trust, plan = scenario.trust, scenario.groups
    h.willingness = scenario.effort.person_spread * draw.normal("start.willingness", h)
    shared = state.per_member(draw.normal("start.trust_of_group", state.groups))
    own = draw.normal("start.trust", h)
    spread = 0.7 * trust.start_spread
    h.trust = np.clip(trust.start + plan.extra_trust + spread * shared + spread * own, 0.05, 0.95)
    h.effort = scenario.effort.start
