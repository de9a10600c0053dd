"""Lines that break, servers that fall and servers that are full: what a class has on a bad day."""

from __future__ import annotations

import signal

import pytest

from looking import LITTLE, answered, asked, finished, hold_to_the_rules, keep, put, told
from relay import Relay
from serving import serving, start

pytestmark = pytest.mark.browser
LOST = "!!document.querySelector('.ks-lost [data-state]')"
OTHERS = "was => document.querySelector('.ks-cards').innerText !== was"
CUT_FOR = 4_000
"""Milliseconds without a connection: time for a page to try again, were it let through."""


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
            socket.wait_for_event("close")


def test_a_cut_connection_is_told_in_the_pages_language_and_comes_back_with_the_design(visit, relay):
    sockets: list = []
    page = finished(visit(f"{LITTLE}&lang=id", 360, at=relay.address, sockets=sockets))
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    put(page, "#n-hours", 44)
    answered(page, "hours=44")
    was, before = page.inner_text(".ks-cards"), len(sockets)
    assert before and not sockets[-1].is_closed()
    assert relay.cut() >= 1
    all_closed(page, sockets)
    page.wait_for_selector(".ks-lost:has-text('mencoba menghubungi server')")
    assert not page.locator("text=disconnected").is_visible(), "Solara's own word, in English only"
    keep(page, "lost")
    hold_to_the_rules(page, "id")
    page.wait_for_timeout(CUT_FOR)
    assert all(socket.is_closed() for socket in sockets), "something came through a wire that was cut"
    relay.mend()
    told(page, f"!{LOST}")
    assert len(sockets) > before and not sockets[-1].is_closed()
    assert page.input_value("#n-hours") == "44" and page.inner_text(".ks-cards") == was
    put(page, "#n-hours", 30)
    answered(page, "hours=30")
    told(page, OTHERS, was)
    assert page.input_value("#n-hours") == "30"


def test_what_was_asked_when_the_line_was_cut_is_answered_when_it_is_back(visit, relay):
    """The work of a session goes on behind its back."""
    sockets: list = []
    page = finished(visit(LITTLE, at=relay.address, sockets=sockets))
    was = page.inner_text(".ks-cards")
    put(page, "#n-hours", 20)
    asked(page, "hours=20")                 # the server has it, and works
    relay.cut()
    all_closed(page, sockets)
    relay.mend()
    told(page, f"!{LOST}")
    finished(page)
    told(page, OTHERS, was)


def test_a_server_that_was_killed_is_told_and_one_in_its_place_brings_the_design_back(visit, own_server):
    served, sockets = own_server(), []
    page = finished(visit(LITTLE, at=served.address, sockets=sockets))
    put(page, "#n-hours", 44)
    answered(page, "hours=44")
    was = page.inner_text(".ks-cards")
    served.process.send_signal(signal.SIGKILL)
    served.process.wait()
    all_closed(page, sockets)
    told(page, LOST)
    own_server(served.port)
    page.click(".ks-lost [data-state=gone] button")     # it offers to load itself anew
    told(page, f"!{LOST}")
    answered(page, "hours=44")
    assert page.input_value("#n-hours") == "44" and page.inner_text(".ks-cards") == was


def test_a_full_server_says_so_and_lets_in_when_there_is_room(visit):
    with serving("scenarios", "--sessions", "1") as served:
        inside = finished(visit(LITTLE, at=served.address))
        outside = visit(f"{LITTLE}&lang=id&hours=44", 360, at=served.address)
        outside.evaluate("for (let timer = 0; timer < 99; timer++) clearTimeout(timer)")    # it stays to be looked at
        assert outside.inner_text("h1") == "Server penuh"
        keep(outside, "full")
        hold_to_the_rules(outside, "id")
        assert outside.reload().status == 503
        with inside.expect_request("**/api/close/*"):       # a busy chromium may close a page without a word
            inside.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        inside.close()
        told(outside, "!!document.querySelector('#n-hours')")      # it tries again by itself
        assert outside.input_value("#n-hours") == "44"
