"""Money in sentences: each is whole, so that it can be put into another language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from kubesim.economics import deciding
from kubesim.economics.accounts import ALL, EVERYBODY
from kubesim.economics.amounts import Amounts, named
from kubesim.economics.ratio import AT_LEAST, BOUNDED
from kubesim.economics.worth import CHEAPER_WORSE, DEARER_BETTER, NO_WORSE
from kubesim.language import phrase, say
from kubesim.plots.formats import percent, rupiah
from kubesim.units import GRADES

if TYPE_CHECKING:
    from kubesim.economics.appraisal import Economics

LIFTED, MAIN_RATE = "lifted", 0.05
NO_BOUNDS = ""
DEARER = {
    BOUNDED: phrase(
        "{scenario} costs {cost} more than {against} and lifts {gain} more households out of poverty after "
        "{months} months: {price} each (95 % {interval})"),
    AT_LEAST: phrase(
        "{scenario} costs {cost} more than {against} and lifts {gain} more households out of poverty after "
        "{months} months: {price} each, and at least {bound}; there is no upper bound, as these {pairs} "
        "pairs do not exclude that nobody more is lifted"),
    NO_BOUNDS: phrase(
        "{scenario} costs {cost} more than {against} and lifts {gain} more households out of poverty after "
        "{months} months: {price} each, but these {pairs} pairs exclude neither that it costs as much nor "
        "that nobody more is lifted, so they set no bounds to the price")}
"""Of a design that costs more than the baseline and lifts more, by the form of the price's interval."""
CHEAPER = {
    BOUNDED: phrase(
        "{scenario} costs {cost} less than {against} and lifts {gain} fewer households out of poverty after "
        "{months} months: {price} saved for each (95 % {interval})"),
    AT_LEAST: phrase(
        "{scenario} costs {cost} less than {against} and lifts {gain} fewer households out of poverty after "
        "{months} months: {price} saved for each, and at least {bound}; these {pairs} pairs do not exclude "
        "that it lifts as many"),
    NO_BOUNDS: phrase(
        "{scenario} costs {cost} less than {against} and lifts {gain} fewer households out of poverty after "
        "{months} months: {price} saved for each, but these {pairs} pairs set no bounds to that")}
"""Of a design that costs less and lifts fewer."""


def sentences(money: "Economics") -> list[str]:
    """Every sentence, in the order of a report."""
    designs = dict.fromkeys((money.baseline, *money.variants))
    out = [line for label in money.variants for line in over_baseline(money, label)]
    if out and len(money.variants) > 1 < money.pairs:
        out.append(say("Intervals of prices against {baseline} hold with 95 % for all {count} designs at "
                       "once (Bonferroni)", baseline=money.baseline, count=len(money.variants)))
    out += [line for label in designs for line in alone(money, label)]
    return out + deciding.sentences(money) + caveats(money)


def over_baseline(money: "Economics", scenario: str) -> list[str]:
    """A design against the baseline; nothing when that is the world without a programme."""
    if money.baseline == money.without:
        return []
    told = lifted(money, scenario, money.baseline), benefit(money, scenario, money.baseline)
    return [line for line in told if line]


def alone(money: "Economics", scenario: str) -> list[str]:
    """A design against no programme; nothing for the world without one."""
    if scenario == money.without:
        return []
    if scenario in money.no_designs:
        return [say("{scenario} differs from {baseline} in more than the programme, so it is neither held "
                    "against no programme nor ranked", scenario=scenario, baseline=money.baseline)]
    return [line for line in (lifted(money, scenario, money.without), others(money, scenario),
                              benefit(money, scenario, money.without), who_pays(money, scenario),
                              trusted(money, scenario)) if line]


