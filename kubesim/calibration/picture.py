"""The pictures of a calibration: parameters, how they hang together, targets' tension, and the fit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, NamedTuple, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kubesim import files
from kubesim.calibration.display import told
from kubesim.calibration.posterior import Posterior
from kubesim.calibration.prior import Prior
from kubesim.language import phrase, say
from kubesim.plots import ABOUT, FOLDER, RESOLUTION, style
from kubesim.plots.formats import number
from kubesim.plots.style import BLUE, FAINT, GREY, INK, ORANGE, PALE_BLUE, SMALL, TEXT, Layout, Style

ACROSS = 4
BINS = 18
LONGEST = 34
"""Letters of a name beside an axis."""


class Drawn(NamedTuple):
    """A figure of a calibration: how it is called, drawn and told to those who cannot see it."""

    name: str
    draw: Callable[[Posterior, str], Figure]
    title: str


def write_figures(found: Posterior, name: str, folder: Path) -> None:
    """Write ``folder/figures/*.png``, each in one step."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    for drawn in FIGURES:
        figure = drawn.draw(found, name)
        style.settle(figure)
        titled, described, left_out = ABOUT["png"]
        path = place / f"{drawn.name}.png"
        draft = path.with_name(files.PARTIAL + path.name)
        with matplotlib.rc_context({"svg.hashsalt": drawn.name}):
            figure.savefig(draft, format="png", dpi=RESOLUTION, metadata={
                titled: say(drawn.title), described: say(drawn.title), left_out: None})
        os.replace(draft, path)


def draw_marginals(found: Posterior, name: str) -> Figure:
    """Each parameter: prior as a line, posterior as bars, today's value as a mark."""
    rows = -(-len(found.priors) // ACROSS)
    figure = style.new_figure(Layout(
        say(MARGINALS), name, say("Bars: posterior, by weight; grey line: prior; orange: the model's value "
                                  "without a calibration. Where bars follow the line the data say nothing."),
        [(say("posterior"), Style(BLUE)), (say("prior"), Style(GREY)), (say("model's value"), Style(ORANGE))]),
        (11.0, 1.6 + 2.1 * rows))
    panels = figure.subplots(rows, ACROSS, squeeze=False).ravel()
    for axes, prior, held in zip(panels, found.priors, found.natural().T):
        _draw_marginal(axes, prior, prior.standing(held), found.share)
    for axes in panels[len(found.priors):]:
        axes.set_axis_off()
    return figure


def _draw_marginal(axes: Axes, prior: Prior, standing: np.ndarray, share: np.ndarray) -> None:
    ends = np.linspace(0, 1, BINS + 1)
    height, _ = np.histogram(standing, ends, weights=share, density=True)
    axes.stairs(height, ends, fill=True, color=BLUE, alpha=0.75)
    fine = np.linspace(ends[0], ends[-1], 101)
    axes.plot(fine, prior.of_standing().pdf(fine), color=GREY, linewidth=1.6)
    if prior.low <= prior.usual <= prior.high:
        axes.axvline(prior.standing(prior.usual), color=ORANGE, linewidth=1.8)
    axes.set_title(prior.path.rpartition("interventions.")[2], fontsize=SMALL, color=INK, loc="left")
    marks = ends[[0, BINS // 2, BINS]]
    axes.set_xticks(marks, [told(held) for held in prior.at(marks)], fontsize=SMALL)
    axes.set_yticks([])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def draw_pairs(found: Posterior, name: str) -> Figure:
    """Correlations of every pair of parameters over the posterior."""
    return _draw_matrix(found.correlations(), [prior.path for prior in found.priors], Layout(
        say(PAIRS), name, say("Correlations over the posterior, by weight. Two parameters that go together "
                              "(or against each other) can make up for one another: the data fix a "
                              "combination of them only. Beyond ±{noise} it is more than chance.",
                              noise=number(found.noise(), 2))))


def draw_tension(found: Posterior, name: str) -> Figure:
    """Which targets can be met together and which pull against each other."""
    return _draw_matrix(found.tension(), found.yardstick.names, Layout(
        say(TENSION), name, say("Correlations of how far targets are missed, over the posterior, signed so that "
                                "orange means: what brings the one nearer to its published value takes the "
                                "other further away. Beyond ±{noise} it is more than chance.",
                                noise=number(found.noise(), 2))))


def _draw_matrix(held: np.ndarray, names: Sequence[str], layout: Layout) -> Figure:
    count = len(names)
    wide = float(np.clip(4.5 + 0.28 * count, 8, 18))
    figure = style.new_figure(layout, (wide, wide - 0.6))
    axes = figure.subplots()
    colours = matplotlib.colors.LinearSegmentedColormap.from_list(
        "kubesim", [ORANGE, "white", BLUE]).with_extremes(bad="white")
    lower = np.ma.masked_where(np.triu(np.ones_like(held, bool)), held)
    shown = axes.imshow(np.ma.masked_invalid(lower), cmap=colours, vmin=-1, vmax=1)
    short = [_short(name) for name in names]
    small = SMALL if count <= 20 else 7
    axes.set_xticks(range(count), short, rotation=90, fontsize=small)
    axes.set_yticks(range(count), short, fontsize=small)
    if count <= 20:
        for one, other in zip(*np.tril_indices(count, -1)):
            if np.isfinite(held[one, other]):
                axes.text(other, one, number(held[one, other], 1), ha="center", va="center", fontsize=7)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    figure.colorbar(shown, ax=axes, shrink=0.6)
    return figure


def _short(name: str) -> str:
    name = name.rpartition("interventions.")[2]
    return name if len(name) <= LONGEST else name[:LONGEST - 1] + "…"


def draw_fit(found: Posterior, name: str) -> Figure:
    """Each target's interval against its band, in half widths."""
    fit = found.fit()
    count = len(fit)
    figure = style.new_figure(Layout(
        say(FIT), name, _fit_note(found), [(say("90 % interval and mean"), Style(BLUE)),
                                           (say("published, with its band"), Style(GREY))]),
        (11.0, 2.2 + 0.26 * count))
    axes = figure.subplots()
    axes.axvspan(-1, 1, color=PALE_BLUE, zorder=0)
    axes.axvline(0, color=GREY, linewidth=1.2)
    heights = np.arange(count)[::-1]
    for end, height in zip(fit.itertuples(), heights):
        middle = end.missed_by if np.isfinite(end.published) else _beside(end)
        low, high = (middle + (held - end.mean) / end.half_width for held in (end.low, end.high))
        axes.plot(np.clip([low, high], -SPAN, SPAN), [height] * 2, color=BLUE, linewidth=2.2)
        axes.plot([np.clip(middle, -SPAN, SPAN)], [height], "o", color=BLUE, markersize=6)
    axes.set_yticks(heights, [_published(row) for row in fit.itertuples()], fontsize=SMALL)
    axes.set_ylim(-0.7, count - 0.3)
    axes.set_xlim(-SPAN - 0.2, SPAN + 0.2)
    axes.xaxis.set_major_locator(MaxNLocator(11, integer=True))
    axes.set_xlabel(say("half widths from the published value, or from the middle of the band"),
                    fontsize=TEXT, color=INK)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure


def _beside(end: NamedTuple) -> float:
    """Where a target stands of which only the band is published: in half widths from its middle."""
    return (end.mean - (end.band_low + end.band_high) / 2) / end.half_width


def _published(end: NamedTuple) -> str:
    """A target with its published value, or its band where only that is."""
    if np.isfinite(end.published):
        return f"{end.target}: {told(end.published)}"
    return f"{end.target}: " + say("{low} to {high}", low=told(end.band_low), high=told(end.band_high))


SPAN = 5
"""Half widths shown at either side; what is further is drawn at the edge."""


def _fit_note(found: Posterior) -> str:
    if len(found.check):
        return say("Posterior predictive check: {count} draws simulated anew under fresh luck. Shaded: within "
                   "half the width of the published interval or band. Beyond {span} half widths is drawn at the "
                   "edge.", count=number(len(found.check)), span=number(SPAN))
    return say("Accepted simulations, which flatter the fit. Shaded: within half the width of the published "
               "interval or band. Beyond {span} half widths is drawn at the edge.", span=number(SPAN))


MARGINALS = phrase("What the data say of each parameter")
PAIRS = phrase("Which parameters hang together")
TENSION = phrase("Which targets pull against each other")
FIT = phrase("Targets and what the calibrated model gives")
FIGURES = (Drawn("marginals", draw_marginals, MARGINALS), Drawn("pairs", draw_pairs, PAIRS),
           Drawn("tension", draw_tension, TENSION), Drawn("predictive", draw_fit, FIT))
