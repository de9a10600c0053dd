"""The classroom: lessons as the page gives them, and what came out for those who ask the same."""

from __future__ import annotations

import tempfile
import threading
from functools import lru_cache
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.lessons import Lesson, Reveal, load_lessons
from kubesim.lessons.sheets import write_sheets
from kubesim.report.blocks import Picture
from kubesim.report.writing import PLAIN_TEXT
from kubesim.web.exports import DRAWING, Download

MOST_KEPT = 12
"""Reveals kept: a class asks the same one thirty times over."""
_living = threading.Lock()


@lru_cache(maxsize=1)
def lessons() -> dict[str, Lesson]:
    """The lessons that ship, by name, in their order."""
    return {lesson.name: lesson for lesson in load_lessons()}


def lesson_named(name: str) -> Lesson:
    """A lesson, the first one for an empty name; raises ScenarioError."""
    known = lessons()
    if name and name not in known:
        raise ScenarioError(say("lesson '{name}' does not exist", name=name))
    return known[name or next(iter(known))]


def reveal(name: str, seed: int, pupils: int) -> Reveal:
    """What comes out of a lesson; lived once for all who ask the same. ``pupils`` 0: one luck for the class."""
    with _living:
        return _lived(name, seed, pupils)


@lru_cache(maxsize=MOST_KEPT)
def _lived(name: str, seed: int, pupils: int) -> Reveal:
    return lesson_named(name).run(seed, pupils or None, progress=lambda done, of: None)


def told(lesson: Lesson) -> dict[str, Any]:
    """A lesson before the run, in the language in force."""
    asked = lesson.prediction
    return {"name": lesson.name, "title": lesson.title, "question": lesson.question, "story": lesson.story,
            "labels": lesson.labels, "ask": str(asked.ask),
            "options": [{"name": option.name, "letter": lesson.letters[option.name], "text": str(option.text)}
                        for option in asked.options],
            "all": [{"name": other.name, "title": other.title} for other in lessons().values()]}


def shown(found: Reveal, chosen: str) -> dict[str, Any]:
    """What came out, against what was predicted."""
    lesson, terms = found.lesson, found.lesson.terms
    pictures = found.pictures()
    mine = next((option for option in lesson.prediction.options if option.name == chosen), None)
    return {
        "summary": found.summary(), "verdicts": found.verdicts(),
        "mine": "" if mine is None else say(
            "You said {letter}. {text}", letter=lesson.letters[mine.name], text=mine.text),
        "hit": mine is not None and mine is found.answer, "reply": "" if mine is None else str(mine.reply),
        "pictures": [_picture(picture) for picture in pictures[:2]],
        "mechanisms": [{"title": str(mechanism.label), "ask": str(mechanism.ask), "shows": str(mechanism.shows),
                        "left": found.told_left(mechanism), "picture": _picture(picture)}
                       for mechanism, picture in zip(terms.mechanisms, pictures[2:])],
        "evidence": [{"says": str(one.says), "source": one.source, "grade": say(one.grade)}
                     for one in terms.evidence],
        "cannot": [str(text) for text in terms.cannot], "questions": [str(text) for text in terms.questions]}


def sheet(found: Reveal, which: str) -> Download:
    """The sheet for ``pupils`` or for the ``teacher``, one page that needs nothing else."""
    with DRAWING, tempfile.TemporaryDirectory() as folder:
        paths = {path.stem: path for path in write_sheets(found, Path(folder))}
        return Download(f"{found.lesson.name}-{which}.html", "text/html", paths[which].read_bytes())


def _picture(picture: Picture) -> dict[str, Any]:
    """A picture as the address of an image, with its words and its numbers."""
    held = BytesIO()
    with DRAWING, matplotlib.rc_context(PLAIN_TEXT):
        picture.figure.savefig(held, format="svg")
    return {"title": picture.title, "alt": picture.alt,
            "url": f"data:image/svg+xml;base64,{b64encode(held.getvalue()).decode()}",
            "head": list(picture.table.head), "rows": [list(row) for row in picture.table.rows]}
