"""Figures of groups: how long they last and why they break up, and the stages they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.language import say
from kubesim.plots import paths
from kubesim.plots.formats import SHARE, number, percent
from kubesim.plots.style import (BLUE, ORANGE, PALE_BLUE, SKY, VERMILLION, YELLOW, Layout, Style, dress, head,
                                 label_ends, months_axis, new_figure)

if TYPE_CHECKING:
    from kubesim.running.results import Results

SURVIVAL_TITLE = "How long groups last, and why they break up"
SURVIVAL, ALIVE, WATCHED = "survival", "alive", "groups watched"
CAUSES = {"trust": ("trust gone", VERMILLION), "capital": ("capital gone", ORANGE),
          "members": ("too few members", YELLOW)}

STAGES_TITLE = "Stages of groups"
STAGES = {"independent": ("independent (mandiri)", BLUE), "developing": ("developing (berkembang)", SKY),
          "growing": ("growing (tumbuh)", PALE_BLUE)}


# -- how long they last ------------------------------------------------------------------------
def survival_table(results: "Results") -> pd.DataFrame:
    """By age of groups (in the column month): share alive, share broken up by cause, groups watched.

    Survival is computed for each replicate, the statistics are over replicates; with one replicate
    ``low`` and ``high`` are Greenwood's interval. Ages go as far as every replicate has groups to watch
    or none left alive.
    """
    lives = results.lives[results.lives["formed"] >= 0]
    if not len(lives):
        return paths.join([])
    each = {seed: survival(rows, results.scenario.months) for seed, rows in lives.groupby("seed")}
    known = pd.DataFrame({seed: curve[ALIVE] for seed, curve in each.items()}).notna().all(axis=1)

    def over_replicates(column: str, panel: str) -> pd.DataFrame:
        values = pd.DataFrame({seed: curve[column] for seed, curve in each.items()})
        return paths.rows_for(values[known], panel, column)

    alive = over_replicates(ALIVE, SURVIVAL)
    if len(each) == 1:
        alive = alive.assign(**greenwood(next(iter(each.values()))[known]))
    return paths.with_a_path(paths.join([alive, *(over_replicates(cause, SURVIVAL) for cause in CAUSES),
                                         over_replicates(WATCHED, WATCHED)]))


def survival(lives: pd.DataFrame, last: int) -> pd.DataFrame:
    """Kaplan-Meier survival and Aalen-Johansen incidence of each cause, by age in whole months.

    ``lives`` has formed, ended (-1 while alive in the ``last`` month) and cause. A living group is
    watched until its age in the last month; ages at which nobody can know are NaN.
    """
    ended = (lives["ended"] >= 0).to_numpy()
    age = np.where(ended, lives["ended"], last) - lives["formed"].to_numpy()
    ages = np.arange(last - lives["formed"].min() + 1)
    watched = (age[:, None] >= ages).sum(axis=0)
    ends_here = (age[:, None] == ages) & ended[:, None]
    deaths = {cause: ends_here[(lives["cause"] == cause).to_numpy()].sum(axis=0) for cause in CAUSES}
    died = ends_here.sum(axis=0)
    at_risk = np.maximum(watched, 1)
    alive = np.cumprod(1 - died / at_risk)
    before = np.append(1.0, alive[:-1])
    curves = {ALIVE: alive, **{cause: np.cumsum(before * count / at_risk) for cause, count in deaths.items()}}
    unknown = (watched == 0) & (alive > 0)
    return pd.DataFrame({name: np.where(unknown, np.nan, curve) for name, curve in curves.items()}
                        | {WATCHED: watched, "died": died}, index=ages)


def greenwood(curve: pd.DataFrame) -> dict[str, np.ndarray]:
    """95 % interval of one survival curve, on the log-log scale, which stays within 0 and 1."""
    watched, died, alive = (curve[name].to_numpy(float) for name in (WATCHED, "died", ALIVE))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(np.cumsum(died / (watched * (watched - died)))) / np.abs(np.log(alive))
        low, high = (alive ** np.exp(sign * 1.96 * error) for sign in (1, -1))
    certain = (alive == 1) | (alive == 0)
    return {"low": np.where(certain, np.nan, low), "high": np.where(certain, np.nan, high)}


def draw_survival(results: "Results", table: pd.DataFrame) -> Figure:
    """Survival at the left, causes of break-up at the right."""
    last = results.scenario.months
    note = say("Share of groups still alive by age (Kaplan-Meier) and broken up by cause (Aalen-Johansen); "
               "groups formed later are watched for a shorter time.")
    alone = say("One replicate only: the band is Greenwood's 95 % interval, which takes groups to be "
                "independent.")
    words = paths.note(results, note, effects=False) if len(results.seeds) > 1 else f"{alone} {note}"
    figure = new_figure(Layout(say(SURVIVAL_TITLE), paths.subtitle(results), words), (11.0, 5.6))
    left, right = figure.subplots(1, 2, sharey=True)
    _draw_alive(left, table, last)
    _draw_causes(right, table, last)
    return figure


def _draw_alive(axes: Axes, table: pd.DataFrame, last: int) -> None:
    """Survival with its bands, and how many groups are watched at each age."""
    rows = paths.rows_of(table, SURVIVAL, ALIVE)
    paths.draw_line(axes, rows, Style(BLUE), steps=True)
    dress(axes, SHARE)
    months_axis(axes, last, "months since formation (below: groups watched)")
    watched = table[table["panel"] == WATCHED].set_index("month")["mean"]
    axes.set_xticks(axes.get_xticks(), [
        f"{number(age)}\n{number(watched[age]) if age in watched else ''}" for age in axes.get_xticks()])
    axes.set_ylim(0, 1.02)
    alive = rows.set_index("month")["mean"]
    ages = [age for age in (12, 36) if age < alive.index[-1] - 6] + [alive.index[-1]]
    head(axes, say("Groups still alive"), about=say(
        "after {ages} months: {shares}", ages=", ".join(map(number, ages)),
        shares=", ".join(percent(alive[age]) for age in ages)))


def _draw_causes(axes: Axes, table: pd.DataFrame, last: int) -> None:
    """Cumulative share of groups broken up by each cause."""
    labels = []
    for cause, (words, colour) in CAUSES.items():
        rows = paths.rows_of(table, SURVIVAL, cause)
        paths.draw_line(axes, rows, Style(colour), steps=True)
        share = rows["mean"].iloc[-1]
        labels.append((share, f"{say(words)} {percent(share)}", colour))
    dress(axes, SHARE)
    months_axis(axes, last, "months since formation")
    head(axes, say("Broken up by cause"))
    label_ends(axes, labels)


def tell_survival(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of survival shows."""
    rows = paths.rows_of(table, SURVIVAL, ALIVE)
    causes = ", ".join(f"{say(words)} {percent(paths.final(table, SURVIVAL, cause))}"
                       for cause, (words, _) in CAUSES.items())
    return say("Line of groups still alive by age, and lines of those broken up by cause: {share} live "
               "{months} months; broken up: {causes}.", causes=causes,
               share=percent(rows["mean"].iloc[-1]), months=number(rows["month"].iloc[-1]))


