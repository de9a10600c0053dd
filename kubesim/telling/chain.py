"""The chain of cause: what the programme changes first, and how that reaches consumption and poverty."""

from __future__ import annotations

from typing import Iterator, NamedTuple

import numpy as np
import pandas as pd

from kubesim.language import figures, say
from kubesim.telling.amounts import count, level, money, more, percent, signed, span
from kubesim.telling.group_events import cause_of
from kubesim.telling.lives import Life, Pair
from kubesim.telling.programme_events import shocks

VISIBLE, NOTABLE_MONEY = 0.005, 1000.0
"""Differences of shares, and of rupiah over all months, that are worth a line."""
EARNINGS = {"business_profit": "own business", "dividend": "dividends", "labour_earnings": "wages",
            "misuse": "taken from the joint capital", "solidarity_payment": "solidarity fund"}
"""The parts that a household's income is the sum of, in words."""
NEEDS = {"food": "food", "clothing": "clothing", "housing": "housing", "health": "health"}
REASONS = {"skill": "skill", "news": "market news", "capital": "its capital", "other": "other"}
PLAIN = {
    "group.active": "whether the group is at work", "in_group": "whether it is in the group",
    "group.members": "members", "group.capital_start": "capital granted", "knowledge": "knowledge",
    "group.visits": "companion's visits", "group.contact": "contact with the companion", "skill": "skill",
    "news": "market news", "effort": "effort", "group.institution": "books and rules of the group",
    "group.dividend": "dividend", "trust": "trust", "labour_earnings": "wages", "income": "income",
    "business_profit": "profit of the own business", "consumption": "consumption", "savings": "savings",
    "ill": "whether it is ill",
}
"""Columns that are often the first to differ, in words."""


class Link(NamedTuple):
    """One step of the chain; ``label`` begins with -> where it follows from what stands above it."""

    label: str
    text: str


def chain(pair: Pair) -> list[Link]:
    """Every step that differs between the two worlds, in the order in which one causes the next."""
    return [Link(say("first difference"), _first(pair)), *_shocks(pair), *_grant(pair), *_training(pair),
            *_companion(pair), *_skill(pair), *_news(pair), *_own_business(pair), *_dividends(pair),
            *_wages(pair), *_group(pair), *_income(pair), *_consumption(pair), *_poverty(pair), *_needs(pair)]


def _first(pair: Pair) -> str:
    """The first month and column that differ, as the state holds them."""
    first = pair.first_difference()
    if first is None:
        return say("None: both worlds are the same to the last digit in all months.")
    column = first.column.removeprefix("group.")
    return say("Month {month}, {words} ({table}.{column}): {here} (twin {twin}). Before that both worlds are "
               "the same to the last digit.", month=first.month, words=say(PLAIN.get(first.column, column)),
               table="households" if column == first.column else "groups", column=column,
               here=_as_held(first.here), twin=_as_held(first.twin))


def _as_held(value: float) -> str:
    """A column's value, short."""
    if isinstance(value, (bool, np.bool_)):
        return say("yes") if value else say("no")
    return figures(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.6g}")


# -- the world and the programme ---------------------------------------------------------------
def _shocks(pair: Pair) -> Iterator[Link]:
    here, twin = ([(event.month, event.text) for event in shocks(life)] for life in (pair.here, pair.twin))
    for month, text in here:
        if (month, text) not in twin:
            yield Link(say("shock"), say("Month {month}: {text}", month=month, text=text))
    for month, text in twin:
        if (month, text) not in here:
            yield Link(say("shock"), say("Month {month}, only for the twin: {text}", month=month, text=text))


def _grant(pair: Pair) -> Iterator[Link]:
    here, twin = pair.here["group.capital_start"].max(), pair.twin["group.capital_start"].max()
    if abs(here - twin) >= NOTABLE_MONEY:
        yield Link(say("grant"), say("Month {month}: joint capital of {here} (twin {twin}).",
                                     month=_first_month(pair, "group.capital_start"), here=money(here),
                                     twin=money(twin)))


def _training(pair: Pair) -> Iterator[Link]:
    if _visible(pair, "knowledge"):
        month = _first_month(pair, "knowledge")
        yield Link(say("training"), say("Month {month}: knowledge {here} (twin {twin}).", month=month,
                                        **_both(pair, "knowledge", month)))


