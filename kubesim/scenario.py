"""Scenario: everything that is assumed about a world, from parameters to programme."""

from __future__ import annotations

import os
import re
from functools import cached_property, partial
from itertools import islice
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from pydantic import SerializeAsAny, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kubesim.errors import ScenarioError
from kubesim.extensions import Intervention, Shock
from kubesim.reading.faults import MOST, Fault, did_you_mean, listed, refuse
from kubesim.language import say
from kubesim.reading.household_file import pin_file, refuse_file
from kubesim.reading.layers import BASED_ON, layers_of, read_layers, set_path, take_notes
from kubesim.reading.nodes import Node
from kubesim.people.household_file import REGISTER, SURVEY, why_not_inside
from kubesim.people.city import areas, households_of_city, line_of
from kubesim.people.margins import contradictions
from kubesim.population import District, GroupPlan, Population
from kubesim.processes.business import Business
from kubesim.processes.cooperation import Effort, Institution, Trust
from kubesim.processes.earnings import Earnings, Illness
from kubesim.processes.joint_business import JointBusiness, Misuse, Solidarity
from kubesim.processes.learning import Learning
from kubesim.processes.market import Market
from kubesim.processes.membership import Membership
from kubesim.processes.needs import Needs
from kubesim.processes.spending import Spending
from kubesim.reading.sections import DISAGREEMENT, NOTHING, Builder, Origin, leaves, places
from kubesim.units import Section, value, whole_months
from kubesim.reading.yaml_file import parse, write

LARGEST_MAP = 100               # columns and rows of tiles
LARGEST_CITY = 100_000_000
"""Households of a city that a computer's memory can hold while the register is drawn."""


class Described(NamedTuple):
    """A value of a scenario and all that is known about it; ``file`` is empty for a default."""

    path: str
    value: Any
    unit: str
    about: str
    source: str
    grade: str
    file: str
    line: int
    column: int


