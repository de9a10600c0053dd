"""The desk of a session and the bench that all share, without a browser."""

from __future__ import annotations

import numpy as np
import pytest

from kubesim.comparing.compare import compare
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario
from kubesim.state import State
from kubesim.web import effects
from kubesim.web.bench import Bench, Job
from kubesim.web.desk import Desk
from kubesim.web.crew import here
from kubesim.web.effects import OUTCOMES, compare_in_slices
from kubesim.web.lived import Lived
from kubesim.web.form import form, words
from kubesim.web.levers import moved
from kubesim.web.watching import live_in_slices, watchable
from patience import wait_for

SMALL = {"population.households": 100, "groups.size": 5, "months": 6}
GRANT = Scenario(name="<b>Grant</b>", interventions=(UepGrant(), Diklat())).with_(SMALL)
SHELF = {"grant": GRANT, "none": Scenario(name="None").with_(SMALL)}
SHORT = "households=100&months=6"


@pytest.fixture(autouse=True)
def few_pairs(monkeypatch):
    """What is tested here does not hang on how many there are."""
    monkeypatch.setattr(effects, "PAIRS", 4)
    monkeypatch.setattr(effects, "FIRST", 2)


def done(desk: Desk) -> bool:
    return bool(desk.results) and not desk.status["working"]


def open_desk(bench, query="", **kind) -> Desk:
    desk = Desk(SHELF, bench, f"{SHORT}&{query}", **kind)
    desk.start()
    return desk


# -- effects -----------------------------------------------------------------------------------
def worlds():
    return GRANT, [moved(GRANT, {"hours": 60, "practice": 60}, "More")]


def test_the_effect_told_is_that_of_compare(monkeypatch):
    monkeypatch.setattr(effects, "SLICE_ROWS", 3_000)
    job = Job(lambda job: iter(()), "en", print)
    *_, (lived, found) = compare_in_slices(*worlds(), 1, job, here, Lived())
    other = compare(worlds()[0], *worlds()[1], seeds=effects.PAIRS, outcomes=OUTCOMES, workers=1)
    assert lived == effects.PAIRS and found.seeds == other.seeds
    known = other.effects[~other.effects["group"].str.startswith(("decile", "district"))].reset_index(drop=True)
    assert found.effects.equals(known) and set(known["outcome"]) >= set(OUTCOMES)
    *_, pairs = effects.live_side_by_side(found, here, job)
    assert effects.compared(pairs).effects.equals(other.effects)


def test_stale_work_stops_at_its_next_look():
    job = Job(lambda job: compare_in_slices(*worlds(), 1, job, here, Lived()), "en", print)
    assert job.step()
    job.stop()
    assert not job.step()


# -- the desk ----------------------------------------------------------------------------------
def test_a_design_that_differs_is_told_with_its_interval_and_a_table(bench):
    desk = open_desk(bench, "hours=60&practice=60")
    wait_for(lambda: done(desk))
    assert desk.results["pairs"] == effects.PAIRS and not desk.faults
    for card in desk.results["cards"]:
        assert card["rows"][0]["difference"] and "aria-label=" in card["svg"]
        assert {len(row) for row in card["table"]} <= {len(card["head"])}
    assert [row[1] for row in desk.results["cards"][0]["table"]] == ["0", "6"]
    assert "<b>Grant" not in "".join(card["svg"] for card in desk.results["cards"])


def test_nothing_is_told_of_a_design_that_is_the_baseline(bench):
    desk = open_desk(bench)
    assert not desk.results and not desk.status["working"] and bench.busy_with == 0


def test_a_lever_makes_older_work_stale_and_the_last_one_counts(bench):
    desk = open_desk(bench)
    for hours in (20, 30, 40, 50, 60):
        desk.act({"do": "set", "key": "hours", "value": str(hours)})
    wait_for(lambda: done(desk) and bench.busy_with == 0)
    assert "hours=60" in desk.query
    assert desk._found.worlds.scenarios["Your design"].interventions[1].hours == 60


