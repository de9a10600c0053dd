"""The tables of docs/odd.md, written from the code: ``python -m kubesim.odd``, ``--check`` to compare.

The page marks its tables by ``<!-- generated: state -->`` and ``<!-- end -->``; parameter tables
name their section, as in ``<!-- generated: parameters of learning -->``. All other text is the
author's and stays as it is.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import re
import sys
import textwrap
import tokenize
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from kubesim import columns, model, population, state
from kubesim.extensions import Extension, Intervention, Shock
from kubesim.running.measure import known_outcomes
from kubesim.randomness import Draws
from kubesim.scenario import Scenario
from kubesim.reading.sections import kinds, section_in
from kubesim.table import Table
from kubesim.units import Section

PAGE = Path(__file__).parents[1] / "docs" / "odd.md"
BLOCK = re.compile(r"(<!-- generated: (\w+)(?: of ([\w.]+))? -->)\n.*?<!-- end -->", re.DOTALL)
NONE = "–"


def main(arguments: list[str] | None = None) -> int:
    """Rewrite the page's tables, or with ``--check`` say whether they lag; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kubesim.odd", description=main.__doc__)
    parser.add_argument("page", nargs="?", type=Path, default=PAGE)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the tables lag")
    chosen = parser.parse_args(arguments)
    if not chosen.page.is_file():
        print(f"{chosen.page}: no such page; run this from a checkout", file=sys.stderr)
        return 2
    text = chosen.page.read_text(encoding="utf-8")
    faults = faults_of(text)
    if not faults and rewrite(text) != text:
        if chosen.check:
            faults = ["tables lag behind the code; run python -m kubesim.odd"]
        else:
            chosen.page.write_text(rewrite(text), encoding="utf-8")
    for fault in faults:
        print(f"{chosen.page.name}: {fault}", file=sys.stderr)
    return 1 if faults else 0


def rewrite(text: str) -> str:
    """The page with the tables as the code has them now."""
    def written(found: re.Match) -> str:
        name, path = found[2], found[3]
        lines = parameter_table(path, sections()[path]) if path else BLOCKS[name]()
        return f"{found[1]}\n{lines}\n<!-- end -->"
    return BLOCK.sub(written, text)


def faults_of(text: str) -> list[str]:
    """What is wrong with the page's marks: every table must have exactly one place."""
    marked = [" of ".join(filter(None, found.group(2, 3))) for found in BLOCK.finditer(text)]
    wanted = [f"parameters of {path}" for path in sections()] + list(BLOCKS)
    return ([f"table '{name}' has {marked.count(name) or 'no'} places; it needs one"
             for name in wanted if marked.count(name) != 1]
            + [f"table '{name}' is unknown" for name in marked if name not in wanted])


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") or NONE for cell in line) + " |"
                     for line in lines)


def first_sentence(thing: Any) -> str:
    """What its docstring says first."""
    return (inspect.getdoc(thing) or "").split("\n")[0].split(". ")[0].removesuffix(".")


# -- parameters ---------------------------------------------------------------------------------
def sections() -> dict[str, type[Section]]:
    """Every set of parameters by its dotted path; a scenario's own values under ``scenario``."""
    found: dict[str, type[Section]] = {"scenario": Scenario}
    for name, field in Scenario.model_fields.items():
        held = section_in(field)
        if held and issubclass(held, Extension):
            ours = f"kubesim.{name}."           # not what others have added
            found |= {f"{name}.{kind}": made for kind, made in kinds(held).items()
                      if made.__module__.startswith(ours)}
        elif held:
            found[name] = held
            found |= {f"{name}.{key}": inner for key, field in held.model_fields.items()
                      if (inner := section_in(field))}
    return found


def extensions() -> dict[str, type[Extension]]:
    """kubesim's own interventions and shocks by their dotted path."""
    return {path: kind for path, kind in sections().items() if issubclass(kind, Extension)}


def parameters(section: type[Section]) -> dict[str, FieldInfo]:
    """A section's parameters by name, without what only holds a section or names an extension."""
    names = Extension.model_fields if issubclass(section, Extension) else ()
    return {name: field for name, field in section.model_fields.items()
            if field.json_schema_extra and name not in names}


