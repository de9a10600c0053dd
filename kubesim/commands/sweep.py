"""``kubesim sweep``: many runs, stopped and gone on with at any point."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kubesim.commands.common import DONE, FAILED, INTERRUPTED, Command, check_bounds, tell
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("experiment", metavar="EXPERIMENT", help=say("experiment file (YAML)"))
    add("--out", metavar="DIR", help=say("results folder (default results/<experiment's file name>)"))
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--workers", type=int, metavar="W",
                     help=say("processes (default: as many as processors)"))
    who.add_argument("--cluster", metavar="ADDRESS",
                     help=say("a Dask scheduler, as in tcp://10.0.0.5:8786, instead of processes here"))
    add("--limit", type=int, metavar="N",
        help=say("at most so many runs now; the same command goes on later"))
    add("--status", action="store_true", help=say("say what is done, failed and left, and touch nothing"))
    add("--fail-fast", action="store_true", help=say("stop at the first run that fails"))
    add("--retry", action="store_true", help=say("do runs again that failed or took too long"))
    add("--timeout", type=float, metavar="S",
        help=say("seconds after which a run is given up (default 3600; 0: never)"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))


def _sweep(args: argparse.Namespace) -> int:
    _check(args)
    folder = Path(args.out or Path("results") / Path(args.experiment).stem)
    from kubesim.experiment import Experiment
    experiment = Experiment.load(args.experiment)
    if args.status:
        return _status(experiment, folder)
    from kubesim.progress import ProgressLine
    from kubesim.running.simulation import Interrupted
    from kubesim.sweeping.sweep import TIME_OUT, Stopped, sweep_into
    note = (lambda line: None) if args.quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    status = DONE
    try:
        with ProgressLine(args.quiet) as progress:
            swept = sweep_into(folder, experiment, progress=progress, command=args.typed, note=note,
                               workers=args.workers, cluster=args.cluster, limit=args.limit, csv=args.csv,
                               timeout=TIME_OUT if args.timeout is None else args.timeout,
                               fail_fast=args.fail_fast, retry=args.retry)
    except Interrupted as cut:
        swept = cut.results
        status = tell([say("interrupted; what has landed is kept; to go on, run the same command again:"),
                       f"  {args.typed}"], INTERRUPTED)
    except Stopped as cut:
        swept, status = cut.results, tell([str(cut)], FAILED)
    print(swept)
    print("\n" + say("written to {folder}", folder=folder))
    return status


def _status(experiment, folder: Path) -> int:
    """What a folder holds of what the file asks for now."""
    from kubesim.sweeping.status import status_text
    print(status_text(experiment, folder))
    return DONE


def _check(args: argparse.Namespace) -> None:
    check_bounds((("--workers", args.workers, 1, 1024), ("--limit", args.limit, 1, 10**9),
                  ("--timeout", args.timeout, 0, 10**7)))


COMMAND = Command(
    "sweep", phrase("Run an experiment: many runs that land one by one; the same command goes on."),
    "kubesim sweep experiments/training_by_mentoring.yaml --workers 4", _options, _sweep)
