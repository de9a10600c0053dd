"""Story: one household's or group's life, month by month in plain words, twin against twin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd

from kubesim import files
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.notebook import notebook_bar
from kubesim.scenario import Scenario
from kubesim.telling.amounts import money, percent
from kubesim.telling.chain import Link, chain
from kubesim.telling.events import events_of
from kubesim.telling.lives import CHOICES, HERE, TWIN, Pair, Progress, Who, choose, live_both
from kubesim.telling.moments import Event
from kubesim.telling.timeline import BOTH, Row, every_month, in_short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LINES = 40
WIDTH = 100                     # letters of a line, unless a terminal says otherwise


@dataclass(frozen=True)
class Story:
    """A life in two worlds. ``str()`` tells it, ``figure()`` draws it, ``table`` holds every month."""

    pair: Pair
    all_months: bool = False

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a (world, month) with every column of the household, its group and its companion.

        Of a group, household columns are means over the households on its list.
        """
        lives = (self.pair.here, self.pair.twin)
        months = [life.months.assign(world=life.world).reset_index() for life in lives]
        joined = pd.concat(months, ignore_index=True)
        first = ["world", "month"]
        return joined[first + [column for column in joined if column not in first]]

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        """What happens in each world."""
        return {life.world: events_of(life) for life in (self.pair.here, self.pair.twin)}

    @cached_property
    def links(self) -> list[Link]:
        """The chain of cause from the first difference to consumption and poverty."""
        return chain(self.pair)

    @cached_property
    def rows(self) -> list[Row]:
        """The months, quiet ones merged so that all fits into about 40 lines; or every month."""
        if self.all_months:
            return every_month(self.pair, self.events)
        return in_short(self.pair, self.events, MOST_LINES - len(self.heading()) - len(self.links))

    @property
    def lines(self) -> list[str]:
        """The story, one line a statement."""
        why = [f"{link.label}: {link.text}" for link in self.links]
        return [*self.heading(), *why, *map(_line, self.rows)]

    def text(self, width: int = WIDTH) -> str:
        """The story for a terminal of ``width`` letters."""
        told = [line for words in self.heading() for line in _wrapped("", words, 0, width)]
        indent = max(len(link.label) for link in self.links) + 2
        told += ["", say("WHY: the chain of cause")]
        told += [line for link in self.links for line in _wrapped(link.label, link.text, indent, width)]
        told += ["", say("MONTH BY MONTH")]
        when_width = max((len(row.when) for row in self.rows), default=0)
        indent, before = when_width + 2 + max(map(len, _worlds().values())) + 2, ""
        for row in self.rows:
            when = row.when if row.when != before else ""
            told += _wrapped(f"{when:<{when_width}}  {_worlds()[row.world]}", row.text, indent, width)
            before = row.when
        return "\n".join(told)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        why = "".join(f"<tr><th>{escape(link.label)}</th><td>{escape(link.text)}</td></tr>"
                      for link in self.links)
        heads = "".join(f"<th>{escape(words)}</th>" for words in ("", say("here"), say("twin")))
        return (f"<p>{'<br>'.join(map(escape, self.heading()))}</p><table>{why}</table>"
                f"<table><tr>{heads}</tr>{''.join(map(_html_row, self.rows))}</table>")

    def figure(self) -> "Figure":
        """Consumption, income, skill, trust and joint capital in both worlds, with what happened."""
        from kubesim.telling.picture import draw
        return draw(self)

    def write(self, folder: str | Path) -> list[Path]:
        """Write story.txt, months.csv, story.png and story.svg; returns their paths."""
        from kubesim.telling.picture import save
        folder = Path(folder)
        if folder.is_file():
            raise ScenarioError(say("{folder}: is a file; a story goes into a folder", folder=folder))
        folder.mkdir(parents=True, exist_ok=True)
        files.write_whole(folder / "story.txt", self.text() + "\n")
        files.write_whole(folder / "months.csv", self.table.to_csv(index=False))
        return [folder / "story.txt", folder / "months.csv", *save(self, folder)]

    # -- the heading ------------------------------------------------------------------------------
    def title(self) -> str:
        """Whose story it is."""
        who, life = self.pair.here.who, self.pair.here
        if who.kind == "group":
            return say("Group {row} in {district}, twin against twin", row=who.row, district=life.district)
        if life.group is None:
            return say("Household {row} of no group in {district}, twin against twin", row=who.row,
                       district=life.district)
        return say("Household {row} of group {group} in {district}, twin against twin", row=who.row,
                   group=life.group, district=life.district)

    def heading(self) -> list[str]:
        """Whose story it is, under which luck, and what the household starts with."""
        pair, start = self.pair, self.pair.here.months.loc[0]
        told = {"persons": f"{start['persons']:.0f}", "income": money(start["normal_income"]),
                "share": percent(start["normal_income"] / start["poverty_line"]),
                "business": money(start["business_income"]), "consumption": money(start["consumption"]),
                "standard": percent(start["living_standard"])}
        if pair.here.who.kind == "group":
            words = say("A household of it has {income} of normal income a month, {share} of its poverty "
                        "line, and consumes {consumption} in month 0. Numbers of households are means over "
                        "the group's list.", **told)
        elif start["business_income"] > 0:
            words = say("{persons} persons; normal income {income} a month, {share} of their poverty line, "
                        "{business} of it from an own business; consume {consumption} in month 0, {standard} "
                        "of the line.", **told)
        else:
            words = say("{persons} persons; normal income {income} a month, {share} of their poverty line; "
                        "no own business; consume {consumption} in month 0, {standard} of the line.", **told)
        return [self.title(), say("here: {name}", name=pair.here.scenario.name),
                say("twin: the same people with the same luck (seed {seed}), under: {name}", seed=pair.seed,
                    name=pair.twin.scenario.name), words]


