"""Building blocks of a page. What they hold is plain text: only the template knows HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Sequence

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Heading:
    """The heading of a part of a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    kind: ClassVar[str] = "words"
    text: str


@dataclass(frozen=True)
class Points:
    """A list of sentences, each with the sentences that belong under it."""

    kind: ClassVar[str] = "points"
    items: Sequence[tuple[str, Sequence[str]]]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Points":
        """A list of lines, of which an indented one belongs under the last that is not."""
        items: list[tuple[str, list[str]]] = []
        for line in lines:
            if line.startswith(" ") and items:
                items[-1][1].append(line.strip())
            else:
                items.append((line.strip(), []))
        return cls(items)


@dataclass(frozen=True)
class Table:
    """Rows of text, of which the first ``keys`` columns say what the row is about.

    ``folded`` tables open when they are asked for, and in print.
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    keys: int = 1
    prose: bool = False         # columns of words rather than of numbers
    folded: bool = True


@dataclass(frozen=True)
class Picture:
    """A figure, what it shows in a sentence, and every number in it."""

    kind: ClassVar[str] = "picture"
    name: str                   # of its files
    title: str
    figure: Figure
    alt: str
    table: Table


Block = Heading | Words | Points | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of the page that the table of contents names."""

    id: str
    title: str
    blocks: Sequence[Block]
