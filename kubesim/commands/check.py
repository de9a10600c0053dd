"""``kubesim check``: every fault of scenario files."""

from __future__ import annotations

import argparse

from kubesim.commands.common import DONE, WRONG_INPUT, Command, tell
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say

MOST_LIVED = 100_000
"""Households for which month 0 is lived, to hold it against a household file or published numbers."""


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help=say("scenario files (YAML)"))


def _check(args: argparse.Namespace) -> int:
    from kubesim.people.agreement import refuse_unmet
    from kubesim.scenario import Scenario
    faults = []
    for path in args.scenarios:
        try:
            scenario = Scenario.load(path)
            refuse_unmet(scenario)
            told = _told(scenario)
            print("\n".join([say("{path}: ok", path=path), *told, *([""] if told else [])]))
        except ScenarioError as wrong:
            faults += wrong.faults
    return tell(faults, WRONG_INPUT) if faults else DONE


def _told(scenario) -> list[str]:
    """How month 0 agrees with the scenario's household file and published numbers; nothing without any."""
    from kubesim.people.month_zero import has_checks
    if not has_checks(scenario):
        return []
    from kubesim.running.start import told_file, told_people    # lives month 0: takes a while to load
    return (told_people if scenario.population.households <= MOST_LIVED else told_file)(scenario)


COMMAND = Command(
    "check", phrase("Check scenario files and their household files; tell every fault with its line."),
    "kubesim check scenarios/*.yaml", _options, _check)
