"""Lesson: its texts in the language in force, its worlds, and its run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Generator, Mapping, NamedTuple

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
LONGEST_NAME = 60
AT_ONCE = 5
"""Lucks lived in one slice: a tenth of a second for a lesson of the usual size."""
Progress = Callable[[int, int], None]


class Lived(NamedTuple):
    """How far a lesson's run is: months, times worlds and lucks, and lucks lived in every world."""

    months: int
    total: int
    lucks: int
    all_lucks: int


@dataclass(frozen=True)
class Lesson:
    """One lesson. ``title``, ``question`` and ``story`` are in the language in force."""

    name: str                                           # its file's name without the ending
    terms: Terms
    worlds: Mapping[str, Scenario]                      # by design
    without: Mapping[str, Mapping[str, Scenario]]       # by mechanism that is off, by design
    is_own: bool = False                                # a teacher's, not one that ships

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
        steps = self.living(seed, pupils, at_once=MOST_PUPILS)
        while True:
            try:
                lived = next(steps)
            except StopIteration as ended:
                return ended.value
            if progress:
                progress(lived.months, lived.total)

    def living(self, seed: int | None = None, pupils: int | None = None,
               at_once: int = AT_ONCE) -> Generator[Lived, None, Reveal]:
        """As ``run``, in slices: a world under at most ``at_once`` lucks, then how far it is."""
        seeds, also = self._seeds(1 if seed is None else seed, pupils), self.terms.also
        worlds = [(("", design), world, also) for design, world in self.worlds.items()]
        worlds += [((off, design), world, ()) for off, held in self.without.items() for design, world in held.items()]
        months = self.terms.months + 1
        pieces: dict[tuple[str, str], list[list[np.ndarray]]] = {key: [] for key, *_ in worlds}
        for first in range(0, len(seeds), at_once):
            some = seeds[first:first + at_once]
            for place, (key, world, beside) in enumerate(worlds, start=1):
                pieces[key].append(self._live(world, some, beside))
                whole = place == len(worlds)
                yield Lived((first * len(worlds) + len(some) * place) * months, len(seeds) * len(worlds) * months,
                            first + len(some) if whole else first, len(seeds))
        return self._revealed(seeds, pupils, {key: [np.concatenate(held, axis=1) for held in zip(*lived)]
                                              for key, lived in pieces.items()})

    def _revealed(self, seeds: tuple[int, ...], pupils: int | None,
                  lived: Mapping[tuple[str, str], list[np.ndarray]]) -> Reveal:
        """What came out: ``lived`` holds, by mechanism that is off (none: empty) and design, the paths of
        the lesson's outcome and of those beside it, each of shape (months + 1, worlds)."""
        month = self.prediction.month
        paths = np.array([lived["", design][0] for design in self.designs])
        also = [[path[month] for path in lived["", design][1:]] for design in self.designs]
        gains = {mechanism.name: Gains(*(lived[off, mechanism.design][0] - lived[off, mechanism.against][0]
                                         for off in ("", mechanism.name))) for mechanism in self.terms.mechanisms}
        return Reveal(self, seeds, pupils, paths, np.array(also).reshape(len(paths), -1, len(seeds)), gains)

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


def load_own_lessons(folder: str | os.PathLike) -> list[Lesson]:
    """The lessons of a teacher's folder, in their order. Raises ScenarioError with the faults of all files; also
    where a file is named like a lesson that ships, or so that no address can hold it."""
    faults: list[str] = []
    try:
        lessons = load_lessons(folder)
    except ScenarioError as wrong:
        lessons, faults = [], list(wrong.faults)
    shipped = {path.stem for path in FOLDER.glob("*.yaml")}
    for path in sorted(Path(folder).glob("*.yaml")):
        if path.stem in shipped:
            faults.append(say("{path}: a lesson that ships is called {name}: give the file another name", path=path,
                              name=path.stem))
        elif not path.stem.isidentifier() or len(path.stem) > LONGEST_NAME:
            faults.append(say("{path}: the name of the file must be made of letters, digits and _, at most {most}, and "
                              "begin with a letter", path=path, most=LONGEST_NAME))
    if faults:
        raise ScenarioError(faults)
    return lessons


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
    return Lesson(path.stem, made.terms, made.worlds, made.without, is_own=path.parent != FOLDER)


def _path(outcome: Outcome, values) -> np.ndarray:
    """A column month by month; of money spent, the sum so far."""
    path = values.to_numpy(float)
    return path.cumsum(axis=0) if outcome.table == "ledger" else path