def story(scenario: Scenario, household: int | str | None = None, group: int | None = None, *,
          against: Scenario | None = None, seed: int = 1, months: int | None = None, all_months: bool = False,
          progress: Progress | None = None) -> Story:
    """Tell the life of a household or a group, here against its twin in another world:
    ``print(kubesim.story(scenario, household="typical"))``.

    Parameters
    ----------
    household, group
        A row, counted from 0 as in the tables; give one of them. A household may also be 'typical',
        'poorest' or 'random'.
    against
        The twin's world: the same without the programme unless given.
    months
        Instead of the scenarios'.
    all_months
        Tell every month instead of merging quiet ones.

    Raises ScenarioError when there is no such row or the worlds do not hold the same people.
    """
    if (household is None) == (group is None):
        raise ScenarioError(say("a story is of one household or of one group: give one of the two"))
    if months is not None:
        scenario = scenario.with_(months=months)
        against = against.with_(months=months) if against is not None else None
    against = scenario.without_programme() if against is None else against
    if isinstance(household, str):
        if household not in CHOICES:
            raise ScenarioError(say("household {given}: must be a whole number from 0, or one of {choices}",
                                    given=household, choices=", ".join(CHOICES)))
        household = choose(household, scenario, against, seed)
    who = Who("household", household) if group is None else Who("group", group)
    return Story(live_both(scenario, against, who, seed, progress or notebook_bar()), all_months)


# -- lines -------------------------------------------------------------------------------------
def _worlds() -> dict[str, str]:
    return {HERE: say("here"), TWIN: say("twin"), BOTH: say("both"), "": ""}


def _line(row: Row) -> str:
    if not row.world:
        return say("{when}: {text}", when=row.when, text=row.text)
    return say("{when}, {world}: {text}", when=row.when, world=_worlds()[row.world], text=row.text)


def _wrapped(head: str, words: str, indent: int, width: int) -> list[str]:
    """Words behind a head, further lines under the first word; a sum of money is not torn apart."""
    kept = re.sub(r"(?<=Rp) (?=[\d\u2212])|(?<=[+\u2212]) (?=Rp)|(?<=\d) (?=%)", "\u00a0", words)
    lines = wrap(kept, max(width, indent + 30), initial_indent=head.ljust(indent), break_on_hyphens=False,
                 subsequent_indent=" " * indent)
    return [line.replace("\u00a0", " ") for line in lines]


def _html_row(row: Row) -> str:
    text = escape(row.text)
    cells = {BOTH: f"<td colspan=2>{text}</td>", "": f"<td colspan=2><i>{text}</i></td>",
             HERE: f"<td>{text}</td><td></td>", TWIN: f"<td></td><td>{text}</td>"}
    return f"<tr><th>{escape(row.when)}</th>{cells[row.world]}</tr>"
