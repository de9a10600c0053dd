"""``kubesim population``: real people become a scenario, from a list of households or a table of districts."""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from kubesim.commands.common import DONE, Command, check_bounds
from kubesim.errors import ScenarioError
from kubesim.language import phrase, say

if TYPE_CHECKING:
    from kubesim.people.proposal import Proposal, Wishes
    from kubesim.scenario import Scenario

MOST_CHECKED = 200_000
"""Households of all seeds together for which month 0 is lived and held against the file."""
MOST_DISTRICTS_CHECKED = 40


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?",
        help=say("list of households (CSV, Excel, Parquet), register or survey, or a table of districts"))
    add("--table", action="append", default=[], metavar="FILE",
        help=say("table of districts; may be repeated, for P0 and lines in tables of their own"))
    add("--district", action="append", default=[], metavar="NAME", dest="districts",
        help=say("district of the table, in any spelling, or its code; may be repeated"))
    add("--all", action="store_true", help=say("all districts of the table in one scenario"))
    add("-o", "--out", metavar="SCENARIO", help=say("scenario file to write (a household file must lie "
                                                    "beside it)"))
    add("--force", action="store_true", help=say("write over a file that is there"))
    add("--line", metavar="AMOUNT", help=say(
        "poverty line, Rp per person and month; or in the file's own money and span, where it is not rupiah"))
    add("--households", type=int, metavar="N", help=say("households in the model"))
    add("--sheet", default="", metavar="NAME", help=say("sheet of an Excel file"))
    add("--column", action="append", default=[], metavar="WORD=HEADING", dest="columns",
        help=say("heading of one of the model's words, as persons=JML_ART; may be repeated"))
    add("--year", type=int, metavar="YEAR", help=say("year of the table (default: the latest)"))
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--register", action="store_const", const="register", dest="kind", default="",
                      help=say("the file lists the programme's households"))
    kind.add_argument("--survey", action="store_const", const="survey", dest="kind",
                      help=say("the file is a survey of all households"))


def _population(args: argparse.Namespace) -> int:
    from kubesim.people.proposal import districts_told, is_district_table, propose_file
    wishes, chosen = _wishes(args), bool(args.districts or args.all)
    tables = [*args.table, *([args.file] if args.file and (args.table or chosen) else [])]
    if not tables and not args.file:
        raise ScenarioError(say("a file is needed: a list of households, or --table with --district NAME or --all"))
    if not chosen and (tables or is_district_table(args.file, wishes)):
        print("\n".join(districts_told(tables[0] if tables else args.file, wishes)))
        return DONE
    if tables:
        proposal, scenario, target = _of_table(args, tables, wishes)
    else:
        proposal = propose_file(args.file, wishes)
        print("\n".join(proposal.lines))
        target = _target(args, proposal)
        scenario = _scenario(proposal, target)
    checks, picture = _checked(scenario)
    written = _write(target, proposal, picture) if args.out or tables else []
    print("\n".join(["", *(line for line in checks if not line or line not in proposal.lines), ""]))
    print("\n".join(say("written to {folder}", folder=path) for path in written)
          or say("nothing is written; with --out {target} it is", target=target))
    return DONE


def _of_table(args: argparse.Namespace, tables: Sequence[str], wishes: Wishes) -> tuple[Proposal, Scenario, Path]:
    """What is proposed for districts of a table, its scenario and where it is to be written.

    Published P1 and P2 that no fit comes near to are eased, and it is said; raises ScenarioError for other
    margins that cannot be met.
    """
    from kubesim.people.agreement import refuse_unmet
    from kubesim.people.easing import MOST_ROUNDS, easings, told_alike, told_easings
    from kubesim.people.proposal import propose_table
    names = [] if args.all else args.districts
    proposal = propose_table(tables, names, wishes)
    print("\n".join(proposal.lines))
    target = _target(args, proposal)
    scenario, eased = _scenario(proposal, target), {}
    for _ in range(MOST_ROUNDS):
        before, eased = eased, easings(scenario, eased)
        if eased == before:
            break
        proposal = propose_table(tables, names, wishes, eased)
        scenario = _scenario(proposal, target)
    refuse_unmet(scenario)
    if said := [*told_easings(eased, scenario), *told_alike(scenario)]:
        print("\n".join(said))
    return proposal, scenario, target


