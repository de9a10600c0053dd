"""One server and one browser for all tests of a worker; a room of its own for every visitor."""

from __future__ import annotations

import shutil

import pytest

from looking import PATIENCE
from serving import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    """A chromium. Skipped, and said, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    pytest.importorskip("solara")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def server(browser):
    """The address of a server that was started as a user starts it."""
    with serving() as served:
        yield served.address


@pytest.fixture
def visit(server, browser):
    """Opens the page as a new visitor; whatever is asked of another computer is refused, and nothing may
    break. ``at`` is another address; ``sockets``, a list, gets each connection that the page opens."""
    rooms, elsewhere, broken = [], [], []

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    def opened(query: str, width: int = 1280, at: str = "", sockets: list | None = None):
        own = at or server
        rooms.append(browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True))
        rooms[-1].route(lambda url: not url.startswith((own, "data:", own.replace("http", "ws"))), refuse)
        page = rooms[-1].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        if sockets is not None:
            page.on("websocket", lambda socket: sockets.append(socket))
        page.goto(f"{own}?{query}", timeout=PATIENCE)
        page.wait_for_selector(".ks-head", timeout=PATIENCE)
        return page

    yield opened
    for room in rooms:
        room.close()
    assert not elsewhere and not broken
