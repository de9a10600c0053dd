"""Where the next generation is looked for: around the last one as a whole, and now and then anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pyabc.parameters import Parameter
from pyabc.transition import Transition

ANYWHERE = 0.15
"""Share of new draws that come from the prior: so no draw can weigh more than 1 / ANYWHERE times what it
would as a draw from the prior."""
WIDER = 1.5
"""Covariance of new draws by that of the last generation."""


class Around(Transition):
    """A normal distribution fitted to the last generation, mixed with the prior.

    A density estimate around each single draw, pyABC's usual way, leaves a handful of draws with all the
    weight where there are ten parameters or more. Any proposal gives a right posterior, since draws are
    weighted by prior over proposal (importance sampling with a defensive mixture; Hesterberg 1995,
    Technometrics 37:185-194). The prior is standard normal in every parameter.
    """

    def fit(self, X: pd.DataFrame, w: np.ndarray) -> None:
        """Fit to weighted draws; correlations are drawn towards 0 where draws are few."""
        held, self._paths = X.to_numpy(float), list(X.columns)
        self._mean = w @ held
        around = (held - self._mean) * np.sqrt(w)[:, None]
        spread = around.T @ around + 1e-6 * np.eye(held.shape[1])
        effective = 1 / np.square(w).sum()
        kept = effective / (effective + held.shape[1])
        spread = WIDER * (kept * spread + (1 - kept) * np.diag(np.diag(spread)))
        self._root = np.linalg.cholesky(spread)

    def rvs_single(self) -> Parameter:
        """One new draw."""
        luck = np.random.standard_normal(len(self._paths))
        if np.random.uniform() >= ANYWHERE:
            luck = self._mean + self._root @ luck
        return Parameter(dict(zip(self._paths, luck.tolist())))

    def pdf(self, x: Any) -> Any:
        """The density of new draws: of one, or of each row of a table."""
        held = np.atleast_2d(np.asarray([x[path] for path in self._paths], float).T)
        scores = np.linalg.solve(self._root, (held - self._mean).T).T
        near = np.exp(-0.5 * np.square(scores).sum(axis=1)) / np.prod(np.diag(self._root))
        anywhere = np.exp(-0.5 * np.square(held).sum(axis=1))
        density = ((1 - ANYWHERE) * near + ANYWHERE * anywhere) / np.sqrt(2 * np.pi) ** held.shape[1]
        return density if isinstance(x, pd.DataFrame) else float(density[0])
