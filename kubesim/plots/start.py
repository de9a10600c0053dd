"""The figure of month 0: what the household file and published numbers say against the model's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.checks import ALL, FILE, PUBLISHED, SURE, Checked, place_name, shown
from kubesim.plots import paths
from kubesim.plots.formats import COUNT, SHARE, number, rupiah_axis
from kubesim.plots.style import BLUE, FAINT, INK, ORANGE, SMALL, TEXT, Layout, Style, dress, head, new_figure
from kubesim.running.start import check_start
from kubesim.scenario import Scenario

if TYPE_CHECKING:
    from kubesim.running.results import Results

START_TITLE = "The people at the start against what is known of them"
TOLD, MODEL = Style(INK), Style(BLUE)
MOST_DISTRICTS = 16
"""Districts drawn; of more of them those in which the model is furthest off."""
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
    panels = [panel for panel in (_draw_deciles, _draw_indices, _draw_districts) if panel(None, table)]
    note = say("Diamonds: what the file or the statistics office says, with its 95 % interval where it is a "
               "sample, orange where the model does not agree. Blue: the model's people in month 0, mean over "
               "seeds. Deciles and indices are of persons.")
    key = [(say("told"), TOLD), (say("model, month 0"), MODEL)]
    width = {1: 8.2, 2: 9.6}.get(len(panels), 12.6)
    figure = new_figure(Layout(say(START_TITLE), subtitle, note, key), (width, 6.2))
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
    beside = "".join(say("; poverty rate {told} told, {model} in the model", told=shown(line.told, line.unit),
                         model=shown(line.population, line.unit)) for line in first)
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


def _draw_districts(axes: Axes | None, table: pd.DataFrame) -> bool:
    """Poverty district by district, or the share of households where poverty is not known."""
    rows = table[table["place"] != ALL]
    for measure, title in (("poverty_rate", say("Poverty rate by district")),
                           ("households", say("Households by district"))):
        held = rows[rows["measure"] == measure].drop_duplicates("place", keep="last")
        if held.empty:
            continue
        if axes is not None:
            apart = (held["population"] - held["told"]).abs()
            shown_rows = held.loc[apart.nlargest(MOST_DISTRICTS).index].sort_index()
            _draw_rows(axes, shown_rows, list(shown_rows["place"]))
            head(axes, title, about=_how_many(len(shown_rows), len(held)))
        return True
    return False


def _draw_rows(axes: Axes, rows: pd.DataFrame, labels: Sequence[str]) -> None:
    """One row a number: the told one with its interval, the model's as a bar."""
    places = np.arange(len(rows))[::-1]
    axes.barh(places, rows["population"], height=0.5, color=BLUE, alpha=0.55, zorder=2)
    _draw_told(axes, places, rows, upright=False)
    dress(axes, SHARE)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(axes.yaxis.get_major_formatter())
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.set_yticklabels(labels, fontsize=SMALL if len(rows) > 8 else TEXT)
    axes.set_xlim(0, 1.12 * max((rows["told"] + SURE * rows["error"].fillna(0)).max(), rows["population"].max()))


def _draw_told(axes: Axes, places: Sequence[float], rows: pd.DataFrame, upright: bool) -> None:
    """Grey dots with intervals where there are any; orange where the model does not agree."""
    half = SURE * rows["error"].fillna(0).to_numpy()
    for place, told, reach, agrees in zip(places, rows["told"], half, rows["agrees"]):
        colour = ORANGE if agrees is False else INK
        at, bars = ((place, told), {"yerr": reach}) if upright else ((told, place), {"xerr": reach})
        axes.errorbar(*at, **(bars if reach else {}), fmt="D", color=colour, markersize=5, capsize=3,
                      linewidth=1.6, zorder=4)


def _how_many(drawn: int, there: int) -> str:
    if drawn < there:
        return say("{drawn} of {there} districts, those furthest off", drawn=drawn, there=there)
    return say("told and model")


def place_of(line: Checked) -> str:
    """The place of a line in words, with what it is held against where that is not the file."""
    return place_name(line) + (f" ({say('published')})" if line.against == PUBLISHED else "")
