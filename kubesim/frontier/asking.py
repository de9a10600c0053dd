"""best_design: the question of a budget, asked in Python."""

from __future__ import annotations

from typing import Sequence

from kubesim.frontier.found import Frontier, Question
from kubesim.frontier.goal import make_goal
from kubesim.frontier.levers import make_levers
from kubesim.frontier.study import find_frontier
from kubesim.notebook import notebook_bar
from kubesim.running.simulation import Progress
from kubesim.scenario import Scenario


def best_design(scenario: Scenario, budget: float, levers: Sequence[str] = (), *, outcome: str = "out_of_poverty",
                trials: int = 150, replicates: int = 10, seed: int = 1, discount: float = 0.0,
                workers: int | None = None, progress: Progress | None = None) -> Frontier:
    """Find the best design for a budget: ``kubesim.best_design(scenario, 5e9, ["groups.size=5..12"])``.

    Parameters
    ----------
    budget
        Rp, for all groups of the model together.
    levers
        What may be changed, as ``path=low..high``; the usual ones unless given.
    outcome
        What the budget is to buy at the last month: 'out_of_poverty', poor households fewer than without
        the programme, or another measure or outcome, such as 'lifted' or 'poverty_gap_members'.
    trials, replicates, seed
        Designs tried, seeds of each, and the first seed.
    discount
        Rate a year at which costs are discounted.
    workers, progress
        As ``run``.

    Raises
    ------
    ScenarioError
        When the question cannot be answered, or Optuna is missing.
    Interrupted
        On Ctrl-C or SIGTERM; its ``results`` hold what was found so far, None when that is nothing.
    """
    question = Question(scenario, make_levers(scenario, levers), make_goal(outcome), budget, trials, replicates,
                        seed, discount)
    return find_frontier(question, workers, progress or notebook_bar())
