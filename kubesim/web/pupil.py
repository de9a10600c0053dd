"""What one session does in the lessons: sketch, choose, run, take a sheet home."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Iterator, NamedTuple

from kubesim.errors import ScenarioError
from kubesim.language import say, speaking_here
from kubesim.lessons import Reveal
from kubesim.lessons.lesson import MOST_PUPILS, Lived
from kubesim.lessons.sketches import Lines, read_sketch
from kubesim.web.asking import Question
from kubesim.web.bench import Job
from kubesim.web.classroom import Classroom, sheet, shown
from kubesim.web.exports import Download
from kubesim.web.together import Waiting


class Ties(NamedTuple):
    """What a pupil uses of her desk."""

    asked: Callable[[], Question]
    work: Callable[[str, Callable[[Job], Iterator[object]]], None]
    tell: Callable[..., None]                           # (job, **what is shown): nothing where the job is stale
    save: Callable[[Job, Download], None]


class Pupil:
    """A session's part in a lesson: the lines she drew, the answer she chose, what came out."""

    def __init__(self, room: Classroom, ties: Ties) -> None:
        self.room, self._ties = room, ties
        self._drawn: Lines = {}
        self._ran: tuple[str, int] | None = None        # what was predicted, and for how many pupils
        self._found: Reveal | None = None

    def start_again(self) -> None:
        """Forget what was drawn and what came out."""
        self._drawn, self._ran, self._found = {}, None, None

    def draw(self, given: object) -> None:
        """Take the lines of a sketch; raises ScenarioError where they cannot be used. After the run nothing
        is drawn any more."""
        if self._ran is None:
            self._drawn = read_sketch(self.room.named(self._ties.asked().lesson), given)

    def give(self, chosen: str, pupils: float | None) -> None:
        """Run the lesson that is open; raises ScenarioError."""
        if pupils is None or pupils != int(pupils) or pupils == 1 or not 0 <= pupils <= MOST_PUPILS:
            raise ScenarioError(say("pupils: must be a whole number from 2 to 100"))
        lesson = self.room.named(self._ties.asked().lesson)
        if not lesson.prediction.options and not self._drawn:
            raise ScenarioError(say("draw your sketch first"))
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


def _status(working: bool, lived: Lived | None = None, text: str = "") -> dict[str, Any]:
    if not working:
        return {"text": "", "done": 0, "of": 0, "working": False, "busy": False}
    if lived is None:
        return {"text": text or say("working"), "done": 0, "of": 1, "working": True, "busy": False}
    return {"text": say("{count} of {most} lucks", count=lived.lucks, most=lived.all_lucks), "done": lived.months,
            "of": lived.total, "working": True, "busy": False}
