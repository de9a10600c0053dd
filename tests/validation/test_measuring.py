"""Measuring: the same for any number of workers, only what is needed lives, and no rule sees a name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_evidence import HOUSEHOLDS, SHORT, short_evidence

from kubesim.errors import ScenarioError
from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.validation import measure
from kubesim.validation import measuring
from kubesim.validation.evidence import load_evidence

SEEDS = (9001, 9002, 9003)
TABLES = ("households", "groups", "companions", "markets", "districts")


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    return measure(short_evidence(), SEEDS, households=HOUSEHOLDS)


def test_one_row_a_target_and_seed(measured):
    assert list(measured.columns) == ["target", "seed", "value"]
    assert list(measured["target"]) == [name for name in SHORT for _ in SEEDS]
    assert list(measured["seed"]) == list(SEEDS) * len(SHORT)
    assert measured.groupby("target")["value"].nunique().loc[["1a", "6a", "10"]].eq(3).all()


def test_a_seed_gives_the_same_alone_or_with_others(measured):
    alone = measure(short_evidence(), [9002], households=HOUSEHOLDS)
    together = measured[measured["seed"] == 9002]["value"].to_numpy()
    assert np.array_equal(alone["value"], together, equal_nan=True)


@pytest.mark.slow
def test_it_does_not_matter_how_many_work(measured):
    pd.testing.assert_frame_equal(
        measure(short_evidence(), SEEDS, households=HOUSEHOLDS, workers=2), measured, check_exact=True)


def test_only_needed_arms_live_and_no_longer_than_needed(monkeypatch):
    lived = []
    plain = measuring._live_arm
    monkeypatch.setattr(measuring, "_live_arm", lambda name, scenario, *rest: lived.append(
        (name, scenario.months)) or plain(name, scenario, *rest))
    steps = []
    measure(short_evidence(), [9001], households=HOUSEHOLDS, targets=["10", "1a"],
            progress=lambda done, total: steps.append((done, total)))
    assert lived == [("city", 1), ("theory", 12), ("control", 12)]
    assert steps[-1] == (2 + 13 + 13, 2 + 13 + 13)


def test_changes_change_what_they_should_and_nothing_else(measured):
    changed = measure(short_evidence(), SEEDS, {"learning.by_use": 0.0, "learning.used_in_business": 0.0},
                      households=HOUSEHOLDS, targets=["1a", "10"])
    before = measured.set_index(["target", "seed"])["value"]
    after = changed.set_index(["target", "seed"])["value"]
    assert after.loc["1a"].equals(before.loc["1a"])
    assert (after.loc["10"].abs() < 1e-9).all() and (before.loc["10"] > 1).all()


@pytest.mark.parametrize("asked, told", [
    ({"seeds": []}, "seeds: none given"), ({"seeds": [1, 1]}, "the same seed is given twice"),
    ({"workers": 0}, "workers = 0: must be 1 or more"), ({"targets": ["6x"]}, "target '6x' does not exist"),
    ({"changes": {"trust.jealousy": 0.0}}, "trust.jealousy"),
    ({"changes": {"population.households": 80}}, "population.households: cannot be changed"),
    ({"changes": {"population.targeted_share": 0.2}, "targets": ["1a"]}, "targeted_share: cannot be")])
def test_what_cannot_be_used_is_told(asked, told):
    with pytest.raises(ScenarioError, match=told):
        measure(short_evidence(), **{"seeds": [9001], "households": HOUSEHOLDS, **asked})


# -- no rule sees a name ---------------------------------------------------------------------------
class Nameless(Scenario):
    """A scenario that gives its name and what it is about to nobody."""

    def __getattribute__(self, asked):
        if asked in ("name", "about"):
            raise AssertionError(f"a rule asked for the scenario's {asked}")
        return super().__getattribute__(asked)


@pytest.mark.parametrize("arm", ["usual", "full", "control", "city"])
def test_no_rule_asks_for_the_name_of_its_scenario(arm):
    """The world is made and lives, while whoever reads the scenario's name fails."""
    held = load_evidence().laid(names=[arm], households=HOUSEHOLDS)[arm]
    nameless = Nameless.model_construct(**dict(held))
    model, plain = KubeModel(nameless, seed=9001), KubeModel(held, seed=9001)
    for _ in range(14):
        model.step()
        plain.step()
    assert_same(model, plain)


def test_renaming_a_scenario_moves_no_bit():
    held = load_evidence().laid(names=["full"], households=HOUSEHOLDS)["full"]
    one, other = (KubeModel(scenario, seed=9001)
                  for scenario in (held, held.with_(name="control", about="6a")))
    for _ in range(14):
        one.step()
        other.step()
    assert_same(one, other)


def test_renaming_arms_and_targets_moves_no_value(measured):
    evidence = short_evidence()
    arms = {name: f"arm {place}" for place, name in enumerate(reversed(evidence.settings))}
    renamed = replace(evidence, settings={arms[name]: held for name, held in evidence.settings.items()},
                      targets=tuple(replace(target, name=f"t{place}", about="", pattern="", low=-1e9,
                                            high=1e9, published=0.0,
                                            arms=tuple(arms[arm] for arm in target.arms))
                                    for place, target in enumerate(evidence.targets)))
    found = measure(renamed, SEEDS, households=HOUSEHOLDS)
    assert np.array_equal(found["value"], measured["value"], equal_nan=True)


def assert_same(one: KubeModel, other: KubeModel) -> None:
    """Every column of two worlds is the same to the last bit."""
    for table in TABLES:
        theirs = getattr(other.state, table).columns()
        for name, column in getattr(one.state, table).columns().items():
            assert np.array_equal(column, theirs[name], equal_nan=True), f"{table}.{name}"
