"""What one session does in the lessons: sketch, choose, run, take a sheet home."""

from __future__ import annotations

import re
from functools import partial
from secrets import token_hex
from typing import Any, Callable, Iterator, NamedTuple
from urllib.parse import urlencode

from kubesim.errors import ScenarioError
from kubesim.language import say, speaking_here
from kubesim.lessons import Reveal
from kubesim.lessons.lesson import MOST_PUPILS, Lived
from kubesim.lessons.sketches import Lines, read_sketch
from kubesim.web.asking import Question
from kubesim.web.bench import Job
from kubesim.web.board import Board, Prediction, Seat
from kubesim.web.classroom import Classroom, sheet, shown
from kubesim.web.exports import Download
from kubesim.web.tally import tally
from kubesim.web.together import Waiting


class Ties(NamedTuple):
    """What a pupil uses of her desk."""

    asked: Callable[[], Question]
    work: Callable[[str, Callable[[Job], Iterator[object]]], None]
    tell: Callable[..., None]                           # (job, **what is shown): nothing where the job is stale
    save: Callable[[Job, Download], None]


class Pupil:
    """A session's part in a lesson: the lines she drew, the answer she chose, what came out, and her seat at the
    board of her class. ``redraw_board`` is called, from any thread, when others have changed that board."""

    def __init__(self, room: Classroom, ties: Ties) -> None:
        self.room, self._ties = room, ties
        self._drawn: Lines = {}
        self._ran: tuple[str, int] | None = None        # what was predicted, and for how many pupils
        self._found: Reveal | None = None
        self.redraw_board: Callable[[], None] = lambda: None
        self._voter = token_hex(8)
        self._board: Board | None = None
        self._seat: Seat | None = None
        self._place: tuple[str, str, bool, str] | None = None     # class, lesson, whether she teaches, voter

    def look_away(self) -> None:
        """Nobody looks at the board here any more."""
        self.redraw_board = lambda: None

    # -- the lesson ----------------------------------------------------------------------------
    def start_again(self) -> None:
        """Forget what was drawn and what came out."""
        self._drawn, self._ran, self._found = {}, None, None

    def draw(self, given: object) -> None:
        """Take the lines of a sketch; raises ScenarioError where they cannot be used. After the run nothing
        is drawn any more."""
        if self._ran is None:
            self._drawn = read_sketch(self.room.named(self._ties.asked().lesson), given)
            before = self._before
            if before is not None:
                self._predict(before.choice)

    def give(self, chosen: str, pupils: float | None) -> None:
        """Run the lesson that is open; raises ScenarioError."""
        if pupils is None or pupils != int(pupils) or pupils == 1 or not 0 <= pupils <= MOST_PUPILS:
            raise ScenarioError(say("pupils: must be a whole number from 2 to 100"))
        lesson = self.room.named(self._ties.asked().lesson)
        if not (lesson.prediction.options or self._drawn or self._ties.asked().teaches):
            raise ScenarioError(say("draw your sketch first"))
        self._predict(chosen, stands=True)
        self._ran = chosen, int(pupils)
        self._ties.work("answer", self.teach)

    def teach(self, job: Job) -> Iterator[object]:
        """Show the lesson, and what came out of it where that was asked already."""
        ask, ran = self._ties.asked(), self._ran
        lesson = self.room.named(ask.lesson)
        self._ties.tell(job, lesson=self.room.told(lesson, self._drawn), reveal={}, status=_status(ran is not None))
        yield
        if ran is not None:
            self.room.give(lesson, ask.seed, ran[1], self._waits(job, ask.language, self._came_out))

    def hand_out(self, which: str) -> None:
        """Save the sheet for ``pupils`` or for the ``teacher``."""
        found = self._found
        if which not in ("pupils", "teacher") or found is None:
            return

        def work(job: Job) -> Iterator[object]:
            self._ties.save(job, sheet(found, which))
            yield

        self._ties.work("export", work)

    # -- the board of the class ---------------------------------------------------------------
    def sit(self) -> None:
        """Take the seat of the class, the lesson and the view that are asked now; raises ScenarioError."""
        ask = self._ties.asked()
        named = ask.view == "lessons" and ask.school_class and (not ask.lesson or ask.lesson in self.room.lessons)
        place = (ask.school_class, self.room.named(ask.lesson).name, ask.teaches, self._voter) if named else None
        if place == self._place:
            return
        self.leave()
        if place is not None:
            seat = Seat(self._voter, ask.teaches, lambda: self.redraw_board())
            self._board = self.room.boards.sit(place[:2], seat)
            self._seat, self._place = seat, place

    def leave(self) -> None:
        """Leave the board; what was predicted stays there."""
        if self._board is not None and self._seat is not None:
            self._board.leave(self._seat)
        self._board = self._seat = self._place = None

    def at_the_board(self, key: object, value: object) -> None:
        """``give`` the option chosen as a prediction, ``clear`` the board as its teacher, or say the word of the
        browser's ``tab``, which is the same after the page was loaded anew. Raises ScenarioError."""
        if key == "give" and self._ran is None and not self._predict(str(value)):
            raise ScenarioError(say("the board of the class is full: this prediction is not counted"))
        if key == "clear" and self._board is not None and self._ties.asked().teaches:
            self._board.clear()
        if key == "tab" and isinstance(value, str) and re.fullmatch("[0-9a-f]{16,64}", value):
            self._voter = value
            self.sit()
            self._take_back()

    def _take_back(self) -> None:
        """Show what she drew before the page was loaded anew."""
        if self._before is not None and not self._drawn and self._ran is None:
            self._drawn = self._before.drawn
            self._ties.work("answer", self.teach)

    def board(self) -> dict[str, Any]:
        """The board as this session may see it: counts when it has given its own prediction, has seen what came
        out, or teaches."""
        ask, board, place, before = self._ties.asked(), self._board, self._place, self._before
        told: dict[str, Any] = {"class": ask.school_class, "teaches": ask.teaches, "joined": board is not None,
                                "given": before is not None, "stands": before is not None and before.stands}
        if board is None or place is None:
            return told
        lesson, found = self.room.named(place[1]), self._found
        may_see = ask.teaches or before is not None or found is not None
        return {**told, "here": say("Here now: {pupils}. Predictions: {given}.", pupils=board.pupils,
                                    given=len(board.held[0])),
                "link": _link(ask, lesson.name), "mine": before.choice if before else "",
                **(tally(lesson, board, found) if may_see else {})}

    @property
    def _before(self) -> Prediction | None:
        """What stands on the board as hers."""
        return None if self._board is None else self._board.given_by(self._voter)

    def _predict(self, chosen: str, stands: bool = False) -> bool:
        """Put a prediction on the board, where there is one and this is a pupil's; False where it is full."""
        ask = self._ties.asked()
        if self._board is None or ask.teaches:
            return True
        lesson = self.room.named(ask.lesson)
        if chosen not in lesson.letters and (lesson.prediction.options or not self._drawn):
            return True                                 # nothing that could be counted
        choice = chosen if chosen in lesson.letters else ""
        return self._board.take(self._voter, Prediction(choice, self._drawn, stands))

    # -- what came out -------------------------------------------------------------------------
    def _came_out(self, job: Job, spoken: str, found: Reveal) -> None:
        """The lesson has been lived: tell it at once, its pictures when they are drawn."""
        self._found = found
        self._show(found, job, spoken, None)
        self.room.draw(found, self._waits(job, spoken, partial(self._show, found)))

    def _show(self, found: Reveal, job: Job, spoken: str, pictures: list[dict[str, Any]] | None) -> None:
        chosen = self._ran[0] if self._ran else ""
        self._ties.tell(job, reveal=shown(found, chosen, self._drawn, pictures or ()),
                        status=_status(pictures is None, text=say("drawing the pictures")))

    def _waits(self, job: Job, spoken: str, done: Callable[[Job, str, Any], None]) -> Waiting:
        """This session, waiting in its own language for what ``done`` will be called with."""
        def progress(lived: Lived | None) -> None:
            if lived is not None:
                with speaking_here(spoken):
                    self._ties.tell(job, status=_status(True, lived))

        def finish(result: Any) -> None:
            with speaking_here(spoken):
                done(job, spoken, result)

        def fail(faults: list[str]) -> None:
            self._ran = None
            self._ties.tell(job, faults=faults, status=_status(False))

        return Waiting(job, progress, finish, fail)


def _link(ask: Question, lesson: str) -> str:
    """The query of the address that brings a pupil to the same lesson and class."""
    return urlencode({"view": "lessons", "class": ask.school_class, "lesson": lesson, "seed": ask.seed,
                      "lang": ask.language})


def _status(working: bool, lived: Lived | None = None, text: str = "") -> dict[str, Any]:
    if not working:
        return {"text": "", "done": 0, "of": 0, "working": False, "busy": False}
    if lived is None:
        return {"text": text or say("working"), "done": 0, "of": 1, "working": True, "busy": False}
    return {"text": say("{count} of {most} lucks", count=lived.lucks, most=lived.all_lucks), "done": lived.months,
            "of": lived.total, "working": True, "busy": False}
