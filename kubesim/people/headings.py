"""Which of a file's columns hold the model's words: guessed from headings and values, with the reason said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, NamedTuple, Sequence

import numpy as np
import pyarrow.compute as pc

from kubesim.language import say
from kubesim.people.amounts import decimal_mark, numbers_of
from kubesim.people.cells import item_meant
from kubesim.people.columns import Columns
from kubesim.people.headrows import bare
from kubesim.people.personal import IDENTITY, NAME, Personal
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import letter, printable
from kubesim.people.vocabulary import ITEMS, NEVER, NO_ITEM, WORDS

LOOKED_AT = 5000
"""Rows whose values are held against a heading."""
FITTING = 0.9
"""Share of the filled cells that must be what a word's cells can be."""
CODED = ("group", "companion")
MOST_DISTRICTS = 600


class Guess(NamedTuple):
    """A word, the column that it was given, and why."""

    word: str
    column: Column
    why: str


class Tie(NamedTuple):
    """A word for which several columns are as likely: none is taken."""

    word: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Guessed:
    """What was read off a file's headings and values."""

    guesses: tuple[Guess, ...]
    ties: tuple[Tie, ...]
    refused: tuple[str, ...]        # lines on headings whose values do not fit
    unused: tuple[Column, ...]      # columns that stand for nothing in the model

    @property
    def columns(self) -> Columns:
        """The mapping as the scenario writes it."""
        single = {guess.word: guess.column.heading for guess in self.guesses if guess.word != "housing"}
        return Columns(housing=tuple(g.column.heading for g in self.guesses if g.word == "housing"), **single)

    def column(self, word: str) -> Column | None:
        """The column of a word; None when it has none."""
        return next((guess.column for guess in self.guesses if guess.word == word), None)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Words of a household that no column holds."""
        told = ("persons", "workers", "spending", "income", "decile", "housing", "group", "companion",
                "district")
        return tuple(word for word in told if self.column(word) is None)


def guess_columns(table: FileTable, personal: Mapping[int, Personal],
                  given: Mapping[str, str] | None = None) -> Guessed:
    """Guess the column of each word; ``given`` are headings that were said, by word, which are not guessed.

    Columns about persons are never taken, but those of names where a heading says group or companion.
    """
    some = _first(table)
    usual = decimal_mark(some.columns) or ("," if table.delimiter == ";" else "")
    guesses = [Guess(word, column, say("as said")) for word, heading in (given or {}).items()
               for column in some.columns if bare(column.heading) == bare(heading)]
    used = {guess.column.place for guess in guesses}
    ties, refused = [], []
    strengths = []
    for word in WORDS:
        if word in (given or {}):
            continue
        found = []
        for column in some.columns:
            strength = _strength(word, column, personal)
            if not strength or column.place in used:
                continue
            reason = _why_not(word, column, usual)
            if reason:
                refused.append(say("column {letter} ({heading}) is not taken as {word}: {reason}", word=word,
                                   letter=letter(column.place), heading=printable(column.heading),
                                   reason=reason))
            else:
                found.append((strength, column))
        strengths += [(strength, word, column) for strength, column in _of_most_parts(word, found)]
    for word in WORDS:
        found = [(strength, column) for strength, named, column in strengths if named == word
                 and not any(column is other and better > strength for better, _, other in strengths)]
        best = [column for strength, column in found if strength == max(found, key=lambda pair: pair[0])[0]]
        if max((strength for strength, _ in found), default=0) == 1 or len(best) > 1:
            ties.append(Tie(word, tuple(best)))
        elif best:
            whole = next(column for column in table.columns if column.place == best[0].place)
            guesses.append(Guess(word, best[0], _why(word, whole, usual)))
    guesses += _housing(some, personal, {guess.column.place for guess in guesses}, refused)
    order = {word: place for place, word in enumerate((*WORDS, "housing"))}
    guesses.sort(key=lambda guess: order[guess.word])
    taken = {guess.column.place for guess in guesses} | {column.place for tie in ties
                                                         for column in tie.columns}
    unused = tuple(column for column in table.columns if column.place not in taken
                   and column.place not in personal)
    return Guessed(tuple(guesses), tuple(ties), tuple(refused), unused)


def _first(table: FileTable) -> FileTable:
    """The first rows of a table."""
    return table.take(np.arange(len(table)) < LOOKED_AT) if len(table) > LOOKED_AT else table


def _strength(word: str, column: Column, personal: Mapping[int, Personal]) -> int:
    """How surely a heading says a word; 0 when it does not."""
    about = personal.get(column.place)
    if about and not (word in CODED and about.kind in (NAME, IDENTITY) and not about.by_heading):
        return 0
    words = bare(column.heading)
    if re.fullmatch(NEVER.get(word, r"(?!)"), words):
        return 0
    return next((strength for strength, pattern in WORDS[word] if re.fullmatch(pattern, words)), 0)


def _why_not(word: str, column: Column, usual: str) -> str:
    """Why a column's values cannot be a word's; empty when they can."""
    filled = column.is_filled()
    if not filled.any():
        return say("it is empty")
    different = len(set(column.words().drop_null().to_pylist()))
    if word in CODED:       # groups of one row each are none, unless most cells were merged below the first
        alone = different == filled.sum() > 3 and filled.mean() > 0.5
        return say("every row has another one") if alone else ""
    if word == "district":
        return (say("it holds numbers") if _share_of_numbers(column, usual) > 0.5 else
                say("it holds {count:,} different ones", count=different) if different > MOST_DISTRICTS
                else "")
    if word in ("cluster", "stratum"):
        return say("every row has another one") if different == filled.sum() > 3 else ""
    if word == "decile":
        text = pc.replace_substring_regex(column.text, r"(?i)^(desil|decile|d)\s*[-:]?\s*", "")
        column = Column(column.heading, column.place, text, column.number, column.odd)
    read = numbers_of(column, money=word in ("spending", "income"), usual=usual)
    values = read.values[filled & ~np.isnan(read.values)]
    readable = len(values) / max(len(values) + len(read.wrong), 1)
    if readable < 0.5:
        return say("it holds no numbers")
    low, high, whole = {"persons": (1, 30, True), "workers": (0, 30, True), "decile": (1, 10, True)}.get(
        word, (-np.inf, np.inf, False))
    fits = (values >= low) & (values <= high) & (~np.bool_(whole) | (values == np.floor(values)))
    return "" if fits.mean() >= FITTING else say("its values are not {low} to {high} in whole numbers",
                                                 low=low, high=high)


def _share_of_numbers(column: Column, usual: str) -> float:
    read = numbers_of(column, usual=usual)
    return float((~np.isnan(read.values)).sum() / max(column.is_filled().sum(), 1))


def _of_most_parts(word: str, found: Sequence[tuple[int, Column]]) -> list[tuple[int, Column]]:
    """Of areas of several levels those that part the rows; one that is the same in all rows parts nothing."""
    if word != "district":
        return list(found)
    parting = [(strength, column) for strength, column in found
               if len(set(column.words().drop_null().to_pylist())) > 1]
    several = [pair for pair in parting if pair[0] >= 2]
    if len(several) > 1:                # both kecamatan and kabupaten differ between rows: the reader must say
        return [(2, column) for _, column in several]
    return parting or list(found)[:1]


def _why(word: str, column: Column, usual: str) -> str:
    """What a guess rests on, in the user's language; never a cell of text."""
    different = len(set(column.words().drop_null().to_pylist()))
    if word in (*CODED, "district", "cluster", "stratum"):
        return say("by its heading; {count:,} different ones", count=different)
    read = numbers_of(column, money=word in ("spending", "income"), usual=usual)
    values = read.values[~np.isnan(read.values)]
    if not len(values):
        return say("by its heading")
    low, high = np.quantile(values, [0.25,
                                     0.75])       # the least and the largest may be a slip, and personal
    return say("by its heading; half of its values {low:,.12g} to {high:,.12g}", low=float(low),
               high=float(high))


def _housing(table: FileTable, personal: Mapping[int, Personal], used: set[int],
             refused: list[str]) -> list[Guess]:
    """One column for each housing item whose words say whether it is in order."""
    guesses = []
    for item, pattern in ITEMS.items():
        for column in table.columns:
            words = bare(column.heading)
            if (column.place in used or column.place in personal or not re.fullmatch(pattern, words)
                    or NO_ITEM.fullmatch(words)):
                continue
            meant = [item_meant(cell) for cell in column.words().drop_null().to_pylist()]
            clear = sum(meaning is not None for meaning in meant)
            if meant and clear == len(meant):
                used.add(column.place)
                why = say("by its heading, as {item}; in order in {percent:.0f} %", item=say(item),
                          percent=100 * float(np.nanmean(meant)))
                guesses.append(Guess("housing", column, why))
                break
            refused.append(say("column {letter} ({heading}) is not taken as {word}: {reason}", word="housing",
                               letter=letter(column.place), heading=printable(column.heading),
                               reason=say("{count:,} cells do not say whether it is in order",
                                          count=len(meant) - clear)))
    return guesses
