"""Cases as programme staff write them (tests/cases/*.yaml): given, after months, expect.

A line of ``expect`` names a quantity, ``<statistic> of <table>.<column> [on lists | off lists]``, and
what it must be: a number; ``above`` and ``below``; or ``more than without`` and ``less than
without`` an intervention, or ``same as without`` it to the last bit, under the same luck. Statistics:
mean, total, smallest, largest and count (of what is not 0).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from kubesim.model import KubeModel
from kubesim.scenario import Scenario
from kubesim.state import State

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
QUANTITY = re.compile(r"(\w+) of (\w+)\.(\w+)(?: (on|off) lists)?")
STATISTICS = {"mean": np.mean, "total": np.sum, "smallest": np.min, "largest": np.max,
              "count": np.count_nonzero}


def read(path: Path) -> list[dict[str, Any]]:
    """The cases of a file."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def live(given: dict[str, Any], months: int, without: str = "") -> State:
    """The state of the given scenario after so many months, without one intervention if named."""
    kept = [item for item in given.get("interventions", []) if item["kind"] != without]
    assert not without or len(kept) < len(given["interventions"]), f"no intervention '{without}' is given"
    model = KubeModel(Scenario.from_mapping(given | {"interventions": kept}), seed=1)
    for _ in range(months):
        model.step()
    return model.state


def measure(state: State, quantity: str) -> tuple[np.ndarray, float]:
    """The rows that a line of ``expect`` names, and their statistic."""
    said = QUANTITY.fullmatch(quantity)
    assert said, f"'{quantity}' is not '<statistic> of <table>.<column> [on lists | off lists]'"
    statistic, table, column, side = said.groups()
    rows = getattr(getattr(state, table), column)[0]
    rows = {"on": rows[:state.listed], "off": rows[state.listed:], None: rows}[side]
    return rows, float(STATISTICS[statistic](rows))


def check(case: dict[str, Any], state: State, quantity: str, rule: Any) -> None:
    """Fail unless the quantity is what the case expects."""
    rows, found = measure(state, quantity)
    if not isinstance(rule, dict):
        assert found == pytest.approx(rule, rel=1e-6), f"{quantity} is {found:,.6g}, expected {rule:,}"
        return
    for word, limit in rule.items():
        if word.endswith("without"):
            other_rows, limit = measure(live(case["given"], case["after_months"], without=limit), quantity)
        holds = {"above": found > limit, "more than without": found > limit,
                 "below": found < limit, "less than without": found < limit,
                 "same as without": word == "same as without" and np.array_equal(rows, other_rows)}
        assert holds[word], f"{quantity} is {found:,.6g}, expected {word} {limit:,.6g}"


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{path.stem}: {case['case']}")
                                  for path in CASES for case in read(path)])
def test_case(case):
    assert set(case) == {"case", "given", "after_months", "expect"}
    state = live(case["given"], case["after_months"])
    for quantity, rule in case["expect"].items():
        check(case, state, quantity, rule)
