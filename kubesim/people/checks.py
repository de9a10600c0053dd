"""What a household file says of its people against what the model's population has in month 0."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

import numpy as np

from kubesim.language import figures, phrase, say
from kubesim.people.roll import Roll
from kubesim.people.survey import DECILES, Design, Estimate, design_of, indices
from kubesim.state import State

ALL = "all"
"""The place of what is measured over all districts together."""
SURE = 1.96
"""Standard errors within which a number agrees with a survey's, nineteen times in twenty."""
MEASURES = {
    "households": phrase("Households in the district"), "family_size": phrase("Persons per household"),
    "spending": phrase("Spending, mean"), "decile_5": phrase("Spending, median"),
    **{f"decile_{place}": phrase("Spending, decile") for place in (1, 2, 3, 4, 6, 7, 8, 9)},
    "poverty_rate": phrase("Poverty rate (P0)"), "poverty_gap": phrase("Poverty gap (P1)"),
    "poverty_severity": phrase("Poverty severity (P2)"), "gini": phrase("Gini of spending"),
}
"""What is compared, in the order in which it is shown."""
OF_DISTRICTS = ("households", "family_size", "spending", "poverty_rate", "poverty_gap")


FILE, PUBLISHED = "file", "published"
"""Against what the population is held: the household file, or a district's published numbers."""


class Checked(NamedTuple):
    """A number of the file, or a published one, beside the population's."""

    against: str                    # FILE or PUBLISHED
    place: str                      # a district, or ALL
    measure: str                    # one of MEASURES
    unit: str                       # share, persons, rupiah, lines, index
    told: float
    error: float                    # its standard error, NaN where it has none
    population: float               # mean over seeds
    spread: float                   # standard deviation from seed to seed, NaN for a single one
    near: bool = True               # whether the model's people can come near to a published number at all

    @property
    def agrees(self) -> bool | None:
        """Whether both are the same but for the survey's sampling or, of numbers without an error,
        for what luck changes from seed to seed; None where neither is known. A published number to which the
        fit itself comes no nearer than by more than the usual leeway never agrees, however few the people."""
        if not self.near:
            return False
        apart = abs(self.population - self.told)
        if np.isfinite(self.error):
            return bool(apart <= SURE * self.error + 1e-12)
        return bool(apart <= 2 * self.spread + 1e-12) if np.isfinite(self.spread) else None

    @property
    def name(self) -> str:
        """The measure in words."""
        words = say(MEASURES[self.measure])
        tenth = self.measure.partition("_")[2]
        return f"{words} {tenth}" if self.measure.startswith("decile_") and tenth != "5" else words


class People(NamedTuple):
    """Households as both sides see them, each an entry: NaN where the file says nothing."""

    district: np.ndarray
    persons: np.ndarray
    money: np.ndarray               # spending per person, Rp a month or poverty lines
    standard: np.ndarray            # spending in poverty lines
    design: Design


def of_file(roll: Roll, district: np.ndarray, lines: Sequence[float], sampled: bool) -> People:
    """A file's households; ``lines`` holds each district's poverty line, Rp per person. Those of a
    register are all there are; those of a survey were ``sampled``."""
    spending = np.where(roll.spending > 0, roll.spending, np.nan)
    line = np.ones(len(roll)) if roll.in_lines else np.asarray(lines)[district]
    return People(district, roll.persons, spending, spending / line,
                  design_of(roll) if sampled else Design(roll.weight))


def of_population(state: State, replicate: int, in_lines: bool) -> People:
    """The model's households of one replicate, in the order of the table."""
    h = state.households
    persons, standard = h.persons[replicate], h.living_standard[replicate]
    money = standard if in_lines else h.consumption[replicate] / persons
    return People(h.district[replicate], persons, money, standard, Design(h.weight[replicate]))


def known_as(people: People, file: People) -> People:
    """The same households, with nothing known of them but what the file says."""
    def hidden(column: np.ndarray, told: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(told), column, np.nan)

    return People(people.district, hidden(people.persons, file.persons), hidden(people.money, file.money),
                  hidden(people.standard, file.standard), people.design)


def part(people: People, rows: np.ndarray) -> People:
    """Some of the households."""
    return People(*(column[rows] for column in people[:4]), people.design.part(rows))


def telling(checked: Sequence[Checked]) -> list[str]:
    """The comparison as lines of a table, the places one under the other."""
    if not checked:
        return []
    marks = {True: say("yes"), False: say("no"), None: "-"}
    rows = [(place_name(line), line.name, shown(line.told, line.unit),
             shown(SURE * line.error, line.unit) if np.isfinite(line.error) else "-",
             shown(line.population, line.unit), marks[line.agrees]) for line in checked]
    head = (say("Place"), say("Measure"), say("Told"), say("± (95 %)"), say("Model, month 0"), say("Agrees"))
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    return ["  ".join(cell.ljust(width) if place < 2 else cell.rjust(width)
                      for place, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in (head, *rows)]


def shown(value: float, unit: str) -> str:
    """A number of a comparison in its unit."""
    if unit == "share":
        return figures(f"{100 * value:.1f}") + " %"
    if unit == "rupiah":
        return say("Rp {amount}", amount=figures(f"{value:,.0f}"))
    return figures(f"{value:.4f}" if unit == "index" else f"{value:.2f}")


def unit_of(measure: str, in_lines: bool) -> str:
    """The unit in which a measure is compared."""
    money = "lines" if in_lines else "rupiah"
    return {"households": "share", "family_size": "persons", "poverty_rate": "share", "poverty_gap": "index",
            "poverty_severity": "index", "gini": "index"}.get(measure, money)


def place_name(line: Checked) -> str:
    """The place in words."""
    return say("all districts") if line.place == ALL else line.place


def measured(people: People, names: Sequence[str]) -> dict[tuple[str, str], Estimate]:
    """Every measure over all districts and the telling ones of each, by place and name."""
    found = {(ALL, name): held for name, held in _indices(people).items()}
    weight = people.design.weight
    for place, name in enumerate(names if len(names) > 1 else ()):
        inside = people.district == place
        share = weight[inside].sum() / weight.sum()
        found[name, "households"] = Estimate(share, people.design.error(weight * (inside - share) / weight.sum()))
        if inside.any():
            held = _indices(part(people, np.flatnonzero(inside)))
            found |= {(name, measure): held[measure] for measure in OF_DISTRICTS if measure in held}
    return found


def _indices(people: People) -> Mapping[str, Estimate]:
    """The measures of households: sizes where known, money where known, counting persons (households
    where their size is not known)."""
    sized, known = np.isfinite(people.persons), np.isfinite(people.money)
    found: dict[str, Estimate] = {}
    if sized.any():
        ones = np.ones(int(sized.sum()))
        found["family_size"] = indices(ones, people.persons[sized], people.design.part(sized))["family_size"]
    if known.any():
        persons = np.nan_to_num(people.persons[known], nan=1.0)
        design = people.design.part(known)
        poverty = indices(people.standard[known], persons, design)
        found |= {name: held for name, held in poverty.items() if name not in ("family_size", "spending")}
        money = indices(people.money[known], persons, design)
        found |= {name: money[name] for name in ("spending", *(f"decile_{round(10 * at)}" for at in DECILES))}
    return {name: found[name] for name in MEASURES if name in found}
