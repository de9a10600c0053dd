"""The chain of cause: what the programme changes first, and how that reaches consumption and poverty."""

from __future__ import annotations

from typing import Iterator, NamedTuple

import numpy as np
import pandas as pd

from kubesim.language import say
from kubesim.plots.formats import percent
from kubesim.telling.amounts import count, level, money, more
from kubesim.telling.events import cause_of
from kubesim.telling.lives import Life, Pair

VISIBLE, NOTABLE_MONEY = 0.005, 1000.0
"""Differences of shares, and of rupiah over all months, that are worth a line."""
EARNINGS = ("labour_earnings", "business_profit", "dividend", "misuse", "solidarity_payment")
"""The parts that a household's income is the sum of."""
PLAIN = {
    "group.active": "the group is at work", "in_group": "in the group", "group.members": "members",
    "group.capital_start": "capital granted", "knowledge": "knowledge", "group.visits": "companion's visits",
    "group.contact": "contact with the companion", "skill": "skill", "news": "market news", "effort": "effort",
    "group.institution": "books and rules of the group", "group.dividend": "dividend", "trust": "trust",
    "labour_earnings": "wages", "business_profit": "profit of the own business", "income": "income",
    "consumption": "consumption", "savings": "savings", "ill": "ill",
}
"""Columns that are often the first to differ, in words."""


class Link(NamedTuple):
    """One step of the chain; ``label`` begins with -> where it follows from what stands above it."""

    label: str
    text: str


def chain(pair: Pair) -> list[Link]:
    """Every step that differs between the two worlds, in the order in which one causes the next."""
    found = [Link(say("first difference"), _first(pair)), *_group(pair), *_training(pair), *_companion(pair)]
    found += [*_skill(pair), *_own_business(pair), *_joint(pair), *_time(pair), *_trust(pair), *_income(pair)]
    return found


def _first(pair: Pair) -> str:
    """The first month and column that differ, as the state holds them."""
    first = pair.first_difference()
    if first is None:
        return say("None: both worlds are the same to the last digit in all months.")
    plain = say(PLAIN[first.column]) if first.column in PLAIN else ""
    named = say("{words} ({column})", words=plain, column=first.column) if plain else first.column
    return say("Month {month}: {column}: {here} (twin {twin}). Until then both are the same to the last digit.",
               month=first.month, column=named, here=_value(first.here), twin=_value(first.twin))


def _value(held: object) -> str:
    """A column's value as it is, short."""
    if isinstance(held, (bool, np.bool_)):
        return say("yes") if held else say("no")
    return f"{held:,.6g}"


# -- the programme -----------------------------------------------------------------------------
def _group(pair: Pair) -> Iterator[Link]:
    here, twin = pair.here["group.capital_start"], pair.twin["group.capital_start"]
    if abs(here.max() - twin.max()) >= NOTABLE_MONEY:
        month = _first_month(pair.gain("group.capital_start"))
        yield Link(say("grant"), say("Month {month}: joint capital of {here} (twin {twin}).", month=month,
                                     here=money(here.max()), twin=money(twin.max())))


