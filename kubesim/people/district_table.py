"""Tables of districts as they are downloaded: a row a district, its published figures by heading."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.amounts import numbers_of
from kubesim.people.district_figures import YEAR, Figure, figures_of
from kubesim.people.district_words import (AREA, CODE, KIND, LEVEL, PAPUA, PAPUA_BY_CODE, PROVINCE, PROVINCES,
                                           YEAR_HEADING)
from kubesim.people.headrows import bare
from kubesim.people.places import KABUPATEN, KOTA, Name, name_of
from kubesim.people.table_file import Column, FileTable, read_table
from kubesim.people.telling import fault_line, printable
from kubesim.reading.faults import listed

LINES = (100_000, 5_000_000)
"""Poverty lines in rupiah per person and month that a table of Indonesia may hold."""
COUNTRY = "indonesia"


@dataclass(frozen=True)
class DistrictRow:
    """One district's published figures: shares 0 to 1, Rp per person and month, persons, households."""

    name: str                       # as the scenario names it: "Tanah Laut", "Kota Banjarmasin"
    key: Name
    row: int
    code: int                       # BPS's, as since 2022; 0 where the table has none
    province: str
    year: int                       # 0 where the table does not say
    figures: Mapping[str, float]
    source: str                     # the file
    faults: tuple[str, ...] = field(default=())     # cells that cannot be read, told when the row is wanted


class DistrictTable(NamedTuple):
    """The districts of a table, the provinces above them, and how it was read."""

    rows: tuple[DistrictRow, ...]
    notes: tuple[str, ...]
    above: tuple[DistrictRow, ...] = ()     # rows of provinces; the country's is left out


def read_district_table(path: str | os.PathLike, sheet: str = "", year: int | None = None) -> DistrictTable:
    """Read a table of districts; ``year`` picks among years, the latest counts without it.

    Provinces' rows are kept apart, sums and footnotes left out. Raises ScenarioError when it is no such table.
    """
    table = read_table(path, sheet)
    table, notes, picked = _of_year(table, year)
    area = _area(table)
    figures, more = figures_of(table, area, year)
    if not figures:
        raise ScenarioError(say("{file}: no column of districts' figures was found (P0, P1, P2, poverty "
                                "line, poor people, "
                                "mean spending, Gini, ...); it has: {names}", file=table.file,
                                names=listed([printable(column.heading) for column in table.columns])))
    rows, above, told = _rows(table, area, figures, picked)
    return DistrictTable(tuple(rows), (*table.notes, *notes, *more, *told), tuple(above))


def _of_year(table: FileTable, year: int | None) -> tuple[FileTable, list[str], int]:
    """The rows of one year where a column says it: the one wanted, else the latest."""
    column = next((held for held in table.columns if YEAR_HEADING.fullmatch(bare(held.heading))), None)
    if column is None:
        return table, [], 0
    written = [YEAR.search(cell or "") for cell in column.words().to_pylist()]
    years = np.array([int(found[1]) if found else 0 for found in written])
    if not years.any():
        return table, [], 0
    picked = year or int(years.max())
    if not (years == picked).any():
        raise ScenarioError(say("{file}: has no year {year}; it has {first} to {last}", file=table.file,
                                year=picked,
                                first=int(years[years > 0].min()), last=int(years.max())))
    notes = [say("rows of {year} are read", year=picked)] if len(set(years.tolist())) > 1 else []
    return table.take(years == picked), notes, picked


def _area(table: FileTable) -> Column:
    """The column with the names of districts; raises ScenarioError when there is none."""
    texts = [column for column in table.columns if column.text.null_count < len(table)
             and numbers_of(column).values[~np.isnan(numbers_of(column).values)].size < len(table) / 2]
    named = [column for column in texts if AREA.fullmatch(bare(column.heading))]
    free = [column for column in texts if not (PROVINCE.fullmatch(bare(column.heading)) or CODE.fullmatch(
        bare(column.heading)) or KIND.fullmatch(bare(column.heading))
                                               or LEVEL.fullmatch(bare(column.heading)))]
    if named or free:
        return max(named or free[:1], key=lambda column: len(set(column.text.to_pylist())))
    raise ScenarioError(say("{file}: no column with names of districts was found; it has: {names}",
                            file=table.file,
                            names=listed([printable(column.heading) for column in table.columns])))


