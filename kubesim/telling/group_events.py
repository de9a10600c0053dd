"""Events in the group: losses, quarrels, misuse, members who leave, stages, break-up."""

from __future__ import annotations

from typing import Iterator

from kubesim.language import say
from kubesim.columns import Cause, Stage
from kubesim.telling.amounts import count, level, money, percent, span
from kubesim.telling.lives import Life
from kubesim.telling.moments import GREAT, MIDDLING, SMALL, Event, concerns, lasting, runs

NOTABLE_MISUSE = 0.01                   # share of the joint capital taken in a month
STAGES = {Stage.GROWING: "growing (tumbuh)", Stage.DEVELOPING: "developing (berkembang)",
          Stage.INDEPENDENT: "independent (mandiri)"}


def joint_business(life: Life) -> Iterator[Event]:
    """Losses, quarrels, the first dividend and what members take."""
    yield from _losses(life)
    yield from _quarrels(life)
    dividend = life["group.dividend"]
    for month in dividend.index[dividend > 0][:1]:
        words = say("The first dividend: {amount} for each member.", amount=money(dividend[month]))
        yield Event(int(month), words, SMALL)
    taken = life["group.share_taken"]
    for month in taken.index[(taken >= NOTABLE_MISUSE) & (life["group.capital"] > 0)][:1]:
        words = say("Members in need take {share} of the joint capital for themselves.",
                    share=percent(taken[month], 1))
        yield Event(int(month), words, MIDDLING, say("misuse"))


def _losses(life: Life) -> Iterator[Event]:
    """Theft and spoilage, and months in which the business earns less than it costs."""
    capital, profit, struck = life["group.capital"], life["group.profit"], life["group.mishap"].astype(bool)
    for month in capital.index[struck]:
        result = (say("a loss of {amount}", amount=money(-profit[month])) if profit[month] < 0 else
                  say("only {amount} of profit", amount=money(profit[month])))
        words = say("Theft or spoilage in the joint business: {result} in this month, {capital} of capital "
                    "left.", result=result, capital=money(capital[month]))
        yield Event(int(month), words, MIDDLING, say("joint loss"))
    for run in runs((life["group.loss_month"].astype(bool) & ~struck).tolist()):
        if run.value:
            lost = -profit.iloc[run.start:run.start + run.length].sum()
            words = say("The joint business runs at a loss for {span}: {amount} in all.",
                        span=span(run.length), amount=money(lost))
            yield Event(run.start, words, SMALL)


def _quarrels(life: Life) -> Iterator[Event]:
    quarrel, trust = life["group.quarrel"].astype(bool), life["group.mean_trust"]
    for month in quarrel.index[quarrel]:
        if life["group.active"][month - 1]:
            words = say("A quarrel in the group: its members' trust goes from {before} to {after}.",
                        before=level(trust[month - 1]), after=level(trust[month]))
        else:
            words = say("A quarrel in the new group: its members' trust is {after}.",
                        after=level(trust[month]))
        yield Event(int(month), words, MIDDLING, say("quarrel"))


def membership(life: Life) -> Iterator[Event]:
    """Members who leave, and the end of the group with its cause."""
    members, active, ended = life["group.members"], life["group.active"], life["group.ended"]
    own = life["in_group"] if life.who.kind == "household" else active
    for month in range(1, len(members)):
        lived_on = active[month] and active[month - 1]
        if lived_on and own[month] < own[month - 1]:
            words = say("Leaves the group: its trust is {trust}, and the last dividend, {dividend}, was less "
                        "than its time is worth.", trust=level(life["trust"][month]),
                        dividend=money(life["group.dividend"][month]))
            yield Event(month, words, GREAT, say("leaves"))
        elif lived_on and members[month] < members[month - 1]:
            words = say("A member leaves the group; {members} are left.", members=count(members[month]))
            yield Event(month, words, SMALL)
        if ended[month] == month and concerns(life, month):
            words = say("The group breaks up: {cause}.", cause=cause_of(life))
            yield Event(month, words, GREAT, say("break-up"))
        elif ended[month] == month:
            words = say("The group that it has left breaks up: {cause}.", cause=cause_of(life))
            yield Event(month, words, SMALL, say("break-up"))


def cause_of(life: Life) -> str:
    """Why the group broke up, in words."""
    rules = life.scenario.membership
    cause = Cause(int(life["group.cause"].iloc[-1]))
    if cause is Cause.TRUST:
        return say("for {span} its members' trust was below {trust}", span=span(rules.patience),
                   trust=level(rules.trust_to_last))
    if cause is Cause.CAPITAL:
        return say("too little of its capital is left")
    return say("too few members are left")


def stages(life: Life) -> Iterator[Event]:
    """Stages that last, and falling back from them."""
    known = int(Stage.GROWING)
    for run in lasting([int(stage) for stage in life["group.stage"]]):
        if run.value in (Stage.NONE, known):
            continue
        stage = say(STAGES[Stage(run.value)])
        if run.value > known:
            yield Event(run.start, say("The group is now {stage}.", stage=stage), MIDDLING, say("rises"))
        else:
            words = say("The group falls back to {stage}.", stage=stage)
            yield Event(run.start, words, MIDDLING, say("falls back"))
        known = run.value
