"""The door of the server: how many pages it lets in, and what the others are told."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from kubesim.cli import main
from kubesim.language import speaking
from kubesim.web import door
from kubesim.web.door import Door

SOCKET = "/jupyter/api/kernels/{}/channels"


class House:
    """A server behind a door: pages begin sessions, as Solara's do, and can be closed."""

    def __init__(self, most: int, most_of_one: int = 20) -> None:
        self.sessions: dict[str, SimpleNamespace] = {}
        self.door = Door(self._inside, self.sessions, most, most_of_one)

    async def _inside(self, scope, receive, send) -> None:
        if scope["type"] == "websocket":
            name = scope["path"].split("/")[4]
            self.sessions[name] = SimpleNamespace(session_id=scope["browser"])
            await send({"type": "websocket.accept"})
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200})

    def ask(self, path: str, query: str = "", browser: str = "", kind: str = "http") -> list[dict]:
        """What is sent in answer."""
        sent: list[dict] = []
        cookies = [(b"cookie", f"a=b; solara-session-id={browser}".encode())] if browser else []
        scope = {"type": kind, "path": path, "method": "GET", "query_string": query.encode(), "headers": cookies,
                 "browser": browser}

        async def receive() -> dict:
            return {"type": "websocket.connect"}

        async def send(event: dict) -> None:
            sent.append(event)

        asyncio.run(self.door(scope, receive, send))
        return sent

    def page(self, query: str = "", browser: str = "") -> int:
        """Ask for the page; the status."""
        return self.ask("/", query, browser)[0]["status"]

    def begin(self, name: str, browser: str = "") -> bool:
        """Whether a session of that name may begin, or go on."""
        return self.ask(SOCKET.format(name), browser=browser, kind="websocket")[0]["type"] == "websocket.accept"


def test_as_many_pages_are_let_in_as_the_server_bears_and_one_more_when_one_goes():
    house = House(most=2)
    for name in ("a", "b"):
        assert house.page() == 200 and house.begin(name)
    assert house.page() == 503 and not house.begin("c") and list(house.sessions) == ["a", "b"]
    assert house.begin("a"), "a session that lives goes on"
    del house.sessions["b"]
    assert house.page() == 200 and house.begin("c")


def test_a_place_is_kept_for_a_page_that_was_given_out(monkeypatch):
    house = House(most=2)
    assert house.page() == house.page() == 200
    assert house.page() == 503, "both places are kept"
    assert house.begin("a") and house.begin("b") and not house.begin("c")
    house.sessions.clear()
    assert house.page() == house.page() == 200 and house.page() == 503
    monkeypatch.setattr(door, "ON_THE_WAY", 0.0)
    assert house.page() == 200, "but not for long"


def test_a_class_that_comes_at_once_is_let_in_up_to_the_last_place():
    house = House(most=30)
    assert [house.page() for _ in range(40)] == [200] * 30 + [503] * 10
    assert all(house.begin(f"n{place}") for place in range(30)) and not house.begin("late")


def test_one_browser_has_a_limit_of_its_own():
    house = House(most=100, most_of_one=3)
    for name in ("a", "b", "c"):
        assert house.page(browser="mine") == 200 and house.begin(name, "mine")
    assert house.page(browser="mine") == 503 and house.page(browser="yours") == house.page() == 200
    assert "has opened this page too many times" in house.ask("/", "lang=en", "mine")[1]["body"].decode()


def test_whoever_loads_the_page_anew_finds_room_though_the_old_one_still_counts():
    house = House(most=1)
    assert house.page() == 200 and house.begin("old", "mine")
    assert house.page(browser="mine") == 200 and house.page(browser="yours") == 503
    assert house.begin("new", "mine")


@pytest.mark.parametrize("query, told", [
    ("lang=en", "The server is full"), ("lang=id&hours=3", "Server penuh"), ("", "The server is full"),
    ("lang=%3Cb%3E&view=whatif", "The server is full")])
def test_a_full_server_says_so_in_the_language_that_was_asked_for(query, told):
    house = House(most=1)
    house.page()
    with speaking("en"):
        start, body = house.ask("/", query)
    written = body["body"].decode()
    assert start["status"] == 503 and (b"cache-control", b"no-store") in start["headers"]
    assert f"<h1>{told}</h1>" in written and f'<html lang="{"id" if "lang=id" in query else "en"}">' in written


@pytest.mark.parametrize("cookies", [b"", b"=;;=", b"solara-session-id", b"\xff\xfe=\xff", b"a" * 9_000, b'x="\\"'])
def test_no_cookie_breaks_the_door(cookies):
    scope = {"headers": [(b"cookie", cookies)]}
    assert door._browser(scope) == ""


def test_what_is_not_the_page_is_handed_on_also_when_full():
    house = House(most=1)
    house.page()
    assert house.ask("/static/main.js")[0]["status"] == 200 and house.ask("/", kind="lifespan") == []


@pytest.mark.parametrize("given", ["0", "-1", "10001"])
def test_a_number_of_sessions_that_cannot_be_is_told_in_one_line(given, capsys):
    assert main(["serve", "--sessions", given]) == 2
    assert capsys.readouterr().err.splitlines() == [f"--sessions {given}: must be 1 to 10000"]
