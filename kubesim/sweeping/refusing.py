"""When a folder cannot be gone on with: what changed since it was begun, told value by value."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Mapping

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.experiment import Experiment
from kubesim.language import say
from kubesim.running.folder import differences
from kubesim.running.manifest import versions
from kubesim.sweeping.crew import SAME

MOST_TOLD = 12
WORDS = ("name", "about", "file")


def check_same(folder: Path, manifest: Mapping[str, Any], experiment: Experiment,
               runs_left: bool) -> None:
    """Refuse a folder that was begun with other scenarios, outcomes or axes, or, where there is
    something left to run, by another version. Raises ScenarioError with a line for each change."""
    found = [*_changed_worlds(manifest, experiment), *_changed_terms(manifest, experiment)]
    if runs_left:
        held, ours = manifest["versions"], versions()
        found += [say("{name} was {held}, now {wanted}", name=name, held=held.get(name), wanted=ours[name])
                  for name in SAME if held.get(name) != ours[name]]
    if found:
        more = [say("and {count} more", count=len(found) - MOST_TOLD)] if len(found) > MOST_TOLD else []
        raise ScenarioError([say("{folder}: was begun differently; go on with what it was begun with, or "
                                 "choose another folder with --out:", folder=folder),
                             *(f"  {line}" for line in found[:MOST_TOLD] + more)])


def check_runs(folder: Path, experiment: Experiment, held: np.ndarray, asked: np.ndarray) -> None:
    """Refuse a folder that holds runs of the same worlds which are not asked for now."""
    foreign = int((~np.isin(held, asked)).sum())
    if not foreign:
        return
    hint = ""
    if experiment.terms.design.kind == "lhs":
        hint = say("; to add points to a hypercube of 100 write points: [100, 50]")
    raise ScenarioError(say("{folder}: holds {count:,} runs that this experiment does not ask for (its "
                            "values, seeds or scenarios changed); add to what was there{hint}, or choose "
                            "another folder with --out", folder=folder, count=foreign, hint=hint))


def _changed_worlds(manifest: Mapping[str, Any], experiment: Experiment) -> Iterator[str]:
    for name, held in manifest.get("scenarios", {}).items():
        if name in experiment.scenarios:
            wanted = experiment.scenarios[name].to_mapping()
            told = ({key: said for key, said in world.items() if key not in WORDS}
                    for world in (held, wanted))
            yield from (f"{name}: {line}" for line in differences(*told))


def _changed_terms(manifest: Mapping[str, Any], experiment: Experiment) -> Iterator[str]:
    terms = experiment.terms
    held = {"outcomes": list(manifest.get("outcomes") or ()), "keep": manifest.get("keep"),
            "fresh": manifest.get("fresh"), "axes": sorted(axis["path"] for axis in manifest.get("axes", ()))}
    wanted = {"outcomes": list(terms.outcomes), "keep": terms.keep, "fresh": terms.seeds.fresh,
              "axes": sorted(axis.path for axis in experiment.axes)}
    yield from differences(held, wanted)
