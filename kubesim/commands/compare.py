"""``kubesim compare``: designs against a baseline under the same luck."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from kubesim.commands.common import DONE, FAILED, INTERRUPTED, Command, scenarios_to_run, tell
from kubesim.language import phrase, say

USUAL_DRAWS = 50


def _options(parser: argparse.ArgumentParser) -> None:
    add, much = parser.add_argument, parser.add_mutually_exclusive_group().add_argument
    add("baseline", metavar="BASELINE", help=say("scenario file (YAML) that the others are held against"))
    add("scenarios", nargs="+", metavar="SCENARIO", help=say("scenario files of the variants"))
    much("--replicates", type=int, metavar="R", help=say("pairs: seeds N to N+R-1 (default 50)"))
    much("--until-width", metavar="W", help=say(
        "as many pairs as the first outcome's 95 %% interval needs to be this wide: 0.5pp, 2%%, or a number "
        "in its unit"))
    add("--max-replicates", type=int, default=400, metavar="R",
        help=say("most pairs with --until-width (default 400)"))
    add("--seed", type=int, default=1, metavar="N", help=say("first seed (default 1)"))
    add("--months", type=int, metavar="M", help=say("months to simulate, instead of the scenarios'"))
    add("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
        help=say("change a value in every scenario; may be repeated"))
    add("--outcome", action="append", metavar="NAME", help=say("measure only this; may be repeated"))
    add("--parameter-uncertainty", type=int, nargs="?", const=USUAL_DRAWS, metavar="DRAWS", help=say(
        "live it again with so many draws of the calibrated parameters (default {draws}) and tell what is not known "
        "of them apart from luck", draws=USUAL_DRAWS))
    add("--posterior", metavar="PATH", help=say("take the draws from this calibration instead of the one that ships"))
    add("--out", metavar="DIR", help=say("results folder (default results/<baseline>-vs-<variant>)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))
    add("--no-report", action="store_true", help=say("write no report"))
    add("--no-figures", action="store_true", help=say("write the figures into the report only"))
    parser.set_defaults(keep="")


def _compare(args: argparse.Namespace) -> int:
    baseline, *variants = scenarios_to_run(args, [args.baseline, *args.scenarios])
    from kubesim.comparing.compare import compare_into
    from kubesim.progress import ProgressLine
    from kubesim.running.simulation import Interrupted, ReplicatesFailed
    other = Path(args.scenarios[0]).stem if len(variants) == 1 else len(variants)
    folder = Path(args.out or f"results/{Path(args.baseline).stem}-vs-{other}")
    most = args.max_replicates if args.until_width else args.replicates or 50
    status = DONE
    draws = []
    if args.parameter_uncertainty is not None:
        from kubesim.calibration.draws import load_draws
        draws = load_draws(args.posterior).sample(args.parameter_uncertainty, seed=args.seed)
    try:
        with ProgressLine(args.quiet) as progress:
            found = compare_into(folder, baseline, *variants, seeds=range(args.seed, args.seed + most),
                                 outcomes=args.outcome, until_width=args.until_width, max_replicates=most,
                                 draws=draws, workers=args.workers, progress=progress, csv=args.csv, command=args.typed,
                                 note=(lambda line: None) if args.quiet else lambda line: tell([line], DONE))
    except (Interrupted, ReplicatesFailed) as cut:
        found, status = cut.results, INTERRUPTED if isinstance(cut, Interrupted) else FAILED
        said = say("{done} pairs are finished and kept", done=len(found.seeds) if found else 0)
        tell([*getattr(cut, "faults", [say("interrupted")]), said], status)
    if found:
        report = None
        if status != INTERRUPTED and not args.no_report:
            from kubesim.comparing.worlds import make_worlds
            from kubesim.report.writing import write_report
            typed = make_worlds(baseline, variants).scenarios       # these know the files of their values
            found.worlds = replace(found.worlds, scenarios={
                label: typed.get(label, held) for label, held in found.scenarios.items()})
            report = write_report(found, folder, figures=not args.no_figures)
        print(found)
        print("\n" + say("report: {path}", path=report) if report else "")
        print(say("written to {folder}", folder=folder))
    return status


COMMAND = Command(
    "compare",
    phrase("Compare designs with a baseline under the same luck: what differs, how sure, for whom."),
    "kubesim compare scenarios/banjarmasin.yaml scenarios/better_training_and_mentoring.yaml",
    _options, _compare)
