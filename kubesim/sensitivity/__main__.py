"""``python -m kubesim.sensitivity FOLDER``: the study of what is uncertain, as ``make reference`` runs it."""

from __future__ import annotations

import argparse
import sys

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say
from kubesim.progress import ProgressLine
from kubesim.running.executors import executor_of
from kubesim.running.plan import processors
from kubesim.sensitivity.headlines import headline_study
from kubesim.sensitivity.run import what_is_uncertain


def main(given: list[str] | None = None) -> int:
    """Run the study; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kubesim.sensitivity", description=say(
        "How far three headline effects move with every free number of the model."))
    parser.add_argument("folder", help=say("where results go"))
    parser.add_argument("--scenarios", default="scenarios", help=say("folder of the shipped scenarios"))
    parser.add_argument("--trajectories", type=int, default=12, help=say("Morris trajectories"))
    parser.add_argument("--points", type=int, default=64, help=say("base points of Sobol, a power of 2"))
    parser.add_argument("--spread", type=int, default=64, help=say("points of the spread"))
    parser.add_argument("--workers", type=int, default=processors(), help=say("processes"))
    parser.add_argument("--seed", type=int, default=1, help=say("seed of the designs"))
    asked = parser.parse_args(given)
    try:
        with executor_of(asked.workers) as executor, ProgressLine() as progress:
            what_is_uncertain(asked.folder, asked.trajectories, asked.points, executor, asked.seed,
                              study=headline_study(asked.scenarios), spread_points=asked.spread,
                              progress=progress, command=" ".join(["python -m kubesim.sensitivity",
                                                                   *(given or sys.argv[1:])]))
    except ScenarioError as wrong:
        print("\n".join(wrong.faults), file=sys.stderr)
        return 2
    except SimulationError as broken:
        print(broken, file=sys.stderr)
        return 1
    except KeyboardInterrupt:               # what was written after the first part stays
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
