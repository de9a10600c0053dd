"""The shape of the code: which way imports point, how long things are, what everything says of itself."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Iterator, get_args

import pytest

from kubesim import interventions, shocks
from kubesim.extensions import Extension
from kubesim.scenario import Scenario
from kubesim.units import GRADES, Section

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kubesim"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = MODULES + sorted((ROOT / "tests").rglob("*.py"))
TEXT = {"", ".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".cff", ".json", ".po", ".html", ".css", ".js"}
NOT_OURS = {".git", ".venv", "results", "build", "dist", "__pycache__", ".hypothesis", ".pytest_cache"}

LAYERS = (
    {"errors", "units", "randomness", "table", "columns", "ledger", "state", "extensions", "language", "locale",
     "hints", "files", "signals"},
    {"processes", "interventions", "shocks", "outcomes"},
    {"scenario", "population", "people", "reading"},
    {"model", "agents"},
    {"running", "progress", "notebook"},
    {"plots"},
    {"comparing", "economics", "telling", "frontier", "replaying", "experiment", "sweeping",
     "sensitivity", "exploring", "calibration", "validation"},
    {"__init__", "__main__", "cli", "commands", "report", "lessons", "web", "odd", "schema", "reference",
     "synthetic"},
)
"""Ground, rules, what if, one month, one run, pictures, studies, show: each may import itself and
what is before."""
FIRST_WITH_FILES = 4
ALONE = {"mesa": {"model", "agents"}, "yaml": {"scenario", "reading"}, "babel": {"language"}}
EVERYWHERE = {"numpy", "pydantic", "pydantic_core"}
ALSO = {"people": {"pandas", "pyarrow", "openpyxl"}}
"""What reads an office's file may use the libraries that read such files."""
SIBLINGS_APART = ("processes", "interventions", "shocks", "outcomes")


def name(path: Path) -> str:
    """What a file of the package is called in LAYERS: its top-level module or subpackage."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def layer(module: str) -> int:
    """The number of a module's layer."""
    found = [number for number, names in enumerate(LAYERS) if module in names]
    assert found, f"say in LAYERS of {Path(__file__).name} to which layer kubesim/{module} belongs"
    return found[0]


@cache
def imports(path: Path) -> tuple[tuple[str, ...], ...]:
    """Every module imported anywhere in a file, split at its dots."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            base = tuple(node.module.split("."))
            if base == ("kubesim",):
                yield from ((*base, alias.name) for alias in node.names if alias.name != "__version__")
            else:
                yield base


def label(path: Path) -> str:
    """A file's path for people."""
    return path.relative_to(ROOT).as_posix()


# -- imports -----------------------------------------------------------------------------------
def test_imports_point_one_way():
    assert not [f"{label(path)} imports {'.'.join(inner)}, which is above it" for path in MODULES
                for package, *inner in imports(path) if package == "kubesim" and layer(inner[0]) > layer(name(path))]


def test_only_those_who_may_import_a_library_do():
    def may(path: Path, package: str) -> bool:
        if package in ALONE:
            return name(path) in ALONE[package]
        known = sys.stdlib_module_names | EVERYWHERE | ALSO.get(name(path), set()) | {"kubesim"}
        return package in known or layer(name(path)) >= FIRST_WITH_FILES

    assert not [f"{label(path)} imports {package}" for path in MODULES for package, *_ in imports(path)
                if not may(path, package)]


@pytest.mark.parametrize("package", SIBLINGS_APART)
def test_siblings_do_not_import_each_other(package):
    for path in (PACKAGE / package).glob("*.py"):
        for imported in imports(path):
            assert imported[:2] != ("kubesim", package), f"{label(path)} imports {'.'.join(imported)}"


