"""The search on a made-up programme whose best design is known, and choosing between its finalists."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.frontier import choosing
from kubesim.frontier.bench import Lived
from kubesim.frontier.found import Frontier
from kubesim.frontier.levers import Lever
from kubesim.frontier.search import Found, search
from kubesim.frontier.surface import propose

LEVERS = (Lever("grant", 0.0, 10.0, False, "Rp", 5.0), Lever("visits", 0, 10, True, "visits", 5))
"""Cost is grant + visits; gain sqrt(grant) + 2 sqrt(visits). With a budget of 10, by hand: as much at
the margin for each rupiah where visits = 4 grant, so grant 2 and visits 8, which gain 5 sqrt(2)."""
BUDGET, BEST = 10.0, 5 * np.sqrt(2)


def made_up(designs, seeds):
    """Gains with noise that all designs share, and some of each one's own."""
    lived = []
    for grant, visits in designs:
        shared = np.array([np.random.default_rng(seed).normal() for seed in seeds])
        own = np.array([np.random.default_rng([seed, int(100 * grant), int(visits)]).normal()
                        for seed in seeds])
        lived.append(Lived(np.full(len(seeds), float(grant + visits)),
                           grant**0.5 + 2 * visits**0.5 + shared + 0.2 * own))
    return lived


def evaluate(designs):
    """Means over the seeds of the search."""
    return [(lived.cost.mean(), lived.gain.mean()) for lived in made_up(designs, range(10))]


@pytest.fixture(scope="module")
def found():
    found = Found()
    search(LEVERS, evaluate, BUDGET, 80, 1, found)
    return found


def test_the_known_best_design_is_found_and_judged_without_the_flattery_of_the_search(found):
    finalists = choosing.pick(found, BUDGET)
    lived = choosing.judge(finalists, made_up, choosing.rounds_of(10, 1000), BUDGET)
    judged = choosing.weigh(lived, BUDGET)
    grant, visits = finalists[judged.chosen]
    assert grant + visits <= BUDGET and isinstance(visits, int)
    assert grant**0.5 + 2 * visits**0.5 > 0.97 * BEST
    truth = np.array([grant**0.5 + 2 * visits**0.5 for grant, visits in finalists])
    assert (np.abs(judged.gain[:, 0] - truth) < 0.5).all()           # 80 seeds of spread 1: four errors
    assert judged.best.sum() == pytest.approx(1) and judged.regret[judged.chosen] == np.nanmin(judged.regret)
    assert judged.seeds.max() == 80 and judged.seeds.min() == 20


def test_the_search_is_the_same_for_a_seed_and_keeps_what_none_beats(found):
    again = Found()
    search(LEVERS, evaluate, BUDGET, 80, 1, again)
    assert list(again.tried.items()) == list(found.tried.items())
    lived = [found.tried[design] for design in found.frontier()]
    assert lived == sorted(lived) and all(one[1] < other[1] for one, other in zip(lived, lived[1:]))
    assert not any(cost <= kept[0] and gain > kept[1]
                   for kept in lived for cost, gain in found.tried.values())


def test_the_response_surface_finds_what_the_estimator_alone_misses():
    """Five levers that need each other, a budget of 5 to share: by symmetry 1 each is best and gains 1.
    Of 30 designs drawn at random the best gains about two thirds of that; the surface closes the gap."""
    levers = tuple(Lever(f"lever {place}", 0.0, 5.0, False, "", 0.0) for place in range(5))

    def gain(design):
        return float(np.prod(2 * np.array(design) / (1 + np.array(design)))) ** 0.2

    luck = np.random.default_rng(5)
    drawn = [tuple(float(held) for held in 5 * row * luck.random()) for row in luck.dirichlet(np.ones(5), 30)]
    tried = {design: (sum(design), gain(design)) for design in drawn}
    before = max(held for _, held in tried.values())
    for _ in range(8):
        proposed = propose(levers, tried, [5.0] * 5, luck)
        assert len(set(proposed) - tried.keys()) == len(proposed) == 5
        tried |= {design: (sum(design), gain(design)) for design in proposed}
    best = max(held for cost, held in tried.values() if cost <= 5)
    assert before < 0.9 and best > 0.97


def test_the_surface_proposes_whole_numbers_once_and_nothing_when_all_is_tried():
    levers = (Lever("a", 0, 2, True, "", 0), Lever("b", 0, 2, True, "", 0))
    tried = {(a, b): (float(a + b), float(a * b)) for a in (0, 1, 2) for b in (0, 1, 2) if (a, b) != (2, 1)}
    assert propose(levers, tried, [3.0, 3.0], np.random.default_rng(1)) == [(2, 1)]
    assert propose(levers, tried | {(2, 1): (3.0, 2.0)}, [3.0], np.random.default_rng(1)) == []


