"""Which design to buy: dominated designs, the price of the next step up, ranking, acceptability."""

from __future__ import annotations

from typing import NamedTuple, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing.statistics import mean_difference
from kubesim.economics.accounts import EVERYBODY, Accounts
from kubesim.economics.costs import Side
from kubesim.economics.ratio import fieller, resamples
from kubesim.economics.worth import MEASURES, gain

WORTHS = (0.0, *np.geomspace(1e6, 1e9, 37))
"""What a household lifted (or another unit gained) may be worth to the payer, Rp."""
FRONTIER, DOMINATED, EXTENDED = "frontier", "dominated", "extendedly dominated"
BILLION = 1e9


class Designs(NamedTuple):
    """Designs with what each pair says of them, against the world without a programme, which is the
    first of them; arrays of shape (pairs, designs)."""

    labels: tuple[str, ...]
    cost: np.ndarray            # Rp, months 0 to the month
    gain: np.ndarray            # in the measure's unit, at the month

    def mean(self) -> "Designs":
        """Means over the pairs, shape (designs,)."""
        return Designs(self.labels, self.cost.mean(axis=0), self.gain.mean(axis=0))

    def drawn(self) -> "Designs":
        """Means over resampled pairs, shape (resamples, designs)."""
        weights = resamples(len(self.cost))
        return Designs(self.labels, weights @ self.cost, weights @ self.gain)


def designs(accounts: Accounts, without: str, measure: str, month: int,
            who: str = EVERYBODY) -> Designs | None:
    """Every world as a design; None where the measure's outcomes were not measured."""
    chosen = next(known for known in MEASURES if known.name == measure)
    labels = (without, *(label for label in accounts.worlds if label != without))
    gains = [gain(accounts, Side(label, without), chosen, who) for label in labels]
    if any(values is None for values in gains):
        return None
    bare = accounts.spent(without, month)
    return Designs(labels, np.stack([accounts.spent(label, month) - bare for label in labels], axis=1),
                   np.stack([values[:, month] for values in gains], axis=1))


class Steps(NamedTuple):
    """Where designs stand; arrays of shape (..., designs)."""

    on: np.ndarray              # on the frontier: the best buy at some worth of a unit gained
    dominated: np.ndarray       # another design gains as much for no more money
    price: np.ndarray           # Rp a unit over the next cheaper design on the frontier; NaN off it


def steps(cost: np.ndarray, gained: np.ndarray) -> Steps:
    """The frontier of designs: the rising part of the lower convex hull of cost over gain.

    A design is on it if no step down to a design that gains less saves more a unit than any step up
    to a design that gains more costs, and steps up cost something (Johannesson & Weinstein 1993,
    Journal of Health Economics 12:459-467).
    """
    more = gained[..., None, :] - gained[..., :, None]          # [.., one, other]: other less one
    dearer = cost[..., None, :] - cost[..., :, None]
    slope = np.divide(dearer, more, out=np.zeros(more.shape), where=more != 0)
    up = np.where(more > 0, slope, np.inf).min(axis=-1)
    down = np.where(more < 0, slope, -np.inf).max(axis=-1)
    dominated = ((more >= 0) & (dearer <= 0) & ((more > 0) | (dearer < 0))).any(axis=-1)
    on = ~dominated & (down <= up)
    return Steps(on, dominated, np.where(on & np.isfinite(down), down, np.nan))


def frontier_table(held: Designs, first: int | None = None) -> pd.DataFrame:
    """One row a design, from the one that gains least to the one that gains most.

    ``status``: 'frontier', 'dominated' (``beaten_by`` gains as much for no more money) or
    'extendedly dominated' (a mix of ``beaten_by`` and ``and_by`` does). ``price``: Rp a unit gained
    more than ``over``, the next design down the frontier, with Fieller's ``low``, ``high``, ``form``,
    given that the frontier is this one; ``on_frontier`` is the share of bootstrap resamples in which
    the design is on it.
    """
    mean, drawn = held.mean(), held.drawn()
    found, often = steps(mean.cost, mean.gain), steps(drawn.cost, drawn.gain).on.mean(axis=0)
    order = np.lexsort((mean.cost, mean.gain))
    ladder = [i for i in order if found.on[i]]
    rows = []
    for i in order:
        status = FRONTIER if found.on[i] else DOMINATED if found.dominated[i] else EXTENDED
        below = [j for j in ladder if mean.gain[j] < mean.gain[i]]
        over = below[-1] if status == FRONTIER and below else None
        beaten = _beaten_by(i, status, mean, ladder)
        rows.append((held.labels[i], mean.cost[i], mean.gain[i], status, *_price(held, i, over, first),
                     held.labels[over] if over is not None else "", often[i],
                     *(held.labels[j] for j in beaten), *[""] * (2 - len(beaten))))
    return pd.DataFrame(rows, columns=["scenario", "cost", "gain", "status", "price", "low", "high", "form",
                                       "over", "on_frontier", "beaten_by", "and_by"])