# -- sizes -------------------------------------------------------------------------------------
def too_long(path: Path) -> Iterator[str]:
    """What is too long in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > 300:
        yield f"{label(path)} has {len(lines)} lines"
    yield from (f"{label(path)}:{number}: long line" for number, line in enumerate(lines, 1) if len(line) > 120)
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > 50:
                yield f"{label(path)}:{node.lineno} {node.name} has {length} lines"


def test_files_and_functions_are_short():
    assert not [fault for path in SOURCES for fault in too_long(path)]


# -- what everything says of itself ------------------------------------------------------------
def public(tree: ast.AST) -> Iterator[ast.AST]:
    """Public functions and classes of a module, and the public methods of its classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name[0] != "_":
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def silent(path: Path) -> Iterator[str]:
    """What does not say what it is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield label(path)
    yield from (f"{label(path)}: {node.name}" for node in public(tree)
                if not ast.get_docstring(node) and not node.name.startswith("model_"))     # pydantic's own


def test_everything_public_has_a_docstring():
    assert not [fault for path in MODULES for fault in silent(path)]


def sections() -> list[type[Section]]:
    """Every set of parameters: a scenario's sections, and every intervention and shock that ships."""
    for package in (interventions, shocks):
        for found in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{found.name}")
    nested = {Scenario}
    for field in Scenario.model_fields.values():
        nested |= {kind for kind in (field.annotation, *get_args(field.annotation))
                   if isinstance(kind, type) and issubclass(kind, Section)}
    shipped = {kind for kind in Extension.kinds().values() if kind.__module__.startswith("kubesim.")}
    return sorted(nested | shipped, key=lambda kind: kind.__name__)


def parameters(kind: type[Section]) -> dict[str, dict]:
    """A section's parameters with what they say of themselves; nested sections say it elsewhere."""
    inside = {field for field, held in kind.model_fields.items()
              if any(isinstance(part, type) and issubclass(part, Section)
                     for part in (held.annotation, *get_args(held.annotation)))
              or "Annotated" in str(held.annotation)}
    return {field: held.json_schema_extra or {} for field, held in kind.model_fields.items()
            if field not in inside | {"kind"}}


@pytest.mark.parametrize("kind", sections(), ids=lambda kind: kind.__name__)
def test_every_parameter_has_a_unit_a_meaning_a_source_and_a_grade(kind):
    for field, said in parameters(kind).items():
        where = f"{kind.__name__}.{field}"
        assert said.get("unit"), f"{where} has no unit"
        assert said.get("source", "").strip(), f"{where} has no source"
        assert said.get("grade") in GRADES, f"{where} has no grade"
        assert kind.model_fields[field].description, f"{where} does not say what it is"


def test_there_are_as_many_parameters_as_a_model_of_this_size_has():
    """The test above would pass on nothing at all."""
    assert sum(len(parameters(kind)) for kind in sections()) > 180


RULES = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)


@pytest.mark.parametrize("kind", sections(), ids=lambda kind: kind.__name__)
def test_every_parameter_is_read_somewhere(kind):
    """A parameter that no rule reads would promise an effect that it does not have. The base year only
    tells what rupiah are meant."""
    idle = [field for field in parameters(kind)
            if field != "base_year" and not re.search(rf"\.{field}\b", RULES)]
    assert not idle, f"{kind.__name__}: nothing reads {', '.join(idle)}"


# -- nothing of one machine --------------------------------------------------------------------
def texts() -> Iterator[Path]:
    """Text files of the project."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        ours = (path.suffix in TEXT and not NOT_OURS & set(inside)
                and not any(name.startswith(".venv") for name in inside))
        if ours and path.is_file() and path.stat().st_size < 1e6:
            yield path


def test_no_file_mentions_a_path_of_some_machine():
    places = "|".join(["home", "Users", "root", "mnt", "private"])
    machine = re.compile(rf"(?<![\w.:/~$}})-])/(?:{places})/\w|\b[A-Z]:\\\w|{re.escape(str(ROOT))}\b")
    found = [f"{label(path)}:{number}" for path in texts()
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
             if machine.search(line)]
    assert not found
