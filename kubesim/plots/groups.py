"""Figures of groups: how long they last and why they break up, and the stages they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kubesim.plots import paths
from kubesim.plots.formats import SHARE, number, percent
from kubesim.plots.style import (BLUE, ORANGE, PALE_BLUE, SKY, VERMILLION, YELLOW, Layout, Style, dress, head,
                                 label_ends, months_axis, new_figure)

if TYPE_CHECKING:
    from kubesim.results import Results

CAUSES = {"trust": ("trust gone", VERMILLION), "capital": ("capital gone", ORANGE),
          "members": ("too few members", YELLOW)}
ALIVE = "alive"
AT_RISK = "groups watched"
SURVIVAL_TITLE = "How long groups last, and why they break up"
SURVIVAL_NOTE = ("Share of groups still alive by age (Kaplan-Meier) and broken up by cause (Aalen-Johansen); groups "
                 "formed later are watched for a shorter time.")
GREENWOOD = ("One replicate only: the band is Greenwood's 95 % interval, which takes groups to be independent.")
SURVIVAL_HEAD = "Groups still alive"
CAUSES_HEAD = "Broken up by cause"
AGE = "months since formation"
AGE_WATCHED = "months since formation (below: groups watched)"
LEFT_AFTER = "after {ages} months: {shares}"
SURVIVAL_ALT = ("Falling line of groups still alive by age: {share} of the groups live {months} months; most break "
                "up because of: {cause}.")
SURVIVAL_ALT_ALL = "Line of groups still alive by age: none breaks up within {months} months."

STAGES = (("independent", "independent (mandiri)", BLUE), ("developing", "developing (berkembang)", SKY),
          ("growing", "growing (tumbuh)", PALE_BLUE))
BROKEN_UP = "broken up: {cause}"
AREAS = (*STAGES, *((cause, BROKEN_UP.format(cause=words), colour) for cause, (words, colour) in CAUSES.items()))
STAGES_TITLE = "Stages of groups"
STAGES_NOTE = ("Shares of the groups formed so far, mean of {count} replicates. Stages as in the ministry's "
               "evaluations; a group may fall back.")
STAGES_ALT = "Stacked areas of groups by stage, months 0 to {months}: in the last, {shares}."
WITH_SHARE = "{words} {share}"


def survival_table(results: "Results") -> pd.DataFrame:
    """By age of groups (in the column month): share alive, share broken up by cause, and groups watched.

    Ages go as far as every replicate still has groups to watch, or has none left alive.
    """
    lives = results.lives
    lives = lives[lives["formed"] >= 0]
    if not len(lives):
        return paths.join([])
    last = results.scenario.months
    each = {seed: survival(rows, last) for seed, rows in lives.groupby("seed")}
    curves = {name: pd.DataFrame({seed: curve[name] for seed, curve in each.items()}) for name in (ALIVE, *CAUSES)}
    known = curves[ALIVE].notna().all(axis=1)
    parts = [paths.stack(values[known], "survival", name) for name, values in curves.items()]
    if len(each) == 1:
        parts[0] = parts[0].assign(**greenwood(next(iter(each.values()))[known]))
    watched = pd.DataFrame({seed: curve[AT_RISK] for seed, curve in each.items()})
    return paths.worth_drawing(paths.join([*parts, paths.stack(watched[known], AT_RISK, AT_RISK)]))


def survival(lives: pd.DataFrame, last: int) -> pd.DataFrame:
    """Kaplan-Meier survival and Aalen-Johansen incidence of each cause, by age in whole months.

    ``lives`` has formed, ended (-1 while alive in the ``last`` month) and cause. A group that is
    alive is watched until its age in the last month.
    """
    ended = lives["ended"] >= 0
    age = (lives["ended"].where(ended, last) - lives["formed"]).to_numpy()
    ages = np.arange(last - lives["formed"].min() + 1)
    at_risk = (age[:, None] >= ages).sum(axis=0)
    watched = np.maximum(at_risk, 1)
    deaths = {cause: ((age[:, None] == ages) & (ended & (lives["cause"] == cause)).to_numpy()[:, None]).sum(axis=0)
              for cause in CAUSES}
    died = sum(deaths.values())
    alive = np.cumprod(1 - died / watched)
    before = np.concatenate([[1.0], alive[:-1]])
    unknown = (at_risk == 0) & (alive > 0)
    incidence = {cause: np.where(unknown, np.nan, np.cumsum(before * count / watched))
                 for cause, count in deaths.items()}
    return pd.DataFrame({ALIVE: np.where(unknown, np.nan, alive), **incidence, AT_RISK: at_risk, "died": died},
                        index=ages)


def greenwood(curve: pd.DataFrame) -> dict[str, np.ndarray]:
    """95 % interval of one survival curve, on the log-log scale, which stays within 0 and 1."""
    at_risk, died, alive = (curve[name].to_numpy(float) for name in (AT_RISK, "died", ALIVE))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(np.cumsum(died / (at_risk * (at_risk - died)))) / np.abs(np.log(alive))
        low, high = (alive ** np.exp(sign * 1.96 * error) for sign in (1, -1))
    certain = (alive == 1) | (alive == 0)
    return {"low": np.where(certain, np.nan, low), "high": np.where(certain, np.nan, high)}


def draw_survival(results: "Results") -> Figure:
    """Survival at the left, causes of break-up at the right."""
    table, last = survival_table(results), results.scenario.months
    words = (paths.note(results, SURVIVAL_NOTE, effects=False) if len(results.seeds) > 1
             else f"{GREENWOOD} {SURVIVAL_NOTE}")
    figure = new_figure(Layout(SURVIVAL_TITLE, paths.subtitle(results), words), size=(11.0, 5.6))
    left, right = figure.subplots(1, 2, sharey=True)
    draw_alive(left, table, last)
    draw_causes(right, table, last)
    return figure


def draw_alive(axes: Axes, table: pd.DataFrame, last: int) -> None:
    """Survival with its bands, and how many groups are watched at each age."""
    rows = paths.rows_of(table, "survival", ALIVE).set_index("month", drop=False)
    paths.draw_line(axes, rows, Style(BLUE), steps=True)
    dress(axes, SHARE)
    months_axis(axes, last, AGE_WATCHED)
    watched = table[table["panel"] == AT_RISK].set_index("month")["mean"]
    axes.set_xticks(axes.get_xticks(), [
        f"{number(age)}\n{number(watched[age]) if age in watched else ''}" for age in axes.get_xticks()])
    axes.set_ylim(0, 1.02)
    oldest = int(rows.index.max())
    ages = [age for age in (12, 36) if age < oldest - 6] + [oldest]
    shares = ", ".join(percent(rows["mean"][age]) for age in ages)
    head(axes, SURVIVAL_HEAD, about=LEFT_AFTER.format(ages=", ".join(map(number, ages)), shares=shares))


def draw_causes(axes: Axes, table: pd.DataFrame, last: int) -> None:
    """Cumulative share of groups broken up by each cause."""
    labels = []
    for cause, (words, colour) in CAUSES.items():
        rows = paths.rows_of(table, "survival", cause)
        paths.draw_line(axes, rows, Style(colour), steps=True)
        labels.append((rows["mean"].iloc[-1], WITH_SHARE.format(
            words=words, share=percent(rows["mean"].iloc[-1])), colour))
    dress(axes, SHARE)
    months_axis(axes, last, AGE)
    head(axes, CAUSES_HEAD)
    label_ends(axes, labels)


def survival_alt(results: "Results") -> str:
    """What the figure of survival shows."""
    table = survival_table(results)
    rows = paths.rows_of(table, "survival", ALIVE)
    months = number(rows["month"].max())
    if rows["mean"].iloc[-1] == 1:
        return SURVIVAL_ALT_ALL.format(months=months)
    most = max(CAUSES, key=lambda cause: paths.rows_of(table, "survival", cause)["mean"].iloc[-1])
    return SURVIVAL_ALT.format(share=percent(rows["mean"].iloc[-1]), months=months, cause=CAUSES[most][0])


def stages_table(results: "Results") -> pd.DataFrame:
    """Shares of the groups formed so far by stage and by cause of break-up, month by month."""
    shares = {name: paths.by_month(results.outcomes, f"groups_{name}")
              for name in ("active", "developing", "independent", *(f"dissolved_{cause}" for cause in CAUSES))}
    if any(not len(share) for share in shares.values()):
        return paths.join([])
    shares["growing"] = shares["active"] - shares["developing"] - shares["independent"]
    names = {name: name for name, _, _ in STAGES} | {cause: f"dissolved_{cause}" for cause in CAUSES}
    return paths.worth_drawing(paths.join(
        [paths.stack(shares[column], "stages", series) for series, column in names.items()]))


def draw_stages(results: "Results") -> Figure:
    """Stacked shares: what lives below, what broke up above."""
    words = STAGES_NOTE.format(count=number(len(results.seeds)))
    figure = new_figure(Layout(STAGES_TITLE, paths.subtitle(results), words))
    draw_stack(figure.subplots(), stages_table(results), results.scenario.months)
    return figure


def draw_stack(axes: Axes, table: pd.DataFrame, last: int, narrow: bool = False) -> None:
    """Areas one above the other, each named at its end."""
    wide = table.pivot(index="month", columns="series", values="mean")
    base, labels = np.zeros(len(wide)), []
    for series, words, colour in AREAS:
        top = base + wide[series].to_numpy()
        axes.fill_between(wide.index, base, top, color=colour, linewidth=0)
        axes.plot(wide.index, top, color="white", linewidth=0.8)
        if wide[series].max() > 0:
            share = percent(wide[series].iloc[-1])
            labels.append(((base[-1] + top[-1]) / 2, WITH_SHARE.format(words=words, share=share), colour))
        base = top
    dress(axes, SHARE)
    months_axis(axes, last, marks=4 if narrow else 6)
    axes.set_ylim(0, 1)
    axes.grid(False)
    label_ends(axes, labels, narrow)


def stages_alt(results: "Results") -> str:
    """What the figure of stages shows."""
    table = stages_table(results)
    final = table[table["month"] == table["month"].max()].set_index("series")["mean"]
    shares = ", ".join(WITH_SHARE.format(words=words, share=percent(final[series])) for series, words, _ in AREAS)
    return STAGES_ALT.format(months=number(results.scenario.months), shares=shares)
