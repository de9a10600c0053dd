"""KubeModel: one month of KUBE, read top to bottom."""

from __future__ import annotations

from numbers import Integral
from os import PathLike
from secrets import randbits
from typing import Any, Mapping, Sequence

import mesa
import numpy as np
from mesa.agent import AgentSet

from kubesim.agents import IDS_PER_TABLE, Companion, Group, Household, Row
from kubesim.errors import ScenarioError
from kubesim.population import populate
from kubesim.processes import business, cooperation, earnings, joint_business, learning
from kubesim.processes import market, membership, needs, spending
from kubesim.randomness import Draws
from kubesim.scenario import Scenario
from kubesim.state import State


class KubeModel(mesa.Model):
    """A world of households, groups and companions that lives month by month.

    Month 0 is lived when the model is made; ``step`` lives the next month. ``running`` turns False
    at the scenario's last month, so ``run_model`` and Mesa's ``batch_run`` end there; stepping on
    is allowed. A month that raises leaves the model half-lived: make a new one.

    ``state`` holds the columns; ``agents`` and ``agents_by_type`` show their rows as Mesa agents,
    which are made when first asked for. To try out a behaviour, subclass an agent::

        class Saver(Household):
            def step(self):
                if self.poor:
                    self.trust *= 0.99

        class MyModel(KubeModel):
            household_type = Saver

            def step(self):
                super().step()
                self.agents_by_type[Saver].do("step")

    Parameters
    ----------
    scenario
        A Scenario, or the path of a scenario file; Scenario() if None.
    seed, rng
        One seed, or a sequence of seeds for replicates stacked in one model. ``rng`` is Mesa's name
        for it. If None, a seed is made up and kept: ``model.seeds`` replays the run.
    settings
        Values by dotted path, such as ``{"interventions.diklat.practice_share": 0.6}``, laid over
        the scenario; ``mesa.batch_run`` passes the swept parameters so.

    Raises ScenarioError when the scenario, the seed or a setting cannot be used.
    """

    household_type: type[Household] = Household
    group_type: type[Group] = Group
    companion_type: type[Companion] = Companion
    scenario: Any = None        # a plain attribute: Mesa 3.5 would write into it, and it is frozen

    def __init__(self, scenario: Scenario | str | PathLike | None = None,
                 seed: int | Sequence[int] | None = None, *, rng: int | Sequence[int] | None = None,
                 **settings: Any) -> None:
        seeds = _read_seeds(seed, rng)
        super().__init__(rng=seeds[0])
        self.scenario = _read_scenario(scenario, settings)
        self.month = 0
        self._views: dict[str, list[Row]] = {"households": [], "groups": [], "companions": []}
        self._others = 0
        self.draw = Draws(seeds)
        self.draw.open_month(-1)
        self.state = populate(self.scenario, self.draw)
        for shock in self.scenario.shocks:
            shock.prepare(self.state, self.draw.named(f"shocks.{shock.name}"))
        for intervention in self.scenario.interventions:
            intervention.prepare(self.state, self.draw.named(f"interventions.{intervention.name}"))
        self._live_month()

    def step(self) -> None:
        """Live the next month."""
        self.month += 1
        self._live_month()
        if self.month >= self.scenario.months:
            self.running = False

    def _live_month(self) -> None:
        """The order of the month."""
        state, params, month, draw = self.state, self.scenario, self.month, self.draw
        before = state.open_month()
        draw.open_month(month)
        market.shift_demand(state, params.market, draw)
        for shock in params.shocks:
            shock.apply(state, month, draw.named(f"shocks.{shock.name}"))
        membership.form_groups(state, params.groups.formed, params.groups.deposit, month)
        for intervention in params.interventions:
            intervention.apply(state, month, draw.named(f"interventions.{intervention.name}"))
        market.set_prices(state, params.market)
        for part in state.parts():
            self._live_part(part)
        market.tally_sales(state)
        state.close_month(before, month)

    def _live_part(self, part: State) -> None:
        """Whole groups with their households, or households on no list, live their month."""
        params, draw, month = self.scenario, self.draw, self.month
        time_cost = params.joint_business.time_cost
        opportunity_cost = time_cost * part.households.labour_income
        meeting = part.meeting_intensity(params.groups.meetings)

        if month:
            earnings.spread_luck(part, params.earnings, params.illness, draw)
        learning.learn(part, params.learning, meeting)
        if part.groups.length:
            cooperation.work(part, params.effort, opportunity_cost)
            cooperation.keep_rules(part, params.institution, meeting)
            joint_business.produce(part, params.joint_business, params.solidarity, draw)
            joint_business.eat_capital(part, params.misuse)
            cooperation.settle_trust(part, params.trust, meeting, opportunity_cost, draw)
            joint_business.refinance(part)
            joint_business.help_the_ill(part, params.solidarity, params.illness.earnings_lost)
        earnings.earn_wages(part, params.earnings, params.illness, time_cost, draw)
        business.earn_profit(part, params.business, params.illness.profit_lost, draw)
        invested = business.reinvest(part, params.business, draw)
        spending.spend(part, params.spending, invested, params.illness.cost,
                       params.solidarity.loan_interest, draw)
        needs.meet_needs(part, params.needs, month)
        if part.groups.length:
            membership.leave_and_end(part, params.membership, opportunity_cost, month, draw)
            membership.grow_stages(part, params.membership)

    # -- rows seen as agents --------------------------------------------------------------------
    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each replicate."""
        return self.draw.seeds

    @mesa.Model.agents.getter
    def agents(self) -> AgentSet:
        """All agents: households, groups, companions, and any that a user added."""
        self._view_rows()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """The agents of each type."""
        self._view_rows()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type[mesa.Agent]]:
        """The types of agents."""
        self._view_rows()
        return super().agent_types

    def agent_at(self, table: str, row: int) -> Row:
        """The agent that shows a row, as in ``model.agent_at("groups", 3)``."""
        self._view_rows()
        views = self._views[table]
        if not 0 <= row < len(views):
            raise IndexError(f"{table} have rows 0 to {len(views) - 1}, not {row}")
        return views[row]

    def register_agent(self, agent: mesa.Agent) -> None:
        """Mesa's own, called for every new agent; gives ids that no row ever has to a user's agents."""
        super().register_agent(agent)
        if isinstance(agent, Row):
            agent.unique_id = agent.first_id + agent.row
        else:
            self._others += 1
            agent.unique_id = 3 * IDS_PER_TABLE + self._others

    def _view_rows(self) -> None:
        """Make the agents of rows that have none yet."""
        for kind in (self.household_type, self.group_type, self.companion_type):
            views, table = self._views[kind.table], getattr(self.state, kind.table)
            for row in range(len(views), table.length):
                views.append(kind(self, row))
                self.register_agent(views[row])
            if not views:
                super().agents_by_type.setdefault(kind, AgentSet([], self.random))


def _read_seeds(seed: Any, rng: Any) -> list[int]:
    """The seed of each replicate; a new one is made up where none is given."""
    if seed is not None and rng is not None:
        raise ScenarioError("seed and rng are two names of one thing: give one of them")
    given = rng if seed is None else seed
    given = randbits(32) if given is None else given
    given = given.tolist() if isinstance(given, np.ndarray) else given
    seeds = list(given) if isinstance(given, (list, tuple, range)) else [given]
    for value in seeds:
        if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
            raise ScenarioError(f"seed = {value!r}: must be a whole number from 0 on, or a list of them")
    if not seeds:
        raise ScenarioError("seed = []: must name at least one")
    return [int(value) for value in seeds]


def _read_scenario(scenario: Any, settings: Mapping[str, Any]) -> Scenario:
    """The scenario, loaded if a path is given, with the settings laid over it."""
    if scenario is None:
        scenario = Scenario()
    elif isinstance(scenario, (str, PathLike)):
        scenario = Scenario.load(scenario)
    elif not isinstance(scenario, Scenario):
        raise ScenarioError(f"scenario: must be a Scenario or the path of a scenario file, not "
                            f"{type(scenario).__name__} (mesa.batch_run wants it in a list: [scenario])")
    return scenario.with_(settings) if settings else scenario
