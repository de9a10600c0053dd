"""The figures of a table of districts: which column holds each, of which year, in which unit."""

from __future__ import annotations

import re
from typing import NamedTuple, Sequence

import numpy as np

from kubesim.language import say
from kubesim.people.amounts import decimal_mark, numbers_of
from kubesim.people.district_words import FIGURES, NOT_FIGURES, PERCENT
from kubesim.people.headrows import bare
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import letter, printable
from kubesim.people.vocabulary import months_said, times_said
from kubesim.reading.faults import listed

INDICES = ("poverty_rate", "poverty_gap", "poverty_severity")
YEAR = re.compile(r"\b(19[89]\d|20\d\d)\b")
_ADJUSTED = re.compile(r".*\b(adjusted|disesuaikan)\b.*")


class Figure(NamedTuple):
    """One figure's cells: its name, its column, and the numbers in the model's unit, (rows,) NaN where missing."""

    name: str
    column: Column
    values: np.ndarray
    wrong: dict[int, str]           # place of a row -> the rule that its cell breaks
    as_shares: bool                 # of an index: written as a share of 1, not as per cent


def figures_of(table: FileTable, area: Column, year: int | None) -> tuple[list[Figure], list[str]]:
    """Every figure that a heading names, in the model's unit, and what is to be said of it."""
    usual = decimal_mark(table.columns) or ("," if table.delimiter == ";" else "")
    found: list[Figure] = []
    notes = [say("column {letter} ({heading}) is not read as mean spending: it is adjusted for purchasing "
                 "power",
                 letter=letter(column.place), heading=printable(column.heading))
             for column in table.columns if _ADJUSTED.fullmatch(bare(column.heading))]
    for name in FIGURES:
        alike = [column for column in table.columns if column is not area
                 and _says(name, column, table.titles)
                 and all(column is not figure.column for figure in found)]
        chosen, told = _one_year(alike, year)
        if chosen is None:
            notes += [say("{name}: {told}", name=name, told=told)] if told else []
            continue
        read = numbers_of(chosen, money=name in ("line", "spending"), usual=usual)
        if np.isnan(read.values).all():
            continue
        heading = bare(" ".join((chosen.heading, *table.titles)) if _is_bare_year(chosen) else chosen.heading)
        values, how, as_shares = _in_unit(name, read.values, heading, read.percent, found)
        found.append(Figure(name, chosen, values, read.wrong, as_shares))
        notes.append(say("{name}: column {letter} ({heading}){how}", name=name, letter=letter(chosen.place),
                         heading=printable(chosen.heading), how=how))
    return found, notes


def _is_bare_year(column: Column) -> bool:
    return bool(YEAR.fullmatch(bare(column.heading)))


def _says(name: str, column: Column, titles: Sequence[str]) -> bool:
    """Whether a heading names a figure; where it is only a year, whether the table's title does."""
    heading = bare(column.heading)
    if _is_bare_year(column):
        heading = bare(" ".join(titles))
    other = re.fullmatch(NOT_FIGURES.get(name, r"(?!)"), heading)
    return bool(re.fullmatch(FIGURES[name], heading)) and not other


def _one_year(columns: Sequence[Column], year: int | None) -> tuple[Column | None, str]:
    """The column of the wanted year, else of the latest; None and why when several are as likely."""
    years = [max((int(found) for found in YEAR.findall(column.heading)), default=0) for column in columns]
    if not columns:
        return None, ""
    wanted = year if year in years else max(years)
    if year and any(years) and year not in years:
        return None, say("there is no year {year}", year=year)
    alike = [column for column, its in zip(columns, years) if its == wanted]
    if len(alike) > 1:
        return None, say("left open, as several columns are as likely: {names}",
                         names=listed([printable(column.heading) for column in alike]))
    return alike[0], ""


def _in_unit(name: str, values: np.ndarray, heading: str, percent: bool,
             before: Sequence[Figure]) -> tuple[np.ndarray, str, bool]:
    """Numbers in the model's unit, how they were read, and whether an index stood as a share of 1.

    Statistics Indonesia prints P0, P1 and P2 as per cent; shares of 1 are taken for such where P0 shows it.
    """
    largest = float(np.nanmax(values))
    if name in INDICES:
        rate = next((figure for figure in before if figure.name == "poverty_rate"), None)
        as_shares = largest <= 1 and not percent and not PERCENT.fullmatch(heading) and (
            name == "poverty_rate" or bool(rate and rate.as_shares))
        return (values, say(", read as shares of 1"), True) if as_shares else (
            values / 100, say(", read as per cent"), False)
    times = times_said(heading) or (1000.0 if largest < 10_000 else 1.0)
    if name in ("poor", "population") and times > 1:
        return values * times, say(", read as thousands") if times == 1000 else say(", read as millions"), False
    if name == "gini" and largest > 1:
        return values / 100, say(", read as per cent"), False
    if name == "spending":
        values = values * (times_said(heading) or 1.0)
        if months_said(heading) == 12:
            return values / 12, say(", a twelfth of a year's"), False
    return values, "", False
