"""The search: an optimiser under noise looks for designs along the frontier and at the budget.

It knows nothing of kubesim's worlds: ``evaluate`` maps designs to what they cost and gain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, Callable, Iterable, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.frontier.levers import Design, Lever, usual_design, with_end
from kubesim.frontier.surface import propose
from kubesim.language import say
from kubesim.plots.formats import number, rupiah

if TYPE_CHECKING:
    import optuna

BATCH = 8
"""Designs that the optimiser proposes at once: fixed, so that the path does not hang on the workers."""
ALONG_FRONTIER, AT_BUDGET = 0.3, 0.3
"""Shares of the trials in which the estimator looks along the whole frontier and at the budget; in the
others the response surface does."""
BUDGETS = (1.0, 1.0, 0.25, 1.0, 1.0, 0.5, 1.0, 1.0, 0.75, 1.0, 1.0, 1.25, 1.0, 1.0, 1.5)
"""Times the budget, in turn, for which the response surface looks for the best design."""

Evaluate = Callable[[Sequence[Design]], Sequence[tuple[float, float]]]


@dataclass
class Found:
    """Every design tried, with its mean cost and gain, in the order of the trials."""

    tried: dict[Design, tuple[float, float]] = field(default_factory=dict)
    probes: dict[str, tuple[Design, Design]] = field(default_factory=dict)   # by lever: at its low, high end

    def cheapest(self) -> Design:
        """The design that costs least."""
        return min(self.tried, key=lambda design: self.tried[design][0])

    def within(self, budget: float) -> list[Design]:
        """Designs within the budget, the best first."""
        return sorted((design for design, (cost, _) in self.tried.items() if cost <= budget),
                      key=lambda design: -self.tried[design][1])

    def frontier(self) -> list[Design]:
        """Designs that none beats in both cost and gain, the cheapest first."""
        kept: list[Design] = []
        for design in sorted(self.tried, key=lambda design: (self.tried[design][0], -self.tried[design][1])):
            if not kept or self.tried[design][1] > self.tried[kept[-1]][1]:
                kept.append(design)
        return kept


def least_trials(levers: int) -> int:
    """The fewest trials that make sense for so many levers: the probes and two batches."""
    return 2 * levers + 2 + 2 * BATCH


def search(levers: Sequence[Lever], evaluate: Evaluate, budget: float, trials: int, seed: int,
           found: Found) -> None:
    """Look for designs of much gain for little cost; fills ``found`` as it goes.

    First each lever is put to its two ends, the others as in the baseline, and all of them to their
    cheaper ends: so a budget that nothing meets is seen at once. Then the tree-structured Parzen
    estimator (Bergstra et al. 2011, NeurIPS 24; for two objectives Ozaki et al. 2022, JAIR
    73:1209-1250), as Optuna has it, looks along the frontier of cost and gain, and then for the most
    gain within the budget, which is a constraint, knowing all tried before. Last, a response surface
    through all of them (``surface``) proposes designs for the budget and for others along the frontier.

    Raises ScenarioError when no design tried meets the budget.
    """
    optuna = load_optuna()
    _probe(levers, evaluate, found)
    check_budget(found, budget)
    left = trials - len(found.tried)
    both = optuna.create_study(directions=["minimize", "maximize"], sampler=_sampler(seed))
    _ask(both, levers, evaluate, found, round(left * ALONG_FRONTIER), None)
    one = optuna.create_study(direction="maximize", sampler=_sampler(seed + 1))
    _ask(one, levers, evaluate, found, round(left * AT_BUDGET), budget)
    _follow_surface(levers, evaluate, found, budget, trials, seed)


def check_budget(found: Found, budget: float) -> None:
    """Raises ScenarioError when no design tried meets the budget."""
    cheapest, _ = found.tried[found.cheapest()]
    if cheapest > budget:
        raise ScenarioError(say("--budget {budget}: no design within the levers' ranges meets it; the "
                                "cheapest found costs {cost}", budget=rupiah(budget),
                                cost=to_the_rupiah(cheapest)))


def to_the_rupiah(cost: float) -> str:
    """A cost that a budget of as much would meet, all digits told."""
    return "Rp\u00a0" + number(math.ceil(cost))


def load_optuna():
    """Optuna, silent; raises ScenarioError when it is not installed."""
    try:
        import optuna
    except ImportError:
        raise ScenarioError(say("frontier needs Optuna: pip install 'kubesim[calibration]'")) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _probe(levers: Sequence[Lever], evaluate: Evaluate, found: Found) -> None:
    """Try the baseline's values, each lever at its ends, and all levers at their cheaper ends."""
    usual = usual_design(levers)
    found.probes = {lever.path: (with_end(levers, usual, place, lever.low),
                                 with_end(levers, usual, place, lever.high))
                    for place, lever in enumerate(levers)}
    _try(evaluate, found, [usual, *(end for ends in found.probes.values() for end in ends)])
    def cheap(design: Design) -> tuple[float, float]:
        cost, gain = found.tried[design]
        return cost, -gain

    cheaper = tuple(min(found.probes[lever.path], key=cheap)[place]
                    for place, lever in enumerate(levers))
    _try(evaluate, found, [cheaper])


