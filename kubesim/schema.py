"""JSON Schema (draft-07) of scenario and experiment files, with which editors complete and explain them."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic.fields import FieldInfo

from kubesim.calibration.prior import DISTRIBUTIONS
from kubesim.extensions import Extension, Intervention, Shock
from kubesim.reading.faults import unit_of
from kubesim.language import say, translated
from kubesim.reading.layers import BASED_ON
from kubesim.running.measure import known_outcomes
from kubesim.scenario import Scenario
from kubesim.reading.sections import is_list, kinds, section_in
from kubesim.units import GRADES, Section

DRAFT = "http://json-schema.org/draft-07/schema#"

NOTES = {
    "source": {"type": "string", "description": "where the value comes from"},
    "grade": {"enum": list(GRADES), "description": "how far the value may be trusted, best first"},
    "note": {"type": "string", "description": "anything else worth knowing"},
}


def schema(of: Literal["scenario", "experiment"] = "scenario") -> dict[str, Any]:
    """The JSON Schema of a kind of file, built from the parameters themselves."""
    if of == "experiment":
        return _experiment()
    shape = _section(Scenario)
    shape["properties"][BASED_ON] = {
        "type": "string", "minLength": 1,
        "description": "a scenario file of the same folder that this one changes; at most one level"}
    shape["properties"]["districts"]["minItems"] = 1
    every_kind_said = {"items": {"required": ["kind"]}}
    return {"$schema": DRAFT, "title": "kubesim scenario", **shape,
            "if": {"not": {"required": [BASED_ON]}},
            "then": {"properties": {"interventions": every_kind_said, "shocks": every_kind_said}},
            "definitions": {**NOTES, **_kinds(Intervention), **_kinds(Shock)}}


def _section(cls: type[Section]) -> dict[str, Any]:
    """A section as an object whose keys are all known."""
    plain = cls.model_json_schema()["properties"]
    return {"type": "object", "description": _first_line(cls),
            "properties": {name: _field(name, field, plain[name])
                           for name, field in cls.model_fields.items()},
            "required": [name for name, field in cls.model_fields.items() if field.is_required()],
            "additionalProperties": False}


def _field(name: str, field: FieldInfo, plain: dict[str, Any]) -> dict[str, Any]:
    """A field: a section, a list of sections, or a value that may be annotated."""
    held = section_in(field)
    if held is None:
        return _value(name, field, plain)
    item = _any_kind(held) if issubclass(held, Extension) else _section(held)
    if is_list(field):
        return {"type": "array", "description": _first_line(held), "items": item}
    return item


def _kinds(base: type[Extension]) -> dict[str, Any]:
    """Each kind of intervention or shock, by the name that ``_any_kind`` refers to."""
    found = {}
    for kind, cls in kinds(base).items():
        shape = _section(cls)
        shape["properties"]["kind"] = {"const": kind, "description": _first_line(cls)}
        found[f"{base.__name__}.{kind}"] = {**shape, "title": kind, "required": [*shape["required"], "kind"]}
    return found


def _any_kind(base: type[Extension]) -> dict[str, Any]:
    """An item of any kind, or one that names an item of the file below and changes it."""
    places: dict[str, list[dict[str, str]]] = {}
    for kind, cls in kinds(base).items():
        for name in cls.model_fields.keys() - {"kind"}:
            places.setdefault(name, []).append(
                {"$ref": f"#/definitions/{base.__name__}.{kind}/properties/{name}"})
    change = {"type": "object", "required": ["name"], "additionalProperties": False,
              "description": f"changes the item of this name in the file that {BASED_ON} names",
              "properties": {name: {"anyOf": refs} for name, refs in sorted(places.items())}}
    return {"anyOf": [*({"$ref": f"#/definitions/{base.__name__}.{kind}"} for kind in kinds(base)), change]}


def _value(name: str, field: FieldInfo, plain: dict[str, Any]) -> dict[str, Any]:
    """A plain value, or the same with its source, grade and a note."""
    bare = {key: said for key, said in plain.items()
            if key not in ("title", "description", "default", *(field.json_schema_extra or {}))}
    if "$ref" in bare:          # a type of an extension's own: let the loader judge it
        bare = {}
    noted = {"type": "object", "required": ["value"], "additionalProperties": False,
             "properties": {"value": bare, **{note: {"$ref": f"#/definitions/{note}"} for note in NOTES}}}
    shape = {"description": _hover(name, field), "anyOf": [bare, noted]}
    if not field.is_required():
        shape["default"] = plain.get("default")
    return shape


def _hover(name: str, field: FieldInfo) -> str:
    """What an editor shows of a parameter: meaning, unit, default, source and grade."""
    said, about = field.json_schema_extra or {}, field.description or name.replace("_", " ")
    if unit_of(field) in ("", "text", "name", "names"):
        return translated(about)
    parts = [say("{about} ({unit}).", about=translated(about), unit=say(unit_of(field)))]
    if not field.is_required() and field.default is not None:
        parts.append(say("Default: {default}.", default=json.dumps(field.default)))
    parts.append(say("Source: {source} ({grade}).", source=translated(said["source"]), grade=say(said["grade"])))
    return " ".join(parts)


def _first_line(cls: type) -> str:
    return (cls.__doc__ or cls.__name__).strip().split("\n")[0]


def _experiment() -> dict[str, Any]:
    """Experiment files: a scenario, what is varied, how often, and what is measured."""
    text, whole = {"type": "string"}, {"type": "integer", "minimum": 1}
    path = {"pattern": r"^[^.\s]+(\.[^.]+)*$"}
    return {
        "$schema": DRAFT, "title": "kubesim experiment", "type": "object", "additionalProperties": False,
        "oneOf": [{"required": [key]} for key in ("scenario", "scenarios", "priors")],
        "properties": {
            "name": {**text, "description": "what to call it"},
            "about": {**text, "description": "the question that it answers"},
            "scenario": {**text, "minLength": 1, "description": "the scenario file that is varied"},
            "scenarios": {"type": "array", "minItems": 1, "uniqueItems": True, "items": text, "description":
                          "scenario files that live at every point under common luck, the first the baseline"},
            "months": {**whole, "maximum": 600, "description": "months after month 0"},
            "seeds": {"type": "object", "additionalProperties": False, "description": "the luck to try",
                      "properties": {"first": {"type": "integer", "minimum": 0}, "count": whole,
                                     "fresh": {"type": "boolean", "description": "luck of its own for every "
                                               "point; by default all points share theirs"}}},
            "design": _design(whole),
            "levers": _varied(path, "what policy sets, by dotted path"),
            "uncertainties": _varied(path, "what nobody knows, by dotted path"),
            "constraints": {"type": "array", "description": "what points must keep, as in groups.size >= 8",
                            "items": {"type": "string", "pattern": r"^\s*\S+\s*(<=|>=|==|!=|<|>)\s*\S+\s*$"}},
            "outcomes": {"type": "array", "minItems": 1, "uniqueItems": True, "description": "what is measured",
                         "items": {"enum": sorted(known_outcomes())}},
            "keep": {"enum": ["final", "monthly", "households"],
                     "description": "how much of each run is kept"},
            **_calibration(path),
        },
    }


def _design(whole: dict[str, Any]) -> dict[str, Any]:
    """How points are chosen."""
    return {"type": "object", "additionalProperties": False, "description": "how points are chosen",
            "properties": {
                "kind": {"enum": ["grid", "lhs", "sobol", "morris", "csv"], "default": "grid"},
                "levels": {**whole, "minimum": 2, "description": "equal steps into which a grid cuts a span"},
                "points": {"anyOf": [whole, {"type": "array", "minItems": 1, "items": whole}],
                           "description": "points of a hypercube (or hypercubes one after another, [100, 50]); "
                                          "base points of a Sobol design, a power of 2"},
                "trajectories": {**whole, "minimum": 2, "description": "of a Morris design"},
                "file": {"type": "string", "description": "a row a point, a column a dotted path"},
                "seed": {"type": "integer", "minimum": 0, "description": "of the design's own draw"}}}


def _varied(path: dict[str, Any], about: str) -> dict[str, Any]:
    """Values by dotted path: a list to try in every combination, or a span."""
    values = {"type": "array", "minItems": 1, "items": {"type": ["number", "boolean", "string"]},
              "description": "the values to try"}
    span = {"type": "object", "required": ["low", "high"], "additionalProperties": False,
            "properties": {"low": {"type": "number"}, "high": {"type": "number"},
                           "distribution": {"enum": ["uniform", "loguniform"], "default": "uniform"}, **NOTES}}
    return {"type": "object", "description": about, "propertyNames": path,
            "additionalProperties": {"anyOf": [values, span]}}


def _calibration(path: dict[str, Any]) -> dict[str, Any]:
    """What only an experiment of ``kubesim calibrate`` says; ``path`` is the rule for a dotted path."""
    def amount(about: str, kind: str = "integer", **limits: float) -> dict[str, Any]:
        return {"type": kind, "description": about, **limits}

    number, share = {"type": "number"}, {"minimum": 0, "maximum": 1}
    prior = {"type": "object", "required": ["low", "high"], "additionalProperties": False, "properties": {
        "low": number, "high": number,
        "distribution": {"enum": list(DISTRIBUTIONS), "default": DISTRIBUTIONS[0]},
        "mean": {**number, "description": "of a normal one"},
        "sd": {**number, "exclusiveMinimum": 0, "description": "standard deviation of a normal one"}, **NOTES}}
    return {
        "priors": {"type": "object", "minProperties": 1, "propertyNames": path, "additionalProperties": prior,
                   "description": "what is believed of parameters before the data are looked at"},
        "targets": {"description": "published figures to agree with", "anyOf": [
            {"const": "all"}, {"type": "array", "minItems": 1, "uniqueItems": True,
                               "items": {"type": "string"}}]},
        "households": amount("households on the register of each arm", minimum=50, maximum=1_000_000),
        "particles": amount("draws that each generation keeps", minimum=2, maximum=100_000),
        "generations": amount("generations at most", minimum=1, maximum=100),
        "check": amount("draws that are simulated anew in the end", minimum=0, maximum=100_000),
        "stop": {"type": "object", "additionalProperties": False, "properties": {
            "simulations": amount("simulations at most", minimum=2),
            "acceptance": amount("share accepted below which a generation is given up", "number", **share),
            "distance": amount("distance, in half widths, that is near enough", "number", minimum=0,
                               maximum=10)}},
    }
