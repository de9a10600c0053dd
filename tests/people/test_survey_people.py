"""A survey becomes the city: its indices in month 0, its districts, and no more noise than must be."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.model import KubeModel
from kubesim.people.checks import ALL
from kubesim.people.filed import Filed, draw_survey
from kubesim.running.start import check_start, told_people
from kubesim.scenario import Scenario
from rolls import roll_of

VIETNAM = Path(__file__).parents[3] / "shared" / "data" / "household_vietnam_vlss_1997.csv"
SURVEY = """name: A survey
population:
  households: 2000
  survey: survey.csv
  columns: {persons: persons, spending: spending, weight: weight, cluster: village, stratum: side, district: place}
districts: [{name: A, share: 0.3}, {name: B, share: 0.7}]
"""


@pytest.fixture
def vietnam(tmp_path):
    """The Vietnamese survey in a folder of its own: 5,999 households of 194 communes, 1998 line of 1,790
    thousand dong per person and year (World Bank and General Statistics Office)."""
    if not VIETNAM.exists():
        pytest.skip(f"{VIETNAM.name} is not in ../shared/data: the project ships no copy")
    shutil.copy(VIETNAM, tmp_path / "vlss.csv")
    (tmp_path / "vietnam.yaml").write_text("""name: Viet Nam
months: 3
population:
  survey: vlss.csv
  columns: {persons: household_size, spending: ln_total_expenditure, cluster: commune}
  money: {per: household, months: 12, times: 1000, log: true, line: 1790}
""")
    return Scenario.load(tmp_path / "vietnam.yaml")


@pytest.fixture
def small(tmp_path):
    """300 made-up households of 30 villages in two places; those of B are richer and weigh more."""
    luck, lines = np.random.default_rng(4), ["persons,spending,weight,village,side,place"]
    for row in range(300):
        rich = row >= 150
        lines.append(f"{luck.integers(1, 8)},{luck.lognormal(13.0 + 0.5 * rich, 0.5):.0f},{20 + 60 * rich},"
                     f"V{row // 10},{'east' if row % 20 < 10 else 'west'},{'B' if rich else 'A'}")
    (tmp_path / "survey.csv").write_text("\n".join(lines))
    (tmp_path / "survey.yaml").write_text(SURVEY)
    return Scenario.load(tmp_path / "survey.yaml")


def test_month_0_has_the_indices_of_the_vietnamese_survey(vietnam):
    """Poverty, inequality, mean and deciles within the survey's own standard error: not only within two."""
    checked = check_start(vietnam, range(1, 11))
    assert len(checked) == 15 and all(line.place == ALL for line in checked)
    for line in checked:
        assert abs(line.population - line.told) < line.error, line
        assert line.agrees and line.spread < line.error, line


def test_what_is_left_out_of_the_vietnamese_survey_is_said(vietnam):
    """There are no strata in the file, and no household's number is read as personal."""
    told = "\n".join(told_people(vietnam, range(1, 3)))
    assert "no stratum is named" in told and "Poverty rate (P0)" in told


def test_each_district_has_its_own_households(small):
    """Persons of A spend less; shares of households are the scenario's, not the file's."""
    model = KubeModel(small, seed=[1, 2, 3])
    h = model.state.households
    share = np.bincount(h.district[0], h.weight[0]) / h.weight[0].sum()
    assert share == pytest.approx([0.3, 0.7], abs=0.01)
    found = {(line.place, line.measure): line for line in check_start(small, range(1, 11))}
    assert found["A", "spending"].population < 0.8 * found["B", "spending"].population
    for place in ("A", "B"):
        assert found[place, "spending"].agrees and found[place, "family_size"].agrees


def test_shares_that_are_not_the_files_are_shown(small):
    """The file's weights say 20 % in A, the scenario 30 %: the table tells both and that they differ."""
    [line] = [line for line in check_start(small, range(1, 6)) if line[1:3] == ("A", "households")]
    assert line.told == pytest.approx(0.2) and line.population == pytest.approx(0.3, abs=0.01)


def test_listed_households_are_poor_and_mixed(small):
    """Groups are not sorted by income: within groups incomes spread about as far as over all listed."""
    state = KubeModel(small, seed=1).state
    income = np.log((state.households.normal_income / state.households.poverty_line)[0])
    listed, others = income[:state.listed], income[state.listed:]
    assert listed.mean() < others.mean() - 0.3
    groups = np.array([block.std() for block in np.split(listed, state.first[1:])])
    assert groups.mean() > 0.6 * listed.std()


def test_a_city_of_the_surveys_size_is_the_survey_whatever_the_luck():
    """Equal weights, as many households as records: each once, in order of spending, no noise at all."""
    roll = roll_of(40, persons=np.arange(40) % 7 + 1, spending=np.arange(40, 0, -1.0), in_lines=True)
    file = Filed(roll, None, roll.spending, 0.0)
    persons, income = draw_survey(file, -1, 40, np.array([0.0, 0.7]))
    assert (income == np.arange(1.0, 41)).all() and (persons == roll.persons[::-1]).all()


def test_a_district_without_households_is_refused(small):
    """Nobody of C was asked."""
    text = SURVEY.replace("{name: A, share: 0.3}", "{name: A, share: 0.3}, {name: C, share: 0.1}")
    path = Path(small.folder) / "more.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match="has no household in C"):
        KubeModel(Scenario.load(path), seed=1)


def test_a_survey_and_margins_of_the_same_people_are_refused(small):
    """A district's people come from one of them."""
    path = Path(small.folder) / "both.yaml"
    path.write_text(SURVEY.replace("share: 0.3}", "share: 0.3, margins: {poverty_rate: 0.1}}"))
    with pytest.raises(ScenarioError, match="come from population.survey"):
        Scenario.load(path)
