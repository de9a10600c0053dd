"""What can be moved on the page: levers of a design, and what holds in all worlds that are compared."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

from kubesim.errors import ScenarioError
from kubesim.extensions import Extension, Intervention, Shock
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import phrase, say
from kubesim.scenario import Scenario
from kubesim.shocks.demand_slump import DemandSlump
from kubesim.shocks.flood import Flood
from kubesim.shocks.illness_wave import IllnessWave
from kubesim.shocks.pandemic import Pandemic

MOST_HOUSEHOLDS, MOST_MONTHS = 5_000, 120
"""Limits of one session; the command line has none."""
PERCENT = 0.01


class Lever(NamedTuple):
    """A number that can be moved. ``path`` is its place in a scenario, where ``{section}`` stands for
    the intervention that it belongs to; ``one`` is what 1 on the page is in the model's unit."""

    key: str                    # in the address
    section: str                # kind of the intervention that must be there; empty for none
    path: str
    title: str
    unit: str
    low: float                  # ends of the slider, as shown on the page
    high: float
    step: float
    one: float = 1.0
    whole: bool = False         # the model wants a whole number

    def in_model(self, shown: float) -> float | int:
        """What the page shows, in the model's unit."""
        held = shown * self.one
        return int(held) if self.whole and held == int(held) else round(held, 9)

    def on_page(self, held: float) -> float:
        """A value of the model as the page shows it."""
        return round(held / self.one, 6)


class Switch(NamedTuple):
    """Something that is there or not."""

    key: str
    kind: type[Extension]
    title: str


SWITCHES = (Switch("grant", UepGrant, phrase("Grant")), Switch("training", Diklat, phrase("Training")),
            Switch("companion", Companionship, phrase("Companions")))
"""Parts of a programme; levers stand under the part that they belong to."""
SHOCKS = (Switch("flood", Flood, phrase("Flood")), Switch("illness", IllnessWave, phrase("Wave of illness")),
          Switch("pandemic", Pandemic, phrase("Pandemic")), Switch("slump", DemandSlump, phrase("Slump in demand")))

LEVERS = (
    Lever("per_member", "uep_grant", "{section}.per_member", phrase("Grant per member"), phrase("million Rp"),
          0, 10, 0.25, 1e6),
    Lever("hours", "diklat", "{section}.hours", phrase("Training hours"), phrase("hours"), 0, 120, 4),
    Lever("practice", "diklat", "{section}.practice_share", phrase("Share of field practice"), "%",
          0, 100, 5, PERCENT),
    Lever("relevance", "diklat", "{section}.relevance", phrase("Relevance of the curriculum"), "%",
          0, 100, 5, PERCENT),
    Lever("facilities", "diklat", "{section}.facilities", phrase("Facilities"), "%", 0, 100, 5, PERCENT),
    Lever("trainer", "diklat", "{section}.trainer_experience", phrase("Trainers' practical experience"), "%",
          0, 100, 5, PERCENT),
    Lever("competence", "companionship", "{section}.competence", phrase("Companions' competence"), "%",
          0, 100, 5, PERCENT),
    Lever("experience", "companionship", "{section}.experience", phrase("Companions' practical experience"), "%",
          0, 100, 5, PERCENT),
    Lever("caseload", "companionship", "{section}.caseload", phrase("Groups per companion"), phrase("groups"),
          1, 30, 1),
    Lever("visiting", "companionship", "{section}.months", phrase("Months of visits"), phrase("months"),
          0, 60, 3, 1, True),
    Lever("meetings", "", "groups.meetings", phrase("Meetings of the group a month"), phrase("a month"),
          0, 8, 0.5),
)
WORLD = (
    Lever("households", "", "population.households", phrase("Households"), phrase("households"),
          100, MOST_HOUSEHOLDS, 100, 1, True),
    Lever("months", "", "months", phrase("Months to simulate"), phrase("months"), 6, MOST_MONTHS, 6, 1, True),
    Lever("error", "", "population.register_error", phrase("Error of targeting"), phrase("log"), 0, 3, 0.05),
)
"""What is the same for every design that is compared."""
USUAL = {"households": 500.0, "months": 60.0}
BY_KEY = {item.key: item for item in (*LEVERS, *WORLD, *SWITCHES, *SHOCKS)}
Settings = Mapping[str, float]


def value_of(lever: Lever, scenario: Scenario) -> float | None:
    """Where a lever stands in a scenario, as the page shows it; None where the scenario lacks its part."""
    if lever.section:
        part = _first(scenario.interventions, lever.section)
        return None if part is None else lever.on_page(getattr(part, lever.path.rpartition(".")[2]))
    held = scenario
    for name in lever.path.split("."):
        held = getattr(held, name)
    return lever.on_page(held)


def is_on(switch: Switch, scenario: Scenario) -> bool:
    """Whether a scenario has this part or shock."""
    section = scenario.shocks if issubclass(switch.kind, Shock) else scenario.interventions
    return _first(section, switch.kind.model_fields["kind"].default) is not None


def moved(scenario: Scenario, settings: Settings, name: str = "") -> Scenario:
    """A scenario with levers and switches moved; raises ScenarioError with a line a fault."""
    parts = [("interventions", SWITCHES, {Intervention: scenario.interventions}),
             ("shocks", SHOCKS, {Shock: scenario.shocks})]
    for field, switches, held in parts:
        items = list(*held.values())
        for switch in (switch for switch in switches if switch.key in settings):
            items = _switched(items, switch, settings[switch.key] > 0)
        if items != list(*held.values()):
            scenario = scenario.with_({field: items})
    changes, faults = {}, []
    for lever in (*WORLD, *LEVERS):
        if lever.key in settings:
            section = _first(scenario.interventions, lever.section) if lever.section else None
            if lever.section and section is None:
                continue                    # a lever of a part that is switched off
            path = lever.path.format(section=f"interventions.{section.name}" if section else "")
            faults += _beyond(lever, settings[lever.key], path)
            changes[path] = lever.in_model(settings[lever.key])
    if faults:
        raise ScenarioError(faults)
    try:
        return scenario.with_(changes | ({"name": name} if name else {}))
    except ScenarioError as wrong:          # nobody wrote Python here
        raise ScenarioError([fault.removeprefix("<python>: ") for fault in wrong.faults]) from wrong


def _beyond(lever: Lever, shown: float, path: str) -> list[str]:
    """What is wrong with a value by the limits of a session, or with one in per cent, which the model has as a
    share; all others are the scenario's to check."""
    if lever.unit == "%" and not lever.low <= shown <= lever.high:
        return [say("{title} = {given} %: must be {low} to {high} % ({path})", title=say(lever.title),
                    given=f"{shown:g}", low=f"{lever.low:g}", high=f"{lever.high:g}", path=path)]
    if lever.key in USUAL and not lever.low <= shown <= lever.high:
        return [say("{title} = {given}: must be {low} to {high} on this page", title=say(lever.title),
                    given=f"{shown:g}", low=f"{lever.low:g}", high=f"{lever.high:g}")]
    return []


def _switched(items: Sequence[Extension], switch: Switch, on: bool) -> list[Extension]:
    """Items with one of a kind added or all of the kind taken out."""
    kind = switch.kind.model_fields["kind"].default
    others = [item for item in items if item.kind != kind]
    if on and len(others) < len(items):
        return list(items)
    if not on:
        return others
    return [*others, switch.kind() if issubclass(switch.kind, Shock) else switch.kind(start_month=1)]


def _first(items: Sequence[Extension], kind: str) -> Extension | None:
    return next((item for item in items if item.kind == kind), None)
