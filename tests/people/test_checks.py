"""Month 0 beside the file: the same households, the same numbers, and a mark that can say no."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.people.checks import ALL, FILE, PUBLISHED, Checked, People, known_as, measured, of_file, telling
from kubesim.people.month_zero import held_against, told
from kubesim.people.survey import Design
from kubesim.plots.start import checked_table, start_figure, tell_checked
from kubesim.running.start import check_start, told_people
from kubesim.scenario import Scenario
from made_up import SCENARIO, write_register
from rolls import roll_of


@pytest.fixture
def scenario(tmp_path):
    """Ten families in two districts."""
    return Scenario.load(write_register(tmp_path))


def line(told_value, population, error=np.nan, spread=np.nan):
    """A number of a file beside the population's."""
    return Checked(FILE, ALL, "poverty_rate", "share", told_value, error, population, spread)


def test_a_survey_agrees_within_its_interval_whatever_luck_does():
    """1.96 standard errors; the spread over seeds makes no number agree that does not."""
    assert line(0.30, 0.339, error=0.02, spread=0.0).agrees is True
    assert line(0.30, 0.340, error=0.02, spread=1.0).agrees is False


def test_a_register_agrees_within_what_luck_changes():
    """Two standard deviations from seed to seed; with one seed nothing can be said."""
    assert line(0.30, 0.33, spread=0.02).agrees is True
    assert line(0.30, 0.35, spread=0.02).agrees is False
    assert line(0.30, 0.35).agrees is None


def test_what_the_file_does_not_say_is_not_held_against_it():
    """Of two households one has no spending in the file: the model's is left out as well."""
    file = of_file(roll_of(2, persons=[4, 2], spending=[4e5, np.nan]), np.zeros(2, int), [5e5], sampled=False)
    model = People(np.zeros(2, int), np.array([4.0, 2.0]), np.array([4e5, 9e5]), np.array([0.8, 1.8]),
                   Design(np.ones(2)))
    told_here, lived_here = ({key: held.value for key, held in measured(people, ()).items()}
                             for people in (file, known_as(model, file)))
    assert lived_here == pytest.approx(told_here)
    assert told_here[ALL, "poverty_rate"] == 1 and told_here[ALL, "family_size"] == 3


def test_the_files_numbers_are_those_worked_by_hand(scenario):
    """41 persons spend 28 million; families of 4.1; six of ten households in Utara."""
    found = {(key[1], key[2]): said.value for key, said in told(scenario).items()}
    assert found[ALL, "spending"] == pytest.approx(28.0e6 / 41)
    assert found[ALL, "family_size"] == pytest.approx(4.1)
    assert found["Utara", "households"] == pytest.approx(0.6)
    poor = 4 + 2 + 5 + 3 + 7                    # below 457,222 a head: 300, 450, 200, 367 and 400 thousand
    assert found[ALL, "poverty_rate"] == pytest.approx(poor / 41)


def test_sizes_and_places_of_a_register_are_met_to_the_last_digit(scenario):
    """They are the file's own in every seed."""
    for line in check_start(scenario, range(1, 6)):
        if line.measure in ("family_size", "households"):
            assert line.population == pytest.approx(line.told) and line.spread == pytest.approx(0) and line.agrees


def test_a_measure_that_the_population_lacks_is_left_out():
    """A district that nobody of the model lives in has nothing to compare."""
    said = told(Scenario.from_mapping({"districts": [{"name": "A", "margins": {"family_size": 4.2}}]}))
    assert list(said) == [(PUBLISHED, "A", "family_size")]
    assert held_against(said, {}) == []
    [held] = held_against(said, {(PUBLISHED, "A", "family_size"): [4.0, 4.2, 4.1]})
    assert held.population == pytest.approx(4.1) and held.spread == pytest.approx(0.1)


def test_the_table_can_be_read(scenario):
    """A head, a line a number, rupiah and percent as people write them."""
    head, *lines = telling(check_start(scenario, range(1, 4)))
    assert head.split() == ["Place", "Measure", "Told", "±", "(95", "%)", "Model,", "month", "0", "Agrees"]
    assert any("Rp 682,927" in line for line in lines) and any("51.2 %" in line for line in lines)


def test_the_figure_draws_every_panel_and_its_sentence_counts(scenario):
    """Deciles, indices and districts; a number off by far is not counted as agreeing."""
    checked = list(check_start(scenario, range(1, 4)))
    figure = start_figure(scenario, checked_table(checked), "x")
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Spending per person", "Poverty and inequality", "Poverty rate by district"]
    off = [held._replace(population=9.0, spread=0.001) if held.measure == "gini" else held for held in checked]
    agreeing = sum(held.agrees is True for held in off)
    assert f"{agreeing} of {len(off)} numbers agree" in tell_checked(checked_table(off))


def test_nothing_is_checked_where_nothing_is_known():
    """The shipped city of no file and no margins."""
    assert check_start(Scenario(), range(1, 4)) == ()


def test_spending_that_differs_less_than_luck_is_told(tmp_path):
    """Ten families that all spend the same: no income makes the model's month 0 so even."""
    rows = "\n".join(f"{'Utara' if row < 5 else 'Selatan'};;;4;2.000.000;ya" for row in range(10))
    path = write_register(tmp_path, "Kecamatan;Kelompok;Pendamping;Anggota;Pengeluaran;Lantai\n" + rows,
                          SCENARIO.replace("group: Kelompok, companion: Pendamping,", ""))
    assert any("differs less between households" in line for line in told_people(Scenario.load(path), range(1, 4)))
