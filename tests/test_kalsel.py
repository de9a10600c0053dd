"""South Kalimantan: thirteen districts of published figures, and one programme that differs by district."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from test_prices import columns, dearer

from kubesim.model import KubeModel
from kubesim.plots.tiles import lay_out, plain
from kubesim.scenario import Scenario

ROOT = Path(__file__).parents[1]
TABLE = ROOT.parent / "shared" / "data" / "districts_2025.csv"
ANCHORS = TABLE.with_name("kalsel_anchors.csv")
INDICES = {"poverty_rate": "p0_pct", "poverty_gap": "p1_pct", "poverty_severity": "p2_pct"}


@pytest.fixture(scope="module")
def kalsel() -> Scenario:
    return Scenario.load(ROOT / "scenarios" / "kalsel.yaml")


@pytest.fixture(scope="module")
def strong() -> Scenario:
    return Scenario.load(ROOT / "scenarios" / "kalsel_strong_companions.yaml")


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, str]]:
    """Rows of BPS's table by the district's plain name."""
    if not TABLE.exists():
        pytest.skip(f"{TABLE} is not there: the typed figures are not held against BPS's table")
    with TABLE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["bps_code"].startswith("63")]
    return {plain(row["district"]): row for row in rows}


def test_lines_and_indices_are_those_of_the_table(kalsel, published):
    assert len(published) == 13
    for district in kalsel.districts:
        row = published[plain(district.name)]
        assert district.poverty_line == float(row["poverty_line_idr_per_capita_month"])
        for margin, column in INDICES.items():
            typed = getattr(district.margins, margin)
            assert typed is None or 100 * typed == pytest.approx(float(row[column])), (district.name, margin)
        assert district.margins.poverty_rate is not None


def test_shares_are_the_poor_over_the_poverty_rate(kalsel, published):
    people = {name: float(row["poor_people_thousand"]) / float(row["p0_pct"]) for name, row in published.items()}
    for district in kalsel.districts:
        expected = people[plain(district.name)] / sum(people.values())
        assert district.share == pytest.approx(expected, abs=0.00006)


def test_pay_and_spending_are_those_of_the_press(kalsel):
    """Pay is 40 of 173 hours at the mean minimum wage of 2025; spending that of 2024 raised by 4.53 %."""
    if not ANCHORS.exists():
        pytest.skip(f"{ANCHORS} is not there: pay and spending are not held against the press")
    with ANCHORS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wages = {plain(row["area"]): float(row["value"]) for row in rows
             if row["indicator"] == "minimum_wage_umk" and row["period"] == "2025"}
    shares = np.array([district.share for district in kalsel.districts])
    mean = np.average([wages[plain(district.name)] for district in kalsel.districts], weights=shares)
    companionship = next(each for each in kalsel.interventions if each.name == "companionship")
    assert companionship.pay == pytest.approx(40 / 173 * mean, abs=1_000)
    spent = {plain(row["area"]): float(row["value"]) for row in rows if row["indicator"] == "mean_expenditure"}
    typed = {plain(district.name): district.margins.spending for district in kalsel.districts
             if district.margins.spending}
    assert typed == pytest.approx({name: 1603501 / 1534039 * value for name, value in spent.items()}, abs=1)


def test_every_district_has_groups_at_the_provinces_prices(kalsel):
    """600 groups in proportion to people; prices are those of the line, 650,675 over 457,222."""
    state = KubeModel(kalsel, 1).state
    per_district = np.bincount(state.groups.district[0])
    assert per_district.sum() == 600 and per_district.min() >= 18
    expected = 600 * np.array([district.share for district in kalsel.districts])
    assert np.abs(per_district - expected).max() < 1.5
    assert {district.prices for district in kalsel.districts} == {1.423}
    assert 650_675 / 457_222 == pytest.approx(1.423, abs=5e-4)


def test_the_map_looks_like_south_kalimantan(kalsel):
    at = {tile.district: tile for tile in lay_out(kalsel.districts).tiles}
    assert len({tile[1:] for tile in at.values()}) == 13
    assert min(at.values(), key=lambda tile: tile.row).district == "Tabalong"
    assert max(at.values(), key=lambda tile: tile.row).district == "Tanah Laut"
    assert max(at.values(), key=lambda tile: tile.column).district == "Kotabaru"
    banjarmasin = at["Kota Banjarmasin"]
    assert banjarmasin.column == at["Barito Kuala"].column and banjarmasin.row == at["Barito Kuala"].row + 1
    assert at["Kota Banjarbaru"].column == banjarmasin.column + 1


def test_strong_companions_go_where_more_than_one_in_22_is_poor(kalsel, strong):
    """4.5 % poor; all else is as in kalsel.yaml, and no district is left out or served twice."""
    ours, theirs = kalsel.to_mapping(), strong.to_mapping()
    assert {key for key in ours if ours[key] != theirs[key]} == {"name", "about", "interventions"}
    assert ours["interventions"][:2] == theirs["interventions"][:2]
    usual, better = strong.interventions[2:]
    poor = {district.name for district in kalsel.districts if district.margins.poverty_rate > 0.045}
    assert set(better.districts) == poor and len(poor) == 5
    assert sorted((*usual.districts, *better.districts)) == sorted(d.name for d in kalsel.districts)
    assert usual.model_copy(update={"name": "companionship", "districts": ()}) == kalsel.interventions[2]


def test_only_the_districts_of_strong_companions_differ(kalsel, strong):
    """Bit by bit the same with usual companions, up to their luck: they have been hired anew."""
    small = {"population.households": 1200, "months": 12}
    certain = {"turnover": 0.0, "spread": 0.0}
    worlds = []
    for scenario in (kalsel, strong):
        settings = small | {f"interventions.{each.name}.{key}": value for each in scenario.interventions
                            if each.kind == "companionship" for key, value in certain.items()}
        worlds.append(KubeModel(scenario.with_(settings), 3))
        worlds[-1].run_model()
    served = np.isin(np.array(worlds[0].state.district_names), strong.interventions[3].districts)
    same = (worlds[0].state.households.consumption == worlds[1].state.households.consumption)[0]
    where = served[worlds[0].state.households.district[0]]
    assert same[~where].all() and not same[where].all()


@pytest.mark.slow
def test_the_province_twice_as_dear_is_the_same_province(kalsel):
    """Published spending is doubled too; the people fitted to it, and all that becomes of them, are the same."""
    small = kalsel.with_({"population.households": 1200}, months=12)
    usual, doubled = KubeModel(small, 1), KubeModel(dearer(small, 2.0), 1)
    for model in (usual, doubled):
        model.run_model()
    theirs = columns(doubled, 2.0)
    for name, column in columns(usual).items():
        np.testing.assert_allclose(theirs[name], column, rtol=1e-9, atol=1e-12, err_msg=name)
