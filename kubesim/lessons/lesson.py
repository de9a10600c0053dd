"""Lesson: its texts in the language in force, its worlds, and its run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping

import numpy as np

from kubesim.comparing import words
from kubesim.comparing.effects import EVERYBODY, MEMBERS
from kubesim.errors import ScenarioError
from kubesim.extensions import Outcome
from kubesim.language import say
from kubesim.lessons.file import OF_HOUSEHOLDS, Reading
from kubesim.lessons.reveal import Gains, Reveal
from kubesim.lessons.terms import Prediction, Terms
from kubesim.plots.paths import by_month
from kubesim.reading.faults import did_you_mean, listed
from kubesim.running.measure import known_outcomes
from kubesim.running.simulation import run
from kubesim.scenario import Scenario

FOLDER = Path(__file__).parent
MOST_PUPILS = 100
MOST_SEED = 2**62
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Lesson:
    """One lesson. ``title``, ``question`` and ``story`` are in the language in force."""

    name: str                                           # its file's name without the ending
    terms: Terms
    worlds: Mapping[str, Scenario]                      # by design
    without: Mapping[str, Mapping[str, Scenario]]       # by mechanism that is off, by design

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.terms.title)

    @property
    def question(self) -> str:
        """The question that the class answers."""
        return str(self.terms.question)

    @property
    def story(self) -> str:
        """The situation."""
        return str(self.terms.story)

    @property
    def subject(self) -> str:
        """What is measured, and of whom."""
        whose = MEMBERS if self.terms.whose == "members" else EVERYBODY
        return words.subject(words.told(self.terms.outcome), whose)

    @property
    def prediction(self) -> Prediction:
        """What pupils predict."""
        return self.terms.prediction

    @property
    def designs(self) -> tuple[str, ...]:
        """Names of the designs, in order."""
        return tuple(design.name for design in self.terms.designs)

    @property
    def labels(self) -> list[str]:
        """What pupils read for each design."""
        return [str(design.label) for design in self.terms.designs]

    def label(self, design: str) -> str:
        """What pupils read for a design."""
        return self.labels[self.designs.index(design)]

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each answer: A, B, C, ..."""
        return {option.name: "ABCDEF"[place] for place, option in enumerate(self.prediction.options)}

    def run(self, seed: int | None = None, pupils: int | None = None,
            progress: Progress | None = None) -> Reveal:
        """Live the designs, with each mechanism on and off, and see which answer is right.

        Parameters
        ----------
        seed
            The class's luck: the same for all; 1 unless given. With ``pupils`` the first pupil's, the
            others follow it.
        pupils
            A seed for each of so many pupils, pooled. Without it one seed for the class, and the average is
            taken over it and those that follow it, as many as the lesson says.
        progress
            Called with (months lived, months to live), both times worlds.

        Raises ScenarioError for numbers that cannot be used.
        """
        seeds = self._seeds(1 if seed is None else seed, pupils)
        each = len(seeds) * (self.terms.months + 1)
        total = each * (len(self.worlds) + sum(map(len, self.without.values())))
        done = iter(range(each, total + 1, each))
        on: dict[str, np.ndarray] = {}
        also: dict[str, np.ndarray] = {}
        for design, world in self.worlds.items():
            on[design], *beside = self._live(world, seeds, self.terms.also)
            also[design] = np.array(beside)[:, self.prediction.month] if beside else np.empty((0, len(seeds)))
            _tell(progress, next(done), total)
        gains = {}
        for mechanism in self.terms.mechanisms:
            off = {}
            for design, world in self.without[mechanism.name].items():
                off[design], = self._live(world, seeds)
                _tell(progress, next(done), total)
            gains[mechanism.name] = Gains(on[mechanism.design] - on[mechanism.against],
                                          off[mechanism.design] - off[mechanism.against])
        return Reveal(self, seeds, pupils, np.array([on[design] for design in self.designs]),
                      np.array([also[design] for design in self.designs]), gains)

    def _seeds(self, seed: int, pupils: int | None) -> tuple[int, ...]:
        faults = [say("{option} {given}: must be {low} to {high}", option=option, given=given, low=low, high=high)
                  for option, given, low, high in (("--seed", seed, 0, MOST_SEED),
                                                   ("--pupils", pupils, 2, MOST_PUPILS))
                  if given is not None and not low <= given <= high]
        if faults:
            raise ScenarioError(faults)
        return tuple(range(seed, seed + (pupils or self.terms.seeds)))

    def _live(self, world: Scenario, seeds: tuple[int, ...], also: tuple[str, ...] = ()) -> list[np.ndarray]:
        """The lesson's outcome, then others, each of shape (months + 1, seeds)."""
        names = [self.terms.outcome, *also]
        lived = run(world, seeds, outcomes=names, workers=1, progress=lambda lived, total: None).outcomes
        return [_path(known_outcomes()[name], by_month(lived, name + self._ending(name))) for name in names]

    def _ending(self, outcome: str) -> str:
        """The ending of the column that is told: that of members, where the lesson is about them."""
        of_members = self.terms.whose == "members" and known_outcomes()[outcome].table in OF_HOUSEHOLDS
        return "_members" if of_members else ""


def load_lessons(folder: str | os.PathLike | None = None) -> list[Lesson]:
    """The lessons of a folder, those that ship unless given, in their order.

    Raises ScenarioError with the faults of all files; also for a folder that holds none.
    """
    place = FOLDER if folder is None else Path(folder)
    paths = sorted(place.glob("*.yaml")) if place.is_dir() else []
    if not paths:
        raise ScenarioError(say("{folder}: holds no lessons (*.yaml)", folder=place))
    lessons, faults = [], []
    for path in paths:
        try:
            lessons.append(_read(path))
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return sorted(lessons, key=lambda lesson: (lesson.terms.order, lesson.name))


def load_lesson(name: str | os.PathLike) -> Lesson:
    """A lesson that ships, by its name, or that of a file (``*.yaml``); raises ScenarioError."""
    written = os.fspath(name)
    if written.endswith((".yaml", ".yml")):
        return _read(Path(written))
    known = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    if written not in known:
        raise ScenarioError(say("lesson '{name}' does not exist", name=written)
                            + (did_you_mean(written, known) or say("; there are: {known}", known=listed(known))))
    return _read(FOLDER / f"{written}.yaml")


def _read(path: Path) -> Lesson:
    made = Reading(path).take()
    return Lesson(path.stem, made.terms, made.worlds, made.without)


def _path(outcome: Outcome, values) -> np.ndarray:
    """A column month by month; of money spent, the sum so far."""
    path = values.to_numpy(float)
    return path.cumsum(axis=0) if outcome.table == "ledger" else path


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(done, total)