def _wishes(args: argparse.Namespace) -> Wishes:
    """What was said; every fault of the arguments in one report."""
    from kubesim.hints import looks_grouped, number_meant, scalar
    from kubesim.people.proposal import Wishes
    check_bounds([("--households", args.households, 20, 10_000_000), ("--year", args.year, 1990, 2100)])
    line = scalar(args.line) if args.line and not looks_grouped(args.line) else args.line
    if args.line is not None and (isinstance(line, (bool, str)) or line is None or not line > 0):
        meant = number_meant(args.line, money=True)
        raise ScenarioError(say("--line {text}: must be a number above 0", text=args.line)
                            + (say("; did you mean {number}?", number=meant) if meant else ""))
    pairs = [pair.partition("=") for pair in args.columns]
    wrong = [say("--column {pair}: must be WORD=HEADING", pair=word + equals + heading)
             for word, equals, heading in pairs if not (word and equals and heading)]
    if wrong:
        raise ScenarioError(wrong)
    columns = {word.strip(): heading.strip() for word, _, heading in pairs}
    return Wishes(args.sheet, float(line) if line else None, args.households, columns, args.kind, args.year)


def _target(args: argparse.Namespace, proposal: Proposal) -> Path:
    """Where the scenario is written; raises ScenarioError when it must not be written there."""
    beside = Path(args.file).parent if proposal.kind != "table" else Path()
    target = Path(args.out) if args.out else beside / f"{proposal.name}.yaml"
    if target.suffix not in (".yaml", ".yml"):
        raise ScenarioError(say("--out {target}: must end in .yaml", target=target))
    if proposal.kind != "table" and target.parent.resolve() != beside.resolve():
        raise ScenarioError(say("--out {target}: a scenario and its household file must lie in one folder; "
                                "write it to {beside}", target=target, beside=beside / target.name))
    if (args.out or proposal.kind == "table") and not args.force:
        _refuse_existing(target)
        _refuse_existing(target.with_suffix(".png"))
    if not target.parent.is_dir():
        raise ScenarioError(say("--out {target}: there is no folder '{folder}'", target=target,
                                folder=target.parent))
    return target


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise ScenarioError(say("{path}: is there already; choose another --out, or say --force", path=path))


def _scenario(proposal: Proposal, target: Path) -> Scenario:
    """The proposed scenario, checked as if it were written; raises ScenarioError with a line for each fault."""
    from kubesim.reading.yaml_file import parse
    from kubesim.scenario import Scenario
    root, faults = parse(proposal.text, str(target))
    if faults or root is None:
        raise ScenarioError([str(fault) for fault in faults])
    return Scenario.from_mapping(root.plain(), str(target), _origins(proposal.kind, target))


def _origins(kind: str, target: Path) -> dict[str, list] | None:
    """Where the household file is named, so that it is looked for beside the scenario."""
    return None if kind == "table" else {f"population.{kind}": [str(target), 1, 1, "", ""]}


def _checked(scenario: Scenario) -> tuple[list[str], bytes]:
    """The comparison of month 0 with what was told as lines, and as a picture; neither for very many districts."""
    from kubesim.running.start import check_start, told_people
    if len(scenario.districts) > MOST_DISTRICTS_CHECKED:
        return [say("{count} districts: month 0 is held against their figures when the scenario is run",
                    count=len(scenario.districts))], b""
    seeds = range(1, 1 + max(2, min(20, MOST_CHECKED // scenario.population.households)))
    lines = told_people(scenario, seeds)
    from kubesim.plots.start import checked_table, start_figure
    table = checked_table(check_start(scenario, seeds))
    if not len(table):
        return lines, b""
    picture = BytesIO()
    start_figure(scenario, table, scenario.name).savefig(picture, format="png", dpi=150)
    return lines, picture.getvalue()


def _write(target: Path, proposal: Proposal, picture: bytes) -> list[Path]:
    """Write the scenario and the picture beside it; gives their paths."""
    from kubesim.files import write_whole
    contents = {target: proposal.text} | ({target.with_suffix(".png"): picture} if picture else {})
    for path, content in contents.items():
        write_whole(path, content)
    return list(contents)


COMMAND = Command(
    "population", phrase("Make a scenario of real people: a register or survey of households, or published "
                         "figures of districts."),
    "kubesim population --district \"Kota Banjarmasin\" --table districts.csv", _options, _population)
