"""The figure of money: what joint businesses and households earn and spend, what the programme costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import paths
from kubesim.plots.formats import number, percent, rupiah, rupiah_axis
from kubesim.plots.style import (BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, TEXT, VERMILLION, YELLOW,
                                 Layout, dress, head, label_ends, months_axis, new_figure)

if TYPE_CHECKING:
    from kubesim.running.results import Results

MONEY_TITLE = "Where the money comes from and where it goes"
JOINT, OWN, COST, TOTAL = "joint businesses", "households", "programme cost", "total"
JOINT_ITEMS = {"grants": "grants", "joint value added": "value added",
               "fixed cost of joint businesses": "rent and other fixed cost", "wear of joint capital": "wear",
               "losses of joint capital": "theft, spoilage, other losses",
               "lost at liquidation": "lost at break-up", "left without members": "left without members"}
LEFT = "to members, or kept"
KINDS = {"inflow": BLUE, "outflow": ORANGE, LEFT: GREEN}
COST_TITLE = "Programme cost so far"
COST_ITEMS = {"uep_grant": "grants (UEP)", "diklat": "training (diklat)", "companionship": "companions",
              "cluster_meetings": "cluster meetings", "savings_and_loan": "savings and loan"}
COST_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
CENTRE, PAYERS = "centre", {"centre": "centre", "local": "local budget"}


def money_table(results: "Results") -> pd.DataFrame:
    """Rp: flows of joint businesses for each group formed in the whole run, flows of households for
    each household and month, and programme cost so far by item and payer in every month."""
    return paths.join([_joint_flows(results), _own_flows(results), cost_table(results)])


def _joint_flows(results: "Results") -> pd.DataFrame:
    """Flows of joint businesses over the whole run for each group formed, and what they leave."""
    formed = results.lives[results.lives["formed"] >= 0].groupby("seed").size()
    if not len(formed):
        return paths.join([])
    sums = _sums_by_item(results, joint=True) / formed.reindex(list(results.seeds))
    if not sums.any(axis=None):                         # groups that never had any money
        return paths.join([])
    kinds = sums.index.get_level_values("kind")
    sums.loc[(LEFT, LEFT), :] = sums[kinds == "inflow"].sum() - sums[kinds == "outflow"].sum()
    return _flow_rows(sums, JOINT)


def _own_flows(results: "Results") -> pd.DataFrame:
    """Flows of households, for each household and month."""
    lived = results.scenario.population.households * (results.scenario.months + 1)
    return _flow_rows(_sums_by_item(results, joint=False) / lived, OWN)


def _sums_by_item(results: "Results", joint: bool) -> pd.DataFrame:
    """Sums over the run by (kind, item), a column a seed; where the ledger has no line it is 0."""
    ledger = results.ledger
    flows = ledger[(ledger["kind"] != "cost") & (ledger["item"].isin(JOINT_ITEMS) == joint)]
    sums = flows.pivot_table(index=["kind", "item"], columns="seed", values="amount", aggfunc="sum")
    return sums.reindex(columns=list(results.seeds)).fillna(0.0)


def _flow_rows(sums: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Statistics of flows, inflows before outflows, large ones first."""
    rows = paths.summarise(sums).reset_index().rename(columns={"item": "series"})
    order = rows["kind"].map(list(KINDS).index)
    return rows.assign(panel=panel, order=order).sort_values(
        ["order", "mean"], ascending=[True, False]).drop(columns="order")


def cost_table(results: "Results") -> pd.DataFrame:
    """Programme cost so far by item and payer, and in total, month by month, Rp."""
    costs = results.ledger[results.ledger["kind"] == "cost"]
    costs = costs[costs["amount"] > 0]
    if not len(costs):
        return paths.join([])
    parts = [paths.rows_for(_so_far(rows, results), COST, item).assign(payer=payer)
             for (item, payer), rows in costs.groupby(["item", "payer"], sort=False)]
    return paths.join([*parts, paths.rows_for(_so_far(costs, results), COST, TOTAL)])


def _so_far(rows: pd.DataFrame, results: "Results") -> pd.DataFrame:
    """Running sums, months down, seeds across."""
    spent = rows.pivot_table(index="month", columns="seed", values="amount", aggfunc="sum")
    months = range(results.scenario.months + 1)
    return spent.reindex(index=months, columns=list(results.seeds)).fillna(0.0).cumsum()


