"""Lessons on the desk of a session: sketch, choose, run; a class that shares one run; a teacher's folder."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from kubesim.lessons.lesson import Lesson, Lived
from kubesim.scenario import Scenario
from kubesim.web.bench import Job
from kubesim.web.classroom import Classroom
from kubesim.web.desk import Desk
from patience import wait_for

LESSON = runpy.run_path(str(Path(__file__).parents[1] / "lessons" / "small_lesson.py"))["LESSON"]
SHELF = {"none": Scenario(name="None").with_({"population.households": 100, "months": 6})}
SKETCH = """  sketch:
    ask: {en: Draw it.}
    unit: {en: thousand rupiah}
    scale: 1000
    low: 0
    high: 2000
    start: 600
  options:
"""
DRAWN = [600, 650, 700, 750, 800, 850, 900]


@pytest.fixture
def room(bench, tmp_path) -> Classroom:
    (tmp_path / "mine.yaml").write_text(LESSON.replace("  options:\n", SKETCH), encoding="utf-8")
    return Classroom(bench, str(tmp_path))


def open_desk(room: Classroom, query: str = "", **kind) -> Desk:
    desk = Desk(SHELF, room._together.bench, f"view=lessons&{query}", room=room, **kind)
    desk.start()
    wait_for(lambda: desk.lesson)
    return desk


def ran(desk: Desk) -> bool:
    """Told, though its pictures may still be drawn."""
    return bool(desk.reveal)


def test_a_teachers_own_lesson_comes_first_and_those_that_ship_are_there(room):
    desk = open_desk(room)
    assert desk.lesson["name"] == "mine" and [one["name"] for one in desk.lesson["own"]] == ["mine"]
    assert "free_riders" in [one["name"] for one in desk.lesson["shipped"]]
    desk.act({"do": "lesson", "value": "free_riders"})
    wait_for(lambda: desk.lesson["name"] == "free_riders")
    assert "lesson=free_riders" in desk.query


def test_a_sketch_is_kept_run_and_told_in_both_languages(room):
    desk = open_desk(room)
    assert desk.lesson["sketch"]["start"] == 600 and desk.lesson["drawn"] == {}
    desk.act({"do": "sketch", "value": {"large": DRAWN}})
    desk.act({"do": "view", "value": "whatif"})
    desk.act({"do": "view", "value": "lessons"})
    wait_for(lambda: desk.lesson["drawn"] == {"large": DRAWN})
    desk.act({"do": "run", "key": "b", "value": 3})
    wait_for(lambda: ran(desk))
    sketch = desk.reveal["sketch"]
    assert sketch["drawn"] == {"large": DRAWN} and set(sketch["model"]) == {"small", "large"}
    assert len(sketch["model"]["small"]["mean"]) == 7
    assert sketch["few"] and len(sketch["model"]["small"]["lucks"]) == 3 and "low" not in sketch["model"]["small"]
    assert sketch["told"][0]["label"] == "large grant" and "rising" in sketch["told"][0]["sentences"][1]
    assert desk.reveal["pooled"] and [one["times"] for one in desk.reveal["answers"]][1].endswith("of 3 pupils")
    assert sum(one["share"] for one in desk.reveal["answers"]) == pytest.approx(1)
    assert len(desk.reveal["by_luck"]) == 3 and set(desk.reveal["by_luck"]) <= {"A", "B"}
    desk.act({"do": "language", "value": "id"})
    wait_for(lambda: ran(desk) and "naik" in str(desk.reveal["sketch"]["told"]))
    desk.act({"do": "sketch", "value": {}})         # after the run nothing is drawn any more
    assert not desk.faults and desk.pupil._drawn
    desk.act({"do": "lesson", "value": "mine"})
    wait_for(lambda: not desk.reveal and desk.lesson["drawn"] == {})


@pytest.mark.parametrize("value, told", [
    ({"large": [600] * 6}, "must be 7 numbers"), ({"large": [9e9] * 7}, "must be 0 to 2,000"),
    ({"x": [1] * 7}, "must hold the lines"), ("<svg>", "must hold the lines")])
def test_a_sketch_that_cannot_be_is_told_and_the_one_before_stays(room, value, told):
    desk = open_desk(room)
    desk.act({"do": "sketch", "value": {"large": DRAWN}})
    desk.act({"do": "sketch", "value": value})
    assert told in desk.faults[0] and list(desk.pupil._drawn) == ["large"]


def test_a_class_that_presses_run_at_once_has_the_lesson_lived_once(room, monkeypatch):
    lives, real = [], Lesson._live
    monkeypatch.setattr(Lesson, "_live", lambda self, *what: lives.append(what) or real(self, *what))
    desks = [open_desk(room, f"lang={'id' if place % 3 else 'en'}") for place in range(12)]
    for place, desk in enumerate(desks):
        desk.act({"do": "run", "key": "ab"[place % 2], "value": 0})
    wait_for(lambda: all(ran(desk) for desk in desks))
    assert len(lives) == 4 * 2                      # two designs with and without a mechanism; 5 lucks and 1
    assert {desk.reveal["hit"] for desk in desks} == {True, False}
    assert len({desk.reveal["summary"] for desk in desks}) == 2
    assert all(desk.pupil._found is desks[0].pupil._found for desk in desks)


def test_a_run_tells_how_many_lucks_have_lived_and_ends_when_all_have_left(room, bench, monkeypatch):
    seen, lesson = [], room.named("mine")
    for lived in lesson.living(1, 12):
        seen.append(lived)
    assert seen[0] == Lived(5 * 7, 12 * 4 * 7, 0, 12) and seen[3].lucks == 5 and seen[-1] == Lived(336, 336, 12, 12)
    desk, lived = open_desk(room), []
    real = Lesson._live

    def counted(self, *what):
        lived.append(1)
        if len(lived) == 2:
            desk.act({"do": "lesson", "value": "free_riders"})      # she leaves in the middle of a slice
        return real(self, *what)

    monkeypatch.setattr(Lesson, "_live", counted)
    desk.act({"do": "run", "key": "a", "value": 50})
    wait_for(lambda: desk.lesson["name"] == "free_riders" and bench.busy_with == 0)
    assert len(lived) == 2 and not desk.reveal


def test_a_run_gives_way_to_what_others_ask(room, bench):
    """The lesson of 100 pupils is 80 slices long; another's work has its turn after a few of them."""
    desk, told = open_desk(room), []
    desk.act({"do": "run", "key": "a", "value": 100})
    wait_for(lambda: "lucks" in desk.status["text"])

    def other(job):
        told.append(dict(desk.status))
        yield

    assert bench.take(Job(other, "en", print))
    wait_for(lambda: told)
    assert told[0]["working"] and told[0]["done"] < told[0]["of"]
    desk.close()


