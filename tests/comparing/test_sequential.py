"""As many pairs as a width takes: Stein's two stages, from the asking to the telling."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from scipy import stats

from kubesim.comparing.compare import compare
from kubesim.comparing.sequential import FIRST_PAIRS, Stages, Width, read_width
from kubesim.errors import ScenarioError
from kubesim.running.measure import known_outcomes
from kubesim.scenario import Scenario

BASE = Scenario(name="Base", months=4).with_({"population.households": 40, "groups.size": 5})
OTHER = BASE.with_({"name": "Other", "groups.extra_trust": 0.3})


@pytest.mark.parametrize("asked, outcome, width", [
    ("0.5pp", "poverty_rate", Width(0.005, False, "0.5pp")),
    ("2 pp", "groups_active", Width(0.02, False, "2 pp")),
    ("3%", "consumption", Width(0.03, True, "3%")),
    ("20000", "consumption", Width(20_000.0, False, "20000")),
    (0.01, "welfare", Width(0.01, False, "0.01")),
    ("1e-3", "poverty_rate", Width(0.001, False, "1e-3"))])
def test_widths_are_read(asked, outcome, width):
    assert read_width(asked, known_outcomes()[outcome]) == width


def test_a_relative_width_is_one_of_the_baseline():
    assert Width(0.05, True).in_unit(-80.0) == pytest.approx(4.0) and Width(0.05).in_unit(-80.0) == 0.05


@pytest.mark.parametrize("asked", ["0", "-1pp", "nan", "inf", "wide", "", "1pp2", "e", "1,5pp", "%"])
def test_what_is_no_width_is_refused(asked):
    with pytest.raises(ScenarioError, match="must be a width above 0, such as 0.5pp"):
        read_width(asked, known_outcomes()["poverty_rate"])


def test_points_are_for_shares_only():
    with pytest.raises(ScenarioError, match="is measured in Rp per person and month, not in percent"):
        read_width("1pp", known_outcomes()["consumption"])
    with pytest.raises(ScenarioError, match="not in percent"):
        read_width("1pp", known_outcomes()["poverty_severity"])


def test_steins_number_of_pairs_by_hand():
    """n0 = 10: t is 2.2622; spread 3, width 2: (2 x 2.2622 x 3 / 2)^2 = 46.06, so 47 pairs."""
    stages = Stages("2", "x", "all", width=2.0, first=10, most=400, spread=3.0)
    assert stages.needed == 47
    assert stages.width_with(47) <= 2 < stages.width_with(46)
    assert Stages("2", "x", "all", width=200.0, first=10, most=400, spread=3.0).needed == 10
    assert Stages("2", "x", "all", width=2.0, first=10, most=400, spread=0.0).needed == 10
    t = stats.t.ppf(1 - 0.025 / 3, 9)
    assert Stages("2", "x", "all", 2.0, 10, 400, 3.0, variants=3).needed == ceil((2 * t * 3 / 2) ** 2)


def test_blocks_reach_what_is_needed_are_not_tiny_and_stop_at_the_cap():
    stages = Stages("2", "x", "all", width=2.0, first=10, most=60, spread=3.0)
    assert [stages.wanted(pairs) for pairs in (10, 46, 47, 60)] == [47, 49, 47, 60]
    assert Stages("2", "x", "all", width=1.0, first=10, most=60, spread=3.0).wanted(10) == 60


@pytest.mark.slow
def test_pairs_are_added_until_the_width_is_reached():
    """The rule carried out by hand on the differences of more pairs than it takes."""
    many = compare(BASE, OTHER, seeds=90, outcomes=["consumption"], workers=1)
    differences = many.per_pair("Other", "consumption", "members")
    t, first = stats.t.ppf(0.975, FIRST_PAIRS - 1), differences[:FIRST_PAIRS].std(ddof=1)
    width = 2 * t * first / np.sqrt(41.5)
    count, rounds = FIRST_PAIRS, 0
    while True:
        spread = max(first, differences[:count].std(ddof=1))
        needed = ceil((2 * t * spread / width) ** 2)
        if needed <= count:
            break
        count, rounds = max(needed, count + ceil(count / 20)), rounds + 1
    assert rounds >= 1 and count >= 42
    found = compare(BASE, OTHER, outcomes=["consumption"], until_width=width, workers=1)
    assert found.seeds == tuple(range(1, count + 1)) and found.stages.spread == pytest.approx(spread)
    row = found.effects[(found.effects["outcome"] == "consumption") & (found.effects["group"] == "members")
                        & (found.effects["month"] == 4)].iloc[0]
    got = row["high"] - row["low"]
    assert row["method"] == "stein" and got == pytest.approx(found.stages.width_with(count)) and got <= width
    assert row["estimate"] == pytest.approx(found.per_pair("Other", "consumption", "members").mean())
    [said] = [line for line in str(found).splitlines() if "Stein" in line]
    assert f"with {count} pairs, added by Stein's rule to a first 30" in said


def test_no_more_pairs_than_allowed_and_that_is_said():
    found = compare(BASE, OTHER, seeds=range(7, 500), outcomes=["consumption"], until_width="0.001%",
                    max_replicates=34, workers=1)
    assert found.seeds == tuple(range(7, 41))
    last = str(found).splitlines()[-1]
    assert "with 34 pairs (at most 34 are allowed); that takes about" in last
    assert found.stages.width_with(34) > found.stages.width


def test_a_width_that_the_first_pairs_reach_takes_no_more():
    found = compare(BASE, OTHER, outcomes=["consumption"], until_width="90%", workers=1)
    assert len(found.seeds) == FIRST_PAIRS
    assert set(found.effects["method"]) == {"t"}        # one stage: all pairs tell the spread


def test_fewer_pairs_allowed_than_a_first_stage_has():
    few = compare(BASE, OTHER, outcomes=["skill"], until_width=1e-9, max_replicates=5, workers=1)
    assert len(few.seeds) == 5
    with pytest.raises(ScenarioError, match="max_replicates = 1: must be 2 or more"):
        compare(BASE, OTHER, until_width=1.0, max_replicates=1)


def test_an_outcome_for_which_no_width_can_be_asked():
    with pytest.raises(ScenarioError, match="benefit_cost_ratio comes from a bootstrap"):
        compare(BASE, OTHER, outcomes=["benefit_cost_ratio"], until_width=0.1)
    bare = BASE.without_programme()
    with pytest.raises(ScenarioError, match="groups_active has no values, or is 0 in the baseline"):
        compare(bare, bare.with_({"illness.cost": 2e5, "name": "Other"}), outcomes=["groups_active"],
                until_width="1pp", workers=1)
