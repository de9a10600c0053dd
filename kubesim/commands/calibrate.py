"""``kubesim calibrate``: which values of the free parameters agree with what was published."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Callable

from kubesim.commands.common import DONE, INTERRUPTED, Command, tell
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say

BETWEEN_LINES = 30.0
"""Seconds from one line of progress to the next within a generation."""


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("experiment", metavar="EXPERIMENT", help=say("experiment file (YAML) with priors"))
    add("--out", metavar="DIR", help=say("results folder (default results/<experiment's file name>)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    add("--seed", type=int, metavar="N", help=say("seed of all luck, instead of the experiment's"))
    add("--populations", type=int, metavar="N",
        help=say("generations of draws at most, instead of the experiment's"))
    add("--limit-minutes", type=float, metavar="M",
        help=say("stop after so many minutes and tell what is known; the same command goes on later"))


def _calibrate(args: argparse.Namespace) -> int:
    from kubesim.calibration.calibrate import calibrate_into, check_installed
    from kubesim.calibration.display import text
    from kubesim.running.simulation import Interrupted
    _check(args)
    check_installed()
    question = _question(args)
    folder = Path(args.out or f"results/{Path(args.experiment).stem}")
    status = DONE
    try:
        found = calibrate_into(folder, question, workers=args.workers, minutes=args.limit_minutes,
                               tell=_teller(args.quiet), command=args.typed)
    except Interrupted as cut:
        found, status = cut.results, tell(
            [say("interrupted; what was simulated is kept, and the same command goes on")], INTERRUPTED)
    if found:
        print(text(found, question.experiment.terms.name,
                   {target.name: target.about for target in question.experiment.targets}))
        print("\n" + say("written to {folder}", folder=folder))
    return status


def _check(args: argparse.Namespace) -> None:
    bounds = (("--workers", args.workers, 1, 1024), ("--seed", args.seed, 0, 2**62),
              ("--populations", args.populations, 1, 100),
              ("--limit-minutes", args.limit_minutes, 0.01, 100_000))
    faults = [say("{option} {given}: must be {low} to {high}", option=option, given=given, low=low, high=high)
              for option, given, low, high in bounds if given is not None and not low <= given <= high]
    if faults:
        raise ScenarioError(faults)


def _question(args: argparse.Namespace):
    """The experiment, as changed on the command line, on the evidence that ships."""
    from kubesim import files
    from kubesim.calibration.calibrate import Question
    from kubesim.calibration.experiment import Experiment
    from kubesim.calibration.simulating import Measurement
    from kubesim.validation import load_evidence
    evidence = load_evidence()
    experiment = Experiment.load(args.experiment, evidence.base, evidence.targets)
    if args.populations is not None:
        experiment = experiment.with_(generations=args.populations)
    if args.seed is not None:
        experiment = experiment.with_(seeds={"first": args.seed, "count": experiment.terms.seeds.count})
    terms = experiment.terms
    simulate = Measurement(evidence, tuple(target.name for target in experiment.targets), terms.households,
                           terms.seeds.count)
    read = {str(args.experiment): files.sha256(Path(args.experiment))}
    return Question(experiment, evidence.arms, simulate, read)


def _teller(quiet: bool) -> Callable[[int, int, int, int], None]:
    """Tells on standard error how far the calibration is: a line a generation, and now and then between."""
    begun = said = time.monotonic()
    total = 0

    def told(generation: int, place: int, accepted: int, wanted: int) -> None:
        nonlocal said, total
        total += 1
        now = time.monotonic()
        if quiet or (accepted < wanted and now - said < BETWEEN_LINES):
            return
        said = now
        print(say("generation {generation}: {accepted} of {wanted} draws accepted out of {place} simulations "
                  "({pace:.0f} simulations a minute)", generation=generation + 1, accepted=accepted,
                  wanted=wanted, place=place, pace=60 * total / max(now - begun, 1e-3)),
              file=sys.stderr, flush=True)

    return told


COMMAND = Command(
    "calibrate", phrase(
        "Find the values of free parameters that agree with what was published, and how surely."),
    "kubesim calibrate experiments/calibration.yaml --limit-minutes 30",
    _options, _calibrate)
