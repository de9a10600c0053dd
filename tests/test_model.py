"""What KubeModel takes and refuses: scenarios, settings, seeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.model import KubeModel

ROOT = Path(__file__).parents[1]


def test_settings_are_laid_over_the_scenario(world):
    model = KubeModel(world, 1, **{"interventions.diklat.hours": 96.0, "months": 7})
    assert model.scenario == world.with_({"interventions.diklat.hours": 96.0, "months": 7})
    with pytest.raises(ScenarioError, match="scenrio"):
        KubeModel(scenrio=world)


@pytest.mark.parametrize("seed", ["42", 4.0, -1, True, [], [1, -2], [1, "2"], np.array([1.5]), {3},
                                  np.random.default_rng(1)])
def test_what_is_no_seed_is_refused(world, seed):
    with pytest.raises(ScenarioError, match="seed = "):
        KubeModel(world, seed)


def test_seed_and_rng_together_are_refused(world):
    with pytest.raises(ScenarioError, match="give one of them"):
        KubeModel(world, 1, rng=2)


@pytest.mark.parametrize("scenario", [5, {"months": 3}, ("name", "Small")])
def test_what_is_no_scenario_is_refused(scenario):
    with pytest.raises(ScenarioError, match=f"not {type(scenario).__name__}"):
        KubeModel(scenario)


def test_importing_the_model_has_no_side_effect(tmp_path):
    code = """
import os, random, sys, warnings
import kubesim
assert not {"mesa", "pandas", "matplotlib", "yaml"} & set(sys.modules), "kubesim alone is light"
import multiprocessing, mesa, numpy, pydantic
def look():
    return (random.getstate(), str(numpy.random.get_state()), numpy.geterr(), list(warnings.filters),
            dict(os.environ), os.getcwd(), os.listdir(), multiprocessing.get_start_method(allow_none=True))
before = look()
import kubesim.model
assert look() == before
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT)}, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_public_names_stay_what_they_are_once_their_modules_are_loaded():
    """A module of the same name would take a function's place in the package."""
    code = ("import kubesim, pkgutil, importlib\n"
            "names = [n for n in kubesim.__all__ if n != '__version__']\n"
            "before = {n: getattr(kubesim, n) for n in names}\n"
            "[importlib.import_module(f'kubesim.{m.name}') for m in pkgutil.iter_modules(kubesim.__path__)"
            " if m.name != '__main__']\n"
            "assert all(getattr(kubesim, n) is before[n] and callable(before[n]) for n in names)\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
