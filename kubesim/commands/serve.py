"""``kubesim serve``: the page on which a class or an office tries designs."""

from __future__ import annotations

import argparse

from kubesim.commands.common import DONE, Command
from kubesim.language import phrase, say

HOST, PORT = "127.0.0.1", 8765


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenarios", nargs="?", metavar="SCENARIO", help=say(
        "scenario file, or folder of them, that the page offers (default: ./scenarios, else a built-in one)"))
    add("--host", default=HOST, help=say("address to listen on (default: {host}, this computer only)", host=HOST))
    add("--port", type=int, default=PORT, metavar="P", help=say("port (default {port}; 0: any)", port=PORT))
    add("--no-browser", action="store_true", help=say("open no browser"))


def _serve(args: argparse.Namespace) -> int:
    from kubesim.commands.common import WRONG_INPUT, tell
    if not 0 <= args.port <= 65_535:
        return tell([say("{option} {given}: must be {low} to {high}", option="--port", given=args.port, low=0,
                         high=65_535)], WRONG_INPUT)
    from kubesim.web.server import serve
    serve(args.scenarios, args.host, args.port, browse=not args.no_browser)
    return DONE


COMMAND = Command("serve", phrase("Open a page on which designs are tried, compared and watched."),
                  "kubesim serve scenarios", _options, _serve)
