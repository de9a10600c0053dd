"""Events that the world and the programme bring: shocks, grants, training, a companion's visits."""

from __future__ import annotations

from typing import Iterator

from kubesim.extensions import Intervention
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.savings_and_loan import SavingsAndLoan
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import say
from kubesim.telling.amounts import count, level, money, percent, span
from kubesim.telling.lives import Life
from kubesim.telling.moments import GREAT, MIDDLING, SMALL, Event

SHOCKS = {"flood": "A flood", "illness_wave": "A wave of illness", "demand_slump": "A slump in demand",
          "pandemic": "A pandemic"}


def shocks(life: Life) -> Iterator[Event]:
    """What strikes the district."""
    for shock in life.scenario.shocks:
        if shock.reaches(life.district) and shock.start_month < len(life.months):
            name = say(SHOCKS[shock.kind]) if shock.kind in SHOCKS else shock.name
            words = say("{shock} strikes {district} for {span}.", shock=name, district=life.district,
                        span=span(shock.duration))
            yield Event(shock.start_month, words, GREAT, name)


def programme(life: Life) -> Iterator[Event]:
    """The group's start, its grants, its training and whatever else the programme holds."""
    if life["group.active"].any():
        yield Event(_begins(life), _forms(life), GREAT, say("group forms"))
    yield from _grants(life)
    for intervention in life.scenario.interventions:
        if not intervention.reaches(life.district):
            continue
        if isinstance(intervention, Diklat):
            yield from _training(life, intervention)
        elif isinstance(intervention, SavingsAndLoan):
            yield from _second_grant(life, intervention)
        elif not isinstance(intervention, (Companionship, UepGrant)):
            yield from _whatever(life, intervention)


def _begins(life: Life) -> int:
    """The month in which the group's programme begins."""
    return int(life["group.start_month"].iloc[0])


def _forms(life: Life) -> str:
    size = life["group.size"].iloc[0]
    if life.who.kind == "group":
        return say("{members} households form the group.", members=count(size))
    return say("Forms group {group} with {others} other households.", group=life.group,
               others=count(size - 1))


def _grants(life: Life) -> Iterator[Event]:
    """Joint capital granted, and what each member gets for itself."""
    joint = life["group.capital_start"].diff()
    for month in range(1, len(joint)):
        own = sum(_own_part(life, grant, month) for grant in life.scenario.interventions
                  if isinstance(grant, UepGrant) and grant.reaches(life.district))
        told = {"joint": money(joint[month]), "own": money(own)}
        if joint[month] > 0 and own:
            words = say("A grant of {joint} becomes joint capital; each member gets {own} of its own.",
                        **told)
        elif joint[month] > 0:
            words = say("A grant of {joint} becomes joint capital.", joint=told["joint"])
        elif own:
            words = say("A grant gives each member {own} of its own.", own=told["own"])
        else:
            continue
        yield Event(month, words, GREAT, say("grant"))


def _own_part(life: Life, grant: UepGrant, month: int) -> float:
    """What the grant gives each member alone this month, Rp."""
    since = month - (_begins(life) + grant.start_month - 1)
    due = since >= 0 and since % grant.tranche_gap == 0 and since < grant.tranches * grant.tranche_gap
    if not due or not life["group.active"][month]:
        return 0.0
    worth = grant.goods_value if grant.in_goods else 1.0
    return grant.per_member / grant.tranches * worth * (1 - grant.joint_share)


def _training(life: Life, diklat: Diklat) -> Iterator[Event]:
    """Every session in which something is taught, and those that the household misses."""
    knowledge, skill, hours = life["knowledge"], life["skill"], count(diklat.hours / diklat.sessions)
    first = _begins(life) + diklat.start_month - 1
    for session in range(diklat.sessions if diklat.hours else 0):
        month = first + session * diklat.session_gap
        if month >= len(knowledge):
            return
        if knowledge[month] <= knowledge[month - 1]:
            yield Event(month, say("Misses a training of {hours} hours.", hours=hours), MIDDLING,
                        say("misses training"))
            continue
        words = say("Training of {hours} hours, {share} of them practice: knowledge rises from {before} to "
                    "{after}, skill from {skill_before} to {skill_after}.", hours=hours,
                    share=percent(diklat.practice_share), before=level(knowledge[month - 1]),
                    after=level(knowledge[month]), skill_before=level(skill[month - 1]),
                    skill_after=level(skill[month]))
        yield Event(month, words, GREAT, say("training"))


def _second_grant(life: Life, top_up: SavingsAndLoan) -> Iterator[Event]:
    granted = life[f"group.{top_up.name}.granted"].astype(float).diff()
    for month in granted.index[granted == 1]:
        words = say("The group gets a second grant of {amount}, {share} of it for a loan fund.",
                    amount=money(top_up.amount), share=percent(top_up.loan_share))
        yield Event(int(month), words, GREAT, say("second grant"))


def _whatever(life: Life, intervention: Intervention) -> Iterator[Event]:
    """That another intervention begins for a living group."""
    first = _begins(life) + intervention.start_month - 1
    if first < len(life.months) and life["group.active"][first]:
        yield Event(first, say("{name} begins.", name=intervention.name), MIDDLING, intervention.name)


def visits(life: Life) -> Iterator[Event]:
    """A companion's visits begin, change or end; one companion follows another."""
    made, contact, companion = life["group.visits"].round(6), life["group.contact"], life["group.companion"]
    departures = life["companion.departures"].diff()
    for month in range(1, len(made)):
        before, now = made[month - 1], made[month]
        told = {"now": count(now), "before": count(before)}
        if now and not before:
            words = say("A companion begins to visit: {now} visits a month.", now=told["now"])
            yield Event(month, words, GREAT, say("visits begin"))
        elif before and not now:
            words = say("The companion's visits end; the quality of contact with her had come to {contact}.",
                        contact=level(contact[month - 1]))
            yield Event(month, words, GREAT, say("visits end"))
        elif now and abs(now / before - 1) > 0.2:
            words = say("The companion now visits {now} times a month, not {before}.", **told)
            yield Event(month, words, SMALL, say("visits change"))
        if now and companion[month] == companion[month - 1] and departures[month] > 0:
            words = say("The companion leaves; a new one comes, whom the group must get to know.")
            yield Event(month, words, MIDDLING, say("new companion"))
