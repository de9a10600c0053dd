"""Two worlds that play: by mouse and by keys, wide and narrow, still and moving."""

from __future__ import annotations

import pytest

from looking import MOVED, finished, keep, told

pytestmark = pytest.mark.browser
WATCHED = f"{MOVED}&view=watch&households=200&months=24"
FILM = "document.querySelector('.ks-watch').__vue__.film"
FIRST, SECOND = ".ks-world >> nth=0 >> ", ".ks-world >> nth=1 >> "
PLACE = "document.activeElement.dataset.place"
"""What has the keyboard: d a household, g a group, c a companion, and its number."""
AT_REST = 1_500
"""Milliseconds: two months, were the worlds not at rest."""
HEAR = """() => { window.heard = []; new MutationObserver(() => window.heard.push(performance.now()))
    .observe(document.querySelector('#ks-said'), {childList: true, characterData: true, subtree: true}); }"""


def go(page, month: int) -> None:
    """Move the slider of the months."""
    page.eval_on_selector("#ks-month", "(slider, month) => { slider.value = month; "
                                       "slider.dispatchEvent(new Event('input')); }", month)
    told(page, "month => document.querySelector('.ks-when label').innerText.endsWith(' ' + month)", month)


def test_the_months_play_pause_and_go_back_and_no_more_is_said_than_can_be_listened_to(visit):
    """At most one announcement in five seconds, whatever happens."""
    page = finished(visit(WATCHED))
    page.evaluate(HEAR)
    assert len({month for world in page.evaluate(f"{FILM}.worlds") for month, *_ in world["ended"]}) >= 2, "too quiet"
    assert page.locator(FIRST + ".ks-dot").count() == 200 and page.locator(".ks-world").count() == 2
    points = page.get_attribute("polyline >> nth=0", "points").count(",")
    page.click("#ks-play")
    told(page, "+document.querySelector('#ks-month').value >= 2")
    page.keyboard.press("Enter")            # at once; a click waits until the page has been drawn
    month = int(page.input_value("#ks-month"))
    assert page.get_attribute("polyline >> nth=0", "points").count(",") == points + month
    page.wait_for_timeout(AT_REST)
    assert int(page.input_value("#ks-month")) == month
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "month => +document.querySelector('#ks-month').value === month", month - 1)
    page.select_option(".ks-playing select", "250")
    page.click("#ks-play")
    told(page, "+document.querySelector('#ks-month').value === 24")
    told(page, "window.heard.length >= 2")
    heard = page.evaluate("window.heard")
    assert all(later - sooner > 4_900 for sooner, later in zip(heard, heard[1:]))


def test_the_keyboard_walks_through_a_world_and_hears_what_stands_there(visit):
    page = finished(visit(WATCHED))
    hold_names_to_shapes(page)
    page.focus("#ks-month")
    page.keyboard.press("Tab")
    assert page.evaluate(PLACE) == "d0"
    assert page.locator(FIRST + ".ks-ring").count() == 1
    for key, place in (("ArrowRight", "d1"), ("ArrowDown", "d6"), ("ArrowLeft", "d5"), ("ArrowUp", "d0"),
                       ("ArrowUp", "g0"), ("ArrowRight", "g1"), ("ArrowDown", "d12")):
        page.keyboard.press(key)
        assert page.evaluate(PLACE) == place, key
    assert page.locator(FIRST + "[tabindex='0']").count() == 1
    page.keyboard.press("PageDown")
    assert page.input_value("#ks-month") == "1" and page.evaluate(PLACE) == "d12"
    page.keyboard.press("Enter")
    page.wait_for_selector(".ks-tale caption:has-text('Household 12')")
    page.wait_for_selector(".ks-tale p:has-text('Household 12')")
    page.keyboard.press("Tab")
    assert page.evaluate(PLACE) == "d0" and page.locator(SECOND + ".ks-ring").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate(PLACE) is None, "Tab leaves the worlds"


def hold_names_to_shapes(page) -> None:
    """Every mark has a name and a shape that say what its colour says."""
    found = page.eval_on_selector_all(FIRST + ".ks-dot", "all => all.map(one => [one.getAttribute('aria-label'), "
                                                         "one.getAttribute('d'), getComputedStyle(one).stroke])")
    assert found[37][0].startswith("Household 37, group 3")
    assert found[150][0].startswith("Household 150, outside a group")
    states = {label.rpartition(", ")[2]: (shape, colour) for label, shape, colour in found}
    assert 3 <= len(states) == len({shape for shape, _ in states.values()})
    assert {(label.rpartition(", ")[2], shape) for label, shape, _ in found} == {
        (state, shape) for state, (shape, _) in states.items()}


