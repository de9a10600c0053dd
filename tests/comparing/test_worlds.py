"""Which scenarios can be paired, and from which month on paired worlds may differ."""

from __future__ import annotations

from typing import Literal

import pytest

from kubesim.comparing.compare import compare
from kubesim.comparing.identity import PairingBroken
from kubesim.comparing.worlds import differing, first_difference, make_worlds
from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario
from kubesim.shocks.flood import Flood
from kubesim.shocks.illness_wave import IllnessWave

MONTHS = 8
BASE = Scenario(name="Base", months=MONTHS).with_({
    "population.households": 100, "groups.start_month": 2, "groups.size": 5},
    interventions=[UepGrant(), Diklat(start_month=3, hours=20.0), Companionship(months=4, caseload=3.0)],
    shocks=[IllnessWave(start_month=6, duration=1)])


def changed(changes: dict | None = None, **fields) -> Scenario:
    """The base with something else."""
    return BASE.with_({"name": "Other", **(changes or {})}, **fields)


# -- what can be paired -------------------------------------------------------------------------
@pytest.mark.parametrize("change, said", [
    ({"population.households": 200}, "population.households is 100 there and 200 here"),
    ({"population.skill": 0.5}, "population.skill is 0.3 there and 0.5 here"),
    ({"months": 9}, "months is 8 there and 9 here"),
    ({"base_year": 2020}, "base_year is 2019 there and 2020 here"),
    ({"districts": [{"name": "North"}, {"name": "South"}]},
     "districts.North.share is nothing there and 1.0 here"),
])
def test_other_people_or_months_cannot_be_paired(change, said):
    with pytest.raises(ScenarioError) as wrong:
        make_worlds(BASE, [changed(change)])
    [line] = wrong.value.faults
    assert line.startswith("'Other' cannot be paired with 'Base'") and said in line


def test_months_may_be_given_for_all():
    assert make_worlds(BASE, [changed({"months": 9, "groups.meetings": 2.0})], months=5).months == 5


def test_a_group_size_that_draws_the_same_register_can_be_paired_and_another_cannot():
    """50 households on the register: five groups of 10 take the same 50, six of 8 only 48."""
    make_worlds(BASE, [changed({"groups.size": 10})])
    with pytest.raises(ScenarioError, match="groups.size is 5 in 'Base' and 8 in 'Other'"):
        make_worlds(BASE, [changed({"groups.size": 8})])


def test_the_baseline_itself_is_no_variant_whatever_it_is_called():
    with pytest.raises(ScenarioError, match="'Other' is the same as the baseline 'Base'"):
        make_worlds(BASE, [changed({"about": "in other words"})])


def test_a_variant_is_given_once():
    again = changed({"groups.meetings": 2.0})
    with pytest.raises(ScenarioError, match="'Other .variant 2.' is the same as 'Other'"):
        make_worlds(BASE, [again, again])


@pytest.mark.parametrize("count", [0, 51])
def test_there_is_a_variant_and_there_are_not_too_many(count):
    with pytest.raises(ScenarioError, match=f"1 to 50 variants, not {count}"):
        make_worlds(BASE, [changed()] * count)


# -- labels and the world without a programme ---------------------------------------------------
def test_scenarios_of_one_name_are_told_apart():
    worlds = make_worlds(BASE, [BASE.with_({"groups.meetings": 2.0}), BASE.with_({"groups.meetings": 3.0})])
    assert list(worlds.scenarios) == ["Base", "Base (variant 1)", "Base (variant 2)", "no programme"]
    assert worlds.scenarios["Base (variant 2)"].groups.meetings == 3


