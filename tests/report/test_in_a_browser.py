"""The report in a real browser: an accessibility checker finds nothing, it fits narrow screens, its
keyboard path works, and it asks for nothing from elsewhere. Skipped, and said, where no chromium is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubesim.comparing.compare import compare
from kubesim.comparing.comparison import Comparison
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.language import speaking
from kubesim.report.writing import write_report
from kubesim.scenario import Scenario

pytestmark = pytest.mark.slow
checker = pytest.importorskip("axe_playwright_python.sync_playwright")
BASE = Scenario(name="Grant", about="As now", months=6, interventions=(UepGrant(),)).with_(
    {"population.households": 80, "groups.size": 5})
VARIANTS = [BASE.with_(name="<b>Training</b>", interventions=(UepGrant(), Diklat(start_month=2))),
            BASE.with_({"name": "Larger grant", "interventions.uep_grant.per_member": 3e6})]
WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(BASE, *VARIANTS, seeds=4, workers=1)


@pytest.fixture(scope="module", params=["en", "id"])
def report(request, comparison, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    comparison.write(folder / "results")
    with speaking(request.param):
        return write_report(comparison, folder / "results", figures=False)


@pytest.fixture(params=WIDTHS)
def page(request, browser, report):
    opened = browser.new_page(viewport={"width": request.param, "height": 800})
    opened.asked = []
    opened.on("request", lambda asked: opened.asked.append(asked.url))
    opened.goto(report.as_uri())
    yield opened
    opened.close()


def test_the_accessibility_checker_finds_nothing(page):
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    found = checker.Axe().run(page)
    assert found.response["passes"], "the checker looked at nothing"
    assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_the_screen_but_tables_that_scroll(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def test_it_asks_for_nothing_from_elsewhere(page):
    elsewhere = [url for url in page.asked if not url.startswith(("file:", "data:"))]
    assert len(page.asked) >= 1 and not elsewhere


def test_the_keyboard_reaches_every_table_and_opens_it(page):
    folded = page.locator("details:not([open]) > summary")
    count = folded.count()
    assert count
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    assert page.evaluate("""[...document.querySelectorAll('summary')].every(part => {
        part.focus(); return document.activeElement === part})""")


def test_what_users_wrote_is_text(page):
    assert page.locator("text=<b>Training</b>").count() > 0
