"""Worlds that cost nothing, so that a whole calibration takes a second, and targets to hold them against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from kubesim.calibration.calibrate import Question
from kubesim.calibration.distance import Yardstick
from kubesim.calibration.experiment import Experiment
from kubesim.calibration.posterior import Posterior
from kubesim.calibration.prior import Prior
from kubesim.errors import SimulationError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.scenario import Scenario

WORLD = Scenario(name="World", interventions=(Diklat(), Companionship()))
TIME, TRUST, IDLE = "joint_business.time_share", "trust.start", "market.spread"


@dataclass(frozen=True)
class Aim:
    """A target with nothing but what a calibration looks at."""

    name: str
    published: float
    low: float
    high: float
    unit: str = "ratio"


AIMS = (Aim("sum", 1.0, 0.9, 1.1), Aim("difference", 0.2, 0.1, 0.3), Aim("order", math.nan, 0.0, math.inf))


def two_lines(changes: Mapping[str, float], seed: int) -> dict[str, float]:
    """Two statistics that pin two parameters down, with a spread of 0.05; the third parameter is idle."""
    noise = np.random.default_rng(seed).normal(0.0, 0.05, 2)
    a, b = 5 * changes[TIME], changes[TRUST]
    return {"sum": a + b + noise[0], "difference": a - b + noise[1]}


def breaks_above(changes: Mapping[str, float], seed: int) -> dict[str, float]:
    """As ``two_lines``, but broken where the time share is high."""
    if changes[TIME] > 0.12:
        raise SimulationError("money does not close")
    return two_lines(changes, seed)


def asked(**changes: Any) -> dict[str, Any]:
    """A small calibration as its file would say it."""
    return {"name": "Two lines", "particles": 30, "generations": 3, "check": 10, "priors": {
        TIME: {"low": 0.03, "high": 0.2}, TRUST: {"low": 0.1, "high": 0.9},
        IDLE: {"low": 0.01, "high": 0.15, "distribution": "loguniform"}}, **changes}


def question(simulate=two_lines, **changes: Any) -> Question:
    """What is asked of the cheap world."""
    return Question(Experiment.from_mapping(asked(**changes), WORLD, AIMS), {"world": WORLD}, simulate)


def by_hand(working: list[list[float]], simulated: list[list[float]], weight: list[float]) -> Posterior:
    """A posterior of two parameters between 0 and 1 and as many targets as ``simulated`` has columns."""
    names = [aim.name for aim in AIMS[:2]]
    priors = (Prior(TIME, 0.0, 1.0), Prior(TRUST, 0.0, 1.0))
    return Posterior(priors, Yardstick(tuple(names), (1.0, 0.2), (0.1, 0.1), (0.9, 0.1), (1.1, 0.3)),
                     np.array(working, float), np.array(weight, float), np.ones(len(weight)),
                     np.array(simulated, float), np.array([10.0]), np.array([len(weight)]))

