"""A calibration's file: what it may say, and every fault in it with its place, rule and hint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from jsonschema import Draft7Validator
from scipy.stats import norm

from cheap_worlds import AIMS, IDLE, TIME, TRUST, WORLD, asked

from kubesim.calibration.experiment import Experiment
from kubesim.errors import ScenarioError
from kubesim.schema import schema
from kubesim.validation import load_evidence

SHIPPED = Path(__file__).parents[2] / "experiments" / "calibration.yaml"


def faults_of(**changes) -> list[str]:
    """What is said of a file with these changes."""
    with pytest.raises(ScenarioError) as wrong:
        Experiment.from_mapping(asked(**changes), WORLD, AIMS)
    return [line.removeprefix("<python>: ") for line in wrong.value.faults]


def prior_faults(path: str = TIME, **span) -> list[str]:
    """What is said of a single prior."""
    return faults_of(priors={path: span})


def test_a_file_says_what_is_calibrated_to_what():
    found = Experiment.from_mapping(asked(), WORLD, AIMS)
    assert [prior.path for prior in found.priors] == [TIME, TRUST, IDLE]
    assert found.priors[0].usual == WORLD.joint_business.time_share and found.priors[0].unit == "share"
    assert found.terms.particles == 30 and found.terms.stop.simulations is None


def test_all_targets_are_those_that_have_a_length():
    assert [target.name for target in Experiment.from_mapping(asked(), WORLD, AIMS).targets] == [
        "sum", "difference"]
    one = Experiment.from_mapping(asked(targets=["difference"]), WORLD, AIMS)
    assert [target.name for target in one.targets] == ["difference"]


@pytest.mark.parametrize("span, told", [
    ({"low": 0.2, "high": 0.1}, f"priors.{TIME}.high = 0.1: must be more than low, 0.2"),
    ({"low": 0.1, "high": 0.1}, f"priors.{TIME}.high = 0.1: must be more than low, 0.1"),
    ({"low": 0.1, "high": 3}, f"{TIME} = 3: must be 0 to 1 (share); did you mean 0.03?"),
    ({"low": 0.0, "high": 0.1, "distribution": "loguniform"},
     f"priors.{TIME}.low = 0.0: must be above 0 where the distribution is loguniform"),
    ({"low": 0.0, "high": 0.1, "mean": 0.05}, f"priors.{TIME}.mean = 0.05: belongs to distribution: normal only"),
    ({"low": 0.0, "high": 0.1, "distribution": "normal", "mean": 0.5, "sd": 0.1},
     f"priors.{TIME}.mean = 0.5: must lie between low and high"),
    ({"low": 0.0, "high": 0.1, "distribution": "normal", "mean": 0.05},
     f"priors.{TIME}: 'sd' is missing: a normal one needs it"),
    ({"low": 0.0}, f"priors.{TIME}: 'high' is missing"),
    ({"low": 0.0, "high": 0.1, "sorce": "x"}, f"priors.{TIME}.sorce: unknown key; did you mean 'source'?"),
    ({"low": "a", "high": 0.1}, f"priors.{TIME}.low = a: must be a number (the parameter's own unit)"),
])
def test_a_wrong_prior_is_told_with_its_rule(span, told):
    assert prior_faults(**span) == [told]


@pytest.mark.parametrize("path, meant", [("joint_business.time_shar", TIME), ("time_share", TIME),
                                         ("trust.strat", TRUST)])
def test_an_unknown_parameter_is_told_with_what_was_meant(path, meant):
    assert prior_faults(path, low=0.1, high=0.2) == [
        f"priors.{path}: there is no such parameter; did you mean '{meant}'?"]


@pytest.mark.parametrize("changes, told", [
    ({"particles": 1}, "particles = 1: must be 2 to 100000 draws"),
    ({"particles": 3}, "particles = 3: must be more than the 3 parameters, so that their spread can be told"),
    ({"generations": 0}, "generations = 0: must be 1 to 100 generations"),
    ({"priors": {}}, "priors = {}: must name at least one parameter: path: {low: , high: }"),
    ({"priors": {"groups.formed": {"low": 0, "high": 1}}},
     "priors.groups.formed: is no number; only numbers can be calibrated"),
    ({"targets": ["som"]}, "targets.1 = som: must be one of sum, difference, order; did you mean 'sum'?"),
    ({"targets": ["order"]}, "targets.1 = order: has no band to measure a distance by"),
    ({"targets": ["sum", "sum"]}, "targets.2 = sum: is named twice"),
    ({"targets": []}, "targets = []: must be a list of targets, or all"),
    ({"seeds": {"first": 1.5}}, "seeds.first = 1.5: must be a whole number, at least 0"),
    ({"particls": 30}, "particls: unknown key; did you mean 'particles'?"),
])
def test_wrong_terms_are_told_with_their_rule(changes, told):
    [line] = faults_of(**changes)
    assert line.startswith(told)


def test_all_faults_of_a_file_come_in_one_report_with_their_lines(tmp_path: Path):
    file = tmp_path / "wrong.yaml"
    file.write_text("particles: 1\npriors:\n  trust.start: {low: 0.9, high: 0.1}\n  trust.strt: {low: 0, high: 1}\n")
    with pytest.raises(ScenarioError) as wrong:
        Experiment.load(file, WORLD, AIMS)
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in wrong.value.faults] == ["1:12", "3:33", "4:3"]


def test_a_missing_file_and_one_that_is_no_mapping_are_told(tmp_path: Path):
    with pytest.raises(ScenarioError, match="file not found"):
        Experiment.load(tmp_path / "none.yaml", WORLD, AIMS)
    with pytest.raises(ScenarioError, match="must be made of 'key: value' lines"):
        Experiment.from_mapping([], WORLD, AIMS)


def test_a_whole_parameter_is_rounded_and_stays_between_its_ends():
    [prior] = Experiment.from_mapping(asked(priors={"groups.size": {"low": 5, "high": 12}}), WORLD, AIMS).priors
    assert prior.whole and prior.at(0.4) == 8 and isinstance(prior.value(0.3), int)
    assert (prior.value(-9.0), prior.value(9.0)) == (5, 12)


def test_ends_of_a_logarithmic_prior_survive_the_way_there_and_back():
    [prior] = Experiment.from_mapping(asked(priors={TIME: {"low": 0.03, "high": 0.15,
                                                           "distribution": "loguniform"}}), WORLD, AIMS).priors
    assert prior.value(40.0) <= 0.15 and prior.value(-40.0) >= 0.03
    assert prior.at(prior.standing(0.1)) == pytest.approx(0.1)
    assert float(prior.quantile(0.5)) == pytest.approx(np.sqrt(0.03 * 0.15))


def test_a_normal_prior_is_the_normal_one_cut_off_at_its_ends():
    """By hand: cut off at the mean and two standard deviations above it; half of that is below the value
    with a normal probability of 0.5 + 0.4772 / 2."""
    [prior] = Experiment.from_mapping(asked(priors={TIME: {"low": 0.1, "high": 0.3, "distribution": "normal",
                                                           "mean": 0.1, "sd": 0.1}}), WORLD, AIMS).priors
    assert float(prior.quantile(0.5)) == pytest.approx(0.1 + 0.1 * norm.ppf(0.5 + (norm.cdf(2) - 0.5) / 2))


def test_parameters_of_any_size_are_worked_with_on_one_scale():
    """Rupiah beside shares: covariances of 1e11 and 1e-6 in one matrix would lose the shares."""
    big = {"joint_business.productivity": {"low": 6e5, "high": 1.3e6}, TIME: {"low": 0.03, "high": 0.15}}
    for prior in Experiment.from_mapping(asked(priors=big), WORLD, AIMS).priors:
        assert prior.standing(np.array([prior.low, prior.high])) == pytest.approx([0, 1])
        assert prior.natural(norm.ppf(0.25)) == pytest.approx(prior.low + 0.25 * (prior.high - prior.low))


def test_the_shipped_calibration_reads_and_fits_its_schema():
    evidence = load_evidence()
    found = Experiment.load(SHIPPED, evidence.base, evidence.targets)
    assert len(found.priors) >= 12 and len(found.targets) >= 40
    usual = {held.path: held.value for held in evidence.base.values()}
    outside = [prior.path for prior in found.priors if not prior.low <= usual[prior.path] <= prior.high]
    assert not outside, "a prior that rules out today's value would hide that the data want it"
    said = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema("experiment")).iter_errors(said)] == []


@pytest.mark.parametrize("wrong", [{"priors": {}}, {"priors": {TIME: {"low": 1}}}, {"particles": 1},
                                   {"priors": {TIME: {"low": 0, "high": 1, "distribution": "beta"}}},
                                   {"targets": "some"}, {"stop": {"hours": 3}}])
def test_the_schema_refuses_what_the_reader_refuses(wrong):
    assert list(Draft7Validator(schema("experiment")).iter_errors(asked(**wrong)))
