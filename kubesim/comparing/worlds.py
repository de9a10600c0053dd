"""Which worlds live side by side, whether they can be paired, and from which month on they may differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.errors import ScenarioError
from kubesim.extensions import Extension
from kubesim.language import figures, say
from kubesim.people.city import lay_out
from kubesim.scenario import Described, Scenario
from kubesim.running.tables import TWIN

MOST_VARIANTS = 50
MOST_TOLD = 5
WORDS_ONLY = ("name", "about")
"""Values that change nothing in a world."""
SAME_WORLD = ("base_year", "months", "population", "districts")
"""What paired worlds must share, or their households would not be the same people."""
PROGRAMME = ("interventions", "groups", "joint_business", "trust", "institution", "solidarity", "misuse",
             "membership")
"""Parts of a scenario that change nothing in a world without groups and interventions."""
AT_FORMATION = ("formed", "meetings", "deposit", "start_month", "start_spread")
"""Values of ``groups`` that act when the first groups form; the others act in month 0."""


@dataclass(frozen=True)
class Worlds:
    """Scenarios by label: the baseline first, then the variants, then the same world without a
    programme, unless one of the others is that already."""

    scenarios: Mapping[str, Scenario]
    baseline: str
    variants: tuple[str, ...]
    without: str                # label of the world without a programme

    @property
    def months(self) -> int:
        """Months after month 0, the same in all."""
        return self.scenarios[self.baseline].months

    @cached_property
    def no_designs(self) -> tuple[str, ...]:
        """Labels of worlds that differ from the baseline in more than the programme: a flood is no
        design, and a world with one is not held against the world without flood and programme."""
        base = self.scenarios[self.baseline]
        return tuple(label for label, other in self.scenarios.items() if differs_otherwise(base, other))

    def origins_to_mapping(self) -> dict[str, Any]:
        """Where every value of every world was written."""
        return {label: scenario.origins_to_mapping() for label, scenario in self.scenarios.items()}

    def to_mapping(self) -> dict[str, Any]:
        """Every value of every world as plain JSON types."""
        return {label: scenario.to_mapping() for label, scenario in self.scenarios.items()}

    def differences(self) -> pd.DataFrame:
        """One row a value in which a variant differs from the baseline: scenario, path, baseline,
        variant (text, empty where there is no such value), unit, about, source, grade."""
        base = self.scenarios[self.baseline]
        rows = [(label, path, _text(ours), _text(theirs), known.unit, known.about, known.source, known.grade)
                for label in self.variants
                for path, ours, theirs in differing(base, self.scenarios[label]) if path not in WORDS_ONLY
                for known in [theirs or ours]]
        return pd.DataFrame(rows, columns=["scenario", "path", "baseline", "variant", "unit", "about",
                                           "source", "grade"])


class FirstDifference(NamedTuple):
    """From which month on two worlds may differ, and what may differ before: columns that the
    differing interventions and shocks keep for themselves."""

    month: int
    own_columns: tuple[str, ...]        # "table.column", or how an extension's columns begin
    companions: bool                    # whether the tables of companions differ from the outset


def make_worlds(baseline: Scenario, variants: Sequence[Scenario], months: int | None = None) -> Worlds:
    """The worlds of a comparison; raises ScenarioError when they cannot be paired."""
    if not 1 <= len(variants) <= MOST_VARIANTS:
        raise ScenarioError(say("a comparison takes a baseline and 1 to {most} variants, not {count}",
                                most=MOST_VARIANTS, count=len(variants)))
    if months is not None:
        baseline, variants = baseline.with_(months=months), [other.with_(months=months) for other in variants]
    labels = _labels([baseline.name, *(other.name for other in variants)])
    scenarios = dict(zip(labels, [baseline, *variants]))
    faults = [line for label in labels[1:]
              for line in _unpairable(labels[0], baseline, label, scenarios[label])]
    faults += _repeated(scenarios)
    if faults:
        raise ScenarioError(faults)
    bare = baseline.without_programme()
    without = next((label for label, other in scenarios.items() if same_world(other, bare)), None)
    if without is None:
        without = _labels([*labels, TWIN])[-1]
        scenarios[without] = bare
    return Worlds(scenarios, labels[0], tuple(labels[1:]), without)


def same_world(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in words only."""
    return not _changed(one, other)


