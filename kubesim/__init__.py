"""kubesim: simulate Indonesia's joint business groups (KUBE) month by month.

The public names are found on first use, so that importing kubesim is quick and has no side effect:

- what is assumed: ``Scenario``, ``explain``; what a stranger adds: ``Intervention``, ``Shock``, ``outcome``
- studies: ``run`` gives ``Results``, ``compare`` a ``Comparison``; ``story``, ``best_design``, ``replay``;
  ``Experiment`` sweeps thousands of runs
- the programme: ``UepGrant``, ``Diklat``, ``Companionship``, ``ClusterMeetings``, ``SavingsAndLoan``
- Mesa: ``KubeModel`` and its agents ``Household``, ``Group``, ``Companion``
- faults: ``ScenarioError``, ``SimulationError``
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kubesim.agents import Companion, Group, Household
    from kubesim.comparing.compare import compare
    from kubesim.comparing.comparison import Comparison
    from kubesim.errors import ScenarioError, SimulationError
    from kubesim.experiment import Experiment
    from kubesim.extensions import Intervention, Shock, outcome
    from kubesim.frontier.asking import best_design
    from kubesim.interventions.cluster_meetings import ClusterMeetings
    from kubesim.interventions.companionship import Companionship
    from kubesim.interventions.diklat import Diklat
    from kubesim.interventions.savings_and_loan import SavingsAndLoan
    from kubesim.interventions.uep_grant import UepGrant
    from kubesim.model import KubeModel
    from kubesim.replaying import replay
    from kubesim.running.results import Results
    from kubesim.running.simulation import run
    from kubesim.scenario import Scenario
    from kubesim.telling.explain import explain
    from kubesim.telling.story import story

_HOME = {
    "Scenario": "scenario", "KubeModel": "model", "run": "running.simulation", "Results": "running.results",
    "compare": "comparing.compare", "Comparison": "comparing.comparison",
    "explain": "telling.explain", "story": "telling.story", "best_design": "frontier.asking",
    "replay": "replaying", "Experiment": "experiment",
    "Household": "agents", "Group": "agents", "Companion": "agents",
    "Intervention": "extensions", "Shock": "extensions", "outcome": "extensions",
    "UepGrant": "interventions.uep_grant", "Diklat": "interventions.diklat",
    "Companionship": "interventions.companionship",
    "ClusterMeetings": "interventions.cluster_meetings",
    "SavingsAndLoan": "interventions.savings_and_loan",
    "ScenarioError": "errors", "SimulationError": "errors",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kubesim' has no attribute '{name}'")
    return getattr(import_module(f"kubesim.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
