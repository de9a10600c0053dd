"""The text of a scenario for a household file, or for rows of a table of districts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

from kubesim.hints import float_text, scalar
from kubesim.language import say
from kubesim.people.columns import Columns, Money
from kubesim.people.district_table import DistrictRow
from kubesim.people.easing import Easing
from kubesim.people.margins import NAMES
from kubesim.people.price_level import PriceLine

ASSUMED, OBSERVED, DERIVED = "assumed", "observed", "derived"
USUAL_TARGETED, MOST_TARGETED = 0.125, 0.9
FAMILY = 3.9
"""Mean family size where a table gives none (Population.family_size)."""
A_DISTRICT = 200
"""Households of the model for each district of a table, at least."""


@dataclass(frozen=True)
class FilePopulation:
    """What a scenario says of the households of a file."""

    file: str                       # beside the scenario
    kind: str                       # register or survey
    sheet: str
    columns: Columns
    money: Money
    households: int
    districts: Sequence[tuple[str, float]]      # name and share of the rows; none: the file has no districts
    line: float | None              # Rp per person and month, where it was said


def file_scenario(people: FilePopulation) -> str:
    """A scenario for a register or a survey."""
    about = say("The programme as it is now, for the households of {file}. Written by kubesim population: read the "
                "mapping through.", file=people.file)
    why = (say("the file's, and as many others who stand for the rest of the city") if people.kind == "register"
           else say("drawn from the survey by its weights"))
    lines = [*_top(Path(people.file).stem.replace("_", " "), about, None), "population:",
             f"  {people.kind}: {noted(people.file, OBSERVED, say('the office that keeps it'))}"]
    lines += [f"  sheet: {text(people.sheet)}"] if people.sheet else []
    lines.append(f"  households: {noted(people.households, ASSUMED, why)}")
    lines += [f"  poverty_line: {noted(people.line, OBSERVED, _said())}"] if people.line else []
    lines += [*_health(), "  columns:", *_mapping(people.columns), *_money(people.money), "", "districts:"]
    for name, share in people.districts or [("All", 1.0)]:
        share_of = say("its share of the rows of {file}", file=people.file)
        lines += [f"  - name: {text(name)}", f"    share: {noted(share, DERIVED, share_of)}"]
        lines += [_prices(PriceLine(people.line, _said()), ASSUMED)] if people.line else []
    return _ended(lines)


def table_scenario(rows: Sequence[DistrictRow], households: int, file: str, line: float | None,
                   easing: Mapping[str, Easing], prices: Sequence[PriceLine]) -> str:
    """A scenario for districts of a table; ``line`` is the poverty line of those without one, ``easing`` what is
    eased by district, ``prices`` the line that each district's prices follow."""
    name = rows[0].name if len(rows) == 1 else say("{count} districts", count=len(rows))
    about = say("The programme as it is now, in districts fitted to the published figures of {file}. Written by "
                "kubesim population: read it through.", file=file)
    together = say("households of the model, all districts together")
    lines = [*_top(name, about, max(row.year for row in rows) or None), "population:",
             f"  households: {noted(households, ASSUMED, together)}"]
    if mean := _mean_line(rows, line):
        each = say("mean over the districts; each has its own ({file})", file=file)
        lines.append(f"  poverty_line: {noted(mean, DERIVED, each)}")
    lines += [*_health(), "", "districts:"]
    homes = [_homes(row) for row in rows]
    known = all(home is not None for home, _ in homes)
    weights = [home if known else 1.0 for home, _ in homes]
    for at, (row, targeted) in enumerate(zip(rows, _targeted(rows, weights))):
        why = (say("the only district") if len(rows) == 1 else homes[at][1] if known else
               say("as large as the others: no population in the table"))
        share = noted(float(f"{weights[at] / sum(weights):.4g}"), DERIVED if known else ASSUMED, why)
        lines += [*_district(row, share, line, targeted, prices[at]),
                  *_margins(row, easing.get(row.name, Easing()))]
    return _ended(lines)


def noted(value: Any, grade: str, source: str) -> str:
    """A value with its grade and source, as a scenario file writes it."""
    return f"{{value: {text(value)}, grade: {grade}, source: {quoted(source)}}}"


def text(value: Any) -> str:
    """A plain value as YAML writes it.

    >>> text("No: 1"), text(0.25), text("Kota Banjarmasin")
    ('"No: 1"', '0.25', 'Kota Banjarmasin')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else float_text(value)
    if not isinstance(value, str):
        return str(value)
    plain = value.replace(" ", "").replace("_", "").isalnum() and value.isascii() and value == value.strip()
    return value if plain and isinstance(scalar(value), str) and value[:1].isalpha() else quoted(value)


def quoted(words: str) -> str:
    """Text between double quotes."""
    return json.dumps(words, ensure_ascii=False)


def _list(held: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(one) for one in held) + "]"


def _top(name: str, about: str, year: int | None) -> list[str]:
    """Name and times; without a year the model's."""
    lines = [f"name: {text(name)}", f"about: {quoted(about)}"]
    lines += [f"base_year: {noted(year, OBSERVED, say('year of the figures'))}"] if year else []
    return [*lines, f"months: {noted(60, ASSUMED, say('five years'))}", ""]


