"""Figures for people: aligned tables."""

from __future__ import annotations

from typing import Any, Sequence

from .sizes import Cost


def aligned(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table with a title: the first column to the left, the others to the right."""
    cells = [[*map(str, header)], *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["   ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
             for row in cells]
    rule = "-" * (sum(widths) + 3 * (len(widths) - 1))
    return "\n".join([title, rule, lines[0], rule, *lines[1:], ""])


def _shown(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def size_table(costs: Sequence[Cost]) -> str:
    """What each size costs."""
    return aligned(
        "Cost of a month (business as usual; model alone, nothing recorded)",
        ("households", "months", "ns/household-month", "wall ns", "set-up s", "peak MB", "reference ns",
         "times reference"),
        [(f"{c.households:,}", c.months, c.ns, c.wall_ns, c.setup_s, c.peak_mb, c.reference_ns, c.ratio)
         for c in costs])


def rule_table(profile: dict[str, Any]) -> str:
    """Rules by cost; the cheap ones together."""
    rows = [(rule["rule"], rule["ns"], f"{rule['share']:.1%}") for rule in profile["rules"]]
    few, rest = [row for row in rows if row[1] >= 0.01 * profile["total_ns"]], len(rows)
    others = sum(rule["ns"] for rule in profile["rules"]) - sum(row[1] for row in few)
    return aligned(
        f"Cost by rule, {profile['households']:,} households, {profile['months']} months "
        f"(under a profiler, draws apart)", ("rule", "ns/household-month", "share"),
        [("drawing luck, all rules", profile["draws_ns"], f"{profile['share_of_draws']:.1%}"), *few,
         (f"{rest - len(few)} others together", others, f"{others / profile['total_ns']:.1%}")])


def run_table(runs: dict[str, Any]) -> str:
    """Runs per second with a few outcomes, with all, and with none."""
    measured, contract = runs["runs"], runs["runs_per_second"]
    kinds = ("with_these_outcomes", "with_all_outcomes_and_twin", "model_alone")
    return aligned(
        f"Runs of {contract['households']:,} households by {contract['months']} months, one process, "
        f"{measured['replicates']} stacked (these outcomes: {', '.join(measured['outcomes'])})",
        ("runs per second", "processor", "wall"),
        [(kind.replace("_", " "), *measured[kind].values()) for kind in kinds])


def stacking_table(stacking: dict[str, Any]) -> str:
    """A stack against the same replicates one by one."""
    return aligned(
        f"{stacking['replicates']} replicates of {stacking['households']:,} households by "
        f"{stacking['months']} months, set-up included", ("", "ns/household-month"),
        [("stacked", stacking["stacked_ns_per_household_month"]),
         ("one by one", stacking["separate_ns_per_household_month"]),
         ("times faster", stacking["times_faster"]),
         ("identical to the last bit", str(stacking["identical_to_the_last_bit"]))])


def recording_table(recording: Sequence[dict[str, Any]]) -> str:
    """What all outcomes cost beside the month."""
    return aligned(
        "Recording all outcomes every month",
        ("households x replicates", "month ns", "outcomes ns", "both to month", "costliest outcomes, ns"),
        [(f"{r['households']:,} x {r['replicates']}", r["month_ns"], r["all_outcomes_ns"],
          f"{r['with_to_without']:.2f}", ", ".join(f"{name} {ns:.0f}" for name, ns in r["costliest"].items()))
         for r in recording])


def stream_table(streams: Sequence[dict[str, Any]]) -> str:
    """Ways to make a keyed stream."""
    return aligned("Making a stream keyed by seed, decision and month (randomness.py: reseated SFC64)",
                   ("way", "us/stream", "ns/normal", "ns/uniform"), [tuple(way.values()) for way in streams])
