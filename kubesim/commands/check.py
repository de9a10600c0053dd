"""``kubesim check``: every fault of scenario files."""

from __future__ import annotations

import argparse

from kubesim.commands.common import DONE, WRONG_INPUT, Command, tell
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help=say("scenario files (YAML)"))


def _check(args: argparse.Namespace) -> int:
    from kubesim.scenario import Scenario
    faults = []
    for path in args.scenarios:
        try:
            Scenario.load(path)
            print(say("{path}: ok", path=path))
        except ScenarioError as wrong:
            faults += wrong.faults
    return tell(faults, WRONG_INPUT) if faults else DONE


COMMAND = Command(
    "check", phrase("Check scenario files; tell every fault with its line."),
    "kubesim check scenarios/*.yaml", _options, _check)
