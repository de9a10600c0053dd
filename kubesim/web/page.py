"""The page as Solara runs it: one desk a session, shown by the templates beside this file."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Mapping, NamedTuple

import solara
from solara.server import kernel_context

from kubesim.language import language, speaking_here
from kubesim.scenario import Scenario
from kubesim.web.bench import Bench
from kubesim.web.classroom import Classroom
from kubesim.web.desk import Desk
from kubesim.web.form import form, words
from kubesim.web.lived import Lived
from kubesim.web.shelf import read_files, read_shelf

PLACE = {"scenarios": "", "lessons": ""}
"""Where the server found its scenarios, and a teacher's own lessons; set before the page is first shown."""
STYLE = Path(__file__).with_name("page.css")
bench = Bench()
lived = Lived()
_door = threading.Lock()


class House(NamedTuple):
    """What all sessions of a server share beside the bench: scenarios, their files, and the lessons' room."""

    shelf: Mapping[str, Scenario]
    files: Mapping[str, bytes]
    room: Classroom


def _house(scenarios: str, lessons: str) -> House:
    with _door:                             # a class that comes all at once comes into one
        return _opened(scenarios, lessons)


@lru_cache
def _opened(scenarios: str, lessons: str) -> House:
    return House(read_shelf(scenarios or None), read_files(scenarios or None), Classroom(bench, lessons or None))


@solara.component_vue("head.vue")
def Head(words: dict = {}, form: dict = {}, faults: list = [], status: dict = {}, query: str = "",
         download: dict = {}, event_act: Callable[[Any], None] = None):
    """Title, views, language, faults; keeps the address and saves files."""


@solara.component_vue("whatif.vue")
def WhatIf(words: dict = {}, form: dict = {}, results: dict = {}, status: dict = {},
           event_act: Callable[[Any], None] = None):
    """Levers and what they change."""


@solara.component_vue("watch.vue")
def Watch(words: dict = {}, form: dict = {}, film: dict = {}, tale: dict = {}, status: dict = {},
          event_act: Callable[[Any], None] = None):
    """Two worlds that play month by month."""


@solara.component_vue("lesson.vue")
def LessonView(words: dict = {}, lesson: dict = {}, reveal: dict = {}, board: dict = {}, status: dict = {},
               event_act: Callable[[Any], None] = None):
    """A lesson: predict, run, compare."""


@solara.component
def Lesson(words: dict, desk: Desk, version: int):
    """The lesson with the board of the class; what others predict redraws nothing else. ``version`` of the desk:
    it looks alike to Solara whatever it holds."""
    changes = solara.use_reactive(0)

    def follow() -> Callable[[], None]:
        desk.pupil.redraw_board = _here(lambda: changes.set(changes.peek() + 1))
        return desk.pupil.look_away

    solara.use_effect(follow, [])
    changes.value                           # reading it makes the lesson follow it
    with speaking_here(desk.question.language):
        board = desk.pupil.board()
    LessonView(words=words, lesson=desk.lesson, reveal=desk.reveal, board=board, status=dict(desk.status),
               event_act=desk.act)


def _here(act: Callable[[], None]) -> Callable[[], None]:
    """The same for other threads: done in the context of this session, while it lives."""
    context = kernel_context.get_current_context()

    def act_here() -> None:
        if not context.closed_event.is_set():
            with context:
                act()

    return act_here


def _desk(query: str, redraw: Callable[[], None]) -> Desk:
    """The desk of this session; what works for it elsewhere redraws it in its own context."""
    house = _house(PLACE["scenarios"], PLACE["lessons"])
    return Desk(house.shelf, bench, query, _here(redraw), language(), house.files, house.room, lived)


@solara.component
def Page():
    """The whole page."""
    version = solara.use_reactive(0)
    router = solara.use_router()
    desk = solara.use_memo(lambda: _desk(router.search or "", lambda: version.set(version.peek() + 1)), [])

    def begin() -> Callable[[], None]:
        desk.start()
        version.set(version.peek() + 1)
        return desk.close

    solara.use_effect(begin, [])
    version.value                           # reading it makes the page follow it
    solara.Style(STYLE)
    with speaking_here(desk.question.language):
        told, levers = words(), form(desk)
    with solara.Column(gap="0", classes=["ks-page"]):
        Head(words=told, form={"view": levers["view"], "languages": levers["languages"],
                               "language": levers["language"]},
             faults=desk.faults, status=dict(desk.status), query=desk.query, download=desk.download,
             event_act=desk.act)
        if desk.question.view == "watch":
            Watch(words=told, form=levers, film=desk.film, tale=desk.tale, status=dict(desk.status),
                  event_act=desk.act)
        elif desk.question.view == "lessons":
            Lesson(words=told, desk=desk, version=version.value)
        else:
            WhatIf(words=told, form=levers, results=desk.results, status=dict(desk.status), event_act=desk.act)
