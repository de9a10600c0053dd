"""Lessons in a real browser: sketches by mouse, finger and keyboard; every lesson taken; a teacher's folder.
Skipped, and said, where no chromium is. Screenshots are kept where KUBESIM_SCREENSHOTS says."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kubesim.lessons import load_lessons
from kubesim.scenario import Scenario

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")
checker = pytest.importorskip("axe_playwright_python.sync_playwright")
pytest.importorskip("solara")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[2]
LESSON = runpy.run_path(str(ROOT / "tests" / "lessons" / "small_lesson.py"))["LESSON"]
SKETCH = """  sketch:
    ask: {en: Draw what a member consumes., id: Gambarlah konsumsi anggota.}
    unit: {en: thousand rupiah}
    scale: 1000
    low: 0
    high: 1000
  options:
"""
CHART = ".ks-chart-sketch"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server with a teacher's own lesson, started as a user starts it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    place = tmp_path_factory.mktemp("school")
    (place / "city.yaml").write_text(Scenario(name="City").to_yaml())
    (place / "my_lessons").mkdir()
    (place / "my_lessons" / "two_grants.yaml").write_text(LESSON.replace("  options:\n", SKETCH), encoding="utf-8")
    started = subprocess.Popen(
        [sys.executable, "-m", "kubesim", "serve", str(place / "city.yaml"), "--lessons", str(place / "my_lessons"),
         "--no-browser", "--port", "0"], cwd=place, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)})
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
    """Opens a lesson as a new visitor, on a screen of a width; a narrow one is touched."""
    rooms, broken = [], []

    def opened(lesson: str, width: int = 1280, language: str = "en"):
        rooms.append(browser.new_context(viewport={"width": width, "height": 800}, has_touch=width < 600))
        page = rooms[-1].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{server}?view=lessons&lesson={lesson}&lang={language}")
        page.wait_for_selector(".ks-question", timeout=60_000)
        return page

    yield opened
    for room in rooms:
        room.close()
    assert not broken


def keep(page, name: str) -> None:
    folder = os.environ.get("KUBESIM_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def run(page, pupils: int = 2) -> None:
    """Choose an answer where there is one, give each pupil a luck, run, and wait for the pictures."""
    page.check("[name=ks-option] >> nth=0")
    page.check("[name=ks-luck] >> nth=1")
    page.fill(".ks-options input[type=number]", str(pupils))
    page.click("#ks-run")
    page.wait_for_selector("#ks-results figure img", timeout=120_000)


def hold_to_the_rules(page, width: int) -> None:
    """The accessibility checker finds nothing, and nothing is wider than the screen."""
    found = checker.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def heights(page, line: str) -> list[float]:
    """How far up the chart a line goes from left to right: 0 at its foot, 1 at its top."""
    points = page.get_attribute(f"{CHART} {line}", "points")
    box = [float(part) for part in page.get_attribute(CHART, "viewBox").split()]
    return [1 - float(point.split(",")[1]) / box[3] for point in points.split()]


def places(page, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of the window at shares of the chart's width and height."""
    page.locator(CHART).scroll_into_view_if_needed()
    box = page.locator(CHART).bounding_box()
    return [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in shares]


def test_a_sketch_is_drawn_with_the_mouse_undone_and_held_against_the_model(visit):
    page = visit("two_grants")
    assert page.is_disabled("#ks-undo") and page.is_disabled("#ks-run")
    start, middle, end = places(page, (0.1, 0.8), (0.5, 0.5), (0.97, 0.2))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*middle, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    drawn = heights(page, ".ks-drawn")
    assert len(drawn) == 7 and drawn == sorted(drawn) and drawn[-1] - drawn[0] > 0.4
    page.check("input[name=ks-line] >> nth=1")
    page.mouse.click(*places(page, (0.3, 0.3))[0])
    page.mouse.click(*places(page, (0.9, 0.3))[0])          # point by point: straight between them
    assert page.locator(f"{CHART} .ks-drawn").count() == 2
    page.click("#ks-undo")
    page.click("#ks-undo")
    assert page.locator(f"{CHART} .ks-drawn").count() == 1
    keep(page, "sketch-mouse")
    run(page)
    assert page.locator(f"{CHART} .ks-model").count() == 2 and page.locator(f"{CHART} .ks-drawn").count() == 1
    assert heights(page, ".ks-drawn") == pytest.approx(drawn, abs=0.01)
    told = page.inner_text(".ks-judged")
    assert "small grant" in told and "you drew it rising" in told and "At the end (month 6)" in told
    assert not page.is_visible("#ks-undo")
    page.click(".ks-save button:has-text('Once more')")
    page.wait_for_selector("#ks-undo")
    assert page.locator(f"{CHART} .ks-drawn").count() == 0


