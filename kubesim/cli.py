"""The command line. Each command is a file in ``kubesim/commands``.

Heavy libraries are imported inside the functions of commands, so that help comes at once.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Sequence

from kubesim.commands import (calibrate, check, compare, explain, explore, frontier, lesson, population, replay, run,
                              schema, sensitivity, serve, story, sweep, validate)
from kubesim.commands.common import FAILED, INTERRUPTED, WRONG_INPUT, tell
from kubesim.commands.parser import Parser
from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import LANGUAGES, language, say, speaking, use_language

COMMANDS = (run.COMMAND, compare.COMMAND, sweep.COMMAND, sensitivity.COMMAND, explore.COMMAND, frontier.COMMAND,
            calibrate.COMMAND, validate.COMMAND, population.COMMAND, check.COMMAND, explain.COMMAND, story.COMMAND,
            lesson.COMMAND, serve.COMMAND, replay.COMMAND, schema.COMMAND)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)      # SIGTERM as Ctrl-C
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        with speaking(_language_asked(words)):
            return _obeyed(words)
    finally:
        signal.signal(signal.SIGTERM, before)


def _obeyed(words: list[str]) -> int:
    """Carry out a command and tell in plain lines what goes wrong."""
    try:
        status = _obey(words)
        sys.stdout.flush()
        return status
    except ScenarioError as wrong:
        return tell(wrong.faults, WRONG_INPUT)
    except SimulationError as broken:
        return tell(str(broken).splitlines(), FAILED)
    except BrokenPipeError:                     # whoever read our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except MemoryError:
        return tell([say("not enough memory; try fewer households, or --workers 1")], FAILED)
    except OSError as failure:
        where = f"{failure.filename}: " if failure.filename else ""
        return tell([where + (failure.strerror or str(failure))], FAILED)
    except KeyboardInterrupt:
        return tell([say("interrupted")], INTERRUPTED)


def _obey(words: list[str]) -> int:
    args = _parser().parse_args(words)
    use_language(args.lang)
    args.typed = " ".join([_called(), shlex.join(words)])
    return args.act(args)


def _language_asked(words: Sequence[str]) -> str:
    """What ``--lang`` says, if that is a language: the parser, which speaks already, must know it first."""
    asked = ""
    for word, following in zip(words, [*words[1:], ""]):
        given = following if word == "--lang" else word.removeprefix("--lang=")
        asked = given if word.startswith("--lang") and given in LANGUAGES else asked
    return asked


def _called() -> str:
    """How this program was called, for a command to copy."""
    return "python -m kubesim" if Path(sys.argv[0]).parts[-2:] == ("kubesim", "__main__.py") else "kubesim"


def _parser() -> argparse.ArgumentParser:
    from kubesim import __version__
    parser = Parser(prog="kubesim", description=say(
        "Simulate Indonesia's joint business groups (KUBE) month by month and compare programme designs."))
    parser.add_argument("--version", action="version", version=f"kubesim {__version__}",
                        help=say("show program's version number and exit"))
    _common(parser, language(), False)
    commands = parser.add_subparsers(title=say("commands"), metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=say(command.about), description=say(command.about),
                                  epilog=say("example:") + f"\n  {command.example}", allow_abbrev=False)
        command.options(sub)
        _common(sub, argparse.SUPPRESS, argparse.SUPPRESS)      # said before the command or after it
        sub.set_defaults(act=command.act)
    return parser


def _common(parser: argparse.ArgumentParser, lang: str, quiet: bool | str) -> None:
    """Options of every command."""
    parser.add_argument("--lang", choices=LANGUAGES, default=lang, help=say(
        "language: en or id (default: the environment variable KUBESIM_LANG, else en)"))
    parser.add_argument("--quiet", action="store_true", default=quiet,
                        help=say("no progress and no notes, only results and faults"))
