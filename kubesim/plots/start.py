"""The figure of month 0: what the household file and published numbers say against the model's people."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.checks import ALL, FILE, PUBLISHED, MEASURES, SURE, Checked, place_name, shown
from kubesim.plots import paths
from kubesim.plots.formats import COUNT, SHARE, number, rupiah_axis
from kubesim.plots.style import BLUE, FAINT, INK, ORANGE, SMALL, TEXT, Layout, Style, dress, head, new_figure
from kubesim.running.start import check_start
from kubesim.scenario import Scenario

if TYPE_CHECKING:
    from kubesim.running.results import Results

START_TITLE = "The people at the start against what is known of them"
BAR = "#73B1D5"                     # a lighter blue, on which diamonds can be seen
TOLD, AS_LINE, AS_BAR = Style(INK, "none", mark="D"), Style(BLUE, mark="o"), Style(BAR, "none", mark="s")
MOST_DISTRICTS = 16
"""Districts drawn; of more of them those in which the model is furthest off."""
LEAST_ROWS = 4
"""Rows for which a panel has room, so that a single bar does not fill it."""
TALL = 6.2
LABEL = 20
"""Letters of a row's label in one line."""
DECILES = [f"decile_{place}" for place in range(1, 10)]
INDICES = ("poverty_rate", "poverty_gap", "poverty_severity", "gini")


def start_table(results: "Results") -> pd.DataFrame:
    """The comparison of month 0; empty where nothing is known, or the household file is not there now."""
    try:
        return checked_table(check_start(results.scenario, results.seeds))
    except ScenarioError:
        return checked_table(())


def checked_table(checked: Sequence[Checked]) -> pd.DataFrame:
    """A comparison as a table, a row a number, with whether both agree."""
    made = pd.DataFrame(checked, columns=list(Checked._fields))
    return made.assign(agrees=[line.agrees for line in checked])


def draw_start(results: "Results", table: pd.DataFrame) -> Figure:
    """The figure of a run."""
    return start_figure(results.scenario, table, paths.subtitle(results))


def start_figure(scenario: Scenario, table: pd.DataFrame, subtitle: str) -> Figure:
    """Deciles of spending and poverty indices over all districts, and poverty district by district."""
    by_file = bool((table["against"] == FILE).any())
    panels = [panel for panel in (_draw_deciles, _draw_indices) if panel(None, table)]
    panels += [partial(_draw_districts, measure=measure, named=by_file or not place)
               for place, measure in enumerate(_district_measures(table, by_file))]
    note = say("Diamonds: what the file or the statistics office says, with its 95 % interval where it is a "
               "sample, orange where the model does not agree. Blue: the model's people in month 0, mean over "
               "seeds. Deciles and indices are of persons.")
    key = [(say("told"), TOLD), (say("model, month 0"), AS_LINE if _draw_deciles in panels else AS_BAR)]
    width = {1: 8.2, 2: 9.6}.get(len(panels), 12.6)
    height = TALL if by_file else min(TALL, 2.9 + 0.3 * max(len(_furthest_off(table)), LEAST_ROWS))
    figure = new_figure(Layout(say(START_TITLE), subtitle, note, key), (width, height))
    for place, panel in enumerate(panels, start=1):
        panel(figure.add_subplot(1, len(panels), place), table)
    return figure


def tell_start(results: "Results", table: pd.DataFrame) -> str:
    """What the figure shows."""
    return tell_checked(table)


def tell_checked(table: pd.DataFrame) -> str:
    """How many numbers agree, and the one of them all that is told first."""
    known = table[table["agrees"].notna()]
    agreeing = int(known["agrees"].astype(bool).sum())
    first = [line for line in table.itertuples() if line.measure == "poverty_rate"][:1]
    beside = "".join(say("; poverty rate of {place}: {told} told, {model} in the model", place=place_name(line),
                         told=shown(line.told, line.unit), model=shown(line.population, line.unit))
                     for line in first)
    return say("Dots and bars of what is told of the people and of the model's month 0: {agreeing} of {count} "
               "numbers agree{beside}.", agreeing=number(agreeing), count=number(len(known)), beside=beside)


