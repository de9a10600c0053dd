"""A stranger's intervention and shock: one file dropped into a folder, and scenario files can name it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kubesim
from kubesim.extensions import Intervention, Shock
from kubesim.interventions.diklat import Diklat
from kubesim.reading.sections import kinds

SUBSIDY = '''\
"""A monthly cash subsidy for households on the list."""

from typing import Literal

from kubesim.extensions import Intervention
from kubesim.units import rupiah


class CashSubsidy(Intervention):
    """Pays the same sum to every household on the list in each month of the programme."""

    kind: Literal["cash_subsidy"] = "cash_subsidy"
    monthly: float = rupiah(100_000, "paid to each household", unit="Rp per month")

    def apply(self, state, month, draw):
        due = self.since_start(state, month) >= 0
        paid = state.per_member(due * self.monthly, outside=0.0)
        state.households.savings = state.households.savings + paid
        state.ledger.inflow("grants", paid)
        self.book(state, due * self.monthly * state.groups.size, centre_pays=1.0)
'''

FIRE = '''\
"""A fire: some households lose their stock."""

from typing import Literal

from kubesim.extensions import Shock
from kubesim.units import share


class Fire(Shock):
    """Burns the stock of some households of the districts struck."""

    kind: Literal["fire"] = "fire"
    burnt: float = share(0.5, "share of the stock lost by a household that is hit")

    def apply(self, state, month, draw):
        if not self.strikes(month):
            return
        households = state.households
        hit = self.where(state)[households.district] & (draw.uniform("hits", households) < 0.5)
        lost = households.business_capital * hit * self.burnt
        households.business_capital = households.business_capital - lost
        state.ledger.outflow("lost in fires", lost)
'''

SCENARIO = """\
population: {households: 200}
districts: [{name: Utara}, {name: Barat}]
interventions:
  - {kind: cash_subsidy, monthly: 50000, start_month: 2}
shocks:
  - {kind: fire, start_month: 3, districts: [Barat], burnt: {value: 0.9, grade: assumed, source: a guess}}
"""

STAGED = '''\
"""A grant in stages, whose parameters are sections, lists of them, and lists of numbers."""

from typing import Literal

from kubesim.extensions import Intervention
from kubesim.units import Section, rupiah, share, value


class Tranche(Section):
    """One payment of a staged grant."""

    month: int = value(1, "months", "month of the payment", low=1, high=60)
    amount: float = rupiah(..., "what is paid")


class StagedGrant(Intervention):
    """Pays nothing: only its parameters matter here."""

    kind: Literal["staged_grant"] = "staged_grant"
    first: Tranche = Tranche(amount=1e6)
    later: tuple[Tranche, ...] = ()
    weights: tuple[tuple[float, float], ...] = value((), "share", "pairs of weights")
    limit: float | None = share(None, "a bound, if any")
    last: Tranche | None = None

    def apply(self, state, month, draw):
        """Does nothing."""
'''

TOLD = """\
import json, kubesim
from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention, Shock
from kubesim.scenario import Scenario
from kubesim.schema import schema
from kubesim.reading.sections import kinds

def faults(mapping):
    try:
        Scenario.from_mapping(mapping)
    except ScenarioError as error:
        return error.faults

def tell(**told):
    print(json.dumps(told))
"""

DROPPED = """\
from kubesim.model import KubeModel

def capital(model, district):
    households = model.state.households
    return float(households.business_capital[households.district == district].sum())

scenario = Scenario.load("fire.yaml")
calm = scenario.with_({"shocks.fire.burnt": 0.0, "interventions.cash_subsidy.monthly": 0.0})
struck, spared = KubeModel(scenario, seed=5), KubeModel(calm, seed=5)
same, richer = [], []
for month in range(1, 4):
    struck.step(), spared.step()
    same.append([capital(struck, place) == capital(spared, place) for place in (0, 1)])
    richer.append(float((struck.state.households.savings - spared.state.households.savings).sum()))
tell(package=kubesim.__file__, kinds=[part.kind for part in scenario.interventions + scenario.shocks],
     origin=scenario.describe("shocks.fire.burnt")[4:], same=same, richer=richer,
     faults=faults({"interventions": [{"kind": "cash_subsydy"}], "shocks": [{"kind": "fire", "burnt": 2}]}),
     again=Scenario.from_mapping(scenario.to_mapping()) == scenario, defined=sorted(schema()["definitions"]))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs a script against a copy of kubesim with three more files in it; returns what it tells."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(Path(kubesim.__file__).parent, folder / "kubesim",
                    ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "kubesim" / "interventions" / "cash_subsidy.py").write_text(SUBSIDY)
    (folder / "kubesim" / "interventions" / "staged_grant.py").write_text(STAGED)
    (folder / "kubesim" / "shocks" / "fire.py").write_text(FIRE)
    (folder / "fire.yaml").write_text(SCENARIO)

    def run_script(script: str) -> dict:
        done = subprocess.run([sys.executable, "-c", TOLD + script], cwd=folder, capture_output=True,
                              text=True,
                              env={**os.environ, "PYTHONPATH": str(folder)})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run_script


