"""One server for all tests of a worker, a room of its own for every visitor, and what the pages showed where
a test fails."""

from __future__ import annotations

import runpy
from typing import Callable

import pytest

from kubesim.web.bench import Bench
from looking import PATIENCE, PICTURES, ROOT, shown
from serving import serving

LESSON = runpy.run_path(str(ROOT / "tests" / "lessons" / "small_lesson.py"))["LESSON"]
SKETCH = """  sketch:
    ask: {en: Draw what a member consumes., id: Gambarlah konsumsi anggota.}
    unit: {en: thousand rupiah}
    scale: 1000
    low: 0
    high: 1000
  options:
"""
ROOMS, BROKEN = pytest.StashKey[list](), pytest.StashKey[list]()
"""Of a test: its visitors' rooms, and what broke on their pages."""
LONGEST_LOOK = 10_000
"""Milliseconds for the picture of a page on which a test failed."""


@pytest.fixture
def bench():
    """A bench of its own for a test, closed after it."""
    made = Bench()
    yield made
    made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a server that was started as a user starts it, with a teacher's own lesson."""
    pytest.importorskip("solara")
    own = tmp_path_factory.mktemp("school")
    (own / "two_grants.yaml").write_text(LESSON.replace("  options:\n", SKETCH), encoding="utf-8")
    with serving("scenarios", "--lessons", str(own)) as served:
        yield served.address


@pytest.fixture
def visit(request, browser, server):
    """Opens the page as a new visitor; whatever is asked of another computer is refused, and nothing may
    break. ``at`` is another address; ``sockets``, a list, gets each connection that the page opens; more is
    of the visitor's screen."""
    rooms, elsewhere, broken = [], [], []
    request.node.stash[ROOMS], request.node.stash[BROKEN] = rooms, broken

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    def opened(query: str, width: int = 1280, at: str = "", sockets: list | None = None, **screen):
        own = at or server
        rooms.append(browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True, **screen))
        rooms[-1].set_default_timeout(PATIENCE)
        rooms[-1].route(lambda url: not url.startswith((own, "data:", own.replace("http", "ws"))), refuse)
        page = rooms[-1].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        if sockets is not None:
            page.on("websocket", lambda socket: sockets.append(socket))
        page.goto(f"{own}?{query}")
        return page

    yield opened
    for room in rooms:
        room.close()
    assert not elsewhere and not broken


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where a test fails, tell what each page showed, and keep its picture."""
    report = yield
    if report.failed and call.when == "call":
        pages = [page for room in item.stash.get(ROOMS, []) for page in room.pages]
        for place, page in enumerate(pages):
            report.sections.append((f"page {place} of {item.name}", _look_at(page, f"failed-{item.name}-{place}")))
        report.sections += [("broke on a page", line) for line in item.stash.get(BROKEN, [])]
    return report


def _look_at(page, name: str) -> str:
    """What a page shows, and where its picture is kept; a page that hangs says that."""
    page.set_default_timeout(LONGEST_LOOK)
    path = PICTURES / f"{name.replace('/', '_')}.png"
    return "\n".join([page.url, _tried(lambda: shown(page)),
                      _tried(lambda: page.screenshot(path=path) and f"  picture: {path}")])


def _tried(look: Callable[[], str]) -> str:
    from playwright.sync_api import Error
    try:
        return look()
    except Error as hangs:
        return f"  {str(hangs).splitlines()[0]}"