@pytest.mark.parametrize("bare_is", ["baseline", "variant", "neither"])
def test_no_world_is_lived_twice(bare_is):
    bare = BASE.without_programme().with_(name="Nothing")
    pair = {"baseline": (bare, BASE), "variant": (BASE, bare), "neither": (BASE, changed(interventions=[]))}
    worlds = make_worlds(pair[bare_is][0], [pair[bare_is][1]])
    assert len(worlds.scenarios) == (3 if bare_is == "neither" else 2)
    assert worlds.without == ("no programme" if bare_is == "neither" else "Nothing")
    without = worlds.scenarios[worlds.without]
    assert without.interventions == () and not without.groups.formed and without.shocks == BASE.shocks


def test_what_differs_is_listed_with_both_values():
    worlds = make_worlds(BASE, [changed({"interventions.diklat.hours": 60.0}, shocks=[])])
    rows = worlds.differences().set_index("path")
    assert (rows.loc["interventions.diklat.hours"][["scenario", "baseline", "variant", "unit"]].to_list()
            == ["Other", "20.0", "60.0", "hours"])
    assert rows.loc["shocks.illness_wave.times", "variant"] == ""
    assert {path for path, *_ in differing(BASE, changed(shocks=[]))} == {
        "name", *(f"shocks.illness_wave.{key}"
                  for key in ("kind", "name", "start_month", "duration", "districts", "times"))}


# -- the first month that may differ ------------------------------------------------------------
CHANGES = {
    "a session in the fourth month of the programme": ({"interventions.diklat.hours": 60.0}, {}, 4),
    "a session earlier": ({"interventions.diklat.start_month": 2}, {}, 3),
    "companions from the start": ({"interventions.companionship.caseload": 5.0}, {}, 2),
    "groups that form later": ({"groups.start_month": 4}, {}, 2),
    "groups that start one after another": ({"groups.start_spread": 3}, {}, 2),
    "more meetings": ({"groups.meetings": 4.0}, {}, 2),
    "a monthly deposit": ({"groups.deposit": 9_000.0}, {}, 2),
    "trust at formation is there from the beginning": ({"groups.extra_trust": 0.1}, {}, 0),
    "another rule": ({"illness.cost": 90_000.0}, {}, 0),
    "another group size": ({"groups.size": 10}, {}, 0),
    "a worse shock": ({"shocks.illness_wave.times": 9.0}, {}, 6),
    "another shock": ({}, {"shocks": [*BASE.shocks, Flood(start_month=7)]}, 7),
    "no shock": ({}, {"shocks": []}, 6),
    "no session": ({}, {"interventions": [BASE.interventions[0], BASE.interventions[2]]}, 4),
    "two interventions in another order": ({}, {"interventions": [*BASE.interventions[1:], UepGrant()]}, 2),
    "no programme": ({"groups.formed": False}, {"interventions": []}, 2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_worlds_are_identical_before_the_month_in_which_what_differs_acts(change):
    """The month is worked by hand; that the worlds are identical before is checked bit by bit, and in
    that month they do differ, but for the order of interventions, which touch different columns."""
    changes, fields, month = CHANGES[change]
    other = changed(changes, **fields)
    assert first_difference(BASE, other).month == month
    compared = compare(BASE, other, seeds=2, outcomes=["consumption"])
    row = compared.identity.set_index("scenario").loc["Other"]
    assert row["may_differ"] == month
    assert row["differs"] == (month if "order" not in change else -1)


class ActsTooEarly(Intervention):
    """Says that it begins in month 5 and acts in month 3."""

    kind: Literal["acts_too_early"] = "acts_too_early"

    def apply(self, state, month, draw):
        if month == 3:
            state.households.housing[1, 7] = 0.5


def test_a_breach_names_the_first_column_row_month_and_seed_that_differ():
    early = changed(interventions=[*BASE.interventions, ActsTooEarly(start_month=4)])
    with pytest.raises(PairingBroken) as broken:
        compare(BASE, early, seeds=[4, 9, 5])
    said = str(broken.value)
    assert "households.housing, row 7, month 3, seed 9" in said and "'Base'" in said and "'Other'" in said
    assert "before month 5" in said
