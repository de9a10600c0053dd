"""A comparison in a few lines: verdicts, who wins, the ranking, what pairing was worth."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.effects import EVERYBODY, MEMBERS
from kubesim.comparing.glance import Shown, aligned, ranking_table, ranking_title
from kubesim.comparing.words import percent, subject, written
from kubesim.economics import deciding
from kubesim.economics import telling as economics
from kubesim.economics.ratio import BOUNDED
from kubesim.language import phrase, say
from kubesim.plots.formats import MISSING, number, rupiah
from kubesim.running.summary import spans

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

COLUMNS = ["scenario", "outcome", "group", "baseline", "variant", "difference", "low", "high", "pairs",
           "unit"]
MOST_DIGITS = 1e8
"""From here on a level is written in a unit of its own."""
LIFTED = phrase("Cost of a household lifted out of poverty")


# -- tables ------------------------------------------------------------------------------------
def headline(comparison: "Comparison") -> pd.DataFrame:
    """The outcomes told first, at the last month, for members and for all: one row a (scenario,
    outcome, group). ``low`` and ``high`` bound the difference with 95 %, for all variants at once."""
    last = comparison.effects[comparison.effects["month"] == comparison.months]
    rows = []
    for label in comparison.variants:
        for name in comparison.asked:
            outcome = words.told(name)
            for group in dict.fromkeys((words.headline_group(name), EVERYBODY)):
                found = last[(last["scenario"] == label) & (last["outcome"] == outcome)
                             & (last["group"] == group)]
                rows += [(label, outcome, group, row.baseline, row.variant, row.estimate, row.low_together,
                          row.high_together, row.pairs, words.unit_of(outcome)) for row in found.itertuples()]
    return pd.DataFrame(rows, columns=COLUMNS)


def table(comparison: "Comparison") -> pd.DataFrame:
    """The headline as text, and what a household lifted out of poverty costs (against no programme,
    and the variant against the baseline under ``difference``). Columns are named in the user's
    language; a single variant is not named."""
    told = headline(comparison)
    rows = []
    for label in comparison.variants:
        rows += [{say("scenario"): label, say("outcome"): subject(row.outcome, row.group), **_cells(row)}
                 for row in told[told["scenario"] == label].itertuples()]
        rows.append({say("scenario"): label, say("outcome"): say(LIFTED), **_prices(comparison, label)})
    made = Shown(rows)
    return Shown(made.drop(columns=say("scenario"))) if len(comparison.variants) == 1 else made


def _prices(comparison: "Comparison", label: str) -> dict[str, str]:
    """Cells on what each household lifted costs: in the baseline and the variant against no
    programme, and each one more that the variant lifts against the baseline."""
    held = comparison.money.ratios
    held = held[(held["measure"] == "lifted") & (held["who"] == EVERYBODY) & (held["form"] == BOUNDED)]

    def found(scenario: str, against: str) -> Any:
        rows = held[(held["scenario"] == scenario) & (held["against"] == against)]
        return rows.iloc[0] if len(rows) else None

    none = comparison.worlds.without
    base, variant = found(comparison.baseline, none), found(label, none)
    more = found(label, comparison.baseline)
    priced = more is not None and more["estimate"] > 0
    interval = say("{low} to {high}", low=rupiah(more["low_together"]),
                   high=rupiah(more["high_together"])) if priced else MISSING
    return {say("baseline"): MISSING if base is None else rupiah(base["estimate"]),
            say("variant"): MISSING if variant is None else rupiah(variant["estimate"]),
            say("difference"): _traded(more) if priced else MISSING,
            say("95 % interval"): interval, say("pairs"): number(len(comparison.seeds))}


def _traded(more: Any) -> str:
    """What is paid for each household more, or saved for each one fewer."""
    if more["gain"] > 0:
        return say("{price} for each more", price=rupiah(more["estimate"]))
    return say("{price} saved for each fewer", price=rupiah(more["estimate"]))


def _cells(row: Any) -> dict[str, str]:
    """A row's cells: levels in the unit of the difference, or in their own where those digits run long."""
    how = written(row.outcome, row.difference, row.low, row.high)
    level = max((abs(value) for value in (row.baseline, row.variant) if np.isfinite(value)), default=0.0)
    if level * how.unit.scale >= MOST_DIGITS or not np.isfinite(row.difference):
        levels = written(row.outcome, row.baseline, row.variant, row.low, row.high)
    else:
        levels = how
    interval = say("{low} to {high}", low=how.digits(row.low), high=how.digits(row.high))
    return {say("baseline"): levels.level(row.baseline), say("variant"): levels.level(row.variant),
            say("difference"): how.signed(row.difference), say("95 % interval"): interval,
            say("pairs"): number(row.pairs)}


# -- text --------------------------------------------------------------------------------------
def lines(comparison: "Comparison") -> list[str]:
    """The comparison as plain text: of several variants first the ranking, then each by itself."""
    out = [title(comparison)]
    if len(comparison.variants) > 1:
        out += ["", ranking_title(comparison), *aligned(ranking_table(comparison)), together(comparison)]
    return out + details(comparison)


def details(comparison: "Comparison") -> list[str]:
    """What is said of each variant, and of all of them."""
    several = len(comparison.variants) > 1
    verdicts = comparison.verdicts()
    out = []
    for label in comparison.variants:
        said = [verdict.sentence for verdict in verdicts if verdict.scenario == label]
        said += [winners(comparison, label), *price(comparison, label), identical(comparison, label)]
        out += ["", label] if several else [""]
        out += ["  " * several + line for line in said if line]
    if several:
        out += best_buys(comparison)
    return out + ["", *filter(None, [saved(comparison), precision(comparison)])]


