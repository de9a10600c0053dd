"""What the months hold that play on the page: groups, companions and the part of the city that is drawn."""

from __future__ import annotations

import pytest

from kubesim.columns import Stage
from kubesim.errors import ScenarioError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.uep_grant import UepGrant
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.web.crew import here
from kubesim.web.watching import live_in_slices, tell_story
from kubesim.web.watch_words import watch_words

DESIGN = Scenario(name="visited", months=18).with_(
    {"population.households": 120}).with_(interventions=(UepGrant(), Companionship(months=12)))
BASELINE = DESIGN.with_(interventions=(UepGrant(), ))


def watched(design: Scenario, baseline: Scenario) -> dict:
    *_, (_, film) = live_in_slices(baseline, design, 3, here)
    return film


def test_groups_and_companions_are_told_as_the_model_has_them():
    film = watched(DESIGN, BASELINE)
    world, model = film["worlds"][0], KubeModel(DESIGN, 3)
    for month in range(DESIGN.months + 1):
        if month:
            model.step()
        groups, companions = model.state.groups, model.state.companions
        assert world["members"][month] == [round(held) for held in groups.members[0]]
        assert world["trust"][month] == [round(100 * held) for held in groups.mean_trust[0]]
        assert world["capital"][month] == [round(held / 1e5) for held in groups.capital[0]]
        assert world["stages"][month] == "".join(str(int(held)) for held in groups.stage[0])
        assert world["competence"][month] == [round(100 * held) for held in companions.competence[0]]
        for companion, place in enumerate(world["at"][month]):
            assert place < 0 or (groups.companion[0, place] == companion and groups.visits[0, place] > 0
                                 and groups.active[0, place])
        met = {int(c) for c in groups.companion[0][groups.active[0] & (groups.visits[0] > 0)]}
        assert met == {c for c, place in enumerate(world["at"][month]) if place >= 0}
    assert world["serves"] == groups.companion[0].tolist()


def test_in_a_world_without_companions_nobody_walks():
    assert all(place < 0 for month in watched(DESIGN, BASELINE)["worlds"][1]["at"] for place in month)


def test_a_companion_with_several_groups_is_seen_at_one_after_the_other():
    places = [month[0] for month in watched(DESIGN, BASELINE)["worlds"][0]["at"] if month[0] >= 0]
    assert len(places) >= 6 and len(set(places)) >= 2


def test_a_larger_city_is_drawn_as_far_as_it_can_be_and_says_of_how_many():
    large = DESIGN.with_({"population.households": 2_400, "months": 2})
    film = watched(large, large.with_(interventions=()))
    assert film["households"] == len(film["worlds"][0]["dots"][2]) == 1_000 and film["of"] == 2_400
    assert watched(DESIGN.with_(months=1), BASELINE.with_(months=1))["of"] == 120


def test_a_group_and_a_household_tell_their_story_and_nobody_else_does():
    assert "Group 2" in tell_story(BASELINE, DESIGN, "group", 2, 3)[0]
    assert "Household 7" in tell_story(BASELINE, DESIGN, "household", 7, 3)[0]
    for kind in ("household", "group"):
        with pytest.raises(ScenarioError, match="must be 0 to"):
            tell_story(BASELINE, DESIGN, kind, 500, 3)


def test_there_is_a_word_for_all_that_a_film_can_show():
    words = watch_words()
    assert {f"why_{cause}" for cause in "tcm"} | {f"short_{cause}" for cause in "tcm"} <= set(words)
    assert {f"stage_{int(stage)}" for stage in Stage} | {f"state_{rank}" for rank in range(4)} <= set(words)