def differs_otherwise(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in something that acts without a programme too."""
    return any(path.split(".")[0] not in PROGRAMME for path, *_ in differing(one, other)
               if path not in WORDS_ONLY)


def differing(one: Scenario, other: Scenario) -> Iterator[tuple[str, Described | None, Described | None]]:
    """Every dotted path at which two scenarios differ, with what each says there, None for nothing."""
    ours = {held.path: held for held in one.values()}
    theirs = {held.path: held for held in other.values()}
    for path in [*ours, *(path for path in theirs if path not in ours)]:
        pair = ours.get(path), theirs.get(path)
        if None in pair or pair[0].value != pair[1].value:
            yield path, *pair


def first_difference(one: Scenario, other: Scenario) -> FirstDifference:
    """The earliest month in which anything that differs between two scenarios acts."""
    months: list[int] = []
    own: set[str] = set()
    changed = _changed(one, other)
    for path in changed:
        section, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if section in ("interventions", "shocks"):
            own.add(f"{name}.")
            months += [_begins(scenario, item) for scenario in (one, other)
                       for item in getattr(scenario, section) if item.name == name]
        elif section == "groups" and name in AT_FORMATION:
            months += [one.groups.start_month, other.groups.start_month]
            own |= {"groups.start_month"} if name.startswith("start") else set()
        else:
            months.append(0)
    staff = any(path.startswith("interventions.") for path in changed)
    return FirstDifference(min(months, default=one.months + 1), tuple(sorted(own)), staff)


def _begins(scenario: Scenario, item: Extension) -> int:
    """The first month in which an intervention or a shock may act."""
    is_intervention = item in scenario.interventions
    return item.start_month + (scenario.groups.start_month - 1 if is_intervention else 0)


def _changed(one: Scenario, other: Scenario) -> set[str]:
    """Paths of all that makes two scenarios other worlds."""
    return ({path for path, *_ in differing(one, other) if path not in WORDS_ONLY}
            | _moved(one.interventions, other.interventions, "interventions")
            | _moved(one.shocks, other.shocks, "shocks"))


def _moved(ours: Sequence[Extension], theirs: Sequence[Extension], section: str) -> set[str]:
    """Paths of items that both have, where they stand in another order: they act in that order."""
    names = [item.name for item in ours], [item.name for item in theirs]
    common = set(names[0]) & set(names[1])
    orders = [[name for name in held if name in common] for held in names]
    return set() if orders[0] == orders[1] else {f"{section}.{name}" for name in common}


def _labels(names: Sequence[str]) -> list[str]:
    """Names told apart: a name that was used before gets a number. The same in every language, as
    labels stand in tables."""
    labels: list[str] = []
    for place, name in enumerate(names):
        labels.append(f"{name} (variant {place})" if name in labels else name)
    return labels


def _unpairable(base_label: str, base: Scenario, label: str, other: Scenario) -> list[str]:
    """Why a variant cannot be paired with the baseline, one line a value; or that it is the baseline."""
    wrong = [(path, _text(ours), _text(theirs)) for path, ours, theirs in differing(base, other)
             if path.split(".")[0] in SAME_WORLD and not path.endswith(".name")]
    told = [say("{path} is {ours} there and {theirs} here", path=path, ours=ours or say("nothing"),
                theirs=theirs or say("nothing")) for path, ours, theirs in wrong if ours != theirs]
    if told:
        return [say("'{label}' cannot be paired with '{base}', as they have other people, districts, months "
                    "or years: {told}", label=label, base=base_label,
                    told="; ".join(told[:MOST_TOLD] + ["..."] * (len(told) > MOST_TOLD)))]
    if not np.array_equal(_places(base), _places(other)):
        return [say("groups.size is {ours} in '{base}' and {theirs} in '{label}': groups of these sizes draw "
                    "another register from {count} households, so the two cannot be paired; choose a number "
                    "of households that both divide", ours=base.groups.size, theirs=other.groups.size,
                    base=base_label, label=label, count=base.population.households)]
    if same_world(base, other):
        return [say("'{label}' is the same as the baseline '{base}': there is nothing to compare",
                    label=label, base=base_label)]
    return []


def _repeated(scenarios: Mapping[str, Scenario]) -> list[str]:
    """Variants that are the same as an earlier one."""
    variants = list(scenarios.items())[1:]
    return [say("'{label}' is the same as '{earlier}': give each variant once", label=label, earlier=earlier)
            for place, (label, other) in enumerate(variants)
            for earlier, before in variants[:place] if same_world(other, before)]


def _places(scenario: Scenario) -> np.ndarray:
    """The district of every household, those on lists first: what the group size may change."""
    layout = lay_out(scenario)
    return np.concatenate([[layout.listed], layout.district])


def _text(held: Described | None) -> str:
    """A value as a person would write it."""
    if held is None or held.value is None:
        return ""
    if isinstance(held.value, bool):
        return say("yes") if held.value else say("no")
    if isinstance(held.value, (tuple, list)):
        return ", ".join(map(str, held.value))
    is_number = isinstance(held.value, (int, float)) and held.unit != "year"
    return figures(f"{held.value:,}") if is_number else str(held.value)
