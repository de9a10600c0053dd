"""How an office's file is written: which heading holds which of the model's words, and in what money."""

from __future__ import annotations

from typing import Literal

from kubesim.units import Section, value

READ_OFF = "read off the file's headings and values by kubesim population, or given by its owner"
"""The source of a mapping."""


class Columns(Section):
    """The file's heading of each of the model's words; a word without a heading is unknown and drawn."""

    persons: str = value("", "heading", "column with the number of persons in the household", source=READ_OFF)
    workers: str = value("", "heading", "column with the number of persons who work", source=READ_OFF)
    spending: str = value("", "heading", "column with what the household spends", source=READ_OFF)
    income: str = value("", "heading", "column with its income", source=READ_OFF)
    decile: str = value("", "heading", "column with its welfare decile (desil), 1 the poorest",
                        source=READ_OFF)
    housing: tuple[str, ...] = value((), "headings", "columns that say whether floor, walls, roof, toilet, "
                                                     "water "
                                     "or electricity are in order", source=READ_OFF)
    group: str = value("", "heading", "column with its group (KUBE)", source=READ_OFF)
    companion: str = value("", "heading", "column with the group's companion (pendamping)", source=READ_OFF)
    district: str = value("", "heading", "column with its district, named as under districts",
                          source=READ_OFF)
    weight: str = value("", "heading", "column with the households that a row stands for", source=READ_OFF)
    cluster: str = value("", "heading", "column with the survey's cluster (primary sampling unit)",
                         source=READ_OFF)
    stratum: str = value("", "heading", "column with the survey's stratum", source=READ_OFF)

    def mapped(self) -> dict[str, str]:
        """Heading by the model's word, of those that are mapped; of housing as housing.1, housing.2, ..."""
        single = {word: heading for word, heading in self if word != "housing" and heading}
        return single | {f"housing.{place}": heading for place, heading in enumerate(self.housing, start=1)}


class Money(Section):
    """How the file writes spending and income: amount times ``times``, per person or household, for months."""

    per: Literal["person", "household"] = value(
        "person", "person or household", "for whom spending and income are written", source=READ_OFF)
    months: float = value(1.0, "months", "span that they are written for: 12 for a year", above=0.0, high=120,
                          source=READ_OFF)
    times: float = value(1.0, "times", "rupiah that one unit of the file stands for: 1000 where it holds "
                         "thousands", above=0.0, high=1e9, source=READ_OFF)
    log: bool = value(False, "yes or no", "whether natural logarithms of them are written", source=READ_OFF)
    line: float | None = value(None, "the file's own money", "poverty line per person for the file's own "
                                                             "span, "
                               "where it is not the scenario's (another country, another year): then only "
                               "spending over this line counts", above=0.0, high=1e15, source=READ_OFF)
