"""The figure of money: what joint businesses and households earn and spend, and what the programme costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.plots import paths
from kubesim.plots.formats import number, percent, rupiah, rupiah_axis
from kubesim.plots.style import (BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, TEXT, VERMILLION, YELLOW, Layout, dress,
                                 head, label_ends, months_axis, new_figure)

if TYPE_CHECKING:
    from kubesim.results import Results

JOINT, OWN, COST = "joint businesses", "households", "programme cost"
JOINT_ITEMS = {
    "grants": "grants", "joint value added": "value added", "fixed cost of joint businesses": "rent and other fixed cost",
    "wear of joint capital": "wear", "losses of joint capital": "theft, spoilage, other losses",
    "lost at liquidation": "lost at break-up", "left without members": "left without members"}
LEFT = "to members, or kept"
KINDS = {"inflow": BLUE, "outflow": ORANGE, LEFT: GREEN}
COST_ITEMS = {"uep_grant": "grants (UEP)", "diklat": "training (diklat)", "companionship": "companions",
              "cluster_meetings": "cluster meetings", "savings_and_loan": "savings and loan"}
COST_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
PAYERS = {"centre": "centre", "local": "local budget"}
PAID, PAID_BY = "{item}: {amount}", "{item}, {payer}: {amount}"
TITLE = "Where the money comes from and where it goes"
NOTE = ("Means of the replicates. Blue: comes in; orange: goes out; green: what is left. Households: all of the model, on "
        "a list or not. Hatched: not paid by the centre.")
JOINT_HEAD, TOGETHER = "Joint businesses", "each group formed, months 0 to {months} together"
OWN_HEAD, A_MONTH = "Households", "each household, a month"
COST_HEAD, COST_SHORT = "Programme cost so far", "{amount} by month {month}"
COST_FINDING = "{amount} by month {month}, {share} paid by the centre"
ALT = ("Bars of what joint businesses and households earn and spend, and areas of the programme's cost so far, which "
       "comes to {cost} by month {months}.")
ALT_FREE = "Bars of what households earn and spend in a month; there is no programme cost."


def money_table(results: "Results") -> pd.DataFrame:
    """Rp: flows of joint businesses for each group formed in the whole run, flows of households for
    each household and month, and programme cost so far by item and payer in every month."""
    return paths.join([joint_flows(results), own_flows(results), cost_table(results)])


def joint_flows(results: "Results") -> pd.DataFrame:
    """Flows of the joint businesses over the whole run for each group formed, and what they leave."""
    formed = results.lives[results.lives["formed"] >= 0].groupby("seed").size()
    if not len(formed):
        return paths.join([])
    sums = sums_by_item(results, joint=True) / formed.reindex(results.seeds).to_numpy()
    kinds = sums.index.get_level_values("kind")
    left = sums[kinds == "inflow"].sum() - sums[kinds == "outflow"].sum()
    sums.loc[(LEFT, LEFT), :] = left
    return flow_rows(sums, JOINT)


def own_flows(results: "Results") -> pd.DataFrame:
    """Flows of households, a month and household."""
    months = results.scenario.months + 1
    return flow_rows(sums_by_item(results, joint=False) / (results.scenario.population.households * months), OWN)


def sums_by_item(results: "Results", joint: bool) -> pd.DataFrame:
    """Sums over the run by (kind, item), one column a seed; a line without money is 0."""
    ledger = results.ledger
    flows = ledger[(ledger["kind"] != "cost") & (ledger["item"].isin(JOINT_ITEMS) == joint)]
    sums = flows.pivot_table(index=["kind", "item"], columns="seed", values="amount", aggfunc="sum")
    return sums.reindex(columns=list(results.seeds)).fillna(0.0)


def flow_rows(sums: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Statistics of flows, large ones first, inflows before outflows."""
    rows = paths.summarise(sums).reset_index().rename(columns={"item": "series"})
    rows.insert(0, "panel", panel)
    order = rows["kind"].map(list(KINDS).index)
    return rows.assign(order=order).sort_values(["order", "mean"], ascending=[True, False]).drop(columns="order")


def cost_table(results: "Results") -> pd.DataFrame:
    """Programme cost so far by item and payer, and in total, month by month."""
    costs = results.ledger[results.ledger["kind"] == "cost"]
    if not costs["amount"].any():
        return paths.join([])
    parts = []
    for (item, payer), rows in costs.groupby(["item", "payer"], sort=False):
        if rows["amount"].any():
            parts.append(paths.stack(so_far(rows, results), COST, item).assign(payer=payer))
    return paths.join([*parts, paths.stack(so_far(costs, results), COST, "total")])