def test_a_budget_that_nothing_meets_is_told_with_the_cheapest_before_the_search_goes_on():
    dear = tuple(lever._replace(low=lever.low + 1) for lever in LEVERS)
    found = Found()
    with pytest.raises(ScenarioError, match=r"--budget Rp.1: no design .* the cheapest found costs Rp.2$"):
        search(dear, evaluate, 1.0, 80, 1, found)
    assert len(found.tried) == 2 * len(LEVERS) + 2


def test_finalists_gain_more_than_no_programme_and_reach_a_little_beyond_the_budget():
    """Of the frontier: not the cheapest, which does harm, and not what costs more than 1.6 times the budget."""
    found = Found({(place,): lived for place, lived in enumerate([(1, -2), (4, 1), (10, 3), (15, 5), (17, 9)])})
    assert choosing.pick(found, BUDGET) == [(2,), (1,), (0,), (3,)]


def _judged(costs, gains, budget=BUDGET):
    lived = {place: [Lived(np.full(2, float(cost)), np.full(2, float(gain)))]
             for place, (cost, gain) in enumerate(zip(costs, gains))}
    judged = choosing.weigh(lived, budget)
    question = SimpleNamespace(budget=budget)
    return Frontier(question, Found(), [(place,) for place in range(len(costs))], judged, None)


def test_what_is_told_along_the_frontier_lies_apart_and_has_the_chosen_design():
    """Of costs 10, 9.9 and 9.8 the chosen one stays; 7 gains less than 6; 12 is beyond the budget."""
    found = _judged([2, 6, 7, 9.8, 9.9, 10, 12], [1, 4, 3, 5, 6, 7, 8])
    assert found.along() == [0, 1, 3, 4, 5, 6] and found.judged.chosen == 5
    assert found.steps() == [0, 1, 5, 6]


def test_chances_by_hand():
    """Four resamples of three designs: A wins the first, ties with B in the second, is over the budget in
    the third, where B wins, and in the fourth all are over."""
    cost = np.array([[1, 1, 9], [1, 1, 9], [9, 1, 9], [9, 9, 9]])
    gain = np.array([[5, 3, 8], [4, 4, 8], [6, 2, 8], [7, 7, 8]])
    best, regret, within = choosing.chances(cost, gain, budget=5)
    assert best.tolist() == [(1 + 0.5) / 4, (0.5 + 1) / 4, 0]
    assert regret[:2].tolist() == [0, 2 / 3] and np.isnan(regret[2])       # C can never be chosen
    assert within.tolist() == [2 / 4, 3 / 4, 0]


def test_a_finalist_that_left_the_race_is_held_against_the_leader_seed_by_seed():
    """By hand: over the first round the leader gains 1 and 3, the other 0 and 2, always 1 less; in the
    second the leader gains 6 and 6. So the leader's mean is 4, and the other's 3 and not 1."""
    cost = np.ones(2)
    lived = {0: [Lived(cost, np.array([1.0, 3.0])), Lived(cost, np.array([6.0, 6.0]))],
             1: [Lived(cost, np.array([0.0, 2.0]))]}
    judged = choosing.weigh(lived, budget=1.5)
    assert judged.gain[:, 0] == pytest.approx([4, 3])
    assert judged.best.tolist() == [1, 0] and judged.regret == pytest.approx([0, 1])
    assert judged.chosen == 0 and judged.seeds.tolist() == [4, 2]


def test_the_chance_of_being_best_is_as_often_right_as_it_says():
    """Two designs whose difference is normal with mean 0: the chance of either is then as likely below
    one half as above, and below 5 % in 5 of 100 studies (here 150; 1 to 17 allowed, false alarm 0.2 %)."""
    luck, low = np.random.default_rng(3), 0
    for _ in range(150):
        shared = luck.normal(size=40)
        lived = {place: [Lived(np.ones(40), shared + luck.normal(size=40))] for place in (0, 1)}
        low += choosing.weigh(lived, budget=2).best[0] < 0.05
    assert 1 <= low <= 17


def test_the_better_half_stays_in_the_race_those_within_the_budget_first():
    lived = {place: [Lived(np.array([cost]), np.array([gain]))]
             for place, (cost, gain) in enumerate([(1, 1), (9, 9), (1, 3), (1, 2), (9, 8)])}
    assert choosing.better_half(lived, range(5), 5) == [0, 2, 3]
    assert choosing.better_half(lived, [2, 3], 5) == [2, 3]