def ends(page) -> tuple[int, int, str]:
    """The first break-up of the first world: month, group, cause."""
    first = page.evaluate(f"{FILM}.worlds[0].ended")
    assert first, "nothing to see: no group breaks up"
    return tuple(first[0])


def test_a_group_that_breaks_up_says_why_when_it_happens_and_to_all_senses(visit):
    page = finished(visit(WATCHED))
    month, group, cause = ends(page)
    go(page, month - 1)
    assert page.locator(FIRST + ".ks-fall").count() == 0 and page.locator(FIRST + ".ks-gone").count() == 0
    before = page.get_attribute(f"{FIRST}[data-place=d{10 * group}]", "style")
    page.click("button:has-text('Next month')")
    reason = {"t": "trust", "c": "capital", "m": "few"}[cause]
    assert reason in page.text_content(f"{FIRST}.ks-fall >> nth=0")
    assert page.get_attribute(f"{FIRST}[data-place=d{10 * group}]", "style") != before, "its members drift apart"
    assert f"broke up in month {month}" in page.get_attribute(f"{FIRST}[data-place=g{group}]", "aria-label")
    told(page, "group => document.querySelector('#ks-said').innerText.includes('Group ' + group)", group)
    keep(page, "watch-break-up")
    hold_still(page)


def hold_still(page) -> None:
    """Nothing moves for those who asked for stillness, and the reason is still told."""
    page.emulate_media(reduced_motion="reduce")
    for part in (".ks-fall", ".ks-companion", ".ks-dot", ".ks-falls .ks-frame"):
        still = page.eval_on_selector(f"{FIRST}{part} >> nth=0", """one => { const style = getComputedStyle(one);
            return [style.animationName, style.transitionDuration]; }""")
        assert still[0] == "none" and set(still[1].split(", ")) == {"0s"}, part
    assert page.locator(FIRST + ".ks-fall").count()


def test_companions_walk_to_the_groups_that_they_visit(visit):
    page = finished(visit(WATCHED))
    at = page.evaluate(f"{FILM}.worlds[0].at")
    who, month = next((c, m) for m in range(1, len(at) - 1) for c in range(len(at[0]))
                      if at[m][c] >= 0 and at[m + 1][c] >= 0 and at[m][c] != at[m + 1][c])
    mark = f"{FIRST}[data-place=c{who}]"
    go(page, month)
    first = page.get_attribute(mark, "style")
    assert page.eval_on_selector(mark, "one => getComputedStyle(one).transitionDuration").startswith("0.5")
    go(page, month + 1)
    assert page.get_attribute(mark, "style") != first
    page.eval_on_selector(mark, "one => Promise.all(one.getAnimations().map(moving => moving.finished))")
    box = page.locator(mark).bounding_box()
    group = page.locator(f"{FIRST}[data-place=g{at[month + 1][who]}]").bounding_box()
    assert group["x"] - 3 < box["x"] < group["x"] + group["width"] and abs(box["y"] - group["y"]) < 12
    page.locator(mark).click()
    assert page.inner_text(".ks-tale caption") == f"Companion {who}"
    assert str(at[month + 1][who]) in page.inner_text(".ks-tale tbody tr >> nth=0 >> td >> nth=0").split(", ")


def test_a_click_on_a_group_tells_what_it_has_and_its_story_and_worlds_stand_where_there_is_room(visit):
    page = finished(visit(WATCHED))
    go(page, 2)
    month, group = 2, page.evaluate(f"[...{FILM}.worlds[0].groups[2]].findIndex(one => 'va'.includes(one))")
    page.locator(f"{FIRST}[data-place=g{group}] rect").click(position={"x": 20, "y": 8})
    world = page.evaluate(f"{FILM}.worlds[0]")
    facts = dict(page.eval_on_selector_all(".ks-tale tbody tr", "all => all.map(row => [row.children[0].innerText, "
                                                                "row.children[1].innerText])"))
    assert facts["Members"] == str(world["members"][month][group])
    assert facts["Mean trust"] == f"{world['trust'][month][group]} %"
    assert facts["Joint capital"] == f"Rp {world['capital'][month][group] / 10:g} million"
    page.wait_for_selector(f".ks-tale p:has-text('Group {group} in')")
    keep(page, "watch-story")
    for width, beside in ((1280, True), (360, False)):
        page.set_viewport_size({"width": width, "height": 900})
        here, there = (page.locator(f".ks-world >> nth={w}").bounding_box() for w in (0, 1))
        assert (here["y"] == there["y"]) == beside and (here["x"] == there["x"]) == (not beside), width
