"""The board of a class in a real browser: two pupils on their devices, and the screen of their teacher."""

from __future__ import annotations

import pytest

from looking import finished, hold_to_the_rules, keep, open_parts, speak, told

pytestmark = pytest.mark.browser
LESSON = "view=lessons&lesson=two_grants"
CHART = ".ks-sketch .ks-chart-sketch"


def draw(page, *shares: tuple[float, float]) -> None:
    """A sketch, point by point, at shares of the chart's width and height."""
    page.locator(CHART).scroll_into_view_if_needed()
    box = page.locator(CHART).bounding_box()
    for across, down in shares:
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.wait_for_selector(f"{CHART} .ks-drawn")


def shows(page, *times: str) -> None:
    """Wait until the board says how many chose each answer."""
    told(page, "all => JSON.stringify([...document.querySelectorAll('.ks-board .ks-bars li > span:nth-of-type(2)')]"
               ".map(one => one.textContent)) === all", str(list(times)).replace("'", '"').replace('", "', '","'))


def test_two_pupils_predict_and_their_teacher_shows_it_to_the_class(visit):
    teacher = finished(visit(f"{LESSON}&lang=en&class=7b&board=1"))
    pupil, other = finished(visit(f"{LESSON}&lang=id", 360)), finished(visit(f"{LESSON}&lang=en&class=7B"))
    pupil.fill("#ks-class", "7b")                               # she types it; the other had a link
    pupil.press("#ks-class", "Enter")
    told(pupil, "location.search.includes('class=7B')")
    for page in (pupil, other):
        told(page, "document.querySelector('.ks-here')?.textContent.includes('2')")
        assert page.locator(".ks-board li").count() == 0 and page.is_disabled("#ks-give")

    draw(pupil, (0.4, 0.5), (0.9, 0.3))
    pupil.check("[name=ks-option] >> nth=1")
    pupil.click("#ks-give")
    shows(pupil, "0 dari 1", "1 dari 1")
    shows(teacher, "0 of 1", "1 of 1")
    assert teacher.locator(".ks-board .ks-crowd").count() == 1
    told(other, "document.querySelector('.ks-here').textContent === 'Here now: 2. Predictions: 1.'")
    assert other.locator(".ks-board li").count() == 0           # nothing to copy from
    other.check("[name=ks-option] >> nth=0")
    other.click("#ks-give")
    shows(other, "1 of 2", "1 of 2")
    other.check("[name=ks-option] >> nth=1")                    # still before the run: she may change it
    shows(teacher, "0 of 2", "2 of 2")
    keep(pupil, "board-pupil-360-id")
    hold_to_the_rules(pupil, "id")

    pupil.reload()                                              # a phone that dropped the page is no third pupil
    shows(finished(pupil), "0 dari 2", "2 dari 2")
    pupil.wait_for_selector(f"{CHART} .ks-drawn")
    assert "2" in pupil.inner_text(".ks-here") and pupil.is_checked("[name=ks-option] >> nth=1")
    _is_told_who_was_right(other, still_thinking=(teacher, pupil))
    _shows_it_to_the_class(teacher)
    told(pupil, "document.querySelectorAll('.ks-board li').length === 0")


def _is_told_who_was_right(other, still_thinking) -> None:
    other.click("#ks-run")
    other.wait_for_selector("#ks-results .ks-right")
    assert "of 2 chose what the model says" in other.inner_text(".ks-right") and other.locator(".ks-true").count() == 1
    assert all(page.locator(".ks-right").count() == 0 for page in still_thinking)
    finished(other)
    open_parts(other)
    hold_to_the_rules(other, "en")


def _shows_it_to_the_class(teacher) -> None:
    teacher.click("#ks-cover")
    assert teacher.locator(".ks-board li").count() == 0
    teacher.click("#ks-cover")
    assert teacher.inner_text(".ks-board a").endswith("?view=lessons&class=7B&lesson=two_grants&seed=1&lang=en")
    hold_to_the_rules(teacher, "en")
    speak(teacher, "id")
    teacher.set_viewport_size({"width": 360, "height": 740})
    keep(teacher, "board-teacher-360-id")
    hold_to_the_rules(teacher, "id")
    teacher.once("dialog", lambda dialog: dialog.accept())
    teacher.click("#ks-anew")
    shows(teacher, "0 dari 0", "0 dari 0")
