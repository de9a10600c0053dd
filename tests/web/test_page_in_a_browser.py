"""The page in a real browser, served by the command itself with everything from elsewhere shut off.
Skipped, and said, where no chromium is. Pictures are kept in build/pages, or where KUBESIM_SCREENSHOTS says."""

from __future__ import annotations

import time

import pytest

from looking import LITTLE, MOVED, finished, hold_to_the_rules, keep, open_parts, put, told

pytestmark = pytest.mark.browser
IN_BOTH_WAYS = pytest.mark.parametrize("width, language", [(1280, "en"), (360, "en"), (1280, "id"), (360, "id")])


@IN_BOTH_WAYS
@pytest.mark.parametrize("view", ["whatif", "watch"])
def test_each_view_passes_the_accessibility_checker_and_fits_the_screen(visit, view, width, language):
    page = finished(visit(f"{LITTLE}&view={view}&lang={language}&flood=1&pin=Grant~banjarmasin~per_member:4", width))
    open_parts(page)
    keep(page, f"{view}-{width}-{language}")
    hold_to_the_rules(page, width, language)


def test_a_moved_lever_is_answered_and_stands_in_the_address(visit):
    page = finished(visit(MOVED))
    was = page.inner_text("[data-outcome=poverty_rate] tbody")
    begun = time.monotonic()
    put(page, "#n-caseload", 4)
    told(page, "was => document.querySelector('[data-outcome=poverty_rate] tbody').innerText !== was", was)
    print(f"answered after {time.monotonic() - begun:.2f} s; the aim is 2 s on an idle machine")
    told(page, "location.search.includes('caseload=4')")


def test_a_link_gives_a_colleague_the_same_picture(visit):
    mine = finished(visit(f"{LITTLE}&pin=Grant~banjarmasin~per_member:4&seed=7"))
    theirs = finished(visit(mine.url.partition("?")[2]))
    for page in (mine, theirs):
        told(page, "document.querySelector('.ks-status').innerText.includes('24 of 24')")
    assert mine.inner_html(".ks-cards") == theirs.inner_html(".ks-cards")


def test_what_is_typed_wrongly_is_told_as_text(visit):
    page = visit(f"{LITTLE}&scenario=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&pin=%3Cb%3Ebold~banjarmasin~hours:20")
    told(page, "document.querySelector('[role=alert] li')?.innerText.includes('<img src=x')")
    assert page.locator("img").count() == 0
    finished(page)
    assert "<b>bold" in page.inner_text(".ks-key") and page.locator("b:text('bold')").count() == 0
    put(page, "#n-practice", 140)
    told(page, "document.querySelector('[role=alert]').innerText.includes('practice_share')")


def test_files_are_saved(visit):
    page = finished(visit(LITTLE))
    for button, name in (("Scenario as YAML", "scenario.yaml"), ("Effects as CSV", "effects.csv"),
                         ("Report", "report.html")):
        with page.expect_download(timeout=120_000) as saved:
            page.click(f".ks-save button:has-text('{button}')")
        assert saved.value.suggested_filename == name and saved.value.path().stat().st_size > 500


def test_the_keyboard_alone_moves_a_lever(visit):
    page = finished(visit(LITTLE))
    page.focus("#s-hours")
    page.keyboard.press("ArrowRight")
    told(page, "location.search.includes('hours=64')")
