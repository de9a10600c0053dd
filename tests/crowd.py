"""``python -m tests.crowd --pupils 30 --minutes 60``: a class on one server, and whether it holds.

Each pupil moves a lever every 20 seconds or so, now and then looks at the months, leaves and comes back, or
falls off the line. Counted: moves that were never answered, sessions that broke, answers that belong to another
design (each pupil has a seed of its own, and a sample is worked out again), and the server's memory and processor
time. Memory is flat when, after a first quarter of warming up, the line through its course rises by less than a
tenth of its mean an hour. Ends with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Sequence
from urllib.parse import parse_qs

import numpy as np
import psutil
from websockets.exceptions import WebSocketException

from kubesim.web.bench import Bench
from kubesim.web.desk import Desk
from kubesim.web.shelf import read_shelf
from tests.web.pupil import Pupil
from tests.web.serving import serving

PATIENCE = 60.0
"""Seconds after which an answer counts as lost."""
EVERY = 5.0
"""Seconds between looks at the server's memory."""
WARM_UP, TOLERATED = 0.25, 0.10
LOOKS, LEAVES, DROPS = 0.05, 0.03, 0.01
"""How often a pupil does something other than moving a lever."""
LEVERS = {"hours": (8, 120), "practice": (0, 100), "caseload": (3, 20)}
HOUSEHOLDS = 500


class Answer(NamedTuple):
    """A move that was answered: seconds to the first numbers and to the last (None where the next move came
    before), and what was shown."""

    first: float
    last: float | None
    query: str
    cards: Any


@dataclass
class Tally:
    """What a class went through."""

    answers: list[Answer] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    sessions: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)     # seconds, MB
    busy: float = 0.0                                                   # processors kept busy


class Seat:
    """A pupil's place: comes, moves levers, goes, comes again."""

    def __init__(self, address: str, number: int, pace: float, tally: Tally) -> None:
        self.address, self.number, self.pace, self.tally = address, number, pace, tally
        self.luck, self.again = random.Random(number), 0.0      # again: when the next move is due
        self.query = f"scenario=banjarmasin&households={HOUSEHOLDS}&seed={1000 + number}&lang=en&view=whatif"

    def sit(self, until: float) -> None:
        """Work until a moment of the clock."""
        time.sleep(self.luck.uniform(0, self.pace))
        pupil = self._come()                # the sessions of those who fell off stay for a while
        while time.monotonic() < until:
            self.again = min(until, time.monotonic() + self.luck.uniform(0.5, 1.5) * self.pace)
            if not self._do_something(pupil):
                pupil = self._come()
            time.sleep(max(0.0, self.again - time.monotonic()))
        pupil.leave()

    def _come(self) -> Pupil:
        """Open the page; where the server turns the pupil away, that is noted and tried again."""
        while True:
            try:
                pupil = Pupil(self.address, self.query)
                break
            except (OSError, WebSocketException) as away:
                self.tally.wrong.append(f"pupil {self.number}: turned away: {away}")
                time.sleep(self.pace)
        self.tally.sessions += 1
        if pupil.wait(lambda: pupil.seen("form") is not None and pupil.seen("results") is not None, PATIENCE) is None:
            self._complain("the page never came", pupil)
        return pupil

    def _do_something(self, pupil: Pupil) -> bool:
        """One thing that pupils do; whether the pupil is still there."""
        what = self.luck.random()
        if what < LEAVES:
            pupil.leave()
            return False
        if what < LEAVES + DROPS:
            pupil.drop()
            return False
        if what < LEAVES + DROPS + LOOKS:
            return self._look(pupil)
        return self._move(pupil)

    def _look(self, pupil: Pupil) -> bool:
        """Look at the months, hear a household's story, and go back."""
        pupil.act(do="view", value="watch")
        seen = pupil.wait(lambda: bool((pupil.seen("film") or {}).get("worlds")), PATIENCE)
        row = self.luck.randrange(100)
        if seen is not None:
            pupil.act(do="story", value=row)
            seen = pupil.wait(lambda: (pupil.seen("tale") or {}).get("household") == row, PATIENCE)
        pupil.act(do="view", value="whatif")
        back = pupil.wait(lambda: pupil.seen("results") is not None, PATIENCE)
        return True if seen is not None and back is not None else self._complain("the months never came", pupil)

    def _move(self, pupil: Pupil) -> bool:
        """Move a lever and wait for the first numbers, and for the rest until the next move is due."""
        key = self.luck.choice(list(LEVERS))
        value = round(self.luck.uniform(*LEVERS[key]), 2)
        before, begun = pupil.seen("results"), time.monotonic()

        def asked() -> bool:
            return parse_qs(pupil.seen("query")).get(key) == [f"{value:.9g}"]

        pupil.act(do="set", key=key, value=value)
        if pupil.wait(lambda: asked() and pupil.seen("results") is not before, PATIENCE) is None:
            return self._complain(f"{key} = {value}: no answer; {pupil.seen('faults')}", pupil)
        first = time.monotonic() - begun
        whole = pupil.wait(lambda: asked() and _whole(pupil), max(0.0, self.again - time.monotonic())) is not None
        query = pupil.seen("query")
        if parse_qs(query).get("seed") != [str(1000 + self.number)]:
            return self._complain(f"sees another's design: {query}", pupil)
        self.tally.answers.append(Answer(first, time.monotonic() - begun if whole else None, query,
                                         pupil.seen("results")["cards"]))
        return True

    def _complain(self, what: str, pupil: Pupil) -> bool:
        """Note what went wrong; whether the pupil stays, who would only burden the server more by coming anew."""
        self.tally.wrong.append(f"pupil {self.number}: {what} {' '.join(pupil.broken)}")
        return not pupil.broken


