"""What the report says of districts: maps of tiles, the best and the worst, and how far to trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.effects import MANY_DISTRICTS
from kubesim.comparing.statistics import holm
from kubesim.language import say
from kubesim.plots import style
from kubesim.plots.formats import FINE_SHARE, MISSING, SHARE, Unit, number, percent
from kubesim.plots.tiles import Scale, draw_map, lay_out, size_of
from kubesim.report.blocks import Block, Picture, Table, Words
from kubesim.report.numbers import difference

if TYPE_CHECKING:
    from kubesim.comparing.comparison import Comparison

BEGINNING = "district "
SURE = 0.05
ENDS = 10                       # districts at either end of a long list
FEW_GROUPS = 5
RATE = "poverty_rate"


def district_blocks(comparison: "Comparison", shown: Sequence[str]) -> list[Block]:
    """Words, maps and the ends of the list; nothing with a single district."""
    outcome = words.told(comparison.asked[0])
    rows = effects_by_district(comparison, outcome)
    if not len(rows):
        return []
    blocks: list[Block] = [Words(_caution(comparison, rows))]
    start = _start_map(comparison)
    blocks += [start] if start else []
    for place, label in enumerate(shown):
        own = rows[rows["scenario"] == label]
        if len(own):
            blocks.append(_effect_map(comparison, own, label, f"map_{place + 1}"))
            if len(own) > MANY_DISTRICTS:
                blocks.append(_ends(own, label, outcome))
    return blocks


def effects_by_district(comparison: "Comparison", outcome: str) -> pd.DataFrame:
    """Rows of the table of effects at the last month, a row a (scenario, district): ``place`` is the
    district, ``sure`` whether it differs from nothing for all districts and variants at once (Holm)."""
    effects = comparison.effects
    rows = effects[(effects["outcome"] == outcome) & (effects["month"] == comparison.months)
                   & effects["group"].str.startswith(BEGINNING) & np.isfinite(effects["estimate"])]
    together = holm(rows["p_value"].to_numpy(float)[:, None])[:, 0] if len(rows) else []
    return rows.assign(place=rows["group"].str.removeprefix(BEGINNING), sure=np.array(together) < SURE)


def _caution(comparison: "Comparison", rows: pd.DataFrame) -> str:
    """How to read many districts at once, and which of them are too small to tell."""
    count = rows["place"].nunique()
    said = say("Differences of all households of a district, with 95 % intervals for all variants at once. Of "
               "{count} districts about {missed} intervals miss the truth by luck alone, and the best and the worst "
               "are the luckiest and the unluckiest among them: a dark border (a yes in the tables) marks those that "
               "differ from nothing even so, for all districts and variants at once (Holm, 95 %).",
               count=number(count), missed=number(max(0.05 * count, 0.1), 0 if count >= 20 else 1))
    lives = comparison.lives
    groups = lives[(lives["scenario"] == comparison.baseline)
                   & (lives["seed"] == lives["seed"].iloc[0])].groupby("district").size()
    small = count - int((groups >= FEW_GROUPS).sum())
    if small > 0:
        said += " " + say("{small} of {count} districts have fewer than {few} groups in the model: what is told "
                          "of them is mostly luck; more population.households would help.",
                          small=number(small), count=number(count), few=number(FEW_GROUPS))
    return said


# -- maps ----------------------------------------------------------------------------------------
def _start_map(comparison: "Comparison") -> Picture | None:
    """Poverty at the start; None where it was not measured."""
    held = comparison.outcomes
    if RATE not in held:
        return None
    rows = held[(held["scenario"] == comparison.baseline) & (held["month"] == 0) & (held["district"] != "all")]
    values = rows.groupby("district", sort=False)[RATE].mean().dropna()
    if not len(values):
        return None
    title = say("Poverty at the start by district")
    note = say("Share of persons whose consumption is below the poverty line of their district in month 0, mean of "
               "{count} pairs. Each tile is a district; hatched: no value.", count=number(len(comparison.seeds)))
    told = say("Map of {count} districts as tiles: poverty at the start runs from {low} ({low_of}) to {high} "
               "({high_of}).", count=number(len(values)), low=percent(values.min(), 1), low_of=values.idxmin(),
               high=percent(values.max(), 1), high_of=values.idxmax())
    figure = _draw(comparison, (title, note), values, Scale.of_levels(values, SHARE), SHARE)
    cells = [[place, percent(value, 1)] for place, value in values.sort_values(ascending=False).items()]
    return Picture("map_start", title, figure, told, Table(title, [say("district"), say("poverty rate")], cells))


def _effect_map(comparison: "Comparison", rows: pd.DataFrame, label: str, name: str) -> Picture:
    """The effect at the end under one variant."""
    outcome = rows["outcome"].iloc[0]
    title = say("{outcome} by district: {variant} against {baseline}", outcome=words.title(outcome), variant=label,
                baseline=comparison.baseline)
    note = say("All households of the district, month {month}: green is better, brown worse. A dark border: differs "
               "from nothing for all districts and variants at once (95 %). Hatched: no value.",
               month=number(comparison.months))
    values = rows.set_index("place")["estimate"]
    unit = _unit(rows)
    scale = Scale.of_changes(values, unit, outcome in words.LESS_IS_BETTER)
    figure = _draw(comparison, (title, note), values, scale, unit, tuple(rows.loc[rows["sure"], "place"]))
    ordered = rows.sort_values("estimate")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    told = say("Map of {count} districts as tiles: under {variant} the difference runs from {lowest} ({lowest_of}) to "
               "{highest} ({highest_of}); {sure} differ from nothing for all districts at once.",
               count=number(len(rows)), variant=label, lowest=difference(low), lowest_of=low["place"],
               highest=difference(high), highest_of=high["place"], sure=number(rows["sure"].sum()))
    return Picture(name, title, figure, told, _table(title, ordered))


def _unit(rows: pd.DataFrame) -> Unit:
    """How differences are written on the bar and in tiles, the best and the worst telling the size."""
    largest = float(np.nanmax(np.abs(rows["estimate"])))
    how = words.written(rows["outcome"].iloc[0], largest, -largest / 5, largest / 5)
    unit = FINE_SHARE if how.unit.scale == SHARE.scale else how.unit
    return unit._replace(value=unit.change, decimals=max(unit.decimals, how.decimals))


def _draw(comparison: "Comparison", told: tuple[str, str], values: pd.Series, scale: Scale, unit: Unit,
          sure: Sequence[str] = ()) -> style.Figure:
    layout = lay_out(comparison.scenarios[comparison.baseline].districts)
    pairs = say("{pairs} pairs", pairs=number(len(comparison.seeds)))
    figure = style.new_figure(style.Layout(told[0], pairs, told[1]), size_of(layout))
    draw_map(figure.subplots(), layout, values.to_dict(), scale, lambda place: number(
        unit.scale * values[place], unit.decimals, signed=bool(scale.low < 0)), sure)
    return figure


# -- tables --------------------------------------------------------------------------------------
def _ends(rows: pd.DataFrame, label: str, outcome: str) -> Table:
    """The best and the worst districts of many."""
    ordered = rows.sort_values("estimate", ascending=outcome in words.LESS_IS_BETTER)
    title = say("The {count} districts that gain most under {variant}, and the {count} that gain least",
                count=number(ENDS), variant=label)
    return _table(title, pd.concat([ordered.iloc[:ENDS], ordered.iloc[-ENDS:]]), folded=False)


def _table(title: str, rows: pd.DataFrame, folded: bool = True) -> Table:
    cells = []
    for _, row in rows.iterrows():
        level = words.written(row["outcome"], row["estimate"], row["low"], row["high"])
        known = [level.level(row[world]) if np.isfinite(row[world]) else MISSING
                 for world in ("baseline", "variant")]
        cells.append([row["place"], *known, difference(row), say("yes") if row["sure"] else say("no")])
    return Table(title, [say("district"), say("baseline"), say("variant"), say("difference"),
                         say("for all at once")], cells, folded=folded)
