"""Reveal: what came out of a lesson's run, against what the class predicted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Mapping, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kubesim.comparing import words
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
FEW = 5
"""Lucks below which no interval and no band is told: of two or three it is mostly a matter of chance itself."""
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

    @property
    def few(self) -> bool:
        """Whether there are too few worlds for an interval or a band: then each is shown by itself."""
        return len(self.seeds) < FEW

    @cached_property
    def sureness(self) -> Sureness:
        """How far the average is from another answer."""
        return answers.sureness(self.lesson.prediction, self.lesson.designs, self.paths)

    @property
    def is_clear(self) -> bool:
        """Whether the average leads the next answer by ``CLEAR`` standard errors."""
        return self.answer is not None and not self.few and self.sureness.errors >= CLEAR

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
        count, of = self.times_right[option.name], len(self.seeds)
        if self.pupils:
            return say("{answer} – {average}; right for {times} of {all} pupils.", answer=says, average=average,
                       times=count, all=of)
        times = say("{times} of {all} lucks", times=count, all=of)
        here = option is self.answer_under(self.seeds[0])
        lucky = say("right under the class's luck") if here else say("wrong under the class's luck")
        return say("{answer} – {average}, right under {times}; {lucky} (number {seed}).", answer=says, average=average,
                   times=times, lucky=lucky, seed=self.seeds[0])

    def summary(self) -> str:
        """The answer of the average in a sentence, and how far luck can turn it."""
        if not self.lesson.prediction.options:
            return self._levels()
        if self.answer is None:
            return say("The average of {all} lucks gives no answer.", all=len(self.seeds))
        turned = len(self.seeds) - self.times_right[self.answer.name]
        found = say("The average of {all} lucks gives answer {letter} ({text}).", all=len(self.seeds),
                    letter=self.lesson.letters[self.answer.name], text=self.answer.text)
        luck = say("Luck alone gives another answer in {turned} of {all} cases.", turned=turned,
                   all=len(self.seeds)) if turned else say("Luck turned it in none of them.")
        unsure = (say("So few lucks do not tell how sure that is; live {count} or more.", count=FEW) if self.few else
                  say("The average is too close to the next answer to be sure; live more lucks."))
        return " ".join([found, luck] if self.is_clear else [found, luck, unsure])

    def how_sure(self) -> str:
        """How far the average is from the next answer, for teachers; empty where it cannot be said."""
        errors = self.sureness.errors if self.answer is not None and not self.few else np.nan
        if np.isnan(errors):
            return ""
        if errors > MOST_TOLD:
            return say("The average is more than {most} standard errors away from the next answer.", most=MOST_TOLD)
        return say("The average is {errors} standard errors away from the next answer.", errors=number(errors, 1))

    def _levels(self) -> str:
        """Where the designs are on average, in the prediction's month."""
        ends = self.average_path[:, self.lesson.prediction.month]
        how = words.written(self.lesson.terms.outcome, *ends)
        found = "; ".join(say("{label}: {value}", label=label, value=how.level(end))
                          for label, end in zip(self.lesson.labels, ends))
        return say("{subject} in month {month}, mean of {count} lucks: {ends}.", subject=self.subject,
                   month=self.lesson.prediction.month, count=len(self.seeds), ends=found)

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
        """Mean over worlds and its 95 % t-interval, NaN for the few."""
        count, mean = len(values), float(np.mean(values))
        half = stdtrit(count - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(count) if count >= FEW else np.nan
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

    def pictures(self, narrow: bool = False) -> list["Picture"]:
        """The pictures, each with a sentence for those who cannot see it, and its numbers; ``narrow`` for a
        phone."""
        from kubesim.lessons.pictures import all_pictures
        return all_pictures(self, narrow)


def _interval(how: words.Written, estimate: tuple[float, float, float]) -> str:
    mean, low, high = estimate
    if np.isnan(low):
        return how.signed(mean)
    return say("{difference} ({low} to {high})", difference=how.signed(mean), low=how.digits(low),
               high=how.digits(high))
