"""The desk of one session: what it asks, the work that goes on for it, and what it has been told.

Knows nothing of browsers: the page hands events in and shows what stands here.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, Callable, Iterator, Mapping

from kubesim.comparing.worlds import same_world
from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import ENGLISH, say, speaking_here
from kubesim.scenario import Scenario
from kubesim.web import classroom, effects, exports, results, watching
from kubesim.web.asking import LONGEST_NAME, OF_DESIGN, OF_WORLD, from_query, read_number, to_query
from kubesim.web.bench import Bench, Job
from kubesim.web.levers import moved
from kubesim.web.moves import after

IDLE: Mapping[str, Any] = {"text": "", "done": 0, "of": 0, "working": False, "busy": False}


class Desk:
    """One session's desk.

    ``faults`` are lines of what is wrong with what was asked, ``status`` how far the work is,
    ``results`` and ``film`` what is shown (empty at first), ``tale`` a household's story, ``lesson`` and
    ``reveal`` a lesson before and after its run, and ``download`` a file to save. ``redraw`` is called
    whenever any of them has changed, from any thread.
    """

    def __init__(self, shelf: Mapping[str, Scenario], bench: Bench, query: str = "",
                 redraw: Callable[[], None] = lambda: None, language: str = ENGLISH) -> None:
        self.shelf, self.bench, self.redraw = shelf, bench, redraw
        self.question, self.faults = from_query(query, shelf, language)
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
        self._ran: tuple[str, int] | None = None        # what was predicted, and for how many pupils

    # -- what the page does -------------------------------------------------------------------
    def start(self) -> None:
        """Begin with what the address asks."""
        with self._lock, speaking_here(self.question.language):
            try:
                self._answer()
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

    @property
    def query(self) -> str:
        """The query of the address for what is asked now."""
        return to_query(self.question)

    def worlds(self) -> tuple[Scenario, list[Scenario]]:
        """The baseline, and the designs that differ from it: pinned ones first; raises ScenarioError."""
        ask, common = self.question, self.question.world
        shown = self.shelf[ask.against or ask.design.scenario]
        baseline = moved(shown, common)
        own = say("Your design")
        designs = [moved(self.shelf[pin.scenario], {**common, **pin.settings}, pin.name) for pin in ask.pins]
        current = moved(self.shelf[ask.design.scenario], {**common, **ask.design.settings}, own)
        kept: list[Scenario] = []
        for design in [*designs, current]:
            if not any(same_world(design, other) for other in [baseline, *kept]):
                kept.append(design)
        return baseline, kept

    def design(self) -> Scenario:
        """The design at hand; raises ScenarioError."""
        ask = self.question
        return moved(self.shelf[ask.design.scenario], {**ask.world, **ask.design.settings}, say("Your design"))

    def _obey(self, do: object, key: object, value: object) -> None:
        ask = self.question
        if do == "export":
            return self._export(str(key))
        if do == "story":
            return self._tell(read_number(value))
        if do == "again":
            return self._answer()
        if do == "run":
            return self._give(str(key), read_number(value))
        if do == "sheet":
            return self._hand_out(str(value))
        if do == "set" and key in OF_DESIGN + OF_WORLD:
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
        with speaking_here(changed.language):
            self._answer(fresh=do not in ("language", "view"))
        return None

    # -- the work -----------------------------------------------------------------------------
    def _answer(self, fresh: bool = True) -> None:
        """Set about answering the question in the view that is open. What was worked out for the same
        question is told again in another language, not lived again."""
        if fresh:
            self._stop("answer")
            self.status = IDLE
            self.faults = [] if self._serial else self.faults
            self._found, self.film, self.tale, self._ran = None, {}, {}, None
        self._serial += 1
        if self.question.view == "lessons":
            return self._work("answer", self._teach)
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
        for lived, found in effects.compare_in_slices(baseline, designs, self.question.seed, job):
            done = lived >= effects.PAIRS
            status = {"text": say("{count} of {most} pairs of worlds", count=lived, most=effects.PAIRS),
                      "done": lived, "of": effects.PAIRS, "working": not done, "busy": False}
            told = {} if found is None else {"results": self._shown(found), "_found": found}
            self._tell_now(job, status=status, **told)
            yield

    def _show_again(self, found: effects.Found, job: Job) -> Iterator[object]:
        self._tell_now(job, results=self._shown(found), status=IDLE)
        yield

    @staticmethod
    def _shown(found: effects.Found) -> dict[str, Any]:
        return {"cards": results.cards(found), "key": results.key(found), "pairs": len(found.pairs.seeds),
                "months": found.months}

    def _watch(self, baseline: Scenario, design: Scenario, job: Job) -> Iterator[object]:
        baseline, design = watching.watchable(baseline), watching.watchable(design)
        total = 2 * (baseline.months + 1)
        for lived, film in watching.live_in_slices(baseline, design, self.question.seed, job):
            status = {"text": say("{count} of {most} months", count=lived, most=total), "done": lived, "of": total,
                      "working": film is None, "busy": False}
            self._tell_now(job, status=status, **({"film": film} if film else {}))
            yield

    def _teach(self, job: Job) -> Iterator[object]:
        """Show the lesson, and what came out of it where that was asked already."""
        lesson, seed = classroom.lesson_named(self.question.lesson), self.question.seed
        self._tell_now(job, lesson=classroom.told(lesson), reveal={},
                       status={**IDLE, "working": True, "text": say("working")} if self._ran else IDLE)
        yield
        if self._ran:
            found = classroom.reveal(lesson.name, seed, self._ran[1])
            self._tell_now(job, reveal=classroom.shown(found, self._ran[0]), status=IDLE)
            yield

    def _give(self, chosen: str, pupils: float | None) -> None:
        if pupils is None or pupils != int(pupils) or pupils == 1 or not 0 <= pupils <= 100:
            raise ScenarioError(say("pupils: must be a whole number from 2 to 100"))
        self._ran, self.faults = (chosen, int(pupils)), []
        self._work("answer", self._teach)

    def _hand_out(self, which: str) -> None:
        if which not in ("pupils", "teacher") or self._ran is None:
            return
        name, seed, pupils = classroom.lesson_named(self.question.lesson).name, self.question.seed, self._ran[1]

        def work(job: Job) -> Iterator[object]:
            self._save(job, classroom.sheet(classroom.reveal(name, seed, pupils), which))
            yield

        self._work("export", work)

    def _save(self, job: Job, made: exports.Download) -> None:
        """Hand a file to the browser."""
        self._serial += 1
        self._tell_now(job, download={"name": made.name, "url": made.as_url(), "serial": self._serial}, status=IDLE)

    def _tell(self, household: float | None) -> None:
        if household is None or household != int(household):
            raise ScenarioError(say("household: must be a whole number from 0 on"))
        baseline, design = watching.watchable(self.worlds()[0]), watching.watchable(self.design())

        def work(job: Job) -> Iterator[object]:
            lines = watching.tell_story(baseline, design, int(household), self.question.seed)
            self._tell_now(job, tale={"household": int(household), "lines": lines}, status=IDLE)
            yield

        self._work("tale", work)

    def _export(self, what: str) -> None:
        found, design = self._found, self.design()
        if what != "yaml" and found is None:
            raise ScenarioError(say("there is nothing to save yet: move a lever first"))

        def work(job: Job) -> Iterator[object]:
            if what == "yaml":
                made = exports.as_yaml(design)
            elif what in exports.OF_COMPARISON:
                made = exports.OF_COMPARISON[what](found.comparison)
            else:
                made = exports.picture(found.comparison, what)
            self._save(job, made)
            yield

        if what == "yaml" or what in exports.OF_COMPARISON or what in results.CARDS:
            self._work("export", work)
