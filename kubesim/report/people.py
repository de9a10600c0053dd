"""Pictures of who wins and who loses, and of what becomes of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import picture
from kubesim.comparing.effects import EVERYBODY, MEMBERS, NON_MEMBERS
from kubesim.language import phrase, say
from kubesim.plots import style
from kubesim.plots.formats import MISSING, SHARE, number, percent
from kubesim.plots.groups import ALIVE, CAUSES, STAGES, survival
from kubesim.plots.style import Layout
from kubesim.report import stacks
from kubesim.report.blocks import Picture, Table
from kubesim.report.numbers import shares
from kubesim.report.over_time import YEAR

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

CHANGES = {"loses_over_5%": (phrase("loses over 5 %"), style.VERMILLION, "//"),
           "loses_1_to_5%": (phrase("loses 1 to 5 %"), style.ORANGE, "/"),
           "within_1%": (phrase("within 1 %"), style.FAINT, ""),
           "gains_1_to_5%": (phrase("gains 1 to 5 %"), style.SKY, ""),
           "gains_over_5%": (phrase("gains over 5 %"), style.BLUE, "")}
"""Words, colour and hatch of each class of change, from the worst to the best."""
HEADS = {"loses_over_5%": phrase("loses over 5 %"), "loses_over_1%": phrase("loses over 1 %"),
         "within_1%": phrase("within 1 %"), "gains_over_1%": phrase("gains over 1 %"),
         "gains_over_5%": phrase("gains over 5 %")}
"""Columns of the table, which count those over 5 % among those over 1 %."""


FATES = {stage: (*held, "") for stage, held in STAGES.items()} | {
    cause: (*held, hatch) for (cause, held), hatch in zip(CAUSES.items(), ("//", "xx", ".."))}
"""Words, colour and hatch of what a group has become: its stage, or why it broke up."""


# -- winners and losers ------------------------------------------------------------------------
def winner_pictures(comparison: "Comparison", best: str) -> list[Picture]:
    """Members who win and lose under each variant, and under the best of them by decile."""
    held = comparison.winners
    each = held[held["group"] == MEMBERS].assign(bar=lambda rows: rows["scenario"])
    named = {EVERYBODY: say("everybody"), MEMBERS: say("members"), NON_MEMBERS: say("non-members")}
    named |= {f"decile {i} {MEMBERS}": say("members in decile {decile}", decile=i) for i in range(1, 11)}
    own = held[(held["scenario"] == best) & held["group"].isin(named)]
    own = own.assign(bar=own["group"].map(named))
    made = [_winners("winners", say("Members who win and lose, by design"), say("design"), each,
                     comparison)] if len(comparison.variants) > 1 else []
    return [found for found in (*made, _winners(
        "winners_by_decile", say("Who wins and who loses under {variant}", variant=best), say("group"), own,
        comparison)) if found]


def _winners(name: str, title: str, head: str, rows: pd.DataFrame, comparison: "Comparison") -> Picture | None:
    if not len(rows):
        return None
    bars = list(rows["bar"].unique())
    means = rows.pivot(index="bar", columns="change", values="share").loc[bars]
    parts = pd.DataFrame({
        "loses_over_5%": means["loses_over_5%"],
        "loses_1_to_5%": means["loses_over_1%"] - means["loses_over_5%"], "within_1%": means["within_1%"],
        "gains_1_to_5%": means["gains_over_1%"] - means["gains_over_5%"],
        "gains_over_5%": means["gains_over_5%"]})
    note = say("Share of persons by how their household's consumption (mean of the last 12 months) differs "
               "from what it is under {baseline}; deciles are of consumption at the start, 1 the poorest.",
               baseline=comparison.baseline)
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(len(comparison.seeds))), note),
                              stacks.tall(len(bars)))
    axes = figure.subplots()
    looks = _looks(CHANGES)
    stacks.draw_bars(axes, parts, looks, SHARE)
    stacks.write_key(axes, looks, 3)
    axes.set_xlim(0, 1)
    most = means.loc[means["gains_over_1%"].idxmax()]
    told = say("{title}: {more} gain over 1 % and {less} lose over 1 % where most gain ({bar})", title=title,
               bar=most.name, more=percent(most["gains_over_1%"]), less=percent(most["loses_over_1%"]))
    known = {(row.bar, row.change): shares(row.share, row.low, row.high) for row in rows.itertuples()}
    cells = [[bar, *(known.get((bar, change), MISSING) for change in HEADS)] for bar in bars]
    return Picture(name, title, figure, told,
                   Table(title, [head, *map(say, HEADS.values())], cells))


def _looks(known: dict[str, tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(say(words), colour, hatch) for words, colour, hatch in known.values()]


# -- groups ------------------------------------------------------------------------------------
def survival_picture(comparison: "Comparison", drawn: Sequence[str]) -> Picture | None:
    """How long groups last under each design; None where none has groups."""
    curves = {label: curve for label in worlds_with_groups(comparison)
              if (curve := _curve(comparison, label)) is not None}
    if not curves:
        return None
    title = say("Groups still alive, by age")
    looks = dict(zip([comparison.baseline, *drawn], [picture.BASELINE, *picture.VARIANTS]))
    shown = [label for label in looks if label in curves]
    note = say("Share of groups alive by months since they were formed (Kaplan-Meier), mean over pairs.")
    if len(shown) < len(curves):
        note += " " + say("Shown are the baseline and the first {count} of the ranking; the table has all.",
                          count=number(len(drawn)))
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(len(comparison.seeds))), note))
    axes = figure.subplots()
    stacks.write_lines(axes, {label: looks[label] for label in shown})
    for label in shown:
        look = looks[label]
        axes.step(curves[label].index, curves[label], where="post", color=look.colour, linestyle=look.dash,
                  linewidth=look.width)
    style.dress(axes, SHARE)
    style.months_axis(axes, comparison.months, phrase("months since formation"))
    axes.set_ylim(0, 1.02)
    ages = sorted({*range(YEAR, comparison.months, YEAR), *(curve.index[-1] for curve in curves.values())})
    cells = [[say("{age} months", age=number(age)),
              *(percent(curve[age], 1) if age in curve else MISSING for curve in curves.values())]
             for age in ages]
    ends = "; ".join(say("{name} {share}", name=label, share=percent(curves[label].iloc[-1])) for label in shown)
    told = say("{title}: at the last age watched {ends}", title=title, ends=ends)
    return Picture("survival", title, figure, told, Table(title, [say("age"), *curves], cells))


def worlds_with_groups(comparison: "Comparison") -> list[str]:
    """Labels of the designs in which any group is formed, the baseline first."""
    formed = comparison.lives[comparison.lives["formed"] >= 0]["scenario"].unique()
    return [label for label in (comparison.baseline, *comparison.variants) if label in formed]


def _curve(comparison: "Comparison", label: str) -> pd.Series | None:
    """Share alive by age, mean over pairs, as far as every pair knows it."""
    lives = comparison.lives
    lives = lives[(lives["scenario"] == label) & (lives["formed"] >= 0)]
    each = pd.DataFrame({seed: survival(rows, comparison.months)[ALIVE]
                         for seed, rows in lives.groupby("seed")})
    known = each[each.notna().all(axis=1)].mean(axis=1)
    return known if len(known) else None


def stages_picture(comparison: "Comparison") -> Picture | None:
    """What groups have become at the end under each design: their stage, or why they broke up."""
    labels = worlds_with_groups(comparison)
    if not labels:
        return None
    lives = comparison.lives[comparison.lives["formed"] >= 0]
    fate = lives["stage"].where(lives["ended"] < 0, lives["cause"])
    counts = pd.crosstab([lives["scenario"], lives["seed"]], fate, normalize="index")
    kinds = {name: held for name, held in FATES.items() if name in counts}
    parts = counts.reindex(columns=list(kinds)).groupby(level=0).mean().loc[labels]
    looks = _looks(kinds)
    title = say("What has become of groups at the end")
    note = say("Share of the groups formed, mean over pairs; hatched: broken up, by cause.")
    figure = style.new_figure(Layout(title, say("month {month}", month=number(comparison.months)), note),
                              stacks.tall(len(labels)))
    axes = figure.subplots()
    stacks.draw_bars(axes, parts, looks, SHARE)
    stacks.write_key(axes, looks, 3)
    axes.set_xlim(0, 1)
    cells = [[label, *(percent(share, 1) for share in parts.loc[label])] for label in labels]
    return Picture("stages", title, figure, _tell_stages(title, parts, labels),
                   Table(title, [say("design"), *(words for words, *_ in looks)], cells))


def _tell_stages(title: str, parts: pd.DataFrame, labels: Sequence[str]) -> str:
    alive = parts[[name for name in STAGES if name in parts]].sum(axis=1)
    best = alive.idxmax()
    if len(labels) == 1 or not np.isfinite(alive[best]):
        return say("{title}: under {best} {share} are alive", title=title, best=best, share=percent(alive[best]))
    return say("{title}: under {baseline} {base} are alive; most are under {best}, {share}", title=title,
               baseline=labels[0], base=percent(alive[labels[0]]), best=best, share=percent(alive[best]))
