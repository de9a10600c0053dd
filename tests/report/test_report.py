"""The report: what it says, that all can read it, that it needs nothing from elsewhere, and how it is written."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kubesim.cli import main
from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.files import sha256
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import speaking
from kubesim.report.writing import write_report
from kubesim.scenario import Scenario
from pages import Element, read_page

ATTACK = "<script>alert(1)</script>"
BREAKOUT = '"><img src="https://example.org/x" onerror="alert(2)"> {{ 7 * 7 }}'
BASE = Scenario(name="Grant $5 & $6", months=4, interventions=(UepGrant(),)).with_(
    {"population.households": 60, "groups.size": 5})
TRAINED = BASE.with_(name=ATTACK, about=BREAKOUT, interventions=(UepGrant(), Diklat(start_month=2)))
LARGER = BASE.with_({"name": "Larger grant", "interventions.uep_grant.per_member": 3e6})
ASKED = ["consumption", "cost", "households_escaped"]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(BASE, TRAINED, LARGER, seeds=4, outcomes=ASKED, workers=1)


@pytest.fixture(scope="module")
def alone() -> Comparison:
    """One pair, of which the variant has no groups."""
    bare = BASE.with_({"name": "Bare", "groups.formed": False, "interventions": []})
    return compare(BASE, bare, seeds=1, outcomes=["groups_active", "skill"], workers=1)


@pytest.fixture(scope="module")
def folder(comparison, tmp_path_factory) -> Path:
    """A results folder with its report."""
    made = tmp_path_factory.mktemp("results") / "comparison"
    comparison.write(made)
    assert write_report(comparison, made) == made / "report.html"
    return made


@pytest.fixture(scope="module")
def page(folder) -> Element:
    return read_page((folder / "report.html").read_text(encoding="utf-8"))


def sections(page: Element) -> dict[str, Element]:
    """Sections of the page by what names them."""
    return {section.attributes["aria-labelledby"]: section for section in page.all("section")}


def grid(table: Element) -> list[list[str]]:
    """Cells of a table's body."""
    return [[cell.text for cell in row.all("th", "td")] for row in table.all("tbody")[0].all("tr")]


# -- what it says -------------------------------------------------------------------------------
def test_the_verdicts_come_first_each_with_its_sentence(page, comparison):
    first = page.all("section")[0]
    said = [item.text for item in first.all("li")]
    for verdict in comparison.verdicts():
        assert " ".join(verdict.sentence.split()) in said
    assert [heading.text for heading in first.all("h3")] == list(comparison.variants)


def test_the_table_under_the_verdicts_is_the_comparison_s(page, comparison):
    known = comparison.table()
    for label, table in zip(comparison.variants, page.all("section")[0].all("table")[2:]):
        own = known[known["scenario"] == label].drop(columns="scenario")
        assert grid(table) == [[" ".join(cell.split()) for cell in row] for row in own.to_numpy().tolist()]


def test_every_part_of_the_answer_is_there(page, comparison):
    held = sections(page)
    assert list(held) == ["verdicts", "effects", "people", "groups", "money", "differences", "method", "origin"]
    assert comparison.made.versions["source"] in held["origin"].text
    assert "1 to 4" in held["origin"].text
    assert "Bonferroni" in held["method"].text and "not a forecast" in held["method"].text


def test_a_value_that_differs_is_told_with_both_values_and_its_grade(page):
    tables = [table for table in sections(page)["differences"].all("table")
              if "values that differ" in table.all("caption")[0].text]
    rows = [row for table in tables for row in grid(table) if "uep_grant.per_member" in row[0]]
    assert [row[1:4] for row in rows] == [["Rp 3,000,000 per member", "Rp 2,000,000 per member", "assumed"]]


def test_assumed_values_that_differ_are_the_ones_to_defend(page):
    lists = [item.text for item in sections(page)["differences"].all("li")]
    assert any(line.startswith("Values to defend") and "interventions.diklat.hours" in line for line in lists)
    assert any("interventions.uep_grant.per_member): Rp 3,000,000 per member instead of Rp 2,000,000" in line
               for line in lists)


def test_winners_and_losers_add_up_to_everybody(page):
    rows = grid(sections(page)["people"].all("table")[0])
    shares = [[float(re.match(r"[\d.]+", cell)[0]) for cell in row[1:]] for row in rows]
    assert rows
    for _, loses, within, gains, _ in shares:
        assert loses + within + gains == pytest.approx(100, abs=0.2)


# -- who reads it -------------------------------------------------------------------------------
def test_every_picture_has_a_text_alternative_and_its_numbers_under_it(page):
    figures = page.all("figure")
    assert len(figures) >= 8
    for figure in figures:
        [image], [caption] = figure.all("img"), figure.all("figcaption")
        assert len(image.attributes["alt"]) > 30 and caption.text == " ".join(image.attributes["alt"].split())
        assert len(figure.all("details")) == 1 and grid(figure.all("table")[0])
    assert len(page.all("img")) == len(figures)


