"""Lines that break and servers that fall: what a class has on a bad day."""

from __future__ import annotations

import signal

import pytest

from looking import LITTLE, PATIENCE, finished, put, told
from relay import Relay
from serving import start

pytestmark = pytest.mark.browser
LOST = "!!document.querySelector('.ks-lost [data-state]')"
CUT_FOR = 4_000
"""Milliseconds without a connection."""


@pytest.fixture
def relay(server):
    """A wire to the server that the test can cut."""
    wire = Relay(int(server.rstrip("/").rpartition(":")[2]))
    yield wire
    wire.close()


@pytest.fixture
def own_server():
    """Starts servers on one port that the test may kill; none is left over."""
    started = []

    def begin(port: int = 0):
        started.append(start(port))
        return started[-1]

    yield begin
    for served in started:
        served.process.kill()
        served.process.wait()
        served.process.stdout.close()


def all_closed(page, sockets: list) -> None:
    """Wait until each connection that the page had is closed."""
    for socket in list(sockets):
        if not socket.is_closed():
            socket.wait_for_event("close", timeout=PATIENCE)


def test_a_cut_connection_comes_back_with_the_design_and_goes_on_answering(visit, relay):
    sockets: list = []
    page = finished(visit(LITTLE, at=relay.address, sockets=sockets))
    put(page, "#n-hours", 44)
    told(page, "location.search.includes('hours=44')")
    finished(page)
    was, before = page.inner_text(".ks-cards"), len(sockets)
    assert before and not sockets[-1].is_closed()
    assert relay.cut() >= 1
    all_closed(page, sockets)
    told(page, LOST)
    page.wait_for_timeout(CUT_FOR)
    assert all(socket.is_closed() for socket in sockets), "something came through a wire that was cut"
    relay.mend()
    told(page, f"!{LOST}")
    assert len(sockets) > before and not sockets[-1].is_closed()
    assert page.input_value("#n-hours") == "44" and page.inner_text(".ks-cards") == was
    put(page, "#n-hours", 30)
    told(page, "location.search.includes('hours=30')")
    told(page, "was => document.querySelector('.ks-cards').innerText !== was", was)
    assert page.input_value("#n-hours") == "30"


def test_what_was_asked_while_the_line_was_cut_can_be_asked_again(visit, relay):
    """The work of a session goes on behind its back; what it comes to is shown when the line is back."""
    sockets: list = []
    page = finished(visit(LITTLE, at=relay.address, sockets=sockets))
    was = page.inner_text("[data-outcome=poverty_rate] tbody")
    put(page, "#n-hours", 20)
    told(page, "location.search.includes('hours=20')")          # the server has it, and works
    relay.cut()
    all_closed(page, sockets)
    relay.mend()
    told(page, f"!{LOST}")
    told(page, "document.querySelector('.ks-status').innerText.includes('24 of 24')")
    told(page, "was => document.querySelector('[data-outcome=poverty_rate] tbody').innerText !== was", was)


def test_a_server_that_was_killed_is_told_and_the_address_still_holds_the_design(visit, own_server):
    served, sockets = own_server(), []
    page = finished(visit(LITTLE, at=served.address, sockets=sockets))
    put(page, "#n-hours", 44)
    told(page, "location.search.includes('hours=44')")
    finished(page)
    told(page, "document.querySelector('.ks-status').innerText.includes('24 of 24')")
    was = page.inner_text(".ks-cards")
    served.process.send_signal(signal.SIGKILL)
    served.process.wait()
    all_closed(page, sockets)
    told(page, LOST)
    own_server(served.port)
    page.goto(page.url, timeout=PATIENCE)
    finished(page)
    told(page, "document.querySelector('.ks-status').innerText.includes('24 of 24')")
    assert page.input_value("#n-hours") == "44" and page.inner_text(".ks-cards") == was
