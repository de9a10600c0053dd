"""Scenario files that tests write into their working folder, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention
from kubesim.reading.faults import listed
from kubesim.scenario import Scenario
from kubesim.reading.sections import kinds

INTERVENTIONS = "<the known interventions>"
"""Stands for their names: other tests may have added some."""

BASE = """\
name: Base
about: as it is
months: 24
population:
  households: 600
  poverty_line: {value: 509773, grade: observed, source: "BPS, March 2019", note: "city"}
groups: {size: 8}
districts:
  - {name: Utara, share: 0.4}
  - {name: Barat, share: {value: 0.6, source: census}}
interventions:
  - kind: uep_grant
  - {kind: diklat, hours: {value: 12, grade: assumed, source: two days}, practice_share: 0.1}
  - {kind: diklat, name: second_course, start_month: 7}
shocks:
  - {kind: flood, districts: [Utara]}
"""


def write_base() -> Scenario:
    """``base.yaml`` in the working folder, and the scenario that it holds."""
    Path("base.yaml").write_text(BASE)
    return Scenario.load("base.yaml")


def faults_of(content: str | bytes, name: str = "coba.yaml") -> list[str]:
    """The lines told of a file with this content, written into the working folder."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return faults_when(lambda: Scenario.load(name))


def faults_when(act: Callable[[], Any]) -> list[str]:
    """The lines of the ScenarioError that an act ends in."""
    with pytest.raises(ScenarioError) as told:
        act()
    assert str(told.value) == "\n".join(told.value.faults)
    return [fault.replace(listed(list(kinds(Intervention))), INTERVENTIONS) for fault in told.value.faults]


def check(content: str | bytes, *expected: str) -> None:
    """All that is told of a file, line by line after its name."""
    assert faults_of(content) == [f"coba.yaml:{line}" for line in expected]
