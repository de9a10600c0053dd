"""Verdicts: the edges of a band, intervals, ablations; and a failed target shows as failed everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from kubesim.report.validation import sections, write_validation_report
from kubesim.validation.display import changed
from kubesim.validation.evidence import Evidence, load_evidence
from kubesim.validation.picture import Scale, draw
from kubesim.validation.validate import Validation
from kubesim.validation.verdicts import COLUMNS, judge, judge_each

EVIDENCE = load_evidence()


def held_to(low: float, high: float, **more) -> Evidence:
    """One target with this band."""
    return replace(EVIDENCE, targets=(replace(EVIDENCE.targets[0], low=low, high=high, **more),))


def values(*found: float, target: str = "1a", variant: str = "") -> pd.DataFrame:
    """What was measured in seeds 1, 2, ..."""
    seeds = range(1, len(found) + 1)
    return pd.DataFrame({"variant": variant, "target": target, "seed": seeds, "value": found})


@pytest.mark.parametrize("mean, low, high, passed", [
    (0.15, 0.15, 0.16, True), (0.16, 0.15, 0.16, True), (np.nextafter(0.15, 0), 0.15, 0.16, False),
    (np.nextafter(0.16, 1), 0.15, 0.16, False), (-7.0, -np.inf, 0.0, True), (7.0, 0.0, np.inf, True),
    (1.0, 1.0, 1.0, True), (0.99, 1.0, 1.0, False), (np.nan, 0.0, np.inf, False)])
def test_the_ends_of_a_band_belong_to_it(mean, low, high, passed):
    found = judge(held_to(low, high), values(mean, mean))
    assert bool(found.loc[0, "passed"]) is passed


def test_the_interval_is_students():
    found = judge(held_to(0, 1), values(0.1, 0.2, 0.6)).iloc[0]
    spread = np.std([0.1, 0.2, 0.6], ddof=1) / np.sqrt(3)
    assert list(judge(held_to(0, 1), values(0.1, 0.2, 0.6)).columns) == COLUMNS
    assert found["simulated"] == pytest.approx(0.3)
    assert found["low"] == pytest.approx(0.3 - student.ppf(0.975, 2) * spread)
    assert found["high"] == pytest.approx(0.3 + student.ppf(0.975, 2) * spread)


@pytest.mark.parametrize("found, close", [((0.1, 0.2), True), ((0.3, 0.31), False), ((0.1499, 0.1501), True)])
def test_a_verdict_that_other_seeds_could_turn_is_named(found, close):
    evidence = held_to(0.15, 0.5)
    told = str(validated(evidence, values(*found)))
    assert ("other seeds could turn them: 1a" in told) is close


def test_a_seed_without_a_value_is_left_out_and_counted():
    found = judge(held_to(0, 1), values(0.1, np.nan, 0.3)).iloc[0]
    assert (found["simulated"], found["seeds"]) == (pytest.approx(0.2), 2)


def test_ablations_name_what_breaks_and_what_is_mended():
    evidence = replace(EVIDENCE, targets=tuple(replace(target, low=0.0, high=1.0)
                                               for target in EVIDENCE.targets[:3]))
    names = [target.name for target in evidence.targets]
    shipped = [values(held, held, target=name) for name, held in zip(names, (0.5, 2.0, 0.5))]
    without = [values(held, held, target=name, variant="jealousy")
               for name, held in zip(names, (-1.0, 0.5, 0.6))]
    validation = validated(evidence, pd.concat(shipped + without))
    assert changed(validation) == [("jealousy", [names[0]], [names[1]])]
    assert f"  jealousy  breaks {names[0]}; mends {names[1]}" in str(validation).splitlines()
    assert validation.ablations["shipped"].tolist() == [0.5, 2.0, 0.5]
    assert "ablations" in [section.id for section in sections(validation)]


def test_a_verdict_that_changed_by_luck_has_a_question_mark():
    evidence = held_to(0.5, 1.0)
    found = pd.concat([values(0.7, 0.7001), values(0.4, 0.55, variant="quarrels"),
                       values(0.1, 0.1001, variant="misuse")])
    assert changed(validated(evidence, found)) == [("quarrels", ["1a?"], []), ("misuse", ["1a"], [])]


def validated(evidence: Evidence, found: pd.DataFrame) -> Validation:
    """A validation of values that were measured somehow."""
    seeds = tuple(found["seed"].unique().tolist())
    return Validation(evidence, seeds, 60, *judge_each(evidence, found), found)


def test_a_failed_target_shows_as_failed_everywhere(tmp_path: Path):
    evidence = replace(EVIDENCE, targets=EVIDENCE.targets[:2])
    validation = validated(evidence, pd.concat([values(0.155, 0.156), values(9.0, 9.1, target="1b")]))
    assert validation.verdicts.set_index("target")["passed"].to_dict() == {"1a": True, "1b": False}
    assert list(validation.failed()["target"]) == ["1b"]
    told = str(validation)
    assert "failed: 1b" in told and told.count("FAILED") == 1 and "1 of 2 targets pass" in told
    page = write_validation_report(validation, tmp_path).read_text(encoding="utf-8")
    assert page.count("FAILED") == 1 and "these fail: 1b." in page and "1b Whole city" in page
    colours = {text.get_color() for text in draw(validation).axes[0].texts if "9.050" in text.get_text()}
    assert colours == {"#D55E00"}
    validation.write(tmp_path / "folder")
    kept = pd.read_parquet(tmp_path / "folder" / "validation.parquet")
    assert kept.set_index("target")["passed"].to_dict() == {"1a": True, "1b": False}
    assert list(kept.columns[:11]) == ["target", "statistic", "published", "band_low", "band_high",
                                       "simulated", "low", "high", "passed", "source", "grade"]


@pytest.mark.parametrize("low, high, simulated, first, last", [
    (2.0, 4.0, 3.0, 2.0, 4.0), (0.0, np.inf, 5.0, 0.0, 7.5), (-np.inf, 1.0, 3.0, -2.0, 1.0),
    (1.0, 1.0, 0.0, 0.5, 1.5)])
def test_a_band_is_drawn_from_0_to_1_an_open_one_as_long_as_needed(low, high, simulated, first, last):
    found = judge(held_to(low, high, published=np.nan), values(simulated, simulated))
    scale = Scale.of(next(found.itertuples()))
    assert (scale.at(first), scale.at(last)) == (pytest.approx(0), pytest.approx(1))