def _rows(table: FileTable, area: Column, figures: Sequence[Figure],
          year: int) -> tuple[list[DistrictRow], list[DistrictRow], list[str]]:
    """The districts of a table, its provinces, and what is to be said of them."""
    codes, kinds = _codes(table), _words_of(table, KIND)
    levels, provinces = _words_of(table, LEVEL), _words_of(table, PROVINCE)
    names = area.text.to_pylist()
    keys = [name_of(name or "") for name in names]
    twice = {key.key for at, key in enumerate(keys) if keys.count(key) > 1} if len(keys) < 5000 else set()
    rows, above_rows, above, old, faults = [], [], 0, 0, []
    for at, (name, key) in enumerate(zip(names, keys)):
        if not name or not key.key:
            continue
        if _is_province(name, key, codes[at], levels[at], key.key in twice and at == keys.index(key)):
            above += 1
            if key.key != COUNTRY:
                above_rows.append(_row(table, at, _shown_name(name, ""), key, codes[at], "", year, figures))
            continue
        kind = _kind(key, codes[at], kinds[at])
        code = code_now(codes[at], key._replace(kind=kind))
        if code < 0:
            faults.append(say("{file}: row {row} ({name}): code {code} is that of {other}", file=table.file,
                              row=int(table.row[at]), name=printable(name), code=codes[at],
                              other=PAPUA_BY_CODE.get(codes[at], "-")))
            continue
        old += code != codes[at]
        rows.append(_row(table, at, _shown_name(name, kind), Name(kind, key.key), code, provinces[at] or "",
                         year, figures))
    if faults:
        raise ScenarioError(faults)
    notes = [say("{districts:,} districts", districts=len(rows))]
    notes += [say("{above:,} rows of provinces or the country left out", above=above)] if above else []
    notes += [say("{old:,} codes from before Papua's new provinces read as today's", old=old)] if old else []
    return _once_each(rows, table.file), above_rows, notes


def _once_each(rows: list[DistrictRow], file: str) -> list[DistrictRow]:
    """The rows; raises ScenarioError when a district stands in several that differ."""
    seen: dict[tuple, DistrictRow] = {}
    faults = []
    for row in rows:
        first = seen.setdefault((row.key, row.code), row)
        if first is not row and dict(first.figures) != dict(row.figures):
            faults.append(say("{file}: rows {first} and {row} are both {name} and differ: a table must have "
                              "one row a "
                              "district; choose a year with --year, or leave one out", file=file,
                              first=first.row,
                              row=row.row, name=row.name))
    if faults:
        raise ScenarioError([*faults[:20], *([say("{file}: ... and {more:,} more", file=file,
                                                  more=len(faults) - 20)]
                                             if len(faults) > 20 else [])])
    return list(seen.values())


def _row(table: FileTable, at: int, name: str, key: Name, code: int, province: str, year: int,
         figures: Sequence[Figure]) -> DistrictRow:
    """One district with its figures and the faults of its cells."""
    held = {figure.name: round(float(figure.values[at]), 8) for figure in figures
            if not np.isnan(figure.values[at])}
    faults = [fault_line(table.file, int(table.row[at]), figure.column.place, figure.column.heading,
                         figure.column.words()[at].as_py() or "", rule)
              for figure in figures if (rule := figure.wrong.get(at) or _out_of_range(figure.name, held))]
    years = [int(found) for figure in figures for found in YEAR.findall(figure.column.heading)]
    return DistrictRow(name, key, int(table.row[at]), code, province, year or max(years, default=0), held,
                       table.file,
                       tuple(faults))


