"""How levers and other numbers move an answer: heat map, response curves, and whether seeds were enough."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from kubesim.comparing.statistics import mean_difference
from kubesim.exploring.answers import Answer, amount, answer_label, drawn, factor_label, shown
from kubesim.exploring.designs import levers
from kubesim.exploring.writing import Chart
from kubesim.language import figures, say
from kubesim.plots import style
from kubesim.plots.formats import COUNT, PLAIN, Unit
from kubesim.plots.style import Layout, Style

if TYPE_CHECKING:
    from kubesim.exploring.explored import Explored

SLICES, PANELS, LEAST_DRAWN, LEAST_SEEDS, CURVES = 8, 6, 24, 3, 4
"""Slices of a drawn number; panels at most; points that slices need; seeds that convergence needs; curves."""
LOOKS = (Style(style.BLUE), Style(style.VERMILLION, (0, (5, 2))), Style(style.GREEN, (0, (1, 1.2))),
         Style(style.PURPLE, (0, (5, 1.5, 1, 1.5))), Style(style.ORANGE, (0, (8, 2))))


def of_answer(found: "Explored", answer: Answer, name: str) -> Iterator[Chart]:
    """The pictures of one answer."""
    paths = levers(found.sweep)
    if len(paths) >= 2:
        table = _by_values(found, answer, paths[:2])
        yield Chart(f"{name}-heat", say("Two levers together"), partial(_heat, found, answer, table, paths[:2]),
                    table, _heat_alt(found, answer, table))
    if paths:
        second = paths[1:2] if len(paths) > 1 and found.sweep.points[paths[1]].nunique() <= CURVES else []
        table = _by_values(found, answer, [paths[0], *second])
        yield Chart(f"{name}-response", say("Response to {lever}", lever=factor_label(found.factors[paths[0]])),
                    partial(_response, found, answer, table, [paths[0], *second]), table,
                    _heat_alt(found, answer, table))
    if drawn(found.sweep) and len(found.sweep.points) >= LEAST_DRAWN:
        table = _slices(found, answer)
        yield Chart(f"{name}-curves", say("Response to what is not known"), partial(_curves, found, answer, table),
                    table, _curves_alt(found, answer, table))
    if answer.values.shape[1] >= LEAST_SEEDS:
        table = _by_seeds(answer)
        yield Chart(f"{name}-seeds", say("Enough seeds?"), partial(_seeds, found, answer, table), table,
                    _seeds_alt(answer, table))


# -- data --------------------------------------------------------------------------------------
def _by_values(found: "Explored", answer: Answer, paths: Sequence[str]) -> pd.DataFrame:
    """Mean answer at each combination of listed values, all else averaged seed by seed, with 95 %
    intervals over the seeds."""
    rows = []
    for values, chosen in found.sweep.points.groupby(list(paths), sort=True).indices.items():
        whole = answer.values[chosen][np.isfinite(answer.values[chosen]).all(axis=1)]
        if len(whole):
            told = mean_difference(whole.mean(axis=0)[:, None])
            rows.append((*(values if isinstance(values, tuple) else (values,)), float(told.estimate[0]),
                         float(told.low[0]), float(told.high[0]), len(whole)))
    return pd.DataFrame(rows, columns=[*paths, "estimate", "low", "high", "points"])


def _slices(found: "Explored", answer: Answer) -> pd.DataFrame:
    """Mean answer in equally full slices of each drawn number, with 95 % intervals over points; the numbers
    whose slices differ most come first."""
    means = answer.means
    whole = np.isfinite(means)
    tables = []
    for path in drawn(found.sweep):
        held = found.sweep.points[path].to_numpy(float)[whole]
        slices = pd.qcut(held, SLICES, labels=False, duplicates="drop")
        grouped = pd.DataFrame({"at": held, "estimate": means[whole], "slice": slices}).groupby("slice")
        told = grouped.mean()
        half = 1.96 * grouped["estimate"].std() / np.sqrt(grouped["estimate"].count())
        tables.append(told.assign(path=path, low=told["estimate"] - half, high=told["estimate"] + half,
                                  points=grouped["estimate"].count()).reset_index(drop=True))
    tables.sort(key=lambda table: -np.ptp(table["estimate"]))
    return pd.concat(tables[:PANELS], ignore_index=True)[["path", "at", "estimate", "low", "high", "points"]]


def _by_seeds(answer: Answer) -> pd.DataFrame:
    """The mean over all points with so many of the seeds, with its 95 % interval."""
    whole = answer.values[np.isfinite(answer.values).all(axis=1)]
    if not len(whole):
        return pd.DataFrame(columns=["seeds", "estimate", "low", "high"])
    each = whole.mean(axis=0)[:, None]
    told = [mean_difference(each[:count]) for count in range(2, len(each) + 1)]
    return pd.DataFrame({"seeds": range(2, len(each) + 1), "estimate": [float(held.estimate[0]) for held in told],
                         "low": [float(held.low[0]) for held in told],
                         "high": [float(held.high[0]) for held in told]})


# -- pictures ----------------------------------------------------------------------------------
def axis_unit(answer: Answer, table: pd.DataFrame) -> tuple[Unit, str]:
    """How an axis of the answer writes its numbers, and what it measures."""
    largest = float(np.nanmax(np.abs(table[["estimate", "low", "high"]].to_numpy())))
    unit = shown(answer, largest, -largest, largest).unit
    if answer.against and unit.scale == 100:
        return unit._replace(value=PLAIN), say("percentage points")
    return unit, ""


def _heat(found: "Explored", answer: Answer, table: pd.DataFrame, paths: Sequence[str]) -> Figure:
    across, up = paths
    grid = table.pivot(index=up, columns=across, values="estimate")
    layout = Layout(say("Two levers together"), answer_label(answer), say(
        "Each cell: the mean over seeds and, below it, its 95 % interval{paired}. Blue is above the middle of the "
        "scale, orange below.", paired=say("; differences are paired by seed") if answer.against else ""))
    figure = style.new_figure(layout, (max(8.0, 2.6 + 1.9 * grid.shape[1]), max(4.6, 2.6 + 0.85 * grid.shape[0])))
    axes = figure.subplots()
    values = grid.to_numpy()
    middle = 0.0 if answer.against else float(np.nanmean(values))
    reach = max(float(np.nanmax(np.abs(values - middle))), 1e-12)
    axes.imshow(values, cmap=_colours(), norm=TwoSlopeNorm(middle, middle - reach, middle + reach), aspect="auto",
                origin="lower")
    for row in table.to_dict("records"):
        place = list(grid.columns).index(row[across]), list(grid.index).index(row[up])
        strong = abs(row["estimate"] - middle) > 0.75 * reach
        axes.text(*place, amount(answer, row["estimate"], row["low"], row["high"]).replace(" (", "\n(", 1),
                  ha="center", va="center", fontsize=style.SMALL, color="white" if strong else style.INK)
    axes.set_xticks(range(grid.shape[1]), [_value(held) for held in grid.columns])
    axes.set_yticks(range(grid.shape[0]), [_value(held) for held in grid.index])
    _plain_axes(axes, found, across, up)
    return figure


def _colours():
    from matplotlib.colors import LinearSegmentedColormap
    return LinearSegmentedColormap.from_list("orange_blue", ["#A85400", "#F2C48D", "#F7F7F7", "#9CC9E8", "#00538A"])


def _plain_axes(axes: Axes, found: "Explored", across: str, up: str) -> None:
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(labelsize=style.TEXT, labelcolor=style.INK, length=0)
    axes.set_xlabel(factor_label(found.factors[across]), fontsize=style.TEXT, color=style.INK)
    axes.set_ylabel(fill(factor_label(found.factors[up]), 40), fontsize=style.TEXT, color=style.INK)


def _response(found: "Explored", answer: Answer, table: pd.DataFrame, paths: Sequence[str]) -> Figure:
    first = paths[0]
    groups = list(table.groupby(paths[1])) if len(paths) > 1 else [("", table)]
    key = [(_value(value), LOOKS[place % len(LOOKS)]) for place, (value, _) in enumerate(groups)]
    if len(paths) > 1:
        name = fill(factor_label(found.factors[paths[1]]), 60)
        key = [(f"{name}: {words}" if not place else words, look) for place, (words, look) in enumerate(key)]
    layout = Layout(say("Response to {lever}", lever=factor_label(found.factors[first])), answer_label(answer), say(
        "Means over seeds; bands are 95 % intervals{paired}.",
        paired=say("; differences are paired by seed") if answer.against else ""), key if len(paths) > 1 else ())
    figure = style.new_figure(layout)
    axes = figure.subplots()
    for place, (_, rows) in enumerate(groups):
        at = rows[first] if pd.api.types.is_numeric_dtype(rows[first]) else np.arange(len(rows))
        _band(axes, at, rows, LOOKS[place % len(LOOKS)])
    if not pd.api.types.is_numeric_dtype(table[first]):
        axes.set_xticks(range(table[first].nunique()), [_value(held) for held in table[first].unique()])
    else:
        axes.set_xticks(sorted(table[first].unique()))
        axes.set_xticklabels([_value(held) for held in sorted(table[first].unique())])
    unit, words = axis_unit(answer, table)
    style.dress(axes, unit, words)
    axes.set_xlabel(factor_label(found.factors[first]), fontsize=style.TEXT, color=style.INK)
    return figure


def _curves(found: "Explored", answer: Answer, table: pd.DataFrame) -> Figure:
    paths = list(dict.fromkeys(table["path"]))
    layout = Layout(say("Response to what is not known"), answer_label(answer), say(
        "Means in {count} equally full slices of each number, all others varying; bands are 95 % intervals over "
        "points. The numbers along which it changes most.", count=SLICES))
    down = -(-len(paths) // 3)
    figure = style.new_figure(layout, (12.5, 2.2 + 3.0 * down))
    panels = figure.subplots(down, min(3, len(paths)), squeeze=False, sharey=True)
    unit, words = axis_unit(answer, table)
    for axes in panels.flat[len(paths):]:
        axes.set_visible(False)
    for axes, path in zip(panels.flat, paths):
        rows = table[table["path"] == path]
        _band(axes, rows["at"], rows, LOOKS[0])
        style.dress(axes, unit, words if axes in panels[:, 0] else "")
        axes.locator_params(axis="x", nbins=4)
        money = float(rows["at"].abs().max()) >= 1e5
        axes.xaxis.set_major_formatter(lambda held, _, money=money: _value(held / 1e6 if money else held))
        label = factor_label(found.factors[path])
        axes.set_xlabel(fill(say("{name}, Rp million", name=label) if money else label, 44), fontsize=style.SMALL,
                        color=style.INK)
        axes.tick_params(labelsize=style.SMALL)
    return figure


def _seeds(found: "Explored", answer: Answer, table: pd.DataFrame) -> Figure:
    layout = Layout(say("Enough seeds?"), answer_label(answer), say(
        "The mean over all points with the first so many seeds, and its 95 % interval. A band that still narrows fast, "
        "or reaches over zero, asks for more seeds."))
    figure = style.new_figure(layout)
    axes = figure.subplots()
    _band(axes, table["seeds"], table, LOOKS[0])
    if answer.against:
        axes.axhline(0.0, color=style.GREY, linewidth=1.2, linestyle=":")
    style.dress(axes, *axis_unit(answer, table))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.xaxis.set_major_formatter(style.Ticks(COUNT))
    axes.set_xlabel(say("seeds in use"), fontsize=style.TEXT, color=style.INK)
    return figure


def _band(axes: Axes, at, rows: pd.DataFrame, look: Style) -> None:
    axes.fill_between(at, rows["low"], rows["high"], color=look.colour, alpha=0.15, linewidth=0)
    axes.plot(at, rows["estimate"], color=look.colour, linestyle=look.dash, linewidth=look.width, marker="o",
              markersize=5)


def _value(held) -> str:
    return figures(f"{held:.3g}").replace("-", "\u2212") if isinstance(held, (int, float, np.number)) and not \
        isinstance(held, (bool, np.bool_)) else str(held)


# -- words -------------------------------------------------------------------------------------
def _heat_alt(found: "Explored", answer: Answer, table: pd.DataFrame) -> str:
    if not len(table):
        return ""
    ends = [table.loc[table["estimate"].idxmin()], table.loc[table["estimate"].idxmax()]]
    paths = [path for path in table if path in found.factors]
    least, most = (say("{value} at {place}", value=amount(answer, row["estimate"], row["low"], row["high"]),
                       place=", ".join(f"{factor_label(found.factors[path])} {_value(row[path])}" for path in paths))
                   for row in ends)
    return say("{answer}: lowest {least}; highest {most}.", answer=answer_label(answer), least=least, most=most)


def _curves_alt(found: "Explored", answer: Answer, table: pd.DataFrame) -> str:
    told = []
    for path, rows in table.groupby("path", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        told.append(say("along {name} from {first} to {last}", name=factor_label(found.factors[path]),
                        first=amount(answer, first["estimate"], first["low"], first["high"]),
                        last=amount(answer, last["estimate"], last["low"], last["high"])))
    return say("{answer}: {steps}.", answer=answer_label(answer), steps="; ".join(told))


def _seeds_alt(answer: Answer, table: pd.DataFrame) -> str:
    if not len(table):
        return ""
    first, last = table.iloc[0], table.iloc[-1]
    return say("{answer}: {first} with {few} seeds, {last} with {many}.", answer=answer_label(answer),
               first=amount(answer, first["estimate"], first["low"], first["high"]), few=int(first["seeds"]),
               last=amount(answer, last["estimate"], last["low"], last["high"]), many=int(last["seeds"]))
