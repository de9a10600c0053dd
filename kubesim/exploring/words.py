"""What exploring finds, in sentences: where designs fail, how surely, and which design regrets least."""

from __future__ import annotations

from typing import Iterator, Mapping

import numpy as np
import pandas as pd

from kubesim.exploring.answers import amount, answer_label, factor_label, outcome_label, shown
from kubesim.exploring.boxes import HALVES, SHUFFLES, Box, Limit
from kubesim.exploring.explored import Discovered, Explored, Subject
from kubesim.language import figures, phrase, say
from kubesim.plots.formats import percent, rupiah
from kubesim.sensitivity.factors import Factor
from kubesim.sensitivity.swept_words import runs_lost

PLAIN_RULES = 4
"""Leaves of a tree that are told: the worst and the best ones."""
MOST_ALIKE = 3
YES_OR_NO = "yes or no"
"""The unit of what is true or false."""
WEAK = 0.3
"""Share of random halves below which a restriction that is found again so seldom is called weak."""
EXPLAINED = 0.1
"""Share of the variance of unseen points below which a tree's rules are called weak."""


def text(found: Explored) -> str:
    """All of it in plain lines."""
    return "\n".join(line.lstrip("# ") if line.startswith("#") else line.replace("`", "")
                     for line in _lines(found)).rstrip()


