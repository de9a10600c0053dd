"""What an effect rests on: values put back one at a time."""

from __future__ import annotations

import pytest

from kubesim.comparing.compare import compare
from kubesim.comparing.resting import rests_on
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario

BASE = Scenario(months=18, interventions=(UepGrant(), Diklat(), Companionship())).with_(
    {"population.households": 200, "population.register_share": 1.0})


def test_all_of_the_effect_goes_with_the_only_value_that_matters():
    """A longer training is all that helps: the centre's share of its cost changes who pays only."""
    longer = BASE.with_({"name": "Longer", "interventions.diklat.hours": 60.0,
                         "interventions.diklat.centre_pays": 0.5})
    held = rests_on(compare(BASE, longer, seeds=3, outcomes=["consumption"], workers=1), "Longer")
    assert held["path"].tolist() == ["interventions.diklat.hours", "interventions.diklat.centre_pays"]
    assert held["part"].tolist() == [1.0, 0.0]
    assert held.loc[0, ["here", "baseline", "estimate"]].tolist() == [60.0, 12.0, 0.0]
    assert held["grade"].tolist() == ["assumed", "assumed"]


@pytest.mark.slow
def test_values_that_need_each_other_add_up_to_more_than_all():
    both = BASE.with_({"name": "Both", "interventions.diklat.hours": 60.0,
                       "interventions.companionship.competence": 0.9, "interventions.companionship.caseload": 4.0})
    comparison = compare(BASE, both, seeds=4, outcomes=["consumption"], workers=1)
    held = rests_on(comparison, "Both")
    whole = comparison.per_pair("Both", "consumption", "members").mean()
    assert len(held) == 3 and held["part"].sum() > 1 and (held["part"] > 0).all()
    for row in held.itertuples():
        assert row.estimate == pytest.approx(whole * (1 - row.part)) and row.low < row.estimate < row.high


def test_what_cannot_be_put_back_alone_is_left_out():
    """The baseline has no training at all, so no value of the training can be its."""
    bare = BASE.with_(name="Bare", interventions=[UepGrant()])
    comparison = compare(bare, BASE, seeds=2, outcomes=["skill"], workers=1)
    assert not len(rests_on(comparison, BASE.name))
