"""The handout of a lesson: a sheet for pupils, without answers, and one for the teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Sequence

import matplotlib
import numpy as np

from kubesim import files
from kubesim.comparing import words
from kubesim.comparing.effects import EVERYBODY, MEMBERS
from kubesim.errors import ScenarioError
from kubesim.language import say, translated
from kubesim.lessons.file import OF_HOUSEHOLDS
from kubesim.lessons.pictures import sketch_grid
from kubesim.lessons.terms import Option
from kubesim.plots.formats import number
from kubesim.report.blocks import Block, Heading, Picture, Points, Section, Table, Words
from kubesim.report.writing import PLAIN_TEXT, Cover, write_page
from kubesim.running.measure import known_outcomes

if TYPE_CHECKING:
    from kubesim.lessons.lesson import Lesson
    from kubesim.lessons.reveal import Reveal

PUPILS, TEACHER = "pupils.html", "teacher.html"
LINE = "_" * 46


def write_sheets(reveal: "Reveal", folder: str | Path) -> list[Path]:
    """Write both sheets into a folder, each a page of its own that needs nothing else; gives their paths."""
    lesson, folder = reveal.lesson, Path(folder)
    if (folder / files.MANIFEST).exists():      # writing a page would tidy that run's pictures away
        raise ScenarioError(say("{folder}: holds the results of a run; choose another folder with --out",
                                folder=folder))
    with matplotlib.rc_context(PLAIN_TEXT):
        pupils, teacher = pupils_sheet(lesson), teachers_sheet(reveal)
    skip = say("Skip to the lesson")
    return [write_page(Cover(say("Lesson · for pupils"), lesson.title, lesson.question, skip), pupils, folder,
                       figures=False, name=PUPILS),
            write_page(Cover(say("Lesson · for the teacher"), lesson.title, lesson.question, skip), teacher, folder,
                       figures=False, name=TEACHER)]


# -- pupils ----------------------------------------------------------------------------------------------
def pupils_sheet(lesson: "Lesson") -> list[Section]:
    """The situation, the prediction, and room to write; no answers."""
    asked = lesson.prediction
    choose: list[Block] = [] if asked.sketch is None else [Words(str(asked.sketch.ask)), sketch_grid(lesson)]
    if asked.options:
        choose += [Words(str(asked.ask)), Words(say("Tick one answer:")),
                   *(Words(f"☐ {_lettered(lesson, option)}") for option in asked.options)]
    choose += _lines([say("Because")])
    one = len(lesson.terms.mechanisms) == 1             # two printed pages hold no more
    after = [say("I expect"), say("It came out"), *([say("So")] if one else [])]
    out = [say("Under one luck the answer was"), say("Under how many lucks it is so"),
           say("On average the answer is"), say("Was I right, and for the right reason")]
    return [
        Section("situation", say("The situation"), [Words(lesson.story), Points.of(
            [say("World {number}: {label}", number=place, label=label)
             for place, label in enumerate(lesson.labels, start=1)]), Words(_measured(lesson))]),
        Section("prediction", say("What do you expect?"), choose),
        Section("outcome", say("What came out"), _lines(out)),
        Section("mechanism", say("What is behind it?"), [
            block for mechanism in lesson.terms.mechanisms for block in (
                Words(str(mechanism.ask)), *_lines(after))]),
        Section("learned", say("What I take home"), [Words(LINE), Words(LINE)])]


def _lines(starts: Sequence[str]) -> list[Block]:
    """Lines to write on: paragraphs, since the rows of a printed table are too low for handwriting."""
    return [Words(f"{start}: {LINE}") for start in starts]


def _measured(lesson: "Lesson") -> str:
    """What is measured."""
    return say("We look at: {what}.", what=lesson.subject)


# -- teacher -----------------------------------------------------------------------------------------------
def teachers_sheet(reveal: "Reveal") -> list[Section]:
    """The plan, what came out, and what to say about it."""
    terms, pictures = reveal.lesson.terms, reveal.pictures()
    first = len(pictures) - len(terms.mechanisms)
    wrong = [option for option in reveal.lesson.prediction.options if option is not reveal.answer]
    return [
        Section("answer", say("The answer"), list(_answer(reveal))),
        Section("plan", say("The 45 minutes"), [_plan(reveal.lesson)]),
        Section("reveal", say("What came out"), list(_reveal(reveal, pictures[:first]))),
        Section("mechanism", say("Mechanisms on and off"), list(_mechanisms(reveal, pictures[first:]))),
        *([Section("wrong", say("Common wrong answers, and what to say"), [
            Points([(_lettered(reveal.lesson, option), [str(option.reply)]) for option in wrong])])] if wrong else []),
        Section("questions", say("What to ask"), [Points.of([str(text) for text in terms.questions])]),
        Section("evidence", say("What the evidence says"), [
            Points([(str(found.says), [say("{source} ({grade})", source=found.source, grade=say(found.grade))])
                    for found in terms.evidence])]),
        Section("cannot", say("What the model cannot say"), [Points.of([str(text) for text in terms.cannot])]),
        Section("debrief", say("What to take home"), [Points.of([str(text) for text in terms.debrief])]),
        Section("origin", say("How this was made"), list(_origin(reveal)))]


def _lettered(lesson: "Lesson", option: Option) -> str:
    return say("{letter}. {text}", letter=lesson.letters[option.name], text=option.text)


def _answer(reveal: "Reveal") -> Iterator[Block]:
    yield Words(" ".join(filter(None, [reveal.summary(), reveal.how_sure()])))
    if reveal.answer is not None:
        yield Words(str(reveal.answer.reply))


def _plan(lesson: "Lesson") -> Table:
    """The steps, each with the minutes from which to which it goes."""
    ends = np.cumsum([step.minutes for step in lesson.terms.plan])
    rows = [[say("{start}–{end}", start=int(end) - step.minutes, end=int(end)), str(step.do)]
            for end, step in zip(ends, lesson.terms.plan)]
    return Table(say("Step by step"), [say("minute"), say("what to do")], rows, folded=False, prose=True)


def _reveal(reveal: "Reveal", pictures: Sequence[Picture]) -> Iterator[Block]:
    yield Points.of(reveal.verdicts())
    yield from pictures
    yield _also(reveal)
    yield _by_seed(reveal)


def _also(reveal: "Reveal") -> Table:
    """The means of other outcomes in the prediction's month."""
    lesson, month = reveal.lesson, reveal.lesson.prediction.month
    rows = []
    for place, name in enumerate((lesson.terms.outcome, *lesson.terms.also)):
        values = reveal.paths[:, month] if not place else reveal.also[:, place - 1]
        of_members = lesson.terms.whose == "members" and known_outcomes()[name].table in OF_HOUSEHOLDS
        how = words.written(name, *values.mean(axis=1))
        rows.append([words.subject(words.told(name), MEMBERS if of_members else EVERYBODY),
                     *(how.level(value) for value in values.mean(axis=1))])
    return Table(say("Everything that was measured, month {month}, mean of {count} lucks", month=month,
                     count=len(reveal.seeds)), [say("measure"), *lesson.labels], rows, folded=False)


