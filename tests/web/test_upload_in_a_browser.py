"""Scenario files that a user uploads, a server that is full, and what a lost connection says, in a browser."""

from __future__ import annotations

import pytest

from looking import LITTLE, PATIENCE, finished, hold_to_the_rules, keep, open_parts, put, told
from relay import Relay
from serving import serving

pytestmark = pytest.mark.browser
MINE = b"name: <i>Mine</i>\nbased_on: banjarmasin.yaml\nmonths: 12\n"
WRONG = {
    "empty.yaml": (b"", "is empty"), "picture.yaml": (b"\x89PNG\r\n\x1a\n\0", "is not UTF-8"),
    "huge.yaml": (b"#" * 300_000, "at most 256 KB"), "notes.txt": (MINE, "must be a scenario file"),
    "bomb.yaml": (b"a: &a [1]\nb: [*a, *a]\n", "aliases are not allowed"), "deep.yaml": (b"[" * 999, "nested deeper"),
    "markup.yaml": (b"<img src=x onerror=alert(1)>: 1\n", "<img src=x onerror=alert(1)>: unknown key"),
    "typo.yaml": (b"monts: 3\n", "typo.yaml:1:1: monts: unknown key; did you mean 'months'?"),
    "reach.yaml": (b"based_on: ../../etc/passwd\n", "must be one of the files that are offered here")}


def send(page, content: bytes, name: str = "mine.yaml") -> None:
    """Pick a file, as the button does."""
    page.set_input_files(".ks-upload input", {"name": name, "mimeType": "text/yaml", "buffer": content})


@pytest.mark.parametrize("width, language", [(1280, "en"), (360, "id")])
def test_a_file_becomes_a_choice_of_this_page_alone(visit, width, language):
    page = finished(visit(f"{LITTLE}&lang={language}", width))
    other = finished(visit(LITTLE))
    page.locator(".ks-own summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file", "the keyboard alone gets to the button"
    send(page, MINE)
    page.wait_for_selector(".ks-own li:has-text('<i>Mine</i>')", timeout=PATIENCE)
    told(page, "location.search.includes('scenario=file%3Amine.yaml')")
    page.select_option(".ks-field:has-text('%s') select" % {"en": "Compare with", "id": "Bandingkan"}[language],
                       "no_programme")
    told(page, "document.querySelector('.ks-key') && document.querySelectorAll('.ks-key li').length === 2")
    finished(page)
    assert page.locator("i").count() == 0 and page.locator(".ks-mine").count() >= 1
    keep(page, f"upload-{width}-{language}")
    hold_to_the_rules(page, width, language)
    assert "Mine" not in other.inner_text(".ks-whatif") and other.locator(".ks-own li").count() == 0
    theirs = visit(page.url.partition("?")[2])
    theirs.wait_for_selector("[role=alert] li:has-text('mine.yaml')", timeout=PATIENCE)
    assert theirs.url == page.url and not theirs.locator(".ks-card").count()
    page.click(".ks-own li button")
    told(page, "!location.search.includes('file%3A')")


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_wrong_with_a_file_is_told_where_it_can_be_seen(visit, width):
    page = finished(visit(LITTLE, width))
    page.locator(".ks-own summary").click()
    before = page.url
    for name, (content, line) in WRONG.items():
        send(page, content, name)
        page.wait_for_selector(f"[role=alert] li >> text={name}", timeout=PATIENCE)
        assert line in page.inner_text("[role=alert] ul"), name
        assert page.locator("img").count() == 0 and page.evaluate(
            "document.querySelector('.ks-faults > div').getBoundingClientRect().top < innerHeight")
        if name == "typo.yaml":
            keep(page, f"upload-wrong-{width}")
            hold_to_the_rules(page, width, "en")
        page.click(".ks-faults button")
        page.wait_for_selector("[role=alert] li", state="detached", timeout=PATIENCE)
    assert page.url == before and page.locator(".ks-own li").count() == 0
    finished(page)


def test_a_full_server_says_so_and_lets_in_when_there_is_room(visit, browser):
    with serving("scenarios", "--sessions", "1") as served:
        inside = finished(visit(LITTLE, at=served.address))
        room = browser.new_context(viewport={"width": 360, "height": 700})
        outside = room.new_page()
        answer = outside.goto(f"{served.address}?{LITTLE}&lang=id&hours=44", timeout=PATIENCE)
        assert answer.status == 503 and outside.inner_text("h1") == "Server penuh"
        keep(outside, "full")
        hold_to_the_rules(outside, 360, "id")
        inside.close()
        told(outside, "!!document.querySelector('#n-hours')")      # it tries again by itself
        assert outside.input_value("#n-hours") == "44"
        room.close()


def test_a_lost_connection_is_told_in_the_language_of_the_page_and_nothing_of_solaras(visit, server):
    wire = Relay(int(server.rstrip("/").rpartition(":")[2]))
    page = finished(visit(f"{LITTLE}&lang=id", 360, at=wire.address))
    wire.cut()
    page.wait_for_selector(f".ks-lost:has-text('mencoba menghubungi server')", timeout=PATIENCE)
    assert not page.locator("text=disconnected").is_visible()
    keep(page, "lost")
    hold_to_the_rules(page, 360, "id")
    wire.mend()
    page.wait_for_selector(".ks-lost > div", state="detached", timeout=PATIENCE)
    open_parts(page)
    put(page, "#n-households", 300)
    told(page, "location.search.includes('households=300')")
    wire.close()


def test_a_server_that_was_started_anew_offers_to_load_the_page_and_the_design_is_back(visit):
    from serving import start
    with serving() as first:
        wire = Relay(first.port)
        page = finished(visit(f"{LITTLE}&hours=44", at=wire.address))
    second = start(first.port)
    try:
        page.click(".ks-lost [data-state=gone] button", timeout=PATIENCE)
        finished(page)
        assert page.input_value("#n-hours") == "44" and "hours=44" in page.url
    finally:
        second.process.kill()
        second.process.wait()
        second.process.stdout.close()
        wire.close()
