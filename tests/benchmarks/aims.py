"""The aims for speed beside what was measured: facts, not tests."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Sequence

from .sizes import Cost
from .table import aligned


class Aim(NamedTuple):
    """An aim and what was measured; None where nothing was."""

    aim: str
    measured: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """In words."""
        return "not measured" if self.met is None else "met" if self.met else "not met"


def aims(costs: Sequence[Cost], stacking: dict[str, Any], help_: dict[str, Any]) -> list[Aim]:
    """The aims for speed beside the measured values."""
    by_size = {cost.households: cost for cost in costs}
    ten_thousand, hundred_thousand, million = map(by_size.get, (10_000, 100_000, 1_000_000))
    growth = million.ns / ten_thousand.ns if million and ten_thousand else None
    return [
        _aim("100,000 households: at least 50 times as fast as the reference",
             hundred_thousand and hundred_thousand.ratio, "{:.0f} times", lambda times: times >= 50),
        _aim("a household-month at 1,000,000 costs at most 1.5 times that at 10,000",
             growth, "{:.2f} times", lambda times: times <= 1.5),
        _aim("1,000,000 households in under 1 GB",
             million and million.peak_mb, "{:.0f} MB", lambda mb: mb < 1000),
        _aim("runs of 1,000 households stacked: at least 3 times as fast as separate",
             stacking["times_faster"], "{:.1f} times", lambda times: times >= 3),
        _aim("stacked replicates equal separate ones to the last bit",
             stacking["identical_to_the_last_bit"], "{}", bool),
        _aim("kubesim --help in under 0.5 s (wall time)",
             help_["wall_s"], "{:.2f} s", lambda seconds: seconds < 0.5)]


def _aim(text: str, value: Any, shown: str, met: Callable[[Any], bool]) -> Aim:
    return Aim(text, "-", None) if value is None else Aim(text, shown.format(value), met(value))


def aim_table(reached: Sequence[Aim]) -> str:
    """Each aim with its verdict."""
    return aligned("Aims", ("aim", "measured", ""), [(aim.aim, aim.measured, aim.verdict) for aim in reached])
