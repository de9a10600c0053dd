"""The page in a real browser, served by the command itself with everything from elsewhere shut off.
Skipped, and said, where no chromium is. Screenshots are kept where KUBESIM_SCREENSHOTS says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")
checker = pytest.importorskip("axe_playwright_python.sync_playwright")
pytest.importorskip("solara")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[2]
MOVED = "scenario=banjarmasin&hours=60&practice=60"
LITTLE = f"{MOVED}&households=200&months=12"
PUPILS = 30
SIX_A_BROWSER = 6
"""Pages of one browser; the server lets one browser have no more than twenty."""


@pytest.fixture(scope="module")
def server():
    """The address of a server that was started as a user starts it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    started = subprocess.Popen([sys.executable, "-m", "kubesim", "serve", "--no-browser", "--port", "0"], cwd=ROOT,
                               stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    yield re.search(r"http://127\.0\.0\.1:\d+/", started.stdout.readline())[0]
    started.send_signal(signal.SIGINT)
    assert started.wait(20) == 0


@pytest.fixture(scope="module")
def browser(server):
    with sync_api.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(server, browser):
    """Opens the page as a new visitor; whatever is asked of another computer is refused and counted."""
    rooms, elsewhere, broken = [], [], []

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    def opened(query: str, width: int = 1280):
        rooms.append(browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True))
        rooms[-1].route(lambda url: not url.startswith((server, "data:", server.replace("http", "ws"))), refuse)
        page = rooms[-1].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{server}?{query}")
        page.wait_for_selector(".ks-head", timeout=30_000)
        return page

    yield opened
    for room in rooms:
        room.close()
    assert not elsewhere and not broken


def finished(page):
    page.wait_for_selector(".ks-card .ks-chart svg, .ks-world svg", timeout=60_000)
    page.wait_for_function("!document.querySelector('progress')", timeout=60_000)
    return page


