"""Lessons: a question, a prediction, a run under the class's luck, and what the evidence says.

A lesson is a YAML file that a teacher can write; those that ship are in this folder.

>>> lesson = load_lesson("theory_or_practice")
>>> reveal = lesson.run(pupils=30)              # a seed for each pupil, pooled
>>> print("\\n".join(reveal.verdicts()))        # doctest: +SKIP
"""

from kubesim.lessons.lesson import Lesson, load_lesson, load_lessons, load_own_lessons
from kubesim.lessons.reveal import Reveal

__all__ = ["Lesson", "Reveal", "load_lesson", "load_lessons", "load_own_lessons"]