def _companion(pair: Pair) -> Iterator[Link]:
    if _visible(pair, "group.visits") or _visible(pair, "group.contact"):
        yield Link(say("companion"), say("{here} (twin: {twin}).", here=_visited(pair.here),
                                         twin=_visited(pair.twin)))


def _visited(life: Life) -> str:
    visits, contact = life["group.visits"], life["group.contact"]
    months = visits.index[visits > 0]
    if not len(months):
        return say("no visits")
    return say("months {first} to {last}: {visits} visits a month, quality of contact up to {contact}",
               first=months[0], last=months[-1], visits=count(visits[months].mean()),
               contact=level(contact.max()))


# -- what it leads to --------------------------------------------------------------------------
def _skill(pair: Pair) -> Iterator[Link]:
    if _visible(pair, "skill"):
        month, last = _widest(pair, "skill"), int(pair.here.months.index[-1])
        ends = _both(pair, "skill", last)
        yield Link(say("-> skill"), say("Month {month}: {here} (twin {twin}), the largest difference; in the "
                                        "end {end} ({twin_end}).", month=month, **_both(pair, "skill", month),
                                        end=ends["here"], twin_end=ends["twin"]))


def _news(pair: Pair) -> Iterator[Link]:
    if _visible(pair, "news"):
        month = _widest(pair, "news")
        here, twin = (percent(np.expm1(life["news"][month])) for life in (pair.here, pair.twin))
        yield Link(say("-> market news"), say("Month {month}: adds {here} to profits (twin {twin}).",
                                              month=month, here=here, twin=twin))


