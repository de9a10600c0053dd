"""Interventions that name districts: each reaches its own and nobody else, companions and money included."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.randomness import Draws
from kubesim.running.measure import Measures, choose_outcomes
from kubesim.scenario import Scenario
from kubesim.errors import ScenarioError
from kubesim.telling.story import story
from scenario_files import check

KINDS = (UepGrant, Diklat, Companionship, ClusterMeetings, SavingsAndLoan)


def lived(scenario: Scenario, months: int = 12, seed: int = 2) -> KubeModel:
    model = KubeModel(scenario.with_(months=months), seed)
    model.run_model()
    return model


def columns_of(model: KubeModel, district: int) -> dict[str, np.ndarray]:
    """All columns of households and groups of one district but for what counts companions from 0."""
    return {f"{name}.{column}": values[:, table.district[0] == district]
            for name, table in (("households", model.state.households), ("groups", model.state.groups))
            for column, values in table.columns().items() if "companion" not in column}


@pytest.fixture(scope="module")
def easy(world) -> Scenario:
    """Every intervention at work, second grants soon."""
    return world.with_({"membership.developing_age": 1, "membership.developing_institution": 0.0,
                        "membership.developing_trust": 0.0, "membership.developing_capital": 0.0,
                        "membership.developing_profit": 0.0})


@pytest.mark.parametrize("kind", KINDS)
def test_a_named_district_has_the_measure_and_the_other_one_lives_as_without_it(easy, kind):
    """Bit by bit: the named district as if all had it, the other as if nobody had."""
    certain = {"spread": 0.0, "turnover": 0.0} if kind is Companionship else {}     # whose luck is counted anew

    def having(**fields) -> KubeModel:
        others = [each for each in easy.interventions if not isinstance(each, (kind, ClusterMeetings))]
        mine = [each.model_copy(update=fields | certain) for each in easy.interventions if isinstance(each, kind)]
        return lived(easy.with_(interventions=(*others, *(mine if fields else ()))))

    everywhere, nowhere = having(start_month=1), having()
    here = having(start_month=1, districts=("North",))
    if kind is not ClusterMeetings:         # whose news is the mean of all groups reached
        for name, values in columns_of(here, 0).items():
            assert np.array_equal(values, columns_of(everywhere, 0)[name]), name
    untouched = columns_of(here, 1)
    for name, values in columns_of(nowhere, 1).items():
        assert name not in untouched or np.array_equal(values, untouched[name]), name
    reached, unreached = columns_of(here, 0), columns_of(nowhere, 0)
    assert any(not np.array_equal(reached[name], values) for name, values in unreached.items())


@pytest.mark.parametrize("kind", KINDS)
def test_naming_every_district_is_naming_none(easy, kind):
    named = easy.with_(interventions=tuple(
        each.model_copy(update={"districts": ("North", "South")}) if isinstance(each, kind) else each
        for each in easy.interventions))
    ours, theirs = (lived(scenario).state for scenario in (easy, named))
    for table in ("households", "groups", "companions"):
        for name, column in getattr(ours, table).columns().items():
            assert np.array_equal(column, getattr(theirs, table).columns()[name]), name


def test_grants_of_two_sizes_are_paid_and_booked_by_district(village):
    """Three members in each district: 2 m each in the north, 5 m in the south, 5 % administration on top."""
    state = village(sizes=(3, 3), districts=("North", "South"), groups={"district": [0, 1], "capital": 0})
    for grant in (UepGrant(districts=("North",)), UepGrant(name="large", per_member=5e6, districts=("South",))):
        grant.apply(state, 1, Draws([1], month=1))
    assert state.groups.capital[0].tolist() == [6e6, 15e6]
    assert state.ledger.costs["uep_grant", "centre"][0] == pytest.approx([6.3e6, 0])
    assert state.ledger.costs["large", "centre"][0] == pytest.approx([0, 15.75e6])


def test_each_district_has_companions_of_its_own(village):
    """Two teams: one group each of the weak in the north, all four of the strong in the south and the west."""
    state = village(sizes=(3,) * 6, districts=("North", "South", "West"),
                    groups={"district": [0, 0, 1, 1, 2, 2], "companion": -1})
    teams = (Companionship(name="weak", caseload=1.0, competence=0.3, spread=0.0, districts=("North",)),
             Companionship(name="strong", caseload=2.0, competence=0.9, spread=0.0, districts=("West", "South")))
    for month, verb in ((-1, "prepare"), (1, "apply")):
        draw = Draws([1], month=month)
        for team in teams:
            named = draw.named(f"interventions.{team.name}")
            team.prepare(state, named) if verb == "prepare" else team.apply(state, 1, named)
    assert state.companions.district[0].tolist() == [0, 0, 1, 2]
    assert state.companions.competence[0] == pytest.approx([0.3, 0.3, 0.9, 0.9])
    assert state.groups.companion[0].tolist() == [0, 1, 2, 2, 3, 3]
    assert state.groups.visits[0] == pytest.approx([40 / 3] * 2 + [40 / 6] * 4)
    assert (state.groups.contact[0, 2:] > state.groups.contact[0, 0]).all()
    caseload = Measures(state, choose_outcomes(["caseload", "companions_active"])).take(state, Scenario())
    assert caseload["caseload"][0].tolist() == [1.5, 1, 2, 2]
    assert caseload["companions_active"][0].tolist() == [4, 2, 1, 1]


def test_companions_hired_out_of_the_order_of_districts_are_counted_where_they_work(village):
    """The first contract serves the last district: measures sort it out."""
    state = village(sizes=(3,) * 3, districts=("North", "South"), groups={"district": [0, 1, 1], "companion": -1})
    for team in (Companionship(name="a", caseload=1.0, districts=("South",)),
                 Companionship(name="b", caseload=1.0, districts=("North",)),
                 Companionship(name="c", caseload=3.0)):
        team.prepare(state, Draws([1], month=-1).named(f"interventions.{team.name}"))
        team.apply(state, 1, Draws([1], month=1).named(f"interventions.{team.name}"))
    assert state.companions.district[0].tolist() == [1, 1, 0, 0, 1]
    found = Measures(state, choose_outcomes(["caseload", "companions_active"])).take(state, Scenario())
    assert found["companions_active"][0].tolist() == [5, 2, 3]
    assert found["caseload"][0] == pytest.approx([9 / 5, 4 / 2, 5 / 3])


def test_news_passes_among_the_groups_that_meet(village, luck):
    """Groups of skill 0.2 and 0.4 meet; one of skill 0.9 in another district neither tells nor hears."""
    state = village(sizes=(1, 1, 1), districts=("North", "South"), groups={"district": [0, 0, 1]},
                    households={"skill": [0.2, 0.4, 0.9]})
    ClusterMeetings(districts=("North",)).apply(state, 1, luck)
    news = 0.044 * 0.3 * (1 - np.exp(-1 / 1.5))
    assert state.groups.news_from_meetings[0] == pytest.approx([news, news, 0])


def test_a_story_tells_of_what_reached_the_district(easy):
    """A household of the other district is told no grant of its own."""
    given = easy.with_(interventions=(UepGrant(joint_share=0.0, districts=("South",)),), months=4)
    group = int(np.flatnonzero(KubeModel(given, 2).state.groups.district[0] == 1)[0])
    told = [str(story(given, group=each, seed=2)) for each in (0, group)]
    assert "A grant gives each member" not in told[0] and "A grant gives each member" in told[1]


@pytest.mark.parametrize("kind", ["diklat", "companionship", "uep_grant", "cluster_meetings", "savings_and_loan"])
def test_an_unknown_district_is_named_with_the_one_that_was_meant(kind):
    check(f"districts: [{{name: Utara, share: 0.5}}, {{name: Selatan, share: 0.5}}]\n"
          f"interventions:\n  - kind: {kind}\n    districts: [Utara, Selatann]\n",
          f"4:24: interventions.{kind}.districts.2 = Selatann: must be one of the districts: Utara, Selatan; "
          "did you mean 'Selatan'?")


def test_a_district_that_is_taken_away_is_missed_by_its_measures():
    with pytest.raises(ScenarioError, match="must be one of the districts: Utara"):
        Scenario(interventions=(Diklat(districts=("All",)),)).with_(districts=[{"name": "Utara"}])
