"""A register's or survey's file as a roll: every cell checked, every fault with its row and column."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import language, say
from kubesim.people.cells import Faults, Reader
from kubesim.people.columns import Columns, Money
from kubesim.people.headrows import bare
from kubesim.people.merged import filled_down
from kubesim.people.personal import NAME, Personal, personal_columns, told_dropped
from kubesim.people.repeated import without_repeats
from kubesim.people.roll import Roll
from kubesim.people.table_file import Column, FileTable, read_table
from kubesim.people.telling import printable, rows_named
from kubesim.people.vocabulary import is_known
from kubesim.reading.faults import did_you_mean, listed

Kind = Literal["register", "survey"]
CODED = ("group", "companion", "cluster", "stratum")
"""Words whose cells become codes, so that names may stand in them."""


def read_roll(path: str | os.PathLike, sheet: str, columns: Columns, money: Money, kind: Kind,
              district_names: Sequence[str]) -> Roll:
    """The households of a file in the model's words; raises ScenarioError with a line for each fault.

    A file that has not changed since it was read last is not read again.
    """
    try:
        found = os.stat(path)
        state = found.st_mtime_ns, found.st_size
    except (OSError, ValueError):
        state = ()                  # reading it tells what is wrong
    return _read(os.fspath(path), state, sheet, columns, money, kind, tuple(district_names), language())


@lru_cache(maxsize=4)
def _read(path: str, state: tuple, sheet: str, columns: Columns, money: Money, kind: Kind,
          district_names: tuple[str, ...], spoken: str) -> Roll:
    table = read_table(Path(path), sheet, list(columns.mapped().values()))
    personal = personal_columns(table.columns)
    chosen = _chosen(table, columns, personal)
    _check_money(chosen, money, table.file)
    dropped = told_dropped([column for column in table.columns if column not in chosen.values()], personal)
    table = without_repeats(filled_down(table, chosen), personal)
    table, unsaid = _with_a_word(table, chosen)
    chosen = {word: next(column for column in table.columns if column.place == held.place)
              for word, held in chosen.items()}
    faults = Faults(table)
    read = Reader(table, chosen, faults)
    persons, workers = read.whole("persons", 1, 30), read.whole("workers", 0, 30)
    faults.add(chosen.get("workers"), workers > persons,
               say("must not be more than the household's persons"))
    roll = Roll(table.file, table.sha256, table.row, persons, workers,
                read.amounts("spending", money, persons), read.amounts("income", money, persons),
                read.whole("decile", 1, 10), read.housing(), read.groups(), read.codes("companion"),
                read.districts(district_names), read.weights(), read.codes("cluster"), read.codes("stratum"),
                money.line is not None, (*table.notes, *dropped, *unsaid, *read.notes))
    faults.refuse()
    for held in vars(roll).values():
        if isinstance(held, np.ndarray):
            held.flags.writeable = False        # it is kept for the next who asks
    return roll


def _chosen(table: FileTable, columns: Columns, personal: dict[int, Personal]) -> dict[str, Column]:
    """The column of each word that is mapped; raises ScenarioError for those that are not there."""
    chosen, faults = {}, []
    for word, heading in columns.mapped().items():
        held = [column for column in table.columns if column.heading == heading] or [
            column for column in table.columns if bare(column.heading) == bare(heading)]
        if len(held) == 1 and not _is_refused(word, held[0], personal):
            chosen[word] = held[0]
            continue
        if not held:
            open_ones = [printable(column.heading) for column in table.columns
                         if column.place not in personal]
            near = did_you_mean(heading, open_ones)
            if not near and any(map(is_known, open_ones)):
                near = say("; it has: {names}", names=listed(open_ones))
            rule = say("the file has no such heading") + near
        elif len(held) > 1:
            rule = say("several columns have this heading: rename all but one")
        else:
            rule = say("this column looks like {kind}, which are never read",
                       kind=say(personal[held[0].place].kind))
        faults.append(f"{table.file}: columns.{word} = {printable(heading)}: {rule}")
    places = [column.place for column in chosen.values()]
    faults += [say("{file}: columns.{word} = {heading}: the same column is given twice", file=table.file,
                   word=word,
                   heading=printable(column.heading)) for word, column in chosen.items()
               if places.count(column.place) > 1]
    if faults:
        raise ScenarioError(faults)
    return chosen


def _is_refused(word: str, column: Column, personal: dict[int, Personal]) -> bool:
    """Whether a mapped column is about persons; names may stand where only codes of them are kept."""
    found = personal.get(column.place)
    return found is not None and not (word in CODED
                                      and (found.kind == NAME or word in ("cluster", "stratum")))


def _check_money(chosen: dict[str, Column], money: Money, file: str) -> None:
    if money.per == "household" and "persons" not in chosen and {"spending", "income"} & chosen.keys():
        raise ScenarioError(say("{file}: money.per = household: needs columns.persons, so that it can be "
                                "shared "
                                "among them", file=file))


def _with_a_word(table: FileTable, chosen: dict[str, Column]) -> tuple[FileTable, list[str]]:
    """The table without rows that say nothing in any mapped column."""
    if not chosen:
        raise ScenarioError(say("{file}: no column is mapped: kubesim population {file} shows which there are",
                                file=table.file))
    places = {column.place for column in chosen.values()}
    filled = np.zeros(len(table), bool)
    for column in table.columns:
        if column.place in places:
            filled |= column.is_filled()
    if filled.all():
        return table, []
    if not filled.any():
        raise ScenarioError(say("{file}: all mapped columns are empty", file=table.file))
    return table.take(filled), [say("rows without anything in a mapped column left out: {rows}",
                                    rows=rows_named(table.row[~filled]))]
