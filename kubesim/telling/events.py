"""Events: what happens in a life, month by month, and how much each of them matters."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple, Sequence

from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import say
from kubesim.plots.formats import percent
from kubesim.state import Cause, Stage
from kubesim.telling.amounts import count, level, money
from kubesim.telling.lives import Life

SMALL, MIDDLING, GREAT = 1, 2, 3        # how much an event matters
LASTING = 3                             # months after which a change counts as one
NOTABLE_MISUSE = 0.01                   # share of the joint capital taken in a month
SHOCKS = {"flood": "A flood", "illness_wave": "A wave of illness", "demand_slump": "A slump in demand",
          "pandemic": "A pandemic"}
STAGES = {Stage.GROWING: "growing (tumbuh)", Stage.DEVELOPING: "developing (berkembang)",
          Stage.INDEPENDENT: "independent (mandiri)"}


class Event(NamedTuple):
    """Something that happens in a month; ``mark`` is what a picture calls it, empty for nothing."""

    month: int
    text: str
    weight: int
    mark: str = ""


def events_of(life: Life) -> list[Event]:
    """Everything worth telling of a life, in order of the months."""
    found = [*_shocks(life)]
    if life.group is not None:
        found += [*_programme(life), *_visits(life), *_joint_business(life), *_membership(life), *_stages(life)]
    if life.who.kind == "household":
        found += [*_health(life), *_own_business(life), *_poverty(life), *_debt(life)]
    return sorted(found, key=lambda event: event.month)


class Run(NamedTuple):
    """Months in a row with the same value."""

    start: int
    length: int
    value: Any


def runs(values: Sequence[Any]) -> list[Run]:
    """A column cut into runs of equal values."""
    found: list[Run] = []
    for month, value in enumerate(values):
        if found and found[-1].value == value:
            found[-1] = found[-1]._replace(length=found[-1].length + 1)
        else:
            found.append(Run(month, 1, value))
    return found


def lasting(values: Sequence[Any]) -> Iterator[Run]:
    """Runs that last, each of another value than the one before it; the first value is not told."""
    known = None
    for run in runs(values):
        if known is None:
            known = run.value
        elif run.value != known and run.length >= LASTING:
            known = run.value
            yield run


# -- what the world and the programme do -------------------------------------------------------
def _shocks(life: Life) -> Iterator[Event]:
    for shock in life.scenario.shocks:
        strikes = not shock.districts or life.district in shock.districts
        if strikes and shock.start_month < len(life.months):
            name = say(SHOCKS[shock.kind]) if shock.kind in SHOCKS else shock.name
            yield Event(shock.start_month, say("{shock} strikes {district} (lasts {months} months).", shock=name,
                                               district=life.district, months=shock.duration), GREAT, name)


def _programme(life: Life) -> Iterator[Event]:
    """The group's start, its grants, its training and whatever else the programme holds."""
    months, formed = life.months, life["group.active"]
    begins = int(life["group.start_month"].iloc[0])
    if formed.any():
        yield Event(begins, say("{members} households form group {group}.", group=life.group,
                                members=count(life["group.size"].iloc[0])), GREAT, say("group forms"))
    for intervention in life.scenario.interventions:
        first = begins + intervention.start_month - 1
        if isinstance(intervention, Diklat):
            for month in range(first, first + intervention.sessions * intervention.session_gap,
                               intervention.session_gap):
                if 0 < month < len(months):
                    yield _training(life, intervention, month)
        elif isinstance(intervention, SavingsAndLoan):
            granted = life[f"group.{intervention.name}.granted"].diff()
            yield from (Event(month, say("The group gets a second grant of {amount}, {share} of it for a loan fund.",
                                         amount=money(intervention.amount), share=percent(intervention.loan_share)),
                              GREAT, say("second grant")) for month in granted.index[granted == 1])
        elif not isinstance(intervention, (Companionship, UepGrant)) and 0 < first < len(months) and formed[first]:
            yield Event(first, say("{name} begins.", name=intervention.name), MIDDLING, intervention.name)
    yield from _grants(life)


