"""Reveal: what came out of a lesson's run, against what the class predicted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kubesim.comparing import words
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.lessons import answers
from kubesim.lessons.answers import Left, Sureness
from kubesim.lessons.terms import Mechanism, Option
from kubesim.plots.formats import MISSING, number

if TYPE_CHECKING:
    from kubesim.lessons.lesson import Lesson
    from kubesim.report.blocks import Picture

CLEAR = 2.6
"""Standard errors by which the average must lead the next answer to be called clear (1 % two-sided)."""
MOST_TOLD = 10
"""Standard errors above which their number says nothing more."""


class Gains(NamedTuple):
    """A gain of one design over another, shape (months + 1, worlds), with a mechanism on and off."""

    on: np.ndarray
    off: np.ndarray


@dataclass(frozen=True)
class Reveal:
    """What came out. ``paths`` has shape (designs, months + 1, worlds), ``also`` (designs, outcomes,
    worlds) in the prediction's month; a world is a seed."""

    lesson: "Lesson"
    seeds: tuple[int, ...]
    pupils: int | None              # None: one luck for the class, the first of the seeds
    paths: np.ndarray
    also: np.ndarray
    gains: Mapping[str, Gains]      # by mechanism

    # -- which answer is right -----------------------------------------------------------------------
    @cached_property
    def fit(self) -> np.ndarray:
        """How well each answer fits each world, shape (answers, worlds)."""
        return answers.scores(self.lesson.prediction, self.lesson.designs, self.paths)

    @cached_property
    def average_path(self) -> np.ndarray:
        """Averages over the worlds, shape (designs, months + 1)."""
        return self.paths.mean(axis=2)

    @property
    def answer(self) -> Option | None:
        """The answer that is right on average; None where it cannot be said."""
        asked = self.lesson.prediction
        fit = answers.scores(asked, self.lesson.designs, self.average_path[:, :, None])
        place = int(answers.right(fit)[0])
        return asked.options[place] if place >= 0 else None

    def answer_under(self, seed: int) -> Option | None:
        """The answer that is right under the luck of one seed; None where it cannot be said."""
        place = int(answers.right(self.fit)[self.seeds.index(seed)])
        return self.lesson.prediction.options[place] if place >= 0 else None

    @cached_property
    def times_right(self) -> dict[str, int]:
        """In how many worlds each answer is right."""
        found = answers.right(self.fit)
        return {option.name: int((found == place).sum())
                for place, option in enumerate(self.lesson.prediction.options)}

    @cached_property
    def sureness(self) -> Sureness:
        """How far the average is from another answer."""
        return answers.sureness(self.lesson.prediction, self.lesson.designs, self.paths)

    @property
    def is_clear(self) -> bool:
        """Whether the average leads the next answer by ``CLEAR`` standard errors."""
        return self.answer is not None and self.sureness.errors >= CLEAR

    def left(self, mechanism: Mechanism) -> Left:
        """What is left of a gain when a mechanism is off."""
        return answers.left_of(mechanism, *self.gains[mechanism.name])

    # -- in words --------------------------------------------------------------------------------------
    def verdicts(self) -> list[str]:
        """A sentence for each answer: whether it is right under the class's luck, and on average."""
        return [self._verdict(option) for option in self.lesson.prediction.options]

    def _verdict(self, option: Option) -> str:
        says = say("{letter}. {text}", letter=self.lesson.letters[option.name], text=option.text)
        average = say("right on average") if option is self.answer else say("wrong on average")
        times = say("{times} of {all} worlds", times=self.times_right[option.name], all=len(self.seeds))
        if self.pupils:
            return say("{answer} – {average}; right for the pupils of {times}.", answer=says, average=average,
                       times=times)
        here = option is self.answer_under(self.seeds[0])
        lucky = say("right under the class's luck") if here else say("wrong under the class's luck")
        return say("{answer} – {average}, right in {times}; {lucky} (seed {seed}).", answer=says, average=average,
                   times=times, lucky=lucky, seed=self.seeds[0])

    def summary(self) -> str:
        """The answer of the average in a sentence, and how far luck can turn it."""
        if self.answer is None:
            return say("The average of {all} worlds gives no answer.", all=len(self.seeds))
        turned = len(self.seeds) - self.times_right[self.answer.name]
        found = say("The average of {all} worlds gives answer {letter} ({text}).", all=len(self.seeds),
                    letter=self.lesson.letters[self.answer.name], text=self.answer.text)
        luck = say("Luck alone gives another answer in {turned} of {all} worlds.", turned=turned,
                   all=len(self.seeds)) if turned else say("Luck turned it in none of them.")
        errors = self.sureness.errors
        clear = (say("The average is too close to the next answer to be sure; live more worlds.")
                 if not self.is_clear else
                 say("The average is more than {most} standard errors away from the next answer.", most=MOST_TOLD)
                 if errors > MOST_TOLD else
                 say("The average is {errors} standard errors away from the next answer.",
                     errors=number(errors, 1)))
        return " ".join([found, luck, clear])

    def judged(self, points: Sequence[float]) -> str:
        """What to say of a pupil's own sketch, a number for each point; raises ScenarioError for others."""
        asked = self.lesson.prediction
        drawn = answers.curve(asked, self.lesson.designs, self.paths) if asked.kind == "sketch" else None
        if drawn is None or len(points) != len(drawn) or not np.isfinite(points).all():
            raise ScenarioError(say("a sketch must be {count} numbers", count=0 if drawn is None else len(drawn)))
        low, high = np.quantile(drawn, [0.05, 0.95], axis=1)
        inside = int(((low <= points) & (points <= high)).sum())
        off = float(np.abs(np.array(points) - drawn.mean(axis=1)).mean())
        written = words.written(self.lesson.terms.outcome, off, 0.0, off)
        return say("Your curve is {off} off on average; {inside} of its {count} points lie where luck alone takes "
                   "9 of 10 worlds.", off=written.amount(off), inside=inside, count=len(points))

    def told_left(self, mechanism: Mechanism) -> str:
        """What becomes of a gain without a mechanism, in a sentence."""
        gains, month = self.gains[mechanism.name], mechanism.month
        on, off = (self.interval(gain[month]) for gain in gains)
        how = words.written(self.lesson.terms.outcome, on[0], *on[1:])
        return say("{subject}, {design} against {against}, month {month}: {on} with it, {off} without it.",
                   subject=self.subject, design=self.lesson.label(mechanism.design),
                   against=self.lesson.label(mechanism.against), month=month,
                   on=_interval(how, on), off=_interval(how, off))

    @property
    def subject(self) -> str:
        """What is measured, and of whom."""
        return self.lesson.subject

    # -- numbers -----------------------------------------------------------------------------------------
    @staticmethod
    def interval(values: np.ndarray) -> tuple[float, float, float]:
        """Mean over worlds and its 95 % t-interval."""
        count, mean = len(values), float(np.mean(values))
        half = stdtrit(count - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(count) if count > 1 else np.nan
        return mean, mean - half, mean + half

    def table(self) -> pd.DataFrame:
        """Every number: design, seed, month and value of the lesson's outcome."""
        designs, months, worlds = self.paths.shape
        index = pd.MultiIndex.from_product([self.lesson.designs, range(months), self.seeds],
                                           names=["design", "month", "seed"])
        return pd.DataFrame({self.lesson.terms.outcome: self.paths.ravel()}, index=index).reset_index()

    def by_seed(self) -> pd.DataFrame:
        """A row a world: its seed, the outcome of each design in the prediction's month, and which answer is
        right (its letter)."""
        asked, letters = self.lesson.prediction, self.lesson.letters
        ends = pd.DataFrame(self.paths[:, asked.month].T, columns=list(self.lesson.designs))
        found = [letters[asked.options[place].name] if place >= 0 else MISSING
                 for place in answers.right(self.fit)]
        return ends.assign(answer=found).set_axis(list(self.seeds)).rename_axis("seed").reset_index()

    def pictures(self) -> list["Picture"]:
        """The pictures, each with a sentence for those who cannot see it, and its numbers."""
        from kubesim.lessons.pictures import all_pictures
        return all_pictures(self)


def _interval(how: words.Written, estimate: tuple[float, float, float]) -> str:
    mean, low, high = estimate
    return say("{difference} ({low} to {high})", difference=how.signed(mean), low=how.digits(low),
               high=how.digits(high))