def _whole(pupil: Pupil) -> bool:
    status = pupil.seen("status")
    return not status["working"] and status["done"] == status["of"] == pupil.seen("results").get("pairs")


def hold_class(pupils: int, minutes: float, pace: float) -> Tally:
    """Let a class work on a server of its own."""
    tally = Tally()
    with serving() as served:
        process, begun = psutil.Process(served.process.pid), time.monotonic()
        end = begun + 60 * minutes
        seats = [threading.Thread(target=Seat(served.address, number, pace, tally).sit, args=(end,), daemon=True)
                 for number in range(pupils)]
        for seat in seats:
            seat.start()
        while time.monotonic() < end:
            time.sleep(EVERY)
            _look_at(process, begun, tally)
        tally.busy = sum(process.cpu_times()[:2]) / (time.monotonic() - begun)
        for number, seat in enumerate(seats):
            seat.join(2 * PATIENCE)
            tally.wrong += [f"pupil {number}: hangs"] if seat.is_alive() else []
    return tally


def _look_at(process: psutil.Process, begun: float, tally: Tally) -> None:
    now, held = time.monotonic() - begun, process.memory_info().rss / 1e6
    if not tally.memory or int(now // 60) > int(tally.memory[-1][0] // 60):
        print(f"minute {now / 60:3.0f}: {held:5.0f} MB, {len(tally.answers)} answers, {len(tally.wrong)} wrong",
              flush=True)
    tally.memory.append((now, held))


def check_again(answers: Sequence[Answer], most: int) -> list[str]:
    """Work out a sample of answers again, alone: what was shown to whom else's design or half done differs."""
    whole = [answer for answer in answers if answer.last is not None]
    sample = random.Random(1).sample(whole, min(most, len(whole)))
    bench, shelf, wrong = Bench(), read_shelf("scenarios"), []
    for answer in sample:
        desk = Desk(shelf, bench, answer.query)
        desk.start()
        end = time.monotonic() + PATIENCE
        while (desk.status["working"] or not desk.results) and time.monotonic() < end:
            time.sleep(0.01)
        due = json.loads(json.dumps(desk.results.get("cards")))     # as it comes over the wire
        wrong += [] if answer.cards == due else [f"not the answer to {answer.query}"]
        desk.close()
    bench.close()
    print(f"{len(sample)} answers worked out again: {len(wrong)} differ")
    return wrong


def slope(memory: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Growth in MB an hour after warming up, and the mean in MB."""
    seconds, held = np.array(memory).T
    warm = seconds >= WARM_UP * seconds[-1]
    return float(np.polyfit(seconds[warm] / 3600, held[warm], 1)[0]), float(held[warm].mean())


def report(tally: Tally, pupils: int, minutes: float) -> bool:
    """Print the table; whether all is well."""
    growth, mean = slope(tally.memory)
    flat = growth < TOLERATED * mean
    print(f"\n{'pupils':32}{pupils}\n{'minutes':32}{minutes:g}\n{'sessions':32}{tally.sessions}\n"
          f"{'answers':32}{len(tally.answers)}\n{'errors, timeouts, wrong answers':32}{len(tally.wrong)}")
    for name, seconds in (("first numbers", [answer.first for answer in tally.answers]),
                          ("whole answer", [answer.last for answer in tally.answers if answer.last is not None])):
        median, most = np.percentile(seconds or [np.nan], (50, 95))
        print(f"{name + ': median, 95 %':32}{median:.2f} s, {most:.2f} s")
    print(f"{'processors kept busy':32}{tally.busy:.2f}\n{'memory: first, last, most':32}"
          f"{tally.memory[0][1]:.0f}, {tally.memory[-1][1]:.0f}, {max(held for _, held in tally.memory):.0f} MB\n"
          f"{'growth after warming up':32}{growth:+.0f} MB an hour, {growth / mean:+.1%} of the mean: "
          f"{'flat' if flat else 'NOT FLAT'} (below {TOLERATED:.0%})")
    for line in tally.wrong[:20]:
        print("wrong:", line)
    return flat and not tally.wrong and bool(tally.answers)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the options, hold the class, tell how it went."""
    options = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__.partition("\n")[0])
    options.add_argument("--pupils", type=int, default=30)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--pace", type=float, default=20, help="seconds between a pupil's moves")
    options.add_argument("--again", type=int, default=30, help="answers worked out again")
    given = options.parse_args(argv)
    tally = hold_class(given.pupils, given.minutes, given.pace)
    tally.wrong += check_again(tally.answers, given.again)
    return 0 if report(tally, given.pupils, given.minutes) else 1


if __name__ == "__main__":
    sys.exit(main())
