"""The bench that all sessions share: turns, limits, faults."""

from __future__ import annotations

import threading

import pytest

from kubesim.web.bench import Bench, Job
from patience import wait_for


def turns(name, count, log):
    def steps(job):
        for _ in range(count):
            log.append(name)
            yield
    return steps


def test_jobs_take_turns(bench):
    bench, log, gate = Bench(threads=1), [], threading.Event()

    def waits(job):
        gate.wait(5)
        yield

    jobs = [Job(waits, "en", print), *(Job(turns(name, 3, log), "en", print) for name in "abc")]
    assert all(bench.take(job) for job in jobs)
    gate.set()
    wait_for(lambda: bench.busy_with == 0)
    assert log == list("abcabcabc")


def test_a_first_answer_comes_before_a_sharper_one(bench):
    bench, log, gate, here = Bench(threads=1), [], threading.Event(), threading.Event()

    def sharpens(job):
        for name in ("first", "second", "third"):
            log.append(name)
            here.set()
            gate.wait(5)
            job.sharpens = True
            yield

    assert bench.take(Job(sharpens, "en", print))
    here.wait(5)
    assert all(bench.take(Job(turns(name, 2, log), "en", print)) for name in "abc")
    gate.set()
    wait_for(lambda: bench.busy_with == 0)
    assert log == ["first", *"abcabc", "second", "third"]


def test_a_thread_outlives_a_fault_that_cannot_even_be_told(bench):
    bench, log = Bench(threads=1), []

    def breaks(job):
        yield
        raise ZeroDivisionError

    def cannot_tell(job):
        raise OSError

    bench.take(Job(breaks, "en", cannot_tell))
    bench.take(Job(turns("a", 3, log), "en", print))
    wait_for(lambda: bench.busy_with == 0)
    assert log == ["a"] * 3


def test_the_bench_takes_no_more_than_it_may(bench):
    full, gate = Bench(threads=1, most=2), threading.Event()

    def waits(job):
        gate.wait(5)
        yield

    assert full.take(Job(waits, "en", print)) and full.take(Job(waits, "en", print))
    assert not full.take(Job(waits, "en", print))
    gate.set()
    wait_for(lambda: full.busy_with == 0)
    assert full.take(Job(waits, "en", print))


def test_work_that_breaks_is_told_and_harms_no_other(bench):
    told, log = [], []

    def breaks(job):
        yield
        raise ZeroDivisionError

    bench.take(Job(breaks, "en", lambda job: told.append("broke")))
    bench.take(Job(turns("a", 3, log), "en", print))
    wait_for(lambda: bench.busy_with == 0)
    assert told == ["broke"] and log == ["a"] * 3


@pytest.mark.parametrize("trial", range(20))
def test_a_bench_that_closes_amid_work_breaks_nothing(trial, caplog):
    closing, log = Bench(threads=2), []
    for place in range(8):
        closing.take(Job(turns(str(place), 200, log), "en", print))
    wait_for(lambda: log)
    closing.close()
    assert not caplog.records and closing.busy_with == 0
    assert not closing.take(Job(turns("late", 1, log), "en", print)) and "late" not in log
