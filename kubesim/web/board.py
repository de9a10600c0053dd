"""Boards: what a class predicts in a lesson, put together for one screen. They hold no names: a prediction is
a choice and a sketch, under a random word that its browser tab made up."""

from __future__ import annotations

import logging
import re
import threading
from time import monotonic
from typing import Any, Callable, Hashable, NamedTuple
from weakref import WeakSet

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.lessons.sketches import Lines

LONGEST_CLASS = 20
MOST_BOARDS, MOST_PREDICTIONS = 50, 100
FORGOTTEN_AFTER = 4 * 3600.0
"""Seconds after its last change: a school day has one lesson of a kind with a class."""
SELDOM = 1.0
"""Seconds between two words to a session that its board has changed."""
LOG = logging.getLogger(__name__)


def read_class(given: object) -> str:
    """The name of a class as everybody gets it, whoever typed it: capital letters. Empty: none. Raises
    ScenarioError."""
    name = given.strip().upper() if isinstance(given, str) else "?"
    if not re.fullmatch(rf"[A-Z0-9-]{{0,{LONGEST_CLASS}}}", name):
        raise ScenarioError(say("class: must be letters, digits and dashes, at most {most}, such as 7B",
                                most=LONGEST_CLASS))
    return name


class Prediction(NamedTuple):
    """What one pupil expects: the option she chose, empty where she only drew, and her lines."""

    choice: str
    drawn: Lines
    stands: bool = False            # she has seen what comes out: nothing is changed any more


class Seat:
    """A session at a board; the board does not keep it alive. ``voter`` is the word that its prediction is under."""

    def __init__(self, voter: str, teaches: bool, redraw: Callable[[], None]) -> None:
        self.voter, self.teaches, self.redraw = voter, teaches, redraw


class Board:
    """Predictions of one class in one lesson, safe to use from any thread. ``changed`` is called after each."""

    def __init__(self, changed: Callable[["Board"], None]) -> None:
        self._crowd: dict[Hashable, Any] = {}
        self.changed_at = monotonic()
        self._changed = changed
        self._predictions: dict[str, Prediction] = {}
        self._seats: WeakSet[Seat] = WeakSet()
        self._lock = threading.Lock()

    @property
    def held(self) -> tuple[list[Prediction], dict[Hashable, Any]]:
        """Predictions given so far, one a voter, in the order in which they first came; and what is kept of them
        once somebody worked it out, until the next change."""
        with self._lock:
            return list(self._predictions.values()), self._crowd

    @property
    def seats(self) -> list[Seat]:
        """Sessions that are at the board."""
        with self._lock:
            return list(self._seats)

    @property
    def pupils(self) -> int:
        """How many are here who do not teach; a page that was loaded anew counts once."""
        return len({seat.voter for seat in self.seats if not seat.teaches})

    def given_by(self, voter: str) -> Prediction | None:
        """The prediction under a word."""
        with self._lock:
            return self._predictions.get(voter)

    def sit(self, seat: Seat) -> None:
        """A session comes."""
        with self._lock:
            self._seats.add(seat)
        self._changed(self)

    def leave(self, seat: Seat) -> None:
        """A session goes; what it predicted stays."""
        with self._lock:
            self._seats.discard(seat)
        self._changed(self)

    def take(self, voter: str, given: Prediction) -> bool:
        """Take a prediction in place of the voter's last, unless that stands; False where the board is full."""
        kept = Prediction(given.choice, {name: np.asarray(line, np.float32) for name, line in given.drawn.items()},
                          given.stands)
        with self._lock:
            before = self._predictions.get(voter)
            if before is None and len(self._predictions) >= MOST_PREDICTIONS:
                return False
            if before is not None and before.stands:
                return True
            self._predictions[voter] = kept
            self._touch()
        self._changed(self)
        return True

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self._predictions.clear()
            self._touch()
        self._changed(self)

    def _touch(self) -> None:
        self._crowd, self.changed_at = {}, monotonic()


class Boards:
    """The boards of a server, by class and lesson. Those who are at a board hear of its changes together and
    seldom, from a thread of its own: thirty pupils who predict at once are one redraw for each."""

    def __init__(self) -> None:
        self._boards: dict[Hashable, Board] = {}
        self._to_tell: set[Board] = set()
        self._timer: threading.Timer | None = None
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._boards)

    def sit(self, key: Hashable, seat: Seat) -> Board:
        """Take a seat at the board under a key, a new one where there is none; raises ScenarioError where there
        are too many."""
        with self._lock:
            self._forget()
            if key not in self._boards:
                if len(self._boards) >= MOST_BOARDS:
                    raise ScenarioError(say("class: there are already {most} boards; try again later",
                                            most=MOST_BOARDS))
                self._boards[key] = Board(self._changed)
            self._boards[key].sit(seat)
            return self._boards[key]

    def _forget(self) -> None:
        """Wipe what is old, and let go of boards on which nothing stands and where nobody is."""
        for key, board in list(self._boards.items()):
            if board.changed_at < monotonic() - FORGOTTEN_AFTER:
                board.clear()
            if not board.held[0] and not board.seats:
                del self._boards[key]

    def _changed(self, board: Board) -> None:
        with self._lock:
            self._to_tell.add(board)
            self._wind()

    def _wind(self) -> None:
        """See to it that what is to tell will be told."""
        if self._timer is None and self._to_tell:
            self._timer = threading.Timer(SELDOM, self._tell)
            self._timer.daemon = True
            self._timer.start()

    def _tell(self) -> None:
        with self._lock:
            boards, self._to_tell = self._to_tell, set()
        for board in boards:
            for seat in board.seats:
                try:
                    seat.redraw()
                except BaseException:       # whatever one page does, the others must be told
                    LOG.exception("a board could not be shown")
        with self._lock:
            self._timer = None
            self._wind()
