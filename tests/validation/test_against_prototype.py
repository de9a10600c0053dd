"""The statistics give what they gave for this model before, under settings in which every group has a
companion of its own who learns nothing. Tolerances are three standard deviations of a mean of eight seeds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kubesim.validation import load_evidence, measure

NEUTRAL = {"interventions.companionship.shared": False, "interventions.companionship.learns_by_doing": 0.0,
           "interventions.companionship.carries": 0.0,
           "interventions.companionship.replacement_differs": False, "learning.from_other_groups": 0.0}
KNOWN = {"4a": 0.302, "4b": 0.774, "6a": 0.71, "7a": 5.79, "7c": 0.81, "10": 5.8, "11a": 2.74, "12a": 16.0,
         "12b": 4.0, "training": 1.07, "mentoring": 0.82, "second year": 3.17}


@pytest.mark.slow
def test_statistics_give_the_numbers_known_for_these_settings():
    shipped = load_evidence()
    by_name = {target.name: target for target in shipped.targets}
    more = (replace(by_name["7c"], name="training", arms=("training_only", "control")),
            replace(by_name["7c"], name="mentoring", arms=("mentoring_only", "control")),
            replace(by_name["15a"], name="second year", months=(13, 24)))
    evidence = replace(shipped, targets=(*shipped.targets, *more))
    measured = measure(evidence, range(8001, 8009), NEUTRAL, targets=KNOWN, workers=2)
    found = measured.groupby("target")["value"].agg(["mean", "std"])
    for name, known in KNOWN.items():
        rounding = 0.05 if known > 2 else 0.005
        assert found.loc[name, "mean"] == pytest.approx(
            known, abs=3 * found.loc[name, "std"] / 8**0.5 + rounding), name
