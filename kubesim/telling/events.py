"""Events: what happens in a life, month by month."""

from __future__ import annotations

from typing import Iterator

from kubesim.language import say
from kubesim.telling.amounts import money, percent, span
from kubesim.telling.group_events import joint_business, membership, stages
from kubesim.telling.lives import Life
from kubesim.telling.moments import MIDDLING, SMALL, Event, concerns, lasting, runs
from kubesim.telling.programme_events import programme, shocks, visits


def events_of(life: Life) -> list[Event]:
    """Everything worth telling of a life, in order of the months."""
    found = [*shocks(life)]
    if life.group is not None:
        found += [*programme(life), *visits(life), *membership(life)]
        found += [event for event in (*joint_business(life), *stages(life)) if concerns(life, event.month)]
    if life.who.kind == "household":
        found += [*_health(life), *_own_business(life), *_poverty(life), *_debt(life), *_kin(life)]
    return sorted(found, key=lambda event: event.month)


def _health(life: Life) -> Iterator[Event]:
    for run in runs(life["ill"].astype(bool).tolist()):
        if run.value:
            words = say("A worker of the household is seriously ill for {span}.", span=span(run.length))
            yield Event(run.start, words, MIDDLING, say("ill"))
    paid = life["solidarity_payment"]
    for month in paid.index[paid >= 1]:
        words = say("The group's solidarity fund pays {amount}.", amount=money(paid[month]))
        yield Event(int(month), words, SMALL)


def _own_business(life: Life) -> Iterator[Event]:
    capital, struck = life["business_capital"], life["mishap"].astype(bool)
    for month in capital.index[struck][capital.index[struck] > 0]:
        words = say("Theft or spoilage in its own business: capital goes from {before} to {after}.",
                    before=money(capital[month - 1]), after=money(capital[month]))
        yield Event(int(month), words, MIDDLING, say("own loss"))


def _poverty(life: Life) -> Iterator[Event]:
    """Poverty that lasts, and its end; a month or two across the line is no event."""
    for run in lasting(life["poor"].astype(bool).tolist()):
        told = {"span": span(run.length), "amount": money(life["consumption"][run.start]),
                "share": percent(life["living_standard"][run.start])}
        if run.value:
            words = say("Falls into poverty, for {span} in a row: consumes {amount}, {share} of its poverty "
                        "line.", **told)
            yield Event(run.start, words, MIDDLING, say("poor"))
        else:
            words = say("Climbs out of poverty, for {span} in a row: consumes {amount}, {share} of its "
                        "poverty line.", **told)
            yield Event(run.start, words, MIDDLING, say("not poor"))


def _debt(life: Life) -> Iterator[Event]:
    savings = life["savings"]
    for run in lasting((savings < 0).tolist()):
        words = (say("Is in debt: owes {amount}.", amount=money(-savings[run.start])) if run.value else
                 say("Is out of debt."))
        yield Event(run.start, words, SMALL)


def _kin(life: Life) -> Iterator[Event]:
    helped = life["kin_help"]
    for run in runs((helped >= 1).tolist()):
        if run.value:
            words = say("Kin help with {amount}: its money does not reach for the least that it must spend.",
                        amount=money(helped[run.start]))
            yield Event(run.start, words, SMALL)