def parameter_table(path: str, section: type[Section]) -> str:
    """What each parameter of a section is, may be, means, and comes from."""
    rows = []
    for name, field in parameters(section).items():
        said = field.json_schema_extra
        span = [_shown(end) for end in said.get("plausible", [])]
        rows.append([f"`{name}`" if section is Scenario else f"`{path}.{name}`", said.get("symbol", ""),
                     _shown(field.default), _bounds(field), " to ".join(span), said["unit"],
                     field.description, said["grade"], said["source"]])
    return table(["parameter", "symbol", "default", "bounds", "plausible", "unit", "meaning", "grade",
                  "source"], rows)


def _shown(value: Any) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"
    return str(value or NONE)


def _bounds(field: FieldInfo) -> str:
    """The hard bounds, as "0 to 1" or "above 0 to 1"."""
    above, low, high = (next((getattr(bound, name) for bound in field.metadata if hasattr(bound, name)), None)
                        for name in ("gt", "ge", "le"))
    strict = above is not None and (low is None or above >= low)
    ends = [f"above {_shown(above)}" if strict else _shown(low), _shown(high)]
    return " to ".join(ends) if any(end != NONE for end in ends) else NONE


# -- state --------------------------------------------------------------------------------------
def state_tables() -> str:
    """Columns of each table, with the comment on each column's line for a meaning."""
    source = inspect.getsource(columns)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string.lstrip("# ") for token in tokens
                if token.type == tokenize.COMMENT}
    bodies = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
    return "\n\n".join(f"### {kind.__name__}\n{inspect.getdoc(kind)}\n\n" + table(
        ["column", "type", "meaning"], _column_rows(kind, bodies[kind.__name__], comments))
        for kind in TABLES.values())


def _column_rows(kind: type, body: ast.ClassDef, comments: dict[int, str]) -> Iterator[list[str]]:
    columns = {node.lineno: node for node in body.body if isinstance(node, ast.AnnAssign)}
    for line in range(min(columns) - 1, max(columns) + 1):
        if line in columns:
            name, sort = columns[line].target.id, ast.unparse(columns[line].annotation)
            yield [f"`{name}`", sort, comments.get(line, name.replace("_", " "))]
        elif line in comments:
            yield [f"*{comments[line]}*", " ", " "]
    for name, thing in vars(kind).items():
        if isinstance(thing, property):
            yield [f"`{name}`", "computed", first_sentence(thing)]


# -- schedule -----------------------------------------------------------------------------------
TABLES = {kind.__name__.lower(): kind for kind in vars(columns).values()
          if isinstance(kind, type) and issubclass(kind, Table) and kind is not Table}
PLACES = [f"{owner}.{name}" for owner, kind in TABLES.items() for name in (*kind.column_types(), *vars(kind))]
SPEAKERS = {"state": state.State, "part": state.State, "draw": Draws, "shock": Shock,
            "intervention": Intervention}


def _owner(node: ast.AST) -> str | None:
    """The table that an expression such as ``h``, ``groups`` or ``state.markets`` stands for."""
    name = getattr(node, "id", getattr(node, "attr", None))
    return "households" if name == "h" else name if name in TABLES else None


def _column(node: ast.AST) -> str | None:
    named = f"{_owner(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else None
    return named if named in PLACES else None


