"""Scenario: everything that is assumed about a world, from parameters to programme."""

from __future__ import annotations

from typing import Any, Mapping

from pydantic import Field, SerializeAsAny

from kubesim.extensions import Intervention, Shock
from kubesim.population import District, GroupPlan, Population
from kubesim.processes.business import Business
from kubesim.processes.cooperation import Effort, Institution, Trust
from kubesim.processes.earnings import Earnings, Illness
from kubesim.processes.joint_business import JointBusiness, Misuse, Solidarity
from kubesim.processes.learning import Learning
from kubesim.processes.market import Market
from kubesim.processes.membership import Membership
from kubesim.processes.needs import Needs
from kubesim.processes.spending import Spending
from kubesim.units import Section, value, whole_months


class Scenario(Section):
    """One world: its people, its rules' parameters, its programme and its shocks."""

    name: str = value("Unnamed", "text", "what to call it")
    about: str = value("", "text", "what it is about")
    base_year: int = value(2019, "year", "year of the rupiah and of the poverty line", low=1990, high=2100)
    months: int = whole_months(60, "months after month 0", low=1)
    population: Population = Population()
    groups: GroupPlan = GroupPlan()
    districts: tuple[District, ...] = (District(name="All"),)
    interventions: tuple[SerializeAsAny[Intervention], ...] = ()
    shocks: tuple[SerializeAsAny[Shock], ...] = ()
    earnings: Earnings = Earnings()
    illness: Illness = Illness()
    business: Business = Business()
    spending: Spending = Spending()
    needs: Needs = Needs()
    learning: Learning = Learning()
    effort: Effort = Effort()
    institution: Institution = Institution()
    trust: Trust = Trust()
    market: Market = Market()
    joint_business: JointBusiness = JointBusiness()
    solidarity: Solidarity = Solidarity()
    misuse: Misuse = Misuse()
    membership: Membership = Membership()
