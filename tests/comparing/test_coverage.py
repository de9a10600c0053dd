"""How often intervals hold the truth, by simulation: with normal differences and with the model's own.

A share of 95 % that is seen in so many trials has a Monte-Carlo error; an interval passes when the
share is not more than three errors below 95 %, so a sound one fails in about 1 of 700 such checks. The
seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kubesim.comparing.compare import compare
from kubesim.comparing.sequential import FIRST_PAIRS, MOST_PAIRS, Stages
from kubesim.comparing.statistics import Estimate, bootstrap, mean_difference
from kubesim.scenario import Scenario

pytestmark = pytest.mark.slow
TRIALS = 10_000
TRUE, CITY, MONTHS = 2_000, 120, 13
OUTCOMES = {"poverty_rate": "members", "consumption": "members", "poverty_gap": "members"}


def least(trials: int) -> float:
    """The share of trials below which an interval does not cover with 95 %."""
    return 0.95 - 3 * np.sqrt(0.95 * 0.05 / trials)


def covered(found: Estimate, truth: float) -> float:
    """Share of intervals that hold the truth."""
    return float(((found.low <= truth) & (truth <= found.high)).mean())


def pairs_by_the_rule(values: np.ndarray, width: float, first: int) -> np.ndarray:
    """How many pairs the rule lives in each trial (a column of ``values``), block by block."""
    count = np.full(values.shape[1], first)
    before = values[:first].std(axis=0, ddof=1)
    numbers = np.arange(1, len(values) + 1)[:, None]
    means = values.cumsum(axis=0) / numbers
    squares = np.maximum((values**2).cumsum(axis=0) - numbers * means**2, 0)
    spreads = np.sqrt(squares / np.maximum(numbers - 1, 1))
    for trial in range(values.shape[1]):
        while True:
            spread = max(before[trial], spreads[count[trial] - 1, trial])
            stages = Stages("", "", "", width, first, len(values), spread)
            wanted = stages.wanted(count[trial])
            if wanted == count[trial]:
                break
            count[trial] = wanted
    return count


def sequential_coverage(draw, truth: float, spread: float, typical: int, first: int = FIRST_PAIRS) -> float:
    """Coverage when the width asked for takes about ``typical`` pairs."""
    width = Stages("", "", "", 1.0, first, MOST_PAIRS, spread).width_with(typical)
    values = draw((MOST_PAIRS, TRIALS))
    count = pairs_by_the_rule(values, width, first)
    lived = np.where(np.arange(MOST_PAIRS)[:, None] < count, values, np.nan)
    return covered(mean_difference(lived, first), truth)


@pytest.mark.parametrize("typical", [20, 40, 90, 200, 5_000])
def test_added_pairs_cover_with_normal_differences(typical):
    """From a width that the first pairs reach to one that the cap cuts short."""
    luck = np.random.default_rng(typical)
    assert sequential_coverage(lambda shape: luck.normal(3, 2, shape), 3, 2, typical) >= least(TRIALS)


def test_they_cover_for_another_outcome_of_the_same_pairs():
    """Its own first spread, while the number of pairs follows that of an outcome that goes with it."""
    luck = np.random.default_rng(1)
    ours, other = luck.normal(size=(2, MOST_PAIRS, TRIALS))
    other = 0.8 * ours + 0.6 * other
    width = Stages("", "", "", 1.0, FIRST_PAIRS, MOST_PAIRS, 1.0).width_with(80)
    count = pairs_by_the_rule(ours, width, FIRST_PAIRS)
    lived = np.where(np.arange(MOST_PAIRS)[:, None] < count, other, np.nan)
    assert covered(mean_difference(lived, FIRST_PAIRS), 0) >= least(TRIALS)


def test_stopping_when_the_interval_happens_to_be_narrow_would_not_cover():
    """What the rule is there for; and this test of coverage sees it when an interval covers too seldom."""
    luck = np.random.default_rng(2)
    values = luck.normal(size=(60, TRIALS))
    number = np.arange(1, 61)[:, None]
    means = values.cumsum(axis=0) / number
    spreads = np.sqrt(((values**2).cumsum(axis=0) - number * means**2) / np.maximum(number - 1, 1))
    half = stats.t.ppf(0.975, np.maximum(number - 1, 1)) * spreads / np.sqrt(number)
    narrow = (half < 0.5) & (number >= 5)
    stop = np.where(narrow.any(axis=0), narrow.argmax(axis=0), 59)
    trial = np.arange(TRIALS)
    assert (np.abs(means) <= half)[stop, trial].mean() < least(TRIALS)
    rule = sequential_coverage(lambda shape: luck.normal(size=shape), 0, 1.0, typical=20, first=5)
    assert rule >= least(TRIALS)


# -- the model's own differences ------------------------------------------------------------------
@pytest.fixture(scope="module")
def differences() -> dict[str, np.ndarray]:
    """Differences of 5,000 pairs of a town so small (6 groups) that they are skewed: by outcome."""
    town = {"population.households": CITY, "months": MONTHS, "districts": [{"name": "Town"}]}
    base, better = (Scenario.load(f"scenarios/{name}.yaml").with_(town)
                    for name in ("banjarmasin", "better_training_and_mentoring"))
    found = compare(base, better, seeds=TRUE + 3_000, outcomes=list(OUTCOMES))
    return {name: found.per_pair(found.variants[0], name, group) for name, group in OUTCOMES.items()}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_intervals_of_ten_pairs_cover_what_two_thousand_pairs_say(differences, outcome):
    """300 comparisons of 10 pairs each; the truth itself is known to a fourteenth of their error."""
    truth = differences[outcome][:TRUE].mean()
    comparisons = differences[outcome][TRUE:].reshape(300, 10).T
    assert covered(mean_difference(comparisons), truth) >= least(300)


def test_the_model_s_differences_are_skewed(differences):
    """Or the next test would show nothing more than those with normal ones."""
    assert max(abs(stats.skew(values)) for values in differences.values()) > 0.5


@pytest.mark.parametrize("typical", [60, 150])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_added_pairs_cover_with_the_model_s_own_differences(differences, outcome, typical):
    """Pairs drawn from the 5,000, which are then all the truth there is."""
    values = differences[outcome]
    luck = np.random.default_rng(typical)
    found = sequential_coverage(lambda shape: luck.choice(values, shape), values.mean(), values.std(),
                                typical)
    assert found >= least(TRIALS)


def test_bootstrap_intervals_of_a_ratio_cover():
    """Cost a household lifted of 30 cities, where a city's lifted households are few and uneven. The
    bootstrap promises its level in large samples only: 92 % are asked for here."""
    luck, trials = np.random.default_rng(7), 600
    lifted = luck.poisson(luck.gamma(4, 2, (30, trials)))
    cost = 50 + 2 * lifted + luck.normal(0, 5, lifted.shape)
    [found] = bootstrap(lambda weights: (weights @ cost) / (weights @ lifted), 30)
    assert covered(found, (50 + 2 * 8) / 8) >= 0.92
