"""Sentences on money, word for word, in every case that they must tell apart."""

from __future__ import annotations

import pytest

from kubesim.economics.amounts import Amounts
from kubesim.economics.appraisal import appraise
from kubesim.economics.telling import lifted

LABELS = {"baseline": "usual", "without": "nothing"}
GRANT = (1, "grant", "centre")


def told(tables, scenario="better", against="usual") -> str:
    """What a household lifted costs, with plain spaces."""
    return lifted(appraise(*tables, **LABELS), scenario, against).replace("\u00a0", " ")


@pytest.mark.parametrize("escaped, paid, sentence", [
    ([22, 23, 25], 15e6, "better costs Rp 3 million more than usual and lifts 10 more households out of "
                         "poverty after 24 months: Rp 290 thousand each (95 % 255 to 337 thousand)"),
    ([13, 15, 14], 15e6, "better costs Rp 3 million more than usual and lifts 1.0 more households out of "
                         "poverty after 24 months: Rp 3 million each, and at least Rp 861 thousand; there "
                         "is no upper bound, as these 3 pairs do not exclude that nobody more is lifted"),
    ([13, 15, 14], [3e6, 36e6, 0], "better costs Rp 1 million more than usual and lifts 1.0 more "
                                   "households out of poverty after 24 months: Rp 1 million each, but "
                                   "these 3 pairs exclude neither that it costs as much nor that nobody "
                                   "more is lifted, so they set no bounds to the price"),
    ([22, 23, 25], 10e6, "better costs Rp 2 million less than usual and lifts no fewer households out of "
                         "poverty after 24 months (+10; 95 % 9 to 12): there is no price to pay"),
    ([13, 12, 13], 15e6, "better costs Rp 3 million more than usual and lifts no more households out of "
                         "poverty after 24 months (−0.3; 95 % −3.2 to 2.5): no price can be told"),
    ([2, 3, 5], 10e6, "better costs Rp 2 million less than usual and lifts 9.7 fewer households out of "
                      "poverty after 24 months: Rp 207 thousand saved for each (95 % 180 to 243 thousand)"),
    ([12, 11, 14], 10e6, "better costs Rp 2 million less than usual and lifts 0.7 fewer households out of "
                         "poverty after 24 months: Rp 3 million saved for each, and at least Rp 566 "
                         "thousand; these 3 pairs do not exclude that it lifts as many"),
    ([12, 13, 15], 12e6, "better costs as much as usual; difference in households lifted out of poverty "
                         "after 24 months: +0.3; 95 % −1.1 to 1.8")])
def test_a_variant_against_the_baseline(of_worlds, escaped, paid, sentence):
    assert told(of_worlds(better={"escaped": escaped, "paid": {GRANT: paid}})) == sentence


def test_a_design_against_no_programme(tables, of_worlds):
    assert told(tables, "better", "nothing") == (
        "better costs Rp 14 million and lifts 10 households out of poverty after 24 months that would be "
        "poor without a programme: Rp 1.4 million each (95 % 1.3 to 1.8 million)")
    unsure = of_worlds(usual={"escaped": [10, 11, 14]})
    assert told(unsure, "usual", "nothing") == (
        "usual costs Rp 12 million and lifts 1.7 households out of poverty after 24 months that would be "
        "poor without a programme: Rp 7.2 million each, and at least Rp 1.8 million; there is no upper "
        "bound, as these 3 pairs do not exclude that nobody is lifted")


def test_one_pair_gives_no_interval(tables):
    outcomes, ledger = tables
    money = appraise(outcomes, ledger, **LABELS, seeds=[3])
    assert lifted(money, "better", "usual").replace("\u00a0", " ") == (
        "better costs Rp 4 million more than usual and lifts 8.0 more households out of poverty after 24 "
        "months: Rp 500 thousand each in the only pair; one pair gives no interval")
    assert "One pair cannot tell which design is the best buy" in money.sentences()
    assert "95 %" not in str(money)


def test_prices_of_several_variants_are_told_with_the_interval_for_all(of_worlds):
    """8 m for 6, 7, 8 more: 8 / (7 +- 6.2053 / 3^0.5) million, see test_costs_and_gains."""
    paid = {GRANT: 20e6}
    tables = of_worlds(better={"paid": paid}, best={"paid": paid})
    assert told(tables, "best").endswith("Rp 1.1 million each (95 % 0.8 to 2.3 million)")
    said = "Intervals of prices against usual hold with 95 % for all 2 designs at once (Bonferroni)"
    assert said in appraise(*tables, **LABELS).sentences()
    assert said not in appraise(*tables, **LABELS, seeds=[2]).sentences()


def test_everything_is_told_once_and_the_limits_too(tables):
    lines = [line.replace("\u00a0", " ") for line in appraise(*tables, **LABELS).sentences()]
    assert len(lines) == len(set(lines))
    for line in ("Of what usual costs the centre pays 92 % and local budgets 8 %",
                 "Of what better costs the centre pays 71 % and local budgets 29 %",
                 "  1. better: Rp 1.4 million each (95 % 1.2 to 2.4 million)",
                 "Unit costs of better could be 2.86 times as high (95 % 2.25 to 4.00) before a household "
                 "lifted costs as much as under usual",
                 "  of training alone, on which Rp 4 million is spent: 7.5 times"):
        assert line in lines
    assert any("How pay rises with ability" in line for line in lines)


def test_the_baseline_may_be_the_world_without_a_programme(tables):
    outcomes, ledger = (table[table["scenario"] != "usual"] for table in tables)
    money = appraise(outcomes, ledger, baseline="nothing", without="nothing")
    lines = [line.replace("\u00a0", " ") for line in money.sentences()]
    assert lines[0].startswith("better costs Rp 14 million and lifts 10 households")
    assert not any("than nothing" in line or "Unit costs of" in line for line in lines)


@pytest.mark.parametrize("estimate, low, high, written", [
    (56.2e6, 48.1e6, 67.4e6, "Rp 56 million (48 to 67 million)"),
    (903e6, 799e6, 1038e6, "Rp 903 million (799 to 1,038 million)"),
    (1.273e9, 0.989e9, 1.786e9, "Rp 1.3 billion (1.0 to 1.8 billion)"),
    (750.0, 640.0, 900.0, "Rp 750 (640 to 900)"),
    (2e6, -1e6, 5e6, "Rp 2 million (−1 to 5 million)")])
def test_money_is_written_as_fine_as_its_interval_is_wide(estimate, low, high, written):
    how = Amounts.of(estimate, low, high)
    assert f"{how.amount(estimate)} ({how.between(low, high)})".replace("\u00a0", " ") == written
