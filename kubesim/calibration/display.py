"""What a calibration found, in plain words and two tables."""

from __future__ import annotations

from typing import Mapping, Sequence

import numpy as np

from kubesim.calibration.distance import FAR
from kubesim.calibration.posterior import LEVEL, MISSED, SILENT, Posterior
from kubesim.language import say, translated
from kubesim.plots.formats import number, percent

MOST_PAIRS = 8


def text(found: Posterior, name: str, about: Mapping[str, str] | None = None) -> str:
    """The whole summary, line by line; ``about`` says what each target is."""
    blocks = [[_head(found, name)], _fit_words(found), _tension_words(found), _parameter_words(found),
              _aligned(_parameter_table(found)), _aligned(_fit_table(found, about or {})), _caveats(found)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def told(held: float) -> str:
    """A number with three figures that tell."""
    if not np.isfinite(held) or held == 0:
        return number(held)
    return number(held, int(np.clip(2 - np.floor(np.log10(abs(held))), 0, 6)))


def _head(found: Posterior, name: str) -> str:
    return say("{name}: {draws} draws (worth {effective}) of {parameters} parameters after {generations} "
               "generations and {runs} simulations, on average {distance} half widths from {targets} targets",
               name=name, draws=number(len(found.weight)), effective=number(found.effective),
               parameters=number(len(found.priors)), generations=number(len(found.runs)),
               runs=number(int(found.runs.sum())), distance=number(found.distance @ found.share, 2),
               targets=number(len(found.yardstick.names)))


def _fit_words(found: Posterior) -> list[str]:
    fit = found.fit()
    off = fit[fit["missed_by"].abs() > MISSED].sort_values("missed_by", key=abs, ascending=False)
    met = len(fit) - len(off) - int(fit["missed_by"].isna().sum())
    lines = [say("{met} of {all} targets are met on average, within the half width of their band",
                 met=number(met), all=number(len(fit)))]
    if len(off):
        lines.append(say("Missed: {targets}", targets=", ".join(
            say("{target} by {by} half widths", target=row.target, by=number(row.missed_by, 1, signed=True))
            for row in off.itertuples())))
    unmeasured = list(fit["target"][fit["mean"].isna()])
    if unmeasured:
        lines.append(say("Never measurable: {targets}", targets=", ".join(unmeasured)))
    return lines


def _tension_words(found: Posterior) -> list[str]:
    pairs = found.opponents()
    if not pairs:
        return [say("Targets that pull against each other: none beyond chance (correlation beyond "
                    "{noise} and one of the two missed)", noise=number(-found.noise(), 2))]
    return [say("Targets that pull against each other: {pairs}", pairs="; ".join(
        say("{one} and {other} ({correlation})", one=one, other=other, correlation=number(held, 2))
        for one, other, held in pairs[:MOST_PAIRS]))]


def _parameter_words(found: Posterior) -> list[str]:
    silent = found.silent()
    if not silent:
        return [say("Every parameter is narrowed down to less than {share} of its prior", share=percent(SILENT))]
    return [say("Parameters the data say nothing about (posterior at least {share} as wide as prior): {names}",
                share=percent(SILENT), names=", ".join(silent))]


def _parameter_table(found: Posterior) -> list[list[str]]:
    rows = [[say("parameter"), say("unit"), say("now"), say("median"), say("90 % interval"), say("prior"),
             say("width by prior")]]
    for row in found.parameters().itertuples():
        rows.append([row.parameter, say(row.unit) if row.unit else "", told(row.usual), told(row.median),
                     _between(row.low, row.high), _between(row.prior_low, row.prior_high), percent(row.width)])
    return rows


def _fit_table(found: Posterior, about: Mapping[str, str]) -> list[list[str]]:
    rows = [[say("target"), say("published"), say("half width"), say("posterior mean"), say("90 % interval"),
             say("missed by"), ""]]
    for row in found.fit().itertuples():
        wanted = told(row.published) if np.isfinite(row.published) else _between(row.band_low, row.band_high)
        rows.append([row.target, wanted, told(row.half_width), told(row.mean),
                     _between(row.low, row.high), number(row.missed_by, 1, signed=True),
                     translated(about.get(row.target, ""))])
    return rows


def _between(low: float, high: float) -> str:
    return say("{low} to {high}", low=told(low), high=told(high))


def _caveats(found: Posterior) -> list[str]:
    lines = [say("Draws are accepted for being near, not for being right: an interval holds the true value "
                 "at least {level} of the time if the model is right, and is too wide while distances still "
                 "fall (last: {distances})", level=percent(LEVEL),
                 distances=", ".join(number(held, 2) for held in found.largest[-3:]))]
    if len(found.check):
        lines.append(say("The fit is that of {count} fresh simulations of draws, not of the accepted ones",
                         count=number(len(found.check))))
    elif not found.complete:
        lines.append(say("Stopped early: the fit is that of the accepted simulations, which flatters it; the "
                         "same command goes on"))
    if found.faults:
        lines.append(say("{count} simulations broke off and count as {far} half widths away; the first: {fault}",
                         count=number(len(found.faults)), far=number(FAR), fault=found.faults[0]))
    return lines


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
