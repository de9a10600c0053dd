"""Worker processes of the page: they give what this process would, and are replaced when they die."""

from __future__ import annotations

import os
import signal

import pytest

from kubesim.errors import SimulationError
from kubesim.web.crew import Crew, here
from kubesim.web.effects import compare_in_slices
from kubesim.web.bench import Job
from kubesim.web.lived import Lived
from kubesim.language import language, speaking_here
from kubesim.scenario import Scenario


@pytest.fixture(scope="module")
def crew():
    made = Crew(1)
    yield made
    made.close()


def die_once(path):
    """Kill the process the first time, and tell that it lives the second."""
    if not os.path.exists(path):
        open(path, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def give_up():
    raise SimulationError("no more")


def test_a_crew_finds_what_this_process_finds(crew):
    base = Scenario().with_({"population.households": 60, "months": 2})
    other = base.with_({"trust.start": 0.3})
    job = Job(lambda job: iter(()), "en", print)
    found = [list(compare_in_slices(base, [other], 1, job, how, Lived()))[-1][1].effects for how in (here, crew)]
    assert found[0].equals(found[1])


def test_a_worker_that_dies_is_replaced_and_its_work_done_again(crew, tmp_path):
    assert crew(os.getpid) != os.getpid()
    assert crew(die_once, str(tmp_path / "died")) == "alive"
    assert crew(abs, -3) == 3


def test_what_the_work_raises_is_raised_here(crew):
    with pytest.raises(SimulationError, match="no more"):
        crew(give_up)


def test_a_crew_speaks_the_language_of_who_asks(crew):
    with speaking_here("id"):
        assert crew(language) == "id"
    assert crew(language) == "en"
