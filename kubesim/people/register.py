"""A register's households as the model lists them: its groups, their companions, their districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Sequence

import numpy as np

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.people.roll import Roll

FEWEST, MOST = 2, 30
"""Households that a group of a file may have; what lies outside 5 to 20 (Permensos 2/2019) is said."""
USUAL = (5, 20)
MOST_TOLD = 20


@dataclass(frozen=True)
class Lists:
    """The file's households in the model's order: each group's together, groups by district, then those
    of no group."""

    entry: np.ndarray               # (households,) their places in the roll
    first: np.ndarray               # (groups,) place in ``entry`` at which each group begins
    listed: int                     # households in a group
    district: np.ndarray            # (households,) place in the scenario's districts
    companion: np.ndarray           # (groups,) companion's code counted from 0, -1 without one
    notes: tuple[str, ...]

    @property
    def district_of_group(self) -> np.ndarray:
        """Place in the scenario's districts, (groups,)."""
        return self.district[self.first]


def lists_of(roll: Roll, district_names: Sequence[str], size: int) -> Lists:
    """Put a file's households on lists.

    Its groups are taken as they are. Where it names none, groups of about ``size`` are made within
    each district and companion in the file's order. Raises ScenarioError, a line a fault, when a row's
    district is not known, or a group lies in two districts, is too small or too large, or names several
    companions without one having most of its households.
    """
    named = roll.group >= 0
    district = _districts(roll, len(district_names))
    group = _compact(roll.group) if named.any() else _made(district, roll.companion, size)
    count = group.max(initial=-1) + 1
    rows = np.argsort(np.where(group < 0, count, group), kind="stable")
    listed = int((group >= 0).sum())
    begins = np.searchsorted(group[rows[:listed]], np.arange(count))
    sizes = np.diff(np.append(begins, listed))
    companion, faults = _companions(roll, group, rows[begins])
    faults = [*_apart(roll, district, group, rows[begins], district_names),
              *_wrong_sizes(roll, sizes, rows[begins]), *faults]
    if faults:
        raise ScenarioError(_some(faults, roll.file))

    order = np.argsort(district[rows[begins]], kind="stable")
    place = np.empty(count, int)
    place[order] = np.arange(count)
    ranked = np.where(group < 0, count, place[group]) if count else np.zeros(len(roll), int)
    entry = np.lexsort((np.arange(len(roll)), district * (group < 0), ranked))
    first = np.cumsum(sizes[order]) - sizes[order]
    notes = _notes(roll, named, sizes, companion)
    return Lists(entry, first, listed, district[entry], _compact(companion[order]), tuple(notes))


def _districts(roll: Roll, count: int) -> np.ndarray:
    """The district of each row; where it is not said, the only one or that of most of its group."""
    if count == 1:
        return np.zeros(len(roll), int)
    district = roll.district.astype(int)
    unknown = (district < 0) & (roll.group >= 0)
    most, _, _ = _most(roll.group, district, roll.group.max(initial=-1) + 1)
    district[unknown] = most[roll.group[unknown]]
    lost = roll.row[district < 0]
    if len(lost) == len(roll):
        raise ScenarioError(say("{file}: no row says in which district it lies, and the scenario has several: "
                                "name the column under population.columns.district, or keep one district",
                                file=roll.file))
    if len(lost):
        raise ScenarioError(say("{file}: its district is empty or none of the scenario's in {rows}",
                                file=roll.file, rows=_rows(lost)))
    return district


