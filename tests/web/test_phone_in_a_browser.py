"""A pupil's phone, a class at the back of the room, and the first screen: what must be seen is seen."""

from __future__ import annotations

import pytest

from looking import LITTLE, MOVED, finished, hold_to_the_rules, keep, put, told

pytestmark = pytest.mark.browser
WATCHED = f"{MOVED}&view=watch&months=24"
IN_SIGHT = """place => { const box = document.querySelector(place).getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight + 1; }"""
NEVER_CONNECTS = "window.WebSocket = class { addEventListener() {} send() {} close() {} }"


@pytest.mark.parametrize("language", ["en", "id"])
def test_on_a_phone_the_effect_is_in_sight_while_a_lever_is_moved(visit, language):
    page = finished(visit(f"{LITTLE}&lang={language}", 360))
    page.click(f"summary:has-text('{ {'en': 'Companions', 'id': 'Pendamping'}[language] }')")
    page.focus("#s-caseload")
    assert page.evaluate(IN_SIGHT, "#s-caseload") and page.evaluate(IN_SIGHT, ".ks-short")
    was = page.inner_text(".ks-short")
    assert "95 %" in was
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    told(page, "was => document.querySelector('.ks-short').innerText !== was", was)
    told(page, "!document.querySelector('progress')")
    row = page.inner_text("[data-outcome=poverty_rate] tbody")
    assert all(part.strip() in row for part in page.inner_text(".ks-short strong, .ks-short span").splitlines())
    assert page.evaluate(IN_SIGHT, "#s-caseload"), "the line at the bottom hides nothing that has the keyboard"
    keep(page, f"phone-{language}")


def test_new_luck_by_the_keyboard_gives_another_answer_and_the_number_brings_the_old_one_back(visit):
    page = finished(visit(LITTLE))
    page.click("summary:has-text('The same in all worlds')")
    was = page.inner_text("[data-outcome=poverty_rate] tbody")
    page.focus("#ks-seed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "location.search.includes('seed=25') && document.querySelector('#ks-seed').value === '25'")
    told(page, "was => document.querySelector('[data-outcome=poverty_rate] tbody').innerText !== was", was)
    put(page, "#ks-seed", 1)
    told(page, "was => document.querySelector('[data-outcome=poverty_rate] tbody').innerText === was", was)


def test_new_luck_in_the_worlds_that_play_keeps_the_keyboard(visit):
    page = finished(visit(f"{WATCHED}&households=200"))
    before = page.evaluate("document.querySelector('.ks-watch').__vue__.film.worlds[0].dots[24]")
    page.focus("#ks-luck")
    page.keyboard.press("Enter")
    told(page, "before => { const film = document.querySelector('.ks-watch').__vue__.film;"
               " return film.worlds && film.worlds[0].dots[24] !== before; }", before)
    assert page.evaluate("document.activeElement.id") == "ks-luck"
    assert "25" in page.inner_text(".ks-worlds-head")


@pytest.mark.parametrize("households, width", [(500, 1920), (1000, 1920), (1000, 1280)])
def test_both_worlds_are_drawn_as_large_as_the_screen_lets_them_and_fit_it(visit, households, width):
    page = finished(visit(f"{WATCHED}&households={households}", width))
    room = page.locator(".ks-world >> nth=0").bounding_box()["width"]
    box = page.evaluate("document.querySelector('.ks-world svg').viewBox.baseVal.width")
    drawn = page.locator(".ks-world svg >> nth=0").bounding_box()
    across, high = room / box, drawn["height"] / page.evaluate(
        "document.querySelector('.ks-world svg').viewBox.baseVal.height")
    scale = min(across, high)
    assert scale * 64 >= 50, "a group is wide enough to be seen"
    assert scale * box >= 0.8 * room, "hardly any room is left empty beside it"
    assert drawn["y"] + drawn["height"] <= 900, "and it ends above the edge of the screen"
    page.set_viewport_size({"width": 900, "height": 700})
    told(page, "document.querySelector('.ks-world svg').getBoundingClientRect().right <= innerWidth")
    assert page.eval_on_selector(".ks-figures strong", "one => parseFloat(getComputedStyle(one).fontSize)") >= 27


def test_why_groups_broke_up_is_counted_where_it_is_seen(visit):
    page = finished(visit(f"{WATCHED}&households=500"))
    page.evaluate("document.querySelector('.ks-watch').__vue__.go(24)")
    ended = page.evaluate("document.querySelector('.ks-watch').__vue__.film.worlds[0].ended")
    assert ended, "nothing to see: no group breaks up"
    counted = page.inner_text(".ks-world >> nth=0 >> .ks-reasons")
    words = {"t": "trust lost", "c": "no capital", "m": "too few"}
    for cause, word in words.items():
        count = sum(one[2] == cause for one in ended)
        assert (f"{count} {word}" in counted.replace("\n", " ")) == (count > 0)
    assert page.evaluate(IN_SIGHT, ".ks-reasons")


def test_on_a_phone_both_worlds_are_told_below_the_one_that_is_seen(visit):
    page = finished(visit(f"{WATCHED}&households=200", 360))
    page.click(".ks-playing button >> nth=2")
    shares = page.locator(".ks-figures strong >> nth=0").inner_text(), page.locator(
        ".ks-world >> nth=1 >> .ks-figures strong >> nth=0").inner_text()
    told(page, "document.querySelector('.ks-short').innerText.includes('Month 1,')")
    assert page.locator(".ks-short strong").all_inner_texts() == list(shares)
    page.evaluate("document.querySelector('.ks-world svg').scrollIntoView()")
    told(page, "document.querySelector('.ks-told-now').getBoundingClientRect().top === 0")   # it scrolls gently
    assert page.evaluate(IN_SIGHT, ".ks-short") and page.evaluate(IN_SIGHT, ".ks-playing")
    assert page.locator(".ks-playing").bounding_box()["y"] >= page.locator(".ks-told-now").bounding_box()["height"] - 2
    page.locator(".ks-world >> nth=0 >> [data-place=g1] rect").click(position={"x": 20, "y": 8})
    page.click(".ks-short a")
    told(page, f"({IN_SIGHT})('.ks-tale caption')")
    hold_to_the_rules(page, "en")


def test_the_first_screen_has_no_words_of_another_language(server, browser):
    room = browser.new_context(viewport={"width": 360, "height": 700})
    page = room.new_page()
    page.add_init_script(NEVER_CONNECTS)    # so that it stays
    page.goto(f"{server}?lang=id")
    told(page, "document.querySelector('#loader-container [role=progressbar]')")
    assert page.inner_text("body").strip() == ""
    name = page.eval_on_selector("#loader-container h1", "head => getComputedStyle(head, '::after').content")
    assert name == '"kubesim"'
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep(page, "first-screen")
    room.close()
