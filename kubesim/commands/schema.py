"""``kubesim schema``: JSON Schema of the files that users write."""

from __future__ import annotations

import argparse
import json

from kubesim.commands.common import DONE, Command
from kubesim.language import phrase, say


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", choices=["scenario", "experiment"], default="scenario",
                        help=say("which kind of file (default scenario)"))


def _schema(args: argparse.Namespace) -> int:
    from kubesim.schema import schema
    print(json.dumps(schema(args.kind), indent=2, ensure_ascii=False))
    return DONE


COMMAND = Command(
    "schema", phrase("Print the JSON Schema (draft-07) of scenario files, for editors."),
    "kubesim schema > scenarios/scenario.schema.json", _options, _schema)