def _made(district: np.ndarray, companion: np.ndarray, size: int) -> np.ndarray:
    """Groups of about ``size`` within each district and companion, in the file's order; -1 for one alone."""
    group, made = np.full(len(district), -1), 0
    blocks = np.unique(np.stack([district, companion]), axis=1, return_inverse=True)[1].ravel()
    order = np.argsort(blocks, kind="stable")
    for block in np.split(order, np.flatnonzero(np.diff(blocks[order])) + 1):
        pieces = min(max(1, int(len(block) / size + 0.5)), len(block) // FEWEST)
        for piece in np.array_split(block, pieces) if pieces else []:
            group[piece] = made
            made += 1
    return group


def _companions(roll: Roll, group: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """The companion whom most of each group's rows name, -1 for none; faults of groups without a most."""
    most, times, named = _most(group, roll.companion, len(begins))
    faults = [say("the group that begins in row {row} names several companions, and none of them for more "
                  "than half of its households", row=roll.row[begins[at]])
              for at in np.flatnonzero((2 * times <= named) & (named > 0))]
    return most, faults


def _most(group: np.ndarray, code: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By group the code that most of its rows have (the first of equals), how often, and rows with any."""
    known = (group >= 0) & (code >= 0)
    pairs, times = np.unique(np.stack([group[known], code[known]]), axis=1, return_counts=True)
    ranked = np.lexsort((pairs[1], -times, pairs[0]))
    groups, best = np.unique(pairs[0][ranked], return_index=True)
    most, often = np.full(count, -1), np.zeros(count, int)
    most[groups], often[groups] = pairs[1][ranked[best]], times[ranked[best]]
    return most, often, np.bincount(group[known], minlength=count)[:count] if count else often


def _apart(roll: Roll, district: np.ndarray, group: np.ndarray, begins: np.ndarray,
           names: Sequence[str]) -> Iterator[str]:
    inside = group >= 0
    home = district[begins][group[inside]]
    for at in np.unique(group[inside][district[inside] != home]):
        told = ", ".join(names[place] for place in np.unique(district[group == at]))
        yield say("the group that begins in row {row} lies in several districts ({names}); a group lies in one",
                  row=roll.row[begins[at]], names=told)


def _wrong_sizes(roll: Roll, sizes: np.ndarray, begins: np.ndarray) -> Iterator[str]:
    for at in np.flatnonzero((sizes < FEWEST) | (sizes > MOST)):
        yield say("the group that begins in row {row} has {count} households; must be {fewest} to {most}",
                  row=roll.row[begins[at]], count=sizes[at], fewest=FEWEST, most=MOST)


def _notes(roll: Roll, named: np.ndarray, sizes: np.ndarray, companion: np.ndarray) -> Iterator[str]:
    """What was made of groups and companions."""
    if not named.any():
        yield say("{file} names no groups: {count} of {fewest} to {most} households are made in its order",
                  file=roll.file, count=len(sizes), fewest=min(sizes, default=0), most=max(sizes, default=0))
    else:
        odd = int(((sizes < USUAL[0]) | (sizes > USUAL[1])).sum())
        if odd:
            yield say("{count} of {groups} groups are not of {low} to {high} households, as the rule has it "
                      "(Permensos 2/2019); they are taken as they are", count=odd, groups=len(sizes),
                      low=USUAL[0], high=USUAL[1])
        if not named.all():
            yield say("{count} households are in no group: they stand on no list", count=int((~named).sum()))
    served = companion[companion >= 0]
    if len(served):
        yield say("{companions} companions serve {served} of {groups} groups; the others are served as the "
                  "programme says", companions=len(np.unique(served)), served=len(served), groups=len(sizes))


def _compact(codes: np.ndarray) -> np.ndarray:
    """Codes counted from 0 in the order in which they first appear; those below 0 become -1."""
    known = codes >= 0
    _, first, place = np.unique(codes[known], return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first)] = np.arange(len(first))
    compact = np.full(len(codes), -1)
    compact[known] = rank[place]
    return compact


def _rows(rows: np.ndarray) -> str:
    """Rows of a file in words, not more than anybody would look up."""
    told = ", ".join(str(row) for row in rows[:MOST_TOLD])
    return say("rows {rows}", rows=told) + (say(" and {count} more", count=len(rows) - MOST_TOLD)
                                            if len(rows) > MOST_TOLD else "")


def _some(faults: Sequence[str], file: str) -> list[str]:
    """The first faults, each with its file; the others are counted."""
    told = [f"{file}: {fault}" for fault in faults[:MOST_TOLD]]
    more = len(faults) - MOST_TOLD
    return told + ([say("{file}: and {count} more faults of groups", file=file, count=more)] if more > 0 else [])
