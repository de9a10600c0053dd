"""Districts with prices and measures of their own, against the plain Mesa model."""

from __future__ import annotations

import numpy as np
from test_reference import ALL_LISTED, months_alike

from kubesim.interventions.cluster_meetings import ClusterMeetings
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.population import District, GroupPlan
from kubesim.processes.business import Business
from kubesim.processes.earnings import Illness
from kubesim.scenario import Scenario


def test_districts_with_prices_and_programmes_of_their_own():
    """Each measure in districts of its own, at prices of their own; some districts have two companions' teams."""
    north, east, south = "Utara", "Timur", "Selatan"
    world = Scenario(
        population=ALL_LISTED.model_copy(update={"households": 300}), groups=GroupPlan(size=5),
        districts=(District(name=north, share=0.5, prices=1.4, poverty_line=600_000.0),
                   District(name=east, share=0.2), District(name=south, share=0.3, prices=0.8)),
        illness=Illness(onset=0.05), business=Business(crowded_out=0.1),
        interventions=(
            UepGrant(districts=(north,)), UepGrant(name="larger", per_member=4e6, districts=(south, east)),
            Diklat(districts=(east,)), Companionship(districts=(north, south), caseload=4.0),
            Companionship(name="second", start_month=3, districts=(south, east), competence=0.8),
            ClusterMeetings(districts=(east, north)),
            SavingsAndLoan(start_month=2, districts=(north,), all_members=False)))
    for columns, _ in months_alike(world, seed=12):
        pass
    state = columns.state
    assert np.bincount(state.companions.district[0]).tolist() == [8, 2, 5 + 2]
    assert {item for item, _ in state.ledger.costs} <= {each.name for each in world.interventions}
