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
    from kubesim.running.start import told_file, told_people
    from kubesim.scenario import Scenario
    faults = []
    for path in args.scenarios:
        try:
            scenario = Scenario.load(path)
            refuse_unmet(scenario)
            small = scenario.population.households <= MOST_LIVED
            told = (told_people if small else told_file)(scenario)
            print("\n".join([say("{path}: ok", path=path), *told, *([""] if told else [])]))
        except ScenarioError as wrong:
            faults += wrong.faults
    return tell(faults, WRONG_INPUT) if faults else DONE


COMMAND = Command(
    "check", phrase("Check scenario files and their household files; tell every fault with its line."),
    "kubesim check scenarios/*.yaml", _options, _check)
