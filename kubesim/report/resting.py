"""What the effect rests on: a picture of the values that, put back one at a time, take most of it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.resting import rests_on
from kubesim.language import say, translated
from kubesim.plots import style
from kubesim.plots.formats import MISSING, SHARE, number, percent
from kubesim.plots.style import BLUE, INK, ORANGE, Layout
from kubesim.report import stacks
from kubesim.report.blocks import Block, Heading, Picture, Points, Table, Words
from kubesim.report.numbers import difference
from kubesim.telling.explain import measured

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

ASSUMED = "assumed"
MOST_DRAWN = 12
LEAST_TOLD, MOST_TOLD = 0.05, 3


def resting_blocks(comparison: "Comparison", variant: str) -> list[Block]:
    """How much of a variant's effect goes when one of its values is put back to the baseline's.

    Nothing where no value can be put back alone, or where there is no effect to rest on anything.
    """
    held = rests_on(comparison, variant)
    if not len(held) or not np.isfinite(held["part"]).all():
        return []
    outcome = comparison.asked[0]
    subject = words.subject(words.told(outcome), words.headline_group(outcome))
    title = say("What the effect of {variant} rests on", variant=variant)
    return [Heading(title), Words(say(
        "Each value in which {variant} differs from {baseline} was put back alone, all others kept. The part "
        "is how much of the effect on {subject} goes with it. Values that need one another add up to more "
        "than all of it. An assumed value with a large part is the one to ask questions about.",
        variant=variant, baseline=comparison.baseline, subject=subject)),
        Points.of(_told(held)), _picture(held, comparison, title)]


def _told(held: pd.DataFrame) -> list[str]:
    """The assumed values with the largest parts, and those with next to none."""
    assumed = held[(held["grade"] == ASSUMED) & (held["part"] >= LEAST_TOLD)]
    said = [say("{meaning} ({path}), assumed: {part} of the effect goes with it", path=row.path,
                meaning=translated(row.about), part=percent(row.part))
            for row in assumed.head(MOST_TOLD).itertuples()]
    idle = held[held["part"].abs() < LEAST_TOLD]
    if len(idle):
        said.append(say("Less than {part} each goes with: {values}", part=percent(LEAST_TOLD),
                        values="; ".join(translated(about) for about in idle["about"])))
    return said


def _picture(held: pd.DataFrame, comparison: "Comparison", title: str) -> Picture:
    shown = held.head(MOST_DRAWN)
    pairs = int(held["pairs"].iloc[0])
    note = say("Part of the effect at month {month} that is gone when the value alone is the baseline's; "
               "{pairs} pairs. Orange and hatched: assumed values.", month=comparison.months,
               pairs=number(pairs))
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(pairs)), note),
                              stacks.tall(len(shown)))
    axes = figure.subplots()
    across = np.arange(len(shown))[::-1]
    assumed = (shown["grade"] == ASSUMED).to_numpy()
    for these, colour, hatch in ((assumed, ORANGE, "//"), (~assumed, BLUE, "")):
        axes.barh(across[these], shown["part"].to_numpy()[these], height=0.7, color=colour, hatch=hatch,
                  edgecolor="white", linewidth=0.8)
    style.dress(axes, SHARE)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.xaxis.set_major_formatter(style.Ticks(SHARE))
    axes.set_yticks(across, ["\n".join(style.wrap_to(translated(about), 2.7, style.SMALL)[:2])
                             for about in shown["about"]], fontsize=style.SMALL)
    for height, part in zip(across, shown["part"]):
        axes.annotate(percent(part), (part, height), xytext=(5 if part >= 0 else -5, 0), va="center",
                      textcoords="offset points", ha="left" if part >= 0 else "right", fontsize=style.SMALL)
    axes.axvline(0, color=INK, linewidth=1)
    first = held.iloc[0]
    told = say("{title}: most on {meaning}, with which {part} of the effect goes", title=title,
               meaning=translated(first["about"]), part=percent(first["part"]))
    return Picture("rests_on", title, figure, told, _table(held, comparison, title))


def _table(held: pd.DataFrame, comparison: "Comparison", title: str) -> Table:
    outcome = words.told(comparison.asked[0])
    rows = []
    for row in held.itertuples():
        left = difference(pd.Series({"outcome": outcome, "estimate": row.estimate, "low_together": row.low,
                                     "high_together": row.high}))
        rows.append([say("{meaning} ({path})", meaning=translated(row.about), path=row.path),
                     measured(row.here, row.unit), measured(row.baseline, row.unit), say(row.grade), left,
                     percent(row.part) if np.isfinite(row.part) else MISSING])
    return Table(title, [say("value"), say("here"), say("baseline"), say("grade"),
                         say("effect without it (95 % interval)"), say("part of the effect")], rows, prose=True)
