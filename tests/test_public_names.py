"""What a notebook user calls by ``kubesim.<name>``."""

from __future__ import annotations

import inspect

import pytest

import kubesim
from kubesim.scenario import Scenario

SMALL = Scenario(name="Small", months=3).with_({"population.households": 60, "groups.size": 5})


def test_names_are_about_two_dozen_and_all_there():
    assert {"run", "compare", "explain", "story", "best_design", "replay"} < set(kubesim.__all__)
    assert len(kubesim.__all__) <= 26 and dir(kubesim) == sorted(kubesim.__all__)
    for name in kubesim.__all__:
        assert name in kubesim.__doc__ or name == "__version__"
        assert inspect.getdoc(getattr(kubesim, name))


@pytest.mark.parametrize("name", ["explain", "story", "best_design", "replay"])
def test_studies_show_a_call_in_their_first_lines(name):
    summary = inspect.getdoc(getattr(kubesim, name)).split("\n\n")[0]
    call = summary.split("``")[1]
    compile(call, "<example>", "eval")
    assert f"kubesim.{name}(" in call


def test_a_folder_a_scenario_and_a_life(tmp_path):
    kubesim.run(SMALL, 1, outcomes=["skill"]).write(tmp_path / "run")
    assert kubesim.replay(tmp_path / "run").identical
    assert (kubesim.explain(SMALL).query("path == 'groups.size'")["value"] == 5).all()
    assert "household" in str(kubesim.story(SMALL.with_(interventions=[kubesim.UepGrant()]), "typical"))


@pytest.mark.slow
def test_the_best_design_for_a_budget():
    pytest.importorskip("optuna")
    base = SMALL.with_(interventions=[kubesim.UepGrant()])
    found = kubesim.best_design(base, 1e8, ["interventions.uep_grant.per_member=0..4e6"], outcome="consumption",
                                trials=20, replicates=2, workers=1)
    assert "Rp" in str(found) and found.question.seed == 1


def test_a_budget_that_buys_nothing_is_refused():
    pytest.importorskip("optuna")
    with pytest.raises(kubesim.ScenarioError, match="budget"):
        kubesim.best_design(SMALL.with_(interventions=[kubesim.UepGrant()]), 0,
                            ["interventions.uep_grant.per_member=0..4e6"])