def test_a_sketch_is_drawn_with_a_finger_on_a_small_screen_and_the_page_stays(visit):
    page = visit("two_grants", 360)
    shares = [(0.2 + 0.07 * step, 0.3 + 0.04 * step) for step in range(11)]
    points = places(page, *shares)
    scrolled = page.evaluate("window.scrollY")
    finger = page.context.new_cdp_session(page)
    for kind, (x, y) in [("touchStart", points[0]), *(("touchMove", point) for point in points)]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_selector(f"{CHART} .ks-drawn")
    drawn = heights(page, ".ks-drawn")
    assert len(drawn) >= 5 and drawn == sorted(drawn, reverse=True) and drawn[0] - drawn[-1] > 0.25
    assert page.evaluate("window.scrollY") == scrolled
    keep(page, "sketch-touch")
    run(page)
    assert "you drew it falling" in page.inner_text(".ks-judged")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_sketch_is_drawn_with_the_keyboard_alone(visit):
    page = visit("two_grants")
    page.focus(".ks-sketch summary")
    page.keyboard.press("Enter")
    fields = page.locator(".ks-fields input")
    assert fields.count() == 7
    assert fields.nth(6).get_attribute("aria-label") == "small grant, month 6 (thousand rupiah)"
    for _ in range(2):
        page.keyboard.press("Tab")
    page.focus("#ks-at-0")
    page.keyboard.type("200")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.keyboard.type("800")
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelector('#ks-at-3').value === '500'")     # straight between the two
    page.focus("#ks-at-3")
    page.keyboard.press("Control+A")
    page.keyboard.type("100")
    page.keyboard.press("Tab")
    assert [page.input_value(f"#ks-at-{month}") for month in (0, 2, 3, 4, 6)] == ["200", "400", "100", "600", "800"]
    page.focus("#ks-at-3")
    page.keyboard.press("Control+A")
    page.keyboard.type("5000")                                  # not on the axis: not taken
    page.keyboard.press("Tab")
    assert heights(page, ".ks-drawn")[3] == min(heights(page, ".ks-drawn"))
    page.focus("#ks-undo")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#ks-at-2').value === '400'")
    page.focus("#ks-clear")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{CHART} .ks-drawn", state="detached")


@pytest.mark.parametrize("language, width", [("en", 1280), ("id", 360)])
@pytest.mark.parametrize("name", [lesson.name for lesson in load_lessons()])
def test_every_lesson_is_taken(visit, name, language, width):
    page = visit(name, width, language)
    if page.locator("input[name=ks-line]").count():
        page.check("input[name=ks-line] >> nth=1")
    for point in places(page, (0.3, 0.4), (0.6, 0.5), (0.9, 0.6)):
        page.mouse.click(*point)
    page.wait_for_selector(f"{CHART} .ks-drawn")
    keep(page, f"lesson-{name}-{width}-{language}-before")
    hold_to_the_rules(page, width)
    run(page)
    assert page.locator(".ks-bars li").count() >= 4 and page.locator(".ks-judged li").count() >= 3
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.wait_for_timeout(300)
    keep(page, f"lesson-{name}-{width}-{language}-after")
    hold_to_the_rules(page, width)
    assert page.locator(".ks-lucks li").count() == 2


def test_a_teachers_folder_is_on_the_page_before_the_lessons_that_ship(visit):
    page = visit("")
    labels = page.eval_on_selector_all(".ks-lesson optgroup", "all => all.map(one => one.label)")
    assert labels == ["Your own lessons", "Lessons of kubesim"]
    assert page.input_value(".ks-lesson select") == "two_grants"
    assert page.inner_text(".ks-question") == "Does a larger grant pay?"
    page.select_option(".ks-lesson select", "free_riders")
    page.wait_for_function("location.search.includes('lesson=free_riders')")
