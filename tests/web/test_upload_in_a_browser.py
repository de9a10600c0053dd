"""Scenario files that a user uploads, right and wrong, in a browser."""

from __future__ import annotations

import pytest

from looking import LITTLE, answered, asked, finished, hold_to_the_rules, keep, speak, told

pytestmark = pytest.mark.browser
MINE = b"name: <i>Mine</i>\nbased_on: banjarmasin.yaml\nmonths: 12\n"
WRONG = {
    "empty.yaml": (b"", "is empty"), "picture.yaml": (b"\x89PNG\r\n\x1a\n\0", "is not UTF-8"),
    "huge.yaml": (b"#" * 700_000, "at most 640 KB"), "notes.txt": (MINE, "must be a scenario file"),
    "bomb.yaml": (b"a: &a [1]\nb: [*a, *a]\n", "aliases are not allowed"), "deep.yaml": (b"[" * 999, "nested deeper"),
    "markup.yaml": (b"<img src=x onerror=alert(1)>: 1\n", "<img src=x onerror=alert(1)>: unknown key"),
    "typo.yaml": (b"monts: 3\n", "typo.yaml:1:1: monts: unknown key; did you mean 'months'?"),
    "reach.yaml": (b"based_on: ../../etc/passwd\n", "must be one of the files that are offered here")}
COMPARE = {"en": "Compare with", "id": "Bandingkan"}


def send(page, content: bytes, name: str = "mine.yaml") -> None:
    """Pick a file, as the button does."""
    page.set_input_files(".ks-upload input", {"name": name, "mimeType": "text/yaml", "buffer": content})


def hold_against_no_programme(page, language: str) -> None:
    """Bring a file along, by the keyboard alone up to the button, and compare it."""
    page.focus("#s-hours")
    page.locator(".ks-own summary").focus()
    if page.evaluate("!document.querySelector('.ks-own').open"):
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file", "the keyboard alone gets to the button"
    send(page, MINE)
    page.wait_for_selector(".ks-own li:has-text('<i>Mine</i>')")
    asked(page, "scenario=file%3Amine.yaml")
    page.select_option(f".ks-field:has-text('{COMPARE[language]}') select", "no_programme")
    answered(page, "against=no_programme")
    told(page, "document.querySelectorAll('.ks-key li').length === 2")
    assert page.locator("i").count() == 0 and page.locator(".ks-mine").count() >= 1


@pytest.mark.parametrize("width, language", [(1280, "en"), (360, "id")])
def test_a_wrong_file_is_told_where_it_can_be_seen_and_a_right_one_becomes_a_choice(visit, width, language):
    page = finished(visit(LITTLE, width))
    page.locator(".ks-own summary").click()
    before = page.url
    for name, (content, line) in WRONG.items():
        send(page, content, name)
        page.wait_for_selector(f"[role=alert] li >> text={name}")
        assert line in page.inner_text("[role=alert] ul"), name
        assert page.locator("img").count() == 0 and page.evaluate(
            "document.querySelector('.ks-faults > div').getBoundingClientRect().top < innerHeight")
        if name == "typo.yaml":
            keep(page, f"upload-wrong-{width}")
            hold_to_the_rules(page, "en")
        page.click(".ks-faults button")
        page.wait_for_selector("[role=alert] li", state="detached")
    assert page.url == before and page.locator(".ks-own li").count() == 0
    speak(page, language)
    hold_against_no_programme(page, language)
    keep(page, f"upload-{width}-{language}")
    hold_to_the_rules(page, language)
    page.click(".ks-own li button")
    told(page, "!location.search.includes('file%3A')")


def test_a_file_is_a_choice_of_its_page_alone_and_a_link_to_it_asks_for_it(visit):
    page, other = finished(visit(LITTLE)), finished(visit(LITTLE))
    hold_against_no_programme(page, "en")
    assert "Mine" not in other.inner_text(".ks-whatif") and other.locator(".ks-own li").count() == 0
    theirs = visit(page.url.partition("?")[2])
    theirs.wait_for_selector("[role=alert] li:has-text('mine.yaml')")
    assert theirs.url == page.url and not theirs.locator(".ks-card").count()
    send(theirs, MINE)
    answered(theirs, "scenario=file%3Amine.yaml")
    told(theirs, "document.querySelectorAll('.ks-key li').length === 2")
    assert theirs.inner_text(".ks-cards") == page.inner_text(".ks-cards")
