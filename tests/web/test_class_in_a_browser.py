"""A class: thirty pupils at once, each with a browser, and the lessons that they take."""

from __future__ import annotations

import pytest

from looking import PATIENCE, finished, hold_to_the_rules, keep, open_parts, put, told

pytestmark = pytest.mark.browser
PUPILS = 30
SIX_A_BROWSER = 6
"""Pages of one browser; the server lets one browser have no more than twenty."""


def test_a_class_moves_levers_at_once_and_nobody_sees_anothers_design(visit):
    pages = []
    for place in range(PUPILS):
        query = f"scenario=banjarmasin&households=200&months=12&hours={20 + place}"
        if place % SIX_A_BROWSER == 0:
            pages.append(visit(query))
        else:
            pages.append(pages[-1].context.new_page())
            pages[-1].goto(pages[-2].url.partition("?")[0] + "?" + query, timeout=PATIENCE)
    for page in pages:
        page.wait_for_selector("#n-hours", timeout=PATIENCE)
    for place, page in enumerate(pages):
        put(page, "#n-hours", 60 + place)
    for place, page in enumerate(pages):
        finished(page)
        told(page, "hours => location.search.includes('hours=' + hours)", 60 + place)
        assert page.input_value("#n-hours") == str(60 + place)


@pytest.mark.parametrize("width, language", [(1280, "en"), (360, "en"), (1280, "id"), (360, "id")])
def test_a_pupil_takes_every_lesson(visit, width, language):
    page = finished(visit(f"view=lessons&lang={language}", width))
    names = page.eval_on_selector_all(".ks-lesson select >> nth=0 >> option", "all => all.map(one => one.value)")
    assert len(names) >= 5
    for name in names:
        page.select_option(".ks-lesson select >> nth=0", name)
        told(page, "name => location.search.includes('lesson=' + name)", name)
        told(page, "document.querySelectorAll('.ks-options input[name=ks-option]:not(:disabled)').length >= 3"
                   " && document.querySelector('#ks-run').disabled && !document.querySelector('#ks-results h2')")
        page.check(".ks-options input[name=ks-option] >> nth=0")
        page.click("#ks-run", timeout=PATIENCE)
        page.wait_for_selector("#ks-results img", timeout=PATIENCE)
        finished(page)
        open_parts(page)
        keep(page, f"lesson-{name}-{width}-{language}")
        hold_to_the_rules(page, width, language)