def lifted(money: "Economics", scenario: str, against: str) -> str:
    """What a household lifted out of poverty costs, against no programme or more than in the baseline."""
    row = _row(money.ratios, scenario=scenario, against=against, measure=LIFTED, who=EVERYBODY)
    if row is None:
        return ""
    ends = "_together" if against != money.without else ""
    effect = _row(money.gains, scenario=scenario, against=against, measure=LIFTED, who=EVERYBODY)
    parts = _parts(money, row, effect, ends)
    if row["verdict"] == DEARER_BETTER:
        return _price(parts, against == money.without)
    if row["verdict"] == CHEAPER_WORSE:
        return say(CHEAPER.get(parts.form, CHEAPER[NO_BOUNDS]), **parts._asdict())
    return _no_price(parts, row["cost"], row["verdict"] == NO_WORSE)


class Parts(NamedTuple):
    """What sentences on the price of a household lifted are filled with, ready to be read."""

    scenario: str
    against: str
    months: int
    pairs: int
    cost: str                   # without a sign
    gain: str                   # without a sign
    difference: str             # of households lifted, with a sign, and its interval
    price: str
    interval: str               # of the price
    bound: str                  # its lower end
    form: str


def _parts(money: "Economics", row: pd.Series, effect: pd.Series, ends: str) -> Parts:
    low, high, form = (row[name + ends] for name in ("low", "high", "form"))
    how = Amounts.of(row["estimate"], low, high)
    counts = Amounts.of(row["gain"], effect["low"], effect["high"], money=False)
    difference = counts.signed(row["gain"])
    if np.isfinite(effect["low"]):
        difference = say("{difference}; 95 % {interval}", difference=difference,
                         interval=counts.between(effect["low"], effect["high"]))
    price = how.amount(row["estimate"]) if form == BOUNDED else rupiah(row["estimate"])
    against = named(row["against"])
    return Parts(row["scenario"], against, money.month, money.pairs, rupiah(abs(row["cost"])),
                 counts.digits(abs(row["gain"])), difference, price, how.between(low, high), rupiah(low),
                 form)


def _no_price(parts: Parts, cost: float, cheaper: bool) -> str:
    """A design that costs no more and lifts no fewer, or that costs no less and lifts no more."""
    filled = parts._asdict()
    if cost == 0:
        return say("{scenario} costs as much as {against}; difference in households lifted out of poverty "
                   "after {months} months: {difference}", **filled)
    if cheaper:
        return say("{scenario} costs {cost} less than {against} and lifts no fewer households out of "
                   "poverty after {months} months ({difference}): there is no price to pay", **filled)
    return say("{scenario} costs {cost} more than {against} and lifts no more households out of poverty "
               "after {months} months ({difference}): no price can be told", **filled)


def _price(parts: Parts, alone: bool) -> str:
    """A design that costs more and lifts more; ``alone``: against no programme."""
    filled = parts._asdict()
    if parts.pairs == 1:
        return say("{scenario} costs {cost} more than {against} and lifts {gain} more households out of "
                   "poverty after {months} months: {price} each in the only pair; one pair gives no "
                   "interval", **filled)
    if alone and parts.form == BOUNDED:
        return say("{scenario} costs {cost} and lifts {gain} households out of poverty after {months} "
                   "months that would be poor without a programme: {price} each (95 % {interval})", **filled)
    if alone:
        return say("{scenario} costs {cost} and lifts {gain} households out of poverty after {months} "
                   "months that would be poor without a programme: {price} each, and at least {bound}; "
                   "there is no upper bound, as these {pairs} pairs do not exclude that nobody is lifted",
                   **filled)
    return say(DEARER.get(parts.form, DEARER[NO_BOUNDS]), **filled)


def others(money: "Economics", scenario: str) -> str:
    """The same money for each household kept out, and for each household-year out of poverty."""
    rows = [_row(money.ratios, scenario=scenario, against=money.without, measure=name, who=EVERYBODY)
            for name in ("kept_out", "years_out_of_poverty")]
    if any(row is None or row["verdict"] != DEARER_BETTER or row["form"] != BOUNDED for row in rows):
        return ""
    kept, years = (Amounts.of(row["estimate"], row["low"], row["high"]) for row in rows)
    return say("Held against the households that {scenario} keeps from falling into poverty it is {kept} "
               "each (95 % {kept_interval}), and for each year that a household is out of poverty {years} "
               "(95 % {years_interval})",
               scenario=scenario, kept=kept.amount(rows[0]["estimate"]),
               years=years.amount(rows[1]["estimate"]),
               kept_interval=kept.between(rows[0]["low"], rows[0]["high"]),
               years_interval=years.between(rows[1]["low"], rows[1]["high"]))