def _draw_deciles(axes: Axes | None, table: pd.DataFrame) -> bool:
    """Spending of the file's deciles against the model's."""
    rows = table[(table["place"] == ALL) & table["measure"].isin(DECILES) & (table["against"] == FILE)]
    if axes is None or rows.empty:
        return not rows.empty
    rows = rows.set_index("measure").loc[[name for name in DECILES if name in set(rows["measure"])]]
    places = [DECILES.index(name) + 1 for name in rows.index]
    money = rows["unit"].iloc[0] == "rupiah"
    unit, label = rupiah_axis(rows["told"].max()) if money else (COUNT, say("poverty lines"))
    axes.plot(places, rows["population"], color=BLUE, linewidth=2.2, marker="o", markersize=6, zorder=3)
    _draw_told(axes, places, rows, upright=True)
    dress(axes, unit, label)
    highest = (rows["told"] + SURE * rows["error"].fillna(0)).max()
    axes.set_ylim(0, 1.05 * max(highest, rows["population"].max()))
    axes.set_xlim(0.5, 9.5)
    axes.xaxis.set_major_locator(FixedLocator(range(1, 10)))
    axes.set_xlabel(say("decile of persons"), fontsize=TEXT, color=INK)
    head(axes, say("Spending per person"), about=say("the file's deciles and the model's"))
    return True


def _draw_indices(axes: Axes | None, table: pd.DataFrame) -> bool:
    """Poverty indices and Gini over all districts, each a row."""
    rows = table[(table["place"] == ALL) & table["measure"].isin(INDICES)]
    if axes is None or rows.empty:
        return not rows.empty
    _draw_rows(axes, rows, [Checked(*row[:8]).name for row in rows.itertuples(index=False)])
    head(axes, say("Poverty and inequality"), about=say("all districts, in percent"))
    return True


def _district_measures(table: pd.DataFrame, by_file: bool) -> list[str]:
    """What is drawn district by district, a panel each: of published figures the three indices, of a file
    poverty, or the share of households where that is not known."""
    there = set(table.loc[table["place"] != ALL, "measure"])
    if not by_file:
        return [measure for measure in INDICES[:3] if measure in there]
    return [measure for measure in ("poverty_rate", "households") if measure in there][:1]


def _draw_districts(axes: Axes, table: pd.DataFrame, measure: str, named: bool) -> None:
    """One measure district by district; ``named`` with the districts' names."""
    rows = table[table["place"] != ALL].drop_duplicates(["place", "measure"], keep="last")
    held = rows[rows["measure"] == measure].set_index("place")
    places = _furthest_off(rows)
    drawn = held.reindex(places)
    _draw_rows(axes, drawn, places if named else [""] * len(places))
    title = say("Households") if measure == "households" else say(MEASURES[measure])
    head(axes, title, about=_how_many(len(places), rows["place"].nunique()))


def _furthest_off(rows: pd.DataFrame) -> list[str]:
    """The districts that are drawn, in the scenario's order."""
    most = rows.groupby("measure")["told"].transform("max").clip(lower=1e-12)
    apart = ((rows["population"] - rows["told"]).abs() / most).groupby(rows["place"], sort=False).max()
    return list(apart.index[apart.rank(method="first", ascending=False) <= MOST_DISTRICTS])


def _draw_rows(axes: Axes, rows: pd.DataFrame, labels: Sequence[str]) -> None:
    """One row a number: the told one with its interval, the model's as a bar."""
    places = np.arange(len(rows))[::-1]
    axes.barh(places, rows["population"], height=0.5, color=BAR, zorder=2)
    _draw_told(axes, places, rows, upright=False)
    dress(axes, SHARE)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(axes.yaxis.get_major_formatter())
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.set_yticklabels([fill(label, LABEL, break_long_words=False) for label in labels],
                         fontsize=SMALL if len(rows) > 8 else TEXT)
    axes.set_ylim(len(rows) - max(len(rows), LEAST_ROWS) - 0.5, len(rows) - 0.5)
    axes.set_xlim(0, 1.12 * max((rows["told"] + SURE * rows["error"].fillna(0)).max(), rows["population"].max()))


def _draw_told(axes: Axes, places: Sequence[float], rows: pd.DataFrame, upright: bool) -> None:
    """Diamonds with intervals where there are any; orange where the model does not agree."""
    half = SURE * rows["error"].fillna(0).to_numpy()
    for place, told, reach, agrees in zip(places, rows["told"], half, rows["agrees"]):
        if np.isnan(told):
            continue
        colour = ORANGE if agrees is False else INK
        at, bars = ((place, told), {"yerr": reach}) if upright else ((told, place), {"xerr": reach})
        axes.errorbar(*at, **(bars if reach else {}), fmt="D", color=colour, markersize=5, capsize=3,
                      linewidth=1.6, zorder=4)


def _how_many(drawn: int, there: int) -> str:
    if drawn < there:
        return say("the {drawn} of {there} districts that are furthest off", drawn=drawn, there=there)
    return say("by district")


def place_of(line: Checked) -> str:
    """The place of a line in words, with what it is held against where that is not the file."""
    return place_name(line) + (f" ({say('published')})" if line.against == PUBLISHED else "")
