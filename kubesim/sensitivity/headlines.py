"""The three effects that the project is judged by, as a study of small worlds."""

from __future__ import annotations

from pathlib import Path

from kubesim.language import phrase
from kubesim.scenario import Scenario
from kubesim.sensitivity.evaluating import Headline, Study

NOTHING, TODAY, BETTER = "no programme", "banjarmasin", "better_training_and_mentoring"
THEORY, PRACTICE = "theory_training", "practical_training"
MEMBERS = "consumption_members"
POINTS = phrase("percentage points")

HEADLINES = (
    Headline("full", phrase("Better training and mentoring against no programme: members' consumption after "
                            "24 months"), POINTS, BETTER, NOTHING, MEMBERS, 24, base=NOTHING),
    Headline("practice", phrase("Practical against theoretical training: members' consumption after 24 "
                                "months"), POINTS, PRACTICE, THEORY, MEMBERS, 24, base=NOTHING),
    Headline("survival", phrase("Better training and mentoring against business as usual: groups alive after "
                                "60 months"), POINTS, BETTER, TODAY, "groups_active", 60))


def headline_study(scenarios: Path | str = "scenarios", households: int = 1000,
                   register_share: float = 0.9) -> Study:
    """The shipped designs with few households, most of them on the register: effects are on members.

    Raises ScenarioError when a scenario cannot be read.
    """
    small = {"population.households": households, "population.register_share": register_share}
    worlds = {name: Scenario.load(Path(scenarios) / f"{name}.yaml").with_(small)
              for name in (TODAY, BETTER, THEORY, PRACTICE)}
    return Study({NOTHING: worlds[TODAY].without_programme(), **worlds}, HEADLINES)
