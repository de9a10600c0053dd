"""What the page's form shows: levers where they stand, and every word around them in the user's language."""

from __future__ import annotations

from typing import Any

from kubesim.errors import ScenarioError
from kubesim.language import LANGUAGES, figures, language, say, translated
from kubesim.scenario import Scenario
from kubesim.web.asking import MOST_DESIGNS
from kubesim.web.desk import Desk
from kubesim.web.levers import LEVERS, SHOCKS, SWITCHES, WORLD, Lever, Settings, is_on, moved, value_of

OWN_NAMES = {"en": "English", "id": "Bahasa Indonesia"}


def form(desk: Desk) -> dict[str, Any]:
    """Everything that can be set, with where it stands."""
    ask = desk.question
    shipped = desk.shelf[ask.design.scenario]
    current = _as_far_as_it_goes(shipped, {key: held for key, held in ask.design.settings.items()
                                           if key in {switch.key for switch in SWITCHES}})
    parts = [{"key": switch.key, "title": say(switch.title), "on": is_on(switch, current),
              "levers": [_lever(lever, ask.design.settings, current, shipped) for lever in LEVERS
                         if lever.section == switch.kind.model_fields["kind"].default]} for switch in SWITCHES]
    parts.append({"key": "", "title": say("Groups"), "on": True, "levers": [
        _lever(lever, ask.design.settings, current, shipped) for lever in LEVERS if not lever.section]})
    base = desk.shelf[ask.against or ask.design.scenario]
    return {
        "scenarios": [{"value": name, "title": translated(held.name)} for name, held in desk.shelf.items()],
        "scenario": ask.design.scenario, "about": translated(shipped.about).strip(), "against": ask.against,
        "parts": parts, "world": [_lever(lever, ask.world, base, base) for lever in WORLD],
        "shocks": [{"key": shock.key, "title": say(shock.title),
                    "on": ask.world.get(shock.key, float(is_on(shock, base))) > 0} for shock in SHOCKS],
        "pins": [pin.name for pin in ask.pins], "can_pin": len(ask.pins) < MOST_DESIGNS - 1, "seed": ask.seed,
        "view": ask.view, "language": ask.language,
        "languages": [{"value": name, "title": OWN_NAMES[name]} for name in LANGUAGES]}


def _lever(lever: Lever, settings: Settings, current: Scenario, shipped: Scenario) -> dict[str, Any]:
    """A lever and where it stands; ``was`` is where the scenario has it."""
    was = value_of(lever, shipped)
    stands = settings.get(lever.key, value_of(lever, current))
    return {"key": lever.key, "title": say(lever.title), "unit": "%" if lever.unit == "%" else say(lever.unit),
            "low": lever.low, "high": lever.high, "step": lever.step, "value": lever.low if stands is None else stands,
            "moved": stands is not None and stands != was,
            "was": "" if was is None else say("was {value}", value=figures(f"{was:g}"))}


def _as_far_as_it_goes(scenario: Scenario, settings: Settings) -> Scenario:
    """The scenario with its switches moved; as it was where they do not fit together."""
    try:
        return moved(scenario, settings)
    except ScenarioError:
        return scenario


def words() -> dict[str, str]:
    """The fixed words of the page."""
    return {
        "language": language(), "title": say("kubesim: try a programme design"), "skip": say("Skip to the results"),
        "switch_language": say("Language"), "views": say("Views"), "whatif": say("What if"), "watch": say("Watch"),
        "lessons": say("Lessons"), "levers": say("Levers"), "scenario": say("Scenario"),
        "against": say("Compare with"), "itself": say("the same scenario, no lever moved"),
        "world": say("The same in all worlds"), "shocks": say("Shocks"), "seed": say("Seed of the luck"),
        "reset": say("Put all levers back"), "pin": say("Pin this design"), "pin_name": say("Name of the design"),
        "pins": say("Pinned designs"), "unpin": say("Take out"), "results": say("Results"),
        "nothing": say("This design is the baseline. Move a lever, and the effect appears here."),
        "faults": say("This cannot be done"), "table": say("All numbers"), "save": say("Save"),
        "save_report": say("Report"), "save_csv": say("Effects as CSV"), "save_yaml": say("Scenario as YAML"),
        "save_png": say("Picture (PNG)"), "copy": say("The address of this page holds the whole design: "
                                                      "send it to a colleague."),
        "note": say("Means over pairs of worlds with the same luck, at the last month. The interval holds the true "
                    "mean difference in 95 of 100 cases, for all designs at once. A band shows it in the chart."),
        "design": say("Design"), "level": say("Value"), "difference": say("Difference"),
        "interval": say("95 % interval"), "verdict": say("In words"), "part_of": say("in the programme"),
        "on": say("on"), "off": say("off"), "again": say("Try again"), **_watch_words(), **_lesson_words()}


def _lesson_words() -> dict[str, str]:
    return {
        "lesson": say("Lesson"), "whose_luck": say("Whose luck?"), "class_luck": say("one luck for the whole class"),
        "own_luck": say("a luck for each pupil; pupils:"), "pupils": say("Number of pupils"),
        "run": say("See what happens"), "choose_first": say("Choose an answer first."),
        "came_out": say("What came out"),
        "hit": say("That is what the model says on average."), "miss": say("The model says something else on average."),
        "mechanism": say("What is behind it?"), "evidence": say("What the evidence says"),
        "cannot": say("What the model cannot say"), "talk": say("What to ask"),
        "pupils_sheet": say("Sheet for pupils"), "teachers_sheet": say("Sheet for the teacher"),
        "once_more": say("Once more from the start")}


def _watch_words() -> dict[str, str]:
    return {
        "play": say("Play"), "pause": say("Pause"), "step": say("Next month"), "back": say("Month before"),
        "speed": say("Speed"), "slow": say("slow"), "middling": say("medium"), "fast": say("fast"),
        "month": say("Month"), "here": say("Your design"), "there": say("Baseline"),
        "poor_share": say("Poor among listed households"), "alive": say("groups alive"), "poor": say("poor"),
        "ended": say("Groups that broke up"), "none_ended": say("none so far"), "group": say("Group"),
        "why_t": say("lost trust"), "why_c": say("no capital left"), "why_m": say("too few members"),
        "why_n": say("not formed"), "story": say("A household's story"), "household": say("Household"),
        "tell": say("Tell its story"), "click": say("Click a dot, or give the number of a household."),
        "legend": say("Colours: consumption against the poverty line"), "below": say("below 75 %"),
        "under": say("75 to 100 %: poor"), "above": say("100 to 150 %"), "well": say("150 % and more"),
        "outside": say("ring: outside a group"), "unlisted": say("households on no list"),
        "companion": say("diamond: a companion, drawn at her groups in turn; a thick frame: visited this month"),
        "play_note": say("Both worlds have the same people and the same luck. At most 1,000 households are drawn.")}