def _by_seed(reveal: "Reveal") -> Table:
    """A row a world, for a class in which each pupil has a seed."""
    found = reveal.by_seed()
    how = words.written(reveal.lesson.terms.outcome, *reveal.average_path[:, reveal.lesson.prediction.month])
    rows = [[str(row[0]), *(how.level(value) for value in row[1:-1]), row[-1]]
            for row in found.itertuples(index=False)]
    return Table(say("Each luck and the answer that is right under it"),
                 [say("luck"), *reveal.lesson.labels, say("answer")], rows)


def _mechanisms(reveal: "Reveal", pictures: Sequence[Picture]) -> Iterator[Block]:
    for mechanism, picture in zip(reveal.lesson.terms.mechanisms, pictures):
        yield Heading(str(mechanism.label)[:1].upper() + str(mechanism.label)[1:])
        yield Words(str(mechanism.ask))
        yield picture
        yield Words(str(mechanism.shows))


def _origin(reveal: "Reveal") -> Iterator[Block]:
    lesson = reveal.lesson
    yield Words(say("{designs} worlds of {households} households over {months} months, lucks {first} to {last} "
                    "(--seed). Under each luck all worlds have the same people and the same chances.",
                    designs=len(lesson.designs), households=number(lesson.terms.households),
                    months=lesson.terms.months, first=reveal.seeds[0], last=reveal.seeds[-1]))
    rows = [[path, *("–" if path not in design.changes else str(design.changes[path])
                     for design in lesson.terms.designs), ""] for path in _paths(lesson.terms.designs)]
    rows += [[path, *("" for _ in lesson.designs), say("off: {value}", value=value)]
             for mechanism in lesson.terms.mechanisms for path, value in mechanism.changes.items()]
    yield Table(say("What was changed (a dash: as in the base)"),
                [say("value"), *lesson.labels, say("mechanism off")], rows, prose=True)
    told = {path: lesson.worlds[lesson.designs[0]].describe(path) for mechanism in lesson.terms.mechanisms
            for path in mechanism.changes}
    yield Points([(say("{path}: {about}", path=path, about=translated(known.about)),
                   [say("{value} {unit}; {source} ({grade})", value=known.value, unit=translated(known.unit),
                        source=translated(known.source), grade=translated(known.grade))])
                  for path, known in told.items()])


def _paths(designs: Sequence) -> list[str]:
    return list(dict.fromkeys(path for design in designs for path in design.changes))