@pytest.fixture(scope="module")
def strange_world(run) -> dict:
    """A scenario that names the dropped files, and the months that follow."""
    return run(DROPPED)


def test_a_file_dropped_in_can_be_named_by_a_scenario(strange_world):
    assert strange_world["kinds"] == ["cash_subsidy", "fire"]
    assert strange_world["origin"] == ["a guess", "assumed", "fire.yaml", 6, 69]
    assert strange_world["again"]


def test_it_does_what_its_file_says(strange_world):
    months = strange_world["same"]
    assert strange_world["richer"][0] == 0 and strange_world["richer"][1] > 0       # paid from month 2
    assert months[0] == months[1] == [True, True] and months[2][1] is False         # Barat burns in month 3


def test_its_mistakes_are_told_like_our_own(strange_world):
    assert strange_world["faults"] == [
        "<python>: interventions.cash_subsydy.kind = cash_subsydy: must be one of cash_subsidy, "
        "cluster_meetings, "
        "companionship, diklat, savings_and_loan, staged_grant, uep_grant; did you mean 'cash_subsidy'?",
        "<python>: shocks.fire.burnt = 2: must be 0 to 1 (share); did you mean 0.02?"]


def test_editors_complete_it(strange_world):
    assert {"Intervention.cash_subsidy", "Shock.fire"} <= set(strange_world["defined"])


def test_the_folders_hold_the_known_kinds():
    assert {"cluster_meetings", "companionship", "diklat", "savings_and_loan",
            "uep_grant"} <= kinds(Intervention).keys()
    assert {"demand_slump", "flood", "illness_wave", "pandemic"} <= kinds(Shock).keys()


def test_its_parameters_may_be_sections_and_lists(run):
    told = run("""
mapping = {"interventions": [{
    "kind": "staged_grant", "first": {"amount": 5}, "limit": None, "last": None,
    "later": [{"amount": 7}, {"month": 3, "amount": 9}], "weights": [[0.5, 1], [0.25, 0.75]]}]}
scenario = Scenario.from_mapping(mapping)
changed = scenario.with_({"interventions.staged_grant.later.2.amount": 11})
grant = scenario.interventions[0]
tell(grant=grant.model_dump(), later=[part.amount for part in changed.interventions[0].later],
     again=Scenario.from_mapping(scenario.to_mapping()) == scenario, schema=bool(schema()),
     described=changed.describe("interventions.staged_grant.later.2.amount")[1:4])
""")
    grant = told["grant"]
    assert (grant["first"], grant["limit"], grant["last"]) == ({"month": 1, "amount": 5}, None, None)
    assert grant["later"] == [{"month": 1, "amount": 7}, {"month": 3, "amount": 9}]
    assert grant["weights"] == [[0.5, 1], [0.25, 0.75]]
    assert told["later"] == [7, 11] and told["described"] == [11, "Rp", "what is paid"]
    assert told["again"] and told["schema"]


def test_faults_deep_inside_it_are_told(run):
    told = run("""
tell(faults=faults({"interventions": [{"kind": "staged_grant", "first": {"month": 0}, "limit": 2,
                                       "later": [{"amount": -7}, 3], "weights": [[0.5, "a"]]}]}))
""")
    path = "<python>: interventions.staged_grant"
    assert told["faults"] == [
        f"{path}.first.month = 0: must be 1 to 60 months",
        f"{path}.first: 'amount' is missing",
        f"{path}.later.1.amount = -7: must be at least 0 Rp",
        f"{path}.later.2 = 3: must be a section of 'key: value' lines",
        f"{path}.weights.1.2 = a: must be a number (share)",
        f"{path}.limit = 2: must be 0 to 1 (share); did you mean 0.02?"]


def test_a_class_defined_anywhere_counts(run):
    told = run("""
from typing import Literal
from kubesim.units import share

class Quake(Shock):
    kind: Literal["quake"] = "quake"
    damage: float = share(0.5, "share of housing lost")

tell(known=[kind for kind in kinds(Shock)],
     damage=Scenario.from_mapping({"shocks": [{"kind": "quake", "damage": 0.25}]}).shocks[0].damage)
""")
    assert told == {"known": ["demand_slump", "fire", "flood", "illness_wave", "pandemic", "quake"],
                    "damage": 0.25}


def test_a_subclass_that_keeps_its_parents_kind_does_not_take_it_over():
    class MyDiklat(Diklat):
        """A variation in a notebook that states no kind of its own."""

    assert Intervention.kinds()["diklat"] is Diklat
    assert MyDiklat not in Intervention.kinds().values()
