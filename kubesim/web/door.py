"""The door of the server: lets in as many pages as it can bear, and tells the others so at once."""

from __future__ import annotations

import time
from html import escape
from http.cookies import CookieError, SimpleCookie
from string import Template
from typing import Any, Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from kubesim.language import LANGUAGES, language, say, speaking_here

KERNELS = "/jupyter/api/kernels/"
COOKIES = ("solara-session-id", "solara-session-id-lax")
"""Where Solara keeps which browser it is."""
ON_THE_WAY = 30.0
"""Seconds for which a place is kept for a page that was given out and has not yet begun."""
TRY_AGAIN = 15
"""Seconds after which a page that found no place tries again."""
PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>$title - kubesim</title>
<style>
body { font: 18px/1.5 system-ui, sans-serif; color: #1d1d1d; max-width: 34rem; margin: 12vh auto; padding: 0 1rem }
a { display: inline-block; border: 1px solid #35506b; border-radius: 4px; color: #12324f; padding: .4rem 1rem }
</style></head>
<body><main><h1>$title</h1><p>$text</p><p>$again</p>
<p><a href="" onclick="location.reload(); return false">$now</a></p></main>
<script>setTimeout(() => location.reload(), $wait)</script></body></html>
""")
Scope, Send = Mapping[str, Any], Callable[[dict], Awaitable[None]]


class Door:
    """An ASGI application in front of the page's. ``sessions`` are those that live, by their id, each
    with the browser in ``session_id``; ``most`` may live at once, ``most_of_one`` of one browser."""

    def __init__(self, app: Callable, sessions: Mapping[str, Any], most: int, most_of_one: int) -> None:
        self.app, self.sessions, self.most, self.most_of_one = app, sessions, most, most_of_one
        self._coming: dict[object, float] = {}      # places kept, with the time of their begin

    async def __call__(self, scope: Scope, receive: Callable, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
            why = self._why_not(scope)
            if why:
                return await _refuse(scope, send, why)
            self._coming[object()] = time.monotonic()
        elif scope["type"] == "websocket" and scope["path"].startswith(KERNELS):
            name = scope["path"].removeprefix(KERNELS).partition("/")[0]
            if not self._begins(name):
                await receive()
                return await send({"type": "websocket.close", "code": 1013})
            try:
                return await self.app(scope, receive, send)
            finally:
                self._coming.pop(name, None)
        return await self.app(scope, receive, send)

    def _why_not(self, scope: Scope) -> str:
        """Why a page cannot be given out: nothing, ``full`` or ``many``."""
        browser = _browser(scope)
        own = sum(session.session_id == browser for session in list(self.sessions.values())) if browser else 0
        if own >= self.most_of_one:
            return "many"
        spare = max(2, self.most // 10) if own else 0       # whoever loads a page anew still holds the old one
        return "full" if self._taken() >= self.most + spare else ""

    def _begins(self, name: str) -> bool:
        """Whether a session may begin, in the place that was kept for its page; one that lives goes on."""
        if name in self.sessions or name in self._coming:
            return True
        taken = self._taken()
        kept = next((place for place in self._coming if not isinstance(place, str)), None)
        if kept is not None:
            del self._coming[kept]
        elif taken >= self.most:
            return False
        self._coming[name] = time.monotonic()
        return True

    def _taken(self) -> int:
        """Places that are taken or kept."""
        late = time.monotonic() - ON_THE_WAY
        self._coming = {place: begun for place, begun in self._coming.items()
                        if begun > late and place not in self.sessions}
        return len(self.sessions) + len(self._coming)


def _browser(scope: Scope) -> str:
    """Which browser asks; empty for one that is new or keeps no cookies."""
    sent = b"; ".join(held for name, held in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        cookies = SimpleCookie(sent)
    except CookieError:
        return ""
    return next((cookies[name].value for name in COOKIES if name in cookies), "")


async def _refuse(scope: Scope, send: Send, why: str) -> None:
    """A page of its own that tells why, in the language that was asked for, and tries again by itself."""
    asked = parse_qs(scope["query_string"][:4_000].decode("latin-1")).get("lang", [""])[0]
    with speaking_here(asked if asked in LANGUAGES else language()):
        body = _page(why).encode()
    await send({"type": "http.response.start", "status": 503, "headers": [
        (b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"),
        (b"retry-after", str(TRY_AGAIN).encode())]})
    await send({"type": "http.response.body", "body": body})


def _page(why: str) -> str:
    title, text = {
        "full": (say("The server is full"),
                 say("As many people use this page as the server can bear. As soon as one of them closes it, there is "
                     "room.")),
        "many": (say("Too many open pages"),
                 say("This browser has opened this page too many times. Close one of its tabs, and there is "
                     "room."))}[why]
    again = say("This page tries again every {count} seconds. Your address stays as it is.", count=TRY_AGAIN)
    return PAGE.substitute(language=language(), title=escape(title), text=escape(text), again=escape(again),
                           now=escape(say("Try again")), wait=TRY_AGAIN * 1000)