def _grants(life: Life) -> Iterator[Event]:
    """Joint capital granted, and what each member gets for itself."""
    joint = life["group.capital_start"].diff()
    for month in range(1, len(joint)):
        own = sum(_own_part(life, grant, month) for grant in life.scenario.interventions
                  if isinstance(grant, UepGrant))
        if joint[month] > 0 and own:
            words = say("A grant of {joint} becomes joint capital; each member gets {own} of its own.",
                        joint=money(joint[month]), own=money(own))
        elif joint[month] > 0:
            words = say("A grant of {joint} becomes joint capital.", joint=money(joint[month]))
        elif own:
            words = say("A grant gives each member {own} of its own.", own=money(own))
        else:
            continue
        yield Event(month, words, GREAT, say("grant"))


def _own_part(life: Life, grant: UepGrant, month: int) -> float:
    """What the grant gives each member alone this month, Rp."""
    since = month - (life["group.start_month"].iloc[0] + grant.start_month - 1)
    due = since >= 0 and since % grant.tranche_gap == 0 and since < grant.tranches * grant.tranche_gap
    if not due or not life["group.active"][month]:
        return 0.0
    worth = grant.goods_value if grant.in_goods else 1.0
    return grant.per_member / grant.tranches * worth * (1 - grant.joint_share)


def _training(life: Life, diklat: Diklat, month: int) -> Event:
    knowledge, skill = life["knowledge"], life["skill"]
    if knowledge[month] <= knowledge[month - 1]:
        return Event(month, say("Misses a training of {hours} hours.", hours=count(diklat.hours / diklat.sessions)),
                     MIDDLING, say("misses training"))
    return Event(month, say("Training of {hours} hours, {share} of them practice: knowledge rises from {before} to "
                            "{after}, skill from {skill_before} to {skill_after}.",
                            hours=count(diklat.hours / diklat.sessions), share=percent(diklat.practice_share),
                            before=level(knowledge[month - 1]), after=level(knowledge[month]),
                            skill_before=level(skill[month - 1]), skill_after=level(skill[month])),
                 GREAT, say("training"))


def _visits(life: Life) -> Iterator[Event]:
    """A companion's visits begin, change or end; one companion follows another."""
    visits, contact = life["group.visits"].round(6), life["group.contact"]
    departures = life["companion.departures"].diff()
    for month in range(1, len(visits)):
        before, now = visits[month - 1], visits[month]
        if now and not before:
            yield Event(month, say("A companion begins to visit: {visits} visits a month.", visits=count(now)),
                        GREAT, say("visits begin"))
        elif before and not now:
            yield Event(month, say("The companion's visits end; contact with her was worth {contact} of what is "
                                   "possible.", contact=percent(contact[month - 1])), GREAT, say("visits end"))
        elif now and abs(now / before - 1) > 0.2:
            yield Event(month, say("The companion now visits {now} times a month, not {before}.", now=count(now),
                                   before=count(before)), SMALL, say("visits change"))
        if now and departures[month] > 0:
            yield Event(month, say("The companion leaves; a new one comes, and the group must get to know her."),
                        MIDDLING, say("new companion"))


# -- the group ---------------------------------------------------------------------------------
def _joint_business(life: Life) -> Iterator[Event]:
    capital, profit, dividend = life["group.capital"], life["group.profit"], life["group.dividend"]
    struck, quarrel, trust = life["group.mishap"], life["group.quarrel"], life["group.mean_trust"]
    for month in range(1, len(capital)):
        if struck[month]:
            yield Event(month, say("Theft or spoilage in the joint business: {profit} of profit in this month, "
                                   "{capital} of capital left.", profit=money(profit[month]),
                                   capital=money(capital[month])), MIDDLING, say("joint loss"))
        if quarrel[month]:
            yield Event(month, say("A quarrel in the group: its members' trust goes from {before} to {after}.",
                                   before=level(trust[month - 1]), after=level(trust[month])), MIDDLING,
                        say("quarrel"))
    paid = dividend.index[dividend > 0]
    if len(paid):
        yield Event(int(paid[0]), say("The first dividend: {amount} for each member.",
                                      amount=money(dividend[paid[0]])), SMALL)
    for run in runs((life["group.loss_month"].astype(bool) & ~struck.astype(bool)).tolist()):
        if run.value:
            lost = profit[run.start:run.start + run.length - 1].sum()
            yield Event(run.start, say("The joint business loses {amount} in this month.", amount=money(-lost))
                        if run.length == 1 else
                        say("The joint business runs at a loss for {months} months: {amount} in all.",
                            months=run.length, amount=money(-lost)), SMALL)
    yield from _misuse(life)


