"""``kubesim run``: one scenario, several seeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kubesim.commands.common import DONE, FAILED, INTERRUPTED, Command, listed, scenarios_to_run, tell
from kubesim.errors import SimulationError
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenario", metavar="SCENARIO", help=say("scenario file (YAML)"))
    add("--seed", type=int, default=1, metavar="N", help=say("first seed (default 1)"))
    add("--replicates", type=int, default=20, metavar="R", help=say("seeds N to N+R-1 (default 20)"))
    add("--months", type=int, metavar="M", help=say("months to simulate, instead of the scenario's"))
    add("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
        help=say("change a value, as in interventions.diklat.hours=96; may be repeated"))
    add("--outcome", action="append", metavar="NAME", help=say("measure only this; may be repeated"))
    add("--keep", default="", metavar="TABLES",
        help=say("keep micro data: households,groups,companions or some of them"))
    add("--out", metavar="DIR", help=say("results folder (default results/<scenario's file name>)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))
    add("--no-figures", action="store_true", help=say("write no figures"))


def _run(args: argparse.Namespace) -> int:
    [scenario] = scenarios_to_run(args, [args.scenario])
    from kubesim.running.manifest import seal
    from kubesim.progress import ProgressLine
    from kubesim.running.simulation import Interrupted, ReplicatesFailed, run_into
    folder = Path(args.out or Path("results") / Path(args.scenario).stem)
    note = (lambda line: None) if args.quiet else (lambda line: print(line, file=sys.stderr))
    status = DONE
    try:
        with ProgressLine(args.quiet) as progress:
            results = run_into(folder, scenario, range(args.seed, args.seed + args.replicates),
                               outcomes=args.outcome, keep=listed(args.keep), workers=args.workers,
                               twin=not args.no_figures, progress=progress, csv=args.csv,
                               command=args.typed, note=note)
    except (Interrupted, ReplicatesFailed) as cut:
        results = cut.results
        status = INTERRUPTED if isinstance(cut, Interrupted) else FAILED
        tell(_why_cut(cut, args), status)
    if status != INTERRUPTED and results:
        if not args.no_figures:
            from kubesim.plots import write_figures
            write_figures(results, folder)
            seal(folder)
        print(results)
        print("\n" + say("written to {folder}", folder=folder))
    return status


def _why_cut(cut: BaseException, args: argparse.Namespace) -> list[str]:
    done = len(cut.results.seeds) if cut.results else 0
    said = say("{done} of {asked} replicates are finished and kept", done=done, asked=args.replicates)
    if isinstance(cut, SimulationError):
        return [*cut.faults, said]
    return [say("interrupted: {said}; to go on, run the same command again:", said=said), f"  {args.typed}"]


COMMAND = Command(
    "run", phrase("Run one scenario with several seeds; write tables and figures."),
    "kubesim run scenarios/banjarmasin.yaml --replicates 30 --set groups.meetings=2", _options, _run)