def _training(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("knowledge")
    if gain.abs().max() >= VISIBLE:
        month = _first_month(gain)
        yield Link(say("training"), say("Month {month}: knowledge {here} (twin {twin}).", month=month,
                                        **_both(pair, "knowledge", month)))


def _companion(pair: Pair) -> Iterator[Link]:
    if pair.gain("group.visits").abs().max() < VISIBLE and pair.gain("group.contact").abs().max() < VISIBLE:
        return
    yield Link(say("companion"), say("{here} (twin: {twin}).", here=_visited(pair.here), twin=_visited(pair.twin)))


def _visited(life: Life) -> str:
    visits, contact = life["group.visits"], life["group.contact"]
    months = visits.index[visits > 0]
    if not len(months):
        return say("no visits")
    return say("months {first} to {last}: {visits} visits a month, contact worth up to {contact} of what is possible",
               first=months[0], last=months[-1], visits=count(visits[visits > 0].mean()), contact=percent(contact.max()))


# -- what it leads to --------------------------------------------------------------------------
def _skill(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("skill")
    if gain.abs().max() >= VISIBLE:
        month = int(gain.abs().idxmax())
        last = int(gain.index[-1])
        ends = _both(pair, "skill", last)
        yield Link(say("-> skill"), say("Month {month}: {here} (twin {twin}), the largest difference; in the end {end} "
                                        "({twin_end}).", month=month, **_both(pair, "skill", month),
                                        end=ends["here"], twin_end=ends["twin"]))
    gain = pair.gain("news")
    if gain.abs().max() >= VISIBLE:
        month = int(gain.abs().idxmax())
        yield Link(say("-> market news"), say("Month {month}: worth {here} of profits (twin {twin}).", month=month,
                                              here=percent(np.expm1(pair.here["news"][month])),
                                              twin=percent(np.expm1(pair.twin["news"][month]))))


def _own_business(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("business_profit").iloc[1:]
    if abs(gain.sum()) < NOTABLE_MONEY:
        return
    month = int(gain.abs().idxmax())
    told = {"amount": more(gain.sum()), "months": len(gain), "month": month, "gain": more(gain[month])}
    parts = why_profit_differs(pair, month)
    if not parts:
        yield Link(say("-> own business"), say("{amount} in {months} months; most in month {month}: {gain}.", **told))
        return
    named = {"skill": say("skill"), "news": say("market news"), "capital": say("its capital"), "other": say("other")}
    reasons = ", ".join(say("{reason} {amount}", reason=named[name], amount=money(part))
                        for name, part in parts.items() if abs(part) >= NOTABLE_MONEY)
    yield Link(say("-> own business"), say("{amount} in {months} months; most in month {month}: {gain} ({reasons}).",
                                           **told, reasons=reasons))


def why_profit_differs(pair: Pair, month: int) -> dict[str, float]:
    """The difference of a household's own profit cut into what causes it, Rp; empty for a group.

    Profit is a product: each factor gets the part of the difference that its logarithm has in the
    logarithm of the ratio, so that the parts add up.
    """
    if pair.here.who.kind != "household":
        return {}
    logs = [_log_profit(life, month) for life in (pair.here, pair.twin)]
    profits = [life["business_profit"][month] for life in (pair.here, pair.twin)]
    terms = {name: logs[0][name] - logs[1][name] for name in logs[0]}
    ratio = np.log(profits[0] / profits[1])
    terms["other"] = ratio - sum(terms.values())
    if abs(terms["other"]) < 1e-9:
        terms["other"] = 0.0
    return {name: term / ratio * (profits[0] - profits[1]) for name, term in terms.items()}


def _log_profit(life: Life, month: int) -> dict[str, float]:
    """What a household's own profit owes to skill, news and capital, in logarithms."""
    rules, now = life.scenario.business, life.months.loc[month]
    before = life.months["business_capital"].get(month - 1, now["business_capital"])
    return {"skill": rules.skill_return * (now["skill"] - now["skill_start"]), "news": now["news"],
            "capital": rules.capital_return * np.log(max(before / now["business_capital_start"], 1e-300))}


def _joint(pair: Pair) -> Iterator[Link]:
    here, twin = pair.here["dividend"].iloc[1:], pair.twin["dividend"].iloc[1:]
    if abs(here.sum() - twin.sum()) >= NOTABLE_MONEY:
        paid = here.index[here > 0]
        yield Link(say("-> dividends"), say("{here} in {months} months, paid in {paid} of them (twin {twin}, in "
                                            "{twin_paid}).", here=money(here.sum()), months=len(here), paid=len(paid),
                                            twin=money(twin.sum()), twin_paid=int((twin > 0).sum())))


def _time(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("labour_earnings").iloc[1:].sum()
    if abs(gain) >= NOTABLE_MONEY:
        member = pair.here["in_group"] > 0
        effort = pair.here["effort"][member].mean() if member.any() else 0.0
        yield Link(say("-> time"), say("{amount} in wages: effort for the group was {effort} in the {months} months in "
                                       "it (twin: {twin_months} months in a group).", amount=more(gain),
                                       effort=level(effort), months=int(member.sum()),
                                       twin_months=int((pair.twin["in_group"] > 0).sum())))


def _trust(pair: Pair) -> Iterator[Link]:
    """How the group fared in the world where it was formed, or in both."""
    fates = [_fate(life) for life in (pair.here, pair.twin)]
    if fates[0] != fates[1]:
        yield Link(say("-> the group"), say("{here} (twin: {twin}).", here=fates[0], twin=fates[1]))


def _fate(life: Life) -> str:
    active, trust, ended = life["group.active"] > 0, life["group.mean_trust"], life["group.ended"]
    if not active.any():
        return say("no group")
    first, last = int(active.idxmax()), int(active.index[-1])
    told = {"before": level(trust[first]), "first": first, "last": last}
    if ended.iloc[-1] > 0:
        last = int(ended.iloc[-1])
        return say("trust goes from {before} in month {first} to {after} in month {last}, when the group breaks up: "
                   "{cause}", **(told | {"last": last}), after=level(trust[last]), cause=cause_of(life))
    return say("trust goes from {before} in month {first} to {after} in month {last}, and the group lives",
               after=level(trust.iloc[-1]), **told)


# -- what comes of it --------------------------------------------------------------------------
def _income(pair: Pair) -> Iterator[Link]:
    gains = {name: pair.gain(name).iloc[1:].sum() for name in (*EARNINGS, "income", "consumption")}
    if abs(gains["income"]) >= NOTABLE_MONEY:
        named = {"labour_earnings": say("wages"), "business_profit": say("own business"), "dividend": say("dividends"),
                 "misuse": say("taken from the joint capital"), "solidarity_payment": say("solidarity fund")}
        parts = ", ".join(say("{part} {amount}", part=words, amount=money(gains[name]))
                          for name, words in named.items() if abs(gains[name]) >= NOTABLE_MONEY)
        yield Link(say("= income"), say("{amount} in {months} months: {parts}.", amount=more(gains["income"]),
                                        months=len(pair.here.months) - 1, parts=parts))
    if abs(gains["consumption"]) >= NOTABLE_MONEY:
        share = gains["consumption"] / pair.twin["consumption"].iloc[1:].sum()
        yield Link(say("-> consumption"), say("{amount} in {months} months ({share}).",
                                              amount=more(gains["consumption"]), share=percent(share, 1),
                                              months=len(pair.here.months) - 1))
    yield from _poverty(pair)


def _poverty(pair: Pair) -> Iterator[Link]:
    poor = [life["poor"].iloc[1:] for life in (pair.here, pair.twin)]
    if pair.gain("consumption").abs().sum() < NOTABLE_MONEY:
        return
    if pair.here.who.kind == "household":
        text = say("poor in {here} of {months} months (twin {twin}).", here=int(poor[0].sum()), months=len(poor[0]),
                   twin=int(poor[1].sum()))
    else:
        text = say("in an average month {here} of the households are poor (twin {twin}).",
                   here=percent(poor[0].mean()), twin=percent(poor[1].mean()))
    yield Link(say("-> poverty"), text)
    names = {"food": say("food"), "clothing": say("clothing"), "housing": say("housing"), "health": say("health")}
    last = int(pair.here.months.index[-1])
    needs = ", ".join(say("{need} {here} ({twin})", need=words, **_both(pair, name, last))
                      for name, words in names.items() if abs(pair.gain(name)[last]) >= VISIBLE)
    if needs:
        yield Link(say("-> needs"), say("in month {month}: {needs}, the twin's in brackets.", month=last, needs=needs))


def _both(pair: Pair, column: str, month: int) -> dict[str, str]:
    return {"here": level(pair.here[column][month]), "twin": level(pair.twin[column][month])}


def _first_month(gain: pd.Series) -> int:
    """The first month of a notable difference."""
    return int(gain.index[gain.abs() >= VISIBLE][0])
