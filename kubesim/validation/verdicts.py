"""What the seeds say of each target: mean, interval, passed or failed; and what ablations break and mend."""

from __future__ import annotations

import pandas as pd

from kubesim.comparing.statistics import mean_difference
from kubesim.validation.evidence import Evidence
from kubesim.validation.measuring import AS_SHIPPED

COLUMNS = ["target", "statistic", "published", "band_low", "band_high", "simulated", "low", "high", "passed",
           "source", "grade", "band", "unit", "pattern", "seeds"]
CHANGES = ["mechanism", "target", "statistic", "shipped", "simulated", "low", "high", "passed_shipped",
           "passed"]


def judge(evidence: Evidence, measured: pd.DataFrame) -> pd.DataFrame:
    """One row a target with COLUMNS: ``simulated`` is the mean over seeds, ``low`` to ``high`` its 95 %
    interval (Student's t), ``passed`` whether that mean is in the band. A target that has a value in no seed
    fails."""
    values = {name: held.to_numpy() for name, held in measured.groupby("target", sort=False)["value"]}
    rows = []
    for target in (target for target in evidence.targets if target.name in values):
        found = mean_difference(values[target.name])
        mean = float(found.estimate)
        rows.append((target.name, target.about, target.published, target.low, target.high, mean,
                     float(found.low), float(found.high), target.passed(mean), target.source, target.grade,
                     target.band, target.unit, target.pattern, int(found.pairs)))
    return pd.DataFrame(rows, columns=COLUMNS)


def judge_each(evidence: Evidence, measured: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The verdicts on the model as shipped, and one row a (mechanism, target) with CHANGES for the model
    without each mechanism, under the same seeds."""
    judged = {name: judge(evidence, held) for name, held in measured.groupby("variant", sort=False)}
    shipped = judged.pop(AS_SHIPPED)
    pieces = [pd.DataFrame({
        "mechanism": name, "target": held["target"], "statistic": held["statistic"],
        "shipped": shipped["simulated"], "simulated": held["simulated"], "low": held["low"],
        "high": held["high"], "passed_shipped": shipped["passed"], "passed": held["passed"]})
        for name, held in judged.items()]
    return shipped, pd.concat(pieces, ignore_index=True)[CHANGES] if pieces else pd.DataFrame(columns=CHANGES)
