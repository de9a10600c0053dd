"""What the browser tests do with a page: wait for it, keep its picture, hold it to the rules of access."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOVED = "scenario=banjarmasin&hours=60&practice=60"
LITTLE = f"{MOVED}&households=200&months=12"
PICTURES = Path(os.environ.get("KUBESIM_SCREENSHOTS") or ROOT / "build" / "pages")
"""Where pictures of the pages are kept."""
PATIENCE = 120_000
"""Milliseconds a page may take; tests only tell a page that works from one that hangs."""
POLLING = 100
"""Milliseconds between two looks at a page."""
SHOWN = ".ks-card .ks-chart svg, .ks-world svg, .ks-lesson .ks-question"


def finished(page):
    """The page once it shows what was asked and no work goes on."""
    page.wait_for_selector(SHOWN, timeout=PATIENCE)
    told(page, "!document.querySelector('progress')")
    return page


def told(page, test: str, arg: object = None) -> None:
    """Wait until a test in the browser's language is true of the page. Asks by the clock: on a busy machine a
    page may go without being drawn for long, and Playwright's own way waits for that."""
    page.wait_for_function(test, arg=arg, timeout=PATIENCE, polling=POLLING)


def put(page, place: str, value: object) -> None:
    """Type a value into a field of the page, and leave the field as a reader would."""
    page.fill(place, str(value))
    page.press(place, "Enter")


def keep(page, name: str) -> None:
    """Keep a picture of the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, timeout=PATIENCE)


def open_parts(page) -> None:
    """Open everything that can be unfolded."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    told(page, "[...document.querySelectorAll('details')].every(part => part.open)")


def hold_to_the_rules(page, width: int, language: str) -> None:
    """Nobody is shut out: the accessibility checker finds nothing, nothing is wider than the screen, and
    the page says its language."""
    from axe_playwright_python.sync_playwright import Axe
    found = Axe().run(page)
    assert found.response["passes"] and found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == language
