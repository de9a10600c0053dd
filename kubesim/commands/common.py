"""What commands share: exit statuses, how to tell a fault, and scenarios with their settings."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Callable, Iterable, NamedTuple, Sequence

from kubesim.errors import ScenarioError
from kubesim.language import say

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
MOST_REPLICATES, MOST_MONTHS = 1_000_000, 600


class Command(NamedTuple):
    """A command: what it is for, an example, its options, and what it does."""

    name: str
    about: str
    example: str
    options: Callable[[argparse.ArgumentParser], None]
    act: Callable[[argparse.Namespace], int]


def tell(lines: Sequence[str], status: int) -> int:
    """Print lines on standard error; gives the exit status back."""
    for line in lines:
        print(line, file=sys.stderr)
    return status


def scenarios_to_run(args: argparse.Namespace, paths: Sequence[str]) -> list:
    """Scenarios with their settings; every fault of the arguments and of the files in one report."""
    bounds = (("--seed", args.seed, 0, 2**63 - 1 - MOST_REPLICATES),
              ("--replicates", args.replicates, 1, MOST_REPLICATES),
              ("--max-replicates", getattr(args, "max_replicates", None), 2, MOST_REPLICATES),
              ("--months", args.months, 1, MOST_MONTHS), ("--workers", args.workers, 1, 1024))
    faults = [say("{option} {given}: must be {low} to {high}", option=option, given=given, low=low, high=high)
              for option, given, low, high in bounds if given is not None and not low <= given <= high]
    from kubesim.running.plan import check_keep, check_outcomes
    from kubesim.scenario import Scenario

    def tried(make: Callable, where: str = "") -> Any:
        """What ``make`` gives, or None when it has faults, which are noted."""
        try:
            return make()
        except ScenarioError as wrong:
            faults.extend(where + line for line in wrong.faults)

    tried(lambda: check_outcomes(args.outcome))
    tried(lambda: check_keep(listed(args.keep)))
    settings = tried(lambda: _settings(args.settings)) or {}
    loaded = [tried(lambda: Scenario.load(path)) for path in paths]
    made = [tried(lambda: scenario.with_(settings), f"{path}: " if len(paths) > 1 else "")
            for path, scenario in zip(paths, loaded) if scenario]
    if faults:
        raise ScenarioError(faults)
    return [scenario.with_(months=args.months) if args.months else scenario for scenario in made]


def _settings(texts: Sequence[str]) -> dict:
    """What ``--set`` says, by dotted path; every fault in one report."""
    from kubesim.scenario import parse_setting
    settings, faults = {}, []
    for text in texts:
        try:
            path, value = parse_setting(text)
            settings[path] = value
        except ScenarioError as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioError(faults)
    return settings


def listed(names: str) -> list[str]:
    """Names that are separated by commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def check_bounds(bounds: Iterable[tuple[str, float | None, float, float]]) -> None:
    """Raise ScenarioError with a line for each option (name, value given or None, low, high) out of bounds."""
    faults = [say("{option} {given}: must be {low} to {high}", option=option, given=given, low=low, high=high)
              for option, given, low, high in bounds if given is not None and not low <= given <= high]
    if faults:
        raise ScenarioError(faults)