# -- the stages they reach ---------------------------------------------------------------------
def stages_table(results: "Results") -> pd.DataFrame:
    """Shares of the groups formed so far by stage and by cause of break-up, month by month."""
    measured = ("active", "developing", "independent", *(f"dissolved_{cause}" for cause in CAUSES))
    columns = {name: paths.by_month(results.outcomes, f"groups_{name}") for name in measured}
    if not all(map(len, columns.values())):
        return paths.join([])
    columns["growing"] = columns["active"] - columns["developing"] - columns["independent"]
    return paths.with_a_path(paths.join(
        [paths.rows_for(columns[stage], "stages", stage) for stage in STAGES]
        + [paths.rows_for(columns[f"dissolved_{cause}"], "stages", cause) for cause in CAUSES]))


def draw_stages(results: "Results", table: pd.DataFrame) -> Figure:
    """Stacked shares: what lives below, what broke up above."""
    note = say("Shares of the groups formed so far, mean of the replicates. Stages as in the ministry's "
               "evaluations; a group may fall back.")
    figure = new_figure(Layout(say(STAGES_TITLE), paths.subtitle(results), note))
    draw_stack(figure.subplots(), table, results.scenario.months)
    return figure


def draw_stack(axes: Axes, table: pd.DataFrame, last: int, narrow: bool = False) -> None:
    """Areas one above the other, each named at its end."""
    wide = table.pivot(index="month", columns="series", values="mean")
    base, labels = np.zeros(len(wide)), []
    for series, (_, colour) in (STAGES | CAUSES).items():
        share = wide[series].to_numpy()
        axes.fill_between(wide.index, base, base + share, color=colour, linewidth=0)
        axes.plot(wide.index, base + share, color="white", linewidth=0.8)
        if share.max() > 0:
            labels.append((base[-1] + share[-1] / 2, f"{_named(series)} {percent(share[-1])}", colour))
        base = base + share
    dress(axes, SHARE)
    months_axis(axes, last, marks=4 if narrow else 6)
    axes.set_ylim(0, 1)
    axes.grid(False)
    label_ends(axes, labels, narrow)


def _named(series: str) -> str:
    """A stage or a break-up in words."""
    if series in STAGES:
        return say(STAGES[series][0])
    return say("broken up: {cause}", cause=say(CAUSES[series][0]))


def tell_stages(results: "Results", table: pd.DataFrame) -> str:
    """What the figure of stages shows."""
    shares = ", ".join(f"{_named(series)} {percent(paths.final(table, 'stages', series))}"
                       for series in STAGES | CAUSES)
    return say("Stacked areas of groups by stage, months 0 to {months}; in the last: {shares}.",
               months=number(results.scenario.months), shares=shares)
