"""Month 0: a city of households, a noisy register, lists of groups, local markets."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from kubesim.columns import Companions, Districts, Groups, Households, Markets
from kubesim.errors import ScenarioError
from kubesim.people.agreement import refuse_unmet
from kubesim.people.city import lay_out, settle_city
from kubesim.people.columns import Columns, Money
from kubesim.people.filed import settle_housing
from kubesim.people.margins import Margins
from kubesim.people.starting import start_groups, start_households
from kubesim.randomness import Draws
from kubesim.state import State
from kubesim.units import Section, monthly, rupiah, share, value, whole_months

if TYPE_CHECKING:
    from kubesim.scenario import Scenario

CROSS_SECTION = "calibrated to poverty indices and Gini (BPS Kalimantan Selatan 2019)"


with warnings.catch_warnings():         # pydantic warns of a field named like ABCMeta.register
    warnings.filterwarnings("ignore", 'Field name "register" in "Population" shadows', UserWarning)

    class Population(Section):
        """Who lives in the city and who is on the register of poor households."""

        households: int = value(6000, "households", "households in the model", low=1, high=10_000_000)
        register: str = value("", "file", "list of real households, in the scenario's folder (CSV, Excel, "
                              "Parquet); they are the register, and their groups the model's")
        survey: str = value("", "file", "weighted survey of all households instead, of which the city is made")
        sheet: str = value("", "sheet", "sheet of an Excel file; empty: the first that holds a table")
        columns: Columns = Columns()
        money: Money = Money()
        sha256: str = value("", "SHA-256", "of the household file, filled in when a scenario is read: results "
                            "are only made again from the same file")
        register_share: float = share(0.5, "share of them on the programme's register; the others stand "
                                      "for the rest of the city by their weight", above=0.0)
        targeted_share: float = share(0.125, "share of the city's households that the register lists",
                                      above=0.0, source="judgement: the poorest eighth by score")
        poverty_line: float = rupiah(457_222, "poverty line", unit="Rp per person and month", above=0.0,
                                     symbol="z", grade="observed", source="BPS Kalimantan Selatan, March 2019")
        family_size: float = value(3.9, "persons", "mean family size", low=1, high=10, grade="derived",
                                   source="calibrated to poor households of 4.8-4.9 persons (BPS Kalsel 2022)")
        family_spread: float = value(0.40, "log", "spread of family size", low=0, high=2)
        sure_income: float = share(0.62, "income every household can count on (casual work, kin, social "
                                   "aid)", unit="poverty lines per person", symbol="y_0", high=5.0,
                                   grade="calibrated", source=CROSS_SECTION, plausible=(0.4, 0.65))
        other_income: float = value(2.2, "poverty lines per person", "mean of the remaining income", low=0,
                                    high=100, symbol="r̄", grade="calibrated", source=CROSS_SECTION,
                                    plausible=(1.8, 3.0))
        income_spread: float = value(0.74, "log", "spread of the remaining income", low=0, high=3,
                                     symbol="σ_r", grade="calibrated", source=CROSS_SECTION,
                                     plausible=(0.6, 0.9))
        family_burden: float = value(0.67, "elasticity", "how much a larger family lowers income per person",
                                     low=0, high=3, symbol="η_n", grade="calibrated",
                                     source="calibrated to poor household size 4.8-4.9", plausible=(0.3, 1))
        register_error: float = value(0.55, "log", "error of the welfare register (targeting)", low=0,
                                      high=10, symbol="σ_score", grade="calibrated",
                                      source="calibrated to the spread of beneficiaries' consumption",
                                      plausible=(0.25, 0.6))
        business_owners: float = share(0.5, "share of households with an own small business",
                                       symbol="p_biz", plausible=(0.3, 0.7))
        business_share: float = share(0.095, "share of own business in income of those who have one",
                                      symbol="b̄", grade="calibrated", source="calibrated to single parts of "
                                      "a package not working (Banerjee et al. 2015)", plausible=(0.05, 0.2))
        skill: float = share(0.3, "mean business skill at the start", symbol="h̄_0", plausible=(0.2, 0.4))
        skill_spread: float = share(0.12, "spread of skill", unit="0-1", symbol="σ_h", plausible=(0.08, 0.2))
        health: float = share(0.75, "mean health at the start")
        health_spread: float = share(0.1, "spread of health", unit="0-1")


class GroupPlan(Section):
    """How register households are put together; without ``formed`` the groups are mere lists."""

    formed: bool = value(True, "yes or no", "whether the lists become groups with a joint business")
    size: int = value(10, "households", "households per group", low=5, high=20, grade="observed",
                      source="10 in practice (Banjarmasin 2019); 5 to 20 by Permensos 2/2019, Pasal 3")
    start_month: int = whole_months(1, "month in which the first groups form", low=1)
    start_spread: int = whole_months(0, "span over which groups' starts are spread")
    meetings: float = value(1.0, "meetings per month", "meetings of the group's members", low=0, high=31,
                            source="monthly, as planned for KUBE-PKH")
    extra_trust: float = value(0.0, "0-1", "trust at formation above the usual, as from careful "
                               "formation; negative for haste", low=-1, high=1)
    deposit: float = rupiah(0, "monthly deposit of each member into joint capital", unit="Rp per month")


class District(Section):
    """A kecamatan (or a district) with its share of the households."""

    name: str = value(..., "name", "its name")
    share: float = share(1.0, "share of the households", above=0.0)
    poverty_line: float | None = value(None, "Rp per person and month", "its own poverty line, where it "
                                       "differs", above=0.0, high=1e12)
    prices: float = value(1.0, "times", "price level against the one at which the model's rupiah amounts "
                          "hold", above=0.0, high=1000.0)
    targeted_share: float | None = value(None, "share", "share of its households that the register lists, "
                                         "where it differs", above=0.0, high=1.0)
    tile: tuple[int, int] | None = value(None, "column, row", "its place on a map of tiles, from 1")
    margins: Margins = Margins()


def populate(scenario: "Scenario", draw: Draws) -> State:
    """Draw the city, pick the register, form lists, and set every column's starting value.

    Raises ScenarioError when the register is too small for one group, or when no people can be
    fitted to a district's margins.
    """
    refuse_unmet(scenario)
    people, plan = scenario.population, scenario.groups
    count = people.households
    layout = lay_out(scenario)
    if layout.listed == 0:
        raise ScenarioError(
            f"groups.size = {plan.size}: the register lists {count * people.register_share:.0f} of "
            f"population.households = {count}; one group of this size needs more")
    groups, district_of_group = len(layout.first), layout.district[layout.first]
    replicates = len(draw.seeds)
    state = State(Households(replicates, count), Groups(replicates, groups), Companions(replicates, 0),
                  _markets(replicates, district_of_group, scenario),
                  Districts(replicates, len(scenario.districts)),
                  layout.first, layout.listed, tuple(d.name for d in scenario.districts),
                  named_companion=layout.companion)
    state.households.district = layout.district
    state.groups.district = district_of_group
    for name in Districts.column_types():
        setattr(state.districts, name, 1.0)
    state.districts.prices = [district.prices for district in scenario.districts]
    settle_city(state, scenario, layout.named, draw)
    start_groups(state, scenario, draw)
    start_households(state, scenario, draw)
    settle_housing(state, scenario)
    return state


def _markets(replicates: int, district_of_group: np.ndarray, scenario: "Scenario") -> Markets:
    """Local markets of each district, about ``groups_per_market`` groups each."""
    per_district = np.bincount(district_of_group, minlength=len(scenario.districts))
    counts = np.where(per_district > 0, np.maximum(per_district / scenario.market.groups_per_market, 1), 0)
    district = np.repeat(np.arange(len(counts)), counts.astype(int))
    markets = Markets(replicates, len(district))
    markets.district = district
    return markets
