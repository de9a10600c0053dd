"""What the world does to whole districts."""

from __future__ import annotations


def strike(model, shock) -> None:
    """Let a shock act in the districts that it names (all, if none), while it lasts."""
    if shock.start_month <= model.month < shock.start_month + shock.duration:
        struck = [district for district in model.districts
                  if not shock.districts or district.name in shock.districts]
        CALAMITIES[shock.kind](model, shock, struck)


def flood(model, shock, struck) -> None:
    """Work suffers while it lasts; stock and homes are lost in the first month."""
    for district in struck:
        district.labour *= 1 - shock.earnings
    if model.month > shock.start_month:
        return
    decision = f"shocks.{shock.name}.hits "
    for household, chance in zip(model.households, model.uniform(decision + "household", model.households)):
        if household.district in struck and chance < shock.reach:
            model.lost += shock.own_stock * household.business_capital
            household.business_capital *= 1 - shock.own_stock
            household.housing *= 1 - shock.housing
            household.clothing *= 1 - shock.clothing
    for group, chance in zip(model.groups, model.uniform(decision + "group", model.groups)):
        if group.district in struck and chance < shock.reach:
            model.lost += shock.joint_stock * group.capital
            group.capital *= 1 - shock.joint_stock


def illness_wave(model, shock, struck) -> None:
    """More people fall ill."""
    for district in struck:
        district.illness *= shock.times


def demand_slump(model, shock, struck) -> None:
    """Every business sells for less."""
    for district in struck:
        district.demand *= 1 - shock.fall


def pandemic(model, shock, struck) -> None:
    """Less work, less demand, more illness, and people kept apart."""
    for district in struck:
        district.labour *= 1 - shock.earnings
        district.demand *= 1 - shock.demand
        district.illness *= shock.illness
        district.visits *= 1 - shock.apart
        district.meetings *= 1 - shock.apart


CALAMITIES = {"flood": flood, "illness_wave": illness_wave, "demand_slump": demand_slump,
              "pandemic": pandemic}