def _follow_surface(levers: Sequence[Lever], evaluate: Evaluate, found: Found, budget: float, trials: int,
                    seed: int) -> None:
    """Try what the response surface proposes, until so many designs are tried or it proposes none."""
    luck, budgets = np.random.Generator(np.random.PCG64(seed)), cycle(BUDGETS)
    while len(found.tried) < trials:
        marks = [budget * next(budgets) for _ in range(min(BATCH, trials - len(found.tried)))]
        proposed = propose(levers, found.tried, marks, luck)
        if not proposed:
            return
        _try(evaluate, found, proposed)


def _try(evaluate: Evaluate, found: Found, designs: Iterable[Design]) -> None:
    """Evaluate the designs that are new."""
    new = [design for design in dict.fromkeys(designs) if design not in found.tried]
    if new:
        found.tried |= dict(zip(new, evaluate(new)))


def _sampler(seed: int) -> "optuna.samplers.BaseSampler":
    return load_optuna().samplers.TPESampler(seed=seed % 2**32, multivariate=True, constant_liar=True,
                                             n_startup_trials=2 * BATCH)


def _ask(study: "optuna.Study", levers: Sequence[Lever], evaluate: Evaluate, found: Found, trials: int,
         budget: float | None) -> None:
    """Let a study propose designs in batches; with a budget, gain is its only objective."""
    space = {lever.path: _distribution(lever) for lever in levers}
    for design, lived in found.tried.items():
        _teach(study, levers, space, design, lived, budget)
    while trials > 0:
        asked = [study.ask(space) for _ in range(min(BATCH, trials))]
        designs = [tuple(trial.params[lever.path] for lever in levers) for trial in asked]
        _try(evaluate, found, designs)
        for trial, design in zip(asked, designs):
            cost, gain = found.tried[design]
            if budget is not None:
                trial.set_constraint("budget", cost / budget - 1)
            study.tell(trial, (cost, gain) if budget is None else gain)
        trials -= len(asked)


def _teach(study: "optuna.Study", levers: Sequence[Lever], space: dict, design: Design,
           lived: tuple[float, float], budget: float | None) -> None:
    """Tell a study of a design tried before."""
    cost, gain = lived
    known = load_optuna().trial.create_trial(
        params={lever.path: held for lever, held in zip(levers, design)}, distributions=space,
        values=[cost, gain] if budget is None else [gain])
    if budget is not None:
        known.set_constraint("budget", cost / budget - 1)
    study.add_trial(known)


def _distribution(lever: Lever) -> "optuna.distributions.BaseDistribution":
    distributions = load_optuna().distributions
    if lever.whole:
        return distributions.IntDistribution(int(lever.low), int(lever.high))
    return distributions.FloatDistribution(float(lever.low), float(lever.high))
