"""What is uncertain, in words: how far an effect may lie from ours, on what that hangs, what is luck."""

from __future__ import annotations

from itertools import groupby
from typing import Mapping, Sequence

from kubesim.language import phrase, say, translated
from kubesim.plots.formats import number, percent, rupiah
from kubesim.sensitivity.designs import OTHERS, STEP
from kubesim.sensitivity.factors import BY_RULE, DECLARED, Factor
from kubesim.sensitivity.found import Told, Uncertain
from kubesim.sensitivity.luck import too_wide

NAMED = 3
"""Factors named in a sentence."""
ROWS = 10
"""Factors in a table."""
LONG = 60
SECTIONS = {
    "population": phrase("people"), "earnings": phrase("earnings"), "illness": phrase("illness"),
    "business": phrase("own business"), "spending": phrase("spending"), "needs": phrase("needs"),
    "learning": phrase("learning"), "effort": phrase("effort"), "institution": phrase("books and rules"),
    "trust": phrase("trust"), "market": phrase("market"), "joint_business": phrase("joint business"),
    "solidarity": phrase("solidarity fund"), "misuse": phrase("misuse"), "membership": phrase("membership"),
    "diklat": phrase("training"), "companionship": phrase("companions")}
"""What the sections of a scenario are about: many a meaning is clear only within its section."""


def label(factor: Factor) -> str:
    """What a factor is, short enough for a picture: its section and its meaning without asides."""
    words = translated(factor.about).partition("; ")[0]
    words = words.partition(" (")[0] if len(words) > LONG else words
    section = factor.path.split(".")[-2] if "." in factor.path else ""
    return say("{section}: {meaning}", section=say(SECTIONS[section]), meaning=words) \
        if section in SECTIONS else words


def span_in_words(factor: Factor) -> str:
    """From where to where a factor goes, and who says so."""
    if factor.unit.startswith("Rp"):
        ends = say("{low} to {high} {unit}", low=rupiah(factor.low), high=rupiah(factor.high),
                   unit=translated(factor.unit).removeprefix("Rp").strip())
    else:
        ends = say("{low:g} to {high:g} {unit}", low=factor.low, high=factor.high, unit=translated(factor.unit))
    return ends if factor.span == DECLARED else say("{ends} (±50 %, nothing says how far)", ends=ends)


def share_label(path: str, known: Mapping[str, Factor], rest: int) -> str:
    """What has a share of the variance: a factor, or the others, so many, together."""
    return say("all other {count} numbers together", count=rest) if path == OTHERS else label(known[path])


def verdicts(found: Uncertain, told: Told) -> list[str]:
    """What has been found of one headline, a sentence or two each."""
    known = {factor.path: factor for factor in found.factors}
    return [_where(found, told), _what_matters(known, told), *_shares(known, told), _luck(told, found.sizes.seeds),
            *_warnings(told)]


def page(found: Uncertain, told: Sequence[Told]) -> str:
    """All of it as Markdown: each headline's verdicts and table, what was tried, what was left out."""
    known = {factor.path: factor for factor in found.factors}
    lines = ["# " + say("What is uncertain"), "", *how(found), ""]
    for one in told:
        lines += ["## " + say(one.headline.title), ""]
        lines += [f"- {sentence}" for sentence in verdicts(found, one)]
        lines += ["", *_table(known, one), ""]
    lines += ["## " + say("What is not varied"), ""]
    ordered = sorted(found.left_out, key=lambda held: held.why)
    for why, held in groupby(ordered, key=lambda held: held.why):
        lines.append(f"- {say(why)}: " + ", ".join(f"`{one.path}`" for one in held))
    return "\n".join(lines) + "\n"