def _out_of_range(name: str, held: Mapping[str, float]) -> str:
    """The rule that a figure breaks on its own; empty if none."""
    value = held.get(name)
    if value is None:
        return ""
    if name in ("poverty_rate", "poverty_gap", "poverty_severity", "gini") and not 0 <= value <= 1:
        return say("must be 0 to 100 per cent")
    if name == "line" and not LINES[0] <= value <= LINES[1]:
        return say("must be a poverty line of Rp {low:,} to {high:,} per person and month", low=LINES[0],
                   high=LINES[1])
    if name == "family_size" and not 1 <= value <= 10:
        return say("must be 1 to 10 persons")
    return say("must be above 0") if name in ("poor", "population", "spending",
                                              "households") and value <= 0 else ""


def _words_of(table: FileTable, heading: re.Pattern) -> list[str | None]:
    """The cells of the column with such a heading; all None without one."""
    column = next((held for held in table.columns if heading.fullmatch(bare(held.heading))), None)
    return [None] * len(table) if column is None else column.words().to_pylist()


def _codes(table: FileTable) -> list[int]:
    """BPS's code in each row, 0 where there is none; of several columns the one that says bps, or four digits."""
    columns = sorted((held for held in table.columns if CODE.fullmatch(bare(held.heading))),
                     key=lambda held: "bps" not in bare(held.heading))
    for column in columns:
        plain = [re.sub(r"\D", "", word or "") if re.fullmatch(r"\d{4}|\d{2}\.\d{2}", word or "") else ""
                 for word in column.words().to_pylist()]
        if any(plain):
            return [int(word or 0) for word in plain]
    return [0] * len(table)


def _is_province(name: str, key: Name, code: int, level: str | None, first_of_two: bool) -> bool:
    """Whether a row is about a province or the country: by its code, its level or its name."""
    if code:
        return code % 100 == 0
    if level:
        return bare(level) in ("province", "provinsi", "prov", "national", "nasional", "country")
    plain = re.sub(r"^(provinsi|propinsi|prov) ", "", bare(name))
    if plain != bare(name):
        return True
    if key.kind or plain.replace(" ", "") not in PROVINCES:
        return False
    return plain != "gorontalo" or first_of_two or name.isupper()     # also the name of a kabupaten


def _kind(key: Name, code: int, said: str | None) -> str:
    """Kabupaten or Kota, by the name, the table's own column, or the code; empty when nothing says it."""
    if key.kind:
        return key.kind
    words = bare(said or "")
    if words.startswith(("kota", "city")):
        return KOTA
    if words.startswith(("kab", "regency")):
        return KABUPATEN
    return (KOTA if code % 100 >= 71 else KABUPATEN) if code else ""


def _shown_name(name: str, kind: str) -> str:
    """A district's name as scenarios write it: Tanah Laut, Kota Banjarmasin."""
    plain = re.sub(r"\*+|\(.*?\)", "", " ".join(name.split())).strip(" .")
    if re.sub(r"\W", "", plain.lower()) != "kotabaru":
        plain = re.sub(r"(?i)^(kab\.?|kabupaten|kab\. adm\.|kota( adm(inistrasi|\.)?)?|kotamadya|kodya)\.? "
                       r"+(?=\S)", "",
                       plain)
    plain = plain.title() if plain.isupper() or plain.islower() else plain
    return f"{KOTA} {plain}" if kind == KOTA else plain.replace(".", "")


def code_now(code: int, key: Name | None) -> int:
    """Today's code of a district of Papua that an older table numbers differently; -1 when its name is another's."""
    name = PAPUA_BY_CODE.get(code)
    if name is None:
        return code
    if key is not None and name_of(name).key != key.key and PAPUA_BY_CODE[code] != f"kota{key.key}":
        return -1
    return PAPUA[name][1]
