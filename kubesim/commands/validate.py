"""``kubesim validate``: the model held to published evidence."""

from __future__ import annotations

import argparse
from pathlib import Path

from kubesim.commands.common import DONE, Command, check_bounds
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--quick", action="store_true", help=say("a look with few seeds, not to be quoted"))
    add("--without", nargs="+", default=[], metavar="MECHANISM", help=say(
        "do without mechanisms of the model, each in turn, as peer_learning jealousy; all: every one"))
    add("--seed", type=int, metavar="N", help=say("first seed (default {seed})", seed=20001))
    add("--replicates", type=int, metavar="R", help=say(
        "seeds N to N+R-1, at least {fewest} (default {usual}; {quick} with --quick)", fewest=20, usual=40,
        quick=6))
    add("--out", metavar="DIR", help=say(
        "results folder (default results/validation; results/validation-quick with --quick)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))


def _validate(args: argparse.Namespace) -> int:
    from kubesim.validation.validate import FIRST_SEED, QUICK, USUAL, check_replicates, validate_into
    _check_bounds(args)
    count = (QUICK if args.quick else USUAL) if args.replicates is None else args.replicates
    check_replicates(count, args.quick)
    from kubesim.progress import ProgressLine
    from kubesim.report.validation import write_validation_report
    from kubesim.running.plan import processors
    folder = Path(args.out or ("results/validation-quick" if args.quick else "results/validation"))
    first = FIRST_SEED if args.seed is None else args.seed
    with ProgressLine(args.quiet) as progress:
        found = validate_into(folder, range(first, first + count), without=args.without,
                              workers=args.workers or processors(), progress=progress, csv=args.csv,
                              command=args.typed)
    report = write_validation_report(found, folder)
    print(found)
    print("\n" + say("report: {path}", path=report))
    print(say("written to {folder}", folder=folder))
    return DONE


def _check_bounds(args: argparse.Namespace) -> None:
    check_bounds((("--seed", args.seed, 0, 2**62), ("--replicates", args.replicates, 1, 100_000),
                  ("--workers", args.workers, 1, 1024)))


COMMAND = Command(
    "validate", phrase("Hold the model to published evidence: what passes, what fails, with intervals."),
    "kubesim validate --quick --without peer_learning", _options, _validate)