def _events(tree: ast.AST) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Each reading and writing of a column, with its place; an assignment writes where it ends."""
    replaced = set()
    for node in ast.walk(tree):
        begin, end = ((getattr(node, "lineno", 0), getattr(node, "col_offset", 0)),
                      (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)))
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            for target in getattr(node, "targets", None) or [node.target]:
                target = target.value if isinstance(target, ast.Subscript) else target
                if column := _column(target):
                    replaced |= {target} if isinstance(node, ast.Assign) else set()
                    yield end, "write", column
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            for call in ast.walk(node):         # for name in ("a", "b"): setattr(table, name, ...)
                does = {"setattr": "write", "getattr": "read"}.get(getattr(getattr(call, "func", 0), "id", 0))
                for name in ast.literal_eval(node.iter) if does else ():
                    yield end if does == "write" else begin, does, f"{_owner(call.args[0])}.{name}"
        elif (column := _column(node)) and node not in replaced:
            yield begin, "read", column


def footprint(rule: Callable | type, without: str = "") -> list[str]:
    """Columns a function (or a class but for one method) sees as they were, those it changes, its draws."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule))).body[0]
    tree.body = [node for node in tree.body if getattr(node, "name", None) != without]
    events = sorted(_events(tree))
    first = {column: does for _, does, column in reversed(events)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)
             and ast.unparse(node.func) in ("draw.normal", "draw.uniform")]
    draws = [f"`{ast.literal_eval(call.args[0])}` ({call.func.attr}"
             + (f", one a {owner[:-1]})" if (owner := _owner(call.args[1])) else ")")
             for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset))]
    return [_gathered({column for column in first if first[column] == "read"}),
            _gathered({column for _, does, column in events if does == "write"}), ", ".join(draws)]


def _gathered(columns: set[str]) -> str:
    by_table: dict[str, list[str]] = {}
    for column in sorted(columns, key=PLACES.index):
        by_table.setdefault(column.split(".")[0], []).append(f"`{column.split('.')[1]}`")
    return "; ".join(f"{owner}: {', '.join(names)}" for owner, names in by_table.items())


def steps(method: Callable, when: str = "") -> Iterator[tuple[str, str, Callable]]:
    """The rules that a method of the model calls, in order, each with the loop or condition around it."""
    yield from _steps_in(ast.parse(textwrap.dedent(inspect.getsource(method))).body[0].body, when)


def _steps_in(statements: list[ast.stmt], when: str) -> Iterator[tuple[str, str, Callable]]:
    for statement in statements:
        if isinstance(statement, (ast.For, ast.If)):
            around = ", ".join(filter(None, [when, ast.unparse(statement).split(":\n")[0]]))
            yield from _steps_in(statement.body, around)
            yield from _steps_in(statement.orelse, f"not {around}")
        elif isinstance(getattr(statement, "value", None), ast.Call):
            call = ast.unparse(statement.value.func)
            owner, _, verb = call.rpartition(".")
            if owner == "self":
                yield from steps(getattr(model.KubeModel, verb), when)
            else:
                yield when, call, getattr(SPEAKERS.get(owner) or getattr(model, owner), verb)


def schedule_table() -> str:
    """The order of the month, from ``KubeModel._live_month``."""
    rows = ([str(place), f"`{call}`", f"`{when}`" if when else "", first_sentence(rule), *footprint(rule)]
            for place, (when, call, rule) in enumerate(steps(model.KubeModel._live_month), 1))
    return table(["order", "rule", "when", "what happens", "reads", "writes", "draws"], rows)


def extension_table() -> str:
    """What each intervention and shock does in a month."""
    rows = ([f"`{path}`", first_sentence(kind.apply), *footprint(kind, without="prepare")]
            for path, kind in extensions().items())
    return table(["kind", "what happens", "reads", "writes", "draws"], rows)


def start_table() -> str:
    """What is set before month 0, in order."""
    makers = [maker for maker in vars(population).values()
              if inspect.isfunction(maker) and "draw" in inspect.signature(maker).parameters]
    rows = [[f"`population.{maker.__name__}`", first_sentence(maker), *footprint(maker)[1:]]
            for maker in makers]
    rows += [[f"`{path}.prepare`", first_sentence(kind.prepare), *footprint(kind.prepare)[1:]]
             for path, kind in extensions().items() if "prepare" in vars(kind)]
    return table(["rule", "what happens", "writes", "draws"], rows)


# -- outcomes -----------------------------------------------------------------------------------
def outcome_table() -> str:
    """Every outcome, with what it is measured over."""
    rows = ([f"`{thing.name}`", thing.unit, thing.table, thing.about.removesuffix("."), thing.source]
            for thing in known_outcomes().values())
    return table(["outcome", "unit", "measured over", "meaning", "source"], rows)


BLOCKS: dict[str, Callable[[], str]] = {"state": state_tables, "schedule": schedule_table,
                                        "extensions": extension_table, "start": start_table,
                                        "outcomes": outcome_table}

if __name__ == "__main__":
    sys.exit(main())