def title(comparison: "Comparison") -> str:
    """What was compared."""
    parts = {"baseline": comparison.baseline, "pairs": len(comparison.seeds), "month": comparison.months,
             "seeds": spans(tuple(sorted(comparison.seeds)))}
    if len(comparison.variants) == 1:
        said = say("{variant} against {baseline}: {pairs} pairs, seeds {seeds}, month {month}",
                   variant=comparison.variants[0], **parts)
    else:
        said = say("{count} variants against {baseline}: {pairs} pairs, seeds {seeds}, month {month}",
                   count=len(comparison.variants), **parts)
    return said if comparison.made.status == "done" else f"{said} ({say(comparison.made.status)})"


def winners(comparison: "Comparison", label: str) -> str:
    """Who gains and who loses, in a sentence."""
    held = comparison.winners
    shares = held[(held["scenario"] == label) & (held["group"] == MEMBERS)].set_index("change")["share"]
    if not len(shares):
        return ""
    return say("Of members, {more} consume over 1 % more than in the baseline (mean of the last 12 months) "
               "and {less} over 1 % less; {much_more} over 5 % more and {much_less} over 5 % less",
               more=percent(shares["gains_over_1%"]), less=percent(shares["loses_over_1%"]),
               much_more=percent(shares["gains_over_5%"]), much_less=percent(shares["loses_over_5%"]))


def price(comparison: "Comparison", label: str) -> list[str]:
    """What a design costs for what it brings, against the baseline; against no programme where the
    baseline is that already."""
    if comparison.baseline == comparison.worlds.without:
        against_none = economics.lifted(comparison.money, label, comparison.worlds.without)
        return [against_none] if against_none else []
    return economics.over_baseline(comparison.money, label)


def identical(comparison: "Comparison", label: str) -> str:
    """That the months before the first difference are the same, in a sentence."""
    month = comparison.identity.set_index("scenario")["differs"][label]
    if month < 0:
        return say("No column ever differs from the baseline's: in these months the change has no effect")
    if month == 0:
        return say("The two worlds differ from the first month on")
    return say("The months before month {month} are identical, every column bit by bit (checked)",
               month=month)


def together(comparison: "Comparison") -> str:
    """How several comparisons at once are allowed for."""
    return say("Intervals hold with 95 % for all {count} variants at once, outcome by outcome (Bonferroni; "
               "p-values by Holm), and in the ranking for all pairs of variants",
               count=len(comparison.variants))


def best_buys(comparison: "Comparison") -> list[str]:
    """The designs by cost-effectiveness, after an empty line; nothing where there is nothing to rank."""
    if len(comparison.seeds) < 2 or len(comparison.money.ranking) < 2:
        return []
    return ["", *deciding.ranked(comparison.money)]


def saved(comparison: "Comparison") -> str:
    """What pairing was worth in this comparison."""
    name = comparison.asked[0]
    group, held = words.headline_group(name), comparison.variance
    times = held.loc[(held["outcome"] == name) & (held["group"] == group), "times"].dropna()
    if not len(times):
        return ""
    low, high = (number(factor, 1 if factor < 100 else 0) for factor in (times.min(), times.max()))
    if low == high:
        return say("{outcome}: these pairs are worth {times} times as many unpaired runs",
                   outcome=subject(name, group), times=low)
    return say("{outcome}: these pairs are worth {low} to {high} times as many unpaired runs",
               outcome=subject(name, group), low=low, high=high)


def precision(comparison: "Comparison") -> str:
    """Whether the asked width was reached, and what more pairs would buy."""
    stages, pairs = comparison.stages, len(comparison.seeds)
    if stages is None:
        return say("Four times as many pairs would make the intervals half as wide") if pairs > 1 else ""
    how = written(stages.outcome, stages.width, 0.0, stages.width / 10)
    got = stages.width_with(pairs)
    parts = {"outcome": subject(stages.outcome, stages.group), "asked": how.amount(stages.width),
             "got": how.amount(got), "pairs": pairs}
    if got <= stages.width * (1 + 1e-9):
        return say("{outcome}: the interval is {got} wide (asked: {asked}) with {pairs} pairs, added by "
                   "Stein's rule to a first {first}; twice as many would make it {twice}", first=stages.first,
                   twice=how.amount(stages.width_with(2 * pairs)), **parts)
    return say("{outcome}: the interval is {got} wide, not {asked}, with {pairs} pairs (at most {most} are "
               "allowed); that takes about {needed}", most=number(stages.most), needed=number(stages.needed),
               **parts)


# -- notebooks ---------------------------------------------------------------------------------
def html(comparison: "Comparison") -> str:
    """The comparison for notebooks: what was compared, verdicts, and the table."""
    said = "".join(f"<li>{escape(line.strip())}</li>" for line in details(comparison) if line)
    first = ""
    if len(comparison.variants) > 1:
        first = (f"<p>{escape(ranking_title(comparison))}</p>{_rows(ranking_table(comparison))}"
                 f"<p>{escape(together(comparison))}</p>")
    return f"<p><b>{escape(title(comparison))}</b></p>{first}<ul>{said}</ul>{_rows(table(comparison))}"


def _rows(made: pd.DataFrame) -> str:
    body = "".join(_row(cells, "td") for cells in made.to_numpy().tolist())
    return f"<table>{_row(list(made.columns), 'th')}{body}</table>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
