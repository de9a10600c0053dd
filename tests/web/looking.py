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
RESTS = """() => !!document.querySelector('.ks-card .ks-chart svg, .ks-world svg, .ks-lesson .ks-question') &&
    [...document.querySelectorAll('.ks')].every(part => !(part.__vue__.status || {}).working)"""
"""There is something to see, and every part of the page, each told by itself, has heard that the work is done."""
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}
"""Elements are listed where something is wrong, not where all is well: all rules in a third of the time."""


def told(page, test: str, arg: object = None) -> None:
    """Wait until a test in the browser's language is true of the page. Asks by the clock: on a busy machine a
    page may go without being drawn for long, and Playwright's own way waits for that."""
    page.wait_for_function(test, arg=arg, timeout=PATIENCE, polling=POLLING)


def finished(page):
    """The page once it shows what was asked and no work goes on."""
    told(page, RESTS)
    return page


def asked(page, part: str) -> None:
    """Wait until the server has taken what was asked: it stands in the address, in part or whole."""
    told(page, "part => location.search.includes(part)", part)


def answered(page, part: str) -> None:
    """Wait until what was asked has been taken and answered."""
    asked(page, part)
    finished(page)


def put(page, place: str, value: object) -> None:
    """Type a value into a field of the page, and leave the field as a reader would."""
    page.fill(place, str(value))
    page.press(place, "Enter")


def speak(page, language: str) -> None:
    """Let the page speak another language, and wait until it does."""
    page.select_option(".ks-language select", language)
    told(page, "language => document.documentElement.lang === language", language)
    answered(page, f"lang={language}")


def look_at(page, view: str) -> None:
    """Go to another view, and wait for it."""
    page.click(f".ks-views button >> nth={('whatif', 'watch', 'lessons').index(view)}")
    told(page, "view => !!document.querySelector('.ks-' + view)", view.replace("lessons", "lesson"))
    answered(page, f"view={view}")


def keep(page, name: str) -> None:
    """Keep a picture of the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, timeout=PATIENCE)


def open_parts(page) -> None:
    """Open everything that can be unfolded."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    told(page, "[...document.querySelectorAll('details')].every(part => part.open)")


def hold_to_the_rules(page, language: str) -> None:
    """Nobody is shut out: the accessibility checker finds nothing, nothing is wider than the screen, and
    the page says its language."""
    from axe_playwright_python.sync_playwright import Axe
    found, width = Axe().run(page, options=ONLY_WHAT_IS_WRONG), page.viewport_size["width"]
    where = f"{width} pixels wide, in {language}, at {page.url}"
    assert found.response["passes"], f"the checker looked at nothing, {where}"
    assert found.violations_count == 0, f"{where}:\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    assert page.evaluate("document.documentElement.lang") == language, where


def shown(page) -> str:
    """What a page shows, for those who look why a test failed: its faults, its status, how far each part is."""
    parts = page.eval_on_selector_all(".ks-faults li, .ks-lost [data-state], .ks-status, body > main",
                                      "all => all.map(one => one.innerText.trim()).filter(Boolean)")
    work = page.eval_on_selector_all(".ks", "all => all.map(part => part.className + ' ' + "
                                            "JSON.stringify((part.__vue__ || {}).status || {}))")
    return "\n".join([*(f"  says: {part}" for part in parts), *(f"  {part}" for part in work)])
