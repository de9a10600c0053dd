"""The parser of command lines: help in the user's language, a fault in one line."""

from __future__ import annotations

import argparse
import re
from typing import Iterable, NoReturn

from kubesim.commands.common import WRONG_INPUT
from kubesim.language import say

FAULTS = (
    "the following arguments are required: {names}",
    "one of the arguments {names} is required",
    "unrecognized arguments: {names}",
    "argument {name}: invalid choice: {given} (choose from {choices})",
    "argument {name}: invalid int value: {given}",
    "argument {name}: invalid float value: {given}",
    "argument {name}: expected one argument",
    "argument {name}: expected at least one argument",
    "argument {name}: not allowed with argument {other}",
    "ambiguous option: {given} could match {choices}",
)
"""What argparse finds wrong, as it says it."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as argparse writes it, in the user's language."""

    def add_usage(self, usage: str | None, actions: Iterable, groups: Iterable,
                  prefix: str | None = None) -> None:
        """How the command is called."""
        super().add_usage(usage, actions, groups, say("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that tells a fault in one line."""

    def __init__(self, prog: str, description: str, epilog: str = "", allow_abbrev: bool = True) -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, allow_abbrev=allow_abbrev,
                         add_help=False, formatter_class=Help)
        self._positionals.title, self._optionals.title = say("positional arguments"), say("options")
        self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS,
                          help=say("show this help message and exit"))

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the words, and end."""
        self.exit(WRONG_INPUT, say("{program}: {fault}; see {program} --help", program=self.prog,
                                   fault=_told(message)) + "\n")


def _told(message: str) -> str:
    """A fault that argparse found, in the user's language."""
    for fault in FAULTS:
        found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(fault)), message, re.DOTALL)
        if found:
            return say(fault, **found.groupdict())
    return message
