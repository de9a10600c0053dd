"""``kubesim story``: one household's or group's life under two designs."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from kubesim.commands.common import DONE, Command, scenarios_to_run
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say

UNKNOWN_TERMINAL = (100, 24)    # letters and lines of a page that is no terminal


def _options(parser: argparse.ArgumentParser) -> None:
    add, whose = parser.add_argument, parser.add_mutually_exclusive_group(required=True).add_argument
    add("scenario", metavar="SCENARIO", help=say("scenario file (YAML)"))
    whose("--household", metavar="N", help=say(
        "row of the household, counted from 0 as in households.parquet; or typical, poorest, random"))
    whose("--group", metavar="N", help=say("row of the group, counted from 0 as in groups.parquet"))
    add("--against", metavar="BASELINE",
        help=say("scenario file of the twin's world (default: the same without the programme)"))
    add("--seed", type=int, default=1, metavar="N", help=say("seed of the luck of both (default 1)"))
    add("--months", type=int, metavar="M", help=say("months to simulate, instead of the scenarios'"))
    add("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
        help=say("change a value in both scenarios; may be repeated"))
    add("--all-months", action="store_true", help=say("tell every month, quiet ones too"))
    add("--out", metavar="DIR", help=say("folder for the text, the months and the picture (default "
                                         "results/story-<scenario>-...)"))
    add("--no-figures", action="store_true", help=say("print the story and write nothing"))
    parser.set_defaults(replicates=1, workers=None, outcome=None, keep="")


def _story(args: argparse.Namespace) -> int:
    from kubesim.progress import ProgressLine
    household, group = _row(args.household, "--household"), _row(args.group, "--group")
    scenario, against = [*scenarios_to_run(args, [args.scenario, *filter(None, [args.against])]), None][:2]
    from kubesim.telling.story import story
    with ProgressLine(args.quiet) as progress:
        told = story(scenario, household, group, against=against, seed=args.seed, all_months=args.all_months,
                     progress=progress)
    print(told.text(shutil.get_terminal_size(UNKNOWN_TERMINAL).columns))
    if not args.no_figures:
        folder = Path(args.out or Path("results") / _folder(args, told.pair.here.who))
        told.write(folder)
        print("\n" + say("written to {folder}", folder=folder))
    return DONE


def _row(given: str | None, option: str) -> int | str | None:
    """A row, or the word that stands for one."""
    if given is None or (given.isalpha() and option == "--household"):
        return given
    try:
        return int(given)
    except ValueError:
        raise ScenarioError(say("{option} {given}: must be a whole number, a row counted from 0",
                                option=option, given=given)) from None


def _folder(args: argparse.Namespace, who: tuple[str, int]) -> str:
    against = f"-against-{Path(args.against).stem}" if args.against else ""
    return f"story-{Path(args.scenario).stem}{against}-{who[0]}-{who[1]}-seed-{args.seed}"


COMMAND = Command(
    "story", phrase("Tell one household's or group's life month by month, twin against twin."),
    "kubesim story scenarios/better_training_and_mentoring.yaml --household typical "
    "--against scenarios/banjarmasin.yaml", _options, _story)
