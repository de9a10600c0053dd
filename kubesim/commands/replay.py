"""``kubesim replay``: run a results folder again and compare."""

from __future__ import annotations

import argparse

from kubesim.commands.common import DONE, FAILED, Command
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="DIR", help=say("results folder of a run or a comparison; it is not changed"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))


def _replay(args: argparse.Namespace) -> int:
    if args.workers is not None and not 1 <= args.workers <= 1024:
        raise ScenarioError(say("--workers {given}: must be 1 to 1024", given=args.workers))
    from kubesim.progress import ProgressLine
    from kubesim.replaying import replay
    with ProgressLine(args.quiet) as progress:
        result = replay(args.folder, workers=args.workers, progress=progress)
    print(result)
    return DONE if result.identical else FAILED


COMMAND = Command(
    "replay", phrase("Run a results folder again: identical, or which value differs first."),
    "kubesim replay results/banjarmasin", _options, _replay)
