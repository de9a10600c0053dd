"""Cells that were merged over a group's rows and lie blank below its first one, as in CSV files of such sheets."""

from __future__ import annotations

from typing import Mapping

import numpy as np
import pyarrow as pa

from kubesim.language import say
from kubesim.people.table_file import Column, FileTable
from kubesim.people.telling import letter, printable

WORDS = ("district", "group", "companion")


def filled_down(table: FileTable, chosen: Mapping[str, Column]) -> FileTable:
    """The table in which blank cells of districts, groups and companions hold what stands above, where merged.

    They were where most cells are blank, the first is not, and no text stands twice: a real group would have one
    household only. A companion's may stand twice when the groups were merged.
    """
    columns, notes, seen = list(table.columns), [], False
    for word in WORDS:
        column = chosen.get(word)
        if column is None or not _was_merged(column, repeats=word == "companion" and seen):
            continue
        seen = True
        at = next(place for place, held in enumerate(columns) if held.place == column.place)
        cells = column.words()
        filled = column.is_filled()
        above = np.maximum.accumulate(np.where(filled, np.arange(len(filled)), 0))
        columns[at] = Column(column.heading, column.place, cells.take(pa.array(above)), None, None)
        notes.append(say("column {letter} ({heading}): blank cells are read as the one above, as of merged cells",
                         letter=letter(column.place), heading=printable(column.heading)))
    return FileTable(table.file, table.sha256, tuple(columns), table.row, table.heading_row, table.titles,
                     table.delimiter, (*table.notes, *notes))


def _was_merged(column: Column, repeats: bool) -> bool:
    """Whether a column's blank cells lie below merged ones."""
    filled = column.is_filled()
    if not filled[0] or filled.mean() > 0.5 or column.odd is not None:
        return False
    given = column.words().drop_null()
    return repeats or len(given.unique()) == len(given)
