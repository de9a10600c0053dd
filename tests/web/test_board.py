"""Sessions of a class and their board: counted by hand, seen by whom it may be, holding nobody."""

from __future__ import annotations

import gc
import weakref
from urllib.parse import parse_qsl

import pytest

from kubesim.web import board as boards_of
from kubesim.web.classroom import Classroom
from kubesim.web.desk import Desk
from patience import wait_for
from test_classroom import DRAWN, SHELF, open_desk, ran, room  # noqa: F401 (a fixture)

LOWER = [600, 600, 600, 600, 600, 600, 600]
"""Beside DRAWN, which rises from 600 to 900."""


@pytest.fixture(autouse=True)
def told_soon(monkeypatch):
    """Boards are told of quicker than a class would want it."""
    monkeypatch.setattr(boards_of, "SELDOM", 0.05)


def pupil(room: Classroom, choice: str = "", school: str = "7b", lines: dict | None = None) -> Desk:
    """A session of a class that has given a prediction, where there is one to give."""
    desk = open_desk(room, f"class={school}")
    if lines:
        desk.act({"do": "sketch", "value": lines})
    if choice:
        desk.act({"do": "board", "key": "give", "value": choice})
    assert not desk.faults
    return desk


def times(desk: Desk) -> list[str]:
    return [one["times"] for one in desk.pupil.board()["answers"]]


def test_a_board_opens_to_who_has_predicted_and_to_who_teaches(room):
    first, second = pupil(room), pupil(room)
    teacher = open_desk(room, "class=7B&board=1")
    assert "answers" not in first.pupil.board() and first.pupil.board()["here"] == "Here now: 2. Predictions: 0."
    assert times(teacher) == ["0 of 0", "0 of 0"]
    first.act({"do": "board", "key": "give", "value": "b"})
    assert times(first) == times(teacher) == ["0 of 1", "1 of 1"]
    assert "answers" not in second.pupil.board() and second.pupil.board()["here"] == "Here now: 2. Predictions: 1."
    second.act({"do": "teaches", "value": True})            # she ticks the box: the teacher's screen
    assert times(second) == ["0 of 1", "1 of 1"] and "board=1" in second.query
    assert teacher.pupil.board()["here"] == "Here now: 1. Predictions: 1."


def test_the_latest_prediction_before_the_run_counts_and_those_who_leave_stay_counted(room):
    desks = [pupil(room, choice) for choice in "aabb"]
    desks[0].act({"do": "board", "key": "give", "value": "b"})
    assert times(desks[3]) == ["1 of 4", "3 of 4"]
    desks[1].act({"do": "run", "key": "b", "value": 0})     # she changed her mind and ran at once
    wait_for(lambda: ran(desks[1]))
    board = desks[1].pupil.board()
    assert times(desks[1]) == ["0 of 4", "4 of 4"]
    right = desks[1].reveal["answers"][1]["average"]
    assert [one["average"] for one in board["answers"]] == [one["average"] for one in desks[1].reveal["answers"]]
    assert board["right"] == f"{4 if right else 0} of 4 chose what the model says on average ({'B' if right else 'A'})."
    assert desks[2].pupil.board()["right"] == ""            # others have not seen what comes out
    desks[1].act({"do": "lesson", "value": "mine"})         # once more, knowing the answer: not counted again
    wait_for(lambda: not desks[1].reveal)
    desks[1].act({"do": "board", "key": "give", "value": "a"})
    assert times(desks[1]) == ["0 of 4", "4 of 4"] and desks[1].pupil.board()["stands"]
    for desk in desks[:3]:
        desk.close()
    assert times(desks[3]) == ["0 of 4", "4 of 4"]
    assert desks[3].pupil.board()["here"] == "Here now: 1. Predictions: 4."


def test_what_cannot_be_chosen_is_not_counted_and_a_teacher_is_no_pupil(room):
    desk, teacher = pupil(room), open_desk(room, "class=7B&board=1")
    for wrong in ("x", "", None, ["a"], "<b>"):
        desk.act({"do": "board", "key": "give", "value": wrong})
    teacher.act({"do": "board", "key": "give", "value": "a"})
    teacher.act({"do": "run", "key": "", "value": 0})
    wait_for(lambda: ran(teacher))
    assert times(teacher) == ["0 of 0", "0 of 0"] and not teacher.faults


def test_sketches_lie_over_each_other_with_their_median(room):
    one, two, three = (pupil(room, "a", lines={"large": line}) for line in (DRAWN, LOWER, [600, *[700] * 6]))
    told = three.pupil.board()["sketches"]
    assert told["lines"] == {"large": [DRAWN, LOWER, [600, *[700] * 6]]}
    assert told["median"]["large"] == [600, 650, 700, 700, 700, 700, 700]       # the middle of three, by hand
    assert told["told"] == ["large grant. Sketches: 3. At the end (month 6) the one in the middle is at 700, half of "
                            "them between 650 and 800 (thousand rupiah)."]
    one.act({"do": "sketch", "value": {"small": LOWER}})        # she draws anew after having given it
    told = three.pupil.board()["sketches"]
    assert told["lines"]["small"] == [LOWER] and len(told["lines"]["large"]) == 2
    assert set(told["median"]["large"]) == {None}               # two are no class
    assert told["told"][1] == "large grant. Sketches: 2."


