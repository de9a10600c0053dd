"""How far a sweep is, told without touching its folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kubesim import files
from kubesim.experiment import Experiment
from kubesim.language import say
from kubesim.sweeping.display import text
from kubesim.sweeping.plan import Plan
from kubesim.sweeping.results import Sweep


def status_text(experiment: Experiment, folder: Path) -> str:
    """What the folder holds, and what the experiment asks for beyond it. Raises ScenarioError for a
    folder that holds something else."""
    if not (folder / files.MANIFEST).exists():
        return say("{folder}: nothing was run yet; {asked:,} runs asked for", folder=folder,
                   asked=experiment.runs)
    sweep = Sweep.open(folder)
    lines = [text(sweep), say("state: {state}", state=say(_state(sweep)))]
    left = int((~np.isin(np.unique(Plan.of(experiment).points.ids), sweep.landed)).sum())
    if left != sweep.counts["missing"]:
        lines.append(say("the file asks for {left:,} runs that the folder does not hold", left=left))
    return "\n".join(lines)


def _state(sweep: Sweep) -> str:
    """What run.json says, unless whoever wrote it is gone."""
    status = sweep.manifest["status"]
    return "interrupted" if status == "running" and not files.is_claimed(sweep.folder) else status
