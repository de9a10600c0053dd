"""The server of the page: Solara without anything from elsewhere."""

from __future__ import annotations

import os
import socket
import sys
import threading
import warnings
import webbrowser
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.lessons import load_own_lessons
from kubesim.web.bench import THREADS
from kubesim.web.door import Door
from kubesim.web.shelf import read_shelf

NOWHERE = "http://127.0.0.1:9/"
"""In place of the address from which Solara would fetch what ``solara-assets`` holds."""
ASSETS = Path(__file__).with_name("assets")
"""Holds custom.css, which Solara takes for a style of the page before anything of ours has come."""
NEEDED = ("solara", "solara_assets", "uvicorn")
MOST_SESSIONS_OF_ONE, GONE_AFTER = 20, "5m"
LARGEST_MESSAGE = 1_000_000
"""Bytes that a browser may send at once; the largest file that can be uploaded takes nine tenths, as text."""


def check_installed() -> None:
    """Raise ScenarioError with one line where the page's libraries are missing."""
    if any(find_spec(name) is None for name in NEEDED):
        raise ScenarioError(say("the page needs libraries that are not installed: pip install 'kubesim[web]'"))


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(scenarios: str | None, host: str, port: int, sessions: int, *, lessons: str | None = None,
          browse: bool = True) -> None:
    """Serve the page to at most so many ``sessions`` at once, until Ctrl-C; raises ScenarioError for scenarios
    or lessons with faults, libraries that are missing, or a port that is taken."""
    check_installed()
    read_shelf(scenarios)                   # its faults are told now, not to the first visitor
    if lessons is not None:
        load_own_lessons(lessons)
    _settle()
    import uvicorn
    from kubesim.web import page
    from kubesim.web.crew import Crew
    page.PLACE["scenarios"] = str(Path(scenarios).resolve()) if scenarios else ""
    page.PLACE["lessons"] = str(Path(lessons).resolve()) if lessons else ""
    from solara.server.kernel_context import contexts
    from solara.server.starlette import app
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    page.bench.crew = crew = Crew(THREADS)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    if not is_loopback(host):
        print(say("warning: everybody who can reach {host} can use this page; it asks for no password", host=host),
              file=sys.stderr)
    print(say("the page is at {address} (Ctrl-C ends it)", address=address), flush=True)
    if browse:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    warnings.filterwarnings("ignore", "Cookies with samesite", UserWarning)     # the page sits in no frame
    try:
        door = Door(app, contexts, sessions, MOST_SESSIONS_OF_ONE)
        uvicorn.Server(uvicorn.Config(door, log_level="warning", ws_max_size=LARGEST_MESSAGE)).run(
            sockets=[listening])
    except KeyboardInterrupt:               # how a server is ended
        print()
    finally:
        page.bench.close()
        crew.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises ScenarioError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()                  # whoever comes before the server is up waits in line
    except OSError as failure:
        listening.close()
        raise ScenarioError(say("{host}:{port}: cannot be used ({why}); choose another with --port", host=host,
                                port=port, why=failure.strerror or failure)) from failure
    return listening


def _settle() -> None:
    """Solara's settings: our page, no word to its makers, nothing from elsewhere, sessions that end."""
    os.environ["SOLARA_APP"] = "kubesim.web.page"
    import solara.settings
    from solara.server import settings
    settings.telemetry.mixpanel_enable = False
    settings.assets.fontawesome_enabled = False
    solara.settings.assets.cdn = NOWHERE
    settings.assets.extra_locations = [str(ASSETS)]
    settings.theme.title, settings.theme.show_banner, settings.theme.loader = "kubesim", False, "plain"
    settings.kernel.cull_timeout = GONE_AFTER
