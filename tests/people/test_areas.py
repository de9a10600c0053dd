"""Districts with margins or a targeted share of their own: cities, registers and weights."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.people.city import areas, lay_out
from kubesim.population import populate
from kubesim.randomness import Draws
from kubesim.scenario import Scenario

NORTH, SOUTH, EAST = ({"name": name, "share": share} for name, share in (("N", 0.5), ("S", 0.3), ("E", 0.2)))
POORER = {"margins": {"poverty_rate": 0.2}}


def scenario(*districts, **population):
    return Scenario.from_mapping({"districts": list(districts), "population": {"households": 4000, **population}})


def start(held, seeds=(11,)):
    draw = Draws(seeds)
    draw.open_month(-1)
    return populate(held, draw)


def totals(state, of_listed=False):
    """Weight of the households of each district, or the number of its listed ones."""
    h = state.households
    held = h.listed[0] if of_listed else h.weight[0]
    return np.bincount(h.district[0], held, len(state.district_names))


def test_districts_without_anything_of_their_own_share_a_city():
    assert areas(scenario(NORTH, SOUTH)) == [([0, 1], 1.0, None)]
    held = areas(scenario(NORTH, {**SOUTH, **POORER}, {**EAST, "targeted_share": 0.3}))
    assert [(list(area.districts), area.margins_of) for area in held] == [([0], None), ([1], 1), ([2], None)]
    assert [area.share for area in held] == pytest.approx([0.5, 0.3, 0.2])


def test_a_poverty_line_alone_makes_no_city():
    assert areas(scenario(NORTH, {**SOUTH, "poverty_line": 600_000.0, "prices": 1.3})) == [([0, 1], 1.0, None)]


def test_lists_follow_the_targeted_share():
    """2,000 listed households: shares 0.5, 0.3, 0.2 times 0.125, 0.125, 0.5 are 0.0625, 0.0375, 0.1: of 200
    lists 62.5, 37.5 and 100."""
    layout = lay_out(scenario(NORTH, SOUTH, {**EAST, "targeted_share": 0.5}))
    lists = np.bincount(layout.district[layout.first])
    assert lists.tolist() in ([63, 37, 100], [62, 38, 100])
    assert np.bincount(layout.district[layout.listed:]).tolist() == [1000, 600, 400]


@pytest.mark.parametrize("own", [POORER, {"targeted_share": 0.5}, {**POORER, "targeted_share": 0.25}])
def test_weights_make_each_district_as_large_as_its_share(own):
    """Whatever each lists; to a household in rounding."""
    state = start(scenario(NORTH, {**SOUTH, **own}, {**EAST, **POORER}))
    whole = totals(state)
    assert whole / whole.sum() == pytest.approx([0.5, 0.3, 0.2], abs=1 / 4000)
    assert (totals(state, of_listed=True) > 0).all()


def test_each_register_lists_the_poorest_of_its_own_district():
    """Without error every district's listed are poorer than its others, though one is far poorer than all."""
    state = start(scenario(NORTH, {**SOUTH, "margins": {"poverty_rate": 0.35}}, register_error=0.0))
    h = state.households
    income = (h.normal_income / h.poverty_line)[0]
    for place in (0, 1):
        there = h.district[0] == place
        assert income[there & h.listed[0]].max() <= income[there & ~h.listed[0]].min()
    poor = [np.median(income[h.district[0] == place]) for place in (0, 1)]
    assert poor[1] < 0.7 * poor[0]


def test_one_district_s_numbers_leave_the_others_people_as_they_were():
    """North's households are the same, number by number, whatever is published of South."""
    first, second = (start(scenario(NORTH, {**SOUTH, "margins": {"poverty_rate": rate}})).households
                     for rate in (0.1, 0.3))
    for name in ("persons", "normal_income", "weight", "savings", "listed"):
        one, other = (getattr(h, name)[0][h.district[0] == 0] for h in (first, second))
        assert (one == other).all(), name
    south = first.district[0] == 1
    assert (first.normal_income[0][south] != second.normal_income[0][south]).any()


def test_a_district_with_margins_and_no_list_stands_for_its_people():
    """A hundredth of 40 lists rounds to none: its few households weigh as much as its share."""
    small = {"name": "Small", "share": 0.01, **POORER}
    state = start(scenario({**NORTH, "share": 0.99}, small, households=800))
    assert totals(state, of_listed=True)[1] in (0, 10)
    assert totals(state)[1] / totals(state).sum() == pytest.approx(0.01, abs=0.001)


def test_replicates_with_areas_start_as_they_would_alone():
    held = scenario(NORTH, {**SOUTH, **POORER}, {**EAST, "targeted_share": 0.3}, households=600)
    stacked = start(held, (11, 5)).households
    for row, seed in enumerate((11, 5)):
        alone = start(held, (seed,)).households
        for name, column in alone.columns().items():
            assert (getattr(stacked, name)[row] == column[0]).all(), name


def test_a_city_too_large_for_the_memory_is_refused_by_its_largest_area():
    """Ten areas of 50 million households each are drawn one after another; one of 500 million is not."""
    ten = [{"name": f"D{place}", "share": 0.1, "targeted_share": 0.01} for place in range(10)]
    big = {"households": 10_000_000, "targeted_share": 0.01}
    assert len(areas(scenario(*ten, **big))) == 10
    with pytest.raises(ValueError, match="targeted_share = 0.01: must be at least 0.05"):
        scenario(NORTH, **big)
