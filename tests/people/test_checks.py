"""Month 0 beside the file: the same households, the same numbers, and a mark that can say no."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.people.checks import ALL, FILE, PUBLISHED, Checked, People, known_as, measured, of_file, telling
from kubesim.people.month_zero import held_against, told
from kubesim.people.survey import Design
from kubesim.plots.start import checked_table, start_figure, tell_checked
from kubesim.plots.style import settle
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
        "Spending per person", "Poverty and inequality", "Poverty rate (P0)"]
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
    [line] = [line for line in told_people(Scenario.load(path), range(1, 4)) if "cannot follow" in line]
    assert "where the model's people spend" in line


# -- the figure ----------------------------------------------------------------------------------
PUBLISHED_ONLY = {"districts": [
    {"name": name, "share": 0.5, "margins": {"poverty_rate": 0.05, "poverty_gap": gap, "leeway": leeway}}
    for name, gap, leeway in (("Hulu Sungai Selatan", 0.0075, 0.25), ("Kota Banjarmasin", 0.0034, 0.6))],
    "population": {"households": 400}}


def test_what_the_people_cannot_come_near_to_never_agrees():
    """Of 400 households luck hides anything; a fit that is half as far again as published is told all the same."""
    table = checked_table(check_start(Scenario.from_mapping(PUBLISHED_ONLY), range(1, 4)))
    agrees = table.set_index(["place", "measure"])["agrees"]
    assert not agrees["Kota Banjarmasin", "poverty_gap"] and agrees["Hulu Sungai Selatan", "poverty_gap"]
    apart = table.set_index(["place", "measure"])["near"]
    assert list(apart) == [True, True, True, False]


def test_published_indices_have_a_panel_each_and_districts_a_row():
    table = checked_table(check_start(Scenario.from_mapping(PUBLISHED_ONLY), range(1, 4)))
    rate, gap = start_figure(Scenario(), table, "x").axes
    assert [axes.get_title(loc="left") for axes in (rate, gap)] == ["Poverty rate (P0)", "Poverty gap (P1)"]
    assert [text.get_text() for text in rate.get_yticklabels()] == ["Hulu Sungai Selatan", "Kota Banjarmasin"]
    assert {text.get_text() for text in gap.get_yticklabels()} == {""}
    alone = table[table["place"] == "Kota Banjarmasin"]
    assert len(start_figure(Scenario(), alone, "x").axes) == 2
    assert max(bar.get_height() for bar in gap.patches) < 0.2 * abs(np.diff(gap.get_ylim())[0])


@pytest.mark.parametrize("spoken", ["en", "id"])
def test_no_words_of_the_figure_are_cut_off_and_its_key_shows_what_is_drawn(scenario, monkeypatch, spoken):
    """Longest names of districts, three panels: all words lie on the page; told numbers are diamonds in the key."""
    monkeypatch.setenv("KUBESIM_LANG", spoken)
    table = checked_table(check_start(scenario, range(1, 4))).replace("Utara", "Kab. Penukal Abab Lematang Ilir")
    figure = start_figure(scenario, table, "x")
    settle(figure)
    figure.canvas.draw()
    page = figure.bbox
    for axes in figure.axes:
        for text in (axes._left_title, *axes.texts, *axes.get_yticklabels()):
            box = text.get_window_extent()
            assert not text.get_text() or (box.x0 >= page.x0 and box.x1 <= page.x1), text.get_text()
    told_key, model_key = figure.legends[0].legend_handles
    assert told_key.get_marker() == "D" and told_key.get_linestyle() == "None"
    assert model_key.get_marker() == "o" and model_key.get_linestyle() == "-"