def draw_money(results: "Results", table: pd.DataFrame) -> Figure:
    """Bars of flows above, the programme's cost below."""
    note = say("Means of the replicates. Blue: comes in; orange: goes out; green: what is left. Households: "
               "all of the model, on a list or not. Hatched: not paid by the centre.")
    last = results.scenario.months
    about = {JOINT: say("each group formed, months 0 to {months} together", months=number(last)),
             OWN: say("each household, a month")}
    flows = [panel for panel in about if (table["panel"] == panel).any()]
    costly = bool((table["panel"] == COST).any())
    size = (11.0, 7.8 if costly else 4.8)
    figure = new_figure(Layout(say(MONEY_TITLE), paths.subtitle(results), note), size)
    parts = figure.subfigures(1 + costly, 1, squeeze=False)[:, 0]
    for axes, panel in zip(parts[0].subplots(1, len(flows), squeeze=False)[0], flows):
        _draw_flows(axes, table[table["panel"] == panel])
        head(axes, say(panel).capitalize(), about=about[panel])
    if costly:
        draw_cost(parts[1].subplots(), table, last)
    return figure


def _draw_flows(axes: Axes, rows: pd.DataFrame) -> None:
    """One bar a flow, its amount written at its end."""
    rows = rows[rows["mean"] != 0]
    places = np.arange(len(rows))[::-1]
    axes.barh(places, rows["mean"], color=[KINDS[kind] for kind in rows["kind"]], height=0.72)
    for place, amount in zip(places, rows["mean"]):
        axes.annotate(rupiah(amount), (max(amount, 0), place), xytext=(4, 0), va="center",
                      textcoords="offset points", fontsize=TEXT, color=INK)
    axes.set_xlim(min(0, rows["mean"].min()), rows["mean"].max() * 1.4)     # room for the amounts
    axes.set_yticks(places, [say(JOINT_ITEMS.get(item, item)) for item in rows["series"]])
    axes.set_xticks([])
    axes.tick_params(labelsize=TEXT, labelcolor=INK, length=0)
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=GREY, linewidth=1)


def draw_cost(axes: Axes, table: pd.DataFrame, last: int, narrow: bool = False) -> None:
    """Stacked areas of cost so far; what is not paid by the centre is hatched."""
    costs = table[(table["panel"] == COST) & (table["series"] != TOTAL)]
    colours = dict(zip(dict.fromkeys(costs["series"]), COST_COLOURS * len(costs)))
    base, labels, by_centre = np.zeros(last + 1), [], 0.0
    for (item, payer), rows in costs.groupby(["series", "payer"], sort=False):
        paid = rows["mean"].to_numpy()
        axes.fill_between(rows["month"], base, base + paid, facecolor=colours[item], edgecolor="white",
                          linewidth=0.6, hatch=None if payer == CENTRE else "////")
        words = f"{_paid_by(item, payer)}: {rupiah(paid[-1])}"
        labels.append((base[-1] + paid[-1] / 2, words, colours[item]))
        by_centre += paid[-1] * float(payer == CENTRE)
        base = base + paid
    unit, money = rupiah_axis(base[-1])
    dress(axes, unit, money)
    months_axis(axes, last, marks=4 if narrow else 6)
    axes.set_ylim(0, base[-1] * 1.08)
    about = say("{total} by month {month}", total=rupiah(base[-1]), month=number(last))
    if not narrow:
        about = say("{cost}, {share} paid by the centre", cost=about, share=percent(by_centre / base[-1]))
    head(axes, say(COST_TITLE), about=about)
    label_ends(axes, labels, narrow)


def _paid_by(item: str, payer: str) -> str:
    """A cost item in words; who pays is said when it is not the centre."""
    words = say(COST_ITEMS.get(item, item.replace("_", " ")))
    if payer == CENTRE:
        return words
    return say("{item}, {payer}", item=words, payer=say(PAYERS.get(payer, payer)))


def tell_money(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of money shows."""
    cost = paths.final(table, COST, TOTAL)
    if np.isnan(cost):
        return say("Bars of what households earn and spend in a month; there is no programme cost.")
    return say("Bars of where money comes from and where it goes, and areas of the programme's cost so far: "
               "{cost} by month {month}.", cost=rupiah(cost), month=number(results.scenario.months))