def how(found: Uncertain) -> list[str]:
    """How it was found."""
    sizes, ruled = found.sizes, sum(factor.span == BY_RULE for factor in found.factors)
    people = next(iter(found.study.worlds.values())).population
    told = [say("{count} numbers of the model are calibrated, assumed, or have a plausible span. Each was "
                "varied over its span; for {ruled} of them nothing says how far they may be off, and the span "
                "is ±50 %.", count=len(found.factors), ruled=ruled),
            say("Worlds have {households} households and live under the same {seeds} seeds at every point; "
                "effects are means over seeds.", households=number(people.households), seeds=sizes.seeds),
            say("Morris: {count} trajectories over all numbers. Spread and luck: {spread} points of a Latin "
                "hypercube with {seeds} seeds.", count=sizes.trajectories, spread=sizes.spread,
                seeds=sizes.spread_seeds)]
    if found.largest:
        told.append(say("Sobol: {points} base points; the ten largest of each effect, {count} in all, count "
                        "each, all others together as one.", points=sizes.points, count=len(found.largest)))
    if found.broken():
        told.append(say("{count} lives broke off and are left out.", count=found.broken()))
    return told


def points(amount: float, signed: bool = False) -> str:
    """An effect with as many decimals as it needs."""
    return number(amount, 1 if abs(amount) >= 1 else 2, signed)


def _where(found: Uncertain, told: Told) -> str:
    low, high = told.span()
    return say("{usual} {unit} at the values shipped; {low} to {high} in eight of ten draws of all {count} "
               "numbers within their spans, above zero in {share} of them.",
               usual=points(told.usual, True), unit=say(told.headline.unit), low=points(low),
               high=points(high), count=len(found.factors), share=percent(told.above_zero()))


def _what_matters(known: Mapping[str, Factor], told: Told) -> str:
    first = told.morris.table.head(NAMED)
    names = [f"{label(known[row.path])} (`{row.path}`)" for row in first.itertuples()]
    top, factor = first.iloc[0], known[first["path"].iloc[0]]
    return say("It depends most on {first}; then on {others}. Moving the first over its whole span, {span}, "
               "changes it by {size} ({low} to {high}) on average.", first=names[0],
               others="; ".join(names[1:]) or "–", span=span_in_words(factor),
               size=points(top["mu_star"]), low=points(top["mu_star_low"]), high=points(top["mu_star_high"]))


def _shares(known: Mapping[str, Factor], told: Told) -> list[str]:
    if told.sobol is None:
        return []
    rest = len(known) - len(told.sobol.table) + 1
    names = "; ".join(say("{name} {share} ({low} to {high})", name=share_label(row.path, known, rest),
                          share=percent(row.ST), low=percent(max(row.ST_low, 0)), high=percent(row.ST_high))
                      for row in told.sobol.table.head(NAMED + 1).itertuples())
    return [say("Shares of the variance that all numbers make, interactions included: {names}.", names=names)]


def _luck(told: Told, seeds: int) -> str:
    luck = told.luck
    return say("Luck makes {share} ({low} to {high}) of the variance of one run's effect, the numbers make "
               "the rest; in the means over {seeds} seeds that the indices use, it is {blur}, and a μ* "
               "below {swing} may be luck.",
               share=percent(luck.share), low=percent(luck.low), high=percent(luck.high),
               seeds=seeds, blur=percent(luck.blur(seeds)), swing=points(luck.swing(seeds, STEP)))


def _warnings(told: Told) -> list[str]:
    found = [told.morris] if told.sobol is None else [told.morris, told.sobol]
    return [say("Warning ({method}): {words}", method=indices.method, words=words)
            for indices in found if (words := too_wide(indices))]


def _table(known: Mapping[str, Factor], told: Told) -> list[str]:
    """The largest factors as a Markdown table."""
    heads = [say("number"), say("path"), say("span"), say("grade"), "μ*", "σ", "ST"]
    shares = {} if told.sobol is None else told.sobol.table.set_index("path")
    rows = []
    for row in told.morris.table.head(ROWS).itertuples():
        factor, total = known[row.path], "–"
        if len(shares) and row.path in shares.index:
            share = shares.loc[row.path]
            total = f"{percent(share['ST'])} ({percent(max(share['ST_low'], 0))}–{percent(share['ST_high'])})"
        rows.append([label(factor), f"`{row.path}`", span_in_words(factor), say(factor.grade),
                     f"{points(row.mu_star)} ({points(row.mu_star_low)}–{points(row.mu_star_high)})",
                     points(row.sigma), total])
    return [f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows]]
