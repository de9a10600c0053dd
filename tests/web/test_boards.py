"""Boards without sessions: limits, forgetting, telling seldom, many at once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from kubesim.errors import ScenarioError
from kubesim.web import board as boards_of
from kubesim.web.board import Board, Boards, Prediction, Seat, read_class
from kubesim.web.classroom import Classroom
from patience import wait_for


@pytest.mark.parametrize("given, name", [("7b", "7B"), (" x-1 ", "X-1"), ("", "")])
def test_a_class_is_the_same_however_it_is_typed(given, name):
    assert read_class(given) == name


@pytest.mark.parametrize("given", ["7 b", "é", "x" * 21, "a\nb", "٣", "<", None, 7, ["7"]])
def test_a_class_that_cannot_be_is_refused(given):
    with pytest.raises(ScenarioError, match="letters, digits"):
        read_class(given)


def test_a_board_takes_so_many_predictions_and_a_server_so_many_boards(monkeypatch):
    monkeypatch.setattr(boards_of, "MOST_PREDICTIONS", 2)
    monkeypatch.setattr(boards_of, "MOST_BOARDS", 2)
    boards, seats = Boards(), [Seat(str(place), False, print) for place in range(3)]
    board = boards.sit("a", seats[0])
    assert board.take("x", Prediction("b", {})) and board.take("y", Prediction("b", {}))
    assert not board.take("z", Prediction("b", {})) and board.take("x", Prediction("c", {}))
    assert [given.choice for given in board.held[0]] == ["c", "b"]
    other = boards.sit("b", seats[1])
    with pytest.raises(ScenarioError, match="already 2 boards"):
        boards.sit("c", seats[2])
    other.leave(seats[1])                                       # nothing stands there and nobody is left
    assert boards.sit("c", seats[2]) is not other and len(boards) == 2


def test_old_boards_are_forgotten_and_who_still_sits_there_starts_with_the_others(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(boards_of, "monotonic", lambda: clock[0])
    boards, seat, late = Boards(), Seat("x", True, print), Seat("y", False, print)
    left = boards.sit("left", late)
    left.take("y", Prediction("a", {}))
    left.leave(late)
    board = boards.sit("class", seat)
    board.take("x", Prediction("a", {}))
    clock[0] = boards_of.FORGOTTEN_AFTER - 1
    assert boards.sit("class", late) is board and board.held[0]
    clock[0] += 2
    assert boards.sit("class", late) is board and not board.held[0]
    assert len(boards) == 1                                     # the one where nobody is has gone


def test_thirty_who_predict_at_once_are_one_redraw_for_each_and_one_that_breaks_harms_no_other(monkeypatch, caplog):
    monkeypatch.setattr(boards_of, "SELDOM", 0.2)
    boards, drawn = Boards(), []

    def redraw(place):
        if place == 7:
            raise RuntimeError("its page has gone")
        drawn.append((place, threading.current_thread()))

    seats = [Seat(str(place), False, lambda place=place: redraw(place)) for place in range(30)]
    for seat in seats:
        boards.sit("class", seat).take(seat.voter, Prediction("a", {}))
    wait_for(lambda: len(drawn) >= 29)
    boards.sit("other", Seat("x", False, print))
    wait_for(lambda: boards._timer is None)
    assert sorted(place for place, _ in drawn) == [place for place in range(30) if place != 7]
    assert "could not be shown" in caplog.text
    assert all(thread is not threading.current_thread() for _, thread in drawn)


def test_many_threads_lose_no_prediction():
    board = Board(lambda board: None)
    gate = threading.Barrier(8)

    def predict(first):
        gate.wait()
        for place in range(12):
            board.take(f"{first}-{place}", Prediction("ab"[place % 2], {"x": np.zeros(5)}))
            board.held

    threads = [threading.Thread(target=predict, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [given.choice for given in board.held[0]].count("a") == 48 and len(board.held[0]) == 96


def test_a_class_that_comes_all_at_once_comes_into_one_room(monkeypatch):
    pytest.importorskip("solara")
    from kubesim.web import page

    def slowly(*kind):
        time.sleep(0.1)
        return Classroom(*kind)

    monkeypatch.setattr(page, "Classroom", slowly)
    page._opened.cache_clear()
    houses = []
    threads = [threading.Thread(target=lambda: houses.append(page._house("", ""))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(houses) == 5 and len(set(map(id, houses))) == 1
