"""Maps of a run with several districts: poverty at the start, and what the programme changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import stdtr, stdtrit

from kubesim.language import say
from kubesim.plots import paths, style
from kubesim.plots.formats import FINE_SHARE, SHARE, Unit, number, percent
from kubesim.plots.tiles import Scale, draw_map, lay_out, size_of

if TYPE_CHECKING:
    from kubesim.running.results import Results

POVERTY_TITLE = "Poverty at the start by district"
EFFECT_TITLE = "What the programme changes in each district: poverty of listed households"
RATE, LISTED_RATE = "poverty_rate", "poverty_rate_members"
SURE = 0.05
"""Chance that any district at all is marked though nothing changed in any."""
COLUMNS = ["district", "mean", "low", "high", "replicates"]


def poverty_table(results: "Results") -> pd.DataFrame:
    """Share of persons below the line in month 0, a row a district; empty with a single district."""
    return _summary(results, _pivot(results.outcomes, RATE, 0))


def effect_table(results: "Results") -> pd.DataFrame:
    """Points of poverty of listed households against the same world without the programme at the end, a
    row a district; ``sure`` where that holds for all districts at once (Bonferroni)."""
    worlds = (results.outcomes, results.counterfactual) if paths.has_twin(results) else ()
    held = [_pivot(table, LISTED_RATE, results.scenario.months) for table in worlds]
    if not held or not len(held[0]):
        return pd.DataFrame(columns=[*COLUMNS, "sure"])
    table = _summary(results, held[0] - held[1])
    return table.assign(sure=_chance(table) * len(table) < SURE)


def _pivot(table: pd.DataFrame, column: str, month: int) -> pd.DataFrame:
    """Districts down, seeds across; empty where it was not measured."""
    rows = table[(table["month"] == month) & (table["district"] != "all")]
    if column not in table or rows["district"].nunique() < 2:
        return pd.DataFrame()
    return rows.pivot(index="district", columns="seed", values=column)


def _summary(results: "Results", values: pd.DataFrame) -> pd.DataFrame:
    """A row a district, in the scenario's order."""
    if not len(values):
        return pd.DataFrame(columns=COLUMNS)
    order = [district.name for district in results.scenario.districts]
    return paths.summarise(values.reindex(order)).rename_axis("district").reset_index()[COLUMNS]


def _chance(table: pd.DataFrame) -> pd.Series:
    """Two-sided p-value of each mean difference, from its t-interval; 1 where there is none."""
    several = table["replicates"].clip(lower=2) - 1
    half = (table["high"] - table["low"]) / 2
    from_zero = np.abs(table["mean"]) / half * stdtrit(several, 0.975)
    return pd.Series(2 * stdtr(several, -from_zero), table.index).where(half > 0, 1.0)


def draw_poverty(results: "Results", table: pd.DataFrame) -> Figure:
    """Where the poor live, as the run begins."""
    told = paths.replicates(results)
    note = say("Share of persons whose consumption is below the poverty line of their district in month 0, "
               "{replicates}. Each tile is a district; hatched: no value.",
               replicates=told if len(results.seeds) == 1 else say("mean of {replicates}", replicates=told))
    values = table.set_index("district")["mean"]
    return _draw(results, say(POVERTY_TITLE), note, values, Scale.of_levels(values, SHARE), SHARE, ())


def draw_effect(results: "Results", table: pd.DataFrame) -> Figure:
    """Where the programme lowers poverty most; green is less poverty, brown more."""
    note = say("Persons in households put on a KUBE list, month {month}, against the same world without the "
               "programme: green is less poverty, brown more. A dark border: differs from nothing though {count} "
               "districts are looked at (95 % for all at once). Small districts differ most by luck alone; see "
               "the intervals in the table.", month=number(results.scenario.months), count=number(len(table)))
    values = table.set_index("district")["mean"]
    scale = Scale.of_changes(values, FINE_SHARE._replace(value=FINE_SHARE.change), less_is_better=True)
    return _draw(results, say(EFFECT_TITLE), note, values, scale, FINE_SHARE,
                 tuple(table.loc[table["sure"], "district"]))


def _draw(results: "Results", title: str, note: str, values: pd.Series, scale: Scale, unit: Unit,
          sure: tuple[str, ...]) -> Figure:
    layout = lay_out(results.scenario.districts)
    figure = style.new_figure(style.Layout(title, results.scenario.name, note), size_of(layout))
    draw_map(figure.subplots(), layout, values.to_dict(), scale,
             lambda district: number(unit.scale * values[district], unit.decimals, signed=bool(scale.low < 0)),
             sure)
    return figure


def tell_poverty(results: "Results", table: pd.DataFrame) -> str:
    """What the map of poverty shows."""
    return say("Map of {count} districts as tiles: poverty at the start runs from {low} ({low_of}) to {high} "
               "({high_of}).", **_ends(table, lambda share: percent(share, 1)))


def tell_effect(results: "Results", table: pd.DataFrame) -> str:
    """What the map of effects shows."""
    return say("Map of {count} districts as tiles: the programme's effect on poverty of listed households in "
               "month {month} runs from {low} ({low_of}) to {high} ({high_of}); in {sure} districts it differs "
               "from nothing for all districts at once.", month=number(results.scenario.months),
               sure=number(table["sure"].sum()), **_ends(table, lambda points: FINE_SHARE.difference(
                   points, np.nan, np.nan)))


def _ends(table: pd.DataFrame, written: Callable[[float], str]) -> dict[str, str]:
    """The districts with the lowest and the highest mean."""
    known = table.dropna(subset="mean").sort_values("mean")
    low, high = known.iloc[0], known.iloc[-1]
    return {"count": number(len(table)), "low": written(low["mean"]), "low_of": low["district"],
            "high": written(high["mean"]), "high_of": high["district"]}
