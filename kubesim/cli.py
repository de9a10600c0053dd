"""The command line. Heavy libraries are imported inside commands, so that help comes at once."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Callable, NamedTuple, NoReturn, Sequence

from kubesim.errors import ScenarioError, SimulationError
from kubesim.language import say

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
LANGUAGES = ("en", "id")
MOST_REPLICATES, MOST_MONTHS = 1_000_000, 600


class Command(NamedTuple):
    """A command: what it is for, an example, its options, and what it does."""

    name: str
    about: str
    example: str
    options: Callable[[argparse.ArgumentParser], None]
    act: Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser that tells a fault in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)      # SIGTERM as Ctrl-C
    try:
        return _obeyed(sys.argv[1:] if argv is None else list(argv))
    finally:
        signal.signal(signal.SIGTERM, before)


def _obeyed(words: list[str]) -> int:
    """Carry out a command and tell in plain lines what goes wrong."""
    try:
        status = _obey(words)
        sys.stdout.flush()
        return status
    except ScenarioError as wrong:
        return _tell(wrong.faults, WRONG_INPUT)
    except SimulationError as broken:
        return _tell(str(broken).splitlines(), FAILED)
    except BrokenPipeError:                     # whoever read our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except MemoryError:
        return _tell([say("not enough memory; try fewer households, or --workers 1")], FAILED)
    except OSError as failure:
        where = f"{failure.filename}: " if failure.filename else ""
        return _tell([where + (failure.strerror or str(failure))], FAILED)
    except KeyboardInterrupt:
        return _tell([say("interrupted")], INTERRUPTED)


def _obey(words: list[str]) -> int:
    parser = _parser()
    args = parser.parse_args(words)
    args.typed = " ".join([_called(), shlex.join(words)])
    if args.lang not in LANGUAGES:
        raise ScenarioError(say("KUBESIM_LANG = {lang}: must be en or id", lang=args.lang))
    return args.act(args)


def _called() -> str:
    """How this program was called, for a command to copy."""
    return "python -m kubesim" if Path(sys.argv[0]).parts[-2:] == ("kubesim", "__main__.py") else "kubesim"


def _tell(lines: Sequence[str], status: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    from kubesim import __version__
    parser = Parser(prog="kubesim", description=say(
        "Simulate Indonesia's joint business groups (KUBE) month by month and compare programme designs."))
    parser.add_argument("--version", action="version", version=f"kubesim {__version__}")
    _common(parser, os.environ.get("KUBESIM_LANG") or "en", False)
    commands = parser.add_subparsers(title=say("commands"), metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.about, description=command.about,
                                  epilog=say("example:") + f"\n  {command.example}", allow_abbrev=False,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        command.options(sub)
        _common(sub, argparse.SUPPRESS, argparse.SUPPRESS)      # said before the command or after it
        sub.set_defaults(act=command.act)
    return parser


def _common(parser: argparse.ArgumentParser, lang: str, quiet: bool | str) -> None:
    """Options of every command."""
    parser.add_argument("--lang", choices=LANGUAGES, default=lang, help=say(
        "language (or KUBESIM_LANG); messages are in English for now, whichever is chosen"))
    parser.add_argument("--quiet", action="store_true", default=quiet,
                        help=say("no progress and no notes, only results and faults"))


# -- run ----------------------------------------------------------------------------------------
def _run_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenario", metavar="SCENARIO", help=say("scenario file (YAML)"))
    add("--seed", type=int, default=1, metavar="N", help=say("first seed (default 1)"))
    add("--replicates", type=int, default=20, metavar="R", help=say("seeds N to N+R-1 (default 20)"))
    add("--months", type=int, metavar="M", help=say("months to simulate, instead of the scenario's"))
    add("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
        help=say("change a value, as in interventions.diklat.hours=96; may be repeated"))
    add("--outcome", action="append", metavar="NAME", help=say("measure only this; may be repeated"))
    add("--keep", default="", metavar="TABLES",
        help=say("keep micro data: households,groups,companions or some of them"))
    add("--out", metavar="DIR", help=say("results folder (default results/<scenario's file name>)"))
    add("--workers", type=int, metavar="W", help=say("processes (default: as many as processors)"))
    add("--csv", action="store_true", help=say("write every table as CSV too"))
    add("--no-figures", action="store_true", help=say("write no figures"))


def _run(args: argparse.Namespace) -> int:
    scenario = _scenario_to_run(args)
    from kubesim.manifest import seal
    from kubesim.progress import ProgressLine
    from kubesim.run import Interrupted, ReplicatesFailed, run_into
    folder = Path(args.out or Path("results") / Path(args.scenario).stem)
    note = (lambda line: None) if args.quiet else (lambda line: print(line, file=sys.stderr))
    status = DONE
    try:
        with ProgressLine(args.quiet) as progress:
            results = run_into(folder, scenario, range(args.seed, args.seed + args.replicates),
                               outcomes=args.outcome, keep=_listed(args.keep), workers=args.workers,
                               twin=not args.no_figures, progress=progress, csv=args.csv,
                               command=args.typed, note=note)
    except (Interrupted, ReplicatesFailed) as cut:
        results = cut.results
        status = INTERRUPTED if isinstance(cut, Interrupted) else FAILED
        _tell(_why_cut(cut, args), status)
    if status != INTERRUPTED and results:
        if not args.no_figures:
            from kubesim.plots import write_figures
            write_figures(results, folder)
            seal(folder)
        print(results)
        print("\n" + say("written to {folder}", folder=folder))
    return status


def _scenario_to_run(args: argparse.Namespace):
    """The scenario with its settings; every fault of the arguments and of the file in one report."""
    bounds = (("--seed", args.seed, 0, 2**63 - 1 - MOST_REPLICATES),
              ("--replicates", args.replicates, 1, MOST_REPLICATES),
              ("--months", args.months, 1, MOST_MONTHS), ("--workers", args.workers, 1, 1024))
    faults = [say("{option} {given}: must be {low} to {high}", option=option, given=given, low=low, high=high)
              for option, given, low, high in bounds if given is not None and not low <= given <= high]
    from kubesim.plan import check_keep, check_outcomes
    from kubesim.scenario import Scenario
    scenario = None
    for check in (lambda: check_outcomes(args.outcome), lambda: check_keep(_listed(args.keep))):
        try:
            check()
        except ScenarioError as wrong:
            faults += wrong.faults
    try:
        scenario = Scenario.load(args.scenario).with_(_settings(args.settings))
    except ScenarioError as wrong:
        faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return scenario.with_(months=args.months) if args.months else scenario


def _settings(texts: Sequence[str]) -> dict:
    """What ``--set`` says, by dotted path; every fault in one report."""
    from kubesim.scenario import parse_setting
    settings, faults = {}, []
    for text in texts:
        try:
            path, value = parse_setting(text)
            settings[path] = value
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return settings


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _why_cut(cut: BaseException, args: argparse.Namespace) -> list[str]:
    done = len(cut.results.seeds) if cut.results else 0
    said = say("{done} of {asked} replicates are finished and kept", done=done, asked=args.replicates)
    if isinstance(cut, SimulationError):
        return [*cut.faults, said]
    return [say("interrupted: {said}; to go on, run the same command again:", said=said), f"  {args.typed}"]


# -- check, schema ------------------------------------------------------------------------------
def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help=say("scenario files (YAML)"))


def _check(args: argparse.Namespace) -> int:
    from kubesim.scenario import Scenario
    faults = []
    for path in args.scenarios:
        try:
            Scenario.load(path)
            print(say("{path}: ok", path=path))
        except ScenarioError as wrong:
            faults += wrong.faults
    return _tell(faults, WRONG_INPUT) if faults else DONE


def _schema_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", choices=["scenario", "experiment"], default="scenario",
                        help=say("which kind of file (default scenario)"))


def _schema(args: argparse.Namespace) -> int:
    import json

    from kubesim.schema import schema
    print(json.dumps(schema(args.kind), indent=2, ensure_ascii=False))
    return DONE


COMMANDS = (
    Command("run", say("Run one scenario with several seeds; write tables and figures."),
            "kubesim run scenarios/banjarmasin.yaml --replicates 30 --set groups.meetings=2",
            _run_options, _run),
    Command("check", say("Check scenario files; tell every fault with its line."),
            "kubesim check scenarios/*.yaml", _check_options, _check),
    Command("schema", say("Print the JSON Schema (draft-07) of scenario files, for editors."),
            "kubesim schema > scenarios/scenario.schema.json", _schema_options, _schema),
)
