"""What holds in every world: money closes, shares stay shares, nobody is in two groups.

Worlds are made from the parameters' own bounds: whatever a scenario may say, these must hold.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pydantic.fields import FieldInfo

from kubesim.columns import Cause, Stage
from kubesim.errors import SimulationError
from kubesim.extensions import Intervention, Shock
from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.population import District, GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.shocks.demand_slump import DemandSlump
from kubesim.shocks.flood import Flood
from kubesim.shocks.illness_wave import IllnessWave
from kubesim.shocks.pandemic import Pandemic
from kubesim.state import State
from kubesim.units import Section

PROGRAMME = (UepGrant, Diklat, Companionship, ClusterMeetings, SavingsAndLoan)
WORLD = (Flood, IllnessWave, DemandSlump, Pandemic)
SIZES = {"households": 60, "register_share": 0.7, "targeted_share": 0.3}
MONTHS = 8
SHARES = {
    "households": ("skill", "knowledge", "problem_solving", "trust", "effort", "health", "clothing",
                   "housing"),
    "groups": ("institution", "contact", "acquaintance", "share_taken", "misuse_rate", "mean_trust",
               "mean_effort", "mean_skill", "best_skill", "shown_practice"),
    "companions": ("competence", "experience", "practice"),
}


# -- worlds ------------------------------------------------------------------------------------
def number(field: FieldInfo) -> some.SearchStrategy:
    """A valid value of a parameter: its plausible span, its hard bounds, or what it is."""
    bounds = {type(rule).__name__: getattr(rule, type(rule).__name__.lower()) for rule in field.metadata
              if type(rule).__name__ in ("Ge", "Le", "Gt")}
    low, high = bounds.get("Ge", bounds.get("Gt")), bounds.get("Le")
    usual = field.default
    if field.annotation is bool:
        return some.booleans()
    if field.annotation is int and low is not None:
        return some.integers(low, min(high, usual + 6))
    if field.annotation is float and low is not None and high is not None:
        least = usual / 1000 if "Gt" in bounds else low
        most = min(high, 3 * usual + 1)
        return some.one_of(some.just(float(least)), some.just(usual), some.floats(least, most))
    return some.just(usual)


def anything(kind: type[Section], **fixed) -> some.SearchStrategy:
    """Any valid set of these parameters; about a third of them differ from their defaults."""
    fields = {name: field for name, field in kind.model_fields.items()
              if name not in ("kind", "name", *fixed)}
    differ = some.sets(some.sampled_from(sorted(fields)), max_size=max(1, len(fields) // 3))
    return differ.flatmap(lambda names: some.fixed_dictionaries(
        {name: number(fields[name]) for name in sorted(names)})).map(lambda said: kind(**fixed | said))


def worlds() -> some.SearchStrategy:
    """Any valid scenario of sixty households in two districts, with some programme and some shocks."""
    rules = {name: anything(field.annotation) for name, field in Scenario.model_fields.items()
             if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
             and name not in ("population", "groups")}
    return some.fixed_dictionaries({
        "population": anything(Population, **SIZES),
        "groups": anything(GroupPlan, formed=True),
        "districts": some.just((District(name="North", share=0.5), District(name="South", share=0.5))),
        "interventions": some.tuples(*[anything(kind) for kind in PROGRAMME]),
        "shocks": some.tuples(*[anything(kind, start_month=n + 2) for n, kind in enumerate(WORLD)]),
    } | rules).map(lambda said: Scenario(**said))


def holds(state: State) -> None:
    """Everything that must hold at the end of any month."""
    h, g = state.households, state.groups
    for table in ("households", "groups", "companions", "markets", "districts"):
        for name, column in getattr(state, table).columns().items():
            assert np.isfinite(column).all(), f"{table}.{name} is not finite"
    for table, names in SHARES.items():
        for name in names:
            column = getattr(getattr(state, table), name)
            assert ((column >= 0) & (column <= 1 + 1e-12)).all(), f"{table}.{name} is no share"
    for name in ("business_capital", "consumption", "kin_help", "dividend", "misuse", "solidarity_payment",
                 "labour_earnings", "business_profit", "group_loan", "news", "food"):
        assert (getattr(h, name) >= 0).all(), f"households.{name} is negative"
    for name in ("capital", "capital_start", "solidarity", "loan_fund", "value_added", "dividend", "price",
                 "visits"):
        assert (getattr(g, name) >= 0).all(), f"groups.{name} is negative"
    assert (g.members == state.per_group(h.in_group.astype(float))).all()
    assert (g.members <= g.size).all() and not h.in_group[:, state.listed:].any()
    assert not (h.in_group[:, :state.listed] & ~state.per_member(g.active, False)[:, :state.listed]).any()
    dead = ~g.active
    for name in ("capital", "solidarity", "loan_fund", "dividend", "members", "stage", "profit_per_member"):
        assert not getattr(g, name)[dead].any(), f"groups.{name} outlives its group"
    assert (g.stage[g.active] >= Stage.GROWING).all()
    assert ((g.cause > Cause.NONE) == (g.ended >= 0)).all()


@settings(max_examples=25, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds(), some.integers(0, 2**63))
def test_every_world_keeps_its_books_and_its_bounds(scenario, seed):
    """The ledger is checked by the model itself each month; it raises when money does not close."""
    model = KubeModel(scenario, seed=seed)
    holds(model.state)
    for _ in range(MONTHS):
        model.step()
        holds(model.state)
        assert (model.state.error <= 1e-6).all()


def test_a_long_life_keeps_them_too(world):
    model = KubeModel(world, seed=[1, 2])
    for _ in range(60):
        model.step()
        holds(model.state)
        assert (model.state.error < 1e-9).all()
    assert model.state.groups.active.any() and not model.state.groups.active.all()


# -- money -------------------------------------------------------------------------------------
def test_stocks_change_by_what_flows_in_and_out_to_a_rupiah_in_a_million(world):
    """Worked again from the columns: last month's stocks, this month's flows."""
    model = KubeModel(world, seed=1)
    for _ in range(24):
        before = model.state.stocks()
        model.step()
        ledger, h = model.state.ledger, model.state.households
        flows = sum(ledger.inflows.values()) - sum(ledger.outflows.values())
        assert model.state.stocks() - before == pytest.approx(flows, abs=1e-6 * h.income.sum())
        assert ledger.outflows["consumption"][0] == pytest.approx(h.consumption.sum())
        assert ledger.inflows["help of kin"][0] == pytest.approx(h.kin_help.sum())


class Thief(Intervention):
    """Takes 500 Rp from one household and tells nobody. No default kind: no other test shall find it."""

    kind: str

    def apply(self, state, month, draw):
        """Steal in month 3."""
        if month == 3:
            state.households.savings[:, 17] -= 500


class Forger(Shock):
    """Makes joint capital out of nothing."""

    kind: str

    def apply(self, state, month, draw):
        """Forge in month 3."""
        if month == 3:
            state.groups.capital[:, 0] += 1e6


@pytest.mark.parametrize("changes", [{"interventions": (Thief(kind="thief"),)},
                                     {"shocks": (Forger(kind="forger"),)}])
def test_money_that_vanishes_or_appears_stops_the_run(world, changes):
    """A month's income of 60 households is about 200 m Rp: one in a million is 200 Rp."""
    small = world.model_copy(update=changes | {"population": Population(households=60)})
    model = KubeModel(small, seed=1)
    model.step(), model.step()
    assert model.state.households.income.sum() < 400e6
    with pytest.raises(SimulationError, match="month 3: money does not close"):
        model.step()