def _health() -> list[str]:
    """The start of health at which it stays without a programme, as the shipped scenarios have it."""
    why = say("the level at which health settles in this model without a programme")
    return [f"  health: {noted(0.81, DERIVED, why)}"]


def _mapping(columns: Columns) -> list[str]:
    """The headings that are mapped."""
    return [f"    {word}: {_list(held) if isinstance(held, tuple) else text(held)}" for word, held in columns if held]


def _money(money: Money) -> list[str]:
    """How money is written, where it is not as usual."""
    usual = Money()
    told = [f"{word}: {text(held)}" for word, held in money if held != getattr(usual, word)]
    return ["  money: {" + ", ".join(told) + "}"] if told else []


def _ended(lines: list[str]) -> str:
    """The lines with the programme as it is now: grant, training, companions, as their own defaults say."""
    comment = say("the programme as it is now; change it, or leave kinds out")
    return "\n".join([*lines, "", f"interventions:         # {comment}", "  - kind: uep_grant", "  - kind: diklat",
                      "  - kind: companionship"]) + "\n"


def _said() -> str:
    return say("said to kubesim population (--line)")


def _prices(held: PriceLine, grade: str) -> str:
    """The line of a district's prices."""
    return f"    prices: {noted(held.level, grade, held.source)}"


def _mean_line(rows: Sequence[DistrictRow], line: float | None) -> float | None:
    """Mean poverty line of the districts, Rp; None when they have none."""
    known = [held for row in rows if (held := row.figures.get("line", line))]
    return float(round(sum(known) / len(known))) if known else None


def _homes(row: DistrictRow) -> tuple[float | None, str]:
    """A district's households, and of what figures they are made; None where the table does not tell."""
    told, where = row.figures, _where(row)
    size = told.get("family_size", FAMILY)
    of_size = (say("{size:.2f} persons a household", size=size) if "family_size" in told else
               say("{size:.2f} persons a household, the model's, everywhere alike", size=size))
    if "households" in told:
        return told["households"], say("{homes:,.0f} households ({where})", homes=told["households"], where=where)
    if "population" in told:
        return told["population"] / size, say("{persons:,.0f} persons ({where}) by {of_size}",
                                              persons=told["population"], where=where, of_size=of_size)
    if told.get("poor") and told.get("poverty_rate"):
        persons = told["poor"] / told["poverty_rate"]
        return persons / size, say("{persons:,.0f} persons, the poor over P0 ({where}), by {of_size}", persons=persons,
                                   where=where, of_size=of_size)
    return None, ""


def _targeted(rows: Sequence[DistrictRow], homes: Sequence[float]) -> list[float | None]:
    """Share of each district's households on the register: places follow the number of poor; None where usual."""
    rates = [row.figures.get("poverty_rate") for row in rows]
    if len(rows) == 1 or not all(rates):
        return [None] * len(rows)
    mean = sum(rate * home for rate, home in zip(rates, homes)) / sum(homes)
    return [round(min(USUAL_TARGETED * rate / mean, MOST_TARGETED), 4) for rate in rates]


def _district(row: DistrictRow, share: str, line: float | None, targeted: float | None,
              prices: PriceLine) -> list[str]:
    """One district's lines but for its margins."""
    lines = [f"  - name: {text(row.name)}", f"    share: {share}"]
    if own := row.figures.get("line", line):
        source = _where(row) if "line" in row.figures else _said()
        lines += [f"    poverty_line: {noted(float(own), OBSERVED, source)}", _prices(prices, DERIVED)]
    if targeted is not None:
        why = say("places on the register follow the number of poor")
        lines.append(f"    targeted_share: {noted(targeted, ASSUMED, why)}")
    return lines


def _margins(row: DistrictRow, easing: Easing) -> list[str]:
    """The published numbers of one district."""
    margins = {name: row.figures[name] for name in NAMES if name in row.figures and not easing.leaves_out(name)}
    lines = ["    margins:"] if margins else []
    lines += [f"      {name}: {noted(value, OBSERVED, _where(row))}" for name, value in margins.items()]
    if easing.leeway is not None:
        why = say("the least with which the model meets P1 and P2")
        lines.append(f"      leeway: {noted(easing.leeway, ASSUMED, why)}")
    return lines


def _where(row: DistrictRow) -> str:
    """File, row and year of a district's figures."""
    if row.year:
        return say("{file}, row {row}, {year}", file=row.source, row=row.row, year=row.year)
    return say("{file}, row {row}", file=row.source, row=row.row)
