"""What a sweep says of itself: what was asked, what is done, what failed and why, what is missing."""

from __future__ import annotations

from html import escape
from typing import Iterator

from kubesim.language import phrase, say
from kubesim.progress import duration
from kubesim.sweeping.living import DONE
from kubesim.sweeping.results import Sweep

MOST_FAULTS = 5
KINDS = {"grid": phrase("grid"), "lhs": phrase("Latin hypercube"), "sobol": phrase("Sobol design"),
         "morris": phrase("Morris design"), "csv": phrase("points from a file")}


def text(sweep: Sweep) -> str:
    """A sweep in plain lines."""
    return "\n".join(_lines(sweep))


def html(sweep: Sweep) -> str:
    """The same for a notebook."""
    return "<br>".join(escape(line) for line in _lines(sweep))


def _lines(sweep: Sweep) -> Iterator[str]:
    counts, seeds = sweep.counts, sweep.manifest["seeds"]
    yield sweep.name
    yield say("{kind}: {points:,} points, {scenarios} scenarios, {seeds} seeds each ({luck}), "
              "{months} months",
              kind=say(KINDS[sweep.design["kind"]]), points=len(sweep.points), scenarios=len(sweep.scenarios),
              seeds=len(seeds), months=sweep.manifest["months"],
              luck=say("fresh luck at every point") if sweep.manifest["fresh"] else say("common luck"))
    yield say("{asked:,} runs asked for: {done:,} done, {failed:,} failed, {timeout:,} timed out, "
              "{missing:,} missing", **counts)
    runs = sweep.runs.drop_duplicates("run")
    wrong = runs[runs["status"] != DONE]
    for (status, error), struck in list(wrong.groupby(["status", "error"], sort=False))[:MOST_FAULTS]:
        first = struck.iloc[0]
        yield "  " + say("{count:,} x {error} (first: scenario {scenario}, point {point}, seed {seed})",
                         count=len(struck), error=error or status, scenario=first["scenario"],
                         point=first["point"], seed=first["seed"])
    done = runs.loc[runs["status"] == DONE, "seconds"]
    if len(done):
        yield say("{each:.3f} s a run, {whole} in all on one processor", each=done.mean(),
                  whole=duration(done.sum()))