def test_every_table_has_a_caption_and_headers_with_a_scope(page):
    for table in page.all("table"):
        assert table.all("caption")[0].text
        heads = table.all("thead")[0].all("th")
        assert heads and all(head.attributes["scope"] == "col" and head.text for head in heads)
        for row in table.all("tbody")[0].all("tr"):
            assert len(row.all("th", "td")) == len(heads)
            assert row.all("th") and all(head.attributes["scope"] == "row" for head in row.all("th"))


def test_headings_ids_and_landmarks_are_in_order(page):
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert [len(page.all(tag)) for tag in ("main", "header", "nav", "footer", "title")] == [1] * 5
    assert page.all("body")[0].inside[0].attributes["class"] == "skip"
    targets = {link.attributes["href"] for link in page.all("a")}
    assert targets and targets <= {f"#{one}" for one in ids}


def test_what_scrolls_sideways_can_be_reached_with_the_keyboard(page):
    wide = [element for element in page.all("div") if element.attributes.get("class") == "wide"]
    assert len(wide) == len(page.all("table")) + len(page.all("figure"))
    assert all(one.attributes["tabindex"] == "0" and one.attributes["aria-label"] for one in wide)


def test_the_page_says_in_which_language_it_is(alone, page, tmp_path):
    assert page.all("html")[0].attributes["lang"] == "en"
    with speaking("id"):
        told = read_page(write_report(alone, tmp_path, figures=False).read_text(encoding="utf-8"))
    assert told.all("html")[0].attributes["lang"] == "id"


# -- nothing from elsewhere, nothing that runs --------------------------------------------------
def test_the_page_needs_nothing_from_elsewhere(folder, page):
    for element in page.all():
        for name in ("src", "href", "srcset", "action", "data"):
            assert element.attributes.get(name, "#").startswith(("#", "data:image/svg+xml;base64,"))
    style = page.all("style")[0].text
    assert "@import" not in style and "url(" not in style
    assert (folder / "report.html").stat().st_size < 3e6


def test_what_users_write_is_text_and_never_runs(page, comparison):
    assert not page.all("script", "link", "iframe", "object")
    assert not [name for element in page.all() for name in element.attributes if name.startswith("on")]
    assert comparison.variants[0] == ATTACK
    assert ATTACK in [heading.text for heading in page.all("h3")]
    assert BREAKOUT in [words.text for words in page.all("p")]


def test_dollar_signs_in_a_name_are_no_formula(page):
    assert "Grant $5 & $6" in page.all("h1")[0].text


# -- files --------------------------------------------------------------------------------------
def test_pictures_are_files_too_and_run_json_knows_them_all(folder, page):
    names = {path.name for path in (folder / "figures").iterdir()}
    stems = {name.rpartition(".")[0] for name in names}
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("png", "svg")}
    assert len(stems) == len(page.all("figure"))
    listed = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    assert {f"figures/{name}" for name in names} | {"report.html"} <= listed.keys()
    assert all(sha256(folder / name) == digest for name, digest in listed.items())


@pytest.mark.slow
def test_a_second_report_is_the_same_and_takes_away_pictures_that_it_does_not_write(comparison, folder, tmp_path):
    place = tmp_path / "figures"
    place.mkdir()
    (place / "old.svg").write_text("old", encoding="utf-8")
    (place / "mine.txt").write_text("kept", encoding="utf-8")
    write_report(comparison, tmp_path, figures=False)
    assert [path.name for path in place.iterdir()] == ["mine.txt"]
    assert (tmp_path / "report.html").read_bytes() == (folder / "report.html").read_bytes()


def test_a_report_that_cannot_be_made_leaves_the_old_one(comparison, tmp_path):
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    broken = replace(comparison, winners=comparison.winners.drop(columns="share"))
    with pytest.raises(KeyError):
        write_report(broken, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "old"


@pytest.mark.slow
def test_one_pair_of_one_variant_makes_a_report_without_intervals(alone, tmp_path):
    told = read_page(write_report(alone, tmp_path, figures=False).read_text(encoding="utf-8"))
    assert "one pair gives no interval" in told.all("section")[0].text
    assert "nan" not in told.text.lower().split()


@pytest.mark.slow
def test_compare_writes_the_report_unless_told_not_to(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, scenario in (("base", "name: Base\n"), ("other", "name: Other\ngroups: {size: 5, extra_trust: 0.3}\n")):
        Path(f"{name}.yaml").write_text(
            f"{scenario}months: 2\npopulation: {{households: 60}}\n"
            + ("groups: {size: 5}\n" if name == "base" else ""), encoding="utf-8")
    words = ["compare", "base.yaml", "other.yaml", "--replicates", "2", "--outcome", "skill", "--workers", "1"]
    assert main([*words, "--out", "with", "--no-figures"]) == 0
    assert "report: with/report.html" in capsys.readouterr().out and Path("with/report.html").exists()
    assert not Path("with/figures").exists()
    first = Path("with/report.html").read_bytes()
    assert b"other.yaml:2" in first
    assert main([*words, "--out", "with", "--no-figures"]) == 0         # read from the folder, not lived again
    assert Path("with/report.html").read_bytes() == first
    assert main([*words, "--out", "without", "--no-report"]) == 0
    assert not Path("without/report.html").exists()
