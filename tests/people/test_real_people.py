"""A register's households become the model's, with their groups, companions, districts and gaps."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from made_up import REGISTER, SCENARIO, write_register


@pytest.fixture
def scenario(tmp_path):
    """Ten families in four groups, two of three companions' groups in other districts."""
    return Scenario.load(write_register(tmp_path))


def test_the_files_households_come_first_by_district_in_their_groups(scenario):
    """K-1 and K-3 lie in Utara, then K-2 and K-4 in Selatan, then the family of no group."""
    state = KubeModel(scenario, seed=[1, 2]).state
    h = state.households
    assert (h.persons[:, :10] == [4, 2, 5, 4, 5, 3, 6, 2, 3, 7]).all()
    assert state.first.tolist() == [0, 3, 5, 7] and state.listed == 9
    assert h.district[0, :10].tolist() == [0] * 5 + [1] * 4 + [0]
    assert h.listed[0].tolist() == [True] * 9 + [False] * 51
    assert state.groups.size[0].tolist() == [3, 2, 2, 2]


def test_weights_make_the_register_its_targeted_share(scenario):
    """Ten families are an eighth of 80: the fifty others stand for 70, and each district for 40."""
    h = KubeModel(scenario, seed=1).state.households
    assert (h.weight[0, :10] == 1).all() and h.weight[0].sum() == pytest.approx(80)
    by_district = np.bincount(h.district[0], h.weight[0])
    assert by_district == pytest.approx([40, 40], abs=1.4)          # one of the others stands for 1.4


def test_spending_of_the_file_is_that_of_month_0_in_its_order(scenario):
    """Normal incomes are in the order of spending per person, the same under every luck."""
    h = KubeModel(scenario, seed=[1, 2]).state.households
    spent = np.array([1.2 / 4, 0.9 / 2, 6.0 / 5, 2.8 / 4, 1.0 / 5, 1.5 / 3, 9.6 / 6, 1.1 / 2, 1.1 / 3, 2.8 / 7])
    income = (h.normal_income / h.persons)[:, :10]
    assert (income[0] == income[1]).all()
    assert (np.diff(income[0][np.argsort(spent)]) >= 0).all() and np.ptp(income[0]) > 0.3 * 457_222


def test_housing_of_the_file_is_the_models(scenario):
    """Floors in order or not; month 0 wears and mends housing a little, so within a twentieth."""
    h = KubeModel(scenario, seed=1).state.households
    told = np.array([1, 0, 1, 1, 1, 1, 0, 1, 0, 1])
    assert h.housing[0, :10] == pytest.approx(told, abs=0.06)


def test_companions_of_the_file_serve_their_groups(scenario):
    """P-1 serves K-1 and K-4, P-2 serves K-2; K-3 is served as the programme says."""
    model = KubeModel(scenario, seed=1)
    model.step()
    whose = model.state.groups.companion[0]                 # of K-1, K-3, K-2, K-4
    assert whose[0] == whose[3] != whose[2] and whose[1] not in (whose[0], whose[2])
    loads = model.state.companions.caseload[0]
    assert loads[whose].tolist() == [2, 10, 1, 2]
    hours = 40 / (loads[whose] * 3)
    assert model.state.groups.visits[0] == pytest.approx(hours)


def test_companions_can_be_dealt_out_anew(scenario):
    """With as_registered off the caseload holds: two groups of each district to one companion."""
    model = KubeModel(scenario.with_({"interventions.companionship.as_registered": False}), seed=1)
    model.step()
    assert model.state.groups.companion[0].tolist() == [0, 0, 1, 1]
    assert (model.state.companions.caseload[0] == 10).all()


def test_gaps_are_filled_anew_under_each_luck_and_alike_under_the_same(tmp_path):
    """A family without size and spending differs from seed to seed; the others do not."""
    file = write_register(tmp_path, REGISTER.replace("4;1.200.000", ";").replace("2;900.000", "2;"))
    scenario = Scenario.load(file)
    many = KubeModel(scenario, seed=range(12)).state.households
    assert len(np.unique(many.persons[:, 0])) > 2 and (many.persons[:, 1] == 2).all()
    assert len(np.unique(many.normal_income[:, 1])) > 6
    assert (many.normal_income[:, 2:10] == many.normal_income[0, 2:10]).all()
    alone = KubeModel(scenario, seed=5).state.households
    assert (alone.normal_income[0] == many.normal_income[5]).all()


def test_what_the_register_leaves_open_shifts_nobody_elses_luck(scenario, tmp_path):
    """The others of the city are the same whether the file tells spending or not."""
    (tmp_path / "other").mkdir()
    silent = Scenario.load(write_register(tmp_path / "other", scenario=SCENARIO.replace(
        "spending: Pengeluaran, ", "")))
    told, drawn = (KubeModel(world, seed=3).state.households for world in (scenario, silent))
    assert (told.normal_income[0, 10:] == drawn.normal_income[0, 10:]).all()
    assert (told.savings[0, 10:] == drawn.savings[0, 10:]).all()


def test_a_population_smaller_than_the_register_is_refused(scenario):
    """Nobody of a list may be lost."""
    with pytest.raises(ScenarioError, match="must be at least 10"):
        KubeModel(scenario.with_({"population.households": 9}), seed=1)


def test_without_groups_they_are_made_of_the_wanted_size(tmp_path):
    """No group column: 6 families of Utara and 4 of Selatan make groups of 5 or so."""
    text = SCENARIO.replace("group: Kelompok, companion: Pendamping,\n            ", "") + "groups: {size: 5}\n"
    state = KubeModel(Scenario.load(write_register(tmp_path, scenario=text)), seed=1).state
    assert state.groups.size[0].tolist() == [6, 4]


def test_all_months_are_lived_with_groups_of_two(scenario):
    """Money closes in every month (a month that does not stops the run), groups form and are visited."""
    model = KubeModel(scenario, seed=[1, 2, 3])
    for _ in range(scenario.months):
        model.step()
    assert model.state.groups.active[:, 0].any() or (model.state.groups.ended >= 0).any()


def test_the_rest_of_a_fitted_district_stays_fitted(tmp_path):
    """Margins shape the others; the register's own families stay as they are."""
    fitted = SCENARIO.replace("{name: Utara, share: 0.5}", "{name: Utara, share: 0.5, margins: {poverty_rate: 0.10, "
                              "family_size: 3.0}}")
    scenario = Scenario.load(write_register(tmp_path, scenario=fitted))
    h = KubeModel(scenario.with_({"population.households": 600}), seed=1).state.households
    assert (h.persons[0, :10] == [4, 2, 5, 4, 5, 3, 6, 2, 3, 7]).all()
    utara, selatan = ((h.district[0] == place) & (np.arange(600) >= 10) for place in (0, 1))
    assert h.persons[0, utara].mean() < h.persons[0, selatan].mean() - 0.4


def test_a_row_without_a_district_is_where_its_group_is(tmp_path):
    """One row of K-2 leaves it blank: the group stays whole, in Selatan."""
    scenario = Scenario.load(write_register(tmp_path, REGISTER.replace("Selatan;K-2;P-2;6", ";K-2;P-2;6")))
    state = KubeModel(scenario, seed=1).state
    assert state.groups.size[0].tolist() == [3, 2, 2, 2]
    assert state.households.district[0, :9].tolist() == [0] * 5 + [1] * 4
