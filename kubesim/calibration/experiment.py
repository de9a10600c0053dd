"""The file of a calibration: priors, targets, effort; every fault in it in one report."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from typing import Any, Iterable, Iterator, Mapping

import numpy as np
from pydantic.fields import FieldInfo

from kubesim.calibration.distance import length
from kubesim.calibration.prior import Prior
from kubesim.calibration.terms import Span, Terms
from kubesim.experiment.axes import meant, out_of_bounds
from kubesim.language import say
from kubesim.reading.faults import Fault, one_of, refuse, unit_of
from kubesim.reading.layers import set_path
from kubesim.reading.nodes import Node
from kubesim.reading.sections import NOTHING, Builder, leaves
from kubesim.reading.yaml_file import read
from kubesim.scenario import Scenario

PRIORS, TARGETS, ALL = "priors", "targets", "all"


@dataclass(frozen=True)
class Experiment:
    """A calibration as its file says it; ``targets`` are those that can be used, in the evidence's order."""

    terms: Terms
    priors: tuple[Prior, ...]
    targets: tuple[Any, ...]

    @classmethod
    def load(cls, path: str | os.PathLike, base: Scenario,
             targets: Iterable[Any]) -> "Experiment":
        """Read a file; raises ScenarioError with a line for each fault in it.

        ``base`` is the scenario whose parameters may be calibrated, ``targets`` what was published.
        """
        root, faults = read(os.fspath(path))
        return _checked(root, faults, base, tuple(targets))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], base: Scenario,
                     targets: Iterable[Any]) -> "Experiment":
        """An experiment from a plain mapping, checked like a file."""
        return _checked(Node.of(mapping, "<python>"), [], base, tuple(targets))

    def with_(self, **terms: Any) -> "Experiment":
        """A copy with some of the terms changed; raises ScenarioError."""
        faults: list[Fault] = []
        builder = Builder(Terms, faults)
        made = builder.section(Terms, Node.of({**self.terms.model_dump(), **terms}, "<python>"))
        refuse(faults)
        return replace(self, terms=made)

    def to_mapping(self) -> dict[str, Any]:
        """All that decides the numbers, as plain JSON types."""
        terms = self.terms.model_dump(mode="json")
        priors = {prior.path: {"low": prior.low, "high": prior.high, "distribution": prior.distribution}
                  | ({"mean": prior.mean, "sd": prior.sd} if prior.distribution == "normal" else {})
                  for prior in self.priors}
        targets = {target.name: {key: held if math.isfinite(held) else None for key, held in (
            ("published", target.published), ("low", target.low), ("high", target.high))}
            for target in self.targets}
        return {**{key: held for key, held in terms.items() if key not in ("name", "about")},
                PRIORS: priors, TARGETS: targets}


def _checked(root: Node | None, faults: list[Fault], base: Scenario,
             targets: tuple[Any, ...]) -> Experiment:
    if root is None:
        refuse(faults)
    made: Any = NOTHING
    builder = Builder(Terms, faults, extra_keys=(PRIORS, TARGETS))
    is_mapping = isinstance(root.value, dict)
    apart = {key: root.value.pop(key, None) for key in (PRIORS, TARGETS)} if is_mapping else {}
    made = builder.section(Terms, root)
    chosen = _targets(apart.get(TARGETS), targets, faults)
    priors = _priors(root, apart.get(PRIORS), base, faults) if apart else ()
    if made is not NOTHING and made.particles <= len(priors):
        faults.append(Fault(root.value.get("particles", root), say(
            "must be more than the {count} parameters, so that their spread can be told: particles = "
            "{particles}", count=len(priors), particles=made.particles), at_key="particles" not in root.value))
    refuse(faults)
    return Experiment(made, priors, chosen)


def _targets(node: Node | None, known: tuple[Any, ...], faults: list[Fault]) -> tuple[Any, ...]:
    """The targets that are named, or all that have a length."""
    usable = {target.name: target for target in known if length(target)}
    if node is None or node.value == ALL:
        return tuple(usable.values())
    if not isinstance(node.value, list) or not node.value:
        faults.append(Fault(node, say("must be a list of targets, or all")))
        return ()
    named: list[str] = []
    for item in node.value:
        if not isinstance(item.value, str) or item.value not in {target.name for target in known}:
            faults.append(Fault(item, one_of(item.text, [target.name for target in known])))
        elif item.value not in usable:
            faults.append(Fault(item, say("has no band to measure a distance by")))
        elif item.value in named:
            faults.append(Fault(item, say("is named twice")))
        else:
            named.append(item.value)
    return tuple(target for name, target in usable.items() if name in named)


def _priors(root: Node, node: Node | None, base: Scenario,
            faults: list[Fault]) -> tuple[Prior, ...]:
    """The priors, each with both its ends tried as values of the scenario."""
    if node is None:
        faults.append(Fault(root, say("'{key}' is missing", key=PRIORS), at_key=True))
        return ()
    if not isinstance(node.value, dict) or not node.value:
        faults.append(Fault(node, say("must name at least one parameter: path: {{low: , high: }}")))
        return ()
    known = {path: (field, held) for path, field, held in leaves(base)}
    made = []
    for path, given in node.value.items():
        before = len(faults)
        if path not in known:
            faults.append(Fault(given, say("there is no such parameter") + meant(path, known), at_key=True))
            continue
        builder = Builder(Span, faults)
        span = builder.section(Span, given)
        if span is not NOTHING:
            faults += _disagreements(given, span)
        if len(faults) == before:
            faults += _out_of_bounds(given, path, base, known[path][1])
        if len(faults) == before:
            made.append(_prior(path, span, *known[path]))
    return tuple(made)


def _disagreements(node: Node, span: Span) -> Iterator[Fault]:
    """What does not fit together in a prior."""
    if span.low >= span.high:
        yield Fault(node.value["high"], say("must be more than low, {low}", low=node.value["low"].text))
    if span.distribution == "loguniform" and span.low <= 0:
        yield Fault(node.value["low"], say("must be above 0 where the distribution is loguniform"))
    for key in ("mean", "sd"):
        said = getattr(span, key)
        if span.distribution == "normal" and said is None:
            yield Fault(node, say("'{key}' is missing: a normal one needs it", key=key), at_key=True)
        elif span.distribution != "normal" and said is not None:
            yield Fault(node.value[key], say("belongs to distribution: normal only"))
    if span.distribution == "normal" and span.mean is not None and not span.low <= span.mean <= span.high:
        yield Fault(node.value["mean"], say("must lie between low and high"))


def _out_of_bounds(node: Node, path: str, base: Scenario, held: Any) -> list[Fault]:
    """What the scenario says against either end."""
    if isinstance(held, bool) or not isinstance(held, (int, float)):
        return [Fault(node, say("is no number; only numbers can be calibrated"), at_key=True)]
    return [fault for key in ("low", "high") for fault in out_of_bounds(node.value[key], path, [base])]


def _prior(path: str, span: Span, field: FieldInfo, held: int | float) -> Prior:
    whole = isinstance(held, int)
    nothing = np.nan
    return Prior(path, span.low, span.high, span.distribution,
                 nothing if span.mean is None else span.mean, nothing if span.sd is None else span.sd,
                 whole, unit_of(field), float(held))
