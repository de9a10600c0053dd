"""What the page's form shows: levers where they stand, and every word around them in the user's language."""

from __future__ import annotations

from typing import Any

from kubesim.errors import ScenarioError
from kubesim.language import LANGUAGES, figures, language, say, translated
from kubesim.scenario import Scenario
from kubesim.web.asking import MOST_DESIGNS
from kubesim.web.desk import Desk
from kubesim.web import effects, uploads
from kubesim.web.lesson_words import lesson_words
from kubesim.web.levers import LEVERS, SHOCKS, SWITCHES, WORLD, Lever, Settings, is_on, moved, value_of
from kubesim.web.watch_words import watch_words

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
        "scenarios": [{"value": name, "title": _title(name, held)} for name, held in desk.shelf.items()],
        "uploads": [{"key": name, "title": _title(name, held)} for name, held in desk.uploads.items()],
        "waits": desk.waits, "largest": uploads.LARGEST, "tried": desk.uploads.tried,
        "uses_file": any(map(uploads.is_upload, (
            ask.design.scenario, ask.against, *(pin.scenario for pin in ask.pins)))),
        "scenario": ask.design.scenario, "about": translated(shipped.about.strip()), "against": ask.against,
        "size_note": _size_note(ask.design.scenario, shipped, ask.world),
        "parts": parts, "world": [_lever(lever, ask.world, base, base) for lever in WORLD],
        "shocks": [{"key": shock.key, "title": say(shock.title),
                    "on": ask.world.get(shock.key, float(is_on(shock, base))) > 0} for shock in SHOCKS],
        "pins": [pin.name for pin in ask.pins], "can_pin": len(ask.pins) < MOST_DESIGNS - 1,
        "seed": ask.seed, "luck_note": _luck_note(ask.seed),
        "view": ask.view, "language": ask.language,
        "languages": [{"value": name, "title": OWN_NAMES[name]} for name in LANGUAGES]}


def _title(name: str, scenario: Scenario) -> str:
    """What a scenario is called in a list; an uploaded one with its file."""
    if not uploads.is_upload(name):
        return translated(scenario.name)
    return say("{name} (your file {file})", name=scenario.name.strip() or "...", file=uploads.file_of(name))


def _size_note(name: str, shipped: Scenario, world: Settings) -> str:
    """Where a file says other numbers of households and months than the page simulates, both."""
    if not uploads.is_upload(name):
        return ""
    said, lived = (shipped.population.households, shipped.months), (world["households"], world["months"])
    return "" if said == lived else say(
        "The file says {households:,} households and {months} months; this page simulates {fewer:,.0f} and "
        "{shorter:.0f}: see the last levers.", households=said[0], months=said[1], fewer=lived[0], shorter=lived[1])


def _luck_note(seed: int) -> str:
    """Which numbers a seed stands for."""
    return say("The {pairs} pairs of worlds have the luck of the numbers {first} to {last}. The same number gives the "
               "same answer; new luck takes the next {pairs}.", pairs=effects.PAIRS, first=seed,
               last=seed + effects.PAIRS - 1)


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
        "about": say("About this scenario"), "against": say("Compare with"),
        "itself": say("the same scenario, no lever moved"),
        "world": say("The same in all worlds"), "shocks": say("Shocks"), "seed": say("Seed of the luck"),
        "new_luck": say("New luck"),
        "reset": say("Put all levers back"), "pin": say("Pin this design"), "pin_name": say("Name of the design"),
        "pins": say("Pinned designs"), "unpin": say("Take out"), "results": say("Results"),
        "nothing": say("This design is the baseline. Move a lever, or compare it with another scenario, and the effect "
                       "appears here."),
        "faults": say("This cannot be done"), "table": say("All numbers"), "save": say("Save"),
        "save_report": say("Report"), "save_csv": say("Effects as CSV"), "save_yaml": say("Scenario as YAML"),
        "save_png": say("Picture (PNG)"), "copy": say("The address of this page holds the whole design: "
                                                      "send it to a colleague."),
        "note": say("Means over pairs of worlds with the same luck, at the last month. The interval holds the true "
                    "mean difference in 95 of 100 cases, for all designs at once. A band shows it in the chart."),
        "design": say("Design"), "level": say("Value"), "difference": say("Difference"),
        "interval": say("95 % interval"), "verdict": say("In words"), "part_of": say("in the programme"),
        "on": say("on"), "off": say("off"), "again": say("Try again"), "close": say("Close"),
        **_file_words(), **_lost_words(), **watch_words(), **lesson_words()}


def _file_words() -> dict[str, str]:
    most = {"size": uploads.LARGEST // 1024, "most": uploads.MOST_FILES, "all": uploads.MOST_BYTES // 1024}
    return {
        "upload": say("Upload a scenario file"), "reading": say("the file is being read"),
        "upload_note": say("A scenario of your own, name.yaml: at most {size} KB, {most} files, {all} KB together. "
                           "Only you see it, as long as this page is open.", **most),
        "uploads": say("Your files"), "own": say("A scenario of your own"),
        "file_note": say("Your own file is not in the address of this page: send it along with the link. Whoever opens "
                         "the link uploads it first.")}


def _lost_words() -> dict[str, str]:
    return {
        "lost_trying": say("The connection is lost; the page is trying to reach the server again."),
        "kept_trying": say("Your work is kept: on the server for five minutes, and in the address of this page."),
        "lost_gone": say("The server was started anew or has closed this session."),
        "kept_gone": say("Your design stands in the address of this page, and loading it anew brings the design back. "
                         "Files of your own must be uploaded once more."), "reload": say("Load the page anew")}
