"""``kubesim serve``: the page on which a class or an office tries designs."""

from __future__ import annotations

import argparse

from kubesim.commands.common import DONE, Command, check_bounds
from kubesim.language import phrase, say

HOST, PORT, SESSIONS = "127.0.0.1", 8765, 100


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenarios", nargs="?", metavar="SCENARIO", help=say(
        "scenario file, or folder of them, that the page offers (default: ./scenarios, else a built-in one)"))
    add("--lessons", metavar="DIR",
        help=say("folder with lessons of your own (*.yaml), offered beside those that ship"))
    add("--host", default=HOST, help=say("address to listen on (default: {host}, this computer only)", host=HOST))
    add("--port", type=int, default=PORT, metavar="P", help=say("port (default {port}; 0: any)", port=PORT))
    add("--sessions", type=int, default=SESSIONS, metavar="N", help=say(
        "pages that may be open at once; whoever comes later is told that the server is full (default {count})",
        count=SESSIONS))
    add("--no-browser", action="store_true", help=say("open no browser"))


def _serve(args: argparse.Namespace) -> int:
    check_bounds((("--port", args.port, 0, 65_535), ("--sessions", args.sessions, 1, 10_000)))
    from kubesim.web.server import serve
    serve(args.scenarios, args.host, args.port, args.sessions, lessons=args.lessons, browse=not args.no_browser)
    return DONE


COMMAND = Command("serve", phrase("Open a page on which designs are tried, compared and watched."),
                  "kubesim serve scenarios --lessons my_lessons", _options, _serve)
