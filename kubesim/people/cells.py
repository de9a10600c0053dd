"""The cells of mapped columns as numbers and codes, and the faults found on the way."""

from __future__ import annotations

import re
from typing import Mapping, Sequence

import numpy as np
import pyarrow.compute as pc

from kubesim.errors import ScenarioError
from kubesim.hints import nearest
from kubesim.language import say
from kubesim.people.amounts import MISSING, decimal_mark, numbers_of
from kubesim.people.columns import Money
from kubesim.people.headrows import bare
from kubesim.people.places import same_place
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import MOST_TOLD, fault_line, first_lines, letter, printable

LARGEST_LOG = 40.0
"""Of an amount's natural logarithm: e to the 40 is more than any money."""

NO_CODE = frozenset(("", "n a", "na", "nan", "null", "none", "nil", "tidak ada", "tdk ada", "kosong"))
"""Names of groups, companions and clusters that stand for none, as ``bare`` leaves them."""

IN_ORDER = frozenset("""1 ya y yes true layak baik sendiri keramik marmer granit ubin tegel tembok beton
genteng pln pdam leding
ledeng kloset leher angsa tangki septik septic tank semen plester parket vinil permadani batu bata seng asbes
improved adequate good bersih aman terlindung milik sendiri sehat memadai permanen kemasan isi ulang sumur bor
pompa
listrik ada""".replace("leher angsa", "leher_angsa").split())
NOT_IN_ORDER = frozenset("""0 tidak t n no false bukan tanah bambu kayu rumbia ijuk daun jerami anyaman gedek
bilik sungai hujan
kolam sawah cubluk cemplung lubang kebun umum bersama unimproved inadequate bad buruk rusak none tanpa numpang
pelita lampu minyak obor mata terbuka papan kumuh""".split())
"""Words that say of floor, walls, roof, toilet, water or light whether it is in order; a 'tidak' decides."""


class Faults:
    """The faults of a file's cells; the first are told, all are counted."""

    def __init__(self, table: FileTable) -> None:
        self.table = table
        self.found: list[tuple[int, int, str]] = []         # row, place, line
        self.total = 0

    def add(self, column: Column | None, wrong: np.ndarray | Mapping[int, str], rule: str = "") -> None:
        """Note the wrong rows of a column: a mask with their rule, or a rule for each."""
        if column is None:
            return
        rules = wrong if isinstance(wrong, Mapping) else dict.fromkeys(np.flatnonzero(wrong).tolist(), rule)
        self.total += len(rules)
        cells = column.words()
        for at in sorted(rules)[:MOST_TOLD]:
            row = int(self.table.row[at])
            line = fault_line(self.table.file, row, column.place, column.heading, cells[at].as_py() or "",
                              rules[at])
            self.found.append((row, column.place, line))

    def refuse(self) -> None:
        """Raise ScenarioError with the first faults in the order of the rows; nothing if there are none."""
        if self.found:
            raise ScenarioError(first_lines([line for *_, line in sorted(self.found)], self.total,
                                            self.table.file))


