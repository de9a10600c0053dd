"""What the report says of districts: maps with tables, marks that hold for all, warnings, many at once."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from kubesim.comparing import effects
from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.comparing.effects import MANY_DISTRICTS
from kubesim.comparing.statistics import holm
from kubesim.interventions.uep_grant import UepGrant
from kubesim.population import District
from kubesim.report.blocks import Picture, Table, Words
from kubesim.report.districts import district_blocks, effects_by_district
from kubesim.report.over_time import district_picture
from kubesim.report.sections import sections
from kubesim.scenario import Scenario

ASKED = ["consumption", "poverty_rate", "cost"]


def city(count: int, households: int, months: int = 2) -> Scenario:
    """Districts that shrink; the second variant gives a grant in the first two only."""
    shares = np.linspace(2, 1, count)
    return Scenario(name="Base", months=months).with_(
        {"population.households": households, "groups.size": 5},
        districts=[District(name=f"D{i}", share=share / shares.sum()) for i, share in enumerate(shares)])


def compared(base: Scenario, asked=tuple(ASKED)) -> Comparison:
    given = base.with_(name="Given", interventions=(
        UepGrant(per_member=8e6, joint_share=0.0, districts=("D0", "D1")),))
    return compare(base, given, seeds=5, outcomes=list(asked), workers=1)


@pytest.fixture(scope="module")
def three() -> Comparison:
    return compared(city(3, 300))


@pytest.fixture(scope="module")
def many() -> Comparison:
    return compared(city(MANY_DISTRICTS + 10, 1000, months=14))


def test_marks_are_holms_over_districts_and_only_the_served_have_one(three):
    rows = effects_by_district(three, "consumption").set_index("place")
    assert rows["sure"].to_dict() == {"D0": True, "D1": True, "D2": False}
    assert rows.loc["D2", "estimate"] == 0 and rows.loc["D2", "p_value"] == 1
    least = rows["p_value"].min()
    assert holm(rows["p_value"].to_numpy()[:, None]).min() == pytest.approx(3 * least)


def test_a_section_with_maps_of_the_start_and_of_the_effect_and_their_tables(three):
    told = {section.id: section for section in sections(three)}["districts"]
    pictures = [block for block in told.blocks if isinstance(block, Picture)]
    assert [picture.name for picture in pictures] == ["map_start", "map_1", "districts"]
    start, effect, _ = pictures
    assert len(start.table.rows) == len(effect.table.rows) == 3
    assert "Map of 3 districts" in start.alt and "D2" in effect.alt and "Given" in effect.alt
    assert {row[0]: row[-1] for row in effect.table.rows} == {"D0": "yes", "D1": "yes", "D2": "no"}
    written = {text.get_text() for text in effect.figure.axes[0].texts}
    assert {"D0", "D1", "D2"} <= written


def test_the_start_is_the_mean_of_the_pairs_in_month_0(three):
    start = next(block for block in district_blocks(three, three.variants) if isinstance(block, Picture))
    held = three.outcomes[(three.outcomes["scenario"] == "Base") & (three.outcomes["month"] == 0)]
    rates = held.groupby("district")["poverty_rate"].mean()
    assert {row[0]: row[1] for row in start.table.rows} == {
        place: f"{100 * rates[place]:.1f}\u00a0%" for place in ("D0", "D1", "D2")}


def test_the_words_warn_of_luck_and_of_small_districts(three, many):
    few, more = (next(block.text for block in district_blocks(each, each.variants) if isinstance(block, Words))
                 for each in (three, many))
    assert "Of 3 districts about 0.2 intervals miss" in few and "fewer than 5 groups" not in few
    assert f"Of {MANY_DISTRICTS + 10} districts about 2 intervals miss" in more
    small = int(re.search(r"(\d+) of 50 districts have fewer than 5 groups", more)[1])
    lives = many.lives[(many.lives["scenario"] == "Base") & (many.lives["seed"] == many.seeds[0])]
    assert small == 50 - int((lives.groupby("district").size() >= 5).sum()) > 0


@pytest.mark.slow
def test_of_many_districts_the_best_and_the_worst_ten_are_told_and_all_stand_in_the_table(many):
    blocks = district_blocks(many, many.variants)
    ends = next(block for block in blocks if isinstance(block, Table))
    effect = next(block for block in blocks if isinstance(block, Picture) and block.name == "map_1")
    assert len(ends.rows) == 20 and not ends.folded and len(effect.table.rows) == MANY_DISTRICTS + 10
    assert {row[0] for row in ends.rows[:2]} == {"D0", "D1"}        # more consumption is better
    assert district_picture(many, many.variants) is None
    assert not effect.figure.axes[0].texts                          # too small to write into


def test_of_many_districts_effects_are_worked_out_at_the_start_and_the_ends_of_years(many, three):
    """As those of deciles; everybody has every month, and few districts have."""
    def months(comparison: Comparison, group: str, outcome: str = "consumption") -> list[int]:
        rows = comparison.effects[(comparison.effects["outcome"] == outcome)
                                  & (comparison.effects["group"] == group)]
        return sorted(rows["month"])
    for outcome in ("consumption", "cost_so_far"):
        assert months(many, "district D44", outcome) == [0, 12, 14]
        assert months(many, "all", outcome) == list(range(15))
    assert months(three, "district D1") == [0, 1, 2]


def test_resampling_districts_some_at_a_time_gives_the_same_intervals(monkeypatch):
    """The ratio of benefit to cost: three districts at once, and one by one."""
    base = city(3, 240, months=12).with_(interventions=(UepGrant(joint_share=0.0),))
    larger = base.with_({"name": "Larger", "interventions.uep_grant.per_member": 8e6})

    def whole_or_split() -> Comparison:
        return compare(base, larger, seeds=5, outcomes=["benefit_cost_ratio"], workers=1)

    whole = whole_or_split()
    monkeypatch.setattr(effects, "MANY_DISTRICTS", 1)
    split = whole_or_split()
    keys = ["outcome", "group", "month"]
    ours, theirs = (each.effects.set_index(keys).sort_index() for each in (whole, split))
    shared = theirs.index.intersection(ours.index)
    assert {group for _, group, _ in shared} >= {"district D0"}
    for column in ("estimate", "low", "high", "low_together", "high_together"):
        np.testing.assert_allclose(ours.loc[shared, column], theirs.loc[shared, column], rtol=5e-3)


def test_a_single_district_has_no_section():
    alone = compared(city(2, 100).with_(districts=[{"name": "D0"}, {"name": "D1", "share": 1e-9}]))
    assert district_blocks(alone, alone.variants)
    rows = alone.effects[~alone.effects["group"].str.startswith("district ")]
    one = dataclasses.replace(alone, effects=rows)
    assert district_blocks(one, one.variants) == []
