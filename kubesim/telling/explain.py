"""Explain: every value of a scenario, where it comes from, how far it may be trusted, what differs."""

from __future__ import annotations

import csv
import io
import re
from textwrap import wrap
from typing import Any, Mapping, Sequence

import pandas as pd

from kubesim.running.csv_files import RUNNABLE
from kubesim.reading.faults import ADJECTIVE_UNITS
from kubesim.language import figures, say, translated
from kubesim.scenario import Described, Scenario
from kubesim.units import GRADES

COLUMNS = ("path", "value", "unit", "meaning", "source", "grade", "set_in")
AGAINST = ("baseline", "baseline_set_in", "differs")
LABELS = ("kind", "name", "about")
"""Last steps of paths that only say what a thing is called."""
MISSING, DEFAULT = "–", "default"
NARROWEST, WIDEST = 60, 160
VALUE_WIDTH = 30                # letters after which a value is continued on the next line
INDENT = " " * 6
WITHOUT_UNIT = ("yes or no", "name", "names", "text", "")


def explain(scenario: Scenario, against: Scenario | None = None) -> pd.DataFrame:
    """One row a value: path, value, unit, meaning, source, grade and the file and line that set it:
    ``kubesim.explain(scenario).query("grade == 'assumed'")``.

    ``set_in`` is 'default' where nobody wrote the value. With a baseline there are also
    ``baseline``, ``baseline_set_in`` and ``differs``; a value that only one of the two has is None
    in the other, as where an intervention is left out. Names and texts are no values and left out,
    and so are margins of districts that are not given.
    """
    ours = _values(scenario)
    if against is None:
        return pd.DataFrame([_row(one) for one in ours.values()], columns=COLUMNS, dtype=object)
    theirs = _values(against)
    rows = []
    for path in _in_order(list(ours), list(theirs)):
        here, there = ours.get(path), theirs.get(path)
        row = _row(here) if here else (path, None, *_row(there)[2:6], MISSING)
        rows.append((*row, there.value if there else None, _place(there) if there else MISSING,
                     not (here and there and here.value == there.value)))
    return pd.DataFrame(rows, columns=COLUMNS + AGAINST, dtype=object).astype({"differs": bool})


def summarise(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows that matter, by what they are: each grade; 'differing', of values that the scenario
    has; 'to_defend', those of them that are assumed; 'left_out', which only the baseline has."""
    gone = table["set_in"] == MISSING
    parts = {grade: table[~gone & (table["grade"] == grade)] for grade in GRADES}
    differs = table["differs"] if "differs" in table else pd.Series(False, table.index)
    return parts | {"differing": table[differs & ~gone], "left_out": table[gone],
                    "to_defend": table[differs & ~gone & (table["grade"] == "assumed")]}


def _values(scenario: Scenario) -> dict[str, Described]:
    """By path; without the margins that a district does not give, and their leeway where it gives none."""
    published = {f"districts.{district.name}.margins" for district in scenario.districts if district.margins.given}
    found = {}
    for one in scenario.values():
        section, _, key = one.path.rpartition(".")
        unknown = section.endswith(".margins") and (section not in published or one.value is None)
        if key not in LABELS and not unknown:
            found[one.path] = one
    return found


def _in_order(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Paths of both: those that only the baseline has follow what stands before them there."""
    known, merged = set(ours), list(ours)
    after = -1
    for path in theirs:
        if path in known:
            after = max(after, merged.index(path))
        else:
            after += 1
            merged.insert(after, path)
    return merged


def _row(one: Described) -> tuple:
    return one.path, one.value, one.unit, one.about, one.source, one.grade, _place(one)


def _place(one: Described) -> str:
    """Where a value was set: file:line, a word such as ``<python>``, or 'default'."""
    if not one.file:
        return DEFAULT
    return f"{one.file}:{one.line}" if one.line else one.file


def _told(place: str) -> str:
    """A place in the user's language."""
    return say(place) if place == DEFAULT else place


# -- as text -----------------------------------------------------------------------------------
def shown(value: Any, unit: str) -> str:
    """A value as people read it: digits set apart in threes, but not those of a year."""
    if value is None:
        return say("none")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, (int, float)):
        return f"{value}" if unit == "year" else figures(f"{value:,.15g}")
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or say("none")
    return str(value)


def measured(value: Any, unit: str) -> str:
    """A value with its unit, where it has one."""
    said = shown(value, unit)
    if unit in WITHOUT_UNIT or value is None:
        return said
    if unit.startswith("Rp"):
        return say("Rp {number}{per}", number=said, per=say(unit).removeprefix("Rp"))
    if unit.startswith(ADJECTIVE_UNITS):
        return say("{number} ({unit})", number=said, unit=say(unit))
    return say("{number} {unit}", number=said, unit=say(unit))