def test_pinned_designs_are_compared_up_to_four(bench):
    desk = open_desk(bench, "hours=60")
    for hours in (70, 80, 90):
        desk.act({"do": "pin", "value": f"with <{hours - 10}>"})
        desk.act({"do": "set", "key": "hours", "value": hours})
    wait_for(lambda: done(desk) and len(desk.results["key"]) == 5)
    assert [line["name"] for line in desk.results["key"]][1:] == ["with <60>", "with <70>", "with <80>", "Your design"]
    desk.act({"do": "pin", "value": "one more"})
    assert "at most 4" in desk.faults[0] and len(desk.question.pins) == 3
    desk.act({"do": "unpin", "value": 0})
    assert [pin.name for pin in desk.question.pins] == ["with <70>", "with <80>"]


def test_what_cannot_be_done_is_told_and_mended_by_the_next_move(bench):
    desk = open_desk(bench)
    desk.act({"do": "set", "key": "practice", "value": "140"})
    assert "practice_share" in desk.faults[0] and not desk.status["working"]
    desk.act({"do": "set", "key": "practice", "value": "40"})
    assert not desk.faults
    wait_for(lambda: done(desk))


@pytest.mark.parametrize("event", [
    None, [], "set", {}, {"do": "set"}, {"do": ["set"], "key": {}}, {"do": "scenario", "value": "/etc/passwd"},
    {"do": "against", "value": 3}, {"do": "unpin", "value": 99}, {"do": "unpin", "value": -1},
    {"do": "view", "value": "x"}, {"do": "lesson", "value": "../x"}, {"do": "run", "value": "many"}, {"do": "sheet"},
    {"do": "export", "key": "../x"}, {"do": "set", "key": "hours", "value": {"a": 1}},
    {"do": "story", "value": "1e400"},
    {"do": "seed", "value": "-3"}, {"do": "language", "value": "xx"}, {"do": "pin", "value": ["a"] * 1000}])
def test_no_event_breaks_the_desk(bench, event):
    desk = open_desk(bench)
    desk.act(event)
    desk.act({"do": "set", "key": "hours", "value": 60})
    assert desk.question.design.settings["hours"] == 60


@pytest.mark.slow
def test_desks_do_not_hear_each_other(bench):
    desks = [open_desk(bench, f"hours={20 + place}&lang={'id' if place % 2 else 'en'}") for place in range(8)]
    wait_for(lambda: all(done(desk) for desk in desks), 60)
    for place, desk in enumerate(desks):
        own = "Your design" if place % 2 == 0 else desk.results["key"][1]["name"]
        assert desk._found.worlds.scenarios[own].interventions[1].hours == 20 + place
    assert desks[0].results["cards"][0]["title"] != desks[1].results["cards"][0]["title"]


def test_a_full_server_says_so(bench):
    crowded = Bench(most=0)
    desk = Desk(SHELF, crowded, f"{SHORT}&hours=60")
    desk.start()
    assert desk.status["busy"] and not desk.status["working"] and desk.status["text"]


def test_a_switched_language_tells_the_same_results_again(bench):
    desk = open_desk(bench, "hours=60")
    wait_for(lambda: done(desk))
    before, titles = desk._found, [card["title"] for card in desk.results["cards"]]
    desk.act({"do": "language", "value": "id"})
    wait_for(lambda: desk.results["cards"][0]["title"] != titles[0])
    assert desk._found is before


@pytest.mark.parametrize("what, kind", [("yaml", b"name:"), ("csv", b"scenario,"), ("poverty_rate", b"\x89PNG")])
def test_files_leave_the_page(bench, what, kind):
    from base64 import b64decode
    desk = open_desk(bench, "hours=60")
    wait_for(lambda: done(desk))
    desk.act({"do": "export", "key": what})
    wait_for(lambda: desk.download)
    assert b64decode(desk.download["url"].split(",")[1]).startswith(kind)


def test_nothing_is_saved_before_there_is_something(bench):
    desk = open_desk(bench)
    desk.act({"do": "export", "key": "report"})
    assert desk.faults and not desk.download


