"""The shipped scenarios: what the files hold, and that they differ only by what each asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.units import GRADES

FOLDER = Path(__file__).parents[1] / "scenarios"
NAMES = ["banjarmasin", "no_programme", "grant_only", "theory_training", "practical_training", "mentoring",
         "better_training_and_mentoring", "overloaded_companions", "mentoring_ends_early", "flood_year",
         "full_package", "banjarmasin_2019", "kalsel", "kalsel_strong_companions", "from_register"]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Scenario]:
    return {name: Scenario.load(FOLDER / f"{name}.yaml") for name in NAMES}


# -- what the files hold ---------------------------------------------------------------------------

def unsourced(node, path: str = "") -> list[str]:
    """Paths of all values that lack a source or a known grade."""
    if isinstance(node, dict) and "value" in node:
        said = len(str(node.get("source", ""))) >= 10 and node.get("grade") in GRADES
        return [] if said and set(node) == {"value", "grade", "source"} else [path]
    if isinstance(node, dict):
        return [fault for key, child in node.items() if key not in ("name", "about", "kind", "based_on")
                for fault in unsourced(child, f"{path}.{key}")]
    if isinstance(node, list):
        return [fault for place, child in enumerate(node)
                for fault in unsourced(child, f"{path}[{place}]")]
    return [path]


@pytest.mark.parametrize("name", NAMES)
def test_every_value_names_its_source_and_grade(name):
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./scenario.schema.json\n")
    said = yaml.safe_load(text)
    assert len(said["about"].split()) > 25 and "?" in said["about"]
    assert unsourced(said) == []


def test_the_folder_and_the_guide_name_the_same_scenarios():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(NAMES)
    guide = (FOLDER.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| `{name}.yaml` |" not in guide] == []


def test_the_baseline_is_a_city_of_five_districts_with_300_groups(shipped):
    base = shipped["banjarmasin"]
    model = KubeModel(base, seed=1)
    assert (base.base_year, base.months, base.population.poverty_line) == (2019, 60, 509_773)
    state = model.state
    assert (state.groups.length, state.listed, state.households.length) == (300, 3000, 6000)
    assert sum(district.share for district in base.districts) == pytest.approx(1)
    per_district = np.bincount(state.groups.district[0])
    assert per_district.tolist() == [74, 55, 63, 43, 65]    # 300 x 0.2459, 0.1832, 0.2086, 0.1450, 0.2173


def test_the_real_city_has_20_groups_in_four_districts(shipped):
    model = KubeModel(shipped["banjarmasin_2019"], seed=1)
    assert (model.state.groups.length, model.state.listed) == (20, 200)
    assert [name.split()[1] for name in model.state.district_names] == ["Timur", "Barat", "Tengah", "Utara"]


# -- variants change their levers and nothing else -------------------------------------------------

CHANGES = {"no_programme": {"groups", "interventions"}, "grant_only": {"interventions"},
           "theory_training": {"interventions"}, "practical_training": {"interventions"},
           "mentoring": {"interventions"}, "better_training_and_mentoring": {"interventions"},
           "full_package": {"groups", "interventions"}, "overloaded_companions": {"interventions"},
           "mentoring_ends_early": {"interventions"}, "flood_year": {"shocks"},
           "banjarmasin_2019": {"population", "districts"}}


def sections(scenario: Scenario) -> dict:
    """A scenario's sections, without its name and what it says about itself."""
    return {key: held for key, held in scenario.to_mapping().items() if key not in ("name", "about")}


def by_kind(scenario: Scenario) -> dict[str, dict]:
    """A scenario's interventions by their kind."""
    return {each.kind: each.model_dump(mode="json") for each in scenario.interventions}


def differing(one: dict, other: dict) -> dict:
    """What differs, as key: (one, other)."""
    assert one.keys() == other.keys()
    return {key: (one[key], other[key]) for key in one if one[key] != other[key]}


@pytest.mark.parametrize("name", CHANGES)
def test_a_variant_changes_only_what_it_asks_about(shipped, name):
    changed = differing(sections(shipped["banjarmasin"]), sections(shipped[name]))
    assert changed.keys() == CHANGES[name]


