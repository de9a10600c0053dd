"""``kubesim explain``: every value of a scenario, and which of them must be defended."""

from __future__ import annotations

import argparse
import shutil

from kubesim.commands.common import DONE, Command, scenarios_to_run
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say

UNKNOWN_TERMINAL = (100, 24)    # letters and lines of a page that is no terminal


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenario", metavar="SCENARIO", help=say("scenario file (YAML)"))
    add("--against", metavar="BASELINE", help=say("scenario file that it is held against"))
    add("--different", action="store_true", help=say("only values that differ from the baseline"))
    add("--csv", action="store_true", help=say("print a table for spreadsheets"))
    parser.set_defaults(seed=1, replicates=1, months=None, workers=None, outcome=None, keep="", settings=[])


def _explain(args: argparse.Namespace) -> int:
    if args.different and not args.against:
        raise ScenarioError(say("--different: differs from what? name a baseline with --against"))
    from kubesim.telling.explain import as_csv, explain, text
    scenario, against = [*scenarios_to_run(args, [args.scenario, *filter(None, [args.against])]), None][:2]
    if args.csv:
        table = explain(scenario, against)
        print(as_csv(table[table["differs"]] if args.different else table), end="")
    else:
        width = shutil.get_terminal_size(UNKNOWN_TERMINAL).columns
        print(text(scenario, against, width=width, only_different=args.different))
    return DONE


COMMAND = Command(
    "explain", phrase("Tell every value of a scenario: where it was set, its source and grade, what differs."),
    "kubesim explain scenarios/better_training_and_mentoring.yaml --against scenarios/banjarmasin.yaml",
    _options, _explain)
