"""The picture of what is uncertain: for each headline the largest factors, as swings and as shares."""

from __future__ import annotations

from textwrap import fill
from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import PERCENT, PLAIN, Unit, number, percent
from kubesim.plots.style import Layout, Style
from kubesim.sensitivity.designs import OTHERS, STEP
from kubesim.sensitivity.factors import Factor
from kubesim.sensitivity.found import Told, Uncertain
from kubesim.sensitivity.telling import label, points, share_label

COLOURS = {"calibrated": style.BLUE, "assumed": style.ORANGE}
"""Of bars, by the factor's grade, of all others together grey; dark and light, so that grey tells them apart too."""
OTHER = style.GREEN
MOST = {1: 12, 2: 8, 3: 6}
"""Bars a panel, by headlines in the picture."""
WIDTH, ROW, ROOM = 13.0, 0.42, 1.35          # inches: of all, of a bar, of a headline's words and axis
WRAP = 36
FULL = 118.0
"""Where an axis of shares ends at the latest, percent: intervals that go further are cut off."""
CLEAR = 0.7
"""Share of its size that a factor's mean effect must have to count as one way."""


def title(told: Sequence[Told]) -> str:
    """The picture's title."""
    return say("What the effect hangs on") if len(told) == 1 else say("What the effects hang on")


def draw(found: Uncertain, told: Sequence[Told]) -> Figure:
    """A row of panels a headline: Morris at the left, Sobol at the right once it is there."""
    most = MOST.get(len(told), 5)
    key = [(say("fitted to published figures"), Style(COLOURS["calibrated"], "-", 8.0)),
           (say("assumed"), Style(COLOURS["assumed"], "-", 8.0)),
           (say("from literature, with a span"), Style(OTHER, "-", 8.0))]
    note = say("Left: how far the effect moves on average when a number moves over its whole span (Morris μ*); "
               "▲ more of it raises the effect, ▼ lowers it, ◆ either; what ends "
               "left of the dashed line may be luck. Right: its share of the variance, "
               "interactions included (Sobol ST); the dot is its share alone (S1). Lines are 95 % intervals. "
               "{count} numbers were varied; the ten largest of each effect, {largest} in all, have a share each.",
               count=len(found.factors), largest=len(found.largest) or "–")
    height = 2.1 + len(told) * (ROOM + ROW * most)
    figure = style.new_figure(Layout(title(told), _subtitle(found, told), note, key), (WIDTH, height))
    rows = np.atleast_1d(figure.subfigures(len(told), 1))
    known = {factor.path: factor for factor in found.factors}
    for part, one in zip(rows, told):
        panels = part.subplots(1, 1 if one.sobol is None else 2, squeeze=False)[0]
        part.suptitle(say(one.headline.title), x=0.012, ha="left", fontsize=style.HEAD, weight="bold",
                      color=style.INK)
        _draw_swings(panels[0], known, one, most, found.sizes.seeds)
        if one.sobol is not None:
            _draw_shares(panels[1], known, one, most)
    figure.get_layout_engine().set(w_pad=0.2)           # letters are wider at some resolutions than at others
    return figure


def alt(found: Uncertain, told: Sequence[Told]) -> str:
    """Sentences for those who cannot see it."""
    known = {factor.path: factor for factor in found.factors}
    return " ".join(say("{title}: most depends on {first} ({size} points over its span), then on {second}.",
                        title=say(one.headline.title), first=label(known[one.morris.table["path"][0]]),
                        size=points(one.morris.table["mu_star"][0]),
                        second=label(known[one.morris.table["path"][1]])) for one in told)


def _subtitle(found: Uncertain, told: Sequence[Told]) -> str:
    if len(told) > 1:
        return say("Three headline effects, and the numbers of the model that move them most")
    low, high = told[0].span()
    return say("{usual} {unit} at the values shipped, {low} to {high} in eight of ten draws; luck is {luck} of "
               "the variance of one run", usual=points(told[0].usual, True), unit=say(told[0].headline.unit),
               low=points(low), high=points(high), luck=percent(told[0].luck.share))


def _draw_swings(axes: Axes, known: dict[str, Factor], told: Told, most: int, seeds: int) -> None:
    rows = told.morris.table.head(most)
    bars(axes, known, rows, "mu_star", 1.0)
    axes.axvline(told.luck.swing(seeds, STEP), color=style.GREY, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    signs = ["▲" if row.mu > CLEAR * row.mu_star else "▼" if row.mu < -CLEAR * row.mu_star else "◆"
             for row in rows.itertuples()]
    ends(axes, rows["mu_star_high"], [f"{points(row.mu_star)} {sign}"
                                       for row, sign in zip(rows.itertuples(), signs)])
    dress(axes, Unit(PLAIN, PLAIN, 1, 1), say("moves the effect by, {unit}", unit=say(told.headline.unit)))


def _draw_shares(axes: Axes, known: dict[str, Factor], told: Told, most: int) -> None:
    rows = told.sobol.table.head(most)
    bars(axes, known, rows, "ST", 100.0, len(known) - len(told.sobol.table) + 1)
    axes.plot(100 * rows["S1"].clip(lower=0), range(len(rows)), "o", color="white", markeredgecolor=style.INK,
              markersize=5, zorder=4)
    ends(axes, 100 * rows[["ST_high", "S1"]].max(axis=1), [percent(share) for share in rows["ST"]],
          limit=100.0)
    axes.set_xlim(0, min(axes.get_xlim()[1], FULL))
    dress(axes, Unit(PERCENT, PERCENT, 1, 0), say("share of the effect's variance"))


def bars(axes: Axes, known: dict[str, Factor], rows: pd.DataFrame, column: str, scale: float,
         rest: int = 0) -> None:
    """A bar a factor with its interval, the largest on top, coloured by grade."""
    held = scale * rows[column].to_numpy()
    low = np.maximum(scale * rows[f"{column}_low"].to_numpy(), 0)
    arms = np.maximum([held - low, scale * rows[f"{column}_high"].to_numpy() - held], 0)
    names = [share_label(path, known, rest) for path in rows["path"]]
    axes.barh(range(len(rows)), held, height=0.62, zorder=2, color=[
        style.GREY if path == OTHERS else COLOURS.get(known[path].grade, OTHER) for path in rows["path"]])
    axes.errorbar(held, range(len(rows)), xerr=arms, fmt="none", ecolor=style.INK, elinewidth=1.1, capsize=2.5,
                  zorder=3)
    axes.set_yticks(range(len(rows)), [fill(words, WRAP) for words in names])
    axes.invert_yaxis()


def ends(axes: Axes, places: pd.Series, words: Sequence[str], limit: float = np.inf) -> None:
    """Write the size behind each bar and its interval, and make room for it."""
    for row, (place, said) in enumerate(zip(places, words)):
        axes.annotate(said, (min(place, limit), row), xytext=(5, 0), textcoords="offset points", va="center",
                      fontsize=style.SMALL, color=style.INK, zorder=5,
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.4})
    furthest = max(float(np.max(places)), 1e-9)
    axes.set_xlim(0, 1.24 * furthest)


def dress(axes: Axes, unit: Unit, words: str) -> None:
    """Quiet axes for bars that lie down, and what they measure."""
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(style.GREY)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=style.SMALL, labelcolor=style.INK, length=0)
    axes.xaxis.set_major_formatter(style.Ticks(unit))
    axes.set_xlabel(words, fontsize=style.SMALL, color=style.INK)