def _own_business(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("business_profit").iloc[1:]
    if abs(gain.sum()) < NOTABLE_MONEY:
        return
    month = int(gain.abs().idxmax())
    words = say("{amount} in {span}; most in month {month}: {gain}", amount=more(gain.sum()),
                span=span(len(gain)), month=month, gain=more(gain[month]))
    reasons = ", ".join(say("{reason} {amount}", reason=say(REASONS[name]), amount=signed(part))
                        for name, part in why_profit_differs(pair, month).items()
                        if abs(part) >= NOTABLE_MONEY)
    yield Link(say("-> own business"), say("{words} ({reasons}).", words=words, reasons=reasons) if reasons
               else say("{words}.", words=words))


def why_profit_differs(pair: Pair, month: int) -> dict[str, float]:
    """The difference of a household's own profit cut into what causes it, Rp; empty for a group, and
    where there is no difference.

    Profit is a product: each factor gets the part of the difference that its logarithm has in the
    logarithm of the ratio, so that the parts add up.
    """
    if pair.here.who.kind != "household":
        return {}
    ours, theirs = (life["business_profit"][month] for life in (pair.here, pair.twin))
    if ours == theirs or min(ours, theirs) <= 0:
        return {}
    here, twin = (_log_profit(life, month) for life in (pair.here, pair.twin))
    ratio = np.log(ours / theirs)
    terms = {name: here[name] - twin[name] for name in here}
    rest = ratio - sum(terms.values())
    terms["other"] = rest if abs(rest) > 1e-9 else 0.0
    return {name: term / ratio * (ours - theirs) for name, term in terms.items()}


def _log_profit(life: Life, month: int) -> dict[str, float]:
    """What a household's own profit owes to skill, news and capital, in logarithms."""
    rules, now = life.scenario.business, life.months.loc[month]
    capital = life["business_capital"].get(month - 1, now["business_capital"])
    return {"skill": rules.skill_return * (now["skill"] - now["skill_start"]), "news": now["news"],
            "capital": rules.capital_return * np.log(max(capital / now["business_capital_start"], 1e-300))}


def _dividends(pair: Pair) -> Iterator[Link]:
    here, twin = pair.here["dividend"].iloc[1:], pair.twin["dividend"].iloc[1:]
    if abs(here.sum() - twin.sum()) >= NOTABLE_MONEY:
        yield Link(say("-> dividends"), say("{here} (twin: {twin}).", here=_paid(here), twin=_paid(twin)))


def _paid(dividend: pd.Series) -> str:
    if not dividend.any():
        return say("none")
    return say("{amount} in all, paid in {paid} of {span}", amount=money(dividend.sum()),
               paid=int((dividend > 0).sum()), span=span(len(dividend)))


def _wages(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("labour_earnings").iloc[1:].sum()
    if abs(gain) >= NOTABLE_MONEY:
        here, twin = _effort(pair.here), _effort(pair.twin)
        yield Link(say("-> wages"), say("{amount}.", amount=more(gain)) if here == twin else
                   say("{amount}; effort for the group: {here} (twin: {twin}).", amount=more(gain), here=here,
                       twin=twin))


def _effort(life: Life) -> str:
    member = life["in_group"] > 0
    if not member.any():
        return say("none")
    return say("{effort} of a full one in {span}", effort=percent(life["effort"][member].mean()),
               span=span(int(member.sum())))


def _group(pair: Pair) -> Iterator[Link]:
    """How the group fared, where it fared otherwise."""
    here, twin = _fate(pair.here), _fate(pair.twin)
    if here != twin:
        yield Link(say("-> the group"), say("{here} (twin: {twin}).", here=here, twin=twin))


def _fate(life: Life) -> str:
    active, trust = life["group.active"] > 0, life["group.mean_trust"]
    if not active.any():
        return say("no group")
    first, ended = int(active.idxmax()), int(life["group.ended"].iloc[-1])
    last = ended if ended > 0 else int(active.index[-1])
    told = say("trust goes from {before} in month {first} to {after} in month {last}", first=first,
               before=level(trust[first]), after=level(trust[last]), last=last)
    if ended > 0:
        return say("{told}, when the group breaks up: {cause}", told=told, cause=cause_of(life))
    return say("{told}, and the group lives", told=told)


# -- what comes of it --------------------------------------------------------------------------
def _income(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("income").iloc[1:]
    if abs(gain.sum()) >= NOTABLE_MONEY:
        yield Link(say("= income"), say("{amount} in {span}: {parts}.", amount=more(gain.sum()),
                                        span=span(len(gain)), parts=income_parts(pair, 1, gain.index[-1])))


def income_parts(pair: Pair, first: int, last: int, mean: bool = False) -> str:
    """What the difference of income in some months is made of, in words; empty where there is none."""
    gains = {name: pair.gain(name).loc[first:last] for name in EARNINGS}
    amounts = {name: gain.mean() if mean else gain.sum() for name, gain in gains.items()}
    return ", ".join(say("{part} {amount}", part=say(words), amount=signed(amounts[name]))
                     for name, words in EARNINGS.items() if abs(amounts[name]) >= NOTABLE_MONEY)


def _consumption(pair: Pair) -> Iterator[Link]:
    gain = pair.gain("consumption").iloc[1:]
    if abs(gain.sum()) >= NOTABLE_MONEY:
        share = percent(gain.sum() / pair.twin["consumption"].iloc[1:].sum(), 1)
        yield Link(say("-> consumption"), say("{amount} in {span} ({share}).", amount=more(gain.sum()),
                                              span=span(len(gain)), share=share))


def _poverty(pair: Pair) -> Iterator[Link]:
    here, twin = (life["poor"].iloc[1:] for life in (pair.here, pair.twin))
    if pair.gain("consumption").abs().sum() < NOTABLE_MONEY:
        return
    if pair.here.who.kind == "household":
        text = say("Poor in {here} of {span} (twin {twin}).", here=int(here.sum()), span=span(len(here)),
                   twin=int(twin.sum()))
    else:
        text = say("In an average month {here} of its households are poor (twin {twin}).",
                   here=percent(here.mean()), twin=percent(twin.mean()))
    yield Link(say("-> poverty"), text)


def _needs(pair: Pair) -> Iterator[Link]:
    last = int(pair.here.months.index[-1])
    needs = ", ".join(say("{need} {here} ({twin})", need=say(words), **_both(pair, name, last))
                      for name, words in NEEDS.items() if abs(pair.gain(name)[last]) >= VISIBLE)
    if needs:
        yield Link(say("-> needs"), say("Month {month}: {needs}; the twin's in brackets.", month=last,
                                        needs=needs))


def _visible(pair: Pair, column: str) -> bool:
    return bool(pair.gain(column).abs().max() >= VISIBLE)


def _widest(pair: Pair, column: str) -> int:
    """The month of the largest difference."""
    return int(pair.gain(column).abs().idxmax())


def _first_month(pair: Pair, column: str) -> int:
    """The first month of a visible difference."""
    gain = pair.gain(column).abs()
    return int(gain.index[gain >= VISIBLE][0])


def _both(pair: Pair, column: str, month: int) -> dict[str, str]:
    return {"here": level(pair.here[column][month]), "twin": level(pair.twin[column][month])}