class Scenario(Section):
    """One world: its people, its rules' parameters, its programme and its shocks."""

    name: str = value("Unnamed", "text", "what to call it")
    about: str = value("", "text", "what it is about")
    base_year: int = value(2019, "year", "year of the rupiah and of the poverty line", low=1990, high=2100)
    months: int = whole_months(60, "months after month 0", low=1)
    population: Population = Population()
    groups: GroupPlan = GroupPlan()
    districts: tuple[District, ...] = (District(name="All"),)
    interventions: tuple[SerializeAsAny[Intervention], ...] = ()
    shocks: tuple[SerializeAsAny[Shock], ...] = ()
    earnings: Earnings = Earnings()
    illness: Illness = Illness()
    business: Business = Business()
    spending: Spending = Spending()
    needs: Needs = Needs()
    learning: Learning = Learning()
    effort: Effort = Effort()
    institution: Institution = Institution()
    trust: Trust = Trust()
    market: Market = Market()
    joint_business: JointBusiness = JointBusiness()
    solidarity: Solidarity = Solidarity()
    misuse: Misuse = Misuse()
    membership: Membership = Membership()

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """Where values were written, by dotted path; defaults are not listed.

        No field: where a value was written makes no other world, so two scenarios that differ in
        it are equal. It is pickled along.
        """
        return {}

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Scenario":
        """Read a scenario file; raises ScenarioError with a line for each fault in it."""
        root, faults, complete = read_layers(path)
        pin_file(root, "", faults)
        return _checked(root, faults, complete)

    @classmethod
    def from_bytes(cls, content: bytes, file: str, beside: Mapping[str, bytes] | None = None) -> "Scenario":
        """A scenario from what stands in a file of that name, checked like one; it may be based on the
        files ``beside`` it, given by their names, and on no other. Raises ScenarioError."""
        root, faults, complete = layers_of(content, file, beside or {})
        refuse_file(root, faults)
        return _checked(root, faults, complete)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], origin: str = "<python>",
                     origins: Mapping[str, Sequence[Any]] | None = None) -> "Scenario":
        """A scenario from a plain mapping, checked like a file; ``origins`` is what
        ``origins_to_mapping`` gave, where its values were once written elsewhere than in ``origin``."""
        root = Node.of(mapping, origin)
        faults = take_notes(root)
        if isinstance(root.value, dict) and BASED_ON in root.value:
            faults.append(Fault(root.value.pop(BASED_ON), say("works in files only")))
        made = _checked(root, faults)
        if origins is not None:
            made.__dict__["origins"] = {path: Origin(*held) for path, held in origins.items()}
        return made

    @property
    def folder(self) -> str:
        """The folder of the files in which its values were written, where its household file lies; empty
        for the working folder."""
        told = [self.origins.get(f"population.{word}") for word in (REGISTER, SURVEY)]
        written = [held.file for held in (*told, *self.origins.values())
                   if held and held.line and not held.file.startswith("<")]
        return os.path.dirname(written[0]) if written else ""

    def to_mapping(self) -> dict[str, Any]:
        """Every value as plain JSON types."""
        return self.model_dump(mode="json")

    def origins_to_mapping(self) -> dict[str, list[Any]]:
        """Where every value was written, its source and its grade as plain JSON types, by dotted path;
        of files elsewhere in the computer only the name."""
        told = {}
        for path, (file, line, column, source, grade) in self.origins.items():
            short = os.path.basename(file) if os.path.isabs(file) else file
            told[path] = [short, line, column, source.replace(file, short) if file else source, grade]
        return told

    def to_yaml(self) -> str:
        """Every value as a scenario file that loads back to an equal scenario."""
        return write(self.to_mapping())

    def with_(self, changes: Mapping[str, Any] | None = None, /, **fields: Any) -> "Scenario":
        """A copy with some values changed.

        ``changes`` gives values by dotted path, ``fields`` those of the top level; a mapping
        changes a section key by key, a list replaces. Raises ScenarioError.

        >>> Scenario().with_({"groups.size": 8}, months=24).groups.size
        8
        """
        root = Node.of(self, "")
        for path, origin in self.origins.items():
            node = root.down(path)
            node.file, node.line, node.column, node.source, node.grade = origin
        faults: list[Fault] = []
        for path, given in {**(changes or {}), **fields}.items():
            holder = Node({}, "<python>")
            holder.put(path, Node.of(given, "<python>"))
            faults += take_notes(holder)
            faults += set_path(root, path, holder.value[path], partial(places, Scenario))
        if any(root.down(f"population.{word}").value != getattr(self.population, word)
               for word in (REGISTER, SURVEY) if root.down(f"population.{word}")):
            root.down("population").value.pop("sha256", None)
            pin_file(root, self.folder, faults)
        return _checked(root, faults)

    def without_programme(self) -> "Scenario":
        """The same people and luck without groups and interventions."""
        return self.with_({"groups.formed": False}, interventions=[], name=f"{self.name} (no programme)")

    def values(self) -> Iterator[Described]:
        """Every value with its unit, meaning, source, grade and the place where it was written."""
        for path, field, held in leaves(self):
            said = field.json_schema_extra or {}
            usual = Origin("", 0, 0, said.get("source", ""), said.get("grade", ""))
            file, line, column, source, grade = self.origins.get(path, usual)
            yield Described(path, held, said.get("unit", ""), field.description or "", source, grade,
                            file, line, column)

    def describe(self, path: str) -> Described:
        """All that is known about the value at a dotted path; raises ScenarioError."""
        known = {described.path: described for described in self.values()}
        if path not in known:
            raise ScenarioError(say("{path}: there is no such value", path=path) + did_you_mean(path, known))
        return known[path]

    @field_validator("districts", "interventions", "shocks", mode="before")
    @classmethod
    def _made_of_sections(cls, given: Any) -> Any:
        """Lists count as tuples; bare mappings need ``from_mapping``, which looks at their kind."""
        if isinstance(given, list):
            given = tuple(given)
        if isinstance(given, tuple) and any(isinstance(item, Mapping) for item in given):
            raise ValueError("must be objects such as Diklat(...); Scenario.from_mapping takes mappings")
        return given

    @model_validator(mode="after")
    def _agree(self) -> "Scenario":
        """Raise what does not fit together, each as a line error with the locations that it reads."""
        found = [{"type": PydanticCustomError(DISAGREEMENT, "{rule}", {"rule": rule, "reads": reads}),
                  "loc": reads[0], "input": None} for rule, *reads in islice(_disagreements(self), MOST)]
        if found:
            raise ValidationError.from_exception_data("Scenario", found)
        return self


