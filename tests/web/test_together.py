"""Work that a class waits for: lived once, told to all, given up when nobody waits."""

from __future__ import annotations

import threading

from kubesim.errors import ScenarioError
from kubesim.web import together
from kubesim.web.bench import Bench, Job
from kubesim.web.together import Together, Waiting
from patience import wait_for


class Session:
    """One that waits, and what she was told."""

    def __init__(self) -> None:
        self.job = Job(lambda job: iter(()), "en", print)
        self.progress, self.found, self.faults = [], [], []
        self.waiting = Waiting(self.job, self.progress.append, self.found.append, self.faults.extend)


class Work:
    """Slices that wait for a gate, and how often they were begun."""

    def __init__(self, slices: int = 3) -> None:
        self.begun, self.lived, self.slices, self.gate = 0, 0, slices, threading.Event()

    def __call__(self):
        self.begun += 1
        for place in range(self.slices):
            self.gate.wait(10)
            self.lived += 1
            yield place
        return "found"


def test_thirty_who_ask_the_same_are_answered_by_one_run(bench, monkeypatch):
    monkeypatch.setattr(together, "SELDOM", 0.0)
    shared, work, pupils = Together(bench), Work(), [Session() for _ in range(30)]
    for pupil in pupils:
        shared.ask("lesson", work, pupil.waiting)
    assert bench.busy_with == 1
    work.gate.set()
    wait_for(lambda: bench.busy_with == 0)
    assert (work.begun, work.lived) == (1, 3)
    assert all(pupil.found == ["found"] and pupil.progress == [0, 1, 2] for pupil in pupils)
    late = Session()
    shared.ask("lesson", work, late.waiting)
    assert late.found == ["found"] and work.begun == 1


def test_one_who_comes_later_sees_the_rest_and_one_who_leaves_is_told_no_more(bench, monkeypatch):
    monkeypatch.setattr(together, "SELDOM", 0.0)
    shared, early, late = Together(bench), Session(), Session()
    steps = threading.Semaphore(0)

    def work():
        for place in range(4):
            steps.acquire()
            yield place
        return "found"

    shared.ask("lesson", work, early.waiting)
    steps.release(2)
    wait_for(lambda: early.progress == [0, 1])
    shared.ask("lesson", work, late.waiting)
    early.job.stop()
    steps.release(2)
    wait_for(lambda: late.found)
    assert late.progress == [2, 3] and late.found == ["found"]
    assert early.progress == [0, 1] and not early.found


def test_work_that_nobody_waits_for_is_given_up_and_begun_anew_when_asked_again(bench):
    shared, work, pupil = Together(bench), Work(slices=1000), Session()
    shared.ask("lesson", work, pupil.waiting)
    wait_for(lambda: work.begun)
    pupil.job.stop()
    work.gate.set()
    wait_for(lambda: bench.busy_with == 0)
    assert work.lived <= 2 and not pupil.found
    again = Session()
    shared.ask("lesson", work, again.waiting)
    wait_for(lambda: again.found)
    assert work.begun == 2


def test_faults_are_told_to_all_and_not_kept(bench):
    shared, pupils = Together(bench), [Session(), Session()]
    gate = threading.Event()

    def wrong():
        gate.wait(10)
        yield
        raise ScenarioError(["one", "two"])

    def broken():
        yield
        raise ZeroDivisionError

    for pupil in pupils:
        shared.ask("lesson", wrong, pupil.waiting)
    gate.set()
    wait_for(lambda: bench.busy_with == 0)
    assert [pupil.faults for pupil in pupils] == [["one", "two"]] * 2
    other = Session()
    shared.ask("lesson", broken, other.waiting)
    wait_for(lambda: other.faults)
    assert "went wrong on the server" in other.faults[0]
    shared.ask("lesson", Work(slices=0), other.waiting)
    wait_for(lambda: other.found == ["found"])


def test_a_full_server_says_so():
    pupil = Session()
    Together(Bench(most=0)).ask("lesson", Work(), pupil.waiting)
    assert "busy" in pupil.faults[0]


def test_only_the_last_results_are_kept(bench):
    shared, work, pupil = Together(bench, most_kept=2), Work(slices=0), Session()
    for key in "abcc":
        shared.ask(key, work, pupil.waiting)
        wait_for(lambda: bench.busy_with == 0)
    assert work.begun == 3
    shared.ask("a", work, pupil.waiting)
    wait_for(lambda: bench.busy_with == 0)
    assert work.begun == 4