def _misuse(life: Life) -> Iterator[Event]:
    """The first month in which members take a notable part of the joint capital for themselves."""
    taken = life["group.share_taken"]
    high = taken.index[(taken >= NOTABLE_MISUSE) & (life["group.capital"] > 0)]
    if len(high):
        yield Event(int(high[0]), say("Members in need take {share} of the joint capital for themselves.",
                                      share=percent(taken[high[0]], 1)), MIDDLING, say("misuse"))


def _membership(life: Life) -> Iterator[Event]:
    """Members who leave, and the end of the group with its cause."""
    members, active, own = life["group.members"], life["group.active"], life["in_group"]
    for month in range(1, len(members)):
        if active[month] and active[month - 1] and life.who.kind == "household" and own[month - 1] > own[month]:
            yield Event(month, say("Leaves the group: its trust is down to {trust}, and the last dividend was "
                                   "{dividend}.", trust=level(life["trust"][month]),
                                   dividend=money(life["group.dividend"][month])), GREAT, say("leaves"))
        elif active[month] and life["group.size"][month] >= members[month - 1] > members[month]:
            yield Event(month, say("A member leaves the group; {members} are left.", members=count(members[month])),
                        SMALL)
        if life["group.ended"][month] == month:
            yield Event(month, say("The group breaks up: {cause}.", cause=cause_of(life)), GREAT, say("break-up"))


def cause_of(life: Life) -> str:
    """Why the group broke up, in words."""
    rules = life.scenario.membership
    cause = Cause(int(life["group.cause"].iloc[-1]))
    if cause is Cause.TRUST:
        return say("for {months} months its members' trust was below {trust}", months=rules.patience,
                   trust=level(rules.trust_to_last))
    if cause is Cause.CAPITAL:
        return say("too little of its capital is left")
    return say("too few members are left")


def _stages(life: Life) -> Iterator[Event]:
    """Stages that last, and falling back from them."""
    stages = [int(stage) for stage in life["group.stage"]]
    known = Stage.GROWING
    for run in lasting(stages):
        if run.value not in (Stage.NONE, known):
            words = (say("The group is now {stage}.", stage=say(STAGES[Stage(run.value)])) if run.value > known else
                     say("The group falls back to {stage}.", stage=say(STAGES[Stage(run.value)])))
            yield Event(run.start, words, MIDDLING, say("stage") if run.value > known else "")
            known = Stage(run.value)


# -- the household -----------------------------------------------------------------------------
def _health(life: Life) -> Iterator[Event]:
    for run in runs(life["ill"].astype(bool).tolist()):
        if run.value:
            yield Event(run.start, say("Somebody who earns falls seriously ill."), MIDDLING, say("ill"))
        elif run.start:
            yield Event(run.start, say("The illness is over."), SMALL)
    paid = life["solidarity_payment"]
    for month in paid.index[paid >= 1]:
        yield Event(int(month), say("The group's solidarity fund pays {amount}.", amount=money(paid[month])), SMALL)


def _own_business(life: Life) -> Iterator[Event]:
    capital = life["business_capital"]
    for month in range(1, len(capital)):
        if life["mishap"][month]:
            yield Event(month, say("Theft or spoilage in its own business: capital goes from {before} to {after}.",
                                   before=money(capital[month - 1]), after=money(capital[month])), MIDDLING,
                        say("own loss"))


def _poverty(life: Life) -> Iterator[Event]:
    """Poverty that lasts, and its end; a month or two across the line is no event."""
    standard = life["living_standard"]
    for run in lasting(life["poor"].astype(bool).tolist()):
        told = {"months": run.length, "amount": money(life["consumption"][run.start]),
                "share": percent(standard[run.start])}
        yield Event(run.start, say("Falls into poverty for {months} months: consumes {amount}, {share} of its "
                                   "poverty line.", **told) if run.value else
                    say("Climbs out of poverty: consumes {amount}, {share} of its poverty line.", **told), MIDDLING,
                    say("poor") if run.value else say("not poor"))


def _debt(life: Life) -> Iterator[Event]:
    savings, help_of_kin = life["savings"], life["kin_help"]
    for run in lasting((savings < 0).tolist()):
        yield Event(run.start, say("Is in debt: owes {amount}.", amount=money(-savings[run.start])) if run.value
                    else say("Is out of debt."), SMALL)
    for run in runs((help_of_kin >= 1).tolist()):
        if run.value:
            yield Event(run.start, say("Kin help with {amount}, because the money does not reach for the least "
                                       "it must spend.", amount=money(help_of_kin[run.start])), SMALL)
