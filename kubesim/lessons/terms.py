"""What a lesson's file may say, section by section."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from kubesim.language import language, say
from kubesim.units import Grade, Section, value, whole_months

MINUTES = 45
"""Length of a lesson."""
MOST_LINES = 4
"""Lines of a sketch that can still be told apart."""


class Text(Section):
    """A text in English and Indonesian; with one of them, that one is shown in both languages."""

    en: str = value("", "text", "in English")
    id: str = value("", "text", "in Indonesian")

    @model_validator(mode="after")
    def _says_something(self) -> "Text":
        if not (self.en.strip() or self.id.strip()):
            raise ValueError(say("needs a text, as in {{en: ..., id: ...}}"))
        return self

    def __str__(self) -> str:
        told = {"en": self.en, "id": self.id}[language()] or self.en or self.id
        return " ".join(told.split())


class Design(Section):
    """One of the worlds that are compared."""

    name: str = value(..., "name", "what the lesson's other lines call it")
    label: Text = value(..., "text", "what pupils read")
    changes: dict[str, Any] = value({}, "name", "values by dotted path that differ from the base")


class Option(Section):
    """An answer that pupils can choose."""

    name: str = value(..., "name", "what the lesson's other lines call it")
    text: Text = value(..., "text", "what pupils read")
    reply: Text = value(..., "text", "what to tell those who chose it")
    design: str = value("", "name", "of 'best': the design that this answer holds for the best; nothing for "
                                    "the answer that the first two hardly differ")
    low: float | None = value(None, "number", "of 'range': the answer is right from here")
    high: float | None = value(None, "number", "of 'range': up to here")
    points: tuple[float, ...] = value((), "points", "of 'curve': the curve that this answer draws")


class Sketch(Section):
    """Lines that pupils draw before the run: a line a design over the months, or one over the designs in the
    prediction's month. Its upright axis counts in a unit that pupils can read."""

    ask: Text = value(..., "text", "what pupils are asked to draw")
    unit: Text = value(..., "text", "what the upright axis counts")
    scale: float = value(1.0, "number", "one on the upright axis, in the outcome's own unit", above=0)
    low: float = value(0.0, "number", "where the upright axis begins")
    high: float = value(..., "number", "where it ends")
    over: Literal["months", "designs"] = value("months", "name", "what the other axis shows")
    designs: tuple[str, ...] = value((), "names", "of 'months': designs to draw a line for; all unless given")
    start: float | None = value(None, "number", "of 'months': where every line begins, as pupils are told")


class Prediction(Section):
    """What pupils predict, and what makes an answer right.

    ``best``: the design with the highest outcome (``least``: the lowest). ``range``: how large the gain of
    ``design`` over ``against`` is, as a share of ``against``, or as a multiple of the gain of
    ``per_design`` in ``per_month``. ``curve``: the curve over the designs in ``month``, or over
    ``curve_months`` of ``design``; the nearest curve is right. ``sketch``: nothing is chosen, only drawn.
    """

    kind: Literal["best", "range", "curve", "sketch"] = value(..., "name", "what makes an answer right")
    ask: Text = value(..., "text", "what pupils are asked")
    month: int = whole_months(..., "month in which the outcome is looked at", low=1)
    least: bool = value(False, "yes or no", "of 'best': the lowest outcome is the best")
    within: float = value(0.0, "number", "of 'best': the first two hardly differ below this", low=0)
    design: str = value("", "name", "whose gain, or whose curve")
    against: str = value("", "name", "over which design")
    per_design: str = value("", "name", "as a multiple of whose gain; 'design' unless given")
    per_month: int | None = value(None, "months", "as a multiple of the gain in this month", low=1)
    curve_months: tuple[int, ...] = value((), "months", "months of a curve over time")
    sketch: Sketch | None = value(None, "section", "lines to draw, beside the answers or instead of them")
    options: tuple[Option, ...] = value((), "names", "answers to choose from")
    answer: str = value("", "name", "the answer that the model gives, checked whenever the lesson is tested")

    @property
    def is_multiple(self) -> bool:
        """Whether a range counts multiples of a gain."""
        return bool(self.per_design or self.per_month)


class Mechanism(Section):
    """One mechanism switched off: what becomes of a gain without it."""

    name: str = value(..., "name", "what to call it")
    label: Text = value(..., "text", "what is switched off, as a noun")
    ask: Text = value(..., "text", "what pupils are asked before it is switched off")
    shows: Text = value(..., "text", "what the answer shows")
    changes: dict[str, Any] = value(..., "name", "values by dotted path that switch it off")
    design: str = value(..., "name", "whose gain is looked at")
    against: str = value(..., "name", "over which design")
    month: int = whole_months(..., "month of the gain", low=1)
    expect: Literal["gone", "weaker", "kept", "stronger"] = value(
        ..., "name", "what becomes of the gain, checked whenever the lesson is tested")


class Finding(Section):
    """A sentence of published evidence."""

    says: Text = value(..., "text", "what was found, where and on whom")
    source: str = value(..., "text", "the publication")
    grade: Grade = value(..., "name", "how far it may be trusted")


class Step(Section):
    """A part of the 45 minutes."""

    minutes: int = value(..., "minutes", "how long", low=1, high=MINUTES)
    do: Text = value(..., "text", "what to do")


class Terms(Section):
    """A lesson but for its base world."""

    order: int = value(100, "number", "its place among the lessons")
    title: Text = value(..., "text", "title")
    question: Text = value(..., "text", "the question of the lesson")
    story: Text = value(..., "text", "the situation, read aloud before the prediction")
    outcome: str = value(..., "name", "what is measured")
    whose: Literal["all", "members"] = value("all", "name", "of all households, or of those on a KUBE list")
    also: tuple[str, ...] = value((), "names", "outcomes shown beside it")
    months: int = whole_months(24, "months after month 0", low=1, high=120)
    households: int = value(400, "households", "in each world", low=20, high=5000)
    seeds: int = value(20, "seeds", "worlds that the average is taken over", low=5, high=200)
    designs: tuple[Design, ...] = value(..., "names", "worlds that are compared")
    prediction: Prediction = value(..., "name", "what pupils predict")
    mechanisms: tuple[Mechanism, ...] = value(..., "names", "what is switched off")
    evidence: tuple[Finding, ...] = value(..., "names", "what was published")
    plan: tuple[Step, ...] = value(..., "minutes", "the 45 minutes")
    questions: tuple[Text, ...] = value(..., "text", "what to ask the class")
    cannot: tuple[Text, ...] = value(..., "text", "what the model cannot say")
    debrief: tuple[Text, ...] = value(..., "text", "what the class should take home")
