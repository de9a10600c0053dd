"""Effects: differences within pairs, for every outcome, group and month, with their intervals."""

from __future__ import annotations

from typing import Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.deciles import DECILES
from kubesim.comparing.pairs import SO_FAR, Pairs
from kubesim.comparing.statistics import Estimate, bootstrap, holm, mean_difference
from kubesim.extensions import Outcome
from kubesim.running.measure import WHO

EVERYBODY, MEMBERS, NON_MEMBERS = "all", "members", "non_members"
GROUPS = {"": EVERYBODY, "_members": MEMBERS, "_non_members": NON_MEMBERS}
"""What a column ending stands for: everybody; households put on a KUBE list at the start, whatever
became of their group; the others."""
MANY_DISTRICTS = 40
"""Of more districts than this, effects by district are worked out at the start and at the end of every
year only, as those by decile are, and resampled so many districts at a time."""


class Block(NamedTuple):
    """Estimates of one outcome: arrays of shape (variants, months, groups)."""

    outcome: str
    groups: Sequence[str]
    months: Sequence[int]
    method: str                 # t, stein or bootstrap
    baseline: np.ndarray        # means over the pairs that count
    variant: np.ndarray
    single: Estimate            # each comparison by itself
    together: Estimate          # all variants at once


def effects_table(pairs: Pairs) -> pd.DataFrame:
    """One row a (scenario, outcome, group, month): the variant less the baseline, pair by pair.

    ``low`` and ``high`` hold with 95 % for this comparison by itself; ``low_together`` and
    ``high_together`` hold with 95 % for all variants at once (Bonferroni), ``p_together`` is
    Holm's. ``baseline`` and ``variant`` are means over the same pairs. Rows without any pair in
    which both worlds have a value are left out. Deciles, and districts where there are more than
    MANY_DISTRICTS, have the first month and the ends of years only; worlds that did not live side by
    side have no deciles.
    """
    return pd.concat([_rows(pairs.worlds.variants, block) for block in _blocks(pairs)], ignore_index=True)


def _blocks(pairs: Pairs) -> Iterator[Block]:
    for outcome in pairs.outcomes:
        if outcome.table == "twin":
            yield from _ratio_blocks(pairs, outcome)
            continue
        for ending in WHO if outcome.table in ("households", "sample") else WHO[:1]:
            yield from _by_place(pairs, outcome.name, ending)
        if outcome.table == "ledger":
            yield from _by_place(pairs, outcome.name + SO_FAR, "")
        if outcome.table == "households" and pairs.deciles:
            held = {label: pairs.deciles[label, outcome.name] for label in pairs.worlds.scenarios}
            yield _mean_block(pairs, outcome.name, [f"decile {place + 1}" for place in range(DECILES)],
                              pairs.moments, held)


class _Span(NamedTuple):
    """Months and places that are worked out together."""

    months: Sequence[int]
    places: slice
    groups: Sequence[str]


def _spans(pairs: Pairs, ending: str = "") -> Iterator[_Span]:
    """Groups that a column is known for, and in which months; a single district is everybody."""
    months, count = range(pairs.worlds.months + 1), len(pairs.places)
    if ending:
        yield _Span(months, slice(0, 1), [GROUPS[ending]])
    elif not 2 < count <= 1 + MANY_DISTRICTS:
        yield _Span(months, slice(0, 1), pairs.places[:1])
        for begin in range(1, count if count > 2 else 0, MANY_DISTRICTS):
            places = slice(begin, min(begin + MANY_DISTRICTS, count))
            yield _Span(pairs.moments, places, pairs.places[places])
    else:
        yield _Span(months, slice(0, count), pairs.places)


def _by_place(pairs: Pairs, name: str, ending: str) -> Iterator[Block]:
    for span in _spans(pairs, ending):
        held = {label: columns[name + ending][:, list(span.months), span.places]
                for label, columns in pairs.columns.items()}
        yield _mean_block(pairs, name, span.groups, span.months, held)


