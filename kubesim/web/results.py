"""What a comparison says, ready for the page: a card an outcome with its chart, words and table."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import pandas as pd

from kubesim.comparing import words
from kubesim.comparing.verdict import SAME
from kubesim.language import say
from kubesim.plots.formats import MISSING, PERCENT, number
from kubesim.web import charts
from kubesim.web.effects import Told

CARDS = ("poverty_rate", "consumption", "food", "clothing", "housing", "health", "groups_active", "skill",
         "cost_so_far", "cost_per_household_lifted")
EVERY = 6
"""Months between the rows of a table on the page; the CSV has them all."""
INDEX = "0 to 1"
"""Unit of what is a share of the best that can be."""
PRICE, SPENT = "cost_per_household_lifted", "cost_so_far"


def shown(found: Told) -> dict[str, Any]:
    """All that the page shows of a comparison."""
    return {"cards": cards(found), "key": key(found), "pairs": found.pairs, "months": found.months}


def cards(found: Told) -> list[dict[str, Any]]:
    """A card an outcome, in the user's language; every cell is text."""
    effects = found.effects
    made = []
    for outcome in CARDS:
        group = words.headline_group(outcome)
        if outcome == PRICE and outcome not in found.asked:
            continue
        rows = effects[(effects["outcome"] == outcome) & (effects["group"] == group)]
        made.append(_card(found, outcome, words.subject(outcome, group), rows))
    return made


def key(found: Told) -> list[dict[str, str]]:
    """Which line is which design."""
    looks = [(found.baseline, charts.BASELINE), *zip(found.variants, charts.DESIGNS)]
    return [{"name": name, "colour": look.colour, "dash": look.dash} for name, look in looks]


def _card(found: Told, outcome: str, title: str, rows: pd.DataFrame) -> dict[str, Any]:
    told = [_told(found, outcome, label, rows[rows["scenario"] == label]) for label in found.variants]
    alt = say("{title}, month 0 to {month}. {told}", title=title, month=found.months, told="; ".join(
        f"{row['name']}: {row['level']}, {row['difference']} ({row['interval']})" for row in told))
    return {"id": outcome, "title": title, "rows": told, "svg": _chart(found, outcome, rows, alt),
            "head": [say("Design"), say("Month"), say("Baseline"), say("This design"), say("Difference"),
                     say("95 % interval")],
            "table": _table(found, outcome, rows)}


def _chart(found: Told, outcome: str, rows: pd.DataFrame, alt: str) -> str:
    """Paths of all worlds; the band is the interval of the paired difference, laid on the baseline."""
    months = np.arange(found.months + 1)
    paths = {label: rows[rows["scenario"] == label].set_index("month").reindex(months)
             for label in found.variants}
    lines = []
    for (label, path), look in zip(paths.items(), charts.DESIGNS):
        base = path["baseline"].to_numpy()
        lines.append(charts.Line(look, path["variant"].to_numpy(), base + path["low_together"].to_numpy(),
                                 base + path["high_together"].to_numpy()))
    first = next(iter(paths.values()))["baseline"].to_numpy()
    top = None
    if outcome == PRICE:                    # early on hardly anybody is lifted, and the price has no bound
        last = [line.values[-1] for line in lines] + [first[-1]]
        known = [value for value in last if np.isfinite(value)]
        top = 3 * max(known) if known else None
        lines = [charts.Line(line.look, line.values) for line in lines]
    lines.append(charts.Line(charts.BASELINE, first))
    held = [line.values[np.isfinite(line.values)] for line in lines]
    largest = max((float(np.abs(values).max()) for values in held if len(values)), default=1.0)
    unit = words.written(outcome, largest if top is None else top, 0.0, largest).unit
    shares = unit.value == PERCENT or words.unit_of(outcome) == INDEX
    return charts.draw(months, lines, unit, alt, top, charts.WHOLE if shares and largest <= 1 else None)


def _told(found: Told, outcome: str, label: str, rows: pd.DataFrame) -> dict[str, str]:
    """A design's effect at the last month, in text."""
    last = rows[rows["month"] == found.months].to_dict("records")
    if not last:
        return {"name": label, "level": MISSING, "difference": say("cannot be told"), "interval": MISSING,
                "told": ""}
    cells = _cells(outcome, last[0])
    return {"name": label, "level": cells[1], "difference": cells[2], "interval": cells[3],
            "told": _in_words(cells[3], _verdict(outcome, last[0]))}


def _in_words(interval: str, verdict: str) -> str:
    """The interval and what it means."""
    if interval == MISSING:
        return verdict
    return say("95 %: {interval}; {verdict}", interval=interval, verdict=verdict) if verdict else say(
        "95 %: {interval}", interval=interval)


def _verdict(outcome: str, row: Mapping[str, Any]) -> str:
    """Whether it is better, for those who do not read intervals."""
    if not np.isfinite(row["low_together"]) or outcome == SPENT:
        return ""
    if row["low_together"] <= 0 <= row["high_together"]:
        return say("no clear difference") if row["estimate"] else say("no difference")
    return say("better") if words.better(outcome, row["estimate"]) else say("worse")


def _table(found: Told, outcome: str, rows: pd.DataFrame) -> list[list[str]]:
    months = sorted({*range(0, found.months + 1, EVERY), found.months})
    shown = rows[rows["month"].isin(months)]
    return [[row["scenario"], number(row["month"]), *_cells(outcome, row)] for row in shown.to_dict("records")]


def _cells(outcome: str, row: Mapping[str, Any]) -> Sequence[str]:
    """Baseline, design, difference and interval."""
    low, high, mean = row["low_together"], row["high_together"], row["estimate"]
    spread = np.isfinite(high - low) and high - low > SAME * abs(mean)
    how = words.written(outcome, *((mean, low, high) if spread else (mean, mean, mean)))
    largest = max(abs(row["baseline"]), abs(row["variant"]))
    half = max(abs(mean), 0.005 * largest) if np.isfinite(mean) else 0.005 * largest     # levels that differ look so
    level = words.written(outcome, largest, -half, half)
    return (level.level(row["baseline"]), level.level(row["variant"]), how.signed(mean),
            say("{low} to {high}", low=how.digits(low), high=how.digits(high)) if spread else MISSING)