def test_a_saved_scenario_is_the_design(bench, tmp_path):
    from base64 import b64decode
    desk = open_desk(bench, "hours=60")
    desk.act({"do": "export", "key": "yaml"})
    wait_for(lambda: desk.download)
    (tmp_path / "saved.yaml").write_bytes(b64decode(desk.download["url"].split(",")[1]))
    assert Scenario.load(tmp_path / "saved.yaml") == desk.design()


def test_a_closed_desk_lets_go(bench):
    desk = open_desk(bench, "hours=60")
    desk.close()
    wait_for(lambda: bench.busy_with == 0)
    assert not desk.results and desk._found is None


def test_the_form_shows_where_levers_stand_and_every_word(bench):
    shown = form(open_desk(bench, "hours=60&training=1"))
    hours = next(lever for part in shown["parts"] for lever in part["levers"] if lever["key"] == "hours")
    assert (hours["value"], hours["moved"], hours["was"]) == (60, True, "was 12")
    assert not next(part for part in shown["parts"] if part["key"] == "companion")["on"]
    assert all(words().values())


# -- watching ----------------------------------------------------------------------------------
def test_a_film_shows_what_the_worlds_hold():
    baseline, (design,) = worlds()
    *_, (_, film) = live_in_slices(baseline, design, 3, here)
    from kubesim.model import KubeModel
    model = KubeModel(design, 3)
    for month in range(7):
        if month:
            model.step()
        state: State = model.state
        poor = [letter in "01ab" for letter in film["worlds"][0]["dots"][month]]
        assert poor == state.households.poor[0].tolist()
        outside = [letter in "abcd" for letter in film["worlds"][0]["dots"][month]]
        assert outside == (~state.households.in_group[0]).tolist()
        alive = [letter in "va" for letter in film["worlds"][0]["groups"][month]]
        assert alive == state.groups.active[0].tolist()
    assert film["bounds"][-1] == state.listed and film["households"] == 100


def test_no_more_households_are_watched_than_can_be_drawn():
    assert watchable(GRANT.with_({"population.households": 3000})).population.households == 1000


def test_a_household_tells_its_story(bench):
    desk = open_desk(bench, "hours=60&view=watch")
    wait_for(lambda: desk.film)
    desk.act({"do": "story", "value": "3"})
    wait_for(lambda: desk.tale)
    assert desk.tale["household"] == 3 and "3" in desk.tale["lines"][0]
    desk.act({"do": "story", "value": "5000"})
    wait_for(lambda: desk.faults)
    assert "0 to 99" in desk.faults[0]


# -- lessons -----------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_lesson_is_predicted_run_and_told_in_both_languages(bench):
    desk = open_desk(bench, "view=lessons")
    wait_for(lambda: desk.lesson, 60)
    chosen = desk.lesson["options"][0]["name"]
    desk.act({"do": "run", "key": chosen, "value": 0})
    wait_for(lambda: desk.reveal.get("pictures"), 120)
    assert desk.reveal["mine"].startswith("You said A.") and desk.reveal["pictures"] and desk.reveal["evidence"]
    before = desk.reveal["summary"]
    desk.act({"do": "language", "value": "id"})
    wait_for(lambda: desk.reveal.get("summary", before) != before, 60)
    assert desk.reveal["mine"].startswith("Jawabanmu: A.")
    desk.act({"do": "sheet", "value": "teacher"})
    wait_for(lambda: desk.download, 60)
    assert desk.download["name"].endswith("-teacher.html")


@pytest.mark.parametrize("pupils", ["1", "101", "2.5", "x"])
def test_a_class_has_a_number_of_pupils(bench, pupils):
    desk = open_desk(bench, "view=lessons")
    desk.act({"do": "run", "key": "a", "value": pupils})
    assert "2 to 100" in desk.faults[0]


def test_a_lesson_that_is_not_there_is_told(bench):
    desk = open_desk(bench, "view=lessons&lesson=nosuch")
    wait_for(lambda: desk.faults, 60)
    assert "nosuch" in desk.faults[0]
