"""The classroom: lessons as the page gives them, and what came out for those who ask the same."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Mapping, Sequence

import matplotlib

from kubesim.errors import ScenarioError
from kubesim.language import language, say
from kubesim.lessons import Lesson, Reveal, load_lessons, load_own_lessons
from kubesim.lessons.sheets import write_sheets
from kubesim.lessons.sketches import Lines
from kubesim.report.blocks import Picture
from kubesim.report.writing import PLAIN_TEXT
from kubesim.web.bench import Bench
from kubesim.web.board import Boards
from kubesim.web.exports import DRAWING, Download
from kubesim.web.sketching import compared, frame, read_back
from kubesim.web.together import Steps, Together, Waiting


@lru_cache
def _read(own: str | Path | None) -> dict[str, Lesson]:
    """Lessons by name: of a teacher's folder, or those that ship."""
    return {lesson.name: lesson for lesson in (load_own_lessons(own) if own else load_lessons())}


class Classroom:
    """The lessons of a server, those that ship and a teacher's own, and their runs: one for all who ask the
    same question; ``boards`` hold what its classes predict. ``own`` is the folder of the teacher's lessons. Raises
    ScenarioError for their faults."""

    def __init__(self, bench: Bench, own: str | Path | None = None) -> None:
        self.lessons = {**_read(own), **_read(None)} if own else _read(None)
        self.boards = Boards()
        self._together = Together(bench)

    def named(self, name: str) -> Lesson:
        """A lesson, the first one for an empty name; raises ScenarioError."""
        if name and name not in self.lessons:
            raise ScenarioError(say("lesson '{name}' does not exist", name=name))
        return self.lessons[name or next(iter(self.lessons))]

    def give(self, lesson: Lesson, seed: int, pupils: int, waiting: Waiting) -> None:
        """Live a lesson for one who waits, ``pupils`` 0: one luck for the class. Progress is a ``Lived``, the
        result a ``Reveal``."""
        self._together.ask((lesson.name, seed, pupils), lambda: lesson.living(seed, pupils or None), waiting)

    def draw(self, found: Reveal, waiting: Waiting) -> None:
        """Draw what came out, in the language in force. The result is a list of pictures, the same for all."""
        key = (found.lesson.name, found.seeds[0], found.pupils or 0, language())
        self._together.ask(key, partial(_drawn, found), waiting)

    def told(self, lesson: Lesson, drawn: Lines) -> dict[str, Any]:
        """A lesson before the run, in the language in force, with the lines that the pupil drew so far."""
        asked = lesson.prediction
        others = [{"name": other.name, "title": other.title, "own": other.is_own} for other in self.lessons.values()]
        return {"name": lesson.name, "title": lesson.title, "question": lesson.question, "story": lesson.story,
                "labels": lesson.labels, "ask": str(asked.ask), "must_draw": not asked.options,
                "options": [{"name": option.name, "letter": lesson.letters[option.name], "text": str(option.text)}
                            for option in asked.options],
                "sketch": {} if asked.sketch is None else frame(lesson), "drawn": read_back(drawn),
                "shipped": [other for other in others if not other["own"]],
                "own": [other for other in others if other["own"]]}


def _drawn(found: Reveal) -> Steps:
    """The pictures, one a slice, each wide and narrow."""
    pictures: list[dict[str, Any]] = []
    yield
    for wide, narrow in zip(found.pictures(), found.pictures(narrow=True)):
        pictures.append(_picture(wide))
        yield
        pictures[-1]["narrow"] = _address(narrow)
        yield
    return pictures


def shown(found: Reveal, chosen: str, drawn: Lines, pictures: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What came out, against what one pupil chose and drew; with its pictures where they are ready."""
    lesson, terms = found.lesson, found.lesson.terms
    option = next((option for option in lesson.prediction.options if option.name == chosen), None)
    of_mechanisms = pictures[len(pictures) - len(terms.mechanisms):] if pictures else [{}] * len(terms.mechanisms)
    return {
        "summary": found.summary(), "answers": _answers(found), "pooled": bool(found.pupils),
        "pictures": list(pictures[:len(pictures) - len(terms.mechanisms)]), "seed": found.seeds[0],
        "mechanisms": [{"title": str(mechanism.label), "ask": str(mechanism.ask), "shows": str(mechanism.shows),
                        "left": found.told_left(mechanism), "picture": dict(picture)}
                       for mechanism, picture in zip(terms.mechanisms, of_mechanisms)],
        "evidence": [{"says": str(one.says), "source": one.source, "grade": say(one.grade)}
                     for one in terms.evidence],
        "cannot": [str(text) for text in terms.cannot], "questions": [str(text) for text in terms.questions],
        "by_luck": _by_luck(found), "mine": "" if option is None else say(
            "You said {letter}. {text}", letter=lesson.letters[option.name], text=option.text),
        "hit": option is not None and option is found.answer, "reply": "" if option is None else str(option.reply),
        "sketch": {} if lesson.prediction.sketch is None else compared(found, drawn)}


def _answers(found: Reveal) -> list[dict[str, Any]]:
    """Each answer, under how many lucks it is right, and whether it is on average."""
    lesson, all_lucks = found.lesson, len(found.seeds)
    return [{"name": option.name, "letter": lesson.letters[option.name], "text": str(option.text),
             "share": found.times_right[option.name] / all_lucks,
             "times": say("right for {times} of {all} pupils", times=found.times_right[option.name], all=all_lucks)
             if found.pupils else
             say("right under {times} of {all} lucks", times=found.times_right[option.name], all=all_lucks),
             "average": say("right on average") if option is found.answer else "",
             "here": "" if found.pupils or option is not found.answer_under(found.seeds[0])
             else say("right under the class's luck")} for option in lesson.prediction.options]


def _by_luck(found: Reveal) -> list[str]:
    """For each pupil, or each luck, the letter of the answer that is right."""
    return [str(answer) for answer in found.by_seed()["answer"]] if found.lesson.prediction.options else []


def sheet(found: Reveal, which: str) -> Download:
    """The sheet for ``pupils`` or for the ``teacher``, one page that needs nothing else."""
    with DRAWING, tempfile.TemporaryDirectory() as folder:
        paths = {path.stem: path for path in write_sheets(found, Path(folder))}
        return Download(f"{found.lesson.name}-{which}.html", "text/html", paths[which].read_bytes())


def _picture(picture: Picture) -> dict[str, Any]:
    """A picture as the address of an image, with its words and its numbers."""
    return {"title": picture.title, "alt": picture.alt, "url": _address(picture), "head": list(picture.table.head),
            "rows": [list(row) for row in picture.table.rows]}


def _address(picture: Picture) -> str:
    """A picture as an address that holds it."""
    held = BytesIO()
    with DRAWING, matplotlib.rc_context(PLAIN_TEXT):
        picture.figure.savefig(held, format="svg")
    return f"data:image/svg+xml;base64,{b64encode(held.getvalue()).decode()}"