def test_a_sketch_that_ends_early_counts_where_it_was_drawn(room):
    short = [600, 650, None, None, None, None, None]
    desk = [pupil(room, "a", lines={"large": line}) for line in (short, DRAWN, DRAWN, DRAWN)][-1]
    told = desk.pupil.board()["sketches"]
    assert told["median"]["large"] == DRAWN and told["told"][0].startswith("large grant. Sketches: 4. At the end")


def test_classes_and_lessons_do_not_see_each_other(room):
    first, other, elsewhere = pupil(room, "a"), pupil(room, "b", "8C"), pupil(room, "a", " 7b ")
    assert times(first) == ["2 of 2", "0 of 2"] and times(other) == ["0 of 1", "1 of 1"]
    elsewhere.act({"do": "lesson", "value": "free_riders"})
    wait_for(lambda: elsewhere.lesson["name"] == "free_riders")
    assert "answers" not in elsewhere.pupil.board()
    assert elsewhere.pupil.board()["here"] == "Here now: 1. Predictions: 0."
    elsewhere.act({"do": "view", "value": "whatif"})
    assert first.pupil.board()["here"] == "Here now: 1. Predictions: 2." and not elsewhere.pupil.board()["joined"]
    alone = open_desk(room)
    assert alone.pupil.board() == {"class": "", "teaches": False, "joined": False, "given": False, "stands": False}


def test_a_teacher_begins_anew_and_a_pupil_cannot(room):
    first, teacher = pupil(room, "a"), open_desk(room, "class=7B&board=1")
    first.act({"do": "board", "key": "clear"})
    assert times(teacher) == ["1 of 1", "0 of 1"]
    teacher.act({"do": "board", "key": "clear"})
    assert times(teacher) == ["0 of 0", "0 of 0"] and "answers" not in first.pupil.board()
    first.act({"do": "board", "key": "give", "value": "b"})
    assert times(first) == ["0 of 1", "1 of 1"]


def test_a_page_that_is_loaded_anew_is_the_same_pupil(room):
    word, first = "0123456789abcdef", pupil(room)
    first.act({"do": "board", "key": "tab", "value": word})
    first.act({"do": "sketch", "value": {"large": DRAWN}})
    first.act({"do": "board", "key": "give", "value": "a"})
    again = pupil(room)                                         # the old session has not been missed yet
    again.act({"do": "board", "key": "tab", "value": word})
    wait_for(lambda: again.lesson["drawn"] == {"large": DRAWN})
    assert times(again) == ["1 of 1", "0 of 1"] and again.pupil.board()["mine"] == "a"
    assert again.pupil.board()["here"] == "Here now: 1. Predictions: 1."
    again.act({"do": "board", "key": "give", "value": "b"})
    assert times(first) == ["0 of 1", "1 of 1"] and first.pupil.board()["sketches"]["lines"] == {"large": [DRAWN]}
    for wrong in ("", "x" * 16, "0" * 65, 3, None):
        again.act({"do": "board", "key": "tab", "value": wrong})
    assert again.pupil.board()["mine"] == "b"


def test_joining_a_class_keeps_what_was_drawn_and_stands_in_the_address(room):
    desk = open_desk(room)
    desk.act({"do": "sketch", "value": {"large": DRAWN}})
    desk.act({"do": "class", "value": "vii-a"})
    assert "class=VII-A" in desk.query and desk.pupil.board()["class"] == "VII-A" and desk.pupil._drawn
    assert dict(parse_qsl(desk.pupil.board()["link"])) == {
        "view": "lessons", "class": "VII-A", "lesson": "mine", "seed": "1", "lang": "en"}
    desk.act({"do": "class", "value": "<b>7</b>"})
    assert desk.faults == ["class: must be letters, digits and dashes, at most 20, such as 7B"]
    assert desk.pupil.board()["class"] == "VII-A"
    desk.act({"do": "class", "value": ""})
    assert not desk.faults and "class" not in desk.query and not desk.pupil.board()["joined"]
    wrong = open_desk(room, "class=" + "x" * 21 + "&board=2")
    assert len(wrong.faults) == 2 and not wrong.pupil.board()["joined"]
    assert not open_desk(room, "board=1").question.teaches      # of which class?


def test_a_full_board_says_so_and_the_lesson_goes_on(room, monkeypatch):
    monkeypatch.setattr(boards_of, "MOST_PREDICTIONS", 1)
    pupil(room, "a")
    late = open_desk(room, "class=7B")
    late.act({"do": "board", "key": "give", "value": "b"})
    assert "full" in late.faults[0]
    late.act({"do": "run", "key": "b", "value": 0})
    wait_for(lambda: ran(late))
    assert times(late) == ["1 of 1", "0 of 1"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_session_that_has_gone_is_held_by_nothing(room, closed):
    stays = pupil(room, "a")
    desk = Desk(SHELF, room._together.bench, "view=lessons&class=7B", room=room)
    desk.start()
    wait_for(lambda: desk.lesson)
    desk.act({"do": "board", "key": "give", "value": "b"})
    gone = weakref.ref(desk)
    if closed:
        desk.close()
    del desk

    def is_gone():
        gc.collect()
        return gone() is None

    wait_for(is_gone)
    assert times(stays) == ["1 of 2", "1 of 2"] and stays.pupil.board()["here"] == "Here now: 1. Predictions: 2."
