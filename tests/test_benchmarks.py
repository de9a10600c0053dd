"""The speed programme runs at a tiny size and writes what it promises; no time is judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.aims import aims
from benchmarks.sizes import Cost, rounds_for
from benchmarks.stacking import lived, same_bits

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CONTRACT = {"households": int, "months": int, "ns_per_household_month": float, "setup_s": float,
            "peak_mb": float, "ratio_to_reference": float}


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> tuple[str, list[dict]]:
    """What ``python -m tests.benchmarks`` prints and writes for a tiny city."""
    folder = tmp_path_factory.mktemp("bench") / "new"
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--sizes", "120", "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout, json.loads((folder / "bench.json").read_text())


def test_the_file_is_as_the_contract_says(bench):
    size, runs, *further = bench[1]
    assert {name: type(value) for name, value in size.items()} == CONTRACT
    assert size["households"] == 120 and min(size.values()) > 0
    assert size["peak_mb"] > 20, "less than Python and NumPy take by themselves"
    assert set(runs) == {"runs_per_second"}
    assert set(runs["runs_per_second"]) == {"households", "months", "workers", "value"}
    assert runs["runs_per_second"]["households"] == 1000 and runs["runs_per_second"]["workers"] == 1
    assert all(len(item) == 1 for item in further)


def test_what_is_beyond_the_contract_adds_up(bench):
    found = {name: value for item in bench[1][2:] for name, value in item.items()}
    assert found["stacking"]["identical_to_the_last_bit"] is True
    for profile in found["rules"]:
        whole = profile["share_of_draws"] + sum(rule["share"] for rule in profile["rules"])
        assert whole == pytest.approx(1, abs=0.01)
        names = {rule["rule"] for rule in profile["rules"]}
        assert {"spending.spend", "learning.learn", "companionship.apply", "market.set_prices"} <= names
    assert [way["way"] for way in found["streams"]][-1] == "reseated SFC64"
    assert found["recording"][0]["all_outcomes_ns"] > found["recording"][0]["costliest"]["gini"] > 0
    assert found["machine"]["python"] == sys.version.split()[0]


def test_every_aim_is_printed_with_its_verdict(bench):
    lines = bench[0][bench[0].index("Aims"):].splitlines()
    verdicts = [line for line in lines if line.endswith(("   met", "not met", "not measured"))]
    assert len(verdicts) == 6
    assert sum(line.endswith("not measured") for line in verdicts) == 3, "the three of larger cities"


def cost(households: int, ns: float, ratio: float | None = None, peak_mb: float = 200.0) -> Cost:
    """A city's cost."""
    return Cost(households, 12, ns, ns, 1.0, peak_mb, None, None, ratio)


@pytest.mark.parametrize("ratio, ns, peak_mb, met", [
    (50.0, 450.0, 999.0, [True, True, True]), (49.9, 450.1, 1000.0, [False, False, False])])
def test_aims_are_judged_at_their_bounds(ratio, ns, peak_mb, met):
    costs = [cost(10_000, 300.0), cost(100_000, 200.0, ratio), cost(1_000_000, ns, None, peak_mb)]
    reached = aims(costs, {"times_faster": 3.0, "identical_to_the_last_bit": True}, {"wall_s": 0.5})
    assert [aim.met for aim in reached] == [*met, True, True, False]


def test_a_city_too_large_for_the_reference_has_no_ratio():
    assert rounds_for(1_000_000, quick=False)[1] == 0 and rounds_for(100_000, quick=False)[1] == 1
    assert cost(1_000_000, 300.0).as_contracted()["ratio_to_reference"] is None


def test_one_wrong_bit_in_a_stack_is_found(world):
    short = world.model_copy(update={"months": 2})
    stack, alone = lived(short, [4, 9]), lived(short, 9)
    assert same_bits(stack, 1, alone) and not same_bits(stack, 0, alone)
    alone.groups.capital[0, 3] *= 1 + 2**-52
    assert not same_bits(stack, 1, alone)