def test_no_programme_is_the_twin_that_every_scenario_is_measured_against(shipped):
    assert sections(shipped["no_programme"]) == sections(shipped["banjarmasin"].without_programme())


def test_one_lever_at_a_time(shipped):
    base, ladder = by_kind(shipped["banjarmasin"]), {name: by_kind(shipped[name]) for name in NAMES}
    assert ladder["grant_only"] == {"uep_grant": base["uep_grant"]}
    for name, lever in (("overloaded_companions", {"caseload": (10, 25)}),
                        ("mentoring_ends_early", {"months": (12, 6)})):
        assert differing(base["companionship"], ladder[name]["companionship"]) == lever
    theory, practice = ladder["theory_training"], ladder["practical_training"]
    assert differing(theory["diklat"], practice["diklat"]) == {"practice_share": (0.0, 0.6)}
    assert theory["uep_grant"] == practice["uep_grant"] == base["uep_grant"]
    assert ladder["better_training_and_mentoring"] == practice | ladder["mentoring"]
    better, full = ladder["better_training_and_mentoring"], ladder["full_package"]
    assert differing(better, full).keys() == {"uep_grant"}
    assert differing(better["uep_grant"], full["uep_grant"]) == {"per_member": (2e6, 4e6)}
    plans = (shipped[name].groups.model_dump() for name in ("better_training_and_mentoring", "full_package"))
    assert differing(*plans) == {"meetings": (1.0, 4.0)}


# -- luck is shared, programmes reach whom they should ---------------------------------------------

def lived(scenario: Scenario, seed, months: int) -> KubeModel:
    """A model that has lived the months."""
    model = KubeModel(scenario, seed=seed)
    for _ in range(months):
        model.step()
    return model


def test_without_a_programme_nobody_is_reached_and_nothing_is_spent(shipped):
    model = lived(shipped["no_programme"], [1, 2], 3)
    groups, households = model.state.groups, model.state.households
    assert not groups.active.any() and not households.in_group.any() and not groups.capital.any()
    assert model.state.companions.length == 0 and not model.state.ledger.costs
    assert groups.length == 300 and households.listed[:, :3000].all()


def test_a_programme_does_not_touch_those_off_the_register(shipped):
    without, full = (lived(shipped[name], 3, 14).state.households.consumption
                     for name in ("no_programme", "full_package"))
    assert np.array_equal(without[:, 3000:], full[:, 3000:])
    assert not np.array_equal(without[:, :3000], full[:, :3000])


def test_the_flood_strikes_in_month_18_and_in_its_districts_only(shipped):
    dry, wet = KubeModel(shipped["banjarmasin"], seed=4), KubeModel(shipped["flood_year"], seed=4)
    for _ in range(17):
        dry.step(), wet.step()
    assert np.array_equal(dry.state.households.savings, wet.state.households.savings)
    dry.step(), wet.step()
    for table, column in (("groups", "capital"), ("households", "housing"),
                          ("households", "business_capital")):
        before, after = (getattr(getattr(model.state, table), column)[0] for model in (dry, wet))
        district = getattr(dry.state, table).district[0]
        hit = np.isin(district, [0, 1, 4])                  # Selatan, Timur, Utara
        assert np.array_equal(before[~hit], after[~hit])
        flooded = (after < 0.8 * before)[hit & (before > 0)].mean()     # losses are 30 %
        assert 0.23 - 4 * 0.03 < flooded < 0.23 + 4 * 0.03      # 4 SE of the 194 groups: 1 in 15,000


def test_companions_come_as_often_and_as_long_as_they_should(shipped):
    """40 hours a month, three hours a visit with travel: 40 / (caseload x 3) visits to each group."""
    for name, caseload, months in (("banjarmasin", 10, 12), ("overloaded_companions", 25, 12),
                                   ("mentoring_ends_early", 10, 6), ("mentoring", 4, 24)):
        model = lived(shipped[name], 5, months)
        assert model.state.groups.visits == pytest.approx(40 / (caseload * 3))
        model.step()
        assert not model.state.groups.visits.any()
