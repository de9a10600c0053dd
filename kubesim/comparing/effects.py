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
    which both worlds have a value are left out.
    """
    return pd.concat([_rows(pairs.worlds.variants, block) for block in _blocks(pairs)], ignore_index=True)


def _blocks(pairs: Pairs) -> Iterator[Block]:
    months = range(pairs.worlds.months + 1)
    for outcome in pairs.outcomes:
        if outcome.table == "twin":
            yield _ratio_block(pairs, outcome, months)
            continue
        endings = WHO if outcome.table in ("households", "sample") else WHO[:1]
        for ending in endings:
            yield _mean_block(pairs, outcome.name, _places(pairs, ending), months, _by_variant(
                pairs, pairs.columns, outcome.name + ending, len(_places(pairs, ending))))
        if outcome.table == "ledger":
            yield _mean_block(pairs, outcome.name + SO_FAR, _places(pairs, ""), months, _by_variant(
                pairs, pairs.columns, outcome.name + SO_FAR, len(_places(pairs, ""))))
        if outcome.table == "households":
            held = {label: {outcome.name: pairs.deciles[label, outcome.name]}
                    for label in pairs.worlds.scenarios}
            yield _mean_block(pairs, outcome.name, [f"decile {place + 1}" for place in range(DECILES)],
                              pairs.moments, _by_variant(pairs, held, outcome.name, DECILES))


def _places(pairs: Pairs, ending: str) -> list[str]:
    """Groups that a column is known for; a single district is everybody."""
    if ending:
        return [GROUPS[ending]]
    return pairs.places if len(pairs.places) > 2 else pairs.places[:1]


def _by_variant(pairs: Pairs, columns: Mapping[str, Mapping[str, np.ndarray]], name: str,
                groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Baseline (pairs, 1, months, groups) and variants (pairs, variants, months, groups)."""
    base = columns[pairs.worlds.baseline][name][:, None, :, :groups]
    variants = np.stack([columns[label][name][..., :groups] for label in pairs.worlds.variants], axis=1)
    return base, variants


def _mean_block(pairs: Pairs, name: str, groups: Sequence[str], months: Sequence[int],
                values: tuple[np.ndarray, np.ndarray]) -> Block:
    base, variants = values
    differences = variants - base
    exists = np.isfinite(differences)
    count = np.where(exists.any(axis=0), exists.sum(axis=0), np.nan)
    base_mean, variant_mean = (np.where(exists, held, 0.0).sum(axis=0) / count for held in (base, variants))
    method = "t" if pairs.first is None else "stein"
    single = mean_difference(differences, pairs.first)
    together = mean_difference(differences, pairs.first, len(pairs.worlds.variants))
    return Block(name, groups, months, method, base_mean, variant_mean, single, together)


def _ratio_block(pairs: Pairs, outcome: Outcome, months: Sequence[int]) -> Block:
    """An outcome that compares with the world without a programme: of the means over all pairs, as
    the mean of one city's ratios would hang on the few cities in which hardly anybody was lifted.
    A world that differs in more than the programme has none: the one without a programme is not its own."""
    worlds, groups = pairs.worlds, _places(pairs, "")

    def pooled(label: str, weights: np.ndarray) -> np.ndarray:
        run, twin = (_Weighted(pairs.columns[world], weights) for world in (label, worlds.without))
        measured = outcome.measure(run, twin, worlds.scenarios[label])[..., :len(groups)]
        return np.full_like(measured, np.nan) if label in worlds.no_designs else measured

    equal = np.full((1, len(pairs.seeds)), 1 / len(pairs.seeds))
    base = np.broadcast_to(pooled(worlds.baseline, equal), (len(worlds.variants), len(months), len(groups)))
    variants = np.concatenate([pooled(label, equal) for label in worlds.variants])
    found = [bootstrap(lambda weights: pooled(label, weights) - pooled(worlds.baseline, weights),
                       len(pairs.seeds), (1, len(worlds.variants))) for label in worlds.variants]
    single, together = (Estimate(*map(np.stack, zip(*held))) for held in zip(*found))
    return Block(outcome.name, groups, months, "bootstrap", base, variants, single, together)


class _Weighted:
    """Outcomes of a world as weighted means over pairs, made when asked for."""

    def __init__(self, columns: Mapping[str, np.ndarray], weights: np.ndarray) -> None:
        self._columns, self._weights = columns, weights

    def __getitem__(self, name: str) -> np.ndarray:
        return np.tensordot(self._weights, self._columns[name], axes=1)


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