def benefit(money: "Economics", scenario: str, against: str) -> str:
    """The benefit-cost ratio at the main rate, and at the others."""
    rows = money.benefits[(money.benefits["scenario"] == scenario) & (money.benefits["against"] == against)
                          & (money.benefits["who"] == EVERYBODY)].set_index("rate")
    if not len(rows) or not np.isfinite(rows["estimate"]).all() or rows.loc[MAIN_RATE, "form"] != BOUNDED:
        return ""
    main = rows.loc[MAIN_RATE]
    how = Amounts.of(main["estimate"], money=False)._replace(decimals=2)
    parts = {"scenario": scenario, "against": against, "months": money.month,
             "ratio": how.digits(main["estimate"]),
             "low": how.digits(main["low"]), "high": how.digits(main["high"]),
             "lenient": how.digits(rows["estimate"].iloc[0]), "strict": how.digits(rows["estimate"].iloc[-1])}
    if against == money.without:
        return say("Each rupiah spent on {scenario} adds {ratio} rupiah of consumption within {months} "
                   "months (95 % {low} to {high}), discounted at 5 % a year; {lenient} at 3 % and {strict} "
                   "at 10 %", **parts)
    return say("Each rupiah that {scenario} costs more than {against} adds {ratio} rupiah of consumption "
               "within {months} months (95 % {low} to {high}), discounted at 5 % a year; {lenient} at 3 % "
               "and {strict} at 10 %", **parts)


def who_pays(money: "Economics", scenario: str) -> str:
    """The shares of the centre and of local budgets."""
    costs = money.costs[(money.costs["scenario"] == scenario) & (money.costs["against"] == money.without)]
    rows = costs[(costs["item"] == ALL) & (costs["rate"] == 0)].set_index("payer")["estimate"]
    if not rows.get(ALL, 0.0) > 0:
        return ""
    centre, local = (rows.get(payer, 0.0) / rows[ALL] for payer in ("centre", "local"))
    if not local > 0:
        return say("The centre pays all of what {scenario} costs", scenario=scenario)
    return say("Of what {scenario} costs the centre pays {centre} and local budgets {local}",
               scenario=scenario,
               centre=percent(centre), local=percent(local))


def trusted(money: "Economics", scenario: str) -> str:
    """How much of the cost rests on unit costs that are assumed, and which."""
    rows = money.grades[(money.grades["scenario"] == scenario) & (money.grades["grade"] == GRADES[-1])]
    if not len(rows):
        return ""
    return say("{share} of what {scenario} costs rests on assumed unit costs ({paths})", scenario=scenario,
               share=percent(rows["share"].sum()), paths=", ".join(rows["path"]))


def caveats(money: "Economics") -> list[str]:
    """What these numbers leave out."""
    ability = say("How pay rises with ability, and the cost of a training with its quality and field "
                  "practice, is assumed: nobody has published it")
    if len(money.break_even):
        ability = say("How pay rises with ability, and the cost of a training with its quality and field "
                      "practice, is assumed: nobody has published it; the factors on unit costs tell how much "
                      "more they could be")
    return [
        ability,
        say("Amounts are for the groups and households of the model, which need not be as many as a city "
            "has"),
        say("Benefits are consumption within {months} months; what households and groups own at the end, "
            "and gains after it, are not counted", months=money.month),
        say("Costs are what the programme spends; the time that members give to trainings and meetings is "
            "not counted as a cost"),
        say("Households lifted and kept out are counted in month {months} alone, in which some are out of "
            "poverty by luck; years out of poverty count every month", months=money.month)]


def _row(table: pd.DataFrame, **wanted: str) -> pd.Series | None:
    """The row with these values, None without one."""
    found = table[np.logical_and.reduce([table[name] == value for name, value in wanted.items()])]
    return found.iloc[0] if len(found) else None
