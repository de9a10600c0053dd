"""The points of a csv design: a row a point, a column a dotted path."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Sequence

import pandas as pd

from kubesim.experiment.axes import LEVER, Axis, Known, as_held, out_of_bounds, unknown_path
from kubesim.hints import scalar
from kubesim.language import say
from kubesim.reading.faults import Fault, unit_of
from kubesim.reading.nodes import Node
from kubesim.scenario import Scenario

MOST_BYTES = 200_000_000


def read_points(node: Node, scenarios: Sequence[Scenario], known: Known,
                faults: list[Fault]) -> tuple[tuple[Axis, ...], pd.DataFrame | None]:
    """The axes and points of the file that a node names, next to the experiment's own; each column's
    least and largest value is tried in the scenarios."""
    path = Path(node.file).parent / str(node.value)
    if not path.is_file():
        faults.append(Fault(node, say("there is no such file next to this one")))
        return (), None
    if path.stat().st_size > MOST_BYTES:
        faults.append(Fault(node, say("is larger than {most} MB", most=MOST_BYTES // 1_000_000)))
        return (), None
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [[_cell(text, path, number) for text in row]
                    for number, row in enumerate(csv.reader(file), start=1) if any(map(str.strip, row))]
    except (UnicodeDecodeError, csv.Error) as wrong:
        faults.append(Fault(node, say("is no table of comma-separated values: {why}", why=wrong)))
        return (), None
    if len(rows) < 2:
        faults.append(Fault(node, say("holds no points: it needs a row of dotted paths and rows of values")))
        return (), None
    return _columns(node, rows, scenarios, known, faults)


def _cell(text: str, path: Path, line: int) -> Node:
    text = text.strip()
    return Node(scalar(text), str(path), line, 1, text)


def _columns(node: Node, rows: list[list[Node]], scenarios: Sequence[Scenario], known: Known,
             faults: list[Fault]) -> tuple[tuple[Axis, ...], pd.DataFrame | None]:
    head, *body = rows
    before = len(faults)
    for cell in head:
        if cell.text not in known:
            faults.append(Fault(cell, unknown_path(cell.text, known)))
    for row in body:
        if len(row) != len(head):
            faults.append(Fault(row[0], say("the row has {count} values, not {wanted}", count=len(row),
                                            wanted=len(head))))
    if len({cell.text for cell in head}) < len(head):
        faults.append(Fault(head[0], say("a path heads two columns")))
    if len(faults) > before:
        return (), None
    axes, table = [], {}
    for place, cell in enumerate(head):
        field, usual = known[cell.text]
        cells = [row[place] for row in body]
        for tried in _extremes(cells):
            faults += out_of_bounds(Node(tried.value, tried.file, tried.line, 1, tried.text, key=cell.text),
                                    cell.text, scenarios)
        axes.append(Axis(cell.text, LEVER, unit_of(field), usual))
        table[cell.text] = [as_held(held.value, usual) for held in cells]
    points = pd.DataFrame(table) if len(faults) == before else None
    if points is not None and points.duplicated().any():
        twice = body[int(points.duplicated().to_numpy().argmax())][0]
        faults.append(Fault(twice, say("the row is the same as one above it")))
    return tuple(axes), points


def _extremes(cells: list[Node]) -> list[Node]:
    """The cells that stand for a column: least and largest number, and each other value once."""
    numbers = [cell for cell in cells if _is_number(cell.value)]
    others = {cell.text: cell for cell in cells if not _is_number(cell.value)}
    ends = [min(numbers, key=_value), max(numbers, key=_value)] if numbers else []
    kinds = {type(cell.value): cell for cell in numbers}        # 2.5 where a whole number must stand
    return list({id(cell): cell for cell in [*ends, *kinds.values(), *others.values()]}.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _value(cell: Node) -> float:
    return cell.value
