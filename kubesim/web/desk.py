"""The desk of one session: what it asks, the work that goes on for it, and what it has been told.

Knows nothing of browsers: the page hands events in and shows what stands here.
"""

from __future__ import annotations

import threading
from collections import ChainMap
from dataclasses import replace
from functools import partial
from typing import Any, Callable, Iterator, Mapping

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import ENGLISH, say, speaking_here
from kubesim.scenario import Scenario
from kubesim.web import effects, exports, results, watching
from kubesim.web.asking import (LONGEST_NAME, OF_DESIGN, OF_WORLD, Design, Question, from_query, missing_files,
                                read_number, to_query)
from kubesim.web.bench import Bench, Job
from kubesim.web.classroom import Classroom
from kubesim.web.designs import design_of, worlds_of
from kubesim.web.lived import Lived
from kubesim.web.moves import after, without
from kubesim.web.pupil import Pupil, Ties
from kubesim.web.uploads import Uploads

IDLE: Mapping[str, Any] = {"text": "", "done": 0, "of": 0, "working": False, "busy": False}


class Desk:
    """One session's desk.

    ``faults`` are lines of what is wrong with what was asked, ``status`` how far the work is,
    ``results`` and ``film`` what is shown (empty at first), ``tale`` a household's story, ``lesson`` and
    ``reveal`` a lesson before and after its run, and ``download`` a file to save. ``redraw`` is called
    whenever any of them has changed, from any thread. ``files`` of the shelf, by name, are what an uploaded
    scenario may be based on.
    """

    def __init__(self, shelf: Mapping[str, Scenario], bench: Bench, query: str = "",
                 redraw: Callable[[], None] = lambda: None, language: str = ENGLISH,
                 files: Mapping[str, bytes] | None = None, room: Classroom | None = None,
                 lived: Lived | None = None) -> None:
        self.uploads = Uploads(files or {})
        self.shelf, self.bench, self.redraw = ChainMap(self.uploads, shelf), bench, redraw
        self.lived = lived or Lived()
        self.question, self.faults = from_query(query, shelf, language)
        self._link, self._opened = query.removeprefix("?"), self.question
        self.status: Mapping[str, Any] = IDLE
        self.results: dict[str, Any] = {}
        self.film: dict[str, Any] = {}
        self.tale: dict[str, Any] = {}
        self.lesson: dict[str, Any] = {}
        self.reveal: dict[str, Any] = {}
        self.download: dict[str, Any] = {}
        self._found: effects.Found | None = None
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._serial = 0
        self.pupil = Pupil(room or Classroom(bench),
                           Ties(lambda: self.question, self._work, self._tell_now, self._save))

    # -- what the page does -------------------------------------------------------------------
    def start(self) -> None:
        """Begin with what the address asks."""
        with self._lock, speaking_here(self.question.language):
            try:
                self._answer()
                self.pupil.sit()
            except ScenarioError as wrong:
                self.faults = [*self.faults, *wrong.faults]

    def act(self, event: object) -> None:
        """Take an event of the page: {"do": ..., "key": ..., "value": ...}. What cannot be used becomes
        a fault that is shown."""
        if not isinstance(event, dict):
            return
        do, key, value = event.get("do"), event.get("key"), event.get("value")
        with self._lock, speaking_here(self.question.language):
            try:
                self._obey(do, key, value)
            except ScenarioError as wrong:
                self.faults = list(wrong.faults)
        self.redraw()

    def close(self) -> None:
        """The session has gone: stop its work and let go of what it held."""
        for job in self._jobs.values():
            job.stop()
        self._found, self.results, self.film, self.redraw = None, {}, {}, lambda: None
        self.uploads.clear()
        self.pupil.leave()

    @property
    def query(self) -> str:
        """The query of the address for what is asked now; the link itself while it waits for a file."""
        return self._link if self.waits else to_query(self.question)

    @property
    def waits(self) -> bool:
        """Whether the link that was opened waits for a file of its sender, and nothing else was asked since."""
        return self.question is self._opened and bool(missing_files(self._link, self.shelf))

    def worlds(self) -> tuple[Scenario, list[Scenario]]:
        """The baseline, and the designs that differ from it: pinned ones first; raises ScenarioError."""
        return worlds_of(self.question, self.shelf)

    def design(self) -> Scenario:
        """The design at hand; raises ScenarioError."""
        return design_of(self.question, self.shelf)

    def _obey(self, do: object, key: object, value: object) -> None:
        ask = self.question
        if do == "export":
            return self._export(str(key))
        if do == "story":
            return self._tell("group" if key == "group" else "household", read_number(value))
        if do == "close":
            self.faults = []
            return None
        if do == "again":
            return self._answer()
        if do == "run":
            self.faults = []
            return self.pupil.give(str(key), read_number(value))
        if do == "sketch":
            return self.pupil.draw(value)
        if do == "board":
            return self.pupil.at_the_board(key, value)
        if do == "sheet":
            return self.pupil.hand_out(str(value))
        if do == "upload":
            changed = self._brought(key, value)
        elif do == "drop" and isinstance(value, str) and value in self.uploads:
            self.uploads.drop(value)
            changed = without(ask, value, next(iter(self.shelf)))
        elif do == "set" and key in OF_DESIGN + OF_WORLD:
            number = read_number(value)
            if number is None:
                raise ScenarioError(say("{key} = {given}: must be a number", key=key, given=str(value)[:LONGEST_NAME]))
            changed = ask.moved(key, number)
        else:
            changed = after(ask, self.shelf, do, value)
            if do == "pin":
                self.design()               # a design with a fault cannot be pinned
        if changed is None:
            return None
        self.question = changed
        self.faults = [] if do == "class" else self.faults
        with speaking_here(changed.language):
            self._answer(fresh=do not in ("language", "view", "class", "teaches"))
            self.pupil.sit()
        return None

    def _brought(self, name: object, sent: object) -> Question:
        """The question of a file that the user brings along, or that of the link which waited for it."""
        wanted, ask = missing_files(self._link, self.shelf), self.question
        key = self.uploads.take(name, sent)
        if key in wanted:
            return replace(from_query(self._link, self.shelf)[0], language=ask.language)
        return replace(ask, design=Design(key))

    # -- the work -----------------------------------------------------------------------------
    def _answer(self, fresh: bool = True) -> None:
        """Set about answering the question in the view that is open. What was worked out for the same
        question is told again in another language, not lived again."""
        if fresh:
            self._stop("answer")
            self.status = IDLE
            self.faults = [] if self._serial else self.faults
            self._found, self.film, self.tale = None, {}, {}
            self.pupil.start_again()
        self._serial += 1
        if self.question.view == "lessons":
            return self._work("answer", self.pupil.teach)
        baseline, designs = self.worlds()
        if self.question.view == "watch":
            if not self.film:
                self._work("answer", partial(self._watch, baseline, self.design()))
        elif self.question.view == "whatif":
            if self._found is not None:
                self._work("answer", partial(self._show_again, self._found))
            elif designs:
                self._work("answer", partial(self._compare, baseline, designs))
            else:
                self._stop("answer")
                self.results, self.status = {}, IDLE

    def _work(self, what: str, steps: Callable[[Job], Iterator[object]]) -> None:
        """Put work on the bench in place of what it makes stale."""
        self._stop(what)
        job = Job(partial(self._faults_told, what, steps), self.question.language, self._broke)
        if self.bench.take(job):
            self._jobs[what] = job
            ahead = self.bench.busy_with - 1
            text = say("waiting: {count} before you", count=ahead) if ahead > 1 else say("working")
            self.status = {"text": text, "done": 0, "of": 1, "working": True, "busy": ahead > 1}
        else:
            self.status = {**IDLE, "busy": True, "text": say("The server is busy. Try again in a moment.")}

    def _stop(self, what: str) -> None:
        if what in self._jobs:
            self._jobs.pop(what).stop()

    def _faults_told(self, what: str, steps: Callable[[Job], Iterator[object]], job: Job) -> Iterator[object]:
        """Work whose faults are shown to the user."""
        try:
            yield from steps(job)
        except ScenarioError as wrong:
            self._tell_now(job, faults=list(wrong.faults), status=IDLE)
        except SimulationError as broken:
            self._tell_now(job, faults=str(broken).splitlines(), status=IDLE)

    def _tell_now(self, job: Job, **told: Any) -> None:
        """Show something, unless it has become stale."""
        with self._lock:
            if job.stopped:
                return
            for name, held in told.items():
                setattr(self, name, held)
        self.redraw()

    def _broke(self, job: Job) -> None:
        self._tell_now(job, faults=[say("Something went wrong on the server; its log tells what.")],
                       status=IDLE)

    def _compare(self, baseline: Scenario, designs: list[Scenario], job: Job) -> Iterator[object]:
        for lived, found in effects.compare_in_slices(
                baseline, designs, self.question.seed, job, self.bench.crew, self.lived):
            done = found is not None and lived >= effects.PAIRS
            status = {"text": say("{count} of {most} pairs of worlds compared", count=lived, most=effects.PAIRS),
                      "done": lived, "of": effects.PAIRS, "working": not done, "busy": False}
            told = {} if found is None else {"results": self._shown(found), "_found": found}
            self._tell_now(job, status=status, **told)
            job.sharpens = job.sharpens or found is not None
            yield

    def _show_again(self, found: effects.Found, job: Job) -> Iterator[object]:
        self._tell_now(job, results=self._shown(found), status=IDLE)
        yield

    def _shown(self, found: effects.Found) -> dict[str, Any]:
        return self.bench.crew(results.shown, found.told)

    def _watch(self, baseline: Scenario, design: Scenario, job: Job) -> Iterator[object]:
        total = 2 * (baseline.months + 1)
        for lived, film in watching.live_in_slices(baseline, design, self.question.seed, self.bench.crew):
            status = {"text": say("{count} of {most} months", count=lived, most=total), "done": lived, "of": total,
                      "working": True, "busy": False}
            self._tell_now(job, **({"status": status} if film is None else {"status": IDLE, "film": film}))
            yield

    def _save(self, job: Job, made: exports.Download) -> None:
        """Hand a file to the browser."""
        self._serial += 1
        self._tell_now(job, download={"name": made.name, "url": made.as_url(), "serial": self._serial}, status=IDLE)

    def _tell(self, kind: str, row: float | None) -> None:
        if row is None or row != int(row):
            raise ScenarioError(say("household: must be a whole number from 0 on"))
        baseline, design, seed = self.worlds()[0], self.design(), self.question.seed

        def work(job: Job) -> Iterator[object]:
            lines = self.bench.crew(watching.tell_story, baseline, design, kind, int(row), seed)
            self._tell_now(job, tale={kind: int(row), "lines": lines}, status=IDLE)
            yield

        self._work("tale", work)

    def _export(self, what: str) -> None:
        found, design = self._found, self.design()
        if what != "yaml" and found is None:
            raise ScenarioError(say("there is nothing to save yet: move a lever first"))

        def work(job: Job) -> Iterator[object]:
            if what == "yaml":
                return self._save(job, exports.as_yaml(design))
            pairs = None
            for pairs in effects.live_side_by_side(found, self.bench.crew, job):
                yield
            if pairs is not None:
                self._save(job, self.bench.crew(exports.of_pairs, what, pairs))

        if what == "yaml" or what in exports.OF_COMPARISON or what in results.CARDS:
            self._work("export", work)