def text(scenario: Scenario, against: Scenario | None = None, *, width: int = 100,
         only_different: bool = False) -> str:
    """The explanation for a terminal of ``width`` letters: every value, and at the end what matters."""
    width = min(max(width, NARROWEST), WIDEST)
    table = explain(scenario, against)
    listed = table[table["differs"]] if only_different and against else table
    lines = wrap(scenario.name, width) + wrap(scenario.about, width)
    if against:
        lines += wrap(say("baseline: {name}; * marks what differs from it", name=against.name), width)
    return "\n".join([*lines, *_listing(listed, width), "", *_closing(table, against, width)])


def _listing(table: pd.DataFrame, width: int) -> list[str]:
    """Every value under the heading of its section; a section left out has a heading only."""
    sections, keys = table["path"].str.rpartition(".")[0], table["path"].str.rpartition(".")[2]
    values = [measured(row.value, row.unit) if row.set_in != MISSING else say("left out")
              for row in table.itertuples()]
    widths = (max(map(len, keys), default=0), min(VALUE_WIDTH, max(map(len, values), default=0)))
    gone = (table["set_in"] == MISSING).groupby(sections).all()
    lines, section = [], None
    for row, above, key, value in zip(table.itertuples(), sections, keys, values):
        if above != section:
            section = above
            heading = say("* {section}: only in the baseline", section=above) if gone[above] else above
            lines += ["", *([heading] if heading else [])]
        if not gone[above]:
            lines += _entry(row, key, value, widths, width)
    return lines


def _entry(row: Any, key: str, value: str, widths: tuple[int, int], width: int) -> list[str]:
    """One value: a line with its grade and, where there is room, its place; then all else about it."""
    grade_width = max(len(say(grade)) for grade in GRADES)
    mark = "*" if getattr(row, "differs", False) else " "
    first, *more = wrap(value, widths[1], break_on_hyphens=False) or [""]
    grade = say(row.grade) if row.set_in != MISSING else ""
    line = f"{mark} {key:<{widths[0]}}  {first:<{widths[1]}}  {grade:<{grade_width}}"
    place = _told(row.set_in)
    placed = row.set_in != MISSING and len(line) + 2 + len(place) <= width
    about = [translated(row.meaning), say("source: {source}", source=translated(row.source))]
    if row.set_in != MISSING and not placed:
        about.append(say("set in: {place}", place=place))
    if mark == "*":
        about.append(say("not in the baseline") if row.baseline_set_in == MISSING else
                     say("baseline: {value} ({place})", value=measured(row.baseline, row.unit),
                         place=_told(row.baseline_set_in)))
    return [f"{line}  {place}" if placed else line.rstrip(),
            *(" " * (widths[0] + 4) + rest for rest in more),
            *_indented("; ".join(about), width, INDENT)]


def _indented(words: str, width: int, first: str) -> list[str]:
    """Words in lines of ``width`` letters, paths and ranges of numbers not torn apart."""
    return wrap(words, width, initial_indent=first, subsequent_indent=INDENT, break_on_hyphens=False)


def _closing(table: pd.DataFrame, against: Scenario | None, width: int) -> list[str]:
    """How many values of each grade there are, which differ, and which of those are to be defended."""
    parts = summarise(table)
    told = [say("{count} values: {grades}", count=sum(len(parts[grade]) for grade in GRADES),
                grades=_counted({grade: len(parts[grade]) for grade in GRADES}))]
    if against is None:
        return wrap(told[0], width)
    differing, assumed, gone = parts["differing"], parts["to_defend"], parts["left_out"]
    if len(differing):
        told.append(say("unlike the baseline ({name}): {count} values ({grades})", count=len(differing),
                        name=against.name, grades=_counted(differing["grade"].value_counts())))
    if len(gone):
        sections = dict.fromkeys(gone["path"].str.rpartition(".")[0])
        told.append(say("only in the baseline: {count} values ({sections})", count=len(gone),
                        sections=", ".join(sections)))
    if not len(differing) + len(gone):
        told.append(say("none differs from the baseline ({name})", name=against.name))
    elif not len(assumed):
        told.append(say("none of those that differ is assumed"))
    lines = [line for words in told for line in wrap(words, width)]
    if len(assumed):
        words = say("To defend, because they differ and are assumed ({count}):", count=len(assumed))
        lines += ["", *wrap(words, width)]
    for row in assumed.itertuples():
        before = (say("not in the baseline") if row.baseline_set_in == MISSING else
                  say("baseline {value}", value=shown(row.baseline, row.unit)))
        lines += _indented(say("{path}: {value}, {before} ({place})", path=row.path, place=_told(row.set_in),
                               value=measured(row.value, row.unit), before=before), width, "  ")
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(say("{count} {grade}", count=counts[grade], grade=say(grade)) for grade in GRADES
                     if counts.get(grade))


# -- as CSV ------------------------------------------------------------------------------------
def as_csv(table: pd.DataFrame) -> str:
    """The explanation as CSV; text that a spreadsheet would run as a formula gets a ' before it."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_harmless(held) for held in row] for row in table.itertuples(index=False))
    return written.getvalue()


def _harmless(held: Any) -> Any:
    if isinstance(held, (tuple, list)):
        held = ", ".join(map(str, held))
    return f"'{held}" if isinstance(held, str) and re.match(RUNNABLE, held) else held
