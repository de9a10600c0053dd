"""``kubesim sensitivity``: which of the numbers that a sweep varied matter, and how much is luck."""

from __future__ import annotations

import argparse
import sys

from kubesim.commands.common import DONE, Command
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="DIR", help=say("folder that kubesim sweep wrote"))
    add("--outcome", action="append", metavar="NAME", help=say("tell only this outcome; may be repeated"))
    add("--month", type=int, metavar="M", help=say("month to look at (default: the last one)"))
    add("--levels", action="store_true",
        help=say("the outcomes themselves, not the effects against the first scenario"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))


def _sensitivity(args: argparse.Namespace) -> int:
    from kubesim.sweeping import Sweep
    sweep = Sweep.open(args.folder)
    from kubesim.sensitivity.swept import what_matters
    found = what_matters(sweep, args.outcome, month=args.month, levels=args.levels, note=(
        lambda line: None) if args.quiet else lambda line: print(line, file=sys.stderr, flush=True))
    found.write(args.csv)
    print(found)
    print("\n" + say("written to {folder}", folder=sweep.folder))
    return DONE


COMMAND = Command(
    "sensitivity", phrase("Tell which of the numbers that a sweep varied matter, how surely, and how much is luck."),
    "kubesim sensitivity results/what_matters --outcome poverty_rate", _options, _sensitivity)
