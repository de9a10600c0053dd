"""appraise: everything about money in a comparison, as tables and as sentences."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Mapping, Sequence

import pandas as pd

from kubesim.comparing.worlds import differs_otherwise
from kubesim.economics import telling
from kubesim.economics.accounts import ALL, Accounts
from kubesim.economics.break_even import break_even_table
from kubesim.economics.choice import Designs, acceptability_table, designs, frontier_table, ranking_table
from kubesim.economics.costs import budget_table, cost_table, sides
from kubesim.economics.unit_costs import grade_table, unit_cost_table
from kubesim.economics.worth import MEASURES, benefit_table, effect_table, ratio_table
from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.scenario import Scenario


@dataclass(frozen=True)
class Economics:
    """What designs cost and what that buys, months 0 to ``month``.

    The functions that make the tables say what their columns hold. Money is in rupiah of the
    scenario's base year, in the model's households and groups, undiscounted unless a rate is named.
    """

    baseline: str
    without: str                    # label of the world without a programme
    month: int
    pairs: int
    measure: str                    # the gain of frontier, ranking, acceptability and break_even
    no_designs: tuple[str, ...]     # worlds that differ in more than the programme: against the baseline only
    costs: pd.DataFrame             # cost_table
    budget: pd.DataFrame            # budget_table by month
    years: pd.DataFrame             # budget_table by year
    gains: pd.DataFrame             # effect_table
    ratios: pd.DataFrame            # ratio_table
    benefits: pd.DataFrame          # benefit_table
    frontier: pd.DataFrame          # frontier_table
    ranking: pd.DataFrame           # ranking_table
    acceptability: pd.DataFrame     # acceptability_table
    break_even: pd.DataFrame        # break_even_table
    unit_costs: pd.DataFrame        # unit_cost_table; empty when the scenarios are not known
    grades: pd.DataFrame            # grade_table

    @property
    def variants(self) -> tuple[str, ...]:
        """Labels of the worlds other than the baseline and the one without a programme."""
        return tuple(label for label in self.budget["scenario"].unique()
                     if label not in (self.baseline, self.without))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)
                if isinstance(getattr(self, field.name), pd.DataFrame)}

    def sentences(self) -> list[str]:
        """The whole in plain sentences, the ones of most interest first."""
        return telling.sentences(self)

    def __str__(self) -> str:
        return "\n".join(self.sentences())


def appraise(outcomes: pd.DataFrame, ledger: pd.DataFrame, *, baseline: str, without: str,
             scenarios: Mapping[str, Scenario] | None = None, month: int | None = None,
             seeds: Sequence[int] | None = None, first: int | None = None, district: str = ALL,
             measure: str = "lifted") -> Economics:
    """What the designs of a comparison cost and what that buys.

    Parameters
    ----------
    outcomes, ledger
        Tables of all worlds, told apart by a column ``scenario``, the one without a programme included.
    baseline, without
        Labels of the baseline and of the world without a programme (they may be the same).
    scenarios
        The worlds by label, for the table of unit costs, and to tell apart worlds that differ in more
        than the programme: a flood is no design, and is not held against a world without flood and programme.
    month
        Up to which money is counted and at which gains are measured; the last unless given.
    seeds
        The pairs in the order in which they were lived; all unless given.
    first
        Pairs of the first stage when their number was chosen by looking at them (Stein 1945).
    district
        Look at one district alone.
    measure
        Name of the gain (see ``worth.MEASURES``) by which designs are ranked.

    Raises
    ------
    ScenarioError
        When a label, month, district or measure does not exist, or a world lacks a seed or a month.
    """
    accounts = Accounts.of(outcomes, ledger, seeds, district)
    month = accounts.months if month is None else month
    _check(accounts, baseline, without, month, measure)
    no_designs = tuple(label for label in accounts.worlds
                       if _differs_otherwise(label, baseline, scenarios or {}))
    compared = sides(accounts, baseline, without, no_designs)
    count = len([label for label in accounts.worlds if label not in (baseline, without)])
    own = accounts.leaving_out(no_designs)
    held = designs(own, without, measure, month)
    unit_costs = unit_cost_table(scenarios or {})
    return Economics(
        baseline, without, month, len(accounts.seeds), measure, no_designs,
        costs=cost_table(accounts, compared, month, first), budget=budget_table(accounts, month),
        years=budget_table(accounts, month, by_year=True),
        gains=effect_table(accounts, compared, month, first),
        ratios=ratio_table(accounts, compared, (month,), first, max(count, 1)),
        benefits=benefit_table(accounts, compared, month, first), **_choices(held, first),
        break_even=break_even_table(own, baseline, without, measure, month),
        unit_costs=unit_costs, grades=grade_table(unit_costs, accounts, month))


def _differs_otherwise(label: str, baseline: str, scenarios: Mapping[str, Scenario]) -> bool:
    """Whether a world differs from the baseline in something that acts without a programme too."""
    if label not in scenarios or baseline not in scenarios:
        return False
    return differs_otherwise(scenarios[baseline], scenarios[label])


def _choices(held: Designs | None, first: int | None) -> dict[str, pd.DataFrame]:
    """The tables that weigh designs against each other, empty where the gain was not measured."""
    if held is None:
        return dict.fromkeys(("frontier", "ranking", "acceptability"), pd.DataFrame(columns=["scenario"]))
    return {"frontier": frontier_table(held, first), "ranking": ranking_table(held, first),
            "acceptability": acceptability_table(held)}


def _check(accounts: Accounts, baseline: str, without: str, month: int, measure: str) -> None:
    """Raise ScenarioError with a line for each argument that names nothing."""
    faults = [say("there is no scenario '{label}' among these results; there are: {labels}", label=label,
                  labels=", ".join(accounts.worlds))
              for label in dict.fromkeys((baseline, without)) if label not in accounts.worlds]
    if not 0 <= month <= accounts.months:
        faults.append(say("month = {month}: must be 0 to {last}", month=month, last=accounts.months))
    if measure not in (known.name for known in MEASURES):
        faults.append(say("measure = '{measure}': must be one of {names}", measure=measure,
                          names=", ".join(known.name for known in MEASURES)))
    if faults:
        raise ScenarioError(faults)
