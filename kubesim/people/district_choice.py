"""Districts picked from a table by name or code, and tables of the same districts put together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Sequence

from kubesim.errors import ScenarioError
from kubesim.hints import nearest
from kubesim.language import say
from kubesim.people.district_table import DistrictRow, DistrictTable, code_now
from kubesim.people.headrows import bare
from kubesim.people.places import KABUPATEN, name_of
from kubesim.reading.faults import listed

LEAST_LETTERS = 4
"""Letters of a name of which all districts that hold it are told."""


def find(rows: Sequence[DistrictRow], name: str) -> DistrictRow:
    """The row of a district by its name in any spelling, or its code; raises ScenarioError if it is not one."""
    if re.fullmatch(r"\d{4}", name.strip()):
        code = code_now(int(name), None)
        found = [row for row in rows if row.code == code]
    else:
        wanted = name_of(name)
        found = [row for row in rows if row.key.key == wanted.key and (
            not wanted.kind or not row.key.kind or row.key.kind == wanted.kind)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ScenarioError(say("--district {name}: means several: {names}", name=name,
                                names=listed([_full(row) for row in found])))
    raise ScenarioError(say("--district {name}: the table has no such district", name=name) + _meant(rows, name))


def _meant(rows: Sequence[DistrictRow], name: str) -> str:
    """What the writer of a name that is no district's may have meant."""
    key, plain = name_of(name).key, bare(name)
    inside = [_full(row) for row in rows if plain and bare(row.province) == plain]
    if inside:
        return say("; it is a province, of these districts: {names}", names=listed(inside))
    other = [_full(row) for row in rows if row.key.key == key]
    longer = [_full(row) for row in rows if len(key) >= LEAST_LETTERS and key in row.key.key]
    if other or longer:
        return say("; there is {names}", names=listed(other or longer))
    close = {row.key.key: _full(row) for row in rows}
    near = nearest(key, close)
    return say("; did you mean '{near}'?", near=close[near]) if near else ""


def joined(tables: Sequence[DistrictTable]) -> DistrictTable:
    """Several tables of the same districts as one; raises ScenarioError where they contradict one another."""
    rows, faults = list(tables[0].rows), []
    for table in tables[1:]:
        places = {row.key: at for at, row in enumerate(rows)}
        by_key: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            by_key.setdefault(row.key.key, []).append(at)
        for row in table.rows:
            at = places.get(row.key)
            alike = by_key.get(row.key.key, [])
            if at is None and len(alike) == 1 and not (row.key.kind and rows[alike[0]].key.kind):
                at = alike[0]
            if at is None:
                rows.append(row)
                continue
            if row.code and rows[at].code and row.code != rows[at].code:
                faults.append(say("{file}: row {row} ({name}): its code is {code}, but {other} in {file2}",
                                  file=row.source,
                                  row=row.row, name=row.name, code=row.code, other=rows[at].code,
                                  file2=rows[at].source))
            rows[at] = replace(rows[at], code=rows[at].code or row.code,
                               figures={**row.figures, **rows[at].figures},
                               faults=rows[at].faults + row.faults, source=f"{rows[at].source}, {row.source}")
    if faults:
        raise ScenarioError(faults)
    return DistrictTable(tuple(rows), tuple(note for table in tables for note in table.notes),
                         tuple(row for table in tables for row in table.above))


def _full(row: DistrictRow) -> str:
    return f"{KABUPATEN} {row.name}" if row.key.kind == KABUPATEN else row.name
