"""``python -m tests.benchmarks``: measures speed, prints tables, writes bench.json."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Sequence

from .aims import aim_table, aims
from .clock import machine
from .sizes import Cost, measure_sizes
from .table import recording_table, rule_table, run_table, size_table, stacking_table, stream_table

SIZES, QUICK_SIZES = "1000,10000,100000,1000000", "1000,10000"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure all, size after size first: each in a process of its own, while this one is small."""
    options = read_options(argv)
    where = machine()
    print("kubesim {kubesim}, Python {python}, NumPy {numpy}, Mesa {mesa}; {processors} x {processor}, "
          "{system}, load {load_before}; {date}".format(**where))
    print("Processor time, best of several rounds, unless called wall time.\n")
    costs = []
    for cost in measure_sizes(options.sizes, 3 if options.quick else 12, options.quick):
        costs.append(cost)
        print(f"{cost.households:,} households: {cost.ns:.0f} ns", file=sys.stderr)
    print(size_table(costs))
    items = [cost.as_contracted() for cost in costs] + further(costs, options) + [{"machine": where}]
    options.out.mkdir(parents=True, exist_ok=True)
    written = options.out / "bench.json"
    written.write_text(json.dumps(items, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {written}")


def read_options(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options; a fault ends the programme with status 2."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__.split(": ")[1])
    parser.add_argument("--sizes", type=_sizes, metavar="N,N,...",
                        help=f"households of the cities; by default {SIZES}, with --quick {QUICK_SIZES}")
    parser.add_argument("--quick", action="store_true", help="few rounds and months: to see that it works")
    parser.add_argument("--out", type=Path, default=Path("results/bench"), help="folder of bench.json")
    options = parser.parse_args(argv)
    options.sizes = options.sizes or _sizes(QUICK_SIZES if options.quick else SIZES)
    return options


def _sizes(text: str) -> list[int]:
    sizes = [int(number) for number in text.split(",")]
    if min(sizes) < 20:
        raise ValueError("a city needs 20 households")
    return sizes


def further(costs: list[Cost], options: argparse.Namespace) -> list[dict[str, Any]]:
    """Everything but the sizes, measured in this process; printed, and as objects for bench.json."""
    from .recording import measure_recording        # late: the processes above start from a small one
    from .rules import measure_rules
    from .stacking import measure_runs, measure_stacking
    from .start import measure_help
    from .streams import measure_streams
    quick, large = options.quick, min(max(options.sizes), 100_000)
    runs = measure_runs(quick)
    print(run_table(runs))
    stacking = measure_stacking(quick)
    print(stacking_table(stacking))
    recording = [measure_recording(*city, 3 if quick else 12)
                 for city in ((1_000, stacking["replicates"]), (large, 1))]
    print(recording_table(recording))
    rules = [measure_rules(size, 3 if quick else 24) for size in dict.fromkeys((1_000, large))]
    print(*map(rule_table, rules), sep="\n")
    streams = measure_streams(200 if quick else 2_000, 2 if quick else 10)
    print(stream_table(streams))
    started = measure_help(1 if quick else 5)
    reached = aims(costs, stacking, started)
    print(aim_table(reached))
    return [{"runs_per_second": runs["runs_per_second"]}, {"runs": runs["runs"]},
            {"by_size": [cost.beyond_contract() for cost in costs]}, {"stacking": stacking},
            {"recording": recording}, {"rules": rules}, {"streams": streams}, {"help": started},
            {"aims": [aim._asdict() for aim in reached]}]


if __name__ == "__main__":
    main()
