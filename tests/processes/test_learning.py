"""Knowledge, skill, problem-solving and news, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.processes.learning import Learning, learn

STILL = Learning(knowledge_fades=0.0, skill_fades=0.0, by_use=0.0, by_coaching=0.0, taught_directly=0.0,
                 from_peers=0.0, from_other_groups=0.0, problem_solving_fades=0.0,
                 problem_solving_coached=0.0)


def only(**said: float) -> Learning:
    """Learning with everything off but what is said."""
    return Learning(**(STILL.model_dump() | said))


def meeting(value: float, groups: int = 1) -> np.ndarray:
    """The same meeting intensity in every group."""
    return np.full((1, groups), value)


def test_without_training_companion_or_better_peers_nothing_is_learnt(village):
    state = village(households={"skill": 0.3, "knowledge": 0.3}, outside=1)
    learn(state, Learning(), meeting(0.5))
    for column, start in (("skill", 0.3), ("knowledge", 0.3), ("problem_solving", 0.2), ("news", 0.0)):
        assert getattr(state.households, column)[0] == pytest.approx([start] * 4)


def test_knowledge_becomes_skill_by_use_and_by_coaching(village):
    """Row 0: knowledge 0.2 above skill, rate 0.02 + 0.6 x contact 0.5 = 0.32: 0.4 + 0.064.
    Row 1 knows less than it can do: nothing. Row 2, on no list, has no companion: 0.4 + 0.004."""
    state = village(sizes=(2,), outside=1, groups={"contact": 0.5},
                    households={"skill": 0.4, "knowledge": [0.6, 0.35, 0.6]})
    learn(state, only(by_use=0.02, by_coaching=0.6), meeting(0.0))
    assert state.households.skill[0] == pytest.approx([0.464, 0.4, 0.404])


def test_direct_coaching_closes_a_share_of_what_is_missing(village):
    state = village(groups={"contact": 0.5}, households={"skill": 0.4})
    learn(state, only(taught_directly=0.01), meeting(0.0))
    assert state.households.skill[0] == pytest.approx([0.4 + 0.01 * 0.5 * 0.6] * 3)


def test_peers_learn_from_the_best_member(village):
    """Half intensity, rate 0.2: a tenth of the distance to the best member's 0.8. The leaver of row 3
    learns from nobody, and though she is the most skilled nobody learns from her."""
    state = village(sizes=(4,), households={"skill": [0.3, 0.5, 0.8, 0.9], "in_group": [1, 1, 1, 0]},
                    groups={"members": 3})
    learn(state, only(from_peers=0.2), meeting(0.5))
    assert state.households.skill[0] == pytest.approx([0.35, 0.53, 0.8, 0.9])
    assert state.groups.best_skill[0, 0] == 0.8
    assert state.groups.mean_skill[0, 0] == pytest.approx((0.3 + 0.5 + 0.8) / 3)


def test_the_steps_follow_each_other(village):
    """Conversion first: 0.4 + 0.32 x 0.2 = 0.464; then from 0.464: coaching 0.01 x 0.5 x 0.536 =
    0.00268 and peers 0.02 x 0.5 x (0.5 - 0.464) = 0.00036: 0.46704. Half effort, 0.92 of which
    protects: use 0.46; of the gain of 0.16704 is lost 5 % x 0.54: 0.3 + 0.16704 x 0.973 = 0.46253."""
    state = village(groups={"contact": 0.5},
                    households={"skill": [0.4, 0.5, 0.4], "knowledge": [0.6, 0.5, 0.6]})
    learn(state, only(by_use=0.02, by_coaching=0.6, taught_directly=0.01, from_peers=0.02, skill_fades=0.05),
          meeting(0.5))
    assert state.households.skill[0, 0] == pytest.approx(0.46253, abs=1e-6)


def test_use_protects_skill(village):
    """A gain of 0.2 loses 10 %: all of it by the idle outsider (0.48), none by a member at full effort,
    a fifth by the owner whose business uses it for 80 % (0.496); the better of two uses counts."""
    state = village(sizes=(2,), outside=2, households={
        "skill": 0.5, "effort": [1.0, 0.5, 1.0, 0.0], "business_income": [0, 200_000, 0, 200_000]})
    learn(state, only(skill_fades=0.1, used_in_business=0.8, used_in_group=1.0), meeting(0.0))
    assert state.households.skill[0] == pytest.approx([0.5, 0.496, 0.48, 0.496])


def test_skill_and_knowledge_never_fall_below_the_start(village):
    state = village(households={"skill": [0.3, 0.5, 0.3], "knowledge": [0.3, 0.3, 0.8]})
    for _ in range(200):
        learn(state, only(skill_fades=0.5, knowledge_fades=0.5), meeting(0.0))
    assert state.households.skill[0] == pytest.approx([0.3] * 3)
    assert state.households.knowledge[0] == pytest.approx([0.3] * 3)


def test_knowledge_is_forgotten_after_it_was_used(village):
    """Gain 0.3 above the start of 0.3, 5 % forgotten: 0.585; but this month's skill grew by the full 0.6."""
    state = village(households={"skill": 0.4, "knowledge": 0.6})
    learn(state, only(knowledge_fades=0.05, by_use=0.02), meeting(0.0))
    assert state.households.knowledge[0] == pytest.approx([0.585] * 3)
    assert state.households.skill[0] == pytest.approx([0.404] * 3)


def test_problem_solving_is_coached_and_fades(village):
    """0.4 + 0.05 x 0.5 x 0.6 = 0.415; of 0.215 above the start 2 % fade: 0.2 + 0.2107 = 0.4107."""
    state = village(groups={"contact": 0.5}, households={"problem_solving": 0.4})
    learn(state, only(problem_solving_coached=0.05, problem_solving_fades=0.02), meeting(0.0))
    assert state.households.problem_solving[0] == pytest.approx([0.4107] * 3)


def test_news_ages_and_is_brought_by_visits_and_cluster_meetings(village):
    """0.8 x 0.1 + 0.044 x 0.5 = 0.102 on the list, member or not; news of meetings, 0.01, for members;
    0.08 for the outsider."""
    state = village(sizes=(2,), outside=1, groups={"contact": 0.5, "news_from_meetings": 0.01, "members": 1},
                    households={"news": 0.1, "in_group": [1, 0, 0]})
    learn(state, Learning(news_ages=0.2, news_brought=0.044), meeting(0.0))
    assert state.households.news[0] == pytest.approx([0.112, 0.102, 0.08])


def test_practice_of_other_groups_arrives_with_the_companion(village):
    """A tenth, times contact 0.5, of the distance to 0.8; nothing for who is already better."""
    state = village(groups={"contact": 0.5, "shown_practice": 0.8}, households={"skill": [0.4, 0.6, 0.9]})
    learn(state, only(from_other_groups=0.1), meeting(0.0))
    assert state.households.skill[0] == pytest.approx([0.42, 0.61, 0.9])
