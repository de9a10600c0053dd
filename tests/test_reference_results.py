"""The reference results that are kept with the code: whole, of this evidence, and still what the model gives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from kubesim import reference
from kubesim.validation.evidence import load_evidence
from kubesim.validation.validate import validate

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / reference.FOLDER
FRESH = range(30_001, 30_007)
"""Seeds of neither the reference results nor any search."""


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "validation.csv", dtype={"target": str}).set_index("target")


def test_each_part_says_how_it_was_made():
    made = json.loads((FOLDER / reference.MADE).read_text(encoding="utf-8"))
    assert set(made) == set(reference.PARTS)
    for part in made.values():
        assert re.fullmatch(r"[0-9a-f]{40}\+?", part["commit"]) and part["command"] and part["versions"]


def test_the_files_are_small_and_all_there():
    names = {"validation.csv", "validation.png", "comparison.csv", "uncertainty.csv", "ablations.csv",
             "sensitivity.csv", "sensitivity.md", "sensitivity.png", reference.MADE}
    assert {path.name for path in FOLDER.iterdir()} == names
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000


def test_targets_and_bands_are_those_of_the_evidence(kept):
    targets = {target.name: target for target in load_evidence().targets}
    assert list(kept.index) == list(targets)
    for name, row in kept.iterrows():
        low, high = targets[name].low, targets[name].high
        assert (row["band_low"], row["band_high"]) == pytest.approx((low, high))
        assert row["passed"] == (low <= row["simulated"] <= high)


def test_the_readme_names_the_targets_that_fail(kept):
    failed = ", ".join(kept.index[~kept["passed"]])
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"{kept['passed'].sum()} of {len(kept)} targets pass" in readme and f"({failed})" in readme


@pytest.mark.slow
def test_fresh_seeds_give_what_is_kept(kept):
    """Each target's mean over six fresh seeds lies within 4.5 standard errors of the kept mean: one false
    alarm in about 2,500 runs of this test."""
    held = json.loads((FOLDER / reference.MADE).read_text(encoding="utf-8"))["validation"]["seeds"]
    count = held[1] - held[0] + 1
    fresh = validate(FRESH, workers=2).verdicts.set_index("target")
    spread = (kept["high"] - kept["low"]) / 2 / t.ppf(0.975, count - 1) * np.sqrt(count)
    error = spread * np.sqrt(1 / count + 1 / len(FRESH))
    off = (fresh["simulated"] - kept["simulated"]).abs()
    assert (off <= 4.5 * error + 1e-9).all(), (off / error)[off > 4.5 * error]