class Reader:
    """Reads the mapped columns of a table; what it had to decide is in ``notes``."""

    def __init__(self, table: FileTable, chosen: Mapping[str, Column], faults: Faults) -> None:
        self.table, self.chosen, self.faults = table, chosen, faults
        self.notes: list[str] = []
        self.usual = "," if table.delimiter == ";" else ""
        self.usual = decimal_mark(chosen.values()) or self.usual

    def _numbers(self, word: str, money: bool = False) -> np.ndarray | None:
        """A column's numbers, NaN where missing; None when it is not mapped."""
        column = self.chosen.get(word)
        if column is None:
            return None
        if word == "decile":
            text = pc.replace_substring_regex(column.text, r"(?i)^(desil|decile|d)\s*[-:]?\s*", "")
            column = Column(column.heading, column.place, text, column.number, column.odd)
        read = numbers_of(column, money=money, usual=self.usual)
        self.faults.add(column, read.wrong)
        if read.guessed:
            reading = say("thousands") if money else say("decimals, a comma as thousands")
            self.notes.append(say("column {letter} ({heading}): a point or comma before three digits is read "
                                  "as "
                                  "{reading}", letter=letter(column.place), heading=printable(column.heading),
                                  reading=reading))
        missing = int(np.isnan(read.values).sum()) - len(read.wrong)
        if missing:
            self.notes.append(say("column {letter} ({heading}): missing in {missing:,} of {rows:,} rows",
                                  letter=letter(column.place), heading=printable(column.heading),
                                  missing=missing,
                                  rows=len(self.table)))
        return read.values

    def whole(self, word: str, low: int, high: int) -> np.ndarray:
        """Whole numbers within bounds, NaN where missing or not mapped."""
        values = self._numbers(word)
        if values is None:
            return np.full(len(self.table), np.nan)
        wrong = ~np.isnan(values) & ((values < low) | (values > high) | (values != np.floor(values)))
        self.faults.add(self.chosen[word], wrong,
                        say("must be a whole number, {low} to {high}", low=low, high=high))
        return np.where(wrong, np.nan, values)

    def weights(self) -> np.ndarray:
        """Households that each row stands for; 1 without a column of weights."""
        values = self._numbers("weight")
        if values is None:
            return np.ones(len(self.table))
        self.faults.add(self.chosen["weight"], ~(values > 0), say("must be a weight above 0"))
        return values

    def amounts(self, word: str, money: Money, persons: np.ndarray) -> np.ndarray:
        """Rp per person and month, or poverty lines where the file's own line is given; NaN where unknown."""
        values = self._numbers(word, money=not money.log)
        if values is None:
            return np.full(len(self.table), np.nan)
        column = self.chosen[word]
        if money.log:
            wrong = np.abs(values) > LARGEST_LOG
            self.faults.add(column, wrong, say("must be a natural logarithm of an amount, at most "
                                               "{most:.0f}; set "
                                               "money.log = false if it is none", most=LARGEST_LOG))
            values = np.exp(np.where(wrong, np.nan, values))
        elif word == "spending":
            self.faults.add(column, values <= 0, say("must be above 0; leave it empty where it is unknown"))
        else:
            self.faults.add(column, values < 0, say("must not be negative"))
        each = values / persons if money.per == "household" else values
        if money.line is not None:
            return each / money.line
        each = each * money.times / money.months
        self.faults.add(column, each > 1e9, say("is more than Rp 1,000 million per person and month; see "
                                                "money.per, money.months and money.times"))
        return each

    def housing(self) -> np.ndarray:
        """Share of the housing items that are in order, NaN where none is known."""
        items = [self._in_order(column) for word, column in self.chosen.items()
                 if word.startswith("housing.")]
        if not items:
            return np.full(len(self.table), np.nan)
        known = np.sum([~np.isnan(item) for item in items], axis=0)
        good = np.nansum(items, axis=0)
        return np.divide(good, known, out=np.full(len(self.table), np.nan), where=known > 0)

    def _in_order(self, column: Column) -> np.ndarray:
        """1 where an item is in order, 0 where not, a share as it is, NaN where missing."""
        coded = pc.dictionary_encode(column.words())
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        meant = [item_meant(word) for word in coded.dictionary.to_pylist()] or [np.nan]
        wrong = np.array([meaning is None for meaning in meant])
        values = np.array([np.nan if meaning is None else meaning for meaning in meant])
        self.faults.add(column, (codes >= 0) & wrong[codes], say(
            "does not say whether it is in order: write yes or no (ya, tidak), 1 or 0, or a share"))
        return np.where(codes >= 0, values[codes], np.nan)

    def codes(self, word: str, within: np.ndarray | None = None) -> np.ndarray:
        """A code counted from 0 for each different text, in the file's order; -1 where empty.

        ``within`` (rows,) tells apart equal texts.
        """
        column = self.chosen.get(word)
        if column is None:
            return np.full(len(self.table), -1)
        coded = pc.dictionary_encode(column.words())
        raw = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        plain = [bare(text) for text in coded.dictionary.to_pylist()]
        known: dict[str, int] = {}
        alike = np.array([-1 if text in NO_CODE else known.setdefault(text, len(known))
                          for text in plain] or [-1])
        code = np.where(raw >= 0, alike[raw], -1)
        if within is None:
            return _in_order_of_rows(code)
        return _in_order_of_rows(np.where(code < 0, -1, (within + 1) * (len(known) + 1) + code))

    def groups(self) -> np.ndarray:
        """A code for each group; the same name in two districts is two groups. A row that names no district
        is of the one in which its group's name stands, where that is only one."""
        if "district" not in self.chosen:
            return self.codes("group")
        name, district = self.codes("group"), self.codes("district")
        known = (name >= 0) & (district >= 0)
        pairs = np.unique(np.stack([name[known], district[known]]), axis=1)
        names, first, times = np.unique(pairs[0], return_index=True, return_counts=True)
        sole = dict(zip(names[times == 1].tolist(), pairs[1][first[times == 1]].tolist()))
        blank = np.flatnonzero((name >= 0) & (district < 0))
        district[blank] = [sole.get(held, -1) for held in name[blank].tolist()]
        return self.codes("group", district)

    def districts(self, names: Sequence[str]) -> np.ndarray:
        """Place of each row's district among the scenario's; -1 where empty or not mapped."""
        column = self.chosen.get("district")
        if column is None:
            return np.full(len(self.table), -1)
        coded = pc.dictionary_encode(column.words())
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        cells = coded.dictionary.to_pylist()
        places = np.array([same_place(cell, names) for cell in cells] or [-1])
        lost = np.flatnonzero((codes >= 0) & (places[codes] < 0))
        self.faults.add(column, {int(at): _no_such_district(cells[codes[at]], names) for at in lost})
        return np.where(codes >= 0, places[codes], -1)


def item_meant(word: str) -> float | None:
    """What a cell says of a housing item: 1 in order, 0 not, a share, NaN unknown; None when it is not clear."""
    text = bare(word)
    if not text or word.strip().lower() in MISSING:
        return float("nan")
    if re.fullmatch(r"0?[.,]\d+", word.strip()):
        return float(word.strip().replace(",", "."))
    parts = text.split()
    if "tidak" in parts or "non" in parts or "not" in parts:
        return 0.0
    good, bad = any(part in IN_ORDER for part in parts), any(part in NOT_IN_ORDER for part in parts)
    return None if good == bad else float(good)


def _no_such_district(cell: str, names: Sequence[str]) -> str:
    near = nearest(cell, names)
    hint = say("; did you mean '{near}'?", near=near) if near else ""
    return say("is none of the scenario's districts") + hint


def _in_order_of_rows(code: np.ndarray) -> np.ndarray:
    """Codes renumbered by first appearance; -1 stays."""
    known, first, back = np.unique(code, return_index=True, return_inverse=True)
    rank = np.full(len(known), -1)
    used = np.flatnonzero(known >= 0)
    rank[used[np.argsort(first[used], kind="stable")]] = np.arange(len(used))
    return rank[back]