def page(found: Explored) -> str:
    """The same as Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Explored) -> Iterator[str]:
    yield "# " + say("What {name} shows", name=found.sweep.name)
    yield ""
    yield from runs_lost(found.sweep)
    if found.sweep.design["kind"] == "morris":
        yield say("The points of a Morris design lie on a few levels of the spans: shares of points say little here; "
                  "a Latin hypercube (lhs) is made for this.")
        yield ""
    for subject in found.subjects:
        yield "## " + outcome_label(subject.outcome)
        yield ""
        yield say("Success is: {criterion}.", criterion=criterion(subject))
        yield ""
        for told in subject.discovered:
            yield from (f"- {line}" for line in discovery(found, subject, told))
        yield ""
        if subject.robust is not None:
            yield from robust(subject)
            yield ""


def criterion(subject: Subject) -> str:
    """What counts as success, in words."""
    effect = bool(subject.answers[0].against)
    return say(" and ").join(condition.words(effect) for condition in subject.conditions)


def limit_words(limit: Limit, factors: Mapping[str, Factor]) -> str:
    """One restriction, as in 'groups per companion is above 14'."""
    path, _, word = limit.path.partition("=")
    factor = factors[path]
    name = factor_label(factor)
    if factor.unit == YES_OR_NO:
        return say("{name} is set: {value}", name=name, value=say("yes") if limit.low > 0 else say("no"))
    if word:
        said = phrase("{name} is {word}") if limit.low > 0 else phrase("{name} is not {word}")
        return say(said, name=name, word=word)
    if np.isinf(limit.low):
        return say("{name} is below {high}", name=name, high=value_words(factor, limit.high))
    if np.isinf(limit.high):
        return say("{name} is above {low}", name=name, low=value_words(factor, limit.low))
    return say("{name} is between {low} and {high}", name=name, low=value_words(factor, limit.low),
               high=value_words(factor, limit.high))


def value_words(factor: Factor, value: float) -> str:
    """A value of something that is varied, with as many digits as tell values of its span apart."""
    return rupiah(value) if factor.unit.startswith("Rp") else figures(f"{value:.3g}").replace("-", "\u2212")


def place_words(limits: tuple[Limit, ...], factors: Mapping[str, Factor]) -> str:
    """All restrictions of a box or a leaf."""
    return say(" and ").join(limit_words(limit, factors) for limit in limits) or say("everywhere")


def discovery(found: Explored, subject: Subject, told: Discovered) -> Iterator[str]:
    """Where an answer fails, or succeeds."""
    name = answer_label(told.answer)
    count, lost = len(told.hits), len(told.answer.values) - len(told.hits)
    share = percent(told.hits.mean()) if count else percent(0.0)
    said = (phrase("{name}: succeeds at {share} of {count} points.") if found.succeeding
            else phrase("{name}: fails at {share} of {count} points."))
    yield say(said, name=name, share=share, count=count)
    if lost:
        yield say("{lost} points lack a run or a value and are left out.", lost=lost)
    if told.why_not:
        yield say("No boxes: {why}", why=told.why_not)
        return
    if not told.boxes:
        yield say("No range of what was varied sets these points apart from the others.")
    for box in told.boxes:
        yield box_words(found, subject, told, box)
        yield check_words(box)
    yield from _rules(found, told)


def box_words(found: Explored, subject: Subject, told: Discovered, box: Box) -> str:
    """A box as a sentence."""
    helps = all(condition.limit == 0 for condition in subject.conditions) and told.answer.against
    words = phrase("{scenario} succeeds mostly where {place}: {coverage} of its successes lie there (coverage), and "
                   "{density} of the {cases} points there succeed (density; {everywhere} everywhere).") \
        if found.succeeding else phrase(
            "{scenario} fails to help mostly where {place}: {coverage} of its failures lie there (coverage), and "
            "{density} of the {cases} points there fail (density; {everywhere} everywhere).") if helps else phrase(
            "{scenario} fails mostly where {place}: {coverage} of its failures lie there (coverage), and "
            "{density} of the {cases} points there fail (density; {everywhere} everywhere).")
    return say(words, scenario=told.answer.scenario, place=place_words(box.limits, found.factors),
               coverage=percent(box.coverage), density=percent(box.density), cases=box.cases,
               everywhere=percent(box.everywhere))


def check_words(box: Box) -> str:
    """How surely a box is no luck."""
    kept = ", ".join(f"{path} {percent(share)}" + (say(" (weak)") if share < WEAK else "")
                     for path, share in box.again.items())
    told = say("Checked: found again in {halves} random halves and told by the other half, {unseen} ({low} to {high}) "
               "of unseen points there are of this kind; restricted again: {kept}. In {shuffles} shuffles as good a "
               "box turns up with a chance of {chance}.", halves=HALVES, unseen=percent(box.unseen),
               low=percent(box.unseen_low), high=percent(box.unseen_high), kept=kept, shuffles=SHUFFLES,
               chance=percent(box.shuffled, 1))
    return told + " " + say("Warning: this box may be luck; more points would tell.") if box.is_luck else told


def _rules(found: Explored, told: Discovered) -> Iterator[str]:
    """The worst and the best parts that the tree finds."""
    tree = told.tree
    if tree is None or tree.explained < EXPLAINED:
        yield say("A regression tree explains {share} of the variance of unseen points: its rules are too weak to be "
                  "told.", share=percent(max(tree.explained, 0.0) if tree else 0.0))
        return
    half = PLAIN_RULES // 2
    leaves = tree.leaves if len(tree.leaves) <= PLAIN_RULES else (*tree.leaves[:half], *tree.leaves[-half:])
    rules = [say("{effect} where {place}", effect=amount(told.answer, leaf.mean, leaf.low, leaf.high),
                 place=place_words(leaf.limits, found.factors)) for leaf in leaves]
    yield say("A regression tree ({share} of the variance of unseen points) says: {rules}.",
              share=percent(tree.explained), rules="; ".join(rules))


def robust(subject: Subject) -> Iterator[str]:
    """Which design is best under which measure, and a table of all."""
    held = subject.robust
    table, answer = held.table, subject.answers[0]
    if held.lost:
        yield say("{lost} worlds in which a design lacks a run are left out.", lost=held.lost)
    if held.by_luck:
        yield say("Worlds are seeds here: nothing but luck differs between them.")
    yield say("Over {worlds} worlds: least regret at the 90th percentile: {high}; least largest regret (minimax): "
              "{most}; meets the criterion most often: {satisfied}.", worlds=int(table["worlds"].iloc[0]),
              high=_least(table, "regret_high"), most=_least(table, "regret_most"),
              satisfied=_least(table.assign(satisfied=-table["satisfied"]), "satisfied"))
    yield ""
    heads = [say("design"), say("mean"), say("regret, mean"), say("regret, 90 %"), say("regret, most"),
             say("meets it in"), say("best in")]
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for row in table.sort_values("regret_high", kind="stable").to_dict("records"):
        how = [shown(answer, row[name], row[f"{name}_low"], row[f"{name}_high"]).amount(row[name])
               for name in ("regret_mean", "regret_high", "regret_most")]
        shares = [say("{value} ({low} to {high})", value=percent(row[name]), low=percent(row[f"{name}_low"]),
                      high=percent(row[f"{name}_high"])) for name in ("satisfied", "best")]
        yield _row([row["design"], amount(answer, row["mean"], row["mean_low"], row["mean_high"]), *how, *shares])


def _least(table: pd.DataFrame, column: str) -> str:
    names = list(table.loc[table[column] == table[column].min(), "design"])
    more = [say("{count} more alike", count=len(names) - MOST_ALIKE)] if len(names) > MOST_ALIKE else []
    return "; ".join([*names[:MOST_ALIKE], *more])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
