"""How far the model may be off: each effect's interval from luck beside the one from its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.uncertainty import Spread
from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import number, percent, rupiah
from kubesim.plots.style import BLUE, GREY, INK, ORANGE, Layout
from kubesim.report.blocks import Block, Heading, Picture, Points, Table, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kubesim.comparing.comparison import Comparison

MOST_OUTCOMES, MOST_VARIANTS = 6, 4


def uncertainty_blocks(comparison: "Comparison", shown: Sequence[str]) -> list[Block]:
    """The effects under draws of the parameters; nothing where none were lived."""
    held = comparison.uncertainty
    if held is None:
        return []
    spreads = [one for one in held.spreads if one.scenario in comparison.variants]
    wanted = [(words.told(name), words.headline_group(name)) for name in comparison.asked]
    spreads = [one for one in spreads if (one.outcome, one.group) in wanted]
    if not spreads:
        return []
    draws = number(spreads[0].draws)
    return [Heading(say("How far the model may be off")), Words(say(
        "The intervals above tell luck only. Here the whole comparison is lived again with {draws} draws of the "
        "model's calibrated parameters, each as plausible as the published figures leave it, and with luck of "
        "its own. The second interval holds 95 % of the draws, luck taken out.", draws=draws)),
        Points.of([*(_sentence(one) for one in spreads if one.outcome == wanted[0][0]), *_prices(held.prices)]),
        _picture(comparison, spreads, wanted, shown, draws)]


def _sentence(one: Spread) -> str:
    how = words.written(one.outcome, one.estimate, one.low, one.high)
    return say("{variant}, {subject}: {estimate} on average over the draws (95 % of them {low} to {high}); "
               "{share} of the draws have the same sign", variant=one.scenario,
               subject=words.subject(one.outcome, one.group), estimate=how.signed(one.estimate),
               low=how.digits(one.low), high=how.digits(one.high), share=percent(one.same_sign))


def _prices(prices: pd.DataFrame) -> list[str]:
    """The cost of a household lifted under the draws, where nearly all of them lift more for more."""
    said = []
    for row in prices.itertuples():
        if np.isfinite(row.high) and row.low > 0:
            said.append(say("{variant}: {median} for each household more that is lifted out of poverty (95 % of the "
                            "draws {low} to {high})", variant=row.scenario, median=rupiah(row.median),
                            low=rupiah(row.low), high=rupiah(row.high)))
        elif row.low > 0:
            said.append(say("{variant}: {median} for each household more that is lifted out of poverty; in {share} of "
                            "the draws it lifts no more", variant=row.scenario, median=rupiah(row.median),
                            share=percent(row.lifts_no_more)))
    return said


def _picture(comparison: "Comparison", spreads: Sequence[Spread], wanted: Sequence[tuple[str, str]],
             shown: Sequence[str], draws: str) -> Picture:
    title = say("Luck and parameters: two intervals for each effect")
    drawn = wanted[:MOST_OUTCOMES]
    labels = [label for label in shown[:MOST_VARIANTS] if any(one.scenario == label for one in spreads)]
    note = say("Effect at month {month}. Blue: 95 % interval from luck, {pairs} pairs. Orange and thick: 95 % of "
               "{draws} draws of the calibrated parameters.", month=comparison.months,
               pairs=number(len(comparison.seeds)), draws=draws)
    rows = -(-len(drawn) // 2)
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(len(comparison.seeds))), note),
                              (11.0, 1.6 + rows * (0.9 + 0.5 * len(labels))))
    panels = figure.subplots(rows, min(2, len(drawn)), squeeze=False).ravel()
    for axes, pair in zip(panels, drawn):
        _panel(axes, comparison, pair, {one.scenario: one for one in spreads
                                        if (one.outcome, one.group) == pair}, labels)
    for axes in panels[len(drawn):]:
        axes.set_visible(False)
    first = spreads[0]
    how = words.written(first.outcome, first.estimate, first.low, first.high)
    told = say("{title}: {subject} under {variant} {low} to {high} over the draws", title=title,
               subject=words.subject(first.outcome, first.group), variant=first.scenario,
               low=how.signed(first.low), high=how.signed(first.high))
    return Picture("uncertainty", title, figure, told, _table(comparison, spreads, title))


def _panel(axes: "Axes", comparison: "Comparison", pair: tuple[str, str], held: dict[str, Spread],
           labels: Sequence[str]) -> None:
    """Two intervals a variant, one above the other."""
    luck = _luck(comparison, pair)
    for height, label in enumerate(reversed(labels)):
        if label in held:
            one = held[label]
            axes.plot([one.low, one.high], [height - 0.16] * 2, color=ORANGE, linewidth=6, solid_capstyle="butt")
            axes.plot([one.estimate], [height - 0.16], marker="D", color=INK, markersize=4)
        if label in luck:
            estimate, low, high = luck[label]
            axes.plot([low, high], [height + 0.16] * 2, color=BLUE, linewidth=2.5)
            axes.plot([estimate], [height + 0.16], marker="o", color=BLUE, markersize=5)
    how = words.written(*pair[:1], *(value for label in held for value in held[label][3:6]))
    style.dress(axes, how.unit)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.xaxis.set_major_formatter(style.Ticks(how.unit._replace(value=how.unit.change)))
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(labels)), ["\n".join(style.wrap_to(label, 2.0, style.SMALL)[:2])
                                         for label in reversed(labels)], fontsize=style.SMALL)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.set_title(words.subject(*pair), loc="left", fontsize=style.TEXT, weight="bold", color=INK)
    axes.locator_params(axis="x", nbins=4)


def _luck(comparison: "Comparison", pair: tuple[str, str]) -> dict[str, tuple[float, float, float]]:
    effects = comparison.effects
    last = effects[(effects["month"] == comparison.months) & (effects["outcome"] == pair[0])
                   & (effects["group"] == pair[1])]
    return {row.scenario: (row.estimate, row.low_together, row.high_together) for row in last.itertuples()}


def _table(comparison: "Comparison", spreads: Sequence[Spread], title: str) -> Table:
    rows = []
    for one in spreads:
        how = words.written(one.outcome, one.estimate, one.low, one.high)
        estimate, low, high = _luck(comparison, (one.outcome, one.group)).get(one.scenario, (np.nan,) * 3)
        rows.append([one.scenario, words.subject(one.outcome, one.group), how.signed(estimate),
                     say("{low} to {high}", low=how.digits(low), high=how.digits(high)),
                     how.signed(one.estimate), say("{low} to {high}", low=how.digits(one.low),
                                                   high=how.digits(one.high)), percent(one.same_sign)])
    return Table(title, [say("design"), say("outcome"), say("effect"), say("95 % interval from luck"),
                         say("mean over draws"), say("95 % of draws"), say("draws of the same sign")], rows, keys=2)