@pytest.mark.slow
def test_a_lesson_that_only_asks_for_a_sketch_waits_for_it(bench, tmp_path):
    text = LESSON.replace("  options:\n", SKETCH).replace("kind: best", "kind: sketch")
    text = text[:text.index("  options:\n")] + text[text.index("mechanisms:\n"):]
    (tmp_path / "drawn.yaml").write_text(text, encoding="utf-8")
    desk = open_desk(Classroom(bench, str(tmp_path)))
    assert desk.lesson["must_draw"]
    desk.act({"do": "run", "key": "", "value": 0})
    assert desk.faults == ["draw your sketch first"]
    desk.act({"do": "sketch", "value": {"small": DRAWN}})
    desk.act({"do": "run", "key": "", "value": 0})
    wait_for(lambda: ran(desk))
    assert desk.reveal["answers"] == [] and desk.reveal["mine"] == "" and desk.reveal["sketch"]["told"]
    wait_for(lambda: desk.reveal["pictures"] and not desk.status["working"])
    assert desk.reveal["mechanisms"][0]["picture"]["url"].startswith("data:image/svg+xml")
    assert all(picture["narrow"] != picture["url"] for picture in desk.reveal["pictures"])
    desk.act({"do": "sheet", "value": "pupils"})
    wait_for(lambda: desk.download)
