"""The months of a story: events of both worlds side by side, quiet months merged."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

from kubesim.language import say
from kubesim.telling.amounts import money, percent
from kubesim.telling.chain import income_parts
from kubesim.telling.lives import HERE, TWIN, Pair
from kubesim.telling.moments import GREAT, MIDDLING, SMALL, Event

BOTH = "both"
DETAIL = ((SMALL, 2), (MIDDLING, 2), (MIDDLING, 3), (MIDDLING, 6), (GREAT, 3), (GREAT, 12))
"""From more detail to less: the least weight of an event, and the fewest quiet months that are told."""


class Row(NamedTuple):
    """What happens in some months; ``world`` is here, twin, both, or empty for a comparison."""

    first: int
    last: int
    world: str
    text: str

    @property
    def when(self) -> str:
        """The months in words."""
        if self.first == self.last:
            return say("Month {month}", month=self.first)
        return say("Months {first} to {last}", first=self.first, last=self.last)


def every_month(pair: Pair, events: Mapping[str, Sequence[Event]]) -> list[Row]:
    """A comparison of both worlds for each month, and all events."""
    by_month = _happened(events, SMALL)
    return [row for month in pair.here.months.index
            for row in (_compared(pair, month, month), *by_month.get(month, ()))]


def in_short(pair: Pair, events: Mapping[str, Sequence[Event]], room: int) -> list[Row]:
    """The weightiest events and comparisons of the months between them, in about ``room`` rows."""
    for weight, fewest in DETAIL:
        rows, done = [], 0
        by_month = _happened(events, weight)
        for month in [*sorted(by_month), int(pair.here.months.index[-1]) + 1]:
            if month - done - 1 >= fewest:
                rows.append(_compared(pair, done + 1, month - 1))
            rows += by_month.get(month, ())
            done = month
        if len(rows) <= room:
            break
    return rows


def _happened(events: Mapping[str, Sequence[Event]], weight: int) -> dict[int, list[Row]]:
    """Events of at least this weight by month: those of both worlds first, then here, then the twin's."""
    here, twin = ([event for event in events[world] if event.weight >= weight] for world in (HERE, TWIN))
    shared = {(event.month, event.text) for event in here} & {(event.month, event.text) for event in twin}
    by_month: dict[int, list[Row]] = {}
    for world, found in ((BOTH, here), (HERE, here), (TWIN, twin)):
        for event in found:
            if ((event.month, event.text) in shared) == (world == BOTH):
                by_month.setdefault(event.month, []).append(Row(event.month, event.month, world, event.text))
    return by_month


def _compared(pair: Pair, first: int, last: int) -> Row:
    """What both consumed in some months, how often they were poor, and what makes the difference."""
    here, twin = (life.months.loc[first:last] for life in (pair.here, pair.twin))
    told = {"here": money(here["consumption"].mean()), "twin": money(twin["consumption"].mean())}
    if pair.here.who.kind == "group":
        words = say("A household consumes {here} a month (twin {twin}); {poor} are poor (twin {twin_poor}).",
                    **told, poor=percent(here["poor"].mean()), twin_poor=percent(twin["poor"].mean()))
    elif first == last:
        share, twin_share = (percent(life["living_standard"].mean()) for life in (here, twin))
        words = say("Consumes {here}, {share} of its poverty line (twin {twin}, {twin_share}).", **told,
                    share=share, twin_share=twin_share)
    else:
        words = say("Consumes {here} a month (twin {twin}); poor in {poor} of {months} months (twin "
                    "{twin_poor}).", **told, poor=int(here["poor"].sum()), months=len(here),
                    twin_poor=int(twin["poor"].sum()))
    parts = income_parts(pair, first, last, mean=True)
    if parts and first == last:
        words = say("{words} Income against the twin's: {parts}.", words=words, parts=parts)
    elif parts:
        words = say("{words} Income a month against the twin's: {parts}.", words=words, parts=parts)
    return Row(first, last, "", words)
