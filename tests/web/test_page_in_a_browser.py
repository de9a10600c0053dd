"""The page in a real browser, served by the command itself with everything from elsewhere shut off.
Skipped, and said, where no chromium is. Pictures are kept in build/pages, or where KUBESIM_SCREENSHOTS says."""

from __future__ import annotations

import pytest

from looking import LITTLE, answered, asked, finished, hold_to_the_rules, keep, look_at, open_parts, put, speak, told

pytestmark = pytest.mark.browser
PIN = "pin=Grant~banjarmasin~per_member:4"
CARDS, POOR = ".ks-cards", "[data-outcome=poverty_rate] tbody"


@pytest.mark.parametrize("width, also", [(1280, 1920), (360, None)])
def test_each_view_passes_the_accessibility_checker_and_fits_the_screen_in_both_languages(visit, width, also):
    page = finished(visit(f"{LITTLE}&lang=en&flood=1&{PIN}", width))
    for language in ("en", "id"):
        speak(page, language)
        for view in ("whatif", "watch", "lessons"):
            look_at(page, view)
            open_parts(page)
            keep(page, f"{view}-{width}-{language}")
            hold_to_the_rules(page, language)
            if also and language == "en":
                page.set_viewport_size({"width": also, "height": 1080})
                keep(page, f"{view}-{also}-{language}")
                hold_to_the_rules(page, language)
                page.set_viewport_size({"width": width, "height": 900})


def test_an_analyst_moves_levers_by_hand_and_by_keys_saves_files_and_sends_the_link(visit):
    page = finished(visit(f"{LITTLE}&{PIN}&seed=7"))
    was = page.inner_text(POOR)
    put(page, "#n-caseload", 4)
    answered(page, "caseload=4")
    assert page.inner_text(POOR) != was
    page.focus("#s-hours")
    page.keyboard.press("ArrowRight")
    answered(page, "hours=64")
    for button, name in (("Scenario as YAML", "scenario.yaml"), ("Effects as CSV", "effects.csv"),
                         ("Report", "report.html")):
        with page.expect_download() as saved:
            page.click(f".ks-save button:has-text('{button}')")
        assert saved.value.suggested_filename == name and saved.value.path().stat().st_size > 500
    theirs = finished(visit(page.url.partition("?")[2]))
    assert theirs.input_value("#n-hours") == "64" and theirs.input_value("#n-caseload") == "4"
    assert theirs.inner_html(CARDS) == page.inner_html(CARDS), "a colleague sees another picture"


def test_what_is_being_typed_stays_when_an_answer_comes(visit):
    page = finished(visit(LITTLE))
    was = page.inner_text(POOR)
    put(page, "#n-hours", 20)
    page.fill("#n-practice", "25")
    answered(page, "hours=20")
    told(page, f"was => document.querySelector('{POOR}').innerText !== was", was)
    assert page.input_value("#n-practice") == "25"
    page.press("#n-practice", "Enter")
    asked(page, "practice=25")


def test_what_is_typed_wrongly_is_told_as_text(visit):
    page = visit(f"{LITTLE}&scenario=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&pin=%3Cb%3Ebold~banjarmasin~hours:20")
    told(page, "document.querySelector('[role=alert] li')?.innerText.includes('<img src=x')")
    assert page.locator("img").count() == 0
    finished(page)
    assert "<b>bold" in page.inner_text(".ks-key") and page.locator("b:text('bold')").count() == 0
    put(page, "#n-practice", 140)
    told(page, "document.querySelector('[role=alert]').innerText.includes('practice_share')")
