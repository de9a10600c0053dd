"""The picture of the evidence table: published band and simulated interval side by side, a row a target."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kubesim.language import say, translated
from kubesim.plots import style
from kubesim.plots.formats import number
from kubesim.plots.style import Layout, Style
from kubesim.validation.display import digits

if TYPE_CHECKING:
    from kubesim.validation.validate import Validation

WIDTH, ROW, AROUND = 10.0, 0.205, 2.1        # inches: of the page, of a row, of title and notes
SMALL = 8.0                                 # points
LEFT, RIGHT = -1.0, 2.0                     # a band reaches from 0 to 1; what is farther stands at the edge
BANDS = {"published": style.GREY, "judgement": style.FAINT, "own": style.PALE_BLUE}
PASSED, FAILED = style.BLUE, style.VERMILLION
MOST_LETTERS = 72


class Scale(NamedTuple):
    """Where a target's values stand: its band from 0 to 1."""

    low: float
    span: float
    open_low: bool
    open_high: bool

    @classmethod
    def of(cls, row: Any) -> "Scale":
        """The scale of a row of verdicts. An open band gets the length that its end and the simulated
        interval need, a band that is a point the length 1."""
        low, high = row.band_low, row.band_high
        known = [value for value in (row.simulated, row.low, row.high, row.published) if np.isfinite(value)]
        far = max([abs(value - (low if np.isfinite(low) else high)) for value in known] or [1.0]) or 1.0
        first = low if np.isfinite(low) else high - 1.5 * far
        last = high if np.isfinite(high) else low + 1.5 * far
        if first == last:
            return cls(first - 0.5, 1.0, False, False)
        return cls(first, last - first, bool(np.isinf(low)), bool(np.isinf(high)))

    def at(self, value: float) -> float:
        """Where a value stands."""
        return (value - self.low) / self.span


def draw(validation: "Validation") -> Figure:
    """The picture: one page, a row a target."""
    verdicts = validation.verdicts
    passed = int(verdicts["passed"].sum())
    key = [(say("published band"), Style(BANDS["published"], width=6.0)),
           (say("judged band"), Style(BANDS["judgement"], width=6.0)),
           (say("own check"), Style(BANDS["own"], width=6.0)),
           (say("passes"), Style(PASSED)), (say("fails"), Style(FAILED))]
    note = say("Each row is drawn to its own scale: its band has the same place in all. A short upright line "
               "is the published number, a dot the mean over {seeds} seeds with its 95 % interval; a "
               "triangle points to a mean that lies farther out. Numbers at the right: band; simulated mean "
               "and interval.", seeds=number(len(validation.seeds)))
    figure = style.new_figure(Layout(
        say("The model and the published evidence"),
        say("{passed} of {all} targets pass", passed=passed, all=len(verdicts)), note, key),
        (WIDTH, AROUND + ROW * (len(verdicts) + verdicts["pattern"].nunique())))
    _draw_rows(figure.subplots(), verdicts)
    return figure


def alt(validation: "Validation") -> str:
    """A sentence for those who cannot see it."""
    verdicts = validation.verdicts
    failed = ", ".join(verdicts.loc[~verdicts["passed"], "target"]) or say("none")
    return say("Published band and simulated interval of {all} targets; {passed} pass, these fail: {failed}.",
               all=len(verdicts), passed=int(verdicts["passed"].sum()), failed=failed)


def _draw_rows(axes: Axes, verdicts: pd.DataFrame) -> None:
    height, pattern = 0.0, ""
    edge = axes.get_yaxis_transform()
    for row in verdicts.itertuples():
        if row.pattern != pattern:
            pattern = row.pattern
            axes.text(0, height, say(pattern), transform=edge, fontsize=SMALL + 1, weight="bold", va="center",
                      color=style.INK)
            height += 1
        words = f"{row.target}  {shorten(translated(row.statistic), MOST_LETTERS, placeholder=' …')}"
        axes.text(0, height, words, transform=edge, fontsize=SMALL, va="center", color=style.INK)
        axes.text(1.0, height, f"{_short_band(row)};  {_short_mean(row)}", transform=edge, fontsize=SMALL,
                  va="center", ha="right", color=style.INK if row.passed else FAILED)
        _draw_row(axes, row, height)
        height += 1
    axes.set_ylim(height - 0.3, -0.7)
    axes.set_axis_off()


STRIP = (0.47, 0.72)       # part of the width in which bands and intervals stand


def _draw_row(axes: Axes, row: Any, height: float) -> None:
    scale, edge = Scale.of(row), axes.get_yaxis_transform()
    colour = PASSED if row.passed else FAILED
    left, right = _across(-0.55 if scale.open_low else 0.0), _across(1.55 if scale.open_high else 1.0)
    axes.add_patch(Rectangle((left, height - 0.42), right - left, 0.42, transform=edge, linewidth=0,
                             color=BANDS[row.band]))
    if np.isfinite(row.published) and LEFT <= scale.at(row.published) <= RIGHT:
        place = _across(scale.at(row.published))
        axes.plot([place, place], [height - 0.48, height + 0.06], transform=edge, color=style.INK,
                  linewidth=1.2)
    if not np.isfinite(row.simulated):
        return
    mean = scale.at(row.simulated)
    if LEFT <= mean <= RIGHT:
        ends = [_across(float(np.clip(scale.at(end), LEFT, RIGHT))) for end in (row.low, row.high)
                if np.isfinite(end)]
        axes.plot(ends, [height + 0.22] * len(ends), transform=edge, color=colour, linewidth=2.2)
        axes.plot([_across(mean)], [height + 0.22], "o", transform=edge, color=colour, markersize=3.6)
    else:
        marker, place = ("<", LEFT) if mean < LEFT else (">", RIGHT)
        axes.plot([_across(place)], [height + 0.22], marker, transform=edge, color=colour, markersize=5)


def _short_band(row: Any) -> str:
    """The band in signs, which take less room than words."""
    low, high = digits(row.band_low, row.unit), digits(row.band_high, row.unit)
    if np.isinf(row.band_low):
        return f"≤ {high}"
    return f"≥ {low}" if np.isinf(row.band_high) else low if low == high else f"{low} – {high}"


def _short_mean(row: Any) -> str:
    """The mean and its interval in signs."""
    mean, low, high = (digits(value, row.unit) for value in (row.simulated, row.low, row.high))
    return mean if low == high else f"{mean} ({low} – {high})"


def _across(place: float) -> float:
    """A place on the scale of bands as part of the width."""
    return STRIP[0] + (place - LEFT) / (RIGHT - LEFT) * (STRIP[1] - STRIP[0])
