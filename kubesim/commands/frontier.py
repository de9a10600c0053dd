"""``kubesim frontier``: the best design for a budget."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from kubesim.commands.common import DONE, INTERRUPTED, Command, scenarios_to_run, tell
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("baseline", metavar="BASELINE", help=say("scenario file (YAML) whose levers are set"))
    add("--budget", required=True, metavar="RUPIAH",
        help=say("what the programme may cost in total, for all groups of the model, as 5e9"))
    add("--levers", action="append", default=[], metavar="PATH=LOW..HIGH,...", help=say(
        "what may be changed and how far (default: grant, training hours and practice, companions' "
        "competence, caseload and months); may be repeated"))
    add("--outcome", default="out_of_poverty", metavar="NAME", dest="goal", help=say(
        "what the budget is to buy (default out_of_poverty: poor households fewer at the last month, lifted or "
        "kept from falling), or an outcome such as poverty_gap_members"))
    add("--trials", type=int, default=150, metavar="N", help=say("designs to try (default 150)"))
    add("--replicates", type=int, default=10, metavar="R",
        help=say("seeds for each design tried (default 10); finalists get 2 to 8 times as many new ones"))
    add("--seed", type=int, default=1, metavar="N", help=say("first seed (default 1)"))
    add("--discount", type=float, default=0.0, metavar="RATE",
        help=say("discount costs by this rate a year, as 0.05 (default 0)"))
    add("--months", type=int, metavar="M", help=say("months to simulate, instead of the scenario's"))
    add("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
        help=say("change a value in every design; may be repeated"))
    add("--out", metavar="DIR", help=say("results folder (default results/<baseline>-frontier)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    parser.set_defaults(keep="", outcome=None)


def _frontier(args: argparse.Namespace) -> int:
    [scenario] = scenarios_to_run(args, [args.baseline])
    from kubesim.frontier.study import find_frontier_into
    from kubesim.progress import ProgressLine
    from kubesim.running.simulation import Interrupted
    question = _question(args, scenario)
    folder = Path(args.out or f"results/{Path(args.baseline).stem}-frontier")
    status = DONE
    try:
        with ProgressLine(args.quiet) as progress:
            found = find_frontier_into(folder, question, args.workers, progress, args.typed)
    except Interrupted as cut:
        found, status = cut.results, tell([say("interrupted; what was found so far is kept") if cut.results
                                           else say("interrupted before any design was tried")], INTERRUPTED)
    if found:
        print(found)
        print("\n" + say("written to {folder}", folder=folder))
    return status


def _question(args: argparse.Namespace, scenario):
    """What is asked; every fault of the arguments in one report."""
    from kubesim.frontier.found import Question
    from kubesim.frontier.goal import make_goal
    from kubesim.frontier.levers import USUAL, make_levers
    from kubesim.frontier.study import check, effort_faults
    made, faults = [], []
    for make in (lambda: make_levers(scenario, args.levers), lambda: make_goal(args.goal),
                 lambda: _budget(args.budget), lambda: _rate(args.discount)):
        try:
            made.append(make())
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        count = ",".join(args.levers).count("=") or len(USUAL)
        raise ScenarioError([*faults, *effort_faults(args.trials, args.replicates, count)])
    levers, goal, budget, rate = made
    question = Question(scenario, levers, goal, budget, args.trials, args.replicates, args.seed, rate)
    check(question)
    return question


def _budget(text: str) -> float:
    from kubesim.hints import number_meant, scalar
    budget = scalar(text)
    if isinstance(budget, bool) or not isinstance(budget, (int, float)) or not math.isfinite(budget):
        meant = number_meant(text, money=True)
        raise ScenarioError(say("--budget {text}: must be a number of rupiah", text=text)
                            + (say("; did you mean {number}?", number=meant) if meant else ""))
    if budget <= 0:
        raise ScenarioError(say("--budget {text}: must be more than 0 rupiah", text=text))
    return float(budget)


def _rate(rate: float) -> float:
    if not 0 <= rate <= 1:
        raise ScenarioError(say("--discount {rate}: must be 0 to 1 a year", rate=rate))
    return rate


COMMAND = Command(
    "frontier", phrase(
        "Find the best design for a budget, how surely it is the best, and what being wrong costs."),
    "kubesim frontier scenarios/banjarmasin.yaml --budget 5e9 "
    "--levers interventions.companionship.caseload=5..20",
    _options, _frontier)
