"""Maps of tiles: where tiles lie, what is written in them, in what colours, and what they say to the blind."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kubesim.plots import PLOTS, maps, tiles, write_figures
from kubesim.plots.formats import SHARE
from kubesim.plots.provinces import PROVINCES
from kubesim.plots.style import Layout as Header, new_figure, settle
from kubesim.population import District
from kubesim.running.simulation import run
from kubesim.scenario import Scenario
from scenario_files import check

ALL = [name for province in PROVINCES for name in province.districts]
FIVE = ["Selatan", "Timur", "Barat", "Tengah", "Utara"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    """Faulty files are written in a folder of their own."""
    monkeypatch.chdir(tmp_path)


def places(layout: tiles.Layout) -> list[tuple[float, float]]:
    return [(tile.column, tile.row) for tile in layout.tiles]


def of(names, **fields) -> list[District]:
    return [District(name=name, **fields) for name in names]


# -- where tiles lie -----------------------------------------------------------------------------
def test_the_country_has_514_districts_in_38_provinces_and_no_two_in_one_place():
    layout = tiles.lay_out(of(ALL))
    assert (len(ALL), len(PROVINCES), len(layout.labels)) == (514, 38, 38)
    assert len(set(ALL)) == len({tiles.plain(name) for name in ALL}) == len(set(places(layout))) == 514
    assert {tile.district for tile in layout.tiles} == set(ALL)
    covered = set(places(layout))
    assert not [label for label in layout.labels
                if {(label.column + i, label.row) for i in range(3)} & covered]      # no label over a tile


def test_provinces_lie_as_on_a_map():
    at = {label.words: label for label in tiles.lay_out(of(ALL)).labels}
    assert at["Aceh"].column < at["Jabar"].column < at["Bali"].column < at["NTT"].column < at["Papua Selatan"].column
    assert at["Kaltara"].row < at["Kalsel"].row < at["Jateng"].row and at["Sulut"].row < at["Sulsel"].row


@pytest.mark.parametrize("written", ["Kab. Banjar", "KABUPATEN BANJAR", "banjar", "Kabupaten  Banjar"])
def test_a_district_is_known_however_it_is_written_and_a_city_of_its_name_is_another(written):
    assert tiles.plain(written) == tiles.plain("Banjar") != tiles.plain("Kota Banjar")
    assert tiles.plain("Kotabaru") == tiles.plain("Kota Baru") != tiles.plain("Kota Banjarbaru")


def test_earlier_names_and_short_ones_find_their_province():
    names = ["Toba", "Kab. Kepulauan Tanimbar", "Kota Adm. Jakarta Pusat", "Gunungkidul", "FAK-FAK", *ALL[:40]]
    labels = {label.words for label in tiles.lay_out(of(names)).labels}
    assert {"Sumut", "Maluku", "Jakarta", "Yogya", "Papua Barat"} <= labels
    assert (0, tiles.FIRST_SPARE_ROW + 1) not in places(tiles.lay_out(of(names)))       # none is unknown


def test_few_districts_of_several_provinces_are_large_enough_to_write_into():
    layout = tiles.lay_out(of(ALL[:40]))
    assert layout.named and not layout.labels and max(row for _, row in places(layout)) < 7
    assert tiles.lay_out(of(ALL[:41])).labels


def test_many_unknown_names_stand_in_lines_and_a_few_under_sumatra():
    lines = tiles.lay_out(of([f"Desa {i}" for i in range(60)]))
    assert not lines.labels and len(set(places(lines))) == 60
    mixed = tiles.lay_out(of([*ALL[:60], "Nusa Baru"]))
    assert mixed.tiles[-1].district == "Nusa Baru" and mixed.tiles[-1].row == tiles.FIRST_SPARE_ROW + 1


def test_tiles_lie_where_the_scenario_puts_them_and_the_others_below():
    districts = [*of(["A"], tile=(3, 1)), *of(["B"], tile=(1, 2)), *of(["C", "D"])]
    layout = tiles.lay_out(districts)
    assert places(layout)[:2] == [(3, 1), (1, 2)] and min(row for _, row in places(layout)[2:]) > 2


def test_a_tile_off_the_map_or_on_another_is_a_fault():
    check("districts:\n  - {name: A, share: 0.5, tile: [1, 2]}\n  - {name: B, share: 0.5, tile: [1, 2]}\n",
          "3:33: districts.B.tile = [...]: is the place of A already")
    check("districts:\n  - {name: A, tile: [0, 2]}\n",
          "2:21: districts.A.tile = [...]: must be a column and a row, each from 1 to 100")


@pytest.mark.parametrize("written", ["[1]", "[]", "[1, 2, 3]"])
def test_a_tile_has_two_numbers(written):
    check(f"districts:\n  - {{name: A, tile: {written}}}\n",
          f"2:21: districts.A.tile = {'[...]' if '1' in written else '[]'}: must be a list of column, row")


def test_a_tall_map_fits_a_page():
    layout = tiles.lay_out([*of(["A"], tile=(1, 1)), *of(["B"], tile=(1, 100))])
    assert tiles.size_of(layout)[1] < 11


# -- how they look -------------------------------------------------------------------------------
def test_the_middle_of_changes_is_nothing_and_better_is_green():
    scale = tiles.Scale.of_changes([-0.02, 0.01], SHARE, less_is_better=True)
    better, same, worse = (np.array(scale.colour(value)[:3]) for value in (-0.02, 0.0, 0.02))
    assert same.min() > 0.9 and better[1] > better[0] and worse[0] > worse[1] > worse[2]
    more = tiles.Scale.of_changes([-0.02, 0.01], SHARE, less_is_better=False)
    assert more.colour(0.02) == scale.colour(-0.02)


def test_levels_darken_as_they_rise_and_equal_ones_have_a_scale():
    scale = tiles.Scale.of_levels([0.02, 0.4, np.nan], SHARE)
    light = [np.dot(scale.colour(value)[:3], (0.299, 0.587, 0.114)) for value in (0.02, 0.1, 0.2, 0.3, 0.4)]
    assert light == sorted(light, reverse=True) and light[0] - light[-1] > 0.6
    flat = tiles.Scale.of_levels([0.05, 0.05], SHARE)
    assert flat.low < 0.05 < flat.high


@pytest.mark.parametrize("names", [FIVE, ALL[:13], ALL[:30]])
def test_words_stay_within_their_tiles(names):
    layout = tiles.lay_out(of(names))
    figure = new_figure(Header("Map", "", "note"), tiles.size_of(layout))
    axes = figure.subplots()
    values = dict.fromkeys(names, 0.05)
    tiles.draw_map(axes, layout, values, tiles.Scale.of_levels([0.02, 0.06], SHARE), lambda name: "5.0", names[:2])
    settle(figure)
    figure.canvas.draw()
    boxes = [patch.get_window_extent() for patch in axes.patches]
    for text in axes.texts:
        mine, middle = text.get_window_extent(), text.get_window_extent().get_points().mean(axis=0)
        box = next(box for box in boxes if box.contains(*middle))
        assert mine.x0 >= box.x0 - 2 and mine.x1 <= box.x1 + 2, text.get_text()
        assert mine.y0 >= box.y0 - 1 and mine.y1 <= box.y1 + 1, text.get_text()


def test_a_district_without_a_value_is_hatched():
    layout = tiles.lay_out(of(FIVE))
    axes = new_figure(Header("Map", "", "note"), tiles.size_of(layout)).subplots()
    tiles.draw_map(axes, layout, {"Selatan": 0.1, "Timur": np.nan}, tiles.Scale.of_levels([0.1], SHARE),
                   lambda name: "x")
    assert [bool(patch.get_hatch()) for patch in axes.patches] == [False, True, True, True, True]


# -- of a run ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def results():
    shares = (0.3, 0.2, 0.2, 0.2, 0.1)
    return run(Scenario(name="City").with_({"population.households": 300}, months=3, districts=[
        District(name=name, share=share) for name, share in zip(FIVE, shares)]), seeds=4)


def test_the_map_of_poverty_has_the_mean_of_every_district(results):
    table = maps.poverty_table(results)
    assert list(table["district"]) == FIVE
    first = results.outcomes[(results.outcomes["month"] == 0) & (results.outcomes["district"] == "Barat")]
    assert table.set_index("district").loc["Barat", "mean"] == pytest.approx(first["poverty_rate"].mean())
    told = maps.tell_poverty(results, table)
    worst = table.sort_values("mean").iloc[-1]
    assert worst["district"] in told and f"{100 * worst['mean']:.1f}" in told


def test_a_map_is_marked_only_where_the_difference_holds_for_all_districts_at_once():
    """Of 5 districts with 10 replicates, one falls by 5 points +- 1, one by 1 point +- 1 (t = 3.2, p = 0.011)."""
    luck = np.linspace(-1, 1, 10) / np.linspace(-1, 1, 10).std(ddof=1)
    falls = {"Selatan": -0.05, "Timur": -0.01, "Barat": 0.0, "Tengah": 0.0, "Utara": 0.0}
    rows = [{"district": name, "seed": seed, "month": 3, "poverty_rate_members": 0.5 + fall + 0.01 * luck[seed]}
            for name, fall in falls.items() for seed in range(10)]
    without = [row | {"poverty_rate_members": 0.5} for row in rows]
    held = SimpleNamespace(outcomes=pd.DataFrame(rows), counterfactual=pd.DataFrame(without),
                           scenario=SimpleNamespace(months=3, districts=of(FIVE)))
    table = maps.effect_table(held).set_index("district")
    assert table.loc["Selatan", "mean"] == pytest.approx(-0.05)
    assert table["sure"].to_dict() == dict.fromkeys(FIVE, False) | {"Selatan": True}
    assert table.loc["Timur", "high"] < 0           # by itself it would have been called sure


@pytest.mark.slow
def test_both_maps_are_written_for_several_districts_and_not_for_one(results, tmp_path):
    names = {path.stem for path in write_figures(results, tmp_path)}
    assert {"poverty_map", "effect_map"} <= names
    with Image.open(tmp_path / "figures" / "effect_map.png") as image:
        assert "districts" in image.info["Description"]
    alone = run(Scenario(months=1).with_({"population.households": 20}), seeds=2)
    by_name = {plot.name: plot for plot in PLOTS}
    assert not len(by_name["poverty_map"].data(alone)) and not len(by_name["effect_map"].data(alone))


def test_groups_that_never_had_money_have_no_bars_of_it(results):
    """They formed without a grant: the figure of money shows households alone."""
    table = {plot.name: plot for plot in PLOTS}["money"].data(results)
    assert set(table["panel"]) == {"households"}


def test_the_caption_tells_one_replicate_as_one():
    one = run(Scenario(name="City", months=1).with_({"population.households": 60}, districts=of(FIVE[:2], share=0.5)),
              seeds=1)
    figure = maps.draw_poverty(one, maps.poverty_table(one))
    words = " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
    assert "in month 0, one replicate (seed 1). Each" in words
