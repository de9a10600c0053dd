"""``kubesim explore``: where the designs of a sweep fail, which is robust, how levers move an effect."""

from __future__ import annotations

import argparse
import sys

from kubesim.commands.common import DONE, Command
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="DIR", help=say("folder that kubesim sweep wrote"))
    add("--success", default="", metavar="RULE", help=say(
        "what counts as success, as in 'poverty_rate < -0.5pp and cost_total < 2 miliar' (default: any improvement)"))
    add("--succeeding", action="store_true", help=say("look for where designs succeed, not where they fail"))
    add("--outcome", action="append", metavar="NAME", help=say("explore this outcome; may be repeated"))
    add("--month", type=int, metavar="M", help=say("month to look at (default: the last one)"))
    add("--levels", action="store_true",
        help=say("the outcomes themselves, not the effects against the first scenario"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))


def _explore(args: argparse.Namespace) -> int:
    from kubesim.sweeping import Sweep
    sweep = Sweep.open(args.folder)
    from kubesim.exploring import explore
    found = explore(sweep, args.success, args.outcome, month=args.month, levels=args.levels,
                    succeeding=args.succeeding, note=(lambda line: None) if args.quiet else lambda line: print(
                        line, file=sys.stderr, flush=True))
    found.write(args.csv)
    print(found)
    print("\n" + say("written to {folder}", folder=sweep.folder))
    return DONE


COMMAND = Command(
    "explore", phrase("Tell where the designs of a sweep fail, which is robust, and how levers move an effect."),
    "kubesim explore results/worst_cases --success 'poverty_rate < -0.5pp'", _options, _explore)