def parse_setting(text: str) -> tuple[str, Node]:
    """A ``path=value`` of the command line, for ``Scenario.with_``; the value is read as in a file."""
    path, equals, written = text.partition("=")
    here = Node(None, f"--set {text}")
    if not equals or not path.strip():
        refuse([Fault(here, say("must be path=value, as in groups.size=8"))])
    node, faults = parse(written, here.file, lines=False)
    refuse(faults)
    return path.strip(), node if node is not None else here


def _checked(root: Node | None, faults: list[Fault], complete: bool = True) -> Scenario:
    """The scenario of a tree of nodes; raises ScenarioError with all faults."""
    made: Any = NOTHING
    if root is not None:
        builder = Builder(Scenario, faults, extra_keys=(BASED_ON,), agree=complete)
        made = builder.section(Scenario, root)
    refuse(faults)
    made.__dict__["origins"] = builder.origins
    return made


def _disagreements(scenario: Scenario) -> Iterator[tuple]:
    """What does not fit together: the rule, then the locations of the values it looks at."""
    yield from _wrong_names(scenario)
    people, size = scenario.population, scenario.groups.size
    for word in (REGISTER, SURVEY):
        if rule := why_not_inside(getattr(people, word)):
            yield rule, ("population", word)
    if people.register and people.survey:
        yield (say("must be a register or a survey, not both"), ("population", "survey"),
               ("population", "register"))
    count, registered = people.households, people.households * people.register_share
    if int(registered + 1e-9) < size and not people.register:
        yield (say("no group of {size} can form: the register lists {registered:.0f} of {count} households",
                   size=size, registered=registered, count=count),
               ("groups", "size"), ("population", "households"), ("population", "register_share"))
    if not scenario.districts:
        yield say("must name at least one district"), ("districts",)
        return
    largest = households_of_city(scenario, registered) * max(area.share for area in areas(scenario))
    if largest > LARGEST_CITY:
        yield (say("must be at least {least:.2g} (share), so that the register is drawn from at most {most} "
                   "million households", least=people.targeted_share * largest / LARGEST_CITY,
                   most=LARGEST_CITY // 1_000_000),
               ("population", "targeted_share"), ("population", "households"))
    for place, district in enumerate(scenario.districts):
        if people.survey and district.margins.given:
            yield (say("cannot be fitted: its people come from population.survey"),
                   ("districts", place, "margins"), ("population", "survey"))
        for rule, *among in contradictions(district.margins, line_of(scenario, district), scenario.spending.floor):
            yield rule, *(("districts", place, "margins", name) for name in among)
    yield from _wrong_tiles(scenario)
    names = [district.name for district in scenario.districts]
    for section in ("interventions", "shocks"):
        for place, extension in enumerate(getattr(scenario, section)):
            for item, name in enumerate(extension.districts):
                if name not in names:
                    yield (say("must be one of the districts: {names}", names=listed(names))
                           + did_you_mean(name, names), (section, place, "districts", item),
                           ("districts",))


def _wrong_tiles(scenario: Scenario) -> Iterator[tuple]:
    """Places that lie off the map, or that two districts have."""
    taken: dict[tuple[int, int], str] = {}
    for place, district in enumerate(scenario.districts):
        if district.tile and not all(1 <= step <= LARGEST_MAP for step in district.tile):
            yield (say("must be a column and a row, each from 1 to {most}", most=LARGEST_MAP),
                   ("districts", place, "tile"))
        elif district.tile and taken.setdefault(district.tile, district.name) != district.name:
            yield (say("is the place of {district} already", district=taken[district.tile]),
                   ("districts", place, "tile"))


def _wrong_names(scenario: Scenario) -> Iterator[tuple]:
    """Names that are used twice or that no dotted path could hold."""
    for section in ("districts", "interventions", "shocks"):
        seen: set[str] = set()
        for place, item in enumerate(getattr(scenario, section)):
            reads = ((section, place, "name"), (section, place, "kind"))
            if item.name in seen:
                yield say("name used twice in {list}: give each a 'name' of its own", list=section), *reads
            seen.add(item.name)
            if section == "districts" and (not item.name.strip() or re.search(r"[.=\n]", item.name)):
                yield say("must be a name without '.' and '='"), *reads
            elif section != "districts" and not re.fullmatch(r"[^\W\d][\w-]*", item.name):
                yield say("must be a name of letters, digits, _ and -, beginning with a letter"), *reads
