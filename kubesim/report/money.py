"""The report's money: pictures of costs and of what they buy, and the tables behind the sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kubesim.economics import deciding, telling
from kubesim.economics.accounts import ALL, EVERYBODY
from kubesim.economics.amounts import named
from kubesim.economics.choice import DOMINATED, FRONTIER
from kubesim.language import say, translated
from kubesim.plots import style
from kubesim.plots.formats import COUNT, MISSING, number, percent, rupiah, rupiah_axis
from kubesim.plots.money import COST_COLOURS, COST_ITEMS, PAYERS
from kubesim.plots.style import Layout
from kubesim.report import stacks
from kubesim.report.blocks import Block, Heading, Picture, Points, Table
from kubesim.telling.explain import measured

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison
    from kubesim.economics.appraisal import Economics

MOST_PANELS = 4
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo")


# -- pictures ----------------------------------------------------------------------------------
def cost_pictures(comparison: "Comparison", money: "Economics", shown: Sequence[str]) -> list[Picture]:
    """Costs in all by item, and year by year by item and payer; none where nothing is spent."""
    spent = money.years[(money.years["item"] != ALL) & (money.years["payer"] != ALL)]
    spent = spent[spent["scenario"].isin((comparison.baseline, *comparison.variants))]
    if not spent["estimate"].any():
        return []
    return [_in_all(comparison, spent), _by_year(comparison, spent, shown)]


def _item_looks(items: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(say(COST_ITEMS.get(item, item)), COST_COLOURS[i % len(COST_COLOURS)], HATCHES[i % len(HATCHES)])
            for i, item in enumerate(items)]


def _in_all(comparison: "Comparison", spent: pd.DataFrame) -> Picture:
    """A bar a design, its items next to each other."""
    items = list(spent["item"].unique())
    designs = [comparison.baseline, *comparison.variants]
    sums = spent.groupby(["scenario", "item"])["estimate"].sum().unstack(fill_value=0.0)
    sums = sums.reindex(index=designs, columns=items, fill_value=0.0)
    totals = sums.sum(axis=1)
    unit, beside = rupiah_axis(float(totals.max()))
    title = say("What each design costs, by item")
    note = say("Rupiah of the base year, months 0 to {months} together, not discounted; mean over pairs.",
               months=number(comparison.months))
    figure = style.new_figure(Layout(title, beside, note), stacks.tall(len(designs)))
    axes = figure.subplots()
    looks = _item_looks(items)
    stacks.draw_bars(axes, sums, looks, unit)
    stacks.write_key(axes, looks, 3)
    dearest, cheapest = totals.idxmax(), totals.idxmin()
    told = say("{title}: from {low} ({cheapest}) to {high} ({dearest})", title=title, dearest=dearest,
               cheapest=cheapest, low=rupiah(totals[cheapest]), high=rupiah(totals[dearest]))
    cells = [[label, *(rupiah(amount) for amount in sums.loc[label]), rupiah(totals[label])]
             for label in designs]
    return Picture("cost", title, figure, told,
                   Table(title, [say("design"), *(words for words, *_ in looks), say("together")], cells))


def _by_year(comparison: "Comparison", spent: pd.DataFrame, drawn: Sequence[str]) -> Picture:
    """A panel a design, a column a year, items stacked; the table has the payers too."""
    shown = [comparison.baseline, *(label for label in drawn if label in set(spent["scenario"]))]
    shown = shown[:MOST_PANELS]
    items, years = list(spent["item"].unique()), sorted(spent["year"].unique())
    yearly = spent.groupby(["scenario", "year", "item"])["estimate"].sum().unstack(fill_value=0.0)
    unit, beside = rupiah_axis(float(yearly.sum(axis=1).max()))
    looks = _item_looks(items)
    title = say("Budget by year")
    note = say("Year 1 is months 0 to 12. Rupiah of the base year, not discounted; mean over pairs. The "
               "table tells who pays.")
    key = [(words, style.Style(colour, "-", 6.0)) for words, colour, _ in looks]
    figure = style.new_figure(Layout(title, beside, note, key), (11.0, 5.0))
    panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, label in zip(panels, shown):
        parts = (yearly.loc[label] if label in yearly.index.get_level_values(0) else pd.DataFrame()
                 ).reindex(index=years, columns=items, fill_value=0.0)
        stacks.draw_columns(axes, parts, looks, unit)
        axes.set_title("\n".join(style.wrap_to(label, 11.0 / len(shown) - 0.6, style.TEXT)), loc="left",
                       fontsize=style.TEXT, weight="bold", color=style.INK)
        axes.set_xlabel(say("year"), fontsize=style.TEXT, color=style.INK)
    known = {key: group.set_index("year")["estimate"]
             for key, group in spent.groupby(["scenario", "item", "payer"], sort=False)}
    cells = [[label, say(COST_ITEMS.get(item, item)), say(PAYERS.get(payer, payer)),
              *(rupiah(amounts.get(year, 0.0)) for year in years)]
             for (label, item, payer), amounts in known.items()]
    return Picture("budget", title, figure, _tell_years(title, yearly, comparison),
                   Table(title, [say("design"), say("item"), say("payer"),
                                 *(say("year {year}", year=number(year)) for year in years)], cells, keys=3))


def _tell_years(title: str, yearly: pd.DataFrame, comparison: "Comparison") -> str:
    sums = yearly.sum(axis=1)
    label, year = sums.idxmax()
    return say("{title}: the largest is {amount} in year {year} of {scenario}", title=title,
               amount=rupiah(sums.max()), year=number(year), scenario=label)


def plane_picture(money: "Economics") -> Picture | None:
    """Designs by what they cost and how many households they lift, with those worth buying joined."""
    designs = money.frontier
    if len(designs) < 2 or not designs["cost"].any():
        return None
    unit, beside = rupiah_axis(float(designs["cost"].abs().max()))
    title = say("What a design costs and how many households it lifts out of poverty")
    note = say("Against no programme, at month {month}, in the model's households; lines are 95 % "
               "intervals of the households lifted. The line joins designs that are the best buy at some "
               "worth of a household lifted.", month=number(money.month))
    figure = style.new_figure(Layout(title, say("{pairs} pairs", pairs=number(money.pairs)), note))
    axes = figure.subplots()
    _draw_plane(axes, designs, _gain_bounds(money))
    style.dress(axes, COUNT, say("households lifted out of poverty"))
    axes.xaxis.set_major_formatter(style.Ticks(unit))
    axes.set_xlabel(beside, fontsize=style.TEXT, color=style.INK)
    bounds = _gain_bounds(money)
    cells = [[named(row.scenario), rupiah(row.cost), _counted(row.gain, *bounds.get(row.scenario, (np.nan, np.nan))),
              _status(row.status)] for row in designs.itertuples()]
    worth = designs.loc[designs["status"] == FRONTIER, "scenario"].map(named)
    told = say("{title}: the best buys, from the cheapest on, are {designs}", title=title,
               designs=", ".join(worth))
    return Picture("plane", title, figure, told, Table(
        title, [say("design"), say("cost"), say("households lifted (95 % interval)"), say("standing")], cells))


def _gain_bounds(money: "Economics") -> dict[str, tuple[float, float]]:
    gains = money.gains
    rows = gains[(gains["measure"] == money.measure) & (gains["who"] == EVERYBODY)
                 & (gains["against"] == money.without)]
    return {row.scenario: (row.low, row.high) for row in rows.itertuples()}


def _draw_plane(axes: Axes, designs: pd.DataFrame, bounds: dict[str, tuple[float, float]]) -> None:
    best = designs[designs["status"] == FRONTIER].sort_values("gain")
    axes.plot(best["cost"], best["gain"], color=style.GREY, linewidth=1.4, zorder=1)
    axes.margins(x=0.12, y=0.12)
    for i, row in enumerate(designs.itertuples()):
        on = row.status == FRONTIER
        if row.scenario in bounds:
            axes.vlines(row.cost, *bounds[row.scenario], color=style.BLUE if on else style.GREY, linewidth=1.6)
        axes.plot(row.cost, row.gain, "o", color=style.BLUE if on else style.GREY, markersize=9,
                  markerfacecolor=style.BLUE if on else "white", markeredgewidth=2)
    low, high = axes.get_ylim()
    step = (high - low) * 0.05
    places = sorted(designs.itertuples(), key=lambda row: row.gain)
    last, width = -np.inf, designs["cost"].max()
    for row in places:
        height = max(row.gain, last + step)
        last = height
        left = row.cost > 0.6 * width
        axes.annotate(named(row.scenario), (row.cost, height), xytext=(-10 if left else 10, 0), va="center",
                      textcoords="offset points", ha="right" if left else "left", fontsize=style.SMALL,
                      color=style.INK)


def _status(status: str) -> str:
    if status == FRONTIER:
        return say("worth buying")
    return say("dominated") if status == DOMINATED else say("dominated by a mix")


def _counted(mean: float, low: float, high: float) -> str:
    if not np.isfinite(low):
        return number(mean, 1)
    return say("{number} ({low} to {high})", number=number(mean, 1), low=number(low, 1), high=number(high, 1))


# -- sentences and tables ----------------------------------------------------------------------
def money_blocks(money: "Economics") -> list[Block]:
    """Which design to buy, what each costs and buys, and what that leaves out, in sentences; then unit costs
    and benefit-cost ratios as tables."""
    parts = {say("Which design to buy"): deciding.sentences(money)}
    parts |= {label: [*(telling.over_baseline(money, label) if label in money.variants else []),
                      *telling.alone(money, label)] for label in money.costs["scenario"].unique()}
    parts[say("What these numbers leave out")] = telling.caveats(money)
    told = {line for lines in parts.values() for line in lines}
    rest = [line for line in money.sentences() if line not in told]
    blocks: list[Block] = [Points.of(rest)] if rest else []
    for title, lines in parts.items():
        blocks += [Heading(title), Points.of(lines)] if lines else []
    return [*blocks, Heading(say("Benefit-cost ratios and unit costs")), *_benefits(money), *_unit_costs(money)]


def _benefits(money: "Economics") -> list[Table]:
    rows = money.benefits[money.benefits["who"] == EVERYBODY]
    if not len(rows):
        return []
    rates = sorted(rows["rate"].unique())
    known = {(row.scenario, row.against, row.rate): _ratio(row) for row in rows.itertuples()}
    keys = dict.fromkeys((row.scenario, row.against) for row in rows.itertuples())
    cells = [[*map(named, key), *(known[(*key, rate)] for rate in rates)] for key in keys]
    return [Table(say("Rupiah of consumption for each rupiah spent more, by yearly discount rate (95 % "
                      "interval)"),
                  [say("design"), say("against"), *(percent(rate) for rate in rates)], cells, keys=2)]


def _ratio(row: Any) -> str:
    if not np.isfinite(row.estimate):
        return MISSING
    if not (np.isfinite(row.low) and np.isfinite(row.high)):
        return number(row.estimate, 2)
    return say("{number} ({low} to {high})", number=number(row.estimate, 2), low=number(row.low, 2),
               high=number(row.high, 2))


def _unit_costs(money: "Economics") -> list[Table]:
    """Every unit cost once, with the designs that have it."""
    if not len(money.unit_costs):
        return []
    keys = ["path", "amount", "unit", "about", "source", "grade"]
    same = money.unit_costs.groupby(keys, sort=False)["scenario"].agg(lambda names: ", ".join(names))
    cells = [[translated(about), measured(amount, unit), say(grade), translated(source), designs]
             for (_, amount, unit, about, source, grade), designs in same.items()]
    return [Table(say("Unit costs, and how far each may be trusted"),
                  [say("unit cost"), say("amount"), say("grade"), say("source"), say("designs")], cells,
                  prose=True)]
