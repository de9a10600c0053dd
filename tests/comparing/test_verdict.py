"""Verdicts: what an analyst reads, from the numbers in the table of effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kubesim.comparing import words
from kubesim.comparing.verdict import verdict
from kubesim.running.measure import known_outcomes


def said(outcome: str, estimate: float, low: float, high: float, pairs: int = 50, group: str = "all",
         month: int = 60) -> tuple[str, bool]:
    """The sentence on one row, with its numbers made plain, and whether it tells."""
    effects = pd.DataFrame([{
        "scenario": "B", "outcome": outcome, "group": group, "month": month, "estimate": estimate,
        "low_together": low, "high_together": high, "pairs": pairs}])
    found = verdict(effects, "B", outcome, group, month)
    return found.sentence.replace("\u00a0", " ").replace("\u2212", "-"), found.tells


@pytest.mark.parametrize("row, sentence, tells", [
    (("poverty_rate", -0.021, -0.026, -0.016),
     "Poverty rate 60 months on: 2.1 points lower (95 % 1.6 to 2.6, 50 pairs): enough to tell", True),
    (("poverty_rate", -0.001, -0.004, 0.002),
     "Poverty rate 60 months on: no difference we can see (95 % -0.4 to 0.2, 50 pairs); anything above "
     "0.4 points is ruled out", False),
    (("consumption", 22_634.4, 22_321, 22_947),
     "Consumption per person and month 60 months on: Rp 22,634 higher (95 % 22,321 to 22,947, 50 pairs): "
     "enough to tell", True),
    (("cost_so_far", 1.5e9, 1.5e9, 1.5e9),
     "Programme cost in total 60 months on: Rp 1.5 billion higher in every one of 50 pairs", True),
    (("cost_so_far", 0.0, 0.0, 0.0),
     "Programme cost in total 60 months on: exactly the same in all 50 pairs", False),
    (("welfare", 0.01032, 0.0102, 0.0104),
     "Welfare index 60 months on: 0.0103 higher (95 % 0.0102 to 0.0104, 50 pairs): enough to tell", True),
    (("spells", -0.4, -0.6, -0.2),
     "Length of poverty spells 60 months on: 0.4 months lower (95 % 0.2 to 0.6, 50 pairs): enough to tell",
     True),
    (("cost_per_household_lifted", -2e6, np.nan, np.nan),
     "Cost per household lifted out of poverty 60 months on: Rp 2.0 million lower, but 50 pairs set no "
     "bounds to it: not enough to tell", False),
])
def test_sentences(row, sentence, tells):
    assert said(*row) == (sentence, tells)


def test_one_pair_gives_no_interval():
    assert said("poverty_rate", 0.012, np.nan, np.nan, pairs=1)[0] == (
        "Poverty rate 60 months on: 1.2 points higher in the only pair; one pair gives no interval")


@pytest.mark.parametrize("group, name", [
    ("members", "Poverty rate of members"), ("non_members", "Poverty rate of non-members"),
    ("decile 3", "Poverty rate in decile 3"),
    ("district Banjarmasin Selatan", "Poverty rate in Banjarmasin Selatan")])
def test_the_group_is_named(group, name):
    assert said("poverty_rate", -0.02, -0.03, -0.01, group=group)[0].startswith(f"{name} 60 months on: ")


def test_what_was_not_measured_in_both_worlds_cannot_be_compared():
    effects = pd.DataFrame(columns=["scenario", "outcome", "group", "month"])
    assert verdict(effects, "B", "groups_active", "all", 24).sentence == (
        "Groups alive 24 months on: cannot be compared, as no pair has a value in both worlds")


def test_every_outcome_has_a_title_a_direction_that_is_known_and_no_other_has():
    names = {*known_outcomes(), "cost_so_far"}
    assert words.TITLES.keys() == names
    assert words.LESS_IS_BETTER < names and set(words.HEADLINE) < names
    assert len(set(words.TITLES.values())) == len(names)


@pytest.mark.parametrize("share, said", [(0.0, "0 %"), (0.0003, "under 0.1 %"), (0.0244, "2.4 %"),
                                         (0.64, "64 %"), (np.nan, "–")])
def test_small_shares_are_told_from_none(share, said):
    assert words.percent(share).replace("\u00a0", " ") == said


def test_an_outcome_of_somebody_else_is_called_by_its_name():
    assert words.title("school_days") == "School days"
