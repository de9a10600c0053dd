"""The fixed words of the view in which the months play, in the language in force. ``{…}`` that stay are filled
in by the page."""

from __future__ import annotations

from kubesim.language import say


def watch_words() -> dict[str, str]:
    """Every word of the view by its name."""
    return {**_playing(), **_seen(), **_told(), **_key()}


def _playing() -> dict[str, str]:
    return {
        "play": say("Play"), "pause": say("Pause"), "step": say("Next month"), "back": say("Month before"),
        "speed": say("Speed"), "slow": say("slow"), "middling": say("medium"), "fast": say("fast"),
        "month": say("Month"), "here": say("Your design"), "there": say("Baseline"),
        "play_note": say("Both worlds have the same people and the same luck (number {seed}).",
                         seed="{seed}"),
        "part": say("Drawn here: a city of {shown} households under the same rules, in place of the {all} of the "
                    "scenario. The effects in the other view are of all.", shown="{shown}", all="{all}"),
        "keys": say("Keys: Tab goes into a world, arrows move, Enter tells, Page Down and Page Up change the month.")}


def _seen() -> dict[str, str]:
    return {
        "poor_share": say("Poor among listed households"), "alive": say("groups alive"), "poor": say("poor"),
        "ended": say("Groups that broke up"), "none_ended": say("none so far"), "group": say("Group"),
        "why_t": say("lost trust"), "why_c": say("no capital left"), "why_m": say("too few members"),
        "short_t": say("trust lost"), "short_c": say("no capital"), "short_m": say("too few"),
        "gone": say("Broke up"), "not_formed": say("not formed"),
        "lives": say("alive"), "companion_word": say("Companion"),
        "household": say("Household"), "more": say("and {count} more", count="{count}")}


def _told() -> dict[str, str]:
    return {
        "story": say("What you clicked"), "tell": say("Tell its story"), "telling": say("Its story is being told …"),
        "click": say("Click a household, a group or a companion, or give the number of a household."),
        "in_group": say("in group {group}", group="{group}"), "no_group": say("outside a group"),
        "state_0": say("far below the poverty line"), "state_1": say("below the poverty line"),
        "state_2": say("above the poverty line"), "state_3": say("well above the poverty line"),
        "membership": say("Group"), "members": say("Members"),
        "trust": say("Mean trust"), "capital": say("Joint capital"), "stage": say("Stage"),
        "million": say("Rp {amount} million", amount="{amount}"), "stage_0": "–", "stage_1": say("growing (tumbuh)"),
        "stage_2": say("developing (berkembang)"), "stage_3": say("independent (mandiri)"),
        "state": say("State"), "broke_up": say("broke up in month {month}: {why}", month="{month}", why="{why}"),
        "her_companion": say("Its companion"), "serves": say("Her living groups"),
        "visits": say("Groups visited this month"), "competence": say("Competence"),
        "experience": say("Practical experience")}


def _key() -> dict[str, str]:
    return {
        "legend": say("Marks: consumption against the poverty line"), "below": say("below 75 %"),
        "under": say("75 to 100 %: poor"), "above": say("100 to 150 %"), "well": say("150 % and more"),
        "outside": say("hollow: outside a group"), "unlisted": say("households on no list"),
        "companion": say("a companion, drawn at her groups in turn; pale in a month without visits"),
        "frame_visited": say("thick frame: visited this month"), "frame_gone": say("dashed frame: broke up")}
