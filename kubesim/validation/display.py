"""The evidence table in words: on a terminal, and the pieces that the report uses too."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np
import pandas as pd

from kubesim.language import phrase, say, translated
from kubesim.plots.formats import MISSING, number
from kubesim.running.summary import spans

if TYPE_CHECKING:
    from kubesim.validation.validate import Validation

DECIMALS = {"%": 2, "points": 2, "persons": 2, "share of seeds": 2}
USUAL_DECIMALS = 3
ORIGINS = {"published": phrase("published"), "judgement": phrase("judged"), "own": phrase("own check")}
"""What is said of where a band comes from."""
UNSURE = phrase("? before or after, the verdict is at the edge of the band: it may be the luck of these "
                "seeds")
WIDTHS = (7, 37, 10, 21, 29, 6)
"""Letters of a line: target, what is measured, published, band, simulated, verdict."""


# -- numbers -----------------------------------------------------------------------------------
def digits(value: float, unit: str) -> str:
    """A number of a target, with the decimals of its unit."""
    return number(value, DECIMALS.get(unit, USUAL_DECIMALS)) if np.isfinite(value) else MISSING


def band(row: Any) -> str:
    """The band of a row of verdicts, ends included."""
    low, high = digits(row.band_low, row.unit), digits(row.band_high, row.unit)
    if np.isinf(row.band_low):
        return say("at most {high}", high=high)
    if np.isinf(row.band_high):
        return say("at least {low}", low=low)
    return low if low == high else say("{low} to {high}", low=low, high=high)


def simulated(row: Any) -> str:
    """The simulated mean and its interval."""
    low, high = digits(row.low, row.unit), digits(row.high, row.unit)
    mean = digits(row.simulated, row.unit)
    return mean if low == high else say("{mean} ({low} to {high})", mean=mean, low=low, high=high)


def verdict(passed: bool) -> str:
    """Passed or failed."""
    return say("passed") if passed else say("FAILED")


# -- the table ---------------------------------------------------------------------------------
def lines(validation: "Validation") -> list[str]:
    """The validation as plain text."""
    return [title(validation), "", *_table(validation.verdicts), "", *counts(validation.verdicts),
            *_ablation_lines(validation)]


def title(validation: "Validation") -> str:
    """What was held against what."""
    return say("kubesim as shipped against published evidence: {targets} targets, {count} seeds ({seeds})",
               targets=len(validation.verdicts), count=len(validation.seeds), seeds=spans(validation.seeds))


def _table(verdicts: pd.DataFrame) -> Iterator[str]:
    yield _line(say("target"), say("what is measured"), say("published"), say("band"),
                say("simulated (95 % interval)"))
    pattern = ""
    for row in verdicts.itertuples():
        if row.pattern != pattern:
            pattern = row.pattern
            yield ""
            yield say(pattern)
        mark = "" if row.band == "published" else " *" if row.band == "judgement" else " +"
        first, *more = wrap(f"{translated(row.statistic)} [{say(row.unit)}]", WIDTHS[1] - 1)
        yield _line(row.target, first, digits(row.published, row.unit), band(row) + mark, simulated(row),
                    verdict(row.passed))
        for part in more:
            yield _line("", part)
    yield ""
    yield say("* the band is a judged tolerance around what was published   + a check of our own")


def _line(*cells: str) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS)).rstrip()


def counts(verdicts: pd.DataFrame) -> list[str]:
    """How many targets pass, by where their bands come from, and which fail."""
    def told(among: pd.DataFrame) -> dict[str, int]:
        return {"passed": int(among["passed"].sum()), "all": len(among)}

    by_band = [(say("bands that follow from publications"), "published"), (say("judged bands"), "judgement"),
               (say("checks of our own"), "own")]
    out = [say("{passed} of {all} targets pass", **told(verdicts))]
    out += [say("  {what}: {passed} of {all}", what=what, **told(verdicts[verdicts["band"] == kind]))
            for what, kind in by_band if (verdicts["band"] == kind).any()]
    failed = verdicts.loc[~verdicts["passed"], "target"]
    out += [say("failed: {names}", names=", ".join(failed))] if len(failed) else []
    close = [row.target for row in verdicts.itertuples() if at_the_edge(row)]
    turned = say("at the edge of the band, other seeds could turn them: {names}", names=", ".join(close))
    return [*out, turned] if close else out


def at_the_edge(row: Any) -> bool:
    """Whether an end of the band lies within the interval, so that the verdict is within the seeds' luck."""
    return row.low < row.high and any(row.low <= end <= row.high for end in (row.band_low, row.band_high))


# -- ablations ---------------------------------------------------------------------------------
def changed(validation: "Validation") -> list[tuple[str, list[str], list[str]]]:
    """For each mechanism done without, the targets that break and those that are mended; a question mark
    follows those of which either verdict is at the edge of the band."""
    shipped = {row.target: at_the_edge(row) for row in validation.verdicts.itertuples()}
    bands = validation.verdicts[["target", "band_low", "band_high"]]
    found = []
    for name, held in validation.ablations.groupby("mechanism", sort=False):
        turned = [(row.passed, row.target + ("?" if at_the_edge(row) or shipped[row.target] else ""))
                  for row in held.merge(bands, on="target").itertuples() if row.passed != row.passed_shipped]
        found.append((name, [target for passed, target in turned if not passed],
                      [target for passed, target in turned if passed]))
    return found


def _ablation_lines(validation: "Validation") -> Iterator[str]:
    told = changed(validation)
    if not told:
        return
    width = max(len(name) for name, *_ in told) + 2
    yield ""
    yield say("Without one mechanism at a time, nothing re-tuned, the same seeds:")
    for name, broken, mended in told:
        yield "  " + name.ljust(width) + effects(broken, mended)
    yield say(UNSURE)


def effects(broken: list[str], mended: list[str]) -> str:
    """What doing without a mechanism changes."""
    parts = [say("breaks {names}", names=", ".join(broken))] if broken else []
    parts += [say("mends {names}", names=", ".join(mended))] if mended else []
    return "; ".join(parts) or say("changes no verdict")
