"""Lessons in a real browser: sketches by mouse, finger and keyboard; every lesson taken; a teacher's folder."""

from __future__ import annotations

import pytest

from kubesim.lessons import load_lessons
from looking import answered, finished, hold_to_the_rules, keep, open_parts, speak, told

pytestmark = pytest.mark.browser
CHART = ".ks-chart-sketch"
BEFORE = "!!document.querySelector('#ks-undo') && !document.querySelector('#ks-results h2')"
OWN = "view=lessons&lesson=two_grants&lang=en"
FEW = 2
"""Pupils with a luck each, in place of the class's twenty lucks."""


def run(page) -> None:
    """Choose an answer, give each of a few pupils a luck, run, and wait for the pictures."""
    page.check("[name=ks-option] >> nth=0")
    page.check("[name=ks-luck] >> nth=1")
    page.fill(".ks-options input[type=number]", str(FEW))
    page.click("#ks-run")
    page.wait_for_selector("#ks-results figure img")
    finished(page)


def heights(page, line: str) -> list[float]:
    """How far up the chart a line goes from left to right: 0 at its foot, 1 at its top."""
    points = page.get_attribute(f"{CHART} {line}", "points")
    box = [float(part) for part in page.get_attribute(CHART, "viewBox").split()]
    return [1 - float(point.split(",")[1]) / box[3] for point in points.split()]


def places(page, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of the window at shares of the chart's width and height, the chart in the middle of the window."""
    page.eval_on_selector(CHART, "chart => chart.scrollIntoView({block: 'center', behavior: 'instant'})")
    left, top, width, height = page.eval_on_selector(
        CHART, "chart => (box => [box.x, box.y, box.width, box.height])(chart.getBoundingClientRect())")
    return [(left + width * x, top + height * y) for x, y in shares]


def test_a_sketch_is_drawn_with_the_mouse_undone_and_held_against_the_model(visit):
    page = finished(visit(OWN))
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
    judged = page.inner_text(".ks-judged")
    assert page.locator(".ks-lucks li").count() == FEW
    assert "small grant" in judged and "you drew it rising" in judged and "At the end (month 6)" in judged
    assert not page.is_visible("#ks-undo")
    page.click(".ks-save button:has-text('Once more')")
    told(page, BEFORE)
    assert page.locator(f"{CHART} .ks-drawn").count() == 0


def test_a_sketch_is_drawn_with_a_finger_on_a_small_screen_and_the_page_stays(visit):
    page = finished(visit(OWN, 360, has_touch=True))
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
    page = finished(visit(OWN))
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
    told(page, "document.querySelector('#ks-at-3').value === '500'")     # straight between the two
    page.focus("#ks-at-3")
    page.keyboard.press("Control+A")
    page.keyboard.type("100")
    page.keyboard.press("Tab")
    told(page, "document.querySelector('#ks-at-2').value === '400'")
    assert [page.input_value(f"#ks-at-{month}") for month in (0, 2, 3, 4, 6)] == ["200", "400", "100", "600", "800"]
    page.focus("#ks-at-3")
    page.keyboard.press("Control+A")
    page.keyboard.type("5000")                                  # not on the axis: not taken
    page.keyboard.press("Tab")
    assert heights(page, ".ks-drawn")[3] == min(heights(page, ".ks-drawn"))
    page.focus("#ks-undo")
    page.keyboard.press("Enter")
    told(page, "document.querySelector('#ks-at-2').value === '400'")
    page.focus("#ks-clear")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{CHART} .ks-drawn", state="detached")


def predict(page, name: str, width: int, language: str) -> None:
    """Sketch by a few clicks what the lesson asks for, nothing of what comes out in sight, and run it with the
    first answer under the class's luck."""
    told(page, BEFORE)
    assert page.locator("[name=ks-option]:not(:disabled)").count() >= 3 and page.is_disabled("#ks-run")
    if page.locator("input[name=ks-line]").count():
        page.check("input[name=ks-line] >> nth=1")
    for point in places(page, (0.3, 0.4), (0.6, 0.5), (0.9, 0.6)):
        page.mouse.click(*point)
    page.wait_for_selector(f"{CHART} .ks-drawn")
    keep(page, f"lesson-{name}-{width}-{language}-before")
    hold_to_the_rules(page, language)
    page.check("[name=ks-option] >> nth=0")
    page.click("#ks-run")
    page.wait_for_selector("#ks-results figure img")
    finished(page)
    assert page.locator(".ks-bars li").count() >= 4 and page.locator(".ks-judged li").count() >= 3


def look_at_what_came_out(page, name: str, width: int, language: str) -> None:
    """All of it, opened, is within the rules."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_selector("#ks-results figure img")
    open_parts(page)
    keep(page, f"lesson-{name}-{width}-{language}-after")
    hold_to_the_rules(page, language)


@pytest.mark.parametrize("name", [lesson.name for lesson in load_lessons()])
def test_every_lesson_is_taken_in_both_languages_on_a_wide_and_on_a_narrow_screen(visit, name):
    page = finished(visit(f"view=lessons&lesson={name}&lang=en"))
    predict(page, name, 1280, "en")
    look_at_what_came_out(page, name, 1280, "en")
    look_at_what_came_out(page, name, 360, "en")
    page.click(".ks-save button:has-text('Once more')")
    told(page, BEFORE)
    speak(page, "id")
    predict(page, name, 360, "id")
    look_at_what_came_out(page, name, 360, "id")
    look_at_what_came_out(page, name, 1280, "id")


def test_a_teachers_folder_is_on_the_page_before_the_lessons_that_ship(visit):
    page = finished(visit("view=lessons&lang=en"))
    labels = page.eval_on_selector_all(".ks-lesson optgroup", "all => all.map(one => one.label)")
    assert labels == ["Your own lessons", "Lessons of kubesim"]
    assert page.input_value(".ks-lesson select") == "two_grants"
    assert page.inner_text(".ks-question") == "Does a larger grant pay?"
    page.select_option(".ks-lesson select", "free_riders")
    answered(page, "lesson=free_riders")
    assert page.input_value(".ks-lesson select") == "free_riders"
