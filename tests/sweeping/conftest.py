"""Small studies to sweep."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from small_studies import SIZE

from kubesim.experiment import Experiment
from kubesim.population import GroupPlan, Population
from kubesim.scenario import Scenario
from kubesim.sweeping import Sweep, sweep_into

@pytest.fixture
def base() -> Scenario:
    """60 households, four months."""
    return Scenario(name="Village", months=4, population=Population(households=60), groups=GroupPlan(size=5))


@pytest.fixture
def study(base) -> Callable[..., Experiment]:
    """A grid of three sizes of groups, four seeds; terms may be given."""
    def make(scenarios: Any = None, **terms: Any) -> Experiment:
        held = {"levers": {SIZE: [5, 6, 7]}, "seeds": {"count": 4},
                "outcomes": ["poverty_rate", "welfare"], **terms}
        return Experiment.from_mapping(held, scenarios or base)
    return make


@pytest.fixture
def swept() -> Callable[..., Sweep]:
    """Sweeps in a thread of this process: no time is lost in starting others."""
    def sweep(folder: Path, experiment: Experiment, **effort: Any) -> Sweep:
        if "workers" in effort:
            return sweep_into(folder, experiment, **effort)
        with ThreadPoolExecutor(1) as executor:
            return sweep_into(folder, experiment, executor=executor, **effort)
    return sweep
