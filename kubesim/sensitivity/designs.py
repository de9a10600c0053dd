"""Designs: at which values of the factors the model is tried. SALib draws them."""

from __future__ import annotations

from itertools import product
from typing import Any, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.sensitivity.factors import Factor

LEVELS = 4
"""Levels of a Morris trajectory (Morris 1991; Campolongo et al. 2007)."""
STEP = LEVELS / (2 * (LEVELS - 1))
"""Step of a Morris trajectory as a share of a factor's span."""
OTHERS = "others"
"""What all factors that do not count alone are called together."""
MOST_POINTS = 10_000_000


def morris(factors: Sequence[Factor], trajectories: int, seed: int) -> pd.DataFrame:
    """Trajectories of one factor changed at a time: trajectories x (factors + 1) points.

    As all designs: one row a point, one column a factor, the same for the same seed. Raises
    ScenarioError.
    """
    salib = load_salib()
    _at_least(trajectories, 2, say("trajectories"))
    return _table(factors, salib.sample.morris.sample(problem(factors), trajectories, num_levels=LEVELS,
                                                      seed=salib_seed(seed)))


def sobol(factors: Sequence[Factor], points: int, seed: int, alone: Sequence[str] = ()) -> pd.DataFrame:
    """Saltelli's design for first and total Sobol indices: points, a power of 2, x (factors + 2).

    With ``alone``, only the factors of those paths count each, and all others together as one: all vary
    everywhere, so that indices are shares of the whole variance. Points x (len(alone) + 3).
    """
    salib = load_salib()
    _at_least(points, 2, say("points"))
    if points & (points - 1):
        raise ScenarioError(say("points = {points}: must be a power of 2, such as {near}", points=points,
                                near=2 ** round(np.log2(points))))
    return _table(factors, salib.sample.sobol.sample(_widened(factors, alone), points,
                                                     calc_second_order=False, seed=salib_seed(seed)))


def lhs(factors: Sequence[Factor], points: int, seed: int) -> pd.DataFrame:
    """A Latin hypercube: each factor in as many equal slices as there are points, each met once."""
    salib = load_salib()
    _at_least(points, 1, say("points"))
    return _table(factors, salib.sample.latin.sample(_widened(factors), points, seed=salib_seed(seed)))


def grid(factors: Sequence[Factor], levels: int) -> pd.DataFrame:
    """Every combination of so many equally spaced levels of each factor, both ends included."""
    _at_least(levels, 2, say("levels"))
    if levels ** len(factors) > MOST_POINTS:
        raise ScenarioError(say("a grid of {levels} levels of {count} factors has too many points; take fewer "
                                "factors, or another design", levels=levels, count=len(factors)))
    steps = [_rounded(factor, np.linspace(factor.low, factor.high, levels)) for factor in factors]
    return _table(factors, np.array(list(product(*map(np.unique, steps))), float))


def usual(factors: Sequence[Factor]) -> pd.DataFrame:
    """The one point of the scenario's own values."""
    return _table(factors, np.array([[factor.usual for factor in factors]]))


def problem(factors: Sequence[Factor], alone: Sequence[str] = ()) -> dict[str, Any]:
    """Factors as SALib wants them, those not ``alone`` as one group; raises ScenarioError without any."""
    if not factors:
        raise ScenarioError(say("no factors: there is nothing to vary"))
    asked = {"num_vars": len(factors), "names": [factor.path for factor in factors],
             "bounds": [[factor.low, factor.high] for factor in factors]}
    if alone:
        asked["groups"] = [path if path in alone else OTHERS for path in asked["names"]]
    return asked


def shares_of(factors: Sequence[Factor], alone: Sequence[str] = ()) -> list[str]:
    """What gets an index in Sobol's design, in order: paths, and OTHERS."""
    asked = problem(factors, alone)
    return list(dict.fromkeys(asked.get("groups", asked["names"])))


def load_salib():
    """SALib with the parts in use; raises ScenarioError when it is not installed."""
    try:
        import SALib
        import SALib.analyze.morris
        import SALib.analyze.pawn
        import SALib.analyze.sobol
        import SALib.sample.latin
        import SALib.sample.morris
        import SALib.sample.sobol
    except ImportError:
        raise ScenarioError(say("sensitivity needs SALib: pip install 'kubesim[sensitivity]'")) from None
    return SALib


def _widened(factors: Sequence[Factor], alone: Sequence[str] = ()) -> dict[str, Any]:
    """The same for uniform samples: the last whole number must be as likely as the others."""
    asked = problem(factors, alone)
    asked["bounds"] = [[factor.low, factor.high + 1 if factor.whole else factor.high] for factor in factors]
    return asked


def _table(factors: Sequence[Factor], sample: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({factor.path: _rounded(factor, sample[:, place])
                         for place, factor in enumerate(factors)})


def _rounded(factor: Factor, values: np.ndarray) -> np.ndarray:
    """Values inside the factor's span, whole where they must be.

    A Morris sample never goes beyond ``high``, so cutting off what is behind the point moves it to
    the level below, the same way up and down; the last bits of SALib's sums are cut off too.
    """
    if factor.whole:
        values = np.floor(values + 1e-9)
    return np.clip(values, factor.low, factor.high).astype(np.int64 if factor.whole else float)


def _at_least(given: int, least: int, what: str) -> None:
    if given < least:
        raise ScenarioError(say("{what} = {given}: must be {least} or more", what=what, given=given,
                                least=least))


def salib_seed(seed: int) -> int:
    """A seed for SALib, which takes 0 for none at all in places."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0] // 2) + 1
