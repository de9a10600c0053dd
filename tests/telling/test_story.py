"""Story: the words and numbers of a life are those of the state, and two worlds are told apart."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from kubesim.errors import ScenarioError
from kubesim.interventions.companionship import Companionship
from kubesim.interventions.diklat import Diklat
from kubesim.interventions.uep_grant import UepGrant
from kubesim.scenario import Scenario
from kubesim.shocks.flood import Flood
from kubesim.telling.amounts import level, money, more, signed, span
from kubesim.telling.chain import EARNINGS, why_profit_differs
from kubesim.telling.moments import lasting, runs
from kubesim.telling.picture import income_parts, marks_of
from kubesim.telling.story import MOST_LINES, Story, story
from kubesim.telling.timeline import BOTH


@pytest.fixture(scope="module")
def programme(world) -> Scenario:
    """Sixteen groups of five with a grant, one training and a companion for a year."""
    training, visits = Diklat(start_month=2, hours=60.0, practice_share=0.5), Companionship(turnover=0.0)
    return world.with_({"population.households": 160, "groups.start_spread": 0, "groups.deposit": 0.0},
                       months=36, name="Programme", interventions=[UepGrant(), training, visits])


@pytest.fixture(scope="module")
def told(programme) -> Story:
    """A household with a business of its own, with the programme and without."""
    return story(programme, household=24, seed=2)


def texts(told: Story, world: str, month: int) -> str:
    return " ".join(row.text for row in told.rows if row.world == world and row.first == month)


# -- what happens ------------------------------------------------------------------------------
def test_the_programme_is_told_with_the_numbers_of_the_state(told):
    here = told.pair.here
    assert here["business_income"][0] > 0 and told.pair.twin.group == here.group == 4
    first = texts(told, "here", 1)
    assert "Forms group 4 with 4 other households." in first
    assert "A grant of Rp 10,000,000 becomes joint capital." in first           # five members, 2 m each
    assert f"A companion begins to visit: {here['group.visits'][1]:.1f} visits a month." in first
    knowledge, skill = here["knowledge"], here["skill"]
    assert (f"Training of 60 hours, 50 % of them practice: knowledge rises from {knowledge[1]:.2f} to "
            f"{knowledge[2]:.2f}, skill from {skill[1]:.2f} to {skill[2]:.2f}.") in texts(told, "here", 2)
    assert f"contact with her had come to {here['group.contact'][12]:.2f}." in texts(told, "here", 13)
    assert texts(told, "twin", 1) == texts(told, "twin", 2) == ""


def test_what_befalls_both_is_told_once(programme):
    """Illness is luck: it comes in both worlds in the same months, which are those of the state."""
    for row in range(80):
        told = story(programme, household=row, seed=2, all_months=True)
        ill = [run for run in runs(told.pair.here["ill"].tolist()) if run.value]
        if ill:
            break
    assert (told.pair.here["ill"] == told.pair.twin["ill"]).all()
    for run in ill:
        words = f"A worker of the household is seriously ill for {span(run.length)}."
        assert words in texts(told, BOTH, run.start)
        assert words not in texts(told, "here", run.start) + texts(told, "twin", run.start)


def test_the_end_of_a_group_is_told_with_its_month_and_cause(programme):
    quick = programme.with_({"membership.trust_to_last": 0.6, "membership.patience": 2})
    lively = programme.with_({"membership.trust_to_last": 0.0, "membership.capital_to_last": 0.0})
    told = story(quick, group=3, against=lively, seed=2)
    ended = int(told.pair.here["group.ended"].iloc[-1])
    assert ended > 0 and told.pair.here["group.cause"].iloc[-1] == 1
    words = texts(told, "here", ended)
    assert "The group breaks up: for 2 months its members' trust was below 0.60." in words
    [fate] = [link.text for link in told.links if link.label == "-> the group"]
    trust = told.pair.here["group.mean_trust"]
    assert f"to {trust[ended]:.2f} in month {ended}, when the group breaks up" in fate
    assert "and the group lives" in fate


def test_losses_and_quarrels_are_told_with_capital_and_trust(programme):
    unlucky = programme.with_({"joint_business.loss_chance": 0.3, "trust.quarrel_chance": 0.3,
                               "membership.trust_to_last": 0.0, "membership.capital_to_last": 0.0})
    told = story(unlucky, group=3, seed=2, all_months=True)
    here = told.pair.here
    months = here.months.index[here["group.mishap"].astype(bool)]
    assert len(months) > 2
    for month in months:
        words = texts(told, "here", month)
        assert "Theft or spoilage in the joint business" in words
        assert f"{money(here['group.capital'][month])} of capital left" in words
    trust = here["group.mean_trust"]
    for month in here.months.index[here["group.quarrel"].astype(bool) & (here["group.age"] > 0)]:
        assert (f"A quarrel in the group: its members' trust goes from {level(trust[month - 1])} to "
                f"{level(trust[month])}.") in texts(told, "here", month)


def test_a_shock_is_told_and_is_a_cause(programme):
    wet = programme.with_(shocks=[Flood(start_month=7, districts=("North",), reach=1.0)])
    told = story(wet, household=0, against=programme, seed=2)
    assert told.pair.first_difference().month == 7
    assert "A flood strikes North for one month." in texts(told, "here", 7)
    assert "Month 7: A flood strikes North for one month." in [link.text for link in told.links]


def test_a_member_who_leaves_hears_no_more_of_the_groups_quarrels(programme):
    restless = programme.with_({"membership.leaving": 0.5, "trust.quarrel_chance": 0.5,
                                "joint_business.productivity": 0.0})
    for row in range(80):
        told = story(restless, household=row, seed=2, months=12, all_months=True)
        inside = told.pair.here["in_group"]
        left = [month for month in range(2, 13) if inside[month - 1] and not inside[month]
                and told.pair.here["group.active"][month]]
        if left:
            break
    assert "Leaves the group" in texts(told, "here", left[0])
    assert not any("quarrel" in row.text for row in told.rows if row.first > left[0])


@pytest.mark.parametrize("values, found", [
    ([0, 0, 1, 1, 1, 0, 1], [(2, 3, 1)]),               # the way back lasts one month only
    ([1, 0, 0, 0, 1, 1, 1, 1], [(1, 3, 0), (4, 4, 1)]),
    ([0, 1, 1, 0, 1, 1], [])])
def test_only_what_lasts_three_months_is_a_change(values, found):
    assert [tuple(run) for run in lasting(values)] == found


# -- the chain of cause ------------------------------------------------------------------------
def test_the_chain_begins_with_the_first_difference_and_ends_with_poverty_and_needs(told):
    labels = [link.label for link in told.links]
    assert labels[:4] == ["first difference", "grant", "training", "companion"]
    order = ["-> skill", "-> market news", "-> own business", "-> dividends", "-> wages", "-> the group",
             "= income", "-> consumption", "-> poverty", "-> needs"]
    assert [label for label in labels if label in order] == [label for label in order if label in labels]
    assert set(order[:9]) <= set(labels)
    first = "Month 1, whether the group is at work (groups.active): yes (twin no)."
    assert told.links[0].text.startswith(first)


def test_the_chain_holds_the_sums_of_the_state(told):
    pair = told.pair
    gain = {name: float(pair.gain(name).iloc[1:].sum()) for name in (*EARNINGS, "income", "consumption")}
    text = {link.label: link.text for link in told.links}
    assert text["-> consumption"].startswith(f"{more(gain['consumption'])} in 36 months")
    assert text["-> own business"].startswith(f"{more(gain['business_profit'])} in 36 months; most in month ")
    assert text["= income"].startswith(f"{more(gain['income'])} in 36 months: ")
    for name, words in EARNINGS.items():
        assert (f"{words} {signed(gain[name])}" in text["= income"]) == (abs(gain[name]) >= 1000)
    assert sum(gain[name] for name in EARNINGS) == pytest.approx(gain["income"], rel=1e-9)
    poor = [int(life["poor"].iloc[1:].sum()) for life in (pair.here, pair.twin)]
    assert text["-> poverty"] == f"Poor in {poor[0]} of 36 months (twin {poor[1]})."
    month = int(pair.gain("skill").abs().idxmax())
    assert text["-> skill"].startswith(f"Month {month}: {pair.here['skill'][month]:.2f} (twin "
                                       f"{pair.twin['skill'][month]:.2f})")


def test_the_reasons_of_more_profit_add_up_and_follow_the_rule(told):
    pair, month = told.pair, 14
    parts = why_profit_differs(pair, month)
    assert sum(parts.values()) == pytest.approx(pair.gain("business_profit")[month], rel=1e-9)
    assert parts["other"] == 0.0 and parts["skill"] > parts["news"] > 0
    by_hand = pair.here.scenario.business.skill_return * pair.gain("skill")[month]     # same luck, same start
    ratio = np.log(pair.here["business_profit"][month] / pair.twin["business_profit"][month])
    assert parts["skill"] / sum(parts.values()) == pytest.approx(by_hand / ratio, rel=1e-9)


def test_a_household_that_the_programme_does_not_reach_has_no_chain(programme):
    told = story(programme, household=150, seed=2)
    assert [link.label for link in told.links] == ["first difference"]
    assert told.links[0].text.startswith("None: both worlds are the same")
    assert {row.world for row in told.rows} <= {"", BOTH}


# -- lines, table, picture ---------------------------------------------------------------------
def test_a_story_is_short_and_every_month_can_be_asked_for(told, programme):
    assert 15 < len(told.lines) <= MOST_LINES
    every = story(programme, household=24, seed=2, all_months=True)
    consumed = [row for row in every.rows if not row.world]
    assert [row.first for row in consumed] == list(range(37))
    for row in consumed:
        here, twin = (life["consumption"][row.first] for life in (every.pair.here, every.pair.twin))
        assert row.text.startswith(f"Consumes {money(here)}, ") and f"(twin {money(twin)}, " in row.text


def test_quiet_months_hold_their_means_and_counts(told):
    merged = [row for row in told.rows if not row.world and row.last > row.first]
    assert merged
    for row in merged:
        here, twin = (life.months.loc[row.first:row.last] for life in (told.pair.here, told.pair.twin))
        consumed, poor = ([life[column] for life in (here, twin)] for column in ("consumption", "poor"))
        assert row.text.startswith(
            f"Consumes {money(consumed[0].mean())} a month (twin {money(consumed[1].mean())}); poor in "
            f"{poor[0].sum()} of {len(here)} months (twin {poor[1].sum()}).")


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_text_fits_its_width_and_tears_no_sum_apart(told, width):
    lines = told.text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(re.search(r"(Rp|[+\u2212])$", line) for line in lines)
    assert "WHY: the chain of cause" in lines and "MONTH BY MONTH" in lines


def test_the_table_is_tidy_and_a_story_tells_the_same_each_time(told, programme):
    table = told.table
    assert list(table.columns[:2]) == ["world", "month"] and len(table) == 2 * 37
    assert not table.duplicated(["world", "month"]).any()
    again = story(programme, household=24, seed=2)
    pd.testing.assert_frame_equal(table, again.table, check_exact=True)
    assert again.lines == told.lines
    assert story(programme, household=24, seed=3).lines != told.lines


def test_names_are_escaped_in_a_notebook(programme):
    told = story(programme.with_(name="<b>& me", months=2), household=3, seed=2)
    assert "&lt;b&gt;&amp; me" in told._repr_html_() and "<b>" not in told._repr_html_()


def test_the_picture_holds_the_parts_of_income_and_what_happened(told):
    parts = income_parts(told.pair)
    assert np.allclose(parts.sum(axis=1), told.pair.gain("income"))
    marks = dict(marks_of(told)["here"])
    assert marks[1].startswith("group forms, grant, visits begin") and marks[13] == "visits end"
    titles = [axes.get_title(loc="left") for axes in told.figure().axes]
    assert titles == ["", "Consumption a month", "Income above the twin's, by part", "Skill",
                      "Joint capital of the group", "Trust in the group"]


@pytest.mark.slow
def test_files_are_written_whole_and_the_same_each_time(told, tmp_path):
    folder = tmp_path / "story"
    paths = told.write(folder)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["months.csv", "story.png", "story.svg", "story.txt"]
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in told.write(folder)] == before
    table = pd.read_csv(folder / "months.csv")
    assert table["consumption"].tolist() == told.table["consumption"].tolist()
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ScenarioError, match="is a file"):
        told.write(tmp_path / "file")


@pytest.mark.parametrize("amount, told", [
    (20_000_000, "Rp 20,000,000"), (41_499, "Rp 41,000"), (850, "Rp 850"), (0, "Rp 0"),
    (-1_600, "Rp \u22122,000")])
def test_money_is_told_to_the_thousand(amount, told):
    assert money(amount) == told
