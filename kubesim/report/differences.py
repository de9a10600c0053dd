"""What differs between the scenarios, where each value comes from, and which of them are to be defended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Iterator

import pandas as pd

from kubesim.language import say, translated
from kubesim.report.blocks import Block, Heading, Points, Table, Words
from kubesim.telling.explain import MISSING, explain, measured, summarise

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison


def difference_blocks(comparison: "Comparison") -> list[Block]:
    """For each variant the values in which it differs, and among them those that are assumed."""
    blocks: list[Block] = [Words(say(
        "Every value has a source and a grade: observed (read from data), literature (a published study), "
        "derived (worked out from these), calibrated (fitted to published figures) or assumed (a judgement). "
        "A value that differs between the scenarios and is assumed is one to defend: the verdicts rest "
        "on it."))]
    base = comparison.scenarios[comparison.baseline]
    for label in comparison.variants:
        parts = summarise(explain(comparison.scenarios[label], base))
        blocks += [Heading(label), Points.of(list(_told(parts))), *_differing(label, parts, comparison)]
    return blocks


def _told(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    """The values to defend, and what the variant does not have."""
    defend, gone = parts["to_defend"], parts["left_out"]
    if len(defend):
        yield say("Values to defend, as they differ and are assumed ({count}):", count=len(defend))
        for row in defend.itertuples():
            yield "  " + _claim(row)
    else:
        yield say("None of the values that differ is assumed")
    for section, count in Counter(path.rpartition(".")[0] for path in gone["path"]).items():
        yield say("Only the baseline has {section} ({count} values)", section=section, count=count)


def _claim(row: Any) -> str:
    value = measured(row.value, row.unit)
    if row.baseline_set_in == MISSING:
        return say("{meaning} ({path}): {value}; the baseline has none", meaning=translated(row.meaning), path=row.path,
                   value=value)
    return say("{meaning} ({path}): {value} instead of {before}", meaning=translated(row.meaning), path=row.path,
               value=value, before=measured(row.baseline, row.unit))


def _differing(label: str, parts: dict[str, pd.DataFrame], comparison: "Comparison") -> list[Table]:
    rows = [[say("{meaning} ({path})", meaning=translated(row.meaning), path=row.path), measured(row.value, row.unit),
             measured(row.baseline, row.unit) if row.baseline_set_in != MISSING else MISSING, say(row.grade),
             translated(row.source), row.set_in] for row in parts["differing"].itertuples()]
    if not rows:
        return []
    return [Table(say("{variant}: values that differ from {baseline}", variant=label,
                      baseline=comparison.baseline),
                  [say("value"), say("here"), say("baseline"), say("grade"), say("source"), say("set in")],
                  rows, prose=True, folded=len(comparison.variants) > 1)]