def keep(page, name: str) -> None:
    folder = os.environ.get("KUBESIM_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("view", ["whatif", "watch"])
def test_each_view_passes_the_accessibility_checker_and_fits_the_screen(visit, view, width, language):
    page = finished(visit(f"{LITTLE}&view={view}&lang={language}&flood=1&pin=Grant~banjarmasin~per_member:4", width))
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.wait_for_timeout(300)
    found = checker.Axe().run(page)
    keep(page, f"{view}-{width}-{language}")
    assert found.response["passes"] and found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == language


def test_a_moved_lever_is_answered_and_stands_in_the_address(visit):
    page = finished(visit(MOVED))
    was = page.inner_text("[data-outcome=poverty_rate] tbody")
    begun = time.monotonic()
    page.fill("#n-caseload", "4")
    page.press("#n-caseload", "Enter")
    page.wait_for_function("was => document.querySelector('[data-outcome=poverty_rate] tbody').innerText !== was",
                           arg=was)
    took = time.monotonic() - begun
    assert "caseload=4" in page.url
    print(f"answered after {took:.2f} s")
    assert took < 15, "the aim is 2 s on an idle machine; this only tells an answer from a page that hangs"


def test_a_link_gives_a_colleague_the_same_picture(visit):
    mine = finished(visit(f"{LITTLE}&pin=Grant~banjarmasin~per_member:4&seed=7"))
    theirs = finished(visit(mine.url.partition("?")[2]))
    for page in (mine, theirs):
        page.wait_for_function("document.querySelector('.ks-status').innerText.includes('24 of 24')")
    assert mine.inner_html(".ks-cards") == theirs.inner_html(".ks-cards")


def test_what_is_typed_wrongly_is_told_as_text(visit):
    page = visit(f"{LITTLE}&scenario=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&pin=%3Cb%3Ebold~banjarmasin~hours:20")
    page.wait_for_selector("[role=alert] li")
    assert "<img src=x" in page.inner_text("[role=alert]") and page.locator("img").count() == 0
    finished(page)
    assert "<b>bold" in page.inner_text(".ks-key") and page.locator("b:text('bold')").count() == 0
    page.fill("#n-practice", "140")
    page.press("#n-practice", "Enter")
    page.wait_for_selector("[role=alert] li:has-text('practice_share')")


def test_files_are_saved(visit):
    page = finished(visit(LITTLE))
    for button, name in (("Scenario as YAML", "scenario.yaml"), ("Effects as CSV", "effects.csv"),
                         ("Report", "report.html")):
        with page.expect_download(timeout=60_000) as saved:
            page.click(f".ks-save button:has-text('{button}')")
        assert saved.value.suggested_filename == name and saved.value.path().stat().st_size > 500


def test_the_months_play_pause_and_go_back_and_a_dot_tells_its_story(visit):
    page = finished(visit(f"{LITTLE}&view=watch"))
    dots = page.locator(".ks-world >> nth=0 >> circle")
    assert dots.count() == 200 and page.locator(".ks-world").count() == 2
    page.click("#ks-play")
    page.wait_for_function("+document.querySelector('#ks-month').value >= 2")
    page.click("#ks-play")
    month = int(page.input_value("#ks-month"))
    page.wait_for_timeout(800)
    assert int(page.input_value("#ks-month")) == month
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert int(page.input_value("#ks-month")) == month - 1
    dots.nth(3).click()
    page.wait_for_selector(".ks-tale p:has-text('Household 3')", timeout=30_000)
    keep(page, "watch-story")


def test_the_keyboard_alone_moves_a_lever(visit):
    page = finished(visit(LITTLE))
    page.focus("#s-hours")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('hours=64')")


def test_a_lost_connection_recovers(visit):
    page = finished(visit(LITTLE))
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    page.fill("#n-hours", "30")
    page.press("#n-hours", "Enter")
    page.wait_for_function("location.search.includes('hours=30')", timeout=20_000)


def test_a_class_moves_levers_at_once_and_nobody_sees_anothers_design(visit):
    pages = []
    for place in range(PUPILS):
        query = f"scenario=banjarmasin&households=200&months=12&hours={20 + place}"
        if place % SIX_A_BROWSER == 0:
            pages.append(visit(query))
        else:
            pages.append(pages[-1].context.new_page())
            pages[-1].goto(pages[-2].url.partition("?")[0] + "?" + query)
    for page in pages:
        page.wait_for_selector("#n-hours", timeout=30_000)
    for place, page in enumerate(pages):
        page.fill("#n-hours", str(60 + place))
        page.press("#n-hours", "Enter")
    for place, page in enumerate(pages):
        finished(page)
        page.wait_for_function("hours => location.search.includes('hours=' + hours)", arg=60 + place)
        assert page.input_value("#n-hours") == str(60 + place)


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_pupil_takes_a_lesson(visit, width, language):
    page = visit(f"view=lessons&lang={language}", width)
    page.wait_for_selector(".ks-question", timeout=60_000)
    assert page.is_disabled("#ks-run")
    page.check(".ks-options input >> nth=0")
    page.click("#ks-run")
    page.wait_for_selector("#ks-results img", timeout=120_000)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.wait_for_timeout(300)
    keep(page, f"lesson-{width}-{language}")
    found = checker.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_lesson_asks_its_question(visit):
    page = visit("view=lessons")
    page.wait_for_selector(".ks-question", timeout=60_000)
    names = page.eval_on_selector_all(".ks-lesson select option", "all => all.map(one => one.value)")
    assert len(names) >= 5
    for name in names:
        page.select_option(".ks-lesson select", name)
        page.wait_for_function("name => location.search.includes('lesson=' + name)", arg=name)
        page.wait_for_function("name => document.querySelector('.ks-lesson select').value === name", arg=name)
        assert page.locator(".ks-options input[name=ks-option]").count() >= 3
