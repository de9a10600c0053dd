"""The price level of a district: its province's poverty line over the one at which the model's rupiah hold.

The model's own rupiah amounts were calibrated at South Kalimantan's line of March 2019, and hold for Banjarmasin,
whose own line was 11 % higher then. A district's own line is no price index: in South Kalimantan's thirteen
districts lines differ by 77 %, minimum wages by 4 % (2025).
"""

from __future__ import annotations

from typing import NamedTuple, Sequence

from kubesim.language import say
from kubesim.people.district_table import DistrictRow, DistrictTable
from kubesim.people.headrows import bare

HOLDS_AT = 457_222
"""Poverty line at which the model's rupiah amounts hold (that of Population, BPS Kalimantan Selatan, March 2019)."""


class PriceLine(NamedTuple):
    """The poverty line that prices follow, Rp per person and month, and whose it is."""

    line: float
    why: str

    @property
    def level(self) -> float:
        """Prices, as times those at which the model's rupiah amounts hold."""
        return round(self.line / HOLDS_AT, 3)

    @property
    def source(self) -> str:
        """Where the level comes from, as a scenario file tells it."""
        return say("{line:,.0f} over {base:,}, at which the model's rupiah hold: {why}", line=self.line,
                   base=HOLDS_AT, why=self.why)


def price_line(row: DistrictRow, table: DistrictTable) -> PriceLine | None:
    """The line that a district's prices follow: its province's where the table has it, else the mean over the
    persons of the province's districts in the table. None where the table has no lines."""
    own = [above for above in table.above if _is_of(row, above, table.above) and "line" in above.figures]
    if own:
        return PriceLine(own[0].figures["line"], say("the poverty line of {name} ({file}, row {row})",
                                                     name=own[0].name, file=own[0].source, row=own[0].row))
    alike = [other for other in table.rows if _province(other) == _province(row) and "line" in other.figures]
    if not alike:
        return None
    if len(alike) == 1:
        return PriceLine(alike[0].figures["line"], say("the district's own poverty line, as the table has no other "
                                                       "of its province"))
    persons = [_persons(other) for other in alike]
    weights = persons if all(persons) else [1.0] * len(alike)
    mean = sum(weight * other.figures["line"] for weight, other in zip(weights, alike)) / sum(weights)
    what = {"count": len(alike), "file": alike[0].source}
    return PriceLine(mean, say("mean poverty line over the persons of {count} districts of its province ({file})",
                               **what) if all(persons) else
                     say("mean poverty line of {count} districts of its province ({file})", **what))


def told_prices(rows: Sequence[DistrictRow], lines: Sequence[PriceLine]) -> list[str]:
    """A line for each price level, with its districts."""
    names: dict[PriceLine, list[str]] = {}
    for row, line in zip(rows, lines):
        names.setdefault(line, []).append(row.name)
    return [say("prices of {names}: {level}, {source}", names=", ".join(held), level=f"{line.level:g}",
                source=line.source) for line, held in names.items()]


def _is_of(row: DistrictRow, above: DistrictRow, every: Sequence[DistrictRow]) -> bool:
    """Whether a row above districts is that of a district's province."""
    if row.code and above.code:
        return row.code // 100 == above.code // 100
    if row.province:
        return bare(row.province) == bare(above.name)
    return len({bare(other.name) for other in every}) == 1


def _province(row: DistrictRow) -> int | str:
    """What tells a district's province; empty where nothing does, and all are taken for one's."""
    return row.code // 100 or bare(row.province)


def _persons(row: DistrictRow) -> float:
    """A district's persons; 0 where the table does not tell."""
    told = row.figures
    if "population" in told:
        return told["population"]
    return told["poor"] / told["poverty_rate"] if told.get("poor") and told.get("poverty_rate") else 0.0
