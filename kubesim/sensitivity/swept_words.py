"""What moves the outcomes of a sweep, in words: ranking with intervals, luck's part, what to do next."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np

from kubesim.exploring.answers import answer_label, factor_label, shown
from kubesim.language import phrase, say
from kubesim.plots.formats import number, percent
from kubesim.sensitivity.luck import too_wide
from kubesim.sensitivity.swept import Moved, Sensitivity

NAMED = 8
"""Numbers told in words; the table has all."""
CLEAR = 0.7
"""Share of its size that a mean effect must have to count as one way."""
BLUR, AIM = 0.1, 0.05
"""Luck's share of what indices see above which more seeds are advised, and the share aimed at."""
MOST_HOLES = 8
METHODS = {
    "morris": phrase("Elementary effects (Morris): how far it moves on average, μ*, when a number moves over its "
                     "whole span; σ is their spread, large where the number works through others or bends."),
    "sobol": phrase("Shares of the variance (Sobol): ST with all interactions, S1 alone. Second-order shares are "
                    "not told: the design has no points for them."),
    "grid": phrase("Shares of the variance over the full grid: ST with all interactions, S1 alone."),
    "pawn": phrase("PAWN: how far fixing a number moves the whole distribution, 0 to 1 (median over slices).")}


def text(found: Sensitivity) -> str:
    """All of it in plain lines."""
    return "\n".join(line.replace("`", "").replace("**", "").lstrip("# ") if line.startswith("#") else
                     line.replace("`", "") for line in _lines(found)).rstrip()


def page(found: Sensitivity) -> str:
    """The same as Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Sensitivity) -> Iterator[str]:
    yield "# " + say("What matters in {name}", name=found.sweep.name)
    yield ""
    yield from runs_lost(found.sweep)
    for method in dict.fromkeys(moved.indices.method for moved in found.moved):
        yield say(METHODS[method])
    yield ""
    for moved in found.moved:
        yield "## " + headline(moved)
        yield ""
        yield from _ranking(moved)
        yield ""
        yield from (f"- {line}" for line in (*_luck(moved), *_holes(moved), *_warnings(moved)))
        yield ""
    for line in found.notes:
        yield say("not told: {line}", line=line)


def runs_lost(sweep: Any) -> list[str]:
    """How many runs failed or are missing, where some are."""
    lost = {name: sweep.counts[name] for name in ("failed", "timeout", "missing")}
    return [say("{asked:,} runs asked for; {failed:,} failed, {timeout:,} timed out and {missing:,} are missing.",
                asked=sweep.counts["asked"], **lost)] if any(lost.values()) else []


def headline(moved: Moved) -> str:
    """Of what it is told, and where."""
    if not moved.where:
        return answer_label(moved.answer)
    return say("{answer} (at {place})", answer=answer_label(moved.answer), place=", ".join(
        f"{path} = {held}" for path, held in moved.where.items()))


def size(moved: Moved, value: float, low: float, high: float) -> str:
    """An index with its interval."""
    if moved.indices.method == "morris":
        how = shown(moved.answer, value, low, high)
        return say("{value} ({low} to {high})", value=how.amount(value), low=how.digits(low), high=how.digits(high))
    write = (lambda held: number(held, 2)) if moved.indices.method == "pawn" else percent
    if not np.isfinite(low + high):
        return write(value)
    return say("{value} ({low} to {high})", value=write(value), low=write(max(low, 0.0)), high=write(high))


def _ranking(moved: Moved) -> Iterator[str]:
    table, column = moved.indices.table, moved.indices.column
    for place, row in enumerate(table.head(NAMED).to_dict("records")):
        factor = moved.factors[row["path"]]
        told = size(moved, row[column], row[f"{column}_low"], row[f"{column}_high"])
        yield say("{place}. {number} (`{path}`): {size}{more}", place=place + 1, number=factor_label(factor),
                  path=row["path"], size=told, more=_more(moved, row))
    if len(table) > NAMED:
        yield say("… and {count} more in sensitivity.parquet", count=len(table) - NAMED)


def _more(moved: Moved, row: dict[str, Any]) -> str:
    """What else is known of a number: which way it works, how much of it alone, whether it may be chance."""
    if moved.indices.method == "morris":
        how = shown(moved.answer, row["sigma"], row["sigma_low"], row["sigma_high"])
        way = (say("more of it raises it") if row["mu"] > CLEAR * row["mu_star"] else
               say("more of it lowers it") if row["mu"] < -CLEAR * row["mu_star"] else say("either way"))
        told = f"; σ {how.amount(row['sigma'])}; {way}"
    else:
        told = f"; S1 {percent(max(row['S1'], 0.0))}" if "S1" in row else ""
    if np.isfinite(moved.noise) and row[moved.indices.column] <= moved.noise:
        told += "; " + say("no more than chance makes")
    return told


def _luck(moved: Moved) -> list[str]:
    luck = moved.luck
    if luck.seeds < 2:
        return [say("With one seed luck cannot be told apart from the numbers; two or more seeds tell it.")]
    if not math.isfinite(luck.share):
        return []
    common = max(luck.luck - luck.noise, 0.0)
    whole = luck.luck + luck.parameters
    told = [say("Replicates are averaged: indices are of means over {seeds} seeds. Seed as a factor of one run's "
                "variance: the numbers make {numbers}, luck {share} ({low} to {high}), of which {common} moves all "
                "points alike and {crossed} differs from point to point.",
                seeds=luck.seeds, numbers=percent(1 - luck.share), share=percent(luck.share), low=percent(luck.low),
                high=percent(luck.high), common=percent(common / whole if whole else 0.0),
                crossed=percent(min(luck.noise, luck.luck) / whole if whole else 0.0))]
    blur = luck.blur(luck.seeds)
    if blur > BLUR:
        if luck.parameters == 0:
            return [*told, say("Warning: nothing but luck is seen; no number may be ranked.")]
        needed = math.ceil(luck.noise / luck.parameters * (1 - AIM) / AIM)
        told.append(say("Warning: luck still makes {blur} of the variance that the indices see. About {needed} seeds "
                        "instead of {seeds} would bring it to {aim}.", blur=percent(blur), needed=needed,
                        seeds=luck.seeds, aim=percent(AIM)))
    return told


def _holes(moved: Moved) -> list[str]:
    if not moved.holes:
        return []
    named = ", ".join(map(str, moved.holes[:MOST_HOLES])) + (", …" if len(moved.holes) > MOST_HOLES else "")
    what = {"morris": phrase("{lost} of {all} trajectories are left out whole: points {points} lack a run or a value."),
            "sobol": phrase("{lost} of {all} Saltelli blocks are left out whole: points {points} lack a run or a "
                            "value.")}
    words = what.get(moved.indices.method, phrase("{lost} of {all} points are left out: points {points} lack a run "
                                                  "or a value."))
    return [say(words, lost=moved.indices.lost, all=moved.asked, points=named)]


def _warnings(moved: Moved) -> list[str]:
    words = too_wide(moved.indices, min(3, len(moved.indices.table) - 1))
    return [say("Warning: {words}", words=words)] if words else []
