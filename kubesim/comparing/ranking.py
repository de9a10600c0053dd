"""Several variants in order, and whether the order can be told from luck."""

from __future__ import annotations

from typing import Mapping

import numpy as np
import pandas as pd

from kubesim.comparing.statistics import mean_difference


def rank(effects: Mapping[str, np.ndarray], less_is_better: bool, first: int | None = None) -> pd.DataFrame:
    """Variants from the best to the worst by their mean effect.

    ``effects`` maps each variant to its differences from the baseline, one a pair, in the same
    order of seeds. ``behind`` is how far a variant is behind the best one, pair by pair; its
    interval holds for all pairs of variants at once (Bonferroni), so that it stays right though
    the best was picked after looking. ``tied``: it includes 0.

    Columns: rank, scenario, estimate, low, high (for all variants at once), behind, behind_low,
    behind_high, tied.
    """
    names, values = list(effects), np.stack(list(effects.values()), axis=1)
    found = mean_difference(values, first, len(names))
    sign = 1 if less_is_better else -1
    order = np.argsort(np.where(np.isfinite(found.estimate), sign * found.estimate, np.inf), kind="stable")
    gaps = sign * (values - values[:, order[:1]])
    behind = mean_difference(gaps, first, max(len(names) * (len(names) - 1) // 2, 1))
    rows = [(place + 1, names[i], found.estimate[i], found.low[i], found.high[i], behind.estimate[i],
             behind.low[i], behind.high[i], place > 0 and not behind.low[i] > 0)
            for place, i in enumerate(order)]
    return pd.DataFrame(rows, columns=["rank", "scenario", "estimate", "low", "high", "behind", "behind_low",
                                       "behind_high", "tied"])