def _price(held: Designs, i: int, over: int | None, first: int | None) -> tuple[float, float, float, str]:
    if over is None:
        return np.nan, np.nan, np.nan, ""
    found = fieller(held.cost[:, i] - held.cost[:, over], held.gain[:, i] - held.gain[:, over], first)
    return float(found.estimate), float(found.low), float(found.high), str(found.form)


def _beaten_by(i: int, status: str, mean: Designs, ladder: Sequence[int]) -> list[int]:
    """What beats a design: of those that gain as much for no more money the one that gains most, or the
    two designs on the frontier between which it lies."""
    if status == FRONTIER:
        return []
    if status == DOMINATED:
        better = np.flatnonzero((mean.cost <= mean.cost[i]) & (mean.gain >= mean.gain[i])
                                & ((mean.cost < mean.cost[i]) | (mean.gain > mean.gain[i])))
        return [max(better, key=lambda j: mean.gain[j])]
    return [max((j for j in ladder if mean.gain[j] < mean.gain[i]), key=lambda j: mean.gain[j]),
            min((j for j in ladder if mean.gain[j] > mean.gain[i]), key=lambda j: mean.gain[j])]


def ranking_table(held: Designs, first: int | None = None) -> pd.DataFrame:
    """Designs with a cost from the most to the least cost-effective: by units gained for each billion Rp
    spent, against no programme.

    That is the order of the cost of a unit, but stays defined where hardly anything is gained.
    ``cost_per_unit`` has Fieller's ``low``, ``high`` and ``form``, for all designs at once (Bonferroni).
    ``behind`` is how far ``per_billion`` is behind the first one's, with a t interval (of the ratios made
    linear at their means, as costs are far from 0) that holds for all pairs of designs at once, so that
    it stays right though the first one was picked after looking; ``tied``: it includes 0.
    ``first_share`` is the share of bootstrap resamples in which the design comes first.
    """
    costly = np.flatnonzero((held.cost > 0).all(axis=0))
    cost, gained = held.cost[:, costly], held.gain[:, costly]
    count, pairs = len(costly), len(cost)
    if not count:
        return pd.DataFrame(columns=RANKING)
    yields = gained.mean(axis=0) / cost.mean(axis=0) * BILLION
    order = np.argsort(-yields, kind="stable")
    linear = yields + (gained * BILLION - yields * cost) / cost.mean(axis=0)
    behind = mean_difference(linear[:, order[:1]] - linear, first, max(count * (count - 1) // 2, 1))
    each = fieller(cost, gained, first, count)
    weights = resamples(pairs)
    winner = np.argmax((weights @ gained) / (weights @ cost), axis=1)
    firsts = np.bincount(winner, minlength=count) / len(weights)
    estimate = np.where(gained.mean(axis=0) > 0, each.estimate, np.nan)
    rows = [(place + 1, held.labels[costly[i]], cost[:, i].mean(), gained[:, i].mean(), yields[i],
             estimate[i], each.low[i], each.high[i], each.form[i], behind.estimate[i], behind.low[i],
             behind.high[i], bool(place and not behind.low[i] > 0), firsts[i])
            for place, i in enumerate(order)]
    return pd.DataFrame(rows, columns=RANKING)


RANKING = ["rank", "scenario", "cost", "gain", "per_billion", "cost_per_unit", "low", "high", "form",
           "behind", "behind_low", "behind_high", "tied", "first_share"]


def acceptability_table(held: Designs, worths: Sequence[float] = WORTHS) -> pd.DataFrame:
    """One row a (worth, scenario): the chance that a design is the best buy if a unit gained is worth so
    many Rp, no programme being one of the designs (van Hout et al. 1994, Health Economics 3:309-319).

    ``net_benefit`` is worth times gain less cost, Rp, mean over the pairs; ``best`` where it is largest.
    ``probability``: share of bootstrap resamples in which the design's mean is the largest, which is
    about what these pairs leave unsure; ``cities``: share of single pairs, which is about one city's
    luck. ``regret``: what choosing the design loses on average against knowing the best, Rp.
    """
    drawn, parts = held.drawn(), []
    mean = held.mean()
    for worth in worths:
        net = worth * drawn.gain - drawn.cost
        own = worth * held.gain - held.cost
        whole = worth * mean.gain - mean.cost
        parts.append(pd.DataFrame({
            "worth": float(worth), "scenario": held.labels, "net_benefit": whole,
            "best": np.arange(len(whole)) == np.argmax(whole), "probability": _share_first(net),
            "cities": _share_first(own), "regret": (net.max(axis=1, keepdims=True) - net).mean(axis=0)}))
    return pd.concat(parts, ignore_index=True)


def _share_first(values: np.ndarray) -> np.ndarray:
    """Share of rows in which each column is the largest."""
    return np.bincount(np.argmax(values, axis=1), minlength=values.shape[1]) / len(values)
