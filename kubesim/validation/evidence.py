"""The published evidence: targets, the arms they are measured in, and the mechanisms to do without."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Iterable, Mapping

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.reading.faults import did_you_mean, listed, refuse
from kubesim.reading.yaml_file import read
from kubesim.scenario import Scenario
from kubesim.validation.statistic import Statistic, known_statistics

HOUSEHOLDS = "population.households"
FILE = Path(__file__).parent / "evidence.yaml"
BANDS = ("published", "judgement", "own")
"""Where a band comes from: from a publication, from our judgement of a tolerance, or the whole target is
a check of our own."""


@dataclass(frozen=True)
class Target:
    """One statistic and the band that it is held to; ``published`` is NaN where only a range, a sign or an
    order is published, ``low`` and ``high`` are infinite where the band is open."""

    name: str
    pattern: str
    about: str
    statistic: str
    arms: tuple[str, ...]           # in the order in which the statistic takes them
    months: tuple[int, ...]
    unit: str
    published: float
    low: float
    high: float
    band: str                       # one of BANDS
    grade: str                      # of the published number
    source: str
    why: str                        # this band

    @property
    def measured_by(self) -> Statistic:
        """The statistic."""
        return known_statistics()[self.statistic]

    @property
    def window(self) -> tuple[int, ...]:
        """The months that the statistic looks at."""
        return tuple(sorted(set(self.measured_by.window(self.months))))

    def passed(self, value: float) -> bool:
        """Whether a value is in the band, ends included; nothing that has no value is."""
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True)
class Evidence:
    """All that the model is held to."""

    base: Scenario
    settings: Mapping[str, Mapping[str, Any]]       # of each arm, by dotted path over the base
    targets: tuple[Target, ...]
    mechanisms: Mapping[str, Mapping[str, Any]]     # what switches each off, by dotted path

    @cached_property
    def arms(self) -> dict[str, Scenario]:
        """The scenario of each arm."""
        return self.laid()

    @property
    def months(self) -> int:
        """The last month that any target looks at."""
        return max(target.window[-1] for target in self.targets)

    def laid(self, changes: Mapping[str, Any] | None = None, names: Iterable[str] | None = None,
             households: int | None = None) -> dict[str, Scenario]:
        """The named arms, all unless given, with changes laid over the base: where an arm sets the same
        value, the arm's holds. ``households`` is how many the base has; arms with more or fewer keep their
        proportion. Raises ScenarioError, also for a change that no arm would see."""
        base, usual = self.base, self.base.population.households
        names = list(self.settings if names is None else names)
        unseen = [path for path in changes or {} if path == HOUSEHOLDS
                  or all(path in self.settings[name] for name in names)]
        if unseen:
            raise ScenarioError([say("{path}: cannot be changed, as it is what the arms set", path=path)
                                 for path in unseen])
        base = base.with_(changes) if changes else base
        made = {}
        for name in names:
            held = self.settings[name]
            people = held.get(HOUSEHOLDS, usual) * (households or usual) // usual
            made[name] = base.with_({**held, HOUSEHOLDS: people}, name=name)
        return made

    def chosen(self, names: Iterable[str] | None) -> tuple[Target, ...]:
        """The named targets in their order, all for None; raises ScenarioError for an unknown one."""
        known = [target.name for target in self.targets]
        wanted = known if names is None else list(names)
        _refuse_unknown(say("target"), wanted, known)
        return tuple(target for target in self.targets if target.name in wanted)

    def without(self, names: Iterable[str]) -> dict[str, Any]:
        """The changes that switch the named mechanisms off; raises ScenarioError for an unknown one."""
        names = list(names)
        _refuse_unknown(say("mechanism"), names, self.mechanisms)
        return {path: value for name in names for path, value in self.mechanisms[name].items()}

    def to_mapping(self) -> dict[str, Any]:
        """Every arm's values as plain JSON types."""
        return {name: scenario.to_mapping() for name, scenario in self.arms.items()}

    def origins_to_mapping(self) -> dict[str, Any]:
        """Where each arm's values were written, as plain JSON types."""
        return {name: scenario.origins_to_mapping() for name, scenario in self.arms.items()}


def load_evidence(file: Path = FILE) -> Evidence:
    """The evidence that ships with kubesim, or that of another file of its form; raises ScenarioError."""
    root, faults = read(file)
    refuse(faults)
    held = root.plain()
    targets = tuple(_target(entry, str(file)) for entry in held["targets"])
    evidence = Evidence(Scenario.from_mapping(held["base"], str(file)), held["arms"], targets,
                        held["mechanisms"])
    _check(evidence, str(file))
    return evidence


def _target(entry: dict[str, Any], file: str) -> Target:
    """A target of the file's entry."""
    keys = set(Target.__dataclass_fields__)
    if entry.keys() != keys:
        raise ScenarioError(say("{file}: target {name}: must have the keys {keys}", file=file,
                                name=entry.get("name", "?"), keys=", ".join(sorted(keys))))
    empty = {"published": math.nan, "low": -math.inf, "high": math.inf}
    numbers = {key: float(nothing if entry[key] is None else entry[key]) for key, nothing in empty.items()}
    return Target(**{**entry, **numbers, "name": str(entry["name"]), "arms": tuple(entry["arms"]),
                     "months": tuple(entry["months"])})


def _check(evidence: Evidence, file: str) -> None:
    """Refuse targets that name no statistic or arm, and names used twice."""
    faults = []
    names = [target.name for target in evidence.targets]
    for target in evidence.targets:
        wrong = [arm for arm in target.arms if arm not in evidence.settings]
        wrong += [] if target.statistic in known_statistics() else [target.statistic]
        wrong += [] if target.band in BANDS and target.low <= target.high else [target.band]
        wrong += [target.name] if names.count(target.name) > 1 else []
        faults += [say("{file}: target {name}: '{word}' cannot be used", file=file, name=target.name,
                       word=word) for word in wrong]
    if faults:
        raise ScenarioError(faults)


def _refuse_unknown(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    faults = [say("{what} '{name}' does not exist", what=what, name=name)
              + (did_you_mean(name, known) or say("; there are: {known}", known=listed(known)))
              for name in names if name not in known]
    if faults:
        raise ScenarioError(faults)