def so_far(rows: pd.DataFrame, results: "Results") -> pd.DataFrame:
    """Running sums, months down, seeds across."""
    spent = rows.pivot_table(index="month", columns="seed", values="amount", aggfunc="sum")
    months = range(results.scenario.months + 1)
    return spent.reindex(index=months, columns=list(results.seeds)).fillna(0.0).cumsum()


def draw_money(results: "Results") -> Figure:
    """Bars of flows above, the programme's cost below."""
    table, last = money_table(results), results.scenario.months
    flows = [panel for panel in (JOINT, OWN) if (table["panel"] == panel).any()]
    costly = (table["panel"] == COST).any()
    figure = new_figure(Layout(TITLE, paths.subtitle(results), NOTE), size=(11.0, 7.8 if costly else 4.8))
    parts = figure.subfigures(1 + int(costly), 1, squeeze=False)[:, 0]
    together = TOGETHER.format(months=number(last))
    for axes, panel in zip(parts[0].subplots(1, len(flows), squeeze=False)[0], flows):
        title, label = {JOINT: (JOINT_HEAD, together), OWN: (OWN_HEAD, A_MONTH)}[panel]
        draw_flows(axes, table[table["panel"] == panel], title, label)
    if costly:
        draw_cost(parts[1].subplots(), table, last)
    return figure


def draw_flows(axes: Axes, rows: pd.DataFrame, title: str, label: str) -> None:
    """One bar a flow, its amount written at its end."""
    rows = rows[rows["mean"].abs() > 0]
    places = np.arange(len(rows))[::-1]
    axes.barh(places, rows["mean"], color=[KINDS[kind] for kind in rows["kind"]], height=0.72)
    for place, amount in zip(places, rows["mean"]):
        axes.annotate(rupiah(amount), (max(amount, 0), place), xytext=(4, 0), va="center",
                      textcoords="offset points", fontsize=TEXT, color=INK)
    axes.set_xlim(min(0, rows["mean"].min()), rows["mean"].max() * 1.35)    # room for the amounts
    axes.set_yticks(places, [JOINT_ITEMS.get(item, item) for item in rows["series"]])
    axes.set_xticks([])
    axes.tick_params(labelsize=TEXT, labelcolor=INK, length=0)
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=GREY, linewidth=1)
    head(axes, title, about=label)


def draw_cost(axes: Axes, table: pd.DataFrame, last: int, narrow: bool = False) -> None:
    """Stacked areas of cost so far; what is not paid by the centre is hatched."""
    costs = table[(table["panel"] == COST) & (table["series"] != "total")]
    items = list(dict.fromkeys(costs["series"]))
    base, labels, centre = np.zeros(last + 1), [], 0.0
    for (item, payer), rows in costs.groupby(["series", "payer"], sort=False):
        top = base + rows["mean"].to_numpy()
        colour = COST_COLOURS[items.index(item) % len(COST_COLOURS)]
        axes.fill_between(rows["month"], base, top, facecolor=colour, edgecolor="white", linewidth=0.6,
                          hatch=None if payer == "centre" else "////")
        amount = top[-1] - base[-1]
        said = PAID if payer == "centre" else PAID_BY
        words = said.format(item=COST_ITEMS.get(item, item.replace("_", " ")), amount=rupiah(amount),
                            payer=PAYERS.get(payer, payer))
        labels.append((base[-1] + amount / 2, words, colour))
        centre += amount * float(payer == "centre")
        base = top
    unit, money = rupiah_axis(base[-1])
    dress(axes, unit, money)
    months_axis(axes, last, marks=4 if narrow else 6)
    axes.set_ylim(0, base[-1] * 1.08)
    about = COST_SHORT if narrow else COST_FINDING
    head(axes, COST_HEAD, about=about.format(amount=rupiah(base[-1]), month=number(last),
                                             share=percent(centre / base[-1])))
    label_ends(axes, labels, narrow)


def money_alt(results: "Results") -> str:
    """What the figure of money shows."""
    total = paths.rows_of(money_table(results), COST, "total")
    if not len(total):
        return ALT_FREE
    return ALT.format(cost=rupiah(total["mean"].iloc[-1]), months=number(results.scenario.months))
