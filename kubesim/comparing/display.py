"""A comparison in a few lines: verdicts, who wins, the ranking, what pairing was worth."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.effects import EVERYBODY, MEMBERS
from kubesim.comparing.words import percent, subject, written
from kubesim.language import say
from kubesim.plots.formats import number
from kubesim.summary import spans

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

COLUMNS = ["scenario", "outcome", "group", "baseline", "variant", "difference", "low", "high", "pairs", "unit"]


def headline(comparison: "Comparison") -> pd.DataFrame:
    """The outcomes told first, at the last month, for members and for all: one row a (scenario,
    outcome, group). ``low`` and ``high`` bound the difference with 95 %, for all variants at once."""
    last = comparison.effects[comparison.effects["month"] == comparison.months]
    rows = []
    for label in comparison.variants:
        for name in comparison.asked:
            outcome = words.told(name)
            for group in dict.fromkeys((words.headline_group(name), EVERYBODY)):
                found = last[(last["scenario"] == label) & (last["outcome"] == outcome) & (last["group"] == group)]
                rows += [(label, outcome, group, row.baseline, row.variant, row.estimate, row.low_together,
                          row.high_together, row.pairs, words.unit_of(outcome)) for row in found.itertuples()]
    return pd.DataFrame(rows, columns=COLUMNS)


def title(comparison: "Comparison") -> str:
    """What was compared."""
    seeds = spans(tuple(sorted(comparison.seeds)))
    if len(comparison.variants) == 1:
        said = say("{variant} against {baseline}: {pairs} pairs, seeds {seeds}, month {month}",
                   variant=comparison.variants[0], baseline=comparison.baseline, pairs=len(comparison.seeds),
                   seeds=seeds, month=comparison.months)
    else:
        said = say("{count} variants against {baseline}: {pairs} pairs, seeds {seeds}, month {month}",
                   count=len(comparison.variants), baseline=comparison.baseline, pairs=len(comparison.seeds),
                   seeds=seeds, month=comparison.months)
    return said if comparison.made.status == "done" else f"{said} ({comparison.made.status})"


def lines(comparison: "Comparison") -> list[str]:
    """The comparison as plain text."""
    several = len(comparison.variants) > 1
    out = [title(comparison)]
    for label in comparison.variants:
        out += ["", label] if several else [""]
        out += ["  " * several + verdict.sentence for verdict in comparison.verdicts() if verdict.scenario == label]
        out += ["  " * several + line for line in (winners(comparison, label), identical(comparison, label)) if line]
    if several:
        out += ["", *ranked(comparison), together(comparison)]
    return out + ["", *filter(None, [saved(comparison), precision(comparison)])]


def winners(comparison: "Comparison", label: str) -> str:
    """Who gains and who loses, in a sentence."""
    held = comparison.winners
    shares = held[(held["scenario"] == label) & (held["group"] == MEMBERS)].set_index("change")["share"]
    if "gains_over_1%" not in shares:
        return ""
    return say("Of members, {more} consume over 1 % more than in the baseline (mean of the last 12 months) and {less} "
               "over 1 % less; {much_more} over 5 % more and {much_less} over 5 % less",
               more=percent(shares["gains_over_1%"]), less=percent(shares["loses_over_1%"]),
               much_more=percent(shares["gains_over_5%"]), much_less=percent(shares["loses_over_5%"]))


def identical(comparison: "Comparison", label: str) -> str:
    """That the months before the first difference are the same, in a sentence."""
    row = comparison.identity[comparison.identity["scenario"] == label].iloc[0]
    if row["differs"] < 0:
        return say("No column ever differs from the baseline's: the change has no effect in these months")
    if row["differs"] == 0:
        return say("The worlds differ from month 0 on")
    return say("The months before month {month} are identical, every column bit by bit (checked)",
               month=row["differs"])


def ranked(comparison: "Comparison") -> list[str]:
    """The ranking, one line a variant."""
    name = comparison.asked[0]
    outcome = words.told(name)
    about = subject(outcome, words.headline_group(name))
    out = [say("Ranking ({outcome}):", outcome=about)]
    for row in comparison.ranking().itertuples():
        how = written(outcome, row.estimate, row.low, row.high)
        parts = {"rank": row.rank, "name": row.scenario, "effect": how.signed(row.estimate),
                 "low": how.digits(row.low), "high": how.digits(row.high)}
        if row.rank == 1:
            out.append(say("  {rank}. {name}: {effect} ({low} to {high})", **parts))
        elif row.tied:
            out.append(say("  {rank}. {name}: {effect} ({low} to {high}); cannot be told from the first", **parts))
        else:
            out.append(say("  {rank}. {name}: {effect} ({low} to {high}); {behind} behind the first",
                           behind=written(outcome, row.behind, row.behind_low, row.behind_high).amount(row.behind),
                           **parts))
    return out


def together(comparison: "Comparison") -> str:
    """How several comparisons at once are allowed for."""
    return say("Intervals hold with 95 % for all {count} variants at once, outcome by outcome (Bonferroni; p-values by "
               "Holm), and in the ranking for all pairs of variants", count=len(comparison.variants))


def saved(comparison: "Comparison") -> str:
    """What pairing was worth in this comparison."""
    name = comparison.asked[0]
    held = comparison.variance
    rows = held[(held["outcome"] == name) & (held["group"] == words.headline_group(name))]
    times = rows["times"].to_numpy()
    times = times[np.isfinite(times)]
    if not len(times):
        return ""
    about = subject(name, words.headline_group(name))
    if len(times) == 1 or round(times.min(), 1) == round(times.max(), 1):
        return say("{outcome}: these pairs are worth {times} times as many unpaired runs", outcome=about,
                   times=_times(times[0]))
    return say("{outcome}: these pairs are worth {low} to {high} times as many unpaired runs", outcome=about,
               low=_times(times.min()), high=_times(times.max()))


def _times(factor: float) -> str:
    return number(factor, 1 if factor < 100 else 0)


def precision(comparison: "Comparison") -> str:
    """Whether the asked width was reached, and what more pairs would buy."""
    stages, pairs = comparison.stages, len(comparison.seeds)
    if stages is None:
        return say("Four times as many pairs would make the intervals half as wide") if pairs > 1 else ""
    how = written(stages.outcome, 0.0, 0.0, stages.width)
    parts = {"outcome": subject(stages.outcome, stages.group), "pairs": pairs, "asked": how.amount(stages.width),
             "got": how.amount(stages.width_with(pairs)), "needed": number(stages.needed),
             "twice": how.amount(stages.width_with(2 * pairs)), "first": stages.first, "most": number(stages.most)}
    if stages.width_with(pairs) <= stages.width * (1 + 1e-9):
        return say("The width asked for is reached: {outcome} to {got} (asked: {asked}) with {pairs} pairs, as the first "
                   "{first} called for (Stein 1945); twice as many would give {twice}", **parts)
    return say("The width asked for is not reached: {outcome} to {got} (asked: {asked}) with {pairs} pairs (at most "
               "{most} are allowed); it takes about {needed}", **parts)


def table(comparison: "Comparison") -> pd.DataFrame:
    """The headline as text, its columns named in the user's language; with one variant it is not named."""
    rows = [{say("scenario"): row.scenario, say("outcome"): subject(row.outcome, row.group), **_cells(row)}
            for row in headline(comparison).itertuples()]
    made = pd.DataFrame(rows)
    return made.drop(columns=say("scenario")) if len(comparison.variants) == 1 and rows else made


def _cells(row) -> dict[str, str]:
    how = written(row.outcome, row.baseline, row.variant, row.difference, row.low, row.high)
    interval = say("{low} to {high}", low=how.digits(row.low), high=how.digits(row.high))
    return {say("baseline"): how.level(row.baseline), say("variant"): how.level(row.variant),
            say("difference"): how.signed(row.difference), say("95 % interval"): interval,
            say("pairs"): number(row.pairs)}


def html(comparison: "Comparison") -> str:
    """The comparison for notebooks: what was compared, verdicts, and the table."""
    said = "".join(f"<li>{escape(line.strip())}</li>" for line in lines(comparison)[1:] if line)
    made = table(comparison)
    body = "".join(_row(cells, "td") for cells in made.itertuples(index=False))
    return (f"<p><b>{escape(title(comparison))}</b></p><ul>{said}</ul>"
            f"<table>{_row(list(made.columns), 'th')}{body}</table>")


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
