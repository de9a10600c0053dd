"""What a file of an office holds and the scenario that is proposed for it, with everything said that was guessed."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence


from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.district_choice import find, joined
from kubesim.people.district_table import LINES, DistrictRow, read_district_table
from kubesim.people.easing import Easing
from kubesim.people.headings import Guessed, guess_columns
from kubesim.people.headrows import bare
from kubesim.people.merged import filled_down
from kubesim.people.money_guess import guess_money
from kubesim.people.personal import personal_columns, told_dropped
from kubesim.people.price_level import HOLDS_AT, PriceLine, price_line, told_prices
from kubesim.people.scenario_text import A_DISTRICT, FilePopulation, file_scenario, table_scenario
from kubesim.people.table_file import Column, FileTable, read_table
from kubesim.people.telling import first_lines, fault_line, letter, printable
from kubesim.people.vocabulary import WORDS, is_known
from kubesim.reading.faults import did_you_mean, listed

USUAL_HOUSEHOLDS = 6000
RARE = 1 / 20
"""Rows of a district over the mean of all, below which its name is taken for a slip of the pen."""
FEW = 6
"""Rows a district, above which one with a single row is such a slip too."""
MOST_NAMES = 40


@dataclass(frozen=True)
class Proposal:
    """A scenario's text, and what is to be said of how it came about, a line each."""

    text: str
    lines: tuple[str, ...]
    kind: str                       # register, survey or table
    name: str                       # what its file may be called, without .yaml


@dataclass(frozen=True)
class Wishes:
    """What was said on the command line."""

    sheet: str = ""
    line: float | None = None       # poverty line: Rp per person and month, or in the file's own money and span
    households: int | None = None
    columns: Mapping[str, str] = ()     # headings by word
    kind: str = ""                  # register or survey, where it was said
    year: int | None = None


def is_district_table(path: str | os.PathLike, wishes: Wishes) -> bool:
    """Whether a file is a table of districts and no list of households; raises ScenarioError if it cannot be read."""
    table = read_table(path, wishes.sheet)
    if wishes.columns or guess_columns(table, personal_columns(table.columns)).column("persons"):
        return False
    try:
        return bool(read_district_table(path, wishes.sheet, wishes.year).rows)
    except ScenarioError:
        return False


def propose_file(path: str | os.PathLike, wishes: Wishes) -> Proposal:
    """A scenario for a list of households; raises ScenarioError where it is none."""
    table = read_table(path, wishes.sheet, list(dict(wishes.columns).values()))
    personal = personal_columns(table.columns)
    _check_columns(wishes.columns, table)
    guessed = guess_columns(table, personal, dict(wishes.columns))
    if not {"persons", "spending", "income", "decile", "group", "housing"} & {guess.word
                                                                              for guess in guessed.guesses}:
        raise ScenarioError(_no_list(table, guessed, any(held.by_heading for held in personal.values())))
    table = filled_down(table, {guess.word: column for guess in guessed.guesses for column in table.columns
                                if column.place == guess.column.place})
    own = wishes.line if wishes.line and not LINES[0] <= wishes.line <= LINES[1] else None
    line = wishes.line if wishes.line and not own else None
    money = guess_money(table, guessed, line or HOLDS_AT, own)
    kind, why = _kind(guessed, wishes.kind)
    districts = _districts(table, guessed.column("district"))
    rows = len(table)
    people = FilePopulation(table.file, kind, wishes.sheet, guessed.columns, money.money, wishes.households
                            or (
        2 * rows if kind == "register" else max(USUAL_HOUSEHOLDS, rows)), districts, line)
    lines = [say("{file}: {rows:,} rows, headings in row {row}", file=table.file, rows=rows,
                 row=table.heading_row),
             *table.notes, why, *_told_mapping(guessed, kind), *money.lines,
             *told_dropped(table.columns, personal)]
    if not wishes.line and money.money.line is None and {"spending", "income"} & {g.word
                                                                                  for g in guessed.guesses}:
        lines.append(say("the poverty line is the model's of 2019, Rp {line:,}: give that of the file's "
                         "place and year with "
                         "--line", line=HOLDS_AT))
    if line:
        lines.append(say("prices are {level:g}, from this poverty line over {base:,}; where the province's line is "
                         "another, set districts.NAME.prices from that", level=round(line / HOLDS_AT, 3),
                         base=HOLDS_AT))
    return Proposal(file_scenario(people), tuple(lines), kind, Path(table.file).stem + "_scenario")


def propose_table(paths: Sequence[str | os.PathLike], names: Sequence[str], wishes: Wishes,
                  easing: Mapping[str, Easing] | None = None) -> Proposal:
    """A scenario for districts of one or several tables; no names: all of them. Raises ScenarioError."""
    table = joined([read_district_table(path, wishes.sheet, wishes.year) for path in paths])
    rows = _wanted(table.rows, names)
    faults = [fault for row in rows for fault in row.faults]
    faults += [say("{file}: row {row} ({name}): has no poverty line; give one with --line, or a table that "
                   "has it",
                   file=row.source, row=row.row, name=row.name)
               for row in rows if "line" not in row.figures and not wishes.line]
    if faults:
        raise ScenarioError(first_lines(faults, len(faults), rows[0].source))
    households = wishes.households or max(USUAL_HOUSEHOLDS, A_DISTRICT * len(rows))
    file = ", ".join(Path(path).name for path in paths)
    told = [say("{name}: row {row}", name=row.name, row=row.row)
            for row in rows[:MOST_NAMES]] if names else []
    prices = [price_line(row, table) or PriceLine(wishes.line, say("said to kubesim population (--line)"))
              for row in rows]
    told += told_prices(rows, prices) if names else []
    name = bare(rows[0].name).replace(" ", "_") if len(rows) == 1 else "districts"
    return Proposal(table_scenario(rows, households, file, wishes.line, easing or {}, prices),
                    (*table.notes, *told), "table", name)


