"""``kubesim lesson``: the lessons, or one of them as a handout."""

from __future__ import annotations

import argparse
from pathlib import Path

from kubesim.commands.common import DONE, Command
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("name", metavar="NAME", nargs="?",
        help=say("lesson, or a lesson file of your own (*.yaml); without it the lessons are listed"))
    add("--seed", type=int, metavar="N", help=say("luck of the class (default 1)"))
    add("--pupils", type=int, metavar="N", help=say("a luck for each of N pupils, pooled"))
    add("--out", metavar="DIR", help=say("folder for the two sheets (default results/lesson-NAME)"))


def _lesson(args: argparse.Namespace) -> int:
    from kubesim.lessons import load_lesson, load_lessons
    if args.name is None:
        for lesson in load_lessons():
            print(f"{lesson.name:26}{lesson.title}\n{'':26}{lesson.question}")
        return DONE
    from kubesim.lessons.sheets import write_sheets
    from kubesim.progress import ProgressLine
    lesson = load_lesson(args.name)
    with ProgressLine(args.quiet) as progress:
        reveal = lesson.run(args.seed, args.pupils, progress)
    print("\n".join([lesson.title, lesson.question, "", *reveal.verdicts(), "", reveal.summary()]))
    for mechanism in lesson.terms.mechanisms:
        print(reveal.told_left(mechanism))
    folder = Path(args.out or Path("results") / f"lesson-{lesson.name}")
    for path in write_sheets(reveal, folder):
        print(say("written to {folder}", folder=path))
    return DONE


COMMAND = Command(
    "lesson", phrase("Give a lesson: predict, run, see who was right; a sheet for pupils and one for the teacher."),
    "kubesim lesson theory_or_practice --pupils 30", _options, _lesson)