def _mean_block(pairs: Pairs, name: str, groups: Sequence[str], months: Sequence[int],
                held: Mapping[str, np.ndarray]) -> Block:
    """``held`` maps each world to its values, shape (pairs, months, groups)."""
    base = held[pairs.worlds.baseline][:, None]
    variants = np.stack([held[label] for label in pairs.worlds.variants], axis=1)
    differences = variants - base
    exists = np.isfinite(differences)
    count = np.where(exists.any(axis=0), exists.sum(axis=0), np.nan)
    base_mean, variant_mean = (np.where(exists, each, 0.0).sum(axis=0) / count for each in (base, variants))
    method = "t" if pairs.first is None else "stein"
    single = mean_difference(differences, pairs.first)
    together = mean_difference(differences, pairs.first, len(pairs.worlds.variants))
    return Block(name, groups, months, method, base_mean, variant_mean, single, together)


def _ratio_blocks(pairs: Pairs, outcome: Outcome) -> Iterator[Block]:
    """An outcome that compares with the world without a programme: of the means over all pairs, as
    the mean of one city's ratios would hang on the few cities in which hardly anybody was lifted.
    A world that differs in more than the programme has none: the one without a programme is not its own."""
    for span in _spans(pairs):
        yield _ratio_block(pairs, outcome, span)


def _ratio_block(pairs: Pairs, outcome: Outcome, span: _Span) -> Block:
    worlds, (months, places, groups) = pairs.worlds, span

    def pooled(label: str, weights: np.ndarray) -> np.ndarray:
        run, twin = (_Weighted(pairs.columns[world], weights, places) for world in (label, worlds.without))
        measured = outcome.measure(run, twin, worlds.scenarios[label])
        measured = measured[:, list(months), -len(groups):]
        return np.full_like(measured, np.nan) if label in worlds.no_designs else measured

    equal = np.full((1, len(pairs.seeds)), 1 / len(pairs.seeds))
    base = np.broadcast_to(pooled(worlds.baseline, equal), (len(worlds.variants), len(months), len(groups)))
    variants = np.concatenate([pooled(label, equal) for label in worlds.variants])
    found = [bootstrap(lambda weights: pooled(label, weights) - pooled(worlds.baseline, weights),
                       len(pairs.seeds), (1, len(worlds.variants))) for label in worlds.variants]
    single, together = (Estimate(*map(np.stack, zip(*held))) for held in zip(*found))
    return Block(outcome.name, groups, months, "bootstrap", base, variants, single, together)


class _Weighted:
    """Outcomes of a world as weighted means over pairs, made when asked for: of all together, and of
    the places wanted."""

    def __init__(self, columns: Mapping[str, np.ndarray], weights: np.ndarray, places: slice) -> None:
        self._columns, self._weights = columns, weights
        self._places = [0, *range(max(places.start, 1), places.stop)]

    def __getitem__(self, name: str) -> np.ndarray:
        return np.tensordot(self._weights, self._columns[name][..., self._places], axes=1)


def _rows(variants: Sequence[str], block: Block) -> pd.DataFrame:
    """A block as rows, the month running fastest."""
    def flat(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values, block.single.estimate.shape).swapaxes(1, 2).ravel()

    scenario, group, month = (index.ravel() for index in np.indices(
        (len(variants), len(block.groups), len(block.months))))
    frame = pd.DataFrame({
        "scenario": np.array(variants, object)[scenario], "outcome": block.outcome,
        "group": np.array(block.groups, object)[group], "month": np.array(block.months)[month],
        "estimate": flat(block.single.estimate), "low": flat(block.single.low),
        "high": flat(block.single.high), "pairs": flat(block.single.pairs),
        "baseline": flat(block.baseline), "variant": flat(block.variant),
        "p_value": flat(block.single.p_value), "low_together": flat(block.together.low),
        "high_together": flat(block.together.high), "p_together": flat(holm(block.single.p_value)),
        "method": block.method})
    return frame[frame["pairs"] > 0]