def districts_told(path: str | os.PathLike, wishes: Wishes) -> list[str]:
    """What a table of districts holds and how one is chosen."""
    table = read_district_table(path, wishes.sheet, wishes.year)
    file = os.fspath(path)
    return [*table.notes, say("districts: {names}", names=listed([row.name for row in table.rows])),
            say("choose with --district NAME, or --all: kubesim population --table {file} --district "
                "\"{name}\"", file=file,
                name=table.rows[0].name)]


def _wanted(rows: Sequence[DistrictRow], names: Sequence[str]) -> list[DistrictRow]:
    """The rows of these names, once each; all without names. Raises ScenarioError for those not there."""
    if not names:
        return list(rows)
    found, faults = [], []
    for name in names:
        try:
            found.append(find(rows, name))
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return list({id(row): row for row in found}.values())


def _check_columns(said: Mapping[str, str], table: FileTable) -> None:
    """Raise ScenarioError for words that the model does not have and headings that the file does not have."""
    faults = []
    headings = [column.heading for column in table.columns]
    for word, heading in dict(said).items():
        if word not in WORDS:
            faults.append(say("--column {word}={heading}: must be one of {known}", word=word,
                              heading=printable(heading),
                              known=", ".join(WORDS)) + did_you_mean(word, WORDS))
        elif bare(heading) not in map(bare, headings):
            faults.append(say("--column {word}={heading}: the file has no such heading", word=word,
                              heading=printable(heading)) + did_you_mean(heading, headings))
    if faults:
        raise ScenarioError(faults)


def _no_list(table: FileTable, guessed: Guessed, knows_some: bool) -> list[str]:
    """That a file is no list of households; its headings are shown only if some of them are known to be such."""
    lines = [say("{file}: is no list of households that can be read: no heading says the number of persons, "
                 "spending, income, "
                 "decile, housing or group; name one with --column persons=HEADING", file=table.file)]
    if knows_some or any(is_known(column.heading) for column in table.columns):
        lines.append(say("{file}: its headings (row {row}): {names}", file=table.file, row=table.heading_row,
                         names=listed([printable(column.heading) for column in table.columns])))
    return [*lines, *guessed.refused]


def _kind(guessed: Guessed, said: str) -> tuple[str, str]:
    """Whether the file is a register or a survey, and why."""
    if said:
        return said, say("read as a {kind}, as said", kind=say(said))
    if guessed.column("weight"):
        return "survey", say("read as a survey, as it has weights (--register says otherwise)")
    if guessed.column("cluster") and not guessed.column("group"):
        return "survey", say("read as a survey with equal weights, as it has clusters and no groups "
                             "(--register says otherwise)")
    return "register", say("read as a register: its households are the listed ones (--survey says otherwise)")


def _told_mapping(guessed: Guessed, kind: str) -> list[str]:
    """The mapping, what is left open, and what is not in the file."""
    lines = [say("{word} = column {letter} ({heading}): {why}", word=guess.word,
                 letter=letter(guess.column.place),
                 heading=printable(guess.column.heading), why=guess.why) for guess in guessed.guesses]
    lines += [say("{word}: left open; possible: {names}; choose with --column {word}=HEADING", word=tie.word,
                  names=listed([printable(column.heading) for column in tie.columns]))
              for tie in guessed.ties]
    lines += guessed.refused
    open_words = {tie.word for tie in guessed.ties}
    unknown = [word for word in guessed.unknown
               if word not in (*open_words, "group", "companion", "district")]
    if unknown:
        lines.append(say("not in the file, so drawn from the model given what is known: {words}",
                         words=", ".join(unknown)))
    if kind == "register" and "group" in guessed.unknown and "group" not in open_words:
        lines.append(say("no groups in the file: groups are formed in its order"))
    if guessed.unused:
        lines.append(say("not needed: {names}",
                         names=listed([printable(column.heading) or letter(column.place)
                                                              for column in guessed.unused])))
    return lines


def _districts(table: FileTable, column: Column | None) -> list[tuple[str, float]]:
    """Names of the file's districts with their shares of the rows; raises ScenarioError for what looks like a slip."""
    if column is None:
        return []
    column = next(held for held in table.columns if held.place == column.place)
    cells = column.words().to_pylist()
    spellings: dict[str, Counter[str]] = {}
    for cell in cells:
        if cell and bare(cell):
            spellings.setdefault(bare(cell), Counter())[" ".join(cell.split())] += 1
    counts = {key: sum(held.values()) for key, held in spellings.items()}
    mean = sum(counts.values()) / max(len(counts), 1)
    single = {key for key, count in counts.items() if count < RARE * mean or (count == 1 and mean > FEW)
              or sum(map(str.isdigit, key)) > 4}
    rows = [at for at, cell in enumerate(cells) if cell and bare(cell) in single]
    if rows:
        known = [held.most_common(1)[0][0] for key, held in spellings.items() if key not in single]
        raise ScenarioError(first_lines([fault_line(
            table.file, int(table.row[at]), column.place, column.heading, "",
            say("names a district that hardly another row does: a slip?") + did_you_mean(cells[at], known))
                                         for at in rows],
            len(rows), table.file))
    total = sum(counts.values())
    return [(_name(held.most_common(1)[0][0]), float(f"{counts[key] / total:.4g}")) for key,
            held in spellings.items()]


def _name(spelling: str) -> str:
    """A district's name as a scenario may write it."""
    plain = " ".join(spelling.replace(".", " ").replace("=", " ").split())
    return plain.title() if plain.isupper() or plain.islower() else plain
